"""How many independent reports say a thing, and which of the parties that they name take part in an event."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import cache
from typing import Generic, TypeVar

from legation.knowledge import place_names
from legation.ontology import place_of
from legation.types import Claim, Party

__all__ = ["Named", "Votes", "least_support", "named_parties"]

T = TypeVar("T", bound=Hashable)

SHARE_OF_SIDE = 3
"""A place stands on both sides if at most this many times as many reports have it on one, and enough on either."""

SHARE_OF_CODE = 3
"""A sector stands for its place beside one that at most this many times as many reports name; so does an id."""

PERSONS = 3
"""Most persons or offices that stand for one place and sector."""


class Votes(Generic[T]):
    """Who says what: for each value the voices that say it, in the order in which values were first heard.

    Attributes:
        counts: The voices by value.
    """

    def __init__(self) -> None:
        self.counts: dict[T, set[str]] = {}

    def add(self, value: T, voice: str) -> None:
        """One voice for a value; the same voice counts once."""
        self.counts.setdefault(value, set()).add(voice)

    def best(self, preferred: Callable[[T], bool]) -> T:
        """The value that most say; of equal ones a preferred one, then the one heard first."""
        return max(self.counts, key=lambda v: (len(self.counts[v]), preferred(v)))

    def above(self, voices: int, most: int) -> tuple[T, ...]:
        """Values that enough of so many voices say, the most supported first."""
        need = least_support(voices)
        kept = sorted(self.counts, key=lambda v: -len(self.counts[v]))[:most]
        return tuple(v for v in kept if len(self.counts[v]) >= need)


def least_support(voices: int) -> int:
    """How many of so many independent reports must name a party: one of up to three, then two, an eighth of more."""
    return 1 if voices < 4 else max(2, -(-voices // 8))


class Named:
    """The parties that reports name, on both sides: 0 for doers, 1 for recipients.

    Attributes:
        places: Votes for each place, by side.
        codes: Votes for each id of the grammar, by side.
        parties: Votes for each party, by side.
        voices: Reports that name anybody on a side.
    """

    def __init__(self) -> None:
        self.places = (Votes[str](), Votes[str]())
        self.codes = (Votes[str](), Votes[str]())
        self.parties = (Votes[Party](), Votes[Party]())
        self.voices: tuple[set[str], set[str]] = (set(), set())

    def add(self, claim: Claim, voice: str) -> None:
        """The parties of a claim."""
        for side, actors in enumerate((claim.actors, claim.recipients)):
            for actor in actors:
                place = place_of(actor.code)
                if place in ("", "XXX"):
                    continue
                self.voices[side].add(voice)
                self.places[side].add(place, voice)
                self.codes[side].add(actor.code, voice)
                self.parties[side].add(Party(actor.code, actor.actor_id, actor.name), voice)


def named_parties(named: Named, *, ordered: bool) -> tuple[tuple[Party, ...], tuple[Party, ...]]:
    """The parties that enough reports name, and the side on which most have them.

    Args:
        named: What the reports name.
        ordered: Whether the sides differ. Where they do not ("X met Y", "Y met X"), each place stands on one side only.

    Returns:
        Doers and recipients, those that most reports name first.
    """
    everybody = named.voices[0] | named.voices[1]
    places = list(dict.fromkeys([*named.places[0].counts, *named.places[1].counts]))
    none: set[str] = set()
    on = {p: tuple(side.counts.get(p, none) for side in named.places) for p in places}
    named_by = {p: len(on[p][0] | on[p][1]) for p in places}
    need = min(least_support(len(everybody)), max(named_by.values(), default=1))
    kept = sorted((p for p in places if named_by[p] >= need), key=lambda p: -named_by[p])
    sides: tuple[list[Party], list[Party]] = ([], [])
    for place in kept:
        count = [len(voices) for voices in on[place]]
        for side in (0, 1):
            if (
                not count[side]
                or count[side] * SHARE_OF_SIDE < count[1 - side]
                or count[side] < need <= count[1 - side]
            ):
                continue
            if not ordered and len(kept) > 1 and (count[side], side == 0) < (count[1 - side], side != 0):
                continue
            sides[side].extend(_of_place(named, side, place))
    return tuple(sides[0]), tuple(sides[1])


def _of_place(named: Named, side: int, place: str) -> list[Party]:
    """Who stands for a place: its sectors before the bare place, persons and offices before the state as such."""
    codes = {c: v for c, v in named.codes[side].counts.items() if place_of(c) == place}
    top = max(len(v) for v in codes.values())
    enough = [c for c in codes if len(codes[c]) * SHARE_OF_CODE >= top]
    chosen = [c for c in enough if c != place] or enough
    out: list[Party] = []
    for code in sorted(chosen, key=lambda c: -len(codes[c])):
        general = _general(place)
        parties = _by_id((p, v) for p, v in named.parties[side].counts.items() if p.code == code)
        special = [p for p in parties if p.actor_id not in ("", general[0])]
        special = [p for p in special if len(parties[p]) * SHARE_OF_CODE >= len(codes[code])]
        special.sort(key=lambda p: -len(parties[p]))
        bare = [p for p in parties if p.actor_id in ("", general[0])]
        out.extend(special[:PERSONS] or [min(bare, key=lambda p: -len(parties[p]), default=Party(code, *general))])
    return out


def _by_id(parties: Iterable[tuple[Party, set[str]]]) -> dict[Party, set[str]]:
    """Each party once, by the name that most give it, with all reports that name it; without an id each name is one."""
    out: dict[str | Party, tuple[Party, set[str]]] = {}
    for party, voices in sorted(parties, key=lambda pv: -len(pv[1])):
        first, others = out.get(party.actor_id or party, (party, set()))
        out[party.actor_id or party] = first, others | voices
    return dict(out.values())


@cache
def _general(place: str) -> tuple[str, str]:
    """Id and name of a place as a whole."""
    return place_names().get(place, ("", ""))
