"""One event, many mentions inside an article: which of its claims are about the same event.

Pairs of claims are scored by a logistic model over what they share, and joined from the likeliest on, midway between
average and single linkage: what two groups' members are worth to each other on average, and by their best pair.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from legation.ontology import place_of
from legation.types import Claim, Date

__all__ = ["BLOCK", "PAIR_FEATURES", "group", "pair_features"]

BLOCK = 250
"""Consecutive claims that are compared with each other; only texts far longer than an article have more."""

PAIR_FEATURES = (
    "bias",
    "same_type",
    "same_mode",
    "modes_differ",
    "same_stem",
    "same_word",
    "places_equal",
    "places_overlap",
    "actors_overlap",
    "recipients_overlap",
    "actors_differ",
    "recipients_differ",
    "dates_equal",
    "dates_apart",
    "status_equal",
    "status_clash",
    "same_sentence",
    "near",
    "headline",
    "same_place",
    "place_differs",
    "noun_pair",
    "related_type",
    "stem_and_parties",
    "type_and_parties",
    "type_and_overlap",
    "definite",
    "indefinite",
    "definite_and_type",
    "rarity",
    "rarity_and_type",
    "contexts_overlap",
    "same_speaker",
    "distance",
    "stem_and_overlap",
    "lead_and_type",
)
_RELATED = {
    frozenset(pair.split())
    for pair in (
        "AGREE CONSULT|AGREE CONCEDE|CONCEDE RETREAT|ASSAULT MOBILIZE|ACCUSE ASSAULT|COERCE SANCTION|AGREE COOPERATE|"
        "AGREE RETREAT|SUPPORT AGREE|THREATEN SANCTION"
    ).split("|")
}
"""Types that one event may be told as."""
_DEFINITE = frozenset("the this that these those his her its their such".split())
_INDEFINITE = frozenset("a an another new more further second".split())


def _places(claim: Claim, side: str) -> frozenset[str]:
    return frozenset(place_of(a.code) for a in getattr(claim, side))


def pair_features(a: Claim, b: Claim, text: str, same: int) -> list[float]:
    """What two claims of one article share; in the order of `PAIR_FEATURES`.

    Args:
        a: One claim.
        b: Another; their order makes no difference.
        text: The article's text, for the word before the later trigger: "the visit" takes up an event, "a visit" tells
            a new one.
        same: How many of the article's claims have the type of the later one.
    """
    if a.trigger.start < b.trigger.start:
        a, b = b, a
    actors = _places(a, "actors"), _places(b, "actors")
    recipients = _places(a, "recipients"), _places(b, "recipients")
    every = actors[0] | recipients[0], actors[1] | recipients[1]
    same_type = a.event_type == b.event_type
    same_stem = a.trigger.stem == b.trigger.stem
    stated = [x.date for x in (a, b) if x.date.basis in ("stated", "context") and x.date.edtf]
    equal = len(stated) == 2 and stated[0].edtf == stated[1].edtf
    apart = len(stated) == 2 and _apart(*stated)
    overlap = bool(every[0] & every[1])
    equal_places = bool(every[0]) and every[0] == every[1]
    words = text[max(0, a.trigger.start - 40) : a.trigger.start].lower().split()
    before = next((w for w in reversed(words[-3:]) if w in _DEFINITE or w in _INDEFINITE), "")
    asserted = {"happened": 0, "ongoing": 0, "planned": 1, "possible": 2, "not": 3}
    return [
        1.0,
        float(same_type),
        float(same_type and bool(a.event_mode) and a.event_mode == b.event_mode),
        float(bool(a.event_mode) and bool(b.event_mode) and a.event_mode != b.event_mode),
        float(same_stem),
        float(a.trigger.text.lower() == b.trigger.text.lower()),
        float(equal_places),
        len(every[0] & every[1]) / max(1, len(every[0] | every[1])),
        float(bool(actors[0] & actors[1])),
        float(bool(recipients[0] & recipients[1])),
        float(bool(actors[0]) and bool(actors[1]) and not actors[0] & actors[1]),
        float(bool(recipients[0]) and bool(recipients[1]) and not recipients[0] & recipients[1]),
        float(equal),
        float(apart),
        float(a.status == b.status),
        float(asserted[a.status] != asserted[b.status]),
        float(a.sentence == b.sentence),
        1.0 / (1 + abs(a.sentence - b.sentence)),
        float(a.sentence == 0 or b.sentence == 0),
        float(bool(a.place.country) and a.place.country == b.place.country),
        float(bool(a.place.country) and bool(b.place.country) and a.place.country != b.place.country),
        float(same_stem and same_type),
        float(not same_type and frozenset((a.event_type, b.event_type)) in _RELATED),
        float(same_stem and equal_places),
        float(same_type and equal_places),
        float(same_type and overlap),
        float(before in _DEFINITE),
        float(before in _INDEFINITE),
        float(before in _DEFINITE and same_type),
        1.0 / max(1, same),
        same_type / max(1, same - 1),
        len(set(a.contexts) & set(b.contexts)) / max(1, len(set(a.contexts) | set(b.contexts))),
        float(bool(a.attribution) and bool(b.attribution) and a.attribution[-1].text == b.attribution[-1].text),
        min(12, abs(a.sentence - b.sentence)) / 12,
        float(same_stem and overlap),
        float(b.sentence <= 1 and same_type),
    ]


def _apart(a: Date, b: Date) -> bool:
    """Whether two ranges of days do not meet; open ends meet everything."""
    if a.last is not None and b.first is not None and a.last < b.first:
        return True
    return b.last is not None and a.first is not None and b.last < a.first


def group(claims: Sequence[Claim], weights: Mapping[str, float], text: str, threshold: float = 0.5) -> list[int]:
    """Event number of each claim.

    Args:
        claims: The claims of one article, in order.
        weights: Weight of each of `PAIR_FEATURES`.
        text: The article's text.
        threshold: Least value of the link for two groups to be one event.

    Returns:
        For each claim the number of its event, counted from 0 in order of first mention.
    """
    number: list[int] = []
    for begin in range(0, len(claims), BLOCK):
        block = claims[begin : begin + BLOCK]
        first = max(number, default=-1) + 1
        number += [first + k for k in _group_block(block, weights, text, threshold)]
    return number


def _group_block(claims: Sequence[Claim], weights: Mapping[str, float], text: str, threshold: float) -> list[int]:
    n = len(claims)
    best = np.zeros((n, n))
    w = np.array([weights[name] for name in PAIR_FEATURES])
    same = Counter(c.event_type for c in claims)
    for i, later in enumerate(claims):
        for j, earlier in enumerate(claims[:i]):
            if _may_be_one(later, earlier):
                z = float(w @ np.array(pair_features(later, earlier, text, same[later.event_type])))
                best[i, j] = best[j, i] = 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))
    total = best.copy()
    size = np.ones(n)
    alive = np.ones(n, dtype=bool)
    owner = np.arange(n)
    while alive.sum() > 1:
        value = (best + total / np.outer(size, size)) / 2
        np.fill_diagonal(value, -1.0)
        value[~alive] = -1.0
        value[:, ~alive] = -1.0
        x, y = divmod(int(value.argmax()), n)
        if value[x, y] <= threshold:
            break
        keep, gone = min(x, y), max(x, y)
        total[keep] += total[gone]
        total[:, keep] = total[keep]
        best[keep] = best[:, keep] = np.maximum(best[keep], best[gone])
        size[keep] += size[gone]
        alive[gone] = False
        owner[owner == gone] = keep
    order: dict[int, int] = {}
    return [order.setdefault(int(k), len(order)) for k in owner]


def _may_be_one(a: Claim, b: Claim) -> bool:
    """Whether two claims can be about one event at all: of one type, or of types that one event is told as."""
    return (
        a.event_type == b.event_type
        or a.trigger.stem == b.trigger.stem
        or frozenset((a.event_type, b.event_type)) in _RELATED
    )
