"""ICEWS coded event data: the 20 tab-separated columns of the files that were published until 2023."""

from __future__ import annotations

from pathlib import Path

from legation.export.actors import actor_name, country_of, icews_sector, place_name
from legation.export.codebook import cameo_name
from legation.export.coded import CodedRow, coded_rows
from legation.export.material import Material, Tally
from legation.export.text import tab_rows
from legation.types import Party

__all__ = ["COLUMNS", "write"]

COLUMNS: tuple[str, ...] = (
    "Event ID",
    "Event Date",
    "Source Name",
    "Source Sectors",
    "Source Country",
    "Event Text",
    "CAMEO Code",
    "Intensity",
    "Target Name",
    "Target Sectors",
    "Target Country",
    "Story ID",
    "Sentence Number",
    "Publisher",
    "City",
    "District",
    "Province",
    "Country",
    "Latitude",
    "Longitude",
)


def _side(party: Party) -> tuple[str, str, str]:
    country = country_of(party.code)
    return actor_name(party), icews_sector(party.code), place_name(country) if country else ""


def _row(row: CodedRow) -> list[object]:
    event, tellings = row.told.event, row.told.tellings
    if row.source is None or row.target is None:
        raise ValueError("ICEWS rows have two sides")
    country = place_name(event.place.country) if event.place.country else ""
    words = event.place.text if event.place.text and event.place.text != country else ""
    first = tellings[0] if tellings else None
    told = (first.source.article_id, first.sentence, first.source.publisher) if first else ("", "", "")
    return [
        row.number,
        row.day,
        *_side(row.source),
        cameo_name(row.code),
        row.code,
        f"{row.score:.1f}",
        *_side(row.target),
        *told,
        words,
        "",
        "",
        country,
        "",
        "",
    ]


def write(material: Material, folder: Path, tally: Tally) -> None:
    """Writes `events.tab`, and `ids.tsv`, which leads from a row's number to our event."""
    with (
        tab_rows(folder / "events.tab", COLUMNS) as put,
        tab_rows(folder / "ids.tsv", ("Event ID", "event_id", "source", "target")) as link,
    ):
        for told in material.events():
            for row in coded_rows(told, tally, both_sides=True):
                put(_row(row))
                link([row.number, told.event.event_id, row.source and row.source.code, row.target and row.target.code])
                tally.rows["events.tab"] += 1
                tally.rows["ids.tsv"] += 1
