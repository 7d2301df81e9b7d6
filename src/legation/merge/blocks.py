"""Which reports are worth comparing: those that share parties or telling words, and whose times fit.

Whether two reports are candidates depends on these two alone (`may_be_one`); the blocks only find such pairs fast.
So the order of reports, and what else is compared with them, makes no difference.

Two reports of one article are never candidates: the reader has seen both with their context and has kept them apart.
They can still end up in one event through a report of another article that tells both as one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from legation.merge.columns import PARTIES, Columns
from legation.merge.score import WIDEST, event_days, related

__all__ = ["REACH_BACK", "REACH_FORWARD", "candidates", "may_be_one"]

REACH_BACK = WIDEST
"""Days before the first new report from which older reports are compared with it."""

REACH_FORWARD = WIDEST
"""Days after the last new report up to which reports are compared with it, where articles are added late."""

SLACK = 3
"""Days by which two reports of one event may differ on when it is."""

KEYS = 8
"""Words of a report that can bring it together with another: its rarest."""

_RARE = 40
"""Least rarity, in tenths, of such a word: what fewer than one news item in fifty-five has."""

_BUCKET = 16
Array = npt.NDArray[Any]


def _anchors(columns: Columns) -> Array:
    """Places of the parties and the country of the event, each once, `[n, 2 * PARTIES + 1]`."""
    rows = np.concatenate([columns.places.reshape(len(columns), -1), columns.country[:, None]], axis=1)
    return _once(rows)


def _once(rows: Array) -> Array:
    """Rows sorted downwards, with 0 for what is repeated."""
    rows = np.sort(rows, axis=1)[:, ::-1].copy()
    rows[:, 1:][rows[:, 1:] == rows[:, :-1]] = 0
    return rows


def _tokens(columns: Columns) -> Array:
    """The rarest words of each report, `[n, KEYS]`."""
    order = np.lexsort((columns.words, -columns.rarity), axis=1)[:, :KEYS]
    words = np.take_along_axis(columns.words, order, axis=1)
    rare = np.take_along_axis(columns.rarity, order, axis=1) >= _RARE
    return np.where(rare, words, 0)


def _mix(a: Array, b: Array) -> Array:
    """One 64-bit key for two 32-bit ones; 0 where either is 0."""
    return np.where((a > 0) & (b > 0), (a.astype(np.uint64) << np.uint64(32)) | b.astype(np.uint64), np.uint64(0))


def _keys(columns: Columns) -> Array:
    """Keys of which two candidates share at least one, `[n, many]`; 0 is none."""
    parties = _once(columns.places.reshape(len(columns), -1))
    width = 2 * PARTIES
    left, right = np.triu_indices(width, 1)
    pairs = _mix(parties[:, left], parties[:, right])
    anchors, tokens = _anchors(columns), _tokens(columns)
    spoken = _mix(anchors[:, :, None], tokens[:, None, :]).reshape(len(columns), -1)
    # A pair of places is sorted downwards, a place and a word are not: one bit keeps them from meeting by chance.
    return np.concatenate([pairs & ~np.uint64(1), spoken | (spoken > 0)], axis=1)


def may_be_one(columns: Columns, i: Array, j: Array) -> Array:
    """Whether pairs of reports are candidates; what `candidates` finds among all pairs.

    Args:
        columns: The reports.
        i: Row of one report of each pair.
        j: Row of the other.
    """
    keys = _keys(columns)
    a, b = keys[i], keys[j]
    met = np.zeros(len(a), dtype=bool)
    for k in range(b.shape[1]):
        met |= ((a == b[:, k, None]) & (a > 0)).any(1)
    return met & _fit(columns, i, j)


def _fit(columns: Columns, i: Array, j: Array) -> Array:
    """Whether two reports are of different articles, of related types, and of times that meet."""
    start, stop = event_days(columns)
    apart = np.maximum(start[i], start[j]) - np.minimum(stop[i], stop[j])
    gap = np.abs(columns.known[i].astype(np.int64) - columns.known[j])
    out: Array = (
        (columns.article[i] != columns.article[j])
        & (apart <= SLACK)
        & (gap <= min(REACH_BACK, REACH_FORWARD))
        & related(columns, i, j)
    )
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
    n = len(columns)
    if not new.any():
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    keys = _keys(columns)
    start, stop = event_days(columns)
    first, last = (start - SLACK) // _BUCKET, (stop + SLACK) // _BUCKET
    row, column = np.nonzero(keys)
    key = keys[row, column]
    live = np.isin(key, key[new[row]])
    row, key = row[live], key[live]
    spread = (last - first + 1)[row]
    bucket = np.arange(spread.sum()) - np.repeat(np.cumsum(spread) - spread, spread) + np.repeat(first[row], spread)
    row, key = np.repeat(row, spread), np.repeat(key, spread)
    block = key * np.uint64(0x9E3779B97F4A7C15) ^ bucket.astype(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)
    order = np.lexsort((row, block))
    row, block = row[order], block[order]
    edge = np.flatnonzero(np.r_[True, block[1:] != block[:-1]])
    size = np.diff(np.r_[edge, len(block)])
    of_block = np.repeat(np.arange(len(edge)), size)
    found = [np.zeros(0, dtype=np.int64)]
    fresh = np.flatnonzero(new[row])
    many = size[of_block[fresh]]
    for part in np.split(fresh, np.searchsorted(np.cumsum(many), np.arange(_PAIRS, many.sum(), _PAIRS))):
        count = size[of_block[part]]
        at = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        i = np.repeat(row[part], count)
        j = row[np.repeat(edge[of_block[part]], count) + at]
        low, high = np.minimum(i, j), np.maximum(i, j)
        code = np.unique((low * n + high)[low < high])
        low, high = np.divmod(code, n)
        found.append(code[_fit(columns, low, high)])
    i, j = np.divmod(np.unique(np.concatenate(found)), n)
    return i, j


_PAIRS = 4_000_000
"""Pairs that are held at a time before doubles are dropped."""
