"""Each format, read back as its users read it."""

from __future__ import annotations

import csv
import json
import sqlite3
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import legation
from legation.export import NAMES, gdelt, icews, polecat
from legation.export.formats import FORMATS
from legation.export.plover import claim_record
from legation.types import Actor, Article, Claim, Date, Party, Place, Trigger
from sample_record import RUSSIA, Builder, article, claim

MOSCOW = ("Narendra Modi", "Russia")


def tabbed(path: Path, columns: tuple[str, ...] | None = None) -> list[dict[str, str]]:
    with path.open(encoding="utf8", newline="") as lines:
        return list(csv.DictReader(lines, columns, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_the_names_of_formats_are_the_formats() -> None:
    assert tuple(FORMATS) == NAMES


def test_plover_records_have_the_fields_of_its_manual(exported) -> None:
    lines = (exported("plover") / "events.jsonl").read_text(encoding="utf8").splitlines()
    records = {r["id"]: r for r in map(json.loads, lines)}
    visit = records["v1"]
    assert (visit["event"], visit["mode"], visit["date"]) == (["CONSULT"], ["visit"], "2024-07-08")
    assert visit["source"] == [
        {"code": "IND", "sector": "GOV", "identifier_id": "narendra-modi", "identifier_text": "Narendra Modi"}
    ]
    assert visit["recipient"] == [{"code": "RUS", "identifier_id": "russia", "identifier_text": "Russia"}]
    assert visit["event_loc"] == {"name": "Moscow", "cc3": "RUS"}
    assert visit["cite_info"]["url"] == "https://example.org/a1"
    plan = records["p1"]
    assert (plan["event"], plan["quad_code"], plan["date"]) == (["AGREE"], 1, "2024-07-10")
    assert plan["legation"]["date"] == "2024-09"
    allowed = set("id date enddate source recipient event event_loc quad_code event_scale mode context text text_info "
                  "cite_info coder legation".split())  # fmt: skip
    assert all(set(r) <= allowed for r in records.values())


def test_sentences_are_exported_only_where_asked_for(exported, record) -> None:
    plain = (exported("plover") / "events.jsonl").read_text()
    assert "aide said" not in plain
    told = (exported("plover", sentences=True, force=True) / "events.jsonl").read_text()
    assert '"text": "Narendra Modi will visit Moscow, an aide said."' in told
    for form in set(NAMES) - {"ics"}:
        folder = exported(form, force=True)
        assert not any(b"an aide said" in p.read_bytes() for p in folder.iterdir()), form
        assert not any(b"Modi to go to Moscow" in p.read_bytes() for p in folder.iterdir()), form


def test_icews_rows_have_its_twenty_columns(exported) -> None:
    rows = tabbed(exported("icews") / "events.tab")
    assert len(icews.COLUMNS) == 20
    assert all(tuple(row) == icews.COLUMNS for row in rows)
    visits = {(r["Source Name"], r["CAMEO Code"], r["Event Text"]) for r in rows if r["Story ID"] == "a1"}
    assert visits == {("Narendra Modi", "042", "Make a visit"), ("Russia", "043", "Host a visit")}
    (plan,) = [r for r in rows if r["Story ID"] == "a5"]
    assert (plan["CAMEO Code"], plan["Event Date"], plan["Intensity"]) == ("036", "2024-07-10", "4.0")
    assert all(-10 <= float(r["Intensity"]) <= 10 and date.fromisoformat(r["Event Date"]) for r in rows)
    assert len({r["Event ID"] for r in rows}) == len(rows)


def test_numbers_of_rows_lead_back_to_events_and_stay_the_same(exported) -> None:
    folder = exported("icews")
    links = {r["Event ID"]: r["event_id"] for r in tabbed(folder / "ids.tsv")}
    assert {links[r["Event ID"]] for r in tabbed(folder / "events.tab")} == set(links.values())
    again = exported("gdelt")
    assert {r["GLOBALEVENTID"]: r["event_id"] for r in tabbed(again / "ids.tsv")} == links


def test_a_party_under_two_spellings_makes_one_row_and_two_without_ids_make_two(tmp_path: Path) -> None:
    b = Builder()
    a = article("a", "2024-07-08", "Tass", "News", "An army bombed Russia.")
    army = [Party("NOR.MIL", "norwegian-army", name) for name in ("Norwegian army", "Norwegian Army")]
    bands = [Party("XXX.UAF", "", name) for name in ("a band", "another band")]
    b.add(a, claim(a, "bombed", "v1", "ASSAULT", "happened", mode="aerial", recipients=[RUSSIA]))
    b.states.append(("v1", "2024-07-08", "happened", "happened", {"actors": (*army, *bands)}))
    b.write(tmp_path / "r")
    for form, name in (("icews", "events.tab"), ("gdelt", "ids.tsv")):
        legation.open(tmp_path / "r").export(form, tmp_path / form)
        rows = tabbed(tmp_path / form / name)
        assert len(rows) == 3
        assert len({next(iter(row.values())) for row in rows}) == 3


def test_gdelt_files_have_sixty_one_and_sixteen_columns_and_no_heading(exported) -> None:
    folder = exported("gdelt")
    lines = (folder / "events.export.CSV").read_text(encoding="utf8").splitlines()
    assert len(gdelt.COLUMNS) == 61
    assert {line.count("\t") for line in lines} == {60}
    assert {line.count("\t") for line in (folder / "events.mentions.CSV").read_text().splitlines()} == {15}
    rows = tabbed(folder / "events.export.CSV", gdelt.COLUMNS)
    (visit,) = [r for r in rows if r["EventCode"] == "042"]
    assert visit["Actor1Code"] == "INDGOV"
    assert (visit["Actor1CountryCode"], visit["Actor1Type1Code"], visit["Actor2Code"]) == ("IND", "GOV", "RUS")
    assert (visit["SQLDATE"], visit["MonthYear"], visit["FractionDate"]) == ("20240708", "202407", "2024.5151")
    assert (visit["EventBaseCode"], visit["EventRootCode"], visit["QuadClass"]) == ("042", "04", "1")
    assert (visit["NumMentions"], visit["NumSources"], visit["NumArticles"]) == ("4", "3", "4")
    assert (visit["ActionGeo_Type"], visit["ActionGeo_FullName"], visit["ActionGeo_CountryCode"]) == (
        "4",
        "Moscow, Russia",
        "RS",
    )
    (un, *_) = [r for r in rows if r["Actor1Code"] == "IGOUNO"]
    assert (un["Actor1KnownGroupCode"], un["Actor1CountryCode"], un["Actor1Type1Code"]) == ("UNO", "", "IGO")
    mentions = tabbed(folder / "events.mentions.CSV", gdelt.MENTION_COLUMNS)
    assert {m["GLOBALEVENTID"] for m in mentions} == {r["GLOBALEVENTID"] for r in rows}
    assert [m["MentionSourceName"] for m in mentions if m["GLOBALEVENTID"] == visit["GLOBALEVENTID"]] == [
        "Tass",
        "Gulf Courier",
        "Gulf Courier",
        "The Copyist",
    ]


def test_polecat_rows_have_its_forty_columns(exported) -> None:
    rows = tabbed(exported("polecat") / "events.txt")
    assert len(polecat.COLUMNS) == 40
    assert all(tuple(row) == polecat.COLUMNS for row in rows)
    found = {r["Event ID"]: r for r in rows}
    assert (found["v1"]["Event Type"], found["v1"]["Event Mode"]) == ("CONSULT", "visit")
    assert found["v1"]["Quad Code"] == "VERBAL COOPERATION"
    assert found["u1"]["Recipient Country"] == "NOR; IND"
    assert found["u1"]["Recipient COW"] == "385; 750"
    assert found["d1"]["Actor Name"] == "Military (Norway)"
    assert found["g1"]["Recipient Name"] == "None"


def test_dyads_by_month_count_what_took_place_and_show_gaps(exported) -> None:
    folder = exported("dyad-month")
    with (folder / "dyad_month.csv").open() as lines:
        rows = {(r["month"], r["source"], r["target"]): r for r in csv.DictReader(lines)}
    july = rows["2024-07", "IND", "RUS"]
    assert (july["events"], july["directed"], july["verbal_cooperation"], july["planned"]) == ("1", "1", "1", "1")
    assert (july["score_mean"], july["source_cow"], july["target_cow"]) == ("4.0", "750", "365")
    assert rows["2024-09", "RUS", "IND"]["events"] == "0"
    assert rows["2024-09", "RUS", "IND"]["planned"] == "1"
    assert rows["2024-09", "RUS", "IND"]["score_mean"] == ""
    with (folder / "months.csv").open() as lines:
        months = {r["month"]: (r["articles"], r["gap"]) for r in csv.DictReader(lines)}
    assert months["2023-11"] == ("1", "0")
    assert months["2024-01"] == ("0", "1")
    assert len(months) == 9


def test_schemes_of_quad_classes_change_the_counts(exported) -> None:
    def kinds(scheme: str) -> set[str]:
        with (exported("dyad-month", scheme=scheme, force=True) / "dyad_month.csv").open() as lines:
            return {r["material_conflict"] for r in csv.DictReader(lines) if r["source"] == "NOR"}

    assert kinds("plover") == kinds("gdelt") == {"1"}


def test_csv_has_every_table_and_its_keys_join(exported) -> None:
    folder = exported("csv")
    tables = {}
    for name in ("events", "history", "reports", "claims", "articles"):
        with (folder / f"{name}.csv").open(encoding="utf8", newline="") as lines:
            tables[name] = list(csv.DictReader(lines))
    assert {r["event_id"] for r in tables["reports"]} == {r["event_id"] for r in tables["events"]}
    assert {r["report_id"] for r in tables["claims"]} == {r["report_id"] for r in tables["reports"]}
    assert {r["article_id"] for r in tables["claims"]} <= {r["article_id"] for r in tables["articles"]}
    assert [r["change"] for r in tables["history"] if r["event_id"] == "v1"] == [
        "announced",
        "dated",
        "happened",
        "reported",
    ]
    (aid,) = [r for r in tables["events"] if r["event_id"] == "u1"]
    assert (aid["recipients"], aid["recipient_names"], aid["day"]) == ("NOR.MIL;IND", "Norway;India", "2022-05-01")
    assert all(r["title"] == "" for r in tables["articles"])


def test_parquet_keeps_nested_values(exported) -> None:
    folder = exported("parquet")
    events = {r["event_id"]: r for r in pq.read_table(folder / "events.parquet").to_pylist()}
    assert events["v1"]["date"]["first"] == date(2024, 7, 8)
    assert [p["code"] for p in events["u1"]["recipients"]] == ["NOR.MIL", "IND"]
    assert pq.read_table(folder / "claims.parquet").num_rows == 9


def test_sqlite_has_keys_indexes_search_and_metadata(exported) -> None:
    folder = exported("sqlite")
    base = sqlite3.connect(folder / "legation.db")
    assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert base.execute("PRAGMA foreign_key_check").fetchall() == []
    found = base.execute(
        "SELECT event_id FROM events WHERE rowid IN (SELECT rowid FROM events_fts WHERE events_fts MATCH 'bombing')"
    ).fetchall()
    assert found == [("d1",)]
    assert base.execute("SELECT event_id FROM parties WHERE place = 'NOR' AND side = 'actor'").fetchall() == [("d1",)]
    plan = base.execute("EXPLAIN QUERY PLAN SELECT * FROM events WHERE day > '2024-01-01'").fetchone()
    assert "INDEX" in plan[3]
    assert base.execute("SELECT count(*) FROM codebook").fetchone()[0] > 150
    tables = json.loads((folder / "metadata.json").read_text())["databases"]["legation"]["tables"]
    known = {name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert set(tables) <= known
    assert tables["events"]["fts_table"] in known


def test_the_calendar_has_spans_for_months_and_tasks_for_what_has_no_date(exported) -> None:
    from icalendar import Calendar

    text = (exported("ics") / "planned.ics").read_bytes()
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    entries = {str(e["uid"]): e for e in Calendar.from_ical(text).subcomponents}
    month = entries["p1@legation"]
    assert month.name == "VEVENT"
    assert (month.decoded("dtstart"), month.decoded("dtend")) == (date(2024, 9, 1), date(2024, 10, 1))
    assert str(month["summary"]) == "Visit: Vladimir Putin to India"
    assert str(month["status"]) == "TENTATIVE"
    assert "planned; in September 2024" in str(month["description"])
    task = entries["g1@legation"]
    assert task.name == "VTODO"
    assert "dtstart" not in task
    assert len(entries) == 2


def test_a_calendar_as_of_an_earlier_day_has_what_was_planned_then(exported) -> None:
    text = (exported("ics", as_of="2024-06-30") / "planned.ics").read_text()
    assert "UID:v1@legation" in text
    assert "DTSTART;VALUE=DATE:20240708" in text
    assert "UID:p1@legation" not in text


def test_as_of_and_filters_hold_for_every_table(exported) -> None:
    folder = exported("csv", as_of="2024-06-30", recipient="RUS")
    with (folder / "events.csv").open() as lines:
        (event,) = csv.DictReader(lines)
    assert (event["event_id"], event["status"]) == ("v1", "planned")
    with (folder / "articles.csv").open() as lines:
        assert [r["article_id"] for r in csv.DictReader(lines)] == ["a1", "a2"]
    with (folder / "history.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    assert [r["change"] for r in rows] == ["announced", "dated"]
    assert [r["known_to"] for r in rows] == ["2024-06-28", ""]
    assert event["known_to"] == ""


def test_what_is_possible_or_denied_is_left_out_and_counted(exported) -> None:
    for form in ("plover", "icews", "gdelt", "polecat"):
        exported(form, as_of="2024-07-11", force=True)
    manifest = json.loads((exported("icews", type="ASSAULT", force=True) / "manifest.json").read_text())
    assert manifest["left_out"] == {}
    assert manifest["rows"]["events.tab"] == 1


ARTICLE = Article("x1", "Oslo\nNorway may bomb it.", "Oslo", "Tass", date(2024, 7, 1), "https://example.org/x1")


def _claim(kind: str, mode: str, status: str, actors: tuple[Actor, ...] = (Actor("NOR.MIL"),)) -> Claim:
    return Claim(
        "c1", "x1", 1, Trigger(16, 20, "bomb"), kind, mode, (), status, 0.0, actors, (), Date(), Place(), (), "e1", 0.9
    )


@pytest.mark.parametrize(
    ("claim", "event"),
    [
        (_claim("ASSAULT", "aerial", "happened"), "ASSAULT"),
        (_claim("ASSAULT", "aerial", "planned"), "THREATEN"),
        (_claim("ASSAULT", "aerial", "possible"), None),
        (_claim("ASSAULT", "aerial", "not"), None),
        (_claim("TIES", "member", "ongoing"), None),
        (_claim("ASSAULT", "aerial", "happened", ()), None),
    ],
)
def test_a_claim_becomes_a_plover_record_or_none(claim: Claim, event: str | None) -> None:
    record = claim_record(ARTICLE, claim)
    if event is None:
        assert record is None
    else:
        assert record is not None
        assert (record["event"], record["date"], record["link"]) == ([event], "2024-07-01", "e1")
