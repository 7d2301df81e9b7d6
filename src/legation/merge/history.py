"""From the claims about one event to what was known of it, day by day.

Claims are counted by independent report: copies and versions of one text have one voice. Each day with a new claim
gives a state: all that had been claimed up to then, weighed by the rules that docs/merging.md sets out. A state never
depends on what came later, so it is what a reader of that day's record would have seen.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from legation.merge.support import Named, Votes, named_parties
from legation.ontology import is_symmetric, place_of
from legation.ontology import score as event_score
from legation.types import Claim, Date, Event, PairEvent, Party, Place

__all__ = ["Telling", "has_direction", "pair_events", "states"]

RECENT = 7
"""Days up to the last report in which it is counted whether the event goes on or is over."""

PLAN_FITS = 7
"""Days between the end of a planned date and the first report that it happened, up to which the plan dates it."""

WEEK = 6
"""Days from the first to the last of a week, from which a date is vaguer than the first report that lies within it."""

EARLY = 3
"""Days before the first day of a dated plan from which a report that it happened is taken for its beginning."""

SHARE_OF_DATE = 8
"""A date counts if at most so many times as many reports give a wider one that it lies in."""

DENIAL = 10
"""Who denies an event makes it disputed unless more than this many reports that it was stand against each such one."""

_DAYS = re.compile(r"\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d")
_MONTH = re.compile(r"\d{4}-(0\d|1[0-2])")
_FACT = ("happened", "ongoing")
_AHEAD = ("planned", "possible")
_WORDS = frozenset({"AGREE", "REQUEST", "REJECT", "THREATEN", "ACCUSE", "CONCEDE"})
"""Types that are talk about an act; of equal support, the act names the event."""

_MUTUAL = frozenset({"SUPPORT", "RETREAT", "ASSAULT"})
"""Types with a direction that two may do together: sign a treaty, hold a ceasefire, fight. Then both are doers."""


@dataclass(frozen=True, slots=True)
class Telling:
    """A claim, since when it was known, and whose voice it is."""

    claim: Claim = field(metadata={"doc": "The claim"})
    known_from: date = field(metadata={"doc": "Day from which it was known"})
    original_id: str = field(metadata={"doc": "First printing of its text: claims of one have one voice"})


def states(event_id: str, tellings: Sequence[Telling]) -> list[Event]:
    """The history of an event.

    Args:
        event_id: Its id.
        tellings: All claims about it, in any order.

    Returns:
        Its states in order of days, one for each day on which something was told. The last one is open.

    Raises:
        ValueError: If there are no claims.
    """
    if not tellings:
        raise ValueError(f"event {event_id} has no claims")
    told = _Told(event_id)
    out: list[Event] = []
    order = sorted(tellings, key=lambda t: (t.known_from, t.claim.article_id, t.claim.trigger.start, t.claim.claim_id))
    for day, group in groupby(order, key=lambda t: t.known_from):
        for telling in group:
            told.add(telling)
        state = told.state(day, out[-1] if out else None)
        if out:
            out[-1] = replace(out[-1], known_to=day)
        out.append(state)
    return out


class _Told:
    """All that has been told of an event so far."""

    def __init__(self, event_id: str) -> None:
        self.event_id = event_id
        self.types = Votes[str]()
        self.contexts = Votes[str]()
        self.of_type: dict[str, _OfType] = defaultdict(_OfType)
        self.originals: set[str] = set()
        self.articles: set[str] = set()
        self.claims = 0
        self.confidence = 0.0
        self.first_reported = date.max

    def add(self, telling: Telling) -> None:
        claim, voice = telling.claim, telling.original_id
        self.types.add(claim.event_type, voice)
        for context in claim.contexts:
            self.contexts.add(context, voice)
        self.of_type[claim.event_type].add(telling)
        self.originals.add(voice)
        self.articles.add(claim.article_id)
        self.claims += 1
        self.confidence = max(self.confidence, claim.confidence)
        self.first_reported = min(self.first_reported, telling.known_from)

    def state(self, day: date, before: Event | None) -> Event:
        kind = self.types.best(lambda t: t not in _WORDS)
        of_type = self.of_type[kind]
        mode = of_type.modes.best(lambda m: m != "")
        status, disputed = of_type.status(before.status if before else "")
        actors, recipients = named_parties(of_type.named, ordered=has_direction(kind, mode))
        when = of_type.date(status)
        return Event(
            event_id=self.event_id,
            known_from=day,
            known_to=None,
            change=_change(before, status, disputed, when),
            event_type=kind,
            event_mode=mode,
            contexts=self.contexts.above(len(self.originals), most=3),
            status=status,
            disputed=disputed,
            score=event_score(kind, mode),
            first_reported=self.first_reported,
            last_reported=day,
            actors=actors,
            recipients=recipients,
            date=when,
            place=of_type.place(),
            reports=len(self.originals),
            printings=len(self.articles),
            claims=self.claims,
            confidence=self.confidence,
        )


@dataclass
class _Voices:
    """Who says something: in the reporter's own voice, or on somebody's word."""

    own: set[str] = field(default_factory=set)
    quoted: set[str] = field(default_factory=set)

    def add(self, voice: str, own: bool) -> None:
        (self.own if own else self.quoted).add(voice)

    @property
    def weight(self) -> tuple[int, int]:
        """Own voices count before quoted ones."""
        return len(self.own), len(self.quoted - self.own)

    @property
    def all(self) -> set[str]:
        return self.own | self.quoted


class _Fact(NamedTuple):
    """That it happened or goes on, as one claim tells it."""

    day: date
    voice: str
    own: bool
    status: str
    dated: bool


class _Denial(NamedTuple):
    """That it did not take place or will not, as one claim tells it; of whom it quotes, the place and whether press."""

    day: date
    voice: str
    own: bool
    place: str
    press: bool


class _OfType:
    """What has been told of an event as one type. Only claims of the event's own type say how it stands with it."""

    def __init__(self) -> None:
        self.modes = Votes[str]()
        self.named = Named()
        self.places = Votes[tuple[str, str, str]]()
        self.told: list[_Fact] = []  # in order of days
        self.denials: list[_Denial] = []
        self.plans = Votes[str]()
        self.last_plan: date | None = None
        self.fact_dates: dict[str, Votes[Date]] = defaultdict(Votes)
        self.plan_date = Date()
        self.plan_known: date | None = None
        self.denied_dates = Votes[Date]()

    def add(self, telling: Telling) -> None:
        claim, voice, day = telling.claim, telling.original_id, telling.known_from
        own = not claim.attribution
        when = Date(claim.date.edtf, claim.date.first, claim.date.last, claim.date.basis)
        self.modes.add(claim.event_mode, voice)
        self.named.add(claim, voice)
        if claim.place.country or claim.place.name or claim.place.text:
            self.places.add((claim.place.country, claim.place.name, claim.place.text), voice)
        if claim.status in _FACT:
            dated = when.basis in ("stated", "context") and _width(when) < WEEK
            self.told.append(_Fact(day, voice, own, claim.status, dated))
            self.fact_dates[when.basis if when.edtf else ""].add(when, voice)
        elif claim.status in _AHEAD:
            self.plans.add(claim.status, voice)
            self.last_plan = day
            ahead = when.last is None or when.last >= day  # else it is the date of something else, or of an old plan
            if when.edtf and when.basis in ("stated", "context") and ahead:
                self._plan(when, day)
        else:
            speaker = "" if own else claim.attribution[-1].code
            self.denials.append(_Denial(day, voice, own, place_of(speaker), speaker.endswith(".JRN")))
            if when.edtf:
                self.denied_dates.add(when, voice)

    def _plan(self, when: Date, day: date) -> None:
        """A later dated plan beats an earlier one, but a wider date ("next month") does not undo a narrower one."""
        old = self.plan_date
        if not old.edtf or not _within(old, when) or (day == self.plan_known and _width(when) < _width(old)):
            self.plan_date, self.plan_known = when, day

    def _facts(self) -> list[_Fact]:
        """What is told as a fact and is not too early to be one.

        That a visit happened, told without a day of its own while the visit is set for a day to come, is a plan
        misunderstood ("Oslo puts back the visit"), unless more reports say so than speak of the plan.
        """
        begins = self.plan_date.first
        if begins is None or _width(self.plan_date) > WEEK:
            return self.told
        due = begins - timedelta(days=EARLY)
        early = {f.voice for f in self.told if f.status == "happened" and not f.dated and f.day < due}
        if len(early) > len(set().union(*self.plans.counts.values())):
            return self.told
        return [f for f in self.told if f.dated or f.status != "happened" or f.day >= due]

    def _calls_off(self, denial: _Denial) -> bool:
        """Whether a denial undoes a plan: not if it is the word of a country or group that has no part in it."""
        place = denial.place
        if denial.own or denial.press or place in ("", "XXX") or place.startswith("IGO:"):
            return True
        return any(place in side.counts for side in self.named.places) or any(
            place == at for at, _, _ in self.places.counts
        )

    def status(self, before: str) -> tuple[str, bool]:
        """How it stands with the event, and whether that is disputed; `before` is how it stood up to then."""
        facts = self._facts()
        if not facts:
            if not self.plans.counts:
                return "not", False
            called_off = max((d.day for d in self.denials if self._calls_off(d)), default=None)
            if called_off is not None and self.last_plan is not None and called_off >= self.last_plan:
                return "not", False
            return self.plans.best(lambda s: s == "planned"), False
        against = _Voices()
        for denial in self.denials:
            if denial.day >= facts[0].day:  # what was called off before and took place all the same did take place
                against.add(denial.voice, denial.own)
        standing = _Voices()
        for fact in facts:
            standing.add(fact.voice, fact.own)
        # What a reporter says came to nothing, an attempt mostly, is no dispute; that takes somebody who denies it.
        disputed = len(against.quoted) > 0 and len(against.quoted) * DENIAL >= len(standing.all)
        if against.all and against.weight > standing.weight:
            return "not", disputed
        return _going_on(facts, before == "ongoing"), disputed

    def date(self, status: str) -> Date:
        """When: of what has happened, what most reports agree on; of a plan, its latest date."""
        if status not in _FACT:
            return self.plan_date if self.plan_date.edtf else _agreed(self.denied_dates)
        stated = next((_agreed(self.fact_dates[b]) for b in ("stated", "context") if self.fact_dates[b].counts), Date())
        if stated.edtf and _width(stated) < WEEK:
            return stated
        facts = self._facts()
        told = facts[0].day if facts else None
        plan = self.plan_date if _fits(self.plan_date, [f.day for f in facts]) else Date()
        if plan.edtf and stated.edtf and not _within(plan, stated):
            plan = Date()
        if plan.edtf and (_width(plan) < WEEK or (_width(plan) > WEEK and _DAYS.fullmatch(plan.edtf))):
            return plan
        known = plan if plan.edtf else stated
        first = _first_news(self.fact_dates, known, told)
        news = first.last and known.first and known.last and known.first <= first.last <= known.last
        return first if news or not known.edtf else known

    def place(self) -> Place:
        """The place of the country that most reports name, by the name that most give it."""
        if not self.places.counts:
            return Place()
        countries = Votes[str]()
        for (country, _, _), voices in self.places.counts.items():
            for voice in voices:
                countries.add(country, voice)
        country = countries.best(bool)
        names = Votes[tuple[str, str]]()
        for (of, name, text), voices in self.places.counts.items():
            if of == country:
                for voice in voices:
                    names.add((name, text), voice)
        name, text = names.best(lambda pair: pair[1] != "")
        return Place(text=text, name=name, country=country)


def _first_news(dates: Mapping[str, Votes[Date]], known: Date, told: date | None) -> Date:
    """When it was first told that it has happened, as a date; none where that says no more than what is known.

    "Earlier this week" is not of the day on which it is told, so such a report is no news of the day.
    """
    dated: set[str] = set()
    if _width(known) <= WEEK:
        dated = dated.union(*dates["stated"].counts.values())
    told_on = [(d, voices) for basis in ("publication", "") for d, voices in dates[basis].counts.items()]
    reported = [d for d, voices in told_on if d.edtf and voices - dated]
    if told is not None:  # what was told before that was told too early to count
        reported = [d for d in reported if d.last is None or d.last >= told]
        if reported or _width(known) > WEEK:
            reported.append(Date(f"../{told.isoformat()}", None, told, "publication"))
    return min(reported, key=lambda d: (d.last or date.max, d.first or date.min, d.edtf), default=Date())


def _going_on(facts: Sequence[_Fact], before: bool) -> str:
    """Happened or ongoing: what most reports of the last days say; of as many, that it is over.

    What went on before is over only where none of them says that it goes on. Most reports tell in the past tense of
    what has not ended: another day of the siege, the arrests at the protests.
    """
    voices: dict[str, str] = {}
    goes_on = False
    for fact in reversed(facts):
        if (facts[-1].day - fact.day).days >= RECENT:
            break
        goes_on = goes_on or fact.status == "ongoing"
        if voices.get(fact.voice) != "happened":
            voices[fact.voice] = fact.status
    ongoing = sum(s == "ongoing" for s in voices.values())
    return "ongoing" if 2 * ongoing > len(voices) or (before and goes_on) else "happened"


def _fits(plan: Date, told: Sequence[date]) -> bool:
    """Whether what reports of these days, in order, say has happened can be what was planned for its days.

    It may have begun a little early, once there is news of the day itself.
    """
    if plan.first is None or plan.last is None or not told:
        return False
    begins = plan.first if told[-1] < plan.first else plan.first - timedelta(days=EARLY)
    return begins <= told[0] <= plan.last + timedelta(days=PLAN_FITS)


def _width(when: Date) -> int:
    """Days that a date may mean; very many where it is open."""
    return (when.last - when.first).days if when.first and when.last else 10**6


def _within(inner: Date, outer: Date) -> bool:
    """Whether every day that `inner` can mean is one that `outer` can mean."""
    after = outer.first is None or (inner.first is not None and outer.first <= inner.first)
    before = outer.last is None or (inner.last is not None and inner.last <= outer.last)
    return after and before


def _agreed(dates: Votes[Date]) -> Date:
    """The date that most reports agree with, the narrowest of such; a wider date agrees with a narrower one in it.

    Of many reports an eighth must give the date itself: one stray day does not date what the others say of a year.
    """
    if not dates.counts:
        return Date()
    found = list(dates.counts)
    support = {
        d: len(set().union(*(dates.counts[o] for o in found if o == d or _within(d, o)))) if len(found) > 1 else 1
        for d in found
    }
    enough = [d for d in found if len(dates.counts[d]) * SHARE_OF_DATE >= support[d]] or found
    return min(enough, key=lambda d: (-support[d], _width(d), d.first or date.max, d.last or date.max, d.edtf))


def _change(before: Event | None, status: str, disputed: bool, when: Date) -> str:
    """What is new in a state."""
    if before is None:
        return {"happened": "happened", "ongoing": "happened", "not": "denied"}.get(status, "announced")
    if status != before.status:
        if status == "not":
            return "denied" if before.status in _FACT else "cancelled"
        if status in _FACT:
            return "ended" if before.status == "ongoing" else "happened"
        if before.status in ("not", "possible"):
            return "announced"
    if disputed and not before.disputed:
        return "disputed"
    known, new = (d.edtf if d.basis in ("stated", "context") else "" for d in (before.date, when))
    if new and new != known:
        if not known or _within(when, before.date):
            return "dated"
        return "moved" if status in _AHEAD else "reported"
    return "reported"


def has_direction(event_type: str, event_mode: str) -> bool:
    """Whether it matters who of two does it to whom.

    Violence may be told from either side, so claims of it are compared without regard to the order; but who attacks
    whom is what its series are about.
    """
    return event_type == "ASSAULT" or not is_symmetric(event_type, event_mode)


def pair_events(history: Sequence[Event]) -> list[PairEvent]:
    """States of an event as pairs of the places of its parties see them: countries, bodies, groups and regions.

    A doer and a recipient make a pair. So do two doers without a recipient, where the type is mutual: "the two met",
    "both signed", "A and B fought". Of a place with itself there is a pair where two different parties of it stand on
    the two sides: police and protesters of one country. What is unknown (XXX) makes none.

    Args:
        history: The event's states.

    Returns:
        For each state its pairs, in order of pair and doer; none for a state with one party.
    """
    return [pair for state in history for pair in _pairs_of(state)]


def _pairs_of(state: Event) -> list[PairEvent]:
    directed = has_direction(state.event_type, state.event_mode)
    doers, others = _places(state.actors), _places(state.recipients)
    found: set[tuple[str, str, bool]] = set()
    if others:
        for a, of_a in doers.items():
            for b, of_b in others.items():
                if a == b and not of_b - of_a:
                    continue
                mutual = a != b and a in others and b in doers
                found.add((a, b, True) if directed and not mutual else (*_sorted(a, b), False))
    elif not directed or state.event_type in _MUTUAL:
        names = sorted(doers)
        found = {(a, b, False) for i, a in enumerate(names) for b in names[i + 1 :]}
    first, last = state.date.first, state.date.last
    day = first or last or state.first_reported
    precision = _precision(state.date)
    return [
        PairEvent(
            pair="|".join(_sorted(a, b)),
            a=a,
            b=b,
            directed=one_way,
            event_id=state.event_id,
            known_from=state.known_from,
            known_to=state.known_to,
            day=day,
            precision=precision,
            event_type=state.event_type,
            event_mode=state.event_mode,
            status=state.status,
            score=state.score,
            reports=state.reports,
        )
        for a, b, one_way in sorted(found, key=lambda f: (_sorted(f[0], f[1]), f))
    ]


def _sorted(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a <= b else (b, a)


def _places(parties: Sequence[Party]) -> dict[str, set[Party]]:
    out: dict[str, set[Party]] = {}
    for party in parties:
        if party.place not in ("", "XXX"):
            out.setdefault(party.place, set()).add(party)
    return out


def _precision(when: Date) -> str:
    """How narrow a date is: day, month, year, span, open, or none where only publication dates it."""
    if not when.edtf or when.basis == "publication":
        return "none"
    if when.first is None or when.last is None:
        return "open"
    if when.first == when.last:
        return "day"
    bare = when.edtf.rstrip("~?%")
    if bare.isdigit():
        return "year"
    return "month" if _MONTH.fullmatch(bare) else "span"
