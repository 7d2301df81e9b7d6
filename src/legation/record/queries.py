"""Questions about many events: lists, counts, facets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from legation.knowledge import parse_day, place_names
from legation.merge.words import stem
from legation.ontology import CONTEXTS, MODES, STATUSES, TYPES
from legation.record.columns import either
from legation.record.results import Result, field_names
from legation.record.views import QueryError, Views, literal, literals
from legation.record.who import as_place, as_who
from legation.types import Event

if TYPE_CHECKING:
    import pyarrow as pa

    from legation.record.columns import Columns, Mask

__all__ = [
    "FACETS",
    "SORTS",
    "Filters",
    "any_of",
    "as_day",
    "bounds",
    "check",
    "count",
    "event_columns",
    "events",
    "facets",
    "known_on",
    "not_below_zero",
    "several",
    "states_of",
]

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
                parts.append(any_of(as_who(views, text, as_of).among(column) for text in given))
        parts += _listed(self)
        since, until = bounds(self.since, self.until)
        parts += [f'"day" >= {literal(since)}'] if since else []
        parts += [f'"day" <= {literal(until)}'] if until else []
        if self.disputed is not None:
            parts.append("disputed" if self.disputed else "NOT disputed")
        if given := several(self.place):
            parts.append(any_of(_in_place(text) for text in given))
        if self.pair is not None:
            pair = pair_key(views, self.pair, as_of)
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
                check(name, given, known)
                found.append(columns.coded[column].equal(given))
        since, until = bounds(self.since, self.until)
        if since or until:
            found.append(columns.days(since, until))
        if self.disputed is not None:
            found.append(columns.disputed(self.disputed))
        if given := several(self.place):
            found.append(either(columns.place(*_meant(text)) for text in given))
        if self.pair is not None:
            found.append(columns.pair(pair_key(views, self.pair, as_of), as_of))
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


def pair_key(views: Views, pair: tuple[str, str], on: date | None = None) -> str:
    """The `pair` of two places: IND|RUS.

    Args:
        views: The record.
        pair: The two, by code or name.
        on: The day on which names are meant; today where None.

    Raises:
        QueryError: If they are not two, one is not known, or both are one.
    """
    if isinstance(pair, str) or len(pair) != 2:
        raise QueryError(f"pair: {pair!r} is not two countries, bodies or groups; give a pair of them")
    a, b = pair
    first, second = as_place(views, a, on), as_place(views, b, on)
    if first == second:
        raise QueryError(f"a pair has two sides; {a} and {b} are both {first}")
    return "|".join(sorted((first, second)))


def any_of(conditions: Iterable[str]) -> str:
    """SQL: whether one of some conditions holds."""
    return "(" + " OR ".join(conditions) + ")"


_MODES = frozenset(mode for modes in MODES.values() for mode in modes)


_LISTED: tuple[tuple[str, str, Sequence[str]], ...] = (
    ("type", "event_type", TYPES),
    ("mode", "event_mode", sorted(_MODES)),
    ("status", "status", STATUSES),
    ("context", "contexts", CONTEXTS),
)
"""Filters that have a fixed list of values: their columns, and the values."""


def check(name: str, given: Iterable[str], known: Sequence[str]) -> None:
    """Sees to it that values are known ones.

    Raises:
        QueryError: If one is not, with those that there are.
    """
    for value in given:
        if value not in known:
            raise QueryError(f"no {name} is called {value!r}; there are {', '.join(known)}")


def bounds(since: date | str | None, until: date | str | None) -> tuple[date | None, date | None]:
    """The first and the last day asked for.

    Raises:
        QueryError: If one is no day, or the first is after the last.
    """
    first, last = as_day(since, "since"), as_day(until, "until")
    if first and last and first > last:
        raise QueryError(f"since {first} is after until {last}; turn them round")
    return first, last


def not_below_zero(**numbers: int | None) -> None:
    """Sees to it that numbers of rows can be ones.

    Raises:
        QueryError: If one is below 0.
    """
    for name, value in numbers.items():
        if value is not None and value < 0:
            raise QueryError(f"{name}: {value} is below 0")


def _listed(filters: Filters) -> list[str]:
    """Conditions on what has a fixed list of values."""
    parts = []
    for name, column, known in _LISTED:
        given = several(getattr(filters, name))
        check(name, given, known)
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
    return any_of(parts) if low else parts[0]


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
    not_below_zero(limit=limit, offset=offset)
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
    if filters.as_of is not None:
        table = _not_foreseen(table)
    more = limit is not None and table.num_rows > limit
    return Result(table.slice(0, limit) if more else table, Event, sql + part, truncated=more)


def _not_foreseen(table: pa.Table) -> pa.Table:
    """States as they were known on a day: on none was it known until when they would hold."""
    import pyarrow as pa

    at = table.schema.get_field_index("known_to")
    return table.set_column(at, "known_to", pa.nulls(table.num_rows, table.schema.field(at).type))


_IN_PAIRS = frozenset({"pair", "type", "mode", "status", "since", "until", "as_of"})


def _is_of_pair(filters: Filters, sort: str) -> bool:
    """Whether the table of pairs has all that is asked for."""
    given = {f.name for f in fields(filters) if getattr(filters, f.name) not in (None, ())}
    return "pair" in given and given <= _IN_PAIRS and sort.removeprefix("-") in ("date", "score", "reports")


def _of_pair(views: Views, filters: Filters, order: str, part: str) -> pa.Table:
    """The same as by the one query over events, but first which events, from the rows of the pair."""
    pair = pair_key(views, filters.pair or ("", ""), as_day(filters.as_of, "as_of"))
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
    not_below_zero(top=top)
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


def states_of(views: Views, keys: Sequence[tuple[int, str]], as_of: date | None) -> list[dict[str, Any]]:
    """The states that hold on a day of some events, given by the year they are filed under and their id."""
    years = f"year IN ({literals(sorted({year for year, _ in keys}))})"
    rows = views.having(
        "event_states", "event_id", (i for _, i in keys), EVENT_COLUMNS, f"{years} AND {known_on(as_of)}"
    )
    found = [row for row in rows if _known(row, as_of)]
    return found if as_of is None else [{**row, "known_to": None} for row in found]


def _known(row: Mapping[str, Any], as_of: date | None) -> bool:
    end = row["known_to"]
    return end is None if as_of is None else row["known_from"] <= as_of and (end is None or end > as_of)
