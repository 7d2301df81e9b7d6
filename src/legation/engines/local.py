"""Reads articles on this machine: in this process, or spread over several."""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor

from legation.link.names import Names
from legation.pipeline import read_article
from legation.types import Article, Claim

__all__ = ["read_articles"]

AHEAD = 16
"""Articles in hand for each worker."""

_known: Names | None = None
"""The names that a worker process uses."""


def _begin(known: Names | None) -> None:
    global _known  # noqa: PLW0603 - set once, at the start of a worker process
    _known = known
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the process that started the workers ends them


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
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, context, _begin, (known,))
    waiting: deque[Future[tuple[Article, list[Claim]]]] = deque()
    try:
        for article in articles:
            waiting.append(pool.submit(_read, article))
            if len(waiting) >= AHEAD * workers:  # a stream may be endless: take in no more than is being read
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
