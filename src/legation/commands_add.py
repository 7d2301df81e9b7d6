"""The command that reads news into a record."""

from __future__ import annotations

import sys
import time
from concurrent.futures import BrokenExecutor
from datetime import date
from types import TracebackType
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from legation.display import counted, printable, tell
from legation.options import INTERRUPTED, reading

if TYPE_CHECKING:
    from legation.adding import Added
    from legation.types import Problem

__all__ = ["add"]

_EVERY = 30.0
"""Seconds between two lines of progress where nobody watches."""


class _Watch:
    """Progress on standard error: a bar where somebody watches, else a line now and then."""

    def __init__(self, total: int) -> None:
        self.added: Added | None = None
        self._begun = self._told = time.monotonic()
        self._console = Console(stderr=True, highlight=False, markup=False, emoji=False)
        self._progress: Progress | None = None
        if self._console.is_terminal:
            columns = [TextColumn("{task.description}"), *((BarColumn(), TaskProgressColumn()) if total else ())]
            left = [TimeRemainingColumn()] if total else []
            self._progress = Progress(
                *columns, TextColumn("{task.fields[counts]}"), *left, console=self._console, transient=True
            )
            self._reading = self._progress.add_task("reading", total=total or None, counts="")

    def __enter__(self) -> _Watch:
        if self._progress:
            self._progress.start()
        return self

    def __exit__(self, _kind: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        if self._progress:
            self._progress.stop()

    def counts(self, added: Added) -> None:
        """Takes the counts up to now."""
        self.added = added
        now = time.monotonic()
        rate = added.articles / max(now - self._begun, 0.001)
        words = f"{counted(added.articles, 'article')} ({rate:,.1f}/s), {counted(added.claims, 'claim')}"
        words += f", {added.known:,} known already" if added.known else ""
        if self._progress:
            self._progress.update(self._reading, counts=words)
        elif now - self._told >= _EVERY:
            self._told = now
            tell(words)

    def bytes_read(self, number: int) -> None:
        """Takes the number of bytes newly read."""
        if self._progress:
            self._progress.advance(self._reading, number)

    def merged(self, done: int, total: int) -> None:
        """Takes the number of claims that are merged, of all."""
        if self._progress:
            self._progress.update(self._reading, description="merging", completed=done, total=total, counts="")

    def problem(self, problem: Problem) -> None:
        """Says what could not be read."""
        words = f"legation: {printable(problem.where)}: {printable(problem.what)}"
        if self._progress:
            self._console.print(words, soft_wrap=True)
        else:
            click.echo(words, err=True)


@click.command()
@click.argument("record", metavar="RECORD")
@click.argument("inputs", metavar="INPUT...", nargs=-1)
@reading
@click.option(
    "--again",
    is_flag=True,
    help="Read anew what the record has from an older network, tables or rules; without INPUT all of it.",
)
@click.pass_context
def add(
    context: click.Context,
    record: str,
    inputs: tuple[str, ...],
    published: date | None,
    publisher: str,
    allow_private: bool,
    workers: int,
    again: bool,
    actors: str | None,
) -> None:
    """Read news and keep what it claims in a record.

    RECORD is a folder; it is made where there is none. INPUT is what `legation read` reads: files, folders, addresses,
    or - for standard input. What the record has already is skipped, so the same command goes on where it was stopped.
    """
    if not inputs and not again:
        raise click.UsageError("Missing argument 'INPUT...'.")
    from legation import adding
    from legation.ingest.files import input_bytes
    from legation.record.store import RecordError
    from legation.types import InputError

    status = 0
    with _Watch(input_bytes(inputs) if sys.stderr.isatty() else 0) as watch:
        try:
            watch.added = adding.add(
                record,
                inputs or None,
                published=published,
                publisher=publisher,
                allow_private=allow_private,
                actors=actors,
                workers=workers,
                again=again,
                on_progress=watch.counts,
                on_bytes=watch.bytes_read,
                on_problem=watch.problem,
                on_merge=watch.merged,
            )
        except InputError as error:
            for problem in error.problems:
                watch.problem(problem)
            status = 1
        except RecordError as error:
            tell(str(error))
            status = 1
        except BrokenExecutor:
            tell("a worker process has died (is there enough memory?); what was read is kept, run the command again")
            status = 1
        except KeyboardInterrupt:
            status = INTERRUPTED
    if watch.added:
        _sum_up(watch.added, interrupted=status == INTERRUPTED)
        status = status or (1 if watch.added.failed else 0)
    context.exit(status)


def _sum_up(added: Added, *, interrupted: bool) -> None:
    if added.undated:
        words = counted(added.undated, "article")
        tell(f"{words} without a date: relative dates stay open, and today counts as their day; give --published")
    parts = [
        counted(added.articles, "article"),
        f"{counted(added.claims, 'claim')} kept",
        f"{added.known:,} known already",
    ]
    parts += [counted(added.versions, "new version") + " of known pages"] if added.versions else []
    parts += [f"{counted(added.failed, 'problem')}"] if added.failed else []
    parts += [f"{added.skipped:,} in other languages"] if added.skipped else []
    parts += [] if interrupted else [f"{counted(added.events, 'event')} new or changed"]
    tell(", ".join(parts))
    if interrupted:
        tell("stopped; the same command goes on from here, and merges what is new into events")
