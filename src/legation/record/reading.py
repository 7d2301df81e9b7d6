"""What merging reads of a record while it writes to it: SQL over the tables as they are now, committed or not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from legation.record.store import Store
from legation.record.views import SETTINGS, change_settings, scratch, view_body
from legation.schema import TABLES

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

__all__ = ["Reading", "ids"]


class Reading:
    """The tables of a record as its only writer sees them.

    A reader of the record sees the tables of its snapshot. Merging goes in steps, and each must see what those before
    it have written.
    """

    def __init__(self, store: Store) -> None:
        """Opens them; the caller holds the record's lock.

        Args:
            store: The record that is being written to.
        """
        self._store = Store(store.path)
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._bodies: dict[str, str] = {}

    def move_on(self) -> None:
        """Sees what has been written since."""
        from deltalake import DeltaTable

        versions = {name: DeltaTable(self._store.path / name).version() for name in self._store.snapshot.versions}
        self._store.snapshot = replace(self._store.snapshot, versions=versions)
        self._bodies = {}

    def sql(self, sql: str, **tables: pa.Table) -> pa.Table:
        """Rows of a query.

        Args:
            sql: The query; tables of the record stand in it in braces: `FROM {claims}`.
            tables: Arrow tables that it may name besides.
        """
        connection = self._connect()
        for name in TABLES:
            if "{" + name + "}" in sql and name not in self._bodies:
                self._bodies[name] = f"({view_body(self._store, name)})"
        for name, table in tables.items():
            connection.register(name, table)
        try:
            return connection.sql(sql.format(**self._bodies)).to_arrow_table()
        finally:
            for name in tables:
                connection.unregister(name)

    def column(self, sql: str, **tables: pa.Table) -> list[str]:
        """The first column of a query as a list."""
        found: list[str] = self.sql(sql, **tables).column(0).to_pylist()
        return found

    def _connect(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            import duckdb

            self._connection = duckdb.connect(":memory:")
            # What merging reads it reads once; its own arrays need the memory.
            own = {"cache_local_files": "false", "preserve_insertion_order": "false"}
            change_settings(self._connection, SETTINGS | scratch() | own)
        return self._connection

    def close(self) -> None:
        """Lets go of what queries hold in memory."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def ids(values: Iterable[str]) -> pa.Table:
    """Ids as a table with the column `id`, for joins."""
    import pyarrow as pa

    return pa.table({"id": pa.array(list(values), type=pa.string())})
