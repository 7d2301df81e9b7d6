"""What one article says of one event, in short: everything that merging compares, and nothing else.

Reports are what stands in the `reports` table. Merging never needs the article again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from legation.merge.words import stem, telling
from legation.ontology import STATUSES
from legation.types import Actor, Article, Claim, Date, Party, Place, Report, Sentence

__all__ = ["WORDS", "reports_of"]

WORDS = 32
"""Most words of a report."""

_STEMS = 4
_LEADING = (0, 1)
"""Numbers of headline and first sentence."""

_BASIS = {"stated": 0, "context": 1, "publication": 2, "": 3}
"""How good a date is, by what it rests on; the best first."""

_OPEN = 10**6
"""Days of a date without a first or last one: more than any other has."""


def reports_of(
    article: Article, claims: Sequence[Claim], known_from: date, original_id: str, sentences: Sequence[Sentence]
) -> list[Report]:
    """The reports of an article: its claims, put together by the event that reading gave them.

    Args:
        article: The article.
        claims: Its claims.
        known_from: Day from which the article was known.
        original_id: The article whose text this one repeats, or its own id.
        sentences: The article's sentences.

    Returns:
        One report for each event, in order of first mention. Each is its own event as yet: `event_id` equals
        `report_id`.

    Raises:
        ValueError: If a claim is not of this article.
    """
    spans = {s.number: (s.start, s.end) for s in sentences}
    groups: dict[str, list[Claim]] = {}
    for claim in claims:
        if claim.article_id != article.article_id:
            raise ValueError(f"Claim {claim.claim_id} is of article {claim.article_id}, not of {article.article_id}.")
        groups.setdefault(claim.event_id, []).append(claim)
    return [_report(article, group, known_from, original_id, spans) for group in groups.values()]


def _report(
    article: Article, group: list[Claim], known_from: date, original_id: str, spans: dict[int, tuple[int, int]]
) -> Report:
    kind = _first_of_most([c.event_type for c in group])
    of_kind = [c for c in group if c.event_type == kind]
    # What stands in headline and lead tells which of many like events an article is about.
    told = [spans[n] for n in dict.fromkeys([*(c.sentence for c in group), *_LEADING]) if n in spans]
    stems = (stem(w) for c in group for w in c.trigger.text.replace("-", " ").split())
    said = {c.status for c in group}
    return Report(
        report_id=group[0].event_id,
        article_id=article.article_id,
        event_id=group[0].event_id,
        known_from=known_from,
        publisher=article.publisher,
        original_id=original_id,
        event_type=kind,
        event_mode=_first_of_most([c.event_mode for c in of_kind if c.event_mode]),
        contexts=_by_frequency([x for c in group for x in c.contexts]),
        statuses=tuple(s for s in STATUSES if s in said),
        actors=_parties([a for c in group for a in c.actors]),
        recipients=_parties([a for c in group for a in c.recipients]),
        date=min((c.date for c in group), key=_vagueness),
        place=_place(group),
        stems=_by_frequency([s for s in stems if s])[:_STEMS],
        words=telling(article.text, told, [c.trigger.start for c in group], WORDS),
        confidence=max(c.confidence for c in group),
        claims=len(group),
    )


def _by_frequency(values: Sequence[str]) -> tuple[str, ...]:
    """Each value once, the most frequent first; of equally frequent ones the first."""
    return tuple(v for v, _ in Counter(values).most_common())


def _first_of_most(values: Sequence[str]) -> str:
    return next(iter(_by_frequency(values)), "")


def _parties(actors: Sequence[Actor]) -> tuple[Party, ...]:
    """Each party once, the most frequent first; an unknown one only where nobody is known."""
    counted = Counter(Party(a.code, a.actor_id, a.name) for a in actors)
    known = [p for p, _ in counted.most_common() if p.place not in ("", "XXX")]
    return tuple(known or [p for p, _ in counted.most_common()])


def _vagueness(when: Date) -> tuple[bool, bool, int, int, str]:
    """Sorts dates: those with words before those by publication, the fewest days, then by what they rest on."""
    grade = _BASIS.get(when.basis, 3)
    days = (when.last - when.first).days if when.first is not None and when.last is not None else _OPEN
    return not when.edtf, grade >= _BASIS["publication"], days, grade, when.edtf


def _place(group: Sequence[Claim]) -> Place:
    """The place that most claims name; one with a country before one without."""
    places = [Place(text=c.place.text, name=c.place.name, country=c.place.country) for c in group]
    known = [p for p in places if p.country] or [p for p in places if p.text]
    return Counter(known).most_common(1)[0][0] if known else Place()
