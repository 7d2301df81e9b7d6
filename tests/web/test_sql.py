from __future__ import annotations

import csv
import io
from collections.abc import Callable
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from legation.record.views import VIEWS
from legation.web.pages_sql import EXAMPLES
from web_record import words


def asked(query: str) -> str:
    return "/sql?q=" + quote(query)


def test_the_views_and_their_columns_stand_beside_the_box(client: TestClient) -> None:
    views = client.get("/sql.json").json()["views"]
    assert [v["name"] for v in views] == list(VIEWS)
    columns = {c["name"]: c for v in views if v["name"] == "events" for c in v["columns"]}
    assert columns["day"]["type"] == "DATE"
    assert all(c["doc"] for c in columns.values())


def test_an_answer_is_a_table_whose_ids_are_links(page: Callable[..., str]) -> None:
    text = page(asked("SELECT event_id, article_id, known_from FROM reports WHERE report_id = 'v3'"))
    assert '<a href="/event/v1">v1</a>' in text
    assert '<a href="/article/a3">a3</a>' in text
    assert "2024-07-08" in words(text)
    assert "1 row" in words(text)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("DROP TABLE events", "only SELECT"),
        ("SELECT nothing FROM events", "nothing"),
        ("SELECT * FROM read_csv('/etc/passwd')", "not allowed"),
        ("SELECT 1; SELECT 2", "one SELECT"),
    ],
)
def test_what_is_wrong_with_a_query_is_said_in_place(page: Callable[..., str], query: str, said: str) -> None:
    text = page(asked(query), 400)
    assert said in words(text)
    assert "<textarea" in text


def test_an_answer_is_bounded_and_says_so(client: TestClient, page: Callable[..., str]) -> None:
    query = "SELECT * FROM range(5000)"
    assert len(client.get("/sql.json?q=" + quote(query)).json()["rows"]) == 500
    assert "and there are more" in words(page(asked(query)))
    assert len(client.get("/sql.csv?q=" + quote(query)).text.splitlines()) == 5001


def test_a_file_is_not_run_by_a_spreadsheet(client: TestClient) -> None:
    answer = client.get("/sql.csv?q=" + quote("SELECT publisher FROM articles WHERE publisher LIKE '=%'"))
    assert list(csv.reader(io.StringIO(answer.text))) == [["publisher"], ["'=cmd|calc"]]


def test_an_answer_is_never_kept(client: TestClient) -> None:
    assert client.get(asked("SELECT random()")).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("query", [query for _, query in EXAMPLES])
def test_the_questions_to_begin_with_can_be_asked(page: Callable[..., str], query: str) -> None:
    assert 'role="status"' in page(asked(query))


def test_values_of_every_type_are_shown(page: Callable[..., str]) -> None:
    text = words(page(asked("SELECT NULL AS a, [1, 2] AS b, {'x': DATE '2024-01-02'} AS c, 1/3 AS d, true AS e")))
    assert "[1, 2]" in text
    assert "2024-01-02" in text
    assert "0.333333" in text
