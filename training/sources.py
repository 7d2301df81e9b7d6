"""Where training documents come from: the annotated corpora, and the project's own stand-off annotations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from legation.link.resolve import find_mentions
from training.data import Document, read_documents
from training.standoff import read


def load(shared: Path, extra: Path | None) -> tuple[list[Document], list[Document]]:
    """Training and development documents."""
    claims = shared / "corpus" / "claims"
    train = read_documents(claims / "train.docs.jsonl", claims / "train.claims.jsonl")
    dev = read_documents(claims / "dev.docs.jsonl", claims / "dev.claims.jsonl")
    if extra is not None:
        train += read(extra, shared)
    return train, dev


def linker(document: Document) -> Iterable[tuple[int, int, str]]:
    """Mentions of a document as `(start, end, place)`."""
    day = date.fromisoformat(document.published)
    return [(m.start, m.end, m.place) for m in find_mentions(document.text, document.sentences, day)]
