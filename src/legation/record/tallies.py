"""Counts over the pairs and the articles of a record in memory; the same questions as SQL are where they are asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from legation.record.columns import Coded, by_month, day_of, days_of, event_numbers, holding, number_of, whole

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from legation.record.columns import Mask

    Places = NDArray[np.int64]

__all__ = ["Articles", "Pairs"]


class Pairs:
    """States of events as seen by two of their parties.

    Args:
        table: The view `pair_states`.
    """

    def __init__(self, table: pa.Table) -> None:
        self._known = (days_of(table["known_from"]), days_of(table["known_to"]))
        self._pair, self._a, self._b = (Coded(whole(table[name])) for name in ("pair", "a", "b"))
        self._status, self._type = Coded(whole(table["status"])), Coded(whole(table["event_type"]))
        self._directed: Mask = np.asarray(whole(table["directed"]), np.bool_)
        self._day = days_of(table["day"])
        self._score = np.asarray(whole(table["score"]), np.float64)
        self._event = event_numbers(table["event_id"])

    def rows(
        self,
        pair: str,
        as_of: date | None,
        bounds: tuple[date | None, date | None],
        doer: str | None,
        types: Sequence[str],
    ) -> Places:
        """Places of the states of one pair that hold on a day, as a series counts them."""
        rows = np.flatnonzero(self._pair.equal([pair]) & holding(self._known, as_of))
        keep = np.ones(len(rows), np.bool_)
        if bounds[0]:
            keep &= self._day[rows] >= number_of(bounds[0])
        if bounds[1]:
            keep &= self._day[rows] <= number_of(bounds[1])
        if doer:
            keep &= (~self._directed | self._a.equal([doer]))[rows]
        if types:
            keep &= self._type.equal(types)[rows]
        return rows[keep]

    def busiest(
        self, since: date, as_of: date | None, took_place: Sequence[str], most: int
    ) -> list[tuple[str, int, float | None]]:
        """Pairs of different known places with most events since a day: pair, events, mean score of those that were."""
        wanted = holding(self._known, as_of) & (self._day >= number_of(since)) & ~self._within()
        wanted &= ~(self._a.equal(["XXX"]) | self._b.equal(["XXX"]))
        rows = np.flatnonzero(wanted)
        pairs = self._pair.words()
        each = np.unique(self._pair.at[rows].astype(np.int64) << 32 | self._event[rows])
        counts = np.bincount(each >> 32, minlength=len(pairs))
        placed = rows[self._status.equal(took_place)[rows]]
        number = np.bincount(self._pair.at[placed], minlength=len(pairs))
        total = np.bincount(self._pair.at[placed], self._score[placed], len(pairs))
        first = sorted(np.flatnonzero(counts).tolist(), key=lambda at: (-counts[at], pairs[at]))[:most]
        return [(pairs[at], int(counts[at]), float(total[at] / number[at]) if number[at] else None) for at in first]

    def _within(self) -> Mask:
        """States in which both sides are one place."""
        import pyarrow.compute as pc

        same = pc.equal(self._a.values.take(self._a.at), self._b.values.take(self._b.at))
        return np.asarray(same, np.bool_)

    def partners(
        self, place: str, as_of: date | None, took_place: Sequence[str]
    ) -> list[tuple[str, date, int, float, int]]:
        """Events of a place by other place and month: the two, events, sum of scores and number of those that were."""
        held = holding(self._known, as_of)
        out = []
        for own, other in ((self._a, self._b), (self._b, self._a)):
            rows = np.flatnonzero(own.equal([place]) & held)
            names = np.array(other.words(), object)[other.at[rows]]
            keep = np.array([name != place for name in names], np.bool_)
            out.append((names[keep], rows[keep]))
        names, rows = (np.concatenate(parts) for parts in zip(*out, strict=True))
        placed = self._status.equal(took_place)
        return by_month(names, self._event[rows], self._day[rows], np.where(placed, self._score, np.nan)[rows])


class Articles:
    """Articles by day and outlet.

    Args:
        articles: The view `articles`.
        claims: Column known_from of `claims`.
    """

    def __init__(self, articles: pa.Table, claims: pa.Table) -> None:
        import pyarrow.compute as pc

        self._day = days_of(articles["known_from"])
        self._publisher = Coded(whole(articles["publisher"]))
        self._claims = np.sort(days_of(claims["known_from"]))
        by = [("known_from", "descending"), ("article_id", "ascending")]
        self._order: Places = np.asarray(pc.sort_indices(articles.select(["known_from", "article_id"]), sort_keys=by))

    def totals(self, as_of: date | None) -> tuple[int, int, int, date | None, date | None]:
        """Articles, claims, outlets, first and last day, up to a day."""
        end = number_of(as_of or date.max)
        rows = self._day <= end
        days = self._day[rows]
        publishers = len(np.unique(self._publisher.at[rows & (self._publisher.at >= 0)]))
        ends = (day_of(days.min()), day_of(days.max())) if len(days) else (None, None)
        return len(days), int(np.searchsorted(self._claims, end, "right")), publishers, *ends

    def publishers(self, as_of: date | None) -> list[tuple[Any, int, date, date]]:
        """Each outlet with its number of articles up to a day, and its first and last day."""
        rows = np.flatnonzero(self._day <= number_of(as_of or date.max))
        order = rows[np.lexsort((self._day[rows], self._publisher.at[rows]))]
        codes, starts = np.unique(self._publisher.at[order], return_index=True)
        ends = np.append(starts, len(order))[1:]
        names = [*self._publisher.words(), None]
        first, last = (self._day[order[at]].astype("datetime64[D]").tolist() for at in (starts, ends - 1))
        counts = (ends - starts).tolist()
        found = list(zip([names[code] for code in codes.tolist()], counts, first, last, strict=True))
        return sorted(found, key=lambda row: (-row[1], row[0] is None, row[0] or ""))

    def latest(
        self, publishers: Sequence[str], since: date | None, until: date | None, limit: int | None, offset: int
    ) -> Places:
        """Places of articles, the latest first."""
        keep = np.ones(len(self._day), np.bool_)
        if publishers:
            keep &= self._publisher.equal(publishers)
        if since:
            keep &= self._day >= number_of(since)
        if until:
            keep &= self._day <= number_of(until)
        found = self._order[keep[self._order]]
        return found[offset : None if limit is None else offset + limit]
