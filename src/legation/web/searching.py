"""What is searched for: from an address's parameters to filters, and filters in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from legation.link.actors import lookup
from legation.ontology import place_of
from legation.record.pages import NotKnownError
from legation.record.queries import SORTS
from legation.record.views import QueryError
from legation.record.who import name_of
from legation.web.show import kind, number
from legation.web.site import Ask

__all__ = ["LISTED", "MOST_ROWS", "SORT", "Chip", "Shortcut", "chips", "citation", "filters_of", "shortcuts", "sort_of"]

LISTED = ("type", "mode", "context", "status", "actor", "recipient", "place", "publisher")
"""Filters that take several values, any of which will do."""

SORT = "-date"
MOST_ROWS = 100_000
"""Most rows of a download; `legation export` has no bound."""

_LABELS = {
    "q": "words",
    "actor": "doer",
    "recipient": "other side",
    "pair": "between",
    "mode": "mode",
    "since": "from",
    "until": "to",
    "disputed": "disputed",
}
_ID = re.compile(r"(?=.*\d)[0-9A-Za-z._:-]{8,80}")
_BETWEEN = re.compile(r"\s*[/|–—]\s*|\s+-\s+|\s+and\s+", re.IGNORECASE)
_MOST_WORDS = 8
_SURE = 0.7
"""Score from which the whole of some words is a name, and not a word among them."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in words.

    Attributes:
        name: Name of the parameter.
        value: Its value.
        label: What the parameter is called.
        words: What the value is called.
    """

    name: str
    value: str
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A page that the words of a question name.

    Attributes:
        kind: actor, pair, event or article.
        keys: What the page's address is made of: an id or code, or two codes.
        words: What it is called.
    """

    kind: str
    keys: tuple[str, ...]
    words: str


def filters_of(ask: Ask) -> dict[str, Any]:
    """The fields of `Filters` that are asked for.

    Raises:
        QueryError: If a value means nothing.
    """
    found: dict[str, Any] = {name: values for name in LISTED if (values := ask.values(name))}
    if ask.value("q"):
        found["words"] = ask.value("q")
    if pair := ask.value("pair"):
        found["pair"] = sides_of(pair)
    for name in ("since", "until"):
        if ask.value(name):
            found[name] = ask.day(name)
    if ask.value("disputed"):
        found["disputed"] = ask.choice("disputed", ("yes", "no")) == "yes"
    if ask.as_of is not None:
        found["as_of"] = ask.as_of
    return found


def sort_of(ask: Ask) -> str:
    """The order asked for."""
    return ask.choice("sort", (SORT, *(way + name for name in SORTS for way in ("-", "") if way + name != SORT)))


def sides_of(text: str) -> tuple[str, str]:
    """The two sides of a pair as written: IND/RUS, IND RUS, India - Russia, India and Russia.

    Raises:
        QueryError: If there are not two.
    """
    parts = [p.strip() for p in _BETWEEN.split(text) if p.strip()]
    if len(parts) == 1:
        parts = text.split()
    if len(parts) != 2:
        raise QueryError(f"pair: {text!r} is not two names; write them with a slash between: IND/RUS, India/Russia")
    return parts[0], parts[1]


def chips(ask: Ask) -> tuple[Chip, ...]:
    """The filters in words, in the order of the address."""
    return tuple(
        Chip(name, value.strip(), _LABELS.get(name, name), _words(name, value.strip()))
        for name, value in dict.fromkeys(ask.links.query)
        if value.strip() and name in (*LISTED, "q", "pair", "since", "until", "disputed")
    )


def _words(name: str, value: str) -> str:
    if name == "type":
        return f"{kind(value)} ({value})"
    if name in ("actor", "recipient"):
        return named(value)
    if name == "pair":
        try:
            a, b = sides_of(value)
        except QueryError:
            return value
        return f"{named(a)} – {named(b)}"
    if name == "place":
        return named(value)
    if name == "status" and value == "not":
        return "did not happen"
    return value.replace("_", " ") if name == "context" else value


def named(value: str) -> str:
    """A code with its name; a name as it is."""
    name = name_of(value)
    return f"{name} ({value})" if name != value else value


def shortcuts(ask: Ask) -> tuple[Shortcut, ...]:
    """Pages that the words of the question name: somebody, two of them, an event or an article by its id."""
    words = ask.value("q")
    if not words or len(words.split()) > _MOST_WORDS:
        return ()
    out = []
    if _ID.fullmatch(words):
        out += _by_id(ask, words)
    if who := _whom(words, ask.as_of):
        out.append(Shortcut("actor", (who[0],), who[1]))
    for a, b in _halves(words):
        first, second = _whom(a, ask.as_of), _whom(b, ask.as_of)
        places = [place_of(x[2]) for x in (first, second) if x and x[2]]
        if first and second and len(places) == 2 and places[0] != places[1]:
            out.append(Shortcut("pair", (places[0], places[1]), f"{name_of(places[0])} – {name_of(places[1])}"))
            break
    return tuple(out)


def _halves(words: str) -> list[tuple[str, str]]:
    parts = [p for p in _BETWEEN.split(words) if p.strip()]
    if len(parts) == 2:
        return [(parts[0], parts[1])]
    each = words.split()
    return [(" ".join(each[:at]), " ".join(each[at:])) for at in range(1, len(each))]


def _whom(words: str, on: date | None) -> tuple[str, str, str] | None:
    """Address, name and code of whom the whole of some words means."""
    if name_of(words) != words:
        return words, name_of(words), words
    best = next(iter(lookup(words, on)), None)
    if best is None or best.score < _SURE:
        return None
    whole = "." not in best.code and best.code != "XXX"
    return (best.code if whole else best.actor_id), best.name, best.code


def _by_id(ask: Ask, text: str) -> list[Shortcut]:
    try:
        return [Shortcut("event", (ask.record.event(text, as_of=ask.as_of).event.event_id,), text)]
    except NotKnownError:
        pass
    try:
        meta = ask.record.article(text).meta
    except NotKnownError:
        return []
    return [] if ask.as_of and meta.known_from > ask.as_of else [Shortcut("article", (meta.article_id,), meta.title)]


def citation(ask: Ask, total: int, asked: tuple[Chip, ...]) -> str:
    """A line by which somebody else gets the same rows from the same record."""
    what = "; ".join(f"{c.label}: {c.words}" for c in asked) or "all"
    snapshot = ask.record.snapshot
    known = f", as known on {ask.as_of}" if ask.as_of else ""
    return (
        f"Legation, record “{ask.record.path.resolve().name}”, snapshot {snapshot.number} of "
        f"{snapshot.committed:%Y-%m-%d}{known}: events, {what} ({number(total)}). "
        f"{ask.links.here(page=None)}, asked on {date.today()}."
    )
