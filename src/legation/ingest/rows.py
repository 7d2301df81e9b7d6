"""Articles as JSON: one object a line, or one document with a list of them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from legation.ingest.article import make_article, parse_published, too_long
from legation.ingest.decode import bom_encoding, decode
from legation.types import Article, Problem

__all__ = ["Defaults", "read_json", "read_json_lines"]

_MAX_LINE = 24_000_000
"""Bytes of the longest line: an article at the limit of its length, each character escaped in JSON as twelve."""
_MAX_DOCUMENT = 100_000_000
_FIELDS = ("title", "publisher", "url")


@dataclass(frozen=True, slots=True)
class Defaults:
    """What is taken for an input that does not say it itself."""

    published: date | None = None
    publisher: str = ""


def _lines(stream: io.BufferedReader[Any]) -> Iterator[bytes | None]:
    """Lines of a stream as bytes, None for one that is too long (the rest of it is passed over)."""
    encoding = bom_encoding(stream.peek(400)[:400])
    if encoding and encoding != "utf-8-sig":
        text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="\n")
        try:
            while line := text.readline(_MAX_LINE):
                yield line.encode("utf-8", "replace")
        finally:
            text.detach()  # the stream is closed by who opened it
        return
    while raw := stream.readline(_MAX_LINE):
        if len(raw) == _MAX_LINE and not raw.endswith(b"\n"):
            while len(raw) == _MAX_LINE and not raw.endswith(b"\n"):
                raw = stream.readline(_MAX_LINE)
            yield None
        else:
            yield raw


def _parse(text: str) -> Any:
    """A JSON value.

    Raises:
        ValueError: With what is wrong, and at which character.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        at = f" at character {error.colno}" if error.lineno == 1 else f" at line {error.lineno}"
        raise ValueError(f"broken JSON: {error.msg[:1].lower()}{error.msg[1:]}{at}") from None
    except RecursionError:
        raise ValueError("broken JSON: nested too deeply") from None


def read_json_lines(stream: io.BufferedReader[Any], where: str, defaults: Defaults) -> Iterator[Article | Problem]:
    """Articles of a stream of JSON Lines, read line by line.

    Args:
        stream: The bytes.
        where: Name of the file; the number of the line is put behind it.
        defaults: Date and publisher of rows that state none.

    Yields:
        An article, or a problem, for each line that is not blank.
    """
    blank = True
    for number, raw in enumerate(_lines(stream), 1):
        place = f"{where}:{number}"
        if raw is None:
            yield too_long(place)
            blank = False
            continue
        line = decode(raw).strip("\ufeff \t\r\n")
        if not line:
            continue
        blank = False
        try:
            row = _parse(line)
        except ValueError as error:
            yield Problem(place, f"{error}; this line is left out")
            continue
        yield from _row_articles(row, place, defaults)
    if blank:
        yield Problem(where, "empty; nothing to read here")


def read_json(stream: BinaryIO, where: str, defaults: Defaults) -> Iterator[Article | Problem]:
    """Articles of a JSON file: a list of objects, one object, or JSON Lines under the wrong name.

    Args:
        stream: The bytes.
        where: Name of the file.
        defaults: Date and publisher of objects that state none.

    Yields:
        An article or a problem for each object.
    """
    raw = stream.read(_MAX_DOCUMENT + 1)
    if len(raw) > _MAX_DOCUMENT:
        yield Problem(
            where, f"JSON of more than {_MAX_DOCUMENT // 1_000_000} MB; make it JSON Lines, which is streamed"
        )
        return
    text = decode(raw).strip("\ufeff \t\r\n")
    if not text:
        yield Problem(where, "empty; nothing to read here")
        return
    try:
        value = _parse(text)
    except ValueError as error:
        first = text.partition("\n")[0].rstrip()
        if first.startswith("{") and first.endswith("}"):
            yield from read_json_lines(io.BufferedReader(io.BytesIO(raw)), where, defaults)
        else:
            yield Problem(where, f"{error}; repair it, or make it JSON Lines")
        return
    if isinstance(value, list):
        if not value:
            yield Problem(where, "an empty list; nothing to read here")
        for number, row in enumerate(value, 1):
            yield from _row_articles(row, f"{where}, item {number}", defaults)
    else:
        yield from _row_articles(value, where, defaults)


def _row_articles(row: Any, where: str, defaults: Defaults) -> Iterator[Article | Problem]:
    """The article of one JSON object, or what is wrong with it; a bad date comes before the article without it."""
    if not isinstance(row, dict):
        yield Problem(where, 'not a JSON object; write {"text": "…", "published": "YYYY-MM-DD"}')
        return
    text = row.get("text")
    if not isinstance(text, str):
        yield Problem(where, "no field 'text' with the words of the article; it is the one field that is required")
        return
    identifier = row.get("id")
    if identifier is not None and (isinstance(identifier, bool) or not isinstance(identifier, str | int)):
        yield Problem(where, "field 'id' must be text or a whole number; the article is left out")
        return
    parts: dict[str, str] = {}
    for name in _FIELDS:
        value = row.get(name)
        if value is not None and not isinstance(value, str):
            yield Problem(where, f"field {name!r} must be text; read without it")
            value = None
        parts[name] = value or ""
    published = defaults.published
    stated = row.get("published")
    if stated not in (None, ""):
        try:
            published = parse_published(str(stated))
        except ValueError as error:
            published = None
            yield Problem(where, f"{error}; read without a date")
    yield make_article(
        text,
        where=where,
        article_id="" if identifier is None else str(identifier),
        title=parts["title"],
        publisher=parts["publisher"] or defaults.publisher,
        published=published,
        url=parts["url"],
    )
