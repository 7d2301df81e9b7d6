"""Two places over time: how much happened between them in each period, of what kind, and how it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from legation.export.codebook import QUAD_NAMES, SCHEMES, quad_class
from legation.ontology import STATUSES, TYPES
from legation.record.pages import days_with_articles
from legation.record.queries import TOOK_PLACE, Some, bounds, check, known_on, several
from legation.record.results import Result
from legation.record.views import QueryError, Views, literal, literals
from legation.record.who import name_of

if TYPE_CHECKING:
    import altair
    import pyarrow as pa

__all__ = ["DIRECTIONS", "PERIODS", "Series", "series"]

PERIODS = ("day", "week", "month", "quarter", "year")
DIRECTIONS = ("both", "out", "in")
"""Both directions; from the first to the second; from the second to the first."""

CLASSES: tuple[str, ...] = tuple(name.replace(" ", "_") for name in QUAD_NAMES[1:])
"""Columns of the quad classes 1 to 4."""

_COARSE: dict[str, frozenset[str]] = {
    "day": frozenset({"month", "year", "span"}),
    "week": frozenset({"month", "year"}),
    "month": frozenset({"year"}),
    "quarter": frozenset({"year"}),
    "year": frozenset(),
}
"""Precisions of a date that do not say in which period it lies."""


class Series(Result[dict[str, Any]]):
    """A row a period, in order, without holes.

    Columns: `period` (its first day), `articles` (that the record holds from it), then, of the events that count for
    it, `events`, the statuses, the types, `visits`, `reports` (independent ones), `coarse` (events whose date is less
    precise than the period; they count on its first day), `score_sum` and `score_mean` (-10 to 10), the classes of the
    quad scheme and `conflict_share` (verbal and material conflict among them, 0 to 1; null where nothing took place).

    Numbers are null where the record holds no article from the period and knows of no event in it: nobody looked.
    They are 0 where there are articles and none tells of an event.

    Attributes:
        a: The first place.
        b: The second.
        by: Length of a period.
        scheme: Name of the quad scheme.
        note: From which snapshot it is, as known when.
    """

    def __init__(self, table: pa.Table, explain: str, *, a: str, b: str, by: str, scheme: str) -> None:
        super().__init__(table, dict, explain)
        self.a, self.b, self.by, self.scheme = a, b, by, scheme
        self.note = ""

    def chart(self, measure: str = "classes", theme: str = "light", width: int = 640) -> altair.Chart:
        """One measure of it, as a chart of Altair; see `legation.record.charts`.

        Args:
            measure: classes, events, conflict_share, score_mean, score_sum, visits or reports.
            theme: light or dark.
            width: Of the plot, in pixels.
        """
        from legation.record import charts

        title = " and ".join(map(name_of, (self.a, self.b)))
        frame = charts.Frame(theme, width, self.note)
        return charts.altair_chart(
            charts.series(self.to_dicts(), measure, title, by=self.by, scheme=self.scheme, frame=frame)
        )


def first_day(day: date, by: str) -> date:
    """The first day of the period that a day lies in; weeks begin on Monday."""
    if by == "week":
        return day - timedelta(days=day.weekday())
    if by == "month":
        return day.replace(day=1)
    if by == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day.replace(month=1, day=1) if by == "year" else day


def next_period(day: date, by: str) -> date:
    """The first day of the period after the one that begins on a day."""
    length = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}[by]
    return first_day(day + timedelta(days=length), by)


def series(
    views: Views,
    a: str,
    b: str,
    *,
    by: str = "month",
    scheme: str = "plover",
    direction: str = "both",
    since: date | None = None,
    until: date | None = None,
    as_of: date | None = None,
    type: Some = None,  # noqa: A002
    status: Some = None,
) -> Series:
    """What happened between two places in each period.

    Args:
        views: The record.
        a: Place code of the first.
        b: Place code of the second.
        by: One of `PERIODS`.
        scheme: How events are sorted into verbal and material, cooperation and conflict: one of `SCHEMES` of the
            codebook.
        direction: `out` counts what a does to b, `in` what b does to a; what both do, or has no direction, counts in
            each.
        since: First day; that of the first article or event by default.
        until: Last day; that of the last article or event by default.
        as_of: As known on this day; now where None.
        type: Types to count; all by default.
        status: Statuses that count as events, and for types, visits, reports, scores and the quad classes; those that
            took place by default. The columns of statuses count all.

    Raises:
        QueryError: If a value means nothing.
    """
    for name, value, known in (("by", by, PERIODS), ("direction", direction, DIRECTIONS), ("scheme", scheme, SCHEMES)):
        if value not in known:
            raise QueryError(f"{name}: {value!r} is none of {', '.join(known)}")
    bounds(since, until)
    check("type", several(type), TYPES)
    check("status", several(status), STATUSES)
    counted = several(status) or TOOK_PLACE
    sql = _sql(a, b, by=by, direction=direction, bounds=(since, until), as_of=as_of, types=several(type))
    if (held := views.held()) is not None:
        doer = {"out": a, "in": b}.get(direction)
        places = held.pairs.rows("|".join(sorted((a, b))), as_of, (since, until), doer, several(type))
        groups = _grouped(held.at("pair_states", places, _COUNTED).to_pylist(), by)
    else:
        groups = views.rows(sql)
    articles = views.cached(
        f"articles by {by} {since} {until} {as_of}", lambda: _articles(views, by, since, until, as_of)
    )
    found: dict[date, list[tuple[Any, ...]]] = defaultdict(list)
    for period, *rest in groups:
        found[period].append(tuple(rest))
    ends = sorted([*articles, *found])
    start = first_day(since, by) if since else ends[0] if ends else None
    stop = first_day(until, by) if until else ends[-1] if ends else None
    rows = [
        _row(period, articles.get(period, 0), found.get(period, []), counted, scheme, _COARSE[by])
        for period in _periods(start, stop, by)
    ]
    return Series(_table(rows), sql, a=a, b=b, by=by, scheme=scheme)


_COUNTED = ("event_id", "day", "event_type", "event_mode", "status", "precision", "score", "reports")


def _grouped(rows: Iterable[Mapping[str, Any]], by: str) -> list[tuple[Any, ...]]:
    """The same as by `_sql`, from its rows, each event once."""
    groups: dict[tuple[Any, ...], list[Any]] = {}
    for row in {row["event_id"]: row for row in rows}.values():
        key = (first_day(row["day"], by), row["event_type"], row["event_mode"], row["status"], row["precision"])
        group = groups.setdefault(key, [0, 0.0, 0])
        group[0] += 1
        group[1] += row["score"]
        group[2] += row["reports"]
    return [(*key, *groups[key]) for key in sorted(groups)]


def _articles(views: Views, by: str, since: date | None, until: date | None, as_of: date | None) -> Mapping[date, int]:
    """Number of articles by period."""
    out: dict[date, int] = defaultdict(int)
    for day, n in days_with_articles(views):
        if (since is None or day >= since) and (until is None or day <= until) and (as_of is None or day <= as_of):
            out[first_day(day, by)] += n
    return dict(out)


def _sql(
    a: str,
    b: str,
    *,
    by: str,
    direction: str,
    bounds: tuple[date | None, date | None],
    as_of: date | None,
    types: tuple[str, ...],
) -> str:
    """Counts by period, type, mode and status; an event that has a row in each direction counts once."""
    pair = "|".join(sorted((a, b)))
    parts = [f"pair = {literal(pair)}", known_on(as_of)]
    doer = {"out": a, "in": b}.get(direction)
    parts += [f"(NOT directed OR a = {literal(doer)})"] if doer else []
    parts += [f"day >= {literal(bounds[0])}"] if bounds[0] else []
    parts += [f"day <= {literal(bounds[1])}"] if bounds[1] else []
    parts += [f"event_type IN ({literals(types)})"] if types else []
    return (
        f"SELECT date_trunc({literal(by)}, day)::DATE AS period, event_type, event_mode, status, precision, count(*), "
        "sum(score), sum(reports) FROM (SELECT event_id, any_value(day) AS day, any_value(event_type) AS event_type, "
        "any_value(event_mode) AS event_mode, any_value(status) AS status, any_value(precision) AS precision, "
        "any_value(score) AS score, "
        f"any_value(reports) AS reports FROM pair_states WHERE {' AND '.join(parts)} GROUP BY event_id) "
        "GROUP BY ALL ORDER BY ALL"
    )


_quad = cache(quad_class)


def _periods(start: date | None, stop: date | None, by: str) -> Iterator[date]:
    while start is not None and stop is not None and start <= stop:
        yield start
        if start == first_day(date.max, by):  # after the last day of the calendar comes none
            return
        start = next_period(start, by)


def _row(
    period: date,
    articles: int,
    groups: Iterable[tuple[Any, ...]],
    counted: tuple[str, ...],
    scheme: str,
    coarse: frozenset[str],
) -> dict[str, Any]:
    groups = list(groups)
    row: dict[str, Any] = {"period": period, "articles": articles}
    if not articles and not groups:
        return row
    numbers = ("events", *STATUSES, *TYPES, "visits", "reports", "coarse", *CLASSES)
    row |= dict.fromkeys(numbers, 0) | {"score_sum": 0.0}
    for kind, mode, status, precision, n, score, reports in groups:
        row[status] += n
        if status not in counted:
            continue
        row["events"] += n
        row[kind] += n
        row["visits"] += n if (kind, mode) == ("CONSULT", "visit") else 0
        row["reports"] += int(reports)
        row["score_sum"] += float(score)
        row["coarse"] += n if precision in coarse else 0
        number = _quad(kind, mode, status, scheme)
        if number:
            row[CLASSES[number - 1]] += n
    row["score_mean"] = row["score_sum"] / row["events"] if row["events"] else None
    placed = sum(row[c] for c in CLASSES)
    row["conflict_share"] = sum(row[c] for c in CLASSES[2:]) / placed if placed else None
    return row


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    import pyarrow as pa

    whole = ("articles", "events", *STATUSES, "visits", "reports", "coarse", *TYPES, *CLASSES)
    kinds = [("period", pa.date32()), *((name, pa.int64()) for name in whole)]
    kinds += [(name, pa.float64()) for name in ("score_sum", "score_mean", "conflict_share")]
    return pa.Table.from_pylist(rows, schema=pa.schema(kinds))
