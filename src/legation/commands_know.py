"""The commands that look things up in the table of who is who: `legation actor` and `legation body`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click
from rich import box
from rich.table import Table
from rich.text import Text

from legation import options
from legation.display import console, counted, printable, stdout, tell

if TYPE_CHECKING:
    from legation.link.actors import Body, Match

__all__ = ["actor", "body"]

_NAMES_A_LINE = 15


_on = click.option("--on", metavar="DATE", callback=options.day, help="The day (YYYY-MM-DD); today by default.")
_form = options.form("table", "json", words="A table to look at, or JSON.")


@click.command()
@click.argument("text")
@_on
@_form
@options.actors
@click.pass_context
def actor(context: click.Context, text: str, on: date | None, form: str, actors: str | None) -> None:
    """Say whom a name or description means on a day, best first.

    TEXT is a name ("Rousseff", "Tokyo", "the Treasury") or an office ("foreign minister of Turkey").
    """
    from legation.link.actors import lookup

    known = options.own_names(actors)
    found = lookup(text, on, known)
    if not found:
        tell(f"nobody is known as {text!r}; a table of your own can say who it is (--actors)")
        context.exit(1)
    if form == "json":
        _print_json([_match(m) for m in found])
    else:
        _print_matches(found)


def _match(match: Match) -> dict[str, Any]:
    return {
        "actor_id": match.actor_id,
        "name": match.name,
        "code": match.code,
        "kind": match.kind,
        "score": match.score,
        "from": match.first.isoformat() if match.first else None,
        "to": match.last.isoformat() if match.last else None,
    }


@click.command()
@click.argument("text")
@_on
@_form
@click.pass_context
def body(context: click.Context, text: str, on: date | None, form: str) -> None:
    """Say who belongs to an international body on a day.

    TEXT is its name, a short form, or its id: "BRICS", "Arab League", IGO:SCO.
    """
    from legation.link.actors import body as look_up

    found = look_up(text, on)
    if found is None:
        tell(f"no international body is known as {text!r}; give its name in full or its usual letters")
        context.exit(1)
    if form == "json":
        _print_json({"actor_id": found.actor_id, "name": found.name, "members": list(found.members)})
    else:
        _print_body(found, on or date.today())


def _print_json(value: object) -> None:
    stdout()  # in UTF-8
    click.echo(json.dumps(value, ensure_ascii=False))


def _print_matches(found: Sequence[Match]) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("name", "code", "kind", "score", "from", "to", "id"):
        table.add_column(column, overflow="fold", justify="right" if column == "score" else "left")
    for m in found:
        days = (d.isoformat() if d else "" for d in (m.first, m.last))
        cells = (m.name, m.code, m.kind, f"{m.score:.2f}", *days, m.actor_id)
        table.add_row(*(Text(printable(cell)) for cell in cells))
    console().print(table)


def _print_body(found: Body, day: date) -> None:
    out = console()
    count = len(found.members)
    what = counted(count, "member") if count else "no members recorded"
    out.print(f"{printable(found.name)} ({found.actor_id}), {what} on {day.isoformat()}")
    for i in range(0, count, _NAMES_A_LINE):
        out.print("  " + " ".join(found.members[i : i + _NAMES_A_LINE]))
