"""Writes what merging found: reports with their events, the histories of events, their pairs; year by year.

Derived tables are parted by year, and a year is rewritten whole. What is written for a year is what stood there, less
what has changed, plus what it has become, in the order that the schema promises.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from legation.merge.history import Telling, pair_events, states
from legation.record.reading import Reading, ids
from legation.record.store import Writer
from legation.schema import arrow_schema, arrow_table, records_of
from legation.types import Claim, Report

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["AT_ONCE", "Changes", "claims_of", "days_of", "rewrite"]

AT_ONCE = 50_000
"""Claims that are held as records at a time."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a step of merging changes.

    Attributes:
        new: New reports, each with its event already.
        moved: Event of each old report that is in another one now.
        renamed: Original of each old report that has another one now.
        gone: Old reports that count no longer, with their day.
        dropped: Events that are no more or are told anew, with the day of their first report.
        told: For each event that is new or told anew its reports, with day and original.
        days: Day of each old report in `moved` and `renamed`.
    """

    new: Sequence[Report]
    moved: Mapping[str, str]
    renamed: Mapping[str, str]
    gone: Mapping[str, date]
    dropped: Mapping[str, date]
    told: Mapping[str, Sequence[tuple[str, date, str]]]
    days: Mapping[str, date]


def rewrite(reading: Reading, writer: Writer, changes: Changes, progress: Callable[[float], None]) -> None:
    """Writes all changes of a step.

    Args:
        reading: The record as it is before.
        writer: What writes.
        changes: What has changed.
        progress: Is told which share is done.
    """
    _rewrite_reports(reading, writer, changes)
    events, pairs = _histories(reading, changes, progress)
    _rewrite_events(
        reading, writer, "events", changes, events, [("event_id", "ascending"), ("known_from", "ascending")]
    )
    order = [("pair", "ascending"), ("day", "ascending"), ("event_id", "ascending"), ("known_from", "ascending")]
    _rewrite_events(reading, writer, "pairs", changes, pairs, [*order, ("a", "ascending")])


def _rewrite_reports(reading: Reading, writer: Writer, changes: Changes) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    new: dict[int, list[Report]] = {}
    for report in changes.new:
        new.setdefault(report.known_from.year, []).append(report)
    years = {*new, *(d.year for d in changes.gone.values()), *(d.year for d in changes.days.values())}
    gone = pa.array(list(changes.gone), type=pa.string())
    for year in sorted(years):
        table = reading.sql(f"SELECT * FROM {{reports}} WHERE year = {year}").cast(arrow_schema("reports"))
        table = table.filter(pc.invert(pc.is_in(table["report_id"], gone)))
        for column, values in (("event_id", changes.moved), ("original_id", changes.renamed)):
            if values:
                place = table.schema.get_field_index(column)
                now = [
                    values.get(r, v)
                    for r, v in zip(table["report_id"].to_pylist(), table[column].to_pylist(), strict=True)
                ]
                table = table.set_column(place, table.schema.field(place), pa.array(now, type=pa.string()))
        table = pa.concat_tables([table, arrow_table("reports", new.get(year, ()), year=year)])
        writer.replace("reports", [year], table.sort_by([("known_from", "ascending"), ("report_id", "ascending")]))


def _histories(
    reading: Reading, changes: Changes, progress: Callable[[float], None]
) -> tuple[dict[int, list[pa.Table]], dict[int, list[pa.Table]]]:
    """States and pairs of the events told, as tables by the year of the first report."""
    events: dict[int, list[pa.Table]] = {}
    pairs: dict[int, list[pa.Table]] = {}
    done, total = 0, sum(map(len, changes.told.values()))
    for part in _in_parts(changes.told):
        claims = claims_of(reading, [report for reports in part.values() for report in reports])
        by_year: dict[int, list[Any]] = {}
        for event_id, reports in part.items():
            tellings = [
                Telling(claim, day, original) for name, day, original in reports for claim in claims.get(name, ())
            ]
            if tellings:
                history = states(event_id, tellings)
                by_year.setdefault(history[0].first_reported.year, []).append(history)
            done += len(reports)
        for year, histories in by_year.items():
            of_pairs = [p for h in histories for p in pair_events(h)]
            events.setdefault(year, []).append(arrow_table("events", [s for h in histories for s in h], year=year))
            pairs.setdefault(year, []).append(arrow_table("pairs", of_pairs, year=year))
        progress(done / max(total, 1))
    return events, pairs


def _in_parts(
    told: Mapping[str, Sequence[tuple[str, date, str]]],
) -> Iterator[dict[str, Sequence[tuple[str, date, str]]]]:
    """Events in order of their first day, some at a time, so that each part's claims lie in few files."""
    part: dict[str, Sequence[tuple[str, date, str]]] = {}
    size = 0
    for event_id, reports in sorted(told.items(), key=lambda item: (min(day for _, day, _ in item[1]), item[0])):
        part[event_id] = reports
        size += len(reports)
        if size >= AT_ONCE:
            yield part
            part, size = {}, 0
    if part:
        yield part


def claims_of(reading: Reading, reports: Iterable[tuple[str, date, str]]) -> dict[str, list[Claim]]:
    """Claims by report.

    Args:
        reading: The record.
        reports: Ids of the reports, with day and original.
    """
    wanted = list(reports)
    if not wanted:
        return {}
    days = [day for _, day, _ in wanted]
    table = reading.sql(
        f"""SELECT * EXCLUDE (publisher, run_id, known_from), report_id AS event_id FROM {{claims}}
            WHERE known_from BETWEEN DATE '{min(days)}' AND DATE '{max(days)}'
            AND report_id IN (SELECT id FROM wanted)""",
        wanted=ids(name for name, _, _ in wanted),
    )
    out: dict[str, list[Claim]] = {}
    for claim in records_of(Claim, table):
        out.setdefault(claim.event_id, []).append(claim)
    return out


def _rewrite_events(
    reading: Reading,
    writer: Writer,
    name: str,
    changes: Changes,
    new: Mapping[int, list[pa.Table]],
    order: list[tuple[str, str]],
) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    dropped = pa.array(list(changes.dropped), type=pa.string())
    for year in sorted({*new, *(day.year for day in changes.dropped.values())}):
        table = reading.sql(f"SELECT * FROM {{{name}}} WHERE year = {year}").cast(arrow_schema(name))
        kept = table.filter(pc.invert(pc.is_in(table["event_id"], dropped)))
        writer.replace(name, [year], pa.concat_tables([kept, *new.get(year, ())]).sort_by(order))


def days_of(reading: Reading, names: Collection[str]) -> dict[str, tuple[date, str, str]]:
    """Day, event and original of reports that the record has.

    Args:
        reading: The record.
        names: Ids of reports.
    """
    if not names:
        return {}
    rows = reading.sql(
        "SELECT report_id, known_from, event_id, original_id FROM {reports} WHERE report_id IN (SELECT id FROM names)",
        names=ids(names),
    )
    return {r: (d, e, o) for r, d, e, o in zip(*(rows.column(k).to_pylist() for k in range(4)), strict=True)}
