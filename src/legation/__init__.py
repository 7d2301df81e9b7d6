"""Legation reads news on world politics: who did what to whom, when, where, who says so, and with what status.

import legation

for claim in legation.read("article.txt", published="2024-06-25"):
    print(claim.status, claim.event_type, [a.name for a in claim.actors], claim.trigger.text)
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Iterable
from datetime import date
from types import ModuleType
from typing import TYPE_CHECKING, Any

from legation.types import Actor, Article, Claim, Date, InputError, Place, Problem, Speaker
from legation.version import __version__ as __version__

if TYPE_CHECKING:
    import os

    from legation.ingest.files import Input

__all__ = [
    "Actor",
    "Article",
    "Claim",
    "Date",
    "InputError",
    "Place",
    "Problem",
    "Speaker",
    "actor",
    "add",
    "body",
    "claim_to_dict",
    "open",
    "read",
    "read_inputs",
]

_LATER = {
    "actor": "legation.link.actors",
    "add": "legation.adding",
    "body": "legation.link.actors",
    "claim_to_dict": "legation.schema",
    "open": "legation.record.record",
    "read_inputs": "legation.ingest",
}


def read(
    inputs: Input | Iterable[Input] | None = None,
    *,
    text: str | None = None,
    title: str = "",
    published: date | str | None = None,
    publisher: str = "",
    allow_private: bool = False,
    actors: str | os.PathLike[str] | None = None,
    problems: list[Problem] | None = None,
) -> list[Claim]:
    """Reads news and returns what it claims. What `legation read` does, from Python.

    Args:
        inputs: A file, a folder, an http or https address, "-" for standard input, an `Article`, or several of these.
        text: The words of one article instead.
        title: Headline of `text`.
        published: Day of publication where an input states none; without one "on Monday" has no date.
        publisher: Outlet where an input states none.
        allow_private: Whether addresses on private networks may be read.
        actors: A table of names of your own, which win over ours; see `docs/know.md`.
        problems: A list that takes what could not be read; without it the first such thing raises at the end.

    Returns:
        The claims of all articles, in order.

    Raises:
        InputError: If something could not be read and `problems` is not given. It carries the claims of the rest. Also
            if the table of `actors` is not right, before anything is read.
        TypeError: If neither or both of `inputs` and `text` are given.
        ValueError: If `published` is no date.
    """
    from legation.ingest.article import make_article, parse_published
    from legation.ingest.files import read_inputs
    from legation.pipeline import read_articles

    if (inputs is None) == (text is None):
        raise TypeError("give either inputs or text=")
    day = None if published is None else parse_published(published)
    more: dict[str, Any] = {}
    if actors is not None:
        from legation.link.names import Names

        more["known"] = Names.with_own(actors)
    found: list[Problem] = []

    def articles() -> Iterable[Article]:
        for item in items():
            if isinstance(item, Problem):
                found.append(item)
            else:
                yield item

    def items() -> Iterable[Article | Problem]:
        if text is not None:
            yield make_article(text, where="text", title=title, publisher=publisher, published=day)
            return
        yield from read_inputs(
            () if inputs is None else inputs, published=day, publisher=publisher, allow_private=allow_private
        )

    claims = [claim for _, some in read_articles(articles(), **more) for claim in some]
    if problems is not None:
        problems.extend(found)
        return claims
    for skipped in (p for p in found if p.skipped):
        warnings.warn(f"{skipped.where}: {skipped.what}", stacklevel=2)
    failed = [p for p in found if not p.skipped]
    if failed:
        raise InputError(failed, claims)
    return claims


def __getattr__(name: str) -> Any:
    """Loads the public names that would make `import legation` slow, on first use."""
    if name in _LATER:
        return getattr(importlib.import_module(_LATER[name]), name)
    raise AttributeError(f"module 'legation' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_LATER])


class _Reader(ModuleType):
    """The folder `read` as a function: `legation.read(...)` and `legation.read.sentences` are both meant to work."""

    def __call__(self, *args: Any, **kwargs: Any) -> list[Claim]:
        return _read(*args, **kwargs)


# Importing the subpackage binds its module to the name of the function. Make the module callable, then, once, here.
_read = read
importlib.import_module("legation.read").__class__ = _Reader
