from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from legation.record.known import Known, Named, content_hash
from legation.record.store import Store
from legation.schema import arrow_schema, rows_of
from legation.types import Article

A = Article("a", "They met.", publisher="Gulf Courier", url="https://gulf.example/one")


@pytest.fixture
def record(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "record")


def name(known: Known, article: Article) -> Named:
    return known.name(article, content_hash(article))


def keep(record: Store, *named: Named, run_id: str = "other") -> None:
    import pyarrow as pa

    rows = [
        rows_of("articles", [n.article], page_id=n.page_id, version=n.version, content_hash=n.content, run_id=run_id)[0]
        for n in named
    ]
    with record.writing() as writer:
        writer.append("articles", pa.Table.from_pylist(rows, schema=arrow_schema("articles")))
        writer.commit("add", run_id)


def both(record: Store, first: Article, second: Article) -> list[Named]:
    """The names of two articles: told one after the other, and when the first one was loaded from the record."""
    known = Known(record, "here")
    one = name(known, first)
    two = name(known, second)
    keep(record, one)
    assert name(Known(record, "later"), second) == two
    return [one, two]


def test_content_is_publisher_day_headline_and_text() -> None:
    assert content_hash(A) == content_hash(replace(A, article_id="b", url=""))
    assert content_hash(A) != content_hash(replace(A, publisher="Fjord Times"))
    assert content_hash(A) != content_hash(replace(A, title="They"))


def test_other_words_under_the_same_id_are_a_new_version(record: Store) -> None:
    one, two = both(record, replace(A, url=""), replace(A, url="", text="They did not meet."))
    assert (one.article.article_id, one.page_id, one.version) == ("a", "a", 1)
    assert (two.article.article_id, two.page_id, two.version) == ("a@2", "a", 2)


def test_other_words_at_the_same_address_are_a_new_version(record: Store) -> None:
    one, two = both(record, A, replace(A, article_id="b", text="They did not meet."))
    assert (two.article.article_id, two.page_id, two.version) == ("a@2", "a", 2)
    assert one.version == 1


@pytest.mark.parametrize("url", ["", "https://gulf.example", "https://gulf.example/", "http://[bad"])
def test_an_address_that_many_articles_share_is_no_page(record: Store, url: str) -> None:
    _, two = both(record, replace(A, url=url), replace(A, article_id="b", text="They did not meet.", url=url))
    assert (two.page_id, two.version) == ("b", 1)


def test_the_same_id_from_another_outlet_is_another_page(record: Store) -> None:
    other = replace(A, publisher="Fjord Times", url="")
    one, two = both(record, A, other)
    assert two.version == 1
    assert two.page_id == two.article.article_id
    assert two.page_id.startswith("a~")
    third = name(Known(record, "x"), replace(other, text="More."))
    assert third.article.article_id == two.page_id
    keep(record, two)
    third = name(Known(record, "x"), replace(other, text="More."))
    assert third.article.article_id == f"{two.page_id}@2"
    assert one.article.article_id == "a"


def test_ids_that_look_like_versions_stay_apart(record: Store) -> None:
    known = Known(record, "here")
    ids = [
        name(known, replace(A, url="", article_id=i, text=t)).article.article_id
        for i, t in [("a", "1"), ("a@2", "2"), ("a", "3"), ("a@2", "4"), ("a", "5")]
    ]
    assert ids == ["a", "a@2", "a@3", "a@2@2", "a@4"]


def test_what_others_keep_meanwhile_is_noticed(record: Store) -> None:
    known = Known(record, "mine")
    same, other = name(known, A), name(known, replace(A, article_id="b", text="Something else.", url=""))
    theirs = Known(record, "theirs")
    keep(record, name(theirs, A), name(theirs, replace(A, article_id="b", text="Another thing.", url="")))
    known.update(record)
    assert known.doubled(same)
    assert not known.doubled(other)
    assert known.taken(other)
    renamed = known.rename(other)
    assert (renamed.article.article_id, renamed.page_id, renamed.version) == ("b@2", "b", 2)
    assert not known.taken(renamed)


def test_an_id_that_another_outlet_takes_meanwhile(record: Store) -> None:
    known = Known(record, "mine")
    mine = name(known, replace(A, url=""))
    keep(record, name(Known(record, "theirs"), replace(A, url="", publisher="Fjord Times")))
    known.update(record)
    assert known.taken(mine)
    renamed = known.rename(mine)
    assert renamed.version == 1
    assert renamed.article.article_id.startswith("a~")


def test_joined_files_are_nobody_elses_news(record: Store) -> None:
    known = Known(record, "mine")
    first = name(known, A)
    keep(record, first, run_id="mine")
    known.kept([first], record)
    waiting = name(known, replace(A, article_id="b", url="", text="Later."))
    with record.writing() as writer:
        writer.join_files("articles")
        writer.commit("compact", "compact")
    known.update(record)
    assert not known.taken(waiting)
    assert not known.doubled(waiting)
    assert known.has(first.content)


def test_many_articles_are_moved_into_arrays(record: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("legation.record.known._FOLD", 10)
    known = Known(record, "mine")
    articles = [replace(A, article_id=f"a{i}", text=f"{i}", url=f"https://gulf.example/{i}") for i in range(40)]
    assert all(name(known, a).version == 1 for a in articles)
    assert all(known.has(content_hash(a)) for a in articles)
    assert not known.has(content_hash(A))
    changed = [name(known, replace(a, article_id="", text=a.text + "!")) for a in articles]
    assert [c.article.article_id for c in changed] == [f"a{i}@2" for i in range(40)]
