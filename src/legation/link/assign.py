"""From the parties chosen for a draft to actors with words, ids and sectors."""

from __future__ import annotations

from collections.abc import Sequence

from legation.link.lexicon import sector_of_words
from legation.link.parties import PRONOUNS, UNKNOWN, Candidate
from legation.link.spans import heads
from legation.ontology import SECTORS
from legation.types import Actor, Mention, Span

__all__ = ["actors_for", "fullest_name"]

_PERSONS = frozenset(("person", "family", "introduced"))
_ARTICLES = ("the ", "The ", "a ", "A ", "an ", "An ")


def actors_for(
    text: str,
    chosen: Sequence[Candidate],
    spans: Sequence[Span],
    sectors: Sequence[float],
    mentions: Sequence[Mention],
) -> tuple[Actor, ...]:
    """Actors for the chosen entities: each with the words that name it, where the sentence has any.

    Args:
        text: The article's text.
        chosen: The entities that have the role.
        spans: Words that the network gives the role, in the trigger's sentence.
        sectors: Probability of each sector label ("" and then `SECTORS`), for what the words do not say.
        mentions: The article's mentions, in order.
    """
    linked: list[tuple[Span, list[Mention]]] = [(s, heads(text, s.start, s.end, mentions)) for s in spans]
    loose = [s for s, found in linked if not found]
    out: list[Actor] = []
    for candidate in chosen:
        named = [(s, m) for s, found in linked for m in found if m.place == candidate.place]
        if named:
            for span, mention in _distinct(named):
                out.append(_actor(text, span, mention, sectors, candidate))
        elif loose:
            out.append(_actor(text, loose[min(len(out), len(loose) - 1)], None, sectors, candidate, mentions))
        else:
            out.append(_actor(text, None, None, sectors, candidate, mentions))
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
    sectors: Sequence[float],
    candidate: Candidate,
    mentions: Sequence[Mention] = (),
) -> Actor:
    start, end = (span.start, span.end) if span else (None, None)
    words = ""
    if start is not None and end is not None:
        for article in _ARTICLES:
            if text.startswith(article, start) and end - start > len(article) and mention is not None:
                start += len(article)
                break
        words = text[start:end]
    best = max(range(len(sectors)), key=lambda i: sectors[i]) if sectors else 0
    guess = SECTORS[best - 1] if best else ""
    if mention is None:
        known = next((mentions[i] for i in candidate.mentions if i < len(mentions)), None)
        code = candidate.place if ":" in candidate.place else _join(candidate.place, sector_of_words(words.split()) or guess)
        name = "" if known is None or candidate.place == UNKNOWN else known.name
        actor_id = "" if known is None or known.kind in _PERSONS else known.actor_id
        if known is not None and known.kind in _PERSONS:
            name = ""
        return Actor(code, words, start, end, actor_id, name)
    code = mention.code
    if "." not in code and ":" not in code:
        code = _join(code, sector_of_words(words.split()) or guess)
    return Actor(code, words, start, end, mention.actor_id, mention.name)


def _join(place: str, sector: str) -> str:
    return f"{place}.{sector}" if sector else place


def fullest_name(text: str, span: Span, mentions: Sequence[Mention]) -> tuple[str, Mention | None]:
    """A speaker's short name as fully as the article gives it, and the mention it comes from.

    "Ushakov" becomes "Yuri Ushakov" where the article names him in full; descriptions stay as they are, without
    their article.
    """
    found = heads(text, span.start, span.end, mentions)
    persons = [m for m in found if m.kind in _PERSONS]
    if persons:
        person = persons[-1]
        same = [text[m.start : m.end] for m in mentions if m.actor_id == person.actor_id]
        return max([text[person.start : person.end], *same], key=len), person
    words = text[span.start : span.end]
    for article in _ARTICLES:
        if words.startswith(article):
            words = words[len(article) :]
            break
    return words, found[0] if found else None


def is_pronoun(words: str) -> bool:
    """Whether the words are a lone pronoun."""
    return words.lower() in PRONOUNS
