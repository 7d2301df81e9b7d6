"""The codebook: complete, and the same whatever the context."""

from __future__ import annotations

import itertools

import pytest

from legation.export.codebook import (
    QUAD_NAMES,
    SCHEMES,
    cameo,
    cameo_name,
    codings,
    goldstein,
    plover,
    quad_class,
    quad_of_code,
)
from legation.ontology import CONTEXTS, MODES, STATUSES

ALL = [(t, m, s) for t, modes in MODES.items() for m in ("", *modes) for s in STATUSES]
OURS = {"VOTE", "ELECT", "TIES"}
WORDS = {"REQUEST", "ACCUSE", "REJECT", "THREATEN"}


@pytest.mark.parametrize(("event_type", "mode", "status"), ALL)
def test_every_type_mode_and_status_has_a_code_or_none_in_all_schemes_alike(event_type, mode, status) -> None:
    code = cameo(event_type, mode, (), status)
    coded = status in ("happened", "ongoing", "planned") and event_type not in OURS
    if status == "planned" and (event_type in WORDS or mode == "convict"):
        coded = False
    assert bool(code) == coded == bool(plover(event_type, mode, status).event)
    for scheme in SCHEMES:
        assert (quad_class(event_type, mode, status, scheme) in (1, 2, 3, 4)) == coded
    if coded:
        assert cameo_name(code)
        assert -10 <= goldstein(code) <= 10
        event = plover(event_type, mode, status)
        assert event.mode in ("", *MODES[event.event])


def test_contexts_make_a_code_narrower_and_leave_its_quad_class() -> None:
    for event_type, mode, status in ALL:
        for context in CONTEXTS:
            code = cameo(event_type, mode, (context,), status)
            for scheme in ("gdelt", "icews"):
                assert quad_of_code(code, scheme) == quad_class(event_type, mode, status, scheme)


def test_of_several_contexts_the_order_of_the_table_decides_not_that_of_the_claim() -> None:
    for pair in itertools.permutations(("legal", "crime")):
        assert cameo("ACCUSE", "allege", pair, "happened") == "115"


def test_a_planned_meeting_is_the_intent_to_meet() -> None:
    assert cameo("CONSULT", "visit", ("diplomatic",), "planned") == "036"
    assert plover("CONSULT", "visit", "planned").event == "AGREE"
    assert plover("CONSULT", "visit", "planned").mode == ""


def test_a_visit_has_two_rows() -> None:
    assert cameo("CONSULT", "visit", (), "happened") == "042"
    assert cameo("CONSULT", "visit", (), "happened", host=True) == "043"
    assert cameo("CONSULT", "phone", (), "happened", host=True) == "041"


def test_a_planned_attack_is_a_threat_of_its_kind() -> None:
    assert plover("ASSAULT", "aerial", "planned") == plover("THREATEN", "violence", "happened")
    assert plover("COERCE", "arrest", "planned") == plover("THREATEN", "arrest", "happened")
    assert plover("SANCTION", "discontinue", "planned") == plover("THREATEN", "relations", "happened")
    assert plover("SANCTION", "expel", "planned") == plover("THREATEN", "expel", "happened")


def test_schemes_differ_where_they_are_known_to() -> None:
    protest = [quad_class("PROTEST", "demo", "happened", s) for s in SCHEMES]
    assert dict(zip(SCHEMES, protest, strict=True)) == {"plover": 4, "gdelt": 3, "icews": 4}
    inquiry = [quad_class("ACCUSE", "investigate", "happened", s) for s in SCHEMES]
    assert dict(zip(SCHEMES, inquiry, strict=True)) == {"plover": 3, "gdelt": 2, "icews": 3}
    assert len(QUAD_NAMES) == 5


@pytest.mark.parametrize(
    "wrong", [("NONE", "", "happened"), ("CONSULT", "aerial", "happened"), ("CONSULT", "", "denied")]
)
def test_what_the_ontology_does_not_know_is_refused(wrong) -> None:
    with pytest.raises(KeyError):
        quad_class(*wrong, "plover")
    with pytest.raises(KeyError, match="scheme"):
        quad_class("CONSULT", "", "happened", "none")


def test_the_codebook_spelt_out_agrees_with_the_functions() -> None:
    for row in codings():
        contexts = (row.context,) if row.context else ()
        assert row.cameo == cameo(row.event_type, row.event_mode, contexts, row.status)
        assert row.plover == plover(row.event_type, row.event_mode, row.status)
        assert (row.goldstein is None) == (not row.cameo)
