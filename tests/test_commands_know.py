"""`legation actor` and `legation body`: what they print, and how they end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result

import legation
from helpers import ENGLISH, claims_of
from legation.engines import local
from legation.link.names import Names
from legation.types import Article, Claim

Run = Callable[..., Result]


def test_an_office_as_json_is_the_documented_object(run: Run) -> None:
    result = run("actor", "foreign minister of Turkey", "--on", "2013-05-02", "--format", "json")
    assert result.exit_code == 0
    (only,) = json.loads(result.stdout)
    assert list(only) == ["actor_id", "name", "code", "kind", "score", "from", "to"]
    assert (only["actor_id"], only["name"], only["code"]) == ("ahmet-davutoglu", "Ahmet Davutoglu", "TUR.GOV")
    assert only["from"] <= "2013-05-02" <= only["to"]


def test_matches_come_best_first(run: Run) -> None:
    result = run("actor", "Kim", "--on", "2018-06-01", "--format", "json")
    found = json.loads(result.stdout)
    assert found[0]["actor_id"] == "kim-jong-un"
    assert [m["score"] for m in found] == sorted((m["score"] for m in found), reverse=True)
    assert all(0 < m["score"] <= 1 for m in found)


def test_a_person_out_of_office_is_marked_former(run: Run) -> None:
    former = json.loads(run("actor", "Gerhard Schroeder", "--on", "2012-03-01", "--format", "json").stdout)
    assert former[0]["code"] == "DEU.ELI"


def test_a_table_for_people(run: Run) -> None:
    result = run("actor", "Tokyo")
    assert "Japan" in result.stdout
    assert "JPN" in result.stdout
    assert result.exit_code == 0


def test_a_body_as_json_is_the_documented_object(run: Run) -> None:
    result = run("body", "BRICS", "--on", "2024-01-02", "--format", "json")
    assert json.loads(result.stdout) == {
        "actor_id": "brics",
        "name": "BRICS",
        "members": ["ARE", "BRA", "CHN", "EGY", "ETH", "IND", "IRN", "RUS", "ZAF"],
    }
    before = json.loads(run("body", "BRICS", "--on", "2009-07-01", "--format", "json").stdout)
    assert before["members"] == ["BRA", "CHN", "IND", "RUS"]


def test_a_body_for_people(run: Run) -> None:
    result = run("body", "IGO:BRICS", "--on", "2024-01-02")
    assert result.stdout == ("BRICS (brics), 9 members on 2024-01-02\n  ARE BRA CHN EGY ETH IND IRN RUS ZAF\n")


@pytest.mark.parametrize("command", ["actor", "body"])
def test_nothing_found_is_one_line_and_status_1(run: Run, command: str) -> None:
    for form in ("table", "json"):
        result = run(command, "Zorkmid", "--format", form)
        assert result.exit_code == 1
        assert result.stdout == ""
        assert result.stderr.startswith("legation: no")
        assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["actor", "body"])
def test_a_date_that_is_none_is_wrong_use(run: Run, command: str) -> None:
    result = run(command, "BRICS", "--on", "2024-02-30")
    assert result.exit_code == 2
    assert "'2024-02-30' is no date; write YYYY-MM-DD" in result.stderr


def test_an_own_table_wins_for_both_commands(run: Run, tmp_path: Path) -> None:
    mine = tmp_path / "mine.tsv"
    mine.write_text("text\tcode\nZorkmid\tNSA:ZORK\n")
    assert json.loads(run("actor", "Zorkmid", "--actors", mine, "--format", "json").stdout)[0]["code"] == "NSA:ZORK"
    assert legation.actor("Zorkmid", actors=mine)[0].code == "NSA:ZORK"
    assert legation.actor("Zorkmid") == []


@pytest.mark.parametrize("command", [("actor", "Tokyo"), ("read", "-")])
def test_a_broken_own_table_stops_before_anything_is_read(run: Run, tmp_path: Path, command: tuple[str, str]) -> None:
    mine = tmp_path / "mine.tsv"
    mine.write_text("text\tcode\nZork\tZZZ\nBork\t\n")
    result = run(*command, "--actors", mine, stdin=ENGLISH.encode())
    assert result.exit_code == 1
    assert result.stdout == ""
    assert [line.partition(" ")[2].split(": ")[0] for line in result.stderr.splitlines()] == [f"{mine}:2", f"{mine}:3"]


def test_reading_from_python_refuses_a_broken_table(tmp_path: Path) -> None:
    with pytest.raises(legation.InputError, match="no such file"):
        legation.read(text=ENGLISH, actors=tmp_path / "absent.tsv")


def test_python_says_what_the_command_says() -> None:
    assert legation.actor("Rousseff", date(2014, 1, 1))[0].name == "Dilma Rousseff"
    assert legation.actor("foreign minister of Turkey", "2013-05-02")[0].actor_id == "ahmet-davutoglu"
    quad = legation.body("Quad", "2024-01-01")
    assert quad is not None
    assert quad.members == ("AUS", "IND", "JPN", "USA")
    assert legation.body("Zorkmid") is None
    with pytest.raises(ValueError, match="is no date"):
        legation.body("Quad", "soon")


def test_reading_uses_the_own_table(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = tmp_path / "mine.tsv"
    mine.write_text("text\tcode\nZorkmid\tNSA:ZORK\n")
    used: list[Names] = []

    def read_articles(articles: Iterable[Article], known: Names) -> Iterator[tuple[Article, list[Claim]]]:
        used.append(known)
        return ((a, claims_of(a)) for a in articles)

    monkeypatch.setattr("legation.pipeline.read_articles", read_articles)
    assert run("read", "-", "--actors", mine, "--format", "jsonl", stdin=ENGLISH.encode()).exit_code == 0
    assert len(legation.read(text=ENGLISH, actors=mine)) == 1
    assert [n.get("Zorkmid")[0].code for n in used] == ["NSA:ZORK", "NSA:ZORK"]


def test_an_engine_hands_the_names_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = tmp_path / "mine.tsv"
    mine.write_text("text\tcode\nZorkmid\tNSA:ZORK\n")
    known = Names.with_own(mine)
    used: list[Names | None] = []

    def read_article(article: Article, known: Names | None = None) -> list[Claim]:
        used.append(known)
        return claims_of(article)

    monkeypatch.setattr(local, "read_article", read_article)
    article = Article("a", ENGLISH)
    assert len(list(local.read_articles([article], known=known))) == 1
    local._begin(known)  # what a worker process does first
    assert local._read(article)[0] is article
    local._begin(None)
    assert used == [known, known]
