"""A site over a small record, with an article in it that is out for harm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from legation.types import Problem
from legation.web.app import create_app
from web_record import hostile


@pytest.fixture(scope="session")
def record_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("web") / "record"
    hostile().write(
        path, [Problem("a.txt", "no text in it; leave it out"), Problem("b.txt", "written in French", skipped=True)]
    )
    return path


@pytest.fixture(scope="session")
def client(record_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(record_path), base_url="http://localhost:8000", follow_redirects=False) as made:
        yield made


@pytest.fixture(scope="session")
def page(client: TestClient) -> Callable[..., str]:
    """The HTML at an address; fails where the status is not the one expected."""

    def get(address: str, status: int = 200) -> str:
        answer = client.get(address)
        assert answer.status_code == status, answer.text[:2000]
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        return answer.text

    return get
