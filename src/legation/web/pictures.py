"""Charts on pages: the addresses that they lead to, and how much room they take before they are drawn."""

from __future__ import annotations

from datetime import date
from typing import Any

from legation.record.charts import THEMES, Frame
from legation.web.show import kind
from legation.web.site import Ask

__all__ = ["frame_of", "room"]

_STEP = 40
_MOST = 640


def frame_of(ask: Ask, **within: Any) -> Frame:
    """How a chart is shown that is asked for: its theme, its line of origin, and where a click leads.

    Args:
        ask: What is asked.
        within: Filters of the search that a stretch of time leads to.

    Raises:
        QueryError: If there is no such theme.
    """

    def stretch(first: date, last: date, event_type: str | None) -> str:
        more = {"type": event_type} if event_type else {}
        return ask.links.search(**{**within, **more, "since": first, "until": last, "sort": "date"})

    theme = ask.choice("theme", THEMES)
    return Frame(theme, note=ask.record.note(ask.as_of), event=ask.links.event, stretch=stretch, kind=kind)


def room(height: int) -> str:
    """The class of the height that a chart of so many pixels needs, for `macros.chart`."""
    return str(min(-(-height // _STEP) * _STEP, _MOST))
