"""Whom a description without a name means ("the president", "both sides"), by what the article names around it.

Used where only words are given. In the pipeline the network weighs the article's entities itself.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from legation.link.lexicon import sector_of_words
from legation.link.offices import office_of
from legation.types import Mention

__all__ = ["places_of_description"]

_BOTH = re.compile(r"\b(?:both|two|each other|one another|the sides|neighbou?rs)\b", re.IGNORECASE)
_UNKNOWN = re.compile(
    r"\b(?:world|foreign|international|global|several|some|many|other|dozens|hundreds|thousands)\b", re.IGNORECASE
)
_ARMED = re.compile(r"\b(?:group|militants?|fighters?|jihadists?|insurgents?|guerrillas?|militia|Islamists?)\b")
# Chosen on the annotated training articles.
_REACH = 200.0
"""Characters over which a mention loses half its weight."""
_BEHIND = 100
"""Characters that a mention after the words stands farther away than it does."""
_ALWAYS = 0.05
_OFFICE, _SECTOR, _TOWN, _GROUP = 3.0, 1.5, 1.5, 4.0
_NAMED, _PERSON = 0.3, 0.5


def places_of_description(text: str, start: int, end: int, mentions: Sequence[Mention]) -> list[str]:
    """Places that a description may mean, the likeliest only, or two for "both sides"; empty where nothing is known.

    A state or group weighs the more the oftener it is named and the nearer before the words; a person of the
    description's own sector (a president for "the president") doubles it.
    """
    words = text[start:end]
    if _UNKNOWN.search(words):
        return []
    sector = sector_of_words(words.split())
    office = bool(office_of(words))
    armed = bool(_ARMED.search(words))
    weights: dict[str, float] = defaultdict(float)
    for mention in mentions:
        if mention.kind == "agency" or mention.place == "XXX" or (start < mention.end and mention.start < end):
            continue
        gap = start - mention.end if mention.end <= start else 2 * (mention.start - end) + _BEHIND
        weight = _ALWAYS + 1.0 / (1.0 + gap / _REACH)
        own = mention.code.partition(".")[2]
        if office and mention.is_person and own in ("GOV", "ELI"):
            weight *= _OFFICE
        elif sector and own == sector:
            weight *= _SECTOR
        if ":" in mention.code:
            weight *= _GROUP if armed and mention.code.startswith("NSA:") else _NAMED
        elif mention.kind in ("city", "capital"):
            weight *= _TOWN
        if mention.is_person and not office:
            weight *= _PERSON
        weights[mention.place] += weight
    ranked = sorted(weights, key=lambda p: -weights[p])
    return ranked[: 2 if _BOTH.search(words) else 1]
