"""The records that flow through Legation: what each is called, what it holds, in which unit.

Every stage is a function from these records to these records. They are frozen: a stage returns new ones.
All character offsets count Unicode code points in `Article.text`, half-open (`text[start:end]` is the span).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from legation.ontology import place_of

__all__ = [
    "Actor",
    "Article",
    "Claim",
    "Date",
    "Decision",
    "Draft",
    "Event",
    "Evidence",
    "InputError",
    "Mention",
    "PairEvent",
    "Party",
    "Place",
    "Problem",
    "Report",
    "Run",
    "Sentence",
    "Span",
    "Speaker",
    "TableVersion",
    "Trigger",
]


@dataclass(frozen=True, slots=True)
class Article:
    """One report, as one outlet printed it."""

    article_id: str = field(metadata={"doc": "Identifier; the given one, or a hash of publisher, date and text"})
    text: str = field(metadata={"doc": "Headline, a newline, then the body; the body alone where there is no headline"})
    title: str = field(default="", metadata={"doc": "Headline; the first line of `text` where not empty"})
    publisher: str = field(default="", metadata={"doc": "Outlet that printed the report"})
    published: date | None = field(default=None, metadata={"doc": "Day of publication; relative dates count from it"})
    url: str = field(default="", metadata={"doc": "Address the report was read from"})


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an article."""

    number: int = field(metadata={"doc": "0 is the headline; the body counts from 1"})
    start: int = field(metadata={"doc": "First character, code points in the article's text"})
    end: int = field(metadata={"doc": "One past the last character"})


@dataclass(frozen=True, slots=True)
class Trigger:
    """The word or words that name the event."""

    start: int = field(metadata={"doc": "First character"})
    end: int = field(metadata={"doc": "One past the last character"})
    text: str = field(metadata={"doc": "The words, as they stand in the text"})

    @property
    def stem(self) -> str:
        """Up to six letters of the first word, without a common ending: enough to tell "visit" and "visited" alike."""
        return _stem(self.text)


@lru_cache(maxsize=8192)
def _stem(words: str) -> str:
    # remembered: every pair of triggers of an article is compared by it
    word = words.lower().split()[0] if words.split() else ""
    for ending in ("ing", "ed", "es", "s", "ion"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            word = word[: -len(ending)]
            break
    return word[:6]


@dataclass(frozen=True, slots=True)
class Actor:
    """A doer or a recipient of a claim: the words, and whom they mean."""

    code: str = field(metadata={"doc": "Id of the guidelines' grammar: IND.GOV, IGO:SCO, NSA:HAMAS; XXX where unknown"})
    text: str = field(
        default="", metadata={"doc": "The words in the claim's sentence; empty where only context says it"}
    )
    start: int | None = field(default=None, metadata={"doc": "First character; null where `text` is empty"})
    end: int | None = field(default=None, metadata={"doc": "One past the last character; null where `text` is empty"})
    actor_id: str = field(default="", metadata={"doc": "Stable id of the person, body or state: narendra-modi, russia"})
    name: str = field(default="", metadata={"doc": "Its name in full: Narendra Modi, Russia"})


@dataclass(frozen=True, slots=True)
class Date:
    """When the event is said to take place."""

    edtf: str = field(
        default="", metadata={"doc": "Extended Date/Time Format (ISO 8601-2): 2024-07-08, 2023-06, 2019/.."}
    )
    first: date | None = field(default=None, metadata={"doc": "First day it can mean; null where open or unknown"})
    last: date | None = field(default=None, metadata={"doc": "Last day it can mean; null where open or unknown"})
    basis: str = field(
        default="",
        metadata={"doc": "stated (words in the sentence), context (from a neighbour), publication (nothing says more)"},
    )
    start: int | None = field(default=None, metadata={"doc": "First character of the words; null where there are none"})
    end: int | None = field(default=None, metadata={"doc": "One past the last character of the words"})
    text: str = field(default="", metadata={"doc": "The words: last June"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where the event is said to take place."""

    text: str = field(default="", metadata={"doc": "The words in the sentence"})
    start: int | None = field(default=None, metadata={"doc": "First character; null where there are no words"})
    end: int | None = field(default=None, metadata={"doc": "One past the last character"})
    name: str = field(default="", metadata={"doc": "Name of the place in full"})
    country: str = field(default="", metadata={"doc": "ISO 3166-1 alpha-3 code of the country it lies in"})


@dataclass(frozen=True, slots=True)
class Speaker:
    """One link in the chain of who says so."""

    text: str = field(metadata={"doc": "Short name, as fully as the article gives it: Yuri Ushakov, TASS, officials"})
    code: str = field(default="", metadata={"doc": "Id of the guidelines' grammar where known"})
    actor_id: str = field(default="", metadata={"doc": "Stable id where known"})


@dataclass(frozen=True, slots=True)
class Claim:
    """What one sentence asserts: an event or a standing relation, with a status."""

    claim_id: str = field(metadata={"doc": "Identifier: a hash of article, trigger span and type"})
    article_id: str = field(metadata={"doc": "The article it stands in"})
    sentence: int = field(metadata={"doc": "Number of the sentence; 0 is the headline"})
    trigger: Trigger = field(metadata={"doc": "The words that name the event"})
    event_type: str = field(metadata={"doc": "PLOVER 0.8 type, or VOTE, ELECT, TIES"})
    event_mode: str = field(metadata={"doc": "Mode of the type, or empty"})
    contexts: tuple[str, ...] = field(metadata={"doc": "0 to 2 PLOVER contexts"})
    status: str = field(metadata={"doc": "happened, ongoing, planned, possible or not"})
    score: float = field(metadata={"doc": "Conflict and cooperation score of the type and mode, -10 to 10 (PLOVER)"})
    actors: tuple[Actor, ...] = field(metadata={"doc": "Who does it"})
    recipients: tuple[Actor, ...] = field(metadata={"doc": "To, with or against whom it is done"})
    date: Date = field(metadata={"doc": "When"})
    place: Place = field(metadata={"doc": "Where"})
    attribution: tuple[Speaker, ...] = field(metadata={"doc": "Who says so, outermost first, without the publisher"})
    event_id: str = field(metadata={"doc": "The same for claims about one event"})
    confidence: float = field(metadata={"doc": "Probability that trigger and type are right, 0 to 1"})


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the input that could not be read: what, where, what to do."""

    where: str = field(metadata={"doc": "File and line, address, or article id"})
    what: str = field(metadata={"doc": "What is wrong and what to do about it"})
    skipped: bool = field(default=False, metadata={"doc": "True where it is no fault: an article in another language"})


@dataclass(frozen=True, slots=True)
class Party:
    """Who takes part in an event, apart from the words of any one report."""

    code: str = field(metadata={"doc": "Id of the guidelines' grammar: IND.GOV, IGO:SCO, NSA:HAMAS"})
    actor_id: str = field(default="", metadata={"doc": "Stable id of the person, body or state"})
    name: str = field(default="", metadata={"doc": "Its name in full"})

    @property
    def place(self) -> str:
        """The country, body or group of the id: RUS of RUS.GOV."""
        return place_of(self.code)


@dataclass(frozen=True, slots=True)
class Report:
    """What one article says of one event: its claims about it, in short. What merging compares."""

    report_id: str = field(metadata={"doc": "Identifier; the `event_id` that reading gave within the article"})
    article_id: str = field(metadata={"doc": "The article"})
    event_id: str = field(metadata={"doc": "The event that it belongs to after merging"})
    known_from: date = field(metadata={"doc": "Day of publication, or of adding where none is known"})
    publisher: str = field(metadata={"doc": "Outlet that printed the article"})
    original_id: str = field(
        metadata={"doc": "First printing of the same text, or first version of the page; its own article where neither"}
    )
    event_type: str = field(metadata={"doc": "Type that most of its claims have"})
    event_mode: str = field(metadata={"doc": "Mode that most of those have, or empty"})
    contexts: tuple[str, ...] = field(metadata={"doc": "Contexts of its claims"})
    statuses: tuple[str, ...] = field(metadata={"doc": "Statuses of its claims, in order, each once"})
    actors: tuple[Party, ...] = field(metadata={"doc": "Doers"})
    recipients: tuple[Party, ...] = field(metadata={"doc": "Recipients"})
    date: Date = field(metadata={"doc": "When: the narrowest of its claims' dates"})
    place: Place = field(metadata={"doc": "Where"})
    stems: tuple[str, ...] = field(metadata={"doc": "Stems of the triggers"})
    words: tuple[str, ...] = field(metadata={"doc": "Stems of the words that tell it apart, from its sentences"})
    confidence: float = field(metadata={"doc": "Largest confidence of its claims, 0 to 1"})
    claims: int = field(metadata={"doc": "Number of its claims"})


@dataclass(frozen=True, slots=True)
class Event:
    """What many reports are about, as it was known from one day to another.

    An event has one such state for each day on which what was known of it changed; together they are its history.
    """

    event_id: str = field(metadata={"doc": "Identifier: the report that comes first by day and id"})
    known_from: date = field(metadata={"doc": "First day on which this was known"})
    known_to: date | None = field(metadata={"doc": "Day from which another state holds; null for the present one"})
    change: str = field(
        metadata={
            "doc": "What was new on `known_from`: announced, dated, moved, happened, ended, cancelled, denied, "
            "disputed, or reported (nothing but another report)"
        }
    )
    event_type: str = field(metadata={"doc": "PLOVER 0.8 type, or VOTE, ELECT, TIES"})
    event_mode: str = field(metadata={"doc": "Mode of the type, or empty"})
    contexts: tuple[str, ...] = field(metadata={"doc": "Contexts, the most frequent first"})
    status: str = field(metadata={"doc": "happened, ongoing, planned, possible or not"})
    disputed: bool = field(metadata={"doc": "Whether somebody is quoted who denies it, beside reports that it was"})
    score: float = field(metadata={"doc": "Conflict and cooperation score of the type and mode, -10 to 10 (PLOVER)"})
    first_reported: date = field(metadata={"doc": "Day of the first report"})
    last_reported: date = field(metadata={"doc": "Day of the last report up to now"})
    actors: tuple[Party, ...] = field(metadata={"doc": "Who does it"})
    recipients: tuple[Party, ...] = field(metadata={"doc": "To, with or against whom it is done"})
    date: Date = field(metadata={"doc": "When"})
    place: Place = field(metadata={"doc": "Where"})
    reports: int = field(metadata={"doc": "Independent reports: copies and versions of one text count once"})
    printings: int = field(metadata={"doc": "Articles that report it, copies included"})
    claims: int = field(metadata={"doc": "Claims about it"})
    confidence: float = field(metadata={"doc": "Largest confidence of its claims, 0 to 1"})


@dataclass(frozen=True, slots=True)
class PairEvent:
    """A state of an event as seen by two of its parties; what series count. Derived from `Event`."""

    pair: str = field(metadata={"doc": "Both places in order of the alphabet, joined by |: IND|RUS"})
    a: str = field(metadata={"doc": "Place of the doer: a country, a body, a group"})
    b: str = field(metadata={"doc": "Place of the recipient"})
    directed: bool = field(metadata={"doc": "False where both do it, or the type has no direction; then a < b"})
    event_id: str = field(metadata={"doc": "The event"})
    known_from: date = field(metadata={"doc": "First day on which this was known"})
    known_to: date | None = field(metadata={"doc": "Day from which another state holds; null for the present one"})
    day: date = field(
        metadata={"doc": "Day it counts for: the first of its date, else the last, else of the first report"}
    )
    precision: str = field(metadata={"doc": "day, month, year, span, open, or none where only the report is dated"})
    event_type: str = field(metadata={"doc": "Type"})
    event_mode: str = field(metadata={"doc": "Mode, or empty"})
    status: str = field(metadata={"doc": "Status"})
    score: float = field(metadata={"doc": "Conflict and cooperation score, -10 to 10"})
    reports: int = field(metadata={"doc": "Independent reports"})


@dataclass(frozen=True, slots=True)
class Decision:
    """A judgement that two reports tell one event, or do not. Never changed; taken back by a later one."""

    decision_id: str = field(metadata={"doc": "Identifier: a hash of the pair, who judged, and when"})
    left: str = field(metadata={"doc": "One report, the smaller id"})
    right: str = field(metadata={"doc": "The other"})
    judgement: str = field(
        metadata={"doc": "same, different, or withdrawn (takes back earlier ones by the same judge)"}
    )
    score: float = field(metadata={"doc": "Probability that they are one event, 0 to 1; 1 or 0 where a person judged"})
    by: str = field(metadata={"doc": "Who judged: model:NAME, or person:NAME; a person's word wins"})
    reason: str = field(metadata={"doc": "Why, in words, where a person gave one"})
    made_at: datetime = field(metadata={"doc": "When, UTC"})
    run_id: str = field(metadata={"doc": "The run that made it"})


@dataclass(frozen=True, slots=True)
class TableVersion:
    """The version of one table that belongs to a snapshot."""

    table: str = field(metadata={"doc": "Name of the table"})
    version: int = field(metadata={"doc": "Its Delta version"})


@dataclass(frozen=True, slots=True)
class Run:
    """A change of the record that was committed as a whole; each makes a new snapshot."""

    snapshot: int = field(metadata={"doc": "Number of the snapshot that it made, from 0"})
    run_id: str = field(metadata={"doc": "The run; one run may commit several batches"})
    command: str = field(metadata={"doc": "create, add, again, merge, decide, compact or migrate"})
    started: datetime = field(metadata={"doc": "When the batch began, UTC"})
    committed: datetime = field(metadata={"doc": "When it was committed, UTC"})
    inputs: tuple[str, ...] = field(metadata={"doc": "What was read"})
    articles: int = field(metadata={"doc": "Articles kept in this batch"})
    claims: int = field(metadata={"doc": "Claims kept in this batch"})
    known: int = field(metadata={"doc": "Articles that the record had already"})
    problems: tuple[Problem, ...] = field(metadata={"doc": "What could not be read or was skipped"})
    reader: str = field(metadata={"doc": "Which network and tables read it: a hash"})
    legation: str = field(metadata={"doc": "Version of Legation"})
    format: int = field(metadata={"doc": "Number of the layout of the tables"})
    versions: tuple[TableVersion, ...] = field(metadata={"doc": "Versions of the tables that make up the snapshot"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in the text and whom it means. Passed between stages; not stored."""

    start: int = field(metadata={"doc": "First character"})
    end: int = field(metadata={"doc": "One past the last character"})
    code: str = field(metadata={"doc": "Id of the guidelines' grammar"})
    kind: str = field(metadata={"doc": "Kind of the name entry, or `introduced` for a name the article explains"})
    actor_id: str = field(metadata={"doc": "Stable id of the actor"})
    name: str = field(metadata={"doc": "Its name in full"})
    certain: float = field(default=1.0, metadata={"doc": "How sure the choice among namesakes is, 0 to 1"})

    @property
    def is_person(self) -> bool:
        """Whether it names a person, in full, by family name, or as the article introduces one."""
        return self.kind in ("person", "family", "introduced")

    @property
    def place(self) -> str:
        """The country, body or group of the id: RUS of RUS.GOV."""
        return place_of(self.code)


@dataclass(frozen=True, slots=True)
class Span:
    """Words that the network gives a role, with their probability. Passed between stages; not stored."""

    start: int = field(metadata={"doc": "First character"})
    end: int = field(metadata={"doc": "One past the last character"})
    probability: float = field(metadata={"doc": "Largest probability of its words, 0 to 1"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the network says of one mention in relation to one trigger. Passed between stages; not stored."""

    mention: int = field(metadata={"doc": "Index into the article's mentions"})
    actor_words: float = field(metadata={"doc": "Log odds that the mention's words are the doer's"})
    recipient_words: float = field(metadata={"doc": "Log odds that the mention's words are the other side's"})
    is_actor: float = field(metadata={"doc": "Log odds that the mention's entity is a doer"})
    is_recipient: float = field(metadata={"doc": "Log odds that the mention's entity is on the other side"})
    distance: int = field(metadata={"doc": "Words from the trigger to the mention, negative before it"})


@dataclass(frozen=True, slots=True)
class Draft:
    """A claim before it is known whom its words mean. Passed between stages; not stored."""

    sentence: int = field(metadata={"doc": "Number of the sentence"})
    trigger: Trigger = field(metadata={"doc": "The words that name the event"})
    event_type: str = field(metadata={"doc": "PLOVER type, or VOTE, ELECT, TIES"})
    event_mode: str = field(metadata={"doc": "Mode of the type, or empty"})
    contexts: tuple[str, ...] = field(metadata={"doc": "0 to 2 contexts"})
    statuses: tuple[float, ...] = field(metadata={"doc": "Probability of each status, in the order of the ontology"})
    confidence: float = field(metadata={"doc": "Probability that there is an event of this type"})
    actor_spans: tuple[Span, ...] = field(metadata={"doc": "Words of the doer in the sentence"})
    recipient_spans: tuple[Span, ...] = field(metadata={"doc": "Words of the other side in the sentence"})
    place_spans: tuple[Span, ...] = field(metadata={"doc": "Words of the place in the sentence"})
    time_spans: tuple[Span, ...] = field(metadata={"doc": "Words of the time in the sentence"})
    speaker_spans: tuple[Span, ...] = field(metadata={"doc": "Innermost speaker, in the window"})
    outer_spans: tuple[Span, ...] = field(metadata={"doc": "Those who quote the speaker, in the window"})
    actor_sectors: tuple[float, ...] = field(metadata={"doc": "Probability of each sector label of the doer"})
    recipient_sectors: tuple[float, ...] = field(metadata={"doc": "Probability of each sector label of the other side"})
    no_actor: float = field(metadata={"doc": "Probability that no doer is named or certain"})
    no_recipient: float = field(metadata={"doc": "Probability that there is no other side"})
    evidence: tuple[Evidence, ...] = field(metadata={"doc": "One entry a mention in the window"})


class InputError(ValueError):
    """Input that could not be read.

    Attributes:
        problems: Everything that was wrong, one entry each.
        claims: The claims of whatever could be read.
    """

    def __init__(self, problems: list[Problem], claims: list[Claim]) -> None:
        self.problems = problems
        self.claims = claims
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(f"{problems[0].where}: {problems[0].what}{more}")
