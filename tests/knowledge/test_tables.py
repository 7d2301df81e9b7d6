"""The tables hold together: documented, sorted, dated, with ids of the grammar and one id a person."""

from __future__ import annotations

import re
from collections import defaultdict
from importlib import resources

import pytest

from legation.knowledge import parse_day, read_table
from legation.knowledge.keys import key_of
from legation.ontology import SECTORS

FOLDER = resources.files("legation.knowledge")
TABLES = sorted(f.name.removesuffix(".tsv") for f in FOLDER.iterdir() if f.name.endswith(".tsv"))
REGIONS = {"WST", "EUR", "MEA", "AFR", "ASA", "LAM", "XXX"}
STATES = {row["iso3"] for row in read_table("states")}
BODIES = {row["id"] for row in read_table("bodies")}
PEOPLE = ("holders_east", "holders_west", "persons")
NAMED = re.compile(r"(IGO|NSA|NGO|MNC):[A-Z0-9][A-Z0-9+.&'-]*")


def lines(table: str) -> list[list[str]]:
    text = FOLDER.joinpath(f"{table}.tsv").read_text(encoding="utf8")
    assert text.endswith("\n")
    assert "\r" not in text
    return [line.split("\t") for line in text.removesuffix("\n").split("\n")]


@pytest.mark.parametrize("table", TABLES)
def test_columns_are_those_documented(table: str) -> None:
    documented = re.search(
        rf"^\| `{table}\.tsv` \| `([^`]+)`", FOLDER.joinpath("README.md").read_text(encoding="utf8"), re.MULTILINE
    )
    assert documented
    assert lines(table)[0] == documented[1].split()


@pytest.mark.parametrize("table", TABLES)
def test_rows_are_whole_sorted_and_unique(table: str) -> None:
    header, *rows = lines(table)
    assert rows
    assert [r for r in rows if len(r) != len(header) or any(c != c.strip() for c in r)] == []
    assert rows == sorted(rows), "run python -m legation.knowledge"
    assert len(rows) == len(set(map(tuple, rows)))


@pytest.mark.parametrize("table", TABLES)
def test_days_are_days_and_in_order(table: str) -> None:
    for row in read_table(table):
        first, last = parse_day(row.get("from")), parse_day(row.get("to"), end=True)
        assert not (first and last and last < first), row


@pytest.mark.parametrize("table", TABLES)
def test_ids_follow_the_grammar_and_exist(table: str) -> None:
    for row in read_table(table):
        for column in {"code", "id", "place", "body"} & row.keys():
            place, dot, sector = row[column].partition(".")
            assert place in STATES | REGIONS or NAMED.fullmatch(place), row
            assert not dot or sector in SECTORS, row
            assert not place.startswith("IGO:") or place in BODIES, row


@pytest.mark.parametrize("table", TABLES)
def test_cells_have_no_empty_or_repeated_values(table: str) -> None:
    for row in read_table(table):
        for column in {"aliases", "demonyms", "adjectives", "capitals", "other_cities"} & row.keys():
            values = row[column].split("|") if row[column] else []
            assert all(v.strip() for v in values), row
            assert len(values) == len(set(values)), row


def test_a_person_has_one_id_and_one_name() -> None:
    names: dict[str, set[str]] = defaultdict(set)
    for table in PEOPLE:
        for row in read_table(table):
            assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["actor_id"]), row
            names[row["actor_id"]].add(row["name"])
    assert {i: n for i, n in names.items() if len(n) > 1} == {}


def test_namesakes_are_told_apart_on_purpose() -> None:
    ids: dict[str, set[str]] = defaultdict(set)
    for table in PEOPLE:
        for row in read_table(table):
            ids[key_of(row["name"])].add(row["actor_id"])
    apart = {n: sorted(i) for n, i in ids.items() if len(i) > 1}
    shared = [n for n, i in apart.items() if not all(x.startswith(min(i, key=len)) for x in i)]
    assert shared == []


def test_seats_are_written_without_the_article() -> None:
    assert [row["text"] for row in read_table("seats") if row["text"].lower().startswith("the ")] == []


def test_the_tables_are_as_large_as_promised() -> None:
    states = {row["iso3"] for row in read_table("states")}
    un = [row for row in read_table("members") if row["body"] == "IGO:UN" and row["status"] == "member"]
    members = {row["place"] for row in un if not row["to"]}
    assert len(members) == 193
    assert members <= states
    assert {"TWN", "PSE", "XKX", "VAT", "HKG"} <= states
    assert len(BODIES) >= 80
    assert len({row["id"] for row in read_table("groups")}) >= 150
