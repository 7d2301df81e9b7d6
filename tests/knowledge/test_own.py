"""A user's own table: what it may say, what is told where it is wrong, and that it wins."""

from __future__ import annotations

import pickle
from datetime import date
from pathlib import Path

import pytest

from legation.knowledge import read_own
from legation.link.actors import lookup
from legation.link.names import Names, names
from legation.link.resolve import find_mentions
from legation.types import InputError

DAY = date(2021, 6, 1)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "mine.tsv"


def wrong(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_own(path)
    return [f"{p.where}: {p.what}" for p in caught.value.problems]


def test_text_and_code_are_enough_in_any_order(table: Path) -> None:
    table.write_text("code\ttext\nNSA:ZORK\tZork Front\n\nRUS.GOV\tBig House\n")
    first, second = read_own(table)
    assert (first.text, first.code, first.kind, first.actor_id, first.name) == (
        "Zork Front",
        "NSA:ZORK",
        "group",
        "zork-front",
        "Zork Front",
    )
    assert (second.code, second.kind, second.first, second.last) == ("RUS.GOV", "seat", None, None)


def test_all_columns_are_taken(table: Path) -> None:
    table.write_text(
        "text\tcode\tname\tfrom\tto\tkind\tactor_id\nDoe\tUSA.GOV\tJane Doe\t2020-02\t2021\tperson\tjane-doe\n"
    )
    (entry,) = read_own(table)
    assert (entry.name, entry.first, entry.last, entry.kind, entry.actor_id) == (
        "Jane Doe",
        date(2020, 2, 1),
        date(2021, 12, 31),
        "person",
        "jane-doe",
    )


def test_a_table_saved_by_a_spreadsheet_is_read(table: Path) -> None:
    table.write_bytes("\ufefftext\tcode\t\t\r\nZork\tNSA:ZORK\t\t\r\n".replace("code\t\t", "code").encode())
    assert [e.text for e in read_own(table)] == ["Zork"]


@pytest.mark.parametrize(
    ("content", "number", "words"),
    [
        ("", "", "the table is empty"),
        ("text\tcode\n", "", "a header and no rows"),
        ("text,code\nZork,NSA:ZORK\n", ":1", "not separated by tabs"),
        ("text\tid\nZork\tNSA:ZORK\n", ":1", "lacks the column code"),
        ("Zork\tNSA:ZORK\n", ":1", "lacks the columns text and code"),
        ("text\tcode\tcolour\nZork\tNSA:ZORK\tred\n", ":1", "no column is called 'colour'"),
        ("text\tcode\ttext\nZork\tNSA:ZORK\tZ\n", ":1", "stands twice"),
        ("text\tcode\nZork NSA:ZORK\n", ":2", "one cell only"),
        ("text\tcode\nZork\tNSA:ZORK\tx\n", ":2", "3 cells under 2 columns"),
        ("text\tcode\n\tNSA:ZORK\n", ":2", "no text"),
        ("text\tcode\n--\tNSA:ZORK\n", ":2", "no letter or digit"),
        ('text\tcode\n"Zork"\tNSA:ZORK\n', ":2", "quotation marks"),
        ("text\tcode\nZ\x1b[31mork\tNSA:ZORK\n", ":2", "control character"),
        (f"text\tcode\n{'Z' * 300}\tNSA:ZORK\n", ":2", "300 characters long"),
        ("text\tcode\nZork\t\n", ":2", "no code"),
        ("text\tcode\nZork\trus.gov\n", ":2", "write RUS.GOV"),
        ("text\tcode\nZork\tnsa:zork\n", ":2", "write NSA:ZORK"),
        ("text\tcode\nZork\tFOO:ZORK\n", ":2", "named actors are IGO:NAME"),
        ("text\tcode\nZork\tZZZ\n", ":2", "'ZZZ'"),
        ("text\tcode\nZork\tRUS.FOO\n", ":2", "one of GOV"),
        ("text\tcode\tkind\nZork\tRUS\tking\n", ":2", "the kind 'king' is none"),
        ("text\tcode\tactor_id\nZork\tRUS\tBig Zork\n", ":2", "such as big-zork"),
        ("text\tcode\tfrom\nZork\tRUS\t3 May 2020\n", ":2", "is no date; write YYYY-MM-DD"),
        ("text\tcode\tto\nZork\tRUS\t2020-02-31\n", ":2", "in the column to is no date"),
        ("text\tcode\tfrom\tto\nZork\tRUS\t2021\t2020\n", ":2", "ends (2020) before it begins"),
        ("text\tcode\nZork\tRUS\nZork\tRUS\n", ":3", "repeats line 2"),
        ("text\tcode\nZork\tRUS\nZork\tUSA\n", ":3", "contradicts (as RUS) line 2"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(table: Path, content: str, number: str, words: str) -> None:
    table.write_text(content, newline="")
    (message,) = wrong(table)
    assert message.startswith(f"{table}{number}: ")
    assert words in message
    assert "\n" not in message


def test_every_bad_row_is_told(table: Path) -> None:
    table.write_text("text\tcode\nZork\tZZZ\nKremlin\tRUS.GOV\nBork\t\n")
    assert [m.split(": ")[0][len(str(table)) :] for m in wrong(table)] == [":2", ":4"]


def test_files_that_are_none(tmp_path: Path) -> None:
    assert "no such file" in wrong(tmp_path / "absent.tsv")[0]
    assert "folder" in wrong(tmp_path)[0]
    other = tmp_path / "latin.tsv"
    other.write_bytes(b"text\tcode\nZ\xf6rk\tRUS\n")
    assert wrong(other) == [f"{other}:2: this line is not UTF-8; save the table as UTF-8 text"]


def test_own_names_win_on_the_days_they_hold(table: Path) -> None:
    table.write_text("text\tcode\tfrom\tname\nKremlin\tUSA.GOV\t2020\tNew Kremlin\n")
    known = Names.with_own(table)
    for day, code in ((date(2019, 6, 1), "RUS.GOV"), (DAY, "USA.GOV")):
        text = "The Kremlin denied it."
        (mention,) = find_mentions(text, [(1, 0, len(text))], day, known)
        assert mention.code == code
        assert lookup("Kremlin", day, known)[0].code == code
    assert lookup("Kremlin", DAY)[0].code == "RUS.GOV"


def test_own_names_may_be_longer_than_any_of_ours(table: Path) -> None:
    table.write_text("text\tcode\nZork Front for the Freedom of Very Small Islands\tNSA:ZORK\n")
    text = "Fighters of the Zork Front for the Freedom of Very Small Islands met."
    found = find_mentions(text, [(1, 0, len(text))], DAY, Names.with_own(table))
    assert [(text[m.start : m.end], m.code) for m in found] == [(text[16:-5], "NSA:ZORK")]


def test_own_names_travel_to_worker_processes_and_ours_do_not(table: Path) -> None:
    table.write_text("text\tcode\nZork\tNSA:ZORK\n")
    packed = pickle.dumps(Names.with_own(table))
    assert len(packed) < 1_000
    again = pickle.loads(packed)
    assert again.get("Zork")[0].code == "NSA:ZORK"
    assert again.get("Kremlin")[0].code == "RUS.GOV"
    assert pickle.loads(pickle.dumps(names())) is names()
