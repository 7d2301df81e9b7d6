"""Which reports are worth comparing: those that share parties or telling words, and whose times fit.

Two reports are candidates if their types are related (or a trigger has the same stem), they are known within
`REACH_BACK` days of each other, and

- they share a *near* key and their events may lie within `SLACK` days of each other: two places of parties; a place and
  a telling word; a place and the stem of a trigger;
- or they share a *far* key, whatever the days: two words that are rare together; a person and the stem of a trigger.
  News tells of an old event without its date ("the ambush").

Whether two reports are candidates depends on these two alone (`may_be_one`); the blocks only find such pairs fast.
So the order of reports, and what else is compared with them, makes no difference.

Two reports of one article are never candidates: the reader has seen both with their context and has kept them apart.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from legation.merge.columns import PARTIES, Columns
from legation.merge.score import event_days, related

__all__ = ["REACH_BACK", "REACH_FORWARD", "candidates", "may_be_one"]

REACH_BACK = 400
"""Days before the first new report from which older reports are compared with it."""

REACH_FORWARD = 400
"""Days after the last new report up to which reports are compared with it, where articles are added late."""

SLACK = 3
"""Days by which two reports of one event may differ on when it is."""

TOKENS = 8
"""Words of a report that can bring it together with another: its rarest."""

_RARE = 40
"""Least rarity, in tenths, of a telling word: what fewer than one news item in fifty-five has."""

_RARE_PAIR = 110
"""Least rarity of two words together: by chance, one news item in sixty thousand has both."""

_NEAR_BUCKET = 16
_FAR_BUCKET = 400
_PAIRS = 4_000_000
"""Pairs that are held at a time before doubles are dropped."""

_ROWS = 20_000
"""Reports whose keys are held at a time."""

Array = npt.NDArray[Any]


def _once(rows: Array) -> Array:
    """Rows sorted downwards, with 0 for what is repeated."""
    rows = np.sort(rows, axis=1)[:, ::-1].copy()
    rows[:, 1:][rows[:, 1:] == rows[:, :-1]] = 0
    return rows


def _mix(a: Array, b: Array, kind: int) -> Array:
    """A 64-bit key for two 32-bit numbers, another one for every kind; 0 where either is 0."""
    low = a.astype(np.uint64) << np.uint64(32) | b.astype(np.uint64)
    # Multiplying by an odd number and folding the upper half down spreads what differs in few bits (Fibonacci hashing).
    low = (low + np.uint64(kind)) * np.uint64(0x9E3779B97F4A7C15)
    low ^= low >> np.uint64(29)
    return np.where((a > 0) & (b > 0), low | np.uint64(1), np.uint64(0))


def _all_pairs(a: Array, b: Array, kind: int) -> Array:
    return _mix(a[:, :, None], b[:, None, :], kind).reshape(len(a), a.shape[1] * b.shape[1])


def _near_keys(columns: Columns) -> Array:
    """Keys that bring together reports of one time, `[n, many]`; 0 is none."""
    parties = _once(columns.parties)
    left, right = np.triu_indices(2 * PARTIES, 1)
    anchors = _once(np.concatenate([parties, columns.country[:, None]], axis=1))
    tokens, rarity = _tokens(columns)
    return np.concatenate(
        [
            _mix(parties[:, left], parties[:, right], 1),
            _all_pairs(anchors, np.where(rarity >= _RARE, tokens, 0), 2),
            _all_pairs(anchors, columns.stems, 3),
        ],
        axis=1,
    )


def _far_keys(columns: Columns) -> Array:
    """Keys that bring together reports of any time, `[n, many]`; 0 is none."""
    tokens, rarity = _tokens(columns)
    left, right = np.triu_indices(TOKENS, 1)
    a, b = tokens[:, left], tokens[:, right]
    rare = (rarity[:, left] + rarity[:, right] >= _RARE_PAIR) & (np.minimum(rarity[:, left], rarity[:, right]) > _RARE)
    persons = _once(columns.persons.reshape(len(columns), 2 * PARTIES))
    words = np.where(rare, _mix(np.maximum(a, b), np.minimum(a, b), 4), np.uint64(0))
    return np.concatenate([words, _all_pairs(persons, columns.stems, 5)], axis=1)


def _tokens(columns: Columns) -> tuple[Array, Array]:
    """The rarest words of each report and their rarity, `[n, TOKENS]` each."""
    order = np.lexsort((columns.words, -columns.rarity), axis=1)[:, :TOKENS]
    return np.take_along_axis(columns.words, order, axis=1), np.take_along_axis(columns.rarity, order, axis=1)


def may_be_one(columns: Columns, i: Array, j: Array) -> Array:
    """Whether pairs of reports are candidates; what `candidates` finds among all pairs.

    Args:
        columns: The reports.
        i: Row of one report of each pair.
        j: Row of the other.
    """
    i, j = np.asarray(i, dtype=np.int64), np.asarray(j, dtype=np.int64)
    return _fit(columns, i, j, _meet(_near_keys(columns), i, j), _meet(_far_keys(columns), i, j))


def _meet(keys: Array, i: Array, j: Array) -> Array:
    a, b = keys[i], keys[j]
    out = np.zeros(len(a), dtype=bool)
    for k in range(b.shape[1]):
        out |= ((a == b[:, k, None]) & (a > 0)).any(1)
    return out


def _fit(columns: Columns, i: Array, j: Array, near: Array, far: Array) -> Array:
    """Which pairs are candidates, given which share a near key and which a far one."""
    start, stop = event_days(columns)
    apart = np.maximum(start[i], start[j]) - np.minimum(stop[i], stop[j])
    gap = np.abs(columns.known[i].astype(np.int64) - columns.known[j])
    out: Array = (far | near & (apart <= SLACK)) & (gap <= REACH_BACK) & _of_one_kind(columns, i, j)
    return out


def _of_one_kind(columns: Columns, i: Array, j: Array) -> Array:
    """Whether reports are of different articles, and of related types or told by the same word."""
    out: Array = related(columns, i, j)
    rest = np.flatnonzero(~out)
    a, b = columns.stems[i[rest]], columns.stems[j[rest]]
    alike = np.zeros(len(rest), dtype=bool)
    for k in range(b.shape[1]):
        alike |= ((a == b[:, k, None]) & (a > 0)).any(1)
    out[rest] = alike
    out &= columns.article[i] != columns.article[j]
    return out


def candidates(columns: Columns, new: Array) -> tuple[Array, Array]:
    """Pairs of reports that may tell one event, at least one of them new.

    Args:
        columns: The reports: the new ones, and those known from `REACH_BACK` days before to `REACH_FORWARD` days after.
        new: For each whether it is new.

    Returns:
        Rows of each pair, the smaller first, in order; each pair once.
    """
    new = np.asarray(new, dtype=bool)
    start, stop = event_days(columns)
    known, half = columns.known.astype(np.int32), _FAR_BUCKET // 2
    codes = np.concatenate(
        [
            _Blocks(columns, new, _near_keys, start, stop, SLACK, _NEAR_BUCKET).pairs(),
            _Blocks(columns, new, _far_keys, known - half, known + half, REACH_BACK - 2 * half, _FAR_BUCKET).pairs(),
        ]
    )
    i, j = np.divmod(np.unique(codes), max(1, len(columns)))
    return i, j


class _Blocks:
    """Reports that share a key and a stretch of days.

    Each stands in every stretch that its days, widened by the slack, touch; so two whose days are no further apart than
    the slack share one.
    """

    def __init__(
        self,
        columns: Columns,
        new: Array,
        keys: Callable[[Columns], Array],
        start: Array,
        stop: Array,
        slack: int,
        bucket: int,
    ) -> None:
        self.columns, self.new, self.slack = columns, new, slack
        self.start, self.stop = start.astype(np.int32), stop.astype(np.int32)
        self.first = (self.start - slack) // bucket
        row, key = self._rows_with_keys(keys)
        spread = ((self.stop + slack) // bucket - self.first + 1)[row]
        step = np.arange(spread.sum()) - np.repeat(np.cumsum(spread) - spread, spread)
        stretch = (np.repeat(self.first[row], spread) + step).astype(np.int32)
        row, key = np.repeat(row, spread), np.repeat(key, spread)
        block = (key ^ stretch.astype(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)) * np.uint64(0x9E3779B97F4A7C15)
        order = np.argsort(block, kind="stable")
        self.row, self.stretch, block = row[order].astype(np.int32), stretch[order], block[order]
        self.edge = np.flatnonzero(np.r_[True, block[1:] != block[:-1]]) if len(block) else np.zeros(0, dtype=np.int64)
        self.size = np.diff(np.r_[self.edge, len(block)])
        self.of_block = np.repeat(np.arange(len(self.edge)), self.size)

    def _rows_with_keys(self, keys: Callable[[Columns], Array]) -> tuple[Array, Array]:
        """Rows and keys, of those keys that something new has."""
        n = len(self.columns)
        wanted = np.unique(keys(self.columns.take(self.new)))
        wanted = wanted[wanted > 0]
        rows, found = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.uint64)]
        for at in range(0, n if len(wanted) else 0, _ROWS):
            part = keys(self.columns.take(np.arange(at, min(n, at + _ROWS))))
            row, column = np.nonzero(part)
            key = part[row, column]
            live = wanted[np.minimum(np.searchsorted(wanted, key), len(wanted) - 1)] == key
            rows.append(row[live] + at)
            found.append(key[live])
        return np.concatenate(rows), np.concatenate(found)

    def pairs(self) -> Array:
        """Candidates with a new report, `smaller row * number of reports + larger row`; each once."""
        n = len(self.columns)
        fresh = np.flatnonzero(self.new[self.row])
        count = self.size[self.of_block[fresh]]
        out = [np.zeros(0, dtype=np.int64)]
        ends = np.searchsorted(np.cumsum(count), np.arange(_PAIRS, max(1, count.sum()), _PAIRS))
        for part, many in zip(np.split(fresh, ends), np.split(count, ends), strict=True):
            at = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
            i = np.repeat(self.row[part], many)
            j = self.row[np.repeat(self.edge[self.of_block[part]], many) + at]
            # Two new ones meet twice, and reports of one time in several stretches: taken once, in the first.
            once = (i < j) | ~self.new[j]
            once &= np.maximum(self.first[i], self.first[j]) == np.repeat(self.stretch[part], many)
            i, j = i[once], j[once]
            near = np.maximum(self.start[i], self.start[j]) - np.minimum(self.stop[i], self.stop[j]) <= self.slack
            i, j = i[near].astype(np.int64), j[near].astype(np.int64)
            low, high = np.divmod(np.unique(np.minimum(i, j) * n + np.maximum(i, j)), max(1, n))
            fit = _of_one_kind(self.columns, low, high)
            fit &= np.abs(self.columns.known[low] - self.columns.known[high]) <= REACH_BACK
            out.append((low * n + high)[fit])
        return np.unique(np.concatenate(out))
