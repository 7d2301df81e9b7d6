"""The command that writes a record in the formats of others: `legation export`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from legation.display import stdout, tell
from legation.export import NAMES

__all__ = ["export"]

Command = Callable[..., Any]
_DAY = "YYYY-MM-DD"


def _filters(function: Command) -> Command:
    """Adds the options that pick events, the same as those of `legation events`."""
    several: dict[str, Any] = {"multiple": True}
    for option in (
        click.option("--actor", metavar="WHO", help="Doer: a code (IND, IND.GOV), id or name (repeatable).", **several),
        click.option("--recipient", metavar="WHO", help="To or with whom (repeatable).", **several),
        click.option("--pair", nargs=2, metavar="A B", help="Two countries or bodies, in either direction."),
        click.option("--type", "type", metavar="TYPE", help="Event type (repeatable).", **several),
        click.option("--mode", metavar="MODE", help="Mode of the type (repeatable).", **several),
        click.option("--context", metavar="CONTEXT", help="Context (repeatable).", **several),
        click.option("--status", metavar="STATUS", help="Status (repeatable).", **several),
        click.option("--place", metavar="PLACE", help="Country or name of a place (repeatable).", **several),
        click.option("--publisher", metavar="NAME", help="Outlet that reports it (repeatable).", **several),
        click.option("--since", metavar=_DAY, help="From this day on."),
        click.option("--until", metavar=_DAY, help="Up to this day."),
        click.option("--words", metavar="WORDS", help="Words in the sentences that report it."),
        click.option("--disputed/--undisputed", default=None, help="Whether reports contradict each other."),
        click.option("--as-of", metavar=_DAY, help="As it was known on this day; now by default."),
    )[::-1]:
        function = option(function)
    return function


@click.command()
@click.argument("record", metavar="RECORD")
@click.option("--format", "form", type=click.Choice(NAMES), required=True, help="Format to write.")
@click.option("--out", metavar="DIR", help="Folder to make; RECORD-FORMAT, here, by default.")
@click.option("--scheme", default="plover", show_default=True, help="Quad scheme: plover, gdelt or icews.")
@click.option("--sentences", is_flag=True, help="Also the sentences and headlines; they belong to their publishers.")
@click.option("--force", is_flag=True, help="Replace an earlier export.")
@_filters
def export(
    record: str,
    form: str,
    out: str | None,
    scheme: str,
    sentences: bool,
    force: bool,
    **options: Any,
) -> None:
    """Write the events of RECORD in a format that others use.

    plover, icews, gdelt, polecat: the codings of these data sets. dyad-month: counts and scores by month for each
    directed pair. csv, parquet, sqlite: all columns of the record. ics: what is planned, as a calendar.

    The folder has a README that says what is in it and what was left out, the codebook, and a manifest with hashes.
    """
    from legation.export.folder import ExportError
    from legation.record.exporting import export as write
    from legation.record.record import open as open_record
    from legation.record.store import RecordError
    from legation.record.views import QueryError

    command = click.get_current_context()
    filters = {name: value for name, value in options.items() if value not in (None, ())}
    path = Path(out) if out else Path(f"{Path(record).resolve().name}-{form}")
    try:
        manifest = write(open_record(record), form, path, scheme=scheme, sentences=sentences, force=force, **filters)
    except QueryError as error:
        tell(" ".join(str(error).split()))
        command.exit(2)
    except (RecordError, ExportError) as error:
        tell(" ".join(str(error).split()))
        command.exit(1)
    for file, rows in manifest["rows"].items():
        tell(f"{file}: {rows:,} row{'' if rows == 1 else 's'}")
    for reason, events in sorted(manifest["left_out"].items(), key=lambda item: -item[1]):
        tell(f"left out, {events:,}: {reason}")
    stdout()
    click.echo(str(path))
