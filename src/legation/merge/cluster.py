"""From scored pairs of reports to events.

Groups of reports are joined from the likeliest pair on, while the link between two groups is worth more than a
threshold. The link is average linkage over all pairs of their reports (Sokal and Michener 1958), where a pair without
a score counts 0: an event is a heap of reports that know each other, not a chain of which each knows the next. What
cannot be one event is never joined: see `Bounds`. A person's word wins over both: what a person keeps apart is not
joined, and where a person joins two reports, their groups are one event.

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

THRESHOLD = 0.3
"""Least link of two groups that are one event. Of the values tried it gives the best F1 on judged pairs of reports that
the weights were not fitted to; single and halfway linkage gave no better one, and events of several hundred reports."""

SCALE = 100_000
"""Scores are added up as whole numbers, so that no sum depends on its order."""

MENTIONED, MENTIONED_TALKS = 100, 25
"""Days within which a deed told without a date lies before its report. Visits and talks come again; what is told later
of one says when it was."""

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

    - if each tells of a deed done and their days are apart: `first` of one is beyond `last` of the other;
    - if one tells of a deed done and the other, later, of a plan for a later day: `last` is before `plan`.

    Each is a comparison of an extreme of one group with an extreme of the other, so groups are compared in one step.

    Two groups are not joined while more than half of the articles of the larger tell of both: reading has taken them
    for two events there. A few that do are outvoted by the others: reading takes one event for two at times.

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
    earliest = known - np.where(talks, MENTIONED_TALKS, MENTIONED)
    # "Their third summit of the year" dates a talk by the report, not by the year that it names.
    vague = talks & (first > 0) & (last - first > MENTIONED_TALKS) & (first <= known) & (known <= last)
    stated = columns.stated & ~vague
    begin = np.where(stated, np.where(first > 0, 2 * first - slack, _NEVER), 2 * earliest)
    end = np.where(stated, np.where(last > 0, last, _ALWAYS // 4), known)
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
    joined, apart = settle(len(bounds.article), judged)
    one = _joined_sets(joined)
    groups = _Groups(bounds)
    for i, j in apart:
        for x in one.get(i, (i,)):
            for y in one.get(j, (j,)):
                groups.bar(x, y)
    left, right = np.asarray(left, dtype=np.int64), np.asarray(right, dtype=np.int64)
    whole = np.rint(np.asarray(scores, dtype=np.float64) * SCALE).astype(np.int64)
    # A pair that leads out of its component has no effect on a group, since no group does.
    strong = whole >= threshold * SCALE
    component = components(len(bounds.article), left[strong], right[strong])
    within = component[left] == component[right]
    groups.link(left[within], right[within], whole[within])
    groups.join_from_best(threshold * SCALE)
    return _as_judged(groups.labels(), one, apart) if joined else groups.labels()


def _joined_sets(joined: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    """For each report that a person joined with others: all of them, in order."""
    sets: dict[int, list[int]] = {}
    for i, j in joined:
        both = sorted({*sets.get(i, (i,)), *sets.get(j, (j,))})
        for member in both:
            sets[member] = both
    return sets


def _as_judged(labels: list[int], one: dict[int, list[int]], apart: Sequence[tuple[int, int]]) -> list[int]:
    """Joins the groups of reports that a person joined.

    Where that would bring together what a person keeps apart, only the reports that were named leave their groups and
    become an event of their own.
    """
    members: dict[int, set[int]] = {}
    for report, label in enumerate(labels):
        members.setdefault(label, set()).add(report)
    at = list(labels)
    for named in sorted({tuple(s) for s in one.values()}):
        union = set().union(*(members[at[report]] for report in named))
        if any(i in union and j in union for i, j in apart):
            union = set(named)
        for label in {at[report] for report in union}:
            members[label] -= union
        new = -1 - named[0]  # no group has it yet
        for report in union:
            at[report] = new
        members[new] = union
    first: dict[int, int] = {}
    return [first.setdefault(label, report) for report, label in enumerate(at)]


class _Groups:
    """Groups of reports while they are being joined; a group goes by the index of one of its reports."""

    def __init__(self, bounds: Bounds) -> None:
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
        self.waiting: dict[int, set[int]] = {}
        self.barred: dict[int, set[int]] = {}

    def bar(self, i: int, j: int) -> None:
        """Keeps two reports apart."""
        self.barred.setdefault(i, set()).add(j)
        self.barred.setdefault(j, set()).add(i)

    def find(self, i: int) -> int:
        parent = self.parent
        while parent[i] != i:
            parent[i] = i = parent[parent[i]]
        return i

    def labels(self) -> list[int]:
        return [self.lowest[self.find(i)] for i in range(len(self.parent))]

    def link(self, left: Array, right: Array, values: Array) -> None:
        """Scored pairs of reports."""
        links = self.links
        for i, j, value in zip(left.tolist(), right.tolist(), values.tolist(), strict=True):
            links[i][j] = links[j][i] = value

    def join_from_best(self, threshold: float) -> None:
        """Joins the two groups with the best link until none is worth the threshold.

        The heap may hold a group's links as they were before it grew. A link that did not gain by that is worth less
        than its entry says, and is put back at its worth when its turn comes; one that gained is entered anew. So an
        entry on top that is true is the best of all.
        """
        links = self.links
        heap = [
            self._entry(a, b, total)
            for a in range(len(links))
            for b, total in links[a].items()
            if a < b and total >= threshold and total > 0
        ]
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
            if self._told_apart(a, b):
                self.waiting.setdefault(a, set()).add(b)
                self.waiting.setdefault(b, set()).add(a)
                continue
            keep, changed = self._merge(a, b)
            for other in changed:
                new = self._entry(keep, other, links[keep][other])
                if -new[0] >= threshold:
                    heapq.heappush(heap, new)

    def _entry(self, a: int, b: int, total: int) -> tuple[float, int, int, int, int]:
        if a > b:
            a, b = b, a
        x, y = self.lowest[a], self.lowest[b]
        return -total / (self.size[a] * self.size[b]), min(x, y), max(x, y), a, b

    def _at_odds(self, a: int, b: int) -> bool:
        """Whether something keeps two groups apart."""
        if self.first[a] > self.last[b] or self.first[b] > self.last[a]:
            return True
        if self.done[a] < self.plan[b] or self.done[b] < self.plan[a]:
            return True
        return b in self.barred.get(a, ())

    def _told_apart(self, a: int, b: int) -> bool:
        """Whether too many articles tell of both as two events; that may change as groups grow."""
        small, large = sorted((self.articles[a], self.articles[b]), key=len)
        return 2 * len(small & large) > len(large)

    def _merge(self, a: int, b: int) -> tuple[int, list[int]]:
        """Joins two groups; gives the one that stays and those that it may be joined with as it could not before."""
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
        freed = self.waiting.pop(a, set()) | self.waiting.pop(b, set())
        for other in freed:
            self.waiting.get(other, set()).difference_update((a, b))
        self.parent[b] = a
        self.lowest[a] = min(self.lowest[a], self.lowest[b])
        self.size[a] += self.size[b]
        self.first[a] = max(self.first[a], self.first[b])
        self.last[a] = min(self.last[a], self.last[b])
        self.done[a] = min(self.done[a], self.done[b])
        self.plan[a] = max(self.plan[a], self.plan[b])
        small, large = sorted((self.articles[a], self.articles[b]), key=len)
        large |= small
        self.articles[a], self.articles[b] = large, set()
        for other in self.barred.pop(b, ()):
            self.barred[other].discard(b)
            self.barred[other].add(a)
            self.barred.setdefault(a, set()).add(other)
        return a, sorted({*gained, *(other for other in freed if other in links[a])})
