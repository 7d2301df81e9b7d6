"""From the corpora to training examples: documents, their claims by offset, and labelled windows."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evaluation.corpus import lay_out
from legation.ontology import CONTEXTS, SECTORS, STATUSES, TYPES, place_of
from legation.read.labels import MODE_LABELS
from legation.read.words import Encoded, PieceTokenizer, Window, encode_sentences, pack, window

Span = tuple[int, int]
PRONOUNS = frozenset(
    "he she they we it i his her their its our them him us who which that this my me those these".split()
)


@dataclass
class Gold:
    """One annotated claim, by offsets in the document's text."""

    sentence: int
    trigger: Span
    type: str
    mode: str
    status: str
    actors: list[tuple[Span | None, str]]
    recipients: list[tuple[Span | None, str]]
    time: Span | None
    edtf: str
    place: Span | None
    country: str
    says: list[str]
    speakers: list[Span | None]
    contexts: list[str]
    event: int


@dataclass
class Document:
    """A training document: its text (headline, newline, body), sentences and claims."""

    id: str
    corpus: str
    published: str
    publisher: str
    title: str
    text: str
    sentences: list[tuple[int, int, int]]
    claims: list[Gold] = field(default_factory=list)
    encoded: list[Encoded] = field(default_factory=list)
    mentions: list[tuple[int, int, str]] = field(default_factory=list)


def find(text: str, start: int, end: int, words: str, nth: int = 1) -> Span | None:
    """The nth whole-word occurrence of `words`, or any occurrence; None where there is none."""
    if not words:
        return None
    hits = [m.start() for m in re.finditer(r"(?<!\w)" + re.escape(words) + r"(?!\w)", text[start:end])]
    if not hits:
        at = text[start:end].find(words)
        if at < 0:
            return None
        hits = [at]
    at = start + hits[min(nth, len(hits)) - 1]
    return at, at + len(words)


def nearest(text: str, start: int, end: int, words: str, centre: int) -> Span | None:
    """The whole-word occurrence of `words` in the sentence that is nearest to the trigger."""
    if not words:
        return None
    hits = [m.start() for m in re.finditer(r"(?<!\w)" + re.escape(words) + r"(?!\w)", text[start:end])]
    if not hits:
        return find(text, start, end, words)
    at = start + min(hits, key=lambda h: abs(start + h - centre))
    return at, at + len(words)


def read_documents(docs: Path, claims: Path) -> list[Document]:
    """Documents with their claims, in the annotation format of the corpora."""
    out: dict[str, Document] = {}
    for line in docs.open(encoding="utf8"):
        laid = lay_out(json.loads(line))
        article, published = laid.article, laid.article.published
        assert published is not None
        corpus = laid.corpus or {"ab": "article-bias", "wn": "wikinews"}.get(article.article_id[:2], "current-events")
        out[article.article_id] = Document(
            article.article_id, corpus, published.isoformat(), article.publisher, article.title, article.text,
            laid.sentences,
        )  # fmt: skip
    for line in claims.open(encoding="utf8"):
        row = json.loads(line)
        document = out.get(row["d"])
        if document is not None:
            gold = _gold(document, row)
            if gold is not None:
                document.claims.append(gold)
    return list(out.values())


def _gold(document: Document, row: dict) -> Gold | None:
    text = document.text
    base = document.sentences[0][0]
    number, start, end = document.sentences[row["s"] - base]
    trigger = find(text, start, end, row["t"], row.get("n", 1))
    if trigger is None:
        return None
    event_type, _, mode = row["y"].partition("/")

    def near(words: str) -> Span | None:
        return nearest(text, start, end, words, trigger[0])

    return Gold(
        number,
        trigger,
        event_type,
        mode,
        row["st"],
        [(near(t), i) for t, i in row["a"]],
        [(near(t), i) for t, i in row["r"]],
        near(row["w"][0]),
        row["w"][1],
        near(row["p"][0]),
        row["p"][1],
        row["by"],
        [_speaker(document, number, name) for name in row["by"]],
        row["c"],
        row["e"],
    )


def _speaker(document: Document, number: int, name: str) -> Span | None:
    """Where the speaker's name stands: in the claim's sentence, else the nearest sentence before, else just after."""
    base = document.sentences[0][0]
    family = name.split()[-1] if name else ""
    order = [number, *range(number - 1, max(base, number - 4) - 1, -1), number + 1]
    for candidate in (name, family) if len(family) > 2 and family[0].isupper() else (name,):
        for n in order:
            if base <= n < base + len(document.sentences):
                _, s, e = document.sentences[n - base]
                hit = find(document.text, s, e, candidate)
                if hit:
                    return hit
    return None


def sector(code: str) -> str:
    """The sector of an id, or empty."""
    _, _, s = code.partition(".")
    return s if s in SECTORS else ""


Linker = Callable[[Document], Iterable[tuple[int, int, str]]]


def prepare(documents: Sequence[Document], tokenizer: PieceTokenizer, linker: Linker) -> None:
    """Encodes the sentences and finds the mentions of entities, once."""
    for document in documents:
        document.encoded = encode_sentences(document.text, document.sentences, tokenizer)
        document.mentions = sorted(linker(document))


@dataclass
class Example:
    """A window with its labels.

    Attributes:
        window: The network's input.
        types: For each word its type + 1, 0 for none, -1 for no label.
        inside: 1 where the word continues a trigger.
        triggers: One entry a claim: word index, mode label, status, contexts, sector labels.
        roles: For each claim a dict channel -> word indices.
        entities: For each claim, groups of word indices (one group an entity) with (is actor, is recipient).
        allowed: For each claim the word range of its sentence.
    """

    window: Window
    types: list[int]
    inside: list[int]
    triggers: list[dict]


def examples(document: Document, target: int) -> list[Example]:
    """All windows of a document, labelled."""
    return [label(document, window(group)) for group in pack(document.encoded, target)]


def label(document: Document, w: Window) -> Example:
    """Lays the document's claims and mentions over a window."""
    numbers = set(w.sentence_of)

    def words_in(span: Span | None) -> list[int]:
        if span is None or not w.words or span[0] >= w.words[-1].end or span[1] <= w.words[0].start:
            return []
        return [i for i, word in enumerate(w.words) if word.start < span[1] and word.end > span[0]]

    types = [0] * len(w.words)
    inside = [0] * len(w.words)
    groups: dict[str, list[int]] = {}
    for s, e, code in document.mentions:
        inside_words = words_in((s, e))
        if inside_words:
            groups.setdefault(code, []).append(inside_words[-1])
    triggers = []
    for claim in document.claims:
        if claim.sentence not in numbers:
            continue
        at = words_in(claim.trigger)
        if not at:
            continue
        types[at[0]] = 1 + TYPES.index(claim.type)
        for i in at[1:]:
            inside[i] = 1
        here = [i for i, n in enumerate(w.sentence_of) if n == claim.sentence]
        roles: list[tuple[int, list[int]]] = []
        sectors: dict[int, int] = {}
        for channel, side in ((0, claim.actors), (1, claim.recipients)):
            hit: list[int] = []
            for span, code in side:
                inside_words = words_in(span)
                hit += inside_words
                for i in inside_words:
                    sectors[i] = 1 + SECTORS.index(sector(code)) if sector(code) else 0
            roles.append((channel, sorted(set(hit))))
        roles.append((2, words_in(claim.place)))
        roles.append((3, words_in(claim.time)))
        inner = claim.speakers[-1] if claim.speakers else None
        roles.append((4, words_in(inner)))
        roles.append((5, [i for span in claim.speakers[:-1] for i in words_in(span)]))
        speaker_known = not claim.speakers or bool(roles[4][1])
        doers = {place_of(c) for _, c in claim.actors}
        takers = {place_of(c) for _, c in claim.recipients}
        mode = f"{claim.type}/{claim.mode}"
        triggers.append(
            {
                "word": at[0],
                "type": 1 + TYPES.index(claim.type),
                "mode": MODE_LABELS.index(mode) if mode in MODE_LABELS else MODE_LABELS.index(claim.type + "/"),
                "status": STATUSES.index(claim.status),
                "contexts": [CONTEXTS.index(c) for c in claim.contexts if c in CONTEXTS],
                "actor_sector": 1 + SECTORS.index(sector(claim.actors[0][1]))
                if claim.actors and sector(claim.actors[0][1])
                else (0 if claim.actors else -1),
                "recipient_sector": 1 + SECTORS.index(sector(claim.recipients[0][1]))
                if claim.recipients and sector(claim.recipients[0][1])
                else (0 if claim.recipients else -1),
                "empty": (int(not claim.actors), int(not claim.recipients)),
                "roles": roles,
                "sectors": sectors,
                "here": here,
                "speaker_known": speaker_known,
                "entities": [(words, code in doers, code in takers) for code, words in groups.items()],
            }
        )
    return Example(w, types, inside, triggers)


def batches(documents: Sequence[Document], pieces: int, rng: random.Random | None) -> list[list[Example]]:
    """Windows of like length together, at most `pieces` padded pieces a batch; order and cuts drawn from `rng`."""
    every: list[Example] = []
    for document in documents:
        every += examples(document, rng.choice((48, 96, 128, 160, 192)) if rng else 128)
    if rng:
        rng.shuffle(every)
        every.sort(key=lambda x: len(x.window.ids) + rng.random() * 24)
    else:
        every.sort(key=lambda x: len(x.window.ids))
    out: list[list[Example]] = []
    for example in every:
        if out and (len(out[-1]) + 1) * max(len(x.window.ids) for x in (example, *out[-1])) <= pieces:
            out[-1].append(example)
        else:
            out.append([example])
    if rng:
        rng.shuffle(out)
    return out
