"""The commands that correct what is merged: `legation decide` and `legation rebuild`."""

from __future__ import annotations

import getpass

import click

from legation.display import counted, printable
from legation.options import about_record

__all__ = ["decide", "rebuild"]


@click.command()
@click.argument("record", metavar="RECORD")
@click.argument("left", metavar="EVENT")
@click.argument("right", metavar="EVENT")
@click.option("--same", "judgement", flag_value="same", help="They are one event.")
@click.option("--different", "judgement", flag_value="different", help="They are two events.")
@click.option("--withdraw", "judgement", flag_value="withdrawn", help="Take back what you judged of these two.")
@click.option("--by", metavar="NAME", help="Who judges; your name on this machine by default.")
@click.option("--reason", metavar="TEXT", default="", help="Why; kept with the judgement.")
def decide(record: str, left: str, right: str, judgement: str | None, by: str | None, reason: str) -> None:
    """Say that two reports tell one event, or that they do not.

    EVENT is the id of an event or of one of its reports, as `legation show` prints them. A person's word wins over the
    model's and holds for whatever is added later. It can be taken back, which restores what was before.
    """
    if judgement is None:
        raise click.UsageError("Say --same, --different or --withdraw.")
    name = by if by is not None else _user()
    if not name.strip():
        raise click.UsageError("Say who judges: --by NAME.")
    from legation.record.merging import decide as keep
    from legation.record.store import Store

    with about_record():
        made = keep(Store(record), left, right, judgement, f"person:{name.strip()}", reason)
    words = {"same": "are one event", "different": "are two events", "withdrawn": "are judged by others again"}
    click.echo(f"{printable(made.left)} and {printable(made.right)} {words[judgement]}")


@click.command()
@click.argument("record", metavar="RECORD")
def rebuild(record: str) -> None:
    """Merge a record anew, from its claims and what persons judged.

    The result is what merging step by step gives; use it when in doubt, or to try other weights.
    """
    from legation.record.merging import rebuild as anew
    from legation.record.record import Record
    from legation.record.store import Store

    with about_record():
        store = Store(record)
        summary = anew(store)
        store.refresh()
        events = Record(store).count()  # of several steps one can tell again what another has told
    click.echo(f"{counted(summary.reports, 'report')}, {counted(events, 'event')}")


def _user() -> str:
    """The name of who runs the command; empty where the system knows none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""
