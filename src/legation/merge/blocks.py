"""Which reports are worth comparing: those of one kind that share parties or telling words, and whose times fit.

Two reports are candidates if they are of different articles, are known within `REACH_BACK` days of each other, and

- they share a *near* key and their events may lie within `SLACK` days of each other: a place and the stem of a trigger;
  or, being of one type, a place and a telling word, or two places that are rare together;
- or they share a *far* key, whatever the days: two words that are rare together, and the stem of a trigger; three such
  words, being of one type; a person and the stem of a trigger. News tells of an old event without its date ("the
  ambush").

Reports of different types that are told by different words are not compared: of 330,000 such pairs of real reports
that share parties, words and days, none scored what a join is worth.

Whether two reports are candidates depends on these two alone (`may_be_one`); the blocks only find such pairs fast.
So the order of reports, and what else is compared with them, makes no difference.

Two reports of one article are never candidates: the reader has seen both with their context and has kept them apart.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from legation.merge.columns import PARTIES, Columns
from legation.merge.score import event_days

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

_RARE_WITH_PLACE = 75
"""Least rarity of a place and a telling word together."""

_RARE_PLACES = 70
"""Least rarity of two places together."""

_RARE_PAIR = 110
"""Least rarity of two words together: by chance, one news item in sixty thousand has both."""

_NEAR_BUCKET = 16
_FAR_BUCKET = 400
_PAIRS = 4_000_000
"""Pairs that are held at a time before doubles are dropped."""

_ROWS = 10_000
"""Reports whose keys are held at a time."""

_SIEVE = 24
"""Bits of a key by which most keys that nothing new has are dropped before they are looked up."""

Array = npt.NDArray[Any]


def _once(rows: Array) -> Array:
    """Rows sorted downwards, with 0 for what is repeated."""
    rows = np.sort(rows, axis=1)[:, ::-1].copy()
    rows[:, 1:][rows[:, 1:] == rows[:, :-1]] = 0
    return rows


def _key(kind: int, *parts: Array) -> Array:
    """A 64-bit key for some numbers below 2**32, another one for every kind; 0 where one of them is 0."""
    there = parts[0] > 0
    key = np.full(1, kind, dtype=np.uint64)
    for part in parts:
        # Multiplying by an odd number and folding the upper half down spreads what differs in few bits (Fibonacci
        # hashing).
        key = (key ^ part.astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        key ^= key >> np.uint64(29)
        there = there & (part > 0)
    return np.where(there, key | np.uint64(1), np.uint64(0))


def _flat(keys: Array) -> Array:
    return keys.reshape(len(keys), keys.shape[1] * keys.shape[2])


def _near_keys(columns: Columns) -> Array:
    """Keys that bring together reports of one time, `[n, many]`; 0 is none."""
    n = len(columns)
    kind = columns.kind.astype(np.uint64) + np.uint64(1)
    anchors = np.concatenate([columns.parties, columns.country[:, None]], axis=1)
    anchors[:, -1][(columns.parties == columns.country[:, None]).any(1)] = 0
    # A place that is told as the country alone says as much as a party of middling rarity.
    weight = np.concatenate([columns.party_rarity, np.full((n, 1), _RARE_WITH_PLACE - _RARE)], axis=1)
    tokens, rarity = _tokens(columns)
    telling = (rarity >= _RARE)[:, None, :] & (weight[:, :, None] + rarity[:, None, :] >= _RARE_WITH_PLACE)
    words = np.where(telling, tokens[:, None, :], 0)
    left, right = np.triu_indices(2 * PARTIES, 1)
    order = np.argsort(columns.parties, axis=1, kind="stable")
    parties, of_party = (np.take_along_axis(x, order, axis=1) for x in (columns.parties, columns.party_rarity))
    rare = of_party[:, left] + of_party[:, right] >= _RARE_PLACES
    return np.concatenate(
        [
            _key(1, np.where(rare, parties[:, left], 0), parties[:, right], kind[:, None]),
            _flat(_key(2, anchors[:, :, None], words, kind[:, None, None])),
            _flat(_key(3, anchors[:, :, None], columns.stems[:, None, :])),
        ],
        axis=1,
    )


def _far_keys(columns: Columns) -> Array:
    """Keys that bring together reports of any time, `[n, many]`; 0 is none."""
    kind = columns.kind.astype(np.uint64) + np.uint64(1)
    tokens, rarity = _tokens(columns)
    order = np.argsort(tokens, axis=1, kind="stable")
    tokens, rarity = np.take_along_axis(tokens, order, axis=1), np.take_along_axis(rarity, order, axis=1)
    tokens = np.where(rarity > _RARE, tokens, 0)
    left, right = np.triu_indices(TOKENS, 1)
    together_2 = rarity[:, left] + rarity[:, right] >= _RARE_PAIR
    a, b = np.where(together_2, tokens[:, left], 0), tokens[:, right]
    three = np.array(list(combinations(range(TOKENS), 3))).T
    of_three = rarity[:, three]
    together_3 = of_three.sum(1) - of_three.max(1) >= _RARE_PAIR
    x, y, z = (tokens[:, k] for k in three)
    persons = _once(columns.persons.reshape(len(columns), 2 * PARTIES))
    return np.concatenate(
        [
            _flat(_key(4, a[:, :, None], b[:, :, None], columns.stems[:, None, :])),
            _key(5, np.where(together_3, x, 0), y, z, kind[:, None]),
            _flat(_key(6, persons[:, :, None], columns.stems[:, None, :])),
        ],
        axis=1,
    )


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
    start, stop = event_days(columns)
    apart = np.maximum(start[i], start[j]) - np.minimum(stop[i], stop[j])
    near, far = _meet(_near_keys(columns), i, j), _meet(_far_keys(columns), i, j)
    out: Array = (far | near & (apart <= SLACK)) & _in_reach(columns, i, j)
    return out


def _meet(keys: Array, i: Array, j: Array) -> Array:
    a, b = keys[i], keys[j]
    out = np.zeros(len(a), dtype=bool)
    for k in range(b.shape[1]):
        out |= ((a == b[:, k, None]) & (a > 0)).any(1)
    return out


def _in_reach(columns: Columns, i: Array, j: Array) -> Array:
    """Whether reports are of different articles, and not known too far apart."""
    out: Array = np.abs(columns.known[i].astype(np.int32) - columns.known[j]) <= REACH_BACK
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
    i, j = np.divmod(_each_once(codes), max(1, len(columns)))
    return i, j


def _each_once(numbers: Array) -> Array:
    """Numbers in order, each once. Sorting beats the hash table of `numpy.unique` where most are different."""
    numbers.sort()
    return numbers[np.r_[True, numbers[1:] != numbers[:-1]]] if len(numbers) else numbers


class _Sieve:
    """Drops most of the keys that are not among those wanted, and none that is."""

    def __init__(self, wanted: Array) -> None:
        self.there = np.zeros(1 << _SIEVE, dtype=bool)
        self.there[wanted >> np.uint64(64 - _SIEVE)] = True

    def passes(self, keys: Array) -> Array:
        out: Array = self.there[keys >> np.uint64(64 - _SIEVE)]
        return out


class _Blocks:
    """Reports that share a key and a stretch of days, as far as something new may be among them.

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
        self.last = (self.stop + slack) // bucket
        row, key = self._keyed(keys, np.flatnonzero(new), None)
        fresh = self._stretched(row, key)
        sieve = _Sieve(fresh[0])
        parts = [fresh]
        of_key, old = _Sieve(key), np.flatnonzero(~new)
        for at in range(0, len(old), _ROWS):
            block, row, stretch = self._stretched(*self._keyed(keys, old[at : at + _ROWS], of_key))
            live = sieve.passes(block)
            parts.append((block[live], row[live], stretch[live]))
        block, row, stretch = (np.concatenate(column) for column in zip(*parts, strict=True))
        del parts, fresh
        order = np.argsort(block)
        block, self.row, self.stretch = block[order], row[order], stretch[order]
        self.edge = np.flatnonzero(np.r_[True, block[1:] != block[:-1]]) if len(block) else np.zeros(0, dtype=np.int64)
        self.size = np.diff(np.r_[self.edge, len(block)])
        self.of_block = np.repeat(np.arange(len(self.edge), dtype=np.int32), self.size)

    def _keyed(self, keys: Callable[[Columns], Array], rows: Array, sieve: _Sieve | None) -> tuple[Array, Array]:
        """The keys of some rows, each with its row."""
        found: list[tuple[Array, Array]] = [(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.uint64))]
        for at in range(0, len(rows), _ROWS):
            some = rows[at : at + _ROWS].astype(np.int32)
            of_rows = keys(self.columns.take(some))
            live = of_rows > 0 if sieve is None else (of_rows > 0) & sieve.passes(of_rows)
            row, column = np.nonzero(live)
            found.append((some[row], of_rows[row, column]))
        return np.concatenate([r for r, _ in found]), np.concatenate([k for _, k in found])

    def _stretched(self, row: Array, key: Array) -> tuple[Array, Array, Array]:
        """A block for each stretch of days that a row with a key touches, with the row and the stretch."""
        spread = (self.last - self.first)[row] + 1
        step = np.arange(spread.sum(), dtype=np.int32) - np.repeat(
            (np.cumsum(spread) - spread).astype(np.int32), spread
        )
        stretch = np.repeat(self.first[row], spread) + step
        row, key = np.repeat(row, spread), np.repeat(key, spread)
        block = (key ^ stretch.astype(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)) * np.uint64(0x9E3779B97F4A7C15)
        return block, row, stretch

    def pairs(self) -> Array:
        """Candidates with a new report, `smaller row * number of reports + larger row`; some more than once."""
        n = len(self.columns)
        fresh = np.flatnonzero(self.new[self.row] & (self.size > 1)[self.of_block])
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
            i, j = i[near], j[near]
            fit = _in_reach(self.columns, i, j)
            i, j = i[fit].astype(np.int64), j[fit].astype(np.int64)
            out.append(_each_once(np.minimum(i, j) * n + np.maximum(i, j)))
        return np.concatenate(out)
