"""The tables of a record on disk. The only file that writes them.

A record is a folder of Delta Lake tables, one folder each. The table `runs` says which version of every other table
makes up the record: a change is first written to the tables, then made visible by one new row of `runs`. Readers see
the tables at the versions of that row, so they see all of a change or nothing of it, and go on seeing the same while
somebody writes. What a killed writer left behind is taken back by the next one.

One writer at a time holds a lock on a file; the system lets go of it when its holder dies, however it dies.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from legation.schema import TABLES, arrow_schema, from_plain, rows_of
from legation.types import Run, TableVersion
from legation.version import __version__

if TYPE_CHECKING:
    import pyarrow as pa
    from deltalake import DeltaTable

__all__ = ["RecordError", "Snapshot", "Store", "Writer"]

FORMAT = 1
"""Number of the layout of the tables; see `migrations`."""

PATIENCE = 600.0
"""Seconds that a writer waits for another one."""

_LOCK = ".lock"


class RecordError(Exception):
    """A record that could not be opened, read or written: what, where, what to do."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The record as one committed change left it."""

    number: int = field(metadata={"doc": "Counts the changes from 0"})
    committed: datetime = field(metadata={"doc": "When, UTC"})
    versions: Mapping[str, int] = field(metadata={"doc": "Delta version of each table but `runs`"})


@contextmanager
def _clear(path: Path) -> Iterator[None]:
    """Errors of the disk and of the tables as a `RecordError` that says what to do."""
    from deltalake.exceptions import DeltaError

    try:
        yield
    except (OSError, DeltaError) as error:
        words = str(error)
        full = getattr(error, "errno", None) == errno.ENOSPC or "No space left" in words or "os error 28" in words
        if full:
            hint = "the disk is full. The record is as it was before; make room and run the same command again"
        elif isinstance(error, PermissionError) or "Permission denied" in words or "os error 13" in words:
            hint = "no permission to write. The record is as it was before"
        else:
            hint = f"{words.splitlines()[0] if words else type(error).__name__}. The record is as it was before"
        raise RecordError(f"{path}: {hint}") from error


class Store:
    """A record on disk, at one snapshot.

    Attributes:
        path: The folder.
        snapshot: What is visible; `refresh` moves on to the present one.
    """

    def __init__(self, path: str | os.PathLike[str], snapshot: int | None = None) -> None:
        """Opens a record.

        Args:
            path: The folder.
            snapshot: Number of an earlier snapshot; the present one by default.

        Raises:
            RecordError: If there is no record there, none with that snapshot, or one of another format.
        """
        self.path = Path(path)
        self._tables: dict[tuple[str, int], DeltaTable] = {}
        if not (self.path / "runs" / "_delta_log").is_dir():
            what = "no record here" if self.path.exists() else "no such folder"
            raise RecordError(f"{self.path}: {what}; `legation add {self.path} INPUT...` makes one")
        self.snapshot = self._read_snapshot(snapshot)

    @classmethod
    def create(cls, path: str | os.PathLike[str]) -> Store:
        """Makes an empty record and opens it; opens the one that is there.

        Raises:
            RecordError: If the folder holds something else, or cannot be written.
        """
        folder = Path(path)
        if (folder / "runs" / "_delta_log").is_dir():
            return cls(folder)
        with _clear(folder):
            folder.mkdir(parents=True, exist_ok=True)
        others = [p.name for p in folder.iterdir() if p.name != _LOCK and p.name not in TABLES]
        if others:
            raise RecordError(f"{folder}: not empty and no record ({others[0]}); name a new folder")
        with _locked(folder, PATIENCE):
            if not (folder / "runs" / "_delta_log").is_dir():
                _create_tables(folder)
        return cls(folder)

    def refresh(self) -> None:
        """Moves on to the present snapshot."""
        self.snapshot = self._read_snapshot(None)

    def table(self, name: str) -> DeltaTable:
        """A table at its version in this snapshot."""
        from deltalake import DeltaTable

        version = self.snapshot.versions[name]
        if (name, version) not in self._tables:
            self._tables = {k: t for k, t in self._tables.items() if k[0] != name}
            with _clear(self.path):
                self._tables[name, version] = DeltaTable(self.path / name, version=version)
        return self._tables[name, version]

    def files(self, name: str) -> list[str]:
        """Paths of the Parquet files that make up a table in this snapshot; those of derived tables name the year."""
        return self.table(name).file_uris()

    def arrow(self, name: str, columns: Sequence[str] | None = None, where: Any = None) -> pa.Table:
        """A table, or a part of it, as Arrow.

        Args:
            name: Which.
            columns: Which columns, all by default.
            where: A filter: a `pyarrow.compute` expression.
        """
        with _clear(self.path):
            data = self.table(name).to_pyarrow_dataset(schema=arrow_schema(name))
            return data.to_table(columns=list(columns) if columns else None, filter=where)

    def runs(self) -> list[Run]:
        """All changes up to this snapshot, oldest first."""
        from deltalake import DeltaTable

        with _clear(self.path):
            rows = DeltaTable(self.path / "runs").to_pyarrow_table().to_pylist()
        runs = sorted((from_plain(Run, row) for row in rows), key=lambda run: run.snapshot)
        return [run for run in runs if run.snapshot <= self.snapshot.number]

    @contextmanager
    def writing(self, patience: float = PATIENCE) -> Iterator[Writer]:
        """Takes the lock, takes back what a killed writer left, and lets one change be made.

        Args:
            patience: Seconds to wait while somebody else writes.

        Yields:
            What writes. Leaving without `commit` takes everything back.

        Raises:
            RecordError: If somebody else is writing still, or the disk says no.
        """
        with _locked(self.path, patience):
            self.refresh()
            writer = Writer(self)
            try:
                with _clear(self.path):
                    writer.take_back()
                    yield writer
            finally:
                if not writer.committed:
                    with _quiet():
                        writer.take_back()
                self.refresh()

    def _read_snapshot(self, number: int | None) -> Snapshot:
        from deltalake import DeltaTable

        with _clear(self.path):
            runs = DeltaTable(self.path / "runs")
            filters = None if number is None else [("snapshot", "=", number)]
            rows = _last_rows(runs) if number is None else runs.to_pyarrow_table(filters=filters).to_pylist()
        if not rows:
            raise RecordError(f"{self.path}: no snapshot {number}; `legation doctor` and the table runs list them")
        last = max(rows, key=lambda row: row["snapshot"])
        versions = {v["table"]: v["version"] for v in last["versions"]}
        return Snapshot(last["snapshot"], last["committed"], versions)


def _last_rows(runs: DeltaTable) -> list[dict[str, Any]]:
    """The rows in the file of `runs` that has the highest snapshot; reading all would take longer with every batch."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    actions = pa.table(runs.get_add_actions(flatten=True)).to_pylist()
    newest = max(actions, key=lambda a: a["max.snapshot"])
    rows: list[dict[str, Any]] = pq.read_table(
        Path(runs.table_uri.removeprefix("file://")) / newest["path"]
    ).to_pylist()
    return rows


def _create_tables(folder: Path) -> None:
    from deltalake import DeltaTable

    with _clear(folder):
        versions = []
        for name, definition in TABLES.items():
            if name == "runs":
                continue
            parted = ["year"] if definition.derived else None
            made = DeltaTable.create(
                folder / name, arrow_schema(name), mode="ignore", partition_by=parted, description=definition.doc
            )
            versions.append(TableVersion(name, made.version()))
        now = datetime.now(UTC)
        first = Run(
            snapshot=0,
            run_id="create",
            command="create",
            started=now,
            committed=now,
            inputs=(),
            articles=0,
            claims=0,
            known=0,
            problems=(),
            reader="",
            legation=__version__,
            versions=tuple(versions),
        )
        # Written whole under another name first: a folder `runs` is what makes a record one.
        _append(folder / "runs.new", "runs", _table("runs", [first]))
        (folder / "runs.new").rename(folder / "runs")


def _table(name: str, records: Iterable[Any]) -> pa.Table:
    import pyarrow as pa

    return pa.Table.from_pylist(rows_of(name, records), schema=arrow_schema(name))


def _append(path: Path, name: str, rows: pa.Table) -> None:
    from deltalake import write_deltalake

    write_deltalake(path, rows.cast(arrow_schema(name)), mode="append", description=TABLES[name].doc)


@contextmanager
def _locked(folder: Path, patience: float) -> Iterator[None]:
    from filelock import FileLock, Timeout

    lock = FileLock(folder / _LOCK)
    try:
        lock.acquire(timeout=patience)
    except Timeout:
        raise RecordError(f"{folder}: another process is writing to it; try again when it is done") from None
    except OSError as error:
        raise RecordError(f"{folder}: cannot be written ({error.strerror})") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _quiet() -> Iterator[None]:
    """What goes wrong while taking back: the next writer does it again."""
    from deltalake.exceptions import DeltaError

    try:
        yield
    except (OSError, DeltaError, RecordError):
        return


class Writer:
    """One change of a record, from its first write to its commit.

    Attributes:
        committed: Whether it has been made visible.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.committed = False
        self._started = datetime.now(UTC)

    def append(self, name: str, rows: pa.Table) -> None:
        """Adds rows to a table."""
        if rows.num_rows:
            _append(self.store.path / name, name, rows)

    def replace(self, name: str, years: Iterable[int], rows: pa.Table) -> None:
        """Puts rows in the place of all that a derived table has for these years.

        Args:
            name: A derived table.
            years: Which parts.
            rows: All that they hold from now on; may be empty.
        """
        listed = sorted(set(years))
        if listed:
            self.overwrite(name, f"year IN ({', '.join(map(str, listed))})", rows)

    def overwrite(self, name: str, predicate: str, rows: pa.Table) -> None:
        """Puts rows in the place of those that an SQL condition over the table's columns picks."""
        from deltalake import DeltaTable, write_deltalake

        if not rows.num_rows:
            DeltaTable(self.store.path / name).delete(predicate)
            return
        rows = rows.cast(arrow_schema(name))
        write_deltalake(self.store.path / name, rows, mode="overwrite", predicate=predicate)

    def commit(self, command: str, run_id: str, **more: Any) -> Snapshot:
        """Makes the change visible, all at once.

        Args:
            command: What was done, as in `Run.command`.
            run_id: The run.
            more: Further fields of `Run`.

        Returns:
            The new snapshot.
        """
        from deltalake import DeltaTable

        path = self.store.path
        versions = tuple(TableVersion(name, DeltaTable(path / name).version()) for name in TABLES if name != "runs")
        empty: dict[str, Any] = {"inputs": (), "articles": 0, "claims": 0, "known": 0, "problems": (), "reader": ""}
        run = Run(
            snapshot=self.store.snapshot.number + 1,
            run_id=run_id,
            command=command,
            started=self._started,
            committed=datetime.now(UTC),
            legation=__version__,
            versions=versions,
            **{**empty, **more},
        )
        _append(path / "runs", "runs", _table("runs", [run]))
        self.committed = True
        return Snapshot(run.snapshot, run.committed, {v.table: v.version for v in versions})

    def take_back(self) -> None:
        """Brings every table back to its version in the snapshot."""
        from deltalake import DeltaTable

        moved = False
        for name, version in self.store.snapshot.versions.items():
            table = DeltaTable(self.store.path / name)
            if table.version() != version:
                table.restore(version)
                moved = True
        if moved:
            versions = {n: DeltaTable(self.store.path / n).version() for n in self.store.snapshot.versions}
            self.store.snapshot = replace(self.store.snapshot, versions=versions)
