"""The pages of the site, by subject."""

from __future__ import annotations

from legation.web import pages_article, pages_event, pages_home
from legation.web.site import Data, Page

__all__ = ["DATA", "PAGES"]

_SUBJECTS = (
    pages_home,
    pages_event,
    pages_article,
)

PAGES: tuple[Page, ...] = tuple(page for subject in _SUBJECTS for page in subject.PAGES)
DATA: tuple[Data, ...] = tuple(data for subject in _SUBJECTS for data in subject.DATA)
