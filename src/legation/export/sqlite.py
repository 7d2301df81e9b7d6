"""One SQLite file with indexes and full-text search, and the metadata with which Datasette shows it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from legation.export.codebook import codings
from legation.export.material import Material, Tally
from legation.export.tables import TABLES, flat_columns, flat_row
from legation.ontology import place_of
from legation.version import __version__

__all__ = ["DATABASE", "write"]

DATABASE = "legation.db"
_ROWS = 5_000

_KEYS = {
    "events": "event_id",
    "history": "event_id, known_from",
    "reports": "report_id",
    "claims": "claim_id",
    "articles": "article_id",
}
_REFERENCES = {
    ("history", "event_id"): "events",
    ("reports", "event_id"): "events",
    ("claims", "event_id"): "events",
    ("reports", "article_id"): "articles",
    ("claims", "article_id"): "articles",
    ("claims", "report_id"): "reports",
}
_INDEXES = (
    ("events", "day"),
    ("events", "event_type, event_mode"),
    ("events", "status"),
    ("events", "country"),
    ("parties", "place, side"),
    ("parties", "actor_id"),
    ("reports", "event_id"),
    ("reports", "article_id"),
    ("claims", "event_id"),
    ("claims", "article_id"),
    ("claims", "report_id"),
    ("articles", "publisher, known_from"),
)
_NUMBERS = {
    **dict.fromkeys(("score", "confidence"), "REAL"),
    **dict.fromkeys(("reports", "printings", "claims", "sentence", "start", "end", "version", "disputed"), "INTEGER"),
}
_SEARCHED = ("event_type", "event_mode", "contexts", "actor_names", "recipient_names", "place", "words")


def _quoted(name: str) -> str:
    return f'"{name}"'


def _create(base: sqlite3.Connection) -> None:
    for table in ("articles", "events", "history", "reports", "claims"):
        lines = []
        for column in [*flat_columns(table), *(["words"] if table == "events" else [])]:
            other = _REFERENCES.get((table, column))
            points = f" REFERENCES {other}({_KEYS[other]})" if other else ""
            lines.append(f"{_quoted(column)} {_NUMBERS.get(column, 'TEXT')}{points}")
        base.execute(f"CREATE TABLE {table} ({', '.join(lines)}, PRIMARY KEY ({_KEYS[table]}))")
    base.execute(
        "CREATE TABLE parties (event_id TEXT REFERENCES events(event_id), side TEXT, number INTEGER, code TEXT, "
        "place TEXT, sector TEXT, actor_id TEXT, name TEXT, PRIMARY KEY (event_id, side, number))"
    )
    base.execute("CREATE TABLE contexts (event_id TEXT REFERENCES events(event_id), context TEXT, number INTEGER)")
    base.execute(
        "CREATE TABLE codebook (event_type TEXT, event_mode TEXT, context TEXT, status TEXT, cameo TEXT, "
        "cameo_name TEXT, goldstein REAL, plover_event TEXT, plover_mode TEXT, quad_plover INTEGER, "
        "quad_gdelt INTEGER, quad_icews INTEGER)"
    )


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value


def _insert(base: sqlite3.Connection, table: str, rows: Iterable[list[Any]]) -> int:
    """Inserts rows, some thousands at a time; gives their number."""
    count = 0
    rows = iter(rows)
    while part := list(islice(rows, _ROWS)):
        marks = ", ".join("?" * len(part[0]))
        base.executemany(
            f"INSERT INTO {table} VALUES ({marks})",  # noqa: S608 (a name of ours)
            ([_plain(v) for v in row] for row in part),
        )
        count += len(part)
    return count


def _events(base: sqlite3.Connection, material: Material) -> Iterator[list[Any]]:
    """Rows of events; their parties and contexts are inserted on the way."""
    for batch in material.batches("events"):
        parties, contexts, out = [], [], []
        for row in batch.to_pylist():
            key = row["event_id"]
            for side in ("actors", "recipients"):
                for number, p in enumerate(row[side]):
                    code = p["code"]
                    place = place_of(code)
                    known = (code, place, code[len(place) + 1 :], p["actor_id"], p["name"])
                    parties.append([key, side[:-1], number, *known])
            contexts += [[key, context, number] for number, context in enumerate(row["contexts"])]
            out.append([*flat_row("events", row), ""])
        yield from out
        _insert(base, "parties", parties)
        _insert(base, "contexts", contexts)


def _search(base: sqlite3.Connection, *, sentences: bool) -> None:
    """Full-text search over who, what and where, the words that name the event and, where they are there, sentences."""
    words = "trigger || ' ' || coalesce(sentence_text, '')" if sentences else "trigger"
    base.execute(
        f"UPDATE events SET words = coalesce((SELECT group_concat(w, ' ') FROM "  # noqa: S608 (no input in it)
        f"(SELECT DISTINCT {words} AS w FROM claims WHERE claims.event_id = events.event_id)), '')"
    )
    columns = ", ".join(_SEARCHED)
    base.execute(
        f'CREATE VIRTUAL TABLE events_fts USING fts5({columns}, content="events", '
        "tokenize='porter unicode61 remove_diacritics 2')"
    )
    base.execute("INSERT INTO events_fts(events_fts) VALUES ('rebuild')")


def _metadata(material: Material) -> dict[str, Any]:
    about = material.about
    docs = {name: doc for name, (doc, _) in TABLES.items()}
    docs |= {
        "parties": "Who takes part in each event, on which side",
        "contexts": "Contexts of each event",
        "codebook": "Our types, modes and contexts in CAMEO, PLOVER and the quad classes",
    }
    tables: dict[str, Any] = {name: {"description": doc} for name, doc in docs.items()}
    tables["events"] |= {
        "sort_desc": "day",
        "facets": ["event_type", "status", "country"],
        "fts_table": "events_fts",
        "fts_pk": "rowid",
        "searchmode": "raw",
    }
    return {
        "title": f"Events of the record {about.record}",
        "description": f"Read in news reports and exported by Legation {__version__}, snapshot {about.snapshot}. "
        "Facts that a program read; texts belong to their publishers.",
        "databases": {Path(DATABASE).stem: {"tables": tables}},
    }


def write(material: Material, folder: Path, tally: Tally) -> None:
    """Writes `legation.db` and `metadata.json`."""
    base = sqlite3.connect(folder / DATABASE)
    try:
        for setting in ("journal_mode = OFF", "synchronous = OFF", "page_size = 8192"):
            base.execute(f"PRAGMA {setting}")
        _create(base)
        tally.rows["articles"] = _insert(base, "articles", _flat(material, "articles"))
        tally.rows["events"] = _insert(base, "events", _events(base, material))
        for table in ("history", "reports", "claims"):
            tally.rows[table] = _insert(base, table, _flat(material, table))
        for table in ("parties", "contexts"):
            tally.rows[table] = base.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 (ours)
        _insert(base, "codebook", ([c.event_type, c.event_mode, c.context, c.status, c.cameo, c.name, c.goldstein,
                                    c.plover.event, c.plover.mode, c.plover.quad, c.gdelt, c.icews]
                                   for c in codings()))  # fmt: skip
        for number, (table, columns) in enumerate(_INDEXES):
            base.execute(f"CREATE INDEX {table}_{number} ON {table} ({columns})")
        _search(base, sentences=material.about.sentences)
        base.commit()
        base.execute("ANALYZE")
        base.commit()
        base.execute("VACUUM")
    finally:
        base.close()
    text = json.dumps(_metadata(material), ensure_ascii=False, indent=1)
    (folder / "metadata.json").write_text(text + "\n", encoding="utf8")


def _flat(material: Material, table: str) -> Iterator[list[Any]]:
    for batch in material.batches(table):
        for row in batch.to_pylist():
            yield flat_row(table, row)
