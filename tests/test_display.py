from __future__ import annotations

import dataclasses
import io

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from helpers import ENGLISH, make_claim
from legation import display
from legation.types import Actor, Article, Claim, Date, Place

ARTICLE = Article("a1", ENGLISH)


def span(words: str) -> tuple[str, int, int]:
    start = ENGLISH.index(words)
    return words, start, start + len(words)


def explained(*claims: Claim, article: Article = ARTICLE, colour: bool = False) -> str:
    out = io.StringIO()
    console = Console(
        file=out, width=300, force_terminal=colour, color_system="standard" if colour else None, highlight=False
    )
    display.explain(console, article, claims)
    return out.getvalue()


def full() -> Claim:
    trigger = ENGLISH.index("visit")
    words, start, end = span("on Monday")
    return dataclasses.replace(
        make_claim(ARTICLE, trigger, trigger + 5),
        actors=(Actor("NOR.GOV", *span("The foreign minister of Norway")),),
        recipients=(Actor("CHL", *span("Chile")),),
        date=Date("2024-07-01", None, None, "stated", start, end, words),
        place=Place(*span("Chile"), "Chile", "CHL"),
    )


def test_all_words_are_marked_in_their_place() -> None:
    assert (
        "A[The foreign minister of Norway] will T[visit] RP[Chile] W[on Monday], the ministry said in a statement.\n"
    ) in explained(full())


def test_colour_adds_to_the_letters() -> None:
    out = explained(full(), colour=True)
    assert "\x1b[" in out
    assert "T[visit]" in out


def test_of_spans_that_overlap_the_first_is_shown() -> None:
    claim = dataclasses.replace(full(), place=Place(*span("Chile on Monday"), "Chile", "CHL"))
    assert "T[visit] R[Chile] W[on Monday]" in explained(claim)


def test_span_outside_the_sentence_is_left_out() -> None:
    claim = dataclasses.replace(full(), actors=(Actor("NOR.GOV", *span("the two sides")),))
    assert "[the two sides]" not in explained(claim)


def test_sentence_that_fills_the_screen_is_cut() -> None:
    article = Article("a", "fish, " * 5000 + "visit, " + "fish, " * 5000)
    out = explained(make_claim(article, 30_000, 30_005), article=article)
    assert "T[visit]" in out
    assert len(out) < 2000


@given(st.text())
def test_printable_keeps_letters_and_drops_what_steers(text: str) -> None:
    out = display.printable(text)
    assert len(out) == len(text)
    assert not set(out) & set("\x1b\n\r\x07\x9b\u202e\u2066")
    assert display.printable("Łódź – “said” 中") == "Łódź – “said” 中"
