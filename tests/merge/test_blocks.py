"""Blocks: every pair that may be one event is found, none else; whatever the order and whatever is beside it."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.merge.blocks import REACH_BACK, candidates, may_be_one
from legation.merge.columns import Columns
from legation.types import Party
from sample_reports import random_reports, report


def found(reports: list, new: set[str] | None = None) -> set[frozenset[str]]:
    columns = Columns.of(reports)
    i, j = candidates(columns, np.array([new is None or r.report_id in new for r in reports], dtype=bool))
    assert (i < j).all()
    pairs = [frozenset((columns.report_id[a], columns.report_id[b])) for a, b in zip(i, j, strict=True)]
    assert len(pairs) == len(set(pairs))
    return set(pairs)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 50), st.floats(0, 1))
def test_blocks_find_what_comparing_all_pairs_finds(seed: int, count: int, share: float) -> None:
    columns = Columns.of(random_reports(seed, count))
    new = np.random.default_rng(seed).random(count) < share
    i, j = np.triu_indices(count, 1)
    right = may_be_one(columns, i, j) & (new[i] | new[j])
    a, b = candidates(columns, new)
    assert list(zip(a, b, strict=True)) == list(zip(i[right], j[right], strict=True))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_neither_order_nor_company_changes_which_pairs_are_candidates(seed: int) -> None:
    reports = random_reports(seed, 50)
    all_pairs = found(reports)
    order = np.random.default_rng(seed).permutation(50)
    assert found([reports[k] for k in order]) == all_pairs
    half = {r.report_id for r in reports[::2]}
    assert found(reports[::2]) == {p for p in all_pairs if p <= half}


def test_only_pairs_with_a_new_report_are_given() -> None:
    reports = [report(name, "2024-07-08") for name in "abc"]
    assert found(reports, {"c"}) == {frozenset("ac"), frozenset("bc")}
    assert found(reports, set()) == set()
    assert found([]) == set()


def test_two_reports_of_one_article_are_never_candidates() -> None:
    assert found([report("a", "2024-07-08", article="x"), report("b", "2024-07-08", article="x")]) == set()


def test_a_plan_without_a_date_looks_forward_and_a_dated_one_to_its_day() -> None:
    plan = report("plan", "2024-01-10", status="planned")
    dated = report("dated", "2024-01-10", status="planned", when="2024-03-01/2024-03-31")
    march, july = report("march", "2024-03-20"), report("july", "2024-07-08")
    pairs = found([plan, dated, march, july])
    assert {frozenset(("plan", "march")), frozenset(("plan", "july")), frozenset(("dated", "march"))} <= pairs
    assert frozenset(("dated", "july")) not in pairs


def test_what_happened_months_apart_is_compared_only_for_what_is_rare() -> None:
    a, b = report("a", "2024-01-10"), report("b", "2024-04-10")
    assert found([a, b]) == set()
    rare = [replace(r, words=("visit", "Lavrov", "Kostroma")) for r in (a, b)]
    assert len(found(rare)) == 1
    person = Party("IND.GOV", "narendra-modi", "Narendra Modi")
    assert len(found([replace(r, actors=(person,)) for r in (a, b)])) == 1


def test_nothing_is_compared_beyond_the_reach() -> None:
    words = ("visit", "Lavrov", "Kostroma")
    near = [replace(report(n, d), words=words) for n, d in (("a", "2023-01-01"), ("b", "2024-01-01"))]
    far = [replace(report(n, d), words=words) for n, d in (("a", "2022-01-01"), ("b", "2024-01-01"))]
    assert len(found(near)) == 1
    assert found(far) == set()
    assert REACH_BACK >= 365


def test_unrelated_acts_of_the_same_parties_are_not_compared() -> None:
    visit = report("a", "2024-07-08")
    protest = report("b", "2024-07-08", "PROTEST/demo", trigger="rally")
    assert found([visit, protest]) == set()


def test_different_acts_are_compared_only_if_told_by_one_word() -> None:
    agreed = report("a", "2024-07-08", "AGREE", trigger="accord")
    helped = report("b", "2024-07-08", "SUPPORT", trigger="backing")
    assert found([agreed, helped]) == set()
    assert len(found([agreed, replace(helped, stems=agreed.stems)])) == 1


def test_one_act_told_by_other_words_is_compared_for_a_place_and_a_telling_word() -> None:
    a = report("a", "2024-07-08", whom="ARM", words="Kostroma")
    b = report("b", "2024-07-09", who="ARM", whom="", words="Kostroma", trigger="trip")
    assert len(found([a, b])) == 1
    assert found([a, replace(b, words=("trip", "palace"))]) == set()
    assert found([a, replace(b, words=("trip", "Kostroma"), actors=(Party("FJI"),))]) == set()


def test_one_act_of_two_places_that_are_rare_together_is_compared_whatever_the_words() -> None:
    a = report("a", "2024-07-08", who="BTN.GOV", whom="FJI", words="palace")
    b = report("b", "2024-07-09", who="FJI", whom="BTN", words="delegation", trigger="trip")
    assert len(found([a, b])) == 1
    assert found([replace(r, actors=(Party("USA"),), recipients=(Party("CHN"),)) for r in (a, b)]) == set()


def test_an_old_act_without_a_date_is_compared_for_three_rare_words() -> None:
    a = report("a", "2024-01-10", who="", whom="", words="Lavrov Kostroma Sheremetyevo")
    b = report("b", "2024-05-10", who="", whom="", words="Lavrov Kostroma Sheremetyevo", trigger="trip")
    assert len(found([a, b])) == 1
    assert found([a, replace(b, words=("trip", "Lavrov", "Kostroma"))]) == set()
