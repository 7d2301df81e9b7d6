"""The weights that merging ships with: how rare words are, and the model that compares reports."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Trees", "Weights", "parse", "shipped"]


@dataclass(frozen=True, slots=True, eq=False)
class Trees:
    """Regression trees whose leaves are added up. Every tree is full: inner nodes in level order, then its leaves.

    Attributes:
        feature: Index of the feature that each inner node asks for, `[trees, 2**depth - 1]`.
        bound: A row goes right where the feature is greater, `[trees, 2**depth - 1]`.
        leaf: What each leaf adds to the log odds, `[trees, 2**depth]`.
    """

    feature: npt.NDArray[np.int64]
    bound: npt.NDArray[np.float64]
    leaf: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Everything learned that merging uses.

    Attributes:
        name: Name of this version; decisions of the model carry it.
        rarity: Log of the inverse share of news items that have a word, by stem.
        unseen: The same for any other word.
        place: Log of the inverse share of parties that are of a place, by place; one not here is as rare as the rarest.
        meaning: What a trigger's stem means, as a vector of whole numbers, by stem; of length 127 on the whole.
        features: Names of what the model reads, in order.
        linear: Weight of each feature in the linear half of the log odds.
        offset: Constant of that half.
        trees: The other half.
        calibration: Factor and offset that make log odds out of the sum of both.
    """

    name: str
    rarity: dict[str, float]
    unseen: float
    place: dict[str, float]
    meaning: dict[str, npt.NDArray[np.int8]]
    features: tuple[str, ...]
    linear: npt.NDArray[np.float64]
    offset: float
    trees: Trees
    calibration: tuple[float, float]


def parse(raw: dict[str, Any]) -> Weights:
    """Weights from their JSON."""
    stems = raw["meaning"]["stems"].split()
    vectors = np.frombuffer(base64.b64decode(raw["meaning"]["vectors"]), dtype=np.int8).reshape(len(stems), -1)
    return Weights(
        name=raw["name"],
        rarity={word: float(tenths) / 10 for tenths, words in raw["rarity"].items() for word in words.split()},
        unseen=float(raw["unseen"]),
        place={place: float(tenths) / 10 for tenths, places in raw["place"].items() for place in places.split()},
        meaning=dict(zip(stems, vectors, strict=True)),
        features=tuple(raw["features"]),
        linear=np.array(raw["linear"], dtype=np.float64),
        offset=float(raw["offset"]),
        trees=Trees(
            np.array(raw["trees"]["feature"], dtype=np.int64),
            np.array(raw["trees"]["bound"], dtype=np.float64),
            np.array(raw["trees"]["leaf"], dtype=np.float64),
        ),
        calibration=(float(raw["calibration"][0]), float(raw["calibration"][1])),
    )


@cache
def shipped() -> Weights:
    """The weights in `legation/model/merge.json`; made by `python -m training.merging`."""
    return parse(json.loads((files("legation") / "model" / "merge.json").read_text(encoding="utf8")))
