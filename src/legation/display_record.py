"""What a record answers, for people: events, the page of an event, timelines, calendars, series, rows of SQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from legation.display import STATUS_STYLES, counted, kind, legend, marked, printable
from legation.types import Date, Event, Party

if TYPE_CHECKING:
    from collections.abc import Mapping

    from legation.record.results import ArticleMeta, EventPage, Plan, ReportPage, Saying, Stated

__all__ = ["calendar_table", "events_table", "print_event", "print_pair", "rows_table", "series_table"]

STATUS_MARKS = {"happened": "●", "ongoing": "◐", "planned": "○", "possible": "?", "not": "✕"}
"""A sign for each status; two of them stand side by side where an event is disputed."""

_SENTENCE = 1_200
_BAR = 24
_CELL = 400
_WIDE = 112
"""Letters on a line from which a table of events has room for who does what to whom."""


def _who(parties: Iterable[Party]) -> str:
    return ", ".join(f"{p.code} {p.name}".strip() for p in parties)


def _sides(event: Event) -> str:
    left, right = _who(event.actors), _who(event.recipients)
    return f"{left or '?'} → {right}" if right else left or "?"


def _where(event: Event) -> str:
    """The place as the reports name it; where they only describe it ("the country"), the country's name."""
    from legation.record.who import name_of

    place = event.place
    name = place.text if place.text[:1].isupper() else place.name or (name_of(place.country) if place.country else "")
    return f"{name} ({place.country})" if name and place.country else name or place.text


def when_words(when: Date) -> str:
    """A date in words; where only the day of a report is known, no later than that."""
    from legation.record.plans import in_words

    words, precision = in_words(when.first, when.last, when.edtf)
    return "no date" if precision == "none" else words


def _cell(text: str, style: str = "") -> Text:
    return Text(printable(text), style=style)


def _status(event: Event) -> Text:
    words = event.status + (", disputed" if event.disputed else "")
    return Text(words, style="red" if event.disputed else STATUS_STYLES.get(event.status, ""))


def _table(*columns: tuple[str, dict[str, Any]], wide: bool = True) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=wide)
    for name, options in columns:
        table.add_column(name, **{"overflow": "fold", **options})
    return table


class _Listing:
    """A table where it fits; else each of its rows as a few lines."""

    def __init__(self, table: Table, entries: Sequence[tuple[Text, Sequence[str]]]) -> None:
        """Takes both.

        Args:
            table: The table.
            entries: The rows again: a line, and what stands below it, parted by dots.
        """
        self._table, self._entries = table, entries

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        if options.max_width >= _WIDE:
            yield self._table
            return
        for line, facts in self._entries:
            yield line
            yield Padding(_cell(" · ".join(filter(None, facts)), "dim"), (0, 0, 0, 3), expand=False)


def _entry(event: Event, *before: tuple[str, Text], facts: Sequence[str]) -> tuple[Text, Sequence[str]]:
    """An event as an entry of a listing: its kind and parties, and below it facts, reports and id."""
    line = Text()
    for gap, words in before:
        line.append_text(words).append(gap)
    line.append(kind(event), style="bold").append(f"  {printable(_sides(event))}")
    where = f"in {_where(event)}" if _where(event) else ""
    return line, [*facts, where, counted(event.reports, "report"), f"event {event.event_id}"]


def events_table(events: Iterable[Event]) -> RenderableType:
    """Events as a table, or lines where it is narrow: when, status, what, who to whom, where, how many reports, id."""
    entries = []
    table = _table(
        ("when", {"width": 16}),
        ("status", {"width": 10}),
        ("type/mode", {"width": 22}),
        ("actors → recipients", {"ratio": 5}),
        ("where", {"ratio": 2}),
        ("reports", {"justify": "right", "width": 7}),
        ("event", {"min_width": 16}),
    )
    for e in events:
        table.add_row(
            _cell(when_words(e.date)),
            _status(e),
            _cell(kind(e)),
            _cell(_sides(e)),
            _cell(_where(e)),
            str(e.reports),
            _cell(e.event_id),
        )
        entries.append(_entry(e, facts=[when_words(e.date), _status(e).plain]))
    return _Listing(table, entries)


def print_event(console: Console, page: EventPage) -> None:
    """Prints an event: what it is, its history, who reports it in which words, and who contradicts whom."""
    e = page.event
    console.print(Text.assemble((kind(e), "bold"), "  ", _status(e), f"  {printable(_sides(e))}"))
    facts = [when_words(e.date), *([f"in {_where(e)}"] if _where(e) else []), *e.contexts]
    copies = f", {e.printings} printings" if e.printings > e.reports else ""
    facts += [counted(e.reports, "independent report") + copies, f"score {e.score:g}", f"event {e.event_id}"]
    console.print(Padding(_cell(" · ".join(facts), "dim"), (0, 0, 0, 3), expand=False))
    console.print()
    console.print(Text("History", style="bold"))
    console.print(_history(page.history))
    if page.contradictions:
        console.print(Text("Contradictions", style="bold"))
        console.print(_side_by_side(page.contradictions))
    console.print(Text.assemble(("Reports", "bold"), "   ", legend()))
    console.print()
    for report in page.reports:
        _print_report(console, report)


def _history(states: Sequence[Event]) -> Table:
    table = _table(*((n, {}) for n in ("known from", "change", "status", "when", "where")), wide=False)
    table.add_column("reports", justify="right")
    for e, number, last in _told(states):
        day = e.known_from.isoformat() + (f" to {last.isoformat()}" if number > 1 else "")
        change = f"{e.change}, {number} days" if number > 1 else e.change
        row = (_cell(day), _cell(change), _status(e), _cell(when_words(e.date)), _cell(_where(e)), str(e.reports))
        table.add_row(*row)
    return table


def _told(states: Sequence[Event]) -> Iterator[tuple[Event, int, date]]:
    """The states; a run of days that brought nothing but reports as one, with its number of days and the last."""

    def same(e: Event) -> tuple[object, ...]:
        return (e.change, e.status, e.disputed, when_words(e.date), _where(e), e.change == "reported" or e.known_from)

    for _, run in groupby(states, key=same):
        found = list(run)
        yield replace(found[-1], known_from=found[0].known_from), len(found), found[-1].known_from


def _side_by_side(sayings: Mapping[str, Sequence[Saying]]) -> Table:
    """The statuses in columns, and under each who says so."""
    table = _table(*((status, {"ratio": 1, "style": STATUS_STYLES.get(status, "")}) for status in sayings))
    said = [
        list(dict.fromkeys(f"{s.day.isoformat()} {_cut(' > '.join(s.says) or s.article_id)}" for s in found))
        for found in sayings.values()
    ]
    for i in range(max(map(len, said))):
        table.add_row(*(_cell(column[i]) if i < len(column) else "" for column in said))
    return table


def _print_report(console: Console, page: ReportPage) -> None:
    line = Text.assemble((page.report.known_from.isoformat(), "bold"), "  ")
    line.append(printable(_outlet(page.article)), style="bold").append(f"  {printable(_cut(page.article.title))}")
    console.print(line)
    facts = [_cut(page.article.url or page.article.article_id)]
    versions = [c for c in page.copies if c.page_id == page.article.page_id]
    if outlets := list(dict.fromkeys(_outlet(c) for c in page.copies if c not in versions)):
        facts.append(f"also printed by {', '.join(outlets)}")
    if versions:
        facts.append(f"later versions of {', '.join(dict.fromkeys(c.known_from.isoformat() for c in versions))}")
    console.print(Padding(_cell(" · ".join(facts), "dim"), (0, 0, 0, 3), expand=False))
    for stated in page.claims:
        _print_stated(console, stated)
    for copy in page.copies:
        other = [stated for stated in page.otherwise if stated.claim.article_id == copy.article_id]
        if other:
            who = "later version" if copy in versions else _outlet(copy)
            line = Text.assemble((copy.known_from.isoformat(), "bold"), f"  {printable(who)} says otherwise")
            console.print(Padding(line, (0, 0, 0, 3), expand=False))
        for stated in other:
            _print_stated(console, stated)
    console.print()


def _print_stated(console: Console, stated: Stated) -> None:
    """Prints a claim: its status, its sentence with the words marked, and who says so."""
    c = stated.claim
    end = stated.start + len(stated.text)
    start = stated.start if len(stated.text) <= _SENTENCE else max(stated.start, c.trigger.start - _SENTENCE // 2)
    words = marked(stated.text, c, start, min(end, start + _SENTENCE), stated.start)
    chain = " > ".join(s.text for s in c.attribution)
    said = Text(c.status, style=STATUS_STYLES.get(c.status, "")).append(": ", style="")
    said.append_text(words)
    if chain:
        said.append(f"  (says {printable(chain)})", style="dim")
    console.print(Padding(said, (0, 0, 0, 3), expand=False))


def _outlet(article: ArticleMeta) -> str:
    return _cut(article.publisher) or "unnamed outlet"


def _cut(words: str, most: int = 200) -> str:
    """So much of a name or an address as somebody reads; a hostile one may have thousands of letters."""
    return words if len(words) <= most else words[: most - 1] + "…"


def print_pair(
    console: Console, names: tuple[str, str], events: Iterable[Event], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Prints two places over time: how many events a year and of what kind, then the events by month.

    Args:
        console: Where to.
        names: Names of the two places.
        events: Their events, the first one first.
        rows: Their series by year.
    """
    console.print(Text(printable(" – ".join(names)), style="bold"))
    console.print(series_table(rows, "year", console.width))
    marks = "  ".join(f"{mark} {status}" for status, mark in STATUS_MARKS.items())
    console.print(Text(f"{marks}  ! disputed", style="dim"))
    months = groupby(events, key=lambda e: (e.date.first or e.date.last or e.first_reported).strftime("%B %Y"))
    for month, found in months:
        console.print()
        console.print(Text(month, style="bold"))
        table = _table(
            ("day", {"width": 5}),
            ("", {"width": 2}),
            ("what", {"width": 22}),
            ("who", {"ratio": 5}),
            ("where", {"ratio": 2}),
            ("reports", {"justify": "right", "width": 7}),
            ("event", {"min_width": 16}),
        )
        table.show_header = False
        table.box = None
        entries = []
        for e in found:
            mark = Text(STATUS_MARKS[e.status], style=STATUS_STYLES[e.status])
            mark.append("!" if e.disputed else "", style="red")
            cells = (kind(e), _sides(e), _where(e))
            table.add_row(_day_of_month(e), mark, *map(_cell, cells), str(e.reports), _cell(e.event_id))
            day = Text(f"{_day_of_month(e):<5}")
            entries.append(_entry(e, (" ", day), ("  ", mark), facts=[]))
        console.print(_Listing(table, entries))


def _day_of_month(event: Event) -> str:
    """The day, both ends of a span within the month, or nothing where it is not known."""
    first, last = event.date.first, event.date.last
    if first is None:
        return f"by {(last or event.first_reported).day}"
    if last is not None and (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return str(first.year)  # it stands in January, of which it says nothing
    if last is None or (first.year, first.month) != (last.year, last.month):
        return f"{first.day}–"
    if first.day == 1 and (last - first).days >= 27:
        return ""
    return str(first.day) if first == last else f"{first.day}–{last.day}"


def calendar_table(plans: Iterable[Plan], *, past: bool) -> RenderableType:
    """Plans as a table, or lines where it is narrow, the soonest first; past ones with what became of them."""
    entries = []
    table = _table(
        ("when" if not past else "planned for", {"width": 18}),
        *([("became", {"width": 10})] if past else []),
        ("type/mode", {"width": 22}),
        ("actors → recipients", {"ratio": 5}),
        ("where", {"ratio": 2}),
        ("known since", {"width": 11}),
        ("reports", {"justify": "right", "width": 7}),
        ("event", {"min_width": 16}),
    )
    for plan in plans:
        e = plan.event
        became = [
            Text(plan.outcome, style=STATUS_STYLES.get(plan.outcome, "red" if plan.outcome == "disputed" else ""))
        ]
        table.add_row(
            _cell(plan.when),
            *(became if past else []),
            _cell(kind(e)),
            _cell(_sides(e)),
            _cell(_where(e)),
            plan.announced.isoformat(),
            str(e.reports),
            _cell(e.event_id),
        )
        facts = [f"planned for {plan.when}", f"became {plan.outcome}"] if past else [plan.when]
        entries.append(_entry(e, facts=[*facts, f"known since {plan.announced.isoformat()}"]))
    return _Listing(table, entries)


_NUMBERS = ("events", "planned", "visits", "reports", "score", "conflict", "articles")
"""Columns of a series beside the period and the bar."""


def series_table(rows: Sequence[Mapping[str, Any]], by: str, width: int) -> Table:
    """A series as a table with a bar a period; "no articles" where the record has none from it.

    Args:
        rows: The periods.
        by: How long each is.
        width: Letters on a line; where they are few the bars are short, or left out.
    """
    lines: list[tuple[str, Mapping[str, Any] | None]] = []
    for empty, found in groupby(rows, key=lambda row: row["events"] is None):
        listed = list(found)
        if empty:
            ends = dict.fromkeys(period_words(row["period"], by) for row in (listed[0], listed[-1]))
            lines.append((" to ".join(ends), None))
        else:
            lines += [(period_words(row["period"], by), row) for row in listed]
    period = max((len(words) for words, _ in lines), default=0)
    longest = min(_BAR, width - period - sum(len(name) + 3 for name in _NUMBERS) - 5)
    barred = longest >= len(_NONE)
    table = _table((by, {"min_width": min(period, 10)}), wide=False)
    for name in _NUMBERS:
        table.add_column(name, justify="right", no_wrap=True)
        if barred and name == "events":
            table.add_column("")
    most = max((row["events"] or 0 for row in rows), default=0)
    for words, row in lines:
        first, *others = _series_cells(row)
        bar = "█" * round(longest * row["events"] / most) if row and most else ""
        bars = [Text(bar) if row else Text(_NONE, style="dim")] if barred else []
        table.add_row(words, first, *bars, *others)
    return table


_NONE = "no articles"


def _series_cells(row: Mapping[str, Any] | None) -> list[str]:
    """The numbers of a period of a series; None where the record has no article from it."""
    if row is None:
        return ["–"] * (len(_NUMBERS) - 1) + ["0"]
    score = "" if row["score_mean"] is None else f"{row['score_mean']:+.1f}"
    share = "" if row["conflict_share"] is None else f"{row['conflict_share']:.0%}"
    counts = (f"{row[name]:,}" for name in ("events", "planned", "visits", "reports"))
    return [*counts, score, share, f"{row['articles']:,}"]


def period_words(day: date, by: str) -> str:
    """A period in words: 2024, 2024 Q3, 2024-07, week of 2024-07-08, 2024-07-08."""
    if by == "year":
        return str(day.year)
    if by == "quarter":
        return f"{day.year} Q{(day.month + 2) // 3}"
    if by == "month":
        return f"{day.year}-{day.month:02d}"
    return f"week of {day.isoformat()}" if by == "week" else day.isoformat()


def rows_table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Table:
    """Rows of any query as a table."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    listed = list(rows)
    for name in columns:
        numbers = bool(listed) and all(isinstance(r[name], int | float | None) for r in listed)
        table.add_column(printable(name), overflow="fold", justify="right" if numbers else "left")
    for row in listed:
        table.add_row(*(_cell(value_words(row[name])) for name in columns))
    return table


def value_words(value: Any) -> str:
    """A value of a row as one cell: structs as their values, lists parted by semicolons; long ones are cut."""
    if value is None:
        return ""
    if isinstance(value, dict):
        words = " ".join(w for v in value.values() if (w := value_words(v)))
    elif isinstance(value, list):
        words = "; ".join(map(value_words, value))
    elif isinstance(value, date | datetime):
        words = value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    elif isinstance(value, bytes):
        words = f"{len(value)} bytes"
    elif isinstance(value, float):
        words = f"{value:.6g}"
    else:
        words = " ".join(str(value).split())
    return _cut(words, _CELL)
