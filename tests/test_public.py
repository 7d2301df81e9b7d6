"""The public names, what they promise, and what importing them costs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import legation
from helpers import ENGLISH
from legation.types import Article, Problem

pytestmark = pytest.mark.usefixtures("one_word_reader")


def test_public_names() -> None:
    assert legation.__all__ == [
        "Actor",
        "Article",
        "Claim",
        "Date",
        "InputError",
        "Place",
        "Problem",
        "Speaker",
        "actor",
        "add",
        "body",
        "claim_to_dict",
        "open",
        "read",
        "read_inputs",
    ]
    for name in legation.__all__:
        assert callable(getattr(legation, name))
        assert name in dir(legation)
    with pytest.raises(AttributeError, match="no attribute 'absent'"):
        legation.absent  # noqa: B018 - looking it up is the test


def test_import_is_light() -> None:
    heavy = ("numpy", "onnxruntime", "trafilatura", "httpx", "rich")
    code = f"import sys, legation; print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_folder_and_the_function_share_a_name() -> None:
    import legation.read.sentences as sentences
    from legation import read

    assert callable(read)
    assert legation.read.sentences is sentences
    assert len(read(text=ENGLISH)) == 1


def test_text() -> None:
    claims = legation.read(text=ENGLISH, title="Norway to visit Chile", published="2024-06-25")
    assert [c.trigger.start for c in claims] == [10, claims[1].trigger.start]
    with pytest.raises(legation.InputError, match="text: no text"):
        legation.read(text=" ")


def test_path_article_and_several(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(ENGLISH)
    article = Article("x", ENGLISH)
    assert len(legation.read(path)) == len(legation.read(str(path))) == len(legation.read(article)) == 1
    assert len(legation.read([path, article, str(path)])) == 3
    assert legation.read([]) == []


def test_bad_input_raises_and_keeps_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": ENGLISH}) + "\n{\n{}\n")
    with pytest.raises(legation.InputError) as caught:
        legation.read(path)
    assert str(caught.value).startswith(f"{path}:2: broken JSON")
    assert str(caught.value).endswith("(and 1 more)")
    assert len(caught.value.claims) == 1
    assert [type(p) for p in caught.value.problems] == [Problem, Problem]

    problems: list[Problem] = []
    assert len(legation.read(path, problems=problems)) == 1
    assert len(problems) == 2


def test_other_language_warns() -> None:
    german = (
        "Der Außenminister reist am Montag nach Chile, wie das Ministerium in einer Erklärung am Freitag mitteilte."
    )
    with pytest.warns(UserWarning, match="not in English"):
        assert legation.read(text=german) == []


def test_wrong_use() -> None:
    with pytest.raises(TypeError, match="either"):
        legation.read()
    with pytest.raises(TypeError, match="either"):
        legation.read("a.txt", text="a")
    with pytest.raises(ValueError, match="is no date"):
        legation.read(text="a", published="soon")
