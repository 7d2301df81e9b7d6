"""Reads news and keeps it in a record: what the record has is skipped, what is read is kept batch by batch.

    inputs ─ read_inputs ─▶ articles ─ Known ─▶ new articles ─ read_articles ─▶ claims ─ a batch, one change ─▶ record
                                                                                        at the end: merging, tidying

Nothing is lost whenever it ends: a batch is in the record as a whole or not at all, and the next call goes on where
this one was. The lock is held only while a batch is written, so many may read for one record.
"""

from __future__ import annotations

import hashlib
import os
import signal
import threading
import time
import uuid
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from legation.ingest.article import parse_published
from legation.ingest.files import Input, read_inputs
from legation.link.names import Names
from legation.record.known import Known, Named, content_hash
from legation.record.store import KEPT_HOURS, RecordError, Store, Writer
from legation.record.views import literals
from legation.schema import arrow_schema, from_plain, rows_of, to_plain
from legation.types import Article, Claim, Problem

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["BATCH", "SECONDS", "Added", "add", "reader_hash"]

BATCH = 500
"""Articles that are kept at once."""
SECONDS = 10.0
"""Time after which those that are read are kept, even if they are fewer."""

_AGAIN = 4
"""How much larger the batches are where claims are replaced: each rewrites the files that hold the old ones."""
_MOST_PROBLEMS = 1_000
_MOST_INPUTS = 100
_TIDY_EVERY = 20
_READER = ("model", "knowledge/compiled.txt", "read", "link", "merge/within.py", "ontology.py", "pipeline.py")
"""What claims depend on, beside the article and a user's names."""


@dataclass
class Added:
    """What came of adding; up to now, while it goes on."""

    run_id: str = field(default="", metadata={"doc": "The run, as in the tables"})
    articles: int = field(default=0, metadata={"doc": "Articles read and kept, or read again"})
    claims: int = field(default=0, metadata={"doc": "Their claims"})
    known: int = field(default=0, metadata={"doc": "Articles that the record had already"})
    versions: int = field(default=0, metadata={"doc": "Articles that are new versions of pages; counted in `articles`"})
    undated: int = field(default=0, metadata={"doc": "Articles without a day of publication"})
    failed: int = field(default=0, metadata={"doc": "What could not be read"})
    skipped: int = field(default=0, metadata={"doc": "Articles in other languages"})
    events: int = field(default=0, metadata={"doc": "Events that are new, or told anew because of it"})
    problems: list[Problem] = field(
        default_factory=list, metadata={"doc": f"What failed or was skipped, the first {_MOST_PROBLEMS:,}"}
    )


def add(
    record: str | os.PathLike[str],
    inputs: Input | Iterable[Input] | None = None,
    *,
    published: date | str | None = None,
    publisher: str = "",
    allow_private: bool = False,
    actors: str | os.PathLike[str] | None = None,
    workers: int = 1,
    again: bool = False,
    batch: int = BATCH,
    on_progress: Callable[[Added], None] | None = None,
    on_bytes: Callable[[int], None] | None = None,
    on_problem: Callable[[Problem], None] | None = None,
    on_merge: Callable[[int, int], None] | None = None,
) -> Added:
    """Reads news and keeps it in a record. What `legation add` does, from Python.

    Args:
        record: Folder of the record; made where there is none.
        inputs: A file, a folder, an http or https address, "-" for standard input, an `Article`, or several of these.
        published: Day of publication where an input states none.
        publisher: Outlet where an input states none.
        allow_private: Whether addresses on private networks may be read.
        actors: A table of names of your own, which win over ours.
        workers: Processes to spread the reading over; the claims do not depend on it.
        again: Read anew what the record has from another reader (a network, tables or rules of another time): what is
            named, or everything where nothing is.
        batch: Articles that are kept at once.
        on_progress: Called after each article with the counts up to now.
        on_bytes: Called with the number of bytes newly read from files.
        on_problem: Called with each problem as it comes.
        on_merge: Called at the end, while events are merged, with the claims that are done and all of them.

    Returns:
        The counts. What could not be read is among its `problems`; the rest is kept.

    Raises:
        RecordError: If the record cannot be opened or written. What was kept before stays.
        InputError: If the table of `actors` is not right, before anything is read.
        TypeError: If there are no inputs, and `again` is not given.
        ValueError: If `published` is no date.
        KeyboardInterrupt: If it is interrupted; what was read by then is kept, and the next call merges it.
    """
    if inputs is None and not again:
        raise TypeError("give inputs, or again=True to read anew what the record has")
    names = None if actors is None else Names.with_own(actors)
    day = None if published is None else parse_published(published)  # before a record is made
    items = read_inputs(
        () if inputs is None else inputs,
        published=day,
        publisher=publisher,
        allow_private=allow_private,
        on_bytes=on_bytes,
    )
    work = _Work(
        Store.create(record), reader_hash(actors), names, workers, batch, _named(inputs), on_progress, on_problem
    )
    wanted: set[str] = set()
    work.add_new(items, wanted if again else None)
    if again:
        work.read_again(None if inputs is None else wanted)
    work.finish(on_merge)
    return work.added


def reader_hash(actors: str | os.PathLike[str] | None = None) -> str:
    """Which network, tables and rules read: 16 hexadecimal digits that change when any of them does.

    Args:
        actors: A user's table of names.
    """
    digest = hashlib.sha256()
    package = Path(str(resources.files("legation")))
    for part in _READER:
        path = package / part
        files = sorted(p for p in path.iterdir() if p.suffix not in (".pyc", ".md", "")) if path.is_dir() else [path]
        for file in files:
            if file.is_file():
                digest.update(f"{part}/{file.name}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    if actors is not None:
        digest.update(Path(actors).read_bytes())
    return digest.hexdigest()[:16]


def _named(inputs: Input | Iterable[Input] | None) -> tuple[str, ...]:
    """The inputs as the record notes them, as far as they have names."""
    if isinstance(inputs, str | os.PathLike):
        return (os.fspath(inputs),)
    if not isinstance(inputs, Sequence):  # a stream: to look at it would use it up
        return ()
    return tuple(os.fspath(i) for i in inputs[:_MOST_INPUTS] if isinstance(i, str | os.PathLike))


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Puts off an interrupt until what is done here is done; a second one is not put off."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came = False

    def later(_number: int, _frame: object) -> None:
        nonlocal came
        if came:
            raise KeyboardInterrupt
        came = True

    before = signal.signal(signal.SIGINT, later)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        raise KeyboardInterrupt


_Read = tuple[Article, list[Claim]]
_Rows = dict[str, list[dict[str, Any]]]


@dataclass
class _Work:
    """One run of `add`: what it reads with, what waits to be kept, what it has counted."""

    store: Store
    reader: str
    names: Names | None
    workers: int
    batch: int
    inputs: tuple[str, ...]
    on_progress: Callable[[Added], None] | None
    on_problem: Callable[[Problem], None] | None

    def __post_init__(self) -> None:
        self.added = Added(run_id=uuid.uuid4().hex[:16])
        self._known = Known(self.store, self.added.run_id)
        self._problems: list[Problem] = []
        self._known_before = 0
        self._batches = 0

    def add_new(self, items: Iterable[Article | Problem], wanted: set[str] | None) -> None:
        """Reads and keeps what the record lacks.

        Args:
            items: Articles and problems.
            wanted: Takes the hashes of those that it has, where they are to be read again.
        """
        coming: dict[str, Named] = {}

        def articles() -> Iterator[Article]:
            for named in self._new(items, wanted):
                coming[named.article.article_id] = named
                yield named.article

        def keep(read: Sequence[_Read]) -> None:
            self._keep([(coming.pop(article.article_id), claims) for article, claims in read])

        self._in_batches(articles(), keep, self.batch, SECONDS)
        if self._problems:
            self._keep([])

    def read_again(self, wanted: set[str] | None) -> None:
        """Reads anew, from the record, what another reader read, and replaces its claims.

        Args:
            wanted: The hashes of the articles; all of them where None.
        """
        rows: dict[str, dict[str, Any]] = {}
        before = self.added.articles

        def keep(read: Sequence[_Read]) -> None:
            self._replace([(rows[article.article_id], claims) for article, claims in read])
            for article, _ in read:
                del rows[article.article_id]

        self._in_batches(self._stale(wanted, rows), keep, _AGAIN * self.batch, _AGAIN * SECONDS)
        if wanted is not None:
            self.added.known += len(wanted) - (self.added.articles - before)

    def _in_batches(
        self, articles: Iterator[Article], keep: Callable[[Sequence[_Read]], None], most: int, seconds: float
    ) -> None:
        """Reads articles and keeps them batch by batch, also those before an interrupt or a reader that fails."""
        waiting: list[_Read] = []
        begun = time.monotonic()
        try:
            with closing(self._read(articles)) as reading:
                for read in reading:
                    begun = begun if waiting else time.monotonic()
                    waiting.append(read)
                    if len(waiting) >= most or time.monotonic() - begun >= seconds:
                        full, waiting = waiting, []
                        keep(full)
                    self._tell(waiting)
            if waiting:
                full, waiting = waiting, []
                keep(full)
        except RecordError:  # it could not be kept; another try would tell the same
            raise
        except BaseException:
            if waiting:
                keep(waiting)
            raise
        finally:
            self._tell([])

    def finish(self, on_merge: Callable[[int, int], None] | None) -> None:
        """Merges what is new into events, and joins small files."""
        from legation.record.merging import merge

        self.added.events = merge(self.store, self.added.run_id, on_progress=on_merge).events
        self.store.tidy()

    def _read(self, articles: Iterator[Article]) -> Generator[_Read, None, None]:
        from legation.engines import local

        yield from local.read_articles(articles, self.workers, known=self.names)

    def _new(self, items: Iterable[Article | Problem], wanted: set[str] | None) -> Iterator[Named]:
        for item in items:
            if isinstance(item, Problem):
                self._note(item)
                continue
            try:
                content = content_hash(item)
                f"{item.article_id}{item.url}".encode()
            except UnicodeEncodeError:
                self._note(Problem(item.article_id, "its words are no valid Unicode; make it with `make_article`"))
                continue
            if self._known.has(content):
                if wanted is None:
                    self.added.known += 1
                else:
                    wanted.add(content)
                continue
            yield self._known.name(item if item.article_id else replace(item, article_id=content[:16]), content)

    def _note(self, problem: Problem) -> None:
        self.added.failed += not problem.skipped
        self.added.skipped += problem.skipped
        for problems in (self.added.problems, self._problems):
            if len(problems) < _MOST_PROBLEMS:
                problems.append(problem)
        if self.on_problem:
            self.on_problem(problem)

    def _tell(self, waiting: Sequence[_Read]) -> None:
        """Tells the counts, with what is read and not yet kept."""
        if self.on_progress:
            more = len(waiting), sum(len(claims) for _, claims in waiting)
            self.on_progress(
                replace(self.added, articles=self.added.articles + more[0], claims=self.added.claims + more[1])
            )

    def _keep(self, read: list[tuple[Named, list[Claim]]]) -> None:
        """Keeps a batch, as one change."""
        with _uninterrupted():
            while clashing := self._commit(read):
                # Somebody else has meanwhile kept another article under the same id: ours gets the next, and as the ids
                # of claims hang on that of their article, it is read again.
                taken = {named.article.article_id for named in clashing}
                fresh = {named.article.article_id: named for named in map(self._known.rename, clashing)}
                read = [(named, claims) for named, claims in read if named.article.article_id not in taken]
                read += [(fresh[a.article_id], claims) for a, claims in self._read(n.article for n in fresh.values())]
            self._batches += 1
            if self._batches % _TIDY_EVERY == 0 and self.store.tidy():
                self._known.joined(self.store)

    def _commit(self, read: list[tuple[Named, list[Claim]]]) -> list[Named]:
        """Writes a batch. Where ids are taken it writes nothing, and returns those articles."""
        rows: _Rows = {"articles": [], "claims": []}
        now = datetime.now(UTC)
        with self.store.writing() as writer:
            self._known.update(self.store)
            ours = [(named, claims) for named, claims in read if not self._known.doubled(named)]
            clashing = [named for named, _ in ours if self._known.taken(named)]
            if clashing:
                return clashing
            for named, claims in ours:
                row = {
                    "page_id": named.page_id,
                    "version": named.version,
                    "content_hash": named.content,
                    "known_from": named.article.published or now.date(),
                    "added_at": now,
                }
                self._extend(rows, row, named.article, claims)
            for table in rows:
                writer.append(table, _arrow(table, rows[table]))
            known = self.added.known + len(read) - len(ours)
            counts = {"articles": len(ours), "claims": len(rows["claims"]), "known": known - self._known_before}
            self._finish(writer, "add", counts)
        self._known.kept([named for named, _ in read], self.store)
        self.added.known = self._known_before = known
        self.added.articles += len(ours)
        self.added.claims += len(rows["claims"])
        self.added.versions += sum(named.version > 1 for named, _ in ours)
        self.added.undated += sum(named.article.published is None for named, _ in ours)
        return []

    def _stale(self, wanted: set[str] | None, rows: dict[str, dict[str, Any]]) -> Iterator[Article]:
        """Articles of the record that another reader read; their rows stand in `rows` until they are replaced."""
        import pyarrow.compute as pc

        others = pc.field("reader") != self.reader
        whole = False
        while not whole:
            # The record is opened anew now and then: files of old snapshots do not stay for ever.
            self.store.refresh()
            end = time.monotonic() + KEPT_HOURS * 3600 / 2
            data = self.store.dataset("articles")
            for part in data.to_batches(filter=others, batch_size=self.batch):
                for row in part.to_pylist():
                    if row["article_id"] not in rows and (wanted is None or row["content_hash"] in wanted):
                        rows[row["article_id"]] = row
                        yield from_plain(Article, row)
                if time.monotonic() > end:
                    break
            else:
                whole = True

    def _replace(self, read: list[tuple[dict[str, Any], list[Claim]]]) -> None:
        """Replaces the claims of a batch of articles that the record has, as one change."""
        rows: _Rows = {"articles": [], "claims": []}
        for row, claims in read:
            self._extend(rows, row, from_plain(Article, row), claims)
        ids = literals(row["article_id"] for row, _ in read)
        with _uninterrupted(), self.store.writing() as writer:
            for table in rows:
                writer.overwrite(table, f"article_id IN ({ids})", _arrow(table, rows[table]))
            self._finish(writer, "again", {"articles": len(read), "claims": len(rows["claims"])})
        self.added.articles += len(read)
        self.added.claims += len(rows["claims"])

    def _extend(self, rows: _Rows, row: Mapping[str, Any], article: Article, claims: list[Claim]) -> None:
        """Adds an article and its claims to the rows of a batch; `row` has what reading it again does not change."""
        from legation.merge.copies import signature
        from legation.read.sentences import split

        same = {name: row[name] for name in ("page_id", "version", "content_hash", "known_from", "added_at")}
        run_id, known_from = self.added.run_id, row["known_from"]
        rows["articles"] += rows_of(
            "articles",
            [article],
            **same,
            signature=signature(article.text),
            sentences=[to_plain(sentence) for sentence in split(article.text, article.title)],
            reader=self.reader,
            run_id=run_id,
        )
        rows["claims"] += rows_of("claims", claims, known_from=known_from, publisher=article.publisher, run_id=run_id)

    def _finish(self, writer: Writer, command: str, counts: Mapping[str, int]) -> None:
        """Makes a batch visible, with the problems that came before it."""
        problems = tuple(self._problems)
        writer.commit(command, self.added.run_id, inputs=self.inputs, problems=problems, reader=self.reader, **counts)
        self._problems.clear()


def _arrow(table: str, rows: list[dict[str, Any]]) -> pa.Table:
    import pyarrow as pa

    return pa.Table.from_pylist(rows, schema=arrow_schema(table))
