"""The first page: what is in the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from legation.record.queries import known_on
from legation.record.results import Plan
from legation.record.views import literal
from legation.record.who import name_of
from legation.types import Event
from legation.web.site import Ask, Data, Page

__all__ = ["DATA", "PAGES", "Busy", "Home"]

_LATEST = 12
_PLANS = 8
_PAIRS = 12
_RECENT = 365
"""Days, back from the last article, in which the busiest pairs are looked for."""


@dataclass(frozen=True, slots=True)
class Busy:
    """A pair with many events.

    Attributes:
        a: Code of one place.
        b: Code of the other.
        a_name: Its name.
        b_name: Its name.
        events: Number of their events.
        score: Mean score of those that took place; None where none did.
    """

    a: str
    b: str
    a_name: str
    b_name: str
    events: int
    score: float | None


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
    until = f"known_from <= {literal(as_of)}" if as_of else "true"
    counts = record.sql(
        f"SELECT count(*) AS n, min(known_from) AS first, max(known_from) AS last, "  # noqa: S608
        f"count(DISTINCT publisher) AS outlets, (SELECT count(*) FROM claims WHERE {until}) AS claims "
        f"FROM articles WHERE {until}"
    ).to_dicts()[0]
    last: date | None = counts["last"]
    since = date.fromordinal(max(last.toordinal() - _RECENT, 1)) if last else None
    plans = record.calendar(as_of=as_of)
    # What is under way already, as a programme of ten years, is in the calendar; here is what has yet to begin.
    to_come = [p for p in plans if p.first and last and p.first > (as_of or last)]
    return Home(
        articles=counts["n"],
        claims=counts["claims"],
        events=record.count(as_of=as_of),
        publishers=counts["outlets"],
        first=counts["first"],
        last=last,
        latest=tuple(record.events(sort="-reported", limit=_LATEST, as_of=as_of)),
        plans=tuple(to_come[:_PLANS]),
        planned=len(plans),
        pairs=_busiest(ask, since) if since else (),
        since=since,
    )


def _busiest(ask: Ask, since: date) -> tuple[Busy, ...]:
    rows = ask.record.sql(
        "SELECT pair, count(DISTINCT event_id) AS n, avg(score) FILTER (status IN ('happened', 'ongoing')) AS score "  # noqa: S608
        f"FROM pair_states WHERE {known_on(ask.as_of)} AND day >= {literal(since)} "
        f"AND a <> b AND NOT contains(pair, 'XXX') GROUP BY pair ORDER BY n DESC, pair LIMIT {_PAIRS}"
    )
    out = []
    for row in rows:
        a, b = row["pair"].split("|")
        out.append(Busy(a, b, name_of(a), name_of(b), row["n"], row["score"]))
    return tuple(out)


PAGES = (Page("/", "home.html", home),)
DATA: tuple[Data, ...] = ()
