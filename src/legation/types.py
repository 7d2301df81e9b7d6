"""The records that flow through Legation: what each is called, what it holds, in which unit.

Every stage is a function from these records to these records. They are frozen: a stage returns new ones.
All character offsets count Unicode code points in `Article.text`, half-open (`text[start:end]` is the span).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from legation.ontology import place_of

__all__ = [
    "Actor",
    "Article",
    "Claim",
    "Date",
    "Draft",
    "Evidence",
    "InputError",
    "Mention",
    "Place",
    "Problem",
    "Sentence",
    "Span",
    "Speaker",
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
        word = self.text.lower().split()[0] if self.text.split() else ""
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
