"""From the layout of an older Legation to ours.

Each row of `runs` has the number of the layout, its format, in the column `format`. That column, `snapshot`,
`committed` and `versions` are never renamed and never change their meaning: by them every Legation reads every record
far enough to say what it has before it. As the number stands in the row that makes a change visible, a migration takes
place whole or not at all, as every other change does.

The next writer brings an older record up to date, under the lock. Readers never change a record: they read an older one
where all that came since is additive, and say what to do where it is not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from legation.record.store import Writer

__all__ = ["MIGRATIONS", "Migration", "current", "obstacle", "steps"]


@dataclass(frozen=True, slots=True)
class Migration:
    """The way from one format to the next."""

    doc: str = field(metadata={"doc": "What changes"})
    additive: bool = field(metadata={"doc": "Whether our readers can do without it: what is missing reads as null"})
    apply: Callable[[Writer], None] = field(metadata={"doc": "Makes the change; the caller commits"})


MIGRATIONS: tuple[Migration, ...] = ()
"""The first leads from format 1 to 2, the next from 2 to 3, and so on."""


def current() -> int:
    """Number of the format that this Legation writes."""
    return 1 + len(MIGRATIONS)


def obstacle(found: int) -> str:
    """What keeps this Legation from reading a record of some format, and what to do; empty where nothing does.

    Args:
        found: The record's format.
    """
    if found > current():
        return (
            f"made by a newer Legation (format {found}; this one reads up to {current()}); "
            "upgrade: pip install --upgrade legation"
        )
    if all(migration.additive for migration in steps(found)):
        return ""
    return (
        f"made by an older Legation (format {found}; this one has {current()}); "
        "`legation add` brings it up to date before it adds anything"
    )


def steps(found: int) -> tuple[Migration, ...]:
    """The migrations from a format to ours, in order."""
    return MIGRATIONS[max(0, found - 1) :]
