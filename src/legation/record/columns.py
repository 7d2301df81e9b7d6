"""Columns of a record as arrays of numbers, so that a question about many events takes a few milliseconds.

Which states of events a filter lets through is an array of booleans, one a state; each kind of filter gives one, and
they are joined by and. The same questions as SQL are in `queries`, for records that are not held in memory.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from legation.record.who import Who

    Mask = NDArray[np.bool_]
    Numbers = NDArray[np.int32]

__all__ = [
    "Coded",
    "Columns",
    "by_month",
    "day_of",
    "days_of",
    "either",
    "event_numbers",
    "holding",
    "number_of",
    "whole",
]

_NEVER = np.iinfo(np.int32).max
_EPOCH = date(1970, 1, 1).toordinal()
_NO_VALUES = frozenset({None, "", "XXX"})
_FACETS = {
    "type": "event_type",
    "mode": "event_mode",
    "context": "contexts",
    "actor": "actors",
    "recipient": "recipients",
    "place": "country",
}
"""Columns of the facets that are called otherwise."""
_MIDDLE = 1 << 31
_PART = 4
"""A part of the rows below one in so many is picked out before it is put in order."""


def number_of(day: date) -> int:
    """A day as the arrays have it: days since 1970."""
    return day.toordinal() - _EPOCH


def day_of(number: int) -> date:
    """The day that a number means."""
    return date.fromordinal(int(number) + _EPOCH)


def whole(column: pa.ChunkedArray) -> Any:
    """A column in one piece."""
    import pyarrow as pa

    made = column.combine_chunks()
    return pa.concat_arrays(made.chunks) if isinstance(made, pa.ChunkedArray) else made


class Coded:
    """A column as the numbers of its distinct values; -1 where there is none.

    Args:
        array: The column.
        rows: For the values of lists: the row that each stands in.
        count: Then the number of rows.
    """

    def __init__(self, array: Any, rows: Numbers | None = None, count: int = 0) -> None:
        encoded = array.dictionary_encode()
        self.values: Any = encoded.dictionary
        self.at: Numbers = np.asarray(encoded.indices.fill_null(-1), np.int32)
        self.rows = rows
        self.count = count if rows is not None else len(self.at)
        self._words: list[Any] | None = None

    def words(self) -> list[Any]:
        """The distinct values."""
        if self._words is None:
            self._words = self.values.to_pylist()
        return self._words

    def where(self, wanted: Mask) -> Mask:
        """The rows with one of the values for which `wanted`, by number of a value, is true."""
        hits: Mask = np.append(wanted, False)[self.at]
        if self.rows is None:
            return hits
        out = np.zeros(self.count, np.bool_)
        out[self.rows[hits]] = True
        return out

    def equal(self, wanted: Iterable[str]) -> Mask:
        """The rows with one of some values."""
        import pyarrow as pa
        import pyarrow.compute as pc

        return self.where(np.asarray(pc.is_in(self.values, pa.array(list(wanted), self.values.type))))

    def of(self, chosen: Mask) -> Numbers:
        """The numbers of the values in the chosen rows."""
        return self.at[chosen if self.rows is None else chosen[self.rows]]

    def counted(self, numbers: Numbers, top: int, without: Container[str | None]) -> list[tuple[str, int]]:
        """The most frequent values among some, by their numbers, without those that say nothing."""
        words = self.words()
        counts = np.bincount(numbers[numbers >= 0], minlength=len(words))
        some = [(words[at], int(counts[at])) for at in np.flatnonzero(counts)]
        found = [(value, n) for value, n in some if value not in without]
        return sorted(found, key=lambda x: (-x[1], x[0]))[:top]


def _items(column: pa.ChunkedArray) -> tuple[Any, Numbers, int]:
    """The values in lists, the row of each, the number of rows."""
    import pyarrow.compute as pc

    lists = whole(column)
    lengths = np.asarray(pc.fill_null(pc.list_value_length(lists), 0))
    return lists.flatten(), np.repeat(np.arange(len(lists), dtype=np.int32), lengths), len(lists)


def days_of(column: pa.ChunkedArray) -> Numbers:
    """A column of days as numbers; where there is none, the largest number."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return np.asarray(pc.fill_null(pc.cast(whole(column), pa.int32()), _NEVER))


def event_numbers(column: pa.ChunkedArray) -> Numbers:
    """A column of ids as numbers."""
    return np.asarray(whole(column).dictionary_encode().indices, np.int32)


class _Postings:
    """For each of the words in lists the rows that have it."""

    def __init__(self, column: pa.ChunkedArray) -> None:
        items, rows, _ = _items(column)
        coded = Coded(items)
        order = np.argsort(coded.at, kind="stable")
        self._values = coded.values
        self._rows = rows[order]
        self._starts = np.searchsorted(coded.at[order], np.arange(len(self._values) + 1))

    def __call__(self, word: str) -> Numbers:
        import pyarrow as pa
        import pyarrow.compute as pc

        at = pc.index(self._values, pa.scalar(word, self._values.type)).as_py()
        return self._rows[self._starts[at] : self._starts[at + 1]] if at >= 0 else self._rows[:0]


def _places(codes: Coded, rows: Numbers) -> Coded:
    """The places in a column of party codes, each once a row: IND of IND.GOV."""
    import pyarrow as pa

    places = pa.array([c and c.split(".", 1)[0] for c in codes.values.to_pylist()], pa.string()).dictionary_encode()
    number = np.append(np.asarray(places.indices.fill_null(-1), np.int32), -1)[codes.at]
    each = np.unique(rows.astype(np.int64) * (len(places.dictionary) + 1) + number + 1)
    made = Coded(places.dictionary, (each // (len(places.dictionary) + 1)).astype(np.int32), codes.count)
    made.at = (each % (len(places.dictionary) + 1) - 1).astype(np.int32)
    return made


class Columns:
    """States of events, and what else events are found by.

    Args:
        events: The view `event_states`.
        pairs: Columns pair, event_id, known_from, known_to of `pair_states`.
        reports: Columns event_id, publisher, known_from, words, stems of `reports`.
    """

    def __init__(self, events: pa.Table, pairs: pa.Table, reports: pa.Table) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        self.length = events.num_rows
        coded = whole(events["event_id"]).dictionary_encode()
        order = pc.sort_indices(coded.dictionary)
        rank = np.empty(len(order), np.int32)
        rank[np.asarray(order)] = np.arange(len(order), dtype=np.int32)
        ids = coded.dictionary.take(order)
        self._event: Numbers = rank[np.asarray(coded.indices)]  # the order of numbers is that of ids
        self._events, self._ids = len(ids), ids

        def event_of(table: pa.Table) -> Numbers:
            found = pc.index_in(whole(table["event_id"]), value_set=ids)
            return np.asarray(pc.fill_null(found, len(ids)), np.int32)

        self._known = (days_of(events["known_from"]), days_of(events["known_to"]))
        self._day = days_of(events["day"])
        self._disputed: Mask = np.asarray(whole(events["disputed"]), np.bool_)
        keys = {name: whole(events[name]) for name in ("reports", "score", "confidence")}
        self._keys = {"date": self._day, "reported": days_of(events["last_reported"])}
        self._keys |= {name: np.asarray(array) for name, array in keys.items()}
        self._ranks: dict[str, Numbers] = {}

        place = whole(events["place"])
        years = (self._day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int32) + 1970).astype(str)
        self.coded = {name: Coded(whole(events[name])) for name in ("event_type", "event_mode", "status")}
        self.coded["contexts"] = Coded(*_items(events["contexts"]))
        self.coded["country"] = Coded(place.field("country"))
        self.coded["year"] = Coded(pa.array(years))
        self.coded["disputed"] = Coded(pa.array(np.where(self._disputed, "yes", "no")))
        self._named = [Coded(pc.utf8_lower(place.field(name))) for name in ("name", "text")]
        self._parties: dict[tuple[str, str], Coded] = {}
        self._rows: dict[str, Numbers] = {}
        for side in ("actors", "recipients"):
            parties, rows, count = _items(events[side])
            self._rows[side] = rows
            self._parties[side, "code"] = Coded(parties.field("code"), rows, count)
            self._parties[side, "actor_id"] = Coded(parties.field("actor_id"), rows, count)
            self._parties[side, "name"] = Coded(pc.utf8_lower(parties.field("name")), rows, count)
            self.coded[side] = _places(self._parties[side, "code"], rows)

        self._pair = Coded(whole(pairs["pair"]))
        self._pair_event = event_of(pairs)
        self._pair_known = (days_of(pairs["known_from"]), days_of(pairs["known_to"]))

        self._publisher = Coded(whole(reports["publisher"]))
        self._report_event = event_of(reports)
        self._report_day = days_of(reports["known_from"])
        self._words, self._stems = _Postings(reports["words"]), _Postings(reports["stems"])
        self._outlets = self._each_outlet()

    def _each_outlet(self) -> tuple[Numbers, Numbers, Numbers]:
        """Each outlet of each event: the event, the outlet, and the day of its first report."""
        order = np.lexsort((self._report_day, self._publisher.at, self._report_event))
        event, outlet = self._report_event[order], self._publisher.at[order]
        new = np.ones(len(order), np.bool_)
        new[1:] = (event[1:] != event[:-1]) | (outlet[1:] != outlet[:-1])
        return event[new], outlet[new], self._report_day[order][new]

    def known(self, as_of: date | None) -> Mask:
        """States that hold on a day; the present ones where None."""
        return holding(self._known, as_of)

    def party(self, side: str, who: Who) -> Mask:
        """States with somebody among `actors` or `recipients`."""
        column, wanted = self._party(side, who)
        return column.where(wanted)

    def _party(self, side: str, who: Who) -> tuple[Coded, Mask]:
        """The column by which somebody is told apart, and which of its values mean them."""
        import pyarrow as pa
        import pyarrow.compute as pc

        column = self._parties[side, "code" if who.kind == "place" else who.kind]
        if who.kind == "place":
            found = pc.or_(pc.equal(column.values, who.value), pc.starts_with(column.values, pattern=who.value + "."))
        else:
            value = who.value.lower() if who.kind == "name" else who.value
            found = pc.equal(column.values, pa.scalar(value, column.values.type))
        return column, np.asarray(pc.fill_null(found, False), np.bool_)

    def partners(
        self, who: Who, as_of: date | None, took_place: Sequence[str]
    ) -> list[tuple[str, date, int, float, int]]:
        """Events of somebody by the place of another party and month; see `by_month`."""
        chosen = (self.party("actors", who) | self.party("recipients", who)) & self.known(as_of)
        parts = []
        for side in ("actors", "recipients"):
            column, wanted = self._party(side, who)
            codes = self._parties[side, "code"]
            items = np.flatnonzero(chosen[self._rows[side]] & ~np.append(wanted, False)[column.at])
            places = np.array([(code or "").split(".", 1)[0] for code in codes.words()] + [""], object)
            parts.append((places[codes.at[items]], self._rows[side][items]))
        names, rows = (np.concatenate(some) for some in zip(*parts, strict=True))
        score = np.where(self.coded["status"].equal(took_place), self._keys["score"], np.nan)
        return by_month(names, self._event[rows], self._day[rows], score[rows])

    def place(self, countries: Sequence[str], name: str = "") -> Mask:
        """States in one of some countries, or at a place that is called so, in small letters."""
        found = self.coded["country"].equal(countries)
        return either([found, *(column.equal([name]) for column in self._named)]) if name else found

    def days(self, since: date | None, until: date | None) -> Mask:
        """States that count for a day within bounds."""
        first, last = number_of(since) if since else -_NEVER, number_of(until) if until else _NEVER
        return (self._day >= first) & (self._day <= last)

    def disputed(self, wanted: bool) -> Mask:
        """States in which reports contradict each other, or those in which they do not."""
        return self._disputed if wanted else ~self._disputed

    def pair(self, pair: str, as_of: date | None) -> Mask:
        """States of the events of two places."""
        found = self._pair.equal([pair])
        return self._of_events(self._pair_event[found & holding(self._pair_known, as_of)])

    def told(self, publishers: Sequence[str], stems: Iterable[str]) -> Mask:
        """Reports of one of some outlets, if any are given, that have all of some words."""
        found = self._publisher.equal(publishers) if publishers else np.ones(len(self._report_day), np.bool_)
        for stem in stems:
            has = np.zeros(len(found), np.bool_)
            for rows in (self._words(stem), self._words(stem[0].upper() + stem[1:]), self._stems(stem)):
                has[rows] = True
            found = found & has
        return found

    def reported(self, told: Mask, as_of: date | None) -> Mask:
        """States of events that some reports tell, if they were known on a day."""
        return self._of_events(self._report_event[told & (self._report_day <= number_of(as_of)) if as_of else told])

    def months(self, does: Mask, gets: Mask, as_of: date | None) -> list[tuple[date, str, int, int, int]]:
        """Events by month and type: the two, events, those in which somebody is a doer, and the other side."""
        rows = np.flatnonzero((does | gets) & self.known(as_of))
        kinds = self.coded["event_type"]
        months = self._day[rows].astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        each, at = np.unique((months << 8) | kinds.at[rows], return_inverse=True)
        days = (each >> 8).astype("datetime64[M]").astype("datetime64[D]").tolist()
        counts = [np.bincount(at, weights, len(each)).astype(int) for weights in (None, does[rows], gets[rows])]
        named = [kinds.words()[key & 255] for key in each.tolist()]
        return list(zip(days, named, *(some.tolist() for some in counts), strict=True))

    def ids(self, rows: NDArray[np.int64]) -> list[str]:
        """The events of some states."""
        return list(self._ids.take(self._event[rows]).to_pylist())

    def _of_events(self, events: Numbers) -> Mask:
        wanted = np.zeros(self._events + 1, np.bool_)
        wanted[events] = True
        wanted[self._events] = False  # that of what is no event here
        return wanted[self._event]

    def first(self, chosen: Mask, name: str, down: bool, limit: int | None, offset: int = 0) -> NDArray[np.int64]:
        """The rows of chosen states, in order, of the same value by the event's id.

        Args:
            chosen: The states.
            name: `date`, `reported`, `reports`, `score` or `confidence`.
            down: Whether the largest come first.
            limit: Most rows.
            offset: Rows to pass over.
        """
        key = f"{'-' if down else ''}{name}"
        if key not in self._ranks:
            values = self._keys[name]
            order = np.lexsort((self._event, -values if down else values))
            rank = np.empty(self.length, np.int32)
            rank[order] = np.arange(self.length, dtype=np.int32)
            self._ranks[key] = rank
        rows = np.flatnonzero(chosen)
        rank = self._ranks[key][rows]
        if limit is not None and offset + limit < len(rows) // _PART:
            some = np.argpartition(rank, offset + limit)[: offset + limit]
            rows, rank = rows[some], rank[some]
        stop = None if limit is None else offset + limit
        return rows[np.argsort(rank)][offset:stop]

    def facets(
        self, chosen: Mask, names: Iterable[str], top: int, as_of: date | None
    ) -> dict[str, list[tuple[str, int]]]:
        """For each facet its most frequent values among chosen states, with their number.

        Args:
            chosen: States, at most one of an event.
            names: The facets; `publisher` counts outlets of reports up to the day.
            top: Most values of a facet.
            as_of: The day.
        """
        out = {}
        for name in names:
            if name != "publisher":
                column = self.coded[_FACETS.get(name, name)]
                out[name] = column.counted(column.of(chosen), top, _NO_VALUES)
                continue
            event, outlet, day = self._outlets
            wanted = np.zeros(self._events + 1, np.bool_)
            wanted[self._event[chosen]] = True
            has = wanted[event] & (day <= number_of(as_of)) if as_of else wanted[event]
            out[name] = self._publisher.counted(outlet[has], top, (None, ""))
        return out


def holding(known: tuple[Numbers, Numbers], as_of: date | None) -> Mask:
    """Which states, given by `known_from` and `known_to`, hold on a day; the present ones where None."""
    day = number_of(as_of) if as_of else _NEVER - 1
    holds: Mask = (known[0] <= day) & (known[1] > day)
    return holds


def either(masks: Iterable[Mask]) -> Mask:
    """What is true in any of some masks."""
    out: Mask = reduce(np.logical_or, masks)
    return out


def by_month(
    names: NDArray[np.object_], events: Numbers, days: Numbers, scores: NDArray[np.float64]
) -> list[tuple[str, date, int, float, int]]:
    """Counts others that somebody has to do with, by month.

    Args:
        names: Places of the others.
        events: The event of each, by number.
        days: Its day.
        scores: Its score; not a number where it did not take place.

    Returns:
        Place, first day of the month, events, sum of scores and number of events that took place; in order. Each place
        counts once for an event; what is no place is left out.
    """
    known = np.array([name not in _NO_VALUES for name in names], np.bool_)
    if not known.any():
        return []
    listed, code = np.unique(names[known].astype(str), return_inverse=True)
    _, first = np.unique(code.astype(np.int64) << 32 | events[known], return_index=True)
    code, score = code[first], scores[known][first]
    months = days[known][first].astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    each, at = np.unique(code.astype(np.int64) << 32 | (months + _MIDDLE), return_inverse=True)
    placed = ~np.isnan(score)
    total, number = np.bincount(at, np.where(placed, score, 0.0)), np.bincount(at, placed)
    starts = ((each & ((1 << 32) - 1)) - _MIDDLE).astype("datetime64[M]").astype("datetime64[D]").tolist()
    return [
        (str(listed[key >> 32]), day, int(n), float(t), int(k))
        for key, day, n, t, k in zip(each.tolist(), starts, np.bincount(at), total, number, strict=True)
    ]
