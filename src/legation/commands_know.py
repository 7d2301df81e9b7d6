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

from legation.display import console, printable, stdout, tell
from legation.types import InputError

if TYPE_CHECKING:
    from legation.link.actors import Body, Match
    from legation.link.names import Names

__all__ = ["actor", "actors_option", "body", "own_names"]

_NAMES_A_LINE = 15


def _day(_context: click.Context, _parameter: click.Parameter, value: str | None) -> date | None:
    if value is None:
        return None
    from legation.link.actors import day_of

    try:
        return day_of(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


actors_option = click.option(
    "--actors",
    metavar="TABLE",
    help="Your own table of names (tab-separated: text code name from to kind actor_id); it wins over ours.",
)
_on_option = click.option("--on", metavar="DATE", callback=_day, help="The day (YYYY-MM-DD); today by default.")
_format_option = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="A table to look at, or JSON.",
)


def own_names(context: click.Context, path: str | None) -> Names | None:
    """The names with those of a user's table; says what is wrong with it, line by line, and ends with status 1."""
    if path is None:
        return None
    from legation.link.names import Names

    try:
        return Names.with_own(path)
    except InputError as error:
        for problem in error.problems:
            tell(f"{problem.where}: {problem.what}")
        context.exit(1)


@click.command()
@click.argument("text")
@_on_option
@_format_option
@actors_option
@click.pass_context
def actor(context: click.Context, text: str, on: date | None, form: str, actors: str | None) -> None:
    """Say whom a name or description means on a day, best first.

    TEXT is a name ("Rousseff", "Tokyo", "the Treasury") or an office ("foreign minister of Turkey").
    """
    from legation.link.actors import lookup

    known = own_names(context, actors)
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
@_on_option
@_format_option
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
    what = f"{count} member{'' if count == 1 else 's'}" if count else "no members recorded"
    out.print(f"{printable(found.name)} ({found.actor_id}), {what} on {day.isoformat()}")
    for i in range(0, count, _NAMES_A_LINE):
        out.print("  " + " ".join(found.members[i : i + _NAMES_A_LINE]))
