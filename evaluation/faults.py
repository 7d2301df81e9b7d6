"""Kills a process that adds to a record, over and over, and compares what comes of it with an undisturbed record.

    python -m evaluation.faults [--shared ../shared] [--articles 1500] [--kills 50] [--seed 1]

Everything is the real thing: the network, the tables, merging. A process is killed (by a signal that it cannot catch)
at a random moment after it has begun to read; the next one goes on. At the end the record must hold the same articles
and claims, reports and events as one that was made in one go, apart from runs and times.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from legation.record.store import RecordError, Store

_ROOT = Path(__file__).resolve().parent.parent
_BATCH = 50
_ADD = """
import sys
from legation import adding
from legation.engines import local
read = local.read_article
def telling(article, **more):
    print(flush=True)
    return read(article, **more)
local.read_article = telling
adding.add(sys.argv[1], sys.argv[2], batch=int(sys.argv[3]))
"""


def _begin(place: Path, news: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _ADD, str(place), str(news), str(_BATCH)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=_ROOT)


def _whole(place: Path, news: Path) -> float:
    begun = time.perf_counter()
    child = _begin(place, news)
    child.communicate()
    if child.returncode:
        raise SystemExit("adding failed")
    return time.perf_counter() - begun


def _rows(place: Path, table: str) -> list[str]:
    data = Store(place).arrow(table)
    kept = [name for name in data.column_names if name not in ("run_id", "added_at")]
    return sorted(map(repr, data.select(kept).to_pylist()))


def _articles(place: Path) -> int:
    """Articles of what a killed process left; it must be whole."""
    try:
        record = Store(place)
    except RecordError:
        return 0
    ids: list[Any] = record.arrow("articles", ["article_id"])["article_id"].to_pylist()
    claims = set(record.arrow("claims", ["article_id"])["article_id"].to_pylist())
    told = sum(run.claims for run in record.runs() if run.command == "add")
    if len(set(ids)) != len(ids) or claims - set(ids) or told != record.arrow("claims", ["claim_id"]).num_rows:
        raise SystemExit(f"FAILED: {place} holds half a change")
    return len(ids)


def main() -> None:
    """Runs it and prints the figures; exit status 1 if the records differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=_ROOT.parent / "shared")
    parser.add_argument("--articles", type=int, default=1_500)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    folder = Path(tempfile.mkdtemp(prefix="legation-faults-"))
    news = folder / "news.jsonl"
    with (
        gzip.open(options.shared / "corpus" / "text" / "current-events.jsonl.gz", "rb") as lines,
        news.open("wb") as out,
    ):
        out.writelines(itertools.islice(lines, options.articles))
    seconds = _whole(folder / "whole", news)
    place = folder / "killed"
    steps = [0]
    most = max(2, 3 * options.articles // options.kills)
    for _ in range(options.kills):
        child = _begin(place, news)
        for _ in range(chance.randint(1, most)):
            child.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.2))
        child.kill()
        child.communicate()
        steps.append(_articles(place))
    _whole(place, news)
    backwards = sum(b < a for a, b in itertools.pairwise(steps))
    progress = sum(b > a for a, b in itertools.pairwise(steps))
    print(f"{options.articles} articles in one go: {seconds:.1f} s")
    print(f"{options.kills} kills: {progress} after a batch was kept, {backwards} lost what was kept before")
    differing = 0
    for table in ("articles", "claims", "reports", "events", "pairs"):
        one, other = _rows(folder / "whole", table), _rows(place, table)
        differing += one != other
        print(
            f"{table}: {len(one)} rows in one go, {len(other)} after kills, {'equal' if one == other else 'DIFFERENT'}"
        )
    shutil.rmtree(folder)
    raise SystemExit(1 if differing or backwards else 0)


if __name__ == "__main__":
    main()
