"""The sample record with articles in it that are out for harm: markup everywhere, odd ids, a word without an end."""

from __future__ import annotations

import re
from dataclasses import replace

from legation.types import Actor, Place
from sample_record import Builder, article, claim, on, sample

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'
LONG_WORD = "ab" * 50_000


def hostile() -> Builder:
    """The sample record, an article whose every text is markup, and one with an id that looks like an ending."""
    b = sample()
    evil = article(
        "evil", "2024-07-13", f"Daily {HOSTILE}", f"{HOSTILE} visits", f"{HOSTILE} & {LONG_WORD} visited it."
    )
    evil = replace(evil, url="javascript:alert(1)")
    them = Actor("XXX", "", None, None, "", HOSTILE)
    b.add(
        evil,
        claim(
            evil, "visited", "e-evil", "CONSULT", "happened", mode="visit", actors=[them], recipients=[them],
            when=on("2024-07-12"), place=Place(HOSTILE, None, None, HOSTILE, ""), says=[HOSTILE],
        ),
    )  # fmt: skip
    odd = article("notes/2024.json", "2024-07-13", "=cmd|calc", "", "Russia accused Norway of a raid.")
    russia, norway = Actor("RUS", "", None, None, "russia", "Russia"), Actor("NOR", "", None, None, "norway", "Norway")
    b.add(odd, claim(odd, "accused", "o/1.json", "ACCUSE", "happened", actors=[russia], recipients=[norway]))
    return b


def words(text: str) -> str:
    """What a page says, without markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())
