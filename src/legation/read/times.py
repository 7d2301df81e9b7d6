"""The date of a claim: its own words, else a neighbour's, else what publication alone says."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Literal

from legation.read.dates import Resolved, find, resolve, since
from legation.types import Date, Draft, Sentence, Span

__all__ = ["date_of", "no_date"]


_COMPARED = re.compile(
    r"\b(?:first|second|third|only|most|least|worst|best|biggest|largest|greatest|highest|lowest|strongest|longest|"
    r"closest|heaviest|fiercest|deadliest|bloodiest|costliest)\b[^.;]*?\b(since)\b[^.;]*$",
    re.IGNORECASE,
)
_TENSE: dict[str, Literal["past", "future", ""]] = {
    "happened": "past",
    "ongoing": "past",
    "planned": "future",
    "possible": "future",
    "not": "",  # what did not take place lies behind, what was called off may lie ahead
}
_SINCE = re.compile(r"\bsince\b[^.,;]*$", re.IGNORECASE)
_MORE = re.compile(r"(?!['’]s\W*$)\W*\w")  # words beyond a genitive
_UNIT = re.compile(r"(?:day|night|week|weekend|month|quarter|year|decade)s?", re.IGNORECASE)
_COUNTED = re.compile(
    r"(?:-|\b(?:an?|\d+|one|two|three|four|five|six|seven|eight|nine|ten|several|few|couple of) )$", re.IGNORECASE
)
"""What makes a unit of time a length and no date: "a two-day visit", "after a week of unrest"."""
_NEAR_SINCE = 30
"""Characters from "since" to the words of time that belong to it: "since the summer of 1928"."""


def date_of(
    text: str,
    draft: Draft,
    sentence: Sentence,
    status: str,
    published: date | None,
    anchor: Resolved | None,
    least: float = 0.5,
) -> tuple[Date, Resolved | None]:
    """The date stated for a draft, and the anchor for the dates that follow.

    Args:
        text: The article's text.
        draft: The draft, with the words of time the network found.
        sentence: Its sentence.
        status: Its status, which gives the tense.
        published: Day of publication.
        anchor: The date the text last spoke of.
        least: Least probability of the words of time.
    """
    own = [s for s in draft.time_spans if not _is_what_it_is_compared_with(text, draft, sentence, s)]
    span = max(own, key=lambda s: s.probability, default=None)
    if span is None or span.probability < least:
        return Date(), anchor
    tense = _TENSE[status]
    found, start, end = _whole(
        text, sentence, span, lambda s, e: resolve(text[s:e], published, tense=tense, anchor=anchor)
    )
    if found is not None and found.last is not None and _counts_from(text, draft, sentence, start):
        found = since(found) or found
    if found is None or (status in ("happened", "ongoing") and _after(found.first, published)):
        # What has happened lies on no day to come: words that say so were not its own, or were misunderstood.
        return Date(start=start, end=end, text=text[start:end]), anchor
    return Date(found.edtf, found.first, found.last, "stated", start, end, text[start:end]), found


def _after(day: date | None, other: date | None) -> bool:
    return day is not None and other is not None and day > other


def _whole(
    text: str, sentence: Sentence, span: Span, resolved: Callable[[int, int], Resolved | None]
) -> tuple[Resolved | None, int, int]:
    """The date of the words that the network marked, or of the longer expression that they are a piece of."""
    start, end = span.start, span.end
    found = resolved(start, end)
    if _UNIT.fullmatch(text, start, end) and _COUNTED.search(text[sentence.start : start]):
        found = None
    for first, last in _overlapping(text, sentence, start, end):
        if found is None:
            found = resolved(first, last)
            if found is not None:
                break
            continue
        if _MORE.match(text[end:last]):
            first = start
        whole = resolved(first, last)
        if whole is not None and _cut_short(text, span, (first, last), found, whole):
            return whole, first, last
    return found, start, end


def _cut_short(text: str, span: Span, longer: tuple[int, int], own: Resolved, whole: Resolved) -> bool:
    """Whether the network has marked a piece of the words of time only, which means another date by itself.

    Such are "July 9" of "July 9 and 10", "week" of "next week", "2019" of "in May 2019"; but not "Friday" of "after
    Friday", where the words before say how the event lies to the day.
    """
    if longer[0] > span.start or longer[1] < span.end:
        return False
    cut = _MORE.match(text[span.end : longer[1]]) or _UNIT.fullmatch(text, span.start, span.end)
    return cut is not None or _narrower(whole, own)


def _narrower(one: Resolved, other: Resolved) -> bool:
    if one.first is None or one.last is None or other.first is None or other.last is None:
        return False
    return other.first <= one.first and one.last <= other.last and one.last - one.first < other.last - other.first


def _is_what_it_is_compared_with(text: str, draft: Draft, sentence: Sentence, span: Span) -> bool:
    """Whether words of time say since when there has been nothing like it: "the first visit by a king since 1928"."""
    head = text[sentence.start : span.end]
    compared = _COMPARED.search(head)
    if compared is None:
        return False
    since = sentence.start + compared.start(1)
    near = span.start - since <= _NEAR_SINCE and span.end > since
    return near and draft.trigger.end <= since


def _counts_from(text: str, draft: Draft, sentence: Sentence, start: int) -> bool:
    """Whether words of time say since when it has been so: "held since the arrest in May", "met since the 2019 war"."""
    match = _SINCE.search(text[sentence.start : start])
    if match is None:
        return False
    at = sentence.start + match.start()
    return start - at <= _NEAR_SINCE and draft.trigger.end <= at


def _overlapping(text: str, sentence: Sentence, start: int, end: int) -> Sequence[tuple[int, int]]:
    spans = find(text[sentence.start : sentence.end])
    moved = [(sentence.start + s.start, sentence.start + s.end) for s in spans]
    return [(s, e) for s, e in moved if s < end and start < e]


def no_date(status: str, published: date | None) -> Date:
    """What publication alone says of a claim without a date: it lies on or before that day, if it has happened."""
    if published is None or status in ("planned", "possible", "not"):
        return Date()
    if status == "ongoing":
        return Date(published.isoformat(), published, published, "publication")
    return Date(f"../{published.isoformat()}", None, published, "publication")
