from __future__ import annotations

from datetime import date

import pytest

from helpers import ENGLISH
from legation.ingest.page import read_page
from legation.ingest.rows import Defaults
from legation.types import Article, Problem

BODY = f"<article><h1>Norway to visit Chile</h1><p>{ENGLISH}</p><p>Chile’s president welcomed the plan.</p></article>"
LINKED = '<script type="application/ld+json">%s</script>'


def page(head: str = "", body: str = BODY) -> bytes:
    menu = "<nav><a href='/'>Home</a><a href='/w'>World</a></nav>"
    return f"<!doctype html><html><head>{head}</head><body>{menu}{body}<footer>© 2019</footer></body></html>".encode()


def article(raw: bytes, **more: str) -> Article:
    (made,) = read_page(raw, where="here", defaults=Defaults(), **more)
    assert isinstance(made, Article)
    return made


def test_text_without_menus() -> None:
    made = article(page())
    assert made.text.startswith("Norway to visit Chile\nThe foreign minister of Norway")
    assert made.title == "Norway to visit Chile"
    assert made.text.count("Norway to visit Chile") == 1
    assert "Home" not in made.text
    assert made.published is None


def test_linked_data_comes_first() -> None:
    linked = LINKED % (
        '{"@graph": [{"@type": "WebSite", "name": "x"}, {"@type": "NewsArticle", "headline": "Norway to visit Chile",'
        ' "datePublished": "2024-06-25T23:30:00-04:00", "publisher": {"name": "Fjord Times"}}]}'
    )
    meta = '<meta property="article:published_time" content="2023-01-01"><meta property="og:site_name" content="Other">'
    made = article(page(meta + linked))
    assert made.published == date(2024, 6, 25)
    assert made.publisher == "Fjord Times"


def test_meta_tags_come_second() -> None:
    meta = '<meta property="article:published_time" content="2023-01-01T00:00Z"><meta name="publisher" content="Other">'
    made = article(page(meta + LINKED % "{broken" + LINKED % '{"headline": 5, "publisher": null}'))
    assert made.published == date(2023, 1, 1)
    assert made.publisher == "Other"


def test_markup_comes_third() -> None:
    body = BODY.replace("<p>", '<time datetime="2024-03-02T10:00">2 March</time><p>', 1)
    assert article(page(body=body)).published == date(2024, 3, 2)


def test_date_that_is_none_is_told_and_the_article_read() -> None:
    raw = page(LINKED % '{"datePublished": "last week"}')
    problem, made = read_page(raw, where="here", defaults=Defaults(date(2024, 1, 1)))
    assert isinstance(problem, Problem)
    assert "is no date" in problem.what
    assert isinstance(made, Article)
    assert made.published is None


def test_what_the_page_does_not_say_is_the_default() -> None:
    (made,) = read_page(page(), where="here", defaults=Defaults(date(2024, 1, 1), "Wire"))
    assert isinstance(made, Article)
    assert (made.published, made.publisher) == (date(2024, 1, 1), "Wire")


def test_headline_that_the_text_lacks_is_put_before_it() -> None:
    made = article(page('<meta property="og:title" content="A trip to Chile">', BODY.replace("h1", "h6")))
    assert made.title == "A trip to Chile"
    assert made.text.startswith("A trip to Chile\n")


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1252", "utf-16"])
def test_declared_encodings(encoding: str) -> None:
    raw = page(f'<meta charset="{encoding}">').decode().encode(encoding)
    assert "Chile’s president" in article(raw).text


def test_encoding_of_the_header() -> None:
    raw = page().decode().replace("Chile", "Łódź").encode("iso-8859-2", "replace")
    assert "Łódź" in article(raw, declared="iso-8859-2").text


def test_page_that_would_take_an_hour() -> None:
    (made,) = read_page(page(body="<p>" + "<b>a</b>" * 10_001), where="here", defaults=Defaults())
    assert isinstance(made, Problem)
    assert "10,000 parts" in made.what


def test_short_page() -> None:
    assert article(b"<p>Norway will visit Chile on Monday.</p>").text == "Norway will visit Chile on Monday."
