"""The commands that ask a record: events, show, pair, calendar, series and sql."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from legation import options
from legation.display import console, counted, stdout, tell
from legation.options import Command
from legation.schema import to_plain
from legation.types import Event

if TYPE_CHECKING:
    from legation.record.record import Record
    from legation.record.results import Plan

__all__ = ["COMMANDS"]

_LIST = 50
_TIMELINE = 200


def _answers(function: Command) -> Command:
    """Opens the record, and turns what is wrong with a question into one line: status 2; with the record: status 1."""

    @wraps(function)
    def inner(record: str, **asked: Any) -> Any:
        from legation.record.record import open as open_record

        with options.about_record():
            return function(open_record(record), **asked)

    return click.argument("record", metavar="RECORD")(inner)


@click.command()
@_answers
@options.event_filters
@click.option(
    "--sort", default="-reported", show_default=True, help="date, reported, reports, score or confidence; - turns."
)
@click.option(
    "--limit", type=click.IntRange(0), default=_LIST, show_default=True, help="Most events to print; 0 for all."
)
@options.form("table", "json", "jsonl", "csv")
def events(record: Record, form: str, sort: str, limit: int, **asked: Any) -> None:
    """List events of RECORD."""
    filters = options.given(**asked)
    found = record.events(sort=sort, limit=limit or None, **filters)
    if form == "table":
        from legation.display_record import events_table

        if len(found):
            console().print(events_table(found))
        total = record.count(**filters) if found.truncated else len(found)
        rest = f"; {_shown('first', len(found))}" if found.truncated else ""
        tell(f"{counted(total, 'event')}{rest}")
    else:
        _print_events(found, form)


@click.command()
@_answers
@click.argument("event_id", metavar="EVENT")
@options.as_of
@options.form("table", "json")
def show(record: Record, event_id: str, as_of: str | None, form: str) -> None:
    """Show one event of RECORD: its history, every report with its words, and the contradictions.

    EVENT is its id as `legation events` prints it, or that of any report of it.
    """
    page = record.event(event_id, as_of)
    if form == "json":
        _print_json(page)
    else:
        from legation.display_record import print_event

        print_event(console(), page)


@click.command()
@_answers
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@options.since
@options.until
@options.as_of
@options.type_
@options.status
@click.option("--limit", type=click.IntRange(0), default=_TIMELINE, show_default=True, help="Most events; 0 for all.")
@options.form("table", "json", "jsonl", "csv")
def pair(record: Record, a: str, b: str, limit: int, form: str, **asked: Any) -> None:
    """Print the timeline of two countries, bodies or groups, the latest events last."""
    two = record.pair(a, b, **options.given(**asked))
    latest = two.events(sort="-date", limit=limit or None)
    found = list(latest)[::-1]
    if form != "table":
        _print_events(found, form)
        return
    from legation.display_record import print_pair

    if found:
        print_pair(console(), two.names, found, two.series("year").to_dicts())
    total = two.count() if latest.truncated else len(found)
    rest = f"; {_shown('latest', len(found))}" if latest.truncated else ""
    tell(f"{counted(total, 'event')} between {two.names[0]} and {two.names[1]}{rest}")


@click.command()
@_answers
@options.since
@options.until
@options.as_of
@click.option("--actor", multiple=True, metavar="WHO", help="Whom it is about: a code, id or name (repeatable: any).")
@click.option("--past", is_flag=True, help="Plans whose time is over, and what became of them.")
@click.option("--limit", type=click.IntRange(0), default=_TIMELINE, show_default=True, help="Most plans; 0 for all.")
@options.form("table", "json", "jsonl", "csv")
def calendar(record: Record, past: bool, limit: int, form: str, **asked: Any) -> None:
    """Print what is planned, soonest first, from the record's last day on."""
    found = record.calendar(past=past, limit=limit + 1 if limit else None, **options.given(**asked))
    more = bool(limit) and len(found) > limit
    plans = found[:limit] if more else list(found)
    if form != "table":
        _print_plans(plans, form)
        return
    from legation.display_record import calendar_table

    if plans:
        console().print(calendar_table(plans, past=past))
    day = asked["since"] or asked["as_of"] or record.last_day()
    start = "whose time is over" if past else f"from {day} on" if day else "in an empty record"
    rest = ", and more: --limit shows them" if more else ""
    tell(f"{counted(len(plans), 'plan')} {start}{rest}")


@click.command()
@_answers
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option("--by", default="month", show_default=True, help="day, week, month, quarter or year.")
@options.scheme
@click.option("--direction", default="both", show_default=True, help="both, out (A to B) or in (B to A).")
@options.since
@options.until
@options.as_of
@options.type_
@options.status
@options.form("table", "json", "jsonl", "csv")
def series(record: Record, a: str, b: str, form: str, by: str, scheme: str, direction: str, **asked: Any) -> None:
    """Print how much happened between two countries, bodies or groups in each period, and of what kind.

    A period from which the record has no article is a gap (null), one with articles and no event a zero.
    """
    found = record.series(a, b, by=by, scheme=scheme, direction=direction, **options.given(**asked))
    if form != "table":
        _print_rows(found.columns, found.to_dicts(), form)
        return
    from legation.display_record import series_table

    rows = found.to_dicts()
    if rows:
        out = console()
        out.print(series_table(rows, by, out.width))
    total = sum(row["events"] or 0 for row in rows)
    tell(f"{counted(total, 'event')} of {found.a} and {found.b}; conflict by the scheme {scheme}")


@click.command()
@_answers
@click.argument("query", metavar="[SELECT]", required=False)
@click.option("--limit", type=click.IntRange(0), default=10_000, show_default=True, help="Most rows to print.")
@click.option(
    "--seconds", type=click.FloatRange(0, min_open=True), default=10.0, show_default=True, help="Most time to take."
)
@options.form("table", "json", "jsonl", "csv")
def sql(record: Record, query: str | None, limit: int, seconds: float, form: str) -> None:
    """Answer one SQL SELECT over RECORD, in DuckDB's dialect; - reads it from standard input.

    Without a SELECT it lists the views and their columns.
    """
    if query is None:
        from legation.record.views import VIEWS

        out = console()
        for name, words in VIEWS.items():
            columns = [row["column_name"] for row in record.sql(f"DESCRIBE {name}")]
            out.print(f"{name}: {words}")
            out.print(f"    {', '.join(columns)}")
        return
    found = record.sql(sys.stdin.read() if query == "-" else query, limit, seconds)
    if form == "table":
        from legation.display_record import rows_table

        console().print(rows_table(found.columns, found))
    else:
        _print_rows(found.columns, found, form)
    if found.truncated:
        tell(f"only the first {len(found):,} rows; --limit gives more")


def _shown(which: str, number: int) -> str:
    """That not all are shown, but the first or the latest."""
    return f"the {which} {f'{number:,} are' if number > 1 else 'is'} shown, --limit shows more"


def _json_value(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_json_value)


def _plain(value: Any) -> Any:
    """A record as JSON; records inside mappings too."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    made = to_plain(value)
    return {key: _plain(getattr(value, key)) for key in made} if isinstance(made, dict) else made


def _print_json(value: Any) -> None:
    stdout().write(_dumped(_plain(value)) + "\n")


def _print_events(events: Iterable[Event], form: str) -> None:
    if form != "csv":
        _print_rows([], map(_plain, events), form)
        return
    from legation.export.tables import flat_columns

    columns = flat_columns("events")
    _print_rows(columns, (dict(zip(columns, event_cells(event), strict=True)) for event in events), form)


_PLAN = ("when", "precision", "first", "last", "announced", "outcome")
"""What a plan has beside its event."""


def _print_plans(plans: Iterable[Plan], form: str) -> None:
    if form != "csv":
        _print_rows([], map(_plain, plans), form)
        return
    from legation.export.tables import flat_columns

    columns = [*_PLAN, *flat_columns("events")]
    cells = ([*(getattr(plan, name) for name in _PLAN), *event_cells(plan.event)] for plan in plans)
    _print_rows(columns, (dict(zip(columns, row, strict=True)) for row in cells), form)


def event_cells(event: Event) -> list[Any]:
    """An event as one flat row: the cells of the table `events` of an export as CSV."""
    from legation.export.tables import flat_row

    day = event.date.first or event.date.last or event.first_reported
    return flat_row("events", to_plain(event) | {"day": day})


def _print_rows(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], form: str) -> None:
    out = stdout()
    if form == "json":
        out.write(_dumped(list(rows)) + "\n")
    elif form == "jsonl":
        out.writelines(_dumped(row) + "\n" for row in rows)
    else:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_csv_cell(row[name]) for name in columns] for row in rows)


def _csv_cell(value: Any) -> Any:
    """A value as a cell; a text that a spreadsheet would run has an apostrophe before it, as in exports."""
    from legation.export.text import guarded

    if isinstance(value, str):
        return guarded(value)
    if isinstance(value, dict | list):
        return _dumped(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else value


COMMANDS = (events, show, pair, calendar, series, sql)
"""The commands, in the order in which the help lists them."""
