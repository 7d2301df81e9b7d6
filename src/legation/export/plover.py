"""PLOVER 0.8 as JSON Lines, with the field names of its manual.

A record is an event with lists of actors. What PLOVER has no place for (our type and mode, the status, the date with
its precision, the number of reports) stands in an object `legation`, as the manual allows.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from legation.export.actors import actor_name, plover_code
from legation.export.codebook import Plover, plover
from legation.export.coded import event_day, why_left_out
from legation.export.material import Material, Tally, Told
from legation.export.text import json_lines
from legation.ontology import score
from legation.types import Actor, Article, Claim, Party, Place
from legation.version import __version__

__all__ = ["CODEBOOK", "claim_record", "event_record", "write"]

CODEBOOK = "plover-base-0.8"


def _actor(code: str, actor_id: str, name: str, text: str) -> dict[str, str]:
    country, role = plover_code(code)
    out = {"code": country, "sector": role, "actor_text": text, "identifier_id": actor_id, "identifier_text": name}
    return {key: value for key, value in out.items() if value or key == "code"}


def _parties(parties: Iterable[Party]) -> list[dict[str, str]]:
    return [_actor(p.code, p.actor_id, actor_name(p), "") for p in parties]


def _mentioned(actors: Iterable[Actor]) -> list[dict[str, str]]:
    return [_actor(a.code, a.actor_id, a.name, a.text) for a in actors]


def _place(place: Place) -> dict[str, str]:
    out = {"name": place.text or place.name, "cc3": place.country}
    return {key: value for key, value in out.items() if value}


def _core(event: Plover, first: date, last: date | None, contexts: Iterable[str]) -> dict[str, Any]:
    out: dict[str, Any] = {"date": first.isoformat()}
    if last is not None and last > first:
        out["enddate"] = last.isoformat()
    out |= {"event": [event.event], "mode": [event.mode] if event.mode else [], "context": list(contexts)}
    return out | {"quad_code": event.quad, "event_scale": event.score}


def event_record(told: Told, *, sentences: bool = False) -> dict[str, Any] | None:
    """An event as a PLOVER record.

    Args:
        told: The event.
        sentences: Whether the sentence that tells it goes in.

    Returns:
        The record; None where PLOVER has no event for it, or no doer is known, which PLOVER requires.
    """
    event = told.event
    coding = plover(event.event_type, event.event_mode, event.status)
    if not coding.event or not event.actors:
        return None
    day, own = event_day(told)
    last = event.date.last if own and event.status != "planned" else None
    core = _core(coding, day, last, event.contexts)
    out = {
        "id": event.event_id,
        **core,
        "source": _parties(event.actors),
        "recipient": _parties(event.recipients),
        "event_loc": _place(event.place),
        "coder": f"Legation {__version__}",
    }
    if told.tellings:
        first = told.tellings[0]
        out["cite_info"] = _cited(first.source.article_id, first.source.url, first.source.publisher)
        out["text_info"] = {"sequence": first.sentence, "start": first.start}
        if sentences and first.text:
            out["text"] = first.text
    out["legation"] = {
        "event_type": event.event_type,
        "event_mode": event.event_mode,
        "status": event.status,
        "disputed": event.disputed,
        "date": event.date.edtf,
        "date_basis": event.date.basis,
        "first_reported": event.first_reported.isoformat(),
        "last_reported": event.last_reported.isoformat(),
        "reports": event.reports,
        "publishers": told.publishers,
        "confidence": round(event.confidence, 4),
    }
    return {key: value for key, value in out.items() if value not in ("", {})}


def _cited(article_id: str, url: str, publisher: str) -> dict[str, str]:
    out = {"citation": article_id, "url": url, "publication": publisher, "language": "en", "codebook": CODEBOOK}
    return {key: value for key, value in out.items() if value}


def claim_record(article: Article, claim: Claim) -> dict[str, Any] | None:
    """A claim as a PLOVER record, before claims are merged into events.

    Args:
        article: The article it stands in.
        claim: The claim.

    Returns:
        The record; None where PLOVER has no event for it, or no doer is known. Without a day of publication and of the
        event there is no `date`.
    """
    coding = plover(claim.event_type, claim.event_mode, claim.status)
    if not coding.event or not claim.actors:
        return None
    planned = claim.status == "planned"
    first = article.published if planned else claim.date.first or article.published
    last = None if planned or claim.date.first is None else claim.date.last
    core = _core(coding, first or date.min, last, claim.contexts)
    if first is None:
        del core["date"]
    out = {
        "id": claim.claim_id,
        **core,
        "source": _mentioned(claim.actors),
        "recipient": _mentioned(claim.recipients),
        "event_loc": _place(claim.place),
        "event_text": [claim.trigger.text],
        "text_info": {"sequence": claim.sentence, "start": claim.trigger.start, "end": claim.trigger.end},
        "cite_info": _cited(claim.article_id, article.url, article.publisher),
        "coder": f"Legation {__version__}",
        "link": claim.event_id,
        "legation": {
            "event_type": claim.event_type,
            "event_mode": claim.event_mode,
            "status": claim.status,
            "score": score(claim.event_type, claim.event_mode),
            "date": claim.date.edtf,
            "date_basis": claim.date.basis,
            "attribution": [speaker.text for speaker in claim.attribution],
            "confidence": round(claim.confidence, 4),
        },
    }
    return {key: value for key, value in out.items() if value not in ("", {})}


def write(material: Material, folder: Path, tally: Tally) -> None:
    """Writes `events.jsonl`."""
    name = "events.jsonl"
    with json_lines(folder / name) as put:
        for told in material.events():
            record = event_record(told, sentences=material.about.sentences)
            if record is None:
                event = told.event
                coded = plover(event.event_type, event.event_mode, event.status).event
                tally.left_out["no doer is known, and PLOVER requires one" if coded else why_left_out(event)] += 1
                continue
            put(record)
            tally.rows[name] += 1
