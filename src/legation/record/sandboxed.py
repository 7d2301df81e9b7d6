"""Answers SQL from standard input: one SELECT over the views of a record, and nothing else of this machine.

Four walls. The statement is parsed, and its tables and table functions must be on a short list. It runs in a DuckDB
that may open no file but those of the record, and whose settings are locked. The process itself may write no file and
has its memory limited, where the system can do that. And it has limits of time, rows and bytes.

`python -m legation.record.sandboxed RECORD` reads a JSON object a line: snapshot, query, limit, seconds. For each it
writes one line: error, record (whether the record is at fault), truncated, last (whether it ends now, having held much
memory), bytes; then that many bytes of Arrow.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from legation.record.store import RecordError, Store
from legation.record.views import (
    SETTINGS,
    VIEWS,
    QueryError,
    change_settings,
    damaged,
    is_damage,
    literals,
    make_views,
    reader,
)

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

__all__ = ["answer", "check", "walled"]

MEMORY = "1GB"
"""Most memory that DuckDB plans with."""

_DATA = 3 << 30
"""Most memory of the process, bytes."""

_ANSWER = 256 << 20
"""Largest answer, bytes."""

_FUNCTIONS = frozenset({"unnest", "range", "generate_series", "json_each"})
"""Table functions that make rows out of what they are given."""

_LISTED = ", ".join(VIEWS)


def walled(store: Store) -> duckdb.DuckDBPyConnection:
    """A connection on which the views can be read, and no other file, and no setting changed.

    Raises:
        RecordError: If the record's files cannot be read.
    """
    import duckdb

    connection = duckdb.connect(":memory:")
    try:
        files = make_views(connection, store)
    except duckdb.Error as error:
        raise RecordError(f"{store.path}: {damaged('the record', error)}") from None
    change_settings(connection, SETTINGS | {"memory_limit": f"'{MEMORY}'", "temp_directory": "''"})
    change_settings(connection, {"max_temp_directory_size": "'0B'", "allowed_paths": f"[{literals(files)}]"})
    change_settings(connection, {"enable_external_access": "false"})
    change_settings(connection, {"lock_configuration": "true"})
    return connection


def answer(connection: duckdb.DuckDBPyConnection, query: str, limit: int, seconds: float) -> tuple[pa.Table, bool]:
    """The rows of one SELECT, and whether there are more than the limit.

    Raises:
        QueryError: If it is no single SELECT, names something else than the views, is wrong, or takes too much.
        RecordError: If the record's files cannot be read.
    """
    import duckdb

    check(connection, query)
    stop = threading.Timer(seconds, connection.interrupt)
    stop.start()
    try:
        return _taken(connection, query, limit)
    except duckdb.InterruptException:
        raise QueryError(f"the query took longer than {seconds:g} s; ask for less, or give it more time") from None
    except (duckdb.OutOfMemoryException, MemoryError):
        raise QueryError(f"the query needs more than {MEMORY} of memory; ask for less") from None
    except duckdb.Error as error:
        if is_damage(error):
            raise RecordError(damaged("the record", error)) from None
        raise QueryError(_in_short(error)) from None
    finally:
        stop.cancel()


def _taken(connection: duckdb.DuckDBPyConnection, query: str, limit: int) -> tuple[pa.Table, bool]:
    """The first rows; the rest is never computed."""
    import pyarrow as pa

    source = reader(connection, query, min(limit + 1, 2_048))
    batches, rows, size = [], 0, 0
    for batch in source:
        batches.append(batch)
        rows += batch.num_rows
        size += batch.nbytes
        if size > _ANSWER:
            raise QueryError(f"the answer is larger than {_ANSWER >> 20} MB; ask for fewer rows or shorter columns")
        if rows > limit:
            break
    table = pa.Table.from_batches(batches, source.schema)
    return table.rename_columns(_told_apart(table.column_names)).slice(0, limit), rows > limit


def _told_apart(names: list[str]) -> list[str]:
    """Names of columns, each another: a, a_2."""
    out: list[str] = []
    for name in names:
        number, told = 1, name
        while told in out:
            number += 1
            told = f"{name}_{number}"
        out.append(told)
    return out


def _in_short(error: Exception) -> str:
    """What DuckDB says is wrong, on one line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return "; ".join(line for line in lines if not line.startswith(("^", "LINE"))) or type(error).__name__


def check(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    """Sees to it that a text is one SELECT over the views.

    Raises:
        QueryError: If it is not.
    """
    if "\0" in query:
        raise QueryError("the query has a null character in it; leave it out")
    parsed = json.loads(connection.execute("SELECT json_serialize_sql(?::VARCHAR)", [query]).fetchall()[0][0])
    if parsed["error"]:
        if parsed["error_type"] == "not implemented":
            raise QueryError("only SELECT is allowed: a record is changed by adding to it")
        raise QueryError(str(parsed["error_message"]))
    if len(parsed["statements"]) != 1:
        raise QueryError("give one SELECT, without a second statement after it")
    nodes = list(_nodes(parsed["statements"][0]))
    named = {entry["key"].lower() for node in nodes if "cte_map" in node for entry in node["cte_map"]["map"]}
    for node in nodes:
        kind = node.get("type")
        if kind == "BASE_TABLE":
            outside = node["schema_name"] or node["catalog_name"]
            if outside or node["table_name"].lower() not in {*VIEWS, *named}:
                raise QueryError(f"there is no table {node['table_name']}; there are {_LISTED}")
        elif kind == "TABLE_FUNCTION":
            name = node["function"]["function_name"]
            if name.lower() not in _FUNCTIONS:
                raise QueryError(f"{name}() is not allowed; ask the views: {_LISTED}")
        elif kind == "SHOW_REF" and node.get("table_name", "").strip('"').lower() not in {"", "tables", *VIEWS}:
            raise QueryError(f"there is no table {node['table_name']}; there are {_LISTED}")


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object of a syntax tree."""
    waiting = [tree]
    while waiting:
        at = waiting.pop()
        if isinstance(at, dict):
            yield at
            waiting.extend(at.values())
        elif isinstance(at, list):
            waiting.extend(at)


def _most_held() -> int:
    """Bytes of memory that this process has held at most; 0 where the system does not tell."""
    try:
        # Linux counts what the parent held before this program began into ru_maxrss; VmHWM begins with the program.
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024
    except (OSError, IndexError, ValueError):
        pass
    try:
        import resource
    except ImportError:  # Windows
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _is_large() -> bool:
    """Whether this process has held so much memory that little may be left of its limit for the next query."""
    return _most_held() > _DATA // 6


def _limit() -> None:
    """Takes from this process the right to write files, and memory without end."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (_DATA, _DATA))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def serve(path: str, questions: IO[bytes], answers: IO[bytes]) -> None:
    """Answers questions until there are no more."""
    _limit()
    import pyarrow as pa

    answers.write(b"ready\n")
    answers.flush()
    snapshot, connection = None, None
    for line in questions:
        question = json.loads(line)
        head: dict[str, Any] = {"error": "", "record": False, "truncated": False, "bytes": 0}
        rows = b""
        try:
            if connection is None or snapshot != question["snapshot"]:
                snapshot, connection = question["snapshot"], walled(Store(path, question["snapshot"]))
            table, head["truncated"] = answer(connection, question["query"], question["limit"], question["seconds"])
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, table.schema) as stream:
                stream.write_table(table)
            rows = sink.getvalue().to_pybytes()
        except (QueryError, RecordError) as error:
            head |= {"error": str(error), "record": isinstance(error, RecordError)}
        last = _is_large()
        answers.write(json.dumps(head | {"last": last, "bytes": len(rows)}).encode() + b"\n" + rows)
        answers.flush()
        if last:
            return


if __name__ == "__main__":
    serve(sys.argv[1], sys.stdin.buffer, sys.stdout.buffer)
