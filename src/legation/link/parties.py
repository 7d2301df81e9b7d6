"""Who is actor and who is recipient of each trigger: scores the article's entities, not its spans.

The network says which words do something to which trigger; but the words may be a pronoun, "the two countries", or
nothing at all. So every entity of the article (a country, body or group, with all its mentions) is a candidate for both
sides of every trigger. A small network weighs what the encoder says of its mentions, where they stand, and what
the article's other triggers of that kind say.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from legation.link.spans import places_of_span
from legation.ontology import REGIONS, STATUSES, TYPES
from legation.types import Draft, Mention

__all__ = ["FEATURES", "UNKNOWN", "Candidate", "Parties", "candidates_of", "choose", "features", "score"]

Floats = NDArray[np.float32]
BLOCK = 250
"""Consecutive drafts that are scored together and know of each other; an article has far fewer."""
UNKNOWN = "XXX"
"""Candidate for parties that the text leaves unnamed ("world leaders")."""

PRONOUNS = frozenset(
    "he she they we it i his her their its our them him us who which that this my me those these".split()
)
PLURALS = frozenset(
    "both two three leaders sides countries nations they their them we our us parties neighbors".split()
)
_FLOOR = -8.0
_KINDS = ("IGO", "NSA", "NGO", "MNC")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entity of the article, by its place.

    Attributes:
        place: Country, body or group.
        mentions: Indices of its mentions.
    """

    place: str
    mentions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Parties:
    """Log odds of each candidate for each draft: arrays `[drafts, candidates]`."""

    candidates: tuple[Candidate, ...]
    actor: Floats
    recipient: Floats


_PER_SIDE = (
    "words",
    "entity",
    "entity_margin",
    "span",
    "span_probability",
    "same_type",
    "same_lemma",
    "all_triggers",
    "neighbour",
    "previous_sentence",
)
FEATURES: tuple[str, ...] = (
    *(f"actor_{n}" for n in _PER_SIDE),
    *(f"recipient_{n}" for n in _PER_SIDE),
    "count",
    "share",
    "rank",
    "in_headline",
    "in_sentence",
    "in_window",
    "before",
    "distance",
    "back",
    "first_position",
    "person",
    "government",
    "is_unknown",
    "is_region",
    *(f"is_{k}" for k in _KINDS),
    "is_state",
    "actor_spans",
    "actor_unlinked",
    "actor_pronoun",
    "actor_plural",
    "recipient_spans",
    "recipient_unlinked",
    "recipient_pronoun",
    "recipient_plural",
    "no_actor",
    "no_recipient",
    "candidates",
    "headline",
    "place_span",
    "speaker_span",
    "is_visit",
    *(f"type_{t}" for t in TYPES),
    *(f"status_{s}" for s in STATUSES),
)


def candidates_of(mentions: Sequence[Mention]) -> list[Candidate]:
    """The article's entities in order of their first mention, and the unknown one last."""
    groups: dict[str, list[int]] = {}
    for i, mention in enumerate(mentions):
        if mention.kind != "agency":
            groups.setdefault(mention.place, []).append(i)
    groups.pop(UNKNOWN, None)
    return [Candidate(p, tuple(m)) for p, m in groups.items()] + [Candidate(UNKNOWN, ())]


def features(
    text: str,
    sentence_starts: Sequence[tuple[int, int, int]],
    mentions: Sequence[Mention],
    drafts: Sequence[Draft],
    candidates: Sequence[Candidate],
) -> Floats:
    """Features of every (draft, candidate) pair.

    Args:
        text: The article's text.
        sentence_starts: `(number, start, end)` of its sentences.
        mentions: Its mentions.
        drafts: Its drafts.
        candidates: Its entities.

    Returns:
        `[drafts, candidates, len(FEATURES)]`.
    """
    n, m = len(drafts), len(candidates)
    out = np.zeros((n, m, len(FEATURES)), dtype=np.float32)
    if not n:
        return out
    column = {name: i for i, name in enumerate(FEATURES)}
    owner = {i: k for k, c in enumerate(candidates) for i in c.mentions}
    number_of = _sentence_of(mentions, sentence_starts)
    count = np.array([len(c.mentions) for c in candidates], dtype=np.float32)
    order = np.argsort(np.argsort(-count, kind="stable"), kind="stable").astype(np.float32)
    first = [mentions[c.mentions[0]].start / max(1, len(text)) if c.mentions else 1.0 for c in candidates]
    headline = [any(number_of[i] == 0 for i in c.mentions) for c in candidates]
    base = np.zeros((m, len(FEATURES)), dtype=np.float32)
    base[:, column["count"]] = np.log1p(count)
    base[:, column["share"]] = count / max(1.0, float(count.sum()))
    base[:, column["rank"]] = np.minimum(order, 10) / 10
    base[:, column["in_headline"]] = headline
    base[:, column["first_position"]] = first
    base[:, column["candidates"]] = np.log1p(m)
    for k, c in enumerate(candidates):
        base[k, column["person"]] = any(mentions[i].is_person for i in c.mentions)
        base[k, column["government"]] = any(".GOV" in mentions[i].code for i in c.mentions)
        base[k, column["is_unknown"]] = c.place == UNKNOWN
        base[k, column["is_region"]] = c.place in REGIONS
        prefix = c.place.partition(":")[0]
        if ":" in c.place and prefix in _KINDS:
            base[k, column[f"is_{prefix}"]] = 1
        base[k, column["is_state"]] = ":" not in c.place and c.place != UNKNOWN and c.place not in REGIONS
    out[:] = base
    words = np.full((2, n, m), _FLOOR, dtype=np.float32)
    entity = np.full((2, n, m), _FLOOR, dtype=np.float32)
    for d, draft in enumerate(drafts):
        _one_draft(text, draft, mentions, number_of, owner, candidates, out[d], words[:, d], entity[:, d], column)
    belief = (1 / (1 + np.exp(-np.maximum(words, entity)))).astype(np.float32)
    _neighbours(drafts, belief, out, column)
    for side, name in ((0, "actor"), (1, "recipient")):
        out[:, :, column[f"{name}_words"]] = words[side] / 4
        out[:, :, column[f"{name}_entity"]] = entity[side] / 4
        top = np.sort(entity[side], axis=1)
        best = top[:, -1:]
        second = top[:, -2:-1] if m > 1 else np.full((n, 1), _FLOOR, dtype=np.float32)
        rival = np.where(entity[side] >= best, second, best)
        out[:, :, column[f"{name}_entity_margin"]] = np.clip((entity[side] - rival) / 4, -3, 3)
    return out


def _sentence_of(mentions: Sequence[Mention], sentences: Sequence[tuple[int, int, int]]) -> list[int]:
    out, at = [], 0
    for mention in mentions:
        while at + 1 < len(sentences) and mention.start >= sentences[at][2]:
            at += 1
        out.append(sentences[at][0] if sentences else 0)
    return out


def _one_draft(
    text: str,
    draft: Draft,
    mentions: Sequence[Mention],
    number_of: Sequence[int],
    owner: dict[int, int],
    candidates: Sequence[Candidate],
    row: Floats,
    words: Floats,
    entity: Floats,
    column: dict[str, int],
) -> None:
    """Fills the features of one draft for all candidates; `words` and `entity` are `[2, candidates]`."""
    summed = np.zeros((2, len(candidates)), dtype=np.float64)
    nearest = np.full(len(candidates), 99.0)
    for e in draft.evidence:
        k = owner.get(e.mention)
        if k is None:
            continue
        row[k, column["in_window"]] = 1
        summed[0, k] += np.exp(min(20.0, e.is_actor))
        summed[1, k] += np.exp(min(20.0, e.is_recipient))
        if number_of[e.mention] == draft.sentence:
            row[k, column["in_sentence"]] = 1
            words[0, k] = max(words[0, k], e.actor_words)
            words[1, k] = max(words[1, k], e.recipient_words)
            if abs(e.distance) < abs(nearest[k]):
                nearest[k] = e.distance
    with np.errstate(divide="ignore"):
        entity[:] = np.maximum(_FLOOR, np.where(summed > 0, np.log(summed), _FLOOR))
    known = nearest < 99
    row[:, column["before"]] = known & (nearest < 0)
    row[:, column["distance"]] = np.where(known, np.minimum(np.abs(nearest), 30) / 30, 1.0)
    for k, c in enumerate(candidates):
        so_far = bisect_right(c.mentions, draft.sentence, key=number_of.__getitem__)  # mentions are in order
        back = draft.sentence - number_of[c.mentions[so_far - 1]] if so_far else 12
        row[k, column["back"]] = min(12, back) / 12
    index = {c.place: k for k, c in enumerate(candidates)}
    for side, spans in (("actor", draft.actor_spans), ("recipient", draft.recipient_spans)):
        row[:, column[f"{side}_spans"]] = min(3, len(spans)) / 3
        for span in spans:
            found = places_of_span(text, span.start, span.end, mentions)
            for place in found:
                if place in index:
                    row[index[place], column[f"{side}_span"]] = 1
                    at = column[f"{side}_span_probability"]
                    row[index[place], at] = max(row[index[place], at], span.probability)
            if not found:
                inner = text[span.start : span.end].lower().split()
                row[:, column[f"{side}_unlinked"]] = 1
                row[:, column[f"{side}_pronoun"]] = any(w in PRONOUNS for w in inner[:1])
                row[:, column[f"{side}_plural"]] = any(w in PLURALS for w in inner)
    for name, spans in (("place_span", draft.place_spans), ("speaker_span", draft.speaker_spans)):
        for span in (s for s in spans if s.probability >= 0.5):
            for place in places_of_span(text, span.start, span.end, mentions):
                if place in index:
                    row[index[place], column[name]] = 1
    row[:, column["no_actor"]] = draft.no_actor
    row[:, column["no_recipient"]] = draft.no_recipient
    row[:, column["headline"]] = draft.sentence == 0
    row[:, column["is_visit"]] = draft.event_type == "CONSULT" and draft.event_mode == "visit"
    row[:, column[f"type_{draft.event_type}"]] = 1
    for status, p in zip(STATUSES, draft.statuses, strict=True):
        row[:, column[f"status_{status}"]] = p


def _neighbours(drafts: Sequence[Draft], belief: Floats, out: Floats, column: dict[str, int]) -> None:
    """What the article's other triggers say of each candidate; `belief` is `[2, drafts, candidates]`."""
    n = len(drafts)
    by_type: dict[str, list[int]] = defaultdict(list)
    by_lemma: dict[str, list[int]] = defaultdict(list)
    stems = [d.trigger.stem for d in drafts]
    for i, draft in enumerate(drafts):
        by_type[draft.event_type].append(i)
        by_lemma[stems[i]].append(i)
    for side, name in ((0, "actor"), (1, "recipient")):
        total = belief[side].sum(axis=0)
        for i, draft in enumerate(drafts):
            for label, group in (("same_type", by_type[draft.event_type]), ("same_lemma", by_lemma[stems[i]])):
                others = [j for j in group if j != i]
                if others:
                    out[i, :, column[f"{name}_{label}"]] = belief[side][others].max(axis=0)
            if n > 1:
                out[i, :, column[f"{name}_all_triggers"]] = (total - belief[side][i]) / (n - 1)
            near = [j for j in range(n) if j != i and drafts[j].sentence == draft.sentence]
            if near:
                out[i, :, column[f"{name}_neighbour"]] = belief[side][near].max(axis=0)
            past = [j for j in range(n) if drafts[j].sentence == draft.sentence - 1]
            if past:
                out[i, :, column[f"{name}_previous_sentence"]] = belief[side][past].max(axis=0)


def score(
    text: str,
    sentences: Sequence[tuple[int, int, int]],
    mentions: Sequence[Mention],
    drafts: Sequence[Draft],
    network: Callable[[Floats], Floats],
) -> Parties:
    """Scores all candidates of an article for all its drafts."""
    candidates = candidates_of(mentions)
    out = np.zeros((len(drafts), len(candidates), 2), dtype=np.float32)
    for begin in range(0, len(drafts), BLOCK):
        x = features(text, sentences, mentions, drafts[begin : begin + BLOCK], candidates)
        out[begin : begin + BLOCK] = network(x.reshape(-1, x.shape[-1])).reshape(*x.shape[:2], 2)
    return Parties(tuple(candidates), out[..., 0], out[..., 1])


def choose(logits: Floats, at_least_one: bool, *, floor: float = 0.3) -> list[int]:
    """Candidates that have a role: all more likely than not; else, if one is due, the best above `floor`."""
    probabilities = 1 / (1 + np.exp(-logits))
    chosen = [int(i) for i in np.flatnonzero(probabilities >= 0.5)]
    if not chosen and at_least_one and len(logits):
        best = int(probabilities.argmax())
        if probabilities[best] >= floor:
            return [best]
    return chosen
