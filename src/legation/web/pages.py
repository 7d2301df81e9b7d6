"""The pages of the site, by subject."""

from __future__ import annotations

from legation.web import (
    downloads,
    pages_actor,
    pages_article,
    pages_calendar,
    pages_event,
    pages_home,
    pages_pair,
    pages_search,
    pages_sources,
    pages_sql,
)
from legation.web.site import Data, Page

__all__ = ["DATA", "PAGES"]

_SUBJECTS = (
    pages_home,
    pages_event,
    pages_article,
    pages_pair,
    pages_calendar,
    pages_actor,
    pages_search,
    pages_sources,
    pages_sql,
)

PAGES: tuple[Page, ...] = tuple(page for subject in _SUBJECTS for page in subject.PAGES)
DATA: tuple[Data, ...] = tuple(data for subject in _SUBJECTS for data in subject.DATA) + downloads.DATA
