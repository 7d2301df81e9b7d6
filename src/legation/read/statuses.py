"""Status and date in agreement: what was put off to a day ahead is planned."""

from __future__ import annotations

import re
from datetime import date

from legation.types import Date

__all__ = ["in_agreement"]

_PUT_OFF = re.compile(
    r"\b(?:postpon\w+|reschedul\w+|(?:put|puts|putting|push|pushed|pushes|pushing|moved?|moves|moving) (?:back|forward)|"
    r"brought forward|delay(?:ed|s)?|moved)\b[^.;]{0,80}?\b(?:to|until|till|for|by)\b",
    re.IGNORECASE,
)


def in_agreement(status: str, when: Date, published: date | None, sentence: str) -> str:
    """The status, put right where the sentence gives the new day of what did not take place on the old one.

    Args:
        status: One of the statuses, as the network has it.
        when: The date, resolved.
        published: Day of publication.
        sentence: The claim's sentence.

    Returns:
        `planned` for what was put off to a day ahead (the guidelines' settled case); otherwise the status as it was.
    """
    ahead = when.basis == "stated" and when.first is not None and published is not None and when.first > published
    return "planned" if status == "not" and ahead and _PUT_OFF.search(sentence) else status
