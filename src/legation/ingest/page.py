"""A web page to an article: text by trafilatura; headline, outlet and day from what the page says of itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from legation.ingest.article import clean, make_article, parse_published, too_long
from legation.ingest.decode import decode
from legation.ingest.rows import Defaults
from legation.types import Article, Problem

__all__ = ["MAX_PAGE", "read_page"]

MAX_PAGE = 20_000_000
"""Bytes of the largest page. Real ones have a few hundred thousand."""

_MAX_CHILDREN = 10_000
"""Parts of one element. Extraction takes time with their square: 3 s at this number, an hour at the limit of bytes."""

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I)
_WHOLE = re.compile(r"<(?:html|body)\b", re.I)
_SENTENCE_END = re.compile(r"[.!?…][\"”’')\]]*$")
_SENTENCE_WORDS = 6
_DATE_META = (
    "article:published_time",
    "datepublished",
    "og:article:published_time",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.created",
    "dc.date",
    "publishdate",
    "pubdate",
    "publication_date",
    "date",
)
_PUBLISHER_META = ("og:site_name", "publisher", "application-name")
_TITLE_META = ("og:title", "twitter:title")


def read_page(
    raw: bytes, *, where: str, defaults: Defaults, declared: str = "", url: str = ""
) -> Iterator[Article | Problem]:
    """The article of a web page.

    The day of publication is that of JSON-LD (`datePublished`), else of a meta tag, else what htmldate finds in the
    page's markup (not in its running text, where other days stand too), else the default.

    Args:
        raw: The page's bytes.
        where: File or address, for problems.
        defaults: Date and publisher where the page states none.
        declared: Encoding in the header it came with.
        url: Its address.

    Yields:
        One article or one problem; a problem with its date first where that is none.
    """
    if len(raw) > MAX_PAGE:
        yield too_long(where)
        return
    meta_charset = _CHARSET.search(raw[:8192])
    text = decode(raw, declared or (meta_charset.group(1).decode("ascii") if meta_charset else "")).replace("\0", "")
    if not text.strip():
        yield Problem(where, "empty; nothing to read here")
        return
    if not _WHOLE.search(text[:8192]):  # a fragment, which parsers of whole pages refuse
        text = f"<html><body>{text}</body></html>"
    import trafilatura  # with lxml and its models 0.4 s to import: plain text must not wait for it

    try:
        tree = trafilatura.load_html(text)
        if tree is not None and any(len(element) > _MAX_CHILDREN for element in tree.iter()):
            yield Problem(where, f"HTML with over {_MAX_CHILDREN:,} parts in one element; save its text as .txt")
            return
        facts = _PageFacts(tree) if tree is not None else None
        body = clean(_body(text, url)).strip()
    except (ValueError, RecursionError, AttributeError, TypeError) as error:
        yield Problem(where, f"HTML that cannot be parsed ({type(error).__name__}); save its text as .txt")
        return
    if facts is None or not _has_prose(body):
        yield Problem(where, "HTML with no article in it; give the address of the article itself, or its text as .txt")
        return
    published = defaults.published
    try:
        published = facts.published() or defaults.published
    except ValueError as error:
        yield Problem(where, f"{error}; read without a date")
        published = None
    first, _, rest = body.partition("\n")
    title = facts.title(first)
    yield make_article(
        rest if " ".join(first.split()) == title else body,
        where=where,
        title=title,
        publisher=facts.publisher() or defaults.publisher,
        published=published,
        url=url or facts.address(),
    )


def _has_prose(body: str) -> bool:
    """Whether a text has a line that could be a paragraph: six words, and the end of a sentence at its end."""
    lines = (line.strip() for line in body.split("\n"))
    return any(_SENTENCE_END.search(line[-8:]) and len(line.split()) >= _SENTENCE_WORDS for line in lines)


def _body(text: str, url: str) -> str:
    import trafilatura

    found = trafilatura.extract(text, url=url or None, include_comments=False, include_tables=False)
    if not found:  # a page of a few lines: trafilatura's own fallback for markup that it would reject
        found = trafilatura.baseline(text)[1]
    return found or ""


class _PageFacts:
    """What a page says of itself: JSON-LD, meta tags, headings."""

    def __init__(self, tree: Any) -> None:
        self._tree = tree
        self._linked = list(_linked_articles(tree))
        self._meta: dict[str, str] = {}
        for tag in tree.iter("meta"):
            name = tag.get("property") or tag.get("name") or tag.get("itemprop")
            content = (tag.get("content") or "").strip()
            if name and content:
                self._meta.setdefault(name.lower(), content)

    def _first(self, names: tuple[str, ...]) -> str:
        return next((self._meta[name] for name in names if name in self._meta), "")

    def published(self) -> date | None:
        """The day of publication.

        Raises:
            ValueError: If the page states one that is none.
        """
        stated = next((x["datePublished"] for x in self._linked if isinstance(x.get("datePublished"), str)), "")
        if stated.strip():
            return parse_published(stated)
        for name in _DATE_META:
            if name in self._meta:
                try:
                    return parse_published(self._meta[name])
                except ValueError:  # "date" holds all manner of things
                    continue
        import htmldate

        found = htmldate.find_date(self._tree, original_date=True, extensive_search=False)
        return parse_published(found) if found else None

    def title(self, first_line: str) -> str:
        """The headline; the one with which the text begins, where several are given."""
        linked = [x["headline"] for x in self._linked if isinstance(x.get("headline"), str)]
        headings = [" ".join(h.text_content().split()) for h in self._tree.iter("h1")]
        window = [" ".join(h.text_content().split()) for h in self._tree.iter("title")]
        candidates = [" ".join(clean(c).split()) for c in (*linked, self._first(_TITLE_META), *headings, *window) if c]
        same = " ".join(first_line.split())
        return next((c for c in candidates if c == same), candidates[0] if candidates else "")

    def publisher(self) -> str:
        """The outlet's name."""
        for item in self._linked:
            for holder in _as_list(item.get("publisher")):
                name = holder.get("name") if isinstance(holder, dict) else holder
                if isinstance(name, str) and name.strip():
                    return name.strip()
        return self._first(_PUBLISHER_META)

    def address(self) -> str:
        """The page's canonical address, or empty."""
        for link in self._tree.iter("link"):
            if (link.get("rel") or "").lower() == "canonical" and (link.get("href") or "").startswith("http"):
                return str(link.get("href"))
        return self._meta.get("og:url", "")


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _linked_articles(tree: Any) -> Iterator[dict[str, Any]]:
    """The objects of the page's JSON-LD that describe an article: those with a headline or a day of publication."""
    for script in tree.iter("script"):
        if (script.get("type") or "").partition(";")[0].strip().lower() != "application/ld+json":
            continue
        try:
            queue = [json.loads(script.text or "", strict=False)]
        except (ValueError, RecursionError):
            continue
        seen = 0
        while queue and seen < 1000:
            seen += 1
            item = queue.pop(0)
            if isinstance(item, list):
                queue.extend(item)
            elif isinstance(item, dict):
                if "datePublished" in item or "headline" in item:
                    yield item
                queue.extend(
                    v for k, v in item.items() if k in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement")
                )
