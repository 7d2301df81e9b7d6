"""Holds the linking of names against Wikipedia links (silver) and against annotated spans.

    python -m evaluation.linking [--shared ../shared] [--silver] [--claims dev] [--every 1] [--errors 50]
    python -m evaluation.linking --claims train second --fold 0 --resolver FILE --model DIR

Silver: sentences of the current-events corpus whose links name a state, a person, a body or an armed group. A title is
mapped to our id by the names in the tables, titles that differ by `TITLES`; so titles that we do not know at all are
not counted, they are listed with `--errors`. Coverage is the share of links whose words a mention overlaps, accuracy
the share of those that mean the right place (for persons: the right person).

Claims: every annotated actor and recipient, resolved from its words in the article, given the claim's trigger, type,
mode and the words of its other parties. Pronouns and parties without words are counted apart. The weights are grown on
the training documents, so figures on these need weights that leave a part of them out (`--fold`, after
`python -m training.resolver --without`); errors are listed for such only.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

from evaluation.given import measure, print_counts
from legation.knowledge import Entry, key_of, load_entries
from legation.link.resolve import find_mentions
from legation.link.resolver import Resolver
from legation.ontology import place_of
from legation.read.encoder import Network, model_folder
from legation.read.sentences import split
from training.data import read_documents
from training.parties import fold_of, read_all
from training.standoff import read

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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=_ROOT.parent / "shared")
    parser.add_argument("--silver", action="store_true", help="only the Wikipedia links")
    parser.add_argument("--claims", nargs="*", choices=["train", "second", "dev"], help="only these annotations")
    parser.add_argument("--resolver", type=Path, help="weights of the resolver, instead of the shipped ones")
    parser.add_argument("--model", type=Path, help="folder of another network than the shipped one")
    parser.add_argument("--fold", type=int, help="of train and second only this fifth, which the weights do not know")
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
    parts = args.claims if args.claims is not None else (["dev"] if everything else [])
    if parts:
        network = Network(args.model or model_folder(), threads=2)
        resolver = Resolver(json.loads(args.resolver.read_text("utf8")) if args.resolver else network.words)
    for part in parts:
        if part != "dev" and args.fold is None:
            parser.error("figures on what the weights know mean nothing: give --fold, and --resolver")
        if part == "second":
            documents = read(_ROOT / "training" / "annotations" / "second", args.shared)
        else:
            documents = read_documents(*(corpus / "claims" / f"{part}.{name}.jsonl" for name in ("docs", "claims")))
        if part != "dev":
            documents = [d for d in documents if fold_of(d) == args.fold]
        # the network knows the documents of train: what it says of them would flatter
        counts, lists = measure(read_all(documents, None if part == "train" else network), resolver)
        print_counts(f"{part}, words given", counts)
        if part != "dev":
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
