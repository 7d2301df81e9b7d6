"""The explorer in a real browser. Every page that a test opens is watched, and fails it where it misbehaves."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from browser_site import CHROMIUM, FLAGS, WATCH_SHIFTS, Served, Watch, hostile, serve


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM:
                why = "the explorer is not tested in a browser: no chromium on the PATH (apt-get install chromium)"
                item.add_marker(pytest.mark.skip(reason=why))


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("browser")
    evil = folder / "evil.jsonl"
    evil.write_text(json.dumps(hostile()) + "\n", encoding="utf-8")
    with serve(folder / "record", evil) as made:
        yield made


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield made
        made.close()


@pytest.fixture
def watch(served: Served) -> Iterator[Watch]:
    made = Watch(served.base)
    yield made
    assert made.problems == []


@pytest.fixture
def visit(browser: Any, served: Served, watch: Watch) -> Iterator[Callable[..., Any]]:
    """Opens an address in a window of its own: `visit("/search", width=390, dark=True, scripts=False)`."""
    contexts = []

    def call(address: str, *, width: int = 1280, height: int = 900, dark: bool = False, scripts: bool = True) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            base_url=served.base,
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.set_default_timeout(20_000)
        context.add_init_script(WATCH_SHIFTS)
        page = context.new_page()
        watch.at(page)
        page.goto(address)
        return page

    yield call
    for context in contexts:
        context.close()
