"""Annotated parties as the resolver of words meets them: what is given, and what the network says around it."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from legation.link.gate import passing
from legation.link.resolve import find_mentions
from legation.link.sectors import Case, Setting
from legation.link.whom import Scene, Words, spans_of
from legation.ontology import STATUSES
from legation.read.claims import Given, drafts_of
from legation.read.encoder import Network
from legation.types import Draft, Evidence, Mention, Sentence, Trigger
from training.data import Document, Gold

FOLDS = 5
"""Parts of the documents for tables that must not know the document they are asked about."""


def fold_of(document: Document) -> int:
    """Which fifth a document belongs to, by its id."""
    return zlib.crc32(document.id.encode()) % FOLDS


@dataclass
class Party:
    """Annotated words of one side, or their absence, and all ids they have."""

    words: Words
    codes: list[str] = field(default_factory=list)


@dataclass
class Read:
    """A document as the resolver meets it: its scene, and for each claim the draft and the parties.

    `cases` are the countries that the parties mean, once `training.resolver.cases_of` has laid them out.
    """

    document: Document
    scene: Scene
    drafts: list[Draft]
    parties: list[list[Party]]
    cases: list[tuple[Case, Setting, set[str]]] | None = None

    @property
    def fold(self) -> int:
        """Which fifth the document belongs to."""
        return fold_of(self.document)


def parties_of(gold: Gold) -> list[Party]:
    """The words of both sides, each once, with all their ids."""
    out: dict[Words, Party] = {}
    for side, pairs in enumerate((gold.actors, gold.recipients)):
        for span, code in pairs:
            words = Words(side, *(span or (-1, -1)))
            out.setdefault(words, Party(words)).codes.append(code)
    return list(out.values())


def blank_draft(text: str, gold: Gold, scene: Scene) -> Draft:
    """A draft of what is annotated, where no network has read the article."""
    centre = scene.sentence_at(gold.trigger[0])
    evidence = tuple(
        Evidence(i, 0.0, 0.0, 0.0, 0.0, round((m.start - gold.trigger[0]) / 6))
        for i, m in enumerate(scene.mentions)
        if abs(scene.sentence_of[i] - centre) <= 2
    )
    actors, recipients = (
        spans_of([Words(k, *s) for s, _ in side if s], k) for k, side in enumerate((gold.actors, gold.recipients))
    )
    return Draft(
        sentence=gold.sentence,
        trigger=Trigger(*gold.trigger, text[slice(*gold.trigger)]),
        event_type=gold.type,
        event_mode=gold.mode,
        contexts=(),
        statuses=(math.nan,) * len(STATUSES),
        confidence=1.0,
        actor_spans=actors,
        recipient_spans=recipients,
        place_spans=(),
        time_spans=(),
        speaker_spans=(),
        outer_spans=(),
        actor_sectors=(),
        recipient_sectors=(),
        no_actor=math.nan,
        no_recipient=math.nan,
        evidence=evidence,
    )


def given_drafts(
    document: Document, sentences: Sequence[Sentence], mentions: list[Mention], network: Network
) -> list[Draft | None]:
    """What the network says at the annotated triggers."""
    needed = {c.sentence for c in document.claims} | {s.number for s in passing(document.text, sentences, mentions)}
    given = [
        Given(*c.trigger, c.type, spans_of([Words(0, *s) for s, _ in c.actors if s], 0),
              spans_of([Words(1, *s) for s, _ in c.recipients if s], 1))
        for c in document.claims
    ]  # fmt: skip
    return drafts_of(document.text, [s for s in sentences if s.number in needed], mentions, network, given)


def read_all(documents: Iterable[Document], network: Network | None) -> Iterator[Read]:
    """Documents with claims, as the resolver meets them."""
    for document in documents:
        if not document.claims:
            continue
        day = date.fromisoformat(document.published)
        mentions = find_mentions(document.text, document.sentences, day)
        scene = Scene(document.text, document.sentences, mentions, day)
        found: Sequence[Draft | None] = [None] * len(document.claims)
        if network is not None:
            found = given_drafts(document, [Sentence(*s) for s in document.sentences], mentions, network)
        drafts = [d or blank_draft(document.text, c, scene) for d, c in zip(found, document.claims, strict=True)]
        drafts = [with_mode(d, c.mode) for d, c in zip(drafts, document.claims, strict=True)]
        yield Read(document, scene, drafts, [parties_of(c) for c in document.claims])


def with_mode(draft: Draft, mode: str) -> Draft:
    """The draft with the annotated mode."""
    return replace(draft, event_mode=mode)
