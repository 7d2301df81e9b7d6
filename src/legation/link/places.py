"""Where an event is said to take place: the country of the words, or of the act itself."""

from __future__ import annotations

from collections.abc import Sequence

from legation.link.spans import mentions_in
from legation.ontology import REGIONS, place_of
from legation.types import Actor, Draft, Mention, Place

__all__ = ["place_of_draft"]

_PHYSICAL = frozenset(("ASSAULT", "PROTEST", "MOBILIZE"))


def place_of_draft(
    text: str, draft: Draft, recipients: Sequence[Actor], mentions: Sequence[Mention], least: float = 0.5
) -> Place:
    """The place of a draft.

    The words the network marks, by the last country they name ("Kunduz, Afghanistan"); where they name none, the
    country that a physical act is done to. Without words there is no place.
    """
    span = max(draft.place_spans, key=lambda s: s.probability, default=None)
    if span is not None and span.probability >= least:
        inside = [m for m in mentions_in(span.start, span.end, mentions) if ":" not in m.code]
        words = text[span.start : span.end]
        if inside:
            last = inside[-1]
            return Place(words, span.start, span.end, last.name, last.place)
        country = _country(recipients) if draft.event_type in _PHYSICAL or _is_visit(draft) else ""
        return Place(words, span.start, span.end, words, country)
    return Place()


def _is_visit(draft: Draft) -> bool:
    return draft.event_type == "CONSULT" and draft.event_mode == "visit"


def _country(recipients: Sequence[Actor]) -> str:
    """The one state on the receiving side, else empty."""
    places = {place_of(r.code) for r in recipients}
    states = {p for p in places if ":" not in p and len(p) == 3} - REGIONS - {"XXX"}
    return states.pop() if len(states) == 1 else ""
