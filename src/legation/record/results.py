"""What queries give back: rows that turn into records or tables, and the pages of an event, an article, an actor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from legation.schema import from_plain
from legation.types import Article, Claim, Event, Problem, Report, Sentence

if TYPE_CHECKING:
    import altair
    import pandas as pd
    import polars as pl
    import pyarrow as pa

__all__ = [
    "ActorPage",
    "ArticleMeta",
    "ArticlePage",
    "Calendar",
    "Deed",
    "EventPage",
    "Partner",
    "Plan",
    "PublisherRow",
    "ReportPage",
    "Result",
    "Saying",
    "SourcesPage",
    "Stated",
    "Term",
]

T = TypeVar("T")


class Result(Generic[T]):
    """Rows of an answer, in order.

    Iterating gives records (or dicts, where a query has columns of its own); `df`, `pl` and `arrow` give tables.

    Attributes:
        explain: The SQL that was run, over the views that `docs/queries.md` describes.
        truncated: Whether there was more than the limit let through.
    """

    def __init__(self, table: pa.Table, record: type[T], explain: str = "", *, truncated: bool = False) -> None:
        self._table = table
        self._record = record
        self.explain = explain
        self.truncated = truncated

    def __len__(self) -> int:
        return int(self._table.num_rows)

    def __iter__(self) -> Iterator[T]:
        for row in self.to_dicts():
            yield self._made(row)

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> list[T]: ...
    def __getitem__(self, at: int | slice) -> T | list[T]:
        if isinstance(at, slice):
            start, stop, step = at.indices(len(self))
            rows = self._table.take(list(range(start, stop, step))).to_pylist()
            return [self._made(row) for row in rows]
        place = at + len(self) if at < 0 else at
        if not 0 <= place < len(self):
            raise IndexError(f"row {at} of {len(self)}")
        return self._made(self._table.slice(place, 1).to_pylist()[0])

    def __repr__(self) -> str:
        more = ", more left out" if self.truncated else ""
        return f"<Result: {len(self):,} rows of {self._record.__name__}{more}>"

    def _made(self, row: dict[str, Any]) -> T:
        made: T = row if self._record is dict else from_plain(self._record, row)  # type: ignore[assignment]
        return made

    @property
    def columns(self) -> list[str]:
        """Names of the columns, in order."""
        return list(self._table.column_names)

    def arrow(self) -> pa.Table:
        """The rows as an Arrow table; parties, dates and places are structs."""
        return self._table

    def df(self) -> pd.DataFrame:
        """The rows as a pandas table; needs pandas."""
        return self._table.to_pandas()

    def pl(self) -> pl.DataFrame:
        """The rows as a Polars table; needs polars."""
        import polars

        made = polars.from_arrow(self._table)
        if not isinstance(made, polars.DataFrame):
            raise TypeError("a table turned into a single column")
        return made

    def to_dicts(self) -> list[dict[str, Any]]:
        """The rows as dicts of plain values; days are `date`, records inside are dicts, lists stay lists."""
        rows: list[dict[str, Any]] = self._table.to_pylist()
        return rows


@dataclass(frozen=True, slots=True)
class ArticleMeta:
    """An article without its text.

    Attributes:
        article_id: Identifier.
        title: Headline.
        publisher: Outlet that printed it.
        published: Day of publication; None where not known.
        url: Its address.
        known_from: Day of publication, or of adding where none is known.
        page_id: The same for all versions of a page.
        version: 1 for the first version kept, 2 for the next.
        original_id: The article whose text this one repeats, or its own id.
        claims: Number of its claims.
    """

    article_id: str
    title: str
    publisher: str
    published: date | None
    url: str
    known_from: date
    page_id: str
    version: int
    original_id: str = ""
    claims: int = 0


@dataclass(frozen=True, slots=True)
class Stated:
    """A claim with the sentence that it stands in.

    Attributes:
        claim: The claim; its offsets count in the article's text.
        text: The sentence.
        start: First character of the sentence in the article's text: `claim.trigger.start - start` is the place of the
            trigger in `text`.
    """

    claim: Claim
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class ReportPage:
    """One article's telling of an event.

    Attributes:
        report: The report.
        article: Its article.
        copies: Articles that repeat the same text, or are later versions of the page, and tell the event too.
        claims: Its claims with their sentences.
        otherwise: What those copies and versions say that the first does not: claims of another type, status or date,
            one of each; `claim.article_id` tells which says it.
    """

    report: Report
    article: ArticleMeta
    copies: tuple[ArticleMeta, ...]
    claims: tuple[Stated, ...]
    otherwise: tuple[Stated, ...] = ()


@dataclass(frozen=True, slots=True)
class Saying:
    """Who says that an event has a status.

    Attributes:
        status: What is said.
        says: Chain of speakers, the outermost first, the publisher before all.
        day: Day of publication.
        claim_id: The claim.
        article_id: The article.
    """

    status: str
    says: tuple[str, ...]
    day: date
    claim_id: str
    article_id: str


@dataclass(frozen=True, slots=True)
class EventPage:
    """All that is known of an event.

    Attributes:
        event: The state that holds on the day asked for.
        history: The states up to then, the first one first.
        reports: Independent reports, the first one first; copies stand with their original.
        sayings: For each status who says so.
        contradictions: The same where the event is disputed; else empty.
        note: From which snapshot it is, as known when.
    """

    event: Event
    history: tuple[Event, ...]
    reports: tuple[ReportPage, ...]
    sayings: Mapping[str, tuple[Saying, ...]]
    contradictions: Mapping[str, tuple[Saying, ...]]
    note: str = ""

    def chart(self, theme: str = "light", width: int = 640) -> altair.Chart:
        """How its status went, as a chart of Altair; see `legation.record.charts`."""
        from legation.record import charts, strip

        title = "/".join(w for w in (self.event.event_type, self.event.event_mode) if w)
        frame = charts.Frame(theme, width, self.note)
        return charts.altair_chart(strip.history(self.history, title, self.event.last_reported, frame=frame))


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """An article and what it claims.

    Attributes:
        article: The article with its text.
        meta: What is known of it beside the text.
        sentences: Where its sentences begin and end.
        claims: Its claims in order; `event_id` is that of the merged event.
        versions: Other versions of the page.
        copies: Other articles with the same text.
    """

    article: Article
    meta: ArticleMeta
    sentences: tuple[Sentence, ...]
    claims: tuple[Claim, ...]
    versions: tuple[ArticleMeta, ...]
    copies: tuple[ArticleMeta, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A planned event, as the calendar has it.

    Attributes:
        event: Its present state, or that of the day asked for.
        when: The planned time in words: 8 July 2024, in July 2024, no date yet.
        precision: day, month, year, span, open or none.
        first: First day it can mean; None where there is none.
        last: Last day it can mean.
        announced: Day on which it was first known as planned.
        outcome: Of a plan whose time has passed: happened, ongoing, not, disputed, moved (now planned for later) or
            unknown (nothing more was heard). Empty for one to come.
    """

    event: Event
    when: str
    precision: str
    first: date | None
    last: date | None
    announced: date
    outcome: str = ""


class Calendar(list[Plan]):
    """Plans in order.

    Attributes:
        note: From which snapshot they are, as known when.
        past: Whether they are plans whose time is over.
        today: The day from which plans to come are seen; None for past ones.
    """

    def __init__(
        self, plans: Iterable[Plan] = (), note: str = "", *, past: bool = False, today: date | None = None
    ) -> None:
        super().__init__(plans)
        self.note, self.past, self.today = note, past, None if past else today

    def chart(self, theme: str = "light", width: int = 640) -> altair.Chart:
        """Those that have a date, as a strip in time and a chart of Altair; see `legation.record.charts`."""
        from legation.record import charts, strip

        title = "Past plans" if self.past else "Planned"
        return charts.altair_chart(
            strip.plans(self, title, since=self.today, frame=charts.Frame(theme, width, self.note))
        )


@dataclass(frozen=True, slots=True)
class Term:
    """An office and who holds it.

    Attributes:
        actor_id: Stable id of the person.
        name: The person's name.
        office: The office.
        place: Country or body of the office.
        first: First day; None where not known.
        last: Last day; None where still held or not known.
    """

    actor_id: str
    name: str
    office: str
    place: str
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Partner:
    """Another country, body or group with which an actor has events.

    Attributes:
        code: Its place code.
        name: Its name.
        events: Number of events in which both take part.
        score: Mean conflict and cooperation score of those that took place, -10 to 10; None where none did.
    """

    code: str
    name: str
    events: int
    score: float | None


@dataclass(frozen=True, slots=True)
class Deed:
    """How often an actor has to do with a type of events.

    Attributes:
        event_type: The type.
        does: Events in which it is a doer.
        gets: Events in which it is on the other side; of some events it is on both.
    """

    event_type: str
    does: int
    gets: int


@dataclass(frozen=True, slots=True)
class ActorPage:
    """What the record and the tables know of an actor.

    Attributes:
        code: Its code; that of the office for a person in office.
        actor_id: Stable id.
        name: Name in full.
        offices: Of a person all offices held; of a country or body who holds its offices on the day.
        memberships: Codes and names of the bodies that a country belongs to on the day.
        events: Number of events it takes part in.
        partners: Those it has most events with, the most first.
        months: First day of each month with events, and how many.
        deeds: Types of its events.
        latest: Events reported last, at most 20, the latest first.
        partner_months: Months of the six first partners: code, first day of the month, how many.
        since: First day from which the record has an article; charts begin there, though news also names older events.
        note: From which snapshot it is, as known when.
    """

    code: str
    actor_id: str
    name: str
    offices: tuple[Term, ...]
    memberships: tuple[tuple[str, str], ...]
    events: int
    partners: tuple[Partner, ...]
    months: tuple[tuple[date, int], ...]
    deeds: tuple[Deed, ...] = ()
    latest: tuple[Event, ...] = ()
    partner_months: tuple[tuple[str, date, int], ...] = ()
    since: date | None = None
    note: str = ""

    def chart(self, theme: str = "light", width: int = 640) -> altair.Chart:
        """Its events over time, in all and with each of its first partners; see `legation.record.charts`."""
        from legation.record import charts

        frame = charts.Frame(theme, width, self.note)
        spec = charts.multiples(
            self.months, self.partner_months, self.name, own=self.code, since=self.since, frame=frame
        )
        return charts.altair_chart(spec)


@dataclass(frozen=True, slots=True)
class PublisherRow:
    """An outlet in the record.

    Attributes:
        publisher: Its name; empty where the articles name none.
        articles: Number of its articles.
        first: Day of its first article.
        last: Day of its last article.
    """

    publisher: str
    articles: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class SourcesPage:
    """What the record was made from.

    Attributes:
        articles: Number of articles.
        publishers: Outlets, the one with most articles first.
        days: Each day with articles, and how many.
        gaps: Stretches without any article between the first day and the last: first day, last day.
        skipped: Inputs that were skipped for no fault of theirs, as another language: what, how many.
        problems: Inputs that could not be read, the latest first, at most 1,000.
        last_added: When the record was last added to, UTC; None for an empty one.
    """

    articles: int
    publishers: tuple[PublisherRow, ...]
    days: tuple[tuple[date, int], ...]
    gaps: tuple[tuple[date, date], ...]
    skipped: tuple[tuple[str, int], ...]
    problems: tuple[Problem, ...]
    last_added: datetime | None


def field_names(record: type) -> tuple[str, ...]:
    """Names of a dataclass's fields, in order."""
    return tuple(f.name for f in fields(record))
