"""Puts the tables in order and compiles them: `python -m legation.knowledge`."""

from __future__ import annotations

from legation.knowledge.compiled import build, sort_tables

if __name__ == "__main__":
    sort_tables()
    build()
