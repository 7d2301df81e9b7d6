"""Whom a question is about: codes, ids and names, as conditions on the parties of events."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from legation.knowledge import place_names, slug
from legation.link.actors import lookup
from legation.ontology import SECTORS, place_of
from legation.record.views import QueryError, Views, literal

__all__ = ["Who", "as_place", "as_who", "name_of"]

_CODE = re.compile(r"[A-Z]{3}(\.[A-Z]{3})?|[A-Z]{2,4}:\S+")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PLACES = frozenset({"state", "demonym", "capital", "city", "region", "seat", "body", "group"})
"""Kinds of names that mean a whole country, body or group."""


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who may take part in an event.

    Attributes:
        kind: What is compared: `place`, `code`, `actor_id` or `name`.
        value: With what.
        words: Its name in full, for people.
    """

    kind: str
    value: str
    words: str

    def among(self, column: str) -> str:
        """SQL: whether it is one of the parties in a column."""
        return f"len([1 for p in {column} if {self.matches('p')}]) > 0"

    def matches(self, party: str) -> str:
        """SQL: whether it is the party that an expression gives."""
        value = literal(self.value)
        if self.kind == "place":
            return f"({party}.code = {value} OR starts_with({party}.code, {literal(self.value + '.')}))"
        if self.kind == "name":
            return f"lower({party}.name) = {literal(self.value.lower())}"
        return f"{party}.{self.kind} = {value}"


def name_of(code: str) -> str:
    """Name of the country, body or group of a code; the code where the tables know none."""
    return place_names().get(place_of(code), ("", ""))[1] or code


def as_who(views: Views, text: str, on: date | None = None) -> Who:
    """Whom a code, an id or a name means.

    Args:
        views: The record; what the tables do not know may be in it.
        text: IND, IND.GOV, IGO:UN, NSA:HAMAS, narendra-modi, "Narendra Modi", "Tokyo".
        on: The day on which the name is meant; today where None.

    Raises:
        QueryError: If neither the tables nor the record know it.
    """
    text = text.strip()
    if _CODE.fullmatch(text):
        return _by_code(views, text)
    if text in (places := _places()):
        return Who("place", places[text], name_of(places[text]))
    if _ID.fullmatch(text) and _in_record(views, who := Who("actor_id", text, text)):
        return who
    found = lookup(text, on)
    if found and found[0].score > 0:
        best = found[0]
        if best.kind in _PLACES:
            return Who("code" if "." in best.code else "place", best.code, best.name)
        return Who("actor_id", best.actor_id, best.name)
    for who in (Who("name", text, text), Who("actor_id", slug(text), text)):
        if _in_record(views, who):
            return who
    raise QueryError(
        f"nobody is known as {text!r}, neither to the tables nor in this record; `legation actor` looks up"
    )


@cache
def _places() -> dict[str, str]:
    """Codes of countries, bodies and groups by their ids."""
    return {actor_id: code for code, (actor_id, _) in place_names().items() if actor_id}


def _by_code(views: Views, code: str) -> Who:
    place, _, sector = code.partition(".")
    who = Who("code" if sector else "place", code, name_of(code) + (f" ({sector})" if sector else ""))
    if sector and sector not in SECTORS:
        raise QueryError(f"{code}: no sector is called {sector}; sectors are {' '.join(SECTORS)}")
    if place in place_names() or _in_record(views, Who("place", place, place)):
        return who
    raise QueryError(f"no country, body or group has the code {place}; `legation actor NAME` tells codes")


def _in_record(views: Views, who: Who) -> bool:
    if (held := views.held()) is not None:
        return bool(held.columns.party("actors", who).any() or held.columns.party("recipients", who).any())
    sql = f"SELECT 1 FROM event_states WHERE {who.among('actors')} OR {who.among('recipients')} LIMIT 1"
    return bool(views.cached(f"in record {who.kind} {who.value}", lambda: views.rows(sql)))


def as_place(views: Views, text: str, on: date | None = None) -> str:
    """The place code of a country, body or group, given by code or name.

    Raises:
        QueryError: If it is a person or a part of a state, or not known.
    """
    who = as_who(views, text, on)
    if who.kind == "place":
        return who.value
    if who.kind == "code":
        raise QueryError(f"{text}: pairs are of countries, bodies and groups; give {place_of(who.value)}")
    raise QueryError(f"{text}: pairs are of countries, bodies and groups, not of persons or parties; give a code")
