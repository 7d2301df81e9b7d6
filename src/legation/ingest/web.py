"""One page from an address, within limits: 10 MB, 20 seconds, 5 redirects, and no address inside a private network.

Every host, that of each redirect too, is resolved once; all its addresses must be public, and the connection goes to
one of the addresses that were checked, so that a name that answers differently the second time gains nothing. Proxies
from the environment are not used, since they would resolve the name again.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from dataclasses import dataclass

import httpx

__all__ = ["FetchError", "Page", "fetch"]

MAX_BYTES = 10_000_000
MAX_SECONDS = 20.0
MAX_REDIRECTS = 5

_HEADERS = {
    "User-Agent": "Legation/0.1 (reads one page on request)",
    "Accept": "text/html,application/xhtml+xml,text/plain,application/json;q=0.9",
    "Accept-Language": "en",
}
_READABLE = (
    "text/",
    "application/xhtml+xml",
    "application/xml",
    "application/json",
    "application/x-ndjson",
    "application/jsonl",
)


class FetchError(Exception):
    """A page that was not fetched; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Page:
    """What an address gave.

    Attributes:
        content: The bytes, decompressed.
        content_type: Media type, lower case, without parameters; empty where none was sent.
        charset: Encoding that the header declares, or empty.
        url: The address after redirects.
    """

    content: bytes
    content_type: str
    charset: str
    url: str


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address belongs to the open network; those that wrap another one count as what they wrap."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in ipaddress.ip_network("64:ff9b::/96"):
            return _is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        inner = address.ipv4_mapped or address.sixtofour
        if inner is not None:
            return _is_public(inner)
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _checked_address(host: str, port: int, *, allow_private: bool) -> str:
    """An address of a host to connect to.

    Raises:
        FetchError: If the host has none, or (unless allowed) one that is not public.
    """
    try:
        found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        raise FetchError(f"no host {host!r} is known; check the address and the connection") from None
    if not allow_private:
        for text in found:
            if not _is_public(ipaddress.ip_address(text.partition("%")[0])):
                raise FetchError(f"{host} is on a private network ({text}); allow it with --allow-private")
    return found[0]


def fetch(url: str, *, allow_private: bool = False) -> Page:
    """Fetches a page.

    Args:
        url: An http or https address.
        allow_private: Whether hosts on private networks, this machine included, may be asked.

    Returns:
        The page.

    Raises:
        FetchError: If it cannot be had within the limits.
    """
    deadline = time.monotonic() + MAX_SECONDS
    with httpx.Client(follow_redirects=False, trust_env=False, headers=_HEADERS) as client:
        try:
            target = httpx.URL(url)
            for _ in range(MAX_REDIRECTS + 1):
                answer = _ask(client, target, deadline, allow_private=allow_private)
                if isinstance(answer, Page):
                    return answer
                target = answer
        except httpx.TimeoutException:
            raise FetchError(
                f"no answer within {MAX_SECONDS:.0f} seconds; try again, or save the page and give the file"
            ) from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ValueError) as error:
            words = " ".join(str(error).split()) or type(error).__name__
            raise FetchError(f"cannot be fetched ({words[:200]}); check the address") from None
    raise FetchError(f"more than {MAX_REDIRECTS} redirects; give the address they end at")


def _ask(client: httpx.Client, target: httpx.URL, deadline: float, *, allow_private: bool) -> Page | httpx.URL:
    """One request: the page, or the address that it redirects to."""
    if target.scheme not in ("http", "https") or not target.host:
        raise FetchError(f"{target.scheme or 'no scheme'}: only http and https addresses are read")
    host = target.raw_host.decode("ascii")
    port = target.port or (443 if target.scheme == "https" else 80)
    address = _checked_address(host, port, allow_private=allow_private)
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpx.TimeoutException("")
    request = client.build_request(
        "GET",
        target.copy_with(host=address, fragment=None),
        headers={"Host": target.netloc.decode("ascii").rpartition("@")[2]},
        timeout=httpx.Timeout(left),
        extensions={"sni_hostname": host},
    )
    response = client.send(request, stream=True)
    try:
        if response.is_redirect:
            return target.join(response.headers["location"])
        if response.status_code != httpx.codes.OK:
            raise FetchError(f"the server answered {response.status_code} {response.reason_phrase}; check the address")
        media, _, _ = response.headers.get("content-type", "").partition(";")
        media = media.strip().lower()
        if media and not media.startswith(_READABLE):
            raise FetchError(f"{media}, which is not read; only HTML, text and JSON are")
        content = bytearray()
        for chunk in response.iter_bytes():
            content += chunk
            if len(content) > MAX_BYTES:
                raise FetchError(
                    f"larger than {MAX_BYTES // 1_000_000} MB, the limit of a page; save it and give the file"
                )
            if time.monotonic() > deadline:
                raise httpx.TimeoutException("")
        return Page(bytes(content), media, response.charset_encoding or "", str(target))
    finally:
        response.close()
