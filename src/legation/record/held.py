"""A record in memory: its tables as Arrow, the rows of a key found at once.

A page asks for a few rows by their ids. From files that takes tens of milliseconds, most of which go into planning;
from here it takes less than one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from legation.record.columns import Columns, whole
from legation.record.tallies import Articles, Pairs

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

__all__ = ["COLUMNS", "Held"]

COLUMNS: dict[str, tuple[str, ...]] = {
    "articles": (
        *("article_id", "title", "publisher", "published", "url", "known_from", "page_id", "version"),
        *("text", "sentences"),
    ),
    "claims": (),
    "reports": (),
    "event_states": (),
    "pair_states": (),
}
"""What is held of each view; all columns where none are named."""

_KEYS: dict[str, tuple[str, ...]] = {
    "articles": ("article_id", "page_id"),
    "claims": ("article_id", "report_id"),
    "reports": ("event_id", "report_id", "article_id", "original_id"),
    "event_states": ("event_id",),
}
_AT_ONCE = 10_000
"""Values that are texts of Python's at one time, which take more memory than the column."""


class _Key:
    """Rows by the value that they have in one column: hashes in order, and the row of each."""

    def __init__(self, column: pa.Array) -> None:
        marks = np.empty(len(column), np.int64)
        for start in range(0, len(column), _AT_ONCE):
            some = column.slice(start, _AT_ONCE).to_pylist()
            marks[start : start + len(some)] = np.fromiter(map(hash, some), np.int64, len(some))
        order = np.argsort(marks, kind="stable")
        self._column, self._marks, self._rows = column, marks[order], order.astype(np.int32)

    def find(self, values: Iterable[str]) -> list[int]:
        """The rows of some values, in order."""
        out: list[int] = []
        for value in dict.fromkeys(values):
            mark = hash(value)
            low, high = np.searchsorted(self._marks, mark, "left"), np.searchsorted(self._marks, mark, "right")
            out += [row for row in self._rows[low:high].tolist() if self._column[row].as_py() == value]
        return sorted(out)


class Held:
    """The tables of one snapshot in memory.

    Args:
        tables: The views of `COLUMNS`, with those columns, each in one piece.

    Attributes:
        columns: What events are found by.
        pairs: What pairs are counted by.
        articles: What articles are counted by.
    """

    def __init__(self, tables: Mapping[str, pa.Table]) -> None:
        self._tables = dict(tables)
        self._keys = {(name, key): _Key(whole(self._tables[name][key])) for name, keys in _KEYS.items() for key in keys}
        self.columns = Columns(*(self._tables[name] for name in ("event_states", "pair_states", "reports")))
        self.pairs = Pairs(self._tables["pair_states"])
        self.articles = Articles(self._tables["articles"], self._tables["claims"])

    def find(self, name: str, key: str, values: Iterable[str]) -> list[int]:
        """Places of the rows of a view that have one of some values in a column, in order."""
        return self._keys[name, key].find(values)

    def at(self, name: str, places: Sequence[int] | NDArray[np.int64], columns: Sequence[str]) -> pa.Table:
        """Rows of a view by their places."""
        return self._tables[name].select(list(columns)).take(np.asarray(places, np.int64))
