from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pyarrow.parquet as pq
import pytest
from fastapi.testclient import TestClient

from web_record import words


def found(client: TestClient, query: str, status: int = 200) -> dict[str, Any]:
    answer = client.get("/search.json?" + query)
    assert answer.status_code == status, answer.text
    made: dict[str, Any] = answer.json()
    return made


def ids(client: TestClient, query: str) -> list[str]:
    return [r["event"]["event_id"] for r in found(client, query)["results"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("type=CONSULT&status=planned", ["p1"]),
        ("type=AID&type=ASSAULT", ["d1", "u1"]),
        ("actor=Narendra+Modi", ["v1"]),
        ("actor=IND&type=CONSULT", ["v1"]),
        ("recipient=India&type=CONSULT", ["p1"]),
        ("pair=IND/RUS&type=AGREE", ["g1"]),
        ("pair=India+and+Russia&type=AGREE", ["g1"]),
        ("disputed=yes", ["d1"]),
        ("context=economic", ["g1"]),
        ("mode=aerial", ["d1"]),
        ("place=Moscow", ["v1"]),
        ("place=RUS", ["v1"]),
        ("publisher=The+Copyist", ["v1"]),
        ("since=2024-07-10&until=2024-07-10", ["d1"]),
        ("q=bridge", ["d1"]),
        ("q=bombed+bridges", ["d1"]),
        ("q=Moscow&as_of=2024-06-26", ["v1"]),
        ("q=Moscow&as_of=2024-06-01", []),
    ],
)
def test_each_filter_lets_through_what_it_says(client: TestClient, query: str, expected: list[str]) -> None:
    assert ids(client, query) == expected


def test_results_can_be_sorted_both_ways(client: TestClient) -> None:
    up, down = ids(client, "sort=score&pair=RUS/IND"), ids(client, "sort=-score&pair=RUS/IND")
    assert up == ["g1", "v1", "p1"] or up == ["g1", "p1", "v1"]
    assert down[-1] == "g1"


def test_facets_count_what_is_there_and_keep_their_other_values(client: TestClient) -> None:
    facets = {f["name"]: f["choices"] for f in found(client, "type=CONSULT")["facets"]}
    assert {c["value"]: (c["events"], c["chosen"]) for c in facets["status"]} == {
        "happened": (2, False),
        "planned": (1, False),
    }
    types = {c["value"]: c["chosen"] for c in facets["type"]}
    assert types["CONSULT"]
    assert types["AGREE"] is False


def test_a_facet_knows_by_which_name_it_was_asked_for(client: TestClient, page: Callable[..., str]) -> None:
    facets = {f["name"]: f["choices"] for f in found(client, "actor=India")["facets"]}
    assert [(c["value"], c["words"]) for c in facets["actor"] if c["chosen"]] == [("India", "India")]
    assert 'href="/search"' in page("/search?actor=India")  # what takes it away


def test_a_facet_is_a_link_that_adds_and_takes_away(page: Callable[..., str]) -> None:
    assert 'href="/search?status=planned"' in page("/search")
    assert 'href="/search?type=CONSULT"' in page("/search?type=CONSULT&amp;status=planned".replace("&amp;", "&"))
    assert 'href="/search?since=2024-01-01&amp;until=2024-12-31"' in page("/search")


def test_each_result_says_why_it_is_there(client: TestClient, page: Callable[..., str]) -> None:
    (result,) = found(client, "q=Moscow&publisher=Gulf+Courier")["results"]
    assert result["snippet"]["article_id"] == "a2"  # the first report that has both, not the first report
    assert '<mark class="r-word" title="word searched for">Moscow</mark>' in page("/search?q=Moscow")
    (result,) = found(client, "actor=India&type=CONSULT")["results"]
    assert result["reasons"] == ["doer Narendra Modi (IND.GOV) is India"]
    undated = found(client, "since=2024-07-12&type=AGREE")["results"][0]
    assert "no report gives a date" in undated["reasons"][0]


def test_words_that_name_somebody_lead_to_their_page(page: Callable[..., str]) -> None:
    assert 'href="/actor/narendra-modi"' in page("/search?q=Narendra+Modi")
    assert 'href="/pair/IND/RUS"' in page("/search?q=IND+RUS")
    assert 'href="/pair/IND/RUS"' in page("/search?q=India+and+Russia")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("actor=Nobodyness", "nobody is known"),
        ("type=WAR", "no type is called"),
        ("since=yesterday", "write YYYY-MM-DD"),
        ("since=2024-02-01&until=2024-01-01", "turn them round"),
        ("pair=IND", "not two names"),
        ("q=the", "no word"),
        ("sort=luck", "none of"),
        ("page=x", "no whole number"),
        ("disputed=maybe", "none of"),
    ],
)
def test_a_question_that_means_nothing_is_answered_in_place(page: Callable[..., str], query: str, said: str) -> None:
    text = page(f"/search?{query}", 400)
    assert said in words(text)
    assert 'id="ask"' in text


def test_no_result_is_no_error(page: Callable[..., str]) -> None:
    assert "No event is like this" in words(page("/search?q=unicorn"))


def test_a_result_is_the_same_as_csv(client: TestClient) -> None:
    answer = client.get("/search.csv?type=CONSULT&sort=date")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [r["event_id"] for r in rows] == ids(client, "type=CONSULT&sort=date")
    assert rows[0]["actors"] in ("IND.GOV", "XXX", "RUS.GOV")


def test_a_result_is_the_same_as_parquet(client: TestClient) -> None:
    table = pq.read_table(io.BytesIO(client.get("/search.parquet?type=CONSULT&sort=date").content))
    assert table["event_id"].to_pylist() == ids(client, "type=CONSULT&sort=date")


def test_a_result_is_the_same_as_plover(client: TestClient) -> None:
    lines = [json.loads(line) for line in client.get("/search.plover.jsonl?actor=IND").text.splitlines()]
    assert {line["id"] for line in lines} == set(ids(client, "actor=IND"))


def test_files_are_as_of_the_day_and_refuse_nonsense(client: TestClient) -> None:
    assert len(client.get("/search.csv?as_of=2024-06-26").text.splitlines()) == 3
    assert client.get("/search.csv?type=WAR").status_code == 400


def test_files_of_a_result_carry_its_filters(page: Callable[..., str]) -> None:
    text = page("/search?q=Moscow&status=planned&as_of=2024-06-26&page=1")
    assert 'href="/search.csv?q=Moscow&amp;status=planned&amp;as_of=2024-06-26"' in text


def test_a_result_can_be_cited(client: TestClient) -> None:
    cite = found(client, "type=CONSULT&as_of=2024-07-10")["cite"]
    assert "snapshot 1" in cite
    assert "as known on 2024-07-10" in cite
    assert "type: Talks (CONSULT)" in cite
    assert "/search?type=CONSULT&as_of=2024-07-10" in cite


def test_the_form_keeps_what_was_asked(page: Callable[..., str]) -> None:
    text = page("/search?q=Moscow&actor=India&since=2024-01-01&status=happened")
    for part in ('name="q" value="Moscow"', 'name="actor" value="India"', 'name="since" value="2024-01-01"'):
        assert part in text
    assert '<input type="hidden" form="ask" name="status" value="happened">' in text
