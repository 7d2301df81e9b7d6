"""What a record answers: events by what they are, pages with their evidence, the calendar, sources."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import legation
from legation.record.pages import NotKnownError
from legation.record.plans import in_words
from legation.record.queries import FACETS
from legation.record.record import Record
from legation.record.store import RecordError, Store
from legation.record.views import QueryError, literal
from legation.types import Event, Problem
from sample_record import HOLDS, article, corrected, on, opened, sample

ALL = ["d1", "g1", "p1", "u1", "v1"]


@pytest.fixture(scope="module", params=HOLDS)
def record(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Record:
    path = tmp_path_factory.mktemp("it's here") / "a record"
    sample().write(path, [Problem("x.html", "another language: French", skipped=True), Problem("y.html", "empty")])
    return opened(path, request.param)


@pytest.fixture(scope="module", params=HOLDS)
def empty(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Record:
    path = tmp_path_factory.mktemp("empty") / "record"
    Store.create(path)
    return opened(path, request.param)


def ids(record: Record, **filters: Any) -> list[str]:
    return sorted(e.event_id for e in record.events(**filters))


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ALL),
        ({"actor": "IND"}, ["g1", "v1"]),
        ({"actor": "IND.GOV"}, ["v1"]),
        ({"actor": "narendra-modi"}, ["v1"]),
        ({"actor": "Narendra Modi"}, ["v1"]),
        ({"actor": "India"}, ["g1", "v1"]),
        ({"actor": ["narendra-modi", "IGO:UN"]}, ["u1", "v1"]),
        ({"actor": "United Nations"}, ["u1"]),
        ({"recipient": "RUS"}, ["d1", "v1"]),
        ({"pair": ("RUS", "IND")}, ["g1", "p1", "v1"]),
        ({"pair": ("IND", "IGO:UN")}, ["u1"]),
        ({"type": "CONSULT"}, ["p1", "v1"]),
        ({"type": ["AID", "AGREE"]}, ["g1", "u1"]),
        ({"mode": "aerial"}, ["d1"]),
        ({"context": "economic"}, ["g1"]),
        ({"status": "planned"}, ["g1", "p1"]),
        ({"status": ("happened",), "actor": "IND"}, ["v1"]),
        ({"place": "RUS"}, ["v1"]),
        ({"place": "moscow"}, ["v1"]),
        ({"place": "India"}, ["p1"]),
        ({"publisher": "The Copyist"}, ["v1"]),
        ({"words": "arriving"}, ["v1"]),
        ({"words": "bridges bombed"}, ["d1"]),
        ({"since": "2024-07-08", "until": "2024-07-10"}, ["d1", "v1"]),
        ({"since": "2024-07", "until": "2024-07"}, ["d1", "g1", "v1"]),
        ({"disputed": True}, ["d1"]),
        ({"disputed": False}, ["g1", "p1", "u1", "v1"]),
        ({"as_of": "2024-06-25"}, ["u1", "v1"]),
        ({"as_of": "2024-07-01", "status": "planned"}, ["v1"]),
        ({"as_of": "2024-07-08", "status": "planned"}, []),
    ],
)
def test_filters_let_through(record: Record, filters: dict[str, Any], expected: list[str]) -> None:
    assert ids(record, **filters) == expected
    assert record.count(**filters) == len(expected)


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({"actor": "Narnia"}, "nobody is known as 'Narnia'"),
        ({"actor": "XYZ"}, "code XYZ"),
        ({"actor": "IND.ZZZ"}, "no sector is called ZZZ"),
        ({"pair": ("IND", "India")}, "both IND"),
        ({"pair": ("IND.GOV", "RUS")}, "give IND"),
        ({"type": "VISIT"}, "there are AGREE"),
        ({"mode": "walk"}, "no mode is called 'walk'"),
        ({"status": "maybe"}, "possible"),
        ({"context": "culinary"}, "no context"),
        ({"since": "tomorrow"}, "YYYY-MM-DD"),
        ({"as_of": "2024-02-30"}, "as_of"),
        ({"since": "2024-02-03", "until": "2024-02-01"}, "turn them round"),
        ({"words": "the of"}, "no word"),
        ({"sort": "size"}, "cannot be sorted"),
        ({"limit": -1}, "below 0"),
        ({"publisher": "x\0y"}, "null character"),
        ({"pair": "IND"}, "pair: 'IND' is not two"),
        ({"pair": ("IND", "RUS", "USA")}, "is not two"),
    ],
)
def test_a_filter_that_means_nothing_says_what_would_do(record: Record, filters: dict[str, Any], words: str) -> None:
    with pytest.raises(QueryError, match=words):
        record.events(**filters)


@pytest.mark.parametrize("hostile", ["x' OR '1'='1", "'; DROP VIEW events; --", '"', "\\'", "%", "_"])
def test_a_text_is_never_sql(record: Record, hostile: str) -> None:
    assert ids(record, publisher=hostile) == []
    assert ids(record, place=hostile) == []
    with pytest.raises(QueryError):
        record.events(actor=hostile)
    assert record.count() == len(ALL)
    assert record.sql(f"SELECT {literal(hostile)} AS x").to_dicts() == [{"x": hostile}]


def test_sorted_limited_and_passed_over(record: Record) -> None:
    assert record.events(sort="-reports")[0].event_id == "v1"
    assert [e.event_id for e in record.events(sort="date")] == ["u1", "v1", "d1", "g1", "p1"]
    part = record.events(sort="date", limit=2, offset=1)
    assert [e.event_id for e in part] == ["v1", "d1"]
    assert part.truncated
    assert not record.events(limit=5).truncated
    assert len(record.events(limit=0)) == 0


def test_a_pair_answers_the_same_by_either_way(record: Record) -> None:
    for more in ({}, {"status": "planned"}, {"since": "2024-07-09"}, {"as_of": "2024-07-01"}):
        for sort in ("date", "-date", "reports", "score"):
            whole = list(record.events(pair=("IND", "RUS"), sort=sort, **more))
            assert list(record.events(pair=("IND", "RUS"), sort=sort, limit=50, **more)) == whole
            first = record.events(pair=("IND", "RUS"), sort=sort, limit=1, **more)
            assert list(first) == whole[:1]
            assert first.truncated == (len(whole) > 1)


def test_a_result_is_records_rows_and_tables(record: Record) -> None:
    result = record.events(actor="narendra-modi")
    (event,) = result
    assert isinstance(event, Event)
    assert (event.event_id, event.known_to, event.actors[0].name) == ("v1", None, "Narendra Modi")
    assert result[0] == result[-1] == result[:5][0] == event
    with pytest.raises(IndexError):
        result[1]
    assert result.columns[:2] == ["event_id", "known_from"]
    assert result.arrow().num_rows == len(result) == 1
    assert result.to_dicts()[0]["date"]["edtf"] == "2024-07-08"
    assert record.sql(result.explain).to_dicts() == result.to_dicts()


def test_a_result_as_a_data_frame(record: Record) -> None:
    pytest.importorskip("pandas")
    pytest.importorskip("polars")
    result = record.events(actor="narendra-modi")
    assert result.df().loc[0, "event_id"] == "v1"
    assert result.pl()["event_id"].to_list() == ["v1"]


def test_facets_count_the_same_events(record: Record) -> None:
    found = record.facets()
    assert set(found) == set(FACETS)
    assert found["status"] == [("happened", 3), ("planned", 2)]
    assert found["type"][0] == ("CONSULT", 2)
    assert found["context"] == [("diplomatic", 3), ("economic", 1), ("military", 1)]
    assert dict(found["recipient"]) == {"IND": 2, "RUS": 2, "NOR": 1}
    assert found["mode"] == [("visit", 2), ("aerial", 1)]
    own = record.facets(["type", "publisher"], pair=("IND", "RUS"), top=1)
    assert own == {"type": [("CONSULT", 2)], "publisher": [("Tass", 3)]}
    with pytest.raises(QueryError, match="no facet"):
        record.facets(["colour"])


def test_numbers_and_days_that_mean_nothing_are_told_by_every_question(record: Record) -> None:
    for ask in (
        lambda: record.articles(limit=-1),
        lambda: record.articles(offset=-1),
        lambda: record.calendar(limit=-1),
        lambda: record.facets(top=-1),
    ):
        with pytest.raises(QueryError, match="-1 is below 0"):
            ask()
    for ask in (record.articles, record.calendar):
        with pytest.raises(QueryError, match="turn them round"):
            ask(since="2024-02", until="2024-01")


def test_an_event_with_all_that_is_known_of_it(record: Record) -> None:
    page = record.event("v3")
    assert page.event.event_id == "v1"
    assert [(s.change, s.status) for s in page.history] == [
        ("announced", "planned"),
        ("dated", "planned"),
        ("happened", "happened"),
        ("reported", "happened"),
    ]
    assert [r.report.report_id for r in page.reports] == ["v1", "v2", "v3"]
    assert [c.article_id for c in page.reports[2].copies] == ["a4"]
    (stated,) = page.reports[0].claims
    assert stated.text == "Narendra Modi will visit Moscow, an aide said."
    at = stated.claim.trigger.start - stated.start
    assert stated.text[at : at + 5] == "visit"
    assert stated.claim.event_id == "v1"
    assert page.reports[0].article.title == "Modi to go to Moscow"
    assert page.sayings["planned"][0].says == ("Tass", "Yuri Ushakov")
    assert page.contradictions == {}


def test_an_event_as_it_was_known(record: Record) -> None:
    page = record.event("v1", as_of="2024-07-01")
    assert (page.event.status, page.event.reports) == ("planned", 2)
    assert [r.report.report_id for r in page.reports] == ["v1", "v2"]
    with pytest.raises(NotKnownError, match="first reported 2024-06-25"):
        record.event("v1", as_of=date(2024, 6, 24))


def test_nobody_knows_on_a_day_until_when_a_state_will_hold(record: Record) -> None:
    assert [s.known_to for s in record.event("v1").history][:2] == [date(2024, 6, 28), date(2024, 7, 8)]
    assert [s.known_to for s in record.event("v1", as_of="2024-07-01").history] == [date(2024, 6, 28), None]
    found = [
        record.event("v1", as_of="2024-07-01").event,
        *record.events(as_of="2024-07-01"),
        *record.events(as_of="2024-07-01", pair=("IND", "RUS"), sort="date", limit=5),
        *(plan.event for plan in record.calendar(as_of="2024-07-01")),
        *(plan.event for plan in record.calendar(as_of="2024-07-08", past=True, until="2024-07-08")),
    ]
    assert len(found) >= 4
    assert {e.known_to for e in found} == {None}


def test_what_a_later_version_of_a_page_says_otherwise_is_shown_too(tmp_path: Path) -> None:
    corrected().write(tmp_path / "r")
    page = legation.open(tmp_path / "r").event("v1")
    (report,) = page.reports
    assert [s.claim.article_id for s in report.claims] == ["n1"]
    assert [(s.claim.article_id, s.text) for s in report.otherwise] == [
        ("n1@2", "Modi will visit Moscow on 9 July, it said."),
        ("n1@3", "Modi will not visit Moscow on 9 July, it said."),
    ]
    assert [(s.article_id, s.day) for s in page.sayings["not"]] == [("n1@3", date(2024, 7, 3))]


def test_who_contradicts_whom_stands_side_by_side(record: Record) -> None:
    page = record.event("d2")
    assert page.event.disputed
    assert {k: [s.says for s in v] for k, v in page.contradictions.items()} == {
        "happened": [("Fjord Post", "Russia")],
        "not": [("Gulf Courier", "army")],
    }


def test_an_article_with_claims_versions_and_copies(record: Record) -> None:
    page = record.article("a3")
    assert page.article.text.startswith("Modi in Moscow\n")
    assert [c.event_id for c in page.claims] == ["v1"]
    assert [c.article_id for c in page.copies] == ["a4"]
    assert page.meta.claims == 1
    assert [s.number for s in page.sentences] == [0, 1]
    assert [v.article_id for v in record.article("a7-2").versions] == ["a7"]
    assert record.article("a4").meta.original_id == "a3"
    with pytest.raises(NotKnownError, match="no article 'zz'"):
        record.article("zz")


def test_articles_by_outlet_day_and_words(record: Record) -> None:
    assert [a.article_id for a in record.articles(limit=2)] == ["a7-2", "a9"]
    assert [a.article_id for a in record.articles(publisher="Fjord Post", until="2023")] == ["a8"]
    assert [a.article_id for a in record.articles(words="bridge Norway")] == ["a6", "a7"]


def test_the_calendar_has_what_is_planned_the_soonest_first(record: Record) -> None:
    plans = record.calendar()
    assert [(p.event.event_id, p.when, p.precision, p.announced) for p in plans] == [
        ("p1", "in September 2024", "month", date(2024, 7, 10)),
        ("g1", "no date yet", "none", date(2024, 7, 12)),
    ]
    assert [p.event.event_id for p in record.calendar(actor="Vladimir Putin")] == ["p1"]
    assert [p.event.event_id for p in record.calendar(until="2024-12-31")] == ["p1"]
    assert [p.event.event_id for p in record.calendar(limit=1)] == ["p1"]
    assert record.calendar(since="2026-01-01") == []


def test_the_calendar_as_it_was_known(record: Record) -> None:
    (plan,) = record.calendar(as_of="2024-06-30")
    assert (plan.event.event_id, plan.when, plan.announced) == ("v1", "8 July 2024", date(2024, 6, 25))


def test_what_became_of_past_plans(record: Record) -> None:
    (plan,) = record.calendar(past=True)
    assert (plan.event.event_id, plan.when, plan.outcome) == ("v1", "8 July 2024", "happened")
    assert record.calendar(past=True, since="2024-07-09") == []
    (unknown,) = record.calendar(past=True, as_of="2024-07-12", actor="India")
    assert unknown.outcome == "happened"


def test_a_plan_that_was_put_off_or_not_heard_of_again(tmp_path: Path) -> None:
    b = sample()
    b.states = [s for s in b.states if s[0] != "v1"]
    b.states += [
        ("v1", "2024-06-25", "announced", "planned", {"date": on("2024-07-01")}),
        ("v1", "2024-06-28", "moved", "planned", {"date": on("2024-09-01")}),
    ]
    b.states.append(("p1", "2024-07-10", "announced", "planned", {"date": on("2024-07-11")}))
    b.write(tmp_path / "r")
    found = {p.event.event_id: (p.when, p.outcome) for p in legation.open(tmp_path / "r").calendar(past=True)}
    assert found == {"v1": ("1 July 2024", "moved"), "p1": ("11 July 2024", "unknown")}


@pytest.mark.parametrize(
    ("first", "last", "edtf", "words", "precision"),
    [
        ("2024-07-08", "2024-07-08", "2024-07-08", "8 July 2024", "day"),
        ("2024-02-01", "2024-02-29", "2024-02", "in February 2024", "month"),
        ("2024-01-01", "2024-12-31", "2024", "in 2024", "year"),
        ("2017-01-01", "2027-12-31", "2017/2027", "2017 to 2027", "span"),
        ("2024-05-01", "2025-06-30", "2024-05/2025-06", "May 2024 to June 2025", "span"),
        ("2024-07-03", "2024-07-08", "", "3 to 8 July 2024", "span"),
        ("2024-06-28", "2024-07-02", "", "28 June to 2 July 2024", "span"),
        ("2024-12-30", "2025-01-02", "", "30 December 2024 to 2 January 2025", "span"),
        ("2031-01-01", None, "2031/..", "from 2031", "open"),
        ("2026-03-01", None, "2026-03/..", "from March 2026", "open"),
        (None, "2024-07-11", "../2024-07-11", "by 11 July 2024", "open"),
        (None, None, "", "no date yet", "none"),
    ],
)
def test_times_in_words(first: str | None, last: str | None, edtf: str, words: str, precision: str) -> None:
    ends = (date.fromisoformat(d) if d else None for d in (first, last))
    assert in_words(*ends, edtf) == (words, precision)


def test_an_actor_with_offices_and_partners(record: Record) -> None:
    modi = record.actor("narendra-modi", as_of="2024-07-12")
    assert (modi.code, modi.name, modi.events) == ("IND.GOV", "Narendra Modi", 1)
    assert any(t.office == "head of government" and t.first == date(2014, 5, 26) for t in modi.offices)
    assert [p.code for p in modi.partners] == ["RUS"]
    india = record.actor("IND", as_of="2024-07-12")
    assert [(p.code, p.events) for p in india.partners] == [("RUS", 3), ("IGO:UN", 1)]
    assert india.partners[0].score == 4.0
    assert "Narendra Modi" in [t.name for t in india.offices]
    assert ("IGO:BRICS", "BRICS") in india.memberships
    assert dict(india.months) == {date(2022, 5, 1): 1, date(2024, 7, 1): 2, date(2024, 9, 1): 1}


def test_what_the_record_was_made_from(record: Record) -> None:
    page = record.sources()
    assert page.articles == 10
    assert (page.publishers[0].publisher, page.publishers[0].articles) == ("Gulf Courier", 4)
    assert (date(2023, 11, 3), date(2024, 6, 24)) in page.gaps
    assert page.skipped == (("another language: French", 1),)
    assert [p.where for p in page.problems] == ["y.html"]
    assert record.last_day() == date(2024, 7, 12)


def test_an_empty_record_answers_everything(empty: Record) -> None:
    assert list(empty.events(limit=5)) == []
    assert list(empty.events(pair=("IND", "RUS"), limit=5)) == []
    assert empty.count(words="visit") == 0
    assert all(values == [] for values in empty.facets().values())
    assert empty.calendar() == []
    assert empty.calendar(past=True) == []
    assert len(empty.series("IND", "RUS")) == 0
    assert empty.sources().articles == 0
    assert empty.actor("IND").events == 0
    assert empty.last_day() is None
    assert empty.sql("SELECT count(*) AS n FROM sentences").to_dicts() == [{"n": 0}]
    with pytest.raises(NotKnownError):
        empty.event("v1")


@pytest.mark.parametrize("hold", HOLDS)
def test_what_is_added_shows_after_a_refresh(tmp_path: Path, hold: int) -> None:
    store = sample().write(tmp_path / "r")
    record = opened(tmp_path / "r", hold)
    before = record.snapshot.number
    assert record.count() == 5
    with store.writing() as writer:
        writer.replace("events", [2023], store.arrow("events").slice(0, 0))
        writer.commit("merge", "r2")
    assert record.count() == 5
    assert record.refresh()
    assert record.snapshot.number == before + 1
    assert record.count() == 4, "read from files, where the record is not in memory yet"
    assert record.load() == bool(hold)
    assert record.count() == 4
    assert not record.refresh()
    assert legation.open(tmp_path / "r", snapshot=before).count() == 5


def test_a_record_that_is_larger_than_is_held_is_read_from_its_files(tmp_path: Path) -> None:
    sample().write(tmp_path / "r")
    record = legation.open(tmp_path / "r", hold=5)
    assert not record.load()
    assert record.count() == 5


def test_several_threads_may_ask_at_once(record: Record) -> None:
    questions: list[Callable[[], Any]] = [
        record.events,
        record.facets,
        lambda: record.event("v1"),
        lambda: record.series("IND", "RUS"),
        lambda: record.calendar(),
    ] * 4
    failed: list[BaseException] = []

    def ask(question: Callable[[], Any]) -> None:
        try:
            question()
        except BaseException as error:  # noqa: BLE001 - what went wrong in a thread is told below
            failed.append(error)

    threads = [threading.Thread(target=ask, args=(q,)) for q in questions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_no_record_is_told_clearly(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="no such folder"):
        legation.open(tmp_path / "absent")


def _zeroed(data: bytes) -> bytes:
    return data[:100] + bytes(len(data) - 200) + data[-100:]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: b"garbage", id="other"),
        pytest.param(lambda data: data[: len(data) // 2], id="half"),
        pytest.param(_zeroed, id="zeros"),
        pytest.param(lambda data: None, id="gone"),
    ],
)
def test_damaged_files_are_told_with_what_to_do(tmp_path: Path, damage: Callable[[bytes], bytes | None]) -> None:
    sample().write(tmp_path / "r")
    for table in ("articles", "events", "pairs"):
        for path in (tmp_path / "r" / table).rglob("*.parquet"):
            data = damage(path.read_bytes())
            path.unlink() if data is None else path.write_bytes(data)
    record = legation.open(tmp_path / "r")
    for ask, part in (
        (record.events, "event_states"),
        (lambda: record.event("v1"), "event_states"),
        (lambda: record.series("IND", "RUS"), "pair_states"),
        (record.articles, "articles"),
        (lambda: record.export("csv", tmp_path / "out"), "event_states"),
        (lambda: record.sql("SELECT * FROM events"), "the record"),
    ):
        with pytest.raises(RecordError, match=f"{part}.* cannot be read.* put the folder back from a copy"):
            ask()


def test_only_files_of_the_days_in_question_are_read(tmp_path: Path) -> None:
    store = sample().write(tmp_path / "r")
    late = article("late", "2025-01-01", "Tass", "Late", "Nothing happened here.")
    more = sample()
    more.articles, more.claims, more.same, more.states = [(late, "late", 1, "late")], [], [], []
    more.write(tmp_path / "r")
    record = legation.open(store.path)
    assert len(record._store.files("articles")) == 2
    assert record._views.between("articles", [date(2024, 7, 8)]).count(".parquet") == 1
    assert record._views.between("articles", [date(2024, 7, 8), date(2025, 1, 1)]).count(".parquet") == 2
    assert record.article("late").article.title == "Late"


def test_a_record_can_be_asked_where_no_temporary_folder_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none() -> str:
        raise FileNotFoundError("No usable temporary directory found")

    sample().write(tmp_path / "r")
    monkeypatch.setattr("tempfile.gettempdir", none)
    assert legation.open(tmp_path / "r").count() > 0
