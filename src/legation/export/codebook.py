"""What our types, modes and statuses are called in other codings: PLOVER's events, CAMEO's codes, quad classes.

One table, `codebook.tsv`, says which CAMEO code an act has (`cameo`), and which it has while it is only planned
(`planned`): a planned act of cooperation is the intent to cooperate (CAMEO 03, PLOVER's AGREE), a planned act of
material conflict a threat (CAMEO 13, PLOVER's THREATEN). A context makes the code narrower; of several that apply the
first in the table is taken. `cameo.tsv` has the codes' names and their scores on the scale of Goldstein (1992) as
extended to CAMEO by the Kansas Event Data System.

What has no code is left out of those formats and counted: what may happen (`possible`) or did not (`not`), words that
are still to be said (a planned demand), and our own types VOTE, ELECT and TIES.

Quad classes have been drawn in several ways, so a scheme is always named:

* `plover`: by PLOVER 0.8's event types;
* `gdelt`: by CAMEO's root codes, as GDELT and the CAMEO manual group them: investigating is cooperation, protest words;
* `icews`: by root codes, as usual with ICEWS: investigating is verbal, protest material conflict.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from legation.ontology import MODES, STATUSES, score

__all__ = [
    "QUAD_NAMES",
    "SCHEMES",
    "Coding",
    "Plover",
    "cameo",
    "cameo_name",
    "codings",
    "goldstein",
    "plover",
    "quad_class",
    "quad_of_code",
]

SCHEMES: tuple[str, ...] = ("plover", "gdelt", "icews")
"""Names of the schemes of quad classes."""

QUAD_NAMES: tuple[str, ...] = (
    "none",
    "verbal cooperation",
    "material cooperation",
    "verbal conflict",
    "material conflict",
)
"""Names of the quad classes, 0 to 4; 0 where a scheme has no class."""

_LAST_ROOTS: dict[str, tuple[int, int, int]] = {"gdelt": (5, 9, 14), "icews": (5, 8, 13)}
"""Last CAMEO root code of classes 1, 2 and 3."""

_PLOVER_QUADS: dict[str, int] = {
    **dict.fromkeys(("AGREE", "CONSULT", "SUPPORT", "CONCEDE"), 1),
    **dict.fromkeys(("COOPERATE", "AID", "RETREAT"), 2),
    **dict.fromkeys(("REQUEST", "ACCUSE", "REJECT", "THREATEN"), 3),
    **dict.fromkeys(("PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT"), 4),
}

_THREATS: dict[str, str] = {
    "133": "relations",
    "1312": "relations",
    "1313": "relations",
    "132": "restrict",
    "1321": "restrict",
    "1323": "restrict",
    "1324": "restrict",
    "136": "expel",
    "137": "violence",
    "138": "violence",
    "1382": "territory",
    "1385": "violence",
}
"""PLOVER's mode of a threat, by CAMEO code; after PLOVER's own table from CAMEO (2021)."""


@dataclass(frozen=True, slots=True)
class Plover:
    """An event as PLOVER codes it, where the future and the unreal have no place."""

    event: str = field(metadata={"doc": "PLOVER 0.8 event type; empty where it has none"})
    mode: str = field(default="", metadata={"doc": "Its mode, or empty"})
    quad: int = field(default=0, metadata={"doc": "Quad class, 1 to 4; 0 where there is no event"})
    score: float = field(default=0.0, metadata={"doc": "Conflict and cooperation score of that event, -10 to 10"})


@dataclass(frozen=True, slots=True)
class Coding:
    """A row of the codebook, spelt out."""

    event_type: str = field(metadata={"doc": "Our type"})
    event_mode: str = field(metadata={"doc": "Our mode, or empty"})
    context: str = field(metadata={"doc": "The context that makes the code narrower, or empty"})
    status: str = field(metadata={"doc": "happened (or ongoing) or planned"})
    cameo: str = field(metadata={"doc": "CAMEO code, or empty"})
    name: str = field(metadata={"doc": "Its name"})
    goldstein: float | None = field(metadata={"doc": "Its score, -10 to 10; null where there is no code"})
    plover: Plover = field(metadata={"doc": "PLOVER's event"})
    gdelt: int = field(metadata={"doc": "Quad class of the scheme gdelt, 0 to 4"})
    icews: int = field(metadata={"doc": "Quad class of the scheme icews, 0 to 4"})
    note: str = field(metadata={"doc": "Why, where the choice is not plain"})


def _rows(name: str) -> Iterator[dict[str, str]]:
    with resources.files("legation.export").joinpath(name).open(encoding="utf8") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE, restval="")


@cache
def _book() -> dict[tuple[str, str], list[dict[str, str]]]:
    """Rows by type and mode: the one without a context last."""
    book: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in _rows("codebook.tsv"):
        book.setdefault((row["type"], row["mode"]), []).append(row)
    for rows in book.values():
        rows.sort(key=lambda row: not row["context"])
    return book


@cache
def _codes() -> dict[str, tuple[str, float]]:
    return {row["code"]: (row["name"], float(row["goldstein"])) for row in _rows("cameo.tsv")}


def _checked(event_type: str, event_mode: str, status: str) -> list[dict[str, str]]:
    if status not in STATUSES:
        raise KeyError(f"no status {status!r}; there are {', '.join(STATUSES)}")
    if event_mode and event_mode not in MODES.get(event_type, ()):
        raise KeyError(f"no mode {event_mode!r} of {event_type!r}")
    return _book()[event_type, event_mode]


def cameo(event_type: str, event_mode: str, contexts: Collection[str], status: str, *, host: bool = False) -> str:
    """The CAMEO code of an act.

    Args:
        event_type: A type of the ontology.
        event_mode: One of its modes, or empty.
        contexts: Its contexts.
        status: Its status.
        host: Whether the row is that of the host of a visit, with source and target exchanged.

    Returns:
        Three or four digits; empty where CAMEO has no code.

    Raises:
        KeyError: If type, mode or status is unknown.
    """
    rows = _checked(event_type, event_mode, status)
    column = {"happened": "cameo", "ongoing": "cameo", "planned": "planned"}.get(status)
    if column is None:
        return ""
    code = next((row[column] for row in rows if not row["context"] or row["context"] in contexts), "")
    return "043" if host and code == "042" else code


def cameo_name(code: str) -> str:
    """The name of a CAMEO code.

    Raises:
        KeyError: If the codebook does not use it.
    """
    return _codes()[code][0]


def goldstein(code: str) -> float:
    """The score of a CAMEO code, -10 (conflict) to 10 (cooperation).

    Raises:
        KeyError: If the codebook does not use it.
    """
    return _codes()[code][1]


@cache
def plover(event_type: str, event_mode: str, status: str) -> Plover:
    """An act as PLOVER 0.8 codes it.

    Args:
        event_type: A type of the ontology.
        event_mode: One of its modes, or empty.
        status: Its status.

    Returns:
        The event; one whose `event` is empty where PLOVER has none.

    Raises:
        KeyError: If type, mode or status is unknown.
    """
    code = cameo(event_type, event_mode, (), status)
    if not code:
        return Plover("")
    event, mode = event_type, event_mode
    if status == "planned":
        event = {"03": "AGREE", "13": "THREATEN"}[code[:2]]
        kept = event_mode if event_mode in MODES["THREATEN"] else _THREATS.get(code, "")
        mode = kept if event == "THREATEN" else ""
    return Plover(event, mode, _PLOVER_QUADS[event], score(event, mode))


@cache
def quad_class(event_type: str, event_mode: str, status: str, scheme: str) -> int:
    """The quad class of an act under a named scheme.

    Args:
        event_type: A type of the ontology.
        event_mode: One of its modes, or empty.
        status: Its status.
        scheme: One of `SCHEMES`.

    Returns:
        1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict; 0 where the scheme has no
        class for it. Contexts make no difference.

    Raises:
        KeyError: If type, mode, status or scheme is unknown.
    """
    if scheme not in SCHEMES:
        raise KeyError(f"no scheme {scheme!r}; there are {', '.join(SCHEMES)}")
    if scheme == "plover":
        return plover(event_type, event_mode, status).quad
    return quad_of_code(cameo(event_type, event_mode, (), status), scheme)


def quad_of_code(code: str, scheme: str) -> int:
    """The quad class of a CAMEO code under `gdelt` or `icews`; 0 where the code is empty."""
    if not code:
        return 0
    return 1 + sum(int(code[:2]) > last for last in _LAST_ROOTS[scheme])


def codings() -> list[Coding]:
    """The whole codebook, a row for each type, mode and context while it happens and while it is planned."""
    out = []
    for (event_type, event_mode), rows in _book().items():
        for row in rows:
            for status, column in (("happened", "cameo"), ("planned", "planned")):
                code = row[column]
                name, points = _codes()[code] if code else ("", None)
                event = plover(event_type, event_mode, status)
                gdelt, icews = quad_of_code(code, "gdelt"), quad_of_code(code, "icews")
                known = (event_type, event_mode, row["context"], status, code, name, points, event)
                out.append(Coding(*known, gdelt, icews, row["note"]))
    return out
