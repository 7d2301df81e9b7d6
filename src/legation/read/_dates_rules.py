"""What the rules for dates share: the context they read in, the table they stand in, and units of time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ._dates_edtf import Resolved, add_months, days, in_month, in_year, made, months, on_day, week
from ._dates_words import MONTHS, SEASONS, WEEKDAYS

Tense = Literal["past", "future", ""]
DAY = timedelta(1)

MON = "(?P<mon>" + "|".join(MONTHS) + ")"
WD = "(?P<wd>" + "|".join(WEEKDAYS) + ")"
D = r"(?P<day>\d\d?)(?:th)?"
YEAR = r"(?P<year>1\d\d\d|2[01]\d\d)"
N = r"(?P<n>\d{1,4})"
UNIT = r"(?P<unit>minute|hour|day|night|week|weekend|fortnight|month|quarter|year|decade|century)"
SEASON = "(?P<season>" + "|".join(SEASONS) + ")"
REL = r"(?P<rel>(?:this|last|next|same|that|previous|following) year)"
TAIL = rf"(?: (?:in )?(?:{YEAR}|{REL}))?"

_COARSEST = {
    "minute": 1,
    "hour": 1,
    "day": 1,
    "night": 1,
    "week": 7,
    "weekend": 7,
    "fortnight": 7,
    "month": 92,
    "year": 366,
}
"""The longest date, in days, from which such units are still counted."""
_NEAR = 31
_NEARLY_A_YEAR = 300
"""Days from which a date that names no year gives way to one within so few days on the other side of publication."""


@dataclass(frozen=True, slots=True)
class Context:
    """What an expression is read against: see `dates.resolve`."""

    published: date | None
    tense: Tense
    anchor: Resolved | None

    @property
    def today(self) -> date:
        """The day of publication; LookupError where it is not known."""
        if self.published is None:
            raise LookupError("no publication date")
        return self.published

    def spoken(self, unit: str) -> date:
        """The day last spoken of; LookupError where none was, or none known well enough to count such units from it."""
        when = self.anchor
        day = when and (when.last or when.first)
        if not when or not day:
            raise LookupError("nothing was spoken of")
        if when.first and when.last:
            length = (when.last - when.first).days + 1
        else:
            length = {4: 366, 7: 31, 10: 1}.get(len(when.edtf.strip("./~")), 36600)
        if length > _COARSEST.get(unit, 36600):
            raise LookupError("what was spoken of is too vague")
        return day

    def spoken_or_today(self, unit: str) -> date:
        """The day last spoken of where that is known well enough, or else the day of publication."""
        try:
            return self.spoken(unit)
        except LookupError:
            return self.today

    def pick(self, candidates: Iterable[Resolved]) -> Resolved:
        """The candidate nearest to the publication on the side that the tense asks for.

        Nobody leaves out the year of a day that is nearly a year off: where another lies within a month on the other
        side, that one is meant ("ordered bars to close as of May 7", published on May 5). Without a tense both sides
        are open, but news looks back: a day ahead counts as five.
        """
        day = self.today

        def distance(when: Resolved) -> int:
            first, last = when.first or day, when.last or day
            return max((first - day).days, (day - last).days, 0)

        def ahead(when: Resolved) -> bool:
            return (when.first or day) > day

        def wrong(when: Resolved) -> bool:
            return ahead(when) if self.tense == "past" else self.tense == "future" and (when.last or day) < day

        found = list(candidates)
        if not self.tense:
            return min(found, key=lambda when: distance(when) * (5 if ahead(when) else 1))
        best = min(found, key=lambda when: (wrong(when), distance(when)))
        near = min(found, key=distance)
        return near if distance(near) <= _NEAR and distance(best) >= _NEARLY_A_YEAR else best

    def year(self, match: re.Match[str]) -> int | None:
        """The year that a match names (groups `year`, `rel`), if it names one."""
        groups = match.groupdict()
        if groups.get("year"):
            return int(groups["year"])
        words = groups.get("rel")
        if not words:
            return None
        which = words.partition(" ")[0]
        if which in ("this", "last", "next", "year"):
            return self.today.year + {"last": -1, "next": 1}.get(which, 0)
        return self.spoken("year").year + {"previous": -1, "following": 1}.get(which, 0)


Rule = Callable[[re.Match[str], Context], "Resolved | None"]
_RULES: list[tuple[re.Pattern[str], Rule]] = []


def rule(pattern: str) -> Callable[[Rule], Rule]:
    """Enter a rule into the table; the first whose pattern matches the whole expression and gives a date decides."""

    def enter(function: Rule) -> Rule:
        _RULES.append((re.compile(pattern), function))
        return function

    return enter


def core(text: str, context: Context) -> Resolved | None:
    """The date that a plain expression without a leading preposition names."""
    for pattern, function in _RULES:
        match = pattern.fullmatch(text)
        if match:
            try:
                found = function(match, context)
            except (LookupError, ValueError, OverflowError):  # no reference, or no such day
                continue
            if found:
                return found
    return None


def month_number(name: str) -> int:
    """1 to 12."""
    return MONTHS.index(name) + 1


def quarter(year: int, n: int) -> Resolved:
    """The n-th quarter of a year."""
    return months(date(year, 3 * n - 2, 1), date(year, 3 * n, 1))


def unit_at(day: date, unit: str) -> Resolved | None:
    """The day, week, month ... that a day lies in."""
    match unit:
        case "day" | "night" | "hour" | "minute":
            return on_day(day)
        case "week":
            return week(day)
        case "weekend":
            saturday = day + (5 - day.weekday()) * DAY
            return days(saturday, saturday + DAY)
        case "month":
            return in_month(day)
        case "quarter":
            return quarter(day.year, (day.month + 2) // 3)
        case "year":
            return in_year(day.year)
        case "decade":
            return made(f"{day.year // 10:03d}X")
        case "century":
            return made(f"{day.year // 100:02d}XX")
    return None


_MONTHS_IN = {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200}
_DAYS_IN = {"day": 1, "night": 1, "week": 7, "weekend": 7, "fortnight": 14}


def shift(day: date, n: int, unit: str) -> date:
    """A day moved by n units."""
    if unit in _MONTHS_IN:
        return add_months(day, n * _MONTHS_IN[unit])
    if unit in _DAYS_IN:
        return day + n * _DAYS_IN[unit] * DAY
    whole = abs(n) // (24 if unit == "hour" else 1440)
    return day + (whole if n > 0 else -whole) * DAY


def moved(day: date, n: int, unit: str) -> Resolved:
    """The date n units away, as precise as the unit: a day, a month, a year."""
    at = shift(day, n, unit)
    if unit in ("month", "quarter"):
        return in_month(at)
    return in_year(at.year) if unit in ("year", "decade", "century") else on_day(at)


def window(first: date, last: date, unit: str) -> Resolved:
    """From one day to another, as precise as the unit."""
    if unit in ("month", "quarter"):
        return months(first, last)
    if unit in ("year", "decade", "century"):
        return in_year(first.year) if first.year == last.year else made(f"{first.year:04d}/{last.year:04d}")
    return days(first, last)
