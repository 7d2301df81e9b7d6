"""Rules for dates that name a day, month, year, season or holiday."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from ._dates_edtf import (
    Resolved,
    days,
    easter,
    hijri,
    in_month,
    in_year,
    made,
    months,
    nth_weekday,
    on_day,
    week,
)
from ._dates_rules import (
    DAY,
    MON,
    REL,
    SEASON,
    TAIL,
    WD,
    YEAR,
    Context,
    D,
    N,
    core,
    month_number,
    quarter,
    rule,
    unit_at,
)
from ._dates_words import SEASONS, WEEKDAYS


def _real(dates: Iterator[tuple[int, int, int]]) -> list[Resolved]:
    """Those of (year, month, day) that exist."""
    found = []
    for parts in dates:
        try:
            found.append(on_day(date(*parts)))
        except ValueError:
            continue
    return found


def _full_year(text: str) -> int:
    year = int(text)
    return year if len(text) > 2 else 2000 + year if year < 50 else 1900 + year


@rule(r"(?:(?:this|next|last) )?(?:(?:mon|tue|wed|thu|fri|sat|sun) )?(\d{4})(?P<sep> - |[-/. ])(\d\d?)(?P=sep)(\d\d?)")
@rule(r"(\d{4})(?P<sep>)(\d\d)(\d\d)")
def _iso(m: re.Match[str], _: Context) -> Resolved | None:
    return on_day(date(int(m[1]), int(m[3]), int(m[4])))


@rule(r"(\d\d?)(?:[/.]| - )(\d\d?)(?:[/. ]| - )(\d{4}|\d\d)")
def _numeric(m: re.Match[str], _: Context) -> Resolved | None:
    month, day = int(m[1]), int(m[2])
    if month > 12 or "." in m[0]:
        month, day = day, month
    return on_day(date(_full_year(m[3]), month, day))


@rule("9/11")
def _nine_eleven(_: re.Match[str], __: Context) -> Resolved | None:
    return on_day(date(2001, 9, 11))


@rule(rf"(?:(?:this|next|last) )?(?:{WD} )?(?P<a>\d\d?)[/.](?P<b>\d\d?)")
def _month_slash_day(m: re.Match[str], c: Context) -> Resolved | None:
    month, day = int(m["a"]), int(m["b"])
    if month > 12:
        month, day = day, month
    return _some_year(month, day, None, c)


@rule(rf"{YEAR} (?:- )?{MON} (?:- )?{D}")
@rule(rf"{MON} - {D} - {YEAR}")
@rule(rf"{D} (?:- )?{MON} (?:- )?{YEAR}")
@rule(rf"(?:{WD} (?:- )?)?(?:{MON} (?:- )?{D}){TAIL}")
@rule(rf"(?:{WD} (?:- )?)?{D} {MON}{TAIL}")
@rule(rf"{D} day (?:in )?{MON}{TAIL}")
def _day_of_month(m: re.Match[str], c: Context) -> Resolved | None:
    month, day = month_number(m["mon"]), int(m["day"])
    year = c.year(m)
    return on_day(date(year, month, day)) if year else _some_year(month, day, m.groupdict().get("wd"), c)


def _some_year(month: int, day: int, weekday: str | None, c: Context) -> Resolved | None:
    near = range(c.today.year - 8, c.today.year + 9)
    found = _real((year, month, day) for year in near)
    right = [x for x in found if weekday and x.first and x.first.weekday() == WEEKDAYS.index(weekday)]
    best = c.pick(found) if found else None
    if right and best not in right:
        return replace(c, tense="").pick(right)
    return best


@rule(rf"(?:(?:this|next|last) )?{WD} (?P<day>\d\d?)(?:th)?")
@rule(r"(?P<day>\d\d?)th(?: day)?(?: (?:in )?(?P<which>this|next|last|same|previous|following) month| (?P<own>month))?")
def _day_alone(m: re.Match[str], c: Context) -> Resolved | None:
    groups = m.groupdict()
    weekday, which, day = groups.get("wd"), groups.get("which"), int(m["day"])
    base = c.spoken("month") if which in ("same", "previous", "following") else c.today
    if which or groups.get("own"):
        moved = (
            base.year * 12
            + base.month
            - 1
            + {"next": 1, "following": 1, "last": -1, "previous": -1}.get(which or "", 0)
        )
        return on_day(date(moved // 12, moved % 12 + 1, day))
    if not weekday and "day" in m[0]:
        return None
    near = range(base.year * 12 + base.month - 25, base.year * 12 + base.month + 24)
    found = _real((n // 12, n % 12 + 1, day) for n in near)
    if weekday:
        found = [x for x in found if x.first and x.first.weekday() == WEEKDAYS.index(weekday)]
    return c.pick(found) if found else None


@rule(rf"(?:month )?{MON}(?: -)?{TAIL}")
@rule(rf"{YEAR} (?:- )?{MON}")
@rule(rf"(?P<which>last|next|this|coming|past|same|that|following|previous) {MON}")
def _month_name(m: re.Match[str], c: Context) -> Resolved | None:
    month, year, which = month_number(m["mon"]), c.year(m), m.groupdict().get("which")
    if which in ("that", "same", "following", "previous") and c.anchor:
        base = c.spoken("year")
        year = (
            base.year + (which == "following" and month <= base.month) - (which == "previous" and month >= base.month)
        )
    if year:
        return in_month(date(year, month, 1))
    today = c.today
    if which in ("last", "past", "previous"):
        return in_month(date(today.year - (month >= today.month), month, 1))
    if which in ("next", "coming", "following"):
        return in_month(date(today.year + (month <= today.month), month, 1))
    if which == "this":
        return in_month(date(today.year, month, 1))
    return c.pick(in_month(date(today.year + n, month, 1)) for n in (-1, 0, 1))


@rule(r"(\d{4})(?: - |[/. ])(\d\d?)")
@rule(r"(?P<m>\d\d?)(?: - |[/. ])(?P<y>\d{4})")
def _month_in_digits(m: re.Match[str], _: Context) -> Resolved | None:
    if m.groupdict().get("y"):
        return in_month(date(int(m["y"]), int(m["m"]), 1))
    year, second = int(m[1]), int(m[2])
    if " - " in m[0] and len(m[2]) == 2 and ((year + 1) % 100 == second or second > 12):
        return made(f"{year:04d}/{year - year % 100 + second + (100 if second < year % 100 else 0):04d}")
    return in_month(date(year, second, 1))


@rule(rf"(?:(?:calendar )?year )?{YEAR}|'(?P<short>\d\d)")
def _year(m: re.Match[str], _: Context) -> Resolved | None:
    return in_year(_full_year(m["short"] or m["year"]))


@rule(r"(?:(?P<part>early|mid|late) (?:- )?)?(?:(?P<decade>\d{3}0) ?s|'?(?P<short>\d0) ?s)")
def _decade(m: re.Match[str], _: Context) -> Resolved | None:
    short = int(m["short"] or 0)
    decade = int(m["decade"] or (2000 + short if short < 30 else 1900 + short))
    if m["part"]:
        low, high = {"early": (0, 3), "mid": (4, 6), "late": (6, 9)}[m["part"]]
        return made(f"{decade + low}~/{decade + high}~")
    return made(f"{decade // 10:03d}X")


@rule(r"(?:(?:early|mid|late) )?(\d\d?)th (?:- )?century")
def _century(m: re.Match[str], _: Context) -> Resolved | None:
    return made(f"{int(m[1]) - 1:02d}XX")


@rule(r"world war (?P<n>1|i|2|ii)|(?P<first>1th|2th) world war|(?P<ww>wwi|wwii|ww1|ww2)")
def _world_war(m: re.Match[str], _: Context) -> Resolved | None:
    return made("1914/1918" if (m["n"] or m["first"] or m["ww"]) in ("1", "i", "1th", "wwi", "ww1") else "1939/1945")


@rule(
    rf"(?:(?P<which>last|this|next|past|coming|previous|that|same|following) )?{SEASON}"
    rf"(?: (?:in )?(?:{YEAR}(?: - \d\d(?:\d\d)?)?|{REL}))?"
)
def _season(m: re.Match[str], c: Context) -> Resolved | None:
    number, which, year = SEASONS[m["season"]], m["which"], c.year(m)
    if year:
        return made(f"{year:04d}-{number}")
    base = c.spoken("year") if which in ("that", "same", "following") else c.today
    around = [made(f"{base.year + n:04d}-{number}") for n in (-2, -1, 0, 1)]
    if which in ("last", "past", "previous"):
        return [x for x in around if x.last and x.last < base][-1]
    if which in ("next", "coming", "following"):
        return next(x for x in around if x.first and x.first > base)
    if which:
        return next((x for x in around if x.first and x.last and x.first <= base <= x.last), around[2])
    return c.pick(around)


_OF_YEAR = rf"(?: (?:- )?(?:in )?(?:{YEAR}|{REL}|(?P<own>year)))?"


def _years_for(m: re.Match[str], c: Context) -> tuple[int, ...]:
    year = c.year(m)
    return (
        (year,)
        if year
        else (c.today.year,)
        if m.groupdict().get("own")
        else tuple(c.today.year + n for n in (-1, 0, 1))
    )


@rule(rf"(?:(?P<n>[1-4])th (?:- )?quarter|(?P<last>last|final) quarter|q(?P<q>[1-4])){_OF_YEAR}")
@rule(rf"(?:{YEAR}|{REL}) (?:- )?(?:(?P<n>[1-4])th quarter|(?P<last>last|final) quarter|q(?P<q>[1-4]))")
def _quarter(m: re.Match[str], c: Context) -> Resolved | None:
    years = _years_for(m, c)
    if m["last"] and len(years) > 1:
        return None
    return (
        c.pick(quarter(year, int(m["n"] or m["q"] or 4)) for year in years)
        if len(years) > 1
        else quarter(years[0], int(m["n"] or m["q"] or 4))
    )


@rule(rf"(?:(?P<n>[12])th (?:- )?half|(?P<last>latter|last) half|h(?P<h>[12])){_OF_YEAR}")
@rule(rf"(?:{YEAR}|{REL}) (?:- )?(?:(?P<n>[12])th half|(?P<last>latter|last) half|h(?P<h>[12]))")
def _half(m: re.Match[str], c: Context) -> Resolved | None:
    low = 1 if (m["n"] or m["h"]) == "1" else 7
    years = _years_for(m, c)
    halves = [months(date(year, low, 1), date(year, low + 5, 1)) for year in years]
    return halves[0] if len(halves) == 1 else c.pick(halves)


@rule(rf"(?P<first>1th|last|final) {N} (?P<unit>month|day|week) (?P<x>.+)")
def _part_of_period(m: re.Match[str], c: Context) -> Resolved | None:
    x = m["x"].removeprefix("in ")
    whole = unit_at(c.today, x) if x in ("month", "year") else core(x, c)
    if not whole or not whole.first or not whole.last:
        return None
    n, front = int(m["n"]), m["first"] == "1th"
    if m["unit"] == "month":
        if (whole.last - whole.first).days > 366:
            return None
        edge = whole.first if front else whole.last.replace(day=1)
        month = edge.year * 12 + edge.month - 1 + (n - 1 if front else 1 - n)
        other = date(month // 12, month % 12 + 1, 1)
        return months(*sorted((edge, other)))
    if m["unit"] == "week":
        first, last = _nth_week(whole, 1 if front else -n), _nth_week(whole, n if front else -1)
        return days(first, last + 6 * DAY)
    return days(whole.first, whole.first + (n - 1) * DAY) if front else days(whole.last - (n - 1) * DAY, whole.last)


def _nth_week(whole: Resolved, n: int) -> date:
    """Monday of the n-th week (from the end: negative) of a period; a week belongs where its Thursday lies."""
    first, last = whole.first or date.min, whole.last or date.max
    if n > 0:
        thursday = first + (3 - first.weekday()) % 7 * DAY + 7 * (n - 1) * DAY
    else:
        thursday = last - (last.weekday() - 3) % 7 * DAY + 7 * (n + 1) * DAY
    return thursday - 3 * DAY


@rule(
    r"(?:(?P<n>\d\d?)th|(?P<last>last|final)) (?P<what>week|weekend|month|mon|tue|wed|thu|fri|sat|sun) "
    r"(?:in )?(?P<x>.+)"
)
def _nth_in_period(m: re.Match[str], c: Context) -> Resolved | None:
    x = m["x"]
    whole = unit_at(c.today, x) if x in ("month", "year") else core(x, c)
    if not whole or not whole.first or not whole.last or whole.first == whole.last:
        return None
    n = -1 if m["last"] else int(m["n"])
    if m["what"] in ("week", "weekend"):
        monday = _nth_week(whole, n)
        return week(monday) if m["what"] == "week" else days(monday + 5 * DAY, monday + 6 * DAY)
    if m["what"] == "month":
        return in_month(date(whole.first.year, n if n > 0 else 12, 1)) if len(whole.edtf) == 4 else None
    if len(whole.edtf) != 7:
        return None
    day = nth_weekday(whole.first.year, whole.first.month, WEEKDAYS.index(m["what"]), n)
    return on_day(day) if day.month == whole.first.month else None


@rule(r"(?P<what>week|weekend|month) (?:(?:starting|beginning|commencing|ending|in) )?(?:on )?(?P<x>.+)")
def _unit_of(m: re.Match[str], c: Context) -> Resolved | None:
    x = core(m["x"], c)
    if not x or not x.first or x.first != x.last:
        return None
    return unit_at(x.first, m["what"])


# holidays

_FIXED = {
    "new year day": (1, 1), "new year": (1, 1), "new year eve": (12, 31), "christmas": (12, 25),
    "christmas day": (12, 25), "xmas": (12, 25), "christmas eve": (12, 24), "boxing day": (12, 26),
    "valentine day": (2, 14), "st patrick day": (3, 17), "saint patrick day": (3, 17), "halloween": (10, 31),
    "may day": (5, 1), "bastille day": (7, 14), "veterans day": (11, 11), "armistice day": (11, 11),
    "remembrance day": (11, 11), "4th july": (7, 4), "all saints day": (11, 1), "epiphany": (1, 6),
    "orthodox christmas": (1, 7), "victory day": (5, 9), "international women day": (3, 8), "earth day": (4, 22),
    "juneteenth": (6, 19), "nowruz": (3, 20), "april fools day": (4, 1), "inauguration day": (1, 20),
    "international workers day": (5, 1), "labour day": (5, 1), "human rights day": (12, 10),
}  # fmt: skip
_MOVING: dict[str, Callable[[int], date]] = {
    "easter": easter,
    "easter day": easter,
    "easter sun": easter,
    "easter mon": lambda y: easter(y) + DAY,
    "good fri": lambda y: easter(y) - 2 * DAY,
    "maundy thu": lambda y: easter(y) - 3 * DAY,
    "palm sun": lambda y: easter(y) - 7 * DAY,
    "ash wed": lambda y: easter(y) - 46 * DAY,
    "ascension day": lambda y: easter(y) + 39 * DAY,
    "pentecost": lambda y: easter(y) + 49 * DAY,
    "whit mon": lambda y: easter(y) + 50 * DAY,
    "thanksgiving": lambda y: nth_weekday(y, 11, 3, 4),
    "thanksgiving day": lambda y: nth_weekday(y, 11, 3, 4),
    "black fri": lambda y: nth_weekday(y, 11, 3, 4) + DAY,
    "cyber mon": lambda y: nth_weekday(y, 11, 3, 4) + 4 * DAY,
    "labor day": lambda y: nth_weekday(y, 9, 0, 1),
    "memorial day": lambda y: nth_weekday(y, 5, 0, -1),
    "columbus day": lambda y: nth_weekday(y, 10, 0, 2),
    "martin luther king day": lambda y: nth_weekday(y, 1, 0, 3),
    "martin luther king jr day": lambda y: nth_weekday(y, 1, 0, 3),
    "mlk day": lambda y: nth_weekday(y, 1, 0, 3),
    "presidents day": lambda y: nth_weekday(y, 2, 0, 3),
    "mother day": lambda y: nth_weekday(y, 5, 6, 2),
    "father day": lambda y: nth_weekday(y, 6, 6, 3),
    "election day": lambda y: nth_weekday(y, 11, 0, 1) + DAY,
}
_CYCLES = {"election day": (2, 0), "inauguration day": (4, 1)}
"""How often a holiday returns, in years, where that is not each year, and the remainder of such years."""
_HOLIDAY = "|".join(sorted((*_FIXED, *_MOVING), key=len, reverse=True)).replace("s day", "s?'? day")


@rule(
    rf"(?:(?P<which>last|this|next|past|coming|previous|following) )?(?P<name>{_HOLIDAY})"
    rf"(?P<weekend> weekend)?{TAIL}(?P<weekend2> weekend)?"
)
def _holiday(m: re.Match[str], c: Context) -> Resolved | None:
    name = m["name"]
    if name not in _MOVING and name not in _FIXED:
        name = next((x for x in (*_MOVING, *_FIXED) if x.replace("s day", " day") == name), "")

    def at(year: int) -> Resolved:
        day = _MOVING[name](year) if name in _MOVING else date(year, *_FIXED[name])
        if not (m["weekend"] or m["weekend2"]):
            return on_day(day)
        saturday = day + ((5 - day.weekday()) % 7 if 2 < day.weekday() < 6 else -((day.weekday() - 5) % 7)) * DAY
        return days(min(day, saturday), max(day, saturday + DAY))

    year, which = c.year(m), m["which"]
    if year:
        return at(year)
    today = c.today
    if which == "this":
        return at(today.year)
    side = replace(c, tense="past" if which in ("last", "past", "previous") else "future" if which else c.tense)
    cycle, rest = _CYCLES.get(name, (1, 0))
    years = (y for y in range(today.year - cycle, today.year + cycle + 1) if y % cycle == rest)
    return side.pick(x for x in map(at, years) if not which or x.first != today)


_LUNAR = {
    "ramadan": ((9, 1), (9, 30)),
    "eid al - fitr": ((10, 1), (10, 1)),
    "eid al - adha": ((12, 10), (12, 10)),
    "ashura": ((1, 10), (1, 10)),
}


@rule(rf"(?:(?P<which>last|this|next|past|coming|holy month) )?(?P<name>{'|'.join(_LUNAR)}){TAIL}")
def _lunar_holiday(m: re.Match[str], c: Context) -> Resolved | None:
    year, which = c.year(m), m["which"]
    middle = year or c.today.year
    found = []
    for lunar in range((middle - 624) * 33 // 32, (middle - 619) * 33 // 32):
        first, last = (hijri(lunar, *day) for day in _LUNAR[m["name"]])
        edtf = f"{first}~" if first == last else f"{first}~/{last}~"
        found.append(Resolved(edtf, first, last))
    if year or which == "this":
        return next((x for x in found if x.first and x.first.year == middle), None)
    side = replace(
        c, tense="past" if which in ("last", "past") else "future" if which in ("next", "coming") else c.tense
    )
    return side.pick(found)
