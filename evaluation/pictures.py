"""Makes the pictures of the guide: pages of the site over the sample articles, as Chromium shows them.

    python -m evaluation.pictures [--out docs/pictures] [--dark]

Needs `chromium` on the PATH. The same samples and program give the same pictures, but for the day in their footers.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image

import legation
from evaluation.web_load import serve

_EXAMPLES = Path(__file__).parents[1] / "examples"
_WIDTH = 1200
_MOST = 100_000
"""Bytes of a picture."""


def take(browser: Any, base: str, event: str, out: Path, theme: str) -> None:
    """Takes all pictures."""
    window = browser.new_context(
        viewport={"width": _WIDTH, "height": 640}, color_scheme=theme, base_url=base, reduced_motion="reduce"
    )
    page = window.new_page()

    def picture(name: str, height: int) -> None:
        page.set_viewport_size({"width": _WIDTH, "height": height})
        page.wait_for_load_state("networkidle")
        for box in page.locator("[data-spec]").all():
            if box.bounding_box()["y"] < height:
                page.wait_for_selector("[data-drawn]")
        page.wait_for_timeout(300)
        shot = Image.open(io.BytesIO(page.screenshot()))
        shot.convert("RGB").quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
            out / f"{name}.png", optimize=True
        )
        size = (out / f"{name}.png").stat().st_size
        print(f"{name}.png {size:,} bytes{', more than it should have' if size > _MOST else ''}")

    page.goto("/search?q=visit")
    picture("search", 560)
    page.goto(event)
    picture("event", 640)
    page.goto("/article/jakarta-dates")
    page.locator(".text p:not(.headline) a.t").first.click()
    picture("article", 520)
    page.goto(f"{event}?as_of=2025-05-20")
    picture("as-of", 480)
    page.goto("/pair/BRA/IDN")
    picture("pair", 680)
    page.goto("/calendar?as_of=2025-05-20")
    picture("calendar", 640)
    page.goto("/sources")
    picture("sources", 480)
    window.close()


def main() -> None:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, default=Path("docs/pictures"))
    parser.add_argument("--dark", action="store_true")
    given = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        raise SystemExit("no chromium on the PATH: apt-get install chromium")
    given.out.mkdir(parents=True, exist_ok=True)
    flags = ["--disable-background-networking", "--disable-sync", "--no-first-run"]
    flags += ["--no-sandbox"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "samples")
        legation.add(path, _EXAMPLES, published="2025-03-14", publisher="Gulf Courier")
        visits = legation.open(path).events(pair=("BRA", "IDN"), type="CONSULT", mode="visit", sort="-reports", limit=1)
        process, base = serve(path)
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=flags)
                theme = "dark" if given.dark else "light"
                take(browser, base, f"/event/{next(iter(visits)).event_id}", given.out, theme)
                browser.close()
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
