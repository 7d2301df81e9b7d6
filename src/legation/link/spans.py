"""Whom a stretch of words means: the mentions in it that are its head, not its modifiers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from legation.types import Mention

__all__ = ["mentions_in", "places_of_span"]

_NESTED = re.compile(
    r"\b(?:to|in|with|against|over|on|for|at|near|by|about|after|between|among|who|which|that|towards?|into)\b"
)


def mentions_in(start: int, end: int, mentions: Sequence[Mention]) -> list[Mention]:
    """Mentions that overlap a span; `mentions` are in order."""
    low, high = 0, len(mentions)
    while low < high:
        middle = (low + high) // 2
        if mentions[middle].end <= start:
            low = middle + 1
        else:
            high = middle
    out = []
    while low < len(mentions) and mentions[low].start < end:
        out.append(mentions[low])
        low += 1
    return out


def heads(text: str, start: int, end: int, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions that the span is about: "US ambassador to Russia" is about the US, "army of Iraq" about Iraq."""
    inside = mentions_in(start, end, mentions)
    if len(inside) < 2:
        return inside
    out = [inside[0]]
    for mention in inside[1:]:
        if _NESTED.search(text, out[-1].end, max(out[-1].end, mention.start)):
            break
        out.append(mention)
    named = [m for m in out if m.is_person]
    between = re.search(r"\b(?:and|or)\b|[,;/–-]", text[out[0].end : out[-1].start]) if len(out) > 1 else None
    if named and between is None:
        return [named[-1]]
    return out


def places_of_span(text: str, start: int, end: int, mentions: Sequence[Mention]) -> list[str]:
    """Distinct places of the span's head mentions, in order."""
    return list(dict.fromkeys(m.place for m in heads(text, start, end, mentions)))
