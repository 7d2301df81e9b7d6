"""Search: events by what they are, each with why it is among the results, and the same result as files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from legation.ontology import place_of
from legation.record.overview import Quote
from legation.record.queries import FACETS, stems_of
from legation.record.views import QueryError
from legation.record.who import Who, name_of
from legation.types import Event, Party
from legation.web.searching import MOST_ROWS, Chip, Shortcut, chips, citation, filters_of, shortcuts, sort_of
from legation.web.show import kind, party_name
from legation.web.site import Ask, Data, Page
from legation.web.text import Piece, words_marked

__all__ = ["DATA", "PAGES", "Choice", "Facet", "Found", "SearchContext", "Snippet"]

_ROWS = 25
_LAST_PAGE = 400
_VALUES = 8
"""Values of a facet."""
_OPEN = ("type", "status", "actor", "recipient", "publisher")
_NAMES: dict[str, str] = {
    "type": "Type",
    "status": "Status",
    "actor": "Doer",
    "recipient": "Other side",
    "publisher": "Publisher",
    "place": "Country of the place",
    "context": "Context",
    "mode": "Mode",
    "disputed": "Disputed",
    "year": "Year",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet.

    Attributes:
        value: The value as the address has it, or as it would.
        words: What it is called.
        events: Number of events with it, under the other filters.
        chosen: Whether it is asked for.
    """

    value: str
    words: str
    events: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """What events can be narrowed by.

    Attributes:
        name: Name of the parameter.
        title: What it is called.
        choices: Its values, the most frequent first.
        opened: Whether it is shown at once.
    """

    name: str
    title: str
    choices: tuple[Choice, ...]
    opened: bool


@dataclass(frozen=True, slots=True)
class Snippet:
    """The sentence by which an event is among the results.

    Attributes:
        text: The sentence.
        article_id: Its article.
        claim_id: The claim in it.
        publisher: Outlet.
        day: Day of publication.
        pieces: The sentence cut at the words searched for and those of the claim.
    """

    text: str
    article_id: str
    claim_id: str
    publisher: str
    day: date
    pieces: tuple[Piece, ...] = field(metadata={"json": False})


@dataclass(frozen=True, slots=True)
class Found:
    """An event of the result.

    Attributes:
        event: The event.
        reasons: Why it is among the results, where that is not plain from the event itself.
        snippet: A sentence that reports it; None where the record has none.
    """

    event: Event
    reasons: tuple[str, ...]
    snippet: Snippet | None


@dataclass(frozen=True, slots=True)
class SearchContext:
    """What the page of a search shows.

    Attributes:
        asked: The filters in words.
        total: Number of events.
        sort: Their order.
        page: Number of the page, from 1.
        more: Whether there are more after it.
        results: The events of the page.
        facets: What they can be narrowed by.
        shortcuts: Pages that the words name.
        cite: A line to cite the result by.
        sql: The query that finds the events, for the SQL page.
        in_files: Most rows that a file of the result holds.
        error: What is wrong with the question; empty if nothing is.
    """

    asked: tuple[Chip, ...]
    total: int
    sort: str
    page: int
    more: bool
    results: tuple[Found, ...]
    facets: tuple[Facet, ...]
    shortcuts: tuple[Shortcut, ...]
    cite: str
    sql: str
    in_files: int = MOST_ROWS
    error: str = ""

    @property
    def http_status(self) -> int:
        """Status of the answer."""
        return 400 if self.error else 200


def search(ask: Ask) -> SearchContext:
    """The page of a search; a question that means nothing is answered in place."""
    try:
        return _search(ask)
    except QueryError as error:
        return SearchContext(chips(ask), 0, "-date", 1, False, (), (), _gentle(ask), "", "", error=str(error))


def _gentle(ask: Ask) -> tuple[Shortcut, ...]:
    try:
        return shortcuts(ask)
    except QueryError:
        return ()


def _search(ask: Ask) -> SearchContext:
    filters = filters_of(ask)
    sort, page = sort_of(ask), ask.number("page", 1, 1, _LAST_PAGE)
    found = ask.record.events(sort=sort, limit=_ROWS, offset=(page - 1) * _ROWS, **filters)
    events = list(found)
    counted = ask.kept(("facets", repr(sorted(filters.items()))), lambda: _facets(ask, filters))
    total = sum(n for _, n in counted["disputed"])
    asked = chips(ask)
    snippets = _snippets(ask, events, filters)
    return SearchContext(
        asked=asked,
        total=total,
        sort=sort,
        page=page,
        more=found.truncated and page < _LAST_PAGE,
        results=tuple(Found(e, _reasons(ask, e, filters), snippets.get(e.event_id)) for e in events),
        facets=tuple(_facet(ask, name, counted[name]) for name in _NAMES if counted.get(name)),
        shortcuts=shortcuts(ask),
        cite=citation(ask, total, asked),
        sql=found.explain,
    )


def _facets(ask: Ask, filters: dict[str, Any]) -> dict[str, list[tuple[str, int]]]:
    """The facets; one that is filtered by counts as if it were not, so that its other values can be added."""
    names = [*FACETS, "publisher"]
    counted = ask.record.facets(names, top=_VALUES, **filters)
    for name in names:
        if name in filters and name != "disputed":
            others = {n: v for n, v in filters.items() if n != name}
            counted[name] = ask.record.facets([name], top=_VALUES, **others)[name]
    return counted


def _facet(ask: Ask, name: str, counted: Sequence[tuple[str, int]]) -> Facet:
    chosen = ask.values(name)
    if name == "year":
        since, until = ask.value("since"), ask.value("until")
        chosen = (since[:4],) if since[:4] == until[:4] and (since[4:], until[4:]) == ("-01-01", "-12-31") else ()
        counted = sorted(counted, reverse=True)
    given = {_meant(ask, name, value): value for value in chosen}
    choices = [Choice(given.get(v, v), _words(name, v), n, v in given) for v, n in counted]
    return Facet(name, _NAMES[name], tuple(choices), name in _OPEN or bool(chosen))


def _meant(ask: Ask, name: str, given: str) -> str:
    """The value of a facet that is asked for: IND where India is."""
    if name not in ("actor", "recipient", "place"):
        return given
    try:
        return place_of(ask.record.who(given, ask.as_of).value)
    except QueryError:
        return given  # a town


def _words(name: str, value: str) -> str:
    if name == "type":
        return kind(value)
    if name in ("actor", "recipient", "place"):
        return "unknown" if value == "XXX" else name_of(value)
    if name == "status" and value == "not":
        return "did not happen"
    return value.replace("_", " ") if name == "context" else value


def _reasons(ask: Ask, event: Event, filters: dict[str, Any]) -> tuple[str, ...]:
    """Why an event is among the results, where its row does not say so itself."""
    out = []
    for name, label, parties in (("actor", "doer", event.actors), ("recipient", "other side", event.recipients)):
        for wanted in filters.get(name, ()):
            who = ask.record.who(wanted, ask.as_of)
            out += [f"{label} {party_name(p)} ({p.code}) is {who.words}" for p in parties if _differs(p, who)][:1]
    if filters.get("place") and (place := event.place).text and place.text != place.name:
        out.append(f"place “{place.text}”" + (f" lies in {name_of(place.country)}" if place.country else ""))
    if ("since" in filters or "until" in filters) and not (event.date.first or event.date.last):
        out.append(f"no report gives a date; counted for the day of its first report, {event.first_reported}")
    return tuple(out)


def _differs(party: Party, who: Who) -> bool:
    """Whether a party is somebody asked for, but called otherwise."""
    if who.kind in ("place", "code"):
        same = party.code == who.value or party.code.startswith(who.value + ".")
    else:
        same = getattr(party, who.kind, "").lower() == who.value.lower()
    return same and party_name(party) not in (who.words, who.value)


def _snippets(ask: Ask, events: Sequence[Event], filters: dict[str, Any]) -> dict[str, Snippet]:
    """For each event a sentence: of the first report that has all of the words, and the outlet, asked for."""
    stems = stems_of(filters["words"]) if "words" in filters else []
    out = {}
    for event_id, quotes in ask.record.quotes(events, **filters).items():
        out[event_id] = max((_snippet(q, stems) for q in quotes), key=_hits)
    return out


def _hits(snippet: Snippet) -> tuple[int, int]:
    """How many of the words stand in a sentence; of two that have as many the shorter is better."""
    words = {piece.text.lower() for piece in snippet.pieces if any(role == "word" for _, role in piece.roles)}
    return len(words), -len(snippet.text)


def _snippet(quote: Quote, stems: Sequence[str]) -> Snippet:
    marked = words_marked(quote.text, stems, [(quote.start, quote.end, 0, "trigger")])
    return Snippet(quote.text, quote.article_id, quote.claim_id, quote.publisher, quote.day, marked)


PAGES = (Page("/search", "search.html", search, daily=True),)
DATA: tuple[Data, ...] = ()
