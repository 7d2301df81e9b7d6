"""Offices by their words: "the Turkish foreign minister", "president of France", "head of the IAEA"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from legation.knowledge import Entry
from legation.link.names import Names, names

__all__ = ["holders", "is_holder", "office_of"]

_OFFICES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"vice[- ]president|deputy (?:prime minister|premier|president)|tánaiste", ("deputy_head",)),
    (r"foreign (?:minister|secretary)|secretary of state|minister (?:of|for) (?:foreign|external) affairs|"
     r"external affairs minister|top diplomat|chief diplomat|high representative|foreign policy chief",
     ("foreign_minister",)),
    (r"def[ea]n[cs]e (?:minister|secretary|chief)|secretary of def[ea]n[cs]e|minister of def[ea]n[cs]e|pentagon chief",
     ("defence_minister",)),
    (r"interior minister|home secretary|minister of (?:the )?interior|home minister|homeland security secretary",
     ("interior_minister",)),
    (r"finance minister|treasury secretary|chancellor of the exchequer|minister of finance", ("finance_minister",)),
    (r"national security advis[eo]r", ("national_security_adviser",)),
    (r"(?:spokes(?:man|woman|person)|press secretary)", ("spokesperson",)),
    (r"(?:un|united nations) (?:ambassador|envoy)|ambassador to the (?:un|united nations)", ("ambassador_un",)),
    (r"speaker", ("speaker",)),
    (r"(?:army|military) chief|chief of (?:the )?(?:army|general|defen[cs]e) staff|joint chiefs", ("army_chief",)),
    (r"(?:intelligence|spy) (?:chief|head|director)|cia director|director of the cia", ("intelligence_chief",)),
    (r"central bank (?:governor|chief|head)|fed(?:eral reserve)? (?:chair\w*|chief)", ("central_bank",)),
    (r"prime minister|premier|chancellor|taoiseach|head of government|\bpm\b", ("head_of_government",)),
    (r"supreme leader|paramount leader", ("de_facto_leader", "head_of_state")),
    (r"secretary[- ]general|director[- ]general|managing director", ("head_of_body",)),
    (r"president|king|queen|emir|sultan|monarch|emperor|pope|pontiff|head of state", ("head_of_state", "head_of_body")),
    (r"leader|ruler|strongman|dictator|chief|head",
     ("de_facto_leader", "head_of_state", "head_of_government", "head_of_body")),
)  # fmt: skip
_PATTERNS = tuple((re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), offices) for pattern, offices in _OFFICES)
_NOT_THE_HOLDER = re.compile(
    r"\b(?:former|ex|late|then|deputy|ministry|aides?|spokes\w+|leaders|presidents|ministers|chiefs|office|candidate|"
    r"opposition|rebel|party|militant|group|congressional|republican|democratic|student|union)\b",
    re.IGNORECASE,
)


def office_of(words: str) -> tuple[str, ...]:
    """Offices that a description may mean, likeliest first; empty where it names none, or somebody near it only."""
    for pattern, offices in _PATTERNS:
        if pattern.search(words):
            return offices
    return ()


def is_holder(words: str) -> bool:
    """Whether a description means the office's holder, not a former one, an aide, or several people."""
    return not _NOT_THE_HOLDER.search(words)


def holders(place: str, offices: Sequence[str], day: date, known: Names | None = None) -> list[Entry]:
    """Who held the first of the offices that the place has, on a day; the latest to take office first.

    Args:
        place: State or body.
        offices: The offices, likeliest first.
        day: The day.
        known: Names to use instead of the shipped tables.
    """
    table = known or names()
    for office in offices:
        found = [e for e in table.terms(place, office) if e.holds(day)]
        if found:
            return sorted(found, key=lambda e: e.first or date.min, reverse=True)
    return []
