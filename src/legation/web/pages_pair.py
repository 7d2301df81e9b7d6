"""Two countries, bodies or groups: what happened between them, in time, in numbers and one by one."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from legation.export.codebook import SCHEMES
from legation.ontology import STATUSES
from legation.record import charts
from legation.record.record import Pair
from legation.record.series import CLASSES, DIRECTIONS, PERIODS, Series
from legation.types import Event
from legation.web.pictures import frame_of, room
from legation.web.site import Ask, Data, Page

__all__ = ["DATA", "PAGES", "PairPage"]

_EVENTS = 50
_MOST_PAGES = 1_000
_ROWS = 400
"""Most periods in the table of a series; all are in the files."""
_BY = ("month", *(p for p in PERIODS if p not in ("day", "month")))
_FILES = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}
_AROUND = 190
"""Height of what stands around the rows of a timeline: title, legend, axes, strip."""


@dataclass(frozen=True, slots=True)
class PairPage:
    """What the page of a pair shows.

    Attributes:
        a: Place code of the first; codes stand in order of the alphabet.
        b: Place code of the second.
        a_name: Its name.
        b_name: Its name.
        events: Events of this page, the latest first.
        count: Number of events that the filters let through.
        page: Number of the page, from 1.
        more: Whether there is another page.
        types: Types with their number of events, whatever type and status are asked for.
        statuses: Statuses with theirs.
        older: Events left out because they are said to be older than the record's first article; 0 with `since`.
        first: Day from which on events are shown.
        since: That day, if it was asked for.
        until: The last day, if one was asked for.
        by: Length of a period of the series.
        scheme: Scheme of the quad classes.
        measure: What the chart of the series shows.
        direction: Which events the series counts: both, out (a to b) or in (b to a).
        measures: What it can show, and what each is called.
        took_place: Events in the series: those that took place.
        classes: Number of those by class of the scheme.
        conflict_share: Share of the two classes of conflict; None where nothing took place.
        score_mean: Mean score of those that took place.
        visits: Visits among them.
        series: Rows of the series, the latest first, at most 400; all are in the file.
        periods: Number of rows of the series.
        room: Class of the timeline's height.
    """

    a: str
    b: str
    a_name: str
    b_name: str
    events: tuple[Event, ...]
    count: int
    page: int
    more: bool
    types: tuple[tuple[str, int], ...]
    statuses: tuple[tuple[str, int], ...]
    older: int
    first: date | None
    since: date | None
    until: date | None
    by: str
    scheme: str
    measure: str
    direction: str
    measures: Mapping[str, str] = field(metadata={"json": False})
    took_place: int
    classes: tuple[tuple[str, int], ...]
    conflict_share: float | None
    score_mean: float | None
    visits: int
    series: tuple[dict[str, Any], ...]
    periods: int
    room: str = field(metadata={"json": False})


def pair(ask: Ask) -> PairPage | Response:
    """The page of a pair."""
    asked = _asked(ask)
    if elsewhere := _elsewhere(ask, asked):
        return elsewhere
    kind, status = _listed(ask)
    since, until = _since(ask), ask.day("until")
    own = _pair(ask, since=since, type=kind, status=status)
    all_kinds = _pair(ask, since=since)
    facets = _facets(all_kinds, ask, since)
    drawn = facets if not kind and not status else _facets(own, ask, since, type=kind, status=status)
    older = 0
    if since is not None and ask.day("since") is None:
        before = since - timedelta(days=1)
        until_then = ask.day("until") or before
        older = own.count(since=None, until=min(until_then, before))
    number = ask.number("page", 1, 1, _MOST_PAGES)
    found = own.events(sort="-date", limit=_EVENTS, offset=(number - 1) * _EVENTS)
    counted = _series(ask)
    rows = counted.to_dicts()
    return PairPage(
        a=own.a,
        b=own.b,
        a_name=own.names[0],
        b_name=own.names[1],
        events=tuple(found),
        count=sum(n for _, n in drawn["status"]),
        page=number,
        more=found.truncated,
        types=tuple(sorted(facets["type"], key=lambda f: charts.TYPE_ORDER.index(f[0]))),
        statuses=tuple(sorted(facets["status"], key=lambda f: STATUSES.index(f[0]))),
        older=older,
        first=since,
        since=ask.day("since"),
        until=until,
        by=counted.by,
        scheme=counted.scheme,
        measure=ask.choice("measure", tuple(charts.MEASURES)),
        direction=ask.choice("direction", DIRECTIONS),
        measures=charts.MEASURES,
        **_summed(rows),
        series=tuple(rows[: -_ROWS - 1 : -1]),
        periods=len(rows),
        room=room(_AROUND + charts.ROW * max(len(drawn["type"]), 1)),
    )


def _facets(own: Pair, ask: Ask, since: date | None, **more: Any) -> dict[str, list[tuple[str, int]]]:
    return ask.record.facets(
        ["type", "status"], pair=(own.a, own.b), since=since, until=ask.day("until"), as_of=ask.as_of, **more
    )


def _summed(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The series in a few numbers."""
    seen = [row for row in rows if row["events"]]
    events = sum(row["events"] for row in seen)
    classes = tuple((name.replace("_", " "), sum(row[name] for row in seen)) for name in CLASSES)
    placed = sum(n for _, n in classes)
    conflict = sum(n for name, n in classes if name.endswith("conflict"))
    return {
        "took_place": events,
        "classes": classes,
        "conflict_share": conflict / placed if placed else None,
        "score_mean": sum(row["score_sum"] for row in seen) / events if events else None,
        "visits": sum(row["visits"] for row in seen),
    }


def _asked(ask: Ask) -> Pair:
    return ask.record.pair(ask.path["a"], ask.path["b"])


def _elsewhere(ask: Ask, asked: Pair) -> Response | None:
    """A pair has one address: codes, in order of the alphabet. Names and the other order lead to it.

    What goes from the first to the second is then what goes from the second to the first.
    """
    a, b = sorted((asked.a, asked.b))
    if (ask.path["a"], ask.path["b"]) == (a, b):
        return None
    turned = {"out": "in", "in": "out"} if (asked.a, asked.b) != (a, b) else {}
    query = [(name, turned.get(value, value) if name == "direction" else value) for name, value in ask.links.query]
    path = f"/pair/{quote(a, safe=':')}/{quote(b, safe=':')}{ask.suffix}"
    return RedirectResponse(ask.links.to(path, query), status_code=307)


def _listed(ask: Ask) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return ask.values("type"), ask.values("status")


def _since(ask: Ask) -> date | None:
    """The first day: what is asked for, else that of the record's first article, since news also names old events."""
    return ask.day("since") or ask.record.first_day()


def _pair(ask: Ask, **filters: Any) -> Pair:
    a, b = sorted((ask.path["a"], ask.path["b"]))
    return ask.record.pair(a, b, until=ask.day("until"), as_of=ask.as_of, **filters)


def _series(ask: Ask) -> Series:
    kind, status = _listed(ask)
    own = _pair(ask, since=_since(ask), type=kind, status=status)
    return own.series(
        ask.choice("by", (*_BY, "day")),
        scheme=ask.choice("scheme", SCHEMES),
        direction=ask.choice("direction", DIRECTIONS),
    )


def _within(ask: Ask) -> dict[str, Any]:
    """Filters of the search that shows what a chart counts."""
    own = _asked(ask)
    kind, status = _listed(ask)
    return {"pair": f"{own.a}/{own.b}", "type": kind, "status": status}


def timeline(ask: Ask) -> dict[str, Any]:
    """The timeline of a pair, as a Vega-Lite specification."""
    kind, status = _listed(ask)
    own = _pair(ask, since=_since(ask), type=kind, status=status)
    return charts.timeline(own.points(), _title(own), frame_of(ask, **_within(ask)))


def chart(ask: Ask) -> dict[str, Any]:
    """One measure of the series of a pair, as a Vega-Lite specification."""
    found, within = _series(ask), _within(ask)
    within["status"] = within["status"] or ("happened", "ongoing")
    measure = ask.choice("measure", tuple(charts.MEASURES))
    if measure == "visits":
        within |= {"type": "CONSULT", "mode": "visit"}
    title = _title(_asked(ask), ask.choice("direction", DIRECTIONS))
    return charts.series(
        found.to_dicts(), measure, title, by=found.by, scheme=found.scheme, frame=frame_of(ask, **within)
    )


def _title(own: Pair, direction: str = "both") -> str:
    names = own.names if direction != "in" else own.names[::-1]
    return f"{names[0]} {'and' if direction == 'both' else 'to'} {names[1]}"


def series_file(ask: Ask) -> Response:
    """The series of a pair as CSV or Parquet."""
    import pyarrow.csv
    import pyarrow.parquet

    form = ask.path["form"]
    if form not in _FILES:
        raise HTTPException(404)
    table, out = _series(ask).arrow(), io.BytesIO()
    if form == "csv":
        pyarrow.csv.write_csv(table, out)
    else:
        pyarrow.parquet.write_table(table, out)
    own = _asked(ask)
    name = f"{own.a}-{own.b}-by-{ask.choice('by', (*_BY, 'day'))}.{form}".replace(":", "_")
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(out.getvalue(), media_type=_FILES[form], headers=headers)


PAGES = (Page("/pair/{a}/{b}", "pair.html", pair),)
DATA = (
    Data("/pair/{a}/{b}/timeline.json", timeline),
    Data("/pair/{a}/{b}/chart.json", chart),
    Data("/pair/{a}/{b}/series.{form}", series_file),
)
