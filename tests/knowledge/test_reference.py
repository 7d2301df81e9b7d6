"""Facts agree with published reference tables, where those are at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.facts import FLOOR, Report, compare, same_person, tokens, verdicts

ROOT = Path(__file__).resolve().parents[2]
FACTS = ROOT.parent / "shared" / "facts"
needs_facts = pytest.mark.skipif(not FACTS.is_dir(), reason="the reference tables (../shared/facts) are not at hand")


@pytest.fixture(scope="module")
def report() -> Report:
    return compare(FACTS)


@needs_facts
@pytest.mark.parametrize("check", ["Archigos leader-days", "REIGN leader-days", "COW IGO member-years"])
def test_agreement_is_at_least_98_percent(report: Report, check: str) -> None:
    agreed, total = report.figures[check]
    assert total > 10_000
    assert agreed / total >= FLOOR


@needs_facts
def test_every_difference_has_a_verdict(report: Report) -> None:
    known = verdicts()
    assert [d for d in report.differences if (d.reference, d.what) not in known] == []


@needs_facts
def test_every_difference_is_on_the_page(report: Report) -> None:
    page = (ROOT / "docs" / "reference-differences.md").read_text(encoding="utf8")
    assert [d for d in report.differences if f"| {d.reference} | {d.what} |" not in page] == []


@pytest.mark.parametrize(
    ("theirs", "ours", "same"),
    [
        ("Houphouet-Boigny", "Félix Houphouët-Boigny", True),
        ("al-Sisi", "Abdel Fattah el-Sisi", True),
        ("Qaddafi", "Muammar Gaddafi Qadhafi", True),
        ("King Hussein", "King Abdullah II", False),
        ("Bush", "Bill Clinton", False),
        ("Stephenson King", "Stephenson King", True),
    ],
)
def test_names_match_without_accents_and_hyphens(theirs: str, ours: str, same: bool) -> None:
    assert same_person(tokens(theirs), tokens(ours, particles=True)) is same
