"""Extended dates (EDTF, ISO 8601-2): what a date string covers, and the pieces `dates` builds them from."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Resolved:
    """A date with its precision.

    Attributes:
        edtf: The date in EDTF: a day, month, year, decade (`197X`), century (`19XX`), season (`2022-22`),
            an interval (`A/B`), an open one (`A/..`, `../B`), each approximate with `~`.
        first: The first day covered; None where the start is open.
        last: The last day covered; None where the end is open.
    """

    edtf: str
    first: date | None
    last: date | None


_SINGLE = re.compile(
    r"(?P<decade>\d{3})X|(?P<century>\d\d)XX|(?P<year>\d{4})(?:-(?P<month>\d\d|XX)(?:-(?P<day>\d\d|XX))?)?", re.ASCII
)
SEASON_STARTS = {21: 3, 22: 6, 23: 9, 24: 12}
"""EDTF season number to its first month (northern half; a winter is named by the year it begins in)."""


def bounds(edtf: str) -> tuple[date | None, date | None]:
    """The first and the last day that an EDTF date covers.

    Args:
        edtf: A day, month, year, decade, century, season or interval of these, open ends as `..`, `~` or `?` allowed.

    Returns:
        First and last day, None where the end is open. An approximate date covers what it would without `~`.

    Raises:
        ValueError: If it is none of these forms, names no real day, or ends before it begins.
    """
    start, slash, end = edtf.partition("/")
    if not slash:
        return _single(start)
    first = None if start == ".." else _single(start)[0]
    last = None if end == ".." else _single(end)[1]
    if first is None and last is None:
        raise ValueError(f"open on both sides: {edtf!r}")
    if first is not None and last is not None and last < first:
        raise ValueError(f"ends before it begins: {edtf!r}")
    return first, last


def _single(text: str) -> tuple[date, date]:
    match = _SINGLE.fullmatch(text[:-1] if text[-1:] in ("~", "?", "%") else text)
    if not match:
        raise ValueError(f"not a date in EDTF: {text!r}")
    if match["decade"]:
        year = int(match["decade"]) * 10
        return date(max(year, 1), 1, 1), date(year + 9, 12, 31)
    if match["century"]:
        year = int(match["century"]) * 100
        return date(max(year, 1), 1, 1), date(year + 99, 12, 31)
    year = int(match["year"])
    if match["month"] in (None, "XX"):
        return date(year, 1, 1), date(year, 12, 31)
    month = int(match["month"])
    if month in SEASON_STARTS and not match["day"]:
        start = date(year, SEASON_STARTS[month], 1)
        return start, month_end(add_months(start, 2))
    if match["day"] in (None, "XX"):
        return date(year, month, 1), month_end(date(year, month, 1))
    day = date(year, month, int(match["day"]))
    return day, day


def month_end(day: date) -> date:
    """The last day of the month of `day`."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def add_months(day: date, months: int) -> date:
    """The same day `months` later (earlier if negative), the last of the month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def made(edtf: str) -> Resolved:
    """A `Resolved` of this EDTF date. Raises ValueError where there is no such day."""
    return Resolved(edtf, *bounds(edtf))


def on_day(day: date) -> Resolved:
    """One day."""
    return Resolved(day.isoformat(), day, day)


def in_month(day: date) -> Resolved:
    """The month of `day`."""
    return made(f"{day.year:04d}-{day.month:02d}")


def in_year(year: int) -> Resolved:
    """One year."""
    return made(f"{year:04d}")


def between(start: Resolved, end: Resolved) -> Resolved | None:
    """From the start of one date to the end of another; None where that is no interval."""
    left, right = start.edtf.partition("/")[0], end.edtf.rpartition("/")[2]
    if start.first is None or end.last is None or end.last < start.first:
        return None
    return start if start.edtf == end.edtf else Resolved(f"{left}/{right}", start.first, end.last)


def days(first: date, last: date) -> Resolved:
    """From one day to another."""
    return on_day(first) if first == last else Resolved(f"{first}/{last}", first, last)


def week(day: date) -> Resolved:
    """The week of `day`, Monday to Sunday."""
    monday = day - timedelta(day.weekday())
    return days(monday, monday + timedelta(6))


def months(first: date, last: date) -> Resolved:
    """From the month of one day to the month of another."""
    start, end = first.isoformat()[:7], last.isoformat()[:7]
    return in_month(first) if start == end else made(f"{start}/{end}")


def about(when: Resolved) -> Resolved:
    """The same, approximate."""
    if when.edtf.endswith("~") or "/" in when.edtf or "X" in when.edtf:
        return when
    return Resolved(when.edtf + "~", when.first, when.last)


def since(when: Resolved) -> Resolved | None:
    """From the start of a date on, without an end."""
    return None if when.first is None else Resolved(when.edtf.partition("/")[0] + "/..", when.first, None)


def until(when: Resolved) -> Resolved | None:
    """Up to the end of a date, without a start."""
    return None if when.last is None else Resolved("../" + when.edtf.rpartition("/")[2], None, when.last)


def easter(year: int) -> date:
    """Easter Sunday of the western churches (the anonymous Gregorian algorithm)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


def nth_weekday(year: int, month: int, weekday: int, n: int) -> date:
    """The n-th (from the end: -1) such weekday of a month; Monday is 0."""
    if n < 0:
        last = month_end(date(year, month, 1))
        return last - timedelta((last.weekday() - weekday) % 7 + 7 * (-n - 1))
    first = date(year, month, 1)
    return first + timedelta((weekday - first.weekday()) % 7 + 7 * (n - 1))


def hijri(year: int, month: int, day: int) -> date:
    """The day of a date of the tabular Islamic calendar; the observed one may be a day or two off."""
    days_before = (11 * year + 3) // 30 + 354 * year + 30 * month - (month - 1) // 2 + day
    return date.fromordinal(days_before + 1948440 - 385 - 1721425)
