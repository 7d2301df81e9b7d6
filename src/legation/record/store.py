"""The tables of a record on disk. The only file that writes them.

A record is a folder of Delta Lake tables, one folder each. The table `runs` says which version of every other table
makes up the record: a change is first written to the tables, then made visible by one new row of `runs`. Readers see
the tables at the versions of that row, so they see all of a change or nothing of it, and go on seeing the same while
somebody writes. What a killed writer left behind is taken back by the next one.

One writer at a time holds a lock on a file; the system lets go of it when its holder dies, however it dies. What a
change wrote is on the disk itself before its row of `runs` is written, so that a machine may lose its power too.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from legation.record import disk, layout
from legation.record.disk import RecordError
from legation.record.migrations import current, obstacle, steps
from legation.schema import TABLES, arrow_schema, arrow_table, from_plain
from legation.types import Run, TableVersion
from legation.version import __version__

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.dataset as ds
    from deltalake import DeltaTable

__all__ = ["KEPT_HOURS", "RecordError", "Snapshot", "Store", "Writer"]

PATIENCE = 600.0
"""Seconds that a writer waits for another one."""

KEPT_HOURS = 1
"""Hours for which files stay that only older snapshots need: so long may a reader go on with what it has opened."""

SMALL_FILES = 50
"""Files below `FULL_FILE` that a table may have before they are joined."""

FULL_FILE = 64 << 20
"""Bytes from which a file is left alone."""

_UNFINISHED = "runs.new"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The record as one committed change left it."""

    number: int = field(metadata={"doc": "Counts the changes from 0"})
    committed: datetime = field(metadata={"doc": "When, UTC"})
    versions: Mapping[str, int] = field(metadata={"doc": "Delta version of each table but `runs`"})
    format: int = field(metadata={"doc": "Number of the layout of the tables"})


class Store:
    """A record on disk, at one snapshot.

    Attributes:
        path: The folder.
        snapshot: What is visible; `refresh` moves on to the present one.
    """

    path: Path
    snapshot: Snapshot

    def __init__(self, path: str | os.PathLike[str], snapshot: int | None = None) -> None:
        """Opens a record.

        Args:
            path: The folder.
            snapshot: Number of an earlier snapshot; the present one by default. Its files stay for `KEPT_HOURS` after
                another one followed it; reading it later is an error.

        Raises:
            RecordError: If there is no record there, none with that snapshot, or one of another format.
        """
        self._open(path, snapshot)
        words = obstacle(self.snapshot.format)
        if words:
            raise RecordError(f"{self.path}: {words}")

    def _open(self, path: str | os.PathLike[str], snapshot: int | None = None) -> None:
        self.path = disk.find_folder(path)
        self._tables: dict[tuple[str, int], DeltaTable] = {}
        if not disk.is_record(self.path):
            what = "no record here" if self.path.exists() else "no such folder"
            raise RecordError(f"{self.path}: {what}; `legation add {self.path} INPUT...` makes one")
        self.snapshot = self._read_snapshot(snapshot)

    @classmethod
    def create(cls, path: str | os.PathLike[str]) -> Store:
        """Opens a record for writing: makes an empty one where there is none, brings an older one up to date.

        Raises:
            RecordError: If the folder holds something else, cannot be written, or was made by a newer Legation.
        """
        folder = disk.find_folder(path)
        if not disk.is_record(folder):
            with disk.plain_errors(folder, "written"):
                _prepare(folder)
                with disk.locked(folder, PATIENCE):
                    if not disk.is_record(folder):
                        _create_tables(folder)
        store = cls.__new__(cls)
        store._open(folder)
        if store.snapshot.format != current():
            with store.writing():
                pass
        return store

    def refresh(self) -> None:
        """Moves on to the present snapshot."""
        self.snapshot = self._read_snapshot(None)

    def table(self, name: str) -> DeltaTable:
        """A table at its version in this snapshot; `runs` as it is now."""
        from deltalake import DeltaTable

        if name == "runs":
            with disk.plain_errors(self.path, "read"):
                return DeltaTable(self.path / name)
        version = self.snapshot.versions[name]
        if (name, version) not in self._tables:
            self._tables = {k: t for k, t in self._tables.items() if k[0] != name}
            with disk.plain_errors(self.path, "read"):
                self._tables[name, version] = DeltaTable(self.path / name, version=version)
        return self._tables[name, version]

    def files(self, name: str) -> list[str]:
        """Paths of the Parquet files that make up a table in this snapshot; those of derived tables name the year."""
        return [unquote(uri.removeprefix("file://")) for uri in self.table(name).file_uris()]

    def days(self, name: str) -> list[tuple[str, date | None, date | None]]:
        """The files of a table that has `known_from`, each with the first and the last day that it holds."""
        import pyarrow as pa

        with disk.plain_errors(self.path, "read"):
            rows = pa.table(self.table(name).get_add_actions(flatten=True)).to_pylist()
        ends = ("min.known_from", "max.known_from")
        return [(str(self.path / name / unquote(row["path"])), *(row.get(end) for end in ends)) for row in rows]

    def size(self, name: str) -> tuple[int, int]:
        """The number of a table's rows, and of the bytes that they take on disk."""
        import pyarrow as pa

        with disk.plain_errors(self.path, "read"):
            files = pa.table(self.table(name).get_add_actions(flatten=True)).to_pylist()
        return sum(f["num_records"] for f in files), sum(f["size_bytes"] for f in files)

    def arrow(self, name: str, columns: Sequence[str] | None = None, where: Any = None) -> pa.Table:
        """A table, or a part of it, as Arrow.

        Args:
            name: Which.
            columns: Which columns, all by default.
            where: A filter: a `pyarrow.compute` expression.
        """
        with disk.plain_errors(self.path, "read"):
            return self.dataset(name).to_table(columns=list(columns) if columns else None, filter=where)

    def dataset(self, name: str) -> ds.Dataset:
        """The files of a table as one dataset of Arrow, for reading a large table in parts.

        They are opened by Arrow itself. Through the table's own file system its threads would run Python, and now and
        then one does so still when the program ends, which aborts it.
        """
        import pyarrow as pa
        import pyarrow.dataset as ds

        schema, files = arrow_schema(name), self.files(name)
        if not files:
            return ds.dataset(schema.empty_table())
        year = ds.partitioning(pa.schema([schema.field("year")]), flavor="hive") if TABLES[name].derived else None
        base = str(self.path / name)
        return ds.dataset(files, schema=schema, format="parquet", partitioning=year, partition_base_dir=base)

    def runs(self) -> list[Run]:
        """All changes up to this snapshot, oldest first."""
        with disk.plain_errors(self.path, "read"):
            rows = self.arrow("runs").to_pylist()
            runs = sorted((from_plain(Run, row) for row in rows), key=lambda run: run.snapshot)
        return [run for run in runs if run.snapshot <= self.snapshot.number]

    @contextmanager
    def writing(self, patience: float = PATIENCE) -> Iterator[Writer]:
        """Takes the lock, takes back what a killed writer left, and lets one change be made.

        A record of an older format is brought up to date before.

        Args:
            patience: Seconds to wait while somebody else writes.

        Yields:
            What writes. Leaving without `commit` takes everything back.

        Raises:
            RecordError: If somebody else is writing still, or the disk says no.
        """
        with disk.locked(self.path, patience):
            self.refresh()
            if self.snapshot.format > current():
                raise RecordError(f"{self.path}: {obstacle(self.snapshot.format)}")
            for migration in steps(self.snapshot.format):
                with self._change() as writer:
                    migration.apply(writer)
                    writer.commit("migrate", "migrate", format=self.snapshot.format + 1)
            with self._change() as writer:
                yield writer

    @contextmanager
    def _change(self) -> Iterator[Writer]:
        """One change, by whoever holds the lock."""
        writer = Writer(self)
        try:
            with disk.plain_errors(self.path, "written"):
                writer.take_back()
                yield writer
        finally:
            if writer.committed is None:
                with disk.quiet():
                    writer.take_back()
            else:
                self.snapshot = writer.committed

    def tidy(self) -> bool:
        """Joins the many small files that batches leave, and removes what only long past snapshots need.

        Reading is not disturbed: files stay for `KEPT_HOURS` after the last snapshot that has them.

        Returns:
            Whether there was anything worth doing.
        """
        many = [name for name in TABLES if not TABLES[name].derived and self._small_files(name) > SMALL_FILES]
        if not many and not self._has_waste():
            return False
        with self.writing() as writer:
            for name in many:
                writer.join_files(name)
            for name in TABLES:
                writer.remove_waste(name)
            writer.commit("compact", "compact")
        return True

    def _small_files(self, name: str) -> int:
        import pyarrow as pa

        with disk.plain_errors(self.path, "read"):
            sizes = pa.table(self.table(name).get_add_actions(flatten=True))["size_bytes"].to_pylist()
        return sum(size < FULL_FILE for size in sizes)

    def _has_waste(self) -> bool:
        """Whether the derived tables have at least as many files that no recent snapshot needs as others."""
        for name, definition in TABLES.items():
            if definition.derived:
                live = {Path(path) for path in self.files(name)}
                old = datetime.now(UTC) - timedelta(hours=KEPT_HOURS)
                with disk.plain_errors(self.path, "read"):
                    waste = [
                        path
                        for path in (self.path / name).glob("year=*/*.parquet")
                        if path not in live and path.stat().st_mtime < old.timestamp()
                    ]
                if len(waste) > max(len(live), SMALL_FILES // 2):
                    return True
        return False

    def _read_snapshot(self, number: int | None) -> Snapshot:
        import pyarrow.compute as pc

        with disk.plain_errors(self.path, "read"):
            runs = self.table("runs")
            wanted = ["snapshot", "committed", "versions", "format"]
            if number is None:
                rows = _last_rows(self.path, runs, wanted)
            else:
                rows = self.arrow("runs", wanted, pc.field("snapshot") == number).to_pylist()
        if not rows:
            missing = "it is damaged" if number is None else f"no snapshot {number}; the table runs lists them"
            raise RecordError(f"{self.path}: {missing}")
        last = max(rows, key=lambda row: row["snapshot"])
        versions = {v["table"]: v["version"] for v in last["versions"]}
        return Snapshot(last["snapshot"], last["committed"], versions, last["format"])


def _last_rows(folder: Path, runs: DeltaTable, columns: list[str]) -> list[dict[str, Any]]:
    """The rows in the file of `runs` that has the highest snapshot; reading all would take longer with every batch."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    actions = pa.table(runs.get_add_actions(flatten=True)).to_pylist()
    if not actions:
        return []
    newest = max(actions, key=lambda a: a["max.snapshot"])
    rows: list[dict[str, Any]] = pq.read_table(folder / "runs" / newest["path"], columns=columns).to_pylist()
    return rows


def _prepare(folder: Path) -> None:
    """Makes the folder; refuses one that is in use for something else."""
    if folder.exists() and not folder.is_dir():
        raise RecordError(f"{folder}: this is a file; name a folder for the record")
    folder.mkdir(parents=True, exist_ok=True)
    ours = {_UNFINISHED, *TABLES}
    others = [p.name for p in folder.iterdir() if p.name not in ours and not p.name.startswith(".")]
    if others:
        raise RecordError(f"{folder}: not empty and no record (it holds {sorted(others)[0]!r}); name a new folder")


def _create_tables(folder: Path) -> None:
    """Makes the tables of an empty record. The folder `runs` makes it one, and comes last, whole, by renaming.

    Raises:
        RecordError: If there are tables that hold something.
    """
    from deltalake import DeltaTable

    kept = next((n for n in TABLES if next((folder / n).rglob("*.parquet"), None) is not None), None)
    if kept is not None:
        raise RecordError(
            f"{folder}: {kept!r} holds rows, but the folder 'runs', which says what is in the record, is missing; "
            "copy the record anew, with all its folders, or name a new folder"
        )
    for name in [n for n in (*TABLES, _UNFINISHED) if (folder / n).exists()]:  # of a writer that was killed here
        shutil.rmtree(folder / name)
    versions = []
    for name, definition in TABLES.items():
        parted = ["year"] if definition.derived else None
        place = folder / (_UNFINISHED if name == "runs" else name)
        DeltaTable.create(
            place,
            arrow_schema(name),
            partition_by=parted,
            description=definition.doc,
            configuration=layout.CONFIGURATION,
        )
        versions += [TableVersion(name, 0)] if name != "runs" else []
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
        format=current(),
        versions=tuple(versions),
    )
    _append(folder / _UNFINISHED, "runs", arrow_table("runs", [first]))
    for name in (*TABLES, _UNFINISHED):
        if name != "runs":
            disk.settle(folder / name, -1)
    (folder / _UNFINISHED).rename(folder / "runs")
    disk.sync(folder)


def _append(path: Path, name: str, rows: pa.Table, *, settle: bool = False) -> None:
    from deltalake import DeltaTable, write_deltalake

    table = DeltaTable(path)
    before = table.version()
    # A row of `runs` must not fail after it has become visible: its checkpoints are made by `join_files`.
    hooks = layout.hooks(checkpoint=name != "runs")
    write_deltalake(
        table,
        rows.cast(arrow_schema(name)),
        mode="append",
        post_commithook_properties=hooks,
        writer_properties=layout.writer_properties(name),
    )
    if settle:
        disk.settle(path, before)


class Writer:
    """One change of a record, from its first write to its commit.

    Attributes:
        store: The record.
        committed: The snapshot that it made; None until then.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.committed: Snapshot | None = None
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

        path = self.store.path / name
        if not rows.num_rows:
            DeltaTable(path).delete(predicate, post_commithook_properties=layout.hooks())
            return
        rows = rows.cast(arrow_schema(name))
        write_deltalake(
            path,
            rows,
            mode="overwrite",
            predicate=predicate,
            post_commithook_properties=layout.hooks(),
            writer_properties=layout.writer_properties(name),
        )

    def widen(self, name: str) -> None:
        """Gives a table the columns that our definition has and that it lacks, for migrations. They are null.

        Files stay as they are, so whoever reads them past the table must put columns together by name.
        """
        from deltalake import DeltaTable, Schema

        table = DeltaTable(self.store.path / name)
        there = {column.name for column in table.schema().fields}
        missing = [f for f in Schema.from_arrow(arrow_schema(name)).fields if f.name not in there]
        if missing:
            table.alter.add_columns(missing)

    def join_files(self, name: str) -> None:
        """Joins the small files of a table; the rows stay the same."""
        from deltalake import DeltaTable

        table = DeltaTable(self.store.path / name)
        table.optimize.compact(
            target_size=FULL_FILE,
            post_commithook_properties=layout.hooks(),
            writer_properties=layout.writer_properties(name),
        )
        table = DeltaTable(self.store.path / name)
        table.create_checkpoint()

    def remove_waste(self, name: str) -> None:
        """Removes files of a table that no snapshot of the last `KEPT_HOURS` needs, and those of killed writers."""
        from deltalake import DeltaTable

        table = DeltaTable(self.store.path / name)
        table.vacuum(
            retention_hours=KEPT_HOURS,
            dry_run=False,
            enforce_retention_duration=False,
            full=True,
            post_commithook_properties=layout.hooks(),
        )

    def commit(self, command: str, run_id: str, **more: Any) -> Snapshot:
        """Makes the change visible, all at once.

        Args:
            command: What was done, as in `Run.command`.
            run_id: The run.
            more: Further fields of `Run`.

        Returns:
            The new snapshot.
        """
        path = self.store.path
        before = self.store.snapshot
        versions = {name: disk.latest(path / name, version) for name, version in before.versions.items()}
        for name, version in before.versions.items():
            if versions[name] > version:
                disk.settle(path / name, version)
        empty: dict[str, Any] = {"inputs": (), "articles": 0, "claims": 0, "known": 0, "problems": (), "reader": ""}
        run = Run(
            snapshot=before.number + 1,
            run_id=run_id,
            command=command,
            started=self._started,
            committed=datetime.now(UTC),
            legation=__version__,
            versions=tuple(TableVersion(name, version) for name, version in versions.items()),
            **{**empty, "format": before.format, **more},
        )
        _append(path / "runs", "runs", arrow_table("runs", [run]), settle=True)
        self.committed = Snapshot(run.snapshot, run.committed, versions, run.format)
        return self.committed

    def take_back(self) -> None:
        """Brings every table back to its version in the snapshot."""
        from deltalake import DeltaTable

        path, versions = self.store.path, dict(self.store.snapshot.versions)
        for name, version in versions.items():
            if disk.latest(path / name, version) != version:
                DeltaTable(path / name).restore(version, post_commithook_properties=layout.hooks())
                versions[name] = disk.latest(path / name, version)
                disk.settle(path / name, version)
        if versions != self.store.snapshot.versions:
            self.store.snapshot = replace(self.store.snapshot, versions=versions)
