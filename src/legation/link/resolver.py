"""From given words to ids: the entities that they most likely mean, and for a country the sector.

The evidence is laid out by `legation.link.whom` and `legation.link.sectors`; trees grown on annotated articles
(`training/resolver.py`) weigh it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from legation.link.parties import UNKNOWN
from legation.link.sectors import sector_values, setting_of
from legation.link.trees import Forest, rows_of
from legation.link.whom import Floats, Scene, Tables, Words, place_values
from legation.link.wording import traits
from legation.ontology import place_of
from legation.types import Actor, Draft

__all__ = ["Resolver", "with_sectors"]

_SURE = 0.5
_PAIR = 0.15
"""Least probability of the second for words that say there are two ("both sides")."""


class Resolver:
    """Weighs whom words mean.

    Args:
        data: `tables`, `places` and `sectors` as training writes them.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._tables = Tables(data["tables"])
        self._places = Forest(data["places"])
        self._sectors = Forest(data["sectors"])

    def places(self, scene: Scene, draft: Draft, rows: Floats, words: Sequence[Words]) -> list[list[str]]:
        """Places that each of a claim's words mean, likeliest first; the unknown one where they name nobody known.

        Args:
            scene: The article.
            draft: The claim.
            rows: Its party features, `[candidates, features]`.
            words: All words of both its sides.
        """
        out = []
        for w, row in zip(words, self.chances(scene, draft, rows, words), strict=True):
            said = scene.text[w.start : w.end] if w.start >= 0 else ""
            out.append([scene.candidates[k].place for k in chosen(row, traits(said)["both"] > 0)])
        return out

    def chances(self, scene: Scene, draft: Draft, rows: Floats, words: Sequence[Words]) -> NDArray[np.float64]:
        """Probability of each of the scene's candidates for each of a claim's words; arguments as those of `places`."""
        if not words:
            return np.zeros((0, len(scene.candidates)))
        found = [place_values(scene, draft, rows, w, words, self._tables) for w in words]
        odds = self._places.log_odds(rows_of(self._places.features, [v for values in found for v in values]))
        out: NDArray[np.float64] = (1 / (1 + np.exp(-odds))).reshape(len(words), len(scene.candidates))
        return out

    def sectors(
        self, scene: Scene, draft: Draft, words: Sequence[Words], asked: Sequence[tuple[Words, str]]
    ) -> list[str]:
        """The sector of each place that some words mean; empty for the country itself, and for bodies and groups.

        Args:
            scene: The article.
            draft: The claim.
            words: All words of both its sides.
            asked: Words, and a place that they mean.
        """
        out = [""] * len(asked)
        cases = [(k, w, place) for k, (w, place) in enumerate(asked) if ":" not in place]
        if not cases:
            return out
        found = [sector_values(scene, draft, w, words, place, self._tables) for _, w, place in cases]
        odds = self._sectors.log_odds(rows_of(self._sectors.features, [v for _, values in found for v in values]))
        at = 0
        for (k, _, _), (labels, _) in zip(cases, found, strict=True):
            out[k] = labels[int(odds[at : at + len(labels)].argmax())]
            at += len(labels)
        return out

    def codes(self, scene: Scene, draft: Draft, rows: Floats, words: Sequence[Words]) -> list[tuple[str, ...]]:
        """Ids that each of a claim's words mean; empty where they name nobody known and nothing of them is.

        Args:
            scene: The article.
            draft: The claim.
            rows: Its party features, `[candidates, features]`.
            words: All words of both its sides.
        """
        places = self.places(scene, draft, rows, words)
        asked = [(w, p) for w, found in zip(words, places, strict=True) for p in found]
        sectors = dict(zip(asked, self.sectors(scene, draft, words, asked), strict=True))
        out = []
        for w, found in zip(words, places, strict=True):
            codes = []
            for place in found:
                code = f"{place}.{sectors[w, place]}" if sectors[w, place] else place
                mention = setting_of(scene, draft, w, words, place)[0] if ":" in place else None
                codes.append(mention.code if mention is not None else code)
            out.append(tuple(c for c in dict.fromkeys(codes) if c != UNKNOWN))
        return out


def chosen(chances: NDArray[np.float64], both: bool) -> list[int]:
    """Candidates that words mean: all more likely than not, at least one, and two where the words say so."""
    order = [int(k) for k in np.argsort(-chances, kind="stable")]
    out = [k for k in order if chances[k] >= _SURE] or order[:1]
    if both and len(out) == 1 and len(order) > 1 and chances[order[1]] >= _PAIR:
        out = order[:2]
    return out


def with_sectors(
    scene: Scene, draft: Draft, sides: Sequence[tuple[Actor, ...]], resolver: Resolver
) -> list[tuple[Actor, ...]]:
    """Both sides' actors with the sectors that the resolver finds likeliest; bodies and groups stay as they are.

    Args:
        scene: The article.
        draft: The claim.
        sides: Its actors and its recipients.
        resolver: The resolver.
    """
    every = [(k, a, Words(k, a.start, a.end) if a.start is not None and a.end is not None else Words(k))
             for k, side in enumerate(sides) for a in side]  # fmt: skip
    words = [w for _, _, w in every]
    places = [place_of(a.code) for _, a, _ in every]
    found = resolver.sectors(scene, draft, words, list(zip(words, places, strict=True)))
    out: list[list[Actor]] = [[] for _ in sides]
    for (k, actor, _), place, sector in zip(every, places, found, strict=True):
        code = actor.code if ":" in place else (f"{place}.{sector}" if sector else place)
        out[k].append(replace(actor, code=code))
    return [tuple(dict.fromkeys(side)) for side in out]
