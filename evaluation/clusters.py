"""How well clusters agree with the right ones: MUC, B-cubed, CEAF with entities aligned, and pairs.

Clusters are given as labels: two items are together where their labels are equal. MUC: Vilain et al. 1995; B-cubed:
Bagga and Baldwin 1998; CEAFe: Luo 2005 with the similarity phi-4. CoNLL F1 is the mean of the three (Pradhan et al.
2011).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["Figures", "assign", "b_cubed", "ceaf_e", "conll", "muc", "pairwise"]


class Figures(NamedTuple):
    """Precision and recall, 0 to 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def __str__(self) -> str:
        return f"P {100 * self.precision:.1f} R {100 * self.recall:.1f} F1 {100 * self.f1:.1f}"


Labels = Sequence[Hashable]


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def muc(gold: Labels, said: Labels) -> Figures:
    """Links: how few of them would have to be added or taken away."""

    def one_way(a: Labels, b: Labels) -> float:
        parts: defaultdict[Hashable, set[Hashable]] = defaultdict(set)
        for x, y in zip(a, b, strict=True):
            parts[x].add(y)
        sizes = Counter(a)
        return _ratio(sum(sizes[x] - len(parts[x]) for x in sizes), sum(n - 1 for n in sizes.values()))

    return Figures(one_way(said, gold), one_way(gold, said))


def b_cubed(gold: Labels, said: Labels) -> Figures:
    """Items: what share of an item's cluster is right, on average over items."""
    both, g, s = Counter(zip(gold, said, strict=True)), Counter(gold), Counter(said)
    n = len(gold)
    return Figures(
        _ratio(sum(c * c / s[y] for (_, y), c in both.items()), n),
        _ratio(sum(c * c / g[x] for (x, _), c in both.items()), n),
    )


def ceaf_e(gold: Labels, said: Labels) -> Figures:
    """Clusters, each aligned with at most one: how alike they are under the best alignment."""
    both, g, s = Counter(zip(gold, said, strict=True)), Counter(gold), Counter(said)
    row, column = ({x: k for k, x in enumerate(c)} for c in (g, s))
    total = 0.0
    # What shares no item gains nothing by being aligned, so components can be aligned one by one.
    for pairs in _components(list(both)):
        xs, ys = sorted({row[x] for x, _ in pairs}), sorted({column[y] for _, y in pairs})
        alike = np.zeros((len(xs), len(ys)))
        for x, y in pairs:
            alike[xs.index(row[x]), ys.index(column[y])] = 2 * both[x, y] / (g[x] + s[y])
        total += sum(alike[i, j] for i, j in assign(alike))
    return Figures(_ratio(total, len(s)), _ratio(total, len(g)))


def _components(pairs: list[tuple[Hashable, Hashable]]) -> list[list[tuple[Hashable, Hashable]]]:
    parent: dict[tuple[str, Hashable], tuple[str, Hashable]] = {}

    def root(node: tuple[str, Hashable]) -> tuple[str, Hashable]:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = node = parent[parent[node]]
        return node

    for x, y in pairs:
        parent[root(("gold", x))] = root(("said", y))
    out: defaultdict[tuple[str, Hashable], list[tuple[Hashable, Hashable]]] = defaultdict(list)
    for x, y in pairs:
        out[root(("gold", x))].append((x, y))
    return list(out.values())


def assign(worth: npt.NDArray[np.float64]) -> list[tuple[int, int]]:
    """One to one pairs of rows and columns of the greatest total worth (Kuhn 1955; shortest augmenting paths)."""
    turned = worth.shape[0] > worth.shape[1]
    cost = -(worth.T if turned else worth)
    n, m = cost.shape
    u, v = np.zeros(n + 1), np.zeros(m + 1)
    owner = np.zeros(m + 1, dtype=int)
    for row in range(1, n + 1):
        owner[0], column = row, 0
        least, seen, came = np.full(m + 1, np.inf), np.zeros(m + 1, dtype=bool), np.zeros(m + 1, dtype=int)
        while owner[column]:
            seen[column] = True
            reduced = cost[owner[column] - 1] - u[owner[column]] - v[1:]
            better = ~seen[1:] & (reduced < least[1:])
            least[1:][better], came[1:][better] = reduced[better], column
            nearest = int(np.where(seen, np.inf, least)[1:].argmin()) + 1
            step = least[nearest]
            u[owner[seen]] += step
            v[seen] -= step
            least[~seen] -= step
            column = nearest
        while column:
            owner[column] = owner[came[column]]
            column = int(came[column])
    pairs = [(int(owner[k]) - 1, k - 1) for k in range(1, m + 1) if owner[k]]
    return sorted((b, a) for a, b in pairs) if turned else sorted(pairs)


def conll(gold: Labels, said: Labels) -> float:
    """Mean of the F1 of MUC, B-cubed and CEAFe."""
    return (muc(gold, said).f1 + b_cubed(gold, said).f1 + ceaf_e(gold, said).f1) / 3


def pairwise(gold: Labels, said: Labels) -> Figures:
    """Pairs of items: what share of those put together belong together, and the other way about."""

    def pairs(counts: Counter[Hashable]) -> int:
        return sum(n * (n - 1) // 2 for n in counts.values())

    right = pairs(Counter(zip(gold, said, strict=True)))
    return Figures(_ratio(right, pairs(Counter(said))), _ratio(right, pairs(Counter(gold))))
