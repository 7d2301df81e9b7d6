"""SQL of one's own: what it answers, and that it can neither read nor write anything else, nor run away."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

import legation
from legation.record.record import Record
from legation.record.sandbox import Sandbox
from legation.record.store import RecordError
from legation.record.views import VIEWS, QueryError
from sample_record import sample


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    path = tmp_path_factory.mktemp("sql") / "record"
    sample().write(path)
    return legation.open(path)


def test_rows_come_in_order_as_dicts(record: Record) -> None:
    found = record.sql("SELECT event_id, status, date.first FROM events WHERE status = 'planned' ORDER BY event_id")
    assert found.columns == ["event_id", "status", "first"]
    assert [row["event_id"] for row in found] == ["g1", "p1"]


@pytest.mark.parametrize("view", VIEWS)
def test_every_documented_view_can_be_read(record: Record, view: str) -> None:
    assert record.sql(f"SELECT * FROM {view}").columns
    assert record.sql(f"DESCRIBE {view}").to_dicts()


def test_views_show_present_states_and_sentences_their_text(record: Record) -> None:
    assert record.sql("SELECT count(*) AS n FROM events").to_dicts() == [{"n": 5}]
    assert record.sql("SELECT count(*) AS n FROM event_states").to_dicts() == [{"n": 8}]
    (row,) = record.sql("SELECT text FROM sentences WHERE article_id = 'a2' AND number = 1").to_dicts()
    assert row["text"] == "The visit of Modi to Moscow is set for 8 July."


def test_everything_that_selects_is_allowed(record: Record) -> None:
    for query in (
        "WITH x AS (SELECT 1 AS a) SELECT * FROM x",
        "VALUES (1), (2)",
        "FROM events LIMIT 1",
        "SELECT e.event_id, unnest(e.contexts) FROM events e",
        "SELECT * FROM (SELECT 1) UNION ALL SELECT 2",
        "SELECT * FROM range(3)",
        "SUMMARIZE events",
        "SELECT 1; ",
        "SELECT * FROM Events -- a comment",
        "SELECT a.article_id, s.number FROM articles a, unnest(a.sentences) AS t(s)",
    ):
        assert len(record.sql(query)) > 0, query


def test_columns_of_one_name_are_told_apart(record: Record) -> None:
    assert record.sql("SELECT 1 AS a, 2 AS a").to_dicts() == [{"a": 1, "a_2": 2}]


def test_the_limit_is_told(record: Record) -> None:
    found = record.sql("SELECT * FROM range(100000000)", limit=7)
    assert (len(found), found.truncated) == (7, True)
    assert not record.sql("SELECT * FROM range(7)", limit=7).truncated
    assert len(record.sql("SELECT 1", limit=0)) == 0


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_blob('/etc/*')",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM sniff_csv('/etc/passwd')",
        "SELECT * FROM parquet_metadata('/etc/passwd')",
        "SELECT (SELECT content FROM read_text('/etc/passwd'))",
        "WITH x AS (SELECT * FROM read_text('/etc/passwd')) SELECT * FROM x",
        "SELECT 1 WHERE 'root' IN (SELECT content FROM READ_TEXT('/etc/passwd'))",
        "SELECT * FROM events ORDER BY (SELECT count(*) FROM read_text('/etc/passwd'))",
        "FROM query('SELECT 1')",
        "FROM query_table('events')",
        "FROM json_execute_serialized_sql('x')",
        "FROM duckdb_settings()",
        "FROM duckdb_views()",
        "FROM arrow_scan(1, 2, 3)",
        "SELECT * FROM information_schema.tables",
        "SELECT * FROM pg_catalog.pg_settings",
        "SELECT * FROM record",
        "COPY events TO '/tmp/x'",
        "COPY (SELECT 1) TO '/tmp/x'",
        "EXPORT DATABASE '/tmp/x'",
        "ATTACH '/tmp/x.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "PRAGMA version",
        "CALL pragma_version()",
        "SET memory_limit = '100GB'",
        "RESET memory_limit",
        "SET GLOBAL enable_external_access = true",
        "CREATE TABLE t (a INT)",
        "CREATE MACRO m() AS 1",
        "DROP VIEW events",
        "INSERT INTO events SELECT 1",
        "DELETE FROM events",
        "WITH t AS (INSERT INTO events VALUES (1) RETURNING 1) SELECT * FROM t",
        "CHECKPOINT",
        "EXPLAIN SELECT 1",
        "SELECT 1; SELECT 2",
        "SELECT 1; DROP VIEW events",
        "",
        ";",
        "-- nothing",
        "SELECT getenv('HOME')",
        "SELECT * FROM events WHERE event_id = ?",
        "SELECT nosuch FROM events",
        "SELEC 1",
        "SELECT 'a\0b'",
    ],
)
def test_nothing_else_can_be_read_or_written(record: Record, query: str) -> None:
    with pytest.raises(QueryError) as caught:
        record.sql(query)
    assert "\n" not in str(caught.value)
    assert "root:" not in str(caught.value)


def test_the_walls_hold_one_by_one(record: Record, tmp_path: Path) -> None:
    """What the parser would let through, had it a hole: the connection itself refuses."""
    import duckdb

    from legation.record.sandboxed import walled
    from legation.record.store import Store

    connection = walled(Store(record.path))
    assert connection.execute("SELECT count(*) FROM events").fetchall() == [(5,)]
    for query in (
        "SELECT * FROM read_text('/etc/passwd')",
        f"SELECT * FROM glob('{record.path}/*')",
        f"COPY (SELECT 1) TO '{tmp_path}/x.csv'",
        f"ATTACH '{tmp_path}/x.db'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "SELECT * FROM tmp_path",
    ):
        with pytest.raises(duckdb.Error):
            connection.execute(query)
    assert list(tmp_path.iterdir()) == []


def test_a_query_that_takes_too_long_is_stopped(record: Record) -> None:
    began = time.monotonic()
    for query in (
        "SELECT count(*) FROM range(100000000000)",
        "WITH RECURSIVE t AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM t) SELECT count(*) FROM t",
    ):
        with pytest.raises(QueryError, match=r"longer than 0\.3 s"):
            record.sql(query, seconds=0.3)
    assert time.monotonic() - began < 20
    assert len(record.sql("SELECT 1")) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="only limited by time there")
@pytest.mark.parametrize(
    "query",
    [
        "SELECT repeat('x', 3900000000)",
        "SELECT list(range) FROM range(200000000)",
        "SELECT string_agg(repeat('y', 1000000), '') FROM range(10000)",
        "SELECT " + "(" * 100_000 + "1" + ")" * 100_000,
    ],
)
def test_a_query_that_takes_too_much_is_stopped(record: Record, query: str) -> None:
    with pytest.raises(QueryError):
        record.sql(query, seconds=20)
    assert len(record.sql("SELECT 1")) == 1


def test_an_answer_that_is_too_large_is_not_given(record: Record) -> None:
    with pytest.raises(QueryError, match=r"larger than 256 MB|more memory"):
        record.sql("SELECT repeat('x', 20000) || range AS x FROM range(100000)", limit=100_000, seconds=60)


def test_what_is_no_text_is_no_query(record: Record) -> None:
    with pytest.raises(TypeError, match="query"):
        record.sql(5)  # type: ignore[arg-type]


@pytest.mark.parametrize(("limit", "seconds"), [(-1, 1.0), (1, 0.0), (1, -1.0)])
def test_limits_must_make_sense(record: Record, limit: int, seconds: float) -> None:
    with pytest.raises(QueryError, match="limit must be"):
        record.sql("SELECT 1", limit, seconds)


def test_the_sandbox_reads_the_snapshot_that_it_is_asked_for(tmp_path: Path) -> None:
    store = sample().write(tmp_path / "r")
    sandbox = Sandbox(tmp_path / "r")
    before = store.snapshot.number
    with store.writing() as writer:
        writer.replace("events", [2023], store.arrow("events").slice(0, 0))
        writer.commit("merge", "r2")
    query = "SELECT count(*) AS n FROM events"
    assert sandbox.ask(before, query, 1, 10).to_dicts() == [{"n": 5}]
    assert sandbox.ask(before + 1, query, 1, 10).to_dicts() == [{"n": 4}]
    with pytest.raises(RecordError, match="no snapshot 99"):
        sandbox.ask(99, query, 1, 10)


def test_no_process_outlives_its_record(tmp_path: Path) -> None:
    sample().write(tmp_path / "r")
    record = legation.open(tmp_path / "r")
    record.sql("SELECT 1")
    (worker,) = record._sandbox._idle
    number = worker._process.pid
    os.kill(number, 0)
    del record
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_a_large_parent_does_not_wear_out_its_workers(tmp_path: Path) -> None:
    sample().write(tmp_path / "r")
    held = bytearray(1_500_000_000)
    held[::4096] = b"x" * len(held[::4096])
    record = legation.open(tmp_path / "r")
    record.sql("SELECT 1")
    (worker,) = record._sandbox._idle
    del held
    record.sql("SELECT 2")
    assert record._sandbox._idle == [worker]
