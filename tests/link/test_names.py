"""Names are found by the longest match, and a context word does not break a longer name."""

from __future__ import annotations

import pytest

from legation.link.names import names


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("talks of the Council of Europe", ["Council of Europe"]),
        ("leaders of the Alliance of Sahel States", ["Alliance of Sahel States"]),
        ("a vote in the Council", ["the Council"]),
        ("The United Nations and the U.S. agreed", ["The United Nations", "the U.S."]),
    ],
)
def test_the_longest_name_is_found(text: str, found: list[str]) -> None:
    texts = [text[s:e] for s, e, _ in names().find(text)]
    assert [t.removeprefix("the ").removeprefix("The ") for t in texts] == [
        f.removeprefix("the ").removeprefix("The ") for f in found
    ]
