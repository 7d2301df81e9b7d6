"""The first page: what is in the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from legation.record.overview import Busy
from legation.record.results import Plan
from legation.types import Event
from legation.web.site import Ask, Data, Page

__all__ = ["DATA", "PAGES", "Home"]

_LATEST = 12
_PLANS = 8
_PAIRS = 12
_RECENT = 365
"""Days, back from the last article, in which the busiest pairs are looked for."""


@dataclass(frozen=True, slots=True)
class Home:
    """What the first page shows.

    Attributes:
        articles: Number of articles known on the day.
        claims: Number of their claims.
        events: Number of events.
        publishers: Number of outlets.
        first: Day of the first article; None in an empty record.
        last: Day of the last one.
        latest: Events reported last.
        plans: Planned events that have yet to begin, the soonest first.
        planned: Number of events that are planned.
        pairs: Pairs with most events in the last year of the record.
        since: First day of that year.
    """

    articles: int
    claims: int
    events: int
    publishers: int
    first: date | None
    last: date | None
    latest: tuple[Event, ...]
    plans: tuple[Plan, ...]
    planned: int
    pairs: tuple[Busy, ...]
    since: date | None


def home(ask: Ask) -> Home:
    """What is in the record."""
    made: Home = ask.kept(("home", ask.as_of), lambda: _home(ask))
    return made


def _home(ask: Ask) -> Home:
    record, as_of = ask.record, ask.as_of
    counts = record.totals(as_of)
    last = counts.last
    since = date.fromordinal(max(last.toordinal() - _RECENT, 1)) if last else None
    plans = record.calendar(as_of=as_of)
    # What is under way already, as a programme of ten years, is in the calendar; here is what has yet to begin.
    to_come = [p for p in plans if p.first and last and p.first > (as_of or last)]
    return Home(
        articles=counts.articles,
        claims=counts.claims,
        events=record.count(as_of=as_of),
        publishers=counts.publishers,
        first=counts.first,
        last=last,
        latest=tuple(record.events(sort="-reported", limit=_LATEST, as_of=as_of)),
        plans=tuple(to_come[:_PLANS]),
        planned=len(plans),
        pairs=tuple(record.busiest(since, as_of, _PAIRS)) if since else (),
        since=since,
    )


PAGES = (Page("/", "home.html", home),)
DATA: tuple[Data, ...] = ()
