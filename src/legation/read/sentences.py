"""Cuts an article into sentences: paragraphs first, then sentence ends that are no abbreviation."""

from __future__ import annotations

import re

from legation.types import Sentence

__all__ = ["split"]

_ABBREVIATIONS = frozenset(
    (
        "mr mrs ms dr prof sen sens rep reps gov govs gen lt col maj capt cpl sgt adm cmdr brig rev hon st jr sr inc "
        "corp co ltd no nos vs etc jan feb mar apr jun jul aug sept sep oct nov dec mon tue tues wed thu thurs fri sat "
        "sun dept est ft mt pres supt messrs mme mlle fr al cf fig approx assn bros ave blvd rd ariz ark calif colo "
        "conn del fla ga ill ind kan ky la md mass mich minn miss mo mont neb nev okla ore pa tenn tex va vt wash wis "
        "wyo"
    ).split()
)
_MAY_END = frozenset(
    "no nos sat sun mar jan jun fig ill ind ore wash miss mass del co al est mon fri inc corp ltd etc jr sr".split()
)
"""Abbreviations that are words or ends of names too: they end a sentence unless a number follows ("No. 4")."""

_END = re.compile(r"[.!?…]+[\"”’'»)\]]*(?=\s)")
_NEXT = re.compile(r"\s+[\"“‘'«(\[]*(\w)")
_LAST_WORD = re.compile(r"([A-Za-z]+(?:\.[A-Za-z]+)*)$")


def split(text: str, title: str = "") -> list[Sentence]:
    """Sentences of an article.

    Args:
        text: The article's text: headline, newline, body; or the body alone.
        title: The headline, where `text` begins with one. It becomes sentence 0, whole.

    Returns:
        Sentences in order with trimmed offsets; the body's count from 1. Blank stretches give none.
    """
    out: list[Sentence] = []
    at, number = 0, 1
    if title and text.startswith(title):
        span = _trim(text, 0, len(title))
        if span:
            out.append(Sentence(0, *span))
        at = len(title)
    for paragraph in re.finditer(r"[^\n\r\u2028\u2029\f\v]+", text[at:]):
        begin, stop = at + paragraph.start(), at + paragraph.end()
        start = begin
        for m in _END.finditer(text, begin, stop):
            if _ends(text, m, stop, start):
                span = _trim(text, start, m.end())
                if span:
                    out.append(Sentence(number, *span))
                    number += 1
                start = m.end()
        span = _trim(text, start, stop)
        if span:
            out.append(Sentence(number, *span))
            number += 1
    return out


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if end > start else None


def _ends(text: str, mark: re.Match[str], stop: int, start: int) -> bool:
    """Whether a full stop, question or exclamation mark ends the sentence."""
    following = _NEXT.match(text, mark.end(), stop)
    if following is None or not (following.group(1).isupper() or following.group(1).isdigit()):
        return False
    if mark.group() != ".":
        return True
    before = _LAST_WORD.search(text[max(start, mark.start() - 24) : mark.start()])
    if before is None:
        return True
    word = before.group(1)
    digit = following.group(1).isdigit()
    if "." in word or (len(word) == 1 and word.isupper()):
        return False
    lower = word.lower()
    if lower in _MAY_END:
        return not digit
    return lower not in _ABBREVIATIONS
