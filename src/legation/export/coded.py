"""Events as CAMEO-coded rows between two actors; what ICEWS and GDELT have in common."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from legation.export.codebook import cameo, goldstein
from legation.export.material import Tally, Told
from legation.ontology import is_symmetric
from legation.types import Event, Party

__all__ = ["CodedRow", "coded_rows", "event_day", "number_of", "why_left_out"]

_LONGEST = 31
"""Days that a date may span and still give a row its day."""
_UNCODED = frozenset({"VOTE", "ELECT", "TIES"})
_NUMBER_BITS = 53
"""Of a row's number: what a double holds exactly, since tables are often read as doubles."""


@dataclass(frozen=True, slots=True)
class CodedRow:
    """An event from one actor to another."""

    number: int = field(metadata={"doc": "Number of the row: the same in every export, from the event and the parties"})
    told: Told = field(metadata={"doc": "The event"})
    day: date = field(metadata={"doc": "Day of the row"})
    code: str = field(metadata={"doc": "CAMEO code"})
    score: float = field(metadata={"doc": "Score of the code, -10 to 10"})
    source: Party | None = field(metadata={"doc": "The doer, where known"})
    target: Party | None = field(metadata={"doc": "Whom it is done to, where known"})


def number_of(*parts: str) -> int:
    """A number for texts: a hash of 53 bits, above 0."""
    digest = hashlib.blake2b("\t".join(parts).encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> (64 - _NUMBER_BITS)) or 1


def event_day(told: Told) -> tuple[date, bool]:
    """The day under which a format that knows only days files an event, and whether it is that of the event itself.

    The intent to do something is expressed when it is reported, not when the thing is due. A date coarser than a
    month gives no day, so the first report does.
    """
    event = told.event
    first, last = event.date.first, event.date.last
    if event.status == "planned" or first is None or last is None or (last - first).days >= _LONGEST:
        return event.first_reported, event.status == "planned"
    return first, True


def _sides(event: Event) -> Iterator[tuple[Party | None, Party | None, bool]]:
    """Source, target, and whether the source is the host of a visit."""
    actors, recipients = event.actors, event.recipients
    symmetric = is_symmetric(event.event_type, event.event_mode)
    if symmetric and not recipients and len(actors) > 1:
        yield from ((a, b, False) for a in actors for b in actors if _key(a) != _key(b))
        return
    pairs = [(a, b) for a in actors or (None,) for b in recipients or (None,)]
    yield from ((a, b, False) for a, b in pairs)
    if event.event_type != "CONSULT" or event.status == "planned":
        return
    yield from ((b, a, not symmetric) for a, b in pairs if a is not None and b is not None)


def _key(party: Party | None) -> str:
    """What tells a party from others: its code and id, or its name where it has no id; its spelling does not."""
    return f"{party.code} {party.actor_id or party.name.casefold()}" if party else ""


def coded_rows(told: Told, tally: Tally, *, both_sides: bool) -> Iterator[CodedRow]:
    """An event as rows between two actors.

    Compound actors make a row for each pair; meetings and calls one for each direction; a visit one for the visitor
    (042) and one for the host (043).

    Args:
        told: The event.
        tally: Counts what is left out.
        both_sides: Whether rows without a target or a source are left out.
    """
    event = told.event
    code = cameo(event.event_type, event.event_mode, event.contexts, event.status)
    if not code:
        tally.left_out[why_left_out(event)] += 1
        return
    day, own = event_day(told)
    rows: set[int] = set()
    for source, target, host in _sides(event):
        if (source is None and target is None) or (both_sides and (source is None or target is None)):
            continue
        number = number_of(event.event_id, _key(source), _key(target), "host" if host else "")
        if number in rows:  # one party under two spellings of its name
            continue
        rows.add(number)
        own_code = cameo(event.event_type, event.event_mode, event.contexts, event.status, host=host)
        yield CodedRow(number, told, day, own_code, goldstein(own_code), source, target)
    if not rows:
        tally.left_out[
            "only one side is known" if both_sides and (event.actors or event.recipients) else "nobody known"
        ] += 1
    elif not own:
        tally.notes["events dated by their first report, since their date is unknown or coarser than a month"] += 1


def why_left_out(event: Event) -> str:
    """Why an event has no code, in words."""
    if event.event_type in _UNCODED:
        return f"type {event.event_type}: no code in this format"
    if event.status in ("possible", "not"):
        return f"status {event.status}: no event in this format"
    if event.event_mode == "convict":
        return "planned verdict: no threat, and no event yet"
    return f"planned {event.event_type}: words still to be said"
