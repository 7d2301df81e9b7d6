"""SQL over a record: views of its tables in an in-memory DuckDB, one for our own queries, one locked for the user's.

Views read the Parquet files that make up a snapshot. A snapshot has a schema of its own, so that a query which began
before a refresh ends on what it began with.
"""

from __future__ import annotations

import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

from legation.record.held import COLUMNS, Held
from legation.record.migrations import MIGRATIONS
from legation.record.store import RecordError, Store
from legation.schema import TABLES, arrow_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb
    import pyarrow as pa

__all__ = ["SETTINGS", "VIEWS", "QueryError", "Views", "change_settings", "literal", "literals", "make_views", "reader"]

_STORED = {"event_states": "events", "pair_states": "pairs"}
"""Views of whole tables that have another name than the table."""

VIEWS: dict[str, str] = {
    "articles": "One row a kept version of a page.",
    "claims": "What one sentence asserts; `report_id` leads to `reports`, and from there to the event.",
    "reports": "What one article says of one event; `event_id` is the event.",
    "events": "The present state of each event; `day` is the day it counts for.",
    "event_states": "All states of all events, from `known_from` until the day before `known_to`.",
    "pairs": "The present state of each event as seen by two of its parties.",
    "pair_states": "All states of the events of pairs.",
    "sentences": "Each sentence of each article, with its text.",
    "decisions": "Judgements that two reports tell one event, or do not.",
    "runs": "The changes of the record.",
}
"""The views and what a row of each is."""

_DERIVED = {
    "events": "SELECT * FROM {schema}.event_states WHERE known_to IS NULL",
    "pairs": "SELECT * FROM {schema}.pair_states WHERE known_to IS NULL",
    "sentences": """
        SELECT article_id, known_from, publisher, s.number, s."start", s."end",
               substring(text, s."start" + 1, s."end" - s."start") AS text
        FROM (SELECT article_id, known_from, publisher, text, unnest(sentences) AS s FROM {schema}.articles)""",
}
_NEEDS = {"events": "event_states", "pairs": "pair_states", "sentences": "articles"}
_CALM = 5.0
"""Seconds for which nobody has added to a record before it is read into memory anew."""
_ROW = 250
"""Bytes that a row takes on disk in a record that is held, at most; those of long articles are read from files."""
_NAMES = re.compile(r"\b(" + "|".join(VIEWS) + r")\b")


class QueryError(ValueError):
    """A question that cannot be answered as it was asked: what is wrong with it, and what would do."""


def literal(value: object) -> str:
    """A value as SQL.

    Raises:
        QueryError: If it is a text that SQL cannot hold.
    """
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    text = str(value)
    if "\0" in text:
        raise QueryError("a text with a null character in it; leave it out")
    return "'" + text.replace("'", "''") + "'"


def literals(values: Iterable[object]) -> str:
    """Values as the inside of an SQL list: `'a', 'b'`."""
    return ", ".join(literal(v) for v in values)


def _sql_type(kind: pa.DataType) -> str:
    import pyarrow.types as t

    if t.is_list(kind):
        return _sql_type(kind.value_type) + "[]"
    if t.is_struct(kind):
        inner = ", ".join(f'"{f.name}" {_sql_type(f.type)}' for f in kind)
        return f"STRUCT({inner})"
    plain = {"string": "VARCHAR", "int32": "INTEGER", "double": "DOUBLE", "bool": "BOOLEAN", "binary": "BLOB"}
    return {**plain, "date32[day]": "DATE", "timestamp[us, tz=UTC]": "TIMESTAMPTZ"}[str(kind)]


class Views:
    """The views of a record, at its snapshot.

    Args:
        store: The record on disk.
        hold: A record whose tables have at most this many rows is read into memory in the background once something is
            asked, which pays when there are many questions. Until then answers come from its files, and are the same.
    """

    def __init__(self, store: Store, hold: int = 0) -> None:
        self.store = store
        self._hold = hold
        self._lock = threading.RLock()
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._made: set[tuple[int, str]] = set()
        self._cache: dict[tuple[int, str], Any] = {}
        self._held: tuple[int, Held | None] = (-1, None)
        self._builder: threading.Thread | None = None
        self._moved = -_CALM

    def held(self, *, wait: bool = False) -> Held | None:
        """The record in memory; None where it is not, or not yet.

        Args:
            wait: Whether to wait until it is.
        """
        if not self._hold:
            return None
        with self._lock:
            number = self.store.snapshot.number
            if self._held[0] == number:
                return self._held[1]
            self._held = (-1, None)  # the old one goes before the new one comes
            if not wait and time.monotonic() - self._moved < _CALM:
                return None
            if self._builder is None or not self._builder.is_alive():
                bodies = {name: view_body(self.store, name) for name in COLUMNS} if self._is_small() else {}
                self._builder = threading.Thread(target=self._build, args=(number, bodies))
                self._builder.start()
            builder = self._builder
        if not wait:
            return None
        builder.join()
        return self.held(wait=True)  # there now, unless the record has moved on meanwhile

    def _is_small(self) -> bool:
        """Whether the tables are small enough to be held."""
        sizes = [self.store.size(_STORED.get(name, name)) for name in COLUMNS]
        return max(rows for rows, _ in sizes) <= self._hold and sum(size for _, size in sizes) <= self._hold * _ROW

    def _build(self, number: int, bodies: dict[str, str]) -> None:
        """Reads the tables."""
        import pyarrow as pa

        tables = {}
        try:
            with self.cursor() as cursor:
                if bodies:
                    change_settings(cursor, {"cache_local_files": "false"})  # not in memory twice
                for name, body in bodies.items():
                    columns = ", ".join(map(_quoted, COLUMNS[name])) or "*"
                    tables[name] = reader(cursor, f"SELECT {columns} FROM ({body})").read_all().combine_chunks()
            held = Held(tables) if tables else None
            pa.default_memory_pool().release_unused()
        except Exception:  # noqa: BLE001 - whatever it was, the files still answer, or tell what is wrong with them
            held = None
        with self._lock:
            if self.store.snapshot.number == number:
                self._held = (number, held)

    def having(
        self, name: str, key: str, values: Iterable[str], columns: Sequence[str], where: str = "", source: str = ""
    ) -> list[dict[str, Any]]:
        """The rows of a view that have one of some values in a column.

        Args:
            name: The view.
            key: The column: one of those by which rows in memory are found.
            values: Its values.
            columns: The columns wanted.
            where: A condition that the rows meet anyhow, by which fewer files are read.
            source: What to read in place of the view, if not from memory; see `between`.
        """
        wanted = list(values)
        if not wanted:
            return []
        if (held := self.held()) is not None:
            found = held.at(name, held.find(name, key, wanted), columns)
        else:
            condition = f"{key} = {literal(wanted[0])}" if len(wanted) == 1 else f"{key} IN ({literals(wanted)})"
            named = ", ".join(map(_quoted, columns))
            found = self.arrow(
                f"SELECT {named} FROM {source or name} WHERE {condition}" + (f" AND {where}" if where else "")
            )
        rows: list[dict[str, Any]] = found.to_pylist()
        return rows

    def of_days(
        self, name: str, key: str, values: Sequence[str], columns: Sequence[str], days: Sequence[date]
    ) -> list[dict[str, Any]]:
        """The same of `articles` or `claims`, for rows of known days: of the others not even the files are read."""
        if not values:
            return []
        within = f"known_from IN ({literals(days)})"
        source = "" if self.held() is not None else self.between(name, days)
        rows = self.having(name, key, values, (*columns, "known_from"), within, source)
        wanted = frozenset(days)
        return [row for row in rows if row["known_from"] in wanted]

    def _connect(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            import duckdb

            self._connection = duckdb.connect(":memory:")
            change_settings(self._connection, SETTINGS | scratch())
        return self._connection

    def _make(self, connection: duckdb.DuckDBPyConnection, number: int, name: str) -> None:
        if (number, name) in self._made:
            return
        if name in _NEEDS:
            self._make(connection, number, _NEEDS[name])
        schema = f"s{number}"
        body = _DERIVED[name].format(schema=schema) if name in _DERIVED else view_body(self.store, name)
        connection.execute(f"CREATE OR REPLACE VIEW {schema}.{name} AS {body}")
        self._made.add((number, name))

    @contextmanager
    def cursor(self, sql: str = "") -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection of one's own on which the views that some SQL names can be read; safe in any thread.

        Args:
            sql: Names the views that are needed.

        Raises:
            RecordError: If the files cannot be read.
        """
        import duckdb

        try:
            with self._lock:
                number = self.store.snapshot.number
                connection = self._connect()
                connection.execute(f"CREATE SCHEMA IF NOT EXISTS s{number}")
                for name in sorted(set(_NAMES.findall(sql))):
                    self._make(connection, number, name)
                cursor = connection.cursor()
            try:
                cursor.execute(f"SET search_path = 's{number}'")
                yield cursor
            finally:
                cursor.close()
        except duckdb.Error as error:
            if not is_damage(error):
                raise
            part = ", ".join(sorted(set(_NAMES.findall(sql)))) or "the record"
            raise RecordError(f"{self.store.path}: {damaged(part, error)}") from error

    def refresh(self) -> bool:
        """Moves on to the present snapshot; says whether it is a new one. Answers under way end on the old one."""
        with self._lock:
            before = self.store.snapshot.number
            self.store.refresh()
            now = self.store.snapshot.number
            if now != before:
                self._moved = time.monotonic()
            if self._connection is not None:
                for old in sorted({n for n, _ in self._made if n < before}):
                    self._connection.execute(f"DROP SCHEMA IF EXISTS s{old} CASCADE")
                self._made = {made for made in self._made if made[0] >= before}
            return now != before

    def arrow(self, sql: str) -> pa.Table:
        """Rows of a query as an Arrow table."""
        with self.cursor(sql) as cursor:
            return reader(cursor, sql).read_all()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a query as tuples of plain values."""
        with self.cursor(sql) as cursor:
            return cursor.execute(sql).fetchall()

    def between(self, name: str, days: Sequence[date]) -> str:
        """A stored table as SQL that reads no more files than may hold these days.

        Each addition to a record has files of its own, and the tables' logs say which days are in a file.

        Args:
            name: `articles` or `claims`.
            days: The days of `known_from` that are wanted.

        Returns:
            What stands after FROM. Rows of other days are in it.
        """
        spans: list[tuple[str, date | None, date | None]] = self.cached(f"days {name}", lambda: self.store.days(name))
        low, high = min(days), max(days)
        files = [f for f, first, last in spans if first is None or last is None or (first <= high and last >= low)]
        return f"({view_body(self.store, name, files)})"

    def cached(self, key: str, make: Callable[[], Any]) -> Any:
        """A value that is made once a snapshot; the oldest are let go."""
        number = self.store.snapshot.number
        with self._lock:
            if (number, key) in self._cache:
                return self._cache[number, key]
        made = make()
        with self._lock:
            self._cache = {k: v for k, v in self._cache.items() if k[0] == number}
            self._cache[number, key] = made
            while len(self._cache) > _CACHED:
                del self._cache[next(iter(self._cache))]
        return made


def is_damage(error: Exception) -> bool:
    """Whether an error of DuckDB comes from the files that it reads, not from what it was asked.

    Of a damaged file it says what it stumbled over, in errors of several kinds; some of them do not name the file.
    """
    import duckdb

    if isinstance(error, duckdb.IOException) or type(error) is duckdb.Error:
        return True
    return isinstance(error, duckdb.InvalidInputException) and ".parquet" in str(error)


def damaged(part: str, error: Exception) -> str:
    """That a part of a record cannot be read, and what to do. What an old snapshot needs may also be gone by now."""
    words = str(error).splitlines()[0].rstrip(" .:")
    return (
        f"{part} cannot be read: {words}. Open the record anew; if that does not help, a file is damaged or gone: "
        "put the folder back from a copy"
    )


_CACHED = 500
"""Values that are kept for asking again."""

SETTINGS = {
    "parquet_metadata_cache": "true",
    "cache_local_files": "true",
    "memory_limit": "'1GB'",  # what is cached of files gives way at it
    "python_enable_replacements": "false",
    "enable_progress_bar": "false",
    "TimeZone": "'UTC'",
    "late_materialization_max_rows": "1000",  # the first rows are found by a few columns, then read whole
}


def scratch() -> dict[str, str]:
    """The setting by which DuckDB writes what does not fit into memory to the system's temporary folder, if any.

    By itself it would write into the folder that one happens to be in.
    """
    try:
        return {"temp_directory": literal(tempfile.gettempdir())}
    except FileNotFoundError:
        return {}


def change_settings(connection: duckdb.DuckDBPyConnection, settings: dict[str, str]) -> None:
    """Changes settings for all cursors of a connection, those settings that this version of DuckDB has."""
    import duckdb

    known = {row[0] for row in connection.execute("SELECT name FROM duckdb_settings()").fetchall()}
    for name, value in settings.items():
        if name not in known:
            continue
        try:
            try:
                connection.execute(f"SET GLOBAL {name} = {value}")
            except duckdb.CatalogException:  # before DuckDB 2 some are of the connection alone
                connection.execute(f"SET {name} = {value}")
        except duckdb.InvalidInputException:
            if name != "enable_progress_bar":  # in a notebook without ipywidgets there is none to switch off
                raise


def make_views(connection: duckdb.DuckDBPyConnection, store: Store) -> list[str]:
    """Makes all views in a connection's own schema; gives the paths of the files that they read."""
    files: list[str] = []
    for name in sorted(VIEWS, key=lambda n: n in _DERIVED):
        derived = name in _DERIVED
        body = _DERIVED[name].format(schema="main") if derived else view_body(store, name)
        connection.execute(f"CREATE OR REPLACE VIEW {name} AS {body}")
        files += [] if derived else store.files(_STORED.get(name, name))
    return files


def view_body(store: Store, name: str, files: Sequence[str] | None = None) -> str:
    """The SELECT of a view that reads a table's files, or some of them; without files no rows but all columns."""
    table = _STORED.get(name, name)
    columns = {f.name: _sql_type(f.type) for f in arrow_schema(table)}
    empty = f"SELECT {', '.join(f'NULL::{kind} AS {_quoted(c)}' for c, kind in columns.items())} WHERE false"
    listed = store.files(table) if files is None else files
    condition = f" WHERE snapshot <= {store.snapshot.number}" if table == "runs" else ""
    if listed:
        hive = ", hive_partitioning = true, hive_types = {'year': INTEGER}" if TABLES[table].derived else ""
        source = f"read_parquet([{literals(listed)}]{hive})"
        if MIGRATIONS:  # older files lack the columns that came since
            source = f"({empty} UNION ALL BY NAME FROM read_parquet([{literals(listed)}]{hive}, union_by_name = true))"
    else:
        source = f"({empty})"
    more = ', coalesce("date"."first", "date"."last", first_reported) AS "day"' if name == "event_states" else ""
    return f"SELECT {', '.join(map(_quoted, columns))}{more} FROM {source}{condition}"


def reader(cursor: duckdb.DuckDBPyConnection, sql: str, rows: int = 100_000) -> pa.RecordBatchReader:
    """The rows of a SELECT as Arrow batches, computed as they are read. DuckDB before 2 has another name for it."""
    before: Any = getattr(cursor, "fetch_record_batch", None)
    if before is not None:
        cursor.execute(sql)
        return before(rows)
    return cursor.sql(sql).to_arrow_reader(rows)


def _quoted(column: str) -> str:
    return f'"{column}"'
