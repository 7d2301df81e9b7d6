from __future__ import annotations

import re
from collections.abc import Callable

from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from legation.web.text import paragraphs, pieces, words_marked
from web_record import words


def test_words_lead_to_their_claim(page: Callable[..., str]) -> None:
    text = page("/article/a3")
    (address,) = re.findall(r'<a class="t [^"]*" href="#([^"]+)"', text)
    assert f'id="{address.replace("%3A", ":")}"' in text


def test_a_claim_is_told_in_full(page: Callable[..., str]) -> None:
    text = words(page("/article/a2"))
    for fact in ("planned", "CONSULT/visit", "Narendra Modi IND.GOV", "Russia RUS", "2024-07-08", "Moscow, Russia"):
        assert fact in text
    assert "stated in the sentence" in text
    assert "90 %" in text
    assert 'href="/event/v1"' in page("/article/a2")


def test_versions_and_copies_are_named(page: Callable[..., str]) -> None:
    assert "1 other article with the same text" in words(page("/article/a3"))
    assert "Version 1; 1 other version of this page" in words(page("/article/a7"))


def test_the_article_on_its_own_site_is_linked_if_it_is_on_the_web(page: Callable[..., str]) -> None:
    assert 'href="https://example.org/a3" rel="noopener noreferrer nofollow"' in page("/article/a3")
    assert "javascript:alert(1)" in page("/article/evil")
    assert 'href="javascript' not in page("/article/evil")


def test_an_article_of_a_later_day_is_not_there_yet(page: Callable[..., str]) -> None:
    assert "after 2024-07-01" in words(page("/article/a3?as_of=2024-07-01", 404))


def test_ids_with_slashes_and_endings_have_pages(client: TestClient, page: Callable[..., str]) -> None:
    assert "accused 1 Norway of a raid" in words(page("/article/notes%2F2024.json/"))
    assert client.get("/article/notes%2F2024.json/.json").json()["article"]["article_id"] == "notes/2024.json"
    assert "/article/notes%2F2024.json/" in page("/event/o%2F1.json/")


spans = st.lists(
    st.tuples(
        st.integers(-3, 40), st.integers(0, 12), st.integers(0, 3), st.sampled_from(["trigger", "actor", "when"])
    ),
    max_size=12,
)


@given(st.text(max_size=40), spans)
def test_pieces_make_up_the_text_whatever_overlaps(text: str, found: list[tuple[int, int, int, str]]) -> None:
    ranges = [(start, start + length, number, role) for start, length, number, role in found]
    cut = pieces(text, 0, ranges)
    assert "".join(p.text for p in cut) == text
    at = 0
    for piece in cut:
        here = {
            (n, role) for start, end, n, role in ranges if start < at + len(piece.text) and at < end and start < end
        }
        assert set(piece.roles) == here
        at += len(piece.text)


def test_a_paragraph_is_a_line_and_the_headline_is_one() -> None:
    found = paragraphs("Head\nOne.\n\nTwo.", "Head", [])
    assert [("".join(p.text for p in line.pieces), line.title) for line in found] == [
        ("Head", True),
        ("One.", False),
        ("Two.", False),
    ]


def test_words_are_marked_whatever_their_endings() -> None:
    marked = [p.text for p in words_marked("Gas pipelines, a pipeline; piped.", ["gas", "pipelin"], []) if p.roles]
    assert marked == ["Gas", "pipelines", "pipeline"]
