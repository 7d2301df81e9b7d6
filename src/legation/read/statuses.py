"""Status and date in agreement: what was put off to a day ahead is planned."""

from __future__ import annotations

import re
from datetime import date

from legation.read.dates import Resolved
from legation.read.times import date_of
from legation.types import Date, Draft, Sentence

__all__ = ["status_and_date"]

_PUT_OFF = re.compile(
    r"\b(?:postpon\w+|reschedul\w+|(?:puts?|putting|push(?:e[sd]|ing)?|mov(?:e[sd]?|ing)) (?:back|forward)|"
    r"brought forward|delay(?:ed|s)?|moved)\b[^.;]{0,80}?\b(?:to|until|till|for|by)\b",
    re.IGNORECASE,
)


def status_and_date(
    text: str,
    draft: Draft,
    sentence: Sentence,
    status: str,
    published: date | None,
    anchor: Resolved | None,
    least: float = 0.5,
) -> tuple[str, Date, Resolved | None]:
    """The status and the date of a draft, each read in the light of the other.

    What did not take place on one day because it was put off to another is planned, where the sentence gives the new
    day (a settled case of the guidelines). Its day is then one ahead: "postponed to July 14" is the next July.

    Args:
        text: The article's text.
        draft: The draft, with the words of time the network found.
        sentence: Its sentence.
        status: Its status, as the network has it.
        published: Day of publication.
        anchor: The date the text last spoke of.
        least: Least probability of the words of time.

    Returns:
        The status, the date, and the anchor for the dates that follow.
    """
    if status == "not" and published and _PUT_OFF.search(text, sentence.start, sentence.end):
        when, after = date_of(text, draft, sentence, "planned", published, anchor, least)
        if when.first is not None and when.first > published:
            return "planned", when, after
    when, after = date_of(text, draft, sentence, status, published, anchor, least)
    return status, when, after
