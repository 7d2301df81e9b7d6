"""Made-up records of any size, with the skew of real ones, for benchmarks.

A few pairs of states have most events, some types come more often than others, most events have one report and a few
have dozens, a sixth of the articles are copies. Words come as often as in real news items (the rarity that merging
ships with), and a long tail of names besides; reports of one event share some of them. A record is written through the
store, as adding would.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from legation.knowledge import place_names
from legation.merge import copies
from legation.merge.weights import shipped
from legation.ontology import CONTEXTS, MODES, STATUSES, TYPES, score
from legation.record.joining import judge
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
NAMES = 30_000
"""Names that hardly anybody else has, besides the words whose frequency is known."""

WORD = "ceasefire"
"""The word that is asked for; as frequent as the 200th of the words that are known."""

ITEM = 25
"""Telling words of a news item."""

TOPIC, TOPIC_SHARE = 8, 0.6
"""Words that belong to an event, and how likely a report of it has each."""

BESIDE = 12
"""Words of a report besides."""

STEMS, SAME_STEM = 24, 0.6
"""Words for each kind of event, and how likely a report uses the one that most reports of the event use."""

OFTEN = {
    "ASSAULT": 23, "COERCE": 13, "ACCUSE": 11, "ELECT": 8, "PROTEST": 6, "SANCTION": 6, "CONSULT": 5, "RETREAT": 5,
    "REQUEST": 5, "SUPPORT": 4, "AGREE": 3, "CONCEDE": 3, "VOTE": 3, "AID": 2, "REJECT": 2, "MOBILIZE": 2,
}  # fmt: skip
"""Percentage of reports of each type, about, as read in news items of 2002 to 2026; each other type has one."""

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
    kinds_often: np.ndarray
    stems: np.ndarray
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
    shares = np.array([OFTEN.get(kind, 1) / (1 + len(MODES[kind])) for kind, _ in kinds])
    words, often = vocabulary(rng)
    at = rng.choice(len(words), (20_000, 20), p=often)
    sentences = [" ".join(words[i] for i in row[: 10 + row[0] % 11]).capitalize() + "." for row in at]
    triggers = list(shipped().meaning)
    return World(
        rng=rng,
        places=places,
        weights=weights / weights.sum(),
        kinds=kinds,
        kinds_often=shares / shares.sum(),
        stems=np.array(triggers)[rng.integers(0, len(triggers), (len(TYPES), STEMS))],
        words=words,
        often=often,
        sentences=sentences,
        lengths=np.array([len(s) for s in sentences]),
        publishers=[f"Outlet {i}" for i in range(PUBLISHERS)],
    )


def vocabulary(rng: np.random.Generator) -> tuple[list[str], np.ndarray]:
    """Words that news has, and names that do not exist; with the share of each."""
    known = dict(sorted(shipped().rarity.items(), key=lambda item: item[1]))
    words, often = list(known), np.exp(-np.array(list(known.values())))
    words[200] = WORD
    parts = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
    names = ["".join(parts[i] for i in row).capitalize() for row in rng.integers(0, len(parts), (NAMES, 4))]
    tail = 1 / (np.arange(NAMES) + 1000)
    often = np.concatenate([often, tail / tail.sum() * max(1.0, ITEM - often.sum())])
    return words + names, often / often.sum()


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
    stem: np.ndarray
    words: np.ndarray
    actor: np.ndarray
    recipient: np.ndarray
    status: np.ndarray
    event_day: np.ndarray
    article_id: np.ndarray
    article_day: np.ndarray
    publisher: np.ndarray
    original: np.ndarray
    sentence: np.ndarray
    starts: np.ndarray = field(default_factory=lambda: np.zeros((SENTENCES, 0), dtype=int))
    """Where each sentence of each article begins; `article_table` finds out."""


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
    article_of = article_of.ravel()
    by_article = np.argsort(article_of, kind="stable")
    ordered = article_of[by_article]
    sentence = np.empty(reports, dtype=int)
    sentence[by_article] = np.arange(reports) - np.searchsorted(ordered, ordered)
    articles = len(keep)
    copy = rng.random(articles) < COPIES
    kind = rng.choice(len(w.kinds), events, p=w.kinds_often)
    stem = np.where(rng.random(reports) < SAME_STEM, event, rng.integers(0, reports, reports)) % STEMS
    return Drawn(
        year=first.year,
        run_id=run_id,
        report_id=report_id,
        event=event,
        day=day,
        article_of=article_of,
        claims=rng.poisson(CLAIMS_A_REPORT - 1, reports) + 1,
        event_id=report_id[np.searchsorted(event, np.arange(events))],
        kind=kind,
        stem=w.stems[np.array([TYPES.index(k) for k, _ in w.kinds])[kind[event]], stem],
        words=told_words(w, events, event),
        actor=pick(w, events),
        recipient=pick(w, events),
        status=status,
        event_day=np.where(dated, start + begin + ahead, 0),
        article_id=ids(rng, articles),
        article_day=day[keep],
        publisher=(rng.zipf(1.3, articles) - 1) % PUBLISHERS,
        original=np.where(copy, (np.arange(articles) - 1).clip(0), np.arange(articles)),
        sentence=1 + sentence % (SENTENCES - 1),
    )


def told_words(w: World, events: int, event: np.ndarray) -> np.ndarray:
    """Numbers of the words of each report, `[reports, TOPIC + BESIDE]`, none twice; -1 is none."""
    topic = w.rng.choice(len(w.words), (events, TOPIC), p=w.often).astype(np.int32)
    shared = np.where(w.rng.random((len(event), TOPIC)) < TOPIC_SHARE, topic[event], -1)
    words = np.concatenate([shared, w.rng.choice(len(w.words), (len(event), BESIDE), p=w.often)], axis=1)
    words = np.sort(words.astype(np.int32), axis=1)
    words[:, 1:][words[:, 1:] == words[:, :-1]] = -1
    return w.rng.permuted(words, axis=1)


def article_table(w: World, d: Drawn) -> pa.Table:
    """Articles with a headline and a body."""
    count = len(d.article_id)
    at = w.rng.integers(0, len(w.sentences), (SENTENCES, count))
    parts, lengths = [chosen(w.sentences, row) for row in at], w.lengths[at]
    own = own_sentences(w, d)
    for number in range(1, SENTENCES):
        told = np.flatnonzero(d.sentence == number)
        here = np.full(count, -1)
        here[d.article_of[told]] = told
        taken = own.take(pa.array(here, mask=here < 0))
        parts[number] = pc.coalesce(taken, parts[number])
        lengths[number] = np.asarray(pc.utf8_length(parts[number]))
    body = pc.binary_join_element_wise(*parts[1:], " ")
    ends = np.cumsum(lengths + 1, axis=0)
    d.starts = np.vstack([np.zeros((1, count), dtype=int), ends[:-1]])
    inside = filled(
        arrow_schema("articles").field("sentences").type.value_type,
        SENTENCES * count,
        number=pa.array(np.tile(np.arange(SENTENCES), count)),
        start=pa.array(d.starts.T.ravel()),
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


def own_sentences(w: World, d: Drawn) -> pa.Array:
    """A sentence for each report: its trigger, then its words."""
    columns = [pa.array(d.stem).cast(pa.string())]
    for k in range(d.words.shape[1]):
        at = d.words[:, k]
        columns.append(pa.array(w.words, pa.string()).take(pa.array(at, mask=at < 0)))
    return pc.binary_join_element_wise(*columns, " ", null_handling="skip")


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
    start = d.starts[d.sentence[report], article]
    trigger = filled(
        arrow_schema("claims").field("trigger").type,
        count,
        start=pa.array(start),
        end=pa.array(start + np.char.str_len(d.stem[report])),
        text=pa.array(d.stem[report]).cast(pa.string()),
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
        sentence=pa.array(d.sentence[report]),
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
    words = d.words[order]
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
        stems=lists(np.ones(count, dtype=int), pa.array(d.stem[order]).cast(pa.string())),
        words=lists((words >= 0).sum(1), chosen(w.words, words[words >= 0])),
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
