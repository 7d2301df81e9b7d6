"""How likely two reports tell one event: what they share, weighed by a small model that was fitted to judged pairs.

Everything is computed for many pairs at a time over `Columns`; a million pairs take a few seconds on one core.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt

from legation.merge.columns import NAME, NEARNESS, NUMBER, ORDINAL, PARTIES, Columns
from legation.merge.weights import Trees, Weights, shipped
from legation.ontology import STATUSES, TYPES

__all__ = ["FEATURES", "RELATED", "Columns", "event_days", "features", "score"]

Array = npt.NDArray[Any]
Days = tuple[tuple[Array, Array], tuple[Array, Array]]
"""Days by `event_days` and by `likely_days`."""
_CHUNK = 8192
"""Pairs that are compared at a time: their words then fit the processor's cache."""

_THREADS = 4
"""Most threads that compare pairs; each takes about 40 MB."""

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
_RELATED = np.eye(_N + 1, dtype=bool)
for _a, _b in RELATED:
    _RELATED[TYPES.index(_a), TYPES.index(_b)] = _RELATED[TYPES.index(_b), TYPES.index(_a)] = True
_RELATED[-1] = _RELATED[:, -1] = True  # a type that is not known, -1, may be any

_HAPPENED, _ONGOING, _PLANNED, _POSSIBLE, _NOT = (1 << STATUSES.index(s) for s in STATUSES)
_AHEAD = _PLANNED | _POSSIBLE

BEFORE = 14
"""Days before a report that an event without a date may lie, where it is told as past."""
AHEAD = 300
"""Days after a report that an event without a date may lie, where it is told as to come."""
_RARE = 50
"""Rarity, in tenths, above which a shared word tells something by itself."""
MONTHS = 62
"""Days of the longest date of a plan by which what comes of it is known."""
WIDEST = 400
"""Days of the longest date that places an event in time; of a longer one the day of the report is taken."""


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


def likely_days(columns: Columns) -> tuple[Array, Array]:
    """As `event_days`, but without a date what has happened or goes on did so on the day of the report or before it."""
    start, stop = event_days(columns)
    fresh = ~(columns.stated & (columns.last > 0)) & (columns.statuses & (_HAPPENED | _ONGOING) != 0)
    return np.where(fresh, columns.known.astype(np.int32) - 1, start), stop


class Pairs:
    """Pairs of rows of columns, and what several features need of them. Sums are whole, so order changes nothing."""

    def __init__(self, columns: Columns, i: Array, j: Array, days: Days) -> None:
        c = self.columns = columns
        self.i, self.j = i, j
        self.same_type = (c.kind[i] == c.kind[j]) & (c.kind[i] >= 0)
        self.untyped = (c.kind[i] < 0) | (c.kind[j] < 0)
        self.kind = np.where(self.same_type, c.kind[i], -1)
        self.mode_i, self.mode_j = c.mode[i], c.mode[j]
        self._parties()
        stems = _met(c.stems[i], c.stems[j])
        self.stems = stems.sum(1)
        self.rarest_stem = np.where(stems, c.stem_rarity[i], 0).max(1) / 10
        self.stem_likeness = _likeness(c.meaning[i], c.meaning[j])
        self.stem_likeness[self.stems > 0] = 1.0
        self.apart, self.likely_apart = (
            np.maximum(0, np.maximum(start[i], start[j]) - np.minimum(stop[i], stop[j])) for start, stop in days
        )
        self.gap = np.abs(c.known[i] - c.known[j])
        self.stated = c.stated[i] & c.stated[j]
        single = c.stated & (c.first > 0) & (c.first == c.last)
        self.one_stated_day = single[i] ^ single[j]
        self.day_equal = single[i] & single[j] & (c.first[i] == c.first[j])
        self.days_differ = single[i] & single[j] & (c.first[i] != c.first[j])
        self._words()
        s, t = c.statuses[i], c.statuses[j]
        later_first = c.known[i] > c.known[j]
        self.earlier, self.later = np.where(later_first, t, s), np.where(later_first, s, t)
        same_day = c.known[i] == c.known[j]
        self.earlier, self.later = np.where(same_day, s | t, self.earlier), np.where(same_day, s | t, self.later)
        self.both = s & t
        narrow = np.maximum(c.last[i] - c.first[i], c.last[j] - c.first[j]) <= MONTHS
        dated = c.stated & (c.first > 0) & (c.last > 0)
        self.plan_kept = (
            (self.earlier & _AHEAD != 0)
            & (self.later & _HAPPENED != 0)
            & (dated[i] | dated[j])
            & narrow
            & (self.likely_apart == 0)
        )

    def _parties(self) -> None:
        c, i, j = self.columns, self.i, self.j
        a, b = c.places[i], c.places[j]
        self.doers, self.takers = _shared(a[:, 0], b[:, 0]), _shared(a[:, 1], b[:, 1])
        self.dyad = (self.doers > 0) & (self.takers > 0)
        self.swapped = (_shared(a[:, 0], b[:, 1]) > 0) & (_shared(a[:, 1], b[:, 0]) > 0)
        self.has = [side[:, k, 0] != 0 for side in (a, b) for k in (0, 1)]
        all_a, all_b = c.parties[i], c.parties[j]
        met = _met(all_a, all_b)
        self.shared_places = _sum(met)
        self.rarest_place = np.where(met, c.party_rarity[i], 0).max(1) / 10
        count_a, count_b = _sum(all_a != 0), _sum(all_b != 0)
        self.all_places = count_a + count_b - self.shared_places
        self.least_places = np.minimum(count_a, count_b)
        code_a, code_b = c.codes[i], c.codes[j]
        self.doer_codes, self.taker_codes = _shared(code_a[:, 0], code_b[:, 0]), _shared(code_a[:, 1], code_b[:, 1])
        person_a, person_b = c.persons[i], c.persons[j]
        self.same_parties = [
            _same_set(a[:, k], b[:, k]) & _same_set(person_a[:, k], person_b[:, k]) & self.has[k] for k in (0, 1)
        ]
        self.have_persons = (person_a[:, :, 0] != 0).any(1) & (person_b[:, :, 0] != 0).any(1)
        flat_a, flat_b = (persons.reshape(len(i), 2 * PARTIES) for persons in (person_a, person_b))
        self.doer_persons, self.taker_persons = (_shared(person_a[:, k], person_b[:, k]) for k in (0, 1))
        self.persons = np.minimum(_shared(flat_a, flat_b), _shared(flat_b, flat_a))

    def _words(self) -> None:
        c, i, j = self.columns, self.i, self.j
        a, b, rare = c.words[i], c.words[j], c.rarity[i]
        # Where in `b` each word of `a` stands, from 1 on. No word stands twice in a row; padding is taken out below.
        at = np.zeros(a.shape, dtype=np.int16)
        for k in range(b.shape[1]):
            at += (a == b[:, k, None]) * np.int16(k + 1)
        hit = (at > 0) & (a != 0)
        at = np.where(hit, at - 1, 0)
        kind, other_kind = c.word_kind[i], np.take_along_axis(c.word_kind[j], at, axis=1)
        shared = np.where(hit, rare, 0)
        near = (shared * NEARNESS) * np.take_along_axis(c.rarity[j] * NEARNESS, at, axis=1)
        total_a, total_b = c.totals[i], c.totals[j]
        self.near_cosine = near.sum(1) / np.sqrt(np.maximum(1.0, total_a[:, 2].astype(np.float64) * total_b[:, 2]))
        squares, norms = _sum(shared * shared), total_a[:, 1].astype(np.float64) * total_b[:, 1]
        self.cosine = squares / np.sqrt(np.maximum(1.0, norms))
        self.shared_rarity = _sum(shared) / 10
        self.rarest = shared.max(1, initial=0) / 10
        self.rare_words = _sum(shared > _RARE)
        self.cover = self.shared_rarity / np.maximum(1.0, np.minimum(total_a[:, 0], total_b[:, 0]) / 10)
        self.least_words = np.minimum(_sum(a != 0), _sum(b != 0))
        number = hit & (kind == NUMBER)
        self.numbers = _sum(number)
        self.number_rarity = _sum(shared * number) / 10
        both = c.kinds[i] & c.kinds[j]
        self.have_numbers, self.have_ordinals = both & (1 << NUMBER) != 0, both & (1 << ORDINAL) != 0
        self.ordinals = _sum(hit & (kind == ORDINAL))
        name = hit & ((kind == NAME) | (other_kind == NAME))
        self.names = _sum(name)
        self.name_rarity = _sum(shared * name) / 10
        self.name_missing = np.maximum(0.0, np.minimum(total_a[:, 3], total_b[:, 3]) / 10 - self.name_rarity)


def _sum(rows: Array) -> Array:
    """Sums of rows of small whole numbers or of truth values."""
    out: Array = np.einsum("ij->i", rows, dtype=np.int32)
    return out


def _likeness(a: Array, b: Array) -> Array:
    """Largest cosine of a vector of each row of `a` with one of the same row of `b`; 0 where none is known."""
    # Products of whole numbers below 2**24 are exact in 32 bits, whatever their order.
    dots = np.matmul(a.astype(np.float32), b.astype(np.float32).transpose(0, 2, 1))
    best: Array = np.clip(dots.max((1, 2)).astype(np.float64) / 127**2, 0.0, 1.0)
    return best


def _met(a: Array, b: Array) -> Array:
    """Which entries of each row of `a` stand in the same row of `b`; padding does not count."""
    out: Array = a == b[:, :1]
    for k in range(1, b.shape[1]):
        out |= a == b[:, k, None]
    out &= a != 0
    return out


def _shared(a: Array, b: Array) -> Array:
    """How many entries of each row of `a` stand in the same row of `b`."""
    return _sum(_met(a, b))


def _same_set(a: Array, b: Array) -> Array:
    shared = _shared(a, b)
    out: Array = (shared == _sum(a != 0)) & (shared == _sum(b != 0))
    return out


def _differ(p: Pairs, side: int) -> Array:
    shared = p.takers if side else p.doers
    out: Array = p.has[side] & p.has[2 + side] & (shared == 0)
    return out


def _of_type(kind: str) -> Callable[[Pairs], Array]:
    number = TYPES.index(kind)
    return lambda p: ((p.columns.kind[p.i] == number).astype(float) + (p.columns.kind[p.j] == number)) / 2


def _gap_of_type(kind: str) -> Callable[[Pairs], Array]:
    number = TYPES.index(kind)
    return lambda p: np.log1p(p.gap) * (p.kind == number)


def _equal(a: Array, b: Array) -> Array:
    out: Array = (a == b) & (a != 0)
    return out


def _unequal(a: Array, b: Array) -> Array:
    out: Array = (a != b) & (a != 0) & (b != 0)
    return out


def _bits_shared(p: Pairs) -> Array:
    a, b = p.columns.contexts[p.i], p.columns.contexts[p.j]
    return _bits(a & b) / np.maximum(1, _bits(a | b))


def _bits(numbers: Array) -> Array:
    """How many bits of each 64-bit number are set."""
    out: Array = np.unpackbits(np.ascontiguousarray(numbers).view(np.uint8).reshape(len(numbers), 8), axis=1).sum(1)
    return out


_MADE: dict[str, Callable[[Pairs], Array]] = {
    "same_type": lambda p: p.same_type,
    "related_type": lambda p: _RELATED[p.columns.kind[p.i], p.columns.kind[p.j]] & ~p.same_type,
    "same_mode": lambda p: _equal(p.mode_i, p.mode_j),
    "modes_differ": lambda p: _unequal(p.mode_i, p.mode_j) & p.same_type,
    "same_stem": lambda p: p.stems > 0,
    "stem_and_type": lambda p: (p.stems > 0) & p.same_type,
    "stem_likeness": lambda p: p.stem_likeness,
    "contexts": _bits_shared,
    "rarest_stem": lambda p: p.rarest_stem,
    "rarest_place": lambda p: p.rarest_place,
    "same_doers": lambda p: p.same_parties[0],
    "same_takers": lambda p: p.same_parties[1],
    "places_overlap": lambda p: p.shared_places / np.maximum(1, p.all_places),
    "places_within": lambda p: p.shared_places / np.maximum(1, p.least_places),
    "two_places": lambda p: p.shared_places >= 2,
    "no_place": lambda p: p.shared_places == 0,
    "doers_overlap": lambda p: p.doers > 0,
    "takers_overlap": lambda p: p.takers > 0,
    "doers_differ": lambda p: _differ(p, 0),
    "takers_differ": lambda p: _differ(p, 1),
    "no_takers": lambda p: ~p.has[1] & ~p.has[3],
    "doer_codes": lambda p: np.minimum(2, p.doer_codes),
    "taker_codes": lambda p: np.minimum(2, p.taker_codes),
    "persons": lambda p: np.minimum(3, p.persons),
    "persons_differ": lambda p: p.have_persons & (p.persons == 0),
    "doer_persons": lambda p: np.minimum(2, p.doer_persons),
    "taker_persons": lambda p: np.minimum(2, p.taker_persons),
    "person_hit": lambda p: (p.taker_persons > 0) & (p.kind == TYPES.index("ASSAULT")),
    "dyad": lambda p: p.dyad,
    "swapped": lambda p: p.swapped & ~p.dyad,
    "person_and_place": lambda p: (p.persons > 0) & (p.shared_places >= 2),
    "day_equal": lambda p: p.day_equal,
    "day_equal_far": lambda p: p.day_equal * np.log1p(p.gap),
    "plan_kept": lambda p: p.plan_kept,
    "days_equal": lambda p: p.stated & _equal(p.columns.first[p.i], p.columns.first[p.j]),
    "days_differ": lambda p: p.days_differ,
    "days_differ_assault": lambda p: p.days_differ & (p.kind == TYPES.index("ASSAULT")),
    "days_apart": lambda p: np.log1p(p.apart),
    "days_apart_any": lambda p: p.apart > 0,
    "stated_apart": lambda p: p.stated * np.log1p(p.apart),
    "likely_apart": lambda p: np.log1p(p.likely_apart),
    "day_fits": lambda p: p.one_stated_day & (p.likely_apart == 0),
    "plan_missed": lambda p: (p.stated & (p.earlier & _AHEAD != 0) & (p.later & _HAPPENED != 0)) * np.log1p(p.apart),
    "known_gap": lambda p: np.log1p(p.gap),
    "known_same": lambda p: p.gap == 0,
    "known_near": lambda p: p.gap <= 2,
    "known_week": lambda p: p.gap <= 7,
    "gap_both_happened": lambda p: (p.both & _HAPPENED != 0) * np.log1p(p.gap),
    "plan_then_done": lambda p: (p.earlier & _AHEAD != 0) & (p.later & _HAPPENED != 0),
    "both_planned": lambda p: p.both & _AHEAD != 0,
    "status_equal": lambda p: p.both != 0,
    "denied": lambda p: (p.earlier | p.later) & _NOT != 0,
    "ongoing": lambda p: p.both & _ONGOING != 0,
    "same_publisher": lambda p: _equal(p.columns.publisher[p.i], p.columns.publisher[p.j]),
    "same_country": lambda p: _equal(p.columns.country[p.i], p.columns.country[p.j]),
    "country_differs": lambda p: _unequal(p.columns.country[p.i], p.columns.country[p.j]),
    "same_spot": lambda p: _equal(p.columns.place[p.i], p.columns.place[p.j]),
    "cosine": lambda p: p.cosine,
    "near_cosine": lambda p: p.near_cosine,
    "cover": lambda p: p.cover,
    "shared_rarity": lambda p: np.log1p(p.shared_rarity),
    "rarest": lambda p: p.rarest,
    "rare_words": lambda p: np.minimum(5, p.rare_words),
    "words": lambda p: np.log1p(p.least_words),
    "numbers": lambda p: np.minimum(3, p.numbers),
    "number_rarity": lambda p: np.log1p(p.number_rarity),
    "numbers_differ": lambda p: p.have_numbers & (p.numbers == 0),
    "ordinals": lambda p: p.ordinals > 0,
    "ordinals_differ": lambda p: p.have_ordinals & (p.ordinals == 0),
    "names": lambda p: np.minimum(5, p.names),
    "name_rarity": lambda p: np.log1p(p.name_rarity),
    "name_missing": lambda p: np.log1p(p.name_missing),
    "no_name": lambda p: p.names == 0,
    "confidence": lambda p: np.minimum(p.columns.confidence[p.i], p.columns.confidence[p.j]),
    "cosine_gap": lambda p: p.near_cosine * np.log1p(p.gap),
    "cosine_stem": lambda p: p.near_cosine * p.stem_likeness,
    "untyped": lambda p: p.untyped,
    "untyped_stem": lambda p: p.untyped & (p.stems > 0),
    "untyped_likeness": lambda p: p.untyped * p.stem_likeness,
    "untyped_cosine": lambda p: p.untyped * p.cosine,
    "untyped_cover": lambda p: p.untyped * p.cover,
    "untyped_cosine_stem": lambda p: p.untyped * p.near_cosine * p.stem_likeness,
    **{f"type_{kind}": _of_type(kind) for kind in TYPES},
    **{f"gap_{kind}": _gap_of_type(kind) for kind in ("ASSAULT", "CONSULT", "ELECT", "COERCE", "PROTEST", "SANCTION")},
}
FEATURES: tuple[str, ...] = tuple(_MADE)
"""What a pair of reports is judged by, in order."""


def features(columns: Columns, i: Array, j: Array) -> Array:
    """What pairs of reports share, `float64[pairs, len(FEATURES)]`; the order within a pair makes no difference."""
    days = (event_days(columns), likely_days(columns))
    i, j = np.asarray(i, dtype=np.int64), np.asarray(j, dtype=np.int64)
    parts = [
        _features(columns, i[at : at + _CHUNK], j[at : at + _CHUNK], days) for at in range(0, max(1, len(i)), _CHUNK)
    ]
    return np.concatenate(parts)


def _features(columns: Columns, i: Array, j: Array, days: Days) -> Array:
    pairs = Pairs(columns, i, j, days)
    out = np.empty((len(i), len(FEATURES)))
    for k, make in enumerate(_MADE.values()):
        out[:, k] = make(pairs)
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
    days = (event_days(columns), likely_days(columns))
    out = np.empty(len(i))
    factor, offset = use.calibration

    def fill(at: int) -> None:
        x = _features(columns, i[at : at + _CHUNK], j[at : at + _CHUNK], days)[:, which]
        # A sum a feature, not a matrix product, whose last digits would depend on how many pairs there are.
        odds = np.full(len(x), use.offset)
        for k, weight in enumerate(use.linear):
            odds += weight * x[:, k]
        out[at : at + _CHUNK] = factor * (odds + _grown(use.trees, x)) + offset

    # Almost all of the time goes by in numpy, which lets other threads run; each fills its own part.
    with ThreadPoolExecutor(max_workers=min(_THREADS, os.cpu_count() or 1)) as pool:
        for _ in pool.map(fill, range(0, len(i), _CHUNK)):
            pass
    return np.round(1 / (1 + np.exp(-np.clip(out, -30, 30))), _DIGITS)


def _grown(trees: Trees, x: Array) -> Array:
    """Sum of the leaves that each row falls into."""
    columns = np.ascontiguousarray(x.T)
    out = np.zeros(len(x))
    for feature, bound, leaf in zip(trees.feature, trees.bound, trees.leaf, strict=True):
        # All nodes of a level are asked at once and each row keeps the answer of its own: no gathering by row.
        right = (columns[feature] > bound[:, None]).view(np.uint8)
        at = right[0]
        first, width = 1, 2
        while first < len(feature):
            turn = np.zeros(len(x), dtype=np.uint8)
            for k in range(width):
                turn |= right[first + k] & (at == k)
            at = 2 * at + turn
            first, width = first + width, 2 * width
        out += leaf[at]
    return out
