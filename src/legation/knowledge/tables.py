"""Reads the tables of states, seats, bodies, groups, office holders and persons into name entries."""

from __future__ import annotations

import calendar
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources

from legation.knowledge.keys import plain
from legation.ontology import place_of

__all__ = ["OWN_RANK", "Entry", "holds", "load_entries", "parse_day", "place_names", "read_table", "slug"]

OWN_RANK = 100
"""Prominence of the names of a user's own table: above all others while they hold, below them on other days."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One name of one actor, valid between two days.

    Attributes:
        text: The name as news spells it.
        code: Id of the guidelines' grammar.
        kind: state, demonym, capital, city, region, seat, body, group, agency, party, person, family, or context (a
            description such as "the bloc" that means its actor only where the article names that actor too).
        actor_id: Stable id of the actor.
        name: The actor's name in full.
        first: First day it holds, None where unbounded.
        last: Last day it holds, None where open.
        rank: Prominence, larger is likelier; breaks ties between namesakes.
        role: Office held, for persons.
    """

    text: str
    code: str
    kind: str
    actor_id: str
    name: str
    first: date | None
    last: date | None
    rank: int
    role: str = ""

    def holds(self, day: date) -> bool:
        """Whether the entry is valid on a day."""
        return holds(self.first, self.last, day)


def holds(first: date | None, last: date | None, day: date) -> bool:
    """Whether a day lies between a first and a last one; None is open."""
    return (first is None or first <= day) and (last is None or day <= last)


OFFICE_RANK = {
    "head_of_state": 9,
    "head_of_government": 9,
    "de_facto_leader": 9,
    "head_of_body": 8,
    "foreign_minister": 7,
    "deputy_head": 6,
    "defence_minister": 6,
}
_LARGE = frozenset("USA RUS CHN GBR FRA DEU ISR IRN IND PAK UKR TUR SYR IRQ JPN KOR PRK AFG PSE SAU EGY".split())


def read_table(name: str) -> Iterator[dict[str, str]]:
    """Rows of a table of this folder.

    Args:
        name: File name without its ending, e.g. `states`.

    Yields:
        A dict a row, column name to cell; nothing where there is no such table.
    """
    yield from _rows(name)


@lru_cache(maxsize=32)
def _rows(name: str) -> tuple[dict[str, str], ...]:
    file = resources.files("legation.knowledge").joinpath(f"{name}.tsv")
    if not file.is_file():
        return ()
    with file.open(encoding="utf8") as lines:
        return tuple(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE, restval=""))


@lru_cache(maxsize=50_000)
def parse_day(text: str | None, *, end: bool = False) -> date | None:
    """A day from YYYY, YYYY-MM or YYYY-MM-DD; the first day it can mean, or with `end` the last. None where empty."""
    if not text:
        return None
    parts = [int(p) for p in text.split("-")]
    year = parts[0]
    month = parts[1] if len(parts) > 1 else (12 if end else 1)
    day = parts[2] if len(parts) > 2 else (calendar.monthrange(year, month)[1] if end else 1)
    return date(year, month, day)


def slug(name: str) -> str:
    """A name as an id: lower-case words joined by hyphens."""
    return "-".join("".join(c.lower() if c.isalnum() else " " for c in plain(name)).split())


def _split(cell: str | None) -> list[str]:
    return [part.strip() for part in (cell or "").split("|") if part.strip()]


def load_entries() -> list[Entry]:
    """Every name in the tables."""
    return [*_states(), *_fixed(), *_holders(), *_persons()]


@lru_cache(maxsize=1)
def place_names() -> dict[str, tuple[str, str]]:
    """Stable id and name of each state, body, group and region, by its place code; the present one where several."""
    out = {"XXX": ("", "")}
    for row in read_table("regions"):
        if row["kind"] == "region":
            out[row["code"]] = (slug(row["name"]), row["name"])
    for table, column in (("groups", "code"), ("bodies", "id"), ("states", "iso3")):
        for row in read_table(table):
            code = place_of(row[column])
            if not row.get("to") or code not in out:
                out[code] = (slug(row["name"]), row["name"])
    return out


def _states() -> Iterator[Entry]:
    for row in read_table("states"):
        code, name = row["iso3"], row["name"]
        first, last = parse_day(row["from"]), parse_day(row["to"], end=True)
        actor, rank = slug(name), 5 + (2 if code in _LARGE else 0)
        for column, kind, bonus in (
            ("aliases", "state", 2),
            ("demonyms", "demonym", 1),
            ("adjectives", "demonym", 1),
            ("capitals", "capital", 0),
            ("other_cities", "city", -1),
        ):
            names = _split(row.get(column))
            if kind == "state":
                names = [name, row["official"], *names]
            for text in dict.fromkeys(names):
                yield Entry(text, code, kind, actor, name, first, last, rank + bonus)


def _fixed() -> Iterator[Entry]:
    for row in read_table("seats"):
        yield Entry(row["text"], row["code"], "seat", slug(row["text"]), row["text"],
                    parse_day(row["from"]), parse_day(row["to"], end=True), 8, row["kind"])  # fmt: skip
    for row in read_table("regions"):
        yield Entry(row["text"], row["code"], row["kind"], slug(row["name"]), row["name"], None, None, 4)
    for row in read_table("bodies"):
        for text in dict.fromkeys([row["name"], *_split(row["aliases"])]):
            yield Entry(text, row["id"], "body", slug(row["name"]), row["name"], None, None, 8)
    for row in read_table("groups"):
        for text in dict.fromkeys([row["name"], *_split(row["aliases"])]):
            first, last = parse_day(row["from"]), parse_day(row["to"], end=True)
            yield Entry(text, row["code"], "group", slug(row["name"]), row["name"], first, last, 7)
    for row in read_table("agencies"):
        yield Entry(row["text"], row["code"], "agency", slug(row["text"]), row["text"], None, None, 5, row["kind"])
    for row in read_table("parties"):
        rank = 5 + (1 if row["country"] in _LARGE else 0)
        for text in dict.fromkeys([row["text"], *_split(row["aliases"])]):
            yield Entry(text, row["code"], "party", slug(row["text"]), row["text"], None, None, rank)


def _holders() -> Iterator[Entry]:
    for table in ("holders_west", "holders_east"):
        for row in read_table(table):
            office = row["office"]
            leads_body = office == "head_of_body" and not row["place"].startswith("IGO:")  # governors, other ministers
            rank = (5 if leads_body else OFFICE_RANK.get(office, 5)) + (2 if row["place"] in _LARGE else 0)
            yield from _person(row, row["code"], rank, row["office"])


def _persons() -> Iterator[Entry]:
    for row in read_table("persons"):
        rank = 4 + (1 if row["code"][:3] in _LARGE else 0)
        yield from _person(row, row["code"], rank, row["role"])


def _person(row: dict[str, str], code: str, rank: int, role: str) -> Iterator[Entry]:
    first, last = parse_day(row["from"]), parse_day(row["to"], end=True)
    name = row["name"]
    for text in dict.fromkeys([name, *_split(row["aliases"])]):
        kind = "person" if " " in text.strip() or "-" in text else "family"
        yield Entry(text, code, kind, row["actor_id"], name, first, last, rank, role)
    if row["family"] and row["family"] != name:
        yield Entry(row["family"], code, "family", row["actor_id"], name, first, last, rank, role)
