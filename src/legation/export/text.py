"""Writing lines: tab-separated files, CSV that spreadsheets do not run, JSON Lines."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

__all__ = ["cell", "csv_rows", "guarded", "joined", "json_lines", "tab_rows"]

_RUNS = "=+-@\t\r\n"
"""Beginnings of a cell that a spreadsheet takes for a formula (OWASP, CSV injection)."""
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def cell(value: object) -> str:
    """A value as a cell of a tab-separated file; days in ISO form, nothing for None.

    A text is put on one line without tabs, and guarded. A double quote becomes a single one: such files have no
    quoting, but those who read them with the settings for CSV would lose the rest of the line.
    """
    if isinstance(value, str):
        text = value if value.isprintable() else " ".join(value.split())  # a tab or line end is not printable
        return guarded(text.replace('"', "'"))
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:g}" if isinstance(value, float) else str(value)


def guarded(value: str) -> str:
    """A text that no spreadsheet runs: an apostrophe before what would begin a formula. Numbers stay as they are."""
    if not value or value[0] not in _RUNS or _NUMBER.fullmatch(value):
        return value
    return f"'{value}"


def joined(values: Sequence[str], between: str = ";") -> str:
    """Texts as one cell; the sign between them becomes a comma inside one. Empty where all are."""
    return between.join(v.replace(between.strip(), ",") for v in values) if any(values) else ""


@contextmanager
def tab_rows(path: Path, columns: Sequence[str] | None) -> Iterator[Callable[[Sequence[object]], None]]:
    """Opens a tab-separated file; yields what writes a row.

    Args:
        path: The file.
        columns: Names for the first line; none where the format has none.
    """
    with path.open("w", encoding="utf8", newline="\n") as out:
        if columns is not None:
            out.write("\t".join(columns) + "\n")
        yield lambda row: (out.write("\t".join(map(cell, row)) + "\n"), None)[1]


@contextmanager
def csv_rows(path: Path, columns: Sequence[str]) -> Iterator[Callable[[Sequence[object]], None]]:
    """Opens a CSV file with a heading; yields what writes a row. Texts are guarded, numbers and days are not."""

    def plain(value: object) -> object:
        return guarded(value) if isinstance(value, str) else value

    with path.open("w", encoding="utf8", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(columns)
        yield lambda row: rows.writerow([plain(v) for v in row])


@contextmanager
def json_lines(path: Path) -> Iterator[Callable[[dict[str, Any]], None]]:
    """Opens a file of JSON Lines; yields what writes an object."""
    with path.open("w", encoding="utf8", newline="\n") as out:
        yield lambda value: (out.write(json.dumps(value, ensure_ascii=False) + "\n"), None)[1]
