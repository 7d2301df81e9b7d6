"""Reads articles on this machine: in this process, or spread over several."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Iterable, Iterator

from legation.link.names import Names
from legation.pipeline import read_article
from legation.types import Article, Claim

__all__ = ["read_articles"]


_known: Names | None = None
"""The names that a worker process uses."""


def _begin(known: Names | None) -> None:
    global _known  # noqa: PLW0603 - set once, at the start of a worker process
    _known = known


def _read(article: Article) -> tuple[Article, list[Claim]]:
    return article, read_article(article, known=_known)


def read_articles(
    articles: Iterable[Article], workers: int = 1, *, known: Names | None = None
) -> Iterator[tuple[Article, list[Claim]]]:
    """Reads articles, in order.

    Args:
        articles: The articles; taken as they are needed, so a stream of any length will do.
        workers: Processes to spread them over. The claims do not depend on it.
        known: The names to know, those of the shipped tables by default. Of these only a user's own travel to workers.

    Yields:
        Each article with its claims, in the order of the input.
    """
    if workers <= 1:
        for article in articles:
            yield article, read_article(article, known=known)
        return
    # Articles share nothing. "spawn" keeps the network's threads out of the children.
    ahead = threading.Semaphore(16 * workers)  # the pool would otherwise take in the whole stream at once

    def paced() -> Iterator[Article]:
        for article in articles:
            ahead.acquire()
            yield article

    with multiprocessing.get_context("spawn").Pool(workers, _begin, (known,)) as pool:
        for result in pool.imap(_read, paced(), chunksize=4):
            ahead.release()
            yield result
