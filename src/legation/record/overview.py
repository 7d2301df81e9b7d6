"""What lists show beside events: how much there is, who has most to do with whom, and the sentence that tells of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from legation.record.queries import Filters, as_day, known_on
from legation.record.results import ArticleMeta
from legation.record.views import Views, literal, literals
from legation.types import Event

__all__ = ["Busy", "Quote", "Totals", "beginnings", "busiest", "quotes", "totals"]


@dataclass(frozen=True, slots=True)
class Totals:
    """How much there is.

    Attributes:
        articles: Number of articles.
        claims: Number of their claims.
        publishers: Number of outlets.
        first: Day of the first article; None where there is none.
        last: Day of the last one.
    """

    articles: int
    claims: int
    publishers: int
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Busy:
    """Two places with many events.

    Attributes:
        a: Code of the first, in order of the alphabet.
        b: Code of the second.
        events: Number of their events.
        score: Mean score of those that took place, -10 to 10; None where none did.
    """

    a: str
    b: str
    events: int
    score: float | None


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence that tells of an event.

    Attributes:
        text: The sentence.
        start: Place in it of the words that name the event.
        end: One past their last character.
        article_id: Its article.
        claim_id: The claim in it.
        publisher: Outlet.
        day: Day of publication.
    """

    text: str
    start: int
    end: int
    article_id: str
    claim_id: str
    publisher: str
    day: date


def totals(views: Views, as_of: date | None = None) -> Totals:
    """How much there is, or was known on a day."""
    until = f"known_from <= {literal(as_of or date.max)}"
    (row,) = views.rows(
        f"SELECT count(*), (SELECT count(*) FROM claims WHERE {until}), count(DISTINCT publisher), min(known_from), "
        f"max(known_from) FROM articles WHERE {until}"
    )
    return Totals(*row)


def busiest(views: Views, since: date, as_of: date | None = None, most: int = 12) -> tuple[Busy, ...]:
    """Pairs of different known places with most events since a day."""
    rows = views.rows(
        "SELECT split_part(pair, '|', 1), split_part(pair, '|', 2), count(DISTINCT event_id) AS n, "
        "avg(score) FILTER (status IN ('happened', 'ongoing')) "
        f'FROM pair_states WHERE {known_on(as_of)} AND "day" >= {literal(since)} AND a <> b '
        f"AND a <> 'XXX' AND b <> 'XXX' GROUP BY pair ORDER BY n DESC, pair LIMIT {most}"
    )
    return tuple(Busy(*row) for row in rows)


def quotes(views: Views, events: Sequence[Event], filters: Filters) -> dict[str, list[Quote]]:
    """For each event the sentences in which one report tells of it.

    Args:
        views: The record.
        events: The events; a page of them, not thousands.
        filters: What let them through: the report is the first that has the words and is of the outlets asked for.

    Returns:
        Event ids with the sentences of the report, in no order.
    """
    if not events:
        return {}
    as_of = as_day(filters.as_of, "as_of")
    years = (min(e.first_reported for e in events).year, max(e.last_reported for e in events).year)
    parts = [f"year BETWEEN {years[0]} AND {years[1]}", f"event_id IN ({literals(e.event_id for e in events)})"]
    parts += [*filters.told(), f"known_from <= {literal(as_of or date.max)}"]
    reports = views.rows(
        f"SELECT event_id, report_id, article_id, publisher, known_from FROM reports WHERE {' AND '.join(parts)} "
        "QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY known_from, report_id) = 1"
    )
    if not reports:
        return {}
    days = sorted({day for *_, day in reports})
    within = f"known_from IN ({literals(days)})"
    claims: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for report_id, *claim in views.rows(
        'SELECT report_id, claim_id, sentence, "trigger"."start", "trigger"."end" '
        f"FROM {views.between('claims', days)} WHERE {within} AND report_id IN ({literals(r[1] for r in reports)})"
    ):
        claims[report_id].append(tuple(claim))
    articles = views.rows(
        f"SELECT article_id, text, sentences FROM {views.between('articles', days)} "
        f"WHERE {within} AND article_id IN ({literals(sorted({r[2] for r in reports}))})"
    )
    texts = {key: (text, sentences) for key, text, sentences in articles}
    out: dict[str, list[Quote]] = {}
    for event_id, report_id, article_id, publisher, day in reports:
        text, sentences = texts.get(article_id, ("", ()))
        for claim_id, number, start, end in claims[report_id]:
            for s in sentences or ():
                if s["number"] == number and s["start"] <= start < s["end"]:
                    at = s["start"]
                    quote = Quote(text[at : s["end"]], start - at, end - at, article_id, claim_id, publisher, day)
                    out.setdefault(event_id, []).append(quote)
    return out


def beginnings(views: Views, articles: Iterable[ArticleMeta], length: int) -> dict[str, str]:
    """The first characters of articles by id, for those that have no headline."""
    wanted = list(articles)
    if not wanted:
        return {}
    days = sorted({a.known_from for a in wanted})
    return dict(
        views.rows(
            f"SELECT article_id, substring(text, 1, {length}) FROM {views.between('articles', days)} "
            f"WHERE known_from IN ({literals(days)}) AND article_id IN ({literals(a.article_id for a in wanted)})"
        )
    )
