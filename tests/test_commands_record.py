"""The commands that ask a record: what they print, and how they end."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from legation.cli import command
from legation.export.tables import flat_columns
from legation.record.store import Store
from legation.types import Date
from sample_record import INDIA, RUSSIA, Builder, article, claim, corrected, sample

Ask = Callable[..., Result]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("commands") / "record"
    sample().write(path)
    return path


@pytest.fixture
def ask(path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    monkeypatch.setenv("COLUMNS", "140")

    def inner(name: str, *arguments: str, record: Path = path) -> Result:
        result = CliRunner().invoke(command, [name, str(record), *arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return inner


def test_events_as_a_table_for_people(ask: Ask) -> None:
    result = ask("events", "--actor", "IND", "--status", "happened")
    assert result.exit_code == 0
    assert "8 July 2024" in result.stdout
    assert "IND.GOV Narendra Modi → RUS Russia" in result.stdout
    assert result.stderr == "legation: 1 event\n"


def test_events_that_are_left_out_are_told(ask: Ask) -> None:
    assert ask("events", "--limit", "2").stderr == "legation: 5 events; the first 2 are shown, --limit shows more\n"
    assert ask("events", "--limit", "0").stderr == "legation: 5 events\n"


def test_every_filter_is_an_option(ask: Ask) -> None:
    options = [
        *(
            "--actor",
            "narendra-modi",
            "--recipient",
            "RUS",
            "--pair",
            "IND",
            "RUS",
            "--type",
            "CONSULT",
            "--mode",
            "visit",
        ),
        *("--context", "diplomatic", "--status", "happened", "--place", "Moscow", "--publisher", "The Copyist"),
        *("--since", "2024", "--until", "2024-07-31", "--words", "arrived", "--undisputed", "--as-of", "2024-07-20"),
        *("--sort", "date", "--format", "jsonl"),
    ]
    (line,) = ask("events", *options).stdout.splitlines()
    assert json.loads(line)["event_id"] == "v1"


def test_events_as_json_and_csv(ask: Ask) -> None:
    found = json.loads(ask("events", "--sort", "date", "--format", "json").stdout)
    assert [e["event_id"] for e in found] == ["u1", "v1", "d1", "g1", "p1"]
    day = "2024-07-08"
    words = {"start": None, "end": None, "text": ""}
    assert found[1]["date"] == {"edtf": day, "first": day, "last": day, "basis": "stated", **words}
    rows = list(csv.DictReader(io.StringIO(ask("events", "--sort", "date", "--format", "csv").stdout)))
    assert rows[0]["recipients"] == "NOR.MIL;IND"
    assert rows[1]["actor_names"] == "Narendra Modi"
    assert rows[4]["date"] == "2024-09"


def test_csv_has_the_columns_of_an_export_also_where_there_is_no_row(ask: Ask) -> None:
    for name, before in (("events", []), ("calendar", ["when", "precision", "first", "last", "announced", "outcome"])):
        options = ["--type", "PROTEST"] if name == "events" else ["--since", "2030"]
        (line,) = csv.reader(io.StringIO(ask(name, *options, "--format", "csv").stdout))
        assert line == [*before, *flat_columns("events")]
        rows = list(csv.DictReader(io.StringIO(ask(name, "--format", "csv").stdout)))
        assert {row["event_id"]: row["day"] for row in rows}["p1"] == "2024-09-01"


def test_no_spreadsheet_runs_a_cell_of_printed_csv(ask: Ask, tmp_path: Path) -> None:
    b = Builder()
    a = article("a", "2024-07-08", "=1+1", "=cmd", "India visited Russia again.")
    told: dict[str, Any] = {"actors": [replace(INDIA, name="=1+1")], "recipients": [RUSSIA], "mode": "visit"}
    b.add(a, claim(a, "visited", "v1", "CONSULT", "happened", **told))
    b.write(tmp_path / "r")
    for arguments in (["events"], ["pair", "IND", "RUS"], ["sql", "SELECT publisher FROM articles"]):
        out = ask(*arguments, "--format", "csv", record=tmp_path / "r").stdout
        cells = [cell for row in csv.reader(io.StringIO(out)) for cell in row]
        assert "'=1+1" in cells
        assert "=1+1" not in cells


@pytest.mark.parametrize(
    "arguments",
    [["events", "--status", "happened"], ["calendar", "--past"], ["pair", "IND", "RUS"]],
    ids=lambda a: a[0],
)
def test_a_narrow_terminal_shows_who_does_what_to_whom(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = ask(*arguments).stdout.splitlines()
    assert max(map(len, lines)) <= 80
    (at,) = [i for i, line in enumerate(lines) if "CONSULT/visit  IND.GOV Narendra Modi → RUS Russia" in line]
    below = " ".join(lines[at + 1 : at + 3])
    assert "in Moscow (RUS) · 3 reports · event v1" in " ".join(below.split())


@pytest.mark.parametrize("by", ["week", "month", "year"])
def test_a_narrow_terminal_shows_a_series(ask: Ask, monkeypatch: pytest.MonkeyPatch, by: str) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    out = ask("series", "IND", "RUS", "--by", by).stdout
    assert max(map(len, out.splitlines())) <= 80
    assert [by, "events", "planned", "visits", "reports", "score", "conflict", "articles"] in [
        line.split() for line in out.splitlines()
    ]
    assert "…" not in out
    assert "2024" in out


def test_no_event_is_no_fault(ask: Ask) -> None:
    result = ask("events", "--type", "PROTEST")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "legation: 0 events\n")
    assert json.loads(ask("events", "--type", "PROTEST", "--format", "json").stdout) == []


def test_show_tells_the_history_the_reports_and_the_words(ask: Ask) -> None:
    out = ask("show", "v4").stdout
    assert "3 independent reports, 4 printings" in out
    lines = [line.split() for line in out.splitlines()]
    assert ["2024-06-25", "announced", "planned", "no", "date", "Moscow", "(RUS)", "1"] in lines
    assert ["2024-06-28", "dated", "planned", "8", "July", "2024", "Moscow", "(RUS)", "2"] in lines
    assert "planned: Narendra Modi will T[visit] Moscow, an aide said.  (says Yuri Ushakov)" in out
    assert "also printed by The Copyist" in out
    assert "Contradictions" not in out


def test_show_tells_what_later_versions_say_otherwise(ask: Ask, tmp_path: Path) -> None:
    corrected().write(tmp_path / "r")
    out = ask("show", "v1", record=tmp_path / "r").stdout
    assert "also printed by The Copyist · later versions of 2024-07-02, 2024-07-03" in out
    lines = [line.strip() for line in out.splitlines()]
    at = lines.index("2024-07-02  later version says otherwise")
    assert lines[at + 1] == "planned: Modi will T[visit] Moscow on 9 July, it said."
    assert lines[at + 2 : at + 4] == [
        "2024-07-03  later version says otherwise",
        "not: Modi will not T[visit] Moscow on 9 July, it said.",
    ]


def test_names_without_end_do_not_fill_the_screen(ask: Ask, tmp_path: Path) -> None:
    b = Builder()
    a = article("a", "2024-07-08", "x" * 5_000, "y" * 5_000, "India visited Russia again.")
    told: dict[str, Any] = {"actors": [INDIA], "recipients": [RUSSIA]}
    b.add(a, claim(a, "visited", "v1", "CONSULT", "happened", mode="visit", **told))
    b.write(tmp_path / "r")
    assert len(ask("show", "v1", record=tmp_path / "r").stdout) < 3_000


def test_what_is_dated_to_a_year_is_not_filed_under_its_first_day(ask: Ask, tmp_path: Path) -> None:
    b = Builder()
    a = article("a", "2024-07-08", "Tass", "News", "India visited Russia in 2023.")
    told: dict[str, Any] = {"actors": [INDIA], "recipients": [RUSSIA], "mode": "visit"}
    when = Date("2023", date(2023, 1, 1), date(2023, 12, 31), "stated")
    b.add(a, claim(a, "visited", "v1", "CONSULT", "happened", when=when, **told))
    b.write(tmp_path / "r")
    lines = [line.split() for line in ask("pair", "IND", "RUS", record=tmp_path / "r").stdout.splitlines()]
    assert [line[0] for line in lines if line[-1:] == ["v1"]] == ["2023"]


def test_show_sets_contradictions_side_by_side(ask: Ask) -> None:
    out = ask("show", "d1").stdout
    (line,) = [line for line in out.splitlines() if "Fjord Post > Russia" in line]
    assert "Gulf Courier > army" in line


def test_show_as_it_was_known_and_as_json(ask: Ask) -> None:
    page = json.loads(ask("show", "v1", "--as-of", "2024-07-01", "--format", "json").stdout)
    assert page["event"]["status"] == "planned"
    assert [r["report"]["report_id"] for r in page["reports"]] == ["v1", "v2"]
    assert page["reports"][0]["claims"][0]["text"] == "Narendra Modi will visit Moscow, an aide said."
    assert page["sayings"]["planned"][0]["says"] == ["Tass", "Yuri Ushakov"]


def test_days_that_brought_only_reports_are_one_line(ask: Ask, tmp_path: Path) -> None:
    b = sample()
    b.states = [("v1", "2024-06-25", "announced", "planned", {}), *[("v1", d, "reported", "planned", {}) for d in (
        "2024-06-28", "2024-07-08", "2024-07-09")]]  # fmt: skip
    b.write(tmp_path / "r")
    out = ask("show", "v1", record=tmp_path / "r").stdout
    assert "2024-06-28 to 2024-07-09   reported, 3 days" in out


def test_a_pair_over_time(ask: Ask) -> None:
    result = ask("pair", "India", "RUS")
    assert "India – Russia" in result.stdout
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["July", "2024"] in lines
    assert any(line[:3] == ["8", "●", "CONSULT/visit"] for line in lines)
    assert any(line[:2] == ["○", "CONSULT/visit"] for line in lines)
    assert result.stderr == "legation: 3 events between India and Russia\n"
    assert "the latest is shown" in ask("pair", "IND", "RUS", "--limit", "1").stderr
    assert [e["event_id"] for e in json.loads(ask("pair", "IND", "RUS", "--format", "json").stdout)] == [
        "v1",
        "g1",
        "p1",
    ]
    assert ask("pair", "IND", "NOR").stdout == ""


def test_the_calendar(ask: Ask) -> None:
    result = ask("calendar")
    assert result.stdout.index("in September 2024") < result.stdout.index("no date yet")
    assert result.stderr == "legation: 2 plans from 2024-07-12 on\n"
    assert ask("calendar", "--limit", "1").stderr.endswith("and more: --limit shows them\n")
    past = ask("calendar", "--past", "--format", "csv").stdout
    (row,) = csv.DictReader(io.StringIO(past))
    assert (row["when"], row["outcome"], row["event_id"]) == ("8 July 2024", "happened", "v1")


def test_a_series_shows_gaps_as_gaps(ask: Ask) -> None:
    out = ask("series", "IND", "RUS", "--by", "quarter").stdout
    lines = [line.split() for line in out.splitlines()]
    assert [line[:3] for line in lines if line[:1] == ["2024"]][:3] == [
        ["2024", "Q1", "–"],
        ["2024", "Q2", "0"],
        ["2024", "Q3", "1"],
    ]
    assert [line[3:5] for line in lines if line[:2] == ["2024", "Q1"]] == [["no", "articles"]]
    rows = list(csv.DictReader(io.StringIO(ask("series", "IND", "RUS", "--format", "csv").stdout)))
    assert (rows[0]["period"], rows[0]["events"], rows[2]["events"]) == ("2023-11-01", "0", "")


def test_sql_answers_and_lists_its_views(ask: Ask) -> None:
    query = "SELECT status, count(*) AS n FROM events GROUP BY status ORDER BY n"
    assert json.loads(ask("sql", query, "--format", "json").stdout) == [
        {"status": "planned", "n": 2},
        {"status": "happened", "n": 3},
    ]
    assert ask("sql", query, "--format", "csv").stdout == "status,n\nplanned,2\nhappened,3\n"
    assert "happened" in ask("sql", query).stdout
    assert "event_states: " in ask("sql").stdout
    assert "only the first 1 rows" in ask("sql", "SELECT * FROM events", "--limit", "1").stderr


def test_sql_from_standard_input(path: Path) -> None:
    result = CliRunner().invoke(command, ["sql", str(path), "-", "--format", "csv"], input="SELECT 1 AS one")
    assert result.stdout == "one\n1\n"


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["events", "--actor", "Narnia"], 2, "nobody is known as 'Narnia'"),
        (["events", "--actor", "XYZ"], 2, "no country, body or group has the code XYZ"),
        (["events", "--since", "soon"], 2, "since: 'soon' is no date"),
        (["events", "--type", "VISIT"], 2, "no type is called 'VISIT'"),
        (["events", "--sort", "size"], 2, "cannot be sorted by 'size'"),
        (["show", "zz"], 1, "no event 'zz'"),
        (["show", "v1", "--as-of", "2000-01-01"], 1, "first reported 2024-06-25"),
        (["pair", "IND", "IND"], 2, "both IND"),
        (["pair", "Narendra Modi", "RUS"], 2, "not of persons"),
        (["series", "IND", "RUS", "--by", "moon"], 2, "by: 'moon'"),
        (["series", "IND", "RUS", "--status", "maybe"], 2, "no status is called 'maybe'"),
        (["calendar", "--since", "2024-02", "--until", "2024-01"], 2, "turn them round"),
        (["calendar", "--as-of", "2024-13"], 2, "as_of: '2024-13' is no date"),
        (["sql", "SELECT * FROM '/etc/passwd'"], 2, "there is no table /etc/passwd"),
        (["sql", "DROP TABLE events"], 2, "only SELECT is allowed"),
    ],
)
def test_what_is_wrong_is_said_on_one_line(ask: Ask, arguments: list[str], status: int, words: str) -> None:
    result = ask(*arguments)
    assert result.exit_code == status
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("legation: ")
    assert words in line


@pytest.mark.parametrize("name", ["events", "calendar", "sql"])
def test_no_record_is_told_on_one_line(ask: Ask, tmp_path: Path, name: str) -> None:
    arguments = ["SELECT 1"] if name == "sql" else []
    result = ask(name, *arguments, record=tmp_path / "absent")
    assert result.exit_code == 1
    assert "no such folder" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_an_empty_record_prints_nothing(ask: Ask, tmp_path: Path) -> None:
    Store.create(tmp_path / "r")
    for arguments in (
        ["events"],
        ["calendar"],
        ["calendar", "--past"],
        ["pair", "IND", "RUS"],
        ["series", "IND", "RUS"],
    ):
        result = ask(*arguments, record=tmp_path / "r")
        assert (result.exit_code, result.stdout) == (0, ""), arguments


def test_news_cannot_steer_the_terminal(ask: Ask, tmp_path: Path) -> None:
    hostile = "\x1b[31m\x07\u202e"
    b = Builder()
    a = article(
        "a", "2024-07-08", f"Tass{hostile}", f"{hostile}News", f"India {hostile} visited Russia {hostile} again."
    )
    more: dict[str, Any] = {"actors": [INDIA], "recipients": [RUSSIA], "says": [f"aide{hostile}"]}
    b.add(a, claim(a, "visited", "v1", "CONSULT", "happened", mode="visit", **more))
    b.write(tmp_path / "r")
    for arguments in (["events"], ["show", "v1"], ["pair", "IND", "RUS"], ["sql", "SELECT text, title FROM articles"]):
        out = ask(*arguments, record=tmp_path / "r").stdout
        assert out
        assert not set(hostile) - set("[31m") & set(out), arguments
