"""Words in their text: which stretch of a sentence or an article is part of which claim.

Texts are cut into pieces, and templates print piece by piece; nothing here makes HTML, so nothing can slip through it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from legation.types import Claim

__all__ = ["ROLES", "Paragraph", "Piece", "paragraphs", "pieces", "words_marked"]

ROLES: dict[str, str] = {
    "trigger": "names the event",
    "actor": "doer",
    "recipient": "other side",
    "when": "time",
    "place": "place",
    "word": "word searched for",
}
"""What a stretch of text can be for a claim, and what that is called."""

MOST_CHARACTERS = 400_000
"""Longest text that is shown; what is longer is cut, and the page says so."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text.

    Attributes:
        text: The words.
        roles: Claims (index in the list of claims) that it is part of, and as what; empty for plain text.
    """

    text: str
    roles: tuple[tuple[int, str], ...] = ()

    @property
    def trigger(self) -> int | None:
        """The first claim whose event these words name; None where they name none."""
        return next((number for number, role in self.roles if role == "trigger"), None)

    @property
    def role(self) -> str:
        """What the stretch is, if only one thing can be shown; triggers come first. Empty for plain text."""
        return min((role for _, role in self.roles), key=list(ROLES).index, default="")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of an article.

    Attributes:
        pieces: Its stretches, in order.
        title: Whether it is the headline.
    """

    pieces: tuple[Piece, ...]
    title: bool


def spans(claims: Sequence[Claim]) -> list[tuple[int, int, int, str]]:
    """The words of claims: first character, one past the last, index of the claim, role."""
    out: list[tuple[int, int, int, str]] = []
    for number, claim in enumerate(claims):
        out.append((claim.trigger.start, claim.trigger.end, number, "trigger"))
        for role, items in (
            ("actor", claim.actors),
            ("recipient", claim.recipients),
            ("when", (claim.date,)),
            ("place", (claim.place,)),
        ):
            out += [(x.start, x.end, number, role) for x in items if x.start is not None and x.end is not None]
    return [span for span in out if 0 <= span[0] < span[1]]


def pieces(text: str, start: int, found: Iterable[tuple[int, int, int, str]]) -> tuple[Piece, ...]:
    """A text in pieces, cut wherever something begins or ends.

    Args:
        text: The text.
        start: Place of its first character in the text that the spans count in.
        found: Spans as `spans` gives them; what lies outside is left out.
    """
    inside = [(max(a - start, 0), min(b - start, len(text)), n, role) for a, b, n, role in found]
    inside = [span for span in inside if span[0] < span[1]]
    begins: dict[int, list[tuple[int, str]]] = {}
    ends: dict[int, list[tuple[int, str]]] = {}
    for a, b, number, role in inside:
        begins.setdefault(a, []).append((number, role))
        ends.setdefault(b, []).append((number, role))
    edges = sorted({0, len(text), *begins, *ends})
    open_now: list[tuple[int, str]] = []
    out = []
    for at, after in pairwise(edges):
        for one in ends.get(at, ()):
            open_now.remove(one)
        open_now += begins.get(at, [])
        out.append(Piece(text[at:after], tuple(sorted(set(open_now)))))
    return tuple(out)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for line in text.split("\n"):
        if line.strip():
            yield at, line
        at += len(line) + 1


def paragraphs(text: str, title: str, claims: Sequence[Claim]) -> tuple[Paragraph, ...]:
    """An article's text, line by line, with the words of its claims."""
    found = sorted(spans(claims))
    out = []
    for start, line in _lines(text[:MOST_CHARACTERS]):
        end = start + len(line)
        here = [span for span in found if span[0] < end and start < span[1]]
        out.append(Paragraph(pieces(line, start, here), title=bool(title) and start == 0))
    return tuple(out)


def words_marked(text: str, wanted: Iterable[str], found: Iterable[tuple[int, int, int, str]]) -> tuple[Piece, ...]:
    """A sentence with the words that were searched for, whatever their endings, beside what claims mark.

    Args:
        text: The sentence.
        wanted: Stems of the words.
        found: Spans of claims that count in the sentence itself.
    """
    from legation.merge.words import stem

    stems = {word.lower() for word in wanted}
    marks: list[tuple[int, int, int, str]] = list(found)
    at = 0
    for word in text.split():
        at = text.index(word, at)
        bare = word.strip(".,;:!?\"'()“”‘’«»")
        if bare and stems and (stem(bare).lower() in stems or bare.lower() in stems):
            inner = text.index(bare, at)
            marks.append((inner, inner + len(bare), -1, "word"))
        at += len(word)
    return pieces(text, 0, marks)
