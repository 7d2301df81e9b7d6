"""From sentences to drafts of claims: one pass of the network over each window of the article."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from legation.ontology import CONTEXTS, TYPES
from legation.read.labels import CHANNELS, MODE_LABELS, SLICES
from legation.read.words import PieceTokenizer, Window, Word, encode_sentences, pack, window
from legation.types import Draft, Evidence, Mention, Sentence, Span, Trigger

__all__ = ["WINDOW_PIECES", "Given", "Reader", "draft_claims", "drafts_of"]

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]
WINDOW_PIECES = 128
TIME = CHANNELS.index("time")
DOUBTFUL = -2.0
"""Log odds above which a word between two words of a phrase belongs to it."""
_JOINING = frozenset((",", "and", "or", ";"))
_LEADING = frozenset("of to for with and or by from that".split())
_start, _end = attrgetter("start"), attrgetter("end")
_DANGLING = frozenset("of in the a an to for with and or by from at on 's ’s".split())
_N_CHANNELS = len(CHANNELS)
_MODES_OF = {t: [i for i, label in enumerate(MODE_LABELS) if label.partition("/")[0] == t] for t in TYPES}


class Reader(Protocol):
    """What reading needs of the network; `legation.read.encoder.Network` has it."""

    @property
    def tokenizer(self) -> PieceTokenizer:
        """The word-piece tokenizer."""
        ...

    def encode(self, window: Window) -> tuple[Floats, Floats, Floats]:
        """Word heads, trigger keys and word keys of a window."""
        ...

    def pair(self, trigger: Floats, word: Floats, distance: Integers, same: Integers, kind: Integers) -> Floats:
        """Logits of each word's part in each trigger's event."""
        ...


def draft_claims(
    text: str, sentences: Sequence[Sentence], mentions: Sequence[Mention], network: Reader, *, threshold: float = 0.5
) -> list[Draft]:
    """Reads an article's sentences.

    Args:
        text: The article's text.
        sentences: Its sentences, or those the gate lets through.
        mentions: Names found in it, in order.
        network: The network.
        threshold: Least probability of a trigger.

    Returns:
        Drafts in order of their triggers.
    """
    spans = [(s.number, s.start, s.end) for s in sentences]
    if not spans:
        return []
    out: list[Draft] = []
    for group in pack(encode_sentences(text, spans, network.tokenizer), WINDOW_PIECES):
        w = window(group)
        if w.words:
            out += _read_window(text, w, mentions, network, threshold)
    return out


@dataclass(frozen=True, slots=True)
class Given:
    """A claim whose trigger, type and parties' words somebody has marked already.

    Attributes:
        start: First character of the trigger.
        end: One past its last character.
        event_type: Its type.
        actor_spans: Words of the doer.
        recipient_spans: Words of the other side.
    """

    start: int
    end: int
    event_type: str
    actor_spans: tuple[Span, ...] = ()
    recipient_spans: tuple[Span, ...] = ()


def drafts_of(
    text: str, sentences: Sequence[Sentence], mentions: Sequence[Mention], network: Reader, given: Sequence[Given]
) -> list[Draft | None]:
    """What the network says around triggers that are given, not found; its own words for the parties are not used.

    Args:
        text: The article's text.
        sentences: Its sentences, or those worth reading.
        mentions: Names found in it, in order.
        network: The network.
        given: The triggers.

    Returns:
        A draft for each trigger, None where it lies in none of the sentences.
    """
    out: list[Draft | None] = [None] * len(given)
    spans = [(s.number, s.start, s.end) for s in sentences]
    if not spans or not given:
        return out
    for group in pack(encode_sentences(text, spans, network.tokenizer), WINDOW_PIECES):
        w = window(group)
        at: list[tuple[int, int]] = []
        for k, one in enumerate(given):
            word = next((i for i, x in enumerate(w.words) if x.start < one.end and x.end > one.start), -1)
            if word >= 0 and out[k] is None:
                at.append((k, word))
        if not at:
            continue
        kinds = np.array([1 + TYPES.index(given[k].event_type) for k, _ in at], dtype=np.int64)
        drafts = _drafts(text, w, mentions, network, network.encode(w), [i for _, i in at], kinds,
                         [given[k] for k, _ in at])  # fmt: skip
        for (k, _), draft in zip(at, drafts, strict=True):
            out[k] = draft
    return out


def softmax(x: Floats) -> Floats:
    """Softmax over the last axis."""
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    out: Floats = e / e.sum(axis=-1, keepdims=True)
    return out


def sigmoid(x: Floats) -> Floats:
    """Logistic function."""
    return (1 / (1 + np.exp(-np.clip(x, -30, 30)))).astype(np.float32)


def _read_window(text: str, w: Window, mentions: Sequence[Mention], network: Reader, threshold: float) -> list[Draft]:
    said = network.encode(w)
    kinds = softmax(said[0][:, SLICES["type"]])
    triggers = [int(i) for i in np.flatnonzero(1 - kinds[:, 0] >= threshold) if text[w.words[i].start].isalnum()]
    if not triggers:
        return []
    best = 1 + kinds[triggers, 1:].argmax(axis=1).astype(np.int64)
    return _drafts(text, w, mentions, network, said, triggers, best, None)


def _drafts(
    text: str,
    w: Window,
    mentions: Sequence[Mention],
    network: Reader,
    said: tuple[Floats, Floats, Floats],
    triggers: Sequence[int],
    best: Integers,
    given: Sequence[Given] | None,
) -> list[Draft]:
    """Drafts at some words of a window.

    Args:
        text: The article's text.
        w: The window.
        mentions: The article's mentions.
        network: The network.
        said: What it says of the window's words.
        triggers: Indices of the words.
        best: Type of each, 1 for the first.
        given: What is known of each already.
    """
    heads, trigger_keys, word_keys = said
    kinds = softmax(heads[:, SLICES["type"]])
    at = np.array(triggers, dtype=np.int64)
    numbers = np.array(w.sentence_of)
    distance = np.arange(len(w.words), dtype=np.int64)[None] - at[:, None]
    same = (numbers[None] == numbers[at][:, None]).astype(np.int64)
    logits = network.pair(trigger_keys[at], word_keys, distance, same, best)
    inside = heads[:, SLICES["inside"]][:, 0]
    first = bisect_right(mentions, w.words[0].start, key=_end)
    stop = bisect_left(mentions, w.words[-1].end, key=_start)
    in_window = [(k, i) for k in range(first, stop) if (i := _last_word(w, mentions[k])) >= 0]
    out = []
    for k, i in enumerate(triggers):
        row = heads[i]
        event_type = TYPES[int(best[k]) - 1]
        modes = _MODES_OF[event_type]
        mode = MODE_LABELS[modes[int(row[SLICES["mode"]][modes].argmax())]].partition("/")[2]
        context = sigmoid(row[SLICES["context"]])
        contexts = [int(c) for c in np.argsort(-context, kind="stable")[:2] if context[c] >= 0.4]
        empty = sigmoid(row[SLICES["empty"]])
        here = same[k].astype(bool)
        everywhere = np.ones(len(w.words), dtype=bool)
        stop = i + 1
        while stop < len(w.words) and numbers[stop] == numbers[i] and inside[stop] > 0 and stop not in triggers:
            stop += 1
        start, end = w.words[i].start, w.words[stop - 1].end
        if given is not None:
            start, end = given[k].start, given[k].end
        evidence = tuple(
            Evidence(m, *_evidence(w, mentions[m], word, logits[k]), int(word - i)) for m, word in in_window
        )
        actor_spans, recipient_spans, place_spans, time_spans = (
            _spans(text, w, logits[k, :, channel], here, least, prepositions=channel == TIME)
            for channel, least in ((0, 0.0), (1, 0.0), (2, DOUBTFUL), (3, DOUBTFUL))
        )
        if given is not None:
            actor_spans, recipient_spans = given[k].actor_spans, given[k].recipient_spans
        speaker_spans, outer_spans = (
            _spans(text, w, logits[k, :, channel], everywhere, least) for channel, least in ((4, DOUBTFUL), (5, 0.0))
        )
        out.append(
            Draft(
                sentence=int(numbers[i]),
                trigger=Trigger(start, end, text[start:end]),
                event_type=event_type,
                event_mode=mode,
                contexts=tuple(CONTEXTS[c] for c in contexts),
                statuses=tuple(float(x) for x in softmax(row[SLICES["status"]])),
                confidence=float(1 - kinds[i, 0]) * float(kinds[i, best[k]] / max(1e-6, 1 - kinds[i, 0])),
                actor_spans=actor_spans,
                recipient_spans=recipient_spans,
                place_spans=place_spans,
                time_spans=time_spans,
                speaker_spans=speaker_spans,
                outer_spans=outer_spans,
                actor_sectors=_sectors(w, logits[k], actor_spans, row[SLICES["actor_sector"]]),
                recipient_sectors=_sectors(w, logits[k], recipient_spans, row[SLICES["recipient_sector"]]),
                no_actor=float(empty[0]),
                no_recipient=float(empty[1]),
                evidence=evidence,
            )
        )
    return out


def _last_word(w: Window, mention: Mention) -> int:
    """Index of the mention's last word in the window, -1 where it is elsewhere."""
    if not w.words or mention.start >= w.words[-1].end or mention.end <= w.words[0].start:
        return -1
    low, high = 0, len(w.words)
    while low < high:
        middle = (low + high) // 2
        if w.words[middle].start < mention.end:
            low = middle + 1
        else:
            high = middle
    return low - 1 if low and w.words[low - 1].end > mention.start else -1


def _evidence(w: Window, mention: Mention, last: int, logits: Floats) -> tuple[float, float, float, float]:
    first = last
    while first > 0 and w.words[first - 1].end > mention.start:
        first -= 1
    words = logits[first : last + 1]
    return float(words[:, 0].max()), float(words[:, 1].max()), float(logits[last, 6]), float(logits[last, 7])


def _spans(
    text: str,
    w: Window,
    logits: Floats,
    scope: NDArray[np.bool_],
    least: float = 0.0,
    *,
    prepositions: bool = False,
) -> tuple[Span, ...]:
    """Runs of words that more likely than not have the role; a doubtful word between two sure ones is one of them.

    Where there is none, words count from log odds `least` on, and whoever takes the spans weighs their probability.
    Only a time may begin with a preposition ("on Monday").
    """
    chosen = (logits > 0) & scope
    if not chosen.any():
        chosen = (logits > least) & scope
    if not chosen.any():
        return ()
    for gap in np.flatnonzero(chosen[:-2] & ~chosen[1:-1] & chosen[2:]):
        i = int(gap) + 1
        word = text[w.words[i].start : w.words[i].end]
        touching = w.words[i - 1].end == w.words[i].start and w.words[i].end == w.words[i + 1].start
        if scope[i] and (touching or (logits[i] > DOUBTFUL and word.lower() not in _JOINING)):
            chosen[i] = True
    out: list[Span] = []
    i = 0
    while i < len(chosen):
        if not chosen[i]:
            i += 1
            continue
        stop = i
        while stop < len(chosen) and chosen[stop] and w.sentence_of[stop] == w.sentence_of[i]:
            stop += 1
        first, last = i, stop
        while first < last and _is_loose(text, w.words[first], leading=True, prepositions=prepositions):
            first += 1
        while first < last and _is_loose(text, w.words[last - 1], leading=False, prepositions=False):
            last -= 1
        if first < last:
            probability = float(sigmoid(logits[first:last].max()))
            out.append(Span(w.words[first].start, w.words[last - 1].end, probability))
        i = stop
    return tuple(out)


def _is_loose(text: str, word: Word, *, leading: bool, prepositions: bool) -> bool:
    """Whether a word cannot begin or end a phrase: punctuation, a preposition; at the end an article."""
    letters = text[word.start : word.end]
    if leading and letters == "s" and text[word.start - 1 : word.start] in ("'", "’"):
        return True
    if not letters[0].isalnum():
        return letters not in ("(", "$") or not leading
    if leading:
        return not prepositions and letters.lower() in _LEADING
    return letters.lower() in _DANGLING


def _sectors(w: Window, logits: Floats, spans: Sequence[Span], general: Floats) -> tuple[float, ...]:
    """Probability of each sector label: from the role's words where there are any, else from the trigger alone."""
    words = [i for i, word in enumerate(w.words) if any(s.start <= word.start < s.end for s in spans)]
    if not words:
        return tuple(float(x) for x in softmax(general))
    mean = softmax(logits[words][:, _N_CHANNELS:]).mean(axis=0)
    return tuple(float(x) for x in mean)
