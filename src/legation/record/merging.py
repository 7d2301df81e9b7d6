"""Merges what was added into events; keeps what persons judge; computes everything anew where asked.

Merging is a function of claims and judgements: whatever the order in which they came, the same tables result. It goes
in steps of so many claims, each of which sees what those before it have written; all becomes visible with one commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any

from legation.merge.columns import Columns
from legation.merge.copies import WINDOW, originals
from legation.merge.reports import reports_of
from legation.record.joining import Pairs, decision_id, decision_rows, group, judge, pairs_of
from legation.record.reading import Reading, ids
from legation.record.rewriting import Changes, days_of, rewrite
from legation.record.store import RecordError, Store, Writer
from legation.record.views import literal
from legation.schema import arrow_schema, arrow_table, records_of
from legation.types import Article, Claim, Decision, Report, Sentence

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["STEP", "Summary", "decide", "merge", "rebuild"]

STEP = 100_000
"""Claims that are merged in one step: as many as fit into memory with all that they are compared with."""

AROUND = 1_000_000
"""Claims of the record that may lie within the days of a step."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Summary:
    """What merging did.

    Attributes:
        reports: Reports that were new or read anew.
        events: Events that were made or told anew.
        decisions: Judgements of the model that were kept.
    """

    reports: int = 0
    events: int = 0
    decisions: int = 0

    def __add__(self, other: Summary) -> Summary:
        return Summary(self.reports + other.reports, self.events + other.events, self.decisions + other.decisions)


def merge(store: Store, run_id: str, *, on_progress: Progress | None = None) -> Summary:
    """Merges what was added or read again since the last merging.

    Where other weights have judged so far than those that are installed, all is merged anew: see `rebuild`.

    Args:
        store: The record.
        run_id: The run that it belongs to.
        on_progress: Is told how many claims are merged, and of how many.

    Returns:
        What was done. Nothing is written where nothing is new.

    Raises:
        RecordError: If the record cannot be written, or somebody else is writing.
    """
    with _merging(store, run_id, on_progress) as work:
        pending = work.pending()
        if not pending:
            return Summary()
        summary = work.anew() if work.judged_by_others() else work.add(pending)
        work.writer.commit("merge", run_id)
        return summary


def rebuild(store: Store, run_id: str = "rebuild", *, on_progress: Progress | None = None) -> Summary:
    """Computes reports, events and pairs anew from articles, claims and what persons judged.

    The model's judgements are made anew, too.

    Args:
        store: The record.
        run_id: The run that it belongs to.
        on_progress: Is told how many claims are merged, and of how many.

    Returns:
        What was done.

    Raises:
        RecordError: If the record cannot be written, or somebody else is writing.
    """
    with _merging(store, run_id, on_progress) as work:
        summary = work.anew()
        work.writer.commit("merge", run_id)
        return summary


def decide(
    store: Store, left: str, right: str, judgement: str, by: str, reason: str = "", run_id: str = ""
) -> Decision:
    """Keeps a person's judgement and tells the events anew that it touches.

    Args:
        store: The record.
        left: A report; the id of an event is that of its first report.
        right: Another.
        judgement: same, different, or withdrawn, which takes back what the same person judged of the same two.
        by: Who judges: person:NAME.
        reason: Why.
        run_id: The run that it belongs to; one of its own by default.

    Returns:
        The judgement as it was kept.

    Raises:
        RecordError: If there are no such reports, or nothing to take back.
        ValueError: If the judgement or the judge is none.
    """
    if judgement not in ("same", "different", "withdrawn"):
        raise ValueError(f"{judgement!r} is no judgement; say same, different or withdrawn")
    if not by.removeprefix("person:") or not by.startswith("person:"):
        raise ValueError(f"{by!r} is nobody who can judge; say person:NAME")
    left, right = sorted((left, right))
    made_at = datetime.now(UTC)
    score = {"same": 1.0, "different": 0.0, "withdrawn": 0.0}[judgement]
    name = decision_id(left, right, by, made_at)
    decision = Decision(name, left, right, judgement, score, by, reason, made_at, run_id or f"decide-{name}")
    with _merging(store, decision.run_id) as work:
        work.check(decision)
        if pending := work.pending():
            work.anew() if work.judged_by_others() else work.add(pending)
        work.judge(decision)
        work.writer.commit("decide", decision.run_id)
    return decision


@contextmanager
def _merging(store: Store, run_id: str, on_progress: Progress | None = None) -> Iterator[_Merging]:
    """A change of the record by merging; what its queries hold in memory is let go of at the end."""
    with store.writing() as writer:
        work = _Merging(store, writer, run_id, on_progress)
        try:
            yield work
        finally:
            work.reading.close()


Batch = list[tuple[str, date]]
"""Articles, each with its day."""


class _Merging:
    """One change of a record by merging."""

    def __init__(self, store: Store, writer: Writer, run_id: str, on_progress: Progress | None) -> None:
        self.store, self.writer, self.run_id = store, writer, run_id
        self.reading = Reading(store)
        self.reading.move_on()
        self.on_progress = on_progress or (lambda done, total: None)
        self.made_at = datetime.now(UTC)

    # What there is to do

    def pending(self) -> list[tuple[str, date, int]]:
        """Articles that were added or read again since the last merging, with day and number of claims, in order.

        Articles whose claims are no more are among them, with none.
        """
        import pyarrow as pa

        runs = self.store.runs()
        last = max((r.snapshot for r in runs if r.command in ("merge", "decide")), default=-1)
        added = {r.run_id for r in runs if r.snapshot > last and r.command not in ("create", "compact", "migrate")}
        table = self.reading.sql(
            """SELECT article_id, any_value(known_from), count(*)::INTEGER AS n FROM {claims}
               WHERE run_id IN (SELECT id FROM added) GROUP BY article_id""",
            added=ids(added),
        )
        found = list(zip(*(table.column(k).to_pylist() for k in range(3)), strict=True))
        here = pa.table({"id": table.column("article_id")})
        bare = (
            self.reading.sql(
                """SELECT article_id, min(known_from) FROM {reports} WHERE article_id NOT IN (SELECT id FROM here)
               AND article_id NOT IN (SELECT article_id FROM {claims}) GROUP BY article_id""",
                here=here,
            )
            if self._claims_are_missing(here)
            else None
        )
        if bare is not None:
            found += [(a, d, 0) for a, d in zip(*(bare.column(k).to_pylist() for k in range(2)), strict=True)]
        return sorted(found, key=lambda row: (row[1], row[0]))

    def _claims_are_missing(self, here: pa.Table) -> bool:
        """Whether reports count claims that are no more, apart from those of the articles named."""
        counted = self.reading.column(
            "SELECT coalesce(sum(claims), 0)::BIGINT FROM {reports} WHERE article_id NOT IN (SELECT id FROM here)",
            here=here,
        )
        kept = self.reading.column(
            "SELECT count(*) FROM {claims} WHERE article_id NOT IN (SELECT id FROM here)", here=here
        )
        return counted != kept

    def judged_by_others(self) -> bool:
        """Whether the latest judgements of a model are those of another one."""
        found = self.reading.column(
            'SELECT "by" FROM {decisions} WHERE "by" LIKE \'model:%\' ORDER BY made_at DESC LIMIT 1'
        )
        return bool(found) and found[0] != judge()

    # Doing it

    def anew(self) -> Summary:
        """Everything from the beginning."""
        for name in ("reports", "events", "pairs"):
            self.writer.overwrite(name, "true", arrow_schema(name).empty_table())
        self.writer.overwrite("decisions", "\"by\" LIKE 'model:%'", arrow_schema("decisions").empty_table())
        self.reading.move_on()
        table = self.reading.sql(
            "SELECT article_id, any_value(known_from), count(*)::INTEGER FROM {claims} GROUP BY article_id"
        )
        found = zip(*(table.column(k).to_pylist() for k in range(3)), strict=True)
        return self.add(sorted(found, key=lambda row: (row[1], row[0])))

    def add(self, pending: list[tuple[str, date, int]]) -> Summary:
        """Merges articles, some at a time."""
        total, done = sum(n for _, _, n in pending), 0
        summary = Summary()
        for part, size in _steps(pending, self._days_at_once()):
            before = done

            def progress(share: float, before: int = before, size: int = size) -> None:
                self.on_progress(before + int(share * size), total)

            summary += self._step(part, progress)
            done += size
            self.on_progress(done, total)
        return summary

    def _days_at_once(self) -> int:
        """Days that a step may span: what it is compared with must fit into memory, however few it brings."""
        row = self.reading.sql("SELECT count(*), max(known_from) - min(known_from) FROM {claims}").to_pylist()[0]
        count, days = row.values()
        return max(31, int((days or 0) * AROUND / max(count, 1)))

    def _step(self, part: Batch, progress: Callable[[float], None]) -> Summary:
        names = [article for article, _ in part]
        table = self.reading.sql(
            """SELECT report_id, known_from, event_id FROM {reports}
               WHERE article_id IN (SELECT id FROM names)""",
            names=ids(names),
        )
        replaced = {r: (d, e) for r, d, e in zip(*(table.column(k).to_pylist() for k in range(3)), strict=True)}
        first_of, renamed = self._originals(part)
        new = self._reports(part, first_of)
        progress(0.2)
        columns = Columns.of(new)
        gone = ids(replaced)
        pairs, compared = pairs_of(self.reading, columns, gone)
        progress(0.4)
        seeds = {r.report_id for r in new}
        judged = self._judged(replaced) if replaced else {}
        lost = sorted(judged.keys() - set(zip(pairs.left, pairs.right, strict=True)))
        others = {*chain(*lost), *self._members({e for _, e in replaced.values()}), *renamed} - set(replaced)
        kept = self._write_pairs(pairs, lost, judged)
        events = group(self.reading, pairs, compared, seeds | others, gone)
        del pairs, compared, columns  # hundreds of megabytes, which telling needs itself
        progress(0.5)
        told = self._tell(events, {r.report_id: r for r in new}, replaced, renamed, lambda s: progress(0.5 + s / 2))
        self.reading.move_on()
        return Summary(len(new), told, kept)

    def judge(self, decision: Decision) -> None:
        """Keeps a judgement and groups anew what it touches."""
        self.writer.append("decisions", arrow_table("decisions", [decision]))
        self.reading.move_on()
        seeds = {decision.left, decision.right}
        events = group(self.reading, Pairs(), Columns.of([]), seeds, ids(()))
        self._tell(events, {}, {}, {}, lambda share: None)

    def check(self, decision: Decision) -> None:
        """Whether a judgement is about two reports of the record and, where it takes one back, about one that holds."""
        there = {*days_of(self.reading, {decision.left, decision.right})}
        waiting = self.reading.column(
            "SELECT DISTINCT report_id FROM {claims} WHERE report_id IN (SELECT id FROM names)",
            names=ids({decision.left, decision.right} - there),
        )
        for name in (decision.left, decision.right):
            if name not in there and name not in waiting:
                raise RecordError(f"{self.store.path}: no report {name!r}; `legation show` lists those of an event")
        if decision.left == decision.right:
            raise RecordError(f"report {decision.left!r} cannot be judged against itself; name two reports")
        if decision.judgement == "withdrawn":
            held = self.reading.column(
                """SELECT judgement FROM {decisions} WHERE "left" = $l AND "right" = $r AND "by" = $b
                   ORDER BY made_at DESC LIMIT 1""".replace("$l", literal(decision.left))
                .replace("$r", literal(decision.right))
                .replace("$b", literal(decision.by))
            )
            if not held or held[0] == "withdrawn":
                raise RecordError(f"{decision.by} has judged nothing of {decision.left} and {decision.right}")

    # Its parts

    def _originals(self, part: Batch) -> tuple[dict[str, str], dict[str, str]]:
        """The original of each article, and of old reports that get another one, by their ids."""
        low, high = part[0][1], part[-1][1]
        window = timedelta(days=WINDOW)
        between = f"known_from BETWEEN DATE '{low - window}' AND DATE '{high + window}'"
        near = self.reading.sql(f"SELECT article_id, known_from, signature FROM {{articles}} WHERE {between}")
        articles, days, signatures = (near.column(k).to_pylist() for k in range(3))
        before, old = self._known_originals(part, between)
        found = originals(articles, days, signatures, before=before)
        changed = {a: found[a] for a, original in old.items() if found.get(a, original) != original}
        if not changed:
            return found, {}
        rows = self.reading.sql(
            "SELECT report_id, article_id FROM {reports} WHERE article_id IN (SELECT id FROM names)",
            names=ids(changed),
        )
        renamed = {r: changed[a] for r, a in zip(*(rows.column(k).to_pylist() for k in range(2)), strict=True)}
        return found, renamed

    def _known_originals(self, part: Batch, between: str) -> tuple[dict[str, tuple[date, str]], dict[str, str]]:
        """What is known already: originals that merging found before, and first versions of pages.

        Returns:
            For each article the day and id of its original or first version; and the originals of old articles alone.
        """
        names = ids(a for a, _ in part)
        old_rows = self.reading.sql(f"SELECT DISTINCT article_id, original_id FROM {{reports}} WHERE {between}")
        old = dict(zip(*(old_rows.column(k).to_pylist() for k in range(2)), strict=True))
        versions = self.reading.sql(
            """SELECT article_id, page_id, version, known_from FROM {articles} WHERE page_id IN
               (SELECT page_id FROM {articles} WHERE version > 1
                AND page_id IN (SELECT page_id FROM {articles} WHERE article_id IN (SELECT id FROM names)))""",
            names=names,
        ).to_pylist()
        pages: dict[str, list[tuple[date, str]]] = {}
        for row in versions:
            pages.setdefault(row["page_id"], []).append((row["known_from"], row["article_id"]))
        family = [a for members in pages.values() for _, a in members]
        more = (
            self.reading.sql(
                "SELECT DISTINCT article_id, original_id FROM {reports} WHERE article_id IN (SELECT id FROM family)",
                family=ids(family),
            )
            if family
            else None
        )
        if more is not None:
            old |= dict(zip(*(more.column(k).to_pylist() for k in range(2)), strict=True))
        firsts = ids({o for a, o in old.items() if a != o})
        rows = self.reading.sql(
            "SELECT article_id, known_from FROM {articles} WHERE article_id IN (SELECT id FROM firsts)", firsts=firsts
        )
        day_of = dict(zip(*(rows.column(k).to_pylist() for k in range(2)), strict=True))
        before = {a: (day_of[o], o) for a, o in old.items() if a != o and o in day_of}
        for members in pages.values():
            first = min(members)
            for _, article in members:
                if article != first[1]:
                    before.setdefault(article, first)
        return before, old

    def _reports(self, part: Batch, first_of: dict[str, str]) -> list[Report]:
        """The reports of articles, in order."""
        out: list[Report] = []
        for some in _blocks(part, 20_000):
            low, high, names = some[0][1], some[-1][1], ids(a for a, _ in some)
            near = f"known_from BETWEEN DATE '{low}' AND DATE '{high}' AND article_id IN (SELECT id FROM names)"
            claims: dict[str, list[Claim]] = {}
            table = self.reading.sql(
                f"""SELECT * EXCLUDE (publisher, run_id, known_from), report_id AS event_id
                    FROM {{claims}} WHERE {near}""",
                names=names,
            )
            for claim in records_of(Claim, table):
                claims.setdefault(claim.article_id, []).append(claim)
            table = self.reading.sql(
                f"""SELECT article_id, text, title, publisher, published, url, known_from, sentences
                    FROM {{articles}} WHERE {near} ORDER BY known_from, article_id""",
                names=names,
            )
            for batch in table.to_batches(max_chunksize=5_000):
                for row in batch.to_pylist():
                    name = row["article_id"]
                    sentences = [Sentence(**s) for s in row.pop("sentences") or ()]
                    told = sorted(claims.pop(name, ()), key=lambda c: (c.trigger.start, c.claim_id))
                    day = row.pop("known_from")
                    out += reports_of(Article(**row), told, day, first_of.get(name, name), sentences)
        return out

    def _judged(self, replaced: Iterable[str]) -> dict[tuple[str, str], float]:
        """Scores, as they hold up to now, of old pairs of reports that were read again."""
        rows = self.reading.sql(
            f"""SELECT "left", "right", arg_max(score, made_at) FROM {{decisions}} WHERE "by" = '{judge()}'
                AND ("left" IN (SELECT id FROM gone) OR "right" IN (SELECT id FROM gone))
                GROUP BY ALL HAVING arg_max(judgement, made_at) <> 'withdrawn'""",
            gone=ids(replaced),
        )
        return {(a, b): v for a, b, v in zip(*(rows.column(k).to_pylist() for k in range(3)), strict=True)}

    def _members(self, events: set[str]) -> list[str]:
        if not events:
            return []
        return self.reading.column(
            "SELECT report_id FROM {reports} WHERE event_id IN (SELECT id FROM events)", events=ids(events)
        )

    def _write_pairs(self, pairs: Pairs, gone: list[tuple[str, str]], judged: dict[tuple[str, str], float]) -> int:
        """Keeps what was judged; of pairs that were judged before, only what has changed."""
        if judged:
            rows = zip(pairs.left, pairs.right, pairs.score, strict=True)
            changed = [row for row in rows if judged.get(row[:2]) != row[2]]
            pairs = Pairs(*(list(column) for column in zip(*changed, strict=True))) if changed else Pairs()
        if len(pairs) or gone:
            self.writer.append("decisions", decision_rows(pairs, self.made_at, self.run_id, gone))
        return len(pairs)

    def _tell(
        self,
        events: dict[str, str],
        new: dict[str, Report],
        replaced: dict[str, tuple[date, str]],
        renamed: dict[str, str],
        progress: Callable[[float], None],
    ) -> int:
        """Writes reports, events and pairs of what was grouped anew; gives the number of events told."""
        old = days_of(self.reading, [r for r in events if r not in new])
        members: dict[str, list[str]] = {}
        for report, event in events.items():
            members.setdefault(event, []).append(report)
        before: dict[str, set[str]] = {}
        for report, (_, event, _) in old.items():
            before.setdefault(event, set()).add(report)
        for report, (_, event) in replaced.items():
            before.setdefault(event, set()).add("gone " + report)
        touched = {
            event
            for event, reports in members.items()
            if before.get(event) != set(reports) or any(r in new or r in renamed for r in reports)
        }
        day_of = {r: d for r, (d, _, _) in old.items()} | {r: d for r, (d, _) in replaced.items()}
        dropped = {
            event: day_of[event] for event in before if event in touched or before[event] != set(members.get(event, ()))
        }
        told = {
            event: [
                (r, new[r].known_from, new[r].original_id) if r in new else (r, old[r][0], renamed.get(r, old[r][2]))
                for r in members[event]
            ]
            for event in touched
        }
        moved = {r: events[r] for r, (_, event, _) in old.items() if events[r] != event}
        rewrite(
            self.reading,
            self.writer,
            Changes(
                new=[replace(r, event_id=events[name]) for name, r in new.items()],
                moved=moved,
                renamed=renamed,
                gone={r: d for r, (d, _) in replaced.items()},
                dropped=dropped,
                told=told,
                days={r: old[r][0] for r in (*moved, *renamed) if r in old},
            ),
            progress,
        )
        return len(told)


def _steps(pending: list[tuple[str, date, int]], days: int) -> Iterator[tuple[Batch, int]]:
    """Articles in order, some at a time, within so many days; with the number of claims."""
    part: Batch = []
    size = 0
    for article, day, claims in pending:
        if part and (size >= STEP or (day - part[0][1]).days > days):
            yield part, size
            part, size = [], 0
        part.append((article, day))
        size += claims
    if part:
        yield part, size


def _blocks(values: list[Any], size: int) -> Iterator[list[Any]]:
    for at in range(0, len(values), size):
        yield values[at : at + size]
