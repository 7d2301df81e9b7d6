from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from web_record import words


def test_a_pair_has_one_address(client: TestClient) -> None:
    for other, to in [
        ("/pair/RUS/IND", "/pair/IND/RUS"),
        ("/pair/russia/india", "/pair/IND/RUS"),
        ("/pair/India/Russia?by=year&as_of=2024-07-01", "/pair/IND/RUS?by=year&as_of=2024-07-01"),
        ("/pair/RUS/IND.json?status=planned", "/pair/IND/RUS.json?status=planned"),
        ("/pair/RUS/IND?direction=out", "/pair/IND/RUS?direction=in"),
        ("/pair/united-nations/Norway", "/pair/IGO:UN/NOR"),
    ]:
        answer = client.get(other)
        assert (answer.status_code, answer.headers["location"]) == (307, to)
        assert client.get(to).status_code == 200


def test_who_is_no_pair_is_told(client: TestClient) -> None:
    for path, why in [
        ("/pair/IND/IND", "a pair has two sides"),
        ("/pair/IND/Nobody%20At%20All", "nobody is known as"),
        ("/pair/IND/RUS?measure=mood", "measure: &#39;mood&#39; is none of classes"),
        ("/pair/IND/RUS?by=hour", "by: &#39;hour&#39; is none of month"),
        ("/pair/IND/RUS?scheme=none", "scheme: &#39;none&#39; is none of plover"),
        ("/pair/IND/RUS?since=soon", "since: &#39;soon&#39; is no date"),
        ("/pair/IND/RUS?type=WAR", "no type is called &#39;WAR&#39;"),
    ]:
        answer = client.get(path)
        assert answer.status_code == 400
        assert why in answer.text


def test_events_stand_one_by_one_the_latest_first(client: TestClient, page: Callable[..., str]) -> None:
    found = client.get("/pair/IND/RUS.json").json()
    assert [e["event_id"] for e in found["events"]] == ["p1", "g1", "v1"]
    assert (found["a_name"], found["b_name"], found["count"], found["took_place"]) == ("India", "Russia", 3, 1)
    text = page("/pair/IND/RUS")
    assert re.findall(r'class="ev-link" href="([^"]+)"', text) == ["/event/p1", "/event/g1", "/event/v1"]


def test_filters_narrow_and_are_links_of_their_own(client: TestClient, page: Callable[..., str]) -> None:
    planned = client.get("/pair/IND/RUS.json?status=planned&type=CONSULT").json()
    assert [e["event_id"] for e in planned["events"]] == ["p1"]
    assert dict(planned["types"]) == {"AGREE": 1, "CONSULT": 2}
    text = page("/pair/IND/RUS?status=planned")
    assert 'href="/pair/IND/RUS" aria-current="true">planned' in text
    assert 'href="/pair/IND/RUS?status=planned&amp;type=CONSULT"' in text
    assert client.get("/pair/IND/RUS.json?until=2024-07-31").json()["count"] == 2


def test_a_day_of_the_past_shows_what_was_known_on_it(client: TestClient, page: Callable[..., str]) -> None:
    (event,) = client.get("/pair/IND/RUS.json?as_of=2024-06-26").json()["events"]
    assert (event["event_id"], event["status"]) == ("v1", "planned")
    text = page("/pair/IND/RUS?as_of=2024-06-26")
    spec = re.search(r'data-spec="(/pair/IND/RUS/timeline\.json[^"]*)"', text)
    assert spec
    assert spec[1].endswith("?as_of=2024-06-26")


def test_what_is_older_than_the_record_is_left_out_and_said(client: TestClient, page: Callable[..., str]) -> None:
    found = client.get("/pair/IGO:UN/NOR.json").json()
    assert (found["count"], found["older"], found["first"]) == (0, 1, "2023-11-02")
    assert "1 event that reports date before 2023-11-02, where this record begins, is left out" in words(
        page("/pair/IGO:UN/NOR")
    )
    assert client.get("/pair/IGO:UN/NOR.json?since=0001-01-01").json()["count"] == 1


def test_the_timeline_leads_to_events(client: TestClient) -> None:
    spec = client.get("/pair/IND/RUS/timeline.json?status=planned&theme=dark").json()
    assert spec["title"]["text"] == "India and Russia: 2 events"
    assert spec["title"]["subtitle"].startswith("record, snapshot 1 of ")
    assert '"/event/p1"' in client.get("/pair/IND/RUS/timeline.json").text
    assert spec["config"] != client.get("/pair/IND/RUS/timeline.json?theme=light").json()["config"]
    assert client.get("/pair/IND/RUS/timeline.json?theme=pink").status_code == 400


def test_the_series_leads_to_the_search_that_shows_what_it_counts(client: TestClient) -> None:
    spec = client.get("/pair/IND/RUS/chart.json?measure=visits&by=month").json()
    (column,) = [row for layer in spec["layer"] for row in layer["data"]["values"] if "href" in row]
    found = client.get(column["href"].replace("/search", "/search.json")).json()
    assert [one["event"]["event_id"] for one in found["results"]] == ["v1"]


@pytest.mark.parametrize(("scheme", "words_of"), [("plover", "scheme plover"), ("icews", "scheme icews")])
def test_the_share_names_its_scheme(client: TestClient, scheme: str, words_of: str) -> None:
    spec = client.get(f"/pair/IND/RUS/chart.json?measure=conflict_share&scheme={scheme}").json()
    assert words_of in spec["title"]["text"]


def test_the_table_tells_gaps_from_zeros(client: TestClient, page: Callable[..., str]) -> None:
    found = {row["period"]: row for row in client.get("/pair/IND/RUS.json").json()["series"]}
    assert found["2024-07-01"]["events"] == 1
    assert found["2023-11-01"]["events"] == 0
    assert found["2023-12-01"]["events"] is None
    assert list(found) == sorted(found, reverse=True)
    text = page("/pair/IND/RUS")
    assert re.search(r'2023-12-01</th><td class="num">0</td>(<td class="num dim">–</td>){10}</tr>', text)
    assert "nobody looked" in text


def test_the_table_of_many_days_is_cut_and_the_file_is_not(client: TestClient, page: Callable[..., str]) -> None:
    text = words(page("/pair/IND/RUS?by=day&since=2020"))
    assert re.search(r"The latest 400 of \d.\d+ periods", text)
    lines = client.get("/pair/IND/RUS/series.csv?by=day&since=2020").text.splitlines()
    assert lines[1].startswith("2020-01-01,")
    assert len(lines) > 1_600


def test_the_series_comes_as_files(client: TestClient) -> None:
    csv = client.get("/pair/IND/RUS/series.csv?by=year")
    assert csv.headers["content-disposition"] == 'attachment; filename="IND-RUS-by-year.csv"'
    assert csv.text.splitlines()[0].startswith('"period","articles","events"')
    parquet = client.get("/pair/IND/RUS/series.parquet")
    assert parquet.content[:4] == b"PAR1"
    assert client.get("/pair/IND/RUS/series.exe").status_code == 404


def test_files_of_exactly_these_events_are_offered(client: TestClient, page: Callable[..., str]) -> None:
    text = page("/pair/IND/RUS?status=planned&until=2024-08-31")
    (address,) = re.findall(r'href="(/search\.csv[^"]+)"', text)
    rows = client.get(address.replace("&amp;", "&")).text.splitlines()
    assert len(rows) == 2
    assert "g1" in rows[1]


def test_nothing_runs_inline(page: Callable[..., str]) -> None:
    text = page("/pair/IND/RUS")
    assert not re.findall(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=", text)
