"""Adding to a record. The reader here knows one word; merging is the real one."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import legation
from helpers import ENGLISH, claims_of
from legation import adding, commands_add
from legation.adding import Added, add, reader_hash
from legation.cli import command
from legation.record.store import Store
from legation.types import Article, Claim, Problem

Read = Callable[..., list[Claim]]


def read(article: Article, **_: object) -> list[Claim]:
    """A claim at each "visit", with ids that hang on the article's, as those of the real reader do."""
    found = enumerate(claims_of(article))
    return [replace(c, claim_id=f"{article.article_id}/{i}", event_id=f"{article.article_id}/e{i}") for i, c in found]


@pytest.fixture(autouse=True)
def reader(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The articles that were read, in order."""
    done: list[str] = []

    def note(article: Article, **_: object) -> list[Claim]:
        done.append(article.article_id)
        return read(article)

    monkeypatch.setattr("legation.engines.local.read_article", note)
    monkeypatch.setattr(adding, "reader_hash", lambda *_: "reader one")
    return done


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "record"


def article(number: int, words: str = "visit", **more: Any) -> Article:
    text = f"Norway's foreign minister will {words} Chile for the {number}. time."
    return Article(f"a{number}", text, publisher="Fjord Times", published=date(2024, 6, number % 28 + 1), **more)


def rows(place: Path, table: str = "claims", *columns: str) -> list[Any]:
    found = Store(place).arrow(table, columns or None).to_pylist()
    return sorted((tuple(row[c] for c in columns) for row in found), key=str) if columns else found


def test_articles_and_claims_are_kept(place: Path) -> None:
    added = add(place, [article(1), article(2, "call"), article(3)])
    assert (added.articles, added.claims, added.known, added.failed) == (3, 2, 0, 0)
    first, second, _ = sorted(rows(place, "articles"), key=lambda row: row["article_id"])
    assert first["text"] == article(1).text
    assert first["known_from"] == date(2024, 6, 2)
    assert (first["page_id"], first["version"], first["run_id"], first["reader"]) == (
        "a1",
        1,
        added.run_id,
        "reader one",
    )
    assert [s["number"] for s in second["sentences"]] == [1]
    assert len(first["content_hash"]) == 64
    assert first["signature"]
    columns = ("claim_id", "report_id", "publisher", "known_from")
    assert rows(place, "claims", *columns)[0] == ("a1/0", "a1/e0", "Fjord Times", date(2024, 6, 2))


def test_what_is_added_is_merged(place: Path) -> None:
    added = add(place, article(1))
    assert added.events == 1
    assert rows(place, "events", "event_id", "reports") == [("a1/e0", 1)]
    assert rows(place, "pairs", "a", "b")
    assert [run.command for run in Store(place).runs()] == ["create", "add", "merge"]


def test_what_is_known_is_not_read(place: Path, reader: list[str]) -> None:
    add(place, [article(1), article(2), article(1)])
    added = add(place, [article(1), replace(article(2), article_id="other", url="https://fjord.example/2"), article(3)])
    assert (added.articles, added.known) == (1, 2)
    assert reader == ["a1", "a2", "a3"]
    before = Store(place).snapshot
    assert add(place, [article(1)]).known == 1
    assert Store(place).snapshot == before


def test_copies_by_other_outlets_are_articles_of_their_own(place: Path) -> None:
    add(place, [article(1), replace(article(1), article_id="b", publisher="Gulf Courier")])
    assert rows(place, "articles", "article_id", "page_id") == [("a1", "a1"), ("b", "b")]


def test_other_words_make_a_new_version(place: Path) -> None:
    add(place, article(1))
    added = add(place, [article(1, "visit and call"), article(2)])
    assert (added.articles, added.versions) == (2, 1)
    assert rows(place, "articles", "article_id", "page_id", "version")[:2] == [("a1", "a1", 1), ("a1@2", "a1", 2)]
    assert rows(place, "claims", "claim_id") == [("a1/0",), ("a1@2/0",), ("a2/0",)]


def test_undated_articles_are_known_from_the_day_of_adding(place: Path) -> None:
    added = add(place, replace(article(1), published=None))
    assert added.undated == 1
    today = datetime.now(UTC).date()
    assert rows(place, "articles", "published", "known_from") == [(None, today)]
    assert rows(place, "claims", "known_from") == [(today,)]


def test_articles_without_an_id_get_one(place: Path) -> None:
    add(place, [replace(article(1), article_id=""), replace(article(2), article_id="")])
    names = [name for (name,) in rows(place, "articles", "article_id")]
    assert len(set(names)) == 2
    assert all(len(name) == 16 for name in names)


def test_batches_are_changes_of_their_own(place: Path) -> None:
    add(place, [article(n) for n in range(7)], batch=3)
    runs = [run for run in Store(place).runs() if run.command == "add"]
    assert [run.articles for run in runs] == [3, 3, 1]
    assert [run.claims for run in runs] == [3, 3, 1]
    assert len({run.run_id for run in runs}) == 1


def test_slow_reading_is_kept_before_a_batch_is_full(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adding, "SECONDS", 0.0)
    add(place, [article(1), article(2)])
    assert [run.articles for run in Store(place).runs() if run.command == "add"] == [1, 1]


def test_problems_are_told_and_stored(place: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    german = "Der Außenminister reist am Montag nach Chile, wie das Ministerium in einer Erklärung mitteilte und sagte."
    lines = [json.dumps({"text": ENGLISH}), "{", json.dumps({"text": german}), "[]"]
    file.write_text("\n".join(lines))
    told: list[Problem] = []
    added = add(place, [file, tmp_path / "absent.txt"], published="2024-06-25", on_problem=told.append)
    assert (added.articles, added.failed, added.skipped) == (1, 3, 1)
    assert told == added.problems
    (run,) = [run for run in Store(place).runs() if run.command == "add"]
    assert list(run.problems) == told
    assert run.inputs == (str(file), str(tmp_path / "absent.txt"))


def test_no_more_than_a_thousand_problems_are_kept(place: Path) -> None:
    added = add(place, [Problem(f"line {n}", "broken") for n in range(1_500)])
    assert added.failed == 1_500
    assert len(added.problems) == 1_000
    assert [len(run.problems) for run in Store(place).runs()] == [0, 1_000]


def test_words_that_are_no_unicode_are_a_problem(place: Path) -> None:
    bad = [replace(article(1), text="They visit \ud800."), replace(article(2), url="https://a.example/\udc00")]
    added = add(place, [*bad, article(3)])
    assert (added.articles, added.failed) == (1, 2)


def test_hostile_ids_are_kept(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["o'hara", "a\\b", "x'); DROP TABLE claims; --", "{claims}", "ü/../..", "\x1b[31m"]
    articles = [replace(article(n), article_id=name) for n, name in enumerate(names)]
    add(place, articles)
    monkeypatch.setattr(adding, "reader_hash", lambda *_: "reader two")
    added = add(place, again=True)
    assert added.articles == len(names)
    assert sorted(a for (a,) in rows(place, "articles", "article_id")) == sorted(names)
    assert len(rows(place, "claims")) == len(names)


def _other_reader(monkeypatch: pytest.MonkeyPatch, reading: Read) -> None:
    monkeypatch.setattr("legation.engines.local.read_article", reading)
    monkeypatch.setattr(adding, "reader_hash", lambda *_: "reader two")


def test_again_replaces_the_claims(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(place, [article(n) for n in range(5)])
    add(place, article(0, "visit and visit"))
    before = rows(place, "articles", "article_id", "page_id", "version", "content_hash", "known_from", "added_at")

    def better(found: Article, **_: object) -> list[Claim]:
        return [] if found.article_id == "a1" else [replace(c, claim_id=c.claim_id + "!") for c in read(found)]

    _other_reader(monkeypatch, better)
    added = add(place, again=True, batch=1)
    assert (added.articles, added.claims) == (6, 6)
    after = rows(place, "articles", "article_id", "page_id", "version", "content_hash", "known_from", "added_at")
    assert after == before
    assert rows(place, "articles", "reader", "run_id") == [("reader two", added.run_id)] * 6
    claims = [c for (c,) in rows(place, "claims", "claim_id")]
    assert claims == ["a0/0!", "a0@2/0!", "a0@2/1!", "a2/0!", "a3/0!", "a4/0!"]
    reports = sorted(r for (r,) in rows(place, "reports", "report_id"))
    assert reports == ["a0/e0", "a0@2/e0", "a0@2/e1", "a2/e0", "a3/e0", "a4/e0"]
    assert add(place, again=True).articles == 0


def test_again_with_inputs_reads_those_and_adds_the_rest(
    place: Path, reader: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    add(place, [article(n) for n in range(4)])
    reader.clear()
    monkeypatch.setattr(adding, "reader_hash", lambda *_: "reader two")
    added = add(place, [article(2), article(9)], again=True)
    assert reader == ["a9", "a2"]
    assert (added.articles, added.known) == (2, 0)
    assert rows(place, "articles", "article_id", "reader")[2:] == [
        ("a2", "reader two"),
        ("a3", "reader one"),
        ("a9", "reader two"),
    ]
    again = add(place, [article(2)], again=True)
    assert (again.articles, again.known) == (0, 1)
    assert add(place, [], again=True).articles == 0


def test_nothing_to_add_is_wrong_use(place: Path) -> None:
    with pytest.raises(TypeError, match="again=True"):
        add(place)
    with pytest.raises(ValueError, match="is no date"):
        add(place, article(1), published="soon")
    assert not place.exists()


def test_an_interrupt_keeps_what_is_read(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop_at_three(found: Article, **_: object) -> list[Claim]:
        if found.article_id == "a3":
            raise KeyboardInterrupt
        return read(found)

    monkeypatch.setattr("legation.engines.local.read_article", stop_at_three)
    with pytest.raises(KeyboardInterrupt):
        add(place, [article(n) for n in range(6)], batch=2)
    assert rows(place, "claims", "claim_id") == [("a0/0",), ("a1/0",), ("a2/0",)]
    assert rows(place, "events") == []
    monkeypatch.setattr("legation.engines.local.read_article", read)
    added = add(place, [article(n) for n in range(6)])
    assert (added.articles, added.known) == (3, 3)
    assert len(rows(place, "reports")) == 6


def test_an_interrupt_while_a_batch_is_written_waits(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    signature = "legation.merge.copies.signature"

    def interrupt(_text: str) -> bytes:
        os.kill(os.getpid(), signal.SIGINT)
        return b""

    monkeypatch.setattr(signature, interrupt)
    with pytest.raises(KeyboardInterrupt):
        add(place, [article(n) for n in range(6)], batch=1)
    assert rows(place, "articles", "article_id") == [("a0",)]


def test_a_reader_that_fails_loses_nothing(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(found: Article, **_: object) -> list[Claim]:
        if found.article_id == "a2":
            raise IndexError
        return read(found)

    monkeypatch.setattr("legation.engines.local.read_article", fail)
    with pytest.raises(IndexError):
        add(place, [article(n) for n in range(6)])
    assert len(rows(place, "articles")) == 2


def test_two_that_add_at_once_keep_each_article_once(place: Path) -> None:
    Store.create(place)
    shared = [article(n) for n in range(12)]

    def work(own: list[Article]) -> None:
        add(place, own, batch=2)

    others = [article(n) for n in range(12, 18)]
    threads = [threading.Thread(target=work, args=(a,)) for a in (shared + others, shared[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(rows(place, "articles", "article_id")) == sorted((f"a{n}",) for n in range(18))
    assert len(rows(place, "claims")) == len(set(rows(place, "claims", "claim_id"))) == 18


def test_an_id_that_somebody_takes_meanwhile_is_not_given_twice(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = threading.Event()

    def meanwhile(found: Article, **_: object) -> list[Claim]:
        if not done.is_set():
            done.set()
            add(place, [article(1, "call"), article(2)])
        return read(found)

    monkeypatch.setattr("legation.engines.local.read_article", meanwhile)
    added = add(place, [article(1), article(2)])
    assert (added.articles, added.known) == (1, 1)
    assert rows(place, "articles", "article_id", "version") == [("a1", 1), ("a1@2", 2), ("a2", 1)]
    assert rows(place, "claims", "claim_id") == [("a1@2/0",), ("a2/0",)]


def test_progress_counts_what_is_read(place: Path) -> None:
    seen: list[tuple[int, int]] = []

    def note(added: Added) -> None:
        seen.append((added.articles, added.claims))

    add(place, [article(1), article(2, "call"), article(3)], on_progress=note)
    assert seen == [(1, 1), (2, 1), (3, 2), (3, 2)]


def test_small_files_are_joined_on_the_way(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("legation.record.store.SMALL_FILES", 2)
    monkeypatch.setattr(adding, "_TIDY_EVERY", 4)
    add(place, [article(n) for n in range(9)], batch=1)
    assert len(Store(place).files("articles")) < 4
    assert len(rows(place, "articles")) == 9
    assert [run.command for run in Store(place).runs()].count("compact") >= 2


def test_who_reads_is_told_by_a_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    own = tmp_path / "own.tsv"
    own.write_text("text\tcode\nFoo\tRUS\n")
    assert len(reader_hash()) == 16
    assert reader_hash() == reader_hash()
    assert reader_hash(own) != reader_hash()


# The command


@pytest.fixture
def run() -> Callable[..., Result]:
    def call(*arguments: object, stdin: bytes | None = None) -> Result:
        result = CliRunner().invoke(command, ["add", *(str(a) for a in arguments)], input=stdin)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return call


@pytest.fixture
def news(tmp_path: Path) -> Path:
    file = tmp_path / "news.jsonl"
    file.write_text("".join(json.dumps({"id": f"n{n}", "text": f"{ENGLISH} {n}"}) + "\n" for n in range(3)))
    return file


def test_command_adds_and_sums_up(place: Path, news: Path, run: Callable[..., Result]) -> None:
    result = run(place, news, "--published", "2024-06-25", "--publisher", "Fjord Times")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert result.stderr.startswith("legation: 3 articles, 3 claims kept, 0 known already, ")
    assert result.stderr.endswith(" new or changed\n")
    again = run(place, news, "--published", "2024-06-25", "--publisher", "Fjord Times")
    assert again.stderr == "legation: 0 articles, 0 claims kept, 3 known already, 0 events new or changed\n"


def test_command_reads_standard_input(place: Path, run: Callable[..., Result]) -> None:
    result = run(place, "-", stdin=ENGLISH.encode())
    assert "1 article without a date: relative dates stay open, and today counts as their day" in result.stderr
    assert len(rows(place, "articles")) == 1


def test_command_fails_where_something_cannot_be_read(place: Path, news: Path, run: Callable[..., Result]) -> None:
    result = run(place, news, "absent.txt", "--published", "2024-06-25")
    assert result.exit_code == 1
    assert "legation: absent.txt: no such file or folder" in result.stderr
    assert "3 articles, 3 claims kept, 0 known already, 1 problem, " in result.stderr


def test_command_tells_wrong_use_and_bad_places(
    place: Path, news: Path, tmp_path: Path, run: Callable[..., Result]
) -> None:
    assert run(place).exit_code == 2
    assert "INPUT" in run(place).stderr
    bad = run("s3://bucket/record", news)
    assert bad.exit_code == 1
    assert bad.stderr.startswith("legation: s3://bucket/record: a record is a folder")
    assert run(news, news).stderr == f"legation: {news}: this is a file; name a folder for the record\n"
    own = tmp_path / "own.tsv"
    own.write_text("text\tcode\nFoo\tnothing\n")
    wrong = run(place, news, "--actors", own)
    assert wrong.exit_code == 1
    assert f"{own}:2: " in wrong.stderr
    assert not place.exists()


def test_command_ends_cleanly_when_interrupted(
    place: Path, news: Path, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(found: Article, **_: object) -> list[Claim]:
        if found.article_id == "n2":
            raise KeyboardInterrupt
        return read(found)

    monkeypatch.setattr("legation.engines.local.read_article", stop)
    result = run(place, news, "--published", "2024-06-25")
    assert result.exit_code == 130
    assert "2 articles, 2 claims kept, 0 known already\n" in result.stderr
    assert "goes on from here" in result.stderr
    assert len(rows(place, "articles")) == 2


def test_command_tells_a_disk_that_is_full(
    place: Path, news: Path, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    Store.create(place)
    monkeypatch.setattr("legation.record.store._append", full)
    result = run(place, news)
    assert result.exit_code == 1
    assert "the disk is full; make room and run the same command again" in result.stderr
    assert "0 articles, 0 claims kept" in result.stderr
    monkeypatch.undo()
    assert rows(place, "articles") == []


def test_progress_line_where_nobody_watches(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands_add, "_EVERY", 0.0)
    with commands_add._Watch(0) as watch:
        watch.counts(Added(articles=1200, claims=1, known=7))
    err = capsys.readouterr().err
    assert err.startswith("legation: 1,200 articles (")
    assert err.endswith("/s), 1 claim, 7 known already\n")


def test_public_function(place: Path) -> None:
    assert legation.add(place, article(1)).articles == 1


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    before = signal.getsignal(signal.SIGINT)
    yield
    assert signal.getsignal(signal.SIGINT) is before
