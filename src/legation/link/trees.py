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


class Forest:
    """Trees whose leaves add up to log odds.

    Args:
        data: `features`, their names in order; and one entry a node of all trees in `feature` (-1 at a leaf),
            `threshold` (the value of a leaf), `right` and `missing` (1 where a missing value goes left); `roots`, the
            first node of each tree. A value goes left, to the next node, where it is not above the threshold.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.features: tuple[str, ...] = tuple(data["features"])
        self._feature = np.array(data["feature"], dtype=np.int64)
        self._threshold = np.array(data["threshold"], dtype=np.float64)
        self._left = np.arange(1, 1 + len(self._feature))
        self._right = np.array(data["right"], dtype=np.int64)
        self._missing = np.array(data["missing"], dtype=np.bool_)
        self._roots = np.array(data["roots"], dtype=np.int64)
        leaves = self._feature < 0
        self._left[leaves] = self._right[leaves] = np.flatnonzero(leaves)
        self._column = np.where(leaves, 0, self._feature)

    def log_odds(self, rows: Floats) -> NDArray[np.float64]:
        """Log odds of each row; its columns are `features`.

        Raises:
            ValueError: If the columns are not as many as the trees were grown on.
        """
        if rows.shape[1] != len(self.features):
            raise ValueError(f"{rows.shape[1]} columns where the trees have {len(self.features)} features")
        out = np.zeros(len(rows))
        for begin in range(0, len(rows), 512):  # keeps the array of nodes small
            x = rows[begin : begin + 512].astype(np.float64)
            node = np.repeat(self._roots[None], len(x), axis=0)
            line = np.arange(len(x))[:, None]
            while True:
                value = x[line, self._column[node]]
                left = np.where(np.isnan(value), self._missing[node], value <= self._threshold[node])
                after = np.where(left, self._left[node], self._right[node])
                if (after == node).all():
                    break
                node = after
            out[begin : begin + 512] = self._threshold[node].sum(axis=1)
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
