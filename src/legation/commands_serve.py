"""The command that opens a record in a browser: `legation serve`."""

from __future__ import annotations

import logging
import socket
import threading
from typing import TYPE_CHECKING

import click

from legation.display import printable, tell
from legation.options import about_record

if TYPE_CHECKING:
    from fastapi import FastAPI

__all__ = ["serve"]

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - told apart, not bound to
"""Addresses that mean all of this machine's, and one under which it is reached from itself."""


class _Printable(logging.Formatter):
    """Errors with where they arose, of which the words may come from news or from an address."""

    def format(self, record: logging.LogRecord) -> str:
        return "\n".join(printable(line) for line in super().format(record).splitlines())


@click.command()
@click.argument("record", metavar="RECORD")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port; 0 picks one that is free."
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on. Any but this machine's own lets others read the record.",
)
@click.pass_context
def serve(context: click.Context, record: str, port: int, host: str) -> None:
    """Show a record in the browser: events with their reports, pairs, the calendar, search.

    Runs until Ctrl+C. What is added to the record meanwhile shows at once. It asks for no password, sends nothing
    anywhere, and only reads.
    """
    from legation.web.app import create_app
    from legation.web.security import is_local

    try:
        listening = _listen(host.strip("[]"), port)
    except OSError as error:
        tell(f"cannot listen on {host}, port {port}: {error.strerror or error}; give another --host or --port")
        context.exit(1)
    with listening:
        with about_record():
            app = create_app(record, hosts=(host, socket.gethostname()))
        if not is_local(host):
            tell(f"whoever can reach this machine at {host} can read {record}; there is no password")
        _run(app, listening, host)


def _listen(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, kind, protocol, _, address = found[0]
    made = socket.socket(family, kind, protocol)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen()
    except OSError:
        made.close()
        raise
    return made


def _run(app: FastAPI, listening: socket.socket, host: str) -> None:
    import uvicorn

    name = _EVERYWHERE.get(host, f"[{host}]" if ":" in host and not host.startswith("[") else host)
    address = f"http://{name}:{listening.getsockname()[1]}/"

    told = logging.StreamHandler()
    told.setFormatter(_Printable("legation: %(message)s"))
    logging.getLogger("legation.web").addHandler(told)

    class Server(uvicorn.Server):
        """Says where it is once it answers."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            tell(f"at {address} (Ctrl+C ends it)")
            threading.Thread(target=app.state.site.prepare).start()

    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        timeout_graceful_shutdown=3,
        limit_concurrency=200,
    )
    Server(config).run(sockets=[listening])
