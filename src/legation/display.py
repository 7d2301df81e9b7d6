"""Claims for people: the table, and each claim shown in its sentence. No text can steer a terminal."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from typing import IO

import click
from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from legation.read.sentences import split
from legation.types import Actor, Article, Claim, Event, Sentence

__all__ = [
    "MARKS",
    "STATUS_STYLES",
    "claims_table",
    "console",
    "counted",
    "explain",
    "heading",
    "kind",
    "legend",
    "marked",
    "printable",
    "stdout",
    "tell",
]

MARKS: dict[str, tuple[str, str]] = {
    "T": ("trigger", "bold reverse"),
    "A": ("actor", "bold green"),
    "R": ("recipient", "bold magenta"),
    "W": ("when", "bold cyan"),
    "P": ("place", "bold yellow"),
}
"""Letter, meaning and style of the marks in an explained sentence."""

STATUS_STYLES = {"happened": "", "ongoing": "blue", "planned": "cyan", "possible": "yellow", "not": "red"}
_MAX_SENTENCE = 1_200
_PIPE_WIDTH = 140
"""Columns of a table that goes into a file or pipe."""


def printable(text: str) -> str:
    """A text that a terminal shows and does not obey: controls, escapes and marks of writing direction become "�"."""
    if text.isascii() and text.isprintable():
        return text
    return "".join("�" if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") else c for c in text)


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the plural where it is one."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def tell(message: str) -> None:
    """Says something to the user, on standard error."""
    click.echo(f"legation: {printable(message)}", err=True)


def stdout() -> IO[str]:
    """Standard output in UTF-8, whatever the machine's habit: JSON and news need it."""
    out = sys.stdout
    reconfigure = getattr(out, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="replace")
    return out


def console() -> Console:
    """Standard output for tables and text, wide enough in a file or pipe."""
    out = Console(file=stdout(), highlight=False, markup=False, emoji=False)
    if not out.is_terminal and "COLUMNS" not in os.environ:
        out.width = _PIPE_WIDTH
    return out


def heading(article: Article) -> Text:
    """One line that names an article: headline or beginning, outlet, day."""
    words = article.title or article.text[:80].partition("\n")[0]
    facts = [f for f in (article.publisher, article.published.isoformat() if article.published else "no date") if f]
    return Text.assemble((printable(words) or article.article_id, "bold"), ("  " + printable(", ".join(facts)), "dim"))


def _who(actors: Iterable[Actor]) -> str:
    return ", ".join(printable(f"{a.code} {a.text or a.name}".strip()) for a in actors)


def kind(told: Claim | Event) -> str:
    """Type and mode of a claim or event: CONSULT/visit."""
    return f"{told.event_type}/{told.event_mode}" if told.event_mode else told.event_type


def _sides(claim: Claim) -> str:
    left, right = _who(claim.actors), _who(claim.recipients)
    return f"{left or '?'} → {right}" if right else left


def _says(claim: Claim) -> str:
    return " > ".join(printable(s.text) for s in claim.attribution)


def _when(claim: Claim) -> str:
    """The date: an interval on two lines; "by" the day of publication where nothing says more."""
    edtf = claim.date.edtf
    if claim.date.basis == "publication" and edtf.startswith("../"):
        return f"by {edtf[3:]}"
    first, slash, last = edtf.partition("/")
    return f"{first}/\n{last}" if slash and len(edtf) > 13 else edtf or "–"


def claims_table(claims: Iterable[Claim]) -> Table:
    """The claims of one article as a table: when, status, what, who to whom, who says so, in which words."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=True)
    table.add_column("when", width=13, overflow="fold")
    table.add_column("status", width=8)
    table.add_column("type/mode", width=22, overflow="fold")
    table.add_column("actors → recipients", ratio=5, overflow="fold")
    table.add_column("says", ratio=2, overflow="fold")
    table.add_column("words", ratio=2, overflow="fold")
    for c in claims:
        cells = (_when(c), c.status, kind(c), _sides(c), _says(c), c.trigger.text)
        style = STATUS_STYLES.get(c.status, "")
        lines = ("\n".join(map(printable, cell.split("\n"))) for cell in cells)
        table.add_row(*(Text(cell, style=style if i == 1 else "") for i, cell in enumerate(lines)))
    return table


def legend() -> Text:
    """What the letters before brackets mean."""
    out = Text("marked: ")
    for letter, (meaning, style) in MARKS.items():
        out.append(f"{letter}[{meaning}]", style=style).append("  ")
    out.rstrip()
    return out


def _spans(claim: Claim) -> Iterator[tuple[int, int, str]]:
    """The spans of a claim with their letters, those that matter most first."""
    yield claim.trigger.start, claim.trigger.end, "T"
    for letter, items in (("A", claim.actors), ("R", claim.recipients), ("W", [claim.date]), ("P", [claim.place])):
        for item in items:
            if item.start is not None and item.end is not None and item.text:
                yield item.start, item.end, letter


def marked(text: str, claim: Claim, start: int, end: int, offset: int = 0) -> Text:
    """A stretch of an article with the claim's words in brackets; of spans that overlap the first is shown.

    Args:
        text: The article's text, or a part of it.
        claim: The claim.
        start: First character of the stretch, counted in the article.
        end: One past the last.
        offset: Where in the article the part begins.
    """
    grouped: dict[tuple[int, int], str] = {}
    for first, last, letter in _spans(claim):
        if not start <= first < last <= end:
            continue
        overlapping = [s for s in grouped if s[0] < last and first < s[1]]
        if overlapping == [(first, last)]:
            if letter not in grouped[first, last]:
                grouped[first, last] += letter
        elif not overlapping:
            grouped[first, last] = letter
    out = Text()
    at = start
    for (first, last), letters in sorted(grouped.items()):
        out.append(printable(text[at - offset : first - offset]))
        out.append(f"{letters}[{printable(text[first - offset : last - offset])}]", style=MARKS[letters[0]][1])
        at = last
    out.append(printable(text[at - offset : end - offset]))
    return out


def _window(article: Article, sentences: Iterable[Sentence], claim: Claim) -> tuple[int, int]:
    """The claim's sentence; of one that fills the screen the part around the trigger."""
    trigger = claim.trigger
    for sentence in sentences:
        if sentence.start <= trigger.start and trigger.end <= sentence.end:
            if sentence.end - sentence.start <= _MAX_SENTENCE:
                return sentence.start, sentence.end
            break
    half = _MAX_SENTENCE // 2
    return max(0, trigger.start - half), min(len(article.text), trigger.end + half)


def explain(console: Console, article: Article, claims: Iterable[Claim]) -> None:
    """Prints each claim with its sentence and the words it rests on.

    Args:
        console: Where to.
        article: The article.
        claims: Its claims.
    """
    sentences = split(article.text, article.title)
    for number, claim in enumerate(claims, 1):
        what = Text.assemble((f"{number}. {kind(claim)}", "bold"), "  ", (claim.status, STATUS_STYLES[claim.status]))
        if claim.date.edtf:
            basis = f" ({claim.date.basis})" if claim.date.basis else ""
            what.append(f"  {printable(claim.date.edtf)}{basis}")
        what.append(f"  {_sides(claim)}")
        if claim.place.name or claim.place.text:
            country = f" ({claim.place.country})" if claim.place.country else ""
            what.append(f"  in {printable(claim.place.name or claim.place.text)}{country}")
        facts = [f"says {_says(claim)}"] if claim.attribution else []
        facts += [f"contexts {', '.join(claim.contexts)}"] if claim.contexts else []
        facts += [f"score {claim.score:g}", f"confidence {claim.confidence:.2f}", f"event {printable(claim.event_id)}"]
        console.print(what)
        console.print(Padding(Text(" · ".join(facts), style="dim"), (0, 0, 0, 3), expand=False))
        sentence = marked(article.text, claim, *_window(article, sentences, claim))
        console.print(Padding(sentence, (0, 0, 0, 3), expand=False))
        console.print()
