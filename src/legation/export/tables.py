"""The record's own tables as CSV and Parquet, for those who want what is in it and no other coding.

Parquet keeps parties, dates and places as nested values. CSV has a column for each part of them; the lists of one side
run parallel and are joined with ";".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from legation.export.material import Material, Tally
from legation.export.text import csv_rows, joined

__all__ = ["TABLES", "flat_columns", "flat_row", "write_csv", "write_parquet"]

_PARTY = ("code", "actor_id", "name")
_ACTOR = (*_PARTY, "text")
_DATE = ("edtf", "first", "last", "basis")

_Paths = dict[str, tuple[str, ...]]
"""Columns of a table, each with the parts of it that are exported; none where it is plain."""

_EVENT: _Paths = {
    **dict.fromkeys(("event_id", "known_from", "known_to", "change", "event_type", "event_mode", "contexts"), ()),
    **dict.fromkeys(("status", "disputed", "score", "first_reported", "last_reported"), ()),
    "actors": _PARTY,
    "recipients": _PARTY,
    "date": _DATE,
    "day": (),
    "place": ("name", "country", "text"),
    **dict.fromkeys(("reports", "printings", "claims", "confidence"), ()),
}

TABLES: dict[str, tuple[str, _Paths]] = {
    "events": ("Each event in the state that holds", _EVENT),
    "history": ("All states of these events up to then, in order", _EVENT),
    "reports": (
        "What one article says of one of these events",
        {
            **dict.fromkeys(("report_id", "event_id", "article_id", "known_from", "publisher", "original_id"), ()),
            **dict.fromkeys(("event_type", "event_mode", "contexts", "statuses"), ()),
            "actors": _PARTY,
            "recipients": _PARTY,
            "date": _DATE,
            "place": ("name", "country", "text"),
            **dict.fromkeys(("claims", "confidence"), ()),
        },
    ),
    "claims": (
        "What one sentence asserts of one of these events",
        {
            **dict.fromkeys(("claim_id", "report_id", "event_id", "article_id", "known_from", "publisher"), ()),
            "sentence": (),
            "trigger": ("text", "start", "end"),
            **dict.fromkeys(("event_type", "event_mode", "contexts", "status", "score"), ()),
            "actors": _ACTOR,
            "recipients": _ACTOR,
            "date": (*_DATE, "text"),
            "place": ("name", "country", "text"),
            "attribution": ("text", "code", "actor_id"),
            "confidence": (),
            "sentence_text": (),
        },
    ),
    "articles": (
        "The articles that tell of these events, without their text",
        dict.fromkeys(("article_id", "publisher", "published", "known_from", "url", "version", "page_id", "title"), ()),
    ),
}
"""Tables of an export: what a row is, and its columns. `sentence_text` and `title` are there where sentences are
exported, and empty else; `day` is the first day of the date, or of the first report where that is not known."""

_SHORT: dict[tuple[str, str], str] = {
    ("date", "edtf"): "date",
    ("place", "name"): "place",
    ("place", "country"): "country",
    ("trigger", "text"): "trigger",
    ("trigger", "start"): "start",
    ("trigger", "end"): "end",
    ("attribution", "text"): "attribution",
    ("attribution", "code"): "attribution_codes",
    ("attribution", "actor_id"): "attribution_ids",
    **{
        (f"{side}s", part): f"{side}{name}"
        for side in ("actor", "recipient")
        for part, name in (("code", "s"), ("actor_id", "_ids"), ("name", "_names"), ("text", "_texts"))
    },
}


def flat_columns(table: str) -> list[str]:
    """Names of a table's columns as CSV and SQLite have them."""
    out = []
    for column, parts in TABLES[table][1].items():
        out += [_SHORT.get((column, part), f"{column}_{part}") for part in parts] or [column]
    return out


def _flat(value: Any, parts: tuple[str, ...]) -> Iterator[Any]:
    if not parts:
        yield joined(value) if isinstance(value, list) else value
    elif isinstance(value, list):
        yield from (joined([item[part] or "" for item in value]) for part in parts)
    else:
        yield from ((value or {}).get(part) for part in parts)


def flat_row(table: str, row: Mapping[str, Any]) -> list[Any]:
    """A row with its nested values laid out, in the order of `flat_columns`; None stays None, lists become text."""
    return [cell for column, parts in TABLES[table][1].items() for cell in _flat(row[column], parts)]


def _each(material: Material, table: str) -> Iterator[Mapping[str, Any]]:
    for batch in material.batches(table):
        yield from batch.to_pylist()


def write_csv(material: Material, folder: Path, tally: Tally) -> None:
    """Writes a CSV file for each of `TABLES`."""
    for table in TABLES:
        name = f"{table}.csv"
        with csv_rows(folder / name, flat_columns(table)) as put:
            _write(_each(material, table), table, put, name, tally)


def _write(
    rows: Iterable[Mapping[str, Any]], table: str, put: Callable[[list[Any]], None], name: str, tally: Tally
) -> None:
    for row in rows:
        put(flat_row(table, row))
        tally.rows[name] += 1


def write_parquet(material: Material, folder: Path, tally: Tally) -> None:
    """Writes a Parquet file for each of `TABLES`, compressed with Zstandard."""
    import pyarrow.parquet as pq

    for table in TABLES:
        name = f"{table}.parquet"
        writer = None
        for batch in material.batches(table):
            if writer is None:
                writer = pq.ParquetWriter(folder / name, batch.schema, compression="zstd")
            writer.write_batch(batch)
            tally.rows[name] += batch.num_rows
        if writer is not None:
            writer.close()
