"""How the tables of a record lie in their files, and what follows a write to them."""

from __future__ import annotations

from typing import Any

__all__ = ["CONFIGURATION", "hooks", "writer_properties"]

CONFIGURATION = {"delta.logRetentionDuration": "interval 1 days"}
"""Settings of every table."""

_GROUP_ROWS = {"articles": 4_096}
"""Rows of a group where they are not as many as usual: texts are long."""

_LOOKED_UP = {
    "articles": ("article_id", "page_id"),
    "reports": ("report_id", "event_id", "article_id", "original_id"),
    "events": ("event_id",),
}
"""Columns in which single values are looked for."""


def hooks(*, checkpoint: bool = True) -> Any:
    """What follows a write: a checkpoint now and then; old logs are only removed by `remove_waste`, after a commit."""
    from deltalake import PostCommitHookProperties

    return PostCommitHookProperties(create_checkpoint=checkpoint, cleanup_expired_logs=False)


def writer_properties(name: str) -> Any:
    """How the rows of a table lie in its files: in groups small enough that a question reads little beside its answer.

    A group says which values lie between which, and by a Bloom filter which ids are not in it. Measured by
    `evaluation/record_bench.py`.
    """
    from deltalake import BloomFilterProperties, ColumnProperties, WriterProperties

    rows = _GROUP_ROWS.get(name, 16_384)
    bloom = ColumnProperties(bloom_filter_properties=BloomFilterProperties(True, fpp=0.01, ndv=rows))
    return WriterProperties(
        max_row_group_size=rows,
        compression="ZSTD" if name == "articles" else "SNAPPY",
        column_properties=dict.fromkeys(_LOOKED_UP.get(name, ()), bloom),
    )
