"""The score of two reports: the same both ways and in any batch; plain cases come out as they should."""

from dataclasses import fields, replace
from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.merge.columns import Columns
from legation.merge.score import FEATURES, event_days, features, score
from legation.merge.weights import Trees, Weights, shipped
from legation.schema import arrow_schema, to_plain
from legation.types import Report
from sample_reports import random_reports, report


def of(a: Report, b: Report) -> float:
    return float(score(Columns.of([a, b]), np.array([0]), np.array([1]))[0])


def table(reports: list[Report]) -> pa.Table:
    return pa.Table.from_pylist(
        [{**to_plain(r), "year": r.known_from.year} for r in reports], schema=arrow_schema("reports")
    )


def assert_equal(a: Columns, b: Columns) -> None:
    for f in fields(Columns):
        left, right = getattr(a, f.name), getattr(b, f.name)
        assert left.dtype == right.dtype, f.name
        assert left.shape == right.shape, f.name
        assert (left == right).all(), f.name


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_neither_the_order_of_a_pair_nor_its_batch_changes_a_score(seed: int) -> None:
    columns = Columns.of(random_reports(seed, 40))
    i, j = np.triu_indices(40, 1)
    values = score(columns, i, j)
    assert ((values >= 0) & (values <= 1)).all()
    assert (score(columns, j, i) == values).all()
    assert [float(score(columns, i[k : k + 1], j[k : k + 1])[0]) for k in range(20)] == values[:20].tolist()
    apart = Columns.of(random_reports(seed, 40)[::-1])
    assert (score(apart, 39 - i, 39 - j) == values).all()


@pytest.mark.parametrize("count", [0, 1, 30])
def test_columns_are_the_same_from_reports_and_from_the_table(count: int) -> None:
    reports = random_reports(7, count)
    assert_equal(Columns.of(reports), Columns.from_arrow(table(reports)))


def test_columns_can_be_laid_end_to_end_and_taken_apart() -> None:
    reports = random_reports(3, 30)
    whole = Columns.of(reports)
    assert_equal(Columns.concat([Columns.of(reports[:11]), Columns.of([]), Columns.of(reports[11:])]), whole)
    assert_equal(whole.take(np.arange(5, 20)), Columns.of(reports[5:20]))
    assert len(Columns.concat([])) == 0


def test_a_planned_visit_and_the_visit_score_above_two_visits_a_month_apart() -> None:
    plan = report("a", "2024-06-20", status="planned", when="2024-07-01/2024-07-31", words="Modi Moscow")
    visit = report("b", "2024-07-08", words="Modi Moscow Putin oil")
    again = report("c", "2024-08-10", words="Modi Vladivostok Putin forum")
    other = report("d", "2024-07-08", "CONSULT/visit", "CHN.GOV", "FRA", words="Xi Paris")
    assert of(plan, visit) > 0.5
    assert of(visit, again) < 0.3
    assert of(visit, other) < 0.3


def test_more_in_common_scores_higher() -> None:
    a = report("a", "2024-07-08", "ASSAULT/aerial", "ISR.MIL", "PSE", words="26 Nuseirat school", trigger="strike")
    b = report("b", "2024-07-08", "ASSAULT/aerial", "ISR.MIL", "PSE", words="26 Nuseirat camp", trigger="strikes")
    c = report("c", "2024-07-08", "ASSAULT/aerial", "ISR.MIL", "PSE", words="11 Rafah tent", trigger="strikes")
    assert of(a, b) > of(a, c)


def test_what_a_type_that_is_not_known_changes_is_nothing_for_pairs_with_types() -> None:
    reports = random_reports(5, 30)
    columns = Columns.of([*reports, *(replace(r, event_type="", event_mode="") for r in reports)])
    i, j = np.triu_indices(60, 1)
    own = np.array([name.startswith("untyped") for name in FEATURES])
    x = features(columns, i, j)
    typed = (i < 30) & (j < 30)
    assert not x[typed][:, own].any()
    assert (x[~typed, FEATURES.index("untyped")] == 1).all()
    assert not x[~typed][:, [FEATURES.index(n) for n in ("same_type", "same_mode", "modes_differ")]].any()


def test_one_word_is_more_evidence_where_no_type_is_known() -> None:
    known = [report(n, "2024-07-08", trigger="verdict", words=f"{n} court") for n in ("alpha", "beta")]
    a, b = (replace(r, event_type="", event_mode="", actors=(), recipients=()) for r in known)
    assert of(a, b) > of(a, replace(b, stems=("parade",)))


def test_the_same_person_hit_and_the_same_two_sides() -> None:
    name = FEATURES.index

    def pair(one: Report, other: Report) -> np.ndarray:
        return features(Columns.of([one, other]), np.array([0]), np.array([1]))[0]

    kind = "ASSAULT/targeted"
    a = report("a", "2024-07-08", kind, "IRN.GOV", "LBN.CVL")
    a = replace(a, recipients=(replace(a.recipients[0], actor_id="samir-haddad"),))
    b = replace(report("b", "2024-09-01", kind, "SYR", "LBN.CVL"), recipients=a.recipients)
    turned = replace(a, report_id="c", article_id="c", actors=a.recipients, recipients=a.actors)
    assert pair(a, b)[[name("person_hit"), name("taker_persons"), name("dyad")]].tolist() == [1, 1, 0]
    assert pair(a, turned)[[name("person_hit"), name("swapped"), name("dyad")]].tolist() == [0, 1, 0]
    assert pair(a, replace(a, report_id="d", article_id="d"))[[name("swapped"), name("dyad")]].tolist() == [0, 1]


def test_a_plan_is_kept_by_what_happened_within_its_month() -> None:
    plan = report("a", "2024-06-20", status="planned", when="2024-07-01/2024-07-31")
    kept = FEATURES.index("plan_kept")
    for day, value in (("2024-07-08", 1), ("2024-08-20", 0)):
        columns = Columns.of([plan, report("b", day)])
        assert features(columns, np.array([0]), np.array([1]))[0, kept] == value


def test_days_on_which_an_event_may_lie() -> None:
    reports = [
        report("a", "2024-07-08"),
        report("b", "2024-07-08", status="planned"),
        report("c", "2024-07-08", status="planned", when="2024-09-01/2024-09-30"),
        report("d", "2024-07-08", when="1979-01-16"),
    ]
    first, last = event_days(Columns.of(reports))
    assert [date.fromordinal(int(d)) for d in last[[0, 2, 3]]] == [
        date(2024, 7, 8),
        date(2024, 9, 30),
        date(1979, 1, 16),
    ]
    assert first[1] == date(2024, 7, 8).toordinal()
    assert last[1] > date(2025, 1, 1).toordinal()
    assert first[0] < date(2024, 7, 8).toordinal()


def test_trees_give_what_following_each_of_them_gives() -> None:
    random = np.random.default_rng(0)
    trees = Trees(random.integers(0, 3, (5, 7)), random.normal(size=(5, 7)), random.normal(size=(5, 8)))
    columns = Columns.of(random_reports(1, 30))
    i, j = np.triu_indices(30, 1)
    names = ("same_type", "known_gap", "cosine")
    weights = Weights("test", {}, 1.0, {}, {}, names, np.array([0.1, -0.2, 0.3]), -0.5, trees, (0.7, 0.2))
    x = features(columns, i, j)[:, [FEATURES.index(n) for n in names]]
    odds = []
    for row in x:
        total = -0.5 + float(row @ np.array([0.1, -0.2, 0.3]))
        for feature, bound, leaf in zip(trees.feature, trees.bound, trees.leaf, strict=True):
            at = 0
            while at < 7:
                at = 2 * at + 1 + int(row[feature[at]] > bound[at])
            total += leaf[at - 7]
        odds.append(0.7 * total + 0.2)
    right = 1 / (1 + np.exp(-np.array(odds)))
    assert np.abs(score(columns, i, j, weights) - right).max() < 1e-5


def test_the_shipped_weights_name_features_that_there_are() -> None:
    weights = shipped()
    assert set(weights.features) <= set(FEATURES)
    assert len(weights.linear) == len(weights.features)
    assert weights.trees.feature.max() < len(weights.features)
    assert weights.rarity["kill"] < weights.rarity["peskov"] <= weights.unseen


def test_parties_of_other_ids_than_their_place_count_as_persons() -> None:
    modi, india = (
        replace(report(n, "2024-07-08", whom=""), actors=(replace(report("", "2024-07-08").actors[0], actor_id=n),))
        for n in ("narendra-modi", "india")
    )
    columns = Columns.of([modi, india])
    assert columns.persons[0].any()
    assert not columns.persons[1].any()
