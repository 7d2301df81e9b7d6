from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

from fastapi.testclient import TestClient

from web_record import HOSTILE, words


def test_an_actor_has_one_address(client: TestClient) -> None:
    for other, to in [
        ("/actor/India", "/actor/IND"),
        ("/actor/india.json?as_of=2024-07-01", "/actor/IND.json?as_of=2024-07-01"),
        ("/actor/Narendra%20Modi", "/actor/narendra-modi"),
        ("/actor/united-nations", "/actor/IGO:UN"),
    ]:
        answer = client.get(other)
        assert (answer.status_code, answer.headers["location"]) == (307, to)
        assert client.get(to).status_code == 200


def test_who_is_not_known_is_not_found(client: TestClient) -> None:
    answer = client.get("/actor/Nobody%20At%20All")
    assert answer.status_code == 404
    assert "nobody is known as" in answer.text


def test_a_person_has_offices_partners_and_deeds(client: TestClient, page: Callable[..., str]) -> None:
    found = client.get("/actor/narendra-modi.json").json()
    assert (found["name"], found["person"], found["events"]) == ("Narendra Modi", True, 1)
    assert "head of government" in {term["office"] for term in found["offices"]}
    assert found["partners"] == [{"code": "RUS", "name": "Russia", "events": 1, "score": 4.0}]
    assert found["deeds"] == [{"event_type": "CONSULT", "does": 1, "gets": 0}]
    text = page("/actor/narendra-modi")
    assert "Offices" in words(text)
    assert 'href="/event/v1"' in text


def test_a_country_has_office_holders_and_memberships_of_the_day(client: TestClient, page: Callable[..., str]) -> None:
    def holders(day: str) -> set[str]:
        found = client.get(f"/actor/GBR.json?as_of={day}").json()
        return {term["name"] for term in found["offices"] if term["office"] == "head of government"}

    assert holders("2024-07-01") == {"Rishi Sunak"}
    assert holders("2024-08-01") == {"Keir Starmer"}
    before = dict(client.get("/actor/SWE.json?as_of=2024-01-01").json()["memberships"])
    after = dict(client.get("/actor/SWE.json?as_of=2024-07-01").json()["memberships"])
    assert set(after) - set(before) == {"IGO:NATO"}
    assert "Member of on 2024-07-01" in words(page("/actor/SWE?as_of=2024-07-01"))


def test_partners_lead_to_the_pair(client: TestClient, page: Callable[..., str]) -> None:
    text = page("/actor/RUS")
    assert 'href="/pair/IND/RUS"' in text
    assert 'href="/pair/NOR/RUS"' in text
    assert all(client.get(address).status_code == 200 for address in re.findall(r'href="(/pair/[^"?]+)"', text))


def test_its_events_and_plans_are_those_of_either_side(client: TestClient) -> None:
    found = client.get("/actor/IND.json").json()
    assert {e["event_id"] for e in found["latest"]} == {"v1", "p1", "g1", "u1"}
    assert [p["event"]["event_id"] for p in found["plans"]] == ["p1", "g1"]
    assert found["planned"] == 2


def test_the_picture_shows_months_and_partners(client: TestClient) -> None:
    spec = client.get("/actor/IND/months.json").json()
    assert [view["data"]["values"][0]["who"] for view in spec["vconcat"]][:2] == ["all", "Russia"]
    assert spec["title"]["text"] == "India: events by month"


def test_nothing_was_known_before_the_first_report(client: TestClient, page: Callable[..., str]) -> None:
    assert client.get("/actor/RUS.json?as_of=2020-01-01").json()["events"] == 0
    assert "The record holds no event of Russia known on 2020-01-01" in words(page("/actor/RUS?as_of=2020-01-01"))


def test_a_name_that_is_markup_stays_text(client: TestClient) -> None:
    answer = client.get("/actor/" + quote(HOSTILE, safe=""))
    assert answer.status_code in (200, 404)
    assert "<script>alert" not in answer.text
    assert "<img src=x" not in answer.text
