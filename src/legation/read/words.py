"""Words, word pieces and windows: how text is laid before the network.

A *window* is a run of whole sentences, `[CLS] s1 [SEP] s2 [SEP] ...`, of about a hundred pieces. Windows never cross
articles and are run one at a time, so neither the order of articles nor their batching can change a result.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

__all__ = ["CLS", "SEP", "Encoded", "Window", "Word", "case_of", "encode_sentences", "pack", "window", "words_of"]

CLS, SEP = 101, 102
MAX_PIECES = 400
"""A longer sentence is read in parts: the encoder has 512 positions."""

_WORD = re.compile(r"(?:[A-Za-z]\.){2,}|\w+|[^\w\s]")


class Encoding(Protocol):
    """What the tokenizer gives back for one text."""

    @property
    def ids(self) -> list[int]:
        """Ids of the pieces."""
        ...

    @property
    def offsets(self) -> list[tuple[int, int]]:
        """First character and one past the last of each piece."""
        ...


class PieceTokenizer(Protocol):
    """The part of `tokenizers.Tokenizer` used here."""

    def encode_batch(self, input: list[str], *, add_special_tokens: bool = True) -> Sequence[Encoding]:  # noqa: A002
        """Encodes several texts."""
        ...


@dataclass(frozen=True, slots=True)
class Word:
    """A word or punctuation mark, with its offsets in the article's text."""

    start: int
    end: int
    case: int


@dataclass(frozen=True, slots=True)
class Encoded:
    """One sentence, or a part of a very long one, as words and pieces.

    Attributes:
        sentence: Number of the sentence (0 is the headline).
        words: The words.
        pieces: Word-piece ids, without special ones.
        piece_word: For each piece the index of its word in `words`.
    """

    sentence: int
    words: tuple[Word, ...]
    pieces: tuple[int, ...]
    piece_word: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """Input of the network for a run of sentences.

    Attributes:
        ids: Word-piece ids with `[CLS]` and `[SEP]`.
        cases: Case class of the word each piece belongs to (0 for special pieces).
        headline: 1 for pieces of the headline, else 0.
        first_piece: For each word the position of its first piece in `ids`.
        words: The words of all sentences, in order.
        sentence_of: For each word the number of its sentence.
    """

    ids: list[int]
    cases: list[int]
    headline: list[int]
    first_piece: list[int]
    words: list[Word]
    sentence_of: list[int]


def case_of(text: str) -> int:
    """Case class of a word: 1 lower, 2 Capitalised, 3 UPPER, 4 MiXed, 5 has a digit, 6 anything else."""
    if any(c.isdigit() for c in text):
        return 5
    if not text[0].isalpha():
        return 6
    if text.islower():
        return 1
    if text[0].isupper() and (len(text) == 1 or text[1:].islower()):
        return 2
    return 3 if text.isupper() else 4


def words_of(text: str, start: int, end: int) -> list[Word]:
    """Words and punctuation marks of a stretch of text; dotted abbreviations ("U.S.") stay whole."""
    return [Word(m.start(), m.end(), case_of(m.group())) for m in _WORD.finditer(text, start, end)]


def encode_sentences(text: str, spans: Sequence[tuple[int, int, int]], tokenizer: PieceTokenizer) -> list[Encoded]:
    """Cuts sentences into words and pieces.

    Args:
        text: The article's text.
        spans: `(number, start, end)` of each sentence.
        tokenizer: An uncased BERT word-piece tokenizer.

    Returns:
        One entry a sentence, several for one of more than `MAX_PIECES` pieces; none for one without words.
    """
    out: list[Encoded] = []
    encodings = tokenizer.encode_batch([text[s:e] for _, s, e in spans], add_special_tokens=False)
    for (number, start, end), encoding in zip(spans, encodings, strict=True):
        words = words_of(text, start, end)
        pieces: list[int] = []
        owner: list[int] = []
        at = 0
        for piece, (left, right) in zip(encoding.ids, encoding.offsets, strict=True):
            if left == right:
                continue
            while at + 1 < len(words) and start + left >= words[at].end:
                at += 1
            if not words or start + left < words[at].start:
                continue
            pieces.append(piece)
            owner.append(at)
        out += _parts(number, words, pieces, owner)
    return out


def _parts(number: int, words: list[Word], pieces: list[int], owner: list[int]) -> list[Encoded]:
    """Splits at word boundaries so that no part has more than `MAX_PIECES` pieces; drops words without a piece."""
    parts: list[Encoded] = []
    kept: list[Word] = []
    ids: list[int] = []
    index: list[int] = []
    begin = 0
    while begin < len(owner):
        stop = begin
        while stop < len(owner) and owner[stop] == owner[begin]:
            stop += 1
        piece_run = pieces[begin : min(stop, begin + 16)]
        if ids and len(ids) + len(piece_run) > MAX_PIECES:
            parts.append(Encoded(number, tuple(kept), tuple(ids), tuple(index)))
            kept, ids, index = [], [], []
        ids += piece_run
        index += [len(kept)] * len(piece_run)
        kept.append(words[owner[begin]])
        begin = stop
    if ids:
        parts.append(Encoded(number, tuple(kept), tuple(ids), tuple(index)))
    return parts


def pack(sentences: Sequence[Encoded], target: int) -> list[list[Encoded]]:
    """Groups consecutive sentences into windows of at most `target` pieces (a longer sentence stands alone)."""
    groups: list[list[Encoded]] = []
    size = 0
    for sentence in sentences:
        cost = len(sentence.pieces) + 1
        if groups and size + cost <= target:
            groups[-1].append(sentence)
            size += cost
        else:
            groups.append([sentence])
            size = cost + 1
    return groups


def window(group: Sequence[Encoded]) -> Window:
    """Lays a group of sentences out as one input."""
    out = Window([CLS], [0], [0], [], [], [])
    for sentence in group:
        seen = -1
        headline = int(sentence.sentence == 0)
        for piece, index in zip(sentence.pieces, sentence.piece_word, strict=True):
            if index != seen:
                out.first_piece.append(len(out.ids))
                seen = index
            out.ids.append(piece)
            out.cases.append(sentence.words[index].case)
            out.headline.append(headline)
        out.ids.append(SEP)
        out.cases.append(0)
        out.headline.append(0)
        out.words.extend(sentence.words)
        out.sentence_of.extend([sentence.sentence] * len(sentence.words))
    return out
