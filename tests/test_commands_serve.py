from __future__ import annotations

import logging
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from click.testing import Result

from legation import commands_serve
from sample_record import sample


def test_it_says_where_it_is_once_it_answers(tmp_path: Path) -> None:
    sample().write(tmp_path / "r")
    code = "from legation.cli import main; import sys; main(sys.argv[1:])"
    command = [sys.executable, "-c", code, "serve", str(tmp_path / "r"), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        try:
            line = process.stderr.readline()
            found = re.search(r"at (http://127\.0\.0\.1:\d+/)", line)
            assert found, line
            answer = httpx.get(found[1], trust_env=False)
            assert answer.status_code == 200
            assert "content-security-policy" in answer.headers
            assert "server" not in answer.headers
        finally:
            process.terminate()


def test_a_port_that_is_taken_is_an_error(run: Callable[..., Result], tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        result = run("serve", tmp_path, "--port", other.getsockname()[1])
    assert result.exit_code == 1
    assert "cannot listen on 127.0.0.1" in result.stderr
    assert "--port" in result.stderr


def test_a_host_that_is_not_ours_is_an_error(run: Callable[..., Result], tmp_path: Path) -> None:
    result = run("serve", tmp_path, "--port", "0", "--host", "host.invalid")
    assert result.exit_code == 1
    assert "cannot listen on host.invalid" in result.stderr


def test_no_record_is_an_error(run: Callable[..., Result], tmp_path: Path) -> None:
    result = run("serve", tmp_path / "nothing", "--port", "0")
    assert result.exit_code == 1
    assert "nothing" in result.stderr


def test_whoever_is_let_in_is_told(run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:

    monkeypatch.setattr(commands_serve, "_run", lambda *_: None)
    sample().write(tmp_path / "r")
    assert "no password" in run("serve", tmp_path / "r", "--port", "0", "--host", "0.0.0.0").stderr
    assert "no password" not in run("serve", tmp_path / "r", "--port", "0").stderr


def test_where_a_page_failed_is_told_and_does_nothing_to_the_terminal() -> None:
    try:
        int("words of news: \x1b[2J")
    except ValueError as error:
        record = logging.makeLogRecord({"msg": "/x\x1b[2J failed", "exc_info": (type(error), error, None)})
    told = commands_serve._Printable("legation: %(message)s").format(record)
    assert told.startswith("legation: /x")
    assert "ValueError: " in told
    assert "words of news" in told
    assert "\x1b" not in told
