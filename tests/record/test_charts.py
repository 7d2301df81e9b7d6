from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from legation.record import charts, strip
from legation.record.charts import Frame
from legation.record.look import STATES, config
from legation.record.points import Points, fitting
from legation.record.record import Record
from legation.record.views import QueryError
from sample_record import HOLDS, opened, sample


@pytest.fixture(scope="module", params=HOLDS)
def record(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Record:
    path = tmp_path_factory.mktemp("charts") / "record"
    sample().write(path)
    return opened(path, request.param)


def rows(spec: Any) -> Iterator[dict[str, Any]]:
    """All rows of data in a specification."""
    if isinstance(spec, dict):
        if "values" in spec and isinstance(spec["values"], list):
            yield from (row for row in spec["values"] if isinstance(row, dict))
        for part in spec.values():
            yield from rows(part)
    elif isinstance(spec, list):
        for part in spec:
            yield from rows(part)


PLAIN_FRAME = Frame()


def timeline(record: Record, frame: Frame = PLAIN_FRAME, **more: Any) -> dict[str, Any]:
    return charts.timeline(record.pair("IND", "RUS").points(**more), "India and Russia", frame)


def month(text: str, **values: Any) -> dict[str, Any]:
    """A row of a series with one event of material conflict, unless other values are given."""
    row: dict[str, Any] = {"period": date.fromisoformat(f"{text}-01"), "articles": 3, "events": 1, "visits": 0}
    row |= {"verbal_cooperation": 0, "material_cooperation": 0, "verbal_conflict": 0, "material_conflict": 1}
    return {**row, "reports": 2, "score_sum": -9.0, "score_mean": -9.0, "conflict_share": 1.0, **values}


NOTHING = dict.fromkeys(
    "verbal_cooperation material_cooperation verbal_conflict material_conflict events visits reports".split(), 0
) | {"score_sum": 0.0, "score_mean": None, "conflict_share": None, "articles": 2}
UNSEEN = dict.fromkeys(NOTHING) | {"articles": 0}


def drawn(measure: str, *months: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows that stand for something, apart from gaps and the zero line."""
    spec = charts.series(months, measure, "A and B", by="month", scheme="plover")
    return [row for row in rows(spec) if "when" in row]


def test_every_event_is_a_point_with_its_type_status_and_address(record: Record) -> None:
    frame = Frame(event=lambda key: f"/event/{key}")
    points = {row["href"]: row for row in rows(timeline(record, frame)) if "href" in row}
    assert set(points) == {"/event/v1", "/event/p1", "/event/g1"}
    visit = points["/event/v1"]
    assert (visit["day"], visit["row"], visit["what"]) == ("2024-07-08", "CONSULT", "CONSULT/visit")
    assert (visit["status"], visit["who"]) == ("happened", "Narendra Modi → Russia")


def test_a_date_that_is_no_single_day_is_a_line_over_what_it_can_mean(record: Record) -> None:
    spans = {row["when"]: row.get("after") for row in rows(timeline(record)) if "lane" in row}
    assert spans["2024-09-01 to 2024-09-30"] is not None
    assert spans["2024-07-08"] is None
    assert any(when.startswith("no date") for when in spans)


def test_a_notebook_has_no_addresses_to_click(record: Record) -> None:
    spec = timeline(record)
    assert not any("href" in row for row in rows(spec))
    assert '"href"' not in json.dumps(spec)


def test_too_many_events_are_counted_by_type_and_period(record: Record) -> None:
    def stretch(first: date, last: date, kind: str | None) -> str:
        return f"{first}..{last} {kind}"

    found = record.pair("IND", "RUS").points(most=2)
    assert found.crowded
    assert sum(row["events"] for row in found.rows) == found.events == 3
    cells = [row for row in rows(charts.timeline(found, "India and Russia", Frame(stretch=stretch))) if "said" in row]
    assert sorted((cell["row"], cell["events"], cell["said"]) for cell in cells) == [
        ("AGREE", 1, "1 planned"),
        ("CONSULT", 1, "1 happened"),
        ("CONSULT", 1, "1 planned"),
    ]
    assert "2024-07-08..2024-07-08 CONSULT" in {cell["href"] for cell in cells}


def test_filters_hold_for_points(record: Record) -> None:
    planned = record.pair("IND", "RUS", status="planned").points()
    assert planned.events == len(planned.rows) == 2
    assert record.pair("IND", "RUS", as_of="2024-06-26").points().rows[0]["status"] == "planned"


def test_no_events_make_an_empty_chart(record: Record) -> None:
    found = record.pair("IND", "NOR", status="not").points()
    assert found == Points((), False, 0, "month", (), ())
    assert charts.timeline(found, "India and Norway")["title"]["text"] == "India and Norway: 0 events"


def test_rows_go_from_cooperation_down_to_conflict() -> None:
    order = charts.TYPE_ORDER
    assert order.index("AID") < order.index("AGREE") < order.index("VOTE") < order.index("ACCUSE")
    assert order[-1] == "ASSAULT"


@pytest.mark.parametrize(
    ("first", "last", "by"),
    [
        ("2024-01-01", "2024-03-01", "day"),
        ("2022-01-01", "2024-03-01", "week"),
        ("2002-09-01", "2026-03-01", "quarter"),
    ],
)
def test_the_period_fits_the_time(first: str, last: str, by: str) -> None:
    assert fitting(date.fromisoformat(first), date.fromisoformat(last)) == by


def test_gaps_are_shaded_and_zeros_are_not() -> None:
    months = [month("2024-01"), month("2024-02", **NOTHING), month("2024-03", **UNSEEN), month("2024-04", **UNSEEN)]
    spec = charts.series([*months, month("2024-05")], "events", "A and B", by="month")
    gaps = [(row["first"], row["after"], row["gap"]) for row in rows(spec) if "gap" in row]
    assert gaps == [("2024-03-01", "2024-05-01", "2024-03-01 to 2024-04-30: no articles in the record")]


def test_conflict_goes_down_and_cooperation_up() -> None:
    row = month("2024-01", events=6, verbal_cooperation=2, material_cooperation=1, verbal_conflict=2)
    assert [(r["class"], r["base"], r["end"]) for r in drawn("classes", row)] == [
        ("verbal cooperation", 0, 2),
        ("material cooperation", 2, 3),
        ("verbal conflict", 0, -2),
        ("material conflict", -2, -3),
    ]


def test_a_line_breaks_where_nothing_took_place() -> None:
    months = [month("2024-01"), month("2024-02", **NOTHING), month("2024-03", **NOTHING), month("2024-04")]
    values = [(row["first"], row["value"]) for row in drawn("conflict_share", *months)]
    # The layers of the line and of its points have the same rows.
    assert values[: len(values) // 2] == [("2024-01-01", 1.0), ("2024-02-01", None), ("2024-04-01", 1.0)]


def test_of_many_days_the_last_are_drawn_and_the_title_says_so() -> None:
    days = [month("2024-01") | {"period": date.fromordinal(733_000 + i)} for i in range(9_000)]
    spec = charts.series(days, "classes", "A and B", by="day")
    columns = [row for row in rows(spec) if "class" in row]
    assert len(columns) == charts.MOST_PERIODS
    assert columns[-1]["first"] == date.fromordinal(741_999).isoformat()
    assert spec["title"]["text"].endswith("by day, the last 1,200 of 9,000")


@pytest.mark.parametrize("measure", charts.MEASURES)
def test_every_measure_says_what_it_is_and_from_which_snapshot(record: Record, measure: str) -> None:
    made = record.series("IND", "RUS")
    spec = charts.series(made.to_dicts(), measure, "India and Russia", by="month", frame=Frame(note=made.note))
    assert spec["title"]["text"].startswith(f"India and Russia: {charts.MEASURES[measure]} by month")
    assert spec["title"]["subtitle"] == record.note() != ""


def test_the_classes_name_their_scheme(record: Record) -> None:
    made = record.series("IND", "RUS", scheme="icews")
    spec = charts.series(made.to_dicts(), "classes", "India and Russia", by="month", scheme=made.scheme)
    assert "scheme icews" in spec["title"]["text"]


def test_unknown_measures_and_themes_are_told(record: Record) -> None:
    with pytest.raises(QueryError, match=r"measure: 'mood' is none of classes"):
        charts.series([], "mood", "A", by="month")
    with pytest.raises(QueryError, match="no theme is called 'pink'"):
        Frame("pink")


def test_an_actor_has_its_partners_one_below_the_other_on_one_scale() -> None:
    total = [(date(2024, 1, 1), 5), (date(2024, 2, 1), 3)]
    parts = [("RUS", date(2024, 1, 1), 4), ("NOR", date(2024, 2, 1), 1), ("IND", date(2024, 2, 1), 2)]
    views = charts.multiples(total, parts, "India", own="IND")["vconcat"]
    assert [view["data"]["values"][0]["who"] for view in views] == ["all", "Russia", "Norway", "at home"]
    assert {view["encoding"]["y"]["scale"]["domain"][1] for view in views[1:]} == {4}


def test_long_times_are_grouped_and_what_is_older_than_the_record_left_out() -> None:
    total = [(date(year, 1, 1), 1) for year in range(1900, 2025)]
    (view,) = charts.multiples(total, [], "India")["vconcat"]
    assert view["data"]["values"][0]["when"] == "1900-01-01 to 1900-12-31"
    (view,) = charts.multiples(total, [], "India", since=date(2015, 6, 5))["vconcat"]
    assert [row["first"] for row in view["data"]["values"]] == [f"{year}-01-01" for year in range(2016, 2025)]


def test_plans_stand_where_their_dates_lie(record: Record) -> None:
    found = record.calendar(since="2024-07-12")
    spec = strip.plans(found, "Planned", since=found.today)
    (plan,) = [row for row in rows(spec) if "when" in row]
    assert (plan["first"], plan["after"], plan["when"]) == ("2024-09-01", "2024-10-01", "in September 2024")
    assert spec["title"]["text"].startswith("Planned: 1 of 1 plans with a date")


def test_past_plans_have_their_outcome(record: Record) -> None:
    found = record.calendar(past=True)
    assert found.past
    states = [row["status"] for row in rows(strip.plans(found, "Past")) if "when" in row]
    assert states == [plan.outcome for plan in found] == ["happened"]


def test_the_history_is_a_line_through_the_statuses(record: Record) -> None:
    page = record.event("v1")
    spec = strip.history(page.history, "CONSULT/visit", page.event.last_reported)
    steps = [(row["first"], row["status"], row["word"]) for row in rows(spec) if "word" in row]
    assert steps == [
        ("2024-06-25", "planned", "announced"),
        ("2024-06-28", "planned", "dated"),
        ("2024-07-08", "happened", "happened"),
        ("2024-07-09", "happened", ""),
    ]


def test_statuses_have_their_own_colour_and_shape_in_both_themes() -> None:
    for theme in charts.THEMES:
        ranges = config(theme)["range"]
        assert len(set(ranges["category"][: len(STATES)])) == len(set(ranges["symbol"][: len(STATES)])) == len(STATES)


def test_news_is_cut_before_it_gets_into_a_tooltip() -> None:
    row = {
        "event_id": "e", "day": date(2024, 1, 1), "first": None, "last": None, "event_type": "AID", "event_mode": "",
        "status": "happened", "disputed": False, "reports": 1, "who": "<script>" * 10_000,
    }  # fmt: skip
    found = Points((row,), False, 1, "day", ((date(2024, 1, 1), 1),), ())
    (point,) = [r for r in rows(charts.timeline(found, "A and B")) if "who" in r]
    assert len(point["who"]) == 160


def test_altair_takes_every_chart(record: Record) -> None:
    pytest.importorskip("altair", reason="needs the extra notebook")
    pair = record.pair("IND", "RUS")
    made = [
        pair.chart("dark"),
        pair.series("week").chart("classes"),
        pair.series("day").chart("conflict_share"),
        record.actor("IND").chart(),
        record.calendar().chart(),
        record.calendar(past=True).chart(),
        record.event("v1").chart(),
    ]
    for chart in made:
        spec = chart.to_dict()  # raises where Vega-Lite's schema is not kept
        assert spec["$schema"].endswith("vega-lite/v6.json")


def test_without_altair_the_error_says_what_to_install(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(ImportError, match=r"legation\[notebook\]"):
        record.pair("IND", "RUS").chart()


def test_the_note_tells_snapshot_and_day(record: Record, tmp_path: Path) -> None:
    note = record.note("2024-07-01")
    assert note.startswith("record, snapshot 1 of ")
    assert note.endswith(", as known on 2024-07-01")
