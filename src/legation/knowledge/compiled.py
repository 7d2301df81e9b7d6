"""One fast file out of the tables: names by the key they are looked up under, offices by place.

The file holds text as the tables do; an entry is parsed when its name is first met, so that loading takes milliseconds.
It carries a digest of the tables: where they have been edited since, the tables themselves are read instead.

    python -m legation.knowledge.compiled      writes it (the build of the package does so too)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path

from legation.knowledge.keys import key_of
from legation.knowledge.tables import Entry, load_entries

__all__ = ["COMPILED", "Index", "build", "compile_entries", "load", "parse"]

COMPILED = "compiled.json"
_SEPARATOR = "\t"


@dataclass(frozen=True, slots=True)
class Index:
    """The tables, ready to be looked up.

    Attributes:
        digest: SHA-256 over the tables it was made from; empty for one made in memory.
        longest: For the first word of each name the number of words of the longest name that begins so.
        names: Key of each name to its entries, one a line.
        terms: "PLACE office" to the terms of that office, one a line.
    """

    digest: str
    longest: dict[str, int]
    names: dict[str, str]
    terms: dict[str, str]


def _pack(entry: Entry) -> str:
    days = (d.isoformat() if d else "" for d in (entry.first, entry.last))
    return _SEPARATOR.join(
        (entry.text, entry.code, entry.kind, entry.actor_id, entry.name, *days, str(entry.rank), entry.role)
    )


def parse(lines: str) -> list[Entry]:
    """Entries of one value of the index."""
    out = []
    for line in lines.split("\n"):
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
            office = f"{entry.code.partition('.')[0]} {entry.role}"
            terms.setdefault(office, {})[(entry.actor_id, entry.first)] = _pack(entry)
    return Index(
        digest,
        longest,
        {k: "\n".join(dict.fromkeys(v)) for k, v in names.items()},
        {k: "\n".join(v.values()) for k, v in terms.items()},
    )


def _folder() -> Path:
    return Path(str(resources.files("legation") / "knowledge"))


def _digest(folder: Path) -> str:
    total = hashlib.sha256()
    for file in sorted([*folder.glob("*.tsv"), *folder.glob("*.py")]):
        total.update(file.name.encode())
        total.update(file.read_bytes())
    return total.hexdigest()


def build(folder: Path | None = None) -> Path:
    """Writes the compiled file beside the tables and returns its path."""
    place = folder or _folder()
    index = compile_entries(load_entries(), _digest(place))
    values = {"digest": index.digest, "longest": index.longest, "names": index.names, "terms": index.terms}
    out = place / COMPILED
    out.write_text(json.dumps(values, ensure_ascii=False, separators=(",", ":")), encoding="utf8")
    return out


def load() -> Index:
    """The compiled file where it is that of the tables, else the tables, compiled in memory."""
    folder = _folder()
    file = folder / COMPILED
    if file.is_file():
        values = json.loads(file.read_text(encoding="utf8"))
        if values["digest"] == _digest(folder):
            return Index(**values)
    return compile_entries(load_entries())


if __name__ == "__main__":
    build()
