"""What the commands share: options, days, what is said of a record that cannot answer, exit statuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from legation.display import tell
from legation.types import InputError

if TYPE_CHECKING:
    from legation.link.names import Names

__all__ = [
    "INTERRUPTED",
    "Command",
    "about_record",
    "actors",
    "as_of",
    "day",
    "event_filters",
    "form",
    "given",
    "own_names",
    "reading",
    "scheme",
    "since",
    "status",
    "type_",
    "until",
]

Command = Callable[..., Any]

INTERRUPTED = 130
"""Exit status of what the user stopped."""

_DAY = "YYYY-MM-DD"


def day(_context: click.Context, _parameter: click.Parameter, value: str | None) -> date | None:
    """The value of an option that is a day; what is none is wrong use."""
    if value is None:
        return None
    from legation.ingest.article import parse_published

    try:
        return parse_published(value)
    except ValueError as error:
        raise click.BadParameter(str(error).removeprefix("published: ")) from None


def _all(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Several options as one decorator, in the order in which the help lists them."""

    def add(function: Command) -> Command:
        for option in reversed(options):
            function = option(function)
        return function

    return add


actors = click.option(
    "--actors",
    metavar="TABLE",
    help="Your own table of names (tab-separated: text code name from to kind actor_id); it wins over ours.",
)

reading = _all(
    click.option(
        "--published", metavar="DATE", callback=day, help="Day of publication (YYYY-MM-DD) of inputs that state none."
    ),
    click.option("--publisher", metavar="NAME", default="", help="Outlet of inputs that state none."),
    click.option("--allow-private", is_flag=True, help="Read addresses on private networks, this machine included."),
    click.option(
        "--workers",
        type=click.IntRange(1, 64),
        default=1,
        show_default=True,
        help="Processes to spread the articles over; the claims do not depend on it.",
    ),
    actors,
)
"""What can be said of inputs that are read."""

as_of = click.option("--as-of", metavar=_DAY, help="As it was known on this day; now by default.")
since = click.option("--since", metavar=_DAY, help="From this day on.")
until = click.option("--until", metavar=_DAY, help="Up to this day.")
scheme = click.option("--scheme", default="plover", show_default=True, help="Quad scheme: plover, gdelt or icews.")
type_ = click.option(
    "--type", "type", multiple=True, metavar="TYPE", help="Event type: CONSULT, ASSAULT, ... (repeatable)."
)
status = click.option(
    "--status", multiple=True, metavar="STATUS", help="happened, ongoing, planned, possible or not (repeatable)."
)

event_filters = _all(
    click.option(
        "--actor", multiple=True, metavar="WHO", help="Doer: a code (IND, IND.GOV), id or name (repeatable: any)."
    ),
    click.option("--recipient", multiple=True, metavar="WHO", help="To or with whom (repeatable)."),
    click.option("--pair", nargs=2, metavar="A B", help="Two countries or bodies, in either direction."),
    type_,
    click.option("--mode", multiple=True, metavar="MODE", help="Mode of the type: visit, aerial, ... (repeatable)."),
    click.option(
        "--context", multiple=True, metavar="CONTEXT", help="Context: military, diplomatic, ... (repeatable)."
    ),
    status,
    click.option(
        "--place", multiple=True, metavar="PLACE", help="Country, by code or name, or name of a place (repeatable)."
    ),
    click.option("--publisher", multiple=True, metavar="NAME", help="Outlet that reports it (repeatable)."),
    since,
    until,
    click.option("--words", metavar="WORDS", help="Words in the sentences that report it, whatever their endings."),
    click.option("--disputed/--undisputed", default=None, help="Whether reports contradict each other."),
    as_of,
)
"""What picks events: the fields of `Filters`."""


def form(*names: str, words: str = "How to print it.") -> Callable[[Command], Command]:
    """The option `--format`, as the parameter `form`; the first of the names is the default."""
    return click.option("--format", "form", type=click.Choice(names), default=names[0], show_default=True, help=words)


def given(**options: Any) -> dict[str, Any]:
    """The options that were given."""
    return {name: value for name, value in options.items() if value not in (None, ())}


def own_names(path: str | None) -> Names | None:
    """The names with those of a user's table; says what is wrong with it, line by line, and ends with status 1."""
    if path is None:
        return None
    from legation.link.names import Names

    try:
        return Names.with_own(path)
    except InputError as error:
        for problem in error.problems:
            tell(f"{problem.where}: {problem.what}")
        click.get_current_context().exit(1)


@contextmanager
def about_record() -> Iterator[None]:
    """Says in one line what is wrong: with a question, and ends with status 2; with a record or export, with 1."""
    from legation.export.folder import ExportError
    from legation.record.store import RecordError
    from legation.record.views import QueryError

    try:
        yield
    except (QueryError, RecordError, ExportError) as error:
        tell(" ".join(str(error).split()))
        click.get_current_context().exit(2 if isinstance(error, QueryError) else 1)
