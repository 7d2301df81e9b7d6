from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from legation.read.statuses import status_and_date
from legation.types import Draft, Sentence, Span, Trigger

PUBLISHED = date(2025, 6, 24)


def read(text: str, words: str, status: str, published: date | None = PUBLISHED) -> tuple[str, str]:
    """Status and date of a draft whose words of time are given."""
    start = text.index(words)
    empty = Draft(0, Trigger(0, 1, "x"), "CONSULT", "visit", (), (), 1.0, (), (), (), (), (), (), (), (), 0.0, 0.0, ())
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
