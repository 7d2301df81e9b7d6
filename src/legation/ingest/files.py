"""Whatever is named on the command line to articles: files, folders, standard input, addresses."""

from __future__ import annotations

import gzip
import io
import os
import re
import stat
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit

from legation.ingest.article import (
    MAX_CHARACTERS,
    clean,
    make_article,
    parse_published,
    split_headline,
    too_long,
    unwrap,
)
from legation.ingest.decode import Kind, binary_reason, decode, sniff
from legation.ingest.page import MAX_PAGE, read_page
from legation.ingest.rows import Defaults, read_json, read_json_lines
from legation.types import Article, Problem

__all__ = ["ENDINGS", "Input", "input_bytes", "read_inputs"]

ENDINGS: dict[str, Kind] = {
    ".txt": "text",
    ".text": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
}
"""Endings of the files that are read, each also with .gz behind it."""

Input = str | os.PathLike[str] | Article | Problem
"""What can be read: a file, a folder, an address, "-" for standard input, an article; a problem is told as such."""

_HEAD = 1 << 16
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.I)
_KNOWN = "read are .txt, .html, .jsonl and .json, and each of these with .gz"


def read_inputs(
    inputs: Input | Iterable[Input],
    *,
    published: date | str | None = None,
    publisher: str = "",
    stdin: BinaryIO | None = None,
    allow_private: bool = False,
    on_bytes: Callable[[int], None] | None = None,
) -> Iterator[Article | Problem]:
    """Articles of everything that is named, in order, and a problem for whatever could not be read.

    Args:
        inputs: Files (plain text, HTML, JSON Lines, JSON, each gzipped or not), folders of those (read recursively,
            sorted by path, hidden and other files passed over), http and https addresses, and "-" for standard input.
            An `Article` or `Problem` is given on as it is.
        published: Day of publication of the inputs that state none.
        publisher: Outlet of the inputs that state none.
        stdin: What "-" reads; standard input by default.
        allow_private: Whether addresses on private networks may be read.
        on_bytes: Called with the number of bytes newly read from files, for showing progress.

    Yields:
        Articles and problems. A problem ends nothing: what follows is read.

    Raises:
        ValueError: If `published` is no date.
    """
    defaults = Defaults(None if published is None else parse_published(published), publisher)
    if isinstance(inputs, str | os.PathLike | Article | Problem):
        inputs = (inputs,)
    for item in inputs:
        if isinstance(item, Article | Problem):
            yield item
            continue
        name = os.fspath(item)
        if not name:  # as a path it would be the folder that one is in, with all that lies there
            yield Problem("''", "an empty name; name a file, a folder (. for this one) or an address")
        elif name == "-":
            yield from _read_stdin(stdin or sys.stdin.buffer, defaults)
        elif _ADDRESS.match(name):
            yield from _read_address(name, defaults, allow_private=allow_private)
        else:
            yield from _read_path(Path(name), defaults, on_bytes)


def input_bytes(inputs: Sequence[str | os.PathLike[str]]) -> int:
    """Size of all files that are named, in bytes as stored: the whole of which `on_bytes` tells the parts."""
    total = 0
    for item in inputs:
        path = Path(os.fspath(item) or os.devnull)
        try:
            if path.is_dir():
                total += sum(p.stat().st_size for p in _readable_files(path, []))
            elif path.is_file():
                total += path.stat().st_size
        except (OSError, ValueError):
            continue
    return total


def _kind(path: Path) -> tuple[Kind | None, bool]:
    """Kind of a file by its ending, None where that is not known; and whether it is gzipped."""
    zipped = path.suffix.lower() == ".gz"
    return ENDINGS.get((path.with_suffix("") if zipped else path).suffix.lower()), zipped


def _why(error: OSError | ValueError) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).lower()


def _read_path(path: Path, defaults: Defaults, on_bytes: Callable[[int], None] | None) -> Iterator[Article | Problem]:
    where = str(path)
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        yield Problem(where, "no such file or folder; check the name (for words themselves, pipe them in and give -)")
        return
    except (OSError, ValueError) as error:
        yield Problem(where[:200], f"cannot be read: {_why(error)}")
        return
    if not stat.S_ISDIR(mode):
        yield from _read_file(path, defaults, on_bytes)
        return
    problems: list[Problem] = []
    found = False
    for file in _readable_files(path, problems):
        found = True
        yield from _read_file(file, defaults, on_bytes)
    yield from problems
    if not found:
        yield Problem(where, f"a folder without anything that can be read; {_KNOWN}")


def _readable_files(folder: Path, problems: list[Problem]) -> list[Path]:
    """Files under a folder whose ending is known, sorted; folders that cannot be opened become problems."""

    def failed(error: OSError) -> None:
        problems.append(Problem(str(error.filename), f"folder cannot be read: {_why(error)}"))

    found: list[Path] = []
    for root, folders, names in os.walk(folder, onerror=failed):
        folders[:] = [f for f in folders if not f.startswith(".")]
        paths = (Path(root, name) for name in names if not name.startswith("."))
        found += [p for p in paths if _kind(p)[0] is not None and p.is_file()]
    return sorted(found)


class _Counted(io.RawIOBase):
    """A file that tells how many bytes were read from it."""

    def __init__(self, raw: io.RawIOBase, on_bytes: Callable[[int], None]) -> None:
        self._raw = raw
        self._on_bytes = on_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        count: int = self._raw.readinto(buffer) or 0
        self._on_bytes(count)
        return count


def _read_file(path: Path, defaults: Defaults, on_bytes: Callable[[int], None] | None) -> Iterator[Article | Problem]:
    where = str(path)
    kind, zipped = _kind(path)
    if kind is None and path.suffix and not zipped:
        yield Problem(where, f"the ending {path.suffix} is not known; {_KNOWN}")
        return
    try:
        with path.open("rb", buffering=0) as raw:
            counted = _Counted(raw, on_bytes) if on_bytes else raw
            stream: io.BufferedReader[Any] = io.BufferedReader(counted, _HEAD)
            if zipped:
                stream = io.BufferedReader(gzip.GzipFile(fileobj=stream), _HEAD)
            yield from _read_stream(stream, kind, where, defaults)
    except (gzip.BadGzipFile, zlib.error, EOFError):
        yield Problem(where, "not a whole gzip file; what came before the damage is read")
    except (OSError, ValueError) as error:
        yield Problem(where, f"cannot be read: {_why(error)}")


def _read_stdin(stdin: BinaryIO, defaults: Defaults) -> Iterator[Article | Problem]:
    stream = stdin if isinstance(stdin, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, stdin), _HEAD)
    try:
        yield from _read_stream(stream, None, "standard input", defaults)
    except OSError as error:
        yield Problem("standard input", f"cannot be read: {_why(error)}")


def _read_stream(
    stream: io.BufferedReader[Any], kind: Kind | None, where: str, defaults: Defaults
) -> Iterator[Article | Problem]:
    """Articles of an open stream; its kind is told from its beginning where it is None."""
    head = stream.peek(_HEAD)[:_HEAD]
    if not head:
        yield Problem(where, "empty; nothing to read here")
        return
    reason = binary_reason(head)
    if reason:
        yield Problem(where, reason)
        return
    kind = kind or sniff(head)
    if kind == "jsonl":
        yield from _read_json_stream(stream, head, where, defaults)
    elif kind == "json":
        yield from read_json(stream, where, defaults)
    elif kind == "html":
        yield from read_page(stream.read(MAX_PAGE + 1), where=where, defaults=defaults)
    else:
        yield _read_text(stream.read(4 * MAX_CHARACTERS + 1), where, defaults)


def _read_json_stream(
    stream: io.BufferedReader[Any], head: bytes, where: str, defaults: Defaults
) -> Iterator[Article | Problem]:
    """JSON Lines; or, where the first line is only the bracket that opens a long document, that document."""
    first = decode(head).lstrip("\ufeff \t\r\n").partition("\n")
    if first[0].strip() in ("{", "[", "[{") and first[1]:
        yield from read_json(stream, where, defaults)
    else:
        yield from read_json_lines(stream, where, defaults)


def _read_text(raw: bytes, where: str, defaults: Defaults, declared: str = "", url: str = "") -> Article | Problem:
    if len(raw) > 4 * MAX_CHARACTERS:
        return too_long(where)
    text = decode(raw, declared)
    if len(text) > MAX_CHARACTERS:
        return too_long(where)
    title, body = split_headline(unwrap(clean(text)))
    return make_article(
        body, where=where, title=title, publisher=defaults.publisher, published=defaults.published, url=url
    )


def _read_address(url: str, defaults: Defaults, *, allow_private: bool) -> Iterator[Article | Problem]:
    from legation.ingest.web import FetchError, fetch  # httpx takes 0.2 s to import

    try:
        page = fetch(url, allow_private=allow_private)
    except FetchError as error:
        yield Problem(url[:200], str(error))
        return
    host = (urlsplit(page.url).hostname or "").removeprefix("www.")
    defaults = Defaults(defaults.published, defaults.publisher or host)
    kind = "json" if "json" in page.content_type else sniff(page.content[:_HEAD])
    if "html" in page.content_type:
        kind = "html"
    if not page.content.strip():
        yield Problem(url, "an empty page; nothing to read here")
    elif kind in ("json", "jsonl"):
        yield from read_json(io.BytesIO(page.content), url, defaults)
    elif reason := binary_reason(page.content[:_HEAD]):
        yield Problem(url, reason)
    elif kind == "html":
        yield from read_page(page.content, where=url, defaults=defaults, declared=page.charset, url=page.url)
    else:
        yield _read_text(page.content, url, defaults, page.charset, page.url)
