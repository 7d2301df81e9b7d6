"""Each kind of bad input: one line that says what, where and what to do; the exit status; nothing good is lost."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from legation.ingest.files import input_bytes

Run = Callable[..., Result]

GOOD = "The foreign minister of Norway will visit Chile on Monday, the ministry said in a statement on the matter."


def claims(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def complaints(result: Result) -> list[str]:
    """Lines on standard error, without the note on articles that have no date."""
    return [line for line in result.stderr.splitlines() if "without a date, so" not in line]


def one_line(result: Result, where: str, *words: str, status: int = 1) -> None:
    lines = complaints(result)
    assert len(lines) == 1, lines
    assert lines[0].startswith(f"legation: {where}: ")
    for word in words:
        assert word in lines[0]
    assert len(lines[0]) < 400
    assert result.exit_code == status


def read_bytes(run: Run, path: Path, data: bytes) -> Result:
    path.write_bytes(data)
    return run("read", "--format", "jsonl", path)


def test_missing_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "absent.txt"
    one_line(run("read", path), str(path), "no such file", "check the name")


def test_an_empty_name_is_not_the_folder_one_is_in(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text(GOOD)
    monkeypatch.chdir(tmp_path)
    one_line(run("read", ""), "''", "empty name")
    assert input_bytes([""]) == 0


def test_name_that_no_file_system_takes(run: Run) -> None:
    result = run("read", "x" * 5000)
    assert result.exit_code == 1
    assert len(complaints(result)) == 1


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.jsonl", "a.json", "noending"])
@pytest.mark.parametrize("data", [b"", b"\n \n\n"])
def test_empty_file(run: Run, tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    result = read_bytes(run, path, data)
    lines = complaints(result)
    assert len(lines) == 1
    assert "nothing to read here" in lines[0]
    assert result.exit_code == 1


def test_binary_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "picture.txt"
    one_line(read_bytes(run, path, bytes(range(256)) * 40), str(path), "binary")


def test_pdf_named_as_text(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    one_line(read_bytes(run, path, b"%PDF-1.7\n1 0 obj"), str(path), "PDF", "extract")


def test_broken_json_on_line_seven(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    rows = [json.dumps({"id": f"n{i}", "published": "2024-06-25", "text": GOOD}) for i in range(1, 11)]
    rows[6] = rows[6][:-9]
    result = read_bytes(run, path, "\n".join(rows).encode())
    one_line(result, f"{path}:7", "broken JSON", "left out")
    assert [c["article_id"] for c in claims(result)] == ["n1", "n2", "n3", "n4", "n5", "n6", "n8", "n9", "n10"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ('{"title": "x"}', "no field 'text'"),
        ('{"text": 5}', "no field 'text'"),
        ('{"text": null}', "no field 'text'"),
        ('{"text": ""}', "no text"),
        ('{"text": " \\u0000 "}', "no text"),
        ('["text"]', "not a JSON object"),
        ("5", "not a JSON object"),
        ('{"text": "a", "id": {}}', "'id'"),
        ("[" * 100_000, "broken JSON"),
        ('{"text": "a"', "broken JSON"),
    ],
)
def test_row_that_holds_no_article(run: Run, tmp_path: Path, row: str, words: str) -> None:
    path = tmp_path / "a.jsonl"
    good = json.dumps({"text": GOOD, "published": "2024-06-25"})
    result = read_bytes(run, path, f"{good}\n{row}\n{good}\n".encode())
    one_line(result, f"{path}:2", words)
    assert len(claims(result)) == 2


@pytest.mark.parametrize(
    "bad", ["yesterday", "2024-02-30", "31/12/2024", "0001-01-01", "20240625", 20240625, True, [1]]
)
def test_date_that_is_none(run: Run, tmp_path: Path, bad: object) -> None:
    path = tmp_path / "a.jsonl"
    result = read_bytes(run, path, json.dumps({"text": GOOD, "published": bad}).encode())
    one_line(result, f"{path}:1", "is no date", "YYYY-MM-DD", "read without a date")
    assert len(claims(result)) == 1


def test_date_option_that_is_none(run: Run, tmp_path: Path) -> None:
    result = run("read", "--published", "2024-13-01", tmp_path)
    assert result.exit_code == 2
    assert "is no date" in result.stderr


def test_field_of_a_wrong_kind(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    result = read_bytes(run, path, json.dumps({"text": GOOD, "publisher": ["x"]}).encode())
    one_line(result, f"{path}:1", "'publisher'", "read without it")
    assert len(claims(result)) == 1


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.jsonl"])
def test_fifty_megabytes_of_text(run: Run, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    data = (GOOD + "\n").encode() * (50_000_000 // (len(GOOD) + 1))
    if name.endswith("jsonl"):
        data = json.dumps({"text": data.decode()}).encode()
    where = f"{path}:1" if name.endswith("jsonl") else str(path)
    one_line(read_bytes(run, path, data), where, "500,000 characters", "split it")


def test_gzip_that_swells(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.txt.gz"
    one_line(read_bytes(run, path, gzip.compress(b"visit " * 10_000_000, 1)), str(path), "500,000 characters")


def test_large_json_lines_file_is_streamed(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    row = json.dumps({"text": "Norway and Chile. " * 500 + GOOD, "published": "2024-06-25"}).encode() + b"\n"
    path.write_bytes(row * 300 + b"{\n" + row * 20)
    result = run("read", "--format", "jsonl", path)
    one_line(result, f"{path}:301", "broken JSON")
    assert len(claims(result)) == 320


def test_one_very_long_sentence(run: Run, tmp_path: Path) -> None:
    sentence = "the talks on the fish, " * 4_347 + "and the visit to Oman."
    assert len(sentence) > 100_000
    path = tmp_path / "a.txt"
    result = read_bytes(run, path, sentence.encode())
    assert result.exit_code == 0
    assert len(claims(result)) == 1
    explained = run("read", "--explain", path)
    assert explained.exit_code == 0
    assert len(explained.stdout) < 5_000


def test_nul_bytes_are_dropped(run: Run, tmp_path: Path) -> None:
    result = read_bytes(run, tmp_path / "a.txt", GOOD.replace("visit", "vi\0sit").encode() * 3)
    assert result.exit_code == 0
    assert {c["trigger"]["text"] for c in claims(result)} == {"visit"}


def test_nothing_but_nul_bytes(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    one_line(read_bytes(run, path, b"\0" * 5000), str(path), "binary")


def test_mixed_encodings(run: Run, tmp_path: Path) -> None:
    text = "The “visit” of Łukasz to Orléans".encode() + " was “short”, said Müller.".encode("cp1252")
    result = read_bytes(run, tmp_path / "a.txt", text)
    assert result.exit_code == 0
    assert len(claims(result)) == 1


def test_marks_of_direction(run: Run, tmp_path: Path) -> None:
    result = read_bytes(run, tmp_path / "a.txt", "\u202eHe will \u200fvi\u200esit Oman\u202c next week.".encode())
    assert result.exit_code == 0
    assert [c["trigger"]["text"] for c in claims(result)] == ["visit"]


def test_html_without_an_article(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    page = b"<html><body><nav><a href='/'>Home</a> <a href='/x'>Sport</a></nav><form><input></form></body></html>"
    one_line(read_bytes(run, path, page), str(path), "no article in it", ".txt")


@pytest.mark.parametrize("page", [b"<html>", b"<!doctype html><!-- -->", b"<html><body><p>", b"<p>" * 5_000])
def test_html_that_is_hardly_any(run: Run, tmp_path: Path, page: bytes) -> None:
    path = tmp_path / "a.html"
    result = read_bytes(run, path, page)
    assert result.exit_code == 1
    assert len(complaints(result)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Der Außenminister reist am Montag nach Chile, wie das Ministerium in einer Erklärung am Freitag mitteilte.",
        "Министр иностранных дел Норвегии посетит Чили в понедельник, говорится в заявлении министерства на сайте.",
        "El ministro de Exteriores visitará Chile el lunes, según informó el ministerio en un comunicado el viernes.",
    ],
)
def test_other_language_is_skipped_and_said_so(run: Run, tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.txt"
    one_line(read_bytes(run, path, text.encode()), str(path), "not in English", status=0)


def test_file_that_may_not_be_read(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text(GOOD)

    def refuse(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refuse)
    one_line(run("read", path), str(path), "permission denied")


def test_folder_without_anything_readable(run: Run, tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    one_line(run("read", tmp_path), str(tmp_path), "without anything that can be read", ".jsonl")


def test_unknown_ending(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    one_line(read_bytes(run, path, b"PK\x03\x04"), str(path), "ending .docx", ".jsonl")


@pytest.mark.parametrize("cut", [1, 30, -10])
def test_damaged_gzip(run: Run, tmp_path: Path, cut: int) -> None:
    path = tmp_path / "a.jsonl.gz"
    row = json.dumps({"text": GOOD}).encode() + b"\n"
    result = read_bytes(run, path, gzip.compress(row * 5)[:cut])
    assert result.exit_code == 1
    assert all(line.startswith(f"legation: {path}") for line in complaints(result))


@pytest.mark.parametrize(
    "address", ["ftp://example.org/a", "file:///etc/passwd", "gopher://x", "http://", "https:///a"]
)
def test_address_of_another_kind(run: Run, address: str) -> None:
    result = run("read", address)
    assert result.exit_code == 1
    assert len(complaints(result)) == 1


def test_wrong_use(run: Run) -> None:
    assert run("read").exit_code == 2
    assert run("read", "--format", "xml", "a.txt").exit_code == 2
    assert run("read", "--explain", "--format", "csv", "a.txt").exit_code == 2
    assert run("reed").exit_code == 2


def test_one_bad_input_among_good_ones(run: Run, tmp_path: Path) -> None:
    good = tmp_path / "a.txt"
    good.write_text(GOOD)
    result = run("read", "--format", "jsonl", good, tmp_path / "absent.txt", good)
    one_line(result, str(tmp_path / "absent.txt"), "no such file")
    assert len(claims(result)) == 2
