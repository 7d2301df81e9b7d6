"""The gate of merging: what lies under a floor is named, and what could not be measured is no failure."""

import json

from evaluation.coreference import main, under


def test_only_what_was_measured_and_lies_under_its_floor_counts() -> None:
    floors = {"pairs": 65.0, "hard": 39, "ecb": 72.5}
    assert under({"pairs": 64.9, "hard": 39, "clusters": 1.0}, floors) == ["pairs 64.9 < 65.0"]


def test_without_the_corpora_only_our_own_hard_cases_are_held_to_their_floor(tmp_path, capsys) -> None:
    floors = tmp_path / "floors.json"
    command = ["--shared", str(tmp_path), "--floors", str(floors)]
    floors.write_text(json.dumps({"merging": {"pairs": 100, "ecb": 100, "hard": 1}}))
    assert main([*command, "--only", "pairs", "ecb", "hard"]) == 0
    said = capsys.readouterr().out
    assert "pairs: skipped" in said and "ecb: skipped" in said and "hard: 40 of 40" in said
    floors.write_text(json.dumps({"merging": {"hard": 41}}))
    assert main([*command, "--only", "hard"]) == 1
    assert "under the floor: hard 40.0 < 41" in capsys.readouterr().out
