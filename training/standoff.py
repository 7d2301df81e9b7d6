"""The project's own annotations, kept apart from the texts: by document id and offset, never with their words.

One document a line: `{"d": id, "text": corpus, "sentences": [[start, end], ...], "claims": [...]}`. A claim has the
keys of the guidelines, but every text is a span `[start, end]` (or `null`), in title + newline + text; names in `by`
are kept.

    python -m training.standoff --docs NAME.docs.jsonl --claims NAME.claims.jsonl --corpus articles --out FILE
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from training.data import Document, Gold, Span, read_documents

CORPORA = {"ab-": "articles", "wn-": "wikinews", "ce-": "current-events"}


def corpus_of(identifier: str) -> str:
    """Name of the corpus a document id belongs to."""
    for prefix, name in CORPORA.items():
        if identifier.startswith(prefix):
            return name
    return "wikinews"


def _side(pairs: list[tuple[Span | None, str]]) -> list[list[Any]]:
    return [[*(span or (None, None)), code] for span, code in pairs]


def _claim(gold: Gold) -> dict[str, Any]:
    return {
        "s": gold.sentence,
        "t": list(gold.trigger),
        "y": gold.type + (f"/{gold.mode}" if gold.mode else ""),
        "st": gold.status,
        "a": _side(gold.actors),
        "r": _side(gold.recipients),
        "w": [*(gold.time or (None, None)), gold.edtf],
        "p": [*(gold.place or (None, None)), gold.country],
        "by": [[name, *(span or (None, None))] for name, span in zip(gold.says, gold.speakers, strict=True)],
        "c": gold.contexts,
        "e": gold.event,
    }


def write(documents: Iterable[Document], out: Path) -> None:
    """Writes documents' claims without their text."""
    with out.open("w", encoding="utf8") as file:
        for document in documents:
            row = {
                "d": document.id,
                "text": corpus_of(document.id),
                "first": document.sentences[0][0],
                "sentences": [[s, e] for _, s, e in document.sentences],
                "claims": [_claim(c) for c in document.claims],
            }
            file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")


def read(folder: Path, shared: Path) -> list[Document]:
    """Joins the stand-off annotations of a folder with their texts.

    Args:
        folder: Holds `*.jsonl` as `write` makes them, at any depth.
        shared: Holds `corpus/text/`.

    Raises:
        KeyError: If a text is missing from the corpora.
    """
    rows = [json.loads(line) for file in sorted(folder.rglob("*.jsonl")) for line in file.open(encoding="utf8")]
    wanted = {(row["text"], row["d"]) for row in rows}
    texts: dict[str, dict[str, Any]] = {}
    for name in sorted({corpus for corpus, _ in wanted}):
        with gzip.open(shared / "corpus" / "text" / f"{name}.jsonl.gz", "rt", encoding="utf8") as lines:
            for line in lines:
                article = json.loads(line)
                if (name, article["id"]) in wanted:
                    texts[article["id"]] = article
    out = []
    for row in rows:
        article = texts[row["d"]]
        title = article.get("title") or ""
        text = title + "\n" + article["text"] if title else article["text"]
        sentences = [(row["first"] + i, s, e) for i, (s, e) in enumerate(row["sentences"])]
        corpus = {"articles": "article-bias"}.get(row["text"], row["text"])
        document = Document(
            row["d"], corpus, article["published"], article.get("publisher") or "", title, text, sentences
        )
        document.claims = [_gold(c) for c in row["claims"]]
        out.append(document)
    return out


def _span(start: int | None, end: int | None) -> tuple[int, int] | None:
    return None if start is None or end is None else (start, end)


def _gold(c: dict[str, Any]) -> Gold:
    event_type, _, mode = c["y"].partition("/")
    return Gold(
        sentence=c["s"],
        trigger=(c["t"][0], c["t"][1]),
        type=event_type,
        mode=mode,
        status=c["st"],
        actors=[(_span(s, e), code) for s, e, code in c["a"]],
        recipients=[(_span(s, e), code) for s, e, code in c["r"]],
        time=_span(*c["w"][:2]),
        edtf=c["w"][2],
        place=_span(*c["p"][:2]),
        country=c["p"][2],
        says=[name for name, _, _ in c["by"]],
        speakers=[_span(s, e) for _, s, e in c["by"]],
        contexts=c["c"],
        event=c["e"],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--docs", type=Path, required=True)
    parser.add_argument("--claims", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    write(read_documents(args.docs, args.claims), args.out)


if __name__ == "__main__":
    main()
