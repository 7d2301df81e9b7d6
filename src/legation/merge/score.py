"""How likely two reports tell one event: what they share, weighed by a small network that was fitted to judged pairs.

Everything is computed for many pairs at a time over `Columns`; a million pairs take a few seconds on one core.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from legation.merge.columns import NAME, NUMBER, Columns
from legation.merge.weights import Weights, shipped
from legation.ontology import STATUSES, TYPES

__all__ = ["FEATURES", "RELATED", "Columns", "event_days", "features", "related", "score"]

Array = npt.NDArray[Any]
_CHUNK = 8192
"""Pairs that are compared at a time: their words then fit the processor's cache."""

_DIGITS = 5
"""Decimals of a score. What lies below differs with the size of a matrix product."""

RELATED: tuple[tuple[str, str], ...] = tuple(
    (a, b)
    for a, b in (
        pair.split()
        for pair in (
            "AGREE CONSULT|AGREE CONCEDE|AGREE COOPERATE|AGREE RETREAT|AGREE SUPPORT|AGREE AID|CONCEDE RETREAT|"
            "ASSAULT MOBILIZE|ASSAULT COERCE|ACCUSE ASSAULT|ACCUSE SANCTION|ACCUSE COERCE|COERCE SANCTION|"
            "THREATEN SANCTION|REJECT CONSULT|REQUEST CONSULT|AID COOPERATE|AID SUPPORT|COOPERATE MOBILIZE|"
            "COERCE PROTEST|ASSAULT PROTEST|ELECT SANCTION|ELECT RETREAT|REJECT SANCTION|ACCUSE REJECT|SUPPORT VOTE|"
            "ELECT VOTE|CONCEDE SUPPORT|THREATEN REQUEST|ACCUSE REQUEST|COERCE MOBILIZE|CONSULT SUPPORT|"
            "COERCE RETREAT|REQUEST ACCUSE"
        ).split("|")
    )
)
"""Types that one event may be told as, besides equal ones."""

_N = len(TYPES)
_RELATED = np.eye(_N, dtype=bool)
for _a, _b in RELATED:
    _RELATED[TYPES.index(_a), TYPES.index(_b)] = _RELATED[TYPES.index(_b), TYPES.index(_a)] = True

_HAPPENED, _ONGOING, _PLANNED, _POSSIBLE, _NOT = (1 << STATUSES.index(s) for s in STATUSES)
_AHEAD = _PLANNED | _POSSIBLE

BEFORE = 14
"""Days before a report that an event without a date may lie, where it is told as past."""
AHEAD = 300
"""Days after a report that an event without a date may lie, where it is told as to come."""
WIDEST = 400
"""Days of the longest date that places an event in time; of a longer one the day of the report is taken."""


def related(columns: Columns, i: Array, j: Array) -> Array:
    """Whether the types of each pair are equal or ones that an event may be told as."""
    out: Array = _RELATED[columns.kind[i], columns.kind[j]]
    return out


def event_days(columns: Columns) -> tuple[Array, Array]:
    """First and last day, as ordinals, on which the event of each report may lie, as far as the report tells.

    A stated date tells by itself. Without one, what has happened lies up to `BEFORE` days before the report, and what
    is planned up to `AHEAD` days after.
    """
    known = columns.known.astype(np.int32)
    status = columns.statuses
    ahead = (status & _AHEAD != 0) & (status & (_HAPPENED | _ONGOING) == 0)
    denied = (status & _NOT != 0) & (status & (_HAPPENED | _ONGOING) == 0)
    from_day = np.where(ahead, known, known - BEFORE)
    to_day = np.where(ahead | denied, known + AHEAD, known)
    said = columns.stated & (columns.first > 0) & (columns.last > 0) & (columns.last - columns.first <= WIDEST)
    starts = columns.stated & (columns.first > 0) & (columns.last == 0)
    from_day = np.where(said, columns.first, np.where(starts & ahead, np.maximum(columns.first, known), from_day))
    to_day = np.where(said, columns.last, np.where(starts & ahead, from_day + AHEAD, to_day))
    return from_day, np.maximum(from_day, to_day)


class Pairs:
    """Pairs of rows of columns, and what several features need of them."""

    def __init__(self, columns: Columns, i: Array, j: Array, days: tuple[Array, Array]) -> None:
        self.columns, self.i, self.j = columns, i, j
        c = columns
        self.same_type = c.kind[i] == c.kind[j]
        self.related = _RELATED[c.kind[i], c.kind[j]] & ~self.same_type
        self.mode_i, self.mode_j = c.mode[i], c.mode[j]
        a, b = c.places[i], c.places[j]
        self.doers = _shared(a[:, 0], b[:, 0])
        self.takers = _shared(a[:, 1], b[:, 1])
        self.crossed = _shared(a[:, 0], b[:, 1]) + _shared(a[:, 1], b[:, 0])
        self.has = [(side[:, k] != 0).any(1) for side in (a, b) for k in (0, 1)]
        flat_a, flat_b = a.reshape(len(i), -1), b.reshape(len(i), -1)
        hit_a = (flat_a[:, :, None] == flat_b[:, None, :]) & (flat_a[:, :, None] != 0)
        first_a = _first_of_its_kind(flat_a)
        first_b = _first_of_its_kind(flat_b)
        self.shared_places = (hit_a.any(2) & first_a).sum(1)
        self.all_places = first_a.sum(1) + first_b.sum(1) - self.shared_places
        self.least_places = np.minimum(first_a.sum(1), first_b.sum(1))
        self.persons = _shared(c.persons[i].reshape(len(i), -1), c.persons[j].reshape(len(i), -1))
        self.codes = _shared(c.codes[i].reshape(len(i), -1), c.codes[j].reshape(len(i), -1))
        self.stems = _shared(c.stems[i], c.stems[j])
        self.apart = np.maximum(0, np.maximum(days[0][i], days[0][j]) - np.minimum(days[1][i], days[1][j]))
        self.known_gap = np.abs(c.known[i] - c.known[j])
        self._words()
        s, t = c.statuses[i], c.statuses[j]
        swap = c.known[i] > c.known[j]
        self.earlier, self.later = np.where(swap, t, s), np.where(swap, s, t)
        self.both = s & t

    def _words(self) -> None:
        c, i, j = self.columns, self.i, self.j
        a, b = c.words[i], c.words[j]
        hit = np.zeros(a.shape, dtype=bool)
        named = np.zeros(a.shape, dtype=bool)
        name_b = c.word_kind[j] == NAME
        for k in range(b.shape[1]):
            same = a == b[:, k, None]
            hit |= same
            named |= same & name_b[:, k, None]
        hit &= a != 0
        rare_a, rare_b = c.rarity[i], c.rarity[j]
        kind = c.word_kind[i]
        shared = np.where(hit, rare_a, 0)
        self.shared_rarity = shared.sum(1) / 10
        self.rarest = shared.max(1, initial=0) / 10
        squares = (shared * shared).sum(1).astype(np.float64)
        norm = np.sqrt((rare_a * rare_a).sum(1).astype(np.float64) * (rare_b * rare_b).sum(1))
        self.cosine = squares / np.maximum(1.0, norm)
        total = np.minimum(rare_a.sum(1), rare_b.sum(1)) / 10
        self.cover = self.shared_rarity / np.maximum(1.0, total)
        number = hit & (kind == NUMBER)
        self.numbers = number.sum(1)
        self.number_rarity = np.where(number, rare_a, 0).sum(1) / 10
        self.have_numbers = (kind == NUMBER).any(1) & (c.word_kind[j] == NUMBER).any(1)
        name = hit & (named | (kind == NAME))
        self.names = name.sum(1)
        self.name_rarity = np.where(name, rare_a, 0).sum(1) / 10


def _shared(a: Array, b: Array) -> Array:
    """How many entries of each row of `a` stand in the same row of `b`; padding does not count."""
    out: Array = ((a[:, :, None] == b[:, None, :]).any(2) & (a != 0)).sum(1)
    return out


def _first_of_its_kind(rows: Array) -> Array:
    """Which entries have not stood in their row before; padding has none."""
    same = rows[:, :, None] == rows[:, None, :]
    earlier = np.tril(np.ones((rows.shape[1], rows.shape[1]), dtype=bool), -1)
    out: Array = ~(same & earlier).any(2) & (rows != 0)
    return out


def _differ(p: Pairs, side: int) -> Array:
    shared = p.takers if side else p.doers
    return p.has[side] & p.has[2 + side] & (shared == 0)


def _stated(p: Pairs) -> Array:
    return p.columns.stated[p.i] & p.columns.stated[p.j]


_MADE: dict[str, Callable[[Pairs], Array]] = {
    "same_type": lambda p: p.same_type,
    "related_type": lambda p: p.related,
    "same_mode": lambda p: (p.mode_i == p.mode_j) & (p.mode_i > 0),
    "modes_differ": lambda p: (p.mode_i != p.mode_j) & (p.mode_i > 0) & (p.mode_j > 0) & p.same_type,
    "same_stem": lambda p: p.stems > 0,
    "stem_and_type": lambda p: (p.stems > 0) & p.same_type,
    "places_overlap": lambda p: p.shared_places / np.maximum(1, p.all_places),
    "places_within": lambda p: p.shared_places / np.maximum(1, p.least_places),
    "two_places": lambda p: p.shared_places >= 2,
    "no_place": lambda p: p.shared_places == 0,
    "doers_overlap": lambda p: p.doers > 0,
    "takers_overlap": lambda p: p.takers > 0,
    "doers_differ": lambda p: _differ(p, 0),
    "takers_differ": lambda p: _differ(p, 1),
    "crossed": lambda p: (p.crossed > 0) & (p.doers + p.takers == 0),
    "codes_shared": lambda p: np.minimum(3, p.codes),
    "persons_shared": lambda p: np.minimum(3, p.persons),
    "days_equal": lambda p: _stated(p) & (p.columns.first[p.i] == p.columns.first[p.j]) & (p.columns.first[p.i] > 0),
    "days_apart": lambda p: np.log1p(p.apart),
    "days_apart_any": lambda p: p.apart > 0,
    "stated_apart": lambda p: _stated(p) * np.log1p(p.apart),
    "known_gap": lambda p: np.log1p(p.known_gap),
    "known_same": lambda p: p.known_gap == 0,
    "known_near": lambda p: p.known_gap <= 2,
    "gap_both_happened": lambda p: (p.both & _HAPPENED != 0) * np.log1p(p.known_gap),
    "plan_then_done": lambda p: (p.earlier & _AHEAD != 0) & (p.later & _HAPPENED != 0),
    "both_planned": lambda p: p.both & _AHEAD != 0,
    "status_equal": lambda p: p.both != 0,
    "denied": lambda p: (p.earlier | p.later) & _NOT != 0,
    "ongoing": lambda p: p.both & _ONGOING != 0,
    "same_publisher": lambda p: (
        (p.columns.publisher[p.i] == p.columns.publisher[p.j]) & (p.columns.publisher[p.i] != 0)
    ),
    "same_country": lambda p: (p.columns.country[p.i] == p.columns.country[p.j]) & (p.columns.country[p.i] != 0),
    "country_differs": lambda p: (
        (p.columns.country[p.i] != p.columns.country[p.j])
        & (p.columns.country[p.i] != 0)
        & (p.columns.country[p.j] != 0)
    ),
    "same_spot": lambda p: (p.columns.place[p.i] == p.columns.place[p.j]) & (p.columns.place[p.i] != 0),
    "cosine": lambda p: p.cosine,
    "cover": lambda p: p.cover,
    "shared_rarity": lambda p: np.log1p(p.shared_rarity),
    "rarest": lambda p: p.rarest,
    "numbers": lambda p: np.minimum(3, p.numbers),
    "number_rarity": lambda p: np.log1p(p.number_rarity),
    "numbers_differ": lambda p: p.have_numbers & (p.numbers == 0),
    "names": lambda p: np.minimum(5, p.names),
    "name_rarity": lambda p: np.log1p(p.name_rarity),
    "no_name": lambda p: p.names == 0,
    "cosine_same_type": lambda p: p.cosine * p.same_type,
    "cosine_gap": lambda p: p.cosine * np.log1p(p.known_gap),
}
FEATURES: tuple[str, ...] = tuple(_MADE)
"""What a pair of reports is judged by, in order."""


def features(columns: Columns, i: Array, j: Array) -> Array:
    """What pairs of reports share, `float64[pairs, len(FEATURES)]`; the order within a pair makes no difference."""
    days = event_days(columns)
    i, j = np.asarray(i, dtype=np.int64), np.asarray(j, dtype=np.int64)
    out = np.empty((len(i), len(FEATURES)))
    for at in range(0, len(i), _CHUNK):
        pairs = Pairs(columns, i[at : at + _CHUNK], j[at : at + _CHUNK], days)
        for k, make in enumerate(_MADE.values()):
            out[at : at + _CHUNK, k] = make(pairs)
    return out


def score(columns: Columns, i: Array, j: Array, weights: Weights | None = None) -> Array:
    """Probability that two reports tell the same event.

    Args:
        columns: The reports.
        i: Row of one report of each pair.
        j: Row of the other; swapping them changes nothing.
        weights: The weights, the shipped ones by default.

    Returns:
        One number from 0 to 1 a pair, rounded to five decimals.
    """
    use = weights or shipped()
    i, j = np.asarray(i, dtype=np.int64), np.asarray(j, dtype=np.int64)
    which = [FEATURES.index(name) for name in use.features]
    out = np.empty(len(i))
    for at in range(0, len(i), 32 * _CHUNK):
        x = (features(columns, i[at : at + 32 * _CHUNK], j[at : at + 32 * _CHUNK])[:, which] - use.mean) / use.scale
        for k, (matrix, offset) in enumerate(use.layers):
            x = (np.maximum(x, 0) if k else x) @ matrix + offset
        out[at : at + 32 * _CHUNK] = 1 / (1 + np.exp(-np.clip(x[:, 0], -30, 30)))
    return np.round(out, _DIGITS)
