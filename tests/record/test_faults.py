"""Kills real `legation add` processes and compares what they leave with a record that nobody disturbed.

The reader is a fast one that knows one word; everything else is the real thing. `evaluation/faults.py` does the same
with the network and more kills.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from legation.record.store import RecordError, Store

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kills processes by a signal that is not known here")

_ARTICLES = 240
_KILLS = 10

_CHILD = """
import os, signal, sys, time
from dataclasses import replace
from helpers import claims_of
from legation import adding, cli
from legation.engines import local
from legation.record import disk, store

def read(article, **_):
    print(article.article_id, flush=True)
    return [
        replace(c, claim_id=f"{article.article_id}/{i}", event_id=f"{article.article_id}/e{i}")
        for i, c in enumerate(claims_of(article))
    ]

local.read_article = read
adding.reader_hash = lambda actors: "a reader that knows one word"
adding.BATCH = adding.add.__kwdefaults__["batch"] = 20

step = 0
def dying(function, last):
    def wrapped(*args, **kwargs):
        global step
        for before in (True, False):
            if not before:
                result = function(*args, **kwargs)
            step += 1
            if step == last:
                os.kill(os.getpid(), signal.SIGKILL)
        return result
    return wrapped

if int(sys.argv[1]):
    for place, name in ((store, "_append"), (disk, "settle"), (disk, "sync")):
        setattr(place, name, dying(getattr(place, name), int(sys.argv[1])))
cli.main(["add", *sys.argv[2:]])
"""


def _add(place: Path, news: Path, last: int = 0) -> subprocess.Popen[str]:
    """Begins adding; dies at its `last` step of writing, if that is not 0."""
    path = os.pathsep.join([str(Path(__file__).parent.parent), *sys.path])
    return subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(last), str(place), str(news)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )


def _whole(place: Path, news: Path) -> None:
    child = _add(place, news)
    _, err = child.communicate(timeout=60)
    assert child.returncode == 0, err


def _content(place: Path) -> dict[str, list[Any]]:
    """All that a record holds, apart from runs and times."""
    record = Store(place)
    out = {}
    for name in ("articles", "claims", "reports", "events", "pairs"):
        table = record.arrow(name)
        kept = [c for c in table.column_names if c not in ("run_id", "added_at")]
        out[name] = sorted(map(repr, table.select(kept).to_pylist()))
    return out


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("news") / "news.jsonl"
    places = ("Chile", "Peru", "Ghana", "Nepal", "Oman")
    with file.open("w") as out:
        for number in range(_ARTICLES):
            page, day = number % 200, f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}"
            text = f"Norway's foreign minister will visit {places[number % 5]} on trip {number}, the ministry said."
            out.write(json.dumps({"id": f"n{page}", "publisher": "Fjord Times", "published": day, "text": text}) + "\n")
    return file


@pytest.fixture(scope="module")
def expected(news: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    place = tmp_path_factory.mktemp("undisturbed") / "record"
    _whole(place, news)
    content = _content(place)
    assert len(content["articles"]) == len(content["claims"]) == _ARTICLES
    return content


def _check_halves(place: Path) -> int:
    """What a killed process left is whole: as many claims as articles, each once. Returns their number."""
    try:
        record = Store(place)
    except RecordError as error:
        assert "no record here" in str(error) or "no such folder" in str(error)
        return 0
    articles = record.arrow("articles", ["article_id"])["article_id"].to_pylist()
    claims = record.arrow("claims", ["article_id"])["article_id"].to_pylist()
    assert sorted(articles) == sorted(claims)
    assert len(set(articles)) == len(articles)
    return len(articles)


def test_nothing_is_lost_when_killed_at_random(news: Path, expected: dict[str, list[Any]], tmp_path: Path) -> None:
    chance = random.Random(20240625)
    place = tmp_path / "record"
    had, seen = 0, set()
    for _ in range(_KILLS):
        child = _add(place, news)
        assert child.stdout is not None
        for _ in range(chance.randint(1, 60)):
            child.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.05))
        child.kill()
        child.communicate()
        have = _check_halves(place)
        assert have >= had
        had = have
        seen.add(have)
    assert len(seen) > 3
    _whole(place, news)
    assert _content(place) == expected


def test_nothing_is_lost_when_killed_at_any_step_of_writing(
    news: Path, expected: dict[str, list[Any]], tmp_path: Path
) -> None:
    place = tmp_path / "record"
    killed = 0
    for last in (9, 16, 17, 21, 24, 30):
        child = _add(place, news, last)
        child.communicate()
        killed += child.returncode == -9
        _check_halves(place)
    assert killed == 6
    _whole(place, news)
    assert _content(place) == expected
