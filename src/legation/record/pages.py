"""Everything about one thing: an event with its evidence, an article, an actor; and what the record was made from."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

from legation.knowledge import holds, parse_day, place_names, read_table
from legation.link.actors import lookup
from legation.ontology import TYPES, place_of
from legation.record.queries import (
    EVENT_COLUMNS,
    TOOK_PLACE,
    Some,
    bounds,
    known_on,
    not_below_zero,
    several,
    states_of,
    stems_of,
)
from legation.record.results import (
    ActorPage,
    ArticleMeta,
    ArticlePage,
    Deed,
    EventPage,
    Partner,
    PublisherRow,
    ReportPage,
    Result,
    Saying,
    SourcesPage,
    Stated,
    Term,
    field_names,
)
from legation.record.store import RecordError
from legation.record.views import Views, literal, literals
from legation.record.who import Who, as_who, name_of
from legation.schema import from_plain
from legation.types import Article, Claim, Event, Report, Sentence

__all__ = ["NotKnownError", "actor_page", "article_page", "articles", "event_page", "sources_page"]

_PROBLEMS = 1_000
_PARTNERS = 20
_LATEST = 20
_SHOWN = 6
"""Partners whose events are also counted by month."""


class NotKnownError(RecordError):
    """An event or an article that the record does not hold."""


def event_page(views: Views, event_id: str, as_of: date | None = None) -> EventPage:
    """An event with its history, its reports and their words.

    Args:
        views: The record.
        event_id: Its id, or that of any report of it.
        as_of: As known on this day; now where None.

    Raises:
        NotKnownError: If the record does not hold it, or not yet on that day.
    """
    states = _states(views, event_id)
    if not states:
        raise NotKnownError(f"{views.store.path}: no event {event_id!r}; `legation events` lists them")
    known = [s for s in states if as_of is None or s["known_from"] <= as_of]
    if not known:
        raise NotKnownError(f"event {event_id}: not yet known on {as_of}; first reported {states[0]['known_from']}")
    if as_of is not None:  # until when a state would hold was not known while it did
        known[-1] = {**known[-1], "known_to": None}
    history = [from_plain(Event, row) for row in known]
    event = history[-1]
    reports = _reports(views, event)
    sayings = _sayings(reports)
    against = _against(sayings) if event.disputed else {}
    return EventPage(event, tuple(history), tuple(reports), sayings, against)


def _states(views: Views, event_id: str) -> list[dict[str, Any]]:
    rows = views.having("event_states", "event_id", [event_id], EVENT_COLUMNS)
    if rows:
        return sorted(rows, key=lambda row: row["known_from"])
    other = [row["event_id"] for row in views.having("reports", "report_id", [event_id], ["event_id"])]
    return _states(views, other[0]) if other and other[0] != event_id else []


def _reports(views: Views, event: Event) -> list[ReportPage]:
    """The independent reports of an event, each with its copies and what those say otherwise."""
    since, until = event.first_reported, event.last_reported
    rows = views.having("reports", "event_id", [event.event_id], _REPORT, f"year BETWEEN {since.year} AND {until.year}")
    reports = [from_plain(Report, row) for row in rows if since <= row["known_from"] <= until]
    reports.sort(key=lambda r: (r.known_from, r.report_id))
    days = sorted({r.known_from for r in reports})
    texts = _texts(views, sorted({r.article_id for r in reports}), days)
    claims = _claims(views, "report_id", [r.report_id for r in reports], days)
    printings: dict[str, list[Report]] = defaultdict(list)
    for report in reports:
        printings[report.original_id].append(report)
    pages = []
    for original, group in printings.items():
        first = next((r for r in group if r.article_id == original), group[0])
        metas = {r.article_id: _meta(texts.get(r.article_id), r) for r in group}
        own = metas[first.article_id]
        others = tuple(m for m in metas.values() if m.article_id != own.article_id)
        stated = [_stated(c, texts.get(c.article_id)) for c in claims.get(first.report_id, ())]
        more = [_stated(c, texts.get(c.article_id)) for r in group if r is not first for c in claims[r.report_id]]
        pages.append(ReportPage(first, own, others, tuple(stated), tuple(_otherwise(stated, more))))
    return pages


def _otherwise(stated: Iterable[Stated], more: Iterable[Stated]) -> Iterable[Stated]:
    """What a text says with another type, status or date than has been said already: corrections, mostly."""

    def gist(of: Stated) -> tuple[object, ...]:
        claim = of.claim
        return claim.event_type, claim.event_mode, claim.status, claim.date.first, claim.date.last

    said = set(map(gist, stated))
    for other in more:
        if gist(other) not in said:
            said.add(gist(other))
            yield other


def _texts(views: Views, ids: Sequence[str], days: Sequence[date]) -> dict[str, dict[str, Any]]:
    rows = views.of_days("articles", "article_id", ids, (*_ARTICLE, "text", "sentences"), days)
    return {row["article_id"]: row for row in rows}


def _claims(views: Views, key: str, values: Sequence[str], days: Sequence[date]) -> dict[str, list[Claim]]:
    """Claims by report; the event id in each is the report's."""
    names = ["report_id" if n == "event_id" else n for n in field_names(Claim)]
    out: dict[str, list[Claim]] = defaultdict(list)
    rows = views.of_days("claims", key, values, names, days)
    for row in sorted(rows, key=lambda r: (r["article_id"], r["trigger"]["start"], r["claim_id"])):
        row["event_id"] = row["report_id"]
        out[row["report_id"]].append(from_plain(Claim, row))
    return out


def _meta(row: Mapping[str, Any] | None, report: Report | None = None) -> ArticleMeta:
    values = {name: row[name] for name in field_names(ArticleMeta) if row and name in row}
    if report is not None:
        empty = {"title": "", "published": None, "url": "", "page_id": report.article_id, "version": 1}
        known = {"article_id": report.article_id, "publisher": report.publisher, "known_from": report.known_from}
        values = {**empty, **known, **values, "original_id": report.original_id, "claims": report.claims}
    return ArticleMeta(**values)


def _stated(claim: Claim, row: Mapping[str, Any] | None) -> Stated:
    sentences: list[dict[str, int]] = row["sentences"] if row else []
    for s in sentences:
        if s["number"] == claim.sentence and s["start"] <= claim.trigger.start < s["end"]:
            return Stated(claim, str(row["text"])[s["start"] : s["end"]] if row else "", s["start"])
    return Stated(claim, claim.trigger.text, claim.trigger.start)


def _sayings(reports: Iterable[ReportPage]) -> dict[str, tuple[Saying, ...]]:
    out: dict[str, list[Saying]] = defaultdict(list)
    for page in reports:
        printed = {meta.article_id: meta for meta in (page.article, *page.copies)}
        for stated in (*page.claims, *page.otherwise):
            claim = stated.claim
            meta = printed[claim.article_id]
            chain = tuple(x for x in (meta.publisher, *(s.text for s in claim.attribution)) if x)
            day = meta.known_from
            out[claim.status].append(Saying(claim.status, chain, day, claim.claim_id, claim.article_id))
    return {status: tuple(said) for status, said in out.items()}


def _against(sayings: Mapping[str, tuple[Saying, ...]]) -> dict[str, tuple[Saying, ...]]:
    """Those who say that it was and those who say that it was not; all others only where one side is missing."""
    found = {status: said for status, said in sayings.items() if status in ("happened", "ongoing", "not")}
    return found if len(found) > 1 else dict(sayings)


_ARTICLE = ("article_id", "title", "publisher", "published", "url", "known_from", "page_id", "version")
_REPORT = field_names(Report)


def article_page(views: Views, article_id: str) -> ArticlePage:
    """An article with its claims.

    Args:
        views: The record.
        article_id: Its id; the id of a page means its latest version.

    Raises:
        NotKnownError: If the record does not hold it.
    """
    columns = (*_ARTICLE, "text", "sentences")
    rows = views.having("articles", "article_id", [article_id], columns)
    if not rows:
        rows = sorted(views.having("articles", "page_id", [article_id], columns), key=lambda row: -row["version"])[:1]
    if not rows:
        raise NotKnownError(f"{views.store.path}: no article {article_id!r}; `legation show` names those of an event")
    row = rows[0]
    own, day = str(row["article_id"]), row["known_from"]
    told = views.having(
        "reports",
        "article_id",
        [own],
        ("report_id", "event_id", "original_id"),
        f"year = {day.year} AND known_from = {literal(day)}",
    )
    events = {report["report_id"]: report["event_id"] for report in told}
    original = told[0]["original_id"] if told else own
    claims = [_with_event(c, events) for group in _claims(views, "article_id", [own], [day]).values() for c in group]
    meta = _meta({**row, "original_id": original, "claims": len(claims)})
    others = [r for r in views.having("articles", "page_id", [row["page_id"]], _ARTICLE) if r["article_id"] != own]
    versions = [_meta(r) for r in sorted(others, key=lambda r: r["version"])]
    copies = _copies(views, meta)
    return ArticlePage(
        article=from_plain(Article, row),
        meta=meta,
        sentences=tuple(from_plain(Sentence, s) for s in row["sentences"] or ()),
        claims=tuple(sorted(claims, key=lambda c: (c.trigger.start, c.claim_id))),
        versions=tuple(versions),
        copies=tuple(c for c in copies if c.page_id != meta.page_id),
    )


def _with_event(claim: Claim, events: Mapping[str, str]) -> Claim:
    return replace(claim, event_id=events.get(claim.event_id, claim.event_id))


def _copies(views: Views, meta: ArticleMeta) -> list[ArticleMeta]:
    """Articles that share an original, by their reports."""
    same = views.having("reports", "original_id", [meta.original_id], ("article_id", "known_from"))
    found = {row["article_id"]: row["known_from"] for row in same if row["article_id"] != meta.article_id}
    rows = views.of_days("articles", "article_id", sorted(found), _ARTICLE, sorted(set(found.values())))
    rows.sort(key=lambda row: (row["known_from"], row["article_id"]))
    return [_meta({**row, "original_id": meta.original_id}) for row in rows]


def articles(
    views: Views,
    *,
    publisher: Some = None,
    since: date | str | None = None,
    until: date | str | None = None,
    words: str | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> Result[ArticleMeta]:
    """Articles without their text, the latest first.

    Args:
        views: The record.
        publisher: Outlets.
        since: First day.
        until: Last day.
        words: Words that all stand in the text, as they are written, whatever their case.
        limit: Most rows to give.
        offset: Rows to pass over.
    """
    not_below_zero(limit=limit, offset=offset)
    parts = ["true"]
    if given := several(publisher):
        parts.append(f"publisher IN ({literals(given)})")
    first, last = bounds(since, until)
    parts += [f"known_from >= {literal(first)}"] if first else []
    parts += [f"known_from <= {literal(last)}"] if last else []
    if words is not None:
        stems_of(words)
        parts += [f"contains(lower(text), {literal(word)})" for word in words.lower().split()]
    sql = f"SELECT {', '.join(_ARTICLE)} FROM articles WHERE {' AND '.join(parts)} ORDER BY known_from DESC, article_id"
    if limit is not None or offset:
        sql += f" LIMIT {limit + 1 if limit is not None else 'ALL'} OFFSET {offset}"
    held = views.held() if words is None else None
    if held is not None:
        most = None if limit is None else limit + 1
        table = held.at("articles", held.articles.latest(several(publisher), first, last, most, offset), _ARTICLE)
    else:
        table = views.arrow(sql)
    more = limit is not None and table.num_rows > limit
    return Result(table.slice(0, limit) if more else table, ArticleMeta, sql, truncated=more)


def actor_page(views: Views, text: str, as_of: date | None = None) -> ActorPage:
    """What is known of a person, a country, a body or a group.

    Args:
        views: The record.
        text: Code, id or name.
        as_of: As known on this day, and whose offices hold on it; now where None.

    Raises:
        QueryError: If nobody is known by that.
    """
    who = as_who(views, text, as_of)
    day = as_of or date.today()
    if who.kind in ("place", "code"):
        code, actor_id, name = who.value, place_names().get(place_of(who.value), ("", ""))[0], who.words
    else:
        code, actor_id, name = _identity(views, who, day)
    return ActorPage(
        code=code,
        actor_id=actor_id,
        name=name,
        offices=_offices(code, actor_id, day, whole=who.kind == "place"),
        memberships=_memberships(place_of(code), day) if who.kind == "place" else (),
        **_counted(views, who, as_of),
    )


def _identity(views: Views, who: Who, day: date) -> tuple[str, str, str]:
    found = views.rows(
        f"SELECT p.code, p.actor_id, p.name, count(*) AS n FROM (SELECT unnest(list_concat(actors, recipients)) AS p "
        f"FROM events WHERE {who.among('actors')} OR {who.among('recipients')}) "
        f"WHERE {who.matches('p')} GROUP BY ALL ORDER BY n DESC, p.code LIMIT 1"
    )
    code, actor_id, name = found[0][:3] if found else ("", who.value, who.words)
    known = next((m for m in lookup(name, day) if m.actor_id == actor_id), None)
    return (known.code, actor_id, known.name) if known else (code, actor_id, name)


def _offices(code: str, actor_id: str, day: date, *, whole: bool) -> tuple[Term, ...]:
    """The terms of a person; of a country or body those that hold on a day."""
    by_place, by_person = _terms()
    terms = by_place.get(place_of(code), ()) if whole else by_person.get(actor_id, ())
    wanted = [t for t in terms if not whole or holds(t.first, t.last, day)]
    return tuple(sorted(wanted, key=lambda t: (t.first or date.min, t.office, t.name)))


@cache
def _terms() -> tuple[dict[str, list[Term]], dict[str, list[Term]]]:
    """The terms of all office holders, by place and by person."""
    by_place: dict[str, list[Term]] = defaultdict(list)
    by_person: dict[str, list[Term]] = defaultdict(list)
    for table in ("holders_west", "holders_east"):
        for row in read_table(table):
            first, last = parse_day(row["from"]), parse_day(row["to"], end=True)
            office = row["office"].replace("_", " ")
            term = Term(row["actor_id"], row["name"], office, row["place"], first, last)
            by_place[row["place"]].append(term)
            by_person[row["actor_id"]].append(term)
    return by_place, by_person


def _memberships(place: str, day: date) -> tuple[tuple[str, str], ...]:
    bodies = {
        row["body"]
        for row in read_table("members")
        if row["place"] == place
        and row["status"] == "member"
        and holds(parse_day(row["from"]), parse_day(row["to"], end=True), day)
    }
    return tuple((body, name_of(body)) for body in sorted(bodies))


def _counted(views: Views, who: Who, as_of: date | None) -> dict[str, Any]:
    """Number of events, partners, months and types of an actor, and its latest events."""
    months: Counter[date] = Counter()
    deeds: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    groups, newest = _grouped(views, who, as_of)
    for month, kind, n, as_doer, as_other in groups:
        months[month] += n
        deeds[kind][0] += as_doer
        deeds[kind][1] += as_other
    latest = sorted(states_of(views, newest, as_of), key=lambda row: row["event_id"])
    latest.sort(key=lambda row: row["last_reported"], reverse=True)
    return {
        "events": months.total(),
        "months": tuple(sorted(months.items())),
        "deeds": tuple(Deed(kind, *deeds[kind]) for kind in TYPES if kind in deeds),
        "latest": tuple(from_plain(Event, row) for row in latest),
        **_partners(views, who, as_of),
    }


def _grouped(
    views: Views, who: Who, as_of: date | None
) -> tuple[list[tuple[date, str, int, int, int]], list[tuple[int, str]]]:
    """Events of an actor by month and type: all, as doer, as other side; and year and id of the latest."""
    if (held := views.held()) is not None:
        columns = held.columns
        sides = columns.party("actors", who), columns.party("recipients", who)
        chosen = (sides[0] | sides[1]) & columns.known(as_of)
        rows = held.at("event_states", columns.first(chosen, "reported", True, _LATEST), ("year", "event_id"))
        return columns.months(*sides, as_of), [(row["year"], row["event_id"]) for row in rows.to_pylist()]
    does, gets = who.among("actors"), who.among("recipients")
    groups: list[tuple[date, str, int, int, int]] = []
    newest: list[tuple[int, str]] = []
    for *group, year, event_id in views.rows(
        f"""WITH own AS MATERIALIZED (SELECT * FROM (SELECT event_id, year, "day", event_type, last_reported,
            {does} AS does, {gets} AS gets FROM event_states WHERE {known_on(as_of)}) WHERE does OR gets)
        (SELECT date_trunc('month', "day")::DATE AS m, event_type, count(*), sum(does::INT), sum(gets::INT), NULL, NULL
            FROM own GROUP BY m, event_type ORDER BY m)
        UNION ALL (SELECT NULL, NULL, 0, 0, 0, year, event_id FROM own
            ORDER BY last_reported DESC, event_id LIMIT {_LATEST})"""
    ):
        if event_id is not None:
            newest.append((year, event_id))
        else:
            groups.append((group[0], group[1], group[2], group[3], group[4]))
    return groups, newest


def _partners(views: Views, who: Who, as_of: date | None) -> dict[str, Any]:
    """With whom an actor has to do, and how often; with the first of them also in which months."""
    events: Counter[str] = Counter()
    scores: dict[str, tuple[float, int]] = {}
    months: dict[str, list[tuple[date, int]]] = defaultdict(list)
    for other, month, n, total, took_place in _by_month(views, who, as_of):
        events[other] += n
        before = scores.get(other, (0.0, 0))
        scores[other] = (before[0] + total, before[1] + took_place)
        months[other].append((month, n))
    ranked = sorted(events, key=lambda code: (-events[code], code))[:_PARTNERS]
    mean = {code: scores[code][0] / scores[code][1] if scores[code][1] else None for code in ranked}
    return {
        "partners": tuple(Partner(code, name_of(code), events[code], mean[code]) for code in ranked),
        "partner_months": tuple((code, month, n) for code in ranked[:_SHOWN] for month, n in months[code]),
    }


def _by_month(views: Views, who: Who, as_of: date | None) -> Iterable[tuple[str, date, int, float, int]]:
    """Events by other party and month: the two, events, sum of scores and number of those that took place."""
    if (held := views.held()) is not None:
        if who.kind == "place":
            return held.pairs.partners(who.value, as_of, TOOK_PLACE)
        return held.columns.partners(who, as_of, TOOK_PLACE)
    if who.kind == "place":
        own = literal(who.value)
        source = (
            f"SELECT DISTINCT event_id, day, CASE WHEN a = {own} THEN b ELSE a END AS other, status, score "
            f"FROM pair_states WHERE (a = {own} OR b = {own}) AND a <> b AND {known_on(as_of)}"
        )
    else:
        source = (
            "SELECT DISTINCT event_id, day, split_part(p.code, '.', 1) AS other, status, score FROM (SELECT event_id, "
            f"day, status, score, unnest(list_concat(actors, recipients)) AS p FROM event_states "
            f"WHERE ({who.among('actors')} OR {who.among('recipients')}) AND {known_on(as_of)}) "
            f"WHERE NOT {who.matches('p')}"
        )
    return views.rows(
        "SELECT other, date_trunc('month', day)::DATE AS m, count(*), coalesce(sum(score) FILTER (took), 0), "
        "count(*) FILTER (took) FROM (SELECT *, status IN ('happened', 'ongoing') AS took "
        f"FROM ({source})) WHERE other NOT IN ('', 'XXX') GROUP BY other, m ORDER BY other, m"
    )


def sources_page(views: Views, as_of: date | None = None) -> SourcesPage:
    """What the record was made from: outlets, days, gaps, and what could not be read.

    Args:
        views: The record.
        as_of: Counts articles up to this day. What could not be read has no day, and is the same on each.
    """
    if as_of is not None:
        return _sources(views, as_of)
    page: SourcesPage = views.cached("sources", lambda: _sources(views, None))
    return page


def days_with_articles(views: Views) -> list[tuple[date, int]]:
    """Each day with articles, and how many; in order."""
    sql = "SELECT known_from, count(*) FROM articles GROUP BY known_from ORDER BY known_from"
    days: list[tuple[date, int]] = views.cached("days", lambda: views.rows(sql))
    return days


def _sources(views: Views, as_of: date | None) -> SourcesPage:
    if (held := views.held()) is not None:
        publishers: Sequence[tuple[Any, ...]] = held.articles.publishers(as_of)
    else:
        publishers = views.rows(
            "SELECT publisher, count(*) AS n, min(known_from), max(known_from) FROM articles "
            f"WHERE known_from <= {literal(as_of or date.max)} GROUP BY publisher ORDER BY n DESC, publisher"
        )
    days = [(day, n) for day, n in days_with_articles(views) if as_of is None or day <= as_of]
    runs = [run for run in views.cached("runs", views.store.runs) if run.command == "add"]
    problems = [p for run in reversed(runs) for p in run.problems]
    skipped = Counter(p.what for p in problems if p.skipped)
    return SourcesPage(
        articles=sum(n for _, n in days),
        publishers=tuple(PublisherRow(*row) for row in publishers),
        days=tuple(days),
        gaps=tuple(_gaps([day for day, _ in days])),
        skipped=tuple(skipped.most_common()),
        problems=tuple(p for p in problems if not p.skipped)[:_PROBLEMS],
        last_added=runs[-1].committed if runs else None,
    )


def _gaps(days: Sequence[date]) -> Iterable[tuple[date, date]]:
    one = timedelta(days=1)
    for before, after in pairwise(days):
        if after - before > one:
            yield before + one, after - one
