"""Addresses of pages. Each carries the day to which the reader has turned the record back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from urllib.parse import quote, urlencode, urlsplit

from legation.ontology import place_of
from legation.types import Actor, Party, Speaker

__all__ = ["Links", "key_of", "outside"]

Query = Sequence[tuple[str, str]]


def outside(url: str) -> str:
    """An article's address where a browser may follow it, else an empty text: only http and https lead outside."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    return url.strip() if parts.scheme.lower() in ("http", "https") and parts.netloc else ""


class Links:
    """Makes addresses.

    Attributes:
        path: Path of the page that is being shown, without .json.
        query: Its parameters, without as_of, in order.
        as_of: The day that every link carries; None for now.
    """

    def __init__(self, path: str = "/", query: Query = (), as_of: date | None = None) -> None:
        self.path = path
        self.query = tuple((name, value) for name, value in query if name != "as_of")
        self.as_of = as_of

    def to(self, path: str, query: Iterable[tuple[str, object]] = (), /, **more: object) -> str:
        """A page's address with parameters; those that are None or empty are left out, lists are repeated."""
        pairs: list[tuple[str, str]] = []
        for name, value in [*query, *more.items()]:
            values = value if isinstance(value, list | tuple) else (value,)
            pairs += [(name, _text(v)) for v in values if v is not None and v != ""]
        if self.as_of is not None and "as_of" not in more:
            pairs.append(("as_of", self.as_of.isoformat()))
        return path + ("?" + urlencode(pairs) if pairs else "")

    def here(self, **changes: object) -> str:
        """This page's address with some parameters changed; None takes one away."""
        return self.to(self.path, [(n, v) for n, v in self.query if n not in changes], **changes)

    def also(self, name: str, value: str) -> str:
        """This page's address with one more value of a parameter, or with that value taken away where it is there."""
        rest = [(n, v) for n, v in self.query if (n, v) != (name, value) and n != "page"]
        if (name, value) not in self.query:
            rest.append((name, value))
        return self.to(self.path, rest)

    def twin(self) -> str:
        """The address of this page as JSON."""
        return self.to(("/index" if self.path == "/" else self.path) + ".json", self.query)

    def event(self, event_id: str, ending: str = "") -> str:
        """The page of an event, or with the ending .json its data."""
        return self.to("/event/" + _segment(event_id) + ending)

    def article(self, article_id: str, claim_id: str = "") -> str:
        """The page of an article, at one of its claims where one is named."""
        fragment = "#" + quote(f"claim-{claim_id}") if claim_id else ""
        return self.to("/article/" + _segment(article_id)) + fragment

    def actor(self, who: str | Party | Actor | Speaker) -> str:
        """The page of an actor: by stable id where one is known, else by code."""
        if isinstance(who, str):
            return self.to("/actor/" + quote(who, safe=":"))
        named = who.actor_id and not _is_whole(who)
        return self.to("/actor/" + quote(who.actor_id if named else who.code, safe=":"))

    def pair(self, a: str, b: str, **more: object) -> str:
        """The page of two countries, bodies or groups; their codes."""
        return self.to(f"/pair/{quote(place_of(a), safe=':')}/{quote(place_of(b), safe=':')}", **more)

    def search(self, **filters: object) -> str:
        """Search results."""
        return self.to("/search", **filters)

    def hidden(self, *without: str) -> list[tuple[str, str]]:
        """Parameters that a form which changes others must carry along."""
        rest = [(n, v) for n, v in self.query if n not in without]
        if self.as_of is not None and "as_of" not in without:
            rest.append(("as_of", self.as_of.isoformat()))
        return rest


def _segment(key: str) -> str:
    """An id as the end of a path. A slash after it tells what belongs to the id from an ending of the address."""
    return quote(key, safe="") + ("/" if key.endswith((".json", "/")) else "")


def key_of(segment: str) -> str:
    """The id that the end of a path stands for."""
    return segment.removesuffix("/")


def _is_whole(who: Party | Actor | Speaker) -> bool:
    """Whether somebody is a whole country, body or group: its code says as much as its id, and is shorter."""
    return bool(who.code) and "." not in who.code and who.code != "XXX"


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
