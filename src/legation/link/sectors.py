"""Which sector of a country given words mean: its government or the country itself, its army, a party, protesters.

What speaks for each sector is laid out under names, one entry a sector; `legation.link.resolver` weighs it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from legation.link.lexicon import sector_of_words
from legation.link.offices import is_holder, office_of
from legation.link.parties import UNKNOWN
from legation.link.spans import heads
from legation.link.whom import Scene, Tables, Words, kind_of_place
from legation.link.wording import head_of, traits, words_of_span
from legation.ontology import SECTORS, TYPES
from legation.types import Draft, Mention

__all__ = ["LABELS", "sector_values", "setting_of"]

LABELS: tuple[str, ...] = ("", *SECTORS)
"""No sector, and the sectors."""
_MENTION_KINDS = (
    "", "state", "demonym", "capital", "city", "region", "seat", "body", "group", "agency", "party", "person", "family",
    "introduced", "context", "place",
)  # fmt: skip
_CONTEXTS = ("military", "election", "legislative", "executive", "diplomatic", "legal", "territory", "terrorism")
_ALWAYS = frozenset(("", "GOV", "MIL"))
TABLES = (
    "head", "last", "phrase", "type", "mode", "stem", "actor", "place", "before", "after", "head_type", "name_type",
    "other",
)  # fmt: skip
"""Tables of counts that the sector asks, each by a key that `setting_of` makes."""


def setting_of(
    scene: Scene, draft: Draft, words: Words, others: Sequence[Words], place: str
) -> tuple[Mention | None, dict[str, str]]:
    """The name in the words that stands for the place, and the keys under which the tables know the case."""
    said = scene.text[words.start : words.end] if words.start >= 0 else ""
    named = heads(scene.text, words.start, words.end, scene.mentions) if said else []
    mention = next((m for m in named if m.place == place), None)
    tokens = words_of_span(said)
    kind = mention.kind if mention else ("words" if said else "none")
    if mention is not None and mention.end - mention.start < len(said.strip()) - 4:
        kind += "+"
    side = "ar"[words.side]
    head, at = head_of(said), scene.sentences[scene.sentence_at(max(0, words.start))][1]
    before = scene.text[max(at, words.start - 30) : words.start].lower().split() if said else []
    after = re.match(r"\W*\w+", scene.text[words.end : words.end + 30].lower()) if said else None
    across = "+".join(sorted(
        sector_of_words(scene.text[o.start : o.end].split()) or ("words" if o.start >= 0 else "none")
        for o in others if o.side != words.side
    )[:2])  # fmt: skip
    country = kind_of_place(place) if place == UNKNOWN or ":" in place else "state"
    return mention, {
        "head": head,
        "last": tokens[-1] if tokens else "",
        "phrase": " ".join(tokens),
        "type": f"{draft.event_type} {side} {kind} {country}",
        "mode": f"{draft.event_type}/{draft.event_mode} {side} {kind}",
        "stem": f"{draft.trigger.stem} {side} {kind}",
        "actor": mention.actor_id if mention else "",
        "place": f"{place} {side} {kind}",
        "before": f"{' '.join(before[-2:])} {side} {kind}" if said else "",
        "after": f"{after.group().strip()} {side} {kind}" if after else "",
        "head_type": f"{head} {draft.event_type} {side}" if head else "",
        "name_type": f"{mention.actor_id} {draft.event_type} {side}" if mention else "",
        "other": f"{draft.event_type} {side} {kind} {across}",
    }


def sector_values(
    scene: Scene, draft: Draft, words: Words, others: Sequence[Words], place: str, tables: Tables
) -> tuple[list[str], list[dict[str, float]]]:
    """What speaks for each sector of a place that some words mean.

    Args:
        scene: The article.
        draft: The claim, found or given.
        words: The words.
        others: All words of both sides of the claim.
        place: Country, or the unknown.
        tables: Counts of training.

    Returns:
        The sectors worth weighing, and what is known of each, by name.
    """
    said = scene.text[words.start : words.end] if words.start >= 0 else ""
    mention, keys = setting_of(scene, draft, words, others, place)
    lexicon = sector_of_words(said.split())
    own = mention.code.partition(".")[2] if mention else ""
    network = draft.actor_sectors if words.side == 0 else draft.recipient_sectors
    order = sorted(range(len(network)), key=lambda i: -network[i])
    offices = office_of(said) if said else ()
    holder = ""
    if offices and is_holder(said) and scene.day is not None and place != UNKNOWN and ":" not in place:
        holder = "GOV" if scene.holder_ids(place, offices) else ""
    there = [m.code.partition(".")[2] for m in scene.mentions if m.place == place]
    shared = traits(said) | {
        "side": float(words.side),
        "implied": float(not said),
        "event_type": float(TYPES.index(draft.event_type)),
        "kind": float(_MENTION_KINDS.index(mention.kind)) if mention and mention.kind in _MENTION_KINDS else 0.0,
        "bare": float(bool(mention and mention.end - mention.start >= len(said.strip()) - 4)),
        "has_lexicon": float(bool(lexicon)),
        "has_sector": float(bool(own)),
        "holder": float(bool(holder)),
        "unknown": float(place == UNKNOWN),
        "headline": float(draft.sentence == 0),
        "own_count": float(sum(o.side == words.side for o in others)),
        "other_count": float(sum(o.side != words.side for o in others)),
        "seen": float(len(there)),
        "place_size": float(LARGE.index(place) + 1) if place in LARGE else 0.0,
    }
    shared |= {f"context_{c}": float(c in draft.contexts) for c in _CONTEXTS}
    shared |= {f"status_{i}": p for i, p in enumerate(draft.statuses)}
    labels, out = [], []
    for i, label in enumerate(LABELS):
        asked = {f"table_{t}": tables.value(f"sector_{t}", keys[t], label) for t in TABLES}
        chance = network[i] if network else math.nan
        if label not in _ALWAYS and label not in (lexicon, own) and max(asked.values()) <= 0 and not chance > 0.02:
            continue
        labels.append(label)
        out.append(shared | asked | {
            "label": float(i),
            "usual": tables.share("sector_head", label),
            "network": math.log(max(chance, 1e-5)) if network else math.nan,
            "network_rank": float(order.index(i)) if network else math.nan,
            "is_lexicon": float(bool(lexicon) and label == lexicon),
            "is_own": float(mention is not None and label == own),
            "is_holder": float(bool(holder) and label == holder),
            "seen_label": there.count(label) / max(1, len(there)),
        })  # fmt: skip
    return labels, out


LARGE = ("USA", "RUS", "CHN", "ISR", "PSE", "IRN", "UKR", "GBR", "SYR", "TUR", "PRK", "KOR", "FRA", "DEU", "IND")
"""Countries that have a value of their own; the news has most of them."""
