"""GDELT 2.0: its events (61 columns) and mentions (16 columns), tab-separated and without a heading.

GDELT counts reports where we count events: `NumMentions` is our number of claims, `NumSources` of outlets,
`NumArticles` of articles that report the one event. Tone is not measured here and stays empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from legation.export.actors import actor_name, cameo_actor, fips, place_name
from legation.export.codebook import quad_of_code
from legation.export.coded import CodedRow, coded_rows
from legation.export.material import Material, Tally, Telling
from legation.export.text import tab_rows
from legation.types import Party, Place

__all__ = ["COLUMNS", "MENTION_COLUMNS", "write"]

_ACTOR = ("Code", "Name", "CountryCode", "KnownGroupCode", "EthnicCode", "Religion1Code", "Religion2Code",
          "Type1Code", "Type2Code", "Type3Code")  # fmt: skip
_GEO = ("Type", "FullName", "CountryCode", "ADM1Code", "ADM2Code", "Lat", "Long", "FeatureID")

COLUMNS: tuple[str, ...] = (
    *("GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate"),
    *(f"Actor{n}{name}" for n in (1, 2) for name in _ACTOR),
    *("IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale"),
    *("NumMentions", "NumSources", "NumArticles", "AvgTone"),
    *(f"{who}Geo_{name}" for who in ("Actor1", "Actor2", "Action") for name in _GEO),
    *("DATEADDED", "SOURCEURL"),
)

MENTION_COLUMNS: tuple[str, ...] = (
    "GLOBALEVENTID",
    "EventTimeDate",
    "MentionTimeDate",
    "MentionType",
    "MentionSourceName",
    "MentionIdentifier",
    "SentenceID",
    "Actor1CharOffset",
    "Actor2CharOffset",
    "ActionCharOffset",
    "InRawText",
    "Confidence",
    "MentionDocLen",
    "MentionDocTone",
    "MentionDocTranslationInfo",
    "Extras",
)

_NO_GEO = ("0", "", "", "", "", "", "", "")
_COUNTRY, _CITY = "1", "4"
_WEB, _CITATION = "1", "2"
_LEAD = 1
"""Sentences up to this number are the headline and the lead."""


def _actor(party: Party | None, day: date) -> tuple[str, ...]:
    if party is None:
        return ("",) * len(_ACTOR)
    known = cameo_actor(party.code, day)
    roles = (*known.roles, "", "", "")[:3]
    return (known.code, actor_name(party).upper(), known.country, known.group, "", known.religion, "", *roles)


def _geo(place: Place, day: date) -> tuple[str, ...]:
    code = fips(place.country, day) if place.country else ""
    if not code:
        return _NO_GEO
    country = place_name(place.country)
    city = place.text and place.text not in (country, place.country)
    name = f"{place.text}, {country}" if city and not place.text.endswith(country) else place.text or country
    return (_CITY if city else _COUNTRY, name, code, code, "", "", "", "")


def _fraction(day: date) -> str:
    """The year with the share of it that has passed, as GDELT reckons: months of 30 days."""
    return f"{day.year + ((day.month - 1) * 30 + day.day) / 365:.4f}"


def _row(row: CodedRow) -> list[object]:
    event, day, tellings = row.told.event, row.day, row.told.tellings
    first = tellings[0].source if tellings else None
    return [
        row.number,
        f"{day:%Y%m%d}",
        f"{day:%Y%m}",
        day.year,
        _fraction(day),
        *_actor(row.source, day),
        *_actor(row.target, day),
        int(any(t.sentence <= _LEAD for t in tellings)),
        row.code,
        row.code[:3],
        row.code[:2],
        quad_of_code(row.code, "gdelt"),
        f"{row.score:.1f}",
        event.claims,
        row.told.publishers,
        event.printings,
        "",
        *_NO_GEO,
        *_NO_GEO,
        *_geo(event.place, day),
        f"{event.first_reported:%Y%m%d}000000",
        (first.url or first.publisher) if first else "",
    ]


def _offset(found: tuple[tuple[str, str, int | None], ...], party: Party | None) -> int:
    """First character of the words for a party; -1 where there are none."""
    if party is None:
        return -1
    return next((start for code, _, start in found if code == party.code and start is not None), -1)


def _mention(row: CodedRow, telling: Telling) -> list[object]:
    source = telling.source
    swapped = row.code == "043"
    one, other = (telling.recipients, telling.actors) if swapped else (telling.actors, telling.recipients)
    return [
        row.number,
        f"{row.told.event.first_reported:%Y%m%d}000000",
        f"{source.day:%Y%m%d}000000",
        _WEB if source.url else _CITATION,
        source.publisher,
        source.url or source.article_id,
        telling.sentence,
        max(_offset(one, row.source), _offset(other, row.source)),
        max(_offset(other, row.target), _offset(one, row.target)),
        telling.start,
        1,
        round(100 * telling.confidence),
        telling.length,
        "",
        "",
        "",
    ]


def _rows(material: Material, tally: Tally) -> Iterator[CodedRow]:
    for told in material.events():
        yield from coded_rows(told, tally, both_sides=False)


def write(material: Material, folder: Path, tally: Tally) -> None:
    """Writes `events.export.CSV` and `events.mentions.CSV`, and `ids.tsv`, from a row's number to our event."""
    with (
        tab_rows(folder / "events.export.CSV", None) as put,
        tab_rows(folder / "events.mentions.CSV", None) as mention,
        tab_rows(folder / "ids.tsv", ("GLOBALEVENTID", "event_id", "Actor1", "Actor2")) as link,
    ):
        for row in _rows(material, tally):
            put(_row(row))
            link([row.number, row.told.event.event_id, row.source and row.source.code, row.target and row.target.code])
            tally.rows["events.export.CSV"] += 1
            tally.rows["ids.tsv"] += 1
            for telling in row.told.tellings:
                mention(_mention(row, telling))
                tally.rows["events.mentions.CSV"] += 1
