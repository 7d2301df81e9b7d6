"""A person, a country, a body or a group: who it is, with whom it has to do, and when it was in the news."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from legation.record import charts
from legation.record.pages import NotKnownError
from legation.record.results import ActorPage, Deed, Partner, Plan, Term
from legation.record.views import QueryError
from legation.types import Event
from legation.web.pictures import frame_of, room
from legation.web.site import Ask, Data, Page

__all__ = ["DATA", "PAGES", "ActorContext"]

_PLANS = 10
_AROUND = 170
_FIRST = ("head of state", "head of government", "foreign minister", "defence minister", "interior minister")
"""Offices that come first; the others as long as they are held."""
_PARTNER = 40
"""Height of a partner's row in the picture."""


@dataclass(frozen=True, slots=True)
class ActorContext:
    """What the page of an actor shows.

    Attributes:
        code: Its code.
        actor_id: Its stable id, or empty.
        name: Its name.
        key: What it is asked for by in an address: its id for a person, else its code.
        person: Whether it is a person, or a body that has no code of its own.
        on: The day on which offices and memberships hold.
        offices: Of a person all offices; of a country or body who holds its offices on the day, the first ones first.
        memberships: Codes and names of the bodies that a country belongs to.
        events: Number of events.
        partners: Those it has most events with.
        years: Number of events in each year, the latest first.
        deeds: Types of its events, from cooperation to conflict.
        latest: Its events, the latest first.
        plans: What is planned, the soonest first.
        planned: Number of plans.
        room: Class of the height of the picture.
    """

    code: str
    actor_id: str
    name: str
    key: str
    person: bool
    on: date
    offices: tuple[Term, ...]
    memberships: tuple[tuple[str, str], ...]
    events: int
    partners: tuple[Partner, ...]
    years: tuple[tuple[int, int], ...]
    deeds: tuple[Deed, ...]
    latest: tuple[Event, ...]
    plans: tuple[Plan, ...]
    planned: int
    room: str = field(metadata={"json": False})


def actor(ask: Ask) -> ActorContext | Response:
    """The page of an actor."""
    found = _found(ask)
    key = _key(found)
    if ask.path["who"] != key:
        return RedirectResponse(ask.links.to(f"/actor/{quote(key, safe=':')}{ask.suffix}", ask.links.query), 307)
    calendar = ask.kept(("calendar", False, None, ask.as_of), lambda: ask.record.calendar(as_of=ask.as_of))
    plans = [plan for plan in calendar if _concerns(found, plan)]
    years: dict[int, int] = {}
    for month, n in found.months:
        years[month.year] = years.get(month.year, 0) + n
    partners = len({code for code, _, _ in found.partner_months})
    return ActorContext(
        code=found.code,
        actor_id=found.actor_id,
        name=found.name,
        key=key,
        person=_is_person(found),
        on=ask.as_of or date.today(),
        offices=found.offices if _is_person(found) else tuple(sorted(found.offices, key=_rank)),
        memberships=found.memberships,
        events=found.events,
        partners=found.partners,
        years=tuple(sorted(years.items(), reverse=True)),
        deeds=tuple(sorted(found.deeds, key=lambda d: charts.TYPE_ORDER.index(d.event_type))),
        latest=found.latest,
        plans=tuple(plans[:_PLANS]),
        planned=len(plans),
        room=room(_AROUND + _PARTNER * partners),
    )


def _found(ask: Ask) -> ActorPage:
    who = ask.path["who"]
    try:
        found: ActorPage = ask.kept(("actor", who, ask.as_of), lambda: ask.record.actor(who, ask.as_of))
    except QueryError as error:
        raise NotKnownError(str(error)) from error
    return found


def _is_person(found: ActorPage) -> bool:
    return "." in found.code or not found.code


def _rank(term: Term) -> int:
    return _FIRST.index(term.office) if term.office in _FIRST else len(_FIRST)


def _key(found: ActorPage) -> str:
    """A person by its id, anybody else by code; what has neither by its name."""
    return (found.actor_id if _is_person(found) else found.code) or found.code or found.name


def _concerns(found: ActorPage, plan: Plan) -> bool:
    parties = (*plan.event.actors, *plan.event.recipients)
    if _is_person(found):
        return any(p.actor_id == found.actor_id if found.actor_id else p.name == found.name for p in parties)
    return any(p.code == found.code or p.code.startswith(f"{found.code}.") for p in parties)


def months(ask: Ask) -> dict[str, Any]:
    """Its events over time, in all and with each of its first partners, as a Vega-Lite specification."""
    found = _found(ask)
    return charts.multiples(
        found.months, found.partner_months, found.name, own=found.code, since=found.since, frame=frame_of(ask)
    )


PAGES = (Page("/actor/{who}", "actor.html", actor, daily=True),)
DATA = (Data("/actor/{who}/months.json", months),)
