from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from legation.record import migrations, store
from legation.record.migrations import Migration
from legation.record.store import RecordError, Store, Writer
from legation.schema import TABLES, arrow_schema


def rows(table: str, **columns: list[Any]) -> pa.Table:
    """Rows of a table; what is not given is null."""
    count = len(next(iter(columns.values())))
    made = [{name: values[i] for name, values in columns.items()} for i in range(count)]
    return pa.Table.from_pylist(made, schema=arrow_schema(table))


def keep(record: Store, *names: str, run_id: str = "run") -> None:
    with record.writing() as writer:
        writer.append("articles", rows("articles", article_id=list(names)))
        writer.append("claims", rows("claims", claim_id=[f"claim of {n}" for n in names]))
        writer.commit("add", run_id, articles=len(names))


def articles(record: Store) -> list[str]:
    return sorted(record.arrow("articles", ["article_id"])["article_id"].to_pylist())


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Store.create(tmp_path_factory.mktemp("empty") / "record").path


@pytest.fixture
def record(tmp_path: Path, empty: Path) -> Store:
    shutil.copytree(empty, tmp_path / "record")
    return Store(tmp_path / "record")


def test_a_new_record_is_empty_and_opens(record: Store) -> None:
    again = Store(record.path)
    assert again.snapshot.number == 0
    assert again.snapshot.versions.keys() == TABLES.keys() - {"runs"}
    assert all(again.arrow(name).num_rows == 0 for name in TABLES if name != "runs")
    assert [run.command for run in again.runs()] == ["create"]
    assert Store.create(record.path).snapshot == again.snapshot


def test_a_change_is_seen_whole_after_its_commit_only(record: Store) -> None:
    reader = Store(record.path)
    with record.writing() as writer:
        writer.append("articles", rows("articles", article_id=["a"]))
        assert articles(Store(record.path)) == []
        writer.append("claims", rows("claims", claim_id=["c"]))
        writer.commit("add", "run")
    assert articles(reader) == []
    reader.refresh()
    assert articles(reader) == ["a"]
    assert reader.arrow("claims").num_rows == 1


def test_what_is_not_committed_is_taken_back(record: Store) -> None:
    keep(record, "a")
    with record.writing() as writer:
        writer.append("articles", rows("articles", article_id=["b"]))
    with pytest.raises(ZeroDivisionError), record.writing() as writer:
        writer.append("articles", rows("articles", article_id=["c"]))
        raise ZeroDivisionError
    keep(record, "d")
    assert articles(record) == articles(Store(record.path)) == ["a", "d"]
    assert record.arrow("claims").num_rows == 2


def test_an_earlier_snapshot_can_be_opened(record: Store) -> None:
    keep(record, "a")
    keep(record, "b")
    assert articles(Store(record.path, 1)) == ["a"]
    assert [run.snapshot for run in Store(record.path, 1).runs()] == [0, 1]
    with pytest.raises(RecordError, match="no snapshot 9"):
        Store(record.path, 9)


def test_years_of_derived_tables_are_replaced(record: Store) -> None:
    with record.writing() as writer:
        writer.append("events", rows("events", event_id=["a", "b"], year=[2020, 2021]))
        writer.commit("merge", "run")
    with record.writing() as writer:
        writer.replace("events", [2021, 2022], rows("events", event_id=["c"], year=[2022]))
        writer.commit("merge", "run")
    assert sorted(record.arrow("events")["event_id"].to_pylist()) == ["a", "c"]
    assert articles(record) == []


def test_rows_are_overwritten_by_hostile_ids(record: Store) -> None:
    names = ["o'hara", "back\\slash", "two\nlines", 'say "x"', "\\'", "%", "','b", "--", "{x}", "$1", "é"]
    keep(record, *names, "other")
    quoted = ", ".join("'" + n.replace("'", "''") + "'" for n in names)
    with record.writing() as writer:
        writer.overwrite("articles", f"article_id IN ({quoted})", rows("articles", article_id=names, url=["new"] * 11))
        writer.commit("again", "run")
    found = record.arrow("articles", ["article_id", "url"]).to_pylist()
    assert {row["article_id"]: row["url"] for row in found} == {**dict.fromkeys(names, "new"), "other": None}


@pytest.mark.parametrize("name", ["with blank", "größe", "hash#mark", "question?", "quote'", "50%", "日本"])
def test_odd_names_of_folders_work(tmp_path: Path, name: str) -> None:
    record = Store.create(tmp_path / name)
    keep(record, "a")
    assert articles(Store(tmp_path / name)) == ["a"]
    assert all(Path(file).exists() for file in record.files("articles") + record.files("runs"))


@pytest.mark.parametrize("name", ["a[b]", "a|b", "50%20", "a^b", "two\nlines"])
def test_names_that_tables_cannot_bear_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(RecordError, match="rename it"):
        Store.create(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["s3://bucket/record", "gs://b", "https://example.org/record", "file:///tmp/x"])
def test_object_stores_are_refused(place: str) -> None:
    for opening in (Store, Store.create):
        with pytest.raises(RecordError, match="object stores are not supported"):
            opening(place)


def test_what_is_no_record(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="no such folder; `legation add"):
        Store(tmp_path / "absent")
    with pytest.raises(RecordError, match="no record here"):
        Store(tmp_path)
    file = tmp_path / "file.txt"
    file.write_text("news")
    with pytest.raises(RecordError, match="this is a file"):
        Store.create(file)
    with pytest.raises(RecordError, match=r"cannot be written: .*Not a directory"):
        Store.create(file / "record")
    with pytest.raises(RecordError, match=r"not empty and no record \(it holds 'file.txt'\)"):
        Store.create(tmp_path)


def test_hidden_files_do_not_make_a_folder_used(tmp_path: Path) -> None:
    (tmp_path / ".DS_Store").write_text("x")
    assert Store.create(tmp_path).snapshot.number == 0


def test_tables_without_their_runs_are_not_taken_for_an_unfinished_creation(record: Store) -> None:
    keep(record, "a")
    runs, aside = record.path / "runs", record.path.parent / "aside"
    runs.rename(aside)
    with pytest.raises(RecordError, match=r"'articles' holds rows, but the folder 'runs'.*is missing"):
        Store.create(record.path)
    aside.rename(runs)
    assert articles(Store(record.path)) == ["a"]


def test_an_empty_name_is_no_folder() -> None:
    for opening in (Store, Store.create):
        with pytest.raises(RecordError, match="an empty name is none"):
            opening("")


def _newest(folder: Path, pattern: str) -> Path:
    return max(folder.glob(pattern), key=lambda p: p.stat().st_mtime_ns)


@pytest.mark.parametrize("damage", [b"", b"garbage" * 9, None])
@pytest.mark.parametrize("what", ["articles/*.parquet", "runs/*.parquet", "runs/_delta_log/*0.json"])
def test_a_damaged_record_is_a_clear_error(record: Store, what: str, damage: bytes | None) -> None:
    keep(record, "a")
    file = _newest(record.path, what)
    if damage is None:
        file.unlink()
    else:
        file.write_bytes(damage)
    with pytest.raises(RecordError, match=r"cannot be read|is damaged") as caught:
        articles(Store(record.path))
    assert str(record.path) in str(caught.value)


def test_a_table_that_is_gone_is_a_clear_error(record: Store) -> None:
    (record.path / "claims").rename(record.path / "elsewhere")
    with pytest.raises(RecordError, match="cannot be read"):
        record.arrow("claims")


def test_a_newer_format_is_refused(record: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "current", lambda: 8)
    monkeypatch.setattr(store, "current", lambda: 8)
    newer = Store.create(record.path.parent / "newer")
    monkeypatch.undo()
    for opening in (Store, Store.create):
        with pytest.raises(RecordError, match=r"made by a newer Legation \(format 8; .*upgrade"):
            opening(newer.path)
    with pytest.raises(RecordError, match="newer"), newer.writing():
        pass


def _migrate(monkeypatch: pytest.MonkeyPatch, *steps: Migration) -> None:
    monkeypatch.setattr(migrations, "MIGRATIONS", steps)


def _mark_articles(writer: Writer) -> None:
    writer.append("articles", rows("articles", article_id=["migrated"]))


def test_the_next_writer_brings_an_older_record_up_to_date(record: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(record, "a")
    _migrate(
        monkeypatch,
        Migration("marks", additive=True, apply=_mark_articles),
        Migration("marks again", additive=True, apply=_mark_articles),
    )
    assert articles(Store(record.path)) == ["a"]
    keep(record, "b")
    assert articles(record) == ["a", "b", "migrated", "migrated"]
    assert [run.command for run in record.runs()] == ["create", "add", "migrate", "migrate", "add"]
    assert [run.format for run in record.runs()] == [1, 1, 2, 3, 3]


def test_readers_refuse_an_older_format_that_is_not_additive(record: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    _migrate(monkeypatch, Migration("marks", additive=False, apply=_mark_articles))
    with pytest.raises(RecordError, match=r"made by an older Legation .*`legation add` brings it up to date"):
        Store(record.path)
    assert articles(Store.create(record.path)) == ["migrated"]
    assert articles(Store(record.path)) == ["migrated"]
    with pytest.raises(RecordError, match="older"):
        Store(record.path, 0)


def test_a_migration_that_fails_changes_nothing(record: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(writer: Writer) -> None:
        _mark_articles(writer)
        raise OSError(28, "No space left on device")

    _migrate(monkeypatch, Migration("fails", additive=True, apply=fail))
    with pytest.raises(RecordError, match="disk is full"):
        keep(record, "a")
    assert articles(Store(record.path)) == []
    assert Store(record.path).snapshot.format == 1


def test_a_column_that_is_new_reads_as_null(record: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(record, "a")
    wider = arrow_schema("articles").append(pa.field("mood", pa.string()))
    monkeypatch.setattr(store, "arrow_schema", lambda name: wider if name == "articles" else arrow_schema(name))
    _migrate(monkeypatch, Migration("adds mood", additive=True, apply=lambda writer: writer.widen("articles")))
    assert Store(record.path).arrow("articles", ["mood"])["mood"].to_pylist() == [None]
    with record.writing() as writer:
        writer.append("articles", pa.Table.from_pylist([{"article_id": "b", "mood": "calm"}], schema=wider))
        writer.commit("add", "run")
    assert sorted(record.arrow("articles", ["mood"])["mood"].to_pylist(), key=str) == [None, "calm"]


def test_small_files_are_joined_and_reading_goes_on(record: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "SMALL_FILES", 3)
    for name in "abcde":
        keep(record, name)
    reader = Store(record.path)
    assert len(reader.files("articles")) == 5
    assert record.tidy()
    assert len(record.files("articles")) == len(record.files("claims")) == 1
    assert len(record.files("runs")) <= 2
    assert articles(record) == articles(reader) == list("abcde")
    assert len(reader.files("articles")) == 5
    assert record.runs()[-1].command == "compact"
    assert len(record.runs()) == 7
    assert not record.tidy()


def test_what_only_old_snapshots_need_is_removed_after_an_hour(record: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "SMALL_FILES", 2)
    for number in range(6):
        with record.writing() as writer:
            writer.replace("events", [2020], rows("events", event_id=[f"e{number}"], year=[2020]))
            writer.commit("merge", "run")
    assert record.tidy()  # joins the files of runs, and leaves what is younger than an hour
    files = list((record.path / "events").glob("year=2020/*.parquet"))
    assert len(files) == 6
    long_ago = time.time() - 7200
    for file in files:
        os.utime(file, (long_ago, long_ago))
    monkeypatch.setattr(store, "KEPT_HOURS", 0)
    assert record.tidy()
    assert [str(f) for f in (record.path / "events").glob("year=2020/*.parquet")] == record.files("events")
    assert record.arrow("events")["event_id"].to_pylist() == ["e5"]
    with pytest.raises(RecordError, match="cannot be read"):
        Store(record.path, 2).arrow("events")


def test_two_writers_take_turns(record: Store) -> None:
    def write(name: str) -> None:
        mine = Store(record.path)
        for number in range(5):
            keep(mine, f"{name}{number}")

    threads = [threading.Thread(target=write, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    record.refresh()
    assert articles(record) == sorted(f"{name}{number}" for name in "ab" for number in range(5))
    assert [run.snapshot for run in record.runs()] == list(range(11))


def test_a_writer_that_waits_too_long_says_why(record: Store) -> None:
    other = Store(record.path)
    with (
        record.writing(),
        pytest.raises(RecordError, match="another process is writing"),
        other.writing(patience=0.05),
    ):
        pass


def test_readers_see_whole_changes_while_somebody_writes(record: Store) -> None:
    done = threading.Event()
    seen: list[tuple[int, int]] = []

    def read() -> None:
        while not done.is_set():
            reader = Store(record.path)
            seen.append((reader.arrow("articles").num_rows, reader.arrow("claims").num_rows))

    thread = threading.Thread(target=read)
    thread.start()
    for number in range(8):
        keep(record, f"a{number}", f"b{number}", f"c{number}")
    done.set()
    thread.join()
    assert seen
    assert all(a == b and a % 3 == 0 for a, b in seen)
    assert seen == sorted(seen)


@pytest.fixture
def nobody() -> Iterator[None]:
    """A user without rights: root may write everywhere."""
    if os.name == "nt":
        pytest.skip("rights are not bits here")
    if os.geteuid() == 0:
        os.seteuid(65534)
        yield
        os.seteuid(0)
    else:
        yield


def test_a_record_that_may_not_be_written_can_be_read(record: Store, request: pytest.FixtureRequest) -> None:
    keep(record, "a")
    folders = [record.path, *(p for p in record.path.rglob("*") if p.is_dir())]
    for folder in [*record.path.parents, *folders]:
        if os.access(folder, os.W_OK) and folder.stat().st_uid == os.getuid() and str(folder).startswith("/tmp/"):
            folder.chmod(0o555 if folder in folders else 0o755)
    (record.path / ".lock").chmod(0o444)
    try:
        request.getfixturevalue("nobody")
        assert articles(Store(record.path)) == ["a"]
        with pytest.raises(RecordError, match="cannot be written: no permission"):
            keep(record, "b")
    finally:
        if os.getuid() == 0:
            os.seteuid(0)
        for folder in folders:
            folder.chmod(0o755)


_FULL = """
import resource, signal, sys
from legation.record.store import RecordError, Store
from legation.schema import arrow_schema
import pyarrow as pa, os
record = Store(sys.argv[1])
rows = [{"article_id": f"b{i}", "text": os.urandom(4000).hex()} for i in range(200)]
table = pa.Table.from_pylist(rows, schema=arrow_schema("articles"))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    with record.writing() as writer:
        writer.append("articles", table)
        writer.commit("add", "run")
except RecordError as error:
    print(error)
"""


def test_a_full_disk_is_a_clear_error_and_changes_nothing(record: Store) -> None:
    keep(record, "a")
    ran = subprocess.run([sys.executable, "-c", _FULL, record.path], capture_output=True, text=True, check=True)
    assert "the disk is full; make room and run the same command again. The record is as it was before" in ran.stdout
    assert articles(Store(record.path)) == ["a"]
    keep(record, "c")
    assert articles(record) == ["a", "c"]


def test_creation_begins_anew_where_it_was_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    monkeypatch.setattr(Path, "rename", die)
    with pytest.raises(Killed):
        Store.create(tmp_path / "record")
    monkeypatch.undo()
    assert (tmp_path / "record" / "runs.new").exists()
    with pytest.raises(RecordError, match="no record here"):
        Store(tmp_path / "record")
    record = Store.create(tmp_path / "record")
    assert len(record.runs()) == 1
    keep(record, "a")
    assert articles(record) == ["a"]


def test_opening_reads_little_of_a_long_history(record: Store) -> None:
    for number in range(12):
        keep(record, f"a{number}")
    with record.writing() as writer:
        writer.join_files("runs")
    record.refresh()
    assert Store(record.path).snapshot.number == 12
    assert record.arrow("runs", where=pc.field("snapshot") == 12).num_rows == 1
