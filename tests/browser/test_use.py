"""What an analyst does: narrow down, sort, look at points, turn back the record, ask in SQL, all of it by key, too."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from browser_site import Served, drawn


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def number(where: Locator) -> int:
    return int(re.sub(r"\D", "", where.inner_text()))


# --- search ---


def test_every_facet_leads_to_as_many_events_as_it_says(visit: Callable[..., Page]) -> None:
    page = visit("/search?q=visit")
    before = number(page.locator(".total b"))
    facets, taken = page.locator("details.facet"), "[title='take this filter away']"
    assert facets.count() >= 9
    for index in range(facets.count()):
        facet = facets.nth(index)
        if facet.get_attribute("open") is None:
            facet.locator("summary").click()
        choice = facet.locator("a").last
        wanted, name = number(choice.locator(".num")), facet.locator("summary").inner_text()
        choice.click()
        expect(page.locator(".total b"), name).to_have_text(str(wanted))
        assert len(asked(page)) > 1, name
        for count in range(page.locator(taken).count() - 1, 0, -1):  # a year is two filters: from and to
            page.locator(taken).last.click()
            expect(page.locator(taken)).to_have_count(count)
        expect(page.locator(".total b")).to_have_text(str(before))


def test_the_form_narrows_without_a_new_page(visit: Callable[..., Page]) -> None:
    page = visit("/search")
    page.evaluate("window.__same = true")
    form = page.locator("#ask")
    for label, value, name in (
        ("Between", "BRA/IDN", "pair"),
        ("Doer", "Lula", "actor"),
        ("From", "2025-06-01", "since"),
    ):
        form.get_by_label(label).fill(value)
        form.get_by_role("button").click()
        page.wait_for_url(re.compile(f"{name}="))
    expect(page.locator(".chips .chip:not(.chip-clear)")).to_have_count(3)
    assert page.evaluate("window.__same") is True
    assert set(asked(page)) == {"pair", "actor", "since"}, "empty fields are not in the address"
    assert 0 < number(page.locator(".total b")) < 12


def test_results_are_sorted_both_ways(visit: Callable[..., Page]) -> None:
    def reports(page: Page) -> list[int]:
        return [int(n) for n in re.findall(r"(\d+) reports?\b", page.locator(".results").inner_text())]

    page = visit("/search?pair=BRA/IDN")
    for direction, sign in (("downwards", -1), ("upwards", 1)):
        page.locator("#sort-reports").click()
        expect(page.locator(f"#sort-reports [aria-label={direction}]")).to_be_visible()
        assert reports(page) == sorted(reports(page), key=lambda n: sign * n)


def test_a_result_is_there_as_files(visit: Callable[..., Page]) -> None:
    page = visit("/search?pair=BRA/IDN&type=CONSULT")
    for words, ending in (("CSV", ".csv"), ("Parquet", ".parquet"), ("PLOVER", ".jsonl")):
        with page.expect_download() as waiting:
            page.get_by_role("link", name=words, exact=True).click()
        assert waiting.value.suggested_filename.endswith(ending)
    expect(page.locator(".cite")).to_contain_text("snapshot")


# --- charts ---


def test_a_point_of_the_timeline_leads_to_its_event(visit: Callable[..., Page]) -> None:
    page = visit("/pair/BRA/IDN")
    box = page.locator("[data-spec]").first
    drawn(box)
    x, y = _coloured(box, (0x00, 0x63, 0xA8))
    page.mouse.move(x, y)
    expect(page.locator(".tip")).to_contain_text("status")
    who = page.locator(".tip dd").first.inner_text()
    page.mouse.click(x, y)
    page.wait_for_url(re.compile("/event/"))
    expect(page.locator("h1")).to_contain_text(who.split(",")[0].split(" →")[0])


def _coloured(box: Locator, colour: tuple[int, int, int]) -> tuple[float, float]:
    """The middle of the mark of a colour that lies highest below the legend."""
    found = box.locator("canvas").evaluate(
        """(canvas, [red, green, blue]) => {
          const { data, width, height } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          const near = (x, y) => { const at = 4 * (y * width + x);
            return Math.abs(data[at] - red) + Math.abs(data[at + 1] - green) + Math.abs(data[at + 2] - blue) < 60
              && data[at + 3] > 200; };
          for (let y = Math.floor(height * 0.25); y < height - 3; y++)
            for (let x = width - 4; x > 3; x--)
              if ([-2, 0, 2].every((d) => near(x + d, y) && near(x, y + d)))
                return [x * canvas.clientWidth / width, y * canvas.clientHeight / height];
          return null;
        }""",
        list(colour),
    )
    assert found, "no mark of that colour"
    at = box.locator("canvas").bounding_box()
    return at["x"] + found[0], at["y"] + found[1]


@pytest.mark.parametrize("address", ["measure=score_mean", "by=year", "direction=out", "scheme=gdelt"])
def test_every_choice_of_a_pair_draws_its_series(visit: Callable[..., Page], address: str) -> None:
    page = visit("/pair/BRA/IDN")
    name, value = address.split("=")
    page.locator(f"#{name}-{value}").click()
    page.wait_for_url(re.compile(address))
    box = page.locator("[data-spec]").last
    box.scroll_into_view_if_needed()
    drawn(box)
    assert f"{name}={value}" in box.get_attribute("data-spec")


@pytest.mark.parametrize("chosen", ["type-CONSULT", "status-planned"])
def test_a_filter_of_a_pair_leaves_as_many_events_as_it_says(visit: Callable[..., Page], chosen: str) -> None:
    page = visit("/pair/BRA/IDN")
    option = page.locator(f"#{chosen}")
    wanted = int(option.locator(".dim").inner_text())
    option.click()
    page.wait_for_url(re.compile(chosen.replace("-", "=")))
    expect(page.locator(".figures dd").first).to_have_text(str(wanted))
    expect(page.locator(f"#{chosen}")).to_have_attribute("aria-current", "true")
    expect(page.locator("ol.events > li")).to_have_count(wanted)


# --- the day it was known ---


def test_the_whole_site_turns_back_to_a_day(visit: Callable[..., Page], served: Served) -> None:
    page = visit(served.page("event"))
    expect(page.locator(".under")).to_contain_text("happened")
    page.locator("#asof summary").click()
    page.get_by_label("Show what was known on").fill("2025-05-20")
    page.get_by_role("button", name="Rewind").click()
    page.wait_for_url(re.compile(r"as_of=2025-05-20"))
    expect(page.locator(".under")).to_contain_text("planned")
    expect(page.locator(".under")).not_to_contain_text("happened")
    expect(page.get_by_role("status")).to_contain_text("2025-05-20")
    ours = page.locator("main a[href^='/'], nav a[href^='/']")
    without = [a for a in (link.get_attribute("href") for link in ours.all()) if "as_of=" not in a]
    assert without == []
    page.get_by_role("link", name="Brazil – Indonesia").click()
    assert asked(page)["as_of"] == ["2025-05-20"]
    page.get_by_role("link", name="Back to now").click()
    assert "as_of" not in asked(page)


def test_a_step_of_the_history_leads_to_its_day(visit: Callable[..., Page], served: Served) -> None:
    page = visit(served.page("event"))
    expect(page.locator(".step").first).to_contain_text("planned")
    page.locator(".step-day").first.click()
    assert asked(page)["as_of"] == ["2025-02-18"]
    expect(page.locator(".step")).to_have_count(1)


# --- other filters ---


def test_plans_are_those_of_whom_is_asked_for(visit: Callable[..., Page]) -> None:
    page = visit("/calendar?as_of=2025-05-20")
    every = page.locator("ol.events > li").count()
    page.get_by_role("textbox", name="Whose").fill("Brazil")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url(re.compile("actor=Brazil"))
    rows = page.locator("ol.events > li")
    assert 0 < rows.count() < every
    with page.expect_download() as waiting:
        page.get_by_role("link", name="calendar.ics").click()
    assert "BEGIN:VCALENDAR" in waiting.value.path().read_text()
    page.get_by_role("link", name="past", exact=True).click()
    expect(page.locator("h1")).to_contain_text("became of plans")


def test_sources_are_listed_by_outlet_words_and_days(visit: Callable[..., Page]) -> None:
    page = visit("/sources")
    page.get_by_role("link", name="Atlantic Ledger").first.click()
    expect(page.locator(".main-col ol.list > li")).to_have_count(3)
    page.get_by_label("Words in the text").fill("postponed")
    page.get_by_role("button", name="List").click()
    expect(page.locator(".main-col ol.list > li")).to_have_count(1)
    expect(page.locator(".main-col ol.list > li")).to_contain_text("puts back")


def test_the_search_box_leads_on(visit: Callable[..., Page]) -> None:
    page = visit("/")
    page.keyboard.press("/")
    page.keyboard.type("BRA IDN")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q=BRA"))
    page.locator(".goto").get_by_role("link", name=re.compile("pair")).first.click()
    page.wait_for_url(re.compile("/pair/BRA/IDN"))


# --- by key ---


def test_the_first_key_skips_to_the_content(visit: Callable[..., Page]) -> None:
    page = visit("/search?q=visit")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("name", ["search", "pair", "article", "sql"])
def test_where_the_keys_are_is_seen(visit: Callable[..., Page], served: Served, name: str) -> None:
    page = visit(served.page(name))
    seen = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        at, outline, width = page.evaluate(
            "(() => { const at = document.activeElement, style = getComputedStyle(at);"
            " return [at.outerHTML.slice(0, 120), style.outlineStyle, parseFloat(style.outlineWidth)]; })()"
        )
        assert at.startswith("<body") or (outline != "none" and width >= 1), at
        seen.add(at)
    assert len(seen) > 20, "no trap"


def test_claims_of_an_article_are_opened_by_key(visit: Callable[..., Page]) -> None:
    page = visit("/article/jakarta-moved")
    trigger = page.locator("a.t", has_text="postponed")
    for _ in range(60):
        page.keyboard.press("Tab")
        if trigger.evaluate("a => a === document.activeElement"):
            break
    expect(trigger).to_be_focused()
    page.keyboard.press("Enter")
    card = page.locator(".card.chosen")
    expect(card).to_contain_text("postponed")
    expect(card).to_be_in_viewport()
    expect(card).to_be_focused()
    expect(page.locator(".text [data-on]").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(trigger).to_be_focused()


def test_a_claim_is_shown_in_the_text_that_its_address_names(visit: Callable[..., Page], served: Served) -> None:
    page = visit(served.page("event"))
    page.locator(".claims-short a").first.click()
    page.wait_for_url(re.compile("#claim-"))
    expect(page.locator(".card.chosen")).to_be_in_viewport()
    expect(page.locator("[data-on=trigger]")).to_be_in_viewport()


# --- SQL ---


def test_a_query_is_answered(visit: Callable[..., Page]) -> None:
    page = visit("/sql")
    page.get_by_label("Query").fill("SELECT event_id, status FROM events WHERE event_mode = 'visit'")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile("q=SELECT"))
    assert page.locator("table.answer tbody tr").count() > 5
    page.locator("table.answer a").first.click()
    page.wait_for_url(re.compile("/event/"))


@pytest.mark.parametrize(
    "query",
    [
        "COPY events TO '/tmp/stolen.csv'",
        "ATTACH '/tmp/other.db'",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "INSTALL httpfs",
        "SELECT 1; DROP VIEW events",
    ],
)
def test_a_query_can_only_read_the_record(visit: Callable[..., Page], watch: Any, query: str) -> None:
    page = visit("/sql?q=" + quote(query))
    watch.expect("status of 400")
    assert len(page.get_by_role("alert").inner_text()) > 10
    expect(page.locator("table.answer")).to_have_count(0)
    expect(page.get_by_label("Query")).to_have_value(query)


def test_a_query_without_an_end_is_ended(visit: Callable[..., Page], watch: Any, served: Served) -> None:
    page = visit("/sql")
    page.get_by_label("Query").fill("SELECT sum(a.range * b.range) FROM range(100000000) a, range(100000) b")
    page.get_by_role("button", name="Run").click(no_wait_after=True)
    expect(visit("/").locator("h1")).to_have_count(1)
    expect(page.get_by_role("alert")).to_contain_text("longer than 10 s", timeout=30_000)
    watch.expect("status of 400")
