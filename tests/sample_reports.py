"""Reports for tests: short to write, and drawn at random."""

from __future__ import annotations

import random
from datetime import date, timedelta

from legation.merge.words import stem
from legation.types import Date, Party, Place, Report


def report(
    name: str,
    day: str,
    what: str = "CONSULT/visit",
    who: str = "IND.GOV",
    whom: str = "RUS",
    status: str = "happened",
    when: str = "",
    words: str = "",
    trigger: str = "visit",
    article: str = "",
) -> Report:
    """A report; `when` is a day, or two joined by a slash."""
    kind, _, mode = what.partition("/")
    first, _, last = when.partition("/")
    dated = Date(when, date.fromisoformat(first), date.fromisoformat(last or first), "stated") if when else Date()
    return Report(
        report_id=name,
        article_id=article or f"article of {name}",
        event_id=name,
        known_from=date.fromisoformat(day),
        publisher="Gulf Courier",
        original_id=article or f"article of {name}",
        event_type=kind,
        event_mode=mode,
        contexts=("diplomatic",),
        statuses=tuple(status.split("+")),
        actors=tuple(Party(c) for c in who.split()),
        recipients=tuple(Party(c) for c in whom.split()),
        date=dated,
        place=Place(),
        stems=(stem(trigger),),
        words=(trigger, *words.split()),
        confidence=0.9,
        claims=1,
    )


def random_reports(seed: int, count: int) -> list[Report]:
    """Reports that share articles, parties, words and days often enough to meet."""
    draw = random.Random(seed)
    kinds = ["CONSULT/visit", "CONSULT", "AGREE", "ASSAULT/aerial", "SANCTION", "TIES/member"]
    places = ["IND.GOV", "RUS", "RUS.GOV", "USA.MIL", "IGO:UN", "XXX"]
    words = "summit Lavrov grain Crimea 26 pipeline embargo kilometre the".split()
    out = []
    for k in range(count):
        day = date(2024, 1, 1) + timedelta(draw.randrange(600))
        first = day + timedelta(draw.randrange(-40, 90))
        when = draw.choice(["", "", first.isoformat(), f"{first}/{first + timedelta(draw.randrange(40))}"])
        out.append(
            report(
                f"r{k:04}",
                day.isoformat(),
                draw.choice(kinds),
                " ".join(draw.sample(places, draw.randrange(3))),
                " ".join(draw.sample(places, draw.randrange(2))),
                draw.choice(["happened", "planned", "ongoing", "not", "happened+planned", "possible"]),
                when,
                " ".join(draw.sample(words, draw.randrange(6))),
                draw.choice(["visit", "talks", "strike", "sanctions"]),
                f"a{draw.randrange(max(1, count // 2))}",
            )
        )
    return out
