"""ECB+ (CC BY 3.0): event mentions of news on crime, sport, film and disasters, with chains across documents.

They are made reports. Of a mention nothing is known but its words, those of its sentence and of the first one, and the
names in its sentence: no type, no date, no sides. The same reports train (`training.merging`) and measure
(`evaluation.coreference`).
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

from legation.link.resolve import find_mentions
from legation.merge.reports import WORDS
from legation.merge.words import stem, telling
from legation.ontology import place_of
from legation.types import Date, Party, Place, Report

ECB = "corpus/coreference/ecbplus-{}.json.gz"
_DAY = date(2010, 1, 1)
Mention = dict[str, Any]


def mentions(shared: Path, part: str) -> list[Mention]:
    """The mentions of "train" or "dev"."""
    with gzip.open(shared / ECB.format(part), "rt", encoding="utf8") as file:
        rows: list[Mention] = json.load(file)
    return rows


def by_topic(rows: list[Mention]) -> list[list[int]]:
    """Indices of the mentions of each topic of the corpus."""
    topics: defaultdict[str, list[int]] = defaultdict(list)
    for k, row in enumerate(rows):
        topics[row["topic_id"].removesuffix("plus").removesuffix("ecb")].append(k)
    return list(topics.values())


def report_of(mention: Mention) -> Report:
    """A mention as a report."""
    tokens, at = mention["mention_context"], mention["tokens_number"]
    begin = [0]
    for token in tokens:
        begin.append(begin[-1] + len(token) + 1)
    text = " ".join(tokens)
    ends = [k + 1 for k, t in enumerate(tokens) if t in {".", "!", "?"}]
    start = max((k for k in ends if k <= at[0]), default=0)
    stop = min((k for k in ends if k > at[-1]), default=len(tokens))
    told = (begin[start], begin[stop] - 1)
    lead = (0, begin[min(ends, default=len(tokens))] - 1)
    places = {
        m.code: Party(m.code, m.actor_id, m.name)
        for m in find_mentions(text[slice(*told)], [(1, 0, told[1] - told[0])], _DAY)
        if m.code and place_of(m.code) != "XXX"
    }
    stems = dict.fromkeys(s for s in (stem(w) for w in mention["tokens_str"].split() if w[0].isalnum()) if s)
    return Report(
        report_id=mention["mention_id"],
        article_id=mention["doc_id"],
        event_id=mention["mention_id"],
        known_from=_DAY,
        publisher="",
        original_id=mention["doc_id"],
        event_type="",
        event_mode="",
        contexts=(),
        statuses=("happened",),
        actors=tuple(places.values()),
        recipients=(),
        date=Date(),
        place=Place(),
        stems=tuple(stems),
        words=telling(text, list(dict.fromkeys((told, lead))), [begin[at[0]]], WORDS),
        confidence=1.0,
        claims=1,
    )
