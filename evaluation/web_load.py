"""How fast the explorer answers several readers at once.

    python -m evaluation.web_load RECORD [--readers 8] [--requests 400] [--pause 0] [--wait 10]

Starts `legation serve` on the record, lets readers ask for pages of all sorts in an order that is drawn once (the same
each time), and prints the median and the 95th and 99th percentile of each sort of page and of all. Each reader sends
the next request when it has the answer to the last one, or after a pause for reading. No page is asked for twice with
the same address, except for those that have only one.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from urllib.parse import quote

import httpx

import legation

_WORDS = (
    "gas pipeline",
    "ceasefire",
    "nuclear talks",
    "sanctions oil",
    "border clash",
    "election result",
    "prime minister visit",
    "missile test",
    "refugees",
    "trade deal",
    "hostages released",
    "embassy attack",
    "drone",
    "peace talks",
    "vaccine",
    "earthquake aid",
    "naval exercise",
    "parliament vote",
    "extradition",
    "protest police",
)
_ACTORS = (
    "IND RUS USA CHN ISR IRN UKR TUR FRA GBR PAK SYR EGY DEU JPN NGA BRA ZAF PRK KOR IGO:UN IGO:EU NSA:HAMAS".split()
)
_SHARES = {"event": 30, "article": 20, "search": 25, "pair": 10, "actor": 5, "home": 4, "sources": 3, "calendar": 3}
"""Of a hundred requests."""


def addresses(record: legation.record.record.Record, seed: int) -> dict[str, Iterator[str]]:
    """For each sort of page its addresses, in a random order."""
    draw = random.Random(seed)
    rows = record.sql("SELECT event_id FROM events USING SAMPLE reservoir(3000 ROWS) REPEATABLE (7)", limit=3000)
    events = [row["event_id"] for row in rows]
    big = [e.event_id for e in record.events(sort="-reports", limit=300)]
    articles = [
        row["article_id"]
        for row in record.sql("SELECT article_id FROM articles USING SAMPLE reservoir(3000 ROWS) REPEATABLE (7)", 3000)
    ]
    pairs = [
        row["pair"].split("|")
        for row in record.sql(
            "SELECT pair, count(*) AS n FROM pairs WHERE a <> b AND NOT contains(pair, 'XXX') "
            "GROUP BY pair ORDER BY n DESC, pair LIMIT 300"
        )
    ]
    days = [f"{draw.randint(2004, 2025)}-{draw.randint(1, 12):02}-15" for _ in range(2_000)]

    def search() -> Iterator[str]:
        kinds = "CONSULT ASSAULT ACCUSE SANCTION AGREE COERCE".split()
        while True:
            yield draw.choice(
                (
                    f"/search?q={quote(draw.choice(_WORDS))}&since={draw.choice(days)}",
                    f"/search?actor={draw.choice(_ACTORS)}&type={draw.choice(kinds)}&until={draw.choice(days)}",
                    f"/search?q={quote(draw.choice(_WORDS))}&actor={draw.choice(_ACTORS)}",
                    f"/search?status=planned&as_of={draw.choice(days)}",
                    f"/search?pair={'/'.join(draw.choice(pairs))}&sort=-reports",
                )
            )

    def shuffled(some: list[str]) -> Iterator[str]:
        while True:
            yield from draw.sample(some, len(some))

    return {
        "event": shuffled([f"/event/{e}" for e in events[:2000] + big]),
        "article": shuffled([f"/article/{quote(a, safe='')}" for a in articles]),
        "search": search(),
        "pair": shuffled([f"/pair/{quote(a)}/{quote(b)}" for a, b in pairs]),
        "actor": shuffled([f"/actor/{quote(a)}" for a in _ACTORS]),
        "home": shuffled(["/", *(f"/?as_of={day}" for day in days[:30])]),
        "sources": shuffled(["/sources", *(f"/sources?as_of={day}" for day in days[30:60])]),
        "calendar": shuffled(["/calendar", *(f"/calendar?as_of={day}" for day in days[60:90])]),
    }


def serve(path: str) -> tuple[subprocess.Popen[str], str]:
    """Starts the site; gives the process and its address."""
    command = [sys.executable, "-m", "legation.cli", "serve", path, "--port", "0"]
    code = "from legation.cli import main; import sys; main(sys.argv[1:])"
    process = subprocess.Popen([sys.executable, "-c", code, *command[3:]], stderr=subprocess.PIPE, text=True)
    assert process.stderr
    for line in process.stderr:
        if found := re.search(r"http://\S+", line):
            return process, found[0].rstrip("/")
    raise SystemExit("the site did not start")


def read(
    base: str, queue: SimpleQueue[tuple[str, str]], took: dict[str, list[float]], bad: list[str], pause: float
) -> None:
    """One reader, who looks at a page for `pause` seconds on average."""
    draw = random.Random(threading.get_ident())
    with httpx.Client(base_url=base, timeout=60, follow_redirects=True, trust_env=False) as client:
        while True:
            try:
                sort, address = queue.get_nowait()
            except Empty:
                return
            begun = time.perf_counter()
            answer = client.get(address)
            took[sort].append(time.perf_counter() - begun)
            if answer.status_code != 200:
                bad.append(f"{answer.status_code} {address}")
            if pause:
                time.sleep(draw.expovariate(1 / pause))


def _cpu_of(process: int) -> float:
    """Seconds of processor time that a process has taken (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory_of(process: int) -> float:
    """Megabytes of memory that a process has (Linux)."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("record")
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--requests", type=int, default=400)
    parser.add_argument("--pause", type=float, default=0.0, help="seconds that a reader looks at a page, on average")
    parser.add_argument("--wait", type=float, default=10.0, help="seconds from its first answer on, to read the record")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    ways = addresses(legation.open(given.record), given.seed)
    draw = random.Random(given.seed)
    queue: SimpleQueue[tuple[str, str]] = SimpleQueue()
    for sort in draw.choices(list(_SHARES), list(_SHARES.values()), k=given.requests):
        queue.put((sort, next(ways[sort])))
    process, base = serve(given.record)
    took: dict[str, list[float]] = defaultdict(list)
    bad: list[str] = []
    try:
        httpx.get(base, timeout=60, trust_env=False)
        time.sleep(given.wait)
        used = _cpu_of(process.pid)
        begun = time.perf_counter()
        readers = [
            threading.Thread(target=read, args=(base, queue, took, bad, given.pause)) for _ in range(given.readers)
        ]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        length = time.perf_counter() - begun
        used, memory = _cpu_of(process.pid) - used, _memory_of(process.pid)
    finally:
        process.terminate()
    everything = [t for some in took.values() for t in some]
    print(
        f"{given.readers} readers, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {len(everything)} pages, ",
        end="",
    )
    a_page = used / len(everything) * 1000
    print(f"{len(everything) / length:.1f} pages/s; the site took {a_page:.0f} ms of a core a page, {memory:.0f} MB")
    for sort, some in [*sorted(took.items()), ("all", everything)]:
        cuts = statistics.quantiles(some, n=100, method="inclusive") if len(some) > 1 else some * 99
        middle, p95, p99 = (f"{cuts[at - 1] * 1000:5.0f}" for at in (50, 95, 99))
        print(f"{sort:10} {len(some):4}  median {middle}  p95 {p95}  p99 {p99} ms")
    for line in bad[:10]:
        print(line)


if __name__ == "__main__":
    main()
