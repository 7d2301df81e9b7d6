"""The vocabulary of claims: types, modes, contexts, statuses, sectors and scores.

Types, modes and contexts are those of PLOVER 0.8 (Open Event Data Alliance), with VOTE, ELECT and TIES added.
Scores follow PLOVER's -10 (conflict) to 10 (cooperation) scale, read per type and, where a mode differs, per mode.
"""

from __future__ import annotations

__all__ = [
    "CONTEXTS",
    "MODES",
    "REGIONS",
    "SECTORS",
    "STATUSES",
    "SYMMETRIC",
    "TYPES",
    "is_symmetric",
    "place_of",
    "score",
]

MODES: dict[str, tuple[str, ...]] = {
    "AGREE": (),
    "CONSULT": ("visit", "multilateral", "phone", "third-party"),
    "SUPPORT": (),
    "CONCEDE": (),
    "COOPERATE": (),
    "AID": (),
    "RETREAT": ("withdraw", "release", "disarm", "ceasefire", "access", "resign"),
    "REQUEST": ("assist", "change", "yield", "meet"),
    "ACCUSE": ("disapprove", "allege", "investigate"),
    "REJECT": ("assist", "change", "yield", "meet"),
    "THREATEN": ("restrict", "arrest", "relations", "expel", "territory", "violence"),
    "PROTEST": ("demo", "riot", "strike", "hunger", "boycott", "obstruct"),
    "SANCTION": ("convict", "expel", "withdraw", "discontinue"),
    "MOBILIZE": ("troops", "weapons", "police", "militia"),
    "COERCE": (
        "seize",
        "restrict",
        "censor",
        "curfew",
        "martial-law",
        "arrest",
        "deport",
        "withhold",
        "misinformation",
        "cyber",
    ),
    "ASSAULT": (
        "abduct",
        "beat",
        "torture",
        "sexual",
        "targeted",
        "destroy",
        "primitive",
        "firearms",
        "explosives",
        "suicide-attack",
        "aerial",
        "drone",
        "heavy-weapons",
        "crowd-control",
        "unconventional",
    ),
    "VOTE": ("for", "against", "abstain"),
    "ELECT": ("win", "lose", "hold", "appoint"),
    "TIES": ("member", "partner", "depend", "rival"),
}
"""Modes of each type, in the order of the guidelines; a type's modes may be left empty."""

TYPES: tuple[str, ...] = tuple(MODES)

STATUSES: tuple[str, ...] = ("happened", "ongoing", "planned", "possible", "not")

CONTEXTS: tuple[str, ...] = tuple(
    (
        "military intelligence executive legislative election political_institutions pro_democracy pro_autocracy "
        "economic legal reparations human_rights rights_freedoms repression human_security gender lgbt "
        "religion_ethnicity inequality diplomatic territory peacekeeping health asylum migration disasters "
        "natural_resource environment technology terrorism cbrn cyber misinformation crime corruption "
        "illegal_drugs trafficking"
    ).split()
)

SECTORS: tuple[str, ...] = (
    "GOV",
    "MIL",
    "LEG",
    "JUD",
    "COP",
    "SPY",
    "PTY",
    "OPP",
    "REB",
    "UAF",
    "CVL",
    "BUS",
    "JRN",
    "EDU",
    "REL",
    "LAB",
    "MED",
    "REF",
    "CRM",
    "ELI",
    "SOC",
)

REGIONS: frozenset[str] = frozenset({"WST", "EUR", "MEA", "AFR", "ASA", "LAM"})
"""Places that are a part of the world and no state."""

SYMMETRIC: frozenset[str] = frozenset({"AGREE", "COOPERATE", "TIES", "ASSAULT"})
"""Types whose two sides may be written in either order when claims are compared."""

_SCORES: dict[str, float] = {
    "AGREE": 3.0,
    "CONSULT": 1.0,
    "SUPPORT": 4.0,
    "CONCEDE": 5.0,
    "COOPERATE": 6.0,
    "AID": 7.0,
    "RETREAT": 7.0,
    "REQUEST": -1.0,
    "ACCUSE": -2.0,
    "REJECT": -4.0,
    "THREATEN": -5.0,
    "PROTEST": -6.0,
    "SANCTION": -6.0,
    "MOBILIZE": -7.0,
    "COERCE": -7.0,
    "ASSAULT": -9.0,
    "VOTE": 0.0,
    "ELECT": 0.0,
    "TIES": 0.0,
}
_MODE_SCORES: dict[tuple[str, str], float] = {
    ("CONSULT", "visit"): 4.0,
    ("CONSULT", "multilateral"): 2.0,
    ("CONSULT", "third-party"): 2.0,
    ("SANCTION", "withdraw"): -5.0,
    ("ACCUSE", "investigate"): -1.5,
    ("PROTEST", "riot"): -7.0,
    ("COERCE", "arrest"): -6.0,
    ("ASSAULT", "aerial"): -10.0,
    ("ASSAULT", "heavy-weapons"): -10.0,
    ("ASSAULT", "unconventional"): -10.0,
    ("VOTE", "for"): 2.0,
    ("VOTE", "against"): -2.0,
    ("TIES", "partner"): 2.0,
    ("TIES", "member"): 1.0,
    ("TIES", "rival"): -2.0,
}


def score(event_type: str, event_mode: str = "") -> float:
    """Conflict and cooperation score of a type and mode, -10 to 10.

    Args:
        event_type: One of `TYPES`.
        event_mode: One of its modes, or empty.

    Raises:
        KeyError: If the type is unknown.
    """
    return _MODE_SCORES.get((event_type, event_mode), _SCORES[event_type])


def is_symmetric(event_type: str, event_mode: str = "") -> bool:
    """Whether actor and recipient may be swapped without changing what is claimed."""
    return event_type in SYMMETRIC or (event_type == "CONSULT" and event_mode != "visit")


def place_of(code: str) -> str:
    """The country, body or group of an id: RUS of RUS.GOV, IGO:UN of IGO:UN."""
    return code.partition(".")[0]
