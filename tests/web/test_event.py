from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from fastapi.testclient import TestClient

from legation.web.app import create_app
from sample_record import corrected
from web_record import words


def test_the_history_is_told_in_steps(client: TestClient, page: Callable[..., str]) -> None:
    steps = client.get("/event/v1.json").json()["steps"]
    assert [(s["day"], s["event"]["change"], s["event"]["status"]) for s in steps] == [
        ("2024-06-25", "announced", "planned"),
        ("2024-06-28", "dated", "planned"),
        ("2024-07-08", "happened", "happened"),
        ("2024-07-09", "reported", "happened"),
    ]
    assert "date set" in page("/event/v1")


def test_copies_stand_with_their_original(client: TestClient) -> None:
    reports = client.get("/event/v1.json").json()["reports"]
    assert [r["article"]["article_id"] for r in reports] == ["a1", "a2", "a3"]
    assert [[c["article_id"] for c in r["copies"]] for r in reports] == [[], [], ["a4"]]


def test_a_later_version_says_what_it_says_otherwise_in_its_own_words(tmp_path: Path) -> None:
    corrected().write(tmp_path / "r")
    with TestClient(create_app(tmp_path / "r"), base_url="http://localhost:8000") as client:
        (report,) = client.get("/event/v1.json").json()["reports"]
        text = words(client.get("/event/v1").text)
    assert [(s["printed"] or {}).get("article_id") for s in report["sentences"]] == [None, "n1@2", "n1@3"]
    assert "Modi will not visit Moscow on 9 July" in text


def test_each_report_shows_its_sentence_its_words_and_who_says_so(page: Callable[..., str]) -> None:
    text = page("/event/v1")
    assert "Narendra Modi will <mark" in text
    assert re.search(r'<mark class="r-trigger" title="[^"]+">visit</mark>', text)
    assert "says Tass ‹ Yuri Ushakov" in words(text)
    assert 'href="/article/a1#claim-' in text


def test_contradictions_stand_side_by_side(client: TestClient, page: Callable[..., str]) -> None:
    assert client.get("/event/d1.json").json()["disputed"] is True
    text = words(page("/event/d1"))
    assert "Reports contradict each other" in text
    assert "Fjord Post ‹ Russia" in text
    assert "Gulf Courier ‹ army" in text


def test_the_id_of_a_report_leads_to_its_event(client: TestClient) -> None:
    assert client.get("/event/v3").headers["location"] == "/event/v1"
    assert client.get("/event/v3.json?as_of=2024-07-20").headers["location"] == "/event/v1.json?as_of=2024-07-20"


def test_an_event_is_shown_as_it_was_known(client: TestClient, page: Callable[..., str]) -> None:
    found = client.get("/event/v1.json?as_of=2024-06-26").json()
    assert found["event"]["status"] == "planned"
    assert found["independent"] == 1
    assert "not yet known" in page("/event/v1?as_of=2024-06-01", 404)


def test_each_step_leads_to_the_record_of_that_day(page: Callable[..., str]) -> None:
    assert 'href="/event/v1?as_of=2024-06-28"' in page("/event/v1")


def test_it_leads_to_its_parties_and_their_pair(page: Callable[..., str]) -> None:
    text = page("/event/v1")
    assert 'href="/actor/narendra-modi"' in text
    assert 'href="/actor/RUS"' in text
    assert 'href="/pair/IND/RUS"' in text


def test_it_can_be_cited(page: Callable[..., str]) -> None:
    assert "Visit: Narendra Modi → Russia, 2024-07-08. Event v1, record “record”, snapshot 1" in words(
        page("/event/v1")
    )
