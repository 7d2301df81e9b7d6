"""The form under which a name is looked up."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["WORD", "key_of", "plain"]

WORD = re.compile(r"(?:[A-Za-z]\.){2,}|\w+|[^\w\s]")
_MARKS = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "–": "-", "‑": "-"})


def plain(word: str) -> str:
    """A word without accents, with one kind of apostrophe and hyphen."""
    if word.isascii():
        return word
    word = word.translate(_MARKS)
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c)) or word


def key_of(text: str) -> str:
    """A name's words without accents, joined by one space; case is kept."""
    return " ".join(plain(m.group()) for m in WORD.finditer(text))
