"""What charts show that no other question asks for: events as points in time, or as counts where there are too many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from legation.record.pages import days_with_articles
from legation.record.queries import Filters, as_day
from legation.record.series import PERIODS, first_day, next_period
from legation.record.views import Views, literal

if TYPE_CHECKING:
    from legation.record.held import Held

__all__ = ["MOST_POINTS", "Points", "between", "fitting", "missing", "points"]

MOST_POINTS = 1_500
"""Events that are shown one by one; of more than these, counts of periods and types are shown."""

_MOST_PERIODS = 200


@dataclass(frozen=True, slots=True)
class Points:
    """Events in time.

    Attributes:
        rows: One an event (`crowded` false): event_id, day, first, last, event_type, event_mode, status, disputed,
            reports, who. Or one a period and type: period, event_type, events, reports, and the number of events of
            each status as a mapping, `statuses`.
        crowded: Whether there are more than `MOST_POINTS` events.
        events: Number of events.
        by: The period that suits the time they span, one of `PERIODS`.
        counts: First day of each period with events, and how many.
        gaps: Stretches of whole periods among them from which the record has no article: first day, day after the last.
    """

    rows: tuple[dict[str, Any], ...]
    crowded: bool
    events: int
    by: str
    counts: tuple[tuple[date, int], ...]
    gaps: tuple[tuple[date, date], ...]


def points(views: Views, filters: Filters, most: int = MOST_POINTS) -> Points:
    """The events that filters let through, as points in time or, if there are too many of them, as counts.

    Args:
        views: The record.
        filters: Which events.
        most: Most events that are given one by one.

    Raises:
        QueryError: If a filter's value means nothing.
    """
    if (held := views.held()) is not None:
        return _from_memory(views, held, filters, most)
    where = filters.sql(views)
    first, last, events = views.rows(f'SELECT min("day"), max("day"), count(*) FROM event_states WHERE {where}')[0]
    if first is None:
        return Points((), False, 0, "month", (), ())
    by = fitting(first, last)
    sql = (
        f'SELECT date_trunc({literal(by)}, "day")::DATE AS period, event_type, status, count(*) AS events, '
        f"sum(reports)::BIGINT AS reports FROM event_states WHERE {where} GROUP BY ALL ORDER BY ALL"
    )
    groups = views.rows(sql)
    counts: dict[date, int] = {}
    for period, _, _, n, _ in groups:
        counts[period] = counts.get(period, 0) + n
    crowded = events > most
    rows = _cells(groups) if crowded else _single(views, where)
    return Points(tuple(rows), crowded, events, by, tuple(counts.items()), _gaps(views, by, filters.as_of, counts))


def _cells(groups: Iterable[tuple[Any, ...]]) -> list[dict[str, Any]]:
    cells: dict[tuple[date, str], dict[str, Any]] = {}
    for period, kind, status, n, reports in groups:
        empty = {"period": period, "event_type": kind, "events": 0, "reports": 0, "statuses": {}}
        cell = cells.setdefault((period, kind), empty)
        cell["events"] += n
        cell["reports"] += reports
        cell["statuses"][status] = n
    return list(cells.values())


def _single(views: Views, where: str) -> list[dict[str, Any]]:
    sql = (
        'SELECT event_id, "day", "date"."first" AS "first", "date"."last" AS "last", event_type, event_mode, status, '
        f'disputed, reports, actors, recipients FROM event_states WHERE {where} ORDER BY "day", event_id'
    )
    return _named(views.arrow(sql).to_pylist())


_POINT = (
    "event_id",
    "day",
    "date",
    "event_type",
    "event_mode",
    "status",
    "disputed",
    "reports",
    "actors",
    "recipients",
)


def _from_memory(views: Views, held: Held, filters: Filters, most: int) -> Points:
    """The same, of a record in memory."""
    places = held.columns.first(filters.mask(views, held.columns), "date", False, None)
    if not len(places):
        return Points((), False, 0, "month", (), ())
    crowded = len(places) > most
    columns = ("day", "event_type", "status", "reports") if crowded else _POINT
    found = held.at("event_states", places, columns).to_pylist()
    by = fitting(found[0]["day"], found[-1]["day"])
    counts: dict[date, int] = defaultdict(int)
    groups: dict[tuple[date, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in found:
        period = first_day(row["day"], by)
        counts[period] += 1
        group = groups[period, row["event_type"], row["status"]]
        group[0] += 1
        group[1] += row["reports"]
    if crowded:
        rows = _cells((*key, *groups[key]) for key in sorted(groups))
    else:
        for row in found:
            written = row.pop("date")
            row |= {"first": written["first"], "last": written["last"]}
        rows = _named(found)
    gaps = _gaps(views, by, filters.as_of, counts)
    return Points(tuple(rows), crowded, len(places), by, tuple(counts.items()), gaps)


def _named(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Points with who takes part, in words."""
    for row in rows:
        sides = (row.pop("actors"), row.pop("recipients"))
        row["who"] = " → ".join(", ".join(p["name"] or p["code"] for p in side) for side in sides if side)
    return rows


def fitting(first: date, last: date, most: int = _MOST_PERIODS) -> str:
    """The shortest of `PERIODS` of which no more than so many lie between two days."""
    lengths = zip(PERIODS, (1, 7, 30, 91, 365), strict=True)
    return next((by for by, days in lengths if (last - first).days / days <= most), PERIODS[-1])


def _gaps(views: Views, by: str, as_of: date | str | None, counts: Mapping[date, int]) -> tuple[tuple[date, date], ...]:
    """Stretches without an article, as far as events reach."""
    first, after = min(counts), next_period(max(counts), by)
    cut = ((max(start, first), min(end, after)) for start, end in missing(views, by, as_of))
    return tuple((start, end) for start, end in cut if start < end)


def missing(views: Views, by: str, as_of: date | str | None = None) -> tuple[tuple[date, date], ...]:
    """Stretches of whole periods without an article: first day, day after the last; between the first and the last."""
    until = as_day(as_of, "as_of")
    found = sorted({first_day(day, by) for day, _ in days_with_articles(views) if until is None or day <= until})
    out = []
    for before, after in pairwise(found):
        start = next_period(before, by)
        if start < after:
            out.append((start, after))
    return tuple(out)


def between(first: date, after: date) -> str:
    """A stretch of days in words; `after` is the day after its last one."""
    last = after - timedelta(days=1)
    return first.isoformat() if first == last else f"{first} to {last}"
