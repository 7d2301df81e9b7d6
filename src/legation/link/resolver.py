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

from legation.link.again import again_rows
from legation.link.parties import UNKNOWN
from legation.link.sectors import LABELS, Case, sector_rows, setting_of
from legation.link.trees import Forest, rows_of
from legation.link.whom import Floats, Scene, Tables, Words, place_values
from legation.link.wording import TRAITS, phrase_of
from legation.ontology import place_of
from legation.types import Actor, Draft

__all__ = ["Resolver", "with_sectors"]

_BOTH = TRAITS.index("both")
_SURE = 0.5
_PAIR = 0.15
"""Least probability of the second for words that say there are two ("both sides")."""


class Resolver:
    """Weighs whom words mean.

    Args:
        data: `tables`, `places`, `again` and `sectors` as training writes them; without `again` no second look.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._tables = Tables(data["tables"])
        self._places = Forest(data["places"])
        self._again = Forest(data["again"]) if "again" in data else None
        self._sectors = Forest(data["sectors"])

    def places(
        self, scene: Scene, drafts: Sequence[Draft], rows: Floats, words: Sequence[Sequence[Words]]
    ) -> list[list[list[str]]]:
        """Places that the words of each claim mean, likeliest first; the unknown one where they name nobody known.

        Arguments as those of `codes`.
        """
        out = []
        for mine, chances in zip(words, self.chances(scene, drafts, rows, words), strict=True):
            found = []
            for w, row in zip(mine, chances, strict=True):
                said = scene.text[w.start : w.end] if w.start >= 0 else ""
                two = phrase_of(said).traits[_BOTH] > 0
                found.append([scene.candidates[k].place for k in chosen(row, two)])
            out.append(found)
        return out

    def chances(
        self, scene: Scene, drafts: Sequence[Draft], rows: Floats, words: Sequence[Sequence[Words]]
    ) -> list[NDArray[np.float64]]:
        """Probability of each of the scene's candidates for each claim's words; arguments as those of `codes`."""
        first = self.first_chances(scene, drafts, rows, words)
        if self._again is None:
            return first
        out = []
        for found in again_rows(scene, drafts, words, first):
            odds = self._again.log_odds(found.reshape(-1, found.shape[-1]))
            out.append((1 / (1 + np.exp(-odds))).reshape(found.shape[:2]))
        return out

    def first_chances(
        self, scene: Scene, drafts: Sequence[Draft], rows: Floats, words: Sequence[Sequence[Words]]
    ) -> list[NDArray[np.float64]]:
        """The same as far as each party by itself tells, regardless of what is found for the others."""
        out = []
        for draft, row, mine in zip(drafts, rows, words, strict=True):
            if not mine:
                out.append(np.zeros((0, len(scene.candidates))))
                continue
            found = [place_values(scene, draft, row, w, mine, self._tables) for w in mine]
            odds = self._places.log_odds(rows_of(self._places.features, [v for values in found for v in values]))
            out.append((1 / (1 + np.exp(-odds))).reshape(len(mine), len(scene.candidates)))
        return out

    def sectors(self, scene: Scene, cases: Sequence[Case]) -> list[str]:
        """The sector of each country that some words mean; empty for the country itself, and for bodies and groups.

        Args:
            scene: The article.
            cases: What is asked, best all of the article at once.
        """
        out = [""] * len(cases)
        of_country = [k for k, case in enumerate(cases) if ":" not in case.place]
        if not of_country:
            return out
        case_of, label_of, rows = sector_rows(scene, [cases[k] for k in of_country], self._tables)
        odds = self._sectors.log_odds(rows)
        first = np.searchsorted(case_of, np.arange(len(of_country) + 1))
        for k, begin, end in zip(of_country, first[:-1], first[1:], strict=True):
            out[k] = LABELS[label_of[begin + odds[begin:end].argmax()]]
        return out

    def codes(
        self, scene: Scene, drafts: Sequence[Draft], rows: Floats, words: Sequence[Sequence[Words]]
    ) -> list[list[tuple[str, ...]]]:
        """Ids that the words of each claim mean; empty where they name nobody known and nothing of them is.

        Args:
            scene: The article.
            drafts: Its claims.
            rows: Their party features, `[drafts, candidates, features]`.
            words: For each claim all words of both its sides.
        """
        meant = self.places(scene, drafts, rows, words)
        cases = []
        for draft, mine, places in zip(drafts, words, meant, strict=True):
            sides = [[p for w, found in zip(mine, places, strict=True) if w.side == side for p in found]
                     for side in (0, 1)]  # fmt: skip
            cases += [Case(draft, w, mine, p, sides[1 - w.side])
                      for w, found in zip(mine, places, strict=True) for p in found]  # fmt: skip
        sectors = iter(zip(cases, self.sectors(scene, cases), strict=True))
        out = []
        for places in meant:
            codes = [[_code(scene, *next(sectors)) for _ in found] for found in places]
            out.append([tuple(c for c in dict.fromkeys(found) if c != UNKNOWN) for found in codes])
        return out


def _code(scene: Scene, case: Case, sector: str) -> str:
    """The id of a place: a body or group as its name in the words has it, a country with its sector."""
    if ":" in case.place:
        mention = setting_of(scene, case).mention
        return mention.code if mention is not None else case.place
    return f"{case.place}.{sector}" if sector else case.place


def chosen(chances: NDArray[np.float64], both: bool) -> list[int]:
    """Candidates that words mean: all more likely than not, at least one, and two where the words say so."""
    order = [int(k) for k in np.argsort(-chances, kind="stable")]
    out = [k for k in order if chances[k] >= _SURE] or order[:1]
    if both and len(out) == 1 and len(order) > 1 and chances[order[1]] >= _PAIR:
        out = order[:2]
    return out


def with_sectors(
    scene: Scene, drafts: Sequence[Draft], sides: Sequence[Sequence[tuple[Actor, ...]]], resolver: Resolver
) -> list[list[tuple[Actor, ...]]]:
    """Both sides' actors with the sectors that the resolver finds likeliest; bodies and groups stay as they are.

    Args:
        scene: The article.
        drafts: Its claims.
        sides: Of each claim its actors and its recipients.
        resolver: The resolver.
    """
    cases = []
    for draft, both in zip(drafts, sides, strict=True):
        words = [[Words(k, -1 if a.start is None else a.start, -1 if a.end is None else a.end) for a in side]
                 for k, side in enumerate(both)]  # fmt: skip
        every = [w for side in words for w in side]
        places = [[place_of(a.code) for a in side] for side in both]
        cases += [Case(draft, w, every, p, places[1 - k])
                  for k, side in enumerate(words) for w, p in zip(side, places[k], strict=True)]  # fmt: skip
    found = iter(resolver.sectors(scene, cases))
    return [[tuple(dict.fromkeys(_in_sector(a, next(found)) for a in side)) for side in both] for both in sides]


def _in_sector(actor: Actor, sector: str) -> Actor:
    place = place_of(actor.code)
    if ":" in place:
        return actor
    code = f"{place}.{sector}" if sector else place
    return actor if code == actor.code else replace(actor, code=code)
