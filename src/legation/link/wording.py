"""The words of a party without regard to whom they mean: their head, number, and kind of pronoun."""

from __future__ import annotations

import re

__all__ = ["PRONOUN_KINDS", "head_of", "is_plural", "pronoun_kind", "words_of_span"]

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


def traits(words: str) -> dict[str, float]:
    """What the words alone say, by name; 1 for yes, unless said otherwise."""
    tokens = words_of_span(words)
    first = tokens[0] if tokens else ""
    out = {
        "words": float(min(12, len(tokens))),
        "plural": float(is_plural(words)),
        "quantity": float(bool(_QUANTITY.search(words))),
        "everywhere": float(bool(_EVERYWHERE.search(words))),
        "both": float(bool(_BOTH.search(words))),
        "the": float(first == "the"),
        "a": float(first in ("a", "an")),
        "his": float(first in ("his", "her") and len(tokens) > 1),
        "their": float(first in ("their", "its", "our", "my") and len(tokens) > 1),
        "capitals": float(sum(w[:1].isupper() for w in re.findall(r"\w+", words))),
        "joined": float(bool(re.search(r"\band\b|,|/", words))),
    }
    kind = pronoun_kind(words)
    for name in PRONOUN_KINDS:
        out[f"pronoun_{name}"] = float(kind == name)
    out["pronoun"] = float(bool(kind))
    return out
