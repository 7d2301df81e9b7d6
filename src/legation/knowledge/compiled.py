"""One fast file out of the tables: names by the key they are looked up under, offices by place.

The file is plain text in seven sections: the digest of the tables, first words with the length of the longest name that
begins so, keys of names with their entries, offices with their terms. Loading splits it, which takes milliseconds; an
entry is parsed when its name is first met. Where the tables have been edited since, they themselves are read instead.

    python -m legation.knowledge      sorts the tables and writes it (the build of the package writes it too)
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path

from legation.knowledge.keys import key_of
from legation.knowledge.tables import Entry, load_entries
from legation.ontology import place_of

__all__ = ["COMPILED", "Index", "build", "compile_entries", "load", "parse", "sort_tables"]

COMPILED = "compiled.txt"
_SEPARATOR = "\t"
_SECTION = b"\x1d\n"
_ITEM = b"\x1e"


@dataclass(frozen=True, slots=True)
class Index:
    """The tables, ready to be looked up.

    Attributes:
        digest: SHA-256 over the tables it was made from; empty for one made in memory.
        longest: For the first word of each name the number of words of the longest name that begins so.
        names: Key of each name to its entries, one a line, in UTF-8.
        terms: "PLACE office" to the terms of that office, likewise.
    """

    digest: str
    longest: dict[str, int]
    names: dict[str, bytes]
    terms: dict[str, bytes]


def _pack(entry: Entry) -> str:
    days = (d.isoformat() if d else "" for d in (entry.first, entry.last))
    return _SEPARATOR.join(
        (entry.text, entry.code, entry.kind, entry.actor_id, entry.name, *days, str(entry.rank), entry.role)
    )


def parse(lines: bytes) -> list[Entry]:
    """Entries of one value of the index."""
    out = []
    for line in lines.decode().split("\n"):
        text, code, kind, actor_id, name, first, last, rank, role = line.split(_SEPARATOR)
        begin, end = (date.fromisoformat(d) if d else None for d in (first, last))
        out.append(Entry(text, code, kind, actor_id, name, begin, end, int(rank), role))
    return out


def compile_entries(entries: Iterable[Entry], digest: str = "") -> Index:
    """Makes the index in memory."""
    longest: dict[str, int] = {}
    names: dict[str, list[str]] = {}
    terms: dict[str, dict[tuple[str, date | None], str]] = {}
    for entry in entries:
        key = key_of(entry.text)
        if key.startswith("the ") and len(key) > 4 and entry.kind != "context":
            key = key[4:]
        if not key:
            continue
        words = key.split(" ")
        longest[words[0]] = max(longest.get(words[0], 0), len(words))
        names.setdefault(key, []).append(_pack(entry))
        if entry.kind in ("person", "family") and entry.role and entry.text == entry.name:
            office = f"{place_of(entry.code)} {entry.role}"
            terms.setdefault(office, {})[(entry.actor_id, entry.first)] = _pack(entry)
    return Index(
        digest,
        longest,
        {k: "\n".join(dict.fromkeys(v)).encode() for k, v in names.items()},
        {k: "\n".join(v.values()).encode() for k, v in terms.items()},
    )


def _folder() -> Path:
    return Path(str(resources.files("legation") / "knowledge"))


def _digest(folder: Path) -> str:
    total = hashlib.sha256()
    for file in sorted([*folder.glob("*.tsv"), *folder.glob("*.py")]):
        total.update(file.name.encode())
        total.update(file.read_bytes())
    return total.hexdigest()


def sort_tables(folder: Path | None = None) -> None:
    """Puts the rows of every table in order, by all columns as strings, each row once."""
    for file in sorted((folder or _folder()).glob("*.tsv")):
        text = file.read_text(encoding="utf8")
        header, *rows = text.splitlines()
        ordered = sorted({tuple(row.split("\t")) for row in rows if row})
        new = "\n".join([header, *("\t".join(row) for row in ordered)]) + "\n"
        if new != text:
            file.write_text(new, encoding="utf8")


def build(folder: Path | None = None) -> Path:
    """Writes the compiled file beside the tables and returns its path."""
    place = folder or _folder()
    index = compile_entries(load_entries(), _digest(place))
    sections = (
        [index.digest.encode()],
        (w.encode() for w in index.longest),
        (str(n).encode() for n in index.longest.values()),
        (k.encode() for k in index.names),
        index.names.values(),
        (k.encode() for k in index.terms),
        index.terms.values(),
    )
    out = place / COMPILED
    new = out.with_suffix(".new")
    new.write_bytes(_SECTION.join(_ITEM.join(s) for s in sections))
    new.replace(out)  # at once: another process may be reading the old one
    return out


def load(folder: Path | None = None) -> Index:
    """The compiled file where it is whole and that of the tables, else the tables, compiled in memory."""
    place = folder or _folder()
    file = place / COMPILED
    found = _unpack(file.read_bytes(), _digest(place)) if file.is_file() else None
    return found or compile_entries(load_entries())


def _unpack(data: bytes, digest: str) -> Index | None:
    sections = data.split(_SECTION)
    if len(sections) != 7 or sections[0] != digest.encode():
        return None
    item = _ITEM.decode()
    first, sizes, keys, offices = (sections[i].decode().split(item) for i in (1, 2, 3, 5))
    try:
        return Index(
            digest,
            dict(zip(first, map(int, sizes), strict=True)),
            dict(zip(keys, sections[4].split(_ITEM), strict=True)),
            dict(zip(offices, sections[6].split(_ITEM), strict=True)),
        )
    except ValueError:  # cut off
        return None
