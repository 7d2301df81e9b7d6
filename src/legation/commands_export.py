"""The command that writes a record in the formats of others: `legation export`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from legation import options
from legation.display import counted, stdout, tell
from legation.export import NAMES

__all__ = ["export"]


@click.command()
@click.argument("record", metavar="RECORD")
@click.option("--format", "form", type=click.Choice(NAMES), required=True, help="Format to write.")
@click.option("--out", metavar="DIR", help="Folder to make; RECORD-FORMAT, here, by default.")
@options.scheme
@click.option("--sentences", is_flag=True, help="Also the sentences and headlines; they belong to their publishers.")
@click.option("--force", is_flag=True, help="Replace an earlier export.")
@options.event_filters
def export(
    record: str,
    form: str,
    out: str | None,
    scheme: str,
    sentences: bool,
    force: bool,
    **filters: Any,
) -> None:
    """Write the events of RECORD in a format that others use.

    plover, icews, gdelt, polecat: the codings of these data sets. dyad-month: counts and scores by month for each
    directed pair. csv, parquet, sqlite: all columns of the record. ics: what is planned, as a calendar.

    The folder has a README that says what is in it and what was left out, the codebook, and a manifest with hashes.
    """
    from legation.record.record import open as open_record

    path = Path(out) if out else Path(f"{Path(record).resolve().name}-{form}")
    with options.about_record():
        manifest = open_record(record).export(
            form, path, scheme=scheme, sentences=sentences, force=force, **options.given(**filters)
        )
    for file, rows in manifest["rows"].items():
        tell(f"{file}: {counted(rows, 'row')}")
    for reason, events in sorted(manifest["left_out"].items(), key=lambda item: -item[1]):
        tell(f"left out, {events:,}: {reason}")
    stdout()
    click.echo(str(path))
