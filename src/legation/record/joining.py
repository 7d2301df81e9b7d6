"""Which reports are one event, for those that something new touches: pairs, their scores, judgements, groups.

A group never reaches beyond the connected component over pairs that are worth a join (see `merge.cluster`). So it is
enough to follow such pairs from what is new, old pairs as `decisions` keeps them, until nothing more is reached, and
to group what was reached anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from legation.merge.blocks import REACH_BACK, REACH_FORWARD, candidates
from legation.merge.cluster import THRESHOLD, bounds_of, cluster
from legation.merge.columns import Columns
from legation.merge.score import score
from legation.merge.weights import shipped
from legation.record.reading import Reading, ids
from legation.schema import arrow_schema
from legation.types import Decision

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["FLOOR", "Pairs", "decision_id", "decision_rows", "effective", "group", "judge", "pairs_of"]

FLOOR = 0.1
"""Least score of a pair that is kept; a lower one counts as 0 where groups are joined."""

MARGIN = 1e-9
"""Scores are kept as they are, so that what reaches the threshold when it is new does so when it is old."""

Array = npt.NDArray[Any]


def judge() -> str:
    """How decisions of the shipped weights are signed."""
    return f"model:{shipped().name}"


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Scored pairs of reports, by id; the smaller id is on the left."""

    left: list[str] = field(default_factory=list)
    right: list[str] = field(default_factory=list)
    score: list[float] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.left)


def pairs_of(reading: Reading, new: Columns, gone: pa.Table) -> tuple[Pairs, Columns]:
    """What is scored when reports come in: each of them with each other and with those that are there.

    Args:
        reading: The record.
        new: The new reports.
        gone: Ids of reports that are there still and count no longer, in a column `id`.

    Returns:
        The pairs that are worth keeping, and the columns of all reports that were compared, in order of days and ids.
    """
    if not len(new):
        return Pairs(), new
    low, high = int(new.known.min()) - REACH_BACK, int(new.known.max()) + REACH_FORWARD
    old = reading.sql(
        f"""SELECT * FROM {{reports}} WHERE known_from BETWEEN DATE '0001-01-01' + {low - 1}
            AND DATE '0001-01-01' + {high - 1} AND year BETWEEN {_year(low)} AND {_year(high)}
            AND report_id NOT IN (SELECT id FROM gone)""",
        gone=gone,
    )
    both = Columns.concat([new, Columns.from_arrow(old)]) if old.num_rows else new
    fresh = np.arange(len(both)) < len(new)
    order = _in_order(both)
    both, fresh = both.take(order), fresh[order]
    i, j = candidates(both, fresh)
    values = score(both, i, j)
    enough = values >= FLOOR
    return _pairs(both.report_id, i[enough], j[enough], values[enough]), both


def _year(ordinal: int) -> int:
    from datetime import date

    return date.fromordinal(min(max(ordinal, 1), date.max.toordinal())).year


def _in_order(columns: Columns) -> Array:
    order: Array = np.lexsort((columns.report_id, columns.known))
    return order


def _pairs(names: Array, i: Array, j: Array, values: Array) -> Pairs:
    a, b = names[i].tolist(), names[j].tolist()
    left = [x if x < y else y for x, y in zip(a, b, strict=True)]
    right = [y if x < y else x for x, y in zip(a, b, strict=True)]
    return Pairs(left, right, values.tolist())


def group(reading: Reading, pairs: Pairs, compared: Columns, seeds: Iterable[str], gone: pa.Table) -> dict[str, str]:
    """The events of all reports that new ones can have an effect on.

    Args:
        reading: The record, without what is new.
        pairs: The new pairs.
        compared: Columns of the reports that were compared, the new ones among them.
        seeds: Ids of the reports from which to follow: the new ones, and those that lost a neighbour or a judgement.
        gone: Ids of reports that count no longer, in a column `id`.

    Returns:
        For each report that was reached the id of its event: the first report of it by day and id.
    """
    persons = effective(reading)
    links: dict[str, list[str]] = {}
    strong = [(a, b) for a, b, v in zip(pairs.left, pairs.right, pairs.score, strict=True) if v >= THRESHOLD - MARGIN]
    for a, b in (*strong, *((d.left, d.right) for d in persons if d.judgement == "same")):
        links.setdefault(a, []).append(b)
        links.setdefault(b, []).append(a)
    dropped = set(gone.column("id").to_pylist())
    reached: set[str] = set()
    frontier = set(seeds)
    while frontier:
        reached |= frontier
        near = {b for a in frontier for b in links.get(a, ())}
        near.update(_neighbours(reading, frontier))
        frontier = near - reached - dropped
    columns = _columns_of(reading, compared, reached, dropped)
    at = {name: k for k, name in enumerate(columns.report_id.tolist())}
    left, right, values = _scored(reading, pairs, at)
    judged = [(at[d.left], at[d.right], d.judgement == "same") for d in persons if d.left in at and d.right in at]
    labels = cluster(bounds_of(columns), left, right, values, judged)
    names = columns.report_id.tolist()
    return {name: names[label] for name, label in zip(names, labels, strict=True)}


def _neighbours(reading: Reading, frontier: set[str]) -> list[str]:
    """Reports that old pairs worth a join lead to."""
    strong = f"judgement <> 'withdrawn' AND score >= {THRESHOLD - MARGIN} AND \"by\" = '{judge()}'"
    return reading.column(
        f"""SELECT "right" FROM {{decisions}} WHERE {strong} AND "left" IN (SELECT id FROM frontier)
            UNION SELECT "left" FROM {{decisions}} WHERE {strong} AND "right" IN (SELECT id FROM frontier)""",
        frontier=ids(frontier),
    )


def _columns_of(reading: Reading, compared: Columns, reached: set[str], dropped: set[str]) -> Columns:
    """Columns of the reports reached, in order of days and ids; those not compared are fetched."""
    here = np.fromiter((name in reached for name in compared.report_id.tolist()), dtype=bool, count=len(compared))
    found = compared.take(here)
    missing = reached - set(found.report_id.tolist()) - dropped
    if missing:
        rows = reading.sql("SELECT * FROM {reports} WHERE report_id IN (SELECT id FROM missing)", missing=ids(missing))
        found = Columns.concat([found, Columns.from_arrow(rows)])
    return found.take(_in_order(found))


def _scored(reading: Reading, pairs: Pairs, at: Mapping[str, int]) -> tuple[Array, Array, Array]:
    """All pairs within what was reached, new and old; where a pair was judged anew, the later score."""
    old = reading.sql(
        f"""SELECT "left", "right", score, judgement FROM {{decisions}} WHERE "by" = '{judge()}'
            AND "left" IN (SELECT id FROM reached) AND "right" IN (SELECT id FROM reached) ORDER BY made_at""",
        reached=ids(at),
    )
    value: dict[tuple[str, str], float] = {}
    for a, b, v, judgement in zip(*(old.column(k).to_pylist() for k in range(4)), strict=True):
        value[a, b] = 0.0 if judgement == "withdrawn" else v
    for a, b, v in zip(pairs.left, pairs.right, pairs.score, strict=True):
        if a in at and b in at:
            value[a, b] = v
    left = np.array([at[a] for a, _ in value], dtype=np.int64)
    right = np.array([at[b] for _, b in value], dtype=np.int64)
    low, high = np.minimum(left, right), np.maximum(left, right)
    order = np.lexsort((high, low))
    return low[order], high[order], np.array(list(value.values()), dtype=float)[order]


def effective(reading: Reading) -> list[Decision]:
    """Judgements of persons that hold, the latest first: of each judge on each pair the last, unless taken back."""
    rows = reading.sql("SELECT * FROM {decisions} WHERE \"by\" NOT LIKE 'model:%'").to_pylist()
    last: dict[tuple[str, str, str], Decision] = {}
    for row in sorted(rows, key=lambda r: (r["made_at"], r["decision_id"])):
        last[row["left"], row["right"], row["by"]] = Decision(**row)
    held = [d for d in last.values() if d.judgement != "withdrawn"]
    return sorted(held, key=lambda d: (d.made_at, d.decision_id), reverse=True)


def decision_id(left: str, right: str, by: str, made_at: datetime) -> str:
    """Identifier of a decision."""
    return _decision_ids([left], [right], by, made_at)[0]


def _decision_ids(left: Sequence[str], right: Sequence[str], by: str, made_at: datetime) -> list[str]:
    end = f"\x1f{by}\x1f{made_at.isoformat()}"
    return [hashlib.sha256(f"{a}\x1f{b}{end}".encode()).hexdigest()[:16] for a, b in zip(left, right, strict=True)]


def decision_rows(pairs: Pairs, made_at: datetime, run_id: str, withdrawn: Sequence[tuple[str, str]] = ()) -> pa.Table:
    """The model's judgements as rows of `decisions`.

    Args:
        pairs: What it scored.
        made_at: When.
        run_id: The run.
        withdrawn: Pairs that it judged before and that are no longer worth keeping.
    """
    import pyarrow as pa

    by, n, gone = judge(), len(pairs), list(withdrawn)
    left, right = [*pairs.left, *(a for a, _ in gone)], [*pairs.right, *(b for _, b in gone)]
    judgements = ["same" if v >= THRESHOLD - MARGIN else "different" for v in pairs.score] + ["withdrawn"] * len(gone)
    total = n + len(gone)
    return pa.table(
        {
            "decision_id": _decision_ids(left, right, by, made_at),
            "left": left,
            "right": right,
            "judgement": judgements,
            "score": [*pairs.score, *[0.0] * len(gone)],
            "by": pa.repeat(pa.scalar(by), total),
            "reason": pa.repeat(pa.scalar(""), total),
            "made_at": pa.repeat(pa.scalar(made_at, type=pa.timestamp("us", tz="UTC")), total),
            "run_id": pa.repeat(pa.scalar(run_id), total),
        }
    ).cast(arrow_schema("decisions"))
