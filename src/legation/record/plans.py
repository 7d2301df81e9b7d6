"""Plans: what is planned, when, in words and in order, and what became of plans whose time is over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from legation.record.queries import (
    Some,
    any_of,
    bounds,
    event_columns,
    known_on,
    not_below_zero,
    several,
    states_of,
)
from legation.record.results import Plan
from legation.record.views import Views, literal, literals
from legation.record.who import as_who
from legation.schema import from_plain
from legation.types import Event

__all__ = ["calendar", "in_words", "last_day"]

_STALE = timedelta(days=365)
"""Plans without a date are taken to be alive as long as somebody spoke of them within this time."""


def last_day(views: Views) -> date | None:
    """The last day from which the record holds an article; None where it is empty."""
    day: date | None = views.cached("last day", lambda: views.rows("SELECT max(known_from) FROM articles")[0][0])
    return day


_MONTHS = "January February March April May June July August September October November December".split()


def in_words(first: date | None, last: date | None, edtf: str = "") -> tuple[str, str]:
    """A time in words, and its precision.

    Args:
        first: First day it can mean.
        last: Last day it can mean.
        edtf: The date as written; tells "from 2031" from "from 1 January 2031".

    Returns:
        8 July 2024, in July 2024, in 2024, 3 to 8 July 2024, 2017 to 2027, from May 2024, by 8 July 2024, no date yet;
        and day, month, year, span, open or none.
    """
    if first is None and last is None:
        return "no date yet", "none"
    if last is None or first is None:
        start, _, end = edtf.partition("/")
        written = max(len(part) for part in (start, end)) if edtf else 10
        day = first or last or date.min
        return f"{'from' if first else 'by'} {_day(day, written)}", "open"
    if first == last:
        return _day(first), "day"
    if first.day == 1 and (last + timedelta(days=1)).day == 1:
        if (first.year, first.month) == (last.year, last.month):
            return f"in {_day(first, 7)}", "month"
        if (first.month, last.month) == (1, 12):
            return (f"in {first.year}", "year") if first.year == last.year else (f"{first.year} to {last.year}", "span")
        return f"{_day(first, 7)} to {_day(last, 7)}", "span"
    words = _day(first).split()
    if first.year == last.year:  # what the end says anyhow is left out
        words = words[:1] if first.month == last.month else words[:2]
    return f"{' '.join(words)} to {_day(last)}", "span"


def _day(day: date, written: int = 10) -> str:
    """A day in words, or as much of it as a date of so many letters says."""
    words = [str(day.day), _MONTHS[day.month - 1], str(day.year)]
    return " ".join(words[{4: 2, 7: 1}.get(written, 0) :])


def calendar(
    views: Views,
    *,
    as_of: date | None = None,
    since: date | None = None,
    until: date | None = None,
    actor: Some = None,
    past: bool = False,
    limit: int | None = None,
) -> list[Plan]:
    """Planned events, the soonest first; with `past` plans whose time has come, and what became of them."""
    not_below_zero(limit=limit)
    bounds(since, until)
    today = since or as_of or last_day(views)
    if today is None:
        return []
    who = ""
    if given := several(actor):
        found = [as_who(views, text, as_of) for text in given]
        who = " AND " + any_of(w.among(side) for w in found for side in ("actors", "recipients"))
    if past:
        return _past(views, as_of or last_day(views) or today, as_of, (since, until), who, limit)
    return _coming(views, today, as_of, until, who, limit)


def _coming(
    views: Views, today: date, as_of: date | None, until: date | None, who: str, limit: int | None
) -> list[Plan]:
    first, last = '"date"."first"', '"date"."last"'
    # Each condition by itself, not coalesce(), so that the files' statistics help.
    parts = [
        f"{last} >= {literal(today)}",
        f"({last} IS NULL AND {first} >= {literal(today)})",
        f"({last} IS NULL AND last_reported >= {literal(today - _STALE)})",
    ]
    before = f" AND coalesce({first}, {last}) <= {literal(until)}" if until else ""
    keys = views.rows(
        f"SELECT year, event_id FROM event_states WHERE status = 'planned' AND {known_on(as_of)}{who} "
        f"AND {any_of(parts)}{before} "
        # What has begun may be meant to come until its end; after what has a date comes what has none.
        f"ORDER BY CASE WHEN {first} >= {literal(today)} THEN {first} ELSE {last} END ASC NULLS LAST, {last}, "
        f"last_reported DESC, event_id{'' if limit is None else f' LIMIT {limit}'}"
    )
    if not keys:
        return []
    found = {row["event_id"]: row for row in states_of(views, keys, as_of)}
    since = _planned_since(views, keys)
    return [_plan(found[event_id] | {"announced": since[event_id]}) for _, event_id in keys]


def _planned_since(views: Views, keys: Sequence[tuple[int, str]]) -> dict[str, date]:
    """The first day on which each of some events was known as planned."""
    if views.held() is not None:
        rows = views.having("event_states", "event_id", (i for _, i in keys), ("event_id", "known_from", "status"))
        out: dict[str, date] = {}
        for row in rows:
            if row["status"] == "planned":
                day = out.setdefault(row["event_id"], row["known_from"])
                out[row["event_id"]] = min(day, row["known_from"])
        return out
    found = views.rows(
        f"SELECT event_id, min(known_from) FROM event_states WHERE {_among(keys)} AND status = 'planned' "
        "GROUP BY event_id"
    )
    return dict(found)


def _among(keys: Sequence[tuple[int, str]]) -> str:
    """SQL: whether a state is of one of these events, given by the year they are filed under and their id."""
    years = literals(sorted({year for year, _ in keys}))
    return f"year IN ({years}) AND event_id IN (SELECT unnest([{literals(i for _, i in keys)}]))"


def _plan(row: Mapping[str, Any]) -> Plan:
    event: Event = from_plain(Event, row)
    when, precision = in_words(event.date.first, event.date.last, event.date.edtf)
    return Plan(event, when, precision, event.date.first, event.date.last, row["announced"])


def _past(
    views: Views,
    end: date,
    as_of: date | None,
    bounded: tuple[date | None, date | None],
    who: str,
    limit: int | None,
) -> list[Plan]:
    """Plans whose last planned day lies before `end` (and within bounds), with the state they have come to."""
    since, until = bounded
    bounds = [f'coalesce("date"."last", "date"."first") < {literal(end)}']
    bounds += [f'coalesce("date"."last", "date"."first") >= {literal(since)}'] if since else []
    bounds += [f'coalesce("date"."first", "date"."last") <= {literal(until)}'] if until else []
    sql = f"""
        WITH plan AS (
            SELECT event_id, year, arg_max("date", known_from) AS planned
            FROM event_states WHERE status = 'planned' AND known_from <= {literal(end)} AND {" AND ".join(bounds)}
            GROUP BY event_id, year)
        SELECT {event_columns("n")}, n.year, plan.planned
        FROM event_states n JOIN plan ON n.year = plan.year AND n.event_id = plan.event_id
        WHERE {known_on(as_of, "n")}{who}
        ORDER BY coalesce(plan.planned."last", plan.planned."first") DESC, n.event_id
        LIMIT {"ALL" if limit is None else limit}"""
    rows = views.arrow(sql).to_pylist()
    if not rows:
        return []
    known_since = _planned_since(views, [(row["year"], row["event_id"]) for row in rows])
    then = {} if as_of is None else {"known_to": None}
    return [_became(row | {"announced": known_since[row["event_id"]]} | then, end) for row in rows]


def _became(row: Mapping[str, Any], end: date) -> Plan:
    event: Event = from_plain(Event, row)
    first, last = row["planned"]["first"], row["planned"]["last"]
    when, precision = in_words(first, last, row["planned"]["edtf"])
    if event.disputed:
        outcome = "disputed"
    elif event.status in ("happened", "ongoing", "not"):
        outcome = event.status
    else:
        later = event.date.last or event.date.first
        outcome = "moved" if event.status == "planned" and later is not None and later >= end else "unknown"
    return Plan(event, when, precision, first, last, row["announced"], outcome)
