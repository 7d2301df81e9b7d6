"""Fixtures of several tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pytest
from click.testing import CliRunner, Result

from helpers import Site, claims_of
from legation.cli import command
from legation.types import Article, Claim


@pytest.fixture
def one_word_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replaces the pipeline by `claims_of`."""

    def read_articles(articles: Iterable[Article]) -> Iterator[tuple[Article, list[Claim]]]:
        for article in articles:
            yield article, claims_of(article)

    monkeypatch.setattr("legation.pipeline.read_articles", read_articles)


@pytest.fixture
def run(one_word_reader: None) -> Callable[..., Result]:
    """Runs the command with the one-word reader: `run("read", "a.txt", stdin=b"…")`."""

    def call(*arguments: object, stdin: bytes | None = None) -> Result:
        result = CliRunner().invoke(command, [str(a) for a in arguments], input=stdin)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return call


@pytest.fixture
def site() -> Iterator[Site]:
    """A web site on this machine."""
    server = Site()
    yield server
    server.close()
