"""What the commands share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import pytest
from click.testing import Result

from legation import cli
from legation.record.queries import Filters

Run = Callable[..., Result]


@pytest.mark.parametrize("command", ["events", "export"])
def test_every_filter_of_events_is_an_option(command: str) -> None:
    options = {parameter.name for parameter in cli.command.commands[command].params}
    assert options >= {field.name for field in fields(Filters)}


@pytest.mark.parametrize(
    "arguments",
    [
        ("read", "a.txt", "--published", "soon"),
        ("add", "news", "a.txt", "--published", "soon"),
        ("actor", "India", "--on", "soon"),
        ("body", "BRICS", "--on", "soon"),
    ],
)
def test_a_day_that_is_none_is_refused_in_one_wording(run: Run, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert f"Invalid value for '{arguments[-2]}': 'soon' is no date; write YYYY-MM-DD" in result.stderr


def test_reading_has_the_same_options_with_and_without_a_record() -> None:
    read, add = (cli.command.commands[name].params for name in ("read", "add"))
    shared = {"published", "publisher", "allow_private", "workers", "actors"}
    helps = [{p.name: p.help for p in parameters if p.name in shared} for parameters in (read, add)]
    assert helps[0] == helps[1]
    assert set(helps[0]) == shared
