"""How long questions take of a record with 10 million claims over 24 years, and how much memory.

    python -m evaluation.record_bench --folder /somewhere/with/10/GB [--claims 10000000] [--keep]

The record is made up (see `evaluation.made_up`). At the end a day of 50,000 claims is added to it and merged.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

import legation
from evaluation.made_up import WORD, article_table, claim_table, draw, make, world
from legation.record.merging import merge
from legation.record.record import Record
from legation.record.store import Store

ASKED = ("IND", "RUS")
"""The pair that is asked for."""


def memory() -> float:
    """Most memory that this process has had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def add_day(folder: Path, claims: int) -> None:
    """Adds one more day, merges it, and prints how long that takes."""
    store = Store(folder)
    last = max(day for _, _, day in store.days("claims") if day is not None)
    w = world(last.toordinal())
    d = draw(w, last + timedelta(days=1), 1, claims, f"day-{last}")
    articles, told = article_table(w, d), claim_table(w, d)
    began = time.perf_counter()
    with store.writing() as writer:
        writer.append("articles", articles)
        writer.append("claims", told)
        writer.commit("add", d.run_id, articles=articles.num_rows, claims=told.num_rows)
    added = time.perf_counter()
    summary = merge(store, d.run_id)
    merged = time.perf_counter()
    print(f"a day of {told.num_rows:,} claims: added in {added - began:.1f} s, merged in {merged - added:.1f} s")
    print(f"  {summary}")
    print(f"  memory at its peak {memory():,.0f} MB")


def timed(name: str, ask: Callable[[], Any], again: int = 5) -> Any:
    """Prints how long a question takes the first time, and the middle of the next few."""
    began = time.perf_counter()
    answer = ask()
    cold = time.perf_counter() - began
    warm = []
    for _ in range(again):
        began = time.perf_counter()
        ask()
        warm.append(time.perf_counter() - began)
    print(f"{name:<46} first {cold * 1000:8.0f} ms   then {np.median(warm) * 1000:8.0f} ms")
    return answer


def ask(folder: Path) -> None:
    """Asks what people ask, and prints how long it takes."""
    began = time.perf_counter()
    record = legation.open(folder)
    print(f"{'open':<46} first {(time.perf_counter() - began) * 1000:8.0f} ms")
    a, b = ASKED
    timed(f"series of {a} and {b} by month", lambda: record.series(a, b))
    timed(f"series of {a} and {b} by day", lambda: record.series(a, b, by="day"))
    timed("50 latest events", lambda: record.events(limit=50))
    found = timed(f"50 latest events of {a} and {b}", lambda: record.events(pair=ASKED, limit=50))
    timed("events of an actor, a status, a year", lambda: record.events(
        actor=a, status="planned", since="2015-01-01", until="2015-12-31", limit=50))  # fmt: skip
    timed("events of a publisher and words", lambda: record.events(
        publisher="Outlet 5", words=WORD, since="2015-01-01", until="2015-12-31", limit=50), 2)  # fmt: skip
    timed("events by words alone", lambda: record.events(words=WORD, limit=50), 2)
    timed("number of events of an actor", lambda: record.count(actor=a))
    timed("facets of a pair", lambda: record.facets(pair=ASKED))
    timed("facets of a year", lambda: record.facets(since="2015-01-01", until="2015-12-31"), 2)
    timed("facets of all", record.facets, 2)
    pages(record, [e.event_id for e in found])
    timed("calendar, the first 200", lambda: record.calendar(limit=200), 3)
    timed("calendar", record.calendar, 3)
    timed("calendar of an actor, as of 2015", lambda: record.calendar(actor=a, as_of="2015-06-01"), 3)
    timed("page of an actor", lambda: record.actor(a), 3)
    timed("sources", record.sources, 1)
    timed("SQL: events by year", lambda: record.sql("select year(day), count(*) from events group by 1 order by 1"), 3)
    print(f"{'memory at its peak':<46} {memory():,.0f} MB")


def pages(record: Record, events: list[str]) -> None:
    """Pages of events and articles, each another one, so that none is warm of itself."""
    page = timed("page of one event", lambda: record.event(events[0]))
    for name, asked, question in (
        ("pages of other events", events[1:9], record.event),
        ("pages by the id of a report", [page.reports[-1].report.report_id], record.event),
        (
            "pages of articles",
            [r.article.article_id for e in events[:4] for r in record.event(e).reports][:8],
            record.article,
        ),
    ):
        took = []
        for key in asked:
            began = time.perf_counter()
            question(key)
            took.append(time.perf_counter() - began)
        print(f"{name:<46} worst {max(took) * 1000:7.0f} ms   middle {np.median(took) * 1000:6.0f} ms")


def main() -> None:
    """Makes the record where it is not there yet, asks, and removes it again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where to put the record")
    parser.add_argument("--claims", type=int, default=10_000_000)
    parser.add_argument(
        "--add", type=int, default=50_000, help="claims of the day that is added at the end; 0 for none"
    )
    parser.add_argument("--keep", action="store_true", help="leave the record there")
    arguments = parser.parse_args()
    folder = arguments.folder / f"record-{arguments.claims}"
    if not (folder / "runs").exists():
        shutil.rmtree(folder, ignore_errors=True)
        make(folder, arguments.claims)
        print(f"made with at most {memory():,.0f} MB of memory", file=sys.stderr)
    ask(folder)
    if arguments.add:
        add_day(folder, arguments.add)
    if not arguments.keep:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
