"""Whom annotated words mean: the resolver of words held against the annotators, given the rest of the claim."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from legation.link.parties import PRONOUNS
from legation.link.resolver import Resolver
from legation.link.spans import heads
from legation.ontology import place_of
from training.parties import Party, Read

__all__ = ["CLASSES", "measure", "print_counts"]

SIDES = ("actor", "recipient")
CLASSES = ("named", "described", "pronoun", "implied")
"""Words with a name of the tables or the article, words without one, a lone pronoun, and no words at all."""

Lists = dict[str, Counter[tuple[str, ...]]]


def class_of(one: Read, party: Party) -> str:
    """Which of `CLASSES` some words are."""
    w = party.words
    if w.start < 0:
        return "implied"
    words = one.scene.text[w.start : w.end]
    if words.lower() in PRONOUNS:
        return "pronoun"
    return "named" if heads(one.scene.text, w.start, w.end, one.scene.mentions) else "described"


def measure(reads: Iterable[Read], resolver: Resolver) -> tuple[dict[tuple[str, str], Counter[str]], Lists]:
    """Counts of annotated, found and right places and ids by side and class of words, and what went wrong.

    An id that the annotators give as unknown and without a sector is nobody, and counts for neither.
    """
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    lists: Lists = defaultdict(Counter)
    for one in reads:
        rows = one.scene.party_rows(one.drafts)
        codes = resolver.codes(one.scene, one.drafts, rows, [[p.words for p in parties] for parties in one.parties])
        for parties, found in zip(one.parties, codes, strict=True):
            for party, ours in zip(parties, found, strict=True):
                kind = class_of(one, party)
                _count(counts[SIDES[party.words.side], kind], party, ours)
                _list(lists, one, party, kind, ours)
    return counts, lists


def _count(count: Counter[str], party: Party, ours: tuple[str, ...]) -> None:
    known = {c for c in party.codes if c != "XXX"}
    theirs, places = {place_of(c) for c in known}, {place_of(c) for c in ours}
    count["spans"] += 1
    count["gold"] += len(theirs)
    count["found"] += len(places)
    count["right"] += len(theirs & places)
    count["gold id"] += len(known)
    count["found id"] += len(set(ours))
    count["right id"] += len(known & set(ours))


def _list(lists: Lists, one: Read, party: Party, kind: str, ours: tuple[str, ...]) -> None:
    known = {c for c in party.codes if c != "XXX"}
    words = one.scene.text[party.words.start : party.words.end] if party.words.start >= 0 else ""
    theirs, places = {place_of(c) for c in known}, {place_of(c) for c in ours}
    if theirs != places:
        lists[f"{kind}: place"][SIDES[party.words.side], words, ";".join(sorted(theirs)), ";".join(sorted(places))] += 1
    elif known != set(ours):
        lists[f"{kind}: sector"][SIDES[party.words.side], words, ";".join(sorted(known)), ";".join(sorted(ours))] += 1


def f1(right: int, found: int, gold: int) -> float:
    """F1 in percent."""
    return 200 * right / max(1, found + gold)


def print_counts(title: str, counts: dict[tuple[str, str], Counter[str]]) -> None:
    """Prints place and id F1 of each side: of all words but pronouns, and of each class."""
    print(f"\n{title:24}{'spans':>8}{'place F1':>10}{'id F1':>8}")
    for side in SIDES:
        both = counts[side, "named"] + counts[side, "described"]
        for name, c in ((side, both), *((f"  {k}", counts[side, k]) for k in CLASSES)):
            place, ident = (f1(c[f"right{x}"], c[f"found{x}"], c[f"gold{x}"]) for x in ("", " id"))
            print(f"{name:24}{c['spans']:8}{place:10.1f}{ident:8.1f}")
