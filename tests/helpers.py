"""What several tests use: an article's words, a reader that knows one word, a small web server on this machine."""

from __future__ import annotations

import re
import threading
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from legation.read.sentences import split
from legation.types import Actor, Article, Claim, Date, Place, Speaker, Trigger

ENGLISH = (
    "The foreign minister of Norway will visit Chile on Monday, the ministry said in a statement. "
    "It is the first trip of the kind in ten years, and the two sides expect to sign an agreement on fisheries."
)


def make_claim(article: Article, start: int, end: int, sentence: int = 1) -> Claim:
    """A claim at a span, with every field filled."""
    return Claim(
        claim_id=f"{article.article_id}-{start}",
        article_id=article.article_id,
        sentence=sentence,
        trigger=Trigger(start, end, article.text[start:end]),
        event_type="CONSULT",
        event_mode="visit",
        contexts=("diplomatic",),
        status="planned",
        score=4.0,
        actors=(Actor("NOR.GOV", "", None, None, "norway", "Norway"),),
        recipients=(Actor("CHL", "", None, None, "chile", "Chile"), Actor("PER", "", None, None, "peru", "Peru")),
        date=Date("2024-07-08", date(2024, 7, 8), date(2024, 7, 8), "stated", None, None, ""),
        place=Place("", None, None, "Santiago", "CHL"),
        attribution=(Speaker("TASS"), Speaker("Yuri Ushakov", "RUS.GOV", "yuri-ushakov")),
        event_id="e1",
        confidence=0.93,
    )


def claims_of(article: Article) -> list[Claim]:
    """A claim at every "visit": what a reader would find if it knew one word."""
    sentences = split(article.text, article.title)
    numbers = [
        (m, [s.number for s in sentences if s.start <= m.start() < s.end]) for m in _VISIT.finditer(article.text)
    ]
    return [make_claim(article, m.start(), m.end(), found[0]) for m, found in numbers if found]


_VISIT = re.compile(r"\bvisit\w*")


Reply = tuple[int, dict[str, str], bytes]


class Site:
    """A web site on this machine; `pages` maps paths to replies, `asked` lists (path, Host header)."""

    def __init__(self) -> None:
        self.pages: dict[str, Reply] = {}
        self.asked: list[tuple[str, str]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, self.headers.get("Host", "")))
                status, headers, body = site.pages.get(self.path, (404, {}, b""))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self.address = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        """Stops the server."""
        self._server.shutdown()
        self._server.server_close()
