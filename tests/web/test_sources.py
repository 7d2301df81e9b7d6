from __future__ import annotations

from collections.abc import Callable

from fastapi.testclient import TestClient

from web_record import words


def test_outlets_days_and_gaps_are_counted(client: TestClient) -> None:
    found = client.get("/sources.json").json()
    assert found["articles"] == 12
    assert {p["publisher"]: p["articles"] for p in found["publishers"]}["Tass"] == 3
    assert ["2023-11-03", "2024-06-24"] in found["gaps"]
    assert found["by"] == "month"
    assert found["bars"][0] == {"first": "2023-11-01", "last": "2023-11-30", "articles": 1}
    assert found["bars"][1]["articles"] == 0
    assert sum(b["articles"] for b in found["bars"]) == found["articles"]


def test_what_was_not_read_is_told_apart_from_what_was_skipped(page: Callable[..., str]) -> None:
    text = words(page("/sources"))
    assert "a.txt no text in it; leave it out" in text
    assert "written in French" in text
    assert "1 not read" in text or "not read 1" in text


def test_sources_are_as_of_the_day(client: TestClient) -> None:
    found = client.get("/sources.json?as_of=2024-06-30").json()
    assert found["articles"] == 3
    assert {p["publisher"] for p in found["publishers"]} == {"Tass", "Gulf Courier", "Fjord Post"}
    assert found["gaps"][0] == ["2023-11-03", "2024-06-24"]
    assert [a["article_id"] for a in found["listed"]] == ["a2", "a1", "a8"]


def test_articles_are_listed_by_outlet_day_and_words(client: TestClient) -> None:
    def listed(query: str) -> list[str]:
        return [a["article_id"] for a in client.get(f"/sources.json?{query}").json()["listed"]]

    assert listed("publisher=Tass") == ["a9", "a5", "a1"]
    assert listed("since=2024-07-08&until=2024-07-09") == ["a4", "a3"]
    assert listed("words=arrived+moscow") == ["a4", "a3"]


def test_an_article_without_a_headline_is_known_by_its_beginning(page: Callable[..., str]) -> None:
    assert "Russia accused Norway of a raid." in words(page("/sources"))
