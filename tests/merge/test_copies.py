"""Copies of one text: what counts as one, what does not, and which came first."""

from __future__ import annotations

import hashlib
import random
import time
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.merge.copies import SIGNATURE_BYTES, WINDOW, originals, signature, similarity

DAY = date(2024, 7, 8)


def made(seed: int, words: int = 300) -> str:
    """A text of paragraphs out of a vocabulary of 2,000 words."""
    dice = random.Random(seed)
    said = [f"w{dice.randrange(2000)}" for _ in range(words)]
    return "\n".join(" ".join(said[i : i + 40]) + "." for i in range(0, words, 40))


def found(*texts: str, days: list[date] | None = None) -> list[int]:
    """For each text the number of its original."""
    ids = [f"a{i}" for i in range(len(texts))]
    result = originals(ids, days or [DAY] * len(texts), [signature(t) for t in texts])
    return [int(result[i][1:]) for i in ids]


def test_a_signature_is_the_same_on_every_machine_and_in_every_version() -> None:
    sign = signature("Norway and Chile sign an agreement on fisheries.\n" * 3 + made(1))
    assert len(sign) == SIGNATURE_BYTES == 528
    assert hashlib.sha256(sign).hexdigest() == GOLDEN


GOLDEN = "974ff95a7e32663b2a7997b686dda0bae26f0c6678ce2ee6f28c8d889bc1057c"


def test_case_quotes_and_line_breaks_make_no_difference() -> None:
    assert signature("“We won’t go,” he said.\nOSLO") == signature('"We won\'t go" - he said. Oslo')


def test_a_text_is_wholly_similar_to_itself_and_hardly_to_another() -> None:
    assert similarity(signature(made(1)), signature(made(1))) == 1.0
    assert similarity(signature(made(1)), signature(made(2))) < 0.05


def test_texts_without_words_are_similar_to_none() -> None:
    assert similarity(signature(""), signature("")) == 0.0
    assert found("", "...", "") == [0, 1, 2]


def test_what_is_no_signature_is_refused_in_a_comparison_and_passed_over_in_a_search() -> None:
    with pytest.raises(ValueError, match="528 bytes"):
        similarity(signature("a"), b"")
    old = b"\x01" + signature(made(1))[1:]
    assert originals(["a", "b", "c"], [DAY] * 3, [old, old, b""]) == {"a": "a", "b": "b", "c": "c"}


@pytest.mark.parametrize(
    "change",
    [
        lambda t: "Another headline that the desk made up\n" + t,
        lambda t: "OSLO (Agency) - " + t + "\nReporting by A. Person; editing by B. Person",
        lambda t: "\n".join(t.split("\n")[:4]),
        lambda t: t.replace(" w10", " v10"),
        lambda t: t + "\nThis story has been corrected to say that the talks began on Monday.",
    ],
    ids=["headline", "dateline", "cut", "words", "correction"],
)
def test_a_wire_report_that_a_desk_edited_is_a_copy(change) -> None:
    assert found(made(1), change(made(1)), made(2)) == [0, 0, 2]


def test_a_report_that_reuses_the_background_of_another_is_no_copy() -> None:
    background = made(3, 160)
    assert found(made(1, 160) + "\n" + background, made(2, 160) + "\n" + background) == [0, 1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("An air strike kills five people in Port Sudan.", "An air strike kills five people in Omdurman."),
        ("An air strike kills five people in Omdurman.", "An air strike kills six people in Omdurman."),
        (
            "The ministry of health of Norland reports 332 new cases in the past 24 hours, which is a record for the "
            "second day, bringing the number of confirmed cases to 16,260.",
            "The ministry of health of Norland reports 346 new cases in the past 24 hours, which is a record for the "
            "third day, bringing the number of confirmed cases to 16,606.",
        ),
    ],
)
def test_short_items_of_one_pattern_are_not_copies(one: str, other: str) -> None:
    assert found(one, other) == [0, 1]
    assert found(one, one.upper()) == [0, 0]


def test_the_same_line_some_days_later_tells_another_thing() -> None:
    line = "The rebels fire a rocket at the capital, which is intercepted."
    days = [DAY, DAY + timedelta(2), DAY + timedelta(6)]
    assert found(line, line, line, days=days) == [0, 0, 2]


def test_the_first_printing_by_day_and_id_is_the_original() -> None:
    text = made(1)
    days = [DAY + timedelta(2), DAY, DAY]
    assert found(text, text, text, days=days) == [1, 1, 1]


def test_what_is_printed_again_after_the_window_is_told_anew_but_a_chain_of_printings_holds() -> None:
    text, late = made(1), DAY + timedelta(WINDOW + 1)
    assert found(text, text, days=[DAY, late]) == [0, 1]
    assert found(text, text, text, days=[DAY, late, DAY + timedelta(7)]) == [0, 0, 0]


def test_copies_of_copies_have_one_original() -> None:
    parts = [made(seed, 60) for seed in range(6)]
    first, second, third = "\n".join(parts[:4]), "\n".join(parts[1:5]), "\n".join(parts[2:6])
    assert found(first, third) == [0, 1]
    assert found(first, second, third) == [0, 0, 0]


ARTICLES = [
    (f"a{number}-{copy}", DAY + timedelta(3 * copy + number % 5), made(number) + f"\nPrinted in paper {copy}.")
    for number in range(6)
    for copy in range(number)
]


@given(st.permutations(ARTICLES), st.integers(0, len(ARTICLES)))
@settings(max_examples=30, deadline=None)
def test_neither_the_order_nor_adding_in_two_parts_changes_the_result(articles: list[tuple], cut: int) -> None:
    signed = {a: signature(text) for a, _, text in ARTICLES}

    def run(part: list[tuple], before: dict | None = None) -> dict[str, str]:
        return originals(
            [a for a, _, _ in part], [d for _, d, _ in part], [signed[a] for a, _, _ in part], before=before
        )

    whole = run(ARTICLES)
    old, new = articles[:cut], articles[cut:]
    day = {a: d for a, d, _ in ARTICLES}
    first = run(old)
    near = [x for x in old if any(abs((x[1] - y[1]).days) <= WINDOW for y in new)]
    before = {a: (day[o], o) for a, o in first.items() if any(a == x[0] for x in near)}
    then = run([*near, *new], before)
    assert {a: then.get(o, o) for a, o in first.items()} | then == whole


def test_an_old_original_outside_of_the_window_is_kept_and_can_get_an_earlier_one() -> None:
    sign = [signature(made(1))] * 2
    days = [DAY, DAY + timedelta(3)]
    before = {"old": (DAY - timedelta(40), "older")}
    assert originals(["old", "new"], days, sign, before=before) == {"older": "older", "old": "older", "new": "older"}
    before = {"old": (DAY + timedelta(9), "later")}
    assert originals(["old", "new"], days, sign, before=before) == {"later": "old", "old": "old", "new": "old"}


def test_lists_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="as many of each"):
        originals(["a"], [], [])
    assert originals([], [], []) == {}


def test_a_thousand_copies_of_one_text_take_no_more_time_than_a_thousand_texts() -> None:
    dice = random.Random(5)
    body = made(1)
    signs = [signature(f"{body} page {dice.randrange(10**6)}") for _ in range(1000)]
    start = time.perf_counter()
    result = originals([f"{i:04}" for i in range(1000)], [DAY] * 1000, signs)
    assert set(result.values()) == {"0000"}
    assert time.perf_counter() - start < 5
