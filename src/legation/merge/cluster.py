"""From scored pairs of reports to events.

Groups of reports are joined from the likeliest pair on, while the link between two groups is worth more than a
threshold. The link is average linkage over all pairs of their reports (Sokal and Michener 1958), where a pair without
a score counts 0: an event is a heap of reports that know each other, not a chain of which each knows the next. What
cannot be one event is never joined: see `Bounds`. What a person judged comes first.

The result is a function of the set of reports, pairs and judgements; the order of their arrival plays no part. A link
above the threshold needs one pair above it, so the connected components over such pairs can be grouped one by one:
only those that something new touches must be grouped anew.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from legation.merge.columns import Columns
from legation.ontology import STATUSES, TYPES

__all__ = ["SCALE", "THRESHOLD", "Bounds", "bounds_of", "cluster", "components", "settle"]

THRESHOLD = 0.5
"""Least link of two groups that are one event."""

SCALE = 100_000
"""Scores are added up as whole numbers, so that no sum depends on its order."""

MENTIONED = 21
"""Days within which a deed told without a date lies before its report; later mentions of it say when it was."""

SLACK = 1
"""Days by which two dates of one deed may differ: nights, time zones."""

SLACK_TALKS = 3
"""The same for visits and talks, which last some days and are dated by any of them."""

_NEVER, _ALWAYS = -(10**9), 10**9

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """What keeps reports apart, one a row. Days count double, so that half days of slack are whole numbers.

    Two reports are never joined

    - if they are of one article, where reading took them for two events already;
    - if each tells of a deed done and their days are apart: `first` of one is beyond `last` of the other;
    - if one tells of a deed done and the other, later, of a plan for a later day: `last` is before `plan`.

    Each is a comparison of an extreme of one group with an extreme of the other, so groups are compared in one step.

    Attributes:
        article: Article, any number that tells articles apart.
        first: First day of a deed done, less slack; very small where there is none.
        last: Last day of a deed done, with slack; very large where there is none.
        done: Last day of a deed done, without slack; very large where there is none.
        plan: Day before which a deed done cannot be this plan; very small where there is none.
    """

    article: Array
    first: Array
    last: Array
    done: Array
    plan: Array


def bounds_of(columns: Columns) -> Bounds:
    """What keeps these reports apart."""
    bit = {s: np.uint64(1 << k) for k, s in enumerate(STATUSES)}
    said = columns.statuses
    happened = (said & bit["happened"]) > 0
    ahead = (said & (bit["planned"] | bit["possible"])) > 0
    done = happened & ~ahead & ((said & bit["not"]) == 0)
    plan = ahead & ~happened & ((said & bit["ongoing"]) == 0)
    first, last = columns.first.astype(np.int64), columns.last.astype(np.int64)
    known = columns.known.astype(np.int64)
    talks = columns.kind == TYPES.index("CONSULT")
    slack = np.where(talks, SLACK_TALKS, SLACK)
    begin = np.where(columns.stated, np.where(first > 0, 2 * first - slack, _NEVER), 2 * (known - MENTIONED))
    end = np.where(columns.stated, np.where(last > 0, last, _ALWAYS // 4), known)
    dated = plan & columns.stated & (first > 0)
    return Bounds(
        article=columns.article,
        first=np.where(done, begin, _NEVER),
        last=np.where(done, 2 * end + slack, _ALWAYS),
        done=np.where(done, 2 * end, _ALWAYS),
        plan=np.where(dated, np.minimum(2 * first - 2 * slack, 2 * known), _NEVER),
    )


def components(count: int, left: Array, right: Array) -> Array:
    """Connected components.

    Args:
        count: Number of reports.
        left: One end of each pair, an index below `count`.
        right: The other.

    Returns:
        For each report the smallest index of its component.
    """
    label = np.arange(count)
    left, right = np.asarray(left, dtype=np.int64), np.asarray(right, dtype=np.int64)
    while len(left):
        a, b = label[left], label[right]
        differ = a != b
        if not differ.any():
            break
        left, right, a, b = left[differ], right[differ], a[differ], b[differ]
        np.minimum.at(label, np.maximum(a, b), np.minimum(a, b))
        while True:  # every report points at its root again
            up = label[label]
            if (up == label).all():
                break
            label = up
    return label


def settle(count: int, judged: Iterable[tuple[int, int, bool]]) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """What persons' judgements come to.

    Args:
        count: Number of reports.
        judged: Two reports and whether they are one event, the latest judgement first. An earlier one that contradicts
            what later ones come to has no effect.

    Returns:
        Pairs to join, and pairs to keep apart.
    """
    parent = list(range(count))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = i = parent[parent[i]]
        return i

    joined: list[tuple[int, int]] = []
    apart: list[tuple[int, int]] = []
    for i, j, same in judged:
        a, b = root(i), root(j)
        if not same:
            if a != b:
                apart.append((i, j))
        elif a != b and not any({root(x), root(y)} == {a, b} for x, y in apart):
            parent[max(a, b)] = min(a, b)
            joined.append((i, j))
    return joined, apart


def cluster(
    bounds: Bounds,
    left: Array,
    right: Array,
    scores: Array,
    judged: Sequence[tuple[int, int, bool]] = (),
    threshold: float = THRESHOLD,
) -> list[int]:
    """Which reports are one event.

    Args:
        bounds: What keeps them apart. Rows stand in the order of the reports' days and ids; ties are broken by it.
        left: One end of each scored pair, an index into the rows.
        right: The other.
        scores: Probability that the two are one event, 0 to 1. No pair stands twice.
        judged: As for `settle`.
        threshold: Least link of two groups to be joined.

    Returns:
        For each report the first one of its event.
    """
    groups = _Groups(bounds, judged)
    whole = np.rint(np.asarray(scores, dtype=np.float64) * SCALE).astype(np.int64)
    for i, j, value in zip(np.asarray(left).tolist(), np.asarray(right).tolist(), whole.tolist(), strict=True):
        groups.add(i, j, value)
    groups.join_from_best(threshold * SCALE)
    return groups.labels()


class _Groups:
    """Groups of reports while they are being joined; a group goes by the index of one of its reports."""

    def __init__(self, bounds: Bounds, judged: Sequence[tuple[int, int, bool]]) -> None:
        count = len(bounds.article)
        self.parent = list(range(count))
        self.lowest = list(range(count))
        self.size = [1] * count
        self.articles: list[set[int]] = [{a} for a in bounds.article.tolist()]
        self.first = bounds.first.tolist()
        self.last = bounds.last.tolist()
        self.done = bounds.done.tolist()
        self.plan = bounds.plan.tolist()
        self.links: list[dict[int, int]] = [{} for _ in range(count)]
        self.barred: dict[int, set[int]] = {}
        joined, apart = settle(count, judged)
        for i, j in joined:
            if (a := self.find(i)) != (b := self.find(j)):
                self._merge(a, b)
        for group in {self.find(i) for i, _ in joined}:
            self._forget_contradictions(group)
        for i, j in apart:
            a, b = self.find(i), self.find(j)
            self.barred.setdefault(a, set()).add(b)
            self.barred.setdefault(b, set()).add(a)

    def find(self, i: int) -> int:
        parent = self.parent
        while parent[i] != i:
            parent[i] = i = parent[parent[i]]
        return i

    def labels(self) -> list[int]:
        return [self.lowest[self.find(i)] for i in range(len(self.parent))]

    def add(self, i: int, j: int, value: int) -> None:
        """A scored pair of reports."""
        a, b = self.find(i), self.find(j)
        if a != b:
            self.links[a][b] = self.links[a].get(b, 0) + value
            self.links[b][a] = self.links[a][b]

    def join_from_best(self, threshold: float) -> None:
        """Joins the two groups with the best link until none is worth the threshold.

        The heap may hold a group's links as they were before it grew. A link that did not gain by that is worth less
        than its entry says, and is put back at its worth when its turn comes; one that gained is entered anew. So an
        entry on top that is true is the best of all.
        """
        links = self.links
        heap = [
            self._entry(a, b, total) for a in range(len(links)) for b, total in links[a].items() if a < b and total > 0
        ]
        heap = [entry for entry in heap if -entry[0] >= threshold]
        heapq.heapify(heap)
        while heap:
            entry = heapq.heappop(heap)
            a, b = entry[3], entry[4]
            if self.parent[a] != a or self.parent[b] != b or b not in links[a]:
                continue
            true = self._entry(a, b, links[a][b])
            if true != entry:
                if -true[0] >= threshold:
                    heapq.heappush(heap, true)
                continue
            if self._at_odds(a, b):
                del links[a][b], links[b][a]
                continue
            keep, gained = self._merge(a, b)
            for other in gained:
                new = self._entry(keep, other, links[keep][other])
                if -new[0] >= threshold:
                    heapq.heappush(heap, new)

    def _entry(self, a: int, b: int, total: int) -> tuple[float, int, int, int, int]:
        low = sorted((self.lowest[a], self.lowest[b]))
        return -total / (self.size[a] * self.size[b]), low[0], low[1], min(a, b), max(a, b)

    def _at_odds(self, a: int, b: int) -> bool:
        """Whether something keeps two groups apart."""
        if self.first[a] > self.last[b] or self.first[b] > self.last[a]:
            return True
        if self.done[a] < self.plan[b] or self.done[b] < self.plan[a]:
            return True
        if b in self.barred.get(a, ()):
            return True
        return not self.articles[a].isdisjoint(self.articles[b])

    def _merge(self, a: int, b: int) -> tuple[int, list[int]]:
        """Joins two groups; gives the one that stays and those whose link with it may have gained."""
        links = self.links
        if (len(links[a]), self.size[a]) < (len(links[b]), self.size[b]):
            a, b = b, a
        links[a].pop(b, None)
        links[b].pop(a, None)
        gained = list(links[b])
        for other in gained:
            del links[other][b]
            links[a][other] = links[other][a] = links[a].get(other, 0) + links[b][other]
        links[b] = {}
        self.parent[b] = a
        self.lowest[a] = min(self.lowest[a], self.lowest[b])
        self.size[a] += self.size[b]
        self.first[a] = max(self.first[a], self.first[b])
        self.last[a] = min(self.last[a], self.last[b])
        self.done[a] = min(self.done[a], self.done[b])
        self.plan[a] = max(self.plan[a], self.plan[b])
        large, small = sorted((self.articles[a], self.articles[b]), key=len, reverse=True)
        large |= small
        self.articles[a], self.articles[b] = large, set()
        for other in self.barred.pop(b, ()):
            self.barred[other].discard(b)
            self.barred[other].add(a)
            self.barred.setdefault(a, set()).add(other)
        return a, gained

    def _forget_contradictions(self, group: int) -> None:
        """Days at odds within a group that a person joined tell nothing about others."""
        if self.first[group] > self.last[group] or self.done[group] < self.plan[group]:
            self.first[group], self.last[group] = _NEVER, _ALWAYS
            self.done[group], self.plan[group] = _ALWAYS, _NEVER
