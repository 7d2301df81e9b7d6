"""What is installed, and whether it is whole."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata, resources

from legation import __version__
from legation.read.encoder import FILES, WORDS

__all__ = ["Finding", "examine"]

_LIBRARIES = ("numpy", "onnxruntime", "tokenizers", "trafilatura", "htmldate", "py3langid", "httpx", "click", "rich")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: What it is.
        words: What was found; where it is bad, what to do.
        good: Whether it is as it must be.
    """

    name: str
    words: str
    good: bool = True


def examine() -> Iterator[Finding]:
    """Looks at versions, the network's files and the tables of facts, one after another."""
    yield Finding("legation", f"{__version__} on Python {platform.python_version()}, {platform.platform(terse=True)}")
    for name in _LIBRARIES:
        try:
            yield Finding(name, metadata.version(name))
        except metadata.PackageNotFoundError:
            yield Finding(name, "not installed; run pip install legation again", good=False)
    package = resources.files("legation")
    folder = package.joinpath("model")
    for name in (*FILES, WORDS):
        file = folder.joinpath(name)
        if file.is_file():
            data = file.read_bytes()
            digest = hashlib.sha256(data).hexdigest()[:16]
            yield Finding(f"model/{name}", f"{len(data):,} bytes, sha256 {digest}…")
        else:
            missing = "missing; run pip install legation again, or make train in a checkout"
            yield Finding(f"model/{name}", missing, good=False)
    tables = [f for f in package.joinpath("knowledge").iterdir() if f.name.endswith(".tsv")]
    if not tables:
        yield Finding("knowledge", "no tables; run pip install legation again", good=False)
    for file in sorted(tables, key=lambda f: f.name):
        rows = max(0, len(file.read_text(encoding="utf-8").splitlines()) - 1)
        yield Finding(f"knowledge/{file.name}", f"{rows:,} rows", good=rows > 0)
