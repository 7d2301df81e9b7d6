"""A user's own table of who is who: read, checked line by line, and turned into entries that win over the shipped ones.

    text<TAB>code<TAB>name<TAB>from<TAB>to<TAB>kind<TAB>actor_id

Only `text` and `code` are required; the header names the columns, in any order.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from legation.knowledge.keys import key_of
from legation.knowledge.tables import OWN_RANK, Entry, parse_day, place_names, slug
from legation.ontology import SECTORS
from legation.types import InputError, Problem

__all__ = ["COLUMNS", "KINDS", "read_own"]

COLUMNS = ("text", "code", "name", "from", "to", "kind", "actor_id")
"""Columns of a user's table; the first two are required."""
KINDS = (
    "state",
    "demonym",
    "capital",
    "city",
    "region",
    "seat",
    "body",
    "group",
    "agency",
    "party",
    "person",
    "family",
)
"""What a name can be. `family` and `city` count only where nothing around them speaks against it."""

_MAX_BYTES = 20_000_000
_MAX_PROBLEMS = 20
_MAX_TEXT = 200
_NAMED = re.compile(r"(?:IGO|NSA|NGO|MNC):[A-Z0-9][A-Z0-9+.&'-]*")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DAY = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_KIND_OF = {"IGO": "body", "NSA": "group", "NGO": "agency", "MNC": "agency"}


class _RowError(ValueError):
    """What is wrong with a row, and what to do about it."""


def read_own(path: str | os.PathLike[str]) -> list[Entry]:
    """Entries of a user's table.

    Args:
        path: A UTF-8 file with tab-separated columns and a header.

    Returns:
        Its entries, in order.

    Raises:
        InputError: If the table is not right. It says file and line, what is wrong and what to do, of every bad row up
            to twenty; nothing of a table with a bad row is used.
    """
    name = os.fspath(path)
    lines = list(_lines(name))
    header = _header(name, lines)
    entries: list[Entry] = []
    problems: list[Problem] = []
    seen: _Seen = {}
    for number, line in lines[1:]:
        try:
            entry = _entry(_cells(line, header))
            _check_new(entry, number, seen)
            entries.append(entry)
        except _RowError as wrong:
            problems.append(Problem(f"{name}:{number}", str(wrong)))
            if len(problems) == _MAX_PROBLEMS:
                break
    if problems:
        raise InputError(problems, [])
    if not entries:
        raise _one(name, "the table has a header and no rows; write one name a line below the header")
    return entries


_Seen = dict[tuple[str, date | None, date | None], tuple[int, str]]


def _check_new(entry: Entry, number: int, seen: _Seen) -> None:
    line, code = seen.setdefault((key_of(entry.text), entry.first, entry.last), (number, entry.code))
    if line != number:
        same = "repeats" if code == entry.code else f"contradicts (as {code})"
        raise _RowError(f"{entry.text!r} {same} line {line}; remove one of them, or give them different days")


def _one(where: str, what: str) -> InputError:
    return InputError([Problem(where, what)], [])


def _lines(name: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers, without the empty ones."""
    path = Path(name)
    try:
        if path.is_dir():
            raise _one(name, "this is a folder; give the file with the table")
        if path.stat().st_size > _MAX_BYTES:
            raise _one(name, f"the table is too long: {_MAX_BYTES // 1_000_000} MB at most")
        data = path.read_bytes()
    except FileNotFoundError:
        raise _one(name, "no such file; give the path of your table of names") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _one(name, f"the table cannot be read: {reason}") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = data.count(b"\n", 0, error.start) + 1
        raise _one(f"{name}:{number}", "this line is not UTF-8; save the table as UTF-8 text") from None
    for number, line in enumerate(text.split("\n"), 1):
        line = line.removesuffix("\r")
        if line.strip():
            yield number, line


def _header(name: str, lines: Sequence[tuple[int, str]]) -> list[str]:
    if not lines:
        raise _one(name, f"the table is empty; its first line must name the columns: {' '.join(COLUMNS)}")
    number, line = lines[0]
    where = f"{name}:{number}"
    columns = [c.strip().lower() for c in line.split("\t")]
    if "\0" in line:
        raise _one(where, "this is no text; give a table with tab-separated columns")
    if len(columns) == 1 and re.search(r"[,;]", line):
        raise _one(where, "the columns are not separated by tabs; save the table as tab-separated text (TSV)")
    missing = [c for c in COLUMNS[:2] if c not in columns]
    if missing:
        raise _one(
            where,
            f"the header lacks the column{'s' if len(missing) > 1 else ''} {' and '.join(missing)}; "
            f"the first line must name the columns, separated by tabs: {' '.join(COLUMNS)} "
            "(only text and code are required)",
        )
    unknown = [c for c in columns if c not in COLUMNS]
    if unknown:
        raise _one(where, f"no column is called {unknown[0]!r}; the columns are {' '.join(COLUMNS)}")
    twice = [c for c in columns if columns.count(c) > 1]
    if twice:
        raise _one(where, f"the column {twice[0]!r} stands twice in the header; remove one")
    return columns


def _cells(line: str, header: Sequence[str]) -> dict[str, str]:
    cells = [c.strip() for c in line.split("\t")]
    if len(cells) > len(header):
        if any(cells[len(header) :]):
            raise _RowError(f"{len(cells)} cells under {len(header)} columns; remove the tabs that are too many")
        cells = cells[: len(header)]
    if len(cells) == 1 and len(header) > 1:
        raise _RowError("one cell only; separate the cells by tabs, not by blanks or commas")
    for cell in cells:
        if any(ord(c) < 32 or ord(c) == 127 for c in cell):
            raise _RowError("a control character in the line; remove it")
    return dict.fromkeys(COLUMNS, "") | dict(zip(header, cells, strict=False))


@dataclass(frozen=True, slots=True)
class _Days:
    first: date | None
    last: date | None


def _entry(row: dict[str, str]) -> Entry:
    text = row["text"]
    if not text:
        raise _RowError("no text; write the name as news spells it, or remove the line")
    if len(text) > 1 and text[0] == text[-1] == '"':
        raise _RowError(f"quotation marks around {text}; remove them, the table has none")
    if not any(c.isalnum() for c in text):
        raise _RowError(f"the text {text!r} has no letter or digit; write a name")
    if len(text) > _MAX_TEXT:
        raise _RowError(f"the text is {len(text)} characters long; a name has {_MAX_TEXT} at most")
    code = row["code"]
    _check_code(code)
    kind = row["kind"] or _kind_of(code)
    if kind not in KINDS:
        raise _RowError(f"the kind {kind!r} is none; write one of {', '.join(KINDS)}, or nothing")
    name = row["name"] or text
    actor_id = row["actor_id"] or slug(name) or "actor"
    if row["actor_id"] and not _ID.fullmatch(actor_id):
        hint = slug(actor_id) or "narendra-modi"
        raise _RowError(f"the actor_id {actor_id!r} is none; write lower-case words joined by hyphens, such as {hint}")
    days = _days(row)
    return Entry(text, code, kind, actor_id, name, days.first, days.last, OWN_RANK)


def _days(row: dict[str, str]) -> _Days:
    days = []
    for column in ("from", "to"):
        value = row[column]
        wrong = _RowError(f"{value!r} in the column {column} is no date; write YYYY-MM-DD, YYYY-MM or YYYY")
        if value and not _DAY.fullmatch(value):
            raise wrong
        try:
            days.append(parse_day(value, end=column == "to"))
        except ValueError:
            raise wrong from None
    first, last = days
    if first and last and last < first:
        raise _RowError(f"it ends ({row['to']}) before it begins ({row['from']}); exchange from and to")
    return _Days(first, last)


@lru_cache(maxsize=1)
def _places() -> frozenset[str]:
    return frozenset(code for code in place_names() if ":" not in code)


def _check_code(code: str) -> None:
    if not code:
        raise _RowError("no code; write an id such as RUS, RUS.GOV, IGO:UN or NSA:HAMAS")
    place, dot, sector = code.partition(".")
    known = _places()
    if ":" in place and not _NAMED.fullmatch(place):
        if _NAMED.fullmatch(place.upper()):
            raise _RowError(f"the code {code!r} must be in capitals; write {code.upper()}")
        raise _RowError(f"the code {code!r} is none; named actors are IGO:NAME, NSA:NAME, NGO:NAME or MNC:NAME")
    if ":" not in place and place not in known:
        hint = code.upper() if place.upper() in known else "an ISO 3166-1 alpha-3 code such as RUS, or IGO:NAME"
        raise _RowError(f"the place {place!r} of the code {code!r} is not known; write {hint}")
    if dot and sector not in SECTORS:
        hint = f"{place}.{sector.upper()}" if sector.upper() in SECTORS else f"one of {' '.join(SECTORS)}"
        raise _RowError(f"the sector {sector!r} of the code {code!r} is not known; write {hint}")


def _kind_of(code: str) -> str:
    place, dot, _ = code.partition(".")
    if ":" in place:
        return _KIND_OF[place.partition(":")[0]]
    return "seat" if dot else "state"
