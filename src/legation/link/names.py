"""Finds every known name in a text: longest match over words, in one pass."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from legation.knowledge import Entry, load_entries

__all__ = ["Names", "key_of", "names"]

_WORD = re.compile(r"(?:[A-Za-z]\.){2,}|\w+|[^\w\s]")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "–": "-", "‑": "-"})


def _plain(word: str) -> str:
    """Without accents, one kind of apostrophe and hyphen."""
    if word.isascii():
        return word
    word = word.translate(_APOSTROPHES)
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c)) or word


def key_of(text: str) -> str:
    """The form under which a name is looked up: its words without accents, joined by one space; case is kept."""
    return " ".join(_plain(m.group()) for m in _WORD.finditer(text))


class Names:
    """A dictionary automaton over names.

    Args:
        entries: The names to know.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries: dict[str, list[Entry]] = {}
        self._longest: dict[str, int] = {}
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> None:
        """Adds one name."""
        key = key_of(entry.text)
        if key.startswith("the ") and len(key) > 4 and entry.kind != "context":
            key = key[4:]
        if not key:
            return
        words = key.split(" ")
        self._entries.setdefault(key, []).append(entry)
        self._longest[words[0]] = max(self._longest.get(words[0], 0), len(words))

    def get(self, text: str) -> list[Entry]:
        """Entries of exactly this name."""
        return self._entries.get(key_of(text), [])

    def find(self, text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int, list[Entry]]]:
        """Longest matches, left to right, without overlap.

        Yields:
            `(start, end, entries)` with offsets in `text`.
        """
        found = [(m.start(), m.end(), _plain(m.group())) for m in _WORD.finditer(text, start, len(text) if end is None else end)]
        at = 0
        while at < len(found):
            word = found[at][2]
            limit = self._longest.get(word, 0) if word != "The" else self._longest.get("the", 0)
            for size in range(min(limit, len(found) - at), 0, -1):
                key = " ".join(w for _, _, w in found[at : at + size])
                hit = self._entries.get(key)
                if hit is None and key.startswith("The "):
                    hit = self._entries.get("the " + key[4:])
                if hit:
                    yield found[at][0], found[at + size - 1][1], hit
                    at += size
                    break
            else:
                at += 1


@lru_cache(maxsize=1)
def names() -> Names:
    """The names of the shipped tables, loaded once."""
    return Names(load_entries())
