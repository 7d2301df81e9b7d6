"""How records look outside Python: JSON objects, flat rows, the data dictionary; one definition for all, in `types`.

`python -m legation.schema` prints the data dictionary as Markdown.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_origin, get_type_hints

from legation.types import (
    Actor,
    Article,
    Claim,
    Date,
    Decision,
    Event,
    PairEvent,
    Party,
    Place,
    Problem,
    Report,
    Run,
    Sentence,
    Speaker,
    TableVersion,
    Trigger,
)

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "ROW_COLUMNS",
    "TABLES",
    "TableDefinition",
    "arrow_schema",
    "arrow_table",
    "claim_from_dict",
    "claim_to_dict",
    "claim_to_json",
    "claim_to_row",
    "data_dictionary",
    "fields_of",
    "from_plain",
    "joined",
    "records_of",
    "rows_of",
    "to_plain",
]

T = TypeVar("T")

_AT_ONCE = 10_000
"""Rows that are made into records at a time."""

_KEY_ORDER: dict[type, tuple[str, ...]] = {
    Actor: ("start", "end", "text", "code", "actor_id", "name"),
    Place: ("start", "end", "text", "name", "country"),
}
"""Order of the keys in JSON where it is not that of the dataclass: the words first, then what they mean."""

_CONFIDENCE_DIGITS = 4

_RECORDS: tuple[type, ...] = (
    *(Article, Claim, Trigger, Actor, Date, Place, Speaker, Sentence, Problem),
    *(Event, Party, PairEvent, Report, Decision, Run, TableVersion),
)

_ROW: dict[str, str] = {
    "claim_id": "Identifier of the claim",
    "article_id": "The article it stands in",
    "event_id": "The same for claims about one event",
    "sentence": "Number of the sentence; 0 is the headline",
    "event_type": "PLOVER 0.8 type, or VOTE, ELECT, TIES",
    "event_mode": "Mode of the type, or empty",
    "contexts": "Contexts",
    "status": "happened, ongoing, planned, possible or not",
    "score": "Conflict and cooperation score, -10 to 10",
    "actors": "Codes of the doers",
    "actor_ids": "Stable ids of the doers, in the same order",
    "actor_names": "Names of the doers in full, in the same order",
    "actor_texts": "Words for the doers, in the same order",
    "recipients": "Codes of the recipients",
    "recipient_ids": "Stable ids of the recipients, in the same order",
    "recipient_names": "Names of the recipients in full, in the same order",
    "recipient_texts": "Words for the recipients, in the same order",
    "date": "When, in EDTF",
    "date_first": "First day it can mean",
    "date_last": "Last day it can mean",
    "date_basis": "stated, context or publication",
    "date_text": "The words for the time",
    "place": "Name of the place, or its words where no name is known",
    "country": "ISO 3166-1 alpha-3 code of the place's country",
    "attribution": "Who says so, outermost first",
    "trigger": "The words that name the event",
    "start": "First character of the trigger, code points in the article's text",
    "end": "One past its last character",
    "confidence": "Probability that trigger and type are right, 0 to 1",
}

ROW_COLUMNS: tuple[str, ...] = tuple(_ROW)
"""Columns of a claim as a flat row, in order."""


def fields_of(record: type) -> tuple[str, ...]:
    """Names of a record's fields in the order in which JSON has them."""
    return _KEY_ORDER.get(record) or tuple(f.name for f in dataclasses.fields(record))


@dataclass(frozen=True, slots=True)
class TableDefinition:
    """A table of the record."""

    name: str = field(metadata={"doc": "Name of the table and of its folder"})
    record: type = field(metadata={"doc": "The record that a row is"})
    doc: str = field(metadata={"doc": "What a row is"})
    key: str = field(metadata={"doc": "Column, or columns parted by a comma, that no two rows share"})
    extra: tuple[tuple[str, Any, str], ...] = field(
        default=(), metadata={"doc": "Columns beside those of the record: name, type, meaning"}
    )
    renamed: tuple[tuple[str, str], ...] = field(
        default=(), metadata={"doc": "Fields of the record that have another name here: field, column"}
    )
    derived: bool = field(
        default=False, metadata={"doc": "Whether merging computes it from the others; then it is parted by year"}
    )

    def columns(self) -> list[tuple[str, Any, str]]:
        """Name, type and meaning of each column, in order."""
        hints = get_type_hints(self.record)
        names = dict(self.renamed)
        own = [(names.get(f.name, f.name), hints[f.name], f.metadata["doc"]) for f in dataclasses.fields(self.record)]
        return [*own, *self.extra]


_KNOWN_FROM = ("known_from", date, "Day of publication, or of adding where none is known; what `--as-of` compares")
_RUN_ID = ("run_id", str, "The run that kept it")
_YEAR = "Year that the row is filed under: of {}"

TABLES: dict[str, TableDefinition] = {
    t.name: t
    for t in (
        TableDefinition(
            "articles",
            Article,
            "One version of one page, as one outlet printed it. Appended, never changed.",
            key="article_id",
            extra=(
                ("page_id", str, "Id of the page: the same for all versions of it, and the id as given"),
                ("version", int, "1 for the first version kept of a page, 2 for the next"),
                ("content_hash", str, "SHA-256 of publisher, day, headline and text, in hexadecimal"),
                ("signature", bytes, "MinHash signature of the text, for finding copies"),
                ("sentences", tuple[Sentence, ...], "Where its sentences begin and end"),
                _KNOWN_FROM,
                ("reader", str, "Which network and tables read it: a hash"),
                _RUN_ID,
                ("added_at", datetime, "When it was kept, UTC"),
            ),
        ),
        TableDefinition(
            "claims",
            Claim,
            "What one sentence asserts. Appended; replaced only when its article is read again on purpose.",
            key="claim_id",
            renamed=(("event_id", "report_id"),),
            extra=(
                _KNOWN_FROM,
                ("publisher", str, "Outlet that printed the article"),
                _RUN_ID,
            ),
        ),
        TableDefinition(
            "decisions",
            Decision,
            "A judgement that two reports tell one event, or do not. Appended, never changed.",
            key="decision_id",
        ),
        TableDefinition(
            "reports",
            Report,
            "What one article says of one event, and which event that is. Derived.",
            key="report_id",
            extra=(("year", int, _YEAR.format("`known_from`")),),
            derived=True,
        ),
        TableDefinition(
            "events",
            Event,
            "A state of an event, from one day to another. Derived.",
            key="event_id,known_from",
            extra=(("year", int, _YEAR.format("`first_reported`")),),
            derived=True,
        ),
        TableDefinition(
            "pairs",
            PairEvent,
            "A state of an event as seen by two of its parties. Derived.",
            key="pair,a,event_id,known_from",
            extra=(("year", int, _YEAR.format("the event's `first_reported`")),),
            derived=True,
        ),
        TableDefinition("runs", Run, "A change of the record; the last row says what is in it.", key="snapshot"),
    )
}
"""The tables of a record; the one definition for the store, the queries and the documentation."""


def _arrow_type(hint: Any) -> pa.DataType:
    import pyarrow as pa

    if isinstance(hint, types.UnionType):
        return _arrow_type(next(part for part in get_args(hint) if part is not type(None)))
    if get_origin(hint) is tuple:
        return pa.list_(_arrow_type(get_args(hint)[0]))
    if dataclasses.is_dataclass(hint):
        hints = get_type_hints(hint)
        return pa.struct([pa.field(f.name, _arrow_type(hints[f.name])) for f in dataclasses.fields(hint)])
    plain: dict[Any, pa.DataType] = {
        str: pa.string(),
        int: pa.int32(),
        float: pa.float64(),
        bool: pa.bool_(),
        bytes: pa.binary(),
        date: pa.date32(),
        datetime: pa.timestamp("us", tz="UTC"),
    }
    return plain[hint]


@cache
def arrow_schema(table: str) -> pa.Schema:
    """The Arrow schema of a table of the record.

    Args:
        table: A key of `TABLES`.

    Returns:
        Its columns in order; records inside are structs, tuples are lists, whole numbers have 32 bits.
    """
    import pyarrow as pa

    return pa.schema([pa.field(name, _arrow_type(hint)) for name, hint, _ in TABLES[table].columns()])


def to_plain(value: Any) -> Any:
    """A record as Arrow takes it: dataclasses as dicts, tuples as lists; days and times stay what they are."""
    kind: Any = type(value)
    if kind is tuple:
        return [to_plain(item) for item in value]
    names = _field_names(kind)
    return {name: to_plain(getattr(value, name)) for name in names} if names else value


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    """Names of a record's fields in their own order; none for what is no record."""
    return tuple(f.name for f in dataclasses.fields(kind)) if dataclasses.is_dataclass(kind) else ()


def from_plain(hint: Any, value: Any) -> Any:
    """What `to_plain` made, or a row of a table, as the record again.

    Args:
        hint: The type: a dataclass of `types`, or the type of one of its fields.
        value: Dicts, lists and plain values. Keys that the record lacks are left out of account.

    Returns:
        The record.

    Raises:
        KeyError: If a field without a default is missing.
    """
    return _maker(hint)(value)


@cache
def _maker(hint: Any) -> Callable[[Any], Any]:
    """What makes values of a type from plain ones; made once, for there are millions of them."""
    if isinstance(hint, types.UnionType):
        return _maker(next(part for part in get_args(hint) if part is not type(None)))
    if get_origin(hint) is tuple:
        item = _maker(get_args(hint)[0])
        return lambda value: None if value is None else tuple([item(v) for v in value])
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        hints = get_type_hints(hint)
        names = [f.name for f in dataclasses.fields(hint)]
        fields = [(n, None if hints[n] in _AS_THEY_ARE else _maker(hints[n])) for n in names]

        def make(value: Any) -> Any:
            if value is None:
                return None
            return hint(**{n: value[n] if of is None else of(value[n]) for n, of in fields if n in value})

        return make
    if hint is date:
        return lambda value: date.fromisoformat(value) if isinstance(value, str) else value
    return lambda value: value


_AS_THEY_ARE = (str, int, float, bool, bytes, datetime)


def claim_from_dict(value: Mapping[str, Any]) -> Claim:
    """A claim from the JSON object that `claim_to_dict` makes.

    Raises:
        KeyError: If a field is missing.
    """
    claim: Claim = from_plain(Claim, value)
    return claim


def rows_of(table: str, records: Iterable[Any], **extra: Any) -> list[dict[str, Any]]:
    """Records as rows of a table, ready for `pyarrow.Table.from_pylist` with `arrow_schema`.

    Args:
        table: A key of `TABLES`.
        records: Instances of the table's record.
        extra: Values for the extra columns, the same for all.
    """
    names = dict(TABLES[table].renamed)
    return [{**{names.get(k, k): v for k, v in to_plain(record).items()}, **extra} for record in records]


def arrow_table(table: str, records: Sequence[Any], **extra: Any) -> pa.Table:
    """Records as a table of the record, made column by column: several times as fast as by way of `rows_of`.

    Args:
        table: A key of `TABLES`.
        records: Instances of the table's record.
        extra: Values for the extra columns, the same for all.
    """
    import pyarrow as pa

    defined, schema = TABLES[table], arrow_schema(table)
    own = {new: old for old, new in defined.renamed}
    hints = get_type_hints(defined.record)
    columns = []
    for column in schema:
        if column.name in extra:
            columns.append(pa.repeat(pa.scalar(extra[column.name], type=column.type), len(records)))
        else:
            name = own.get(column.name, column.name)
            columns.append(_arrow_column(hints[name], [getattr(r, name) for r in records], column.type))
    return pa.Table.from_arrays(columns, schema=schema)


def _arrow_column(hint: Any, values: list[Any], kind: pa.DataType) -> pa.Array:
    import pyarrow as pa

    if isinstance(hint, types.UnionType):
        return _arrow_column(next(part for part in get_args(hint) if part is not type(None)), values, kind)
    if get_origin(hint) is tuple:
        offsets = [0, *accumulate(map(len, values))]
        items = [item for value in values for item in value]
        return pa.ListArray.from_arrays(
            pa.array(offsets, pa.int32()), _arrow_column(get_args(hint)[0], items, kind.value_type), type=kind
        )
    if not dataclasses.is_dataclass(hint):
        return pa.array(values, kind)
    hints = get_type_hints(hint)
    missing = [value is None for value in values]
    inner = [_arrow_column(hints[f.name], [getattr(v, f.name, None) for v in values], f.type) for f in kind]
    mask = pa.array(missing, pa.bool_()) if any(missing) else None
    return pa.StructArray.from_arrays(inner, fields=list(kind), mask=mask)


def records_of(hint: type[T], table: pa.Table) -> list[T]:
    """Rows of a table as records, made column by column: several times as fast as by way of `from_plain`.

    Args:
        hint: A dataclass of `types`.
        table: A column for each of its fields; further ones are left out of account.
    """
    hints = get_type_hints(hint)
    names = [f.name for f in dataclasses.fields(hint)]  # type: ignore[arg-type]
    out: list[T] = []
    for batch in table.select(names).to_batches(max_chunksize=_AT_ONCE):
        columns = [_values(hints[name], batch.column(k)) for k, name in enumerate(names)]
        out += map(hint, *columns)
    return out


def _values(hint: Any, column: pa.Array) -> list[Any]:
    if isinstance(hint, types.UnionType):
        return _values(next(part for part in get_args(hint) if part is not type(None)), column)
    if get_origin(hint) is tuple:
        import pyarrow.compute as pc

        items = _values(get_args(hint)[0], column.flatten())
        ends = list(accumulate(pc.fill_null(pc.list_value_length(column), 0).to_pylist()))
        return [tuple(items[a:b]) for a, b in pairwise((0, *ends))]
    if not dataclasses.is_dataclass(hint):
        values: list[Any] = column.to_pylist()
        return values
    hints = get_type_hints(hint)
    found = {f.name: _values(hints[f.name], inner) for f, inner in zip(column.type, column.flatten(), strict=True)}
    made = map(hint, *(found[f.name] for f in dataclasses.fields(hint)))  # type: ignore[arg-type]
    return [m if there else None for m, there in zip(made, column.is_valid().to_pylist(), strict=True)]


def _plain(value: object) -> Any:
    """A value as JSON has it: records as objects, days as ISO strings, tuples as lists."""
    if isinstance(value, Speaker) and not (value.code or value.actor_id):
        return {"text": value.text}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(getattr(value, name)) for name in fields_of(type(value))}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def claim_to_dict(claim: Claim) -> dict[str, Any]:
    """A claim as the JSON object that the command prints and the service serves.

    Args:
        claim: The claim.

    Returns:
        A new dict of JSON values. Its keys stand in the documented order; days are ISO strings or None; an entry of
        `attribution` has `text` alone where nobody known is meant.
    """
    out: dict[str, Any] = _plain(claim)
    out["score"] = float(claim.score)
    out["confidence"] = round(float(claim.confidence), _CONFIDENCE_DIGITS)
    return out


def claim_to_json(claim: Claim) -> str:
    """A claim as one line of JSON, without a line end."""
    return json.dumps(claim_to_dict(claim), ensure_ascii=False)


def joined(values: Iterable[str]) -> str:
    """Values as one cell, parted by semicolons; a semicolon inside a value becomes a comma. Empty where all are."""
    cells = [v.replace(";", ",") for v in values]
    return ";".join(cells) if any(cells) else ""


def claim_to_row(claim: Claim) -> dict[str, str | int | float]:
    """A claim as one flat row, for CSV and spreadsheets.

    Args:
        claim: The claim.

    Returns:
        A dict with the keys `ROW_COLUMNS`. Lists are joined with ";"; the lists of one side run parallel.
    """
    row: dict[str, str | int | float] = {
        "claim_id": claim.claim_id,
        "article_id": claim.article_id,
        "event_id": claim.event_id,
        "sentence": claim.sentence,
        "event_type": claim.event_type,
        "event_mode": claim.event_mode,
        "contexts": joined(claim.contexts),
        "status": claim.status,
        "score": float(claim.score),
        "date": claim.date.edtf,
        "date_first": claim.date.first.isoformat() if claim.date.first else "",
        "date_last": claim.date.last.isoformat() if claim.date.last else "",
        "date_basis": claim.date.basis,
        "date_text": claim.date.text,
        "place": claim.place.name or claim.place.text,
        "country": claim.place.country,
        "attribution": joined(s.text for s in claim.attribution),
        "trigger": claim.trigger.text,
        "start": claim.trigger.start,
        "end": claim.trigger.end,
        "confidence": round(float(claim.confidence), _CONFIDENCE_DIGITS),
    }
    for side, actors in (("actor", claim.actors), ("recipient", claim.recipients)):
        row[f"{side}s"] = joined(a.code for a in actors)
        row[f"{side}_ids"] = joined(a.actor_id for a in actors)
        row[f"{side}_names"] = joined(a.name for a in actors)
        row[f"{side}_texts"] = joined(a.text for a in actors)
    return {column: row[column] for column in ROW_COLUMNS}


def _type_words(hint: Any) -> str:
    """A field's type in words: text, number, date or null, list of Actor."""
    if isinstance(hint, types.UnionType):
        return " or ".join(_type_words(part) for part in get_args(hint))
    if get_origin(hint) is tuple:
        return f"list of {_type_words(get_args(hint)[0])}"
    if dataclasses.is_dataclass(hint):
        name: str = getattr(hint, "__name__", str(hint))
        return f"[{name}](#{name.lower()})"
    words = {
        str: "text",
        int: "whole number",
        float: "number",
        bool: "true or false",
        type(None): "null",
        date: "date",
        datetime: "time",
        bytes: "bytes",
    }
    return words[hint]


def data_dictionary() -> str:
    """The data dictionary: every record and every field with its type and meaning, as Markdown."""
    lines = [
        "# Data dictionary",
        "",
        "Generated from `src/legation/types.py` and `src/legation/schema.py` by `make docs`; do not edit.",
        "",
        "Offsets count Unicode code points in the article's text, half-open: `text[start:end]` is the span. Dates are",
        "`YYYY-MM-DD`. The order is that of the JSON that `legation read --format jsonl` prints, a claim a line.",
    ]
    for record in _RECORDS:
        hints = get_type_hints(record)
        docs = {f.name: f.metadata["doc"] for f in dataclasses.fields(record)}
        lines += ["", f"## {record.__name__}", "", (record.__doc__ or "").strip(), "", "| field | type | meaning |"]
        lines += ["| --- | --- | --- |"]
        lines += [f"| `{name}` | {_type_words(hints[name])} | {docs[name]} |" for name in fields_of(record)]
    lines += [
        "",
        "## Row",
        "",
        "A claim as one flat row, as `legation read --format csv` prints it. Lists are joined with `;`, and a `;`",
        "inside a value becomes a comma. The four lists of one side run parallel.",
        "",
        "| column | meaning |",
        "| --- | --- |",
    ]
    lines += [f"| `{name}` | {doc} |" for name, doc in _ROW.items()]
    lines += ["", "## Tables of the record", "", "Each is a Delta Lake table in a folder of the record's folder."]
    for table in TABLES.values():
        names = dict(table.renamed)
        other = "".join(f" `{old}` is called `{new}` here." for old, new in names.items())
        parted = " Parted by `year`." if table.derived else ""
        lines += ["", f"### {table.name}", "", f"{table.doc}{parted} Key: `{table.key}`."]
        lines += [f"Columns of [{table.record.__name__}](#{table.record.__name__.lower()}).{other}"]
        if table.extra:
            lines += ["", "| further column | type | meaning |", "| --- | --- | --- |"]
            lines += [f"| `{name}` | {_type_words(hint)} | {doc} |" for name, hint, doc in table.extra]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(data_dictionary())
