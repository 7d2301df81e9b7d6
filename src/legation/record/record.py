"""A record from Python: `legation.open("record/")`, and every question that can be asked of it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from legation.record import charts, overview, pages, plans, queries
from legation.record import points as points_
from legation.record import series as series_
from legation.record.overview import Busy, Quote, Totals
from legation.record.points import Points
from legation.record.queries import Filters, Some, as_day
from legation.record.results import ActorPage, ArticleMeta, ArticlePage, Calendar, EventPage, Result, SourcesPage
from legation.record.sandbox import Sandbox
from legation.record.series import Series
from legation.record.store import Snapshot, Store
from legation.record.views import Views
from legation.record.who import Who, as_place, as_who, name_of
from legation.types import Event

if TYPE_CHECKING:
    import altair

__all__ = ["Pair", "Record", "open"]

Day = date | str | None


def open(path: str | os.PathLike[str], snapshot: int | None = None, *, hold: int = 0) -> Record:  # noqa: A001
    """Opens a record for questions. It may be written to meanwhile; `refresh` shows what is new.

    Args:
        path: The folder.
        snapshot: Number of an earlier snapshot; the present one by default.
        hold: A record whose tables have at most this many rows is read into memory in the background, about 1 kB a
            row; most answers then take a tenth of the time. None is by default.

    Raises:
        RecordError: If there is no record there, or none with that snapshot.
    """
    return Record(Store(path, snapshot), hold)


class Record:
    """A record, at one snapshot. Safe to use from several threads.

    Wherever somebody is asked for, a code (IND, IND.GOV, IGO:UN, NSA:HAMAS), an id (narendra-modi) or a name will do;
    a country's code means all of its sectors. Days are `date` or YYYY-MM-DD. `as_of` asks for what was known on a day.

    Attributes:
        path: The folder.
    """

    def __init__(self, store: Store, hold: int = 0) -> None:
        self.path: Path = store.path
        self._store = store
        self._views = Views(store, hold)
        self._sandbox = Sandbox(store.path)

    def __repr__(self) -> str:
        return f"<Record {self.path}, snapshot {self.snapshot.number}>"

    @property
    def snapshot(self) -> Snapshot:
        """Which state of the record the answers are from."""
        return self._store.snapshot

    def note(self, as_of: Day = None) -> str:
        """From which snapshot an answer is, as known when: what stands below a chart."""
        known = f", as known on {as_day(as_of, 'as_of')}" if as_of is not None else ""
        return (
            f"{self.path.resolve().name}, snapshot {self.snapshot.number} of {self.snapshot.committed:%Y-%m-%d}{known}"
        )

    def refresh(self) -> bool:
        """Moves on to the present snapshot.

        Returns:
            Whether there was a new one.
        """
        return self._views.refresh()

    def load(self, *, wait: bool = True) -> bool:
        """Begins to read the record into memory, if `open` was told to hold one of its size.

        Args:
            wait: Whether to wait until it is there; answers do not, and come from the files until then.

        Returns:
            Whether it is in memory now.
        """
        return self._views.held(wait=wait) is not None

    def events(
        self, *, sort: str = "-reported", limit: int | None = None, offset: int = 0, **filters: Any
    ) -> Result[Event]:
        """Events, each in the state that holds on the day asked for.

        Args:
            sort: `date`, `reported`, `reports`, `score` or `confidence`; with a minus before it downwards.
            limit: Most rows to give; all by default.
            offset: Rows to pass over.
            filters: The fields of `Filters`: actor, recipient, pair, type, mode, context, status, place, publisher,
                since, until, words, disputed, as_of.

        Raises:
            QueryError: If a value means nothing, with what would.
            TypeError: If there is no such filter.
        """
        return queries.events(self._views, Filters(**filters), sort, limit, offset)

    def points(self, *, most: int = points_.MOST_POINTS, **filters: Any) -> Points:
        """Events as points in time or, where there are more than `most`, as counts by type and period."""
        return points_.points(self._views, Filters(**filters), most)

    def count(self, **filters: Any) -> int:
        """Number of events that the same filters let through."""
        return queries.count(self._views, Filters(**filters))

    def facets(
        self, names: Iterable[str] | None = None, *, top: int = 20, **filters: Any
    ) -> dict[str, list[tuple[str, int]]]:
        """What the events that filters let through are like.

        Args:
            names: Which facets: type, mode, status, context, actor, recipient, place, year, disputed, publisher. All
                but the last by default.
            top: Most values of a facet.
            filters: As for `events`.

        Returns:
            For each facet its values with their number of events, the most frequent first.
        """
        return queries.facets(self._views, Filters(**filters), names, top)

    def event(self, event_id: str, as_of: Day = None) -> EventPage:
        """An event with its history, its reports and their words.

        Args:
            event_id: Its id, or that of any report of it.
            as_of: As known on this day.

        Raises:
            NotKnownError: If the record does not hold it, or not yet on that day.
        """
        page = pages.event_page(self._views, event_id, as_day(as_of, "as_of"))
        return replace(page, note=self.note(as_of))

    def article(self, article_id: str) -> ArticlePage:
        """An article with its claims, versions and copies; the id of a page means its latest version.

        Raises:
            NotKnownError: If the record does not hold it.
        """
        return pages.article_page(self._views, article_id)

    def articles(
        self,
        *,
        publisher: Some = None,
        since: Day = None,
        until: Day = None,
        words: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> Result[ArticleMeta]:
        """Articles without their text, the latest first.

        Args:
            publisher: Outlets.
            since: First day.
            until: Last day.
            words: Words that all stand in the text, as they are written, whatever their case.
            limit: Most rows to give.
            offset: Rows to pass over.
        """
        return pages.articles(
            self._views, publisher=publisher, since=since, until=until, words=words, limit=limit, offset=offset
        )

    def pair(
        self,
        a: str,
        b: str,
        *,
        since: Day = None,
        until: Day = None,
        as_of: Day = None,
        type: Some = None,  # noqa: A002
        status: Some = None,
    ) -> Pair:
        """Two countries, bodies or groups: their events and their series.

        Raises:
            QueryError: If one of them is not known, or is a person.
        """
        day = as_day(as_of, "as_of")
        first, second = as_place(self._views, a, day), as_place(self._views, b, day)
        queries.pair_key(self._views, (first, second))
        return Pair(
            self, first, second, {"since": since, "until": until, "as_of": as_of, "type": type, "status": status}
        )

    def series(
        self,
        a: str,
        b: str,
        *,
        by: str = "month",
        scheme: str = "plover",
        direction: str = "both",
        since: Day = None,
        until: Day = None,
        as_of: Day = None,
        type: Some = None,  # noqa: A002
        status: Some = None,
    ) -> Series:
        """What happened between two places in each period; see `Series` for the columns.

        Args:
            a: The first place.
            b: The second.
            by: day, week, month, quarter or year.
            scheme: Name of the scheme that sorts events into verbal and material, cooperation and conflict.
            direction: both, out (a to b) or in (b to a).
            since: First day.
            until: Last day.
            as_of: As known on this day.
            type: Types to count; all by default.
            status: Statuses to count; those that took place by default.
        """
        made = series_.series(
            self._views,
            as_place(self._views, a, as_day(as_of, "as_of")),
            as_place(self._views, b, as_day(as_of, "as_of")),
            by=by,
            scheme=scheme,
            direction=direction,
            since=as_day(since, "since"),
            until=as_day(until, "until"),
            as_of=as_day(as_of, "as_of"),
            type=type,
            status=status,
        )
        made.note = self.note(as_of)
        return made

    def calendar(
        self,
        *,
        as_of: Day = None,
        since: Day = None,
        until: Day = None,
        actor: Some = None,
        past: bool = False,
        limit: int | None = None,
    ) -> Calendar:
        """What is planned, the soonest first; or what became of past plans.

        Args:
            as_of: As known on this day.
            since: First day; by default `as_of`, else the last day from which the record has an article.
            until: Last day; without one, plans without a date come last.
            actor: Whom it is about, on either side.
            past: Instead of plans to come those whose time is over, the latest first, with their outcome.
            limit: Most plans to give; all by default.
        """
        found = plans.calendar(
            self._views,
            as_of=as_day(as_of, "as_of"),
            since=as_day(since, "since"),
            until=as_day(until, "until"),
            actor=actor,
            past=past,
            limit=limit,
        )
        today = as_day(since, "since") or as_day(as_of, "as_of") or self.last_day()
        return Calendar(found, self.note(as_of), past=past, today=today)

    def actor(self, text: str, as_of: Day = None) -> ActorPage:
        """A person, country, body or group: offices, memberships, partners, events by month.

        Raises:
            QueryError: If nobody is known by that.
        """
        page = pages.actor_page(self._views, text, as_day(as_of, "as_of"))
        return replace(page, since=self.first_day(), note=self.note(as_of))

    def who(self, text: str, as_of: Day = None) -> Who:
        """Whom a code, an id or a name means.

        Raises:
            QueryError: If nobody is known by that.
        """
        return as_who(self._views, text, as_day(as_of, "as_of"))

    def totals(self, as_of: Day = None) -> Totals:
        """How much there is, or was known on a day."""
        return overview.totals(self._views, as_day(as_of, "as_of"))

    def busiest(self, since: date, as_of: Day = None, most: int = 12) -> tuple[Busy, ...]:
        """Pairs of different places with most events since a day."""
        return overview.busiest(self._views, since, as_day(as_of, "as_of"), most)

    def quotes(self, events: Sequence[Event], **filters: Any) -> dict[str, list[Quote]]:
        """For each of some events the sentences of the first report that has what filters ask of reports."""
        return overview.quotes(self._views, events, Filters(**filters))

    def beginnings(self, articles: Iterable[ArticleMeta], length: int = 140) -> dict[str, str]:
        """The first characters of articles, by id."""
        return overview.beginnings(self._views, articles, length)

    def sources(self, as_of: Day = None) -> SourcesPage:
        """What the record was made from: outlets, days, gaps, and what could not be read.

        Args:
            as_of: Counts articles up to this day.
        """
        return pages.sources_page(self._views, as_day(as_of, "as_of"))

    def first_day(self) -> date | None:
        """The first day from which the record holds an article; None where it is empty."""
        days = pages.days_with_articles(self._views)
        return days[0][0] if days else None

    def last_day(self) -> date | None:
        """The last day from which the record holds an article; None where it is empty."""
        return plans.last_day(self._views)

    def export(
        self,
        form: str,
        path: str | os.PathLike[str],
        *,
        scheme: str = "plover",
        sentences: bool = False,
        force: bool = False,
        **filters: Any,
    ) -> dict[str, Any]:
        """Writes events into a folder, in the format of others; see `docs/exports.md`.

        Args:
            form: plover, icews, gdelt, polecat, dyad-month, csv, parquet, sqlite or ics.
            path: The folder to make.
            scheme: Scheme of the quad classes: plover, gdelt or icews.
            sentences: Whether the sentences that events rest on, and headlines, are written; they belong to publishers.
            force: Whether an earlier export there is replaced.
            filters: As for `events`.

        Returns:
            The manifest: files with hashes, rows, what was left out and why.

        Raises:
            ExportError: If there is something already, or the disk says no.
            QueryError: If a format, scheme or filter means nothing.
        """
        from legation.record.exporting import export

        return export(self, form, path, scheme=scheme, sentences=sentences, force=force, **filters)

    def sql(self, query: str, limit: int = 10_000, seconds: float = 10) -> Result[dict[str, Any]]:
        """Answers one SELECT over the views that `docs/queries.md` describes. It can read them and nothing else.

        Args:
            query: DuckDB's SQL.
            limit: Most rows to give.
            seconds: Most time to take.

        Raises:
            QueryError: If it is no single SELECT, names something else, is wrong, or takes too long or too much.
        """
        return self._sandbox.ask(self.snapshot.number, query, limit, seconds)


class Pair:
    """Two places of a record, in the order in which they were asked for.

    Attributes:
        a: Place code of the first.
        b: Place code of the second.
        names: Their names.
    """

    def __init__(self, record: Record, a: str, b: str, filters: dict[str, Any]) -> None:
        self._record = record
        self._filters = filters
        self.a, self.b = a, b
        self.names = (name_of(a), name_of(b))

    def __repr__(self) -> str:
        return f"<Pair {self.a} {self.b}>"

    def events(self, *, sort: str = "date", limit: int | None = None, offset: int = 0, **filters: Any) -> Result[Event]:
        """Their events, the first one first; `filters` as for `Record.events`."""
        more = {**self._filters, **filters, "pair": (self.a, self.b)}
        return self._record.events(sort=sort, limit=limit, offset=offset, **more)

    def count(self, **filters: Any) -> int:
        """Number of their events."""
        return self._record.count(**{**self._filters, **filters, "pair": (self.a, self.b)})

    def series(self, by: str = "month", *, scheme: str = "plover", direction: str = "both") -> Series:
        """Their series; see `Record.series`."""
        return self._record.series(self.a, self.b, by=by, scheme=scheme, direction=direction, **self._filters)

    def points(self, *, most: int = points_.MOST_POINTS, **filters: Any) -> Points:
        """Their events in time; see `Record.points`."""
        return self._record.points(most=most, **{**self._filters, **filters, "pair": (self.a, self.b)})

    def chart(self, theme: str = "light", width: int = 640) -> altair.Chart:
        """Their events in time, as a chart of Altair; see `legation.record.charts`.

        Without `since` it begins on the first day from which the record has an article: reports also name older events.
        """
        since = self._filters["since"] or self._record.first_day()
        frame = charts.Frame(theme, width, self._record.note(self._filters["as_of"]))
        return charts.altair_chart(charts.timeline(self.points(since=since), " and ".join(self.names), frame))
