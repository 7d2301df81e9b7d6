"""The page of an article: its text, with what was read in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from legation.record.pages import NotKnownError
from legation.record.results import ArticleMeta
from legation.types import Claim
from legation.web.links import key_of
from legation.web.site import Ask, Data, Page
from legation.web.text import MOST_CHARACTERS, Paragraph, paragraphs

__all__ = ["DATA", "PAGES", "ArticleContext"]


@dataclass(frozen=True, slots=True)
class ArticleContext:
    """What the page of an article shows.

    Attributes:
        article: What is known of it.
        text: Its text: headline, a newline, the body.
        claims: What was read in it, in order.
        versions: Other versions of the page.
        copies: Other articles with the same text.
        cut: Whether the text is longer than a page shows.
        paragraphs: The text line by line, cut at the words of claims.
    """

    article: ArticleMeta
    text: str
    claims: tuple[Claim, ...]
    versions: tuple[ArticleMeta, ...]
    copies: tuple[ArticleMeta, ...]
    cut: bool
    paragraphs: tuple[Paragraph, ...] = field(metadata={"json": False})


def article(ask: Ask) -> ArticleContext:
    """The page of an article.

    Raises:
        NotKnownError: If the record does not hold it, or it is from after the day asked for.
    """
    found = ask.record.article(key_of(ask.path["article_id"]))
    if ask.as_of is not None and found.meta.known_from > ask.as_of:
        raise NotKnownError(f"article {found.meta.article_id}: it is from {found.meta.known_from}, after {ask.as_of}")

    def known(metas: tuple[ArticleMeta, ...]) -> tuple[ArticleMeta, ...]:
        return tuple(m for m in metas if ask.as_of is None or m.known_from <= ask.as_of)

    return ArticleContext(
        article=found.meta,
        text=found.article.text,
        claims=found.claims,
        versions=known(found.versions),
        copies=known(found.copies),
        cut=len(found.article.text) > MOST_CHARACTERS,
        paragraphs=paragraphs(found.article.text, found.article.title, found.claims),
    )


PAGES = (Page("/article/{article_id:path}", "article.html", article),)
DATA: tuple[Data, ...] = ()
