"""The user's SQL: one SELECT over the documented views, and nothing else of this machine.

Three walls. The statement is parsed, and its tables and table functions must be on a short list. It runs in a DuckDB
that may open no file but those of the record, and whose settings are locked. It has limits of time, rows and memory.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from legation.record.results import Result
from legation.record.views import VIEWS, QueryError, Views, reader

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

__all__ = ["sql"]

MEMORY = "1GB"
"""Most memory that a query takes."""

_FUNCTIONS = frozenset({"unnest", "range", "generate_series", "json_each"})
"""Table functions that make rows out of what they are given."""


def sql(views: Views, query: str, limit: int, seconds: float) -> Result[dict[str, Any]]:
    """Answers one SELECT.

    Args:
        views: The record.
        query: DuckDB's SQL.
        limit: Most rows to give; there may be more, see `Result.truncated`.
        seconds: Most time to take.

    Raises:
        QueryError: If it is no single SELECT, names something else than the views, is wrong, or takes too long.
    """
    if limit < 0 or seconds <= 0:
        raise QueryError("limit must be 0 or more, seconds more than 0")
    import duckdb

    with views.locked() as cursor:
        check(cursor, query)
        stop = threading.Timer(seconds, cursor.interrupt)
        stop.start()
        try:
            table, more = _taken(cursor, query, limit)
        except duckdb.InterruptException:
            raise QueryError(f"the query took longer than {seconds:g} s; ask for less, or give it more time") from None
        except duckdb.OutOfMemoryException:
            raise QueryError(f"the query needs more than {MEMORY} of memory; ask for less") from None
        except duckdb.Error as error:
            raise QueryError(_in_short(error)) from None
        finally:
            stop.cancel()
    return Result(table, dict, query, truncated=more)


def _taken(cursor: duckdb.DuckDBPyConnection, query: str, limit: int) -> tuple[pa.Table, bool]:
    """The first rows, and whether there are more; the rest is never computed."""
    import pyarrow as pa

    source = reader(cursor, query, min(limit + 1, 10_000))
    batches, rows = [], 0
    for batch in source:
        batches.append(batch)
        rows += batch.num_rows
        if rows > limit:
            break
    return pa.Table.from_batches(batches, source.schema).slice(0, limit), rows > limit


def _in_short(error: Exception) -> str:
    """What DuckDB says is wrong, on one line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return "; ".join(line for line in lines if not line.startswith(("^", "LINE"))) or type(error).__name__


def check(cursor: duckdb.DuckDBPyConnection, query: str) -> None:
    """Sees to it that a text is one SELECT over the views.

    Raises:
        QueryError: If it is not.
    """
    if "\0" in query:
        raise QueryError("the query has a null character in it; leave it out")
    answer = json.loads(cursor.execute("SELECT json_serialize_sql(?::VARCHAR)", [query]).fetchall()[0][0])
    if answer["error"]:
        if answer["error_type"] == "not implemented":
            raise QueryError("only SELECT is allowed: a record is changed by adding to it")
        raise QueryError(str(answer["error_message"]))
    if len(answer["statements"]) != 1:
        raise QueryError("give one SELECT, without a second statement after it")
    nodes = list(_nodes(answer["statements"][0]))
    named = {entry["key"].lower() for node in nodes if "cte_map" in node for entry in node["cte_map"]["map"]}
    for node in nodes:
        if node.get("type") == "BASE_TABLE":
            _check_table(node, named)
        elif node.get("type") == "TABLE_FUNCTION":
            name = node["function"]["function_name"]
            if name.lower() not in _FUNCTIONS:
                raise QueryError(f"{name}() is not allowed; ask the views: {', '.join(VIEWS)}")
        elif node.get("type") == "SHOW_REF" and node.get("table_name", "").lower() not in {"", *VIEWS}:
            raise QueryError(f"there is no {node['table_name']}; there are {', '.join(VIEWS)}")


def _check_table(node: dict[str, Any], named: set[str]) -> None:
    name = node["table_name"].lower()
    if node["schema_name"] or node["catalog_name"] or name not in {*VIEWS, *named}:
        raise QueryError(f"there is no {node['table_name']}; there are {', '.join(VIEWS)}")


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
