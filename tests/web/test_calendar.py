from __future__ import annotations

import re
from collections.abc import Callable

from fastapi.testclient import TestClient
from icalendar import Calendar

from web_record import words


def test_plans_stand_by_month_and_those_without_a_date_apart(client: TestClient, page: Callable[..., str]) -> None:
    found = client.get("/calendar.json").json()
    assert [(m["name"], [p["event"]["event_id"] for p in m["plans"]]) for m in found["months"]] == [("2024-09", ["p1"])]
    assert [p["event"]["event_id"] for p in found["undated"]] == ["g1"]
    text = words(page("/calendar"))
    assert "in September 2024" in text
    assert "No date yet" in text
    assert "known since 2024-07-10" in text


def test_a_plan_whose_time_has_begun_may_come_any_day(client: TestClient, page: Callable[..., str]) -> None:
    found = client.get("/calendar.json?as_of=2024-09-15").json()
    assert [(m["name"], len(m["plans"])) for m in found["months"]] == [("", 1)]
    assert "Any day now" in page("/calendar?as_of=2024-09-15")


def test_past_plans_say_what_became_of_them(client: TestClient, page: Callable[..., str]) -> None:
    found = client.get("/calendar.json?past=1").json()
    ((plan,),) = [m["plans"] for m in found["months"]]
    assert (plan["event"]["event_id"], plan["outcome"], plan["when"]) == ("v1", "happened", "8 July 2024")
    assert found["outcomes"] == [["happened", 1]]
    assert "took place" in words(page("/calendar?past=1"))
    assert client.get("/calendar.json?past=1&outcome=unknown").json()["dated"] == 0
    assert "that fits" in page("/calendar?past=1&outcome=unknown")


def test_a_plan_of_which_nothing_more_was_heard_is_not_taken_to_have_happened(client: TestClient) -> None:
    found = client.get("/calendar.json?past=1&as_of=2024-12-01").json()
    outcomes = {p["event"]["event_id"]: p["outcome"] for m in found["months"] for p in m["plans"]}
    assert outcomes == {"v1": "happened", "p1": "unknown"}


def test_it_is_narrowed_to_somebody(client: TestClient, page: Callable[..., str]) -> None:
    assert client.get("/calendar.json?actor=Vladimir Putin").json()["dated"] == 1
    assert client.get("/calendar.json?actor=NOR").json()["dated"] == 0
    assert "Nothing of NOR is planned" in page("/calendar?actor=NOR")
    assert client.get("/calendar?actor=Nobody At All").status_code == 400


def test_the_strip_leads_to_the_events(client: TestClient) -> None:
    spec = client.get("/calendar/strip.json").json()
    assert '"/event/p1"' in client.get("/calendar/strip.json").text
    assert spec["title"]["text"].startswith("Planned: 1 of 1 plans with a date")
    assert client.get("/calendar/strip.json?past=1").json()["title"]["text"].startswith("Past plans: 1 of 1")


def test_calendars_can_subscribe(client: TestClient, page: Callable[..., str]) -> None:
    answer = client.get("/calendar.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    entries = {str(e["UID"]): e for e in Calendar.from_ical(answer.content).walk() if "UID" in e}
    assert {uid.split("@")[0]: entry.name for uid, entry in entries.items()} == {"p1": "VEVENT", "g1": "VTODO"}
    assert 'href="/calendar.ics"' in page("/calendar")


def test_a_subscription_can_be_of_one_actor(client: TestClient) -> None:
    answer = client.get("/calendar.ics?actor=Vladimir Putin")
    assert [str(e["UID"]) for e in Calendar.from_ical(answer.content).walk() if "UID" in e] == ["p1@legation"]


def test_filters_carry_the_day_along(page: Callable[..., str]) -> None:
    text = page("/calendar?as_of=2024-07-11")
    assert re.search(r'href="/calendar\.ics\?as_of=2024-07-11"', text)
    assert 'href="/calendar?past=1&amp;as_of=2024-07-11"' in text
