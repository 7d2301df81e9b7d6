"""How records look outside Python: JSON objects, flat rows, the data dictionary; one definition for all, in `types`.

`python -m legation.schema` prints the data dictionary as Markdown.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import types
from datetime import date
from typing import Any, get_args, get_origin, get_type_hints

from legation.types import Actor, Article, Claim, Date, Place, Problem, Sentence, Speaker, Trigger

__all__ = ["ROW_COLUMNS", "claim_to_dict", "claim_to_json", "claim_to_row", "data_dictionary", "fields_of"]

_KEY_ORDER: dict[type, tuple[str, ...]] = {
    Actor: ("start", "end", "text", "code", "actor_id", "name"),
    Place: ("start", "end", "text", "name", "country"),
}
"""Order of the keys in JSON where it is not that of the dataclass: the words first, then what they mean."""

_CONFIDENCE_DIGITS = 4

_RECORDS: tuple[type, ...] = (Article, Claim, Trigger, Actor, Date, Place, Speaker, Sentence, Problem)

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


def _joined(values: list[str]) -> str:
    """Values as one cell, parted by semicolons; a semicolon inside a value becomes a comma. Empty where all are."""
    return ";".join(v.replace(";", ",") for v in values) if any(values) else ""


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
        "contexts": _joined(list(claim.contexts)),
        "status": claim.status,
        "score": float(claim.score),
        "date": claim.date.edtf,
        "date_first": claim.date.first.isoformat() if claim.date.first else "",
        "date_last": claim.date.last.isoformat() if claim.date.last else "",
        "date_basis": claim.date.basis,
        "date_text": claim.date.text,
        "place": claim.place.name or claim.place.text,
        "country": claim.place.country,
        "attribution": _joined([s.text for s in claim.attribution]),
        "trigger": claim.trigger.text,
        "start": claim.trigger.start,
        "end": claim.trigger.end,
        "confidence": round(float(claim.confidence), _CONFIDENCE_DIGITS),
    }
    for side, actors in (("actor", claim.actors), ("recipient", claim.recipients)):
        row[f"{side}s"] = _joined([a.code for a in actors])
        row[f"{side}_ids"] = _joined([a.actor_id for a in actors])
        row[f"{side}_names"] = _joined([a.name for a in actors])
        row[f"{side}_texts"] = _joined([a.text for a in actors])
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
    words = {str: "text", int: "whole number", float: "number", bool: "true or false", type(None): "null", date: "date"}
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
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(data_dictionary())
