"""How pages are made: a function turns what is asked into a context, and a template or JSON shows the context."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

from legation.link.actors import lookup
from legation.record import record as records
from legation.record.queries import as_day
from legation.record.record import Record
from legation.record.views import QueryError
from legation.version import __version__
from legation.web import show
from legation.web.api import encoded
from legation.web.links import Links

__all__ = ["Ask", "Data", "Page", "Site"]

HERE = Path(__file__).parent
_LOOK_EVERY = 1.0
"""Seconds between two looks whether somebody has added to the record."""
_MOST_KEPT = 200
_HELD = 1_000_000
"""Most rows of a table of a record that the site holds in memory."""
_LONGEST_VALUE = 2_000
_MOST_VALUES = 20


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of a page.

    Attributes:
        record: The record.
        as_of: The day to which the reader has turned it back; None for now.
        path: What the path holds, by name.
        links: Makes addresses that carry the day along; knows the page's own.
        base: Scheme and host of the site, for addresses that are to be cited.
        suffix: ".json" where the page is asked for as JSON; else empty.
        kept: Gives the value of a key, and makes it where it is not kept from an earlier answer of this snapshot.
    """

    record: Record
    as_of: date | None
    path: Mapping[str, str]
    links: Links
    base: str
    suffix: str
    kept: Callable[[Any, Callable[[], Any]], Any]

    def values(self, name: str) -> tuple[str, ...]:
        """All values of a parameter, without empty ones, each once.

        Raises:
            QueryError: If there are too many, or one is too long.
        """
        found = tuple(dict.fromkeys(v.strip() for n, v in self.links.query if n == name and v.strip()))
        if len(found) > _MOST_VALUES:
            raise QueryError(f"{name}: at most {_MOST_VALUES} values; there are {len(found)}")
        if any(len(v) > _LONGEST_VALUE for v in found):
            raise QueryError(f"{name}: at most {_LONGEST_VALUE} characters")
        return found

    def value(self, name: str, default: str = "") -> str:
        """A parameter that has one value; the last one counts."""
        found = self.values(name)
        return found[-1] if found else default

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A parameter that is a whole number.

        Raises:
            QueryError: If it is none, or outside its bounds.
        """
        text = self.value(name)
        if not text:
            return default
        if not text.isascii() or not text.isdigit() or not least <= int(text[:9]) <= most or len(text) > 9:
            raise QueryError(f"{name}: {show.cut(text, 40)!r} is no whole number from {least} to {most}")
        return int(text)

    def day(self, name: str) -> date | None:
        """A parameter that is a day.

        Raises:
            QueryError: If it is none.
        """
        return as_day(self.value(name) or None, name)

    def choice(self, name: str, known: tuple[str, ...]) -> str:
        """A parameter that has one of a few values; the first one where none is given.

        Raises:
            QueryError: If it has another.
        """
        text = self.value(name) or known[0]
        if text not in known:
            raise QueryError(f"{name}: {show.cut(text, 40)!r} is none of {', '.join(known)}")
        return text


@dataclass(frozen=True, slots=True)
class Page:
    """A page, and the same as JSON at its address with .json after it.

    Attributes:
        path: Its address: "/pair/{a}/{b}"; "{id:path}" takes slashes too.
        template: File under templates/ that shows the context; it finds it as `page`.
        make: Turns what is asked into the context, a frozen dataclass. QueryError becomes 400, NotKnownError 404.
        daily: Whether it also depends on today's date.
        fresh: Whether it is made anew each time it is asked for.
    """

    path: str
    template: str
    make: Callable[[Ask], Any]
    daily: bool = False
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Data:
    """An address without a page: JSON, as a chart's picture, or a response of its own, as a file.

    Attributes:
        path: Its address.
        make: Turns what is asked into a `Response`, or into what is to be sent as JSON.
        daily: Whether it also depends on today's date.
        fresh: Whether it is made anew each time it is asked for.
    """

    path: str
    make: Callable[[Ask], Any]
    daily: bool = False
    fresh: bool = False


def open_record(path: str | os.PathLike[str]) -> Record:
    """Opens a record as the site wants it.

    Raises:
        RecordError: If there is no record there.
    """
    record = records.open(path, hold=_HELD)
    record.load(wait=False)
    return record


class Site:
    """What all pages share: the record, the templates, the version of the static files.

    Attributes:
        record: The record.
        static: For each static file a short hash of what is in it.
    """

    def __init__(self, record: Record) -> None:
        self.record = record
        self.static = {
            path.relative_to(HERE / "static").as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:12]
            for path in sorted((HERE / "static").rglob("*"))
            if path.is_file()
        }
        self._looked = 0.0
        self._values: OrderedDict[Any, Any] = OrderedDict()
        self._lock = threading.Lock()

    @cached_property
    def templates(self) -> Environment:
        """The templates; everything that they print is escaped, and a name that is not there is an error."""
        made = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        made.filters.update(show.FILTERS)
        made.globals.update(show.GLOBALS, static=self._static, version=__version__)
        return made

    @cached_property
    def made_of(self) -> str:
        """A hash of the program that makes the pages: another one makes other pages of the same record."""
        whole = hashlib.sha256(__version__.encode())
        for path in sorted([*HERE.rglob("*.html"), *HERE.rglob("*.py")]):
            whole.update(path.read_bytes())
        return whole.hexdigest()[:12]

    def _static(self, name: str) -> str:
        return f"/static/{name}?v={self.static[name]}"

    def prepare(self) -> None:
        """Does what the first readers would wait for: reads the tables of names, and the templates."""
        lookup("United Nations")
        for name in self.templates.list_templates():
            self.templates.get_template(name)

    def look(self) -> None:
        """Moves on to the present snapshot, at most once a second; or to another record that has taken its place."""
        with self._lock:
            if time.monotonic() - self._looked < _LOOK_EVERY:
                return
            before = self._state()
            self.record.refresh()
            now = self._state()
            if now != before and now[0] <= before[0]:
                self.record = open_record(self.record.path)
            self._looked = time.monotonic()

    def open_anew(self) -> None:
        """Opens the record again, whose files are no longer those that it had."""
        with self._lock:
            self.record = open_record(self.record.path)

    def _state(self) -> tuple[int, str]:
        """What tells the state of the record apart, also from that of another record at the same place."""
        snapshot = self.record.snapshot
        return snapshot.number, f"{snapshot.committed:%Y%m%d%H%M%S%f}"

    def tag(self, *, daily: bool) -> str:
        """The ETag of what depends on the record and the program, and for some pages on the day, alone."""
        today = f"-{date.today():%Y%m%d}" if daily else ""
        number, committed = self._state()
        return f'W/"{number}-{committed}-{self.made_of}{today}"'

    def ask(self, request: Request) -> Ask:
        """What a request asks.

        Raises:
            QueryError: If the day of as_of is none.
        """
        links = self.links(request)
        base = str(request.base_url).rstrip("/")
        suffix = ".json" if request.url.path.endswith(".json") else ""
        return Ask(self.record, links.as_of, request.path_params, links, base, suffix, self.kept)

    def kept(self, key: Any, make: Callable[[], Any]) -> Any:
        """A value that is made once a snapshot, as long as it is among those asked for last."""
        place = (self._state(), key)
        with self._lock:
            if place in self._values:
                self._values.move_to_end(place)
                return self._values[place]
        value = make()
        with self._lock:
            self._values[place] = value
            while len(self._values) > _MOST_KEPT:
                self._values.popitem(last=False)
        return value

    def links(self, request: Request, *, strict: bool = True) -> Links:
        """The addresses as seen from a page; where not strict, a day that is none is passed over."""
        path = request.url.path.removesuffix(".json")
        query = request.query_params.multi_items()
        given = request.query_params.get("as_of", "").strip()
        try:
            as_of = as_day(given or None, "as_of")
        except QueryError:
            if strict:
                raise
            as_of = None
        return Links("/" if path == "/index" else path, query, as_of)

    def html(self, template: str, links: Links, status: int = 200, **values: Any) -> Response:
        """A page."""
        snapshot = self.record.snapshot
        text = self.templates.get_template(template).render(
            links=links, as_of=links.as_of, snapshot=snapshot, record_name=self.record.path.name, **values
        )
        return Response(text.encode("utf-8", "replace"), status, media_type="text/html; charset=utf-8")

    def json(self, value: Any, status: int = 200) -> Response:
        """A value as JSON."""
        return Response(encoded(value), status, media_type="application/json")
