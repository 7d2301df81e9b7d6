"""From a record to a folder that others can use: picks the events, and gives the export what it writes, as a stream."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from legation.export.codebook import SCHEMES
from legation.export.formats import FORMATS, write
from legation.export.material import About, Material, Planned, Source, Telling, Told
from legation.export.tables import TABLES
from legation.record.plans import calendar
from legation.record.queries import Filters, as_day, event_columns, known_on, several
from legation.record.store import Store
from legation.record.views import QueryError, Views, literal, literals, reader
from legation.schema import from_plain
from legation.types import Event, PairEvent

if TYPE_CHECKING:
    import pyarrow as pa

    from legation.record.record import Record

__all__ = ["export", "material"]

_ROWS = 20_000
"""Rows that are in memory at once."""
_OPEN_END = date(9999, 12, 31)


def export(
    record: Record,
    form: str,
    path: str | os.PathLike[str],
    *,
    scheme: str = "plover",
    sentences: bool = False,
    force: bool = False,
    **filters: Any,
) -> dict[str, Any]:
    """Exports the events of a record.

    Args:
        record: The record.
        form: One of `FORMATS`: plover, icews, gdelt, polecat, dyad-month, csv, parquet, sqlite, ics.
        path: The folder to make.
        scheme: Scheme of the quad classes: plover, gdelt or icews.
        sentences: Whether the sentences that events rest on, and headlines, are exported; they belong to publishers.
        force: Whether an earlier export there is replaced.
        filters: The fields of `Filters`.

    Returns:
        The manifest: files with hashes, rows, what was left out and why.

    Raises:
        ExportError: If there is something already, or the disk says no.
        QueryError: If a format, scheme or filter means nothing.
    """
    if form not in FORMATS:
        raise QueryError(f"no format is called {form!r}; there are {', '.join(FORMATS)}")
    if form == "ics" and set(several(filters.get("status"))) - {"planned"}:
        raise QueryError("a calendar has planned events only; leave out status")
    return write(form, material(record, scheme=scheme, sentences=sentences, **filters), Path(path), force=force)


def material(record: Record, *, scheme: str = "plover", sentences: bool = False, **filters: Any) -> Material:
    """What an export of the events of a record is made from, as a stream; from the record's present snapshot.

    Args:
        record: The record.
        scheme: Scheme of the quad classes: plover, gdelt or icews.
        sentences: Whether the sentences that events rest on, and headlines, are in it; they belong to publishers.
        filters: The fields of `Filters`.

    Raises:
        QueryError: If a scheme or filter means nothing.
    """
    if scheme not in SCHEMES:
        raise QueryError(f"no scheme is called {scheme!r}; there are {', '.join(SCHEMES)}")
    picked = Filters(**filters)
    views = Views(Store(record.path, record.snapshot.number))  # of its own: the record may move on meanwhile
    condition = picked.sql(views)
    about = About(
        record=Path(record.path).resolve().name,
        snapshot=record.snapshot.number,
        committed=record.snapshot.committed,
        filters={name: _words(value) for name, value in filters.items() if value not in (None, (), [])},
        scheme=scheme,
        sentences=sentences,
        as_of=as_day(picked.as_of, "as_of"),
    )
    return _Stream(views, picked, condition, about)


def _words(value: Any) -> str:
    if isinstance(value, list | tuple):
        return " or ".join(map(str, value))
    return str(value)


@dataclass
class _Stream:
    """What an export writes, read from the record's files year by year."""

    views: Views
    filters: Filters
    condition: str
    about: About

    def _known(self, table: str = "") -> str:
        """SQL: whether an article or report is known on the day asked for."""
        prefix = f"{table}." if table else ""
        return f"{prefix}known_from <= {literal(self.about.as_of or _OPEN_END)}"

    def _rows(self, sql: str) -> Iterator[dict[str, Any]]:
        for batch in self._batches(sql):
            yield from batch.to_pylist()

    def _batches(self, sql: str) -> Iterator[pa.RecordBatch]:
        with self.views.cursor(sql) as cursor:
            yield from reader(cursor, sql, _ROWS)

    def _years(self) -> list[int]:
        sql = f"SELECT DISTINCT year FROM event_states WHERE {self.condition} ORDER BY year"
        return [year for (year,) in self.views.rows(sql)]

    def events(self) -> Iterator[Told]:
        """See `Material`. One year's claims are joined at a time."""
        for year in self._years():
            yield from map(self._told, self._rows(self._told_sql(year)))

    def _told_sql(self, year: int) -> str:
        text = 'substring(a.text, s."start" + 1, s."end" - s."start")' if self.about.sentences else "''"
        side = '[struct_pack(code := x.code, "text" := x."text", first := x."start") for x in {}]'
        return f"""
            WITH chosen AS (SELECT {event_columns()} FROM event_states WHERE year = {year} AND {self.condition}),
            told AS (
                SELECT r.event_id, count(DISTINCT r.publisher) AS publishers, list(struct_pack(
                    article_id := a.article_id, publisher := a.publisher, url := a.url, day := a.known_from,
                    claim_id := c.claim_id, sentence := c.sentence, "start" := c."trigger"."start",
                    actors := {side.format("c.actors")}, recipients := {side.format("c.recipients")},
                    place := c.place.text, confidence := c.confidence, length := length(a.text),
                    "text" := {self._sentence(text)})
                    ORDER BY a.known_from, a.article_id, c."trigger"."start", c.claim_id) AS tellings
                FROM reports r JOIN claims c ON c.report_id = r.report_id JOIN articles a ON a.article_id = c.article_id
                WHERE r.event_id IN (SELECT event_id FROM chosen) AND {self._known("r")}
                GROUP BY r.event_id)
            SELECT chosen.*, told.publishers, told.tellings
            FROM chosen LEFT JOIN told ON told.event_id = chosen.event_id ORDER BY chosen.event_id"""

    def _sentence(self, text: str) -> str:
        if not self.about.sentences:
            return text
        return f"coalesce((SELECT {text} FROM (SELECT unnest(a.sentences) AS s) WHERE s.number = c.sentence), '')"

    def _told(self, row: Mapping[str, Any]) -> Told:
        event: Event = from_plain(Event, row)
        return Told(event, row["day"], row["publishers"] or 0, tuple(map(_telling, row["tellings"] or ())))

    def pairs(self) -> Iterator[PairEvent]:
        """See `Material`."""
        sql = (
            f"SELECT * FROM pair_states WHERE {known_on(self.about.as_of)} AND (year, event_id) IN "
            f"(SELECT (year, event_id) FROM event_states WHERE {self.condition}) ORDER BY year, pair, day, event_id, a"
        )
        for row in self._rows(sql):
            yield from_plain(PairEvent, row)

    def months(self) -> Iterator[tuple[date, int]]:
        """See `Material`."""
        sql = (
            "SELECT date_trunc('month', known_from)::DATE AS month, count(*) FROM articles "
            f"WHERE {self._known()} GROUP BY month ORDER BY month"
        )
        found = dict(self.views.rows(sql))
        month = min(found, default=None)
        while month is not None and month <= max(found):
            yield month, found.get(month, 0)
            month = (month + timedelta(days=31)).replace(day=1)

    def planned(self) -> Iterator[Planned]:
        """See `Material`."""
        since, until = as_day(self.filters.since, "since"), as_day(self.filters.until, "until")
        plans = calendar(self.views, as_of=self.about.as_of, since=since, until=until)
        wide = Filters(**{**self._fields(), "since": None, "until": None, "status": "planned"})
        chosen = {key for (key,) in self.views.rows(f"SELECT event_id FROM event_states WHERE {wide.sql(self.views)}")}
        plans = [plan for plan in plans if plan.event.event_id in chosen]
        sources = self._sources([plan.event.event_id for plan in plans])
        for plan in plans:
            key = plan.event.event_id
            yield Planned(plan.event, plan.when, plan.precision, plan.announced, tuple(sources.get(key, ())))

    def _fields(self) -> dict[str, Any]:
        return {name: getattr(self.filters, name) for name in self.filters.__slots__}

    def _sources(self, keys: list[str]) -> dict[str, list[Source]]:
        out: dict[str, list[Source]] = {}
        if not keys:
            return out
        sql = (
            "SELECT DISTINCT r.event_id, a.article_id, a.publisher, a.url, a.known_from AS day "
            "FROM reports r JOIN articles a ON a.article_id = r.article_id "
            f"WHERE r.event_id IN ({literals(keys)}) AND {self._known('r')} "
            "ORDER BY r.event_id, a.known_from DESC, a.article_id"
        )
        for row in self._rows(sql):
            out.setdefault(row["event_id"], []).append(
                Source(row["article_id"], row["publisher"], row["url"], row["day"])
            )
        return out

    def batches(self, table: str) -> Iterator[pa.RecordBatch]:
        """See `Material`."""
        keys = f"SELECT event_id FROM event_states WHERE {self.condition}"
        columns = TABLES[table][1]
        body = {
            "events": f"SELECT {self._states()} FROM event_states WHERE {self.condition} ORDER BY year, event_id",
            "history": (
                f"SELECT {self._states()} FROM event_states WHERE {self._known()} AND event_id IN ({keys}) "
                "ORDER BY year, event_id, known_from"
            ),
            "reports": (
                f"SELECT * FROM reports WHERE {self._known()} AND event_id IN ({keys}) ORDER BY known_from, report_id"
            ),
            "claims": (
                f"SELECT c.*, r.event_id, {self._claim_text()} AS sentence_text FROM claims c "
                "JOIN reports r ON r.report_id = c.report_id JOIN articles a ON a.article_id = c.article_id "
                f"WHERE {self._known('c')} AND r.event_id IN ({keys}) "
                'ORDER BY c.known_from, c.article_id, c."trigger"."start", c.claim_id'
            ),
            "articles": (
                f"SELECT * {'' if self.about.sentences else 'REPLACE ($$$$ AS title)'} FROM articles "
                f"WHERE article_id IN (SELECT article_id FROM reports WHERE {self._known()} AND event_id IN ({keys})) "
                "ORDER BY known_from, article_id"
            ),
        }[table]
        listed = ", ".join(f'"{column}"' for column in columns)
        yield from self._batches(f"SELECT {listed} FROM ({body})")

    def _states(self) -> str:
        """SQL: all of a state; of one that holds on the day asked for it was not known then until when it would."""
        if self.about.as_of is None:
            return "*"
        return f"* REPLACE (CASE WHEN known_to <= {literal(self.about.as_of)} THEN known_to END AS known_to)"

    def _claim_text(self) -> str:
        return self._sentence('substring(a.text, s."start" + 1, s."end" - s."start")' if self.about.sentences else "''")


def _telling(row: Mapping[str, Any]) -> Telling:
    def side(found: list[dict[str, Any]]) -> tuple[tuple[str, str, int | None], ...]:
        return tuple((actor["code"], actor["text"], actor["first"]) for actor in found)

    return Telling(
        source=Source(row["article_id"], row["publisher"], row["url"], row["day"]),
        claim_id=row["claim_id"],
        sentence=row["sentence"],
        start=row["start"],
        actors=side(row["actors"]),
        recipients=side(row["recipients"]),
        place=row["place"],
        confidence=row["confidence"],
        length=row["length"],
        text=row["text"],
    )
