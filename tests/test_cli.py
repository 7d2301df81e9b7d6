from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from helpers import ENGLISH
from legation import cli, doctor
from legation.read.encoder import ModelError
from legation.schema import ROW_COLUMNS

Run = Callable[..., Result]
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_text(f"Norway to visit Chile\n\n{ENGLISH}", encoding="utf-8")
    return path


def test_json_lines_are_the_documented_object(run: Run, article: Path) -> None:
    result = run("read", article, "--format", "jsonl", "--published", "2024-06-25")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [r["sentence"] for r in rows] == [0, 1]
    assert rows[0]["actors"] == [
        {"start": None, "end": None, "text": "", "code": "NOR.GOV", "actor_id": "norway", "name": "Norway"}
    ]
    assert result.stderr == ""
    assert result.exit_code == 0


def test_csv(run: Run, article: Path) -> None:
    result = run("read", article, "--format", "csv", "--published", "2024-06-25")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert len(rows) == 2
    assert tuple(rows[0]) == ROW_COLUMNS
    assert rows[0]["recipients"] == "CHL;PER"
    assert rows[0]["attribution"] == "TASS;Yuri Ushakov"


def test_no_spreadsheet_runs_a_cell_of_csv(run: Run, tmp_path: Path) -> None:
    row = {"id": "=1+1", "text": ENGLISH, "published": "2024-06-25"}
    (tmp_path / "a.jsonl").write_text(json.dumps(row))
    (first, *_) = csv.DictReader(io.StringIO(run("read", tmp_path / "a.jsonl", "--format", "csv").stdout))
    assert first["article_id"] == "'=1+1"


def test_table(run: Run, article: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    result = run("read", article, "--published", "2024-06-25", "--publisher", "Fjord Times")
    lines = result.stdout.splitlines()
    assert lines[0] == "Norway to visit Chile  Fjord Times, 2024-06-25"
    for words in (
        "2024-07-08",
        "planned",
        "CONSULT/visit",
        "NOR.GOV Norway → CHL Chile, PER Peru",
        "TASS > Yuri Ushakov",
    ):
        assert words in result.stdout
    assert result.stderr == "legation: 2 claims in 1 article\n"


def test_explain_marks_the_words_and_says_how(run: Run, article: Path) -> None:
    result = run("read", "--explain", article, "--published", "2024-06-25")
    assert result.stdout.startswith("marked: T[trigger]  A[actor]  R[recipient]  W[when]  P[place]\n")
    assert "Norway to T[visit] Chile" in result.stdout
    assert "The foreign minister of Norway will T[visit] Chile on Monday" in result.stdout
    assert "says TASS > Yuri Ushakov · contexts diplomatic · score 4 · confidence 0.93" in result.stdout


def test_missing_dates_are_mentioned_once(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text((json.dumps({"text": ENGLISH}) + "\n") * 3)
    result = run("read", path, "--format", "jsonl")
    assert result.stderr.count("\n") == 1
    assert "3 articles without a date" in result.stderr
    assert result.exit_code == 0


def test_article_without_claims(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Nothing of the kind was said.")
    result = run("read", path, "--published", "2024-06-25")
    assert "no claims" in result.stdout
    assert result.exit_code == 0
    assert run("read", path, "--format", "jsonl").stdout == ""


def test_standard_input(run: Run) -> None:
    result = run("read", "-", "--format", "jsonl", stdin=ENGLISH.encode())
    assert len(result.stdout.splitlines()) == 1


HOSTILE = "\x1b[2J\x1b]0;owned\x07 [red]He[/red] :bomb: will visit \u202eOman\u202c [link=file:///etc]x[/link] \x9b31m."


@pytest.mark.parametrize("form", ["--explain", "--format=table", "--format=csv", "--format=jsonl"])
def test_text_cannot_steer_a_terminal(run: Run, tmp_path: Path, form: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"id": "\x1b[31mid", "title": HOSTILE, "publisher": HOSTILE, "text": HOSTILE * 2}))
    result = run("read", form, path, "\x1b[2Jabsent")
    both = result.stdout + result.stderr
    assert not set(both) & set("\x1b\x07\x9b\u202e\u202c")
    if form in ("--explain", "--format=table"):
        assert "[red]He[/red] :bomb:" in result.stdout


def test_every_option_has_help() -> None:
    for command in cli.command.commands.values():
        assert command.help
        for parameter in command.params:
            if parameter.param_type_name == "option":
                assert getattr(parameter, "help", ""), f"{command.name} {parameter.name}"


def test_documented_commands_exist() -> None:
    guide = (Path(__file__).parent.parent / "docs" / "index.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```\n(legation .*?)^```", guide, re.DOTALL | re.MULTILINE)
    documented = {}
    for usage in re.split(r"^(?=legation )", "".join(blocks), flags=re.MULTILINE):
        if usage.startswith("legation "):
            documented.setdefault(usage.split()[1], set(re.findall(r"--[a-z-]+", usage)))
    documented["doctor"] = set()
    there = {
        name: {
            option
            for parameter in command.params
            if parameter.param_type_name == "option"
            for option in (*parameter.opts, *parameter.secondary_opts)
        }
        for name, command in cli.command.commands.items()
    }
    assert documented == there
    assert "`legation doctor`" in guide


def test_network_that_is_missing(article: Path, monkeypatch: pytest.MonkeyPatch, capfd: Capture) -> None:
    def missing(_: object) -> None:
        raise ModelError("model: the network's files a.onnx are missing; install legation again")

    monkeypatch.setattr("legation.pipeline.read_articles", missing)
    with pytest.raises(SystemExit) as caught:
        cli.main(["read", str(article)])
    assert caught.value.code == 1
    assert capfd.readouterr().err.splitlines() == [
        "legation: model: the network's files a.onnx are missing; install legation again; legation doctor tells more"
    ]


def test_doctor(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    findings = {f.name: f for f in doctor.examine()}
    assert findings["legation"].good
    assert findings["knowledge/states.tsv"].good
    monkeypatch.setattr(doctor, "examine", lambda: [doctor.Finding("network", "missing; run", good=False)])
    result = run("doctor")
    assert result.stdout == "BAD  network  missing; run\n"
    assert result.exit_code == 1


ONE_WORD = """
import sys
import legation.pipeline
from helpers import claims_of
legation.pipeline.read_articles = lambda articles: ((a, claims_of(a)) for a in articles)
from legation.cli import main
main(sys.argv[1:])
"""


def process(*arguments: str, **more: object) -> subprocess.Popen[bytes]:
    here = str(Path(__file__).parent)
    return subprocess.Popen(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {here!r})\n{ONE_WORD}", *arguments],
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more},
    )


def test_process_says_one_line_without_traceback(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text("<html></html>")
    run = process("read", str(page), str(tmp_path / "absent"))
    out, err = run.communicate(timeout=30)
    assert out == b""
    assert err.count(b"\n") == 2, err
    assert b"Traceback" not in err
    assert run.returncode == 1


def test_process_ends_quietly_when_nobody_listens(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text((json.dumps({"text": ENGLISH, "published": "2024-06-25"}) + "\n") * 3000)
    run = process("read", "--format", "jsonl", str(path))
    assert run.stdout is not None
    assert run.stderr is not None
    run.stdout.readline()
    run.stdout.close()
    assert run.stderr.read() == b""
    run.stderr.close()
    assert run.wait(timeout=30) != 0


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals there")
def test_progress_and_messages_keep_out_of_the_results(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    row = json.dumps({"text": ENGLISH, "published": "2024-06-25"}) + "\n"
    path.write_text(row * 700 + "{\n" + row * 300)
    ours, theirs = os.openpty()
    run = process("read", "--format", "jsonl", str(path), stderr=theirs)
    os.close(theirs)
    assert run.stdout is not None
    assert len([json.loads(line) for line in run.stdout.read().splitlines()]) == 1000
    shown = os.read(ours, 1 << 16).decode()
    os.close(ours)
    run.stdout.close()
    assert run.wait(timeout=30) == 1
    assert "reading" in shown
    assert "a.jsonl:701: broken JSON" in shown


def test_interrupt_is_quiet(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(doctor, "examine", stop)
    with pytest.raises(SystemExit) as caught:
        cli.main(["doctor"])
    assert caught.value.code == 130
    assert capsys.readouterr().err.strip() == ""


def test_wrong_use_of_the_program(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["read"])
    assert caught.value.code == 2
    assert "Usage: legation read" in capsys.readouterr().err
