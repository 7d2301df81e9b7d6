from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from legation.record.store import RecordError
from legation.web.app import create_app
from legation.web.links import Links, key_of
from legation.web.pages import PAGES
from sample_record import article, claim, sample

ADDRESSES = [
    ("/", "/index.json"),
    ("/event/v1", "/event/v1.json"),
    ("/article/a3", "/article/a3.json"),
    ("/search", "/search.json"),
    ("/sources", "/sources.json"),
    ("/sql", "/sql.json"),
]


@pytest.mark.parametrize(("address", "twin"), ADDRESSES)
def test_each_page_has_a_twin_in_json_and_links_to_it(
    client: TestClient, page: Callable[..., str], address: str, twin: str
) -> None:
    assert f'href="{twin}"' in page(address)
    answer = client.get(twin)
    assert answer.headers["content-type"] == "application/json"
    assert isinstance(answer.json(), dict)


def test_no_two_pages_share_an_address() -> None:
    assert len({p.path for p in PAGES}) == len(PAGES)


@pytest.mark.parametrize(
    ("address", "status"),
    [("/nothing", 404), ("/event/nope", 404), ("/article/nope", 404), ("/?as_of=soon", 400), ("/search?page=0", 400)],
)
def test_an_error_is_a_page_and_in_json_an_object(client: TestClient, address: str, status: int) -> None:
    path, _, query = address.partition("?")
    answer = client.get(address, headers={"accept": "text/html"})
    assert answer.status_code == status
    assert "<h1" in answer.text
    twin = ("/index" if path == "/" else path) + ".json" + (f"?{query}" if query else "")
    answer = client.get(twin)
    assert answer.status_code == status
    if path != "/search":
        assert set(answer.json()["error"]) == {"status", "title", "message"}
        assert answer.json()["error"]["status"] == status
        assert client.get(address, headers={"accept": "application/json"}).json() == answer.json()


def test_what_the_program_did_wrong_is_logged_and_not_shown(
    record_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(record_path)

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("secret words")

    monkeypatch.setattr(app.state.site.record, "event", fails)
    answer = TestClient(app, base_url="http://localhost").get("/event/v1")
    assert answer.status_code == 500
    assert "secret words" not in answer.text
    assert "secret words" in caplog.text
    assert "content-security-policy" in answer.headers


def test_only_reading_is_possible(client: TestClient) -> None:
    for method in ("POST", "PUT", "DELETE"):
        assert client.request(method, "/").status_code == 405
    assert client.head("/").status_code == 200


def test_every_link_carries_the_day_to_which_the_record_is_turned_back(page: Callable[..., str]) -> None:
    text = page("/?as_of=2024-07-01")
    assert "as it was known on <b>2024-07-01</b>" in text
    inner = [part.partition('"')[0] for part in text.split('href="')[1:]]
    own = [link for link in inner if link.startswith("/") and not link.startswith("/static/") and link != "/"]
    assert len(own) > 10
    assert all("as_of=2024-07-01" in link for link in own), own
    assert '<input type="hidden" name="as_of" value="2024-07-01">' in text  # the search box takes it along


def test_what_was_reported_later_is_left_out(client: TestClient) -> None:
    now, then = client.get("/index.json").json(), client.get("/index.json?as_of=2024-06-26").json()
    assert then["articles"] < now["articles"]
    assert then["last"] == "2024-06-25"
    assert [e["status"] for e in then["latest"] if e["event_id"] == "v1"] == ["planned"]


def test_an_answer_is_kept_until_the_record_changes(tmp_path: Path) -> None:
    store = sample().write(tmp_path / "r")
    app = create_app(tmp_path / "r")
    client = TestClient(app, base_url="http://localhost")
    first = client.get("/event/v1")
    assert client.get("/event/v1", headers={"if-none-match": first.headers["etag"]}).status_code == 304
    with store.writing() as writer:
        writer.commit("merge", "r2")
    app.state.site._looked = 0.0
    assert client.get("/event/v1", headers={"if-none-match": first.headers["etag"]}).status_code == 200


def test_another_record_in_the_same_place_is_opened(tmp_path: Path) -> None:
    sample().write(tmp_path / "r")
    app = create_app(tmp_path / "r")
    client = TestClient(app, base_url="http://localhost")
    before = client.get("/index.json")
    shutil.rmtree(tmp_path / "r")
    other = sample()
    more = article("b1", "2024-07-20", "Tass", "More", "Norway thanked India.")
    other.add(more, claim(more, "thanked", "n1", "SUPPORT", "happened"))
    other.write(tmp_path / "r")
    app.state.site._looked = 0.0
    after = client.get("/index.json", headers={"if-none-match": before.headers["etag"]})
    assert after.json()["articles"] == before.json()["articles"] + 1


def test_static_files_may_be_kept_for_ever_under_their_hash_alone(client: TestClient, page: Callable[..., str]) -> None:
    address = page("/").split('rel="stylesheet" href="')[1].partition('"')[0]
    assert "immutable" in client.get(address).headers["cache-control"]
    assert client.get("/static/app.css").headers["cache-control"] == "no-cache"
    assert client.get("/static/../app.py").status_code == 404
    assert client.get("/static/%2e%2e/app.py").status_code == 404


def test_json_is_that_of_the_schema(client: TestClient) -> None:
    found = json.loads(client.get("/article/a3.json").text)
    assert list(found["claims"][0])[:3] == ["claim_id", "article_id", "sentence"]
    assert found["claims"][0]["date"]["first"] == "2024-07-08"
    assert "paragraphs" not in found


def test_a_record_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="nothing"):
        create_app(tmp_path / "nothing")


@pytest.mark.parametrize("key", ["a", "a/b", "a.json", "https://x.org/y/", 'q"<&>', "50%"])
def test_any_id_survives_its_address(key: str) -> None:
    from urllib.parse import unquote

    address = Links().article(key)
    assert not address.endswith(".json")
    assert key_of(unquote(address.removeprefix("/article/"))) == key
