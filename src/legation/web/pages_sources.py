"""What the record was made from: outlets, days, gaps, what could not be read; and the list of articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from legation.record.results import ArticleMeta, PublisherRow
from legation.record.series import first_day, next_period
from legation.types import Problem
from legation.web.show import cut
from legation.web.site import Ask, Data, Page

__all__ = ["DATA", "PAGES", "Bar", "SourcesContext"]

_OUTLETS = 40
_ARTICLES = 40
_GAPS = 60
_PROBLEMS = 100
_LAST_PAGE = 1_000
_DAYS_SHOWN = 120
"""Longest time, in days, of which each day has a bar; of longer ones months, quarters or years have."""
_MONTHS_SHOWN = 150 * 31
_QUARTERS_SHOWN = 60 * 366
_BEGINNING = 140


@dataclass(frozen=True, slots=True)
class Bar:
    """A period of the picture.

    Attributes:
        first: Its first day.
        last: Its last day.
        articles: Number of articles from it.
    """

    first: date
    last: date
    articles: int


@dataclass(frozen=True, slots=True)
class SourcesContext:
    """What the page of sources shows.

    Attributes:
        articles: Number of articles.
        outlets: Number of outlets.
        publishers: Outlets, the one with most articles first, at most 40 or all.
        by: Length of the periods: day, month, quarter or year.
        bars: Articles by period.
        gaps: Stretches without any article, the longest first.
        gap_days: Number of days without any article between the first and the last.
        skipped: Inputs skipped for no fault of theirs: what, how many.
        problems: Inputs that could not be read, the latest first.
        failed: Number of those.
        last_added: When the record was last added to.
        publisher: The outlet that articles are listed of; empty for all.
        words: Words that the listed articles have.
        since: First day of those.
        until: Last day.
        listed: Articles, the latest first.
        beginnings: The first words of those of them that have no headline, by id.
        page: Page of that list, from 1.
        more: Whether there are more.
    """

    articles: int
    outlets: int
    publishers: tuple[PublisherRow, ...]
    by: str
    bars: tuple[Bar, ...]
    gaps: tuple[tuple[date, date], ...]
    gap_days: int
    skipped: tuple[tuple[str, int], ...]
    problems: tuple[Problem, ...]
    failed: int
    last_added: datetime | None
    publisher: str
    words: str
    since: date | None
    until: date | None
    listed: tuple[ArticleMeta, ...]
    beginnings: Mapping[str, str]
    page: int
    more: bool


def sources(ask: Ask) -> SourcesContext:
    """The page of sources; lists articles by outlet, day and words."""
    found = ask.record.sources(as_of=ask.as_of)
    publisher, words = ask.value("publisher"), ask.value("words")
    since, until = ask.day("since"), ask.day("until")
    page = ask.number("page", 1, 1, _LAST_PAGE)
    ends = [day for day in (until, ask.as_of) if day]
    listed = ask.record.articles(
        publisher=publisher or None,
        since=since,
        until=min(ends) if ends else None,
        words=words or None,
        limit=_ARTICLES,
        offset=(page - 1) * _ARTICLES,
    )
    by, bars = _bars(found.days)
    gaps = sorted(found.gaps, key=lambda g: (g[0] - g[1], g[0]))
    every = ask.choice("outlets", ("most", "all")) == "all"
    return SourcesContext(
        articles=found.articles,
        outlets=len(found.publishers),
        publishers=found.publishers if every else found.publishers[:_OUTLETS],
        by=by,
        bars=bars,
        gaps=tuple(gaps[:_GAPS]),
        gap_days=sum((last - first).days + 1 for first, last in gaps),
        skipped=found.skipped,
        problems=found.problems[:_PROBLEMS],
        failed=len(found.problems),
        last_added=found.last_added,
        publisher=publisher,
        words=words,
        since=since,
        until=until,
        listed=tuple(listed),
        beginnings=_beginnings(ask, [a for a in listed if not a.title]),
        page=page,
        more=listed.truncated and page < _LAST_PAGE,
    )


def _beginnings(ask: Ask, untitled: Sequence[ArticleMeta]) -> dict[str, str]:
    found = ask.record.beginnings(untitled, _BEGINNING + 1)
    return {key: cut(text, _BEGINNING) for key, text in found.items()}


def _bars(days: Sequence[tuple[date, int]]) -> tuple[str, tuple[Bar, ...]]:
    """Articles by period, without holes; the longer the record, the longer the periods."""
    if not days:
        return "day", ()
    length = (days[-1][0] - days[0][0]).days
    bounds = (("day", _DAYS_SHOWN), ("month", _MONTHS_SHOWN), ("quarter", _QUARTERS_SHOWN))
    by = next((name for name, most in bounds if length <= most), "year")
    counted: Counter[date] = Counter()
    for day, n in days:
        counted[first_day(day, by)] += n
    out = []
    at = first_day(days[0][0], by)
    while at <= days[-1][0]:
        after = next_period(at, by)
        out.append(Bar(at, date.fromordinal(after.toordinal() - 1), counted[at]))
        at = after
    return by, tuple(out)


PAGES = (Page("/sources", "sources.html", sources),)
DATA: tuple[Data, ...] = ()
