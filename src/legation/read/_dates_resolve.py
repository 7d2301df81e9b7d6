"""From an expression to a date: two dates in one, the prepositions around it, and dates among other words."""

from __future__ import annotations

import re
from dataclasses import replace

from . import _dates_absolute, _dates_relative
from ._dates_edtf import Resolved, about, between, days, on_day, since, until
from ._dates_rules import DAY, MON, TAIL, WD, Context, D, core, rule
from ._dates_words import MONTHS

__all__ = ["expression"]
_TABLES = (_dates_absolute, _dates_relative)  # imported for the rules they enter

_TO = r"(?:-|~|to|until|through|and|or|- to)"
_AWD = "(?:(?:mon|tue|wed|thu|fri|sat|sun) )?"
_MORE = r"(?: \d\d?(?:th)?){0,3}"  # July 9, 10 and 11


@rule(rf"(?:between |from )?(?:{WD} )?{MON} (?:(?:between|from) )?{D}{_MORE} {_TO} {_AWD}(?P<d2>\d\d?)(?:th)?{TAIL}")
@rule(rf"(?:between |from )?(?:{WD} )?{D}{_MORE} {_TO} {_AWD}(?P<d2>\d\d?)(?:th)? {MON}{TAIL}")
@rule(rf"(?:between |from )?(?:{WD} )?{D} {_TO} {MON} (?P<d2>\d\d?)(?:th)?{TAIL}")
def _days_of_month(m: re.Match[str], c: Context) -> Resolved | None:
    tail = f" {m['year']}" if m["year"] else f" {m['rel']}" if m["rel"] else ""
    end = core(f"{m['d2']} {m['mon']}{tail}", c)
    if not end or not end.last:
        return None
    start = end.last.replace(day=int(m["day"]))
    return days(start, end.last) if start <= end.last else None


@rule(
    rf"(?:between |from )?{D} {_TO} (?P<d2>\d\d?)(?:th)? (?:in )?(?P<x>(?:this|next|last|that|same|following"
    rf"|previous) month)"
)
def _days_of_that_month(m: re.Match[str], c: Context) -> Resolved | None:
    month = core(m["x"], c)
    if not month or not month.first:
        return None
    return days(month.first.replace(day=int(m["day"])), month.first.replace(day=int(m["d2"])))


@rule(
    rf"(?P<x>(?:this|next|last|that|same) week) (?:between|from) (?P<a>mon|tue|wed|thu|fri|sat|sun) {_TO} "
    rf"(?P<b>mon|tue|wed|thu|fri|sat|sun)"
)
def _days_of_that_week(m: re.Match[str], c: Context) -> Resolved | None:
    a, b = core(f"{m['a']} {m['x']}", c), core(f"{m['b']} {m['x']}", c)
    return between(a, b) if a and b else None


_YEAR_AT_END = re.compile(r"(?: in)?(?: \d{4}| (?:this|last|next|that|same) year)$")
_HAS_YEAR = re.compile(r"\d{4}|'\d\d")


_BETWEEN = re.compile(rf" (?P<to>{_TO}) ")
_MOST_SPLITS = 4


@rule(r"(?:between |from )?(?P<x>.+ .+ .+)")
def _two(m: re.Match[str], c: Context) -> Resolved | None:
    splits = list(_BETWEEN.finditer(m["x"]))
    if len(splits) > _MOST_SPLITS:
        return None
    for split in sorted(splits, key=lambda s: s["to"] in ("-", "~")):  # words part dates, a dash may stand inside one
        found = _from_to(m["x"][: split.start()], m["x"][split.end() :], c)
        if found:
            return found
    return None


def _from_to(first: str, second: str, c: Context) -> Resolved | None:
    year = _YEAR_AT_END.search(second)
    lent = bool(year and not _HAS_YEAR.search(first) and re.search(MON, first))
    name = re.match(MON, first)
    if re.fullmatch(r"\d\d?(?:th)?", second) and name:
        second = f"{name[0]} {second}"
    slash = re.fullmatch(r"\d\d?/\d\d?[/ ](\d{4})", second)
    if slash and re.fullmatch(r"\d\d?/\d\d?", first):
        first = f"{first}/{slash[1]}"
    a = core(first + year[0] if year and lent else first, c)
    b = core(second, c)
    if not a or not a.first or not b or not b.first:
        return None
    apart = (b.first - a.first).days
    if apart < 0 and lent:
        before = core(f"{first} {a.first.year - 1}", c)
        return between(before, b) if before else None
    if apart < 0 or (apart > 400 and not _HAS_YEAR.search(first + second)):
        after = core(second, Context(a.first, "future", a))
        return between(a, after) if after else None
    return between(a, b)


_SINCE = re.compile(
    r"(?:(?:ever )?(?:since|starting|effective|as from|as of|beginning|dating|going)(?: (?:from|in|on|at|to"
    r"|with|~|back|early|late))* (?P<x>.+?)"
    r"|(?:from )?(?P<y>.+?) (?:onwards|or later|and later|and after|or after)|from (?P<z>.+?) on)"
)
_AFTER = re.compile(
    r"(?:after|later than|greater than|following(?! (?:day|night|week|month|quarter|year|decade)s?\b))(?: "
    r"(?:in|on))? (?P<x>.+)"
)
_UNTIL = re.compile(
    r"(?:not )?(?:(?P<to>(?:up )?(?:by|until|no later than|not later than|through|up to|to))|before)(?: (?:in"
    r"|on|at|to|~|well))* (?P<x>.+)"
)
_LEADING = re.compile(
    r"(?:on|in|at|during|over|for|from|by|through|throughout|early|earlier|late|later|as|~|sometime|some time"
    r"|and|to|clock|since"
    r"|course|morning|afternoon|evening|night|midnight|noon|hours|dawn|well|-|dated|hour|until|not|another|yet"
    r"|held|this|soon|shortly) "
)
_TRAILING = re.compile(
    r" (?:clock|morning|afternoon|evening|night|midnight|noon|dawn|early|late|later|earlier|alone|itself|-"
    r"|\d+ ?(?:am|pm)|at|in)$"
)
_M = "(?:" + "|".join(MONTHS) + ")"
_DATED = re.compile(
    rf"\b(?:{_AWD}(?:{_M} \d\d?(?:th)?|\d\d?(?:th)? {_M})(?: \d{{4}})?"
    rf"|{_M} \d{{4}}|(?:1[5-9]|20)\d\d(?: - (?:1[5-9]|20)\d\d)?|\d{{4}}-\d\d-\d\d)(?![\w-])"
)
_SHIFTED = re.compile(
    r"\b(?:ago|before|after|earlier|later|ahead|following|anniversary|within|day|week|month|until|by|to|old)\b"
)


def expression(text: str, c: Context) -> Resolved | None:
    """The date of a plain expression with whatever leads it and stands around it."""
    return _led(text, c) or _inside(text, c)


def _led(text: str, c: Context) -> Resolved | None:
    found = core(text, c)
    if found:
        return found
    if text in ("since then", "since", "ever since"):
        return since(c.anchor) if c.anchor else None
    if text.startswith("by end ") or text in ("since midnight", "since morning"):
        return _led(text.partition(" ")[2], c)
    match = _SINCE.fullmatch(text)
    if match:
        start = expression(match["x"] or match["y"] or match["z"], replace(c, tense=c.tense or "past"))
        if start:
            return since(start)
    match = _AFTER.fullmatch(text)
    if match:
        start = _led(match["x"], c)
        return _from_after(start) if start else None
    match = _UNTIL.fullmatch(text)
    if match:
        end = _led(match["x"], replace(c, tense=c.tense or "future"))
        if end:
            return until(end) if match["to"] else _up_to_before(end)
    lead = _LEADING.match(text)
    if lead:
        found = _led(text[lead.end() :], c)
        return about(found) if found and lead[0] == "~ " else found
    trail = _TRAILING.search(text)
    return _led(text[: trail.start()], c) if trail else None


def _from_after(when: Resolved) -> Resolved | None:
    """Open from the day, or from the month or year after one."""
    if not when.last or when.first == when.last or len(when.edtf) not in (4, 7):
        return since(when)
    return since(Resolved(_cut(on_day(when.last + DAY), len(when.edtf)), when.last + DAY, None))


def _up_to_before(when: Resolved) -> Resolved | None:
    """Open up to the day, month or year before one."""
    if not when.first or len(when.edtf) not in (4, 7, 10):
        return until(when)
    end = when.first - DAY
    return until(Resolved(_cut(on_day(end), len(when.edtf)), None, end))


def _cut(day: Resolved, length: int) -> str:
    return day.edtf[:length]


def _inside(text: str, c: Context) -> Resolved | None:
    """The one calendar date among other words ("during the 2016 campaign", "since the war began March 26")."""
    if _SHIFTED.search(text):
        return None
    matches = list(_DATED.finditer(text))
    if len(matches) != 1:
        return None
    found = core(matches[0][0], c)
    return since(found) if found and text.startswith("since") else found
