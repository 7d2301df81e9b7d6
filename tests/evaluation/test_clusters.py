"""Measures of clusters, against examples worked out by hand."""

import itertools

import numpy as np
import pytest

from evaluation.clusters import assign, b_cubed, ceaf_e, conll, muc, pairwise

GOLD = ["a", "a", "a", "b", "b", "c"]
SAID = [1, 1, 2, 2, 2, 3]


def test_muc_counts_missing_and_needless_links() -> None:
    # Gold has 2 + 1 links; {a a | a} lacks one. Said has 1 + 2; {a | b b} has one too many.
    assert muc(GOLD, SAID) == pytest.approx((2 / 3, 2 / 3))


def test_b_cubed_averages_over_items() -> None:
    precision = (1 + 1 + 1 / 3 + 2 / 3 + 2 / 3 + 1) / 6
    recall = (2 / 3 + 2 / 3 + 1 / 3 + 1 + 1 + 1) / 6
    assert b_cubed(GOLD, SAID) == pytest.approx((precision, recall))


def test_ceaf_aligns_each_cluster_once() -> None:
    # a with 1: 2*2/(3+2); b with 2: 2*2/(2+3); c with 3: 1. Three clusters on either side.
    assert ceaf_e(GOLD, SAID) == pytest.approx(((0.8 + 0.8 + 1) / 3,) * 2)


def test_pairs_are_counted_once() -> None:
    assert pairwise(GOLD, SAID) == pytest.approx((2 / 4, 2 / 4))


def test_conll_is_the_mean_of_three() -> None:
    assert conll(GOLD, SAID) == pytest.approx((muc(GOLD, SAID).f1 + b_cubed(GOLD, SAID).f1 + ceaf_e(GOLD, SAID).f1) / 3)


def test_the_right_clusters_are_perfect_and_singletons_have_no_links() -> None:
    assert conll(GOLD, GOLD) == pytest.approx(1)
    alone = list(range(6))
    assert muc(GOLD, alone) == (0, 0)
    assert b_cubed(GOLD, alone).precision == 1


def test_assignment_is_as_good_as_the_best_of_all() -> None:
    random = np.random.default_rng(0)
    for _ in range(40):
        worth = random.random(random.integers(1, 5, size=2))
        rows, columns = worth.shape
        short, long = (worth, columns) if rows <= columns else (worth.T, rows)
        best = max(
            sum(short[i, j] for i, j in enumerate(chosen)) for chosen in itertools.permutations(range(long), len(short))
        )
        pairs = assign(worth)
        assert len(pairs) == min(rows, columns)
        assert sum(worth[i, j] for i, j in pairs) == pytest.approx(best)
