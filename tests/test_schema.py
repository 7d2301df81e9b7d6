from __future__ import annotations

import dataclasses
import json
from datetime import date
from pathlib import Path

import pyarrow as pa

from helpers import make_claim
from legation import schema
from legation.types import Actor, Article, Claim, Date, Place

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


def odd_claims() -> list[Claim]:
    open_date = Date("2024-07-08/..", date(2024, 7, 8), None, "stated")
    return [
        CLAIM,
        dataclasses.replace(CLAIM, contexts=("diplomatic", "military"), date=open_date, attribution=()),
        dataclasses.replace(CLAIM, actors=(), recipients=(), place=Place(), date=Date()),
    ]


def test_columns_made_at_once_are_those_made_row_by_row() -> None:
    extra = {"publisher": "Gazette", "run_id": "r1", "known_from": None}
    for claims in (odd_claims(), []):
        rows = schema.rows_of("claims", claims, **extra)
        by_row = pa.Table.from_pylist(rows, schema=schema.arrow_schema("claims"))
        assert schema.arrow_table("claims", claims, **extra).equals(by_row)


def test_records_come_back_from_a_table_wherever_its_rows_are_cut() -> None:
    claims = odd_claims()
    table = schema.arrow_table("claims", claims, publisher="", run_id="", known_from=None)
    table = table.append_column("event_id", table["report_id"])
    assert schema.records_of(Claim, table) == claims
    assert schema.records_of(Claim, table.slice(1, 1)) == claims[1:2]
    assert schema.records_of(Claim, pa.concat_tables([table.slice(2), table])) == [claims[2], *claims]
    assert schema.records_of(Claim, table.slice(0, 0)) == []
