"""The dates of political news: where a sentence names one, and which day, month or interval it is.

`find` gives the time expressions of a sentence, `resolve` the date of one of them, read against the day of
publication, the tense of the claim and the date that the text last spoke of. Dates are EDTF; `bounds` gives the first
and last day that one covers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from ._dates_edtf import Resolved, bounds, since
from ._dates_find import spans
from ._dates_resolve import expression as _expression
from ._dates_rules import Context
from ._dates_words import plain

__all__ = ["Resolved", "TimeSpan", "bounds", "find", "resolve", "since"]

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """A time expression in a sentence.

    Attributes:
        start: Offset of its first character.
        end: Offset after its last character.
        text: The words, with the preposition that leads them.
    """

    start: int
    end: int
    text: str


def find(sentence: str) -> list[TimeSpan]:
    """The longest time expressions of a sentence, from left to right, none overlapping another."""
    return [TimeSpan(start, end, sentence[start:end]) for start, end in spans(sentence)]


def resolve(
    expression: str,
    published: date | None,
    *,
    tense: Literal["past", "future", ""] = "",
    anchor: Resolved | None = None,
) -> Resolved | None:
    """The date that an expression names.

    Args:
        expression: The words ("on Monday", "last June", "two days later").
        published: The day the article is of; without it, only what needs no reference is resolved.
        tense: The side that the claim lies on: "past" for what happened, goes on or did not happen, "future" for what
            is planned or possible, "" where that is not known.
        anchor: The date that the text last spoke of, for "that year", "the same day", "two days later".

    Returns:
        The date, or None where the words name no date that can be resolved.
    """
    if len(expression) > _LONGEST:
        return None
    if isinstance(published, datetime):
        published = published.date()
    elif not isinstance(published, date):
        published = None
    try:
        return _expression(plain(expression), Context(published, tense, anchor))
    except (LookupError, ValueError, OverflowError):  # no reference, no such day, or out of the calendar
        return None
