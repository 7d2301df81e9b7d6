"""One fast file out of the tables; a stale, missing or broken one does no harm."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path

import pytest

from legation.knowledge import Index, load
from legation.knowledge.compiled import COMPILED, _unpack, build, sort_tables


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("knowledge")
    for file in resources.files("legation.knowledge").iterdir():
        if file.name.endswith((".tsv", ".py")):
            shutil.copy(str(file), out / file.name)
    build(out)
    return out


@pytest.fixture(scope="module")
def tables() -> Index:
    return load(Path("/nowhere"))


def test_the_compiled_file_says_what_the_tables_say(folder: Path, tables: Index) -> None:
    fast = load(folder)
    assert fast.digest
    assert not tables.digest
    assert (fast.names, fast.terms, fast.longest) == (tables.names, tables.terms, tables.longest)


def test_a_broken_file_falls_back_to_the_tables(folder: Path, tables: Index) -> None:
    file = folder / COMPILED
    whole = file.read_bytes()
    digest = load(folder).digest
    for broken in (whole[: len(whole) // 2], whole.rpartition(b"\x1e")[0], b"", b"x" * 1000):
        assert _unpack(broken, digest) is None
    file.write_bytes(whole[: len(whole) // 2])
    assert load(folder).names == tables.names
    file.write_bytes(whole)
    assert load(folder).digest


def test_an_edited_table_makes_the_file_stale(folder: Path) -> None:
    table = folder / "regions.tsv"
    before = table.read_bytes()
    table.write_bytes(before.rstrip(b"\n") + b" \n")
    assert not load(folder).digest
    table.write_bytes(before)
    assert load(folder).digest


def test_tables_are_put_in_order(tmp_path: Path) -> None:
    table = tmp_path / "a.tsv"
    table.write_text("text\tcode\nb\t1\na\t2\nb\t1\n")
    sort_tables(tmp_path)
    assert table.read_text() == "text\tcode\na\t2\nb\t1\n"
