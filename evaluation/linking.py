"""Holds the linking of names against Wikipedia links (silver) and against annotated spans.

    python -m evaluation.linking [--shared ../shared] [--silver] [--claims train dev] [--every 1] [--errors 50]

Silver: sentences of the current-events corpus whose links name a state, a person, a body or an armed group. A title is
mapped to our id by the names in the tables, titles that differ by `TITLES`; so titles that we do not know at all are
not counted, they are listed with `--errors`. Coverage is the share of links whose words a mention overlaps, accuracy
the share of those that mean the right place (for persons: the right person).

Claims: every annotated actor and recipient with words, resolved from its span alone. Pronouns and parties without words
are counted apart. Errors are listed for the training documents only.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from legation.knowledge import Entry, key_of, load_entries
from legation.link.assign import resolve_span
from legation.link.parties import PRONOUNS
from legation.link.resolve import find_mentions
from legation.link.spans import heads
from legation.ontology import place_of
from legation.read.sentences import split
from legation.types import Mention

_ROOT = Path(__file__).resolve().parent.parent
TITLES = {
    "Armed Forces of Ukraine": ("organ", "UKR"),
    "Cabinet of Israel": ("organ", "ISR"),
    "China–Japan relations": ("", ""),
    "Flag of Israel": ("", ""),
    "Gaza Strip": ("state", "PSE"),
    "Georgia (country)": ("state", "GEO"),
    "Georgia (U.S. state)": ("", ""),
    "Government of Israel": ("organ", "ISR"),
    "Houthi movement": ("group", "NSA:HOUTHIS"),
    "Houthis": ("group", "NSA:HOUTHIS"),
    "Islamic State": ("group", "NSA:ISIS"),
    "Israelis": ("state", "ISR"),
    "Palestinians": ("state", "PSE"),
    "Republic of Ireland": ("state", "IRL"),
    "State of Palestine": ("state", "PSE"),
    "Taliban": ("group", "AFG"),
    "West Bank": ("state", "PSE"),
}
"""Titles of Wikipedia that our names do not have or have for another actor: kind and place; not counted where empty."""

_KINDS = {"state": "state", "demonym": "state", "body": "body", "group": "group", "person": "person"}


class Gold:
    """Whom a title means, by our own names."""

    def __init__(self) -> None:
        self._names: dict[str, list[Entry]] = defaultdict(list)
        for entry in load_entries():
            if entry.kind in _KINDS and (entry.kind != "person" or entry.text.count(" ") or "-" in entry.text):
                self._names[key_of(entry.text)].append(entry)

    def of(self, title: str, day: date) -> tuple[str, frozenset[str]]:
        """Kind of a title and the places (of a person: the ids) that are right; an empty kind where it is none of ours.

        A person is `person` while in an office of the tables and `other person` otherwise.
        """
        if title in TITLES:
            kind, place = TITLES[title]
            return kind, frozenset((place,))
        name = re.sub(r" \([^)]*\)$", "", title)
        entries = self._names.get(key_of(name), [])
        kinds = {_KINDS[e.kind] for e in entries}
        if len(kinds) != 1:
            return "", frozenset()
        (kind,) = kinds
        if kind == "person":
            now = any(e.holds(day) and "_" in e.role
                      for e in entries)  # fmt: skip
            return ("person" if now else "other person"), frozenset(e.actor_id for e in entries)
        return kind, frozenset(place_of(e.code) for e in entries)


def silver(path: Path, every: int) -> tuple[dict[str, Counter[str]], dict[str, Counter[tuple[str, ...]]]]:
    """Counts by kind, and what was missed, wrong or unknown."""
    gold = Gold()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    lists: dict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    with gzip.open(path, "rt", encoding="utf8") as lines:
        for number, line in enumerate(lines):
            if number % every:
                continue
            row = json.loads(line)
            text, day = row["text"], date.fromisoformat(row["published"])
            mentions = find_mentions(text, [(s.number, s.start, s.end) for s in split(text)], day)
            for start, end, title in row["links"]:
                kind, right = gold.of(title, day)
                if not kind:
                    lists["unknown"][title,] += 1
                    continue
                hit = [m for m in mentions if m.start < end and start < m.end]
                counts[kind]["links"] += 1
                if not hit:
                    lists["missed"][kind, text[start:end], title] += 1
                    continue
                counts[kind]["linked"] += 1
                if any(m.actor_id in right or m.place in right for m in hit):
                    counts[kind]["right"] += 1
                else:
                    got = "/".join(f"{m.code} {m.name} ({m.kind})" for m in hit)
                    lists["wrong"][kind, text[start:end], title, got] += 1
    return counts, lists


def print_silver(counts: dict[str, Counter[str]]) -> None:
    print(f"\n{'silver':14}{'links':>8}{'linked':>8}{'coverage':>10}{'right':>8}{'accuracy':>10}")
    total: Counter[str] = Counter()
    for kind, c in sorted(counts.items()):
        total.update(c)
        _print_row(kind, c)
    _print_row("all", total)


def _print_row(kind: str, c: Counter[str]) -> None:
    print(f"{kind:14}{c['links']:8}{c['linked']:8}{c['linked'] / c['links']:10.1%}{c['right']:8}"
          f"{c['right'] / max(1, c['linked']):10.1%}")  # fmt: skip


def documents(
    docs: Path, claims: Path
) -> Iterator[tuple[str, list[tuple[int, int, int]], date, list[dict[str, object]]]]:
    """Text, sentences, day and claims of each document; a claim's words are looked up in its sentence."""
    by_document: dict[str, list[dict[str, object]]] = defaultdict(list)
    for line in claims.open(encoding="utf8"):
        row = json.loads(line)
        by_document[row["d"]].append(row)
    for line in docs.open(encoding="utf8"):
        row = json.loads(line)
        title = row.get("title") or ""
        text = f"{title}\n{row['text']}" if title else row["text"]
        base = 0 if title else 1
        spans = [(base + i, a, b) for i, (a, b) in enumerate(row["sentences"])]
        yield text, spans, date.fromisoformat(row["published"]), by_document[row["id"]]


def usual_sectors(claims: Path) -> dict[tuple[str, str], str]:
    """By side and type of event the sector that a bare name of a state mostly has there: GOV, or none."""
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    states = {e.text for e in load_entries() if e.kind in ("state", "demonym", "capital")}
    for line in claims.open(encoding="utf8"):
        row = json.loads(line)
        for key in "ar":
            for words, code in row[key]:
                if words in states:
                    counts[key, row["y"].partition("/")[0]][code.partition(".")[2]] += 1
    return {k: c.most_common(1)[0][0] for k, c in counts.items()}


def given_spans(
    docs: Path, claims: Path, guesses: dict[tuple[str, str], str]
) -> tuple[dict[str, Counter[str]], dict[str, Counter[tuple[str, ...]]]]:
    """Counts of annotated, found and right ids given the spans, by side."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    lists: dict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    for text, sentences, day, rows in documents(docs, claims):
        mentions = find_mentions(text, sentences, day)
        bounds = {n: (a, b) for n, a, b in sentences}
        for row in rows:
            for side, key in (("actor", "a"), ("recipient", "r")):
                guess = guesses.get((key, str(row["y"]).partition("/")[0]), "")
                entries: dict[str, list[str]] = defaultdict(list)
                for words, code in row[key]:  # type: ignore[attr-defined]
                    entries[words].append(code)
                for words, codes in entries.items():
                    _one_span(text, bounds[row["s"]], words, codes, mentions, day, guess, counts[side], lists)  # type: ignore[index]
    return counts, lists


def _one_span(
    text: str,
    bounds: tuple[int, int],
    words: str,
    codes: list[str],
    mentions: list[Mention],
    day: date,
    guess: str,
    count: Counter[str],
    lists: dict[str, Counter[tuple[str, ...]]],
) -> None:
    at = text.find(words, *bounds) if words else -1
    if not words or words.lower() in PRONOUNS or at < 0:
        count["pronoun" if words else "implied"] += len(codes)
        return
    known = [c for c in codes if c != "XXX"]
    found = resolve_span(text, at, at + len(words), mentions, day, guess)
    named = bool(heads(text, at, at + len(words), mentions))
    count["named"] += named
    theirs, ours = set(map(place_of, known)), set(map(place_of, found))
    count["spans"] += 1
    count["gold"] += len(theirs)
    count["found"] += len(ours)
    count["right"] += len(theirs & ours)
    count["gold id"] += len(set(known))
    count["found id"] += len(set(found))
    count["right id"] += len(set(known) & set(found))
    if named:
        count["named gold"] += len(theirs)
        count["named found"] += len(ours)
        count["named right"] += len(theirs & ours)
    if theirs - ours:
        kind = "wrong place" if ours else "no place"
        lists[kind][words, ";".join(sorted(theirs)), ";".join(sorted(ours))] += 1
    elif set(known) - set(found):
        lists["wrong sector"][words, ";".join(sorted(known)), ";".join(sorted(found))] += 1


def _f1(right: int, found: int, gold: int) -> float:
    return 200 * right / max(1, found + gold)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=_ROOT.parent / "shared")
    parser.add_argument("--silver", action="store_true", help="only the Wikipedia links")
    parser.add_argument("--claims", nargs="*", choices=["train", "dev"], help="only these annotated documents")
    parser.add_argument("--every", type=int, default=1, help="take every n-th item of the silver set")
    parser.add_argument("--errors", type=int, default=0, help="list the most frequent errors, never those of dev")
    args = parser.parse_args()
    corpus = args.shared / "corpus"
    if not corpus.is_dir():
        print(f"{corpus} is missing: the corpora are not at hand, nothing is measured")
        return 0
    everything = not args.silver and args.claims is None
    if args.silver or everything:
        counts, lists = silver(corpus / "text" / "current-events-linked.jsonl.gz", args.every)
        print_silver(counts)
        _print_errors(lists, args.errors)
    for part in args.claims if args.claims is not None else (("train", "dev") if everything else ()):
        folder = corpus / "claims"
        guesses = usual_sectors(folder / "train.claims.jsonl")
        counts, lists = given_spans(folder / f"{part}.docs.jsonl", folder / f"{part}.claims.jsonl", guesses)
        print(f"\n{part}, spans given   place F1    id F1    spans  pronouns  implied   named  place F1 of the named")
        for side, c in counts.items():
            place, ident = (_f1(c[f"right{x}"], c[f"found{x}"], c[f"gold{x}"]) for x in ("", " id"))
            print(f"{side:20}{place:9.1f}{ident:9.1f}{c['spans']:9}{c['pronoun']:10}{c['implied']:9}"
                  f"{c['named']:8}{_f1(c['named right'], c['named found'], c['named gold']):14.1f}")  # fmt: skip
        if part == "train":
            _print_errors(lists, args.errors)
    return 0


def _print_errors(lists: dict[str, Counter[tuple[str, ...]]], many: int) -> None:
    for name, found in sorted(lists.items()):
        if many:
            print(f"\n{name} ({sum(found.values())})")
            for items, n in found.most_common(many):
                print(f"  {n:4}  {' | '.join(items)}")


if __name__ == "__main__":
    sys.exit(main())
