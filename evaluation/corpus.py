"""A document of the annotated corpora as the reader takes it: headline, newline, body; sentence 0 is the headline."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from legation.types import Article

__all__ = ["Laid", "lay_out", "read_laid"]


@dataclass(frozen=True)
class Laid:
    """One document.

    Attributes:
        article: Its text with headline, as of its day.
        sentences: `(number, first character, one past the last)`; the body counts from 1 where there is no headline.
        corpus: The corpus it is from, empty where the line names none.
    """

    article: Article
    sentences: list[tuple[int, int, int]]
    corpus: str


def lay_out(row: dict[str, Any]) -> Laid:
    """A line of `*.docs.jsonl`, whose sentences count characters of headline, newline and body."""
    title = row.get("title") or ""
    text = title + "\n" + row["text"] if title else row["text"]
    first = 0 if title else 1
    sentences = [(first + i, start, end) for i, (start, end) in enumerate(row["sentences"])]
    article = Article(row["id"], text, title, row.get("publisher") or "", date.fromisoformat(row["published"]))
    return Laid(article, sentences, row.get("corpus") or "")


def read_laid(path: Path) -> Iterator[Laid]:
    """All documents of a file."""
    with path.open(encoding="utf8") as lines:
        for line in lines:
            yield lay_out(json.loads(line))
