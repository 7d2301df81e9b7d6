"""Our ids of actors in the codes of others: CAMEO, Correlates of War, FIPS; sectors in the words of ICEWS."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from importlib import resources

from legation.knowledge import place_names, read_table
from legation.knowledge.tables import holds, parse_day
from legation.ontology import REGIONS, place_of
from legation.types import Party

__all__ = [
    "CameoActor",
    "actor_name",
    "cameo_actor",
    "country_of",
    "cow",
    "fips",
    "icews_sector",
    "place_name",
    "plover_code",
    "sector",
]

_SECTORS: dict[str, tuple[str, str]] = {
    "GOV": ("GOV", "Government"),
    "MIL": ("MIL", "Military"),
    "LEG": ("LEG", "Legislative / Parliamentary"),
    "JUD": ("JUD", "Judicial"),
    "COP": ("COP", "Police"),
    "SPY": ("SPY", "Intelligence Ministry"),
    "PTY": ("PTY", "Parties"),
    "OPP": ("OPP", "Dissident"),
    "REB": ("REB", "Rebel"),
    "UAF": ("UAF", "Unidentified Forces"),
    "CVL": ("CVL", "General Population / Civilian / Social"),
    "BUS": ("BUS", "Business"),
    "JRN": ("MED", "Media"),
    "EDU": ("EDU", "Education"),
    "REL": ("REL", "National Religious"),
    "LAB": ("LAB", "Labor"),
    "MED": ("HLH", "Medical / Health"),
    "REF": ("REF", "Refugees / Displaced"),
    "CRM": ("CRM", "Criminals / Gangs"),
    "ELI": ("ELI", "Elite"),
    "SOC": ("CVL", "Social"),
}
"""Our sector, to CAMEO's role (PLOVER took MED for health and JRN for media, CAMEO has them as HLH and MED), and to
the name of the sector in ICEWS."""

_PEOPLE = {
    "MIL": "Military",
    "LEG": "Parliament",
    "JUD": "Courts",
    "COP": "Police",
    "SPY": "Intelligence services",
    "PTY": "Parties",
    "OPP": "Opposition",
    "REB": "Rebels",
    "UAF": "Unknown gunmen",
    "CVL": "Citizens",
    "BUS": "Business",
    "JRN": "Media",
    "EDU": "Education",
    "REL": "Religious groups",
    "LAB": "Workers",
    "MED": "Health workers",
    "REF": "Refugees",
    "CRM": "Criminals",
    "ELI": "Former officials",
    "SOC": "Civil society",
}
"""What those of a sector are called who have no name of their own: "Citizens (Iraq)", in the manner of ICEWS."""

_BODIES = {
    "IGO": "International Government Organization",
    "NGO": "Nongovernmental Organization (International)",
    "MNC": "Multinational Corporation",
}
_ROLES = frozenset(role for role, _ in _SECTORS.values()) | {"IGO", "NGO", "MNC", "IMG", "DEV", "HRI", "AGR", "ENV"}
_REGIONS = REGIONS | frozenset("SEA SAS CAS CAF EAF SAF WAF NAF PGS".split())
_RELIGIONS = frozenset({"MOS"})
_GROUP_ROLES = {"criminal": "CRM", "political": "OPP", "religious": "REL"}
"""CAMEO's role of a group by its kind in our table; all others are armed: REB."""


@dataclass(frozen=True, slots=True)
class CameoActor:
    """An actor's CAMEO code, and the parts of it that GDELT has columns for."""

    code: str = field(metadata={"doc": "The whole code: INDGOV, IGOUNO, LBNREBHEZ; empty where unknown"})
    country: str = field(default="", metadata={"doc": "Country or region"})
    group: str = field(default="", metadata={"doc": "Known group"})
    religion: str = field(default="", metadata={"doc": "Religion"})
    roles: tuple[str, ...] = field(default=(), metadata={"doc": "Up to three roles"})


@cache
def _known() -> dict[str, str]:
    file = resources.files("legation.export").joinpath("cameo_actors.tsv")
    with file.open(encoding="utf8") as lines:
        return {r["place"]: r["code"] for r in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)}


@cache
def _states() -> dict[str, list[dict[str, str]]]:
    """Rows of the states by code, those that hold now first."""
    out: dict[str, list[dict[str, str]]] = {}
    for row in read_table("states"):
        out.setdefault(row["iso3"], []).append(row)
    for rows in out.values():
        rows.sort(key=lambda row: (bool(row["to"]), row["from"]))
    return out


@cache
def _groups() -> dict[str, tuple[str, str]]:
    """Country and kind of each group."""
    return {row["id"]: (row["country"], row["kind"]) for row in read_table("groups")}


def _of_state(place: str, column: str, day: date) -> str:
    """A code of a state on a day, from the row that holds, else from any that has one."""
    rows = [row for row in _states().get(place, ()) if row[column]]
    for row in rows:
        if holds(parse_day(row["from"]), parse_day(row["to"], end=True), day):
            return row[column]
    return rows[0][column] if rows else ""


def _yearly(lookup: Callable[[str, date], str]) -> Callable[[str, date], str]:
    """Remembers the answers of a lookup by place and day."""
    return lru_cache(maxsize=200_000)(lookup)


@_yearly
def cow(place: str, day: date) -> str:
    """Number of a state in the Correlates of War on a day; empty where it has none."""
    return _of_state(place, "cow", day)


@_yearly
def fips(place: str, day: date) -> str:
    """FIPS 10-4 code of a country on a day, as GDELT has it; empty where there is none."""
    return _of_state(place, "fips", day)


@_yearly
def _state_cameo(place: str, day: date) -> str:
    return _of_state(place, "cameo", day) or (place if place in _states() else "")


def sector(code: str) -> str:
    """The sector of an id: GOV of RUS.GOV; empty where it has none."""
    return code.partition(".")[2]


def place_name(place: str) -> str:
    """Name of a country, body, group or region; its code where it has none."""
    return place_names().get(place, ("", place))[1] or place


@lru_cache(maxsize=50_000)
def cameo_actor(code: str, day: date) -> CameoActor:
    """An id as CAMEO writes it.

    Args:
        code: Id of the guidelines' grammar: IND.GOV, IGO:UN, NSA:HAMAS.
        day: Day of the event; states have changed their codes.

    Returns:
        The code and its parts. A body or group that CAMEO's lists lack gets what they have for its kind: IGO, or its
        country with REB.
    """
    place, role = place_of(code), _SECTORS.get(sector(code), ("", ""))[0]
    kind = place.partition(":")[0]
    if place in _known():
        base = _known()[place]
    elif kind in _BODIES:
        base = kind
    elif kind == "NSA":
        country, sort = _groups().get(place, ("", ""))
        state = _state_cameo(country, day) if country else ""
        base = state + _GROUP_ROLES.get(sort, "REB") if state else "IMG"
    elif place in REGIONS:
        base = place
    else:
        base = _state_cameo(place, day)
    return _parts(base + role)


def _parts(code: str) -> CameoActor:
    country = group = religion = ""
    roles: list[str] = []
    for at in range(0, len(code), 3):
        part = code[at : at + 3]
        if part in _ROLES:
            roles.append(part)
        elif part in _RELIGIONS:
            religion = part
        elif part in _REGIONS or (at == 0 and part not in _ROLES):
            country = part
        else:
            group = part
    return CameoActor(code, country, group, religion, tuple(dict.fromkeys(roles))[:3])


def icews_sector(code: str) -> str:
    """The sector of an id in the words of ICEWS; empty where it has none."""
    kind = place_of(code).partition(":")[0]
    own = _SECTORS.get(sector(code), ("", ""))[1]
    if kind == "NSA":
        sort = _groups().get(place_of(code), ("", ""))[1]
        own = own or {"criminal": "Criminals / Gangs", "political": "Dissident"}.get(sort, "Rebel")
    return ", ".join(filter(None, (_BODIES.get(kind, ""), own)))


def country_of(code: str) -> str:
    """The country of an id: its place, or that in which a group is at home; empty where there is none."""
    place = place_of(code)
    if place.startswith("NSA:"):
        return _groups().get(place, ("", ""))[0]
    return place if place in _states() else ""


def plover_code(code: str) -> tuple[str, str]:
    """Code and sector of an id in PLOVER: a country, IGO, NGO, MNC or IMG, and the sector."""
    place = place_of(code)
    kind = place.partition(":")[0]
    if kind != "NSA":
        return ("" if place == "XXX" else kind), sector(code)
    country, sort = _groups().get(place, ("", ""))
    role = sector(code) or {"criminal": "CRM", "political": "OPP", "religious": "REL"}.get(sort, "REB")
    transnational = not country or _known().get(place, "").startswith("IMG")
    return "IMG" if transnational else country, role


def actor_name(party: Party) -> str:
    """What a party is called, without tabs and line ends: "Narendra Modi", "Hamas", "Military (Russia)"."""
    known = place_name(party.place)
    name = party.name or ("" if party.place == "XXX" else known)
    role = sector(party.code)
    if role not in ("", "GOV") and name in ("", known):
        words = _PEOPLE.get(role, role)
        name = f"{words} ({name})" if name else words
    return " ".join(name.split())
