"""What is planned, as an iCalendar file (RFC 5545) that calendars subscribe to.

A day is an all-day entry, a month or a span of up to three months an entry over all of its days, tentative in both
cases. What is due within a longer time, or has no date yet, is a task (VTODO) with whatever bounds are known. The UID
of an entry is that of the event, so a later file moves or updates it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from legation.export.actors import actor_name
from legation.export.material import Material, Planned, Tally
from legation.ontology import MODES
from legation.types import Event, Party
from legation.version import __version__

if TYPE_CHECKING:
    from icalendar import Component

__all__ = ["FILE", "calendar_of", "summary", "write"]

FILE = "planned.ics"
_LONGEST = 92
_SOURCES = 5
_NAMED = 4

_VERBS = {
    "AGREE": "agreement",
    "CONSULT": "talks",
    "SUPPORT": "support",
    "CONCEDE": "concession",
    "COOPERATE": "cooperation",
    "AID": "aid",
    "RETREAT": "withdrawal",
    "REQUEST": "request",
    "ACCUSE": "accusation",
    "REJECT": "rejection",
    "THREATEN": "threat",
    "PROTEST": "protest",
    "SANCTION": "sanctions",
    "MOBILIZE": "military moves",
    "COERCE": "coercion",
    "ASSAULT": "attack",
    "VOTE": "vote",
    "ELECT": "election",
    "TIES": "relations",
}
"""What an event of each type is called in a calendar, where its mode says no more."""

_MODES = {"visit": "visit", "phone": "call", "multilateral": "summit", "third-party": "mediated talks",
          "demo": "demonstration", "strike": "strike", "boycott": "boycott", "win": "taking office", "hold": "election",
          "appoint": "appointment", "arrest": "arrest", "convict": "verdict", "release": "release",
          "ceasefire": "ceasefire", "troops": "deployment", "weapons": "weapons test"}  # fmt: skip


def _names(parties: tuple[Party, ...]) -> str:
    names = list(dict.fromkeys(filter(None, map(actor_name, parties))))
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def summary(event: Event) -> str:
    """What is planned, in a few words: "Visit: Narendra Modi to Russia"."""
    mode = event.event_mode if event.event_mode in MODES.get(event.event_type, ()) else ""
    what = _MODES.get(mode, _VERBS.get(event.event_type, event.event_type.lower()))
    who, whom = _names(event.actors), _names(event.recipients)
    between = " to " if mode == "visit" else " and " if event.event_type == "CONSULT" else " → "
    sides = between.join(filter(None, (who, whom)))
    return f"{what[0].upper()}{what[1:]}: {sides}" if sides else what[0].upper() + what[1:]


def _description(plan: Planned) -> str:
    event = plan.event
    kind = f"{event.event_type}/{event.event_mode}" if event.event_mode else event.event_type
    lines = [f"{kind}, planned; {plan.when}." + (" Reports contradict each other." if event.disputed else "")]
    reports = f"{event.reports} independent report{'' if event.reports == 1 else 's'}"
    lines.append(f"First known to be planned on {plan.announced.isoformat()}; {reports}.")
    lines += [" ".join(filter(None, (s.publisher, s.day.isoformat(), s.url))) for s in plan.sources[:_SOURCES]]
    return "\n".join(lines)


def _entry(plan: Planned) -> Component:
    from icalendar import Event as Entry
    from icalendar import Todo

    event = plan.event
    first, last = event.date.first, event.date.last
    bounded = first is not None and last is not None and (last - first).days < _LONGEST
    out = Entry() if bounded else Todo()
    out.add("uid", f"{event.event_id}@legation")
    out.add("dtstamp", _noon(event.known_from))
    out.add("last-modified", _noon(event.last_reported))
    out.add("sequence", (event.known_from - event.first_reported).days)
    out.add("summary", summary(event))
    out.add("description", _description(plan))
    if first is not None:
        out.add("dtstart", first)
    if bounded and last is not None:
        out.add("dtend", last + timedelta(days=1))  # the day after, by RFC 5545
        out.add("status", "TENTATIVE")
        out.add("transp", "TRANSPARENT")
    else:
        if last is not None and (first is None or last > first):
            out.add("due", last)
        out.add("status", "NEEDS-ACTION")
    out.add("categories", [event.event_type, *event.contexts])
    if event.place.text or event.place.name:
        words = event.place.text or event.place.name
        out.add("location", words if event.place.name in ("", words) else f"{words}, {event.place.name}")
    address = next((source.url for source in plan.sources if source.url.startswith(("http://", "https://"))), "")
    if address:
        out.add("url", address)
    return out


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


def calendar_of(material: Material, tally: Tally) -> bytes:
    """The calendar, as the bytes of a file."""
    from icalendar import Calendar

    out = Calendar()
    out.add("prodid", f"-//Legation//Legation {__version__}//EN")
    out.add("version", "2.0")
    out.add("x-wr-calname", f"Planned: {material.about.record}")
    for plan in material.planned():
        entry = _entry(plan)
        out.add_component(entry)
        kind = "all-day entries and spans" if entry.name == "VEVENT" else "tasks: no date yet, or none within a season"
        tally.notes[kind] += 1
        tally.rows[FILE] += 1
    return bytes(out.to_ical())


def write(material: Material, folder: Path, tally: Tally) -> None:
    """Writes `planned.ics`."""
    (folder / FILE).write_bytes(calendar_of(material, tally))
