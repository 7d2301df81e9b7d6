"""Two places over time: what counts, when nobody looked, and what a quad class is depends on its scheme."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import legation
from legation.ontology import STATUSES, TYPES
from legation.record.record import Record
from legation.record.series import PERIODS, first_day, next_period
from legation.record.views import QueryError
from legation.types import Actor
from sample_record import HOLDS, INDIA, RUSSIA, Builder, article, claim, on, opened, sample


@pytest.fixture(scope="module", params=HOLDS)
def record(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Record:
    path = tmp_path_factory.mktemp("series") / "record"
    sample().write(path)
    return opened(path, request.param)


def by_period(record: Record, *pair: str, **options: Any) -> dict[date, dict[str, Any]]:
    return {row["period"]: row for row in record.series(*pair, **options)}


def test_what_took_place_counts_and_what_is_planned_stands_beside_it(record: Record) -> None:
    july = by_period(record, "IND", "RUS")[date(2024, 7, 1)]
    assert (july["events"], july["happened"], july["planned"], july["visits"], july["reports"]) == (1, 1, 1, 1, 3)
    assert (july["CONSULT"], july["AGREE"]) == (1, 0)
    assert (july["score_sum"], july["score_mean"], july["conflict_share"]) == (4.0, 4.0, 0.0)
    assert july["articles"] == 7
    assert july["verbal_cooperation"] == 1


def test_other_statuses_count_where_they_are_asked_for(record: Record) -> None:
    found = by_period(record, "IND", "RUS", status=["planned", "happened"])
    assert (found[date(2024, 7, 1)]["events"], found[date(2024, 9, 1)]["events"]) == (2, 1)


def test_a_period_without_articles_is_a_gap_and_one_without_events_a_zero(record: Record) -> None:
    found = by_period(record, "IND", "RUS")
    assert (found[date(2023, 11, 1)]["articles"], found[date(2023, 11, 1)]["events"]) == (1, 0)
    gap = found[date(2024, 1, 1)]
    assert gap["articles"] == 0
    assert [v for k, v in gap.items() if k not in ("period", "articles")] == [None] * (len(gap) - 2)
    planned = found[date(2024, 9, 1)]
    assert (planned["articles"], planned["events"], planned["planned"], planned["score_mean"]) == (0, 0, 1, None)


def test_rows_have_no_holes_and_keep_to_bounds(record: Record) -> None:
    for by in PERIODS:
        days = [row["period"] for row in record.series("IND", "RUS", by=by, since="2024-06-01", until="2024-10-15")]
        assert days[0] == first_day(date(2024, 6, 1), by)
        assert days[-1] == first_day(date(2024, 10, 15), by)
        assert all(next_period(a, by) == b for a, b in pairwise(days))


def test_directions(record: Record) -> None:
    july = date(2024, 7, 1)
    assert by_period(record, "IND", "RUS", direction="out")[july]["events"] == 1
    assert by_period(record, "IND", "RUS", direction="in")[july]["events"] == 0
    assert by_period(record, "RUS", "IND", direction="in")[july]["events"] == 1
    both = [by_period(record, "IND", "RUS", direction=d)[july]["planned"] for d in ("in", "out")]
    assert both == [1, 1], "an agreement has no direction and counts in each"


def test_as_it_was_known(record: Record) -> None:
    found = by_period(record, "IND", "RUS", as_of="2024-07-01")
    assert max(found) == date(2024, 7, 1)
    assert (found[date(2024, 7, 1)]["events"], found[date(2024, 7, 1)]["planned"]) == (0, 1)
    assert found[date(2024, 7, 1)]["articles"] == 0


def test_the_scheme_decides_what_is_conflict(tmp_path: Path) -> None:
    b = Builder()
    a = article("a", "2024-03-02", "Tass", "Probe", "India began to investigate Russia.")
    b.add(
        a, claim(a, "investigate", "i", "ACCUSE", "happened", mode="investigate", actors=[INDIA], recipients=[RUSSIA])
    )
    b.write(tmp_path / "r")
    record = legation.open(tmp_path / "r")
    shares = {
        s: next(iter(record.series("IND", "RUS", scheme=s)))["conflict_share"] for s in ("plover", "gdelt", "icews")
    }
    assert shares == {"plover": 1.0, "gdelt": 0.0, "icews": 1.0}
    with pytest.raises(QueryError, match="plover, gdelt, icews"):
        record.series("IND", "RUS", scheme="mine")


def test_dates_coarser_than_the_period_are_counted_apart(tmp_path: Path) -> None:
    b = Builder()
    a = article("a", "2024-03-02", "Tass", "Aid", "India aided Russia in 2024, and supported it in March.")
    one = {"actors": [INDIA], "recipients": [RUSSIA]}
    b.add(
        a,
        claim(
            a, "aided", "x", "AID", "happened", when=replace(on("2024-01"), edtf="2024", last=date(2024, 12, 31)), **one
        ),
        claim(a, "supported", "y", "SUPPORT", "happened", when=on("2024-03-01"), **one),
    )
    b.write(tmp_path / "r")
    found = by_period(legation.open(tmp_path / "r"), "IND", "RUS")
    assert [found[date(2024, m, 1)]["coarse"] for m in (1, 3)] == [1, 0]


def test_an_event_that_both_do_to_each_other_counts_once(tmp_path: Path) -> None:
    b = Builder()
    a = article("a", "2024-03-02", "Tass", "Row", "India and Russia accused each other.")
    both: list[Actor] = [INDIA, RUSSIA]
    b.add(a, claim(a, "accused", "x", "ACCUSE", "happened", actors=both, recipients=both))
    b.write(tmp_path / "r")
    record = legation.open(tmp_path / "r")
    assert [row["events"] for row in record.series("IND", "RUS")] == [1]
    assert len(record.events(pair=("IND", "RUS"), limit=10)) == 1


def test_columns_of_the_table(record: Record) -> None:
    found = record.series("IND", "RUS")
    assert found.columns[:3] == ["period", "articles", "events"]
    assert {*STATUSES, *TYPES} < set(found.columns)
    assert (found.a, found.b, found.by, found.scheme) == ("IND", "RUS", "month", "plover")
    assert found.arrow().schema.field("events").type == "int64"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"by": "decade"}, "by: 'decade'"),
        ({"direction": "up"}, "both, out, in"),
        ({"type": "WALK"}, "no type"),
        ({"status": "maybe"}, "no status is called 'maybe'"),
        ({"since": "2024-02", "until": "2024-01"}, "turn them round"),
    ],
)
def test_options_that_mean_nothing(record: Record, options: dict[str, Any], words: str) -> None:
    with pytest.raises(QueryError, match=words):
        record.series("IND", "RUS", **options)


def test_a_pair_has_events_and_a_series(record: Record) -> None:
    pair = record.pair("India", "RUS", since="2024-07-01", status="planned")
    assert (pair.a, pair.b, pair.names) == ("IND", "RUS", ("India", "Russia"))
    assert [e.event_id for e in pair.events()] == ["g1", "p1"]
    assert pair.count() == 2
    assert [row["events"] for row in pair.series("year")] == [2]


@pytest.mark.parametrize("by", PERIODS)
def test_a_series_may_go_to_the_end_of_the_calendar(record: Record, by: str) -> None:
    rows = record.series("IND", "RUS", by=by, since="9999-12-30", until="9999-12-31").to_dicts()
    assert rows[-1]["period"] == first_day(date.max, by)
    assert {row["events"] for row in rows} == {None}


@pytest.mark.parametrize("by", PERIODS)
def test_periods_follow_each_other(by: str) -> None:
    day = date(2023, 12, 25)
    for _ in range(500):
        start = first_day(day, by)
        assert start <= day < next_period(start, by)
        assert first_day(start, by) == start
        day += timedelta(days=1)
