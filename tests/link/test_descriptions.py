"""Descriptions without a name mean what the article names around them."""

from __future__ import annotations

from datetime import date

import pytest

from legation.link.assign import resolve_span
from legation.link.resolve import find_mentions
from legation.read.sentences import split

DAY = date(2015, 5, 1)


def ids(text: str, words: str, guess: str = "") -> tuple[str, ...]:
    found = find_mentions(text, [(s.number, s.start, s.end) for s in split(text)], DAY)
    at = text.rindex(words)
    return resolve_span(text, at, at + len(words), found, DAY, guess)


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Protests spread through Cairo. Egypt sent in the army. The police fired.", "The police", ("EGY.COP",)),
        ("Angela Merkel flew to Paris. The chancellor then spoke.", "The chancellor", ("DEU.GOV",)),
        ("Hamas fired from Gaza. The militant group said so.", "The militant group", ("NSA:HAMAS",)),
        ("Many world leaders met Vladimir Putin.", "world leaders", ()),
        ("Nobody was named. The police fired.", "The police", ()),
    ],
)
def test_a_description_means_what_was_named(text: str, words: str, expected: tuple[str, ...]) -> None:
    assert ids(text, words) == expected


def test_both_sides_are_two() -> None:
    text = "India and Pakistan exchanged fire. Both sides denied it."
    assert set(ids(text, "Both sides", "GOV")) == {"IND.GOV", "PAK.GOV"}


def test_names_count_before_descriptions() -> None:
    assert ids("Russia waited. The Iranian foreign ministry spoke.", "The Iranian foreign ministry") == ("IRN.GOV",)
