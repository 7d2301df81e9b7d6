"""How well copies of one text are told from texts that share words: `python -m evaluation.copies --shared ../shared`.

Two measures. Edits that desks make (headline, dateline, correction, words, cuts) are made to real articles: how many of
the copies are found, and how many of the pairs that are joined are copies. And what is found among real articles and
short items is counted by similarity, with pairs to look at (`--look`): of 73 pairs looked at when the threshold was
chosen, 71 were copies; the others were a comment that quotes at length, and a line that told another thing days later,
for which the shortest texts now have a window of their own.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from legation.ingest.article import parse_published
from legation.merge.copies import THRESHOLD, originals, signature, similarity

SEED = 7
SAMPLE = 1_500


def _headline(text: str, dice: random.Random) -> str:
    _, _, body = text.partition("\n")
    return " ".join(dice.sample(body.split(), min(8, len(body.split())))) + "\n" + body


def _dateline(text: str, dice: random.Random) -> str:
    title, _, body = text.partition("\n")
    place = dice.choice(("GENEVA", "CAIRO, Egypt", "NEW DELHI", "BOGOTA"))
    return f"{title}\n{place} (Agency) - {body}\nReporting by one; editing by another"


def _cut(share: float) -> Callable[[str, random.Random], str]:
    def cut(text: str, _: random.Random) -> str:
        words = re.findall(r"\S+\s*", text)
        return "".join(words[: max(1, int(len(words) * share))])

    return cut


def _words(share: float) -> Callable[[str, random.Random], str]:
    """Puts other words in the place of a share of all."""

    def changed(text: str, dice: random.Random) -> str:
        words = text.split(" ")
        for _ in range(int(len(words) * share)):
            words[dice.randrange(len(words))] = dice.choice(("since", "talks", "officials", "late", "new", "against"))
        return " ".join(words)

    return changed


def _correction(text: str, _: random.Random) -> str:
    return text + "\nThis story has been corrected to say that the meeting took place on Tuesday, not on Monday."


EDITS: dict[str, Callable[[str, random.Random], str]] = {
    "headline": _headline,
    "dateline": _dateline,
    "correction": _correction,
    "2% of words": _words(0.02),
    "5% of words": _words(0.05),
    "10% of words": _words(0.10),
    "cut to 80%": _cut(0.8),
    "cut to 60%": _cut(0.6),
    "cut to 40%": _cut(0.4),
    "cut to 30%": _cut(0.3),
}


def _read(path: Path) -> list[tuple[str, date, str]]:
    out = []
    with gzip.open(path, "rt", encoding="utf8") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            try:
                day = parse_published(row.get("published") or row.get("date_publish", "")[:10])
            except ValueError:
                continue
            title = row.get("title") or ""
            text = f"{title}\n{row['text']}" if title else row["text"]
            out.append((row.get("id") or f"{path.name}:{number}", day, text))
    return out


def _edited(articles: list[tuple[str, date, str]]) -> None:
    dice = random.Random(SEED)
    chosen = dice.sample(articles, min(SAMPLE, len(articles)))
    signs = [signature(text) for _, _, text in chosen]
    print(
        f"edits made to {len(chosen):,} articles: copies found (recall), and pairs joined that are copies (precision)"
    )
    for name, edit in EDITS.items():
        made = [(f"{key}~", day + timedelta(dice.randrange(3)), edit(text, dice)) for key, day, text in chosen]
        both = [*zip(chosen, signs, strict=True), *((m, signature(m[2])) for m in made)]
        found = originals([a[0] for a, _ in both], [a[1] for a, _ in both], [s for _, s in both])
        right = sum(found[f"{key}~"] == found[key] for key, _, _ in chosen)
        joined = Counter(found[key] for key, _, _ in chosen)
        wrong = sum(n - 1 for n in joined.values())  # two different articles in one group
        print(f"  {name:14} {right / len(chosen):7.1%}  {right / max(right + wrong, 1):7.1%}")


def _natural(name: str, articles: list[tuple[str, date, str]], look: int) -> None:
    start = time.perf_counter()
    signs = [signature(text) for _, _, text in articles]
    middle = time.perf_counter()
    found = originals([a[0] for a in articles], [a[1] for a in articles], signs)
    end = time.perf_counter()
    at = {key: i for i, (key, _, _) in enumerate(articles)}
    pairs = [(at[original], at[key]) for key, original in found.items() if key != original]
    print(f"\n{name}: {len(articles):,} texts, {len(pairs):,} copies; "
          f"{middle - start:.1f} s to sign, {end - middle:.2f} s to compare")  # fmt: skip
    scored = sorted((similarity(signs[i], signs[j]), i, j) for i, j in pairs)
    bands = Counter(f"{int(10 * s) / 10:.1f}" for s, _, _ in scored)
    print("  similarity to the original: " + ", ".join(f"{band} {n}" for band, n in sorted(bands.items())))
    for s, i, j in random.Random(SEED).sample(scored, min(look, len(scored))):
        one, other = (" / ".join(articles[k][2].split("\n"))[:160] for k in (i, j))
        print(f"  {s:.2f} {articles[i][1]} {one}\n       {articles[j][1]} {other}")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--look", type=int, default=0, help="pairs of each corpus to print")
    options = parser.parse_args(arguments)
    corpus = options.shared / "corpus"
    if not corpus.is_dir():
        sys.exit(f"{corpus}: no corpora here; name the folder with --shared")
    print(f"threshold {THRESHOLD}")
    articles = _read(corpus / "text" / "articles.jsonl.gz")
    _edited(articles)
    for name in ("coreference/news-clusters", "text/articles", "text/current-events"):
        _natural(name, _read(corpus / f"{name}.jsonl.gz"), options.look)


if __name__ == "__main__":
    main()
