"""The chain of who says so: names for the words that the network marks, outermost first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from legation.link.assign import fullest_name, is_pronoun
from legation.types import Draft, Mention, Span, Speaker

__all__ = ["chain"]

ELSEWHERE = 0.4
"""Least probability of a speaker who is named in another sentence."""


def chain(
    text: str,
    draft: Draft,
    mentions: Sequence[Mention],
    publisher: str,
    last_speaker: Speaker | None,
    sentence: tuple[int, int],
    least: float = 0.5,
) -> tuple[Speaker, ...]:
    """Speakers of a draft, outermost first, without the article's own publisher.

    Args:
        text: The article's text.
        draft: The draft.
        mentions: The article's mentions.
        publisher: Outlet of the article, never part of the chain.
        last_speaker: Innermost speaker of the claim before, whom "he said" means.
        sentence: First character of its sentence, and one past the last.
        least: Least probability of the words in the sentence that name the innermost speaker; `ELSEWHERE` outside it.
    """
    start, end = sentence
    inner = _best([s for s in draft.speaker_spans if s.probability >= (least if start <= s.start < end else ELSEWHERE)])
    if inner is None:
        return ()
    out: list[Speaker] = []
    for span in [*sorted(draft.outer_spans, key=lambda s: s.start), inner]:
        words = text[span.start : span.end]
        if is_pronoun(words):
            if last_speaker is not None:
                out.append(last_speaker)
            continue
        name, mention = fullest_name(text, span, mentions)
        if _same_outlet(name, publisher):
            continue
        speaker = Speaker(name, mention.code if mention else "", mention.actor_id if mention else "")
        if all(speaker.text != s.text for s in out):
            out.append(speaker)
    return tuple(out)


def _best(spans: Sequence[Span]) -> Span | None:
    return max(spans, key=lambda s: (s.probability, -s.start), default=None)


def _same_outlet(name: str, publisher: str) -> bool:
    plain = re.sub(r"^the |[^a-z0-9 ]", "", name.lower())
    outlet = re.sub(r"^the |[^a-z0-9 ]", "", publisher.lower())
    return bool(plain) and bool(outlet) and (plain == outlet or outlet.split()[0] == plain)
