"""What the network says of a word, and of a word in relation to a trigger: the order of its outputs.

Training and reading share this file, so a shipped network and its labels cannot drift apart.
"""

from __future__ import annotations

from legation.ontology import CONTEXTS, MODES, SECTORS, STATUSES, TYPES

__all__ = ["CHANNELS", "DISTANCES", "MODE_LABELS", "PAIR_WIDTH", "SECTOR_LABELS", "SLICES", "WORD_HEADS"]

CHANNELS = ("actor", "recipient", "place", "time", "speaker", "outer", "is_actor", "is_recipient")
"""What a word can be to a trigger. The first six are spans: the words of the doer, of the other side, of place and
time, of the innermost speaker and of those who quote the speaker. The last two say that the *entity* a mention names
has the role, wherever in the window the mention stands."""

MODE_LABELS = tuple(f"{t}/{m}" for t, modes in MODES.items() for m in ("", *modes))
SECTOR_LABELS = ("", *SECTORS)
DISTANCES = (-40, -20, -12, -8, -5, -3, -2, -1, 0, 1, 2, 3, 5, 8, 12, 20, 40)
"""Edges of the buckets of the distance in words from trigger to word."""

PAIR_WIDTH = 256

WORD_HEADS = {
    "type": 1 + len(TYPES),
    "inside": 1,
    "mode": len(MODE_LABELS),
    "status": len(STATUSES),
    "context": len(CONTEXTS),
    "actor_sector": len(SECTOR_LABELS),
    "recipient_sector": len(SECTOR_LABELS),
    "empty": 2,
}
"""Width of each word head: type (0 is none), whether the word continues a trigger, and for a trigger its mode, status,
contexts, the sectors of both sides, and whether either side is empty."""


def _slices() -> dict[str, slice]:
    out, at = {}, 0
    for name, size in WORD_HEADS.items():
        out[name] = slice(at, at + size)
        at += size
    return out


SLICES = _slices()
"""Where each word head stands in the last dimension of the network's output."""
