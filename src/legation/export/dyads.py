"""Directed dyads by month: how much one place did to another, of what kind, and how it was."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from legation.export.actors import cow, place_name
from legation.export.codebook import quad_class
from legation.export.material import Material, Tally
from legation.export.text import csv_rows
from legation.types import PairEvent

__all__ = ["COLUMNS", "MONTH_COLUMNS", "write"]

_QUADS = ("verbal_cooperation", "material_cooperation", "verbal_conflict", "material_conflict")
_TOOK_PLACE = ("happened", "ongoing")

COLUMNS: tuple[str, ...] = (
    *("month", "source", "target", "source_name", "target_name", "source_cow", "target_cow"),
    *("events", "directed", *_QUADS, "unclassed", "score_sum", "score_mean", "reports", "coarse", "planned"),
)
MONTH_COLUMNS: tuple[str, ...] = ("month", "articles", "gap")

_COARSE = frozenset({"year"})
"""Precisions that do not place an event in a month; it counts in that of its first day, as in `legation series`."""


@dataclass(slots=True)
class _Cell:
    """What one place did to another in a month."""

    events: int = 0
    directed: int = 0
    quads: list[int] = field(default_factory=lambda: [0, 0, 0, 0, 0])
    score: float = 0.0
    reports: int = 0
    coarse: int = 0
    planned: int = 0

    def row(self) -> list[object]:
        mean = round(self.score / self.events, 4) if self.events else None
        counts = (self.events, self.directed, *self.quads[1:], self.quads[0])
        return [*counts, round(self.score, 4), mean, self.reports, self.coarse, self.planned]


def _count(cell: _Cell, pair: PairEvent, scheme: str) -> None:
    if pair.status == "planned":
        cell.planned += 1
        return
    cell.events += 1
    cell.directed += pair.directed
    cell.quads[quad_class(pair.event_type, pair.event_mode, pair.status, scheme)] += 1
    cell.score += pair.score
    cell.reports += pair.reports
    cell.coarse += pair.precision in _COARSE


def write(material: Material, folder: Path, tally: Tally) -> None:
    """Writes `dyad_month.csv`, the months in which something is known, and `months.csv`, all months of the record."""
    cells: dict[tuple[date, str, str], _Cell] = defaultdict(_Cell)
    scheme = material.about.scheme
    for pair in material.pairs():
        if pair.status not in (*_TOOK_PLACE, "planned"):
            tally.left_out[f"status {pair.status}: nothing took place (counted once a pair)"] += 1
        else:
            month = pair.day.replace(day=1)
            _count(cells[month, pair.a, pair.b], pair, scheme)
            if not pair.directed:
                _count(cells[month, pair.b, pair.a], pair, scheme)
    with csv_rows(folder / "dyad_month.csv", COLUMNS) as put:
        for (month, a, b), cell in sorted(cells.items()):
            names = (place_name(a), place_name(b), cow(a, month), cow(b, month))
            put([f"{month:%Y-%m}", a, b, *names, *cell.row()])
            tally.rows["dyad_month.csv"] += 1
    with csv_rows(folder / "months.csv", MONTH_COLUMNS) as put:
        for month, articles in material.months():
            put([f"{month:%Y-%m}", articles, int(articles == 0)])
            tally.rows["months.csv"] += 1
            tally.notes["months without any article, in which nobody looked"] += articles == 0
    tally.notes += type(tally.notes)()  # a count of none is no note
