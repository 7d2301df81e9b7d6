"""Events inside an article: a partition of the claims, that puts clear cases together and keeps others apart."""

import dataclasses
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from legation.merge.within import BLOCK, PAIR_FEATURES, group, pair_features
from legation.types import Actor, Claim, Date, Place, Trigger


def claim(trigger: str, kind: str, actors: str, recipients: str, sentence: int, day: str = "") -> Claim:
    when = Date(day, date.fromisoformat(day), date.fromisoformat(day), "stated") if day else Date()
    return Claim(
        "",
        "a",
        sentence,
        Trigger(0, len(trigger), trigger),
        kind,
        "",
        (),
        "happened",
        0.0,
        tuple(Actor(c) for c in actors.split()),
        tuple(Actor(c) for c in recipients.split()),
        when,
        Place(),
        (),
        "",
        1.0,
    )


WEIGHTS = dict.fromkeys(PAIR_FEATURES, 0.0) | {
    "bias": -4.0,
    "same_type": 3.0,
    "same_stem": 2.0,
    "type_and_parties": 3.0,
    "dates_apart": -6.0,
    "same_sentence": -3.0,
}


def test_two_mentions_of_one_visit_are_one_event() -> None:
    a = claim("visit", "CONSULT", "IND.GOV", "RUS", 1)
    b = claim("visited", "CONSULT", "IND.GOV", "RUS", 4)
    other = claim("sanctions", "SANCTION", "USA.GOV", "RUS", 5)
    assert group([a, b, other], WEIGHTS, "") == [0, 0, 1]


def test_two_visits_on_different_days_are_two_events() -> None:
    a = claim("visit", "CONSULT", "IND.GOV", "RUS", 1, "2024-07-08")
    b = claim("visit", "CONSULT", "IND.GOV", "RUS", 4, "2023-02-01")
    assert group([a, b], WEIGHTS, "") == [0, 1]


def test_features_do_not_depend_on_the_order_of_the_pair() -> None:
    a = claim("visit", "CONSULT", "IND.GOV", "RUS", 1, "2024-07-08")
    b = claim("talks", "CONSULT", "IND.GOV CHN.GOV", "", 0)
    text = "On Monday the visit"
    assert pair_features(a, b, text, 2) == pair_features(b, a, text, 2)
    assert len(pair_features(a, b, text, 2)) == len(PAIR_FEATURES)


@given(st.lists(st.sampled_from("IND.GOV RUS.GOV CHN.GOV USA".split()), max_size=12))
def test_groups_are_a_partition_numbered_by_first_mention(actors: list[str]) -> None:
    claims = [dataclasses.replace(claim("talks", "CONSULT", a, "RUS", i), sentence=i) for i, a in enumerate(actors)]
    numbers = group(claims, WEIGHTS, "")
    assert len(numbers) == len(claims)
    assert list(dict.fromkeys(numbers)) == list(range(len(set(numbers))))


def test_a_text_of_more_claims_than_a_block_is_still_a_partition() -> None:
    visit = claim("visit", "CONSULT", "IND.GOV", "RUS", 1)
    many = [dataclasses.replace(visit, sentence=i) for i in range(2 * BLOCK + 7)]
    numbers = group(many, WEIGHTS, "")
    assert len(numbers) == len(many)
    assert set(numbers) == {0, 1, 2}
