"""Rules for dates that depend on the publication or on the date last spoken of."""

from __future__ import annotations

import re
from datetime import date

from ._dates_edtf import Resolved, about, days, in_month, on_day
from ._dates_rules import DAY, UNIT, WD, Context, N, core, moved, rule, shift, unit_at, window
from ._dates_words import WEEKDAYS

_SUNDAY = 6


@rule(rf"{WD}")
@rule(rf"(?P<which>last|this|next|coming|past|that|same|following|previous) {WD}")
def _weekday(m: re.Match[str], c: Context) -> Resolved | None:
    n, which = WEEKDAYS.index(m["wd"]), m.groupdict().get("which")
    if which in ("that", "same", "following", "previous") and c.anchor:
        base = c.spoken("week")
        ahead = (n - base.weekday()) % 7
        return on_day(
            base - (7 - ahead) * DAY if which == "previous" else base + (ahead or 7 * (which == "following")) * DAY
        )
    today = c.today
    ahead, behind = (n - today.weekday()) % 7, (today.weekday() - n) % 7
    if which in ("last", "past", "previous"):
        return on_day(today - (behind or 7) * DAY)
    if which in ("next", "following"):
        return on_day(today + (7 - today.weekday() + n) * DAY)
    if which == "coming":
        return on_day(today + (ahead or 7) * DAY)
    if which == "this" and not c.tense:
        return on_day(today + (n - today.weekday()) * DAY)
    return on_day(
        today + ahead * DAY if c.tense == "future" or (which == "this" and c.tense != "past") else today - behind * DAY
    )


@rule(rf"{WD} (?:(?:in|on) )?(?P<which>last|next|this|that|same|following|previous) week")
@rule(rf"(?P<which>last|next|this|that|same|following|previous) week (?:(?:on|-) )?{WD}")
def _weekday_of_week(m: re.Match[str], c: Context) -> Resolved | None:
    which = m["which"]
    base = c.spoken("week") if which in ("that", "same", "following", "previous") else c.today
    base += {"last": -7, "previous": -7, "next": 7, "following": 7}.get(which, 0) * DAY
    return on_day(base + (WEEKDAYS.index(m["wd"]) - base.weekday()) * DAY)


@rule(r"today|tonight|now|(?:this|current) (?:morning|afternoon|evening|night|very day|date)")
def _today(_: re.Match[str], c: Context) -> Resolved | None:
    return on_day(c.today)


@rule(
    r"clock|overnight|night|(?:in )?(?:morning|afternoon|evening)|in day|at night|midnight|noon|early hours|dawn|dusk"
    r"|same (?:night|evening|morning|afternoon|day)|(?:that|this) (?:night|evening|morning|afternoon|day)"
    r"|(?:late|early|later|earlier|end|start|beginning|mid) (?:in |on )?(?:morning|afternoon|evening|night|day)"
)
def _same_day(m: re.Match[str], c: Context) -> Resolved | None:
    if m[0].startswith(("same", "that")):
        return on_day(c.spoken("day"))
    return on_day(c.today if m[0] == "overnight" else c.spoken_or_today("day"))


@rule(
    r"(?P<n>\d\d?)th (?:(?:consecutive|straight|successive) )?(?:day|night|evening)(?: (?:in )?row)?|day \d\d?(?: .+)?"
)
def _day_running(m: re.Match[str], c: Context) -> Resolved | None:
    return on_day(c.today)


@rule(r"(?P<b>day before )?yesterday|last (?:night|evening)")
def _yesterday(m: re.Match[str], c: Context) -> Resolved | None:
    return on_day(c.today - (2 if m["b"] else 1) * DAY)


@rule(r"(?P<a>day after )?(?:tomorrow|tmrw)")
def _tomorrow(m: re.Match[str], c: Context) -> Resolved | None:
    return on_day(c.today + (2 if m["a"] else 1) * DAY)


@rule(rf"(?P<which>last|next|this|past|coming|previous|following|same|that|current) (?:very |calendar )?{UNIT}")
def _relative_unit(m: re.Match[str], c: Context) -> Resolved | None:
    which, unit = m["which"], m["unit"]
    if which in ("that", "same"):
        return unit_at(c.spoken(unit), unit)
    if which == "following" or (which == "previous" and c.anchor):
        return unit_at(shift(c.spoken(unit), 1 if which == "following" else -1, unit), unit)
    if which == "next" and unit in ("day", "night"):
        return on_day(c.spoken_or_today("day") + DAY)
    today = c.today
    if unit == "weekend":
        return _weekend(which, c)
    if unit == "week" and today.weekday() == _SUNDAY:  # a Sunday paper: the week that has just ended, the one to come
        if which == "last":
            return days(today - 7 * DAY, today - DAY)
        if which == "this" and c.tense == "future":
            return days(today, today + 6 * DAY)
    if which in ("this", "current"):
        return unit_at(today, unit)
    if (which in ("past", "coming") and unit != "quarter") or unit == "fortnight":
        other = shift(today, 1 if which in ("coming", "next") else -1, unit)
        return window(min(today, other), max(today, other), unit)
    return unit_at(shift(today, 1 if which in ("next", "coming") else -1, unit), unit)


@rule(r"(?:current )?(?P<unit>day|week|month|quarter|year|decade)")
def _the_unit(m: re.Match[str], c: Context) -> Resolved | None:
    return unit_at(c.spoken_or_today(m["unit"]), m["unit"])


@rule(r"(?P<over>over |during )?weekend")
def _bare_weekend(m: re.Match[str], c: Context) -> Resolved | None:
    return _weekend("over" if m["over"] else "", c)


def _weekend(which: str, c: Context) -> Resolved | None:
    today = c.today
    saturday = today + (5 - today.weekday()) * DAY
    past = c.tense == "past" or (which == "over" and not c.tense)
    if which in ("last", "past", "previous") or (
        which in ("", "over", "this") and past and today.weekday() < (3 if which == "this" else 5)
    ):
        saturday -= 7 * DAY
    elif which == "next":
        saturday += 7 * DAY
    return days(saturday, saturday + DAY)


@rule(
    rf"(?:earlier|later|late|early|sometime|rest|remaining|remainder|mid) (?:- )?(?:in |on )?(?:(?P<which>this"
    rf"|that|same|last|next|previous|current) )?{UNIT}"
)
def _earlier_this(m: re.Match[str], c: Context) -> Resolved | None:
    which, unit = m["which"], m["unit"]
    if m[0].startswith(("rest", "rem")):
        whole = unit_at(c.today, unit)
        return window(c.today, whole.last, "day") if whole and whole.last else None
    whole = unit_at(c.spoken_or_today(unit), unit) if which is None else core(f"{which} {unit}", c)
    part = m[0].partition(" ")[0]
    return _roughly(part, whole) if whole and unit == "year" and part in ("early", "late", "mid") else whole


def _roughly(part: str, year: Resolved) -> Resolved:
    """A part of a year: a month for its ends and middle, none for "early" and "late"; "later in" it is the year."""
    month = {"beginning": 1, "mid": 6, "end": 12}.get(part)
    if part.startswith(("later", "earlier")):
        return year
    return about(in_month(date(year.first.year, month, 1)) if month and year.first else year)


_AGO = r"(?P<way>ago|earlier|before|later|after|on|away|from now|hence|back)"
_SPAN = r"\d{1,4} (?:minute|hour|day|week|fortnight|month|quarter|year|decade)"


@rule(rf"(?P<about>~ )?{N} (?:- )?{UNIT}(?: or so)? {_AGO}")
def _distance(m: re.Match[str], c: Context) -> Resolved | None:
    n, unit, way = int(m["n"]), m["unit"], m["way"]
    if way in ("ago", "back"):
        found = moved(c.today, -n, unit)
    elif way in ("earlier", "before"):
        found = moved(c.spoken_or_today(unit), -n, unit)
    elif way in ("away", "from now", "hence"):
        found = moved(c.today, n, unit)
    else:
        found = moved(c.spoken(unit), n, unit)
    return about(found) if m["about"] or unit in ("decade", "century") else found


@rule(rf"(?:(?P<within>in|within) )?(?P<spans>{_SPAN}(?: (?:and )?{_SPAN}){{1,3}})(?: {_AGO})?")
def _distance_in_parts(m: re.Match[str], c: Context) -> Resolved | None:
    way = m["way"]
    if not way and not m["within"]:
        return None
    sign = -1 if way in ("ago", "back", "earlier", "before") else 1
    day = c.spoken_or_today("day") if way in ("earlier", "before", "later", "after", "on") else c.today
    for n, unit in sorted(
        re.findall(r"(\d+) (\w+)", m["spans"]),
        key=lambda x: ("year", "month").index(x[1]) if x[1] in ("year", "month") else 2,
    ):
        day = shift(day, sign * int(n), unit)
    return days(c.today, day) if m["within"] == "within" else on_day(day)


@rule(
    rf"(?P<about>~ )?(?:within )?{N} (?:- )?{UNIT} (?:(?P<before>before|earlier than)|after|from|following"
    rf"|since) (?P<x>.+)"
)
def _distance_from(m: re.Match[str], c: Context) -> Resolved | None:
    x = core(m["x"], c)
    if not x and m["before"] is None and "from" in m[0]:
        return None
    day = (x.first or x.last) if x else c.spoken(m["unit"])
    if not day:
        return None
    found = moved(day, -int(m["n"]) if m["before"] else int(m["n"]), m["unit"])
    return about(found) if m["about"] else found


@rule(r"(?:next )?day (?P<way>before|earlier|after|later)")
def _next_door(m: re.Match[str], c: Context) -> Resolved | None:
    back = m["way"] in ("before", "earlier")
    return on_day(c.spoken_or_today("day") - DAY if back else c.spoken("day") + DAY)


@rule(rf"{UNIT} (?P<way>before|earlier|after|later)(?P<next> (?:last|next))?")
def _unit_before(m: re.Match[str], c: Context) -> Resolved | None:
    sign = -1 if m["way"] in ("before", "earlier") else 1
    if m["next"]:
        return unit_at(shift(c.today, 2 * sign, m["unit"]), m["unit"])
    return moved(c.spoken_or_today(m["unit"]) if sign < 0 else c.spoken(m["unit"]), sign, m["unit"])


@rule(r"(?:night |evening |eve )?(?:(?:day|night|eve) )(?P<way>before|after) (?P<x>.+)|eve (?P<y>.+)")
def _day_from(m: re.Match[str], c: Context) -> Resolved | None:
    x = core(m["x"] or m["y"], c)
    day = x.first if x and x.first == x.last and x.first else c.spoken("day")
    return on_day(day + (DAY if m["way"] == "after" else -DAY))


_INTO = r"(?:in|over|during|within|for|through|throughout|across)"


@rule(rf"(?:{_INTO} )?(?:~ )?(?P<way>last|past|previous|next|coming|following) (?:~ )?{N} (?:full )?{UNIT}(?: or so)?")
@rule(rf"(?:{_INTO} )?{N} (?P<way>last|past|previous|next|coming|following) {UNIT}")
@rule(rf"(?:in|over|during|within|throughout|for) rolling (?P<way>last|past|next|coming) {UNIT}(?: or so)?")
def _window(m: re.Match[str], c: Context) -> Resolved | None:
    n, unit = int(m.groupdict().get("n") or 1), m["unit"]
    today = c.today
    if unit in ("weekend", "century"):
        return None
    if m["way"] in ("last", "past", "previous"):
        return window(shift(today, -n, unit), today, unit)
    return window(today, shift(today, n, unit), "month" if unit == "year" and n < 5 else unit)


@rule(rf"(?:within|(?P<another>for another)) (?:~ )?(?:{N} )?{UNIT}")
def _within(m: re.Match[str], c: Context) -> Resolved | None:
    if c.tense == "past" and m["unit"] in ("minute", "hour") and not c.anchor:
        return on_day(c.today)
    if c.tense == "past" and not (m["another"] or c.anchor):
        return None
    base, n, unit = c.spoken("day") if c.tense == "past" and c.anchor else c.today, int(m["n"] or 1), m["unit"]
    return window(base, shift(base, n, unit), "month" if unit == "year" and n < 5 else unit)


@rule(rf"(?:in|after) (?P<about>~ )?{N} {UNIT}(?: time)?(?: or so)?")
def _in_units(m: re.Match[str], c: Context) -> Resolved | None:
    if c.tense == "past":
        return None
    found = moved(c.today, int(m["n"]), m["unit"])
    return about(found) if m["about"] else found


@rule(rf"(?:for|during) (?:~ )?{N} {UNIT}(?: now)?")
def _for_units(m: re.Match[str], c: Context) -> Resolved | None:
    if c.tense != "past":
        return None
    return window(shift(c.today, -int(m["n"]), m["unit"]), c.today, m["unit"])


@rule(
    r"(?:(?:in|over|during|within|for) )?(?:~ )?(?:recent|(?:coming|next|past|last)(?: few| several)?) "
    r"(?P<unit>days|weeks|months)"
)
def _vague_window(m: re.Match[str], c: Context) -> Resolved | None:
    return None if m["unit"] == "months" else about(in_month(c.today))


@rule(r"(?P<x>year|month|week|decade) (?:- )?(?P<part>end)")
@rule(r"(?P<part>mid|early|late|beginning|end|latter part|early part|later in|earlier in) (?:- )?(?:in )?(?P<x>.+)")
def _part(m: re.Match[str], c: Context) -> Resolved | None:
    part, x = m["part"], m["x"]
    plain_unit = x in ("week", "weekend", "month", "quarter", "year", "decade", "century")
    whole = unit_at(c.spoken_or_today(x), x) if plain_unit else core(x, c)
    if not whole or not whole.first or not whole.last or (part == "beginning" and whole.first == whole.last):
        return None
    return _roughly(part, whole) if len(whole.edtf) == 4 and whole.edtf.isdigit() else whole
