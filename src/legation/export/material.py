"""What goes into an export: events with the articles that tell of them, and what was left out on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

from legation.types import Event, PairEvent

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["About", "Material", "Planned", "Source", "Tally", "Telling", "Told"]


@dataclass(frozen=True, slots=True)
class Source:
    """An article, without its words."""

    article_id: str = field(metadata={"doc": "The article"})
    publisher: str = field(metadata={"doc": "Outlet that printed it"})
    url: str = field(metadata={"doc": "Its address"})
    day: date = field(metadata={"doc": "Day of publication, or of adding where none is known"})


@dataclass(frozen=True, slots=True)
class Telling:
    """A claim about an event: where it stands and in which words."""

    source: Source = field(metadata={"doc": "The article"})
    claim_id: str = field(metadata={"doc": "The claim"})
    sentence: int = field(metadata={"doc": "Number of the sentence; 0 is the headline"})
    start: int = field(metadata={"doc": "First character of the trigger, code points in the article's text"})
    actors: tuple[tuple[str, str, int | None], ...] = field(
        metadata={"doc": "Code, words and first character of each doer"}
    )
    recipients: tuple[tuple[str, str, int | None], ...] = field(
        metadata={"doc": "Code, words and first character of each recipient"}
    )
    place: str = field(metadata={"doc": "Words for the place"})
    confidence: float = field(metadata={"doc": "Probability that trigger and type are right, 0 to 1"})
    length: int = field(metadata={"doc": "Length of the article's text, code points"})
    text: str = field(default="", metadata={"doc": "The sentence, where sentences were asked for"})


@dataclass(frozen=True, slots=True)
class Told:
    """An event, and who tells it."""

    event: Event = field(metadata={"doc": "The event in the state that holds"})
    day: date = field(metadata={"doc": "Day it counts for: the first day of its date, else of the first report"})
    publishers: int = field(metadata={"doc": "Outlets that report it"})
    tellings: tuple[Telling, ...] = field(metadata={"doc": "Its claims, by day, article and place in the text"})


@dataclass(frozen=True, slots=True)
class Planned:
    """An entry of the calendar."""

    event: Event = field(metadata={"doc": "A planned event"})
    when: str = field(metadata={"doc": "When, in words"})
    precision: str = field(metadata={"doc": "day, month, year, span, open or none"})
    announced: date = field(metadata={"doc": "Day on which it was first known to be planned"})
    sources: tuple[Source, ...] = field(metadata={"doc": "Articles that report it, the latest first"})


@dataclass(frozen=True, slots=True)
class About:
    """What an export is of; told in its README."""

    record: str = field(metadata={"doc": "Name of the record's folder"})
    snapshot: int = field(metadata={"doc": "Number of the snapshot"})
    committed: datetime = field(metadata={"doc": "When the snapshot was made, UTC"})
    filters: dict[str, str] = field(metadata={"doc": "Filters by name, as given"})
    scheme: str = field(metadata={"doc": "Scheme of quad classes"})
    sentences: bool = field(metadata={"doc": "Whether sentences and headlines are exported"})
    as_of: date | None = field(metadata={"doc": "Day on which things are known; null for the present"})


class Material(Protocol):
    """Where an export gets its rows. Everything is streamed, in an order that is the same each time."""

    about: About

    def events(self) -> Iterator[Told]:
        """The events that the filters let through, by year and id."""

    def pairs(self) -> Iterator[PairEvent]:
        """The same events as seen by two of their parties."""

    def months(self) -> Iterator[tuple[date, int]]:
        """First day of each month of the record from its first article to its last, with its number of articles."""

    def planned(self) -> Iterator[Planned]:
        """What is planned, the soonest first."""

    def batches(self, table: str) -> Iterator[pa.RecordBatch]:
        """Rows of a table of `tables.TABLES` that belong to the events, as Arrow, with the columns in order."""


@dataclass
class Tally:
    """What was written and what was left out; told in the README and on the screen.

    Attributes:
        rows: Rows by file.
        left_out: Events that were left out, by reason.
        notes: What else a user should know, each with how often it applies.
    """

    rows: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return {"rows": dict(self.rows), "left_out": dict(self.left_out), "notes": dict(self.notes)}
