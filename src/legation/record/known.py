"""What a record has already, boiled down so that millions of articles fit in memory: contents, pages, addresses.

Each is kept as 64 bits of a hash. Among five million articles a new one is taken for a known one with a probability of
3e-13.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import repeat
from typing import TYPE_CHECKING

import numpy as np

from legation.types import Article

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from legation.record.store import Store

    _Marks = NDArray[np.uint64]

__all__ = ["Known", "Named", "content_hash"]

_FOLD = 100_000
"""New entries that are kept in sets and dicts, which take ten times the memory, before they go into the arrays."""
_COLUMNS = ("content_hash", "article_id", "page_id", "version", "publisher", "url", "run_id")
_MASK = (1 << 64) - 1


def content_hash(article: Article) -> str:
    """What tells articles apart: SHA-256 of publisher, day, headline and text, in hexadecimal.

    Raises:
        UnicodeEncodeError: If they hold lone surrogates, which are no text.
    """
    day = article.published.isoformat() if article.published else ""
    parts = "\0".join((article.publisher, day, article.title, article.text))
    return hashlib.sha256(parts.encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True)
class Named:
    """An article under the id that it has in the record."""

    article: Article = field(metadata={"doc": "With that id"})
    page_id: str = field(metadata={"doc": "Id of the page"})
    version: int = field(metadata={"doc": "Version of the page, from 1"})
    content: str = field(metadata={"doc": "Its `content_hash`"})
    given: str = field(metadata={"doc": "The id that it came with"})


class Known:
    """The articles of a record, and those that are on their way into it.

    A page is the same if it has the same id and publisher, or the same address. With other words it is a new version of
    the page: its id is the page's, with `@2`, `@3` and so on behind it.
    """

    def __init__(self, store: Store, run_id: str) -> None:
        """Loads what the record has.

        Args:
            store: The record.
            run_id: The run whose articles come through `name`, and need not be loaded.
        """
        self._run_id = run_id
        self._marks: _Marks = np.empty(0, np.uint64)
        self._new_marks: set[int] = set()
        self._urls: _Marks = np.empty(0, np.uint64)
        self._order: NDArray[np.uint32] = np.empty(0, np.uint32)
        self._pages: pa.ChunkedArray | None = None
        self._new_urls: dict[int, str] = {}
        self._versions: dict[str, int] = {}
        self._files: set[str] = set()
        self._snapshot = -1
        self._coming: set[int] = set()
        self._foreign: set[int] = set()
        self.update(store)

    def has(self, content: str) -> bool:
        """Whether there is an article with this `content_hash`."""
        return self._has(_content_mark(content))

    def doubled(self, named: Named) -> bool:
        """Whether somebody else has kept the same article since it was named."""
        return _content_mark(named.content) in self._foreign

    def taken(self, named: Named) -> bool:
        """Whether somebody else has kept another article under its id since it was named."""
        return _mark("id", named.article.article_id) in self._foreign

    def name(self, article: Article, content: str) -> Named:
        """Gives an article its id, and knows it from now on."""
        return self._name(article, content, article.article_id)

    def rename(self, named: Named) -> Named:
        """Gives an article whose id was taken by somebody else another one."""
        given, publisher = named.given, named.article.publisher
        if _mark("page", named.page_id, publisher) not in self._foreign:
            given = _elsewhere(given, publisher)
        self._arrived(named)
        return self._name(replace(named.article, article_id=given), named.content, named.given)

    def kept(self, articles: Iterable[Named], store: Store) -> None:
        """Notes what is in the record from now on."""
        for named in articles:
            self._arrived(named)
        self._snapshot = store.snapshot.number

    def joined(self, store: Store) -> None:
        """Notes that we have joined the files of the record."""
        self._files = set(store.files("articles"))
        self._snapshot = store.snapshot.number

    def _arrived(self, named: Named) -> None:
        for mark in _marks_of(named.content, named.article.article_id, named.page_id, named.article.publisher):
            self._coming.discard(mark)
            self._foreign.discard(mark)

    def _name(self, article: Article, content: str, given: str) -> Named:
        page, version = self._page(article)
        article_id = page if version == 1 else f"{page}@{version}"
        while self._has(_mark("id", article_id)):
            version += 1
            article_id = f"{page}@{version}"
        marks = _marks_of(content, article_id, page, article.publisher)
        self._new_marks.update(marks)
        self._coming.update(marks)
        if version > 1:
            self._versions[page] = version
        if _names_a_page(article.url):
            self._new_urls.setdefault(_mark("url", article.url), page)
        if len(self._new_marks) > _FOLD:
            self._fold()
        return Named(replace(article, article_id=article_id), page, version, content, given)

    def update(self, store: Store) -> None:
        """Learns what others have added since."""
        if store.snapshot.number == self._snapshot:
            return
        files = set(store.files("articles"))
        loaded = [part for path in sorted(files - self._files) for part in self._load(path)]
        for marks, _, _ in loaded if self._coming else ():
            self._foreign.update(self._coming.intersection(marks.tolist()))
        self._fold(loaded)
        self._files = files
        self._snapshot = store.snapshot.number

    def _load(self, path: str) -> Iterator[tuple[_Marks, _Marks, pa.StringArray]]:
        """Marks of a file's articles, of their addresses, and the pages at those; some at a time."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        for batch in pq.ParquetFile(path).iter_batches(columns=list(_COLUMNS)):
            rows = zip(*(batch.column(name).to_pylist() for name in _COLUMNS), strict=True)
            others = [row for row in rows if row[-1] != self._run_id]
            if not others:
                continue
            contents, ids, pages, versions, publishers, urls, _ = zip(*others, strict=True)
            for page, version in zip(pages, versions, strict=True):
                if version > 1:
                    self._versions[page] = max(version, self._versions.get(page, 1))
            marks = [
                np.frombuffer(bytes.fromhex("".join(contents)), ">u8")[::4].astype(np.uint64),
                _marks(("id", name) for name in ids),
                _marks(zip(repeat("page"), pages, publishers, strict=False)),
            ]
            at = [i for i, url in enumerate(urls) if _names_a_page(url)]
            addresses = _marks(("url", urls[i]) for i in at)
            yield np.concatenate(marks), addresses, pa.array([pages[i] for i in at], pa.string())

    def _has(self, mark: int) -> bool:
        if mark in self._new_marks:
            return True
        at = int(np.searchsorted(self._marks, np.uint64(mark)))
        return at < len(self._marks) and int(self._marks[at]) == mark

    def _page(self, article: Article) -> tuple[str, int]:
        """The page of an article and its next version."""
        page = self._page_at(article.url)
        if page is None:
            page = article.article_id
            if self._has(_mark("id", page)) and not self._has(_mark("page", page, article.publisher)):
                # Another outlet has a page with this id: numbers that each source counts for itself.
                page = _elsewhere(page, article.publisher)
            if not self._has(_mark("page", page, article.publisher)):
                return page, 1
        return page, self._versions.get(page, 1) + 1

    def _page_at(self, url: str) -> str | None:
        if not _names_a_page(url):
            return None
        mark = _mark("url", url)
        if mark in self._new_urls:
            return self._new_urls[mark]
        at = int(np.searchsorted(self._urls, np.uint64(mark)))
        if self._pages is not None and at < len(self._urls) and int(self._urls[at]) == mark:
            return str(self._pages[int(self._order[at])])
        return None

    def _fold(self, loaded: Sequence[tuple[_Marks, _Marks, pa.StringArray]] = ()) -> None:
        """Adds to the arrays what was loaded, and what is in the set and the dict."""
        import pyarrow as pa

        new = np.fromiter(self._new_marks, np.uint64, len(self._new_marks))
        self._marks = np.concatenate([self._marks, new, *(marks for marks, _, _ in loaded)])
        self._marks.sort()
        self._new_marks.clear()
        new = np.fromiter(self._new_urls, np.uint64, len(self._new_urls))
        urls = np.concatenate([self._urls, new, *(urls for _, urls, _ in loaded)])
        new_pages = pa.array(list(self._new_urls.values()), pa.string())
        pages = [*(self._pages.chunks if self._pages is not None else ()), new_pages, *(p for _, _, p in loaded)]
        self._new_urls.clear()
        # The arrays of pages stay where they are; `_order` says where the page of an address stands in them.
        before = np.empty(len(urls), np.uint32)
        before[: len(self._urls)] = self._order
        before[len(self._urls) :] = np.arange(len(self._urls), len(urls), dtype=np.uint32)
        order = np.argsort(urls, kind="stable")
        self._urls, self._order = urls[order], before[order]
        self._pages = pa.chunked_array(pages, pa.string())


def _mark(*parts: str) -> int:
    return hash(parts) & _MASK


def _marks(things: Iterable[tuple[str, ...]]) -> _Marks:
    return np.fromiter(map(hash, things), np.int64).view(np.uint64)


def _elsewhere(page: str, publisher: str) -> str:
    return f"{page}~{hashlib.sha256(publisher.encode('utf-8')).hexdigest()[:6]}"


def _content_mark(content: str) -> int:
    return int(content[:16], 16)


def _marks_of(content: str, given: str, page: str, publisher: str) -> tuple[int, int, int]:
    return _content_mark(content), _mark("id", given), _mark("page", page, publisher)


def _names_a_page(url: str) -> bool:
    """Whether an address is that of one page; that of an outlet's front page, which has no path, is given for many."""
    place = url.partition("#")[0].partition("://")[2]
    return "?" in place or bool(place.partition("/")[2].strip("/"))
