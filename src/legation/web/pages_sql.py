"""The SQL page: one SELECT over the documented views, with the views beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from legation.record.views import VIEWS, QueryError
from legation.schema import TABLES
from legation.web.api import plain
from legation.web.downloads import csv_lines, sent
from legation.web.site import Ask, Data, Page

__all__ = ["DATA", "PAGES", "Column", "SqlContext", "View"]

_ROWS = 500
_FILE_ROWS = 100_000
_SECONDS = 10.0
_LONGEST = 10_000

_TABLE_OF = {"event_states": "events", "pair_states": "pairs"}
_MORE = {
    "day": "The day it counts for: the first day of its date, else that of the first report",
    "number": "Number of the sentence; 0 is the headline",
    "start": "First character, code points in the article's text",
    "end": "One past the last character",
    "text": "The sentence",
    "known_from": "Day of publication, or of adding where none is known",
    "publisher": "Outlet that printed the article",
    "article_id": "The article",
}
EXAMPLES: tuple[tuple[str, str], ...] = (
    (
        "Visits by year",
        "SELECT year(day) AS in_year, count(*) AS visits FROM events\n"
        "WHERE event_type = 'CONSULT' AND event_mode = 'visit' AND status = 'happened'\n"
        "GROUP BY in_year ORDER BY in_year",
    ),
    (
        "Who is said to plan what with whom",
        "SELECT day, event_id, event_type, actors[1].name AS doer, recipients[1].name AS other_side FROM events\n"
        "WHERE status = 'planned' ORDER BY day DESC",
    ),
    (
        "Pairs with the worst ten years",
        "SELECT pair, round(avg(score), 1) AS score, count(*) AS events FROM pairs\n"
        "WHERE status = 'happened' AND a <> b AND day >= current_date - INTERVAL 10 YEAR\n"
        "GROUP BY pair HAVING events > 20 ORDER BY score",
    ),
    (
        "Sentences that are denied",
        "SELECT c.event_type, s.publisher, s.known_from, s.article_id, s.text FROM claims c\n"
        "JOIN sentences s ON s.article_id = c.article_id AND s.number = c.sentence\nWHERE c.status = 'not' LIMIT 50",
    ),
)
"""Questions to begin with."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a view.

    Attributes:
        name: Its name.
        type: DuckDB's name of its type.
        doc: What it means.
    """

    name: str
    type: str
    doc: str


@dataclass(frozen=True, slots=True)
class View:
    """A view that can be asked.

    Attributes:
        name: Its name.
        doc: What a row of it is.
        columns: Its columns, in order.
    """

    name: str
    doc: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class SqlContext:
    """What the SQL page shows.

    Attributes:
        query: The question as it was put.
        columns: Columns of the answer.
        rows: Its rows.
        truncated: Whether there are more.
        error: What is wrong with the question; empty if nothing is.
        views: What can be asked.
        examples: Questions to begin with: what they ask, and the SQL.
        limits: Most rows, most rows of a file, most seconds.
    """

    query: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]
    truncated: bool
    error: str
    views: tuple[View, ...]
    examples: tuple[tuple[str, str], ...]
    limits: Mapping[str, float]

    @property
    def http_status(self) -> int:
        """Status of the answer."""
        return 400 if self.error else 200


def _asked(ask: Ask) -> str:
    query = next((v for n, v in reversed(ask.links.query) if n == "q"), "").strip()
    if len(query) > _LONGEST:
        raise QueryError(f"the query is longer than {_LONGEST} characters")
    return query


def sql(ask: Ask) -> SqlContext:
    """The SQL page; what is wrong with a query is said in place."""
    query, error, more = "", "", False
    columns: tuple[str, ...] = ()
    rows: tuple[dict[str, Any], ...] = ()
    try:
        query = _asked(ask)
        if query:
            found = ask.record.sql(query, limit=_ROWS, seconds=_SECONDS)
            columns, rows, more = tuple(found.columns), tuple(found.to_dicts()), found.truncated
    except QueryError as wrong:
        error = str(wrong)
    limits = {"rows": _ROWS, "file_rows": _FILE_ROWS, "seconds": _SECONDS}
    views = ask.kept("views", lambda: _views(ask))
    return SqlContext(query, columns, rows, more, error, views, EXAMPLES, limits)


def _views(ask: Ask) -> tuple[View, ...]:
    out = []
    for name, doc in VIEWS.items():
        table = TABLES.get(_TABLE_OF.get(name, name))
        docs = _MORE | ({n: d for n, _, d in table.columns()} if table else {})
        described = ask.record.sql(f"DESCRIBE SELECT * FROM {name}").to_dicts()  # noqa: S608 - the name is our own
        columns = (
            Column(r["column_name"], _short(r["column_type"]), docs.get(r["column_name"], "")) for r in described
        )
        out.append(View(name, doc, tuple(columns)))
    return tuple(out)


def _short(kind: str) -> str:
    """A type without quotes, so that it fits beside its name."""
    return kind.replace('"', "")


def _csv(ask: Ask) -> Response:
    query = _asked(ask)
    if not query:
        raise QueryError("q: no query is given")
    found = ask.record.sql(query, limit=_FILE_ROWS, seconds=_SECONDS)
    rows = (
        [_cell(value) for value in row.values()]
        for batch in found.arrow().to_batches(2_000)
        for row in batch.to_pylist()
    )
    return sent(ask, "csv", "text/csv", csv_lines(found.columns, rows))


def _cell(value: Any) -> Any:
    """A value as a cell: what has parts as JSON."""
    import json

    value = plain(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


PAGES = (Page("/sql", "sql.html", sql, fresh=True),)
DATA = (Data("/sql.csv", _csv, fresh=True),)
