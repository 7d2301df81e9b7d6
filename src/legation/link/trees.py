"""Boosted decision trees, evaluated with numpy: what the resolver of words weighs its evidence with.

The trees are grown in training (`training/resolver.py`, LightGBM) and shipped as lists of numbers. A missing value
takes the side that training chose for it at each fork.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Forest"]

Floats = NDArray[np.float32]
_CHUNK = 256
"""Rows that are weighed at a time: their nodes then fit the processor's cache."""


class Forest:
    """Trees whose leaves add up to log odds.

    Args:
        data: `features`, their names in order; and one entry a node of all trees in `feature` (-1 at a leaf),
            `threshold` (the value of a leaf), `right` (how many nodes on the right one stands) and `missing` (a digit a
            node, 1 where a missing value goes left); `roots`, the first node of each tree. A value goes left, to the
            next node, where it is not above the threshold.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.features: tuple[str, ...] = tuple(data["features"])
        feature = np.array(data["feature"], dtype=np.int64)
        bound = np.array(data["threshold"], dtype=np.float64)
        leaves = feature < 0
        own = np.arange(len(feature))
        after = np.stack((own + 1, own + np.array(data["right"], dtype=np.int64)), axis=1)
        after[leaves] = own[leaves, None]
        self._after = after.ravel().astype(np.int32)
        self._leaf = np.where(leaves, bound, 0.0)
        # rows are float32: the greatest float32 that is not above the bound divides them just as the bound does
        single = bound.astype(np.float32)
        self._bound = np.where(single > bound, np.nextafter(single, np.float32(-np.inf)), single)
        # every value stands twice in a row; a missing one as -inf, which goes left, and as +inf, which goes right
        right = np.array([digit == "0" for digit in data["missing"]], dtype=np.bool_) & ~leaves
        self._column = (np.where(leaves, 0, feature) + right * len(self.features)).astype(np.int32)
        self._roots = np.array(data["roots"], dtype=np.int32)
        self._depth = 0
        level = self._roots.astype(np.int64)
        while len(level := level[~leaves[level]]):
            level = after[level].ravel()
            self._depth += 1

    def log_odds(self, rows: Floats) -> NDArray[np.float64]:
        """Log odds of each row; its columns are `features`.

        Raises:
            ValueError: If the columns are not as many as the trees were grown on.
        """
        if rows.shape[1] != len(self.features):
            raise ValueError(f"{rows.shape[1]} columns where the trees have {len(self.features)} features")
        out = np.zeros(len(rows))
        for begin in range(0, len(rows), _CHUNK):
            x = rows[begin : begin + _CHUNK]
            missing = np.isnan(x)
            twice = np.concatenate((np.where(missing, -np.inf, x), np.where(missing, np.inf, x)), axis=1)
            values = twice.astype(np.float32).ravel()
            line = (np.arange(len(x), dtype=np.int32) * twice.shape[1])[:, None]
            node = np.repeat(self._roots[None], len(x), axis=0)
            for _ in range(self._depth):  # all trees a level deeper; who has reached a leaf stays there
                right = values.take(self._column.take(node) + line) > self._bound.take(node)
                node = self._after.take(2 * node + right)
            out[begin : begin + _CHUNK] = self._leaf.take(node).sum(axis=1)
        return out


def table_value(counts: Mapping[str, int] | None, label: str, prior: Mapping[str, float], weight: float) -> float:
    """How much oftener than usual a label goes with a key, as a log ratio; 0 where the key is unknown.

    Args:
        counts: How often each label was seen with the key in training.
        label: The label.
        prior: Share of each label overall.
        weight: How many occurrences the prior counts for.
    """
    if not counts:
        return 0.0
    usual = max(prior.get(label, 0.0), 1e-4)
    return math.log((counts.get(label, 0) + weight * usual) / (sum(counts.values()) + weight) / usual)


def rows_of(columns: Sequence[str], found: Sequence[Mapping[str, float]]) -> Floats:
    """Lays named values out as rows; a name that is absent is 0, one that no column has is a KeyError."""
    out = np.zeros((len(found), len(columns)), dtype=np.float32)
    index = {name: i for i, name in enumerate(columns)}
    for row, values in zip(out, found, strict=True):
        for name, value in values.items():
            row[index[name]] = value
    return out
