from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from legation.web.app import create_app
from legation.web.links import outside
from legation.web.security import is_local
from web_record import HOSTILE, LONG_WORD

PAGES = [
    "/",
    "/event/e-evil",
    "/article/evil",
    "/search",
    "/search?q=visited",
    "/sources",
    "/sql?q=SELECT+*+FROM+reports",
]


@pytest.mark.parametrize("address", [*PAGES, "/nothing", "/static/app.css", "/search.json", "/search.csv"])
def test_every_answer_forbids_what_is_not_from_here(client: TestClient, address: str) -> None:
    headers = client.get(address).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http:" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert "server" not in headers


@pytest.mark.parametrize("address", PAGES)
def test_markup_in_news_stays_text(page: Callable[..., str], address: str) -> None:
    text = page(address)
    assert "<img" not in text
    assert "alert(" not in "".join(re.findall(r"<script[^>]*>(.*?)</script>", text, re.DOTALL))
    assert 'href="javascript:' not in text.lower()


@pytest.mark.parametrize("address", ["/event/e-evil", "/article/evil"])
def test_hostile_words_are_shown_as_they_stand(page: Callable[..., str], address: str) -> None:
    assert HOSTILE.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;") in page(address)


@pytest.mark.parametrize("address", PAGES)
def test_no_page_has_a_style_or_a_script_of_its_own(page: Callable[..., str], address: str) -> None:
    text = page(address)
    assert " style=" not in text
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]* src=)", text)
    assert not re.search(r"<[a-z]+ [^>]*\bon[a-z]+=", text)


@pytest.mark.parametrize("address", PAGES)
def test_nothing_is_loaded_from_elsewhere(page: Callable[..., str], address: str) -> None:
    text = page(address)
    loaded = re.findall(r'<(?:script|img|iframe|link)[^>]*(?:src|href)="([^"]+)"', text)
    assert loaded
    assert all(link.startswith("/") and not link.startswith("//") for link in loaded)
    for link in re.findall(r'<a [^>]*href="http[^>]*>', text):
        assert 'rel="noopener noreferrer nofollow"' in link


def test_a_huge_word_is_cut_where_it_is_a_label(page: Callable[..., str]) -> None:
    assert LONG_WORD in page("/article/evil")
    assert LONG_WORD not in page("/")
    assert max(map(len, re.findall(r"<title>(.*?)</title>", page("/article/evil")))) < 1_000


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "", "192.168.1.5:8000"])
def test_other_host_names_are_turned_away(client: TestClient, host: str) -> None:
    answer = client.get("/", headers={"host": host})
    assert answer.status_code == 421
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:9", "[::1]:8000"])
def test_this_machine_is_answered(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 200


def test_a_site_that_listens_everywhere_answers_to_addresses_but_not_to_any_name(record_path: Path) -> None:
    client = TestClient(create_app(record_path, hosts=["0.0.0.0", "desk"]), base_url="http://localhost")
    assert client.get("/", headers={"host": "192.168.1.5:8000"}).status_code == 200
    assert client.get("/", headers={"host": "desk:8000"}).status_code == 200
    assert client.get("/", headers={"host": "evil.example"}).status_code == 421


def test_other_sites_may_link_here_but_not_ask_in_the_background(client: TestClient) -> None:
    linked = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    hidden = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
    assert client.get("/", headers=linked).status_code == 200
    assert client.get("/search.csv", headers=hidden).status_code == 403


def test_an_address_is_bounded(client: TestClient) -> None:
    assert client.get("/search?q=" + "a" * 20_000).status_code == 414
    assert client.get("/search?q=" + "a" * 3_000).status_code == 400
    assert client.get("/search?" + "&".join(f"type=T{i}" for i in range(50))).status_code == 400


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.org/a", True),
        ("HTTP://example.org", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("http:", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_only_web_addresses_lead_outside(url: str, kept: bool) -> None:
    assert bool(outside(url)) is kept


def test_which_addresses_are_this_machines() -> None:
    assert all(map(is_local, ["localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]"]))
    assert not any(map(is_local, ["0.0.0.0", "::", "192.168.1.5", "desk", "localhost.evil.example"]))
