"""What lists show beside events: how much there is, who has most to do with whom, and the sentence that tells of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from legation.record.queries import TOOK_PLACE, Filters, as_day, known_on
from legation.record.results import ArticleMeta
from legation.record.views import Views, literal
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
    if (held := views.held()) is not None:
        return Totals(*held.articles.totals(as_of))
    until = f"known_from <= {literal(as_of or date.max)}"
    (row,) = views.rows(
        f"SELECT count(*), (SELECT count(*) FROM claims WHERE {until}), count(DISTINCT publisher), min(known_from), "
        f"max(known_from) FROM articles WHERE {until}"
    )
    return Totals(*row)


def busiest(views: Views, since: date, as_of: date | None = None, most: int = 12) -> tuple[Busy, ...]:
    """Pairs of different known places with most events since a day."""
    if (held := views.held()) is not None:
        found = held.pairs.busiest(since, as_of, TOOK_PLACE, most)
        sides = [(*pair.partition("|")[::2], n, score) for pair, n, score in found]
        return tuple(Busy(a, b, n, score) for a, b, n, score in sides)
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
    reports = _first_reports(views, events, filters)
    if not reports:
        return {}
    days = sorted({day for *_, day in reports})
    claims: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    columns = ("report_id", "claim_id", "sentence", "trigger")
    for row in views.of_days("claims", "report_id", [r[1] for r in reports], columns, days):
        trigger = row["trigger"]
        claims[row["report_id"]].append((row["claim_id"], row["sentence"], trigger["start"], trigger["end"]))
    ids = sorted({r[2] for r in reports})
    articles = views.of_days("articles", "article_id", ids, ("article_id", "text", "sentences"), days)
    texts = {row["article_id"]: (row["text"], row["sentences"]) for row in articles}
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


_Told = tuple[str, str, str, str, date]
"""Event, report, article, outlet, day."""


def _first_reports(views: Views, events: Sequence[Event], filters: Filters) -> list[_Told]:
    """The first report of each of some events that has what filters ask of reports."""
    until = as_day(filters.as_of, "as_of") or date.max
    ids = [e.event_id for e in events]
    columns = ("event_id", "report_id", "article_id", "publisher", "known_from")
    if (held := views.held()) is not None:
        told = filters.told_mask(held.columns)
        places = [at for at in held.find("reports", "event_id", ids) if told is None or told[at]]
        rows = held.at("reports", places, columns).to_pylist()
    else:
        years = (min(e.first_reported for e in events).year, max(e.last_reported for e in events).year)
        where = " AND ".join([f"year BETWEEN {years[0]} AND {years[1]}", *filters.told()])
        rows = views.having("reports", "event_id", ids, columns, where)
    firsts: dict[str, _Told] = {}
    for row in sorted(rows, key=lambda row: (row["known_from"], row["report_id"])):
        if row["known_from"] <= until:
            firsts.setdefault(row["event_id"], tuple(row[name] for name in columns))
    return list(firsts.values())


def beginnings(views: Views, articles: Iterable[ArticleMeta], length: int) -> dict[str, str]:
    """The first characters of articles by id, for those that have no headline."""
    wanted = list(articles)
    if not wanted:
        return {}
    days = sorted({a.known_from for a in wanted})
    rows = views.of_days("articles", "article_id", [a.article_id for a in wanted], ("article_id", "text"), days)
    return {row["article_id"]: row["text"][:length] for row in rows}
