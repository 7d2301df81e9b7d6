"""The same data as JSON: what a page shows, at the page's address with .json after it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from legation.record.results import Result
from legation.schema import claim_to_dict, fields_of
from legation.types import Claim

__all__ = ["encoded", "error_body", "plain"]


def plain(value: Any) -> Any:
    """A page's context as JSON takes it.

    Records become objects with their own names, claims those that `legation read --format jsonl` prints; days become
    YYYY-MM-DD. A field whose metadata say `json: False` is for the page alone and stays out.
    """
    if isinstance(value, Claim):
        return claim_to_dict(value)
    if isinstance(value, Result):
        return [plain(row) for row in value.to_dicts()]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        hidden = {f.name for f in dataclasses.fields(value) if not f.metadata.get("json", True)}
        return {name: plain(getattr(value, name)) for name in fields_of(type(value)) if name not in hidden}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else None  # JSON has neither infinity nor "not a number"
    return str(value)


def encoded(value: Any) -> bytes:
    """A value as JSON in UTF-8."""
    text = json.dumps(plain(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def error_body(status: int, title: str, message: str) -> dict[str, Any]:
    """The one shape in which JSON tells an error."""
    return {"error": {"status": status, "title": title, "message": message}}
