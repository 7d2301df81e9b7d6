"""A record from the sample articles and one that is out for harm, shown by `legation serve`, for tests in a browser."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import legation
from legation.record.record import Record

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    *(("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()),
)
EXAMPLES = Path(__file__).parents[1] / "examples"

HOSTILE = '"><img src=x onerror="window.__hacked=1"><script>window.__hacked=1;alert(1)</script>'
OVERRIDE = "\u202e"
LONG_WORD = "ab" * 50_000

PAGES = "home event article pair calendar past actor search sources sql hostile".split()
"""Sorts of pages; see `Served.page`."""

WATCH_SHIFTS = """
window.__shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.__shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
"""Adds up by how much what stands on a page jumps while it loads."""


def hostile() -> dict[str, str]:
    """An article whose every text tries to become something else than text, as a line of JSON Lines has it."""
    return {
        "id": "evil",
        "url": "javascript:window.__hacked=1",
        "publisher": f"Daily {HOSTILE}",
        "published": "2024-07-09",
        "title": f"{HOSTILE} Norway's minister visits Chile",
        "text": f"Norway's foreign minister visited Chile {OVERRIDE}on Monday{OVERRIDE}, the {HOSTILE} ministry said.\n"
        f"Chile's president accused Norway of {LONG_WORD} on Tuesday.",
    }


@dataclass(frozen=True)
class Served:
    """Where the record is shown.

    Attributes:
        base: The address of the site.
        record: The record itself.
    """

    base: str
    record: Record

    def page(self, name: str) -> str:
        """The address of a page of a sort."""
        if name == "event":  # the one that most samples are about: planned, denied, moved, made
            found = self.record.events(pair=("BRA", "IDN"), type="CONSULT", mode="visit")
            return f"/event/{max(found, key=lambda e: e.reports).event_id}"
        return {
            "home": "/",
            "article": "/article/jakarta-moved",
            "pair": "/pair/BRA/IDN",
            "calendar": "/calendar?as_of=2025-05-20",
            "past": "/calendar?past=1",
            "actor": "/actor/BRA",
            "search": "/search?q=visit",
            "sources": "/sources",
            "sql": "/sql?q=" + quote("SELECT * FROM events ORDER BY day DESC LIMIT 8"),
            "hostile": "/article/evil",
        }[name]


@contextmanager
def serve(path: Path, *more: Path) -> Iterator[Served]:
    """Makes a record from the samples, and others, and shows it.

    Args:
        path: Where the record is to be.
        more: Files of news beside the samples.
    """
    legation.add(path, [EXAMPLES, *more], published="2025-03-14", publisher="Gulf Courier")
    command = [sys.executable, "-c", "from legation.cli import main; main()", "serve", str(path), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr
        try:
            line = server.stderr.readline()
            found = re.search(r"http://[\d.]+:\d+", line)
            assert found, line
            yield Served(found[0], legation.open(path))
        finally:
            server.terminate()


@dataclass
class Watch:
    """What goes wrong on pages: errors on the console, breaches of their policy, requests to others, dialogs.

    Attributes:
        base: The address of the site.
        problems: What went wrong, in order.
    """

    base: str
    problems: list[str] = field(default_factory=list)

    def at(self, page: Any) -> None:
        """Watches a page."""
        page.on("console", lambda said: self._note(said.type in ("error", "warning"), f"console: {said.text}"))
        page.on("pageerror", lambda error: self._note(True, f"script: {error}"))
        page.on("dialog", lambda dialog: (self._note(True, f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: self._note(not self._own(request.url), f"asked {request.url}"))

    def expect(self, words: str) -> None:
        """Takes away a problem that is as it should be; fails where it is not there."""
        found = [p for p in self.problems if words in p]
        assert found, self.problems
        self.problems = [p for p in self.problems if p not in found]

    def _own(self, url: str) -> bool:
        return urlsplit(url).scheme in ("data", "blob") or url.startswith(self.base + "/")

    def _note(self, wrong: bool, what: str) -> None:
        if wrong:
            self.problems.append(what)


def drawn(box: Any) -> None:
    """Waits until a chart is drawn; fails where it cannot be."""
    from playwright.sync_api import expect

    box.scroll_into_view_if_needed()
    expect(box).to_have_attribute("data-drawn", re.compile("light|dark|failed"), timeout=20_000)
    assert box.get_attribute("data-drawn") != "failed", box.inner_text()
