from __future__ import annotations

import gzip
import io
import json
from datetime import date
from pathlib import Path

import pytest

from helpers import ENGLISH
from legation.ingest import read_inputs
from legation.ingest.files import input_bytes
from legation.types import Article, Problem

ROW = {
    "id": "a1",
    "url": "https://example.org/a1",
    "publisher": "Fjord Times",
    "published": "2024-06-25T10:00:00+02:00",
    "title": "Norway to visit Chile",
    "text": ENGLISH,
}


def articles(*inputs: str | Path, stdin: bytes = b"", **more: str) -> list[Article]:
    made = list(read_inputs(inputs, stdin=io.BytesIO(stdin), **more))
    assert all(isinstance(m, Article) for m in made), made
    return made


def test_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(ROW) + "\n\n" + json.dumps({"text": ENGLISH}) + "\r\n", encoding="utf-8")
    first, second = articles(path, published="2024-01-01", publisher="Wire")
    assert first == Article(
        "a1",
        f"Norway to visit Chile\n{ENGLISH}",
        "Norway to visit Chile",
        "Fjord Times",
        date(2024, 6, 25),
        str(ROW["url"]),
    )
    assert (second.published, second.publisher, second.title, second.text) == (date(2024, 1, 1), "Wire", "", ENGLISH)


def test_whole_number_as_id(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": 17, "text": "Norway will visit Chile.", "title": null}')
    assert articles(path)[0].article_id == "17"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_json_lines_in_other_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(
        (json.dumps(ROW, ensure_ascii=False) + "\n").encode(encoding) * (1 if encoding != "utf-16-le" else 2)
    )
    assert articles(path)[0].article_id == "a1"


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([ROW, ROW]),
        json.dumps([ROW, ROW], indent=2),
        json.dumps(ROW) + "\n" + json.dumps(ROW),
    ],
)
def test_json_files(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    assert [a.article_id for a in articles(path)] == ["a1", "a1"]


def test_one_json_object(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(ROW, indent=1), encoding="utf-8")
    assert [a.article_id for a in articles(path)] == ["a1"]


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.JSONL.GZ", "a.json.gz"])
def test_gzip(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(json.dumps(ROW).encode()))
    assert articles(path)[0].article_id == "a1"


def test_plain_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(f"Norway to visit Chile\r\n\r\n{ENGLISH}\r\n".encode())
    (made,) = articles(path, published="2024-06-25", publisher="Wire")
    assert made.title == "Norway to visit Chile"
    assert made.text == f"Norway to visit Chile\n{ENGLISH}"
    assert (made.published, made.publisher) == (date(2024, 6, 25), "Wire")


def test_folder_is_read_in_order_and_other_files_passed_over(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / "a.txt").write_text("One is here.")
    (tmp_path / "b" / "c.html").write_text(f"<html><body><p>Two is here. {ENGLISH}</p></body></html>")
    (tmp_path / "d.jsonl").write_text('{"text": "Three is here."}')
    for other in ("x.png", "README.md", ".hidden.txt", ".git/e.txt"):
        (tmp_path / other).write_text("Nothing is here.")
    assert [a.text.split()[0] for a in articles(tmp_path)] == ["One", "Two", "Three"]


@pytest.mark.parametrize(
    "data",
    [
        json.dumps(ROW).encode(),
        json.dumps([ROW]).encode(),
        json.dumps(ROW, indent=2).encode(),
        json.dumps([ROW], indent=2).encode(),
        json.dumps(ROW).encode("utf-16"),
        f"<html><body><h1>Norway to visit Chile</h1><p>{ENGLISH}</p></body></html>".encode(),
        f"Norway to visit Chile\n\n{ENGLISH}".encode(),
    ],
)
def test_standard_input_is_told_by_its_beginning(data: bytes) -> None:
    (made,) = articles("-", stdin=data)
    assert made.text == f"Norway to visit Chile\n{ENGLISH}"


def test_file_without_ending_is_told_by_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "article"
    path.write_text(json.dumps(ROW))
    assert articles(path)[0].article_id == "a1"


def test_bytes_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text((json.dumps(ROW) + "\n") * 500)
    packed = tmp_path / "b.jsonl.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    seen: list[int] = []
    assert len(list(read_inputs([tmp_path], on_bytes=seen.append))) == 1000
    assert sum(seen) == input_bytes([tmp_path]) == path.stat().st_size + packed.stat().st_size


def test_date_default_that_is_none() -> None:
    with pytest.raises(ValueError, match="is no date"):
        list(read_inputs([], published="soon"))


def test_one_input_needs_no_list_and_articles_are_given_on(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(ENGLISH)
    (article,) = read_inputs(str(path))
    told = Problem("there", "is nothing")
    assert [type(item) for item in read_inputs(iter([article, path, told]))] == [Article, Article, Problem]
    assert list(read_inputs(article)) == [article]
