"""The folder of a record on a disk: its lock, flushing, how far the log of a table goes, and errors in plain words.

It writes no table. One writer at a time holds the lock; the system lets go of it when its holder dies, however it dies.
"""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

__all__ = ["RecordError", "find_folder", "is_record", "latest", "locked", "plain_errors", "quiet", "settle", "sync"]

_LOCK = ".lock"
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.I)
_UNFIT = re.compile(r"[\[\]|^\\\x00-\x1f\x7f]|%[0-9a-f]{2}", re.I)
"""What the Delta library cannot bear in the path of a table."""

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class RecordError(Exception):
    """A record that could not be opened, read or written: what, where, what to do."""


def _why(error: Exception) -> str:
    """What an error of the disk or of the tables comes down to, in a few words, and what to do."""
    words = str(error)
    number = getattr(error, "errno", None)
    codes = [int(code) for code in re.findall(r"os error (\d+)", words)]
    if number in _FULL or "No space left" in words or any(code in _FULL for code in codes):
        return "the disk is full; make room and run the same command again"
    if isinstance(error, PermissionError) or "Permission denied" in words or errno.EACCES in codes:
        return "no permission; ask its owner, or copy the record"
    if number == errno.EROFS or errno.EROFS in codes:
        return "the disk cannot be written; copy the record to one that can"
    return " ".join(words.split())[:300] or type(error).__name__


@contextmanager
def plain_errors(path: Path, doing: str) -> Iterator[None]:
    """Errors of the disk and of the tables as a `RecordError` that says what to do.

    Args:
        path: The record.
        doing: What is being done with it: "read" or "written".
    """
    import pyarrow as pa
    from deltalake.exceptions import DeltaError

    try:
        yield
    except (OSError, DeltaError, pa.ArrowException) as error:
        what = _why(error)
        if doing == "written":
            raise RecordError(f"{path}: cannot be written: {what}. The record is as it was before") from error
        if "no permission" not in what:
            what += ". If a file is damaged or gone, put the folder back from a copy"
        raise RecordError(f"{path}: cannot be read: {what}") from error


def find_folder(path: str | os.PathLike[str]) -> Path:
    """The folder that is meant.

    Raises:
        RecordError: If no record can be there.
    """
    name = os.fspath(path)
    if not name:
        raise RecordError("a record is a folder; an empty name is none")
    if _ADDRESS.match(name):
        raise RecordError(f"{name}: a record is a folder on this machine; object stores are not supported")
    folder = Path(name)
    unfit = _UNFIT.search(folder.absolute().as_posix())
    if unfit:
        raise RecordError(f"{name!r}: tables cannot lie in a folder with {unfit.group()!r} in its path; rename it")
    return folder


def is_record(folder: Path) -> bool:
    """Whether a folder holds a record."""
    with plain_errors(folder, "read"):
        return (folder / "runs" / "_delta_log").is_dir()


def _log(table: Path, version: int) -> Path:
    return table / "_delta_log" / f"{version:020}.json"


def latest(table: Path, version: int) -> int:
    """The last version of a table that has at least this one."""
    while _log(table, version + 1).exists():
        version += 1
    return version


def settle(table: Path, version: int) -> None:
    """Sees to it that all that came after a version of a table is on the disk itself."""
    logs = table / "_delta_log"
    changed = {logs}
    while (log := _log(table, version + 1)).exists():
        version += 1
        sync(log)
        for line in log.read_text(encoding="utf-8").splitlines():
            if added := json.loads(line).get("add"):
                path = table / unquote(added["path"])
                sync(path)
                changed.add(path.parent)
    for path in (logs / "_last_checkpoint", _log(table, version).with_suffix(".checkpoint.parquet"), *changed):
        sync(path)


def sync(path: Path) -> None:
    """Flushes a file or folder, where there is one."""
    if path.is_dir() and os.name == "nt":  # Windows opens no folders
        return
    try:
        handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    except FileNotFoundError:  # written and taken away again within one change
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def locked(folder: Path, patience: float) -> Iterator[None]:
    """Holds the lock of a record.

    Args:
        folder: The record.
        patience: Seconds to wait while somebody else holds it.

    Raises:
        RecordError: If somebody else holds it still, or the disk says no.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / _LOCK)
    try:
        lock.acquire(timeout=patience)
    except Timeout:
        raise RecordError(f"{folder}: another process is writing to it; try again when it is done") from None
    except OSError as error:
        raise RecordError(f"{folder}: cannot be written: {_why(error)}") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def quiet() -> Iterator[None]:
    """What goes wrong while taking back: the next writer does it again."""
    from deltalake.exceptions import DeltaError

    try:
        yield
    except (OSError, DeltaError, RecordError):
        return
