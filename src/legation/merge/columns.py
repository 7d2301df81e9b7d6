"""Reports as arrays: what scoring a million pairs at a time needs.

Texts become 32-bit hashes (CRC-32 of their UTF-8), so that columns of different days can be laid end to end without a
common dictionary; identifiers become 64-bit ones. Lists become rows of fixed width, padded with 0, which no text has.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from legation.knowledge import place_names
from legation.merge.weights import shipped
from legation.merge.words import is_name, is_number, is_ordinal
from legation.ontology import CONTEXTS, MODES, STATUSES, TYPES, place_of
from legation.types import Report

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["NAME", "NUMBER", "ORDINAL", "PARTIES", "STEMS", "WORD", "Columns", "text_hash"]

PARTIES = 4
"""Parties of one side that are compared; of more, those that its claims name most."""

STEMS = 4
WORDS = 32
WORD, NAME, NUMBER, ORDINAL = 1, 2, 3, 4
"""Kinds of words; 0 where there is none."""

_KIND = {kind: k for k, kind in enumerate(TYPES)}
_MODE = {mode: k + 1 for k, mode in enumerate((kind, m) for kind in TYPES for m in MODES[kind])}
_CONTEXT = {c: 1 << k for k, c in enumerate(CONTEXTS)}
_STATUS = {s: 1 << k for k, s in enumerate(STATUSES)}
_DAY_0 = 719163
"""Ordinal of 1970-01-01, from which Arrow counts days."""

Array = npt.NDArray[Any]


def text_hash(text: str) -> int:
    """32-bit hash of a text, the same in every process and on every machine; 0 for the empty text."""
    return (zlib.crc32(text.encode()) or 1) if text else 0


def _id_hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Reports, one a row.

    Attributes:
        report_id: Identifiers, `object[n]`.
        article: Article, 64-bit hash.
        original: First printing of its text, 64-bit hash.
        publisher: Outlet, 32-bit hash.
        known: Day from which it was known, proleptic ordinal.
        kind: Index of the type in `ontology.TYPES`.
        mode: Number of type and mode, from 1; 0 without mode.
        contexts: One bit a context, in the order of `ontology.CONTEXTS`.
        statuses: One bit a status, in the order of `ontology.STATUSES`.
        places: Country, body or group of the parties, `[n, 2, PARTIES]`: doers, recipients; each once a side.
        codes: Codes of the parties, `[n, 2, PARTIES]`, each once a side.
        persons: Ids of persons and organs among the parties, `[n, 2, PARTIES]`, each once a side; not those of the
            places themselves.
        first: First day of the date, ordinal; 0 where open or unknown.
        last: Last day of the date, ordinal; 0 where open or unknown.
        stated: Whether the text states the date.
        country: Country of the place.
        place: Words for the place.
        stems: Stems of the triggers, `[n, STEMS]`.
        meaning: What they mean (see `weights.Weights.meaning`), `[n, STEMS, length]`; 0 where unknown.
        words: Stems of the telling words, `[n, WORDS]`.
        word_kind: `WORD`, `NAME`, `NUMBER` or `ORDINAL` of each of them; 0 where there is none.
        rarity: How rare each of them is, in tenths (see `weights.Weights.rarity`), whole so that sums do not depend on
            their order; 0 where there is none.
        confidence: Largest confidence of its claims.
        claims: Number of its claims.
    """

    report_id: Array
    article: Array
    original: Array
    publisher: Array
    known: Array
    kind: Array
    mode: Array
    contexts: Array
    statuses: Array
    places: Array
    codes: Array
    persons: Array
    first: Array
    last: Array
    stated: Array
    country: Array
    place: Array
    stems: Array
    meaning: Array
    words: Array
    word_kind: Array
    rarity: Array
    confidence: Array
    claims: Array

    def __len__(self) -> int:
        return len(self.report_id)

    @classmethod
    def of(cls, reports: Sequence[Report]) -> Columns:
        """Columns of reports, in their order."""
        return _columns(
            {
                "report_id": [r.report_id for r in reports],
                "article_id": [r.article_id for r in reports],
                "original_id": [r.original_id for r in reports],
                "publisher": [r.publisher for r in reports],
                "event_type": [r.event_type for r in reports],
                "event_mode": [r.event_mode for r in reports],
                "basis": [r.date.basis for r in reports],
                "country": [r.place.country for r in reports],
                "place": [r.place.text or r.place.name for r in reports],
            },
            {
                "contexts": [r.contexts for r in reports],
                "statuses": [r.statuses for r in reports],
                "stems": [r.stems for r in reports],
                "words": [r.words for r in reports],
            },
            [[[(p.code, p.actor_id) for p in side] for side in (r.actors, r.recipients)] for r in reports],
            np.array([r.known_from.toordinal() for r in reports], dtype=np.int32),
            np.array([r.date.first.toordinal() if r.date.first else 0 for r in reports], dtype=np.int32),
            np.array([r.date.last.toordinal() if r.date.last else 0 for r in reports], dtype=np.int32),
            np.array([r.confidence for r in reports], dtype=np.float32),
            np.array([r.claims for r in reports], dtype=np.int32),
        )

    @classmethod
    def from_arrow(cls, table: pa.Table) -> Columns:
        """Columns of rows of the table `reports`, in their order; further columns are ignored."""
        plain = table.select(list(_NEEDED)).to_pydict()
        dates = plain["date"]
        sides = list(zip(plain["actors"], plain["recipients"], strict=True))
        return _columns(
            {name: plain[name] for name in _TEXTS}
            | {
                "basis": [d["basis"] for d in dates],
                "country": [p["country"] for p in plain["place"]],
                "place": [p["text"] or p["name"] for p in plain["place"]],
            },
            {name: plain[name] for name in ("contexts", "statuses", "stems", "words")},
            [[[(p["code"], p["actor_id"]) for p in side or ()] for side in both] for both in sides],
            np.array([d.toordinal() for d in plain["known_from"]], dtype=np.int32),
            np.array([d["first"].toordinal() if d["first"] else 0 for d in dates], dtype=np.int32),
            np.array([d["last"].toordinal() if d["last"] else 0 for d in dates], dtype=np.int32),
            np.array(plain["confidence"], dtype=np.float32),
            np.array(plain["claims"], dtype=np.int32),
        )

    @classmethod
    def concat(cls, parts: Iterable[Columns]) -> Columns:
        """Columns laid end to end."""
        parts = list(parts)
        if not parts:
            return cls.of([])
        return cls(**{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)})

    def take(self, rows: Array) -> Columns:
        """The columns of some rows, by index or by a mask."""
        return Columns(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


_TEXTS = ("report_id", "article_id", "original_id", "publisher", "event_type", "event_mode")
_NEEDED = (
    *_TEXTS,
    *("known_from", "contexts", "statuses", "actors", "recipients", "date", "place", "stems", "words"),
    *("confidence", "claims"),
)


class _Hashes(dict[str, int]):
    """Hashes of texts, each computed once."""

    def __missing__(self, text: str) -> int:
        value = self[text] = text_hash(text)
        return value


def _columns(
    texts: dict[str, list[str]],
    lists: dict[str, list[Sequence[str]]],
    sides: list[list[list[tuple[str, str]]]],
    known: Array,
    first: Array,
    last: Array,
    confidence: Array,
    claims: Array,
) -> Columns:
    n = len(known)
    h, own = _Hashes(), place_names()
    places = np.zeros((n, 2, PARTIES), dtype=np.uint32)
    codes = np.zeros((n, 2, PARTIES), dtype=np.uint32)
    persons = np.zeros((n, 2, PARTIES), dtype=np.uint32)
    for row, both in enumerate(sides):
        for side, parties in enumerate(both):
            known_ones = [(c, a) for c, a in parties if c and place_of(c) != "XXX"]
            for array, values in (
                (places, [place_of(c) for c, _ in known_ones]),
                (codes, [c for c, _ in known_ones]),
                (persons, [a for c, a in known_ones if a and a != own.get(place_of(c), ("",))[0]]),
            ):
                for k, value in enumerate(list(dict.fromkeys(values))[:PARTIES]):
                    array[row, side, k] = h[value]
    kinds = [_MODE.get((t, m), 0) for t, m in zip(texts["event_type"], texts["event_mode"], strict=True)]
    stems, meaning = _stems(lists["stems"], h)
    words, word_kind, rarity = _words(lists["words"], h)
    return Columns(
        report_id=np.array(texts["report_id"], dtype=object),
        article=np.array([_id_hash(a) for a in texts["article_id"]], dtype=np.uint64),
        original=np.array([_id_hash(a) for a in texts["original_id"]], dtype=np.uint64),
        publisher=np.array([h[p] for p in texts["publisher"]], dtype=np.uint32),
        known=known,
        kind=np.array([_KIND[t] for t in texts["event_type"]], dtype=np.int8),
        mode=np.array(kinds, dtype=np.int16),
        contexts=_bits(lists["contexts"], _CONTEXT),
        statuses=_bits(lists["statuses"], _STATUS),
        places=places,
        codes=codes,
        persons=persons,
        first=first,
        last=last,
        stated=np.array([b in ("stated", "context") for b in texts["basis"]], dtype=bool),
        country=np.array([h[c] for c in texts["country"]], dtype=np.uint32),
        place=np.array([h[p.lower()] for p in texts["place"]], dtype=np.uint32),
        stems=stems,
        meaning=meaning,
        words=words,
        word_kind=word_kind,
        rarity=rarity,
        confidence=confidence,
        claims=claims,
    )


def _bits(lists: list[Sequence[str]], of: dict[str, int]) -> Array:
    return np.array([sum({of.get(v, 0) for v in values or ()}) for values in lists], dtype=np.uint64)


def _stems(lists: list[Sequence[str]], h: _Hashes) -> tuple[Array, Array]:
    """Hashes of stems as rows of one width, and what each means."""
    known = shipped().meaning
    out = np.zeros((len(lists), STEMS), dtype=np.uint32)
    meaning = np.zeros((len(lists), STEMS, len(next(iter(known.values()), ()))), dtype=np.int8)
    for row, values in enumerate(lists):
        for k, value in enumerate((values or ())[:STEMS]):
            out[row, k] = h[value]
            if value in known:
                meaning[row, k] = known[value]
    return out, meaning


def _words(lists: list[Sequence[str]], h: _Hashes) -> tuple[Array, Array, Array]:
    """Hashes of words as rows of one width; the kind and the rarity of each."""
    out = np.zeros((len(lists), WORDS), dtype=np.uint32)
    kind = np.zeros((len(lists), WORDS), dtype=np.int8)
    rarity = np.zeros((len(lists), WORDS), dtype=np.int32)
    weights = shipped()
    for row, values in enumerate(lists):
        for k, value in enumerate((values or ())[:WORDS]):
            low = value.lower()
            out[row, k] = h[low]
            kind[row, k] = _kind_of(value)
            rarity[row, k] = round(10 * weights.rarity.get(low, weights.unseen))
    return out, kind, rarity


def _kind_of(word: str) -> int:
    if is_number(word):
        return ORDINAL if is_ordinal(word) else NUMBER
    return NAME if is_name(word) else WORD
