"""The words of a party without regard to whom they mean: their head, number, and kind of pronoun."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from legation.link.lexicon import sector_of_words
from legation.link.offices import is_holder, office_of

__all__ = ["PRONOUN_KINDS", "TRAITS", "Phrase", "head_of", "is_plural", "phrase_of", "pronoun_kind", "words_of_span"]

_WORD = re.compile(r"[\w@#]+(?:[-.][\w]+)*")
_STOP = frozenset(
    "of to in from for with at against on who that which by near over between among after before under during about "
    "into inside outside around across along aged whose where when including said was were".split()
)
_QUANTITIES = frozenset(
    "thousands hundreds dozens tens scores group groups number majority members member crowd crowds lot some part "
    "parts team handful couple millions coalition wave range round rest many several most series one two three".split()
)
_QUANTITY = re.compile(
    r"\b(?:several|some|many|other|others|more|all|any|various|numerous|dozens|hundreds|thousands|millions|scores|"
    r"\d[\d,.]*)\b",
    re.IGNORECASE,
)
_EVERYWHERE = re.compile(r"\b(?:world|foreign|international|global|countries|nations|allies)\b", re.IGNORECASE)
_BOTH = re.compile(r"\b(?:both|two|two|each other|one another|the sides|neighbou?rs|pair|three|four)\b", re.IGNORECASE)
PRONOUN_KINDS: dict[str, tuple[str, ...]] = {
    "one": ("he", "she", "his", "her", "him", "himself", "herself", "hers"),
    "thing": ("it", "its", "itself"),
    "many": ("they", "their", "them", "themselves", "theirs", "those", "these"),
    "we": ("we", "our", "us", "ourselves"),
    "i": ("i", "me", "my", "you", "your"),
    "relative": ("who", "which", "that", "whom", "whose", "this"),
}
"""Pronouns by what they can take up."""
_KIND_OF = {word: kind for kind, words in PRONOUN_KINDS.items() for word in words}


def words_of_span(words: str) -> list[str]:
    """The lower-case words of a span, without punctuation and the possessive s."""
    return [w.lower() for w in _WORD.findall(words.replace("’", "'").replace("'s", " "))]


def head_of(words: str) -> str:
    """The word that says what the span is: the last before a preposition ("protesters in the square").

    Of a quantity the thing counted ("thousands of people"); lower-case; empty for no words.
    """
    tokens = words_of_span(words)
    begin = 0
    while True:
        stop = begin
        while stop < len(tokens) and (stop == begin or tokens[stop] not in _STOP):
            stop += 1
        if stop >= len(tokens):
            return tokens[-1] if tokens else ""
        head = tokens[stop - 1]
        if head in _QUANTITIES and tokens[stop] == "of" and stop + 1 < len(tokens):
            begin = stop + 1
            continue
        return head


def is_plural(words: str) -> bool:
    """Whether the words mean more than one: by their head's ending, or a pronoun or people of that kind."""
    head = head_of(words)
    if _KIND_OF.get(head) in ("many", "we") or head in ("people", "police", "men", "women", "children", "both", "two"):
        return True
    return len(head) > 3 and head.endswith("s") and not head.endswith(("ss", "us", "is"))


def pronoun_kind(words: str) -> str:
    """Kind of a lone pronoun, a key of `PRONOUN_KINDS`; empty for other words."""
    return _KIND_OF.get(words.lower().strip(), "")


@dataclass(frozen=True, slots=True)
class Phrase:
    """What words say by themselves.

    Attributes:
        tokens: Their lower-case words.
        head: See `head_of`.
        lexicon: Sector that the lexicon gives their head; empty for none.
        offices: Offices that they may mean.
        holder: Whether they mean an office's holder.
        traits: The values of `TRAITS`; 1 for yes, unless said otherwise.
    """

    tokens: tuple[str, ...]
    head: str
    lexicon: str
    offices: tuple[str, ...]
    holder: bool
    traits: tuple[float, ...]


TRAITS = (
    "words", "plural", "quantity", "everywhere", "both", "the", "a", "his", "their", "capitals", "joined",
    *(f"pronoun_{name}" for name in PRONOUN_KINDS), "pronoun",
)  # fmt: skip
"""What `Phrase.traits` holds: `words` and `capitals` are counts."""


@lru_cache(maxsize=16384)
def phrase_of(words: str) -> Phrase:
    """What words say by themselves; remembered, as an article says the same again and again."""
    tokens = words_of_span(words)
    first = tokens[0] if tokens else ""
    kind = pronoun_kind(words)
    traits = (
        min(12, len(tokens)),
        is_plural(words),
        bool(_QUANTITY.search(words)),
        bool(_EVERYWHERE.search(words)),
        bool(_BOTH.search(words)),
        first == "the",
        first in ("a", "an"),
        first in ("his", "her") and len(tokens) > 1,
        first in ("their", "its", "our", "my") and len(tokens) > 1,
        sum(w[:1].isupper() for w in re.findall(r"\w+", words)),
        bool(re.search(r"\band\b|,|/", words)),
        *(kind == name for name in PRONOUN_KINDS),
        bool(kind),
    )
    return Phrase(
        tokens=tuple(tokens),
        head=head_of(words),
        lexicon=sector_of_words(words.split()),
        offices=office_of(words) if words else (),
        holder=is_holder(words),
        traits=tuple(float(v) for v in traits),
    )
