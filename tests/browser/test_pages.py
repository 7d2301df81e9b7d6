"""What holds for every page: it loads in silence, stands still, fits, can be read by all, and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from browser_site import PAGES, Served, drawn

CHARTS = {"pair": 2, "calendar": 1, "past": 1, "actor": 1}
"""Pages with charts, and how many."""


@pytest.mark.parametrize("name", PAGES)
def test_it_loads_in_silence_and_stands_still(visit: Callable[..., Page], served: Served, name: str) -> None:
    page = visit(served.page(name))
    expect(page.locator("h1")).to_have_count(1)
    assert page.title().endswith("Legation")
    boxes = page.locator("[data-spec]")
    assert boxes.count() == CHARTS.get(name, 0)
    heights = [box.bounding_box()["height"] for box in boxes.all()]
    for number, box in enumerate(boxes.all()):
        drawn(box)
        assert box.locator("canvas, svg").bounding_box()["height"] <= heights[number] + 1
        assert box.bounding_box()["height"] == heights[number] >= 100
    page.evaluate("scrollTo(0, 0)")
    assert page.evaluate("window.__shifted") < 0.01


def test_a_page_is_painted_before_its_charts_are_drawn(visit: Callable[..., Page]) -> None:
    page = visit("/pair/BRA/IDN")
    drawn(page.locator("[data-spec]").first)
    painted, library = page.evaluate(
        "[performance.getEntriesByName('first-contentful-paint')[0].startTime,"
        " performance.getEntriesByType('resource').find((r) => r.name.includes('/vendor/vega-')).startTime]"
    )
    assert painted < library, "not even fetched"


@pytest.mark.parametrize("name", PAGES)
def test_it_fits_a_narrow_screen(visit: Callable[..., Page], served: Served, name: str) -> None:
    page = visit(served.page(name), width=390, height=800)
    for box in page.locator("[data-spec]").all():
        drawn(box)
        assert box.locator("canvas, svg").bounding_box()["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("name", PAGES)
def test_it_can_be_read_without_scripts(visit: Callable[..., Page], served: Served, name: str) -> None:
    page = visit(served.page(name), scripts=False)
    assert len(page.locator("main").inner_text()) > 100
    for figure in page.locator("figure.chart").all():
        expect(figure.get_by_text("needs JavaScript")).to_be_visible()
        figure.locator("summary").click()
        expect(figure.locator("table")).to_be_visible()
        assert figure.locator("tbody tr").count() > 0


@pytest.mark.parametrize("name", PAGES)
def test_nothing_serious_stands_in_the_way_of_anybody(visit: Callable[..., Page], served: Served, name: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = visit(served.page(name))
    for box in page.locator("[data-spec]").all():
        drawn(box)
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert _serious(Axe().run(page).response) == []


def _serious(response: dict[str, Any]) -> list[str]:
    return [
        f"{found['id']}: {found['help']}: {node['html'][:200]} {node.get('failureSummary', '')[:300]}"
        for found in response["violations"]
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"]
    ]


def test_dark_and_light_are_the_systems_until_the_reader_chooses(visit: Callable[..., Page]) -> None:
    def paper(page: Page) -> int:
        return sum(page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)"))

    assert paper(visit("/")) > 600
    page = visit("/pair/BRA/IDN", dark=True)
    assert paper(page) < 150
    box = page.locator("[data-spec]").first
    drawn(box)
    assert box.get_attribute("data-drawn") == "dark"
    page.get_by_role("button", name="Light or dark").click()
    assert paper(page) > 600
    expect(box).to_have_attribute("data-drawn", "light")
    page.goto("/sources")
    assert paper(page) > 600, "the choice is kept"


def test_what_is_not_there_is_said_on_a_page(visit: Callable[..., Page], watch: Any) -> None:
    for address in ("/event/nothing", "/article/nothing", "/nothing", "/pair/BRA/IDN?by=century"):
        page = visit(address)
        watch.expect("status of 40")
        expect(page.locator(".error")).to_be_visible()
        expect(page.get_by_role("link", name="Legation", exact=True)).to_be_visible()
