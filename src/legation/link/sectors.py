"""Which sector of a country given words mean: its government or the country itself, its army, a party, protesters.

What speaks for each sector is laid out as rows of numbers, for all parties of an article at once: an article has many,
and each has a sector to find. `legation.link.resolver` weighs the rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from legation.link.lexicon import ROLE_SECTORS
from legation.link.parties import UNKNOWN
from legation.link.spans import heads
from legation.link.whom import LABELS, Floats, Scene, Tables, Words, kind_of_place
from legation.link.wording import TRAITS, Phrase, phrase_of
from legation.ontology import STATUSES, TYPES
from legation.types import Draft, Mention

__all__ = ["COLUMNS", "LABELS", "TABLES", "Case", "Setting", "sector_rows", "setting_of"]

_MENTION_KINDS = (
    "", "state", "demonym", "capital", "city", "region", "seat", "body", "group", "agency", "party", "person", "family",
    "introduced", "context", "place",
)  # fmt: skip
_CONTEXTS = ("military", "election", "legislative", "executive", "diplomatic", "legal", "territory", "terrorism")
TABLES = (
    "head", "last", "phrase", "type", "mode", "stem", "actor", "place", "before", "after", "head_type", "name_type",
    "other", "across", "stem_name",
)  # fmt: skip
"""Tables of counts that the sector asks, each by a key that `setting_of` makes."""
_NAMED = tuple(f"sector_{t}" for t in TABLES)
LARGE = ("USA", "RUS", "CHN", "ISR", "PSE", "IRN", "UKR", "GBR", "SYR", "TUR", "PRK", "KOR", "FRA", "DEU", "IND")
"""Countries that have a value of their own; the news has most of them."""
_KEPT = 3
"""Sectors that are weighed for the evidence in their favour, besides those that the words or names say."""

_OF_CASE = (
    *TRAITS, "side", "implied", "event_type", "kind", "bare", "has_lexicon", "has_sector", "holder", "unknown",
    "headline", "own_count", "other_count", "seen", "place_size", "sentences", "opposite", "opposite_same", "alike",
    "former", "former_there",
    *(f"context_{c}" for c in _CONTEXTS), *(f"status_{i}" for i in range(len(STATUSES))),
)  # fmt: skip
_OF_LABEL = (
    "label", "usual", "network", "network_rank", "is_lexicon", "is_own", "is_holder", "seen_label", "evidence",
    "evidence_rank", "evidence_margin", "network_alike", "beside_label", "sentence_label",
)  # fmt: skip
COLUMNS: tuple[str, ...] = (*_OF_CASE, *_OF_LABEL, *(f"table_{t}" for t in TABLES))
"""What a row holds, in order."""
_INDEX = {label: i for i, label in enumerate(LABELS)}
_TYPE = {t: float(i) for i, t in enumerate(TYPES)}
_KIND = {k: float(i) for i, k in enumerate(_MENTION_KINDS)}
_SIZE = {place: i + 1.0 for i, place in enumerate(LARGE)}
_OPPOSITE = {"": 0.0, "state": 1.0, UNKNOWN: 2.0, "IGO": 3.0, "NSA": 4.0, "NGO": 5.0, "MNC": 6.0}
_BREAK = re.compile(r"[,.;:()]")
_FORMER = re.compile(r"\b(?:former|ex|late|then|ousted|deposed|candidate|nominee)\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_NEXT = re.compile(r"\W*(\w+)")


@dataclass(frozen=True, slots=True)
class Case:
    """A place that some words mean, whose sector is asked.

    Attributes:
        draft: The claim, found or given.
        words: The words.
        others: All words of both sides of the claim.
        place: Country, or the unknown.
        opposite: Places of the other side.
    """

    draft: Draft
    words: Words
    others: Sequence[Words]
    place: str
    opposite: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a case stands: the name in the words that stands for the place, and the case's key in each of `TABLES`."""

    said: str
    mention: Mention | None
    keys: tuple[str, ...]


def _beside(scene: Scene, start: int, end: int) -> tuple[list[str], bool]:
    """Sectors of the descriptions right before and after words, and whether they are of one who was something."""
    text = scene.text
    before = _BREAK.split(text[max(scene.sentences[scene.sentence_at(start)][1], start - 50) : start])[-1].split()[-4:]
    found = [ROLE_SECTORS[w] for w in reversed([w.lower() for w in before]) if w in ROLE_SECTORS][:1]
    former = bool(_FORMER.search(text, max(0, start - 40), end))
    if text[end : end + 1] == ",":
        apposition = _BREAK.split(text[end + 1 : end + 70])[0].split()[:7]
        sector = phrase_of(" ".join(apposition)).lexicon
        found += [sector] if sector else []
        former = former or bool(_FORMER.search(text, end, end + 20))
    return found, former


def described(scene: Scene, mention: Mention | None, start: int, end: int) -> tuple[Floats, bool, bool]:
    """How often each of `LABELS` describes a name of the article, or words; whether as a former one, here and there."""
    key = mention.actor_id if mention is not None else ""
    known = scene.described.get(key) if key else None
    if known is None:
        out, there = np.zeros(len(LABELS), dtype=np.float32), False
        at = [(m.start, m.end) for m in scene.mentions if m.actor_id == key] if key else [(start, end)]
        for begin, stop in at:
            found, former = _beside(scene, begin, stop)
            there = there or former
            for sector in found:
                out[_INDEX[sector]] += 1
        known = (out, there)
        if key:
            scene.described[key] = known
    here = bool(_FORMER.search(scene.text, max(0, start - 40), end)) if start >= 0 else False
    return known[0], known[1], here


def sentence_sectors(scene: Scene, at: int) -> Floats:
    """How many words of a sentence the lexicon gives each of `LABELS`; remembered."""
    number = scene.sentence_at(at)
    known = scene.told.get(number)
    if known is None:
        known = np.zeros(len(LABELS), dtype=np.float32)
        _, start, end = scene.sentences[number]
        for word in _WORD.findall(scene.text, start, end):
            sector = ROLE_SECTORS.get(word.lower())
            if sector:
                known[_INDEX[sector]] += 1
        scene.told[number] = known
    return known


def setting_of(scene: Scene, case: Case) -> Setting:
    """The name in a case's words, and the keys under which the tables know it."""
    draft, words, place, text = case.draft, case.words, case.place, scene.text
    start, end = words.start, words.end
    said = text[start:end] if start >= 0 else ""
    mention = next((m for m in heads(text, start, end, scene.mentions) if m.place == place), None) if said else None
    phrase = phrase_of(said)
    kind = mention.kind if mention else ("words" if said else "none")
    if mention is not None and mention.end - mention.start < len(said.strip()) - 4:
        kind += "+"
    side = "ar"[words.side]
    to = f" {side} {kind}"
    before = after = ""
    if said:
        begin = scene.sentences[scene.sentence_at(start)][1]
        before = " ".join(text[max(begin, start - 30) : start].lower().split()[-2:])
        following = _NEXT.match(text[end : end + 30].lower())
        after = following.group().strip() if following else ""
    across = sorted(
        phrase_of(text[o.start : o.end]).lexicon or "words" if o.start >= 0 else "none"
        for o in case.others
        if o.side != words.side
    )[:2]
    opposite = sorted({"same" if p == place else kind_of_place(p) for p in case.opposite})[:2]
    kind_type, stem, name = draft.event_type, draft.trigger.stem, mention.actor_id if mention else ""
    return Setting(said, mention, (
        phrase.head,
        phrase.tokens[-1] if phrase.tokens else "",
        " ".join(phrase.tokens),
        f"{kind_type}{to} {place if place == UNKNOWN else 'state'}",
        f"{kind_type}/{draft.event_mode}{to}",
        f"{stem}{to}",
        name,
        f"{place}{to}",
        f"{before}{to}" if said else "",
        f"{after}{to}" if said and after else "",
        f"{phrase.head} {kind_type} {side}" if phrase.head else "",
        f"{name} {kind_type} {side}" if name else "",
        f"{kind_type}{to} {'+'.join(across)}",
        f"{kind_type}{to} {'+'.join(opposite)}",
        f"{name} {stem} {side}" if name else "",
    ))  # fmt: skip


def sector_rows(
    scene: Scene, cases: Sequence[Case], tables: Tables, settings: Sequence[Setting] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """What speaks for each sector that is worth weighing.

    Args:
        scene: The article.
        cases: Its parties.
        tables: Counts of training.
        settings: Of each case, where they are known already.

    Returns:
        For each row its case, ascending, its label's index in `LABELS`, and the rows themselves, `[rows, COLUMNS]`.
    """
    n, m = len(cases), len(LABELS)
    shared = np.zeros((n, len(_OF_CASE)), dtype=np.float32)
    asked = np.zeros((n, len(TABLES), m), dtype=np.float32)
    network = np.full((n, m), np.nan, dtype=np.float32)
    seen, beside, told = np.zeros((3, n, m), dtype=np.float32)
    said = np.zeros((n, m, 3), dtype=np.bool_)
    alike: dict[tuple[tuple[str, ...], str, int], list[int]] = {}
    lookup = tables.of_sectors
    for k, case in enumerate(cases):
        setting = settings[k] if settings is not None else setting_of(scene, case)
        draft, words, place = case.draft, case.words, case.place
        phrase = phrase_of(setting.said)
        holder = phrase.offices and phrase.holder and scene.day is not None and place != UNKNOWN
        held = bool(holder and scene.holder_ids(place, phrase.offices))
        own = setting.mention.code.partition(".")[2] if setting.mention else None
        for which, label in enumerate((phrase.lexicon or None, own, "GOV" if held else None)):
            if label in _INDEX:
                said[k, _INDEX[label], which] = True
        chances = draft.actor_sectors if words.side == 0 else draft.recipient_sectors
        if chances:
            network[k] = chances
        for t, (table, key) in enumerate(zip(_NAMED, setting.keys, strict=True)):
            asked[k, t] = lookup(table, key)
        seen[k] = scene.seen(place)
        there = here = False
        if words.start >= 0:
            beside[k], there, here = described(scene, setting.mention, words.start, words.end)
        told[k] = sentence_sectors(scene, draft.trigger.start)
        alike.setdefault((phrase.tokens, place, words.side), []).append(k)
        shared[k] = _of_case(scene, case, setting, phrase, held, bool(own), float(seen[k].sum()), here, there)
    with np.errstate(divide="ignore", invalid="ignore"):
        network = np.log(np.maximum(network, 1e-5))
    together = network.copy()
    for rows in alike.values():
        shared[rows, _OF_CASE.index("alike")] = min(9, len(rows))
        if len(rows) > 1:
            together[rows] = network[rows].mean(axis=0)
    known = ~np.isnan(network)
    evidence = asked.sum(axis=1) / 4 + np.where(known, network, 0.0)
    order = _ranks(evidence)
    chosen = (order < _KEPT) | said.any(axis=2)
    chosen[:, [_INDEX[""], _INDEX["GOV"]]] = True
    of_label = np.stack((
        np.broadcast_to(np.arange(m), (n, m)),
        np.broadcast_to([tables.share("sector_head", label) for label in LABELS], (n, m)),
        network,
        np.where(known, _ranks(network), np.nan),
        *said.transpose(2, 0, 1),
        seen / np.maximum(1, seen.sum(axis=1, keepdims=True)),
        evidence,
        order,
        evidence - evidence.max(axis=1, keepdims=True),
        together,
        np.minimum(3, beside),
        np.minimum(3, told),
    ), axis=2).astype(np.float32)  # fmt: skip
    case_of, label_of = np.nonzero(chosen)
    of_tables = asked.transpose(0, 2, 1)[case_of, label_of]
    return case_of, label_of, np.concatenate((shared[case_of], of_label[case_of, label_of], of_tables), axis=1)


def _of_case(
    scene: Scene, case: Case, setting: Setting, phrase: Phrase, held: bool, own: bool, seen: float, here: bool,
    there: bool,
) -> tuple[float, ...]:  # fmt: skip
    """The values of `_OF_CASE`.

    Args:
        scene: The article.
        case: The case.
        setting: Where it stands.
        phrase: Its words.
        held: Whether they mean somebody in office.
        own: Whether the name in them has a sector.
        seen: How many names of the article stand for the place.
        here: Whether the words are of one who was something.
        there: Whether the article says so of the name elsewhere.
    """
    draft, mention, side = case.draft, setting.mention, case.words.side
    opposite = min((p for p in case.opposite if p != case.place), default="")
    sides = [o.side for o in case.others]
    return (
        *phrase.traits,
        side,
        not setting.said,
        _TYPE[draft.event_type],
        _KIND.get(mention.kind, 0.0) if mention else 0.0,
        mention is not None and mention.end - mention.start >= len(setting.said.strip()) - 4,
        bool(phrase.lexicon),
        own,
        held,
        case.place == UNKNOWN,
        draft.sentence == 0,
        sides.count(side),
        sides.count(1 - side),
        seen,
        _SIZE.get(case.place, 0.0),
        min(30, len(scene.sentences)),
        _OPPOSITE[kind_of_place(opposite) if opposite else ""],
        case.place in case.opposite,
        0.0,  # alike, once all cases are known
        here,
        there,
        *(c in draft.contexts for c in _CONTEXTS),
        *draft.statuses,
    )


def _ranks(values: Floats) -> NDArray[np.int64]:
    """Rank of each number of a row, the greatest first."""
    out: NDArray[np.int64] = (-values).argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
    return out
