"""The folder of an export: whole or not at all, safe to open, and told in its README."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from legation.cli import command
from legation.export import NAMES
from legation.export.folder import ExportError, making
from legation.export.text import cell, csv_rows, guarded, tab_rows
from legation.record.views import QueryError


def test_an_export_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), making(tmp_path / "out", force=False) as folder:
        (folder / "half").write_text("x")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_replaced_only_by_force_and_only_if_it_is_an_export(tmp_path: Path, exported) -> None:
    exported("csv")
    with pytest.raises(ExportError, match="--force"):
        exported("csv")
    exported("csv", force=True)
    other = tmp_path / "mine"
    other.mkdir()
    (other / "thesis.txt").write_text("x")
    with pytest.raises(ExportError, match="no export"), making(other, force=True):
        pass
    assert (other / "thesis.txt").read_text() == "x"
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


@pytest.mark.parametrize("form", NAMES)
def test_the_manifest_has_the_hash_of_every_file_and_the_readme_tells_what_it_is(form: str, exported) -> None:
    folder = exported(form, actor=["IND", "NOR"])
    manifest = json.loads((folder / "manifest.json").read_text())
    files = {p.name for p in folder.iterdir()} - {"manifest.json"}
    assert set(manifest["files"]) == files
    for name, known in manifest["files"].items():
        data = (folder / name).read_bytes()
        assert known == {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    assert {"README.md", "codebook.tsv"} <= files
    readme = (folder / "README.md").read_text(encoding="utf8")
    for words in (
        "snapshot",
        "actor = IND or NOR",
        "belong to their publishers",
        "How to cite",
        "Left out",
        "Apache License 2.0",
    ):
        assert words in readme
    for name in files - {"README.md"}:
        assert f"`{name}`" in readme


def test_the_same_record_gives_the_same_files(exported) -> None:
    one = json.loads((exported("gdelt") / "manifest.json").read_text())
    other = json.loads((exported("gdelt", force=True) / "manifest.json").read_text())
    assert one == other


@pytest.mark.parametrize("text", ["=1+1", "+SUM(A1)", "-2+3", "@cmd", "\t=1", "=HYPERLINK(1)"])
def test_no_spreadsheet_runs_a_cell(text: str, tmp_path: Path) -> None:
    with csv_rows(tmp_path / "x.csv", ("a", "b")) as put:
        put([text, -2.0])
    line = (tmp_path / "x.csv").read_text().splitlines()[1]
    assert line.lstrip('"').startswith("'")
    assert line.endswith(",-2.0")
    assert cell(text)[0] == "'"


def test_numbers_are_not_guarded() -> None:
    assert [guarded(x) for x in ("-2.0", "+3", "-", "")] == ["-2.0", "+3", "'-", ""]


@given(st.text())
def test_any_text_is_one_cell_of_a_tab_separated_file(tmp_path_factory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.tsv"
    text = text.encode("utf8", "ignore").decode("utf8")
    with tab_rows(path, None) as put:
        put([text, "end"])
    lines = path.read_text(encoding="utf8").split("\n")
    assert len(lines) == 2
    assert lines[0].count("\t") == 1
    assert '"' not in lines[0]


def test_wrong_wishes_are_refused_with_what_would_do(record, tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="there are plover"):
        record.export("xlsx", tmp_path / "x")
    with pytest.raises(QueryError, match="there are plover, gdelt, icews"):
        record.export("icews", tmp_path / "x", scheme="mine")
    with pytest.raises(QueryError, match="planned events only"):
        record.export("ics", tmp_path / "x", status="happened")
    with pytest.raises(QueryError, match="no type"):
        record.export("icews", tmp_path / "x", type="VISIT")
    assert list(tmp_path.iterdir()) == []


def test_a_record_exports_itself_and_says_what_it_wrote(record, tmp_path: Path) -> None:
    everything = record.export("csv", tmp_path / "all")
    some = record.export("csv", tmp_path / "some", type="CONSULT", sentences=True)
    assert 0 < some["rows"]["events.csv"] == record.count(type="CONSULT") < everything["rows"]["events.csv"]
    assert (tmp_path / "some" / "events.csv").is_file()
    with pytest.raises(ExportError):
        record.export("csv", tmp_path / "some")
    assert record.export("csv", tmp_path / "some", force=True)["rows"] == everything["rows"]


def test_an_export_stays_on_its_snapshot_while_the_record_moves_on(tmp_path: Path) -> None:
    from legation.record.exporting import material
    from legation.record.record import open as open_record
    from sample_record import sample

    store = sample().write(tmp_path / "moving")
    record = open_record(tmp_path / "moving")
    stream = material(record)
    first = next(iter(stream.events()))
    with store.writing() as writer:
        writer.overwrite("events", "year >= 0", store.arrow("events").slice(0, 0))
        writer.commit("merge", "r2")
    assert record.refresh()
    assert record.count() == 0
    assert next(iter(stream.events())).event.event_id == first.event.event_id


def test_the_command_exports_and_says_what_was_left_out(record, tmp_path: Path) -> None:
    run = CliRunner()
    out = tmp_path / "here"
    done = run.invoke(
        command, ["export", str(record.path), "--format", "icews", "--out", str(out), "--pair", "IND", "RUS"]
    )
    assert done.exit_code == 0
    assert done.stdout.strip() == str(out)
    assert "events.tab: 5 rows" in done.stderr
    again = run.invoke(command, ["export", str(record.path), "--format", "icews", "--out", str(out)])
    assert again.exit_code == 1
    assert "--force" in again.stderr
    wrong = run.invoke(
        command, ["export", str(record.path), "--format", "ics", "--since", "soon", "--out", str(out) + "2"]
    )
    assert wrong.exit_code == 2
    assert "YYYY-MM-DD" in wrong.stderr
    none = run.invoke(command, ["export", str(tmp_path / "none"), "--format", "ics"])
    assert none.exit_code == 1
