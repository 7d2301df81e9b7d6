"""The result of a search as files: CSV, Parquet and PLOVER, each event a row or a line, in the order of the page."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from starlette.responses import Response, StreamingResponse

from legation.export.plover import event_record
from legation.export.tables import TABLES, flat_columns, flat_row
from legation.export.text import guarded
from legation.record.exporting import material
from legation.web.searching import MOST_ROWS, filters_of, sort_of
from legation.web.site import Ask, Data

__all__ = ["DATA", "csv_lines", "sent"]

_AT_ONCE = 2_000
"""Rows that are turned into text at once."""


def sent(ask: Ask, ending: str, kind: str, body: Iterable[bytes]) -> Response:
    """A file to be kept, sent as it is made."""
    name = f"legation-{ask.record.snapshot.number}.{ending}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(body, media_type=kind, headers=headers)


def csv_lines(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[bytes]:
    """CSV in UTF-8, some thousand rows at a time; texts that a spreadsheet would run have an apostrophe before them."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for count, row in enumerate(rows, 1):
        writer.writerow([guarded(v) if isinstance(v, str) else v for v in row])
        if count % _AT_ONCE == 0:
            yield _taken(out)
    yield _taken(out)


def _taken(out: io.StringIO) -> bytes:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text.encode("utf-8", "replace")


def _table(ask: Ask) -> Any:
    """The events as an Arrow table, with the columns of an export."""
    found = ask.record.events(sort=sort_of(ask), limit=MOST_ROWS, **filters_of(ask))
    return found.arrow().select(list(TABLES["events"][1]))


def _csv(ask: Ask) -> Response:
    table = _table(ask)
    rows = (row for batch in table.to_batches(_AT_ONCE) for row in batch.to_pylist())
    return sent(ask, "csv", "text/csv", csv_lines(flat_columns("events"), (flat_row("events", row) for row in rows)))


def _parquet(ask: Ask) -> Response:
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(_table(ask), out, compression="zstd")
    return sent(ask, "parquet", "application/vnd.apache.parquet", [out.getvalue()])


def _plover(ask: Ask) -> Response:
    """PLOVER records; events that PLOVER has no place for are left out, as it says in the manual of the export."""
    told = islice(material(ask.record, **filters_of(ask)).events(), MOST_ROWS)
    records = (record for one in told if (record := event_record(one)) is not None)
    lines = (json.dumps(record, ensure_ascii=False).encode("utf-8", "replace") + b"\n" for record in records)
    return sent(ask, "plover.jsonl", "application/x-ndjson", lines)


DATA = (Data("/search.csv", _csv), Data("/search.parquet", _parquet), Data("/search.plover.jsonl", _plover))
