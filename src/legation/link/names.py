"""Finds every known name in a text: longest match over words, in one pass."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from legation.knowledge import Entry, Index, compile_entries, key_of, load, parse, read_own
from legation.knowledge.keys import WORD, plain

__all__ = ["Names", "names"]


class Names:
    """A dictionary automaton over names.

    Args:
        index: The names to know.
        own: A user's names, which come first: `OWN_RANK` lets them win over the others on the days they hold.
    """

    def __init__(self, index: Index, own: Index | None = None) -> None:
        self._index = index
        self._own = own
        self._longest = index.longest
        if own is not None:
            self._longest = dict(index.longest)
            for word, size in own.longest.items():
                self._longest[word] = max(size, self._longest.get(word, 0))
        self._parsed: dict[str, list[Entry]] = {}

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Names:
        """Names of some entries alone."""
        return cls(compile_entries(entries))

    @classmethod
    def with_own(cls, path: str | os.PathLike[str]) -> Names:
        """The shipped names and before them those of a user's table.

        Raises:
            InputError: If the table is not right.
        """
        return _shipped_with(compile_entries(read_own(path)))

    def __reduce__(self) -> tuple[Callable[..., Names], tuple[Index, ...]]:
        """For worker processes: the shipped names do not travel, a user's own do."""
        if self._index is not names()._index:
            return Names, (self._index, self._own) if self._own else (self._index,)
        return (_shipped_with, (self._own,)) if self._own else (names, ())

    def _entries(self, key: str) -> list[Entry] | None:
        found = self._parsed.get(key)
        if found is None:
            lines = [index.names[key] for index in (self._own, self._index) if index is not None and key in index.names]
            if not lines:
                return None
            found = self._parsed[key] = parse(b"\n".join(lines))
        return found

    def get(self, text: str) -> list[Entry]:
        """Entries of exactly this name, with or without "the"."""
        key = key_of(text)
        return self._entries(key) or (self._entries(key[4:]) if key[:4] in ("the ", "The ") else None) or []

    def terms(self, place: str, office: str) -> list[Entry]:
        """All terms of an office of a state or body."""
        key = f"{place} {office}"
        lines = [index.terms[key] for index in (self._own, self._index) if index is not None and key in index.terms]
        return parse(b"\n".join(lines)) if lines else []

    def find(self, text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int, list[Entry]]]:
        """Longest matches, left to right, without overlap.

        Yields:
            `(start, end, entries)` with offsets in `text`.
        """
        stop = len(text) if end is None else end
        found = [(m.start(), m.end(), plain(m.group())) for m in WORD.finditer(text, start, stop)]
        at = 0
        while at < len(found):
            size, hit = self._longest_at(found, at)
            if size > 1 and found[at][2] in ("the", "The") and all(e.kind == "context" for e in hit):
                # "the Council" must not take the first word of "the Council of Europe"
                longer, other = self._longest_at(found, at + 1)
                if longer >= size:
                    at, size, hit = at + 1, longer, other
            if hit:
                yield found[at][0], found[at + size - 1][1], hit
            at += max(1, size)

    def _longest_at(self, words: list[tuple[int, int, str]], at: int) -> tuple[int, list[Entry]]:
        """Number of words of the longest name that begins at a word, and its entries; 0 where none does."""
        word = words[at][2]
        limit = self._longest.get("the" if word == "The" else word, 0)
        for size in range(min(limit, len(words) - at), 0, -1):
            key = " ".join(w for _, _, w in words[at : at + size])
            hit = self._entries("the " + key[4:] if key.startswith("The ") else key)
            if hit:
                return size, hit
        return 0, []


@lru_cache(maxsize=1)
def names() -> Names:
    """The names of the shipped tables, loaded once."""
    return Names(load())


def _shipped_with(own: Index) -> Names:
    return Names(names()._index, own)
