"""The formats, and how an export is made of any of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from legation.export import calendar, dyads, gdelt, icews, plover, polecat, sqlite, tables
from legation.export.folder import Layout, making, write_codebook, write_manifest, write_readme
from legation.export.material import Material, Tally

__all__ = ["FORMATS", "Format", "write"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format that events can be exported in."""

    write: Callable[[Material, Path, Tally], None] = field(metadata={"doc": "Writes the files into a folder"})
    layout: Layout = field(metadata={"doc": "What the README says of it"})
    headless: dict[str, tuple[str, ...]] = field(
        default_factory=dict, metadata={"doc": "Columns of the files that have no heading"}
    )


_GUARD = (
    "A text that begins with one of `=`, `+`, `-`, `@` has an apostrophe before it, so that no spreadsheet runs it as "
    "a formula; numbers are as they are."
)
_ONE_LINE = "Tabs and line ends inside a value have become blanks, double quotes single ones. " + _GUARD
_ROWS = (
    "One row an event and pair of parties: compound actors make several rows, meetings and calls one for each "
    "direction, a visit one for the visitor (042) and one for the host (043). An event is in it once, however many "
    "reports tell it, in the state that holds: what was announced and then took place is no longer in it as an intent."
)
_DAYS = (
    "A row has a day. Where the event is planned it is the day on which the plan was first reported; where its date is "
    "unknown or coarser than a month, the day of the first report."
)
_IDS = "`ids.tsv` leads from the number of a row to the event and the parties in the record's own codes."

FORMATS: dict[str, Format] = {
    "plover": Format(
        plover.write,
        Layout(
            "PLOVER 0.8 events as JSON Lines",
            (("events.jsonl", "An event a line"),),
            (
                "Field names are those of PLOVER's manual: `id`, `date`, `enddate`, `source`, `recipient`, `event`, "
                "`mode`, `context`, `quad_code`, `event_scale`, `event_loc`, `cite_info`, `text_info`. Our own type, "
                "mode, status and date, which PLOVER folds into one code, stand in the object `legation`.",
                "PLOVER requires a doer; events without one are left out. " + _DAYS.replace("A row", "An event"),
            ),
        ),
    ),
    "icews": Format(
        icews.write,
        Layout(
            "ICEWS coded event data",
            (("events.tab", "An event between two actors a line; 20 columns"), ("ids.tsv", "Row numbers and events")),
            (
                _ROWS,
                _DAYS,
                "Rows have both sides; events of which only one is known are left out. `Intensity` is the score of the "
                "CAMEO code. `Story ID`, `Sentence Number` and `Publisher` are those of the first report. `City` has "
                "the words for the place; districts, provinces and coordinates are not known.",
                _IDS,
                _ONE_LINE,
            ),
        ),
    ),
    "gdelt": Format(
        gdelt.write,
        Layout(
            "GDELT 2.0 events and mentions",
            (
                ("events.export.CSV", "An event between two actors a line; 61 columns, no heading"),
                ("events.mentions.CSV", "A claim about it a line; 16 columns, no heading"),
                ("ids.tsv", "Row numbers and events"),
            ),
            (
                _ROWS,
                _DAYS,
                "`NumMentions` counts claims, `NumSources` outlets, `NumArticles` articles, copies included. "
                "`QuadClass` is always GDELT's own. `AvgTone` and `MentionDocTone` are empty: tone is not measured. "
                "`ActionGeo` has the country (FIPS 10-4) and the words for the place, type 4 where the words name more "
                "than the country; coordinates are not known. Offsets count code points in the article's text, -1 "
                "where there are no words.",
                _IDS,
                _ONE_LINE,
            ),
        ),
        {"events.export.CSV": gdelt.COLUMNS, "events.mentions.CSV": gdelt.MENTION_COLUMNS},
    ),
    "polecat": Format(
        polecat.write,
        Layout(
            "POLECAT events",
            (("events.txt", "An event a line; 40 columns"),),
            (
                "Several actors stand in one cell, parted by `; `, and the cells of one side run parallel. `None` says "
                "that nothing is known. `Intensity` is PLOVER's score of the event as exported, `Quad Code` PLOVER's "
                "class. Countries are ISO 3166-1 alpha-3 codes, `COW` numbers those of the Correlates of War.",
                _DAYS.replace("A row", "An event"),
                _ONE_LINE,
            ),
        ),
    ),
    "dyad-month": Format(
        dyads.write,
        Layout(
            "Directed dyads by month",
            (
                ("dyad_month.csv", "What one place did to another in a month, where anything is known"),
                ("months.csv", "Every month of the record with its number of articles; `gap` is 1 where it has none"),
            ),
            (
                "`events` counts what happened or goes on; `planned` stands beside it and in no other column. What has "
                "no direction (meetings, agreements) counts in both; `directed` is the number of the others. A dyad of "
                "a place with itself is what happened within it. The four classes are those of the scheme named above, "
                "`unclassed` what it has no class for. `score_sum` and `score_mean` are on the scale of -10 to 10, "
                "`reports` counts independent reports. `coarse` is the number of events dated to a year only; they "
                "stand in its first month.",
                "A month and dyad without a row had no event, if `months.csv` has articles for it; if it is a gap, "
                "nobody looked, and the value is missing, not 0.",
                _GUARD,
            ),
        ),
    ),
    "csv": Format(
        tables.write_csv,
        Layout(
            "The record's events as CSV",
            tuple((f"{name}.csv", doc) for name, (doc, _) in tables.TABLES.items()),
            (
                "Lists are joined with `;`, and a `;` inside a value becomes a comma; the lists of one side run "
                "parallel. `event_id` leads from file to file. `day` is the first day of the date, or the day of "
                "the first report where that is not known.",
                _GUARD,
            ),
        ),
    ),
    "parquet": Format(
        tables.write_parquet,
        Layout(
            "The record's events as Parquet",
            tuple((f"{name}.parquet", doc) for name, (doc, _) in tables.TABLES.items()),
            ("Parties, dates and places are nested values. `event_id` leads from one file to another.",),
        ),
    ),
    "sqlite": Format(
        sqlite.write,
        Layout(
            "The record's events as a SQLite database",
            ((sqlite.DATABASE, "The database"), ("metadata.json", "What Datasette shows of it")),
            (
                f"Tables: {', '.join(f'`{t}`' for t in (*tables.TABLES, 'parties', 'contexts', 'codebook'))}. "
                "`parties` has a row for each party of an event. `events_fts` is a full-text index of `events`, whose "
                "`rowid` it shares: `events_fts MATCH 'visit'`.",
                f"In a browser: `datasette {sqlite.DATABASE} --metadata metadata.json`.",
            ),
        ),
    ),
    "ics": Format(
        calendar.write,
        Layout(
            "What is planned, as iCalendar",
            ((calendar.FILE, "The calendar"),),
            (
                "A day is an all-day entry; a month, or a span of up to three months, an entry over all of its days; "
                "both are tentative and leave the time free. What is due within a longer time, or has no date yet, is "
                "a task. The UID of an entry is that of the event, so a later export moves or updates it.",
                "Plans whose time has come are not in it, nor undated ones of which nobody spoke for a year.",
            ),
        ),
    ),
}
"""The formats by name."""


def write(form: str, material: Material, path: Path, *, force: bool = False) -> dict[str, Any]:
    """Makes an export.

    Args:
        form: One of `FORMATS`.
        material: What goes into it.
        path: The folder; made whole or not at all.
        force: Whether an earlier export there is replaced.

    Returns:
        The manifest.

    Raises:
        ExportError: If there is something already, or the disk says no.
    """
    wanted = FORMATS[form]
    tally = Tally()
    with making(path, force=force) as folder:
        wanted.write(material, folder, tally)
        write_codebook(folder)
        write_readme(folder, wanted.layout, material.about, tally, wanted.headless)
        return write_manifest(folder, form, material.about, tally)
