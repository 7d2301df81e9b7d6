"""A second look at whom words mean, once everything in the article has been looked at: what the rest of it decided.

The same words mean the same elsewhere, a party takes up one of the claim before, both sides are seldom one, and where
nothing says who it is, it is whom the article is about. What the first look found for every party of the article is
laid out here for each candidate; `legation.link.resolver` weighs it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from legation.link.parties import UNKNOWN
from legation.link.spans import heads
from legation.link.whom import Floats, Scene, Words, kind_of_place
from legation.link.wording import TRAITS, Phrase, phrase_of
from legation.ontology import TYPES
from legation.types import Draft

__all__ = ["NAMES", "again_rows"]

Bits = NDArray[np.bool_]
_KINDS = {"state": 0.0, UNKNOWN: 1.0, "IGO": 2.0, "NSA": 3.0, "NGO": 4.0, "MNC": 5.0}
_OF_FIRST = ("first", "margin", "rank")
_OF_OTHERS = (
    "same_words", "same_head", "own_others", "other_side", "before_own", "before_other", "after_own", "after_other",
    "last_subject", "same_type_own", "same_type_other", "overlap", "all_own", "all_other",
)  # fmt: skip
_OF_TEXT = ("kind", "is_named", "located_here", "located_before", "located", "apposition", "modifies", "count",
            "headline")  # fmt: skip
_OF_WORDS = (
    *TRAITS, "side", "implied", "type", "named", "named_other", "candidates", "parties", "own_count", "other_count",
    "top_first", "unknown_first",
)  # fmt: skip
NAMES: tuple[str, ...] = (*_OF_FIRST, *_OF_OTHERS, *_OF_TEXT, *_OF_WORDS)
"""What a row holds, in order. Of other parties it is the greatest log odds that the first look found for any of them,
and for `all_own` and `all_other` the mean probability; a missing value where there is no such party."""
_IN = re.compile(r"\b(?:in|at|near|across|inside|outside|around|throughout|within)\s+(?:the\s+)?(?:\w+\s+){0,2}$")
_STOP = re.compile(r"[,.;:()]|\b(?:and|to|in|by|with|against|on|that|who|which|said|from|of|for|at|as)\b")
_APPOSED = re.compile(r"(?:\s*[,(]\s*[^,.;()]*|\s+(?:of|from|in|at)\s+(?:\w+\s+){0,3})")
_REACH = 60
"""Characters after words within which an apposition names somebody."""


class _Parties:
    """All parties of an article as columns, in the order of the claims' words."""

    def __init__(
        self, scene: Scene, drafts: Sequence[Draft], words: Sequence[Sequence[Words]], first: NDArray[np.float64]
    ) -> None:
        flat = [(i, w) for i, mine in enumerate(words) for w in mine]
        self.chance = np.clip(first, 1e-4, 1 - 1e-4)
        self.odds = np.log(self.chance / (1 - self.chance))
        self.words = [w for _, w in flat]
        self.phrases = [phrase_of(scene.text[w.start : w.end] if w.start >= 0 else "") for w in self.words]
        self.named = [
            {c.place for c in heads(scene.text, w.start, w.end, scene.mentions)} if w.start >= 0 else set[str]()
            for w in self.words
        ]
        self.claim = np.array([i for i, _ in flat])
        self.side = np.array([w.side for w in self.words])
        self.start = np.array([w.start if w.start >= 0 else drafts[i].trigger.start for i, w in flat])
        self.given = np.array([w.start >= 0 for w in self.words])
        turn = {i: k for k, i in enumerate(sorted(range(len(drafts)), key=lambda i: drafts[i].trigger.start))}
        self.turn = np.array([turn[i] for i, _ in flat])
        self.type = np.array([TYPES.index(drafts[i].event_type) for i, _ in flat])
        self.pronoun = np.array([p.traits[-1] > 0 for p in self.phrases])
        self.whole = _numbered([p.tokens for p in self.phrases])
        self.head = _numbered([p.head for p in self.phrases])

    def related(self, k: int) -> list[Bits]:
        """Which parties stand in each relation of `_OF_OTHERS` to one of them."""
        mine, own = self.claim == self.claim[k], self.side == self.side[k]
        says = self.given & ~mine & (self.start != self.start[k]) & (self.given[k] and not self.pronoun[k])
        before, after = self.turn == self.turn[k] - 1, self.turn == self.turn[k] + 1
        subjects = self.given & (self.side == 0) & (self.start < self.start[k]) & ~self.pronoun
        same_type = ~mine & (self.type == self.type[k])
        alone = mine & own
        alone[k] = False
        return [
            says & (self.whole == self.whole[k]),
            says & (self.head == self.head[k]),
            alone,
            mine & ~own,
            before & own,
            before & ~own,
            after & own,
            after & ~own,
            subjects & (self.start == self.start[subjects].max()) if subjects.any() else subjects,
            same_type & own,
            same_type & ~own,
            self.given & ~mine & self.given[k] & (self.start == self.start[k]),
            ~mine & own,
            ~mine & ~own,
        ]


def _numbered(values: Sequence[object]) -> NDArray[np.int64]:
    """A number for each value, the same for equal ones."""
    seen: dict[object, int] = {}
    return np.array([seen.setdefault(v, len(seen)) for v in values], dtype=np.int64)


def again_rows(
    scene: Scene, drafts: Sequence[Draft], words: Sequence[Sequence[Words]], chances: Sequence[NDArray[np.float64]]
) -> list[Floats]:
    """What the rest of the article says of each candidate for each of its words.

    Args:
        scene: The article.
        drafts: Its claims.
        words: For each claim all words of both its sides.
        chances: What the first look found, `[words, candidates]` for each claim.

    Returns:
        For each claim `[words, candidates, NAMES]`.
    """
    m = len(scene.candidates)
    out = np.zeros((sum(map(len, words)), m, len(NAMES)), dtype=np.float32)
    if len(out):
        _fill(out, scene, _Parties(scene, drafts, words, np.concatenate(chances)))
    ends = np.cumsum([len(mine) for mine in words])
    return [out[end - len(mine) : end] for mine, end in zip(words, ends, strict=True)]


def _fill(out: Floats, scene: Scene, parties: _Parties) -> None:
    m = len(scene.candidates)
    unknown = next(k for k, c in enumerate(scene.candidates) if c.place == UNKNOWN)
    located = np.zeros((len(scene.sentences) + 1, m))  # the last line, of no sentence, is that before the first
    for j, owner in scene.owner.items():
        if _IN.search(scene.text, max(0, scene.starts[j] - 30), scene.starts[j]):
            located[scene.sentence_of[j], owner] += 1
    always = np.stack((
        [_KINDS.get(kind_of_place(c.place), 0.0) for c in scene.candidates],
        located.sum(axis=0) / max(1.0, located.sum()),
        [len(c.mentions) / max(1, len(scene.mentions)) for c in scene.candidates],
        [any(scene.sentence_of[j] == 0 for j in c.mentions) for c in scene.candidates],
    ))  # fmt: skip
    odds = parties.odds
    for k, phrase in enumerate(parties.phrases):
        top = np.sort(odds[k])
        rival = np.where(odds[k] >= top[-1], top[-2] if m > 1 else odds[k], top[-1])
        columns = [odds[k], odds[k] - rival, (-odds[k]).argsort(kind="stable").argsort(kind="stable")]
        related = parties.related(k)
        columns += [odds[which].max(axis=0) if which.any() else np.full(m, np.nan) for which in related[:-2]]
        columns += [parties.chance[which].mean(axis=0) if which.any() else np.full(m, np.nan) for which in related[-2:]]
        here = scene.sentence_at(int(parties.start[k]))
        named = parties.named[k]
        after = before = np.zeros(m)
        if parties.given[k] and not named and not parties.pronoun[k]:
            after, before = _beside(scene, parties.words[k])
        columns += [always[0], np.array([c.place in named for c in scene.candidates]), located[here], located[here - 1]]
        columns += [always[1], after, before, always[2], always[3]]
        out[k, :, : len(columns)] = np.stack(columns, axis=1)
        out[k, :, len(columns) :] = _of_words(parties, k, phrase, m, top[-1], odds[k, unknown])


def _of_words(parties: _Parties, k: int, phrase: Phrase, several: int, top: float, unknown: float) -> tuple[float, ...]:
    """The values of `_OF_WORDS`."""
    mine, own = parties.claim == parties.claim[k], parties.side == parties.side[k]
    return (
        *phrase.traits, parties.side[k], not parties.given[k], parties.type[k], len(parties.named[k]),
        any(parties.named[j] for j in np.flatnonzero(mine & ~own)), min(20, several), min(40, len(parties.words)),
        int((mine & own).sum()), int((mine & ~own).sum()), top, unknown,
    )  # fmt: skip


def _beside(scene: Scene, words: Words) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Candidates named in an apposition to words and right before them; of a name, wherever the article has it."""
    after, before = np.zeros((2, len(scene.candidates)))
    said = scene.text[words.start : words.end]
    at = [(words.start, words.end)]
    if said[:1].isupper():
        at = [(m.start(), m.end()) for m in re.finditer(re.escape(said), scene.text)]
    for start, end in at:
        for j in range(bisect_left(scene.starts, start - _REACH), bisect_left(scene.starts, end + _REACH)):
            mention = scene.mentions[j]
            if j not in scene.owner:
                continue
            if mention.end <= start and not _STOP.search(scene.text, mention.end, start):
                before[scene.owner[j]] += 1
            if mention.start >= end and _APPOSED.fullmatch(scene.text, end, mention.start):
                after[scene.owner[j]] += 1
    return np.minimum(3, after), np.minimum(3, before)
