"""The whole system on one page: from articles to claims, stage by stage.

    article ─ split ─▶ sentences ─ find_mentions ─▶ mentions ─ passing ─▶ sentences worth reading
            ─ draft_claims ─▶ drafts ─ score, choose ─▶ parties ─ assign ─▶ claims ─ group ─▶ claims with events

Each stage is a function from records to records. Articles are read one at a time and share nothing, so their order and
batching change nothing, and every engine may run `read_article` wherever it likes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

import numpy as np

from legation.link.assign import actors_for
from legation.link.gate import passing
from legation.link.names import Names
from legation.link.parties import Parties, choose, score
from legation.link.places import place_of_draft
from legation.link.resolve import find_mentions
from legation.link.resolver import Resolver, with_sectors
from legation.link.speakers import chain
from legation.link.whom import Scene
from legation.merge.within import group
from legation.ontology import STATUSES
from legation.ontology import score as event_score
from legation.read.claims import draft_claims
from legation.read.encoder import Network, shipped
from legation.read.sentences import split
from legation.read.statuses import status_and_date
from legation.read.times import no_date
from legation.types import Actor, Article, Claim, Draft, Sentence, Speaker

__all__ = ["read_article", "read_articles"]

REACH = 3
"""Sentences over which a day carries to later mentions of its event; annotators stop filling it in beyond."""


def read_articles(
    articles: Iterable[Article], network: Network | None = None, *, known: Names | None = None
) -> Iterator[tuple[Article, list[Claim]]]:
    """Reads articles one by one; arguments as those of `read_article`.

    Yields:
        Each article with its claims, in the order of the input.
    """
    for article in articles:
        yield article, read_article(article, network, known=known)


def read_article(article: Article, network: Network | None = None, *, known: Names | None = None) -> list[Claim]:
    """The claims of an article.

    Args:
        article: The article; without a day of publication relative dates stay open.
        network: The network, the shipped one by default.
        known: The names to know, those of the shipped tables by default.

    Returns:
        Claims in order of their triggers.
    """
    reader = network or shipped()
    sentences = split(article.text, article.title)
    spans = [(s.number, s.start, s.end) for s in sentences]
    mentions = find_mentions(article.text, spans, article.published, known)
    worth = passing(article.text, sentences, mentions)
    drafts = draft_claims(article.text, worth, mentions, reader, threshold=float(reader.settings.get("threshold", 0.5)))
    parties = score(article.text, spans, mentions, drafts, reader.parties)
    scene = Scene(article.text, spans, mentions, article.published, known)
    claims = _assemble(article, sentences, scene, drafts, parties, reader, known)
    return _with_events(article, claims, reader)


@lru_cache(maxsize=4)
def resolver_of(network: Network) -> Resolver:
    """The resolver of words that belongs to a network, made once."""
    return Resolver(network.words)


def _assemble(
    article: Article,
    sentences: list[Sentence],
    scene: Scene,
    drafts: list[Draft],
    parties: Parties,
    network: Network,
    known: Names | None,
) -> list[Claim]:
    text, mentions = article.text, scene.mentions
    by_number = {s.number: s for s in sentences}
    out: list[Claim] = []
    anchor = None
    last_speaker: Speaker | None = None
    least = {role: float(network.settings.get(f"{role}_floor", 0.5)) for role in ("time", "place", "speaker")}
    found: list[list[tuple[Actor, ...]]] = []
    for i, draft in enumerate(drafts):
        sides: list[tuple[Actor, ...]] = []
        for logits, spans, sectors, absent in (
            (parties.actor[i], draft.actor_spans, draft.actor_sectors, draft.no_actor),
            (parties.recipient[i], draft.recipient_spans, draft.recipient_sectors, draft.no_recipient),
        ):
            floor = float(network.settings.get("party_floor", 0.3))
            chosen = choose(logits, absent < 0.5, floor=floor)
            who_they_are = [parties.candidates[k] for k in chosen]
            sides.append(actors_for(text, who_they_are, spans, sectors, mentions, article.published, known))
        found.append(sides)
    for draft, sides in zip(drafts, with_sectors(scene, drafts, found, resolver_of(network)), strict=True):
        status = STATUSES[int(np.argmax(draft.statuses))]
        sentence = by_number[draft.sentence]
        status, when, anchor = status_and_date(text, draft, sentence, status, article.published, anchor, least["time"])
        here = (sentence.start, sentence.end)
        who = chain(text, draft, mentions, article.publisher, last_speaker, here, least["speaker"])
        last_speaker = who[-1] if who else last_speaker
        out.append(
            Claim(
                claim_id=_identifier(article.article_id, draft.trigger.start, draft.trigger.end, draft.event_type),
                article_id=article.article_id,
                sentence=draft.sentence,
                trigger=draft.trigger,
                event_type=draft.event_type,
                event_mode=draft.event_mode,
                contexts=draft.contexts,
                status=status,
                score=event_score(draft.event_type, draft.event_mode),
                actors=sides[0],
                recipients=sides[1],
                date=when,
                place=place_of_draft(text, draft, sides[1], mentions, least["place"]),
                attribution=who,
                event_id="",
                confidence=round(draft.confidence, 4),
            )
        )
    return out


def _with_events(article: Article, claims: list[Claim], network: Network) -> list[Claim]:
    """Numbers the events, lets dates reach other mentions of the same event, and fills what publication says."""
    numbers = group(
        claims, network.settings["events"], article.text, float(network.settings.get("event_threshold", 0.5))
    )
    dated: dict[int, list[Claim]] = {}
    for claim, number in zip(claims, numbers, strict=True):
        if _lends_date(claim):
            dated.setdefault(number, []).append(claim)
    first = {number: claim for claim, number in reversed(list(zip(claims, numbers, strict=True)))}
    out = []
    for claim, number in zip(claims, numbers, strict=True):
        date = claim.date
        if not date.edtf:
            near = [c for c in dated.get(number, ()) if -1 <= claim.sentence - c.sentence <= REACH]
            if near and not date.text and claim.status == "happened":
                other = min(near, key=lambda c: abs(c.sentence - claim.sentence)).date
                date = replace(other, basis="context", start=None, end=None, text="")
            else:
                date = replace(no_date(claim.status, article.published), start=date.start, end=date.end, text=date.text)
        event = _identifier(article.article_id, "event", first[number].trigger.start, first[number].event_type)
        out.append(replace(claim, date=date, event_id=event))
    return out


def _lends_date(claim: Claim) -> bool:
    """Whether a claim's date is a day, which other mentions of its event may take over."""
    return claim.date.first is not None and claim.date.first == claim.date.last


def _identifier(*parts: object) -> str:
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:16]
