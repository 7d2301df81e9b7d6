"""The page of an event: what is known, how it came to be known, and every report in its own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from starlette.responses import RedirectResponse

from legation.ontology import STATUSES, place_of
from legation.record.results import ArticleMeta, ReportPage, Saying, Stated
from legation.types import Claim, Event
from legation.web.links import key_of
from legation.web.site import Ask, Data, Page
from legation.web.text import Piece, pieces, spans

__all__ = ["DATA", "PAGES", "EventContext", "Said", "Sentence", "Side", "Step", "Telling"]

_REPORTS = 40
"""Reports on one page."""
_PAIRS = 12


@dataclass(frozen=True, slots=True)
class Said:
    """What one article says of whether the event took place.

    Attributes:
        day: Day of publication.
        publisher: Outlet.
        quoting: Whom it quotes, each chain of speakers once.
        times: Number of its statements.
        article_id: The article.
        claim_id: The first of the statements.
    """

    day: date
    publisher: str
    quoting: tuple[tuple[str, ...], ...]
    times: int
    article_id: str
    claim_id: str


@dataclass(frozen=True, slots=True)
class Side:
    """Who says that the event has one status.

    Attributes:
        status: The status.
        statements: Number of statements.
        articles: The articles with them, the first one first.
    """

    status: str
    statements: int
    articles: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A change in what was known of the event.

    Attributes:
        day: When it became known.
        event: The state from then on.
        until: Of reports that brought nothing new and follow each other, the day of the last; else None.
        times: How many changes the step stands for.
        dated: Whether its date differs from that of the step before.
    """

    day: date
    event: Event
    until: date | None
    times: int
    dated: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that reports the event.

    Attributes:
        text: The sentence.
        start: Its first character in the article's text.
        claims: The claims in it that are about the event.
        printed: The copy or later version that has it, where it says what the first printing does not.
        pieces: The sentence cut at the words of the claims.
    """

    text: str
    start: int
    claims: tuple[Claim, ...]
    printed: ArticleMeta | None
    pieces: tuple[Piece, ...] = field(metadata={"json": False})


@dataclass(frozen=True, slots=True)
class Telling:
    """One independent report.

    Attributes:
        article: The article.
        copies: Articles with the same text, or later versions of the page.
        sentences: Its sentences about the event.
    """

    article: ArticleMeta
    copies: tuple[ArticleMeta, ...]
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class EventContext:
    """What the page of an event shows.

    Attributes:
        event: The state that holds on the day asked for.
        steps: How it came to be known, the first first.
        sides: Who says what, where not all say the same; of a disputed event only what excludes each other.
        disputed: Whether those statements exclude each other.
        reports: Independent reports with their sentences, those of this page.
        independent: Number of all independent reports.
        page: Number of the page of reports, from 1.
        more: Whether there are more reports after these.
        pairs: Pairs of places that take part.
    """

    event: Event
    steps: tuple[Step, ...]
    sides: tuple[Side, ...]
    disputed: bool
    reports: tuple[Telling, ...]
    independent: int
    page: int
    more: bool
    pairs: tuple[tuple[str, str], ...]


def event(ask: Ask) -> EventContext | RedirectResponse:
    """The page of an event; the id of a report leads to its event."""
    event_id = key_of(ask.path["event_id"])
    found = ask.record.event(event_id, as_of=ask.as_of)
    if found.event.event_id != event_id:
        return RedirectResponse(ask.links.event(found.event.event_id, ask.suffix), 307)
    page = ask.number("page", 1, 1, 10_000)
    sayings = found.contradictions or found.sayings
    outlets = {a.article_id: a.publisher for r in found.reports for a in (r.article, *r.copies)}
    first = (page - 1) * _REPORTS
    return EventContext(
        event=found.event,
        steps=tuple(_steps(found.history)),
        sides=tuple(_side(s, sayings[s], outlets) for s in STATUSES if s in sayings) if len(sayings) > 1 else (),
        disputed=found.event.disputed,
        reports=tuple(_telling(r) for r in found.reports[first : first + _REPORTS]),
        independent=len(found.reports),
        page=page,
        more=len(found.reports) > first + _REPORTS,
        pairs=tuple(_pairs(found.event)),
    )


def _steps(history: Sequence[Event]) -> list[Step]:
    """The history, with runs of reports that brought nothing new as one step."""
    out: list[Step] = []
    before: Event | None = None
    for same, group in groupby(history, key=lambda e: e.change == "reported" and e is not history[0]):
        states = list(group)
        for first, last, times in [(states[0], states[-1], len(states))] if same else [(s, s, 1) for s in states]:
            dated = before is None or (first.date.first, first.date.last) != (before.date.first, before.date.last)
            out.append(Step(first.known_from, last, last.known_from if times > 1 else None, times, dated))
            before = last
    return out


def _side(status: str, sayings: Sequence[Saying], outlets: Mapping[str, str]) -> Side:
    articles: dict[str, list[Saying]] = {}
    for saying in sayings:
        articles.setdefault(saying.article_id, []).append(saying)
    return Side(status, len(sayings), tuple(_said(said, outlets[key]) for key, said in articles.items()))


def _said(said: Sequence[Saying], outlet: str) -> Said:
    first = said[0]
    chains: dict[tuple[str, ...], tuple[str, ...]] = {}
    for chain in filter(None, (s.says[1:] if outlet else s.says for s in said)):
        chains.setdefault(tuple(words.casefold() for words in chain), chain)
    return Said(first.day, outlet, tuple(chains.values()), len(said), first.article_id, first.claim_id)


def _telling(report: ReportPage) -> Telling:
    sentences = [*_sentences(report.claims)]
    for copy in report.copies:
        sentences += _sentences([s for s in report.otherwise if s.claim.article_id == copy.article_id], copy)
    return Telling(report.article, report.copies, tuple(sentences))


def _sentences(stated: Sequence[Stated], printed: ArticleMeta | None = None) -> Iterator[Sentence]:
    """The sentences of one article that state claims, in order."""
    ordered = sorted(stated, key=lambda s: (s.start, s.claim.trigger.start))
    for (start, words), group in groupby(ordered, key=lambda s: (s.start, s.text)):
        claims = tuple(s.claim for s in group)
        yield Sentence(words, start, claims, printed, pieces(words, start, spans(claims)))


def _pairs(found: Event) -> list[tuple[str, str]]:
    """Pairs of known places that take part, each once."""
    doers = [place_of(p.code) for p in found.actors]
    others = [place_of(p.code) for p in found.recipients] or doers
    pairs = [tuple(sorted((a, b))) for a in doers for b in others if a != b and "XXX" not in (a, b) and a and b]
    return [(a, b) for a, b in dict.fromkeys(pairs)][:_PAIRS]


PAGES = (Page("/event/{event_id:path}", "event.html", event),)
DATA: tuple[Data, ...] = ()
