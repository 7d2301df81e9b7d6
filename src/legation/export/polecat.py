"""POLECAT: the 40 tab-separated columns of the files on Dataverse.

Several actors stand in one cell, parted by "; "; a cell that has nothing says `None`. Coordinates, GeoNames ids and
Wikipedia titles are not known here and say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from legation.export.actors import actor_name, country_of, cow, place_name, plover_code
from legation.export.codebook import QUAD_NAMES, plover
from legation.export.coded import event_day, why_left_out
from legation.export.material import Material, Tally, Telling, Told
from legation.export.text import joined, tab_rows
from legation.types import Party
from legation.version import __version__

__all__ = ["COLUMNS", "write"]


def _side_columns(side: str) -> tuple[str, ...]:
    return (
        f"{side} Name",
        f"{side} Country",
        f"{side} COW",
        f"Primary {side} Sector",
        f"{side} Sectors",
        f"{side} Title",
        f"{side} Name Raw",
        f"Wikipedia {side} ID",
    )


COLUMNS: tuple[str, ...] = (
    *("Event ID", "Event Date", "Event Type", "Event Mode", "Intensity", "Quad Code", "Contexts"),
    *_side_columns("Actor"),
    *_side_columns("Recipient"),
    *("Placename", "City", "District", "Province", "Country", "Latitude", "Longitude", "GeoNames ID"),
    *("Raw Placename", "Feature Type", "Source", "Publication Date"),
    *("Story People", "Story Organizations", "Story Locations", "Language", "Version"),
)

_NONE = "None"
_BETWEEN = "; "


def _several(values: Sequence[str]) -> str:
    return joined([v or _NONE for v in values], _BETWEEN) if any(values) else _NONE


def _raw(tellings: Sequence[Telling], party: Party, *, recipients: bool) -> str:
    """The first words that any claim has for a party."""
    sides = (t.recipients if recipients else t.actors for t in tellings)
    return next((text for side in sides for code, text, _ in side if code == party.code and text), "")


def _side(told: Told, parties: Sequence[Party], *, recipients: bool) -> list[str]:
    day = told.day
    countries = [country_of(p.code) for p in parties]
    sectors = [plover_code(p.code)[1] or ("IGO" if p.code.startswith("IGO:") else "") for p in parties]
    return [
        _several([actor_name(p) for p in parties]),
        _several(countries),
        _several([cow(c, day) if c else "" for c in countries]),
        _several(sectors),
        _several(sectors),
        _NONE,
        _several([_raw(told.tellings, p, recipients=recipients) for p in parties]),
        _NONE,
    ]


def _row(told: Told) -> list[object]:
    event = told.event
    coding = plover(event.event_type, event.event_mode, event.status)
    first = told.tellings[0].source if told.tellings else None
    parties = (*event.actors, *event.recipients)
    people = [p for p in parties if p.actor_id and p.name != place_name(p.place)]
    bodies = [actor_name(p) for p in parties if ":" in p.code and p not in people]
    place = event.place
    return [
        event.event_id,
        event_day(told)[0],
        coding.event,
        coding.mode or _NONE,
        f"{coding.score:.1f}",
        QUAD_NAMES[coding.quad].upper(),
        _several(event.contexts),
        *_side(told, event.actors, recipients=False),
        *_side(told, event.recipients, recipients=True),
        place.name or place.text or _NONE,
        *(_NONE,) * 3,
        place.country or _NONE,
        *(_NONE,) * 3,
        place.text or _NONE,
        _NONE,
        first.publisher if first and first.publisher else _NONE,
        first.day if first else _NONE,
        _several([actor_name(p) for p in people]),
        _several(bodies),
        place.name or _NONE,
        "en",
        f"Legation-{__version__}",
    ]


def write(material: Material, folder: Path, tally: Tally) -> None:
    """Writes `events.txt`."""
    with tab_rows(folder / "events.txt", COLUMNS) as put:
        for told in material.events():
            event = told.event
            if not plover(event.event_type, event.event_mode, event.status).event:
                tally.left_out[why_left_out(event)] += 1
            elif not event.actors and not event.recipients:
                tally.left_out["nobody known"] += 1
            else:
                put(_row(told))
                tally.rows["events.txt"] += 1
