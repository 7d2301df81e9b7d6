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
from legation.schema import arrow_table
from legation.types import Report

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["NAME", "NEARNESS", "NUMBER", "ORDINAL", "PARTIES", "STEMS", "WORD", "Columns", "text_hash"]

PARTIES = 4
"""Parties of one side that are compared; of more, those that its claims name most."""

STEMS = 4
WORDS = 32
WORD, NAME, NUMBER, ORDINAL = 1, 2, 3, 4
"""Kinds of words; 0 where there is none."""

NEARNESS: npt.NDArray[np.int64] = np.round(100 / (1 + np.arange(WORDS) / 4)).astype(np.int64)
"""What a word counts by its place in the list, where the nearest to the trigger stands first."""

_KIND = {"": -1, **{kind: k for k, kind in enumerate(TYPES)}}
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
        kind: Index of the type in `ontology.TYPES`; -1 where it is not known.
        mode: Number of type and mode, from 1; 0 without mode.
        contexts: One bit a context, in the order of `ontology.CONTEXTS`.
        statuses: One bit a status, in the order of `ontology.STATUSES`.
        places: Country, body or group of the parties, `[n, 2, PARTIES]`: doers, recipients; each once a side.
        parties: The same of both sides together, each once, `[n, 2 * PARTIES]`.
        party_rarity: How rare each of these is, in tenths (see `weights.Weights.place`).
        codes: Codes of the parties, `[n, 2, PARTIES]`, each once a side.
        persons: Ids of persons and organs among the parties, `[n, 2, PARTIES]`, each once a side; not those of the
            places themselves.
        first: First day of the date, ordinal; 0 where open or unknown.
        last: Last day of the date, ordinal; 0 where open or unknown.
        stated: Whether the text states the date.
        country: Country of the place.
        place: Words for the place, up to the first comma.
        stems: Stems of the triggers, `[n, STEMS]`.
        stem_rarity: How rare they are, in tenths, as words.
        meaning: What they mean (see `weights.Weights.meaning`), `[n, STEMS, length]`; 0 where unknown.
        words: Stems of the telling words, `[n, WORDS]`.
        word_kind: `WORD`, `NAME`, `NUMBER` or `ORDINAL` of each of them; 0 where there is none.
        rarity: How rare each of them is, in tenths (see `weights.Weights.rarity`), whole so that sums do not depend on
            their order; 0 where there is none.
        totals: Sums over the words: rarity, its square, the square of rarity by nearness (see `NEARNESS`), rarity of
            names, `[n, 4]`.
        kinds: One bit for each kind of word that it has: `1 << NAME` and so on.
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
    parties: Array
    party_rarity: Array
    codes: Array
    persons: Array
    first: Array
    last: Array
    stated: Array
    country: Array
    place: Array
    stems: Array
    stem_rarity: Array
    meaning: Array
    words: Array
    word_kind: Array
    rarity: Array
    totals: Array
    kinds: Array
    confidence: Array
    claims: Array

    def __len__(self) -> int:
        return len(self.report_id)

    @classmethod
    def of(cls, reports: Sequence[Report]) -> Columns:
        """Columns of reports, in their order."""
        return cls.from_arrow(arrow_table("reports", reports, year=0))

    @classmethod
    def from_arrow(cls, table: pa.Table) -> Columns:
        """Columns of rows of the table `reports`, in their order; further columns are ignored."""
        import pyarrow.compute as pc

        def whole(name: str) -> Any:
            column = table.column(name)
            return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)

        def ordinals(days: Any) -> Array:
            return np.asarray(pc.fill_null(pc.add(days.cast("int32"), _DAY_0), 0)).astype(np.int32)

        date, place = whole("date"), whole("place")
        text, name = pc.struct_field(place, "text"), pc.struct_field(place, "name")
        lists = {each: _arrow_listed(whole(each)) for each in _LISTS}
        for side in _SIDES:
            parties = whole(side)
            counts = np.asarray(pc.fill_null(pc.list_value_length(parties), 0))
            flat = parties.flatten()
            lists[f"{side} code"] = _encoded(pc.struct_field(flat, "code"), counts)
            lists[f"{side} id"] = _encoded(pc.struct_field(flat, "actor_id"), counts)
        ones = np.ones(table.num_rows, dtype=np.int64)
        return _columns(
            table.column("report_id").to_pylist(),
            {
                **{each: _encoded(whole(each), ones) for each in _TEXTS},
                "basis": _encoded(pc.struct_field(date, "basis"), ones),
                "country": _encoded(pc.struct_field(place, "country"), ones),
                "place": _encoded(pc.if_else(pc.equal(text, ""), name, text), ones),
            },
            lists,
            {
                "known": ordinals(whole("known_from")),
                "first": ordinals(pc.struct_field(date, "first")),
                "last": ordinals(pc.struct_field(date, "last")),
                "confidence": np.asarray(whole("confidence")).astype(np.float32),
                "claims": np.asarray(whole("claims")).astype(np.int32),
            },
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


_TEXTS = ("article_id", "original_id", "publisher", "event_type", "event_mode")
_LISTS = ("contexts", "statuses", "stems", "words")
_SIDES = ("actors", "recipients")
_MOST_PARTIES = 8
"""Parties of a side that are looked at before those that name a place again are dropped."""


@dataclass(frozen=True, slots=True)
class _Listed:
    """Lists of texts, one a row: the different texts, and which of them stand in the rows, end to end."""

    texts: list[str]
    codes: Array
    counts: Array

    def looked_up(self, values: Array) -> Array:
        """A value for each entry, given one for each different text."""
        return values[self.codes] if len(values) else np.zeros((0, *values.shape[1:]), dtype=values.dtype)

    def rows(self, values: Array, width: int) -> Array:
        """Values as rows of one width, padded with 0; what does not fit is dropped."""
        out = np.zeros((len(self.counts), width, *values.shape[1:]), dtype=values.dtype)
        row = np.repeat(np.arange(len(self.counts)), self.counts)
        at = np.arange(len(row)) - np.repeat(np.cumsum(self.counts) - self.counts, self.counts)
        fits = at < width
        out[row[fits], at[fits]] = self.looked_up(values)[fits]
        return out


def _arrow_listed(column: Any) -> _Listed:
    import pyarrow.compute as pc

    return _encoded(column.flatten(), np.asarray(pc.fill_null(pc.list_value_length(column), 0)))


def _encoded(flat: Any, counts: Array) -> _Listed:
    import pyarrow.compute as pc

    encoded = pc.fill_null(flat, "").dictionary_encode()
    return _Listed(encoded.dictionary.to_pylist(), np.asarray(encoded.indices).astype(np.int64), counts)


def _hashes(texts: Sequence[str]) -> Array:
    return np.array([text_hash(t) for t in texts], dtype=np.uint32)


def _columns(
    report_id: Sequence[str], texts: dict[str, _Listed], lists: dict[str, _Listed], numbers: dict[str, Array]
) -> Columns:
    """Columns out of texts and lists, whose different texts are looked up once each."""
    weights = shipped()

    def hashed(name: str) -> Array:
        return texts[name].looked_up(_hashes(texts[name].texts))

    def ids(name: str) -> Array:
        return texts[name].looked_up(np.array([_id_hash(t) for t in texts[name].texts], dtype=np.uint64))

    def bits(name: str, of: dict[str, int]) -> Array:
        rows = lists[name].rows(np.array([of.get(t, 0) for t in lists[name].texts], dtype=np.uint64), len(of))
        out: Array = np.bitwise_or.reduce(rows, axis=1)
        return out

    kind, mode = texts["event_type"], texts["event_mode"]
    named = {(k, m): _MODE.get((t, x), 0) for k, t in enumerate(kind.texts) for m, x in enumerate(mode.texts)}
    places, codes, persons = _parties(lists)
    parties = _first_ones(places.reshape(len(places), 2 * PARTIES), 2 * PARTIES)
    stems, words = lists["stems"], lists["words"]
    unknown = np.zeros(len(next(iter(weights.meaning.values()))), dtype=np.int8)
    meaning = np.array([weights.meaning.get(s, unknown) for s in stems.texts], dtype=np.int8).reshape(-1, len(unknown))
    low = [w.lower() for w in words.texts]
    word_kind = words.rows(np.array([_kind_of(w) for w in words.texts], dtype=np.int8), WORDS)
    rarity = words.rows(_rarities(low), WORDS)
    near, of_names = rarity.astype(np.int64) * NEARNESS, np.where(word_kind == NAME, rarity, 0)
    return Columns(
        report_id=np.array(report_id, dtype=object),
        article=ids("article_id"),
        original=ids("original_id"),
        publisher=hashed("publisher"),
        known=numbers["known"],
        kind=kind.looked_up(np.array([_KIND[t] for t in kind.texts], dtype=np.int8)),
        mode=np.array([named[pair] for pair in zip(kind.codes.tolist(), mode.codes.tolist(), strict=True)], np.int16),
        contexts=bits("contexts", _CONTEXT),
        statuses=bits("statuses", _STATUS),
        places=places,
        parties=parties,
        party_rarity=_place_rarity(parties, lists),
        codes=codes,
        persons=persons,
        first=numbers["first"],
        last=numbers["last"],
        stated=texts["basis"].looked_up(
            np.array([t in ("stated", "context") for t in texts["basis"].texts], dtype=bool)
        ),
        country=hashed("country"),
        place=texts["place"].looked_up(_hashes([t.lower().split(",")[0] for t in texts["place"].texts])),
        stems=stems.rows(_hashes(stems.texts), STEMS),
        stem_rarity=stems.rows(_rarities(stems.texts), STEMS),
        meaning=stems.rows(meaning, STEMS),
        words=words.rows(_hashes(low), WORDS),
        word_kind=word_kind,
        rarity=rarity,
        totals=np.stack([rarity.sum(1), (rarity**2).sum(1), (near**2).sum(1), of_names.sum(1)], axis=1).astype(
            np.int64
        ),
        kinds=np.bitwise_or.reduce(np.left_shift(1, word_kind.astype(np.uint8)), axis=1).astype(np.uint8),
        confidence=numbers["confidence"],
        claims=numbers["claims"],
    )


def _parties(lists: dict[str, _Listed]) -> tuple[Array, Array, Array]:
    """Places, codes and persons of both sides, `[n, 2, PARTIES]` each."""
    own = place_names()
    out: list[list[Array]] = [[], [], []]
    for side in _SIDES:
        codes, ids = lists[f"{side} code"], lists[f"{side} id"]
        known = [c if place_of(c) != "XXX" else "" for c in codes.texts]
        place_hash = codes.rows(_hashes([place_of(c) for c in known]), _MOST_PARTIES)
        own_hash = codes.rows(_hashes([own.get(place_of(c), ("", ""))[0] for c in known]), _MOST_PARTIES)
        person = ids.rows(_hashes(ids.texts), _MOST_PARTIES)
        out[0].append(_first_ones(place_hash))
        out[1].append(_first_ones(codes.rows(_hashes(known), _MOST_PARTIES)))
        out[2].append(_first_ones(np.where((person == own_hash) | (place_hash == 0), 0, person)))
    places, all_codes, persons = (np.stack(sides, axis=1) for sides in out)
    return places, all_codes, persons


def _rarities(words: Sequence[str]) -> Array:
    weights = shipped()
    return np.array([round(10 * weights.rarity.get(w, weights.unseen)) for w in words], dtype=np.int32)


def _place_rarity(parties: Array, lists: dict[str, _Listed]) -> Array:
    """Rarity of each place in `parties`."""
    known = shipped().place
    rarest = max(known.values(), default=0.0)
    names = {place_of(c) for side in _SIDES for c in lists[f"{side} code"].texts}
    by_hash = sorted((text_hash(p), round(10 * known.get(p, rarest))) for p in names)
    hashes = np.array([0, *(h for h, _ in by_hash if h)], dtype=np.uint32)
    tenths = np.array([0, *(t for h, t in by_hash if h)], dtype=np.int32)
    return tenths[np.searchsorted(hashes, parties)]


def _first_ones(rows: Array, most: int = PARTIES) -> Array:
    """The first different entries of each row, at most so many, padded with 0."""
    width = rows.shape[1]
    again = ((rows[:, :, None] == rows[:, None, :]) & np.tri(width, width, -1, dtype=bool)).any(2)
    kept = np.where(again, 0, rows)
    order = np.argsort(kept == 0, axis=1, kind="stable")[:, :most]
    return np.take_along_axis(kept, order, axis=1)


def _kind_of(word: str) -> int:
    if is_number(word):
        return ORDINAL if is_ordinal(word) else NUMBER
    return NAME if is_name(word) else WORD
