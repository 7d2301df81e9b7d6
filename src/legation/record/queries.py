"""Questions about many events: lists, counts, facets, the calendar."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from legation.knowledge import parse_day, place_names
from legation.merge.words import stem
from legation.ontology import CONTEXTS, MODES, STATUSES, TYPES
from legation.record.columns import either
from legation.record.results import Plan, Result, field_names
from legation.record.views import QueryError, Views, literal, literals
from legation.record.who import as_place, as_who
from legation.schema import from_plain
from legation.types import Event

if TYPE_CHECKING:
    import pyarrow as pa

    from legation.record.columns import Columns, Mask

__all__ = ["FACETS", "SORTS", "Filters", "as_day", "calendar", "count", "event_columns", "events", "facets", "known_on"]

Some = str | Iterable[str] | None
"""One value, several (any of them), or None for all."""

_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)

SORTS: dict[str, str] = {
    "date": '"day"',
    "reported": "last_reported",
    "reports": "reports",
    "score": "score",
    "confidence": "confidence",
}
"""What events can be sorted by; a minus before it turns the order."""

FACETS: dict[str, str] = {
    "type": "[event_type]",
    "mode": "[event_mode]",
    "status": "[status]",
    "context": "contexts",
    "actor": "list_distinct([split_part(p.code, '.', 1) for p in actors])",
    "recipient": "list_distinct([split_part(p.code, '.', 1) for p in recipients])",
    "place": "[place.country]",
    "year": """[year("day")::VARCHAR]""",
    "disputed": "[CASE WHEN disputed THEN 'yes' ELSE 'no' END]",
}
"""What events can be counted by, and the values of an event there."""

TOOK_PLACE = ("happened", "ongoing")
"""Statuses that count where none is asked for: what is planned, possible or denied has not happened."""

_STALE = timedelta(days=365)
"""Plans without a date are taken to be alive as long as somebody spoke of them within this time."""


def as_day(value: date | str | None, name: str) -> date | None:
    """A day given as a date or as YYYY-MM-DD.

    Args:
        value: YYYY and YYYY-MM mean the first day of the year or month.
        name: What it is; of `until` and `as_of` they mean the last day.

    Raises:
        QueryError: If it is no day.
    """
    if value is None:
        return None
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    text = value.strip()
    try:
        if _DAY.fullmatch(text):
            return parse_day(text, end=name in ("until", "as_of"))
    except ValueError:
        pass
    raise QueryError(f"{name}: {value!r} is no date; write YYYY-MM-DD")


def several(value: Some) -> tuple[str, ...]:
    """The values of an argument that takes one or several."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def known_on(as_of: date | None, table: str = "") -> str:
    """SQL: whether a state holds on a day; the present one where None."""
    prefix = f"{table}." if table else ""
    if as_of is None:
        return f"{prefix}known_to IS NULL"
    day = literal(as_of)
    return f"({prefix}known_from <= {day} AND ({prefix}known_to IS NULL OR {prefix}known_to > {day}))"


@dataclass(frozen=True, slots=True)
class Filters:
    """Which events are meant. Several values of one field mean any of them; fields are joined by and.

    Attributes:
        actor: Doers: codes, ids or names. A country's code matches every sector of it.
        recipient: Those it is done to or with.
        pair: Two places that take part together, in either direction.
        type: Event types.
        mode: Modes of types.
        context: Contexts.
        status: Statuses.
        place: Countries (by code or name) in which it takes place, or names of places.
        publisher: Outlets that report it.
        since: First day for which it may count.
        until: Last day.
        words: Words in the sentences that report it, all of them, whatever their endings.
        disputed: Whether reports contradict each other.
        as_of: As known on this day; now where None.
    """

    actor: Some = None
    recipient: Some = None
    pair: tuple[str, str] | None = None
    type: Some = None
    mode: Some = None
    context: Some = None
    status: Some = None
    place: Some = None
    publisher: Some = None
    since: date | str | None = None
    until: date | str | None = None
    words: str | None = None
    disputed: bool | None = None
    as_of: date | str | None = None

    def sql(self, views: Views) -> str:
        """The condition on `event_states`.

        Raises:
            QueryError: If a value means nothing.
        """
        as_of = as_day(self.as_of, "as_of")
        parts = [known_on(as_of)]
        for column, wanted in (("actors", self.actor), ("recipients", self.recipient)):
            if given := several(wanted):
                parts.append(_any(as_who(views, text, as_of).among(column) for text in given))
        parts += _listed(self)
        since, until = _bounds(self)
        parts += [f'"day" >= {literal(since)}'] if since else []
        parts += [f'"day" <= {literal(until)}'] if until else []
        if self.disputed is not None:
            parts.append("disputed" if self.disputed else "NOT disputed")
        if given := several(self.place):
            parts.append(_any(_in_place(text) for text in given))
        if self.pair is not None:
            pair = pair_key(views, *self.pair)
            parts.append(
                "(year, event_id) IN (SELECT (year, event_id) FROM pair_states "
                f"WHERE pair = {literal(pair)} AND {known_on(as_of)})"
            )
        parts += self._reported(as_of)
        return " AND ".join(parts)

    def mask(self, views: Views, columns: Columns) -> Mask:
        """The same as `sql`, of a record in memory: which of its states of events are let through.

        Raises:
            QueryError: If a value means nothing.
        """
        as_of = as_day(self.as_of, "as_of")
        found = [columns.known(as_of)]
        for side, wanted in (("actors", self.actor), ("recipients", self.recipient)):
            if given := several(wanted):
                found.append(either(columns.party(side, as_who(views, text, as_of)) for text in given))
        for name, column, known in _LISTED:
            if given := several(getattr(self, name)):
                _check(name, given, known)
                found.append(columns.coded[column].equal(given))
        since, until = _bounds(self)
        if since or until:
            found.append(columns.days(since, until))
        if self.disputed is not None:
            found.append(columns.disputed(self.disputed))
        if given := several(self.place):
            found.append(either(columns.place(*_meant(text)) for text in given))
        if self.pair is not None:
            found.append(columns.pair(pair_key(views, *self.pair), as_of))
        told = self.told_mask(columns)
        if told is not None:
            found.append(columns.reported(told, as_of))
        out: Mask = reduce(np.logical_and, found)
        return out

    def told_mask(self, columns: Columns) -> Mask | None:
        """The same as `told`, of a record in memory: which reports; None for all."""
        publishers, stems = several(self.publisher), stems_of(self.words) if self.words else ()
        return columns.told(publishers, stems) if publishers or stems else None

    def told(self) -> list[str]:
        """Conditions on a report by which an event is let through; all must hold of one report."""
        parts = []
        if given := several(self.publisher):
            parts.append(f"publisher IN ({literals(given)})")
        return parts + ([has_word(base) for base in stems_of(self.words)] if self.words else [])

    def _reported(self, as_of: date | None) -> list[str]:
        parts = self.told()
        if not parts:
            return []
        if as_of:
            parts.append(f"known_from <= {literal(as_of)}")
        return [f"event_id IN (SELECT event_id FROM reports WHERE {' AND '.join(parts)})"]


def stems_of(words: str) -> list[str]:
    """Stems of the words of a question, those that say something.

    Raises:
        QueryError: If none does.
    """
    found = [base for word in words.split() if (cleaned := word.strip(".,;:!?\"'()")) and (base := stem(cleaned))]
    if not found:
        raise QueryError(f"words: {words!r} holds no word that tells events apart")
    return list(dict.fromkeys(found))


def has_word(base: str) -> str:
    """SQL: whether a report tells of what a stem stands for."""
    capital = base[0].upper() + base[1:]
    tests = [f"list_contains({c}, {literal(w)})" for c, w in (("words", base), ("words", capital), ("stems", base))]
    return f"({' OR '.join(tests)})"  # twice as fast as list_has_any


def pair_key(views: Views, a: str, b: str) -> str:
    """The `pair` of two places: IND|RUS.

    Raises:
        QueryError: If one is not known, or both are one.
    """
    first, second = as_place(views, a), as_place(views, b)
    if first == second:
        raise QueryError(f"a pair has two sides; {a} and {b} are both {first}")
    return "|".join(sorted((first, second)))


def _any(conditions: Iterable[str]) -> str:
    return "(" + " OR ".join(conditions) + ")"


_MODES = frozenset(mode for modes in MODES.values() for mode in modes)


_LISTED: tuple[tuple[str, str, Sequence[str]], ...] = (
    ("type", "event_type", TYPES),
    ("mode", "event_mode", sorted(_MODES)),
    ("status", "status", STATUSES),
    ("context", "contexts", CONTEXTS),
)
"""Filters that have a fixed list of values: their columns, and the values."""


def _check(name: str, given: Iterable[str], known: Sequence[str]) -> None:
    for value in given:
        if value not in known:
            raise QueryError(f"no {name} is called {value!r}; there are {', '.join(known)}")


def _bounds(filters: Filters) -> tuple[date | None, date | None]:
    since, until = as_day(filters.since, "since"), as_day(filters.until, "until")
    if since and until and since > until:
        raise QueryError(f"since {since} is after until {until}; turn them round")
    return since, until


def _listed(filters: Filters) -> list[str]:
    """Conditions on what has a fixed list of values."""
    parts = []
    for name, column, known in _LISTED:
        given = several(getattr(filters, name))
        _check(name, given, known)
        if given and name == "context":
            parts.append(f"list_has_any(contexts, [{literals(given)}])")
        elif given:
            parts.append(f"{column} IN ({literals(given)})")
    return parts


def _in_place(text: str) -> str:
    codes, low = _meant(text)
    parts = [f"place.country = {literal(code)}" for code in codes]
    if low:
        parts = [f"lower(place.name) = {literal(low)}", f"lower(place.text) = {literal(low)}", *parts]
    return _any(parts) if low else parts[0]


def _meant(text: str) -> tuple[list[str], str]:
    """Countries that a place means, by their codes, and its name in small letters where it is not a code itself."""
    known = place_names()
    if text in known:
        return [text], ""
    return [code for code, (_, name) in known.items() if name.lower() == text.lower()], text.lower()


EVENT_COLUMNS = (*field_names(Event), "day")
"""The columns of a state of an event."""


def event_columns(table: str = "") -> str:
    """The columns of a state of an event, as SQL."""
    prefix = f"{table}." if table else ""
    return ", ".join(f'{prefix}"{name}"' for name in EVENT_COLUMNS)


def _order(sort: str) -> str:
    name = sort.removeprefix("-")
    if name not in SORTS:
        raise QueryError(
            f"events cannot be sorted by {sort!r}; there are {', '.join(SORTS)}, each with - for downwards"
        )
    return f"{SORTS[name]} {'DESC' if sort.startswith('-') else 'ASC'}, event_id"


def events(
    views: Views, filters: Filters, sort: str = "-reported", limit: int | None = None, offset: int = 0
) -> Result[Event]:
    """The events that filters let through, in order."""
    for name, value in (("limit", limit), ("offset", offset)):
        if value is not None and value < 0:
            raise QueryError(f"{name}: {value} is below 0")
    order = _order(sort)
    sql = f"SELECT {event_columns()} FROM event_states WHERE {filters.sql(views)} ORDER BY {order}"
    # One more than asked for tells whether there are more.
    part = f" LIMIT {'ALL' if limit is None else limit + 1} OFFSET {offset}" if limit is not None or offset else ""
    if (held := views.held()) is not None:
        most = None if limit is None else limit + 1
        chosen = filters.mask(views, held.columns)
        rows = held.columns.first(chosen, sort.removeprefix("-"), sort.startswith("-"), most, offset)
        table = held.at("event_states", rows, EVENT_COLUMNS)
    elif limit is not None and _is_of_pair(filters, sort):
        table = _of_pair(views, filters, order, part)
    else:
        table = views.arrow(sql + part)
    more = limit is not None and table.num_rows > limit
    return Result(table.slice(0, limit) if more else table, Event, sql + part, truncated=more)


_IN_PAIRS = frozenset({"pair", "type", "mode", "status", "since", "until", "as_of"})


def _is_of_pair(filters: Filters, sort: str) -> bool:
    """Whether the table of pairs has all that is asked for."""
    given = {f.name for f in fields(filters) if getattr(filters, f.name) not in (None, ())}
    return "pair" in given and given <= _IN_PAIRS and sort.removeprefix("-") in ("date", "score", "reports")


def _of_pair(views: Views, filters: Filters, order: str, part: str) -> pa.Table:
    """The same as by the one query over events, but first which events, from the rows of the pair."""
    pair = pair_key(views, *filters.pair or ("", ""))
    where = replace(filters, pair=None).sql(views)
    keys = views.rows(
        f'SELECT DISTINCT year, event_id, "day", score, reports FROM pair_states '
        f"WHERE pair = {literal(pair)} AND {where} ORDER BY {order}{part}"
    )
    years, ids = {year for year, *_ in keys}, [event_id for _, event_id, *_ in keys]
    wanted = f"year IN ({literals(sorted(years))}) AND event_id IN ({literals(ids)})" if keys else "false"
    known = known_on(as_day(filters.as_of, "as_of"))
    return views.arrow(f"SELECT {event_columns()} FROM event_states WHERE {wanted} AND {known} ORDER BY {order}")


def count(views: Views, filters: Filters) -> int:
    """How many events filters let through."""
    if (held := views.held()) is not None:
        return int(np.count_nonzero(filters.mask(views, held.columns)))
    return int(views.rows(f"SELECT count(*) FROM event_states WHERE {filters.sql(views)}")[0][0])


def facets(
    views: Views, filters: Filters, names: Iterable[str] | None = None, top: int = 20
) -> dict[str, list[tuple[str, int]]]:
    """How many events there are for each value of a facet."""
    wanted = list(FACETS) if names is None else list(names)
    for name in wanted:
        if name not in FACETS and name != "publisher":
            raise QueryError(f"no facet is called {name!r}; there are {', '.join([*FACETS, 'publisher'])}")
    if (held := views.held()) is not None:
        chosen, day = filters.mask(views, held.columns), as_day(filters.as_of, "as_of")
        return held.columns.facets(chosen, wanted, top, day)
    where = filters.sql(views)
    parts = [
        f"(SELECT {literal(name)} AS facet, value, count(*) AS n FROM (SELECT unnest({name}s) AS value FROM chosen) "
        f"WHERE value NOT IN ('', 'XXX') GROUP BY value ORDER BY n DESC, value LIMIT {top})"
        for name in wanted
        if name in FACETS
    ]
    if "publisher" in wanted:
        known = f" AND known_from <= {literal(day)}" if (day := as_day(filters.as_of, "as_of")) else ""
        parts.append(
            "(SELECT 'publisher' AS facet, publisher AS value, count(DISTINCT event_id) AS n FROM reports "
            f"WHERE event_id IN (SELECT event_id FROM chosen) AND publisher <> ''{known} "
            f"GROUP BY publisher ORDER BY n DESC, value LIMIT {top})"
        )
    columns = ", ".join(["event_id", *(f"{values} AS {name}s" for name, values in FACETS.items())])
    # Of all events each facet is best counted from its own column.
    every = all(getattr(filters, f.name) in (None, ()) for f in fields(filters) if f.name != "as_of")
    how = "NOT MATERIALIZED" if every else "MATERIALIZED"
    sql = f"WITH chosen AS {how} (SELECT {columns} FROM event_states WHERE {where}) {' UNION ALL '.join(parts)}"
    found: dict[str, list[tuple[str, int]]] = {name: [] for name in wanted}
    for facet, value, n in views.cached(sql, lambda: views.rows(sql)) if parts else ():
        found[facet].append((value, n))
    for values in found.values():
        values.sort(key=lambda x: (-x[1], x[0]))
    return found


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
    today = since or as_of or last_day(views)
    if today is None:
        return []
    who = ""
    if given := several(actor):
        found = [as_who(views, text, as_of) for text in given]
        who = " AND " + _any(w.among(side) for w in found for side in ("actors", "recipients"))
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
        f"AND {_any(parts)}{before} "
        # What has begun may be meant to come until its end; after what has a date comes what has none.
        f"ORDER BY CASE WHEN {first} >= {literal(today)} THEN {first} ELSE {last} END ASC NULLS LAST, {last}, "
        f"last_reported DESC, event_id{'' if limit is None else f' LIMIT {limit}'}"
    )
    if not keys:
        return []
    found = {row["event_id"]: row for row in states_of(views, keys, as_of)}
    since = _planned_since(views, keys)
    return [_plan(found[event_id] | {"announced": since[event_id]}) for _, event_id in keys]


def states_of(views: Views, keys: Sequence[tuple[int, str]], as_of: date | None) -> list[dict[str, Any]]:
    """The states that hold on a day of some events, given by the year they are filed under and their id."""
    years = f"year IN ({literals(sorted({year for year, _ in keys}))})"
    rows = views.having(
        "event_states", "event_id", (i for _, i in keys), EVENT_COLUMNS, f"{years} AND {known_on(as_of)}"
    )
    return [row for row in rows if _known(row, as_of)]


def _known(row: Mapping[str, Any], as_of: date | None) -> bool:
    end = row["known_to"]
    return end is None if as_of is None else row["known_from"] <= as_of and (end is None or end > as_of)


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
    return [_became(row | {"announced": known_since[row["event_id"]]}, end) for row in rows]


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
