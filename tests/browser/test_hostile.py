"""An article that is out for harm stays text, wherever its words turn up."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from browser_site import HOSTILE, OVERRIDE


@pytest.mark.parametrize(
    "address",
    [
        "/article/evil",
        "/sources?publisher=" + quote(f"Daily {HOSTILE}"),
        "/sources?words=Norway",
        "/search?q=Norway",
        "/search?q=" + quote(HOSTILE),
        "/pair/CHL/NOR",
        "/sql?q=" + quote("SELECT title, publisher, url, text FROM articles WHERE article_id = 'evil'"),
        "/sql?q=" + quote(f"SELECT '{HOSTILE}' AS x"),
        "/calendar?actor=" + quote(HOSTILE),
        "/nothing/" + quote(HOSTILE),
    ],
)
def test_markup_in_news_does_nothing(visit: Callable[..., Page], watch, address: str) -> None:
    page = visit(address)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("typeof window.__hacked") == "undefined"
    assert page.locator("main script, main img").count() == 0
    assert page.locator("[href^='javascript'], [src^='javascript']").count() == 0
    assert OVERRIDE not in page.locator("body").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    watch.problems = [p for p in watch.problems if "status of 40" not in p]


def test_the_address_of_an_article_is_a_link_only_where_it_leads_to_the_web(visit: Callable[..., Page]) -> None:
    page = visit("/article/evil")
    expect(page.get_by_text("javascript:window.__hacked=1")).to_be_visible()
    assert page.locator("a", has_text="javascript:").count() == 0
    assert page.get_by_role("link", name="on its own site").count() == 0
    page = visit("/article/jakarta-moved")
    link = page.get_by_role("link", name="on its own site")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")


def test_a_word_without_an_end_breaks(visit: Callable[..., Page]) -> None:
    page = visit("/article/evil", width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
