"""What every answer is guarded by: whom it is for, what a page may load, and how much may be asked."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["HEADERS", "Guard", "is_local"]

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
"""Nothing from elsewhere, nothing inline, no frames: what news slips into a page stays text."""

HEADERS: dict[str, str] = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}

LONGEST = 16_384
"""Most characters of an address."""


def is_local(host: str) -> bool:
    """Whether only this machine can reach an address that a server binds to."""
    if host == "localhost":
        return True
    bare = host.strip("[]")
    return _is_address(bare) and ipaddress.ip_address(bare).is_loopback


class Guard:
    """Turns away whom the site is not for, and puts the headers on every answer, errors included.

    A page elsewhere on the web may know this machine's address but not, in a browser, use its name for this one
    (DNS rebinding): the Host header must name a host that the site was started for. And it may not make a reader's
    browser ask in the background: what a browser marks as a cross-site request is answered only if it is a
    navigation, as when a permalink in a letter is followed.

    Args:
        app: The site.
        hosts: Host names that it answers to, without port. An address that means all of the machine's, as 0.0.0.0,
            lets it answer to every address, but not to every name.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        self._app = app
        self._hosts = frozenset(h.lower().strip("[]") for h in hosts)
        self._any_address = any(_is_address(h) and ipaddress.ip_address(h).is_unspecified for h in self._hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
            await send(message)

        problem = self._problem(scope)
        if problem:
            await _refuse(problem, guarded)
        else:
            await self._app(scope, receive, guarded)

    def _problem(self, scope: Scope) -> tuple[int, str] | None:
        headers = Headers(scope=scope)
        host = _without_port(headers.get("host", ""))
        if host not in self._hosts and not (self._any_address and _is_address(host)):
            return 421, "This site does not answer to that host name; start it with --host to let it."
        if headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate":
            return 403, "Pages of other sites may not ask this one in the background."
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > LONGEST:
            return 414, "The address is too long; ask for less at once."
        return None


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _without_port(host: str) -> str:
    host = host.lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if ":" in host else host


async def _refuse(problem: tuple[int, str], send: Send) -> None:
    status, words = problem
    body = words.encode() + b"\n"
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
