from __future__ import annotations

import pytest
from click.testing import CliRunner

from legation.cli import command
from legation.record.store import Store
from sample_record import sample


@pytest.fixture
def record(tmp_path):
    sample().write(tmp_path / "record")
    assert run("rebuild", tmp_path / "record").exit_code == 0
    return tmp_path / "record"


def run(*arguments):
    return CliRunner().invoke(command, [str(a) for a in arguments])


def event_of(record):
    rows = Store(record).arrow("reports", ["report_id", "event_id"]).to_pylist()
    return {row["report_id"]: row["event_id"] for row in rows}


def test_a_judgement_joins_two_events_and_is_taken_back(record):
    before = event_of(record)
    done = run("decide", record, "p1", "u1", "--same", "--by", "Ada", "--reason", "the same trip")
    assert (done.exit_code, done.stdout) == (0, "p1 and u1 are one event\n")
    assert event_of(record)["p1"] == event_of(record)["u1"] == "u1"
    kept = [d for d in Store(record).arrow("decisions").to_pylist() if not d["by"].startswith("model:")]
    assert [(d["judgement"], d["by"], d["reason"]) for d in kept] == [("same", "person:Ada", "the same trip")]
    assert run("decide", record, "u1", "p1", "--withdraw", "--by", "Ada").exit_code == 0
    assert event_of(record) == before


def test_rebuilding_says_what_there_is(record):
    done = run("rebuild", record)
    assert done.exit_code == 0
    reports = Store(record).arrow("reports", ["event_id"])
    assert done.stdout == f"{reports.num_rows} reports, {len(reports['event_id'].unique())} events\n"


def test_wrong_use_is_told_apart_from_failure(record, tmp_path):
    assert run("decide", record, "p1", "u1").exit_code == 2
    assert run("decide", record, "p1", "u1", "--same", "--by", " ").exit_code == 2
    missing = run("decide", record, "p1", "\x1b[31mzz", "--same", "--by", "Ada")
    assert missing.exit_code == 1
    assert "no report" in missing.stderr
    assert "\x1b" not in missing.stderr
    nowhere = run("rebuild", tmp_path / "nothing")
    assert nowhere.exit_code == 1
    assert "no such folder" in nowhere.stderr
