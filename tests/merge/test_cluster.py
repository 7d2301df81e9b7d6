from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

from legation.merge.cluster import SCALE, Bounds, cluster, components, settle

FAR = 10**9


def bounds(count, **given):
    open_ended = {
        "article": list(range(count)),
        "first": [-FAR] * count,
        "last": [FAR] * count,
        "done": [FAR] * count,
        "plan": [-FAR] * count,
    }
    return Bounds(**{name: np.array(given.get(name, values)) for name, values in open_ended.items()})


def random_graph(rng, count, density=0.4, scores=(0.1, 0.95)):
    pairs = [p for p in itertools.combinations(range(count), 2) if rng.random() < density]
    return [(i, j, round(rng.uniform(*scores), 4)) for i, j in pairs]


def run(limits, edges, judged=(), threshold=0.5):
    left, right, scores = zip(*edges, strict=True) if edges else ((), (), ())
    return cluster(limits, np.array(left, int), np.array(right, int), np.array(scores, float), judged, threshold)


def by_hand(limits, edges, threshold):
    """Average linkage as the books have it: all pairs of groups compared anew at every step."""
    count = len(limits.article)
    score = np.zeros((count, count), dtype=int)
    for i, j, value in edges:
        score[i, j] = score[j, i] = round(value * SCALE)
    groups = [[i] for i in range(count)]

    def at_odds(a, b):
        told = [{limits.article[x] for x in group} for group in (a, b)]
        if 2 * len(told[0] & told[1]) > max(map(len, told)):
            return True
        for x, y in itertools.product(a, b):
            if limits.first[x] > limits.last[y] or limits.first[y] > limits.last[x]:
                return True
            if limits.done[x] < limits.plan[y] or limits.done[y] < limits.plan[x]:
                return True
        return False

    while True:
        options = [
            (-int(score[np.ix_(a, b)].sum()) / (len(a) * len(b)), *sorted((min(a), min(b))), a, b)
            for a, b in itertools.combinations(groups, 2)
            if score[np.ix_(a, b)].sum() > 0 and not at_odds(a, b)
        ]
        best = min(options, key=lambda o: o[:3], default=None)
        if best is None or -best[0] < threshold * SCALE:
            break
        groups = [g for g in groups if g is not best[3] and g is not best[4]] + [best[3] + best[4]]
    return [min(next(g for g in groups if i in g)) for i in range(count)]


@pytest.mark.parametrize("seed", range(120))
def test_groups_are_those_of_average_linkage_by_brute_force(seed):
    rng = random.Random(seed)
    count = rng.randint(2, 14)
    edges = random_graph(rng, count, density=rng.uniform(0.2, 0.9))
    days = [rng.randint(0, 10) for _ in range(count)]
    dated = [rng.random() < 0.5 for _ in range(count)]
    limits = bounds(
        count,
        article=[rng.randint(0, count if seed % 2 else count // 2) for _ in range(count)],
        first=[2 * d - 1 if k else -FAR for d, k in zip(days, dated, strict=True)],
        last=[2 * d + 1 if k else FAR for d, k in zip(days, dated, strict=True)],
        done=[2 * d if k else FAR for d, k in zip(days, dated, strict=True)],
        plan=[-FAR if k or rng.random() < 0.5 else 2 * d for d, k in zip(days, dated, strict=True)],
    )
    assert run(limits, edges) == by_hand(limits, edges, 0.5)


@pytest.mark.parametrize("seed", range(10))
def test_each_component_can_be_grouped_alone(seed):
    rng = random.Random(seed)
    edges = random_graph(rng, 60, density=0.04)
    whole = run(bounds(60), edges)
    strong = [(i, j) for i, j, v in edges if v >= 0.5]
    parts = components(60, np.array([i for i, _ in strong]), np.array([j for _, j in strong]))
    for part in set(parts.tolist()):
        rows = np.flatnonzero(parts == part).tolist()
        inner = [(rows.index(i), rows.index(j), v) for i, j, v in edges if i in rows and j in rows]
        assert [rows[k] for k in run(bounds(len(rows)), inner)] == [whole[i] for i in rows]


def test_daily_strikes_do_not_chain_into_one_event():
    days = 60
    chain = [(d, d + 1, 0.7) for d in range(days - 1)]
    sizes = np.unique(run(bounds(days), chain), return_counts=True)[1]
    assert sizes.max() <= 2


def test_reports_that_know_each_other_are_one_event():
    assert set(run(bounds(5), [(i, j, 0.6) for i, j in itertools.combinations(range(5), 2)])) == {0}


def test_two_reports_of_one_article_stay_apart_though_a_third_is_like_both():
    labels = run(bounds(3, article=[7, 7, 8]), [(0, 2, 0.9), (1, 2, 0.8)])
    assert labels == [0, 1, 0]


def test_what_most_articles_tell_as_two_events_stays_two_however_alike_they_are():
    copies = bounds(6, article=[1, 1, 2, 2, 3, 3])
    edges = [(i, j, 0.9) for i, j in itertools.combinations(range(6), 2) if copies.article[i] != copies.article[j]]
    assert run(copies, [e if (e[0] - e[1]) % 2 == 0 else (*e[:2], 0.8) for e in edges]) == [0, 1, 0, 1, 0, 1]


def test_one_article_that_tells_of_two_events_is_outvoted_by_others_that_tell_of_one():
    told = bounds(6, article=[1, 1, 2, 3, 4, 5])
    edges = [e for e in itertools.combinations(range(6), 2) if e != (0, 1)]
    assert run(told, [(i, j, 0.8) for i, j in edges]) == [0] * 6


def test_groups_that_were_told_apart_are_joined_once_they_have_grown():
    told = bounds(5, article=[1, 1, 2, 3, 4])
    edges = [(0, 2, 0.95), (1, 2, 0.9), (0, 3, 0.7), (1, 3, 0.9), (2, 3, 0.9), (0, 4, 0.6), (1, 4, 0.6), (2, 4, 0.6)]
    edges.append((3, 4, 0.6))
    assert run(told, edges) == by_hand(told, edges, 0.5) == [0] * 5


def test_deeds_of_different_days_stay_apart_though_a_third_is_like_both():
    labels = run(bounds(3, first=[0, 60, -FAR], last=[2, 62, FAR]), [(0, 1, 0.9), (0, 2, 0.9), (1, 2, 0.8)])
    assert labels == [0, 1, 0]


def test_a_later_plan_for_a_later_day_is_another_event():
    assert run(bounds(2, done=[10, FAR], plan=[-FAR, 40]), [(0, 1, 0.99)]) == [0, 1]
    assert run(bounds(2, done=[50, FAR], plan=[-FAR, 40]), [(0, 1, 0.99)]) == [0, 0]


def test_a_person_joins_the_events_of_two_reports_whatever_days_and_scores_say():
    limits = bounds(4, first=[0, 0, 60, 60], last=[2, 2, 62, 62])
    edges = [(0, 1, 0.9), (2, 3, 0.9)]
    assert run(limits, edges) == [0, 0, 2, 2]
    assert run(limits, edges, judged=[(1, 2, True)]) == [0, 0, 0, 0]


def test_reports_that_a_person_joined_leave_events_that_a_person_keeps_apart():
    edges = [(0, 1, 0.9), (2, 3, 0.9)]
    assert run(bounds(4), edges, judged=[(0, 3, False), (1, 2, True)]) == [0, 1, 1, 3]
    assert run(bounds(4), edges, judged=[(1, 3, False), (0, 2, True)]) == [0, 1, 0, 3]


def test_a_person_keeps_apart_what_scores_join():
    labels = run(bounds(3), [(0, 1, 0.99), (0, 2, 0.8), (1, 2, 0.9)], judged=[(0, 1, False)])
    assert labels == [0, 1, 1]


def test_the_latest_of_contradicting_judgements_holds():
    joined, apart = settle(3, [(0, 2, False), (1, 2, True), (0, 1, True)])
    assert (joined, apart) == ([(1, 2)], [(0, 2)])
    joined, apart = settle(3, [(0, 1, True), (1, 2, True), (0, 2, False)])
    assert (joined, apart) == ([(0, 1), (1, 2)], [])


def test_equal_scores_are_settled_by_order_and_not_by_chance():
    edges = [(0, 1, 0.8), (1, 2, 0.8), (2, 3, 0.8)]
    expected = [0, 0, 2, 2]
    for order in itertools.permutations(edges):
        assert run(bounds(4), list(order)) == expected


def test_components_are_found_along_a_long_path():
    path = np.arange(5_000)
    rng = np.random.default_rng(1)
    names = rng.permutation(5_000)
    labels = components(5_002, names[path[:-1]], names[path[1:]])
    assert set(labels[:5_000].tolist()) == {0}
    assert labels[5_000:].tolist() == [5_000, 5_001]


def test_a_component_of_thousands_is_grouped_in_seconds():
    rng = np.random.default_rng(3)
    count = 4_000
    left = rng.integers(0, count, 60_000)
    right = left + rng.integers(1, 30, len(left))
    keep = right < count
    pairs = np.unique(np.stack([left[keep], right[keep]]), axis=1)
    labels = cluster(bounds(count), pairs[0], pairs[1], rng.uniform(0.1, 1, pairs.shape[1]), (), 0.3)
    assert len(labels) == count
