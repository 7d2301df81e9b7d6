"""How long questions take of a record with 10 million claims over 24 years, and how much memory.

The record is made up, with the skew of real ones: a few pairs of states have most events, most events have one report
and a few have dozens, a sixth of the articles are copies. It is written through the store, as adding would.

    python evaluation/record_bench.py --folder /somewhere/with/10/GB [--claims 10000000] [--keep]
"""

from __future__ import annotations

import argparse
import resource
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

import legation
from legation.knowledge import place_names
from legation.merge import copies
from legation.ontology import CONTEXTS, MODES, STATUSES, TYPES, score
from legation.record.joining import judge
from legation.record.merging import merge
from legation.record.record import Record
from legation.record.store import Store
from legation.schema import arrow_schema

FIRST_YEAR = 2002
YEARS = 24
CLAIMS_A_REPORT = 1.45
REPORTS_AN_EVENT = 2.2
REPORTS_AN_ARTICLE = 2.4
COPIES = 1 / 6
SENTENCES = 8
PUBLISHERS = 120
ASKED = ("IND", "RUS")

STEMS = 20_000
WORD = "ceasefire"
"""The word that is asked for; the 200th most frequent."""
_EPOCH = date(1970, 1, 1).toordinal()


def ids(rng: np.random.Generator, count: int) -> np.ndarray:
    """Random ids of 16 hexadecimal digits, as fixed-width bytes."""
    table = np.array([f"{i:02x}".encode() for i in range(256)], dtype="S2")
    return np.ascontiguousarray(table[rng.integers(0, 256, (count, 8))]).view("S16").ravel()


def text(values: np.ndarray) -> pa.Array:
    """Bytes as an Arrow column of text."""
    return pa.array(values).cast(pa.binary()).cast(pa.string())


def chosen(values: list[str], at: np.ndarray) -> pa.Array:
    """Values by their numbers."""
    return pa.array(values, pa.string()).take(pa.array(at))


def constant(value: Any, kind: pa.DataType, count: int) -> pa.Array:
    """One value, many times."""
    return pa.nulls(count, kind) if value is None else pa.repeat(pa.scalar(value, kind), count)


def lists(lengths: np.ndarray, items: pa.Array) -> pa.Array:
    """Lists of so many items each."""
    offsets = np.zeros(len(lengths) + 1, dtype=np.int32)
    np.cumsum(lengths, out=offsets[1:])
    return pa.ListArray.from_arrays(pa.array(offsets), items)


def filled(kind: pa.DataType, count: int, **columns: pa.Array) -> pa.Array:
    """Structs with these columns; the others are empty text or null."""
    out = []
    for f in kind:
        empty = "" if f.type == pa.string() else None
        out.append(columns[f.name].cast(f.type) if f.name in columns else constant(empty, f.type, count))
    return pa.StructArray.from_arrays(out, fields=list(kind))


def days(values: np.ndarray) -> pa.Array:
    """Days since 1970 as an Arrow column."""
    return pa.array(values.astype(np.int32)).cast(pa.date32())


def table_of(name: str, count: int, **columns: pa.Array) -> pa.Table:
    """A table of the record; columns that are not given are empty."""
    out = []
    for f in arrow_schema(name):
        if f.name in columns:
            out.append(columns[f.name].cast(f.type))
        elif pa.types.is_list(f.type):
            out.append(lists(np.zeros(count, dtype=int), constant(None, f.type.value_type, 0)))
        elif pa.types.is_struct(f.type):
            out.append(filled(f.type, count))
        else:
            empties = {pa.string(): "", pa.int32(): 0, pa.float64(): 0.0, pa.bool_(): False, pa.binary(): b""}
            out.append(constant(empties.get(f.type), f.type, count))
    return pa.Table.from_arrays(out, schema=arrow_schema(name))


@dataclass
class World:
    """What does not change from year to year."""

    rng: np.random.Generator
    places: list[str]
    weights: np.ndarray
    kinds: list[tuple[str, str]]
    words: list[str]
    often: np.ndarray
    sentences: list[str]
    lengths: np.ndarray
    publishers: list[str]


def world(seed: int) -> World:
    """Places by weight, kinds of events, sentences to write articles with."""
    rng = np.random.default_rng(seed)
    known = [c for c in place_names() if len(c) == 3 and c != "XXX"]
    first = [c for c in "USA RUS CHN ISR IRN GBR FRA DEU IND PAK UKR TUR SYR IRQ JPN KOR".split() if c in known]
    places = [*first, *(c for c in known if c not in first), *(c for c in place_names() if ":" in c)]
    weights = 1 / np.arange(1, len(places) + 1) ** 1.1
    kinds = [(kind, mode) for kind in TYPES for mode in (*MODES[kind], "")]
    words = vocabulary(rng)
    often = 1 / (np.arange(STEMS) + 10)
    often /= often.sum()
    at = rng.choice(STEMS, (20_000, 20), p=often)
    sentences = [" ".join(words[i] for i in row[: 10 + row[0] % 11]).capitalize() + "." for row in at]
    publishers = [f"Outlet {i}" for i in range(PUBLISHERS)]
    lengths = np.array([len(s) for s in sentences])
    return World(rng, places, weights / weights.sum(), kinds, words, often, sentences, lengths, publishers)


def vocabulary(rng: np.random.Generator) -> list[str]:
    """Words that do not exist, and one that does."""
    parts = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
    words = ["".join(parts[i] for i in row) for row in rng.integers(0, len(parts), (STEMS, 4))]
    words[200] = WORD
    return words


def pick(w: World, count: int) -> np.ndarray:
    """Numbers of places by their weight."""
    return w.rng.choice(len(w.places), count, p=w.weights)


def parties(w: World, places: np.ndarray, kind: pa.DataType) -> pa.Array:
    """One party each."""
    names = place_names()
    sectors = np.array(["", ".GOV", ".MIL", ".CVL"])[w.rng.choice(4, len(places), p=(0.2, 0.6, 0.1, 0.1))]
    whole = np.array([":" in p for p in w.places])[places]
    codes = np.char.add(np.array(w.places)[places], np.where(whole, "", sectors))
    known = {"code": pa.array(codes), "actor_id": chosen([names[p][0] for p in w.places], places)}
    known["name"] = chosen([names[p][1] for p in w.places], places)
    return lists(np.ones(len(places), dtype=int), filled(kind, len(places), **known))


@dataclass
class Drawn:
    """What was drawn for some days: numbers by report, by event, by article."""

    year: int
    run_id: str
    report_id: np.ndarray
    event: np.ndarray
    day: np.ndarray
    article_of: np.ndarray
    claims: np.ndarray
    event_id: np.ndarray
    kind: np.ndarray
    actor: np.ndarray
    recipient: np.ndarray
    status: np.ndarray
    event_day: np.ndarray
    article_id: np.ndarray
    article_day: np.ndarray
    publisher: np.ndarray
    original: np.ndarray


def draw(w: World, first: date, length: int, claims: int, run_id: str) -> Drawn:
    """Draws what is reported on some days within a year."""
    rng, begin = w.rng, first.toordinal() - _EPOCH
    reports = int(claims / CLAIMS_A_REPORT)
    events = int(reports / REPORTS_AN_EVENT)
    # The number of reports of an event has a long tail; each event has one at least.
    tail = rng.zipf(1.9, events).clip(1, 400)
    extra = rng.choice(events, reports - events, p=tail / tail.sum())
    event = np.sort(np.concatenate([np.arange(events), extra]))
    start = rng.integers(0, length, events)
    day = (start[event] + rng.exponential(3.0, reports).astype(int)).clip(0, length - 1) + begin
    day[np.searchsorted(event, np.arange(events))] = start + begin
    report_id = ids(rng, reports)
    order = np.lexsort((report_id, day, event))
    event, day, report_id = event[order], day[order], report_id[order]
    status = rng.choice(len(STATUSES), events, p=(0.55, 0.15, 0.15, 0.1, 0.05))
    dated = rng.random(events) < 0.7
    ahead = np.where(status == STATUSES.index("planned"), rng.integers(1, 90, events), 0)
    by_day = np.lexsort((report_id, day))
    told = np.empty(reports, dtype=int)
    told[by_day] = np.cumsum(rng.random(reports) < 1 / REPORTS_AN_ARTICLE)
    _, keep, article_of = np.unique(np.stack([day, told]), axis=1, return_index=True, return_inverse=True)
    articles = len(keep)
    copy = rng.random(articles) < COPIES
    return Drawn(
        year=first.year,
        run_id=run_id,
        report_id=report_id,
        event=event,
        day=day,
        article_of=article_of.ravel(),
        claims=rng.poisson(CLAIMS_A_REPORT - 1, reports) + 1,
        event_id=report_id[np.searchsorted(event, np.arange(events))],
        kind=rng.choice(len(w.kinds), events),
        actor=pick(w, events),
        recipient=pick(w, events),
        status=status,
        event_day=np.where(dated, start + begin + ahead, 0),
        article_id=ids(rng, articles),
        article_day=day[keep],
        publisher=(rng.zipf(1.3, articles) - 1) % PUBLISHERS,
        original=np.where(copy, (np.arange(articles) - 1).clip(0), np.arange(articles)),
    )


def article_table(w: World, d: Drawn) -> pa.Table:
    """Articles with a headline and a body."""
    count = len(d.article_id)
    at = w.rng.integers(0, len(w.sentences), (SENTENCES, count))
    parts = [chosen(w.sentences, row) for row in at]
    body = pc.binary_join_element_wise(*parts[1:], " ")
    ends = np.cumsum(w.lengths[at] + 1, axis=0)
    starts = np.vstack([np.zeros((1, count), dtype=int), ends[:-1]])
    inside = filled(
        arrow_schema("articles").field("sentences").type.value_type,
        SENTENCES * count,
        number=pa.array(np.tile(np.arange(SENTENCES), count)),
        start=pa.array(starts.T.ravel()),
        end=pa.array((ends - 1).T.ravel()),
    )
    return table_of(
        "articles",
        count,
        article_id=text(d.article_id),
        page_id=text(d.article_id),
        text=pc.binary_join_element_wise(parts[0], body, "\n"),
        title=parts[0],
        publisher=chosen(w.publishers, d.publisher),
        published=days(d.article_day),
        known_from=days(d.article_day),
        url=pc.binary_join_element_wise("https://example.org", text(d.article_id), "/"),
        version=constant(1, pa.int32(), count),
        content_hash=text(d.article_id),
        signature=signatures(w, count),
        run_id=constant(d.run_id, pa.string(), count),
        sentences=lists(np.full(count, SENTENCES), inside),
        added_at=constant(datetime(2026, 1, 1), pa.timestamp("us"), count),
    )


def signatures(w: World, count: int) -> pa.Array:
    """Signatures of texts that have nothing in common: of a real one the head is kept."""
    real = np.frombuffer(copies.signature(" ".join(w.words[:150])), dtype=np.uint8)
    rows = w.rng.integers(0, 256, (count, len(real)), dtype=np.uint8)
    rows[:, :8] = real[:8]
    return pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(len(real)), count, [None, pa.py_buffer(np.ascontiguousarray(rows))]
    ).cast(pa.binary())


def when(event_day: np.ndarray) -> pa.Array:
    """Dates of events: a day, or nothing where 0."""
    kind = arrow_schema("events").field("date").type
    first = pa.array(event_day.astype(np.int32), mask=event_day == 0).cast(pa.date32())
    stated = pc.if_else(pc.is_valid(first), "stated", "")
    return filled(
        kind, len(event_day), edtf=pc.fill_null(first.cast(pa.string()), ""), first=first, last=first, basis=stated
    )


def described(w: World, d: Drawn, at: np.ndarray, table: str) -> dict[str, pa.Array]:
    """What claims, reports and states have in common, for the events with these numbers."""
    kind, recipient = d.kind[at], d.recipient[at]
    names = place_names()
    party = arrow_schema(table).field("actors").type.value_type
    return {
        "event_type": chosen([k for k, _ in w.kinds], kind),
        "event_mode": chosen([m for _, m in w.kinds], kind),
        "contexts": lists(np.ones(len(at), dtype=int), chosen(list(CONTEXTS), kind % len(CONTEXTS))),
        "actors": parties(w, d.actor[at], party),
        "recipients": parties(w, recipient, party),
        "date": when(d.event_day[at]),
        "place": filled(
            arrow_schema(table).field("place").type,
            len(at),
            name=chosen([names[p][1] for p in w.places], recipient),
            country=chosen([p if ":" not in p else "" for p in w.places], recipient),
        ),
    }


def scores(w: World, kinds: np.ndarray) -> pa.Array:
    """Scores of kinds of events."""
    return pa.array(np.array([score(*k) for k in w.kinds])[kinds])


def claim_table(w: World, d: Drawn) -> pa.Table:
    """Claims, in the order in which they would be added: by day and article."""
    report = np.repeat(np.arange(len(d.report_id)), d.claims)
    report = report[np.lexsort((d.article_of[report], d.day[report]))]
    count, at, article = len(report), d.event[report], d.article_of[report]
    trigger = filled(
        arrow_schema("claims").field("trigger").type,
        count,
        start=pa.array(w.rng.integers(0, 40, count)),
        end=pa.array(w.rng.integers(40, 60, count)),
        text=chosen(w.words, w.rng.choice(STEMS, count, p=w.often)),
    )
    said = w.rng.random(count) < 0.4
    speakers = int(said.sum())
    speaker = filled(
        arrow_schema("claims").field("attribution").type.value_type,
        speakers,
        text=constant("officials", pa.string(), speakers),
    )
    return table_of(
        "claims",
        count,
        claim_id=text(ids(w.rng, count)),
        article_id=text(d.article_id[article]),
        report_id=text(d.report_id[report]),
        sentence=pa.array(w.rng.integers(0, SENTENCES, count)),
        trigger=trigger,
        status=chosen(list(STATUSES), d.status[at]),
        score=scores(w, d.kind[at]),
        attribution=lists(said.astype(int), speaker),
        confidence=pa.array(w.rng.random(count)),
        known_from=days(d.day[report]),
        publisher=chosen(w.publishers, d.publisher[article]),
        run_id=constant(d.run_id, pa.string(), count),
        **described(w, d, at, "claims"),
    )


def decision_table(w: World, d: Drawn) -> pa.Table:
    """What holds the reports of an event together: each is the same as the first."""
    first = d.event_id[d.event]
    other = np.flatnonzero(d.report_id != first)
    count = len(other)
    sides = np.sort(np.stack([first[other], d.report_id[other]]), axis=0)
    return table_of(
        "decisions",
        count,
        decision_id=text(ids(w.rng, count)),
        left=text(sides[0]),
        right=text(sides[1]),
        judgement=constant("same", pa.string(), count),
        score=constant(0.9, pa.float64(), count),
        by=constant(judge(), pa.string(), count),
        made_at=constant(datetime(2026, 1, 1), pa.timestamp("us"), count),
        run_id=constant(d.run_id, pa.string(), count),
    )


def report_table(w: World, d: Drawn) -> pa.Table:
    """Reports by day and id."""
    order = np.lexsort((d.report_id, d.day))
    count, at, article = len(order), d.event[order], d.article_of[order]
    words = w.rng.choice(STEMS, count * 20, p=w.often)
    return table_of(
        "reports",
        count,
        report_id=text(d.report_id[order]),
        article_id=text(d.article_id[article]),
        event_id=text(d.event_id[at]),
        known_from=days(d.day[order]),
        publisher=chosen(w.publishers, d.publisher[article]),
        original_id=text(d.article_id[d.original[article]]),
        statuses=lists(np.ones(count, dtype=int), chosen(list(STATUSES), d.status[at])),
        stems=lists(np.ones(count, dtype=int), chosen(w.words, words[:count])),
        words=lists(np.full(count, 20), chosen(w.words, words)),
        confidence=pa.array(w.rng.random(count)),
        claims=pa.array(d.claims[order].astype(np.int32)),
        year=constant(d.year, pa.int32(), count),
        **described(w, d, at, "reports"),
    )


def states(w: World, d: Drawn) -> Iterator[tuple[str, pa.Table]]:
    """A state for each day with a report, and the pairs of states."""
    event, day = d.event, d.day
    new = np.flatnonzero(np.concatenate([[True], (event[1:] != event[:-1]) | (day[1:] != day[:-1])]))
    at, known = event[new], day[new]
    last = np.concatenate([at[1:] != at[:-1], [True]])
    after = np.concatenate([known[1:], [0]])
    first = day[np.searchsorted(event, at)]
    so_far = np.concatenate([new[1:], [len(event)]]) - np.searchsorted(event, at)
    order = np.lexsort((known, d.event_id[at]))
    own, first, counts = at[order], first[order], pa.array(so_far[order].astype(np.int32))
    count = len(own)
    common = {
        "known_from": days(known[order]),
        "known_to": pa.array(after[order].astype(np.int32), mask=last[order]).cast(pa.date32()),
        "status": chosen(list(STATUSES), d.status[own]),
        "score": scores(w, d.kind[own]),
        "reports": counts,
        "year": constant(d.year, pa.int32(), count),
        "event_id": text(d.event_id[own]),
    }
    described_as = described(w, d, own, "events")
    yield (
        "events",
        table_of(
            "events",
            count,
            change=chosen(["announced", "reported"], (first != known[order]).astype(int)),
            disputed=pa.array(w.rng.random(count) < 0.01),
            first_reported=days(first),
            last_reported=days(known[order]),
            printings=counts,
            claims=counts,
            confidence=pa.array(w.rng.random(count)),
            **common,
            **described_as,
        ),
    )
    a, b = np.array(w.places)[d.actor[own]], np.array(w.places)[d.recipient[own]]
    pair = np.where(a < b, np.char.add(np.char.add(a, "|"), b), np.char.add(np.char.add(b, "|"), a))
    counted = np.where(d.event_day[own] == 0, first, d.event_day[own])
    two = np.flatnonzero(a != b)
    two = two[np.lexsort((counted[two], pair[two]))]
    columns = {
        **common,
        **{name: described_as[name] for name in ("event_type", "event_mode")},
        "pair": pa.array(pair),
        "a": pa.array(a),
        "b": pa.array(b),
        "day": days(counted),
        "directed": constant(True, pa.bool_(), count),
        "precision": constant("day", pa.string(), count),
    }
    yield "pairs", table_of("pairs", len(two), **{name: column.take(pa.array(two)) for name, column in columns.items()})


def make(folder: Path, claims: int) -> None:
    """Writes the record, year by year, as if all had been merged."""
    store = Store.create(folder)
    w = world(20240625)
    for year in range(FIRST_YEAR, FIRST_YEAR + YEARS):
        began = time.perf_counter()
        with store.writing() as writer:
            length = 366 if year % 4 == 0 else 365
            d = draw(w, date(year, 1, 1), length, claims // YEARS, f"year-{year}")
            writer.append("articles", article_table(w, d))
            writer.append("claims", claim_table(w, d))
            writer.append("decisions", decision_table(w, d))
            writer.replace("reports", [year], report_table(w, d))
            for name, table in states(w, d):
                writer.replace(name, [year], table)
            writer.commit("add", d.run_id, articles=len(d.article_id), claims=int(d.claims.sum()))
        print(f"{year}: {d.claims.sum():,} claims in {time.perf_counter() - began:.1f} s", file=sys.stderr)
    with store.writing() as writer:
        writer.commit("merge", "made")
    print(f"made with at most {memory():,.0f} MB of memory", file=sys.stderr)


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
    ask(folder)
    if arguments.add:
        add_day(folder, arguments.add)
    if not arguments.keep:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
