from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from legation.read.statuses import status_and_date
from legation.types import Draft, Sentence, Span, Trigger

PUBLISHED = date(2025, 6, 24)


def read(text: str, words: str, status: str, published: date | None = PUBLISHED, trigger: str = "") -> tuple[str, str]:
    """Status and date of a draft whose words of time are given."""
    start = text.index(words)
    at = text.index(trigger)
    empty = Draft(
        0,
        Trigger(at, at + len(trigger), trigger),
        "CONSULT",
        "visit",
        (),
        (),
        1.0,
        (),
        (),
        (),
        (),
        (),
        (),
        (),
        (),
        0.0,
        0.0,
        (),
    )
    draft = replace(empty, time_spans=(Span(start, start + len(words), 1.0),))
    settled, when, _ = status_and_date(text, draft, Sentence(1, 0, len(text)), status, published, None)
    return settled, when.edtf


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The visit has been postponed to July 14.", "July 14"),
        ("Oslo pushed back the talks by a week, until July 14.", "July 14"),
        ("The trip was rescheduled for July 14.", "July 14"),
    ],
)
def test_put_off_to_a_day_is_planned_for_it(text: str, words: str) -> None:
    assert read(text, words, "not") == ("planned", "2025-07-14")


def test_called_off_stays_not() -> None:
    assert read("She will not attend the summit on July 14.", "July 14", "not")[0] == "not"
    assert read("The visit has been postponed.", "postponed", "not")[0] == "not"
    assert read("The visit was postponed to June 14, 2025, and then given up.", "June 14, 2025", "not")[0] == "not"


def test_other_statuses_stay() -> None:
    for status in ("happened", "ongoing", "planned", "possible"):
        assert read("The visit was postponed to June 20.", "June 20", status)[0] == status


def test_what_has_happened_lies_on_no_day_to_come() -> None:
    assert read("They met before the elections of July 14, 2025.", "July 14, 2025", "happened") == ("happened", "")
    assert read("They will meet on July 14, 2025.", "July 14, 2025", "planned") == ("planned", "2025-07-14")


def test_without_a_day_of_publication_nothing_is_put_right() -> None:
    assert read("The visit has been postponed to July 14, 2025.", "July 14, 2025", "not", None)[0] == "not"


@pytest.mark.parametrize(
    ("text", "trigger", "words"),
    [
        ("It is the first visit by a king since 1928.", "visit", "1928"),
        ("The king visited Oslo, the first to do so since the summer of 1928.", "visited", "summer of 1928"),
        ("The clashes are the deadliest since last June.", "clashes", "last June"),
    ],
)
def test_since_when_there_was_nothing_like_it_is_not_when_it_was(text: str, trigger: str, words: str) -> None:
    assert read(text, words, "happened", trigger=trigger)[1] == ""


def test_what_lies_after_since_has_its_date() -> None:
    assert read("It is the first visit since the 2003 invasion.", "2003", "happened", trigger="invasion")[1] == "2003"
    assert read("The two have traded freely since 1994.", "since 1994", "ongoing", trigger="traded")[1] == "1994/.."
    assert read("The first talks were held in 2010.", "in 2010", "happened", trigger="talks")[1] == "2010"


def test_what_was_called_off_may_lie_ahead_or_behind() -> None:
    assert read("Oslo cancelled the talks set for August 2.", "August 2", "not") == ("not", "2025-08-02")
    assert read("The two did not meet on May 2.", "May 2", "not") == ("not", "2025-05-02")


def test_words_cut_short_after_the_first_of_several_days_are_read_to_the_last() -> None:
    assert read("They will meet on July 9 and 10 in Oslo.", "July 9", "planned")[1] == "2025-07-09/2025-07-10"
    assert read("They met on June 9-11 in Oslo.", "June 9", "happened")[1] == "2025-06-09/2025-06-11"
    assert read("They met on June 9 and will meet again on July 3.", "June 9", "happened")[1] == "2025-06-09"


@pytest.mark.parametrize(
    ("text", "words", "want"),
    [
        ("They met in May 2024 in Oslo.", "2024", "2024-05"),
        ("They met after the 11 March, 2024 attack.", "11 March", "2024-03-11"),
        ("They met last week in Oslo.", "week", "2025-06-16/2025-06-22"),
        ("They met after Friday's vote.", "Friday", "2025-06-20"),
        ("They met days before yesterday's vote.", "yesterday", "2025-06-23"),
    ],
)
def test_a_piece_of_the_words_of_time_is_read_as_the_whole(text: str, words: str, want: str) -> None:
    assert read(text, words, "happened")[1] == want


def test_since_an_event_of_a_day_is_from_that_day_on() -> None:
    assert read("The two have not met since the 2019 summit.", "2019", "not", trigger="met")[1] == "2019/.."
    assert read("He has been held since his arrest in May.", "in May", "happened", trigger="held")[1] == "2025-05/.."
    assert read("Since the talks in May they have met.", "in May", "happened", trigger="talks")[1] == "2025-05"


@pytest.mark.parametrize(
    ("text", "words", "want"),
    [
        ("She is on a two-day visit to Oslo.", "day", ""),
        ("They met after a week of unrest.", "week", ""),
        ("They met two days ago in Oslo.", "days", "2025-06-22"),
        ("They met during the week.", "week", "2025-06-23/2025-06-29"),
    ],
)
def test_a_length_of_time_is_no_date(text: str, words: str, want: str) -> None:
    assert read(text, words, "happened")[1] == want
