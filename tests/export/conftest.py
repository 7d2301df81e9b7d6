"""A small record, and what is exported of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from legation.record.record import Record
from legation.record.record import open as open_record
from sample_record import sample


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    path = tmp_path_factory.mktemp("records") / "sample"
    sample().write(path)
    return open_record(path)


@pytest.fixture
def exported(record: Record, tmp_path: Path) -> Callable[..., Path]:
    """Exports the sample in a format; gives the folder."""

    def make(form: str, **options: Any) -> Path:
        folder = tmp_path / form
        record.export(form, folder, **options)
        return folder

    return make
