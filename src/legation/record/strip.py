"""Charts of single events in time: plans as a calendar, and how the status of one event went."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from legation.ontology import STATUSES
from legation.record.look import (
    NUMBERS,
    PLAIN,
    STATES,
    Frame,
    Spec,
    column_of,
    cut,
    href_of,
    reach,
    status_of,
    time_of,
    tooltip_of,
    values_of,
    when_of,
    whole,
    zoom_of,
)
from legation.record.series import next_period

if TYPE_CHECKING:
    from legation.record.results import Plan
    from legation.types import Event

__all__ = ["history", "plans"]

_MOST_PLANS = 400
_HIGHEST = 260
"""Height from which on plans cannot be told apart any more, in pixels."""
_SEASON = 100
"""Days of a date up to which it is worth drawing."""
_AHEAD = timedelta(days=730)
_NO_LABELS = 10


def plans(found: Sequence[Plan], title: str, *, since: date | None = None, frame: Frame = PLAIN) -> Spec:
    """Plans in time: each where its date lies, as a line where it is no single day.

    Left out are plans without a date and those whose date means more than a season. Where there are too many to be told
    apart, the number by month is shown, by what became of them. Past plans begin when the first of them was announced.

    Args:
        found: Plans to come, or past ones with their outcome.
        title: What they are.
        since: Of plans to come, the day that they are seen from; two years from it are shown.
        frame: How it is shown.
    """
    dated = [p for p in found if p.first or p.last]
    start = since or min((p.announced for p in dated), default=None)
    shown = [p for p in dated if start is not None and _fits(p, start, start + _AHEAD if since else date.max)]
    words = f"{title}: {len(shown):,} of {len(dated):,} plans with a date"
    words += f", those for a season or less{f' within two years from {since}' if since else ''}"
    look = status_of("outcome" if any(p.outcome for p in found) else "", (_state(p) for p in shown))
    body = _lanes(shown, look, start, frame) if len(shown) <= _MOST_PLANS else None
    labels = _NO_LABELS
    if body is None or body["height"] > _HIGHEST:
        body, labels = _months(shown, look), NUMBERS
    return whole(frame, words, {"width": frame.width, **body}, f"{words}, by day.", labels=labels)


def _fits(plan: Plan, start: date, end: date) -> bool:
    """Whether its date is narrow enough to be drawn, and not over before the start, nor after the end."""
    first = plan.first or plan.last or date.max
    last = plan.last or first
    return last >= start and first < end and (last - max(first, start)).days <= _SEASON


def _state(plan: Plan) -> str:
    return plan.outcome or plan.event.status


def _lanes(dated: Sequence[Plan], look: Spec, start: date | None, frame: Frame) -> Spec:
    """Plans one under another where their dates meet."""
    ends: list[date] = []
    values = []
    near = timedelta(days=4)
    for plan in sorted(dated, key=lambda p: (*_shown(p, start), p.event.event_id)):
        first, last = _shown(plan, start)
        lane = next((i for i, end in enumerate(ends) if end + near < first), len(ends))
        ends[lane : lane + 1] = [last]
        event = plan.event
        sides = (", ".join(p.name or p.code for p in side) for side in (event.actors, event.recipients) if side)
        value = {
            "first": first.isoformat(),
            "lane": lane,
            "status": _state(plan),
            "who": cut(" → ".join(sides)),
            "what": frame.kind(event.event_type, event.event_mode),
            "when": plan.when,
        }
        if last > first:
            value["after"] = (last + timedelta(days=1)).isoformat()
        if frame.event:
            value["href"] = frame.event(event.event_id)
        values.append(value)
    y = {"field": "lane", "type": "ordinal", "axis": None, "scale": {"paddingInner": 0.2}}
    tips = tooltip_of(("who", "who"), ("what", "what"), ("when", "when"), ("status", look["color"]["legend"]["title"]))
    spans = {
        "transform": [{"filter": "isValid(datum.after)"}],
        "mark": {"type": "rule", "strokeWidth": 3, "opacity": 0.4, "clip": True},
        "encoding": {"x": time_of("first"), "x2": {"field": "after"}, "y": y, "color": look["color"]},
    }
    marks = {
        "mark": {"type": "point", "filled": True, "size": 60, "cursor": "pointer", "clip": True},
        "encoding": {"x": time_of("first"), "y": y, **look, "tooltip": tips, **href_of(frame.event)},
        "params": [{"name": "zoom", "bind": "scales", "select": zoom_of()}],
    }
    wide = any("after" in value for value in values)
    layers = [spans, marks] if wide else [marks]
    if values:
        days = [_shown(plan, start) for plan in dated]
        layers = [reach(min(f for f, _ in days) - near, max(last for _, last in days) + near), *layers]
    return {"height": max(len(ends), 1) * 12 + 12, "data": values_of(values), "layer": layers}


def _shown(plan: Plan, start: date | None) -> tuple[date, date]:
    """First and last day that are drawn of a plan."""
    first = plan.first or plan.last or date.max
    last = plan.last or first
    return (max(first, start), last) if start else (first, last)


def _months(dated: Iterable[Plan], look: Spec) -> Spec:
    counts: dict[tuple[date, str], int] = {}
    for plan in dated:
        day = plan.first or plan.last or date.max
        place = (day.replace(day=1), _state(plan))
        counts[place] = counts.get(place, 0) + 1
    values, ends = [], dict.fromkeys((month for month, _ in counts), 0)
    for month, state in sorted(counts, key=lambda c: (c[0], STATES.index(c[1]))):
        n = counts[month, state]
        base, ends[month] = ends[month], ends[month] + n
        values.append(
            {"first": month.isoformat(), "after": next_period(month, "month").isoformat(), "when": f"{month:%Y-%m}",
             "status": state, "plans": n, "base": base, "end": ends[month]}
        )  # fmt: skip
    tips = tooltip_of(("when", "month"), ("status", "outcome"), ("plans", "plans"))
    column = column_of("end", {"title": "plans a month", "tickMinStep": 1}, base="base")
    encoding = {**column, "color": look["color"], "tooltip": tips}
    mark = {"type": "rect", "clip": True}
    zoom = [{"name": "zoom", "bind": "scales", "select": zoom_of()}]
    return {"height": 140, "data": values_of(values), "mark": mark, "encoding": encoding, "params": zoom}


def history(states: Sequence[Event], title: str, until: date, *, frame: Frame = PLAIN) -> Spec:
    """How the status of an event went: a line through its states, with a word at each that brought something new.

    Args:
        states: Its history, the first state first.
        title: Which event.
        until: The day on which the last state is looked at.
        frame: How it is shown.
    """
    values = []
    for state, after in zip(states, [*states[1:], None], strict=False):
        end = after.known_from if after else max(until, state.known_from + timedelta(days=1))
        values.append(
            {
                "first": state.known_from.isoformat(),
                "after": end.isoformat(),
                "status": state.status,
                "word": "" if state.change == "reported" else state.change,
                "said": state.status + (", disputed" if state.disputed else ""),
                "when": when_of(state.date.first, state.date.last, state.first_reported),
                "reports": state.reports,
            }
        )
    shown = [s for s in STATUSES if any(v["status"] == s for v in values)]
    y = {"field": "status", "type": "nominal", "scale": {"domain": shown}, "title": None, "axis": {"grid": True}}
    look = status_of("", shown)
    quiet = {**look["color"], "legend": None}
    tips = tooltip_of(
        ("first", "known from"), ("word", "new"), ("said", "status"), ("when", "when"), ("reports", "reports")
    )
    line = {"type": "rule", "strokeWidth": 3}
    layers = [
        {"mark": line, "encoding": {"x": time_of("first"), "x2": {"field": "after"}, "y": y, "color": quiet}},
        {
            "mark": {"type": "point", "filled": True, "size": 60},
            "encoding": {"x": time_of("first"), "y": y, "color": quiet, "shape": {**look["shape"], "legend": None},
                         "tooltip": tips},
        },
        {
            "mark": {"type": "text", "align": "left", "dx": 2, "dy": -9, "style": "word"},
            "encoding": {"x": time_of("first"), "y": y, "text": {"field": "word", "type": "nominal"}},
        },
    ]  # fmt: skip
    body = {"width": frame.width, "height": max(len(shown), 1) * 30 + 8, "data": values_of(values), "layer": layers}
    return whole(frame, f"{title}: status as it became known", body, f"{title}: status from day to day.")
