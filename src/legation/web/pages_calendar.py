"""The calendar: what is planned, as precisely as it is known, and what became of earlier plans."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any, cast

from starlette.responses import Response

from legation.export.calendar import calendar_of
from legation.export.material import Material, Planned, Tally
from legation.record.exporting import material
from legation.record.results import Calendar, Plan
from legation.record.strip import plans
from legation.web.pictures import frame_of, room
from legation.web.site import Ask, Data, Page

__all__ = ["DATA", "PAGES", "CalendarPage", "Month"]

_PLANS = 100
_UNDATED = 40
_MOST_PAGES = 1_000
_AROUND = 110
"""Height of what stands around the lanes: title, legend, axis."""
_OUTCOMES = ("happened", "ongoing", "moved", "not", "disputed", "unknown")


@dataclass(frozen=True, slots=True)
class Month:
    """Plans of one month.

    Attributes:
        name: The month as YYYY-MM; empty for plans that may come true at any time, since their time has begun.
        plans: The plans.
    """

    name: str
    plans: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """What the calendar shows.

    Attributes:
        past: Whether it shows plans whose time is over.
        today: The day it is seen from: the day asked for, else the last day from which the record has an article.
        actor: Whom it is narrowed to, as asked; empty for all.
        months: Plans with a date: the soonest first, of past ones the latest first.
        dated: Number of plans with a date.
        undated: Plans without one, those spoken of last first.
        undated_count: Number of those.
        outcomes: What became of past plans, and of how many.
        outcome: Only plans of which this became; empty for all.
        page: Number of the page, from 1.
        more: Whether there is another page.
        room: Class of the height of the picture.
    """

    past: bool
    today: date | None
    actor: str
    months: tuple[Month, ...]
    dated: int
    undated: tuple[Plan, ...]
    undated_count: int
    outcomes: tuple[tuple[str, int], ...]
    outcome: str
    page: int
    more: bool
    room: str = field(metadata={"json": False})


def calendar(ask: Ask) -> CalendarPage:
    """The page of the calendar."""
    past, found = _past(ask), _plans(ask)
    today = ask.as_of or ask.record.last_day()
    outcome = _outcome(ask)
    counted = Counter(p.outcome for p in found)
    dated = [p for p in found if (p.first or p.last) and outcome in ("", p.outcome)]
    if not past:
        dated.sort(key=lambda p: _order(p, today))
    undated = [p for p in found if not (p.first or p.last)]
    number = ask.number("page", 1, 1, _MOST_PAGES)
    first = (number - 1) * _PLANS
    shown = dated[first : first + _PLANS]
    return CalendarPage(
        past=past,
        today=today,
        actor=ask.value("actor"),
        months=tuple(Month(name, tuple(some)) for name, some in groupby(shown, lambda p: _month(p, today, past))),
        dated=len(dated),
        undated=tuple(undated[:_UNDATED]),
        undated_count=len(undated),
        outcomes=tuple((o, counted[o]) for o in _OUTCOMES if counted[o]),
        outcome=outcome,
        page=number,
        more=len(dated) > first + _PLANS,
        room=room(_AROUND + plans(dated, "", since=found.today)["height"]),
    )


def _past(ask: Ask) -> bool:
    return ask.choice("past", ("0", "1")) == "1"


def _outcome(ask: Ask) -> str:
    return ask.choice("outcome", ("", *_OUTCOMES)) if _past(ask) else ""


def _plans(ask: Ask) -> Calendar:
    past, actor = _past(ask), ask.value("actor") or None
    found: Calendar = ask.kept(
        ("calendar", past, actor, ask.as_of),
        lambda: ask.record.calendar(as_of=ask.as_of, actor=actor, past=past),
    )
    return found


def _month(plan: Plan, today: date | None, past: bool) -> str:
    if past:
        day = plan.last or plan.first
    else:
        day = plan.first or plan.last
        if day is not None and today is not None and day < today:
            return ""
    return f"{day:%Y-%m}" if day else ""


def _order(plan: Plan, today: date | None) -> tuple[str, date, date]:
    """First what may come any day, the one that must come soonest before others; then the rest as they begin."""
    first, last = plan.first or plan.last or date.max, plan.last or date.max
    month = _month(plan, today, False)
    return (month, first, last) if month else (month, last, first)


def strip(ask: Ask) -> dict[str, Any]:
    """The plans with a date in time, as a Vega-Lite specification."""
    past, found = _past(ask), _plans(ask)
    actor = ask.value("actor")
    title = ("Past plans" if past else "Planned") + (f" of {actor}" if actor else "")
    wanted = [p for p in found if _outcome(ask) in ("", p.outcome)]
    return plans(wanted, title, since=found.today, frame=frame_of(ask))


@dataclass(frozen=True)
class _Feed:
    """Those plans of a record that are on the page."""

    whole: Material
    keys: frozenset[str]

    @property
    def about(self) -> Any:
        return self.whole.about

    def planned(self) -> Iterator[Planned]:
        return (plan for plan in self.whole.planned() if plan.event.event_id in self.keys)


def feed(ask: Ask) -> Response:
    """What is planned as iCalendar: an address that calendars subscribe to."""
    actor = ask.value("actor")
    body = ask.kept(("calendar.ics", actor, ask.as_of), lambda: _entries(ask, actor))
    headers = {"content-disposition": 'inline; filename="planned.ics"'}
    return Response(body, media_type="text/calendar; charset=utf-8", headers=headers)


def _entries(ask: Ask, actor: str) -> bytes:
    whole = material(ask.record, as_of=ask.as_of)
    if actor:
        keys = frozenset(p.event.event_id for p in ask.record.calendar(as_of=ask.as_of, actor=actor))
        whole = cast(Material, _Feed(whole, keys))
    return calendar_of(whole, Tally())


PAGES = (Page("/calendar", "calendar.html", calendar),)
DATA = (Data("/calendar/strip.json", strip), Data("/calendar.ics", feed))
