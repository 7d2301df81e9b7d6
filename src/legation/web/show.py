"""How values look on a page: names of types and statuses, dates with their precision, numbers, addresses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from legation.ontology import MODES, STATUSES, TYPES, is_symmetric, place_of
from legation.record.series import CLASSES
from legation.record.who import name_of
from legation.types import Actor, Claim, Date, Event, Party, Place, Report
from legation.web.api import plain
from legation.web.links import outside
from legation.web.text import ROLES

__all__ = ["FILTERS", "GLOBALS", "PRECISIONS", "When", "cut", "kind", "side_words", "title_of", "when"]

_KINDS: dict[str, str] = {
    "AGREE": "Agreement",
    "CONSULT": "Talks",
    "CONSULT/visit": "Visit",
    "CONSULT/multilateral": "Meeting of several",
    "CONSULT/phone": "Call",
    "CONSULT/third-party": "Mediation",
    "SUPPORT": "Support",
    "CONCEDE": "Concession",
    "COOPERATE": "Cooperation",
    "AID": "Aid",
    "RETREAT": "Retreat",
    "RETREAT/withdraw": "Withdrawal",
    "RETREAT/release": "Release",
    "RETREAT/disarm": "Disarmament",
    "RETREAT/ceasefire": "Ceasefire",
    "RETREAT/access": "Access granted",
    "RETREAT/resign": "Resignation",
    "REQUEST": "Request",
    "REQUEST/assist": "Request for help",
    "REQUEST/change": "Demand for change",
    "REQUEST/yield": "Demand to yield",
    "REQUEST/meet": "Invitation",
    "ACCUSE": "Accusation",
    "ACCUSE/disapprove": "Criticism",
    "ACCUSE/allege": "Allegation",
    "ACCUSE/investigate": "Investigation",
    "REJECT": "Refusal",
    "REJECT/assist": "Refusal to help",
    "REJECT/change": "Refusal to change",
    "REJECT/yield": "Refusal to yield",
    "REJECT/meet": "Refusal to meet",
    "THREATEN": "Threat",
    "THREATEN/restrict": "Threat to restrict",
    "THREATEN/arrest": "Threat of arrest",
    "THREATEN/relations": "Threat to relations",
    "THREATEN/expel": "Threat to expel",
    "THREATEN/territory": "Threat to territory",
    "THREATEN/violence": "Threat of violence",
    "PROTEST": "Protest",
    "PROTEST/demo": "Demonstration",
    "PROTEST/riot": "Riot",
    "PROTEST/strike": "Strike",
    "PROTEST/hunger": "Hunger strike",
    "PROTEST/boycott": "Boycott",
    "PROTEST/obstruct": "Blockade",
    "SANCTION": "Sanction",
    "SANCTION/convict": "Conviction",
    "SANCTION/expel": "Expulsion",
    "SANCTION/withdraw": "Leaving a body or treaty",
    "SANCTION/discontinue": "Sanctions",
    "MOBILIZE": "Military move",
    "MOBILIZE/troops": "Troop movement",
    "MOBILIZE/weapons": "Weapons move or test",
    "MOBILIZE/police": "Police deployment",
    "MOBILIZE/militia": "Militia deployment",
    "COERCE": "Coercion",
    "COERCE/seize": "Seizure",
    "COERCE/restrict": "Ban",
    "COERCE/censor": "Censorship",
    "COERCE/curfew": "Curfew",
    "COERCE/martial-law": "Emergency rule",
    "COERCE/arrest": "Arrest",
    "COERCE/deport": "Deportation",
    "COERCE/withhold": "Supplies cut",
    "COERCE/misinformation": "Disinformation",
    "COERCE/cyber": "Cyber attack",
    "ASSAULT": "Attack",
    "ASSAULT/abduct": "Abduction",
    "ASSAULT/beat": "Beating",
    "ASSAULT/torture": "Torture",
    "ASSAULT/sexual": "Sexual violence",
    "ASSAULT/targeted": "Targeted killing",
    "ASSAULT/destroy": "Destruction",
    "ASSAULT/primitive": "Attack with blades or stones",
    "ASSAULT/firearms": "Shooting",
    "ASSAULT/explosives": "Bombing",
    "ASSAULT/suicide-attack": "Suicide attack",
    "ASSAULT/aerial": "Air strike",
    "ASSAULT/drone": "Drone strike",
    "ASSAULT/crowd-control": "Force against a crowd",
    "ASSAULT/heavy-weapons": "Shelling",
    "ASSAULT/unconventional": "Unconventional weapons",
    "VOTE": "Vote",
    "VOTE/for": "Vote for",
    "VOTE/against": "Vote against",
    "VOTE/abstain": "Abstention",
    "ELECT": "Election",
    "ELECT/win": "Election won",
    "ELECT/lose": "Election lost",
    "ELECT/hold": "Election held",
    "ELECT/appoint": "Appointment",
    "TIES": "Ties",
    "TIES/member": "Membership",
    "TIES/partner": "Partnership",
    "TIES/depend": "Dependence",
    "TIES/rival": "Rivalry",
}

_STATUS_WORDS = {
    "happened": "happened",
    "ongoing": "ongoing",
    "planned": "planned",
    "possible": "possible",
    "not": "did not happen",
}
_CHANGES = {
    "announced": "first reported",
    "dated": "date set",
    "moved": "moved to another date",
    "happened": "reported to have happened",
    "ended": "ended",
    "cancelled": "cancelled",
    "denied": "denied",
    "disputed": "reports contradict each other",
    "reported": "reported again",
}
_SECTORS = {
    "MIL": "military",
    "LEG": "legislature",
    "JUD": "courts",
    "COP": "police",
    "SPY": "intelligence",
    "PTY": "party",
    "OPP": "opposition",
    "REB": "rebels",
    "UAF": "gunmen",
    "CVL": "civilians",
    "BUS": "business",
    "JRN": "media",
    "EDU": "education",
    "REL": "religion",
    "LAB": "labour",
    "MED": "health",
    "REF": "refugees",
    "CRM": "crime",
    "ELI": "former officials",
    "SOC": "civil society",
}
"""Sectors in words; the government needs none beside the name of its country."""

PRECISIONS = {
    "day": "on this day",
    "month": "on some day of this month",
    "year": "on some day of this year",
    "span": "within this time",
    "open": "one end is not known",
    "none": "no report gives a date",
}
"""What a precision means."""

_BASES = {
    "stated": "stated in the sentence",
    "context": "from the sentences around it",
    "publication": "no date is stated; by the day of publication",
}


class When:
    """A date as pages show it: ISO, as coarse as it is known.

    Attributes:
        text: 2024-07-08, 2024-07, 2024, 2024-07-03 – 2024-07-08, from 2024-07-03, by 2024-07-08, or "no date".
        iso: The same for machines where it is one day, month or year; else empty.
        precision: One of `PRECISIONS`.
    """

    def __init__(self, text: str, iso: str, precision: str) -> None:
        self.text, self.iso, self.precision = text, iso, precision


def when(value: Date | None) -> When:
    """A date as pages show it."""
    first, last = (value.first, value.last) if value else (None, None)
    if first is None and last is None:
        return When("no date", "", "none")
    if last is None or first is None:
        return When(f"from {first}" if first else f"by {last}", "", "open")
    if first == last:
        return When(first.isoformat(), first.isoformat(), "day")
    if first.day == 1 and (last + timedelta(days=1)).day == 1:
        if (first.year, first.month) == (last.year, last.month):
            return When(first.isoformat()[:7], first.isoformat()[:7], "month")
        if first.year == last.year and (first.month, last.month) == (1, 12):
            return When(f"{first.year:04}", f"{first.year:04}", "year")
    return When(f"{first} – {last}", "", "span")


def cut(text: str, most: int = 200) -> str:
    """A text, cut with an ellipsis where it is longer than `most` characters."""
    return text if len(text) <= most else text[: most - 1] + "…"


def kind(event_type: str, event_mode: str = "") -> str:
    """A type and mode in words: Visit, Air strike."""
    return _KINDS.get(f"{event_type}/{event_mode}") or _KINDS.get(event_type) or event_type.capitalize()


def kind_class(event_type: str) -> str:
    """Of what sort a type is, for colours: cooperation, conflict or neutral, verbal or material."""
    if event_type not in TYPES or TYPES.index(event_type) >= 16:
        return "neutral"
    at = TYPES.index(event_type)
    return "verbal-coop" if at < 4 else "material-coop" if at < 7 else "verbal-conf" if at < 11 else "material-conf"


def party_name(who: Party | Actor) -> str:
    """What somebody is called on a page."""
    if who.name:
        return who.name
    text = who.text if isinstance(who, Actor) else ""
    return text or (name_of(who.code) if who.code and who.code != "XXX" else "unknown")


def sector_words(who: Party | Actor) -> str:
    """The sector of somebody who is called by the name of a country alone: police; empty where the name says more."""
    place, _, sector = who.code.partition(".")
    return _SECTORS.get(sector, "") if party_name(who) == name_of(place) else ""


def distinct(parties: Iterable[Party | Actor]) -> list[Party | Actor]:
    """Parties, those that would look alike once."""
    return list({(party_name(p), sector_words(p)): p for p in reversed(list(parties))}.values())[::-1]


def full_name(who: Party | Actor) -> str:
    """What somebody is called, with the sector where the name is that of a country: Philippines (police)."""
    sector = sector_words(who)
    return f"{party_name(who)} ({sector})" if sector else party_name(who)


def side_words(parties: Iterable[Party | Actor], most: int = 3) -> str:
    """One side of an event in words: India, Russia and 2 more."""
    names = list(dict.fromkeys(cut(full_name(p), 60) for p in parties))
    if not names:
        return ""
    if len(names) > most:
        return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def is_mutual(event_type: str, event_mode: str = "") -> bool:
    """Whether the two sides do it together, so that no arrow leads from one to the other."""
    return event_type != "ASSAULT" and is_symmetric(event_type, event_mode)


def title_of(event: Event | Claim | Report) -> str:
    """An event in one line: Visit: Narendra Modi → Russia."""
    left, right = side_words(event.actors), side_words(event.recipients)
    joined = " – " if is_mutual(event.event_type, event.event_mode) else " → "
    sides = joined.join(x for x in (left, right) if x) if left else (f"→ {right}" if right else "")
    words = kind(event.event_type, event.event_mode)
    return f"{words}: {sides}" if sides else words


def place_words(place: Place) -> str:
    """A place in words: Kazan, Russia."""
    name = cut(place.name or place.text, 80)
    country = name_of(place.country) if place.country else ""
    return ", ".join(dict.fromkeys(x for x in (name, country) if x))


def number(value: int | float) -> str:
    """A number, its thousands parted as in charts and on the terminal."""
    return f"{value:,}" if isinstance(value, int) else f"{value:.1f}"


def score(value: float | None) -> str:
    """A score with its sign; a dash where there is none."""
    return "–" if value is None else f"{value:+.1f}".replace("-", "−")


def cell(value: Any) -> str:
    """A value of any type in a cell of a table: what has parts as JSON, what is long cut."""
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | dict):
        return cut(json.dumps(plain(value), ensure_ascii=False), 400)
    return cut(str(value), 400)


def percent(value: float | None) -> str:
    """A share of one, or a probability, in hundredths."""
    return "–" if value is None else f"{value * 100:.0f}\u202f%"


def series_cells(row: Mapping[str, Any]) -> list[str]:
    """The numbers of a period of a series as they stand in its table, from the events on."""
    counts = [number(row[name]) for name in ("events", *CLASSES)]
    scores = [percent(row["conflict_share"]), score(row["score_sum"]), score(row["score_mean"])]
    return [*counts, *scores, number(row["visits"]), number(row["reports"])]


def plural(count: int, noun: str) -> str:
    """A number with its noun: 1 report, 2 reports."""
    many = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{number(count)} {noun if count == 1 else many}"


def doer_places(event: Event) -> list[str]:
    """Places of the parties of an event, each once, those that are known."""
    found = [place_of(p.code) for p in (*event.actors, *event.recipients) if p.code and not p.code.startswith("XXX")]
    return list(dict.fromkeys(found))


FILTERS: Mapping[str, Callable[..., Any]] = {
    "cell": cell,
    "cut": cut,
    "distinct": distinct,
    "number": number,
    "outside": outside,
    "party_name": party_name,
    "percent": percent,
    "place_words": place_words,
    "place_name": name_of,
    "score": score,
    "sector_words": sector_words,
    "series_cells": series_cells,
    "title_of": title_of,
    "when": when,
}
GLOBALS: Mapping[str, Any] = {
    "BASES": _BASES,
    "CHANGES": _CHANGES,
    "MODES": MODES,
    "PRECISIONS": PRECISIONS,
    "ROLES": ROLES,
    "STATUSES": STATUSES,
    "STATUS_WORDS": _STATUS_WORDS,
    "TYPES": TYPES,
    "is_mutual": is_mutual,
    "kind": kind,
    "kind_class": kind_class,
    "places_of": doer_places,
    "plural": plural,
    "side_words": side_words,
}
