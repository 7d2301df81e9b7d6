"""Runs the shipped network: the only file that imports onnxruntime.

Two graphs: `encoder.onnx` (int8 weights) reads a window once; `pair.onnx` relates each trigger found to each word.
A third, `parties.onnx`, scores the article's entities for each trigger (see `legation.link.parties`).
"""

from __future__ import annotations

import hashlib
import json
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from legation.read.words import PieceTokenizer, Window

__all__ = ["ModelError", "Network", "model_folder", "shipped"]

Floats = NDArray[np.float32]
WORDS = "resolver.json"
"""Weights that numpy weighs; the only file that the other training steps do without."""
FILES = ("encoder.onnx", "pair.onnx", "parties.onnx", "tokenizer.json", "settings.json")


class ModelError(RuntimeError):
    """The network's files are missing or damaged."""


def model_folder() -> Path:
    """Folder of the shipped network."""
    return Path(str(resources.files("legation") / "model"))


class Network:
    """The network and its tokenizer, loaded from a folder.

    Args:
        folder: Holds the files named in `FILES`.
        threads: Threads a window may use; results do not depend on it.

    Raises:
        ModelError: If a file is missing or unreadable.
    """

    def __init__(self, folder: Path, threads: int = 1) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        missing = [name for name in FILES if not (folder / name).is_file()]
        if missing:
            raise ModelError(f"{folder}: the network's files {', '.join(missing)} are missing; install legation again")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3

        def session(name: str) -> Any:
            return onnxruntime.InferenceSession(str(folder / name), options, providers=["CPUExecutionProvider"])

        try:
            self._encoder = session("encoder.onnx")
            self._pair = session("pair.onnx")
            self._parties = session("parties.onnx")
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self.settings: dict[str, Any] = json.loads((folder / "settings.json").read_text(encoding="utf8"))
        except Exception as error:
            raise ModelError(f"{folder}: the network cannot be loaded ({error}); install legation again") from error
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self.tokenizer: PieceTokenizer = tokenizer
        self.folder = folder

    def encode(self, window: Window) -> tuple[Floats, Floats, Floats]:
        """Word heads `[words, H]`, trigger keys and word keys `[words, 2 * PAIR_WIDTH]` of a window."""
        heads, trigger, word = self._encoder.run(
            None,
            {
                "ids": np.array([window.ids], dtype=np.int64),
                "cases": np.array([window.cases], dtype=np.int64),
                "headline": np.array([window.headline], dtype=np.int64),
                "first": np.array([window.first_piece], dtype=np.int64),
            },
        )
        return heads[0], trigger[0], word[0]

    def pair(
        self,
        trigger: Floats,
        word: Floats,
        distance: NDArray[np.int64],
        same: NDArray[np.int64],
        kind: NDArray[np.int64],
    ) -> Floats:
        """Logits `[triggers, words, channels + sectors]` of each word's part in each trigger's event.

        Args:
            trigger: `[triggers, 2 * PAIR_WIDTH]` keys of the triggers.
            word: `[words, 2 * PAIR_WIDTH]` keys of all words.
            distance: `[triggers, words]`, word position minus trigger position.
            same: `[triggers, words]`, 1 in the trigger's sentence.
            kind: `[triggers]`, type of each trigger, 1 for the first.
        """
        out: Floats = self._pair.run(
            None, {"trigger": trigger, "word": word[None], "distance": distance, "same": same, "kind": kind}
        )[0]
        return out

    def parties(self, features: Floats) -> Floats:
        """Log odds `[rows, 2]` that an entity is actor and recipient of a trigger, from features `[rows, F]`."""
        out: Floats = self._parties.run(None, {"features": features})[0]
        return out

    @cached_property
    def words(self) -> dict[str, Any]:
        """Weights of the resolver of words (see `legation.link.resolver`).

        Raises:
            ModelError: If their file is missing or damaged.
        """
        try:
            found: dict[str, Any] = json.loads((self.folder / WORDS).read_text(encoding="utf8"))
        except (OSError, ValueError) as error:
            raise ModelError(f"{self.folder / WORDS} cannot be read ({error}); install legation again") from error
        return found

    def digest(self) -> str:
        """SHA-256 over the network's files, in the order of `FILES`, and over the resolver's weights."""
        total = hashlib.sha256()
        for name in (*FILES, *([WORDS] if (self.folder / WORDS).is_file() else [])):
            total.update((self.folder / name).read_bytes())
        return total.hexdigest()


@lru_cache(maxsize=4)
def shipped(threads: int = 1) -> Network:
    """The network in the package, loaded once."""
    return Network(model_folder(), threads)
