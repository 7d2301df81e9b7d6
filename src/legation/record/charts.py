"""Charts as Vega-Lite specifications: one source for the site and for notebooks.

A specification is a plain dict with its data in it. Colours, shapes and fonts are not in the marks but in its `config`,
which `legation.record.look` gives for light and for dark pages. Colours tell apart for all common kinds of colour
blindness, and no meaning is in colour alone: statuses have shapes, classes have sides of the zero line.

Widths are those of the plot; beside it, `usermeta` says how wide the axis is, so that the site can fit a chart to its
page. Days are drawn in UTC, which is to say as days, wherever the reader is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from legation.ontology import STATUSES, TYPES, score
from legation.record.look import (
    LABELS,
    NUMBERS,
    PLAIN,
    THEMES,
    Frame,
    Spec,
    column_of,
    config,
    cut,
    gaps_of,
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
from legation.record.points import Points, between
from legation.record.series import CLASSES, first_day, next_period
from legation.record.views import QueryError
from legation.record.who import name_of

if TYPE_CHECKING:
    import altair


__all__ = [
    "MEASURES",
    "MOST_PERIODS",
    "ROW",
    "THEMES",
    "Frame",
    "altair_chart",
    "config",
    "multiples",
    "series",
    "timeline",
]

MEASURES: dict[str, str] = {
    "classes": "events by class",
    "events": "events",
    "conflict_share": "share of conflict",
    "score_mean": "mean score",
    "score_sum": "sum of scores",
    "visits": "visits",
    "reports": "independent reports",
}
"""What a series can show, and what it is called."""

TYPE_ORDER: tuple[str, ...] = tuple(sorted(TYPES, key=lambda t: -score(t)))
"""Types from the most cooperative to the most conflictual."""

ROW = 20
"""Height of a row of types, in pixels."""
MOST_PERIODS = 1_200
_MOST_APART = 120
"""Columns up to which each has an edge."""
_LANES = (0, 1, -1, 2, -2)
"""Where in its row an event stands, for those of one type and day."""


def timeline(found: Points, title: str, frame: Frame = PLAIN) -> Spec:
    """Events in time, a row a type from cooperation down to conflict, above a strip in which a stretch can be chosen.

    Each event is a point with the colour and shape of its status and, where its date is no single day, a line over what
    the date can mean. Where there are too many, squares count them by type and period.

    Args:
        found: The events.
        title: Of whom and what they are.
        frame: How it is shown.
    """
    kinds = [t for t in TYPE_ORDER if any(row["event_type"] == t for row in found.rows)]
    x: Spec = {"scale": {"domain": {"param": "shown"}}} if found.rows else {}
    y: Spec = {
        "field": "row", "type": "nominal", "scale": {"domain": [frame.kind(t, "") for t in kinds]}, "title": None,
        "axis": {"grid": True, "tickBand": "extent"},
    }  # fmt: skip
    layers = gaps_of(found.gaps)
    if found.counts:  # as far as the strip below
        layers.append(reach(found.counts[0][0], next_period(found.counts[-1][0], found.by)))
    layers += _crowd(found, x, y, frame) if found.crowded else _events(found, x, y, frame)
    rows = max(len(kinds), 1)
    main: Spec = {"width": frame.width, "height": rows * ROW, "layer": layers}
    by = "" if not found.crowded else f", by {found.by}"
    words = f"{title}: {found.events:,} events{by}"
    describe = f"{words}. Rows are types of events, from cooperation at the top to conflict at the bottom."
    return whole(frame, words, {"vconcat": [main, _strip(found, frame)], "spacing": 8}, describe)


def _events(found: Points, x: Spec, y: Spec, frame: Frame) -> list[Spec]:
    taken: dict[tuple[str, date], int] = {}
    end = next_period(found.counts[-1][0], found.by) if found.counts else date.max
    values = []
    for row in found.rows:
        place = (row["event_type"], row["day"])
        at = taken[place] = taken.get(place, -1) + 1
        first, last = row["first"], row["last"]
        value = {
            "day": row["day"].isoformat(),
            "row": frame.kind(row["event_type"], ""),
            "what": frame.kind(row["event_type"], row["event_mode"]),
            "status": row["status"],
            "said": row["status"] + (", disputed" if row["disputed"] else ""),
            "who": cut(row["who"]),
            "when": when_of(first, last, row["day"]),
            "reports": row["reports"],
            "lane": _LANES[at % len(_LANES)],
        }
        if first and last and last > first:
            value["after"] = min(last + timedelta(days=1), end).isoformat()
        if frame.event:
            value["href"] = frame.event(row["event_id"])
        values.append(value)
    lane = {"yOffset": {"field": "lane", "type": "quantitative", "scale": {"domain": [-3, 3]}}} if values else {}
    look = status_of("status", (row["status"] for row in found.rows))
    tips = tooltip_of(("who", "who"), ("what", "what"), ("said", "status"), ("when", "when"), ("reports", "reports"))
    spans = {
        "transform": [{"filter": "isValid(datum.after)"}],
        "mark": {"type": "rule", "clip": True, "strokeWidth": 2, "opacity": 0.35},
        "encoding": {"x": time_of("day", **x), "x2": {"field": "after"}, "y": y, **lane, "color": look["color"]},
    }
    marks = {
        "mark": {"type": "point", "filled": True, "size": 46, "opacity": 0.85, "clip": True, "cursor": "pointer"},
        "encoding": {"x": time_of("day", **x), "y": y, **lane, **look, "tooltip": tips, **href_of(frame.event)},
    }
    wide = any("after" in value for value in values)
    return [{"data": values_of(values), "layer": [spans, marks] if wide else [marks]}] if values else []


def _crowd(found: Points, x: Spec, y: Spec, frame: Frame) -> list[Spec]:
    values = []
    for row in found.rows:
        first, after = row["period"], next_period(row["period"], found.by)
        value = {
            "first": first.isoformat(),
            "after": after.isoformat(),
            "when": between(first, after),
            "row": frame.kind(row["event_type"], ""),
            "events": row["events"],
            "reports": row["reports"],
            "said": ", ".join(f"{row['statuses'][s]} {s}" for s in STATUSES if s in row["statuses"]),
        }
        if frame.stretch:
            value["href"] = frame.stretch(first, after - timedelta(days=1), row["event_type"])
        values.append(value)
    colour = {
        "field": "events", "type": "quantitative", "scale": {"range": "ramp", "type": "sqrt"},
        "legend": {"title": f"events a {found.by}", "gradientLength": 120, "tickCount": 3},
    }  # fmt: skip
    tips = tooltip_of(("row", "type"), ("when", "when"), ("events", "events"), ("said", "status"))
    encoding = {"x": time_of("first", **x), "x2": {"field": "after"}, "y": y, "color": colour, "tooltip": tips}
    mark = {"type": "rect", "clip": True, "cursor": "pointer"}
    return [{"data": values_of(values), "mark": mark, "encoding": {**encoding, **href_of(frame.stretch)}}]


def _strip(found: Points, frame: Frame) -> Spec:
    """Number of events over the whole time; a stretch of it can be drawn, moved and turned by the wheel."""
    rows = [
        {"first": first.isoformat(), "after": next_period(first, found.by).isoformat(), "events": n}
        for first, n in found.counts
    ]
    axis = {"title": None, "grid": False, "tickCount": 1, "labels": False}
    bars: Spec = {
        "data": values_of(rows),
        "mark": {"type": "rect", "style": "quiet"},
        "encoding": column_of("events", axis),
    }
    if found.counts:
        bars["params"] = [{"name": "shown", "select": {"type": "interval", "encodings": ["x"]}}]
    return {
        "width": frame.width,
        "height": 34,
        "layer": [*gaps_of(found.gaps), bars],
        "title": {"text": "draw over a stretch to see it above", "fontSize": 11, "fontWeight": 400, "offset": 4},
    }


def series(
    rows: Sequence[Mapping[str, Any]],
    measure: str,
    title: str,
    *,
    by: str,
    scheme: str = "",
    frame: Frame = PLAIN,
) -> Spec:
    """What happened in each period, by one measure. Periods from which the record has no article are shaded.

    Of more than 1,200 periods the last ones are drawn: more than a screen has columns, and than Altair takes.

    Args:
        rows: The rows of a `Series`.
        measure: One of `MEASURES`.
        title: Of whom it is.
        by: Length of a period.
        scheme: Name of the quad scheme; only the classes and the share need it.
        frame: How it is shown.

    Raises:
        QueryError: If there is no such measure.
    """
    if measure not in MEASURES:
        raise QueryError(f"measure: {measure!r} is none of {', '.join(MEASURES)}")
    periods, rows = len(rows), rows[-MOST_PERIODS:]
    layers = [*gaps_of(_unseen(rows, by)), *_zero(rows, by)]
    layers += _classes(rows, by, frame) if measure == "classes" else _measured(rows, measure, by, frame)
    layers[-1]["params"] = [{"name": "zoom", "bind": "scales", "select": zoom_of()}]
    named = f" (scheme {scheme})" if scheme and measure in ("classes", "conflict_share") else ""
    cut_off = f", the last {len(rows):,} of {periods:,}" if periods > len(rows) else ""
    words = f"{title}: {MEASURES[measure]} by {by}{named}{cut_off}"
    describe = f"{words}. Shaded stretches are those from which the record has no article."
    return whole(frame, words, {"width": frame.width, "height": 200, "layer": layers}, describe, labels=NUMBERS)


def _unseen(rows: Iterable[Mapping[str, Any]], by: str) -> list[tuple[date, date]]:
    out: list[tuple[date, date]] = []
    for row in rows:
        if row["events"] is not None:
            continue
        first, after = row["period"], next_period(row["period"], by)
        out = [*out[:-1], (out[-1][0], after)] if out and out[-1][1] == first else [*out, (first, after)]
    return out


def _period(row: Mapping[str, Any], by: str, frame: Frame) -> Spec:
    first, after = row["period"], next_period(row["period"], by)
    days = (after - first).days
    value = {
        "first": first.isoformat(),
        "middle": (first + timedelta(days=days // 2)).isoformat(),
        "after": after.isoformat(),
        "when": between(first, after),
    }
    if frame.stretch:
        value["href"] = frame.stretch(first, after - timedelta(days=1), None)
    return value


def _zero(rows: Sequence[Mapping[str, Any]], by: str) -> list[Spec]:
    """The line of zero; from the first period to the last, so that these are what is shown."""
    if not rows:
        return []
    first, after = rows[0]["period"], next_period(rows[-1]["period"], by)
    row = {"first": first.isoformat(), "after": after.isoformat(), "zero": 0}
    y = {"field": "zero", "type": "quantitative"}
    encoding = {"x": time_of("first"), "x2": {"field": "after"}, "y": y}
    return [{"data": values_of([row]), "mark": {"type": "rule", "style": "zero", "clip": True}, "encoding": encoding}]


def _classes(rows: Sequence[Mapping[str, Any]], by: str, frame: Frame) -> list[Spec]:
    """Cooperation upwards, conflict downwards; each class on its side."""
    values = []
    for row in rows:
        ends = {1: 0, -1: 0}
        for name in CLASSES:
            if not row[name]:
                continue
            sign = -1 if name.endswith("conflict") else 1
            base, ends[sign] = ends[sign], ends[sign] + sign * row[name]
            said = {"class": name.replace("_", " "), "events": row[name], "base": base, "end": ends[sign]}
            values.append({**_period(row, by, frame), **said})
    names = [name.replace("_", " ") for name in CLASSES]
    colour = {
        "field": "class", "type": "nominal", "scale": {"domain": names, "range": "ordinal"},
        "legend": {"title": None},
    }  # fmt: skip
    axis = {"title": "conflict | cooperation", "labelExpr": "abs(datum.value)", "tickMinStep": 1}
    tips = tooltip_of(("class", "class"), ("when", "when"), ("events", "events"))
    encoding = {**column_of("end", axis, base="base"), "color": colour, "tooltip": tips, **href_of(frame.stretch)}
    mark = {"type": "rect", "style": _edge(rows), "clip": True, "cursor": "pointer"}
    return [{"data": values_of(values), "mark": mark, "encoding": encoding}]


def _edge(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Columns stand apart unless there are so many that only the space between them would be seen."""
    return ["edge"] if len(rows) <= _MOST_APART else []


def _measured(rows: Sequence[Mapping[str, Any]], measure: str, by: str, frame: Frame) -> list[Spec]:
    line = measure in ("score_mean", "conflict_share")
    values = []
    for before, row in zip([None, *rows], rows, strict=False):
        value = row[measure]
        # A bar of nothing is not seen; a line breaks at the first period without a value.
        if (value is None and not (line and before and before[measure] is not None)) or (not line and not value):
            continue
        said = {"value": value, "events": row["events"], "said": _number(value, measure)}
        values.append({**_period(row, by, frame), **said})
    axis: Spec = {"title": MEASURES[measure]}
    scale: Spec = {}
    if measure == "conflict_share":
        axis, scale = {**axis, "format": "%", "values": [0, 0.25, 0.5, 0.75, 1]}, {"domain": [-0.05, 1.05]}
    elif measure == "score_mean":
        scale = {"domain": [-10, 10]}
    elif measure != "score_sum":
        axis["tickMinStep"] = 1
    y = {"field": "value", "type": "quantitative", "axis": axis, "scale": scale}
    tips = tooltip_of(("when", "when"), ("said", MEASURES[measure]), ("events", "events that took place"))
    data = values_of(values)
    if not line:
        bar = column_of("value", axis, scale=scale)
        mark = {"type": "rect", "style": ["plain", *_edge(rows)], "clip": True, "cursor": "pointer"}
        return [{"data": data, "mark": mark, "encoding": {**bar, "tooltip": tips, **href_of(frame.stretch)}}]
    middle = time_of("middle")
    size = {
        "field": "events", "type": "quantitative", "scale": {"range": [12, 160], "type": "sqrt"},
        "legend": {"title": "events", "tickCount": 2},
    }  # fmt: skip
    dots = {"x": middle, "y": y, "size": size, "tooltip": tips, **href_of(frame.stretch)}
    point = {"type": "point", "filled": True, "style": "plain", "opacity": 0.9, "clip": True, "cursor": "pointer"}
    thin = {"type": "line", "style": "plain", "strokeWidth": 1, "opacity": 0.6, "clip": True}
    return [
        {"data": data, "mark": thin, "encoding": {"x": middle, "y": y}},
        {"data": data, "mark": point, "encoding": dots},
    ]


def _number(value: float | None, measure: str) -> str:
    if value is None:
        return ""
    if measure == "conflict_share":
        return f"{value:.0%}"
    return f"{value:.1f}" if measure == "score_mean" else f"{value:g}"


def multiples(
    total: Sequence[tuple[date, int]],
    parts: Sequence[tuple[str, date, int]],
    title: str,
    *,
    own: str = "",
    since: date | None = None,
    frame: Frame = PLAIN,
) -> Spec:
    """An actor's events over time: of all, and below of each partner, these on one scale.

    By month, or by quarter or year where there would be more than 240 bars.

    Args:
        total: First day of each month, and how many events.
        parts: Code of the partner, first day of the month, how many.
        title: Of whom it is.
        own: Its own code: what its parties do to each other is called so.
        since: The day it begins on: news also names old events.
        frame: How it is shown.
    """
    if since is not None:
        month = first_day(since, "month")
        total = [(day, n) for day, n in total if day >= month]
        parts = [(code, day, n) for code, day, n in parts if day >= month]
    days = [day for day, _ in total]
    by = "month"
    if days:
        lengths = {"month": 31, "quarter": 92, "year": 366}
        by = next((p for p, n in lengths.items() if (max(days) - min(days)).days <= 240 * n), "year")
    counted_in_all = _grouped(total, by)
    names = list(dict.fromkeys(code for code, _, _ in parts))
    each = {code: _grouped([(day, n) for partner, day, n in parts if partner == code], by) for code in names}
    most = max((n for counted in each.values() for _, n in counted), default=1)
    views = [_bars(counted_in_all, "all", by, frame, height=72, last=not parts)]
    for code, counted in each.items():
        views.append(
            _bars(
                counted,
                name_of(code) if code != own else "at home",
                by,
                frame,
                height=34,
                most=most,
                last=code == names[-1],
            )
        )
    describe = f"{title}: number of events by {by}, of all and with each of {len(names)} partners."
    return whole(
        frame,
        f"{title}: events by {by}",
        {"vconcat": views, "spacing": 6, "resolve": {"scale": {"x": "shared"}}},
        describe,
    )


def _grouped(months: Iterable[tuple[date, int]], by: str) -> list[tuple[date, int]]:
    out: dict[date, int] = {}
    for month, n in months:
        period = first_day(month, by)
        out[period] = out.get(period, 0) + n
    return list(out.items())


def _bars(
    counted: Iterable[tuple[date, int]],
    name: str,
    by: str,
    frame: Frame,
    *,
    height: int,
    most: int | None = None,
    last: bool = False,
) -> Spec:
    rows = [
        {"first": day.isoformat(), "after": next_period(day, by).isoformat(), "events": n,
         "when": between(day, next_period(day, by)), "who": name}
        for day, n in counted
    ]  # fmt: skip
    time = time_of("first")
    if not last:
        time["axis"] = {**time["axis"], "labels": False, "ticks": False}
    axis = {
        "title": [*_lines(name)], "titleAngle": 0, "titleAlign": "right", "titleAnchor": "middle", "titleX": -30,
        "titleBaseline": "middle", "titleLimit": LABELS - 32, "grid": False, "tickCount": 2,
        **({"values": [most]} if most else {}),
    }  # fmt: skip
    column = column_of("events", axis, scale={"domain": [0, most]} if most else {})
    tips = tooltip_of(("who", "with"), ("when", "when"), ("events", "events"))
    return {
        "width": frame.width,
        "height": height,
        "data": values_of(rows),
        "mark": {"type": "rect", "style": "plain", "clip": True},
        "encoding": {**column, "x": time, "tooltip": tips},
    }


def _lines(name: str) -> list[str]:
    """A name in at most two lines."""
    words = name.split()
    if len(name) <= 10 or len(words) == 1:
        return [name]
    middle = (len(words) + 1) // 2
    return [" ".join(words[:middle]), " ".join(words[middle:])]


def altair_chart(spec: Spec) -> altair.Chart:
    """A specification as a chart of Altair, for notebooks.

    Raises:
        ImportError: If Altair is not installed.
    """
    try:
        import altair
    except ImportError as error:
        words = "charts in a notebook need Altair, which is not installed; pip install 'legation[notebook]' brings it"
        raise ImportError(words) from error
    made: altair.Chart = altair.Chart.from_dict(spec)
    return made
