"""The user's SQL, asked of processes of its own; see `sandboxed` for what they may do.

DuckDB's own limits hold for what it plans, not for a single function that makes a text of gigabytes. So the query runs
in another process, whose memory the system limits and which is ended when its time is over.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

from legation.record.results import Result
from legation.record.store import RecordError
from legation.record.views import QueryError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Sandbox"]

_GRACE = 1.0
"""Seconds beyond its time that a process has for stopping by itself."""

_IDLE = 2
"""Processes that are kept for the next query."""


class Sandbox:
    """Answers queries over one record; safe in any thread.

    Args:
        path: The record.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        weakref.finalize(self, _end, self._idle)

    def ask(self, snapshot: int, query: str, limit: int, seconds: float) -> Result[dict[str, Any]]:
        """Answers one SELECT.

        Args:
            snapshot: Number of the snapshot of the record.
            query: DuckDB's SQL.
            limit: Most rows to give; there may be more, see `Result.truncated`.
            seconds: Most time to take.

        Raises:
            TypeError: If the query is no text.
            QueryError: If it is no single SELECT, names something else than the views, is wrong, takes too long, or
                needs too much memory.
            RecordError: If the record cannot be read.
        """
        if not isinstance(query, str):
            raise TypeError(f"query: a text is wanted, not {type(query).__name__}")
        if limit < 0 or seconds <= 0:
            raise QueryError("limit must be 0 or more, seconds more than 0")
        with self._lock:
            worker = self._idle.pop() if self._idle else _Worker(self._path)
        try:
            table, truncated = worker.ask({"snapshot": snapshot, "query": query, "limit": limit, "seconds": seconds})
        finally:
            with self._lock:
                if worker.alive and len(self._idle) < _IDLE:
                    self._idle.append(worker)
                else:
                    worker.end()
        return Result(table, dict, query, truncated=truncated)


class _Worker:
    """A process that answers one query after the other."""

    def __init__(self, path: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
        self._process = subprocess.Popen(  # noqa: S603 - our own module, without a shell
            [sys.executable, "-m", "legation.record.sandboxed", os.fspath(path.absolute())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        self.alive = self._process.stdout is not None and bool(self._process.stdout.readline())

    def ask(self, question: dict[str, Any]) -> tuple[pa.Table, bool]:
        """The rows, and whether there are more."""
        import pyarrow as pa

        late = threading.Event()

        def stop() -> None:
            late.set()
            self._process.kill()

        timer = threading.Timer(question["seconds"] + _GRACE, stop)
        timer.start()
        try:
            answer, rows = self._exchange(json.dumps(question).encode() + b"\n")
        finally:
            timer.cancel()
        if answer is None:
            self.alive = False
            if late.is_set():
                raise QueryError(f"the query took longer than {question['seconds']:g} s; ask for less")
            raise QueryError("the query needs more memory than it may have, or is nested too deeply; ask for less")
        self.alive = not answer["last"]
        if answer["error"]:
            raise (RecordError if answer["record"] else QueryError)(answer["error"])
        with pa.ipc.open_stream(rows) as stream:
            return stream.read_all(), bool(answer["truncated"])

    def _exchange(self, question: bytes) -> tuple[dict[str, Any] | None, bytes]:
        """Sends a question; gives the answer's head and rows, or None where the process has ended."""
        to, back = self._process.stdin, self._process.stdout
        if to is None or back is None or not self.alive:
            return None, b""
        try:
            to.write(question)
            to.flush()
        except OSError:
            return None, b""
        head = back.readline()
        if not head.endswith(b"\n"):
            return None, b""
        answer: dict[str, Any] = json.loads(head)
        rows = back.read(answer["bytes"])
        return (answer, rows) if len(rows) == answer["bytes"] else (None, b"")

    def end(self) -> None:
        """Ends the process."""
        self.alive = False
        self._process.kill()
        with contextlib.suppress(OSError):
            self._process.communicate()


def _end(workers: list[_Worker]) -> None:
    while workers:
        workers.pop().end()
