"""The command. It parses, calls, prints; what is done is done elsewhere.

Results go to standard output, messages to standard error. Exit status: 0 all read, 1 something could not be read
(the rest is printed all the same), 2 wrong use.
"""

from __future__ import annotations

import csv
import json
import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

import legation
from legation import (
    commands_add,
    commands_export,
    commands_know,
    commands_merge,
    commands_record,
    commands_serve,
    display,
    options,
)
from legation.display import counted
from legation.read.encoder import ModelError
from legation.schema import ROW_COLUMNS, claim_to_json, claim_to_row
from legation.types import Article, Claim, Problem

__all__ = ["command", "main"]

_LONG_WORK = 200_000
"""Bytes of input from which a progress bar is worth its lines."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(legation.__version__, prog_name="legation")
def command() -> None:
    """Reads news on world politics: who did what to whom, when, where, who says so, and with what status."""
    logging.getLogger().addHandler(logging.NullHandler())  # libraries log what we tell as problems


@dataclass
class _Input:
    """The articles of an input; problems are told as they come, and counted."""

    items: Iterable[Article | Problem]
    tell: Callable[[str], None]
    failed: int = 0
    articles: int = 0
    undated: int = 0
    claims: int = 0

    def __iter__(self) -> Iterator[Article]:
        for item in self.items:
            if isinstance(item, Problem):
                self.failed += not item.skipped
                self.tell(f"{item.where}: {item.what}")
            else:
                self.articles += 1
                self.undated += item.published is None
                yield item


@command.command()
@click.argument("inputs", metavar="INPUT...", nargs=-1, required=True)
@options.reading
@options.form(
    "table",
    "jsonl",
    "csv",
    "plover",
    words="A table to look at, one JSON object a claim, one row a claim, or PLOVER 0.8 records.",
)
@click.option("--explain", is_flag=True, help="Print each claim with its sentence and the words it rests on.")
@click.pass_context
def read(
    context: click.Context,
    inputs: tuple[str, ...],
    published: date | None,
    publisher: str,
    form: str,
    explain: bool,
    allow_private: bool,
    workers: int,
    actors: str | None,
) -> None:
    """Read news and print what it claims.

    INPUT is a file (.txt, .html, .jsonl, .json, each also .gz), a folder of those, an http or https address, or - for
    standard input. JSON has the fields id, url, publisher, published, title, text; only text is required.
    """
    if explain and form != "table":
        raise click.UsageError("--explain is for people; leave out --format")
    from legation import pipeline
    from legation.ingest.files import read_inputs

    known = options.own_names(actors)
    more: dict[str, Any] = {} if known is None else {"known": known}
    read_articles: Callable[..., Iterable[tuple[Article, list[Claim]]]] = pipeline.read_articles
    if workers > 1:
        from legation.engines import local

        read_articles = local.read_articles
        more["workers"] = workers
    with _progress(inputs) as (on_bytes, tell):
        items = read_inputs(
            inputs, published=published, publisher=publisher, allow_private=allow_private, on_bytes=on_bytes
        )
        source = _Input(items, tell)
        write = _writer(form, explain=explain)
        for article, claims in read_articles(source, **more):
            source.claims += len(claims)
            write(article, claims)
    if source.undated:
        display.tell(
            f"{counted(source.undated, 'article')} without a date, so relative dates stay open; give --published"
        )
    if form == "table" and source.articles:
        display.tell(f"{counted(source.claims, 'claim')} in {counted(source.articles, 'article')}")
    context.exit(1 if source.failed else 0)


Write = Callable[[Article, Sequence[Claim]], None]


def _writer(form: str, *, explain: bool) -> Write:
    """What prints the claims of an article, in the form that was asked for."""
    out = display.stdout()
    if form == "jsonl":

        def jsonl(_: Article, claims: Sequence[Claim]) -> None:
            out.writelines(claim_to_json(c) + "\n" for c in claims)
            out.flush()

        return jsonl
    if form == "csv":
        from legation.export.text import guarded

        rows = csv.DictWriter(out, ROW_COLUMNS, lineterminator="\n")
        rows.writeheader()

        def table_rows(_: Article, claims: Sequence[Claim]) -> None:
            for claim in claims:
                cells = claim_to_row(claim)
                rows.writerow({name: guarded(v) if isinstance(v, str) else v for name, v in cells.items()})
            out.flush()

        return table_rows
    if form == "plover":
        from legation.export.plover import claim_record

        def plover(article: Article, claims: Sequence[Claim]) -> None:
            records = filter(None, (claim_record(article, c) for c in claims))
            out.writelines(json.dumps(r, ensure_ascii=False) + "\n" for r in records)
            out.flush()

        return plover
    console = display.console()
    if explain:
        console.print(display.legend())
        console.print()

    def for_people(article: Article, claims: Sequence[Claim]) -> None:
        console.print(display.heading(article))
        if not claims:
            console.print("   no claims\n")
        elif explain:
            display.explain(console, article, claims)
        else:
            console.print(display.claims_table(claims))

    return for_people


class _ProgressBar:
    """Progress on standard error, in bytes read, with messages above it."""

    def __init__(self, total: int) -> None:
        self._console = Console(stderr=True, highlight=False, markup=False, emoji=False)
        columns = (TextColumn("reading"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        self._progress = Progress(
            *columns, console=self._console, transient=True, redirect_stdout=False, redirect_stderr=False
        )
        self._task = self._progress.add_task("reading", total=total)

    def __enter__(self) -> tuple[Callable[[int], None], Callable[[str], None]]:
        self._progress.start()
        return lambda count: self._progress.advance(self._task, count), self._print

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def _print(self, message: str) -> None:
        self._console.print(f"legation: {display.printable(message)}", soft_wrap=True)


def _progress(
    inputs: Sequence[str],
) -> AbstractContextManager[tuple[Callable[[int], None] | None, Callable[[str], None]]]:
    """What is called with bytes read and with messages: a bar for long work that is watched, else plain lines."""
    from legation.ingest.files import input_bytes

    watched = sys.stderr.isatty() and not sys.stdout.isatty()
    if watched and (total := input_bytes(inputs)) > _LONG_WORK:
        return _ProgressBar(total)
    return nullcontext((None, display.tell))


@command.command()
@click.pass_context
def doctor(context: click.Context) -> None:
    """Say what is installed: versions, the network and its hash, the tables of facts."""
    from legation.doctor import examine

    findings = list(examine())
    width = max(len(f.name) for f in findings)
    for f in findings:
        click.echo(f"{'ok ' if f.good else 'BAD'}  {f.name:<{width}}  {f.words}")
    context.exit(0 if all(f.good for f in findings) else 1)


command.add_command(commands_add.add)
command.add_command(commands_export.export)
command.add_command(commands_know.actor)
command.add_command(commands_know.body)
command.add_command(commands_merge.decide)
command.add_command(commands_merge.rebuild)
command.add_command(commands_serve.serve)
for _asking in commands_record.COMMANDS:
    command.add_command(_asking)


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command and exits with its status; ends quietly when its reader goes or the user stops it."""
    try:
        status: Any = command.main(arguments, prog_name="legation", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        status = options.INTERRUPTED
    except ModelError as error:
        display.tell(f"{error}; legation doctor tells more")
        status = 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 1
    sys.exit(status or 0)
