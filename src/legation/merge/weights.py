"""The weights that merging ships with: how rare words are, and the network that compares reports."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

__all__ = ["Weights", "shipped"]


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Everything learned that merging uses.

    Attributes:
        name: Name of this version; decisions of the model carry it.
        threshold: Probability from which two reports count as one event.
        rarity: Log of the inverse share of news items that have a word, by stem.
        unseen: The same for any other word.
        features: Names of what the network reads, in order.
        mean: Subtracted from each feature.
        scale: Each feature is divided by it.
        layers: Matrix and offset of each layer; rectified in between. The last gives log odds.
    """

    name: str
    threshold: float
    rarity: dict[str, float]
    unseen: float
    features: tuple[str, ...]
    mean: npt.NDArray[np.float64]
    scale: npt.NDArray[np.float64]
    layers: tuple[tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]], ...]


@cache
def shipped() -> Weights:
    """The weights in `legation/model/merge.json`; made by `python -m training.merging`."""
    raw = json.loads((files("legation") / "model" / "merge.json").read_text(encoding="utf8"))
    return Weights(
        name=raw["name"],
        threshold=float(raw["threshold"]),
        rarity={word: float(tenths) / 10 for tenths, words in raw["rarity"].items() for word in words.split()},
        unseen=float(raw["unseen"]),
        features=tuple(raw["features"]),
        mean=np.array(raw["mean"]),
        scale=np.array(raw["scale"]),
        layers=tuple((np.array(layer["weights"]), np.array(layer["offsets"])) for layer in raw["layers"]),
    )
