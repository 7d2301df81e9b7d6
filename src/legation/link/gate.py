"""The cheap gate before the network: which sentences can hold a claim at all.

A claim needs a political actor. A sentence passes if it names one, or has a word or pronoun that could stand for one
the article names elsewhere ("the minister", "they"). An article that names none is not read at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from legation.link.lexicon import ROLE_SECTORS
from legation.types import Mention, Sentence

__all__ = ["passing"]

_PRONOUNS = frozenset("he she they we it his her their its our them".split())
_WORD = re.compile(r"[a-z][a-z’'-]*[a-z]")


def passing(text: str, sentences: Sequence[Sentence], mentions: Sequence[Mention]) -> list[Sentence]:
    """Sentences that the network must see, in order.

    Args:
        text: The article's text.
        sentences: All its sentences.
        mentions: Its mentions, in order.
    """
    if not mentions:
        return []
    out = []
    at = 0
    for sentence in sentences:
        while at < len(mentions) and mentions[at].end <= sentence.start:
            at += 1
        named = at < len(mentions) and mentions[at].start < sentence.end
        if named or _could_stand_for_one(text[sentence.start : sentence.end]):
            out.append(sentence)
    return out


def _could_stand_for_one(sentence: str) -> bool:
    return any(w in ROLE_SECTORS or w in _PRONOUNS for w in _WORD.findall(sentence.lower()))
