"""The folder of an export: written aside and put in place whole, with a README, the codebook and a manifest."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from legation.export.codebook import QUAD_NAMES, codings
from legation.export.material import About, Tally
from legation.export.text import tab_rows
from legation.version import __version__

__all__ = ["MANIFEST", "ExportError", "Layout", "making", "write_codebook", "write_manifest", "write_readme"]

MANIFEST = "manifest.json"
_MANY = 1 << 20


class ExportError(Exception):
    """An export that could not be written: what, where, what to do."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What a README says of a format."""

    title: str = field(metadata={"doc": "What the format is called"})
    files: tuple[tuple[str, str], ...] = field(metadata={"doc": "Name and content of each file"})
    notes: tuple[str, ...] = field(metadata={"doc": "What a user has to know, a paragraph each; Markdown"})


@contextmanager
def making(path: Path, *, force: bool) -> Iterator[Path]:
    """A folder to write into, beside the one that is meant; put in its place at the end, or taken away.

    Args:
        path: The folder that is meant.
        force: Whether an earlier export there is replaced.

    Yields:
        An empty folder.

    Raises:
        ExportError: If there is something already, or the disk says no.
    """
    if path.exists():
        if not force:
            raise ExportError(f"{path}: is there already; name another folder, or replace it with --force")
        if not (path / MANIFEST).is_file() and (not path.is_dir() or any(path.iterdir())):
            raise ExportError(f"{path}: holds no export, so it is not replaced; name another folder")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    except OSError as error:
        raise ExportError(f"{path}: cannot be written ({error.strerror or error})") from error
    try:
        yield aside
        aside.chmod(0o777 & ~_umask())
        if path.exists():
            old = aside.with_name(aside.name + ".old")
            path.rename(old)
            aside.rename(path)
            shutil.rmtree(old, ignore_errors=True)
        else:
            aside.rename(path)
    except OSError as error:
        raise ExportError(
            f"{path}: could not be written ({error.strerror or error}); nothing was left there"
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_codebook(folder: Path) -> None:
    """Writes `codebook.tsv`: what each type, mode and context is called in the other codings."""
    names = ("cameo", "cameo_name", "goldstein", "plover_event", "plover_mode", "plover_score")
    columns = ("type", "mode", "context", "status", *names, "quad_plover", "quad_gdelt", "quad_icews", "note")
    with tab_rows(folder / "codebook.tsv", columns) as put:
        for c in codings():
            ours = (c.event_type, c.event_mode, c.context, c.status)
            theirs = (c.plover.event, c.plover.mode, c.plover.score if c.plover.event else None)
            put([*ours, c.cameo, c.name, c.goldstein, *theirs, c.plover.quad, c.gdelt, c.icews, c.note])


def write_readme(folder: Path, layout: Layout, about: About, tally: Tally, columns: dict[str, tuple[str, ...]]) -> None:
    """Writes `README.md`.

    Args:
        folder: Where.
        layout: What the format is.
        about: What was exported.
        tally: What was written and left out.
        columns: Columns of the files that have no heading, in order.
    """
    lines = [f"# {layout.title}", ""]
    lines += [f"Exported from the record `{about.record}` by Legation {__version__}.", ""]
    lines += ["## Of what", "", "| | |", "| --- | --- |"]
    facts = {
        "record": about.record,
        "snapshot": f"{about.snapshot}, made {about.committed:%Y-%m-%d %H:%M} UTC",
        "known as of": about.as_of.isoformat() if about.as_of else "the snapshot",
        "filters": ", ".join(f"{k} = {v}" for k, v in about.filters.items()) or "none: all events",
        "quad classes": f"scheme {about.scheme}",
        "sentences and headlines": "included; they belong to their publishers" if about.sentences else "not included",
    }
    lines += [f"| {name} | {_line(value)} |" for name, value in facts.items()]
    lines += ["", "## Files", "", "| file | rows | content |", "| --- | --- | --- |"]
    for name, content in layout.files:
        rows = f"{tally.rows[name]:,}" if name in tally.rows else ""
        lines.append(f"| `{name}` | {rows} | {content} |")
    lines += ["| `codebook.tsv` | | Our types, modes and contexts in CAMEO, PLOVER and the quad classes |"]
    lines += [f"| `{MANIFEST}` | | SHA-256 and size of each file, and the facts above for machines |"]
    for note in layout.notes:
        lines += ["", note]
    lines += ["", "## Left out", ""]
    lines += [f"- {n:,} events: {reason}" for reason, n in sorted(tally.left_out.items(), key=lambda x: (-x[1], x[0]))]
    lines += [] if tally.left_out else ["Nothing that the filters let through."]
    if tally.notes:
        lines += ["", "## Counted", "", *(f"- {n:,} {note}" for note, n in sorted(tally.notes.items()))]
    for name, names in columns.items():
        lines += [
            "",
            f"## Columns of `{name}`",
            "",
            "It has no heading. In order: " + ", ".join(f"`{c}`" for c in names),
        ]
    lines += ["", *_ENDING.format(record=_line(about.record), snapshot=about.snapshot, version=__version__).split("\n")]
    (folder / "README.md").write_text("\n".join(lines).rstrip() + "\n", encoding="utf8")


def _line(text: str) -> str:
    return " ".join(text.replace("|", "\\|").replace("`", "'").split())


_ENDING = f"""## Codes

An act has one CAMEO code for what it is and another while it is only planned: a planned act of cooperation is coded as
the intent to cooperate (03, PLOVER's AGREE), a planned act of material conflict as a threat (13, PLOVER's THREATEN).
What may happen (`possible`) or did not (`not`) is no event in these codings, and our own types VOTE, ELECT and TIES
have no code in them. Requests are coded as appeals (02), since words alone do not show the force of a demand (10).

Quad classes are 1 {QUAD_NAMES[1]}, 2 {QUAD_NAMES[2]}, 3 {QUAD_NAMES[3]}, 4 {QUAD_NAMES[4]}, 0 none.
Three ways of drawing them are in use: `plover` (by PLOVER 0.8's types), `gdelt` (CAMEO roots 01-05, 06-09, 10-14,
15-20) and `icews` (01-05, 06-08, 09-13, 14-20).

## Rights and licence

The rows are facts that a program read in news reports; it errs. Texts, and sentences and headlines where they are
included, belong to their publishers. Legation claims no rights in the rows; `codebook.tsv` and Legation are under the
Apache License 2.0. Scores follow Goldstein (1992), as extended to CAMEO.

## How to cite

> Events from the record "{{record}}", snapshot {{snapshot}}, read and exported with Legation {{version}}.
"""


def write_manifest(folder: Path, form: str, about: About, tally: Tally) -> dict[str, Any]:
    """Writes `manifest.json` and gives it back; the last file to be written."""
    files = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest = hashlib.sha256()
        with path.open("rb") as data:
            while part := data.read(_MANY):
                digest.update(part)
        files[path.relative_to(folder).as_posix()] = {"sha256": digest.hexdigest(), "bytes": path.stat().st_size}
    manifest = {
        "format": form,
        "legation": __version__,
        "record": about.record,
        "snapshot": about.snapshot,
        "as_of": about.as_of.isoformat() if about.as_of else None,
        "filters": about.filters,
        "scheme": about.scheme,
        "sentences": about.sentences,
        **tally.plain(),
        "files": files,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf8")
    return manifest
