"""The table of who is who as a product of its own: names and offices looked up on a day, bodies with their members."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, datetime

from legation.knowledge import Entry, holds, parse_day, read_table, slug
from legation.link.names import Names, names
from legation.link.offices import holders, is_holder, office_of
from legation.ontology import place_of

__all__ = ["Body", "Match", "actor", "body", "day_of", "lookup"]


@dataclass(frozen=True, slots=True)
class Match:
    """One actor that a text may mean.

    Attributes:
        actor_id: Stable id.
        name: Name in full.
        code: Id of the guidelines' grammar as of the day; `ELI` for a person out of office.
        kind: Kind of the name, or `office` where a description was resolved to its holder.
        score: 0 to 1, best first.
        first: First day of what makes the match (the term of office, the state's existence), None where unbounded.
        last: Last day, None where open.
    """

    actor_id: str
    name: str
    code: str
    kind: str
    score: float
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Body:
    """An international body and its members on a day, by ISO 3166-1 alpha-3 code."""

    actor_id: str
    name: str
    members: tuple[str, ...]


def actor(text: str, on: date | str | None = None, *, actors: str | os.PathLike[str] | None = None) -> list[Match]:
    """Whom a name or description means on a day, best first. What `legation actor` prints.

    Args:
        text: "Rousseff", "Tokyo", "foreign minister of Turkey", "the Treasury".
        on: The day, a date or YYYY-MM-DD; today where None.
        actors: A table of names of your own, which win over ours.

    Returns:
        Matches without repeats, empty where nothing is known.

    Raises:
        InputError: If the table is not right.
        ValueError: If `on` is no date.
    """
    return lookup(text, day_of(on), None if actors is None else Names.with_own(actors))


def day_of(on: date | str | None) -> date:
    """A day given as a date or as YYYY-MM-DD; today where None. Raises ValueError where it is no date."""
    if on is None:
        return date.today()
    if isinstance(on, date):
        return on.date() if isinstance(on, datetime) else on
    try:
        return date.fromisoformat(on.strip())
    except ValueError:
        raise ValueError(f"{on!r} is no date; write YYYY-MM-DD") from None


def lookup(text: str, on: date | None = None, known: Names | None = None) -> list[Match]:
    """Whom a name or description means on a day, best first.

    Args:
        text: "Rousseff", "Tokyo", "foreign minister of Turkey", "the Treasury".
        on: The day; today where None.
        known: Names to use instead of the shipped tables.

    Returns:
        Matches without repeats, empty where nothing is known.
    """
    day = on or date.today()
    table = known or names()
    direct = table.get(text.strip())
    if direct:
        return _ranked([(e, 1.0) for e in direct], day)
    office = _by_office(text, day, table)
    if office:
        return office
    inside = [entry for _, _, entries in table.find(text) for entry in entries]
    return _ranked([(e, 0.6) for e in inside], day)


def _by_office(text: str, day: date, table: Names) -> list[Match]:
    offices = office_of(text)
    if not offices or not is_holder(text):
        return []
    places: list[str] = []
    for _, _, entries in table.find(text):
        places += [place_of(e.code) for e in sorted(entries, key=lambda e: -e.rank)]
    for place in dict.fromkeys(places):
        found = holders(place, offices, day, table)
        if found:
            return [
                Match(e.actor_id, e.name, e.code, "office", round(0.95 - 0.1 * i, 2), e.first, e.last)
                for i, e in enumerate(found)
            ]
    return []


def _ranked(entries: list[tuple[Entry, float]], day: date) -> list[Match]:
    scored: dict[tuple[str, str], tuple[float, Entry]] = {}
    for entry, base in entries:
        value = base * min(1.0, 0.55 + 0.04 * entry.rank)
        if not entry.holds(day):
            value *= 0.5
        key = (entry.actor_id, place_of(entry.code))
        if key not in scored or value > scored[key][0]:
            scored[key] = (value, entry)
    out = []
    for value, entry in sorted(scored.values(), key=lambda x: (-x[0], x[1].actor_id)):
        code = entry.code
        if entry.kind in ("person", "family") and entry.last is not None and day > entry.last and ":" not in code:
            code = place_of(code) + ".ELI"
        out.append(Match(entry.actor_id, entry.name, code, entry.kind, round(value, 3), entry.first, entry.last))
    return out


def body(text: str, on: date | str | None = None, known: Names | None = None) -> Body | None:
    """An international body and its members on a day. What `legation body` prints.

    Args:
        text: Its name, a short form, or its id with or without `IGO:`.
        on: The day, a date or YYYY-MM-DD; today where None.
        known: Names to use instead of the shipped tables.

    Returns:
        The body; None where it is not known. Members are those in full standing; empty where none are recorded.

    Raises:
        ValueError: If `on` is no date.
    """
    day = day_of(on)
    table = known or names()
    wanted = text.strip()
    entries = [e for e in table.get(wanted) if e.kind == "body"]
    rows = list(read_table("bodies"))
    code = next((e.code for e in entries), "")
    if not code:
        upper = wanted.upper().replace(" ", "-")
        code = next((r["id"] for r in rows if r["id"] in (upper, f"IGO:{upper}")), "")
    if not code:
        return None
    name = next(r["name"] for r in rows if r["id"] == code)
    standing: dict[str, set[str]] = {}
    for row in read_table("members"):
        if row["body"] == code and holds(parse_day(row["from"]), parse_day(row["to"], end=True), day):
            standing.setdefault(row["place"], set()).add(row["status"])
    members = sorted(p for p, found in standing.items() if "member" in found and "suspended" not in found)
    return Body(slug(name), name, tuple(members))
