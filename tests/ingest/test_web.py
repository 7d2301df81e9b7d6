from __future__ import annotations

import gzip
import ipaddress
import socket
from typing import Any

import pytest

from helpers import ENGLISH, Site
from legation.ingest import read_inputs, web
from legation.types import Article, Problem

HTML = {"Content-Type": "text/html; charset=utf-8"}
PAGE = f"<html><body><article><h1>A trip</h1><p>{ENGLISH}</p></article></body></html>".encode()


def failure(url: str, *, allow_private: bool = True) -> str:
    with pytest.raises(web.FetchError) as caught:
        web.fetch(url, allow_private=allow_private)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_page_is_fetched_and_read(site: Site) -> None:
    site.pages["/a"] = (200, HTML, PAGE)
    (made,) = read_inputs([f"{site.address}/a"], allow_private=True)
    assert isinstance(made, Article)
    assert made.title == "A trip"
    assert made.url == f"{site.address}/a"
    assert made.publisher == "127.0.0.1"


def test_this_machine_is_refused_unless_allowed(site: Site) -> None:
    (problem,) = read_inputs([f"{site.address}/a"])
    assert isinstance(problem, Problem)
    assert "private network" in problem.what
    assert "--allow-private" in problem.what
    assert site.asked == []


@pytest.mark.parametrize(
    "address",
    """127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 0.0.0.0 100.64.0.1 224.0.0.1 240.0.0.1 ::1 fe80::1
    fc00::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: ff02::1 ::""".split(),
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not web._is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_that_are_public(address: str) -> None:
    assert web._is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "127.1", "[::1]", "localhost", "[::ffff:127.0.0.1]"])
def test_other_spellings_of_this_machine(site: Site, host: str) -> None:
    words = failure(f"http://{host}:{site.port}/", allow_private=False)
    assert "private network" in words or "no host" in words
    assert site.asked == []


def answer_with(*addresses: str) -> Any:
    def getaddrinfo(_host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in addresses]

    return getaddrinfo


def test_one_private_address_among_several_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", answer_with("8.8.8.8", "10.0.0.1"))
    assert "10.0.0.1" in failure("http://news.example/", allow_private=False)


def test_connects_to_the_address_that_was_checked(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    resolve = socket.getaddrinfo

    def getaddrinfo(host: Any, *rest: Any, **more: Any) -> Any:
        asked.append(host)
        return answer_with("127.0.0.1")(host, site.port) if host == "news.example" else resolve(host, *rest, **more)

    asked: list[Any] = []
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    site.pages["/a"] = (200, HTML, PAGE)
    web.fetch(f"http://news.example:{site.port}/a", allow_private=True)
    assert site.asked == [("/a", f"news.example:{site.port}")]
    assert asked.count("news.example") == 1


def test_redirects_are_followed_and_checked(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.pages["/a"] = (301, {"Location": "/b"}, b"")
    site.pages["/b"] = (302, {"Location": f"{site.address}/c"}, b"")
    site.pages["/c"] = (200, HTML, PAGE)
    assert web.fetch(f"{site.address}/a", allow_private=True).url == f"{site.address}/c"

    site.pages["/a"] = (301, {"Location": "http://10.0.0.1/"}, b"")
    monkeypatch.setattr(web, "_is_public", lambda address: str(address) == "127.0.0.1")
    assert "10.0.0.1" in failure(f"{site.address}/a", allow_private=False)
    site.pages["/a"] = (301, {"Location": "file:///etc/passwd"}, b"")
    assert "only http and https" in failure(f"{site.address}/a")


def test_redirects_end(site: Site) -> None:
    site.pages["/a"] = (302, {"Location": "/a"}, b"")
    assert "more than 5 redirects" in failure(f"{site.address}/a")
    assert len(site.asked) == 6


def test_size_is_limited_after_decompression(site: Site) -> None:
    bomb = gzip.compress(b"visit " * 3_000_000)
    site.pages["/a"] = (200, {**HTML, "Content-Encoding": "gzip"}, bomb)
    assert "larger than 10 MB" in failure(f"{site.address}/a")


def test_time_is_limited(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "MAX_SECONDS", 0.0)
    assert "no answer within" in failure(f"{site.address}/a")


def test_what_a_server_may_answer(site: Site) -> None:
    assert "404" in failure(f"{site.address}/absent")
    site.pages["/p"] = (200, {"Content-Type": "application/pdf"}, b"%PDF")
    assert "application/pdf" in failure(f"{site.address}/p")
    site.pages["/r"] = (302, {"Location": "http://[broken"}, b"")
    assert "no host" in failure(f"{site.address}/r")


def test_nobody_answers() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "cannot be fetched" in failure(f"http://127.0.0.1:{port}/")
    assert "no host" in failure("http://no-such-host.invalid/")


@pytest.mark.parametrize(
    ("kind", "body", "count"),
    [
        ("application/json", b'[{"text": "Norway will visit Chile."}, {"text": "It did."}]', 2),
        ("application/x-ndjson", b'{"text": "Norway will visit Chile."}\n{"text": "It did."}\n', 2),
        ("text/plain; charset=windows-1252", "Norway will visit Chile “soon”.".encode("cp1252"), 1),
        ("", b"Norway will visit Chile.", 1),
        ("text/html", b"", 0),
        ("text/plain", bytes(range(256)), 0),
    ],
)
def test_other_kinds_of_page(site: Site, kind: str, body: bytes, count: int) -> None:
    site.pages["/a"] = (200, {"Content-Type": kind} if kind else {}, body)
    made = list(read_inputs([f"{site.address}/a"], allow_private=True))
    assert sum(isinstance(m, Article) for m in made) == count
    assert sum(isinstance(m, Problem) for m in made) == (count == 0)
