"""Whom given words mean: what speaks for each entity of the article, for names, descriptions and pronouns alike.

Every entity (a country, body or group) and the unknown one is a candidate. What is known of a (words, candidate) pair
is laid out here under names; `legation.link.resolver` weighs it with trees grown on annotated articles.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from legation.link.names import Names
from legation.link.offices import holders
from legation.link.parties import FEATURES, UNKNOWN, Candidate, candidates_of
from legation.link.parties import features as party_features
from legation.link.spans import heads, mentions_in
from legation.link.trees import table_value
from legation.link.wording import TRAITS, phrase_of
from legation.ontology import SECTORS
from legation.types import Draft, Mention, Span

__all__ = ["LABELS", "Scene", "Tables", "Words", "kind_of_place", "place_values"]

Floats = NDArray[np.float32]
LABELS: tuple[str, ...] = ("", *SECTORS)
"""No sector, and the sectors."""
_LABEL = {label: i for i, label in enumerate(LABELS)}
_NOTHING: Floats = np.zeros(len(LABELS), dtype=np.float32)
_FAR = 5000.0
RELATIONS = ("many", "other", "frequent", "recent")
"""Tables of how often a head meant several, one named on the other side, the most frequent, the last named."""
_KINDS = ("IGO", "NSA", "NGO", "MNC")
_LINKING = re.compile(r"\s*(?:in|of|from|across|inside|throughout|against)\s+(?:the\s+)?$", re.IGNORECASE)
_QUOTES = re.compile('["“”]')


@dataclass(frozen=True, slots=True)
class Words:
    """Words that have a role, or their absence.

    Attributes:
        side: 0 for the doer, 1 for the other side.
        start: First character; -1 where only context says who it is.
        end: One past the last.
    """

    side: int
    start: int = -1
    end: int = -1


class Tables:
    """How often things went together in training: for heads of descriptions, triggers and names.

    Args:
        data: By name of the table: by key, counts by label, or the same as text (see `counts_of`). The key "" of each
            holds the counts overall.
        weight: How many occurrences the overall share counts for.
    """

    def __init__(self, data: Mapping[str, Mapping[str, Mapping[str, int] | str]], weight: float = 4.0) -> None:
        self._data = data
        self._weight = weight
        self._found: dict[tuple[str, str], Floats] = {}
        self._prior = {
            name: {label: n / max(1, sum(overall.values())) for label, n in overall.items()}
            for name, t in data.items()
            for overall in (counts_of(t.get("", "")),)
        }

    def value(self, table: str, key: str, label: str) -> float:
        """How much oftener than usual the label goes with the key, as a log ratio; 0 where the key is unknown."""
        counts = self._data.get(table, {}).get(key, "") if key else ""
        return table_value(counts_of(counts), label, self._prior.get(table, {}), self._weight)

    def of_sectors(self, table: str, key: str) -> Floats:
        """The same for each of `LABELS`; remembered, for as many keys as the table has."""
        known = self._found.get((table, key))
        if known is None:
            if not key or key not in self._data.get(table, {}):
                return _NOTHING
            counts, prior = counts_of(self._data[table][key]), self._prior[table]
            known = np.array([table_value(counts, label, prior, self._weight) for label in LABELS], dtype=np.float32)
            self._found[table, key] = known
        return known

    def share(self, table: str, label: str) -> float:
        """Share of a label overall."""
        return self._prior.get(table, {}).get(label, 0.0)


def counts_of(counts: Mapping[str, int] | str) -> Mapping[str, int]:
    """Counts by label from their text: "GOV=3 MIL=1 2", where 2 is that of the empty label."""
    if not isinstance(counts, str):
        return counts
    pairs = (item.rpartition("=") for item in counts.split())
    return {label: int(n) for label, _, n in pairs}


def kind_of_place(place: str) -> str:
    """What an id's place is: IGO, NSA, NGO, MNC, the unknown, or a country or region."""
    prefix = place.partition(":")[0]
    return prefix if ":" in place and prefix in _KINDS else (UNKNOWN if place == UNKNOWN else "state")


class Scene:
    """An article as its words are resolved in it: sentences, mentions and entities, with what is asked of them often.

    Args:
        text: The article's text.
        sentences: `(number, start, end)` of its sentences.
        mentions: Its mentions, in order.
        day: Day of publication.
        known: Names to know instead of those of the shipped tables.
    """

    def __init__(
        self,
        text: str,
        sentences: Sequence[tuple[int, int, int]],
        mentions: Sequence[Mention],
        day: date | None,
        known: Names | None = None,
    ) -> None:
        self.text = text
        self.sentences = list(sentences)
        self.mentions = list(mentions)
        self.day = day
        self._known = known
        self.candidates = _candidates(mentions)
        self.starts = [m.start for m in mentions]
        self._sentence_starts = [s for _, s, _ in sentences]
        self.sentence_of = [self.sentence_at(m.start) for m in mentions]
        self.owner = {i: k for k, c in enumerate(self.candidates) for i in c.mentions}
        self._first_of: dict[int, int] = {}
        for i, number in enumerate(self.sentence_of):
            if i in self.owner:
                self._first_of.setdefault(number, i)
        self._followed: dict[str, Counter[int]] = {}
        self._lower = text.lower()
        towns = Counter(self.owner[i] for i in self.owner if self.mentions[i].kind in ("city", "capital"))
        self.town_share = [towns[k] / max(1, sum(towns.values())) for k in range(len(self.candidates))]
        self.held: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        self._seen: dict[str, Floats] = {}
        self.described: dict[str, tuple[Floats, bool]] = {}
        self.told: dict[int, Floats] = {}

    def sentence_at(self, at: int) -> int:
        """Index, not number, of the sentence at a character."""
        return max(0, bisect_left(self._sentence_starts, at + 1) - 1)

    def holder_ids(self, place: str, offices: tuple[str, ...]) -> list[str]:
        """Ids of those who hold an office of a place on the day."""
        key = (place, offices)
        if key not in self.held:
            self.held[key] = [e.actor_id for e in holders(place, offices, self.day, self._known)] if self.day else []
        return self.held[key]

    def seen(self, place: str) -> Floats:
        """How many mentions of a place have each of `LABELS`."""
        if place not in self._seen:
            out = np.zeros(len(LABELS), dtype=np.float32)
            for mention in self.mentions:
                if mention.place == place:
                    sector = mention.code.partition(".")[2]
                    out[_LABEL.get(sector, 0)] += 1
            self._seen[place] = out
        return self._seen[place]

    def first_in(self, sentence: int) -> int:
        """Candidate of the first mention in a sentence, -1 where it has none."""
        return self.owner.get(self._first_of.get(sentence, -1), -1)

    def beside(self, head: str) -> Counter[int]:
        """How often each candidate stands right before a word anywhere in the article, or right after "word in"."""
        if head not in self._followed:
            found: Counter[int] = Counter()
            for m in re.finditer(rf"(?<!\w){re.escape(head)}(?!\w)", self._lower) if len(head) > 2 else ():
                i = bisect_left(self.starts, m.start())
                for j in (i - 1, i):
                    if not 0 <= j < len(self.mentions) or j not in self.owner:
                        continue
                    mention = self.mentions[j]
                    before = mention.end <= m.start() and len(self.text[mention.end : m.start()].split()) <= 2
                    after = mention.start >= m.end() and _LINKING.fullmatch(self.text[m.end() : mention.start])
                    if (before and "." not in self.text[mention.end : m.start()]) or after:
                        found[self.owner[j]] += 1
            self._followed[head] = found
        return self._followed[head]

    def party_rows(self, drafts: Sequence[Draft]) -> Floats:
        """Features of every (draft, candidate) pair, as the network of parties takes them."""
        return party_features(self.text, self.sentences, self.mentions, drafts, self.candidates)


def _candidates(mentions: Sequence[Mention]) -> list[Candidate]:
    """The article's entities as the pipeline has them, and outlets, firms and organisations, whom given words may name.

    A mere outlet speaks for its country only where words name it: it does not count as a mention of the country.
    """
    *known, unknown = candidates_of(mentions)
    extra: dict[str, list[int]] = {}
    for i, mention in enumerate(mentions):
        if mention.kind == "agency" and mention.place != UNKNOWN:
            extra.setdefault(mention.place, []).extend([i] if ":" in mention.place else [])
    have = {c.place for c in known}
    known += [Candidate(place, tuple(at)) for place, at in extra.items() if place not in have]
    return [*known, unknown]


_OWN = tuple(n.partition("_")[2] for n in FEATURES if n.startswith("actor_"))
_COMMON = tuple(n for n in FEATURES if not n.startswith(("actor_", "recipient_")))
_OF_NETWORK = (
    "words", "entity", "entity_margin", "same_type", "same_lemma", "all_triggers", "neighbour", "previous_sentence",
)  # fmt: skip
_COLUMN = {n: i for i, n in enumerate(FEATURES)}


def _from_party(row: Floats, side: int) -> dict[str, float]:
    """The party features as seen from one side."""
    own, other = ("actor", "recipient") if side == 0 else ("recipient", "actor")
    out = {n: float(row[_COLUMN[n]]) for n in _COMMON}
    for name in _OWN:
        out[f"own_{name}"] = float(row[_COLUMN[f"{own}_{name}"]])
        out[f"other_{name}"] = float(row[_COLUMN[f"{other}_{name}"]])
    out["no_own"] = float(row[_COLUMN[f"no_{own}"]])
    out["no_other"] = float(row[_COLUMN[f"no_{other}"]])
    if math.isnan(out["no_own"]):  # no network has read the article
        for name in ("place_span", "speaker_span", *(f"{w}_{n}" for w in ("own", "other") for n in _OF_NETWORK)):
            out[name] = math.nan
    return out


def place_values(
    scene: Scene, draft: Draft, rows: Floats, words: Words, others: Sequence[Words], tables: Tables
) -> list[dict[str, float]]:
    """What speaks for each candidate as the meaning of some words; by name, one entry a candidate.

    Args:
        scene: The article.
        draft: The claim, found or given.
        rows: Its party features, `[candidates, features]`.
        words: The words.
        others: All words of both sides of the claim.
        tables: Counts of training.
    """
    text, mentions = scene.text, scene.mentions
    said = text[words.start : words.end] if words.start >= 0 else ""
    at = words.start if words.start >= 0 else draft.trigger.start
    stop = words.end if words.start >= 0 else draft.trigger.end
    named = heads(text, at, stop, mentions) if said else []
    inside = mentions_in(at, stop, mentions) if said else []
    here = scene.sentence_at(at)
    phrase = phrase_of(said)
    offices, lexicon = phrase.offices, phrase.lexicon
    shared: dict[str, float] = dict(zip(TRAITS, phrase.traits, strict=True))
    shared |= {
        "side": float(words.side),
        "implied": float(not said),
        "named": float(len({m.place for m in named})),
        "office": float(bool(offices)),
        "lexicon": float(SECTORS.index(lexicon) + 1) if lexicon else 0.0,
        "in_quotes": float(len(_QUOTES.findall(text, scene.sentences[here][1], at)) % 2),
        "sentence": float(min(30, scene.sentences[here][0])),
        "into_sentence": float(min(300, at - scene.sentences[here][1])),
        "to_trigger": float(max(-200, min(200, draft.trigger.start - at))),
        "own_count": float(sum(o.side == words.side for o in others)),
        "other_count": float(sum(o.side != words.side for o in others)),
    }
    head, whole = phrase.head, " ".join(phrase.tokens)
    key = f"{head}/{words.side}" if head else ""
    for relation in RELATIONS:
        shared[f"head_{relation}"] = tables.value(f"head_{relation}", key, "yes")
    beside = scene.beside(head) if said and not named else Counter()
    spoken = [(o, heads(text, o.start, o.end, mentions)) for o in others if o.start >= 0 and o != words]
    own_named = {m.place for o, found in spoken if o.side == words.side for m in found}
    other_named = {m.place for o, found in spoken if o.side != words.side for m in found}
    following = text[stop : stop + 40]
    before_index = bisect_left(scene.starts, at)
    last_seen: dict[int, int] = {}
    rank: dict[int, int] = {}
    person_rank: dict[int, int] = {}
    for i in range(before_index - 1, -1, -1):
        k = scene.owner.get(i)
        if k is None or mentions[i].end > at:
            continue
        if k not in last_seen:
            last_seen[k] = i
            rank[k] = len(rank)
        if mentions[i].is_person and k not in person_rank:
            person_rank[k] = len(person_rank)
    subject, previous = scene.first_in(here), scene.first_in(here - 1)
    named_places = [m.place for m in named]
    out = []
    for k, candidate in enumerate(scene.candidates):
        values = shared | _from_party(rows[k], words.side)
        place = candidate.place
        kind = kind_of_place(place)
        mine = [mentions[i] for i in candidate.mentions]
        after = next((m for m in mine if m.start >= stop), None)
        back = last_seen.get(k)
        last = mentions[back] if back is not None else None
        sectors = [m.code.partition(".")[2] for m in mine]
        values |= {
            "is_named": float(place in named_places),
            "named_index": float(named_places.index(place)) if place in named_places else -1.0,
            "nested": float(place not in named_places and any(m.place == place for m in inside)),
            "certain": min((m.certain for m in named if m.place == place), default=0.0),
            "named_person": float(any(m.is_person and m.place == place for m in named)),
            "named_demonym": float(any(m.kind == "demonym" and m.place == place for m in named)),
            "named_family": float(any(m.kind == "family" and m.place == place for m in named)),
            "back_chars": float(at - last.end) if last else _FAR,
            "back_sentences": float(here - scene.sentence_of[back]) if back is not None else 40.0,
            "ahead_chars": float(after.start - stop) if after else _FAR,
            "recency": float(min(12, rank.get(k, 12))),
            "person_recency": float(min(12, person_rank.get(k, 12))),
            "last_person": float(last.is_person) if last else -1.0,
            "last_sector_same": float(bool(last and lexicon and last.code.endswith("." + lexicon))),
            "same_sector": float(sum(s == lexicon for s in sectors) if lexicon else 0),
            "persons": float(sum(m.is_person for m in mine)),
            "subject_here": float(subject == k),
            "subject_before": float(previous == k),
            "in_sentence_before": float(last is not None and back is not None and scene.sentence_of[back] == here),
            "beside": float(beside[k]),
            "beside_share": beside[k] / max(1, sum(beside.values())),
            "place_follows": float(bool(after and after.start - stop < 30 and
                                        _LINKING.fullmatch(following[: max(0, after.start - stop)]))),
            "towns": scene.town_share[k],
            "own_named": float(place in own_named),
            "other_named": float(place in other_named),
            "usa": float(place == "USA"),
            "head_kind": tables.value("head_kind", key, kind),
            "head_place": tables.value("head_place", head, place) if kind != "state" else 0.0,
            "phrase_place": tables.value("phrase_place", whole, place),
            "several": float(len(scene.candidates)),
        }  # fmt: skip
        if offices and kind != UNKNOWN:
            holding = scene.holder_ids(place, offices)
            values["has_office"] = float(bool(holding))
            values["holder_named"] = float(sum(m.actor_id in holding for m in mine))
        out.append(values)
    return out


def spans_of(words: Sequence[Words], side: int) -> tuple[Span, ...]:
    """One side's words as spans of full probability."""
    return tuple(dict.fromkeys(Span(w.start, w.end, 1.0) for w in words if w.side == side and w.start >= 0))
