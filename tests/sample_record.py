"""A small record with everything in it that questions are asked about; built by hand, without reading or merging."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import legation
from legation.merge.history import pair_events
from legation.merge.reports import reports_of
from legation.ontology import score
from legation.read.sentences import split
from legation.record.record import Record
from legation.record.store import Store
from legation.schema import arrow_schema, rows_of
from legation.types import (
    Actor,
    Article,
    Claim,
    Date,
    Event,
    PairEvent,
    Party,
    Place,
    Problem,
    Report,
    Speaker,
    Trigger,
)

HOLDS = (pytest.param(0, id="files"), pytest.param(100_000, id="memory"))
"""Rows of a record that are held in memory: what it answers must not depend on it."""


def opened(path: Path, hold: int) -> Record:
    """A record, in memory if it is to be."""
    record = legation.open(path, hold=hold)
    assert record.load() == bool(hold)
    return record


PUTIN = Actor("RUS.GOV", "", None, None, "vladimir-putin", "Vladimir Putin")
MODI = Actor("IND.GOV", "", None, None, "narendra-modi", "Narendra Modi")
INDIA = Actor("IND", "", None, None, "india", "India")
RUSSIA = Actor("RUS", "", None, None, "russia", "Russia")
UN = Actor("IGO:UN", "", None, None, "united-nations", "United Nations")
NORWAY = Actor("NOR.MIL", "", None, None, "norway", "Norway")

EMPTY_DATE = Date()
NOWHERE = Place()


def day(text: str) -> date:
    return date.fromisoformat(text)


def on(text: str, basis: str = "stated") -> Date:
    """A date of one day, or of a month where only that is given."""
    if len(text) == 7:
        first = day(text + "-01")
        last = date(first.year + first.month // 12, first.month % 12 + 1, 1).toordinal() - 1
        return Date(text, first, date.fromordinal(last), basis)
    return Date(text, day(text), day(text), basis)


def article(article_id: str, published: str, publisher: str, title: str, body: str) -> Article:
    return Article(
        article_id, f"{title}\n{body}", title, publisher, day(published), f"https://example.org/{article_id}"
    )


def claim(
    of: Article,
    word: str,
    report: str,
    kind: str,
    status: str,
    *,
    mode: str = "",
    actors: Sequence[Actor] = (),
    recipients: Sequence[Actor] = (),
    when: Date = EMPTY_DATE,
    place: Place = NOWHERE,
    says: Sequence[str] = (),
    contexts: Sequence[str] = (),
) -> Claim:
    start = of.text.index(word)
    sentence = next(s.number for s in split(of.text, of.title) if s.start <= start < s.end)
    return Claim(
        claim_id=f"{of.article_id}:{start}:{kind}",
        article_id=of.article_id,
        sentence=sentence,
        trigger=Trigger(start, start + len(word), word),
        event_type=kind,
        event_mode=mode,
        contexts=tuple(contexts),
        status=status,
        score=score(kind, mode),
        actors=tuple(actors),
        recipients=tuple(recipients),
        date=when,
        place=place,
        attribution=tuple(Speaker(s) for s in says),
        event_id=report,
        confidence=0.9,
    )


class Builder:
    """Collects articles, claims and the events that merging would make of them, and writes a record.

    Attributes:
        articles: The articles, each with the id of its page and its version.
        claims: Their claims.
        same: Report ids that are one event: the first is the event's.
        states: What is known of an event from a day on, in order: event id, day, change, status, further fields.
    """

    def __init__(self) -> None:
        self.articles: list[tuple[Article, str, int, str]] = []
        self.claims: list[Claim] = []
        self.same: list[tuple[str, ...]] = []
        self.states: list[tuple[str, str, str, str, dict[str, Any]]] = []

    def add(self, of: Article, *claims: Claim, page: str = "", version: int = 1, original: str = "") -> None:
        self.articles.append((of, page or of.article_id, version, original or of.article_id))
        self.claims.extend(claims)

    def reports(self) -> list[Report]:
        event_of = {r: group[0] for group in self.same for r in group}
        out = []
        for a, _, _, original in self.articles:
            assert a.published
            own = [c for c in self.claims if c.article_id == a.article_id]
            told = reports_of(a, own, a.published, original, split(a.text, a.title))
            out += [replace(r, event_id=event_of.get(r.report_id, r.report_id)) for r in told]
        return sorted(out, key=lambda r: (r.known_from, r.report_id))

    def events(self) -> list[Event]:
        reports = self.reports()
        out = []
        ids = list(dict.fromkeys(s[0] for s in self.states))
        ids += [r.event_id for r in reports if r.event_id not in ids]
        for event_id in dict.fromkeys(ids):
            own = [r for r in reports if r.event_id == event_id]
            states = [s for s in self.states if s[0] == event_id]
            if not states:
                states = [(event_id, own[0].known_from.isoformat(), "announced", own[0].statuses[0], {})]
            for i, (_, known, change, status, more) in enumerate(states):
                so_far = [r for r in own if r.known_from <= day(known)]
                after = day(states[i + 1][1]) if i + 1 < len(states) else None
                out.append(_state(event_id, so_far, day(known), after, change, status, more))
        return out

    def write(self, path: Path, problems: Sequence[Problem] = ()) -> Store:
        store = Store.create(path)
        events = self.events()
        days = {a.article_id: a.published for a, _, _, _ in self.articles}
        outlets = {a.article_id: a.publisher for a, _, _, _ in self.articles}
        with store.writing() as writer:
            writer.append("articles", _articles(self.articles))
            rows = rows_of("claims", self.claims, run_id="r1")
            for row in rows:
                row |= {"known_from": days[row["article_id"]], "publisher": outlets[row["article_id"]]}
            writer.append("claims", pa.Table.from_pylist(rows, schema=arrow_schema("claims")))
            for name, records, when in (
                ("reports", self.reports(), lambda r: r["known_from"]),
                ("events", events, lambda r: r["first_reported"]),
                ("pairs", _pairs(events), lambda r: r["first"]),
            ):
                found = rows_of(name, [r for r, *_ in records] if name == "pairs" else records)
                for row, record in zip(found, records, strict=True):
                    row["year"] = record[1].year if name == "pairs" else when(row).year
                table = pa.Table.from_pylist(found, schema=arrow_schema(name))
                writer.replace(name, {row["year"] for row in found}, table)
            writer.commit("add", "r1", articles=len(self.articles), claims=len(self.claims), problems=tuple(problems))
        return store


def _articles(articles: Iterable[tuple[Article, str, int, str]]) -> pa.Table:
    rows = []
    for a, page, version, _ in articles:
        (row,) = rows_of("articles", [a])
        sentences = [{"number": s.number, "start": s.start, "end": s.end} for s in split(a.text, a.title)]
        more = {"page_id": page, "version": version, "content_hash": "", "signature": b"", "sentences": sentences}
        rows.append(
            row | more | {"known_from": a.published, "reader": "", "run_id": "r1", "added_at": datetime.now(UTC)}
        )
    return pa.Table.from_pylist(rows, schema=arrow_schema("articles"))


def _state(
    event_id: str,
    reports: list[Report],
    known: date,
    after: date | None,
    change: str,
    status: str,
    more: dict[str, Any],
) -> Event:
    first = reports[0]
    values: dict[str, Any] = {
        "event_id": event_id,
        "known_from": known,
        "known_to": after,
        "change": change,
        "event_type": first.event_type,
        "event_mode": first.event_mode,
        "contexts": first.contexts,
        "status": status,
        "disputed": False,
        "score": score(first.event_type, first.event_mode),
        "first_reported": first.known_from,
        "last_reported": reports[-1].known_from,
        "actors": first.actors,
        "recipients": first.recipients,
        "date": reports[-1].date,
        "place": first.place,
        "reports": len({r.original_id for r in reports}),
        "printings": len({r.article_id for r in reports}),
        "claims": sum(r.claims for r in reports),
        "confidence": 0.9,
    }
    return Event(**(values | more))


def _pairs(events: Sequence[Event]) -> list[tuple[PairEvent, date]]:
    """The pairs of each state, with the day of the event's first report."""
    return [(pair, e.first_reported) for e in events for pair in pair_events([e])]


def party(actor: Actor) -> Party:
    return Party(actor.code, actor.actor_id, actor.name)


def sample() -> Builder:
    """Two months of two states and others: a visit announced, dated and made; a plan; a denial; a copy; a version."""
    b = Builder()
    a1 = article("a1", "2024-06-25", "Tass", "Modi to go to Moscow", "Narendra Modi will visit Moscow, an aide said.")
    a2 = article("a2", "2024-06-28", "Gulf Courier", "Visit dated", "The visit of Modi to Moscow is set for 8 July.")
    a3 = article("a3", "2024-07-08", "Gulf Courier", "Modi in Moscow", "Narendra Modi arrived in Moscow on a visit.")
    a4 = article("a4", "2024-07-09", "The Copyist", "Modi in Moscow", "Narendra Modi arrived in Moscow on a visit.")
    to_moscow: dict[str, Any] = {
        "mode": "visit",
        "actors": [MODI],
        "recipients": [RUSSIA],
        "place": Place("Moscow", None, None, "Moscow", "RUS"),
        "contexts": ["diplomatic"],
    }
    b.add(a1, claim(a1, "visit", "v1", "CONSULT", "planned", says=["Yuri Ushakov"], **to_moscow))
    b.add(a2, claim(a2, "visit", "v2", "CONSULT", "planned", when=on("2024-07-08"), **to_moscow))
    b.add(a3, claim(a3, "visit", "v3", "CONSULT", "happened", when=on("2024-07-08"), **to_moscow))
    b.add(a4, claim(a4, "visit", "v4", "CONSULT", "happened", when=on("2024-07-08"), **to_moscow), original="a3")
    b.same.append(("v1", "v2", "v3", "v4"))
    b.states += [
        ("v1", "2024-06-25", "announced", "planned", {"date": EMPTY_DATE}),
        ("v1", "2024-06-28", "dated", "planned", {}),
        ("v1", "2024-07-08", "happened", "happened", {}),
        ("v1", "2024-07-09", "reported", "happened", {}),
    ]
    a5 = article("a5", "2024-07-10", "Tass", "Putin to come", "Vladimir Putin may visit India in September, Tass said.")
    b.add(
        a5,
        claim(
            a5, "visit", "p1", "CONSULT", "planned", mode="visit", actors=[PUTIN], recipients=[INDIA],
            when=on("2024-09"), place=Place("India", None, None, "India", "IND"), contexts=["diplomatic"],
        ),
    )  # fmt: skip
    a6 = article("a6", "2024-07-11", "Fjord Post", "Blast denied", "Norway bombed a bridge in Russia, Russia said.")
    a7 = article("a7", "2024-07-11", "Gulf Courier", "No blast", "Norway did not bomb any bridge, its army said.")
    bomb: dict[str, Any] = {"mode": "aerial", "actors": [NORWAY], "recipients": [RUSSIA], "when": on("2024-07-10")}
    b.add(a6, claim(a6, "bombed", "d1", "ASSAULT", "happened", says=["Russia"], contexts=["military"], **bomb))
    b.add(
        a7,
        claim(a7, "bomb", "d2", "ASSAULT", "not", says=["army"], contexts=["military"], **bomb),
        page="a7",
        version=1,
    )
    b.same.append(("d1", "d2"))
    b.states.append(("d1", "2024-07-11", "disputed", "happened", {"disputed": True}))
    a7b = article("a7-2", "2024-07-12", "Gulf Courier", "No blast", "Norway did not bomb a thing, its army said again.")
    b.add(a7b, page="a7", version=2)
    a8 = article("a8", "2023-11-02", "Fjord Post", "Aid", "The United Nations aided Norway and India last year.")
    b.add(
        a8, claim(a8, "aided", "u1", "AID", "happened", actors=[UN], recipients=[NORWAY, INDIA], when=on("2022-05-01"))
    )
    a9 = article("a9", "2024-07-12", "Tass", "Talks", "India and Russia will sign an agreement, no date was given.")
    b.add(
        a9,
        claim(a9, "agreement", "g1", "AGREE", "planned", actors=[INDIA, RUSSIA], contexts=["economic", "diplomatic"]),
    )
    return b


def corrected() -> Builder:
    """A page that was corrected twice, another date and then that it does not take place, and a copy of the first."""
    b = Builder()
    told: dict[str, Any] = {"mode": "visit", "actors": [MODI], "recipients": [RUSSIA]}
    first = article("n1", "2024-07-01", "Tass", "Visit", "Modi will visit Moscow on 8 July, it said.")
    again = article("n1@2", "2024-07-02", "Tass", "Visit", "Modi will visit Moscow on 9 July, it said.")
    calls = article("n1@3", "2024-07-03", "Tass", "Called off", "Modi will not visit Moscow on 9 July, it said.")
    copy = article("c", "2024-07-03", "The Copyist", "Visit", "Modi will visit Moscow on 8 July, it said.")
    b.add(first, claim(first, "visit", "v1", "CONSULT", "planned", when=on("2024-07-08"), **told))
    more: dict[str, Any] = {"page": "n1", "original": "n1"}
    b.add(again, claim(again, "visit", "v2", "CONSULT", "planned", when=on("2024-07-09"), **told), version=2, **more)
    b.add(calls, claim(calls, "visit", "v3", "CONSULT", "not", when=on("2024-07-09"), **told), version=3, **more)
    b.add(copy, claim(copy, "visit", "v4", "CONSULT", "planned", when=on("2024-07-08"), **told), original="n1")
    b.same.append(("v1", "v2", "v3", "v4"))
    b.states.append(("v1", "2024-07-03", "cancelled", "not", {}))
    return b
