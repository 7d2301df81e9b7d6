"""How charts look: their frame, fonts, colours and shapes, and the pieces that all of them are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from legation.ontology import STATUSES
from legation.record.points import between
from legation.record.views import QueryError

__all__ = [
    "LABELS",
    "NUMBERS",
    "OUTCOMES",
    "PLAIN",
    "STATES",
    "THEMES",
    "Frame",
    "Spec",
    "column_of",
    "config",
    "cut",
    "gaps_of",
    "href_of",
    "reach",
    "status_of",
    "time_of",
    "tooltip_of",
    "values_of",
    "when_of",
    "whole",
    "zoom_of",
]

Spec = dict[str, Any]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
THEMES = ("light", "dark")

OUTCOMES = ("disputed", "moved", "unknown")
"""What may have become of a plan, beside the statuses."""

LABELS = 100
"""Width of the labels left of a plot, in pixels."""
NUMBERS = 36
"""The same of numbers."""
_TITLE = 20
_RIGHT = 18
"""Room right of a plot, so that the last label of its axis is not cut."""

_LONGEST = 160
"""Most characters of a text in a tooltip."""
STATES = (*STATUSES, *OUTCOMES)
_SHAPES = ("circle", "square", "diamond", "triangle-up", "cross", "triangle-down", "triangle-right", "stroke")

_COLOURS: dict[str, dict[str, Any]] = {
    "light": {
        "states": ["#0063a8", "#007a5a", "#b35c00", "#9b4f86", "#555555", "#c02f1d", "#7a6a00", "#777777"],
        "classes": ["#7fb8dc", "#1f6fb2", "#eaa57c", "#b3371f"],
        "counts": ["#cfe1ee", "#0b4a7d"],
        "text": "#1f2328",
        "quiet": "#59636e",
        "line": "#d5d9de",
        "gap": "#8b949e",
        "plain": "#1f6fb2",
        "page": "#ffffff",
    },
    "dark": {
        "states": ["#6cb6f5", "#3fc79a", "#f0a742", "#dd9bcb", "#b6bcc4", "#ff8672", "#d8c64a", "#9aa3ad"],
        "classes": ["#9ccbeb", "#4f9fe0", "#f3bd9b", "#ec6f55"],
        "counts": ["#1c3950", "#8ccbff"],
        "text": "#e6e9ec",
        "quiet": "#a2abb5",
        "line": "#3a424b",
        "gap": "#7d8894",
        "plain": "#4f9fe0",
        "page": "#14181c",
    },
}


def _code(event_type: str, event_mode: str) -> str:
    return f"{event_type}/{event_mode}" if event_mode else event_type


@dataclass(frozen=True, slots=True)
class Frame:
    """How a chart is shown.

    Attributes:
        theme: One of `THEMES`.
        width: Width of the plot in pixels.
        note: What it was made from, for the line below the title.
        event: Makes the address of an event's page; without it nothing can be clicked.
        stretch: Makes the address of what lies behind a stretch of time: first day, last day, type or None for all.
        kind: What a type and mode are called; by default TYPE/mode.
    """

    theme: str = "light"
    width: int = 640
    note: str = ""
    event: Callable[[str], str] | None = None
    stretch: Callable[[date, date, str | None], str] | None = None
    kind: Callable[[str, str], str] = _code

    def __post_init__(self) -> None:
        if self.theme not in THEMES:
            raise QueryError(f"no theme is called {self.theme!r}; there are {', '.join(THEMES)}")


PLAIN = Frame()
"""Light, with nothing to click."""


def config(theme: str) -> Spec:
    """Fonts, colours and shapes of a theme, as Vega-Lite's `config`."""
    c = _COLOURS[theme]
    return {
        "font": "system-ui, sans-serif",
        "background": "transparent",
        "view": {"stroke": None},
        "padding": {"left": 4, "top": 4, "right": _RIGHT, "bottom": 4},
        "range": {"category": c["states"], "ordinal": c["classes"], "ramp": c["counts"], "symbol": list(_SHAPES)},
        "title": {
            "anchor": "start", "frame": "bounds", "fontSize": 13, "fontWeight": 600, "color": c["text"],
            "subtitleColor": c["quiet"], "subtitleFontSize": 11, "offset": 10,
        },
        "axis": {
            "labelColor": c["quiet"], "titleColor": c["quiet"], "gridColor": c["line"], "domainColor": c["line"],
            "tickColor": c["line"], "labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": 400,
            "gridOpacity": 0.6,
        },
        "axisY": {"domain": False, "ticks": False, "labelPadding": 8},
        "axisX": {"grid": False, "labelFlush": False, "labelOverlap": True, "labelSeparation": 8, "labelBound": 14},
        "legend": {
            "labelColor": c["text"], "titleColor": c["quiet"], "labelFontSize": 11, "titleFontSize": 11,
            "titleFontWeight": 400, "titleOrient": "left", "orient": "top", "direction": "horizontal", "symbolSize": 70,
            "offset": 6,
        },
        "style": {
            "gap": {"fill": c["gap"], "fillOpacity": 0.18},
            "zero": {"color": c["quiet"], "strokeWidth": 1},
            "plain": {"color": c["plain"]},
            "quiet": {"color": c["gap"]},
            "word": {"fill": c["text"], "fontSize": 11},
            "edge": {"stroke": c["page"], "strokeWidth": 0.5},
        },
    }  # fmt: skip


def whole(frame: Frame, title: str, body: Spec, description: str, *, labels: int = LABELS) -> Spec:
    """A specification with what all have in common.

    Args:
        frame: How it is shown.
        title: What it shows.
        body: The rest of it.
        description: The same for those who do not see it.
        labels: Width of the labels left of the plot; an axis of numbers has a title beside them.
    """
    heading: Spec = {"text": title}
    if frame.note:
        heading["subtitle"] = frame.note
    look = config(frame.theme)
    look["axisY"] |= {"minExtent": labels, "maxExtent": labels}
    beside = labels + (_TITLE if labels == NUMBERS else 0)
    return {
        "$schema": SCHEMA,
        "title": heading,
        "description": description,
        "config": look,
        "usermeta": {"beside": beside + _RIGHT + 4},
        **body,
    }


def values_of(rows: Iterable[Mapping[str, Any]]) -> Spec:
    """Rows as the data of a specification."""
    return {"values": [dict(row) for row in rows]}


def time_of(field: str, **more: Any) -> Spec:
    """The channel of a day, drawn in UTC; `more` adds to it, `scale` to its scale."""
    axis = {
        "title": None,
        "format": {
            "year": "%Y", "quarter": "%Y-%m", "month": "%Y-%m", "week": "%m-%d", "date": "%m-%d", "day": "%m-%d",
            "hours": "%H:%M", "minutes": "%H:%M", "seconds": "%H:%M", "milliseconds": "%H:%M",
        },
    }  # fmt: skip
    found: Spec = {"field": field, "type": "temporal", "axis": axis}
    scale = {"type": "utc", **more.pop("scale", {})}
    return {**found, "scale": scale, **more}


def tooltip_of(*fields: tuple[str, str]) -> list[Spec]:
    """The tooltip that shows some fields, each under a title."""
    return [{"field": name, "type": "nominal", "title": title} for name, title in fields]


def cut(text: str) -> str:
    """A text that fits a tooltip."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def gaps_of(gaps: Iterable[tuple[date, date]]) -> list[Spec]:
    """The layer that shades stretches without articles, where there are any: first day, day after the last."""
    rows = [
        {"first": first.isoformat(), "after": after.isoformat(), "gap": f"{between(first, after)}: {_GAP}"}
        for first, after in gaps
    ]
    layer = {
        "data": values_of(rows),
        "mark": {"type": "rect", "style": "gap", "clip": True},
        "encoding": {"x": time_of("first"), "x2": {"field": "after"}, "tooltip": tooltip_of(("gap", "gap"))},
    }
    return [layer] if rows else []


_GAP = "no articles in the record"


def status_of(title: str, present: Iterable[str]) -> Spec:
    """Colour and shape by status; a legend of those that occur, while each keeps its own in all charts."""
    shown = set(present)
    legend = {"title": title, "values": [s for s in STATES if s in shown]}
    domain = {"domain": list(STATES)}
    return {
        "color": {"field": "status", "type": "nominal", "scale": {**domain, "range": "category"}, "legend": legend},
        "shape": {"field": "status", "type": "nominal", "scale": {**domain, "range": "symbol"}, "legend": legend},
    }


def column_of(field: str, axis: Spec, *, base: str = "", scale: Spec | None = None) -> Spec:
    """The channels of a column over a period, from zero or from another field; Vega-Lite's bars would lie down."""
    y2: Spec = {"field": base} if base else {"datum": 0}
    y = {"field": field, "type": "quantitative", "axis": axis, "scale": {"zero": True, **(scale or {})}}
    return {"x": time_of("first"), "x2": {"field": "after"}, "y": y, "y2": y2}


def when_of(first: date | None, last: date | None, day: date) -> str:
    """A date in words; where there is none, the day of the first report."""
    if first and last:
        return between(first, last + timedelta(days=1))
    if first or last:
        return f"from {first}" if first else f"by {last}"
    return f"no date; first reported {day}"


def href_of(link: Callable[..., str] | None) -> Spec:
    """The channel of an address to go to, where there is one."""
    return {"href": {"field": "href", "type": "nominal"}} if link else {}


def zoom_of() -> Spec:
    """Drag moves, the wheel turns with Shift held, so that a page can be scrolled over a chart."""
    return {"type": "interval", "encodings": ["x"], "zoom": "wheel![event.shiftKey]"}


def reach(first: date, after: date) -> Spec:
    """A layer with nothing to see: makes a chart reach over some time."""
    row = {"first": first.isoformat(), "after": after.isoformat()}
    encoding = {"x": time_of("first"), "x2": {"field": "after"}}
    return {"data": values_of([row]), "mark": {"type": "rect", "opacity": 0}, "encoding": encoding}
