from __future__ import annotations

from datetime import date

import pytest

from legation.read.statuses import in_agreement
from legation.types import Date

PUBLISHED = date(2025, 6, 24)
AHEAD = Date("2025-07-14", date(2025, 7, 14), date(2025, 7, 14), "stated", 10, 20, "on July 14")
BEFORE = Date("2025-06-14", date(2025, 6, 14), date(2025, 6, 14), "stated", 10, 20, "on June 14")


@pytest.mark.parametrize("status", ["happened", "ongoing", "planned", "possible", "not"])
def test_a_day_that_has_come_changes_nothing(status: str) -> None:
    assert in_agreement(status, BEFORE, PUBLISHED, "The visit was postponed to June 14.") == status
    today = Date("2025-06-24", PUBLISHED, PUBLISHED, "stated", 0, 5, "today")
    assert in_agreement(status, today, PUBLISHED, "The visit was postponed to today.") == status


def test_put_off_to_a_day_is_planned_and_called_off_is_not() -> None:
    assert in_agreement("not", AHEAD, PUBLISHED, "The visit has been postponed to July 14.") == "planned"
    assert in_agreement("not", AHEAD, PUBLISHED, "Oslo pushed back the talks by a week, until July 14.") == "planned"
    assert in_agreement("not", AHEAD, PUBLISHED, "She will not attend the summit on July 14.") == "not"


def test_possible_stays_and_unknown_days_change_nothing() -> None:
    assert in_agreement("possible", AHEAD, PUBLISHED, "They may meet on July 14.") == "possible"
    assert in_agreement("not", AHEAD, None, "The visit has been postponed to July 14.") == "not"
    publication = Date("../2025-07-14", None, date(2025, 7, 14), "publication")
    assert in_agreement("not", publication, PUBLISHED, "The visit has been postponed to a later day.") == "not"
