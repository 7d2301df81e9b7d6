"""From the parties chosen for a draft to actors with words, ids and sectors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from legation.knowledge import place_names
from legation.link.lexicon import sector_of_words
from legation.link.names import Names
from legation.link.offices import holders, is_holder, office_of
from legation.link.parties import PRONOUNS, Candidate
from legation.link.spans import heads
from legation.ontology import SECTORS
from legation.types import Actor, Mention, Span

__all__ = ["actors_for", "fullest_name"]

_ARTICLES = ("the ", "The ", "a ", "A ", "an ", "An ")


def actors_for(
    text: str,
    chosen: Sequence[Candidate],
    spans: Sequence[Span],
    sectors: Sequence[float],
    mentions: Sequence[Mention],
    day: date | None,
    known: Names | None = None,
) -> tuple[Actor, ...]:
    """Actors for the chosen entities: each with the words that name it, where the sentence has any.

    Args:
        text: The article's text.
        chosen: The entities that have the role.
        spans: Words that the network gives the role, in the trigger's sentence.
        sectors: Probability of each sector label ("" and then `SECTORS`), for what the words do not say.
        mentions: The article's mentions, in order.
        day: Day of publication, as of which an office means its holder.
        known: Names to know instead of those of the shipped tables.
    """
    linked: list[tuple[Span, list[Mention]]] = [(s, heads(text, s.start, s.end, mentions)) for s in spans]
    loose = [s for s, found in linked if not found]
    best = max(range(len(sectors)), key=lambda i: sectors[i]) if sectors else 0
    guess = SECTORS[best - 1] if best else ""
    out: list[Actor] = []
    for candidate in chosen:
        named = [(s, m) for s, found in linked for m in found if m.place == candidate.place]
        if named:
            out += [
                _actor(text, span, mention, candidate.place, guess, day, known) for span, mention in _distinct(named)
            ]
        else:
            span = loose[min(len(out), len(loose) - 1)] if loose else None
            out.append(_actor(text, span, None, candidate.place, guess, day, known))
    return tuple(dict.fromkeys(out))


def _distinct(named: list[tuple[Span, Mention]]) -> list[tuple[Span, Mention]]:
    """One entry a span."""
    out: dict[tuple[int, int], tuple[Span, Mention]] = {}
    for span, mention in named:
        out.setdefault((span.start, span.end), (span, mention))
    return list(out.values())


def _actor(
    text: str,
    span: Span | None,
    mention: Mention | None,
    place: str,
    guess: str,
    day: date | None,
    known: Names | None,
) -> Actor:
    """One actor: its words, and the id they have as of the day.

    Args:
        text: The article's text.
        span: The words, None where only context says who it is.
        mention: The name in them, None for a pronoun or description.
        place: Country, body or group.
        guess: The sector the network would give it.
        day: Day of publication.
        known: The names to know.
    """
    start, end, words = None, None, ""
    if span is not None:
        start, end = span.start, span.end
        if mention is not None:
            start += _article(text[start:end])
        words = text[start:end]
    if mention is not None and mention.is_person:
        return Actor(mention.code, words, start, end, mention.actor_id, mention.name)
    offices = office_of(words) if words and day is not None and is_holder(words) else ()
    if offices and day is not None:
        found = holders(place, offices, day, known)
        if found:
            return Actor(found[0].code, words, start, end, found[0].actor_id, found[0].name)
    if mention is not None and mention.kind in ("seat", "body", "group", "party", "agency"):
        return Actor(mention.code, words, start, end, mention.actor_id, mention.name)
    actor_id, name = place_names().get(place, ("", ""))
    code = place if ":" in place else _join(place, sector_of_words(words.split()) or guess)
    return Actor(code, words, start, end, actor_id, name)


def _article(words: str) -> int:
    """Length of the article that the words begin with."""
    return next((len(a) for a in _ARTICLES if words.startswith(a) and len(words) > len(a)), 0)


def _join(place: str, sector: str) -> str:
    return f"{place}.{sector}" if sector else place


def fullest_name(text: str, span: Span, mentions: Sequence[Mention]) -> tuple[str, Mention | None]:
    """A speaker's short name as fully as the article gives it, and the mention it comes from.

    "Ushakov" becomes "Yuri Ushakov" where the article names him in full; descriptions stay as they are, without
    their article.
    """
    found = heads(text, span.start, span.end, mentions)
    persons = [m for m in found if m.is_person]
    if persons:
        person = persons[-1]
        same = [text[m.start : m.end] for m in mentions if m.actor_id == person.actor_id]
        return max([text[person.start : person.end], *same], key=len), person
    words = text[span.start : span.end]
    return words[_article(words) :], found[0] if found else None


def is_pronoun(words: str) -> bool:
    """Whether the words are a lone pronoun."""
    return words.lower() in PRONOUNS
