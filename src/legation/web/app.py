"""The site as an application: routes, errors, static files, and the guard in front of them."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from legation.record.pages import NotKnownError
from legation.record.store import RecordError
from legation.record.views import QueryError
from legation.version import __version__
from legation.web.api import error_body
from legation.web.pages import DATA, PAGES
from legation.web.security import Guard
from legation.web.site import HERE, Ask, Site, open_record

__all__ = ["create_app"]

_LOCAL = ("localhost", "127.0.0.1", "::1")
_KEPT = "public, max-age=31536000, immutable"
_TITLES = {400: "This cannot be asked so", 404: "Not in this record", 405: "Only reading is possible here"}
_turns = threading.Semaphore(max(2, os.cpu_count() or 2))
"""Pages are made a few at a time, in the order in which they are asked for: all at once, each would be late."""
_log = logging.getLogger("legation.web")


def create_app(path: str | os.PathLike[str], hosts: Iterable[str] = ()) -> FastAPI:
    """The site of a record.

    Args:
        path: The folder of the record.
        hosts: Host names that it answers to beside those of this machine; see `Guard`.

    Raises:
        RecordError: If there is no record there.
    """
    site = Site(open_record(path))
    app = FastAPI(title="Legation", version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.site = site
    app.add_middleware(Guard, hosts=(*_LOCAL, *hosts))
    for data in DATA:
        app.add_route(data.path, _answer(site, data.make, "", daily=data.daily, fresh=data.fresh), methods=["GET"])
    for page in PAGES:
        twin = "/index.json" if page.path == "/" else page.path + ".json"
        app.add_route(twin, _answer(site, page.make, "", daily=page.daily, fresh=page.fresh), methods=["GET"])
        app.add_route(
            page.path, _answer(site, page.make, page.template, daily=page.daily, fresh=page.fresh), methods=["GET"]
        )
    app.add_route("/static/{name:path}", _static(site), methods=["GET"])
    app.add_exception_handler(HTTPException, lambda r, e: _error(site, r, e))
    return app


def _answer(
    site: Site, make: Callable[[Ask], Any], template: str, *, daily: bool, fresh: bool
) -> Callable[[Request], Response]:
    """What answers at an address; runs in a thread, so that many readers are served at once."""

    def answer(request: Request) -> Response:
        try:
            site.look()
            tag = site.tag(daily=daily)
            keep = {"etag": tag, "cache-control": "private, no-cache"}
            if not fresh and tag in request.headers.get("if-none-match", ""):
                return Response(status_code=304, headers=keep)
            try:
                # What waits for others, as a query in a process of its own, is no work.
                with nullcontext() if fresh else _turns:
                    response = _made(site, request, make, template)
            except NotKnownError:
                raise
            except RecordError:
                site.open_anew()
                response = _made(site, request, make, template)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong is told on a page like the others, and logged
            return _error(site, request, error)
        if response.status_code == 200 and not fresh:
            response.headers.update(keep)
        return response

    return answer


def _made(site: Site, request: Request, make: Callable[[Ask], Any], template: str) -> Response:
    ask = site.ask(request)
    context = make(ask)
    if isinstance(context, Response):
        return context
    status = getattr(context, "http_status", 200)
    return site.html(template, ask.links, status, page=context) if template else site.json(context, status)


def _error(site: Site, request: Request, error: Exception) -> Response:
    """An error as a page or as JSON; what the program did wrong goes to the log, not to the reader."""
    status, message = _told(error)
    if status == 500:
        _log.error("%s failed", request.url.path, exc_info=error)
    title = _TITLES.get(status, "This went wrong")
    accept = request.headers.get("accept", "")
    if request.url.path.endswith(".json") or ("application/json" in accept and "text/html" not in accept):
        return site.json(error_body(status, title, message), status)
    return site.html("error.html", site.links(request, strict=False), status, title=title, message=message)


def _told(error: Exception) -> tuple[int, str]:
    if isinstance(error, NotKnownError):
        return 404, str(error)
    if isinstance(error, QueryError):
        return 400, str(error)
    if isinstance(error, RecordError):
        return 503, str(error)
    if isinstance(error, HTTPException):
        words = {404: "There is no such page.", 405: "A record is changed by `legation add`, not from here."}
        return error.status_code, words.get(error.status_code, str(error.detail))
    return 500, "The program failed on this page. What it stumbled over stands in the terminal that it runs in."


def _static(site: Site) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in site.static:
            raise HTTPException(404)
        newest = request.query_params.get("v") == site.static[name]
        tag = f'"{site.static[name]}"'
        headers = {"cache-control": _KEPT if newest else "no-cache", "etag": tag}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return FileResponse(HERE / "static" / name, headers=headers)

    return answer
