"""The words by which two reports of one event know each other: stems, names, numbers; and how telling each is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

__all__ = ["is_name", "is_number", "is_ordinal", "stem", "telling"]

_WORD = re.compile(r"\d+(?:st|nd|rd|th)\b|\d+(?:[.,]\d+)*|[^\W\d_]+")
_INFLECTED = (("ies", "y"), ("ings", ""), ("ied", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""))
_DERIVED = (
    ("ization", "iz"),
    ("isation", "iz"),
    ("ically", "ic"),
    ("ation", "at"),
    ("ional", ""),
    ("ance", ""),
    ("ence", ""),
    ("ment", ""),
    ("ity", ""),
    ("ian", ""),
    ("ia", ""),
    ("ise", "iz"),
    ("ize", "iz"),
    ("ion", ""),
    ("er", ""),
    ("or", ""),
    ("ly", ""),
    ("al", ""),
    ("is", "iz"),
    ("e", ""),
)
"""Endings that are taken off, one of each kind, and what takes their place."""

_IRREGULAR = dict(
    pair.split("=")
    for pair in (
        "met=meet fought=fight fell=fall shot=shoot struck=strike said=say told=tell went=go sent=send held=hold "
        "led=lead won=win lost=lose took=take taken=take gave=give given=give broke=break broken=break hit=hit "
        "began=begin begun=begin withdrew=withdraw withdrawn=withdraw died=death dead=death dies=death die=death "
        "deaths=death killed=kill killing=kill fires=fire men=man women=woman children=child troops=troop "
        "talks=talk spoke=speak sworn=swear swore=swear elected=elect election=elect elections=elect "
        "fled=flee brought=bring struck=strike striking=strike agreed=agree agreement=agree left=leave "
        "invasion=invade invasions=invade recognition=recognise airstrike=strike airstrikes=strike"
    ).split()
)
_NUMBERS = {
    word: str(n)
    for n, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
    if n > 1
} | {"thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90"}
_ORDINALS = dict(
    zip(
        "first second third fourth fifth sixth seventh eighth ninth tenth".split(),
        "1st 2nd 3rd 4th 5th 6th 7th 8th 9th 10th".split(),
        strict=True,
    )
)
_STOP = frozenset(
    (
        "a about above after again against all also although am among an and any are around as at be because been "
        "before being below between both but by can could did do does doing down during each either else ever every "
        "few for from further had has have having he her here hers him his how however i if in into is it its itself "
        "just least less like made make many may me might more most much must my near nearly neither no nor not now of "
        "off on once one only onto or other our out over own per same say says said saying she should since so some "
        "still such than that the their them themselves then there these they this those though through to too toward "
        "towards under until up upon us very was we were what when where whether which while who whom whose why will "
        "with within without would yet you your s t mr mrs ms according reportedly including least last new day "
        "today yesterday tomorrow week month year monday tuesday wednesday thursday friday saturday sunday january "
        "february march april june july august september october november december days weeks months years"
    ).split()
)


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """A word without case, accents and common endings: "Visited" and "visiting" give "visit"; numbers stay.

    Args:
        word: One word; "1,200" and "twelve" are numbers, "third" gives "3rd".

    Returns:
        The stem, at most ten letters; empty for a word that says nothing ("the").
    """
    if word[0].isdigit():
        return word.replace(",", "").rstrip(".")
    low = "".join(c for c in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(c))
    if low in _STOP or len(low) < 2:
        return ""
    if low in _NUMBERS:
        return _NUMBERS[low]
    if low in _ORDINALS:
        return _ORDINALS[low]
    low = _IRREGULAR.get(low, low)
    for ending, instead in _INFLECTED:
        if low.endswith(ending) and len(low) - len(ending) >= (3 if ending == "s" else 4) and not low.endswith("ss"):
            low = low[: len(low) - len(ending)] + instead
            break
    for ending, instead in _DERIVED:
        if low.endswith(ending) and len(low) - len(ending) >= 4:
            low = low[: len(low) - len(ending)] + instead
            break
    if len(low) > 3 and low[-1] == low[-2] and (low[-1] not in "ls" or len(low) > 5):
        low = low[:-1]
    return low[:10]


def is_number(word: str) -> bool:
    """Whether a word of a report is a number."""
    return word[:1].isdigit()


def is_ordinal(word: str) -> bool:
    """Whether a word of a report says which in a row: 3rd."""
    return word[:1].isdigit() and word[-1:].isalpha()


def is_name(word: str) -> bool:
    """Whether a word of a report is part of a name: names keep their capital."""
    return word[:1].isupper()


def telling(text: str, spans: Sequence[tuple[int, int]], near: Sequence[int], limit: int) -> tuple[str, ...]:
    """Stems of the words that tell a report apart: what says nothing is left out, names keep a capital.

    Args:
        text: The article's text.
        spans: First character and one past the last of each sentence to take words from.
        near: Offsets of the triggers; what stands nearest to one comes first.
        limit: Most words to give.

    Returns:
        Each once, the nearest to a trigger first. A name is a word with a capital that does not begin its sentence, or
        that has one elsewhere in these sentences.
    """
    found: dict[str, int] = {}
    names: set[str] = set()
    for start, end in spans:
        capitals = sum(m.group()[0].isupper() for m in _WORD.finditer(text, start, end))
        headline = capitals > 0.6 * sum(1 for _ in _WORD.finditer(text, start, end))
        for m in _WORD.finditer(text, start, end):
            base = stem(m.group())
            if not base:
                continue
            if m.group()[0].isupper() and m.start() > start and not headline:
                names.add(base)
            away = min((abs(m.start() - at) for at in near), default=0)
            found[base] = min(away, found.get(base, away))
    order = sorted(found, key=lambda w: (found[w], w))[:limit]
    return tuple(w[0].upper() + w[1:] if w in names and not w[0].isdigit() else w for w in order)
