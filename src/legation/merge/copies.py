"""One text in many outlets: which articles are copies of which, and which of them came first.

A text is boiled down to a signature when it is kept; copies are found among signatures alone. A signature is a MinHash
(Broder 1997) over runs of three words: the share of places in which two signatures agree estimates the share of runs
that the texts have in common. Candidates come from bands of the signature (locality-sensitive hashing; Leskovec,
Rajaraman and Ullman, Mining of Massive Datasets, chapter 3) and are then compared as a whole.

An agency's report is cut from the end where a page has less room, so what counts is how much of the shorter text stands
in the longer one. Of short texts more is asked: two items written to one pattern ("Wales reports its first cases of
...") share most of their words and tell two things. The shortest must be equal, word for word, and printed within days.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["SIGNATURE_BYTES", "THRESHOLD", "WINDOW", "originals", "signature", "similarity"]

WINDOW = 14
"""Days between two printings of one text; what is printed again later is told anew."""

THRESHOLD = 0.7
"""Similarity from which texts are copies; measured by `evaluation/copies.py`."""

_THRESHOLD_SHORT = 0.9
_SHORT, _SHORTEST = 100, 40
"""Runs below which a text is short, and below which only its equal is its copy. Items of the same pattern (daily
figures, first cases) were found up to 60 runs, with a similarity up to 0.87."""

_WINDOW_SHORTEST = 2
"""Days between two printings of the shortest; later the same words may tell another thing ("The rebels fire a rocket at
the capital, which is intercepted")."""

_LEAST_JACCARD = 0.25
"""Below it the estimate of how much of the shorter text stands in the longer one is too rough: it would be 0.7 by
chance for texts that share half."""

_RUN = 3
_PLACES = 128
_SEED = 20240625
_ALGORITHM = 2
"""Version of rensa's algorithm. Signatures are kept for years: those of another version must never be compared."""

_BANDS, _ROWS = 42, 3
"""A pair becomes a candidate with a probability of 0.88 at a Jaccard similarity of 0.37 (a text cut to two fifths), of
0.997 at 0.5, and of 0.0003 at 0.02 (two reports on different things)."""

_NEIGHBOURS = 50
"""Later articles in the same bucket of a band that an article is compared with. A bucket with more holds copies of one
text, or pages made of one template; the chain of neighbours joins copies all the same."""

_CHUNK = 50_000

_LAYOUT = np.dtype(
    [("algorithm", "u1"), ("unused", "V3"), ("runs", "<u4"), ("equal", "<u8"), ("places", "<u4", _PLACES)]
)
SIGNATURE_BYTES = _LAYOUT.itemsize
"""Length of a signature: 16 bytes of head (version, number of runs, hash of the words) and 128 places of 4 bytes."""

_WORD = re.compile(r"[^\W_]+")
_EPOCH = date(1970, 1, 1)


def signature(text: str) -> bytes:
    """What is kept of a text to find its copies.

    Letter case, punctuation, quotes and line breaks make no difference.

    Args:
        text: The article's text, headline included.

    Returns:
        `SIGNATURE_BYTES` bytes, the same on every machine. A text without words gets one that is similar to none.

    Raises:
        RuntimeError: If the installed rensa computes other signatures than those that records hold.
    """
    from rensa import RMinHash

    if RMinHash.ALGORITHM_VERSION != _ALGORITHM:
        raise RuntimeError(
            f"rensa computes signatures of version {RMinHash.ALGORITHM_VERSION}, records hold version {_ALGORITHM}; "
            "install rensa 0.5"
        )
    words = _WORD.findall(text.casefold())
    runs = {" ".join(words[i : i + _RUN]) for i in range(max(1, len(words) - _RUN + 1))} if words else set()
    out = np.zeros((), dtype=_LAYOUT)
    out["algorithm"] = _ALGORITHM
    out["runs"] = len(runs)
    if runs:
        out["equal"] = int.from_bytes(hashlib.blake2b(" ".join(words).encode(), digest_size=8).digest(), "little")
        sketch = RMinHash(_PLACES, _SEED)
        sketch.update(list(runs))
        out["places"] = sketch.digest()
    return out.tobytes()


def similarity(a: bytes, b: bytes) -> float:
    """How much of the shorter of two texts stands in the longer one, in the same words.

    Args:
        a: Signature of the one.
        b: Signature of the other.

    Returns:
        0 to 1, with a standard error of 0.04 about the threshold; 1 where the words are equal. Where they share less
        than a quarter of all their runs, that share.

    Raises:
        ValueError: If either is no signature.
    """
    for one in (a, b):
        if len(one) != SIGNATURE_BYTES:
            raise ValueError(f"a signature has {SIGNATURE_BYTES} bytes, this one has {len(one)}")
    both = np.frombuffer(a + b, dtype=_LAYOUT)
    return float(_similar(both, np.array([0]), np.array([1]))[0])


def originals(
    ids: Sequence[str],
    days: Sequence[date],
    signatures: Sequence[bytes],
    *,
    before: Mapping[str, tuple[date, str]] | None = None,
    window: int = WINDOW,
) -> dict[str, str]:
    """The first printing of each article's text.

    Articles whose signatures are similar enough, printed at most `window` days apart (two, if they are a line or two),
    are copies; so are copies of copies. The original is the one that is first by day and id. The result does not depend
    on the order of the articles.

    New articles are compared with old ones by giving both: the new ones, all that were printed within `window` days of
    them, and in `before` what was found for the old ones. The result is then the same as if all articles of all times
    had been given, and names the new original of old originals too: what had one of them gets the new one.

    Args:
        ids: Ids of the articles.
        days: Their days of publication (`known_from`), in the same order.
        signatures: Their signatures, in the same order; what is no signature of this version is similar to none.
        before: What is known already: article, to the day and id of its original. May name articles that are not
            among `ids`. Versions of one page can be joined so too.
        window: Days.

    Returns:
        An entry for each of `ids`, and for each article and each original in `before`: its original, which may be
        itself.

    Raises:
        ValueError: If the three do not have the same length.
    """
    if not len(ids) == len(days) == len(signatures):
        raise ValueError(f"{len(ids)} ids, {len(days)} days and {len(signatures)} signatures: give as many of each")
    known: dict[str, tuple[int, str]] = {a: ((d - _EPOCH).days, a) for a, d in zip(ids, days, strict=True)}
    order = sorted(range(len(ids)), key=lambda i: known[ids[i]])
    rows = _rows([signatures[i] for i in order])
    numbers = np.fromiter(((days[i] - _EPOCH).days for i in order), dtype=np.int64, count=len(order))
    left, right = _copies(rows, numbers, window)
    edges = [(ids[order[i]], ids[order[j]]) for i, j in zip(left.tolist(), right.tolist(), strict=True)]
    for article, (day, original) in (before or {}).items():
        known[original] = ((day - _EPOCH).days, original)
        edges.append((original, article))
    return _joined(known, edges)


def _joined(known: Mapping[str, tuple[int, str]], edges: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Each article's original, from pairs of copies: the first of its connected component by day and id."""
    parent: dict[str, str] = {}

    def root(article: str) -> str:
        at = article
        while (up := parent.get(at, at)) != at:
            parent[at] = at = parent.get(up, up)
        return at

    later = (1 << 62, "")  # an article of `before` whose day is not given is never before its original
    for one, other in edges:
        a, b = root(one), root(other)
        if a != b:
            first, second = sorted((a, b), key=lambda article: known.get(article, later))
            parent[second] = first
    return {article: root(article) for article in (*known, *(a for a in parent if a not in known))}


def _rows(signatures: Sequence[bytes]) -> NDArray[Any]:
    """Signatures as an array of `_LAYOUT`; what is none is all zeros."""
    nothing = bytes(SIGNATURE_BYTES)
    whole = (s if s is not None and len(s) == SIGNATURE_BYTES and s[0] == _ALGORITHM else nothing for s in signatures)
    return np.frombuffer(b"".join(whole), dtype=_LAYOUT)


def _similar(rows: NDArray[Any], i: NDArray[np.int64], j: NDArray[np.int64]) -> NDArray[np.float64]:
    """Similarity of pairs of rows; see `similarity`.

    Two sets of a and b runs that share i have a Jaccard similarity J = i / (a + b - i), so i = J (a + b) / (1 + J).
    """
    jaccard = np.empty(len(i))
    for at in range(0, len(i), _CHUNK):
        part = slice(at, at + _CHUNK)
        jaccard[part] = (rows["places"][i[part]] == rows["places"][j[part]]).mean(axis=1)
    a, b = rows["runs"][i].astype(float), rows["runs"][j].astype(float)
    shorter = np.minimum(a, b)
    shared = np.minimum(jaccard * (a + b) / (1 + jaccard), shorter)
    out = np.where(jaccard >= _LEAST_JACCARD, shared / np.maximum(shorter, 1), jaccard)
    out[rows["equal"][i] == rows["equal"][j]] = 1.0
    comparable = (shorter > 0) & (rows["algorithm"][i] == rows["algorithm"][j])
    result: NDArray[np.float64] = np.where(comparable, out, 0.0)
    return result


def _copies(rows: NDArray[Any], days: NDArray[np.int64], window: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of copies among rows in order of day and id; enough pairs to join all copies, not every pair."""
    there = np.flatnonzero(rows["runs"] > 0)
    equal = there[np.argsort(rows["equal"][there], kind="stable")]
    before, after = equal[:-1], equal[1:]
    same = rows["equal"][after] == rows["equal"][before]
    apart = days[after] - days[before]
    near = same & (apart <= np.where(rows["runs"][after] < _SHORTEST, min(window, _WINDOW_SHORTEST), window))
    left, right = [before[near]], [after[near]]

    # Equal texts of one day have the same neighbours, so one of them is enough.
    once = np.ones(len(rows), dtype=bool)
    once[after[same & (apart == 0)]] = False
    long = np.flatnonzero(once & (rows["runs"] >= _SHORTEST))
    i, j = _candidates(rows["places"][long], days[long], window)
    i, j = long[i], long[j]
    need = np.where(np.minimum(rows["runs"][i], rows["runs"][j]) < _SHORT, _THRESHOLD_SHORT, THRESHOLD)
    close = _similar(rows, i, j) >= need
    return np.concatenate([*left, i[close]]), np.concatenate([*right, j[close]])


def _candidates(
    places: NDArray[np.uint32], days: NDArray[np.int64], window: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs that agree in all rows of at least one band, at most `window` days apart."""
    count = len(places)
    found: list[NDArray[np.int64]] = [np.zeros(0, dtype=np.int64)]
    for band in range(_BANDS):
        keys = np.zeros(count, dtype=np.uint64)
        for row in range(_ROWS):
            keys = (keys ^ places[:, band * _ROWS + row]) * np.uint64(0x9E3779B97F4A7C15)
            keys ^= keys >> np.uint64(32)
        order = np.argsort(keys, kind="stable")
        at = np.flatnonzero(keys[order[1:]] == keys[order[:-1]])
        for step in range(1, _NEIGHBOURS + 1):
            at = at[at + step < count]
            first, second = order[at], order[at + step]
            near = (keys[first] == keys[second]) & (days[second] - days[first] <= window)
            at = at[near]
            if not len(at):
                break
            found.append(order[at] * count + order[at + step])
    pairs = np.unique(np.concatenate(found))
    return pairs // max(count, 1), pairs % max(count, 1)
