from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest

from legation.merge.copies import signature
from legation.read.sentences import split
from legation.record import merging
from legation.record.merging import decide, merge, rebuild
from legation.record.store import RecordError, Store
from legation.schema import arrow_schema, rows_of
from legation.types import Actor, Article, Claim, Date, Place, Trigger

NAMES = {
    "NOR.GOV": ("norway", "Norway"),
    "CHL": ("chile", "Chile"),
    "CHL.GOV": ("chile", "Chile"),
    "PER.GOV": ("peru", "Peru"),
    "KEN.GOV": ("kenya", "Kenya"),
    "GHA.GOV": ("ghana", "Ghana"),
}
TABLES = ("reports", "events", "pairs")


def item(name, day, text, *found):
    """An article and its claims: (word, type, mode, status, doer, recipient, stated day or none)."""
    known = date.fromisoformat(day)
    article = Article(name, text, "", "Gazette", known, "")
    claims = []
    for word, kind, mode, status, doer, recipient, when in found:
        start = text.index(word)
        stated = date.fromisoformat(when) if when else None
        past = Date(f"../{day}", None, known, "publication") if status == "happened" else Date()
        claims.append(
            Claim(
                claim_id=_hash(name, start, kind),
                article_id=name,
                sentence=1,
                trigger=Trigger(start, start + len(word), word),
                event_type=kind,
                event_mode=mode,
                contexts=("diplomatic",),
                status=status,
                score=4.0,
                actors=_actors(doer),
                recipients=_actors(recipient),
                date=Date(when, stated, stated, "stated", None, None, "") if stated else past,
                place=Place(),
                attribution=(),
                event_id=_hash(name, "event", start),
                confidence=0.9,
            )
        )
    return article, claims


def _actors(codes):
    return tuple(Actor(c, "", None, None, *NAMES[c]) for c in codes.split())


def _hash(*parts):
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def add(store, items, run_id, page=None):
    with store.writing() as writer:
        articles, claims = [], []
        for number, (article, found) in enumerate(items):
            articles += rows_of(
                "articles",
                [article],
                page_id=page or article.article_id,
                version=number + 1 if page else 1,
                content_hash=_hash(article.text),
                signature=signature(article.text),
                sentences=[{"number": s.number, "start": s.start, "end": s.end} for s in split(article.text)],
                known_from=article.published,
                reader="test",
                run_id=run_id,
                added_at=datetime(2025, 1, 1, tzinfo=UTC),
            )
            claims += rows_of("claims", found, known_from=article.published, publisher="Gazette", run_id=run_id)
        writer.append("articles", pa.Table.from_pylist(articles, schema=arrow_schema("articles")))
        writer.append("claims", pa.Table.from_pylist(claims, schema=arrow_schema("claims")))
        writer.commit("add", run_id, articles=len(articles), claims=len(claims))


def tables(store):
    """All derived rows, in the order in which the tables have them."""
    order = {
        "reports": ["known_from", "report_id"],
        "events": ["event_id", "known_from"],
        "pairs": ["event_id", "known_from", "pair", "a"],
    }
    found = {}
    for name in TABLES:
        table = store.arrow(name)
        found[name] = table.sort_by([(c, "ascending") for c in order[name]]).to_pylist()
    return found


def events(store):
    """Articles of each event, and its last state."""
    of = {}
    for row in store.arrow("reports").to_pylist():
        of.setdefault(row["event_id"], set()).add(row["article_id"])
    return {
        frozenset(v): [e for e in store.arrow("events").to_pylist() if e["event_id"] == k][-1] for k, v in of.items()
    }


def visit(name, day, status, when=None, lead="Norwegian Foreign Minister Ingrid Solberg"):
    verb = {"planned": "will visit", "happened": "visited", "not": "will not visit"}[status]
    text = f"{lead} {verb} Chile for talks on salmon farming with President Alvarado in Valparaiso."
    if status != "happened":
        text += f" The ministry told {name} so."
    return item(name, day, text, ("visit", "CONSULT", "visit", status, "NOR.GOV", "CHL", when))


@pytest.fixture
def store(tmp_path):
    return Store.create(tmp_path / "record")


def test_a_planned_visit_and_the_visit_are_one_event(store):
    add(store, [visit("a1", "2024-06-25", "planned", "2024-07-08"), visit("a2", "2024-07-08", "happened")], "r1")
    merge(store, "r1")
    assert set(events(store)) == {frozenset({"a1", "a2"})}
    history = sorted(store.arrow("events").to_pylist(), key=lambda e: e["known_from"])
    assert [(e["change"], e["status"]) for e in history] == [("announced", "planned"), ("happened", "happened")]
    assert history[-1]["date"]["edtf"] == "2024-07-08"


def test_two_visits_of_one_year_are_two_events(store):
    first, second = visit("a1", "2024-03-05", "happened"), visit("a3", "2024-09-18", "happened")
    add(store, [first, visit("a2", "2024-08-30", "planned", "2024-09-18"), second], "r1")
    merge(store, "r1")
    assert set(events(store)) == {frozenset({"a1"}), frozenset({"a2", "a3"})}


def test_no_event_holds_two_visits_a_month_apart(store):
    day = date(2024, 1, 3)
    add(store, [visit(f"a{k}", (day + timedelta(days=31 * k)).isoformat(), "happened") for k in range(8)], "r1")
    merge(store, "r1")
    assert len(events(store)) == 8


SAID = {
    ("CONSULT", "visit"): ("visit", "visited {} to see the new port at {}"),
    ("SANCTION", "discontinue"): ("sanctions", "imposed sanctions on {} after the seizure at {}"),
    ("AGREE", ""): ("agreed", "agreed with {} to share the water of the river at {}"),
    ("MOBILIZE", "troops"): ("deployed", "deployed troops on the border with {} near {}"),
}
TOWNS = ["Antofagasta", "Iquique", "Tromso", "Tema", "Kisumu"]


def news(rng, count):
    """Items in our own words; many tell one thing, some are copies, some change what is planned."""
    out = []
    for k in range(count):
        kind, mode = rng.choice(list(SAID))
        word, form = SAID[kind, mode]
        doer, other = rng.sample(["NOR.GOV", "CHL.GOV", "PER.GOV", "KEN.GOV"], 2)
        day = date(2023, 12, 20) + timedelta(days=rng.randint(0, 40))
        town = rng.choice(TOWNS[:3])
        text = f"{NAMES[doer][1]} {form.format(NAMES[other][1], town)}, officials in {town} said."
        if rng.random() < 0.3:
            text += " " + " ".join(f"The harbour office of {town} counted {n} ships that week." for n in range(12))
        stated = (day + timedelta(days=rng.randint(-3, 9))).isoformat() if rng.random() < 0.4 else None
        status = rng.choice(["happened", "happened", "planned", "not"])
        out.append(item(f"n{k:03}", day.isoformat(), text, (word, kind, mode, status, doer, other, stated)))
    return out


@pytest.mark.parametrize("seed", range(2))
def test_the_order_of_arrival_and_the_batches_make_no_difference(tmp_path, seed, monkeypatch):
    rng = random.Random(seed)
    items = news(rng, 45)
    whole = Store.create(tmp_path / "whole")
    add(whole, items, "all")
    merge(whole, "all")
    expected = tables(whole)
    assert 5 < len({r["event_id"] for r in expected["reports"]}) < len(items) - 10

    monkeypatch.setattr(merging, "STEP", 15)
    parts = Store.create(tmp_path / "parts")
    rest = rng.sample(items, len(items))
    while rest:
        size = rng.randint(5, 25)
        add(parts, rest[:size], f"r{len(rest)}")
        merge(parts, f"r{len(rest)}")
        rest = rest[size:]
    assert tables(parts) == expected
    rebuild(parts)
    assert tables(parts) == expected


def test_a_judgement_changes_events_and_taking_it_back_restores_them_exactly(store):
    add(store, news(random.Random(1), 50), "r1")
    merge(store, "r1")
    before = tables(store)
    of = {}
    for row in before["reports"]:
        of.setdefault(row["event_id"], []).append(row["report_id"])
    alone = [e for e, reports in of.items() if len(reports) == 1]
    together = next(reports for reports in of.values() if len(reports) > 2)

    decide(store, alone[0], alone[1], "same", "person:ada", "one and the same")
    joined = tables(store)
    assert len({r["event_id"] for r in joined["reports"]}) == len(of) - 1
    decide(store, together[0], together[1], "different", "person:ada")
    parted = {r["report_id"]: r["event_id"] for r in tables(store)["reports"]}
    assert parted[together[0]] != parted[together[1]]
    rebuild(store)
    assert {r["report_id"]: r["event_id"] for r in tables(store)["reports"]} == parted

    decide(store, together[1], together[0], "withdrawn", "person:ada")
    assert tables(store) == joined
    decide(store, alone[1], alone[0], "withdrawn", "person:ada")
    assert tables(store) == before


def test_a_judgement_of_nothing_is_refused(store):
    add(store, [visit("a1", "2024-06-25", "planned"), visit("a2", "2024-07-08", "happened")], "r1")
    merge(store, "r1")
    one, two = sorted(r["report_id"] for r in store.arrow("reports").to_pylist())
    with pytest.raises(RecordError, match="no report 'nothing'"):
        decide(store, one, "nothing", "same", "person:ada")
    with pytest.raises(RecordError, match="has judged nothing"):
        decide(store, one, two, "withdrawn", "person:ada")
    with pytest.raises(RecordError, match="against itself"):
        decide(store, one, one, "same", "person:ada")
    with pytest.raises(ValueError, match="person:NAME"):
        decide(store, one, two, "same", "ada")
    with pytest.raises(ValueError, match="no judgement"):
        decide(store, one, two, "equal", "person:ada")


def test_nothing_new_makes_no_snapshot(store):
    add(store, [visit("a1", "2024-06-25", "planned")], "r1")
    merge(store, "r1")
    number = store.snapshot.number
    assert merge(store, "r2").reports == 0
    assert store.snapshot.number == number


def test_claims_that_were_read_again_take_the_place_of_the_old_ones(tmp_path):
    items = news(random.Random(2), 40)
    again = {4, 9, 17, 30}
    changed = [
        (a, [replace(c, status="planned", date=Date()) for c in found]) if k in again else (a, found)
        for k, (a, found) in enumerate(items)
    ]
    changed[30] = (changed[30][0], [])
    fresh = Store.create(tmp_path / "fresh")
    add(fresh, changed, "r1")
    merge(fresh, "r1")

    store = Store.create(tmp_path / "again")
    add(store, items, "r1")
    merge(store, "r1")
    with store.writing() as writer:
        names = ", ".join(f"'{items[k][0].article_id}'" for k in again)
        rows = [
            row
            for k in again
            for row in rows_of(
                "claims", changed[k][1], known_from=items[k][0].published, publisher="Gazette", run_id="r2"
            )
        ]
        writer.overwrite(
            "claims", f"article_id IN ({names})", pa.Table.from_pylist(rows, schema=arrow_schema("claims"))
        )
        writer.commit("add", "r2")
    merge(store, "r2")
    assert tables(store) == tables(fresh)


def test_what_is_judged_as_before_is_not_kept_again(tmp_path):
    store = Store.create(tmp_path / "r")
    add(store, news(random.Random(3), 40), "r1")
    merge(store, "r1")
    before = store.arrow("decisions").num_rows
    assert before
    with store.writing() as writer:
        writer.overwrite("claims", "true", store.arrow("claims"))
        writer.overwrite("articles", "true", store.arrow("articles"))
        writer.commit("again", "r1")
    assert merge(store, "r2").reports
    assert store.arrow("decisions").num_rows == before


def test_copies_count_once_and_the_first_printing_gives_its_name_though_it_comes_last(tmp_path):
    body = " ".join(f"The {n} of the delegation met fishermen in the {n} harbour." for n in TOWNS * 4)
    text = f"Norwegian Foreign Minister Ingrid Solberg visited Chile. {body}"
    claim = ("visit", "CONSULT", "visit", "happened", "NOR.GOV", "CHL", None)
    late = [item("b2", "2024-07-09", text, claim), item("b3", "2024-07-10", text, claim)]
    store = Store.create(tmp_path / "r")
    add(store, late, "r1")
    merge(store, "r1")
    [event] = events(store).values()
    assert (event["reports"], event["printings"]) == (1, 2)
    add(store, [item("b1", "2024-07-08", text, claim)], "r2")
    merge(store, "r2")
    assert {r["original_id"] for r in store.arrow("reports").to_pylist()} == {"b1"}
    assert store.arrow("events").sort_by("known_from").to_pylist()[-1]["printings"] == 3


def test_versions_of_one_page_count_once(tmp_path):
    store = Store.create(tmp_path / "r")
    add(store, [visit("a1", "2024-07-08", "happened"), visit("a1-2", "2024-07-09", "happened")], "r1", page="a1")
    merge(store, "r1")
    assert [e["reports"] for e in events(store).values()] == [1] * len(events(store))


def test_a_merging_that_is_cut_off_leaves_the_record_as_it_was(store, monkeypatch):
    add(store, news(random.Random(3), 20), "r1")
    merge(store, "r1")
    before = tables(store)
    add(
        store,
        [
            (
                replace(a, article_id="x" + a.article_id),
                [
                    replace(c, article_id="x" + c.article_id, claim_id="x" + c.claim_id, event_id="x" + c.event_id)
                    for c in f
                ],
            )
            for a, f in news(random.Random(4), 5)
        ],
        "r2",
    )

    def fail(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("legation.record.rewriting._histories", fail)
        with pytest.raises(KeyboardInterrupt):
            merge(store, "r2")
    assert tables(Store(store.path)) == before
    assert merge(store, "r2").reports == 5
