from __future__ import annotations

import dataclasses
import json
from pathlib import Path

from helpers import make_claim
from legation import schema
from legation.types import Actor, Article, Date, Place

ARTICLE = Article("a1", "They visit Chile.")
CLAIM = make_claim(ARTICLE, 5, 10)


def test_claim_as_json_is_that_of_the_design() -> None:
    claim = dataclasses.replace(
        CLAIM,
        actors=(Actor("NOR.GOV", "They", 0, 4, "norway", "Norway"),),
        date=Date(),
        place=Place(),
        confidence=0.93123456,
    )
    assert schema.claim_to_json(claim) == (
        '{"claim_id": "a1-5", "article_id": "a1", "sentence": 1, '
        '"trigger": {"start": 5, "end": 10, "text": "visit"}, '
        '"event_type": "CONSULT", "event_mode": "visit", "contexts": ["diplomatic"], '
        '"status": "planned", "score": 4.0, '
        '"actors": [{"start": 0, "end": 4, "text": "They", "code": "NOR.GOV", "actor_id": "norway", '
        '"name": "Norway"}], '
        '"recipients": [{"start": null, "end": null, "text": "", "code": "CHL", "actor_id": "chile", "name": "Chile"}, '
        '{"start": null, "end": null, "text": "", "code": "PER", "actor_id": "peru", "name": "Peru"}], '
        '"date": {"edtf": "", "first": null, "last": null, "basis": "", "start": null, "end": null, "text": ""}, '
        '"place": {"start": null, "end": null, "text": "", "name": "", "country": ""}, '
        '"attribution": [{"text": "TASS"}, {"text": "Yuri Ushakov", "code": "RUS.GOV", "actor_id": "yuri-ushakov"}], '
        '"event_id": "e1", "confidence": 0.9312}'
    )


def test_days_are_iso_strings() -> None:
    assert schema.claim_to_dict(CLAIM)["date"]["first"] == "2024-07-08"
    json.dumps(schema.claim_to_dict(CLAIM))


def test_row() -> None:
    row = schema.claim_to_row(dataclasses.replace(CLAIM, recipients=(Actor("CHL", "a; b"), Actor("PER"))))
    assert tuple(row) == schema.ROW_COLUMNS
    assert row["recipients"] == "CHL;PER"
    assert row["recipient_texts"] == "a, b;"
    assert row["recipient_names"] == ""
    assert row["date_first"] == "2024-07-08"
    assert schema.claim_to_row(dataclasses.replace(CLAIM, date=Date()))["date_last"] == ""


def test_every_field_is_in_the_order_of_keys() -> None:
    for record, order in schema._KEY_ORDER.items():
        assert sorted(order) == sorted(f.name for f in dataclasses.fields(record))


def test_data_dictionary_is_fresh() -> None:
    page = Path(__file__).parent.parent / "docs" / "data-dictionary.md"
    assert page.read_text(encoding="utf-8") == schema.data_dictionary(), "run make docs"
