r"""From raw words to an `Article`: the canonical text that every offset counts in, its date, its id, its language.

What happens to a text, once, before any offset exists (`clean`):

* line ends become `\n`: CR LF, CR, form feed, vertical tab, NEL, the line and paragraph separators;
* removed: NUL and all other control characters, byte order marks, zero-width spaces, soft hyphens, word joiners, and
  the marks and overrides of writing direction, which can make a text show other words than it holds;
* every kind of blank (tab, no-break, thin, ideographic) becomes a space;
* UTF-8 that someone once read as Windows-1252 ("donâ€™t") is put right; lone surrogates become U+FFFD;
* letters are composed (Unicode NFC).

Nothing else: words, quotes, and blanks inside a line stay as they are.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import unicodedata
from datetime import date, datetime
from email.utils import parsedate_to_datetime

from legation.types import Article, Problem

__all__ = ["MAX_CHARACTERS", "clean", "is_english", "make_article", "parse_published", "split_headline"]

MAX_CHARACTERS = 500_000
"""Longest text of one article. A long novel has half of it; what is longer is a file of many articles."""

_MAX_HEADLINE = 200
_FIRST_YEAR, _LAST_YEAR = 1800, 2100

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e007f]"
)
_BLANKS = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTINUATION = "[\x80-\xbf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
_MOJIBAKE = re.compile(f"(?:[ÂÃ]|(?<=â‚¬)[ËÅ]){_CONTINUATION}|â{_CONTINUATION}{{2}}")


def _repaired(match: re.Match[str]) -> str:
    """The character whose UTF-8 bytes were read as Windows-1252, or the words as they stand."""
    raw = b"".join(c.encode("cp1252", "ignore") or c.encode("latin-1", "ignore") for c in match.group())
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return match.group()


def clean(text: str) -> str:
    """A text as articles hold it; what is changed stands at the head of this module.

    Args:
        text: Any text.

    Returns:
        The text with unified line ends and without unseen characters. `clean(clean(x)) == clean(x)`.
    """
    while (after := _clean_once(text)) != text:
        text = after
    return text


def _clean_once(text: str) -> str:
    text = _LINE_ENDS.sub("\n", text)
    while (repaired := _MOJIBAKE.sub(_repaired, text)) != text:  # it may have happened twice
        text = repaired
    text = _SURROGATES.sub("\ufffd", text)
    text = _BLANKS.sub(" ", _UNSEEN.sub("", text))
    return unicodedata.normalize("NFC", text)


def parse_published(value: str | date) -> date:
    """The day of publication.

    Args:
        value: A day (2024-06-25), a time with or without zone (2024-06-25T23:30:00-05:00: the day as written counts),
            or a date as e-mail and feeds write it (Tue, 25 Jun 2024 10:00:00 GMT).

    Returns:
        The day.

    Raises:
        ValueError: If it is none, or not between 1800 and 2100.
    """
    if isinstance(value, datetime):
        day = value.date()
    elif isinstance(value, date):
        day = value
    else:
        text = value.strip()
        iso = re.fullmatch(r"(\d{4}-\d\d-\d\d)(?:[T ]\d\d:?\d\d.*)?", text)
        try:
            day = date.fromisoformat(iso.group(1)) if iso else parsedate_to_datetime(text).date()
        except (ValueError, IndexError, TypeError, OverflowError):
            raise ValueError(_bad_date(text)) from None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError(_bad_date(day.isoformat()))
    return day


def _bad_date(value: object) -> str:
    """What to say of a date that is none."""
    shown = str(value)[:40]
    return f"published: {shown!r} is no date; write YYYY-MM-DD, between {_FIRST_YEAR} and {_LAST_YEAR}"


def split_headline(text: str) -> tuple[str, str]:
    """Headline and body of a plain text.

    The first line is the headline if it is short (200 characters at most), does not end with a full stop, and a blank
    line follows it.

    Args:
        text: A cleaned text.

    Returns:
        Headline (empty where there is none) and body.
    """
    first, _, rest = text.strip().partition("\n")
    head = first.strip()
    following = rest.partition("\n")[0]
    if rest.strip() and not following.strip() and len(head) <= _MAX_HEADLINE and not head.endswith((".", ".”", '."')):
        return head, rest.strip()
    return "", text.strip()


def unwrap(text: str) -> str:
    """Joins the lines of paragraphs that were broken at a fixed width, as e-mail and old text files are.

    Args:
        text: A cleaned plain text.

    Returns:
        The text with one line a paragraph, or as it was where its lines are paragraphs already.
    """
    lines = [line.rstrip() for line in text.split("\n")]
    inner = [a for a, b in itertools.pairwise(lines) if a and b]
    broken = sum(not re.search(r"[.!?:;][\"”’')]?$", line) for line in inner)
    if len(inner) < 3 or max(map(len, lines)) > 100 or broken * 2 <= len(inner):
        return text
    return re.sub(r"(?<=[^\n])\n(?=[^\n])", " ", "\n".join(lines))


_ENGLISH = frozenset("the and of to that with for was has said by from which will his would".split())
_MIN_LETTERS = 60
_SAMPLE = 1_500
_FOREIGN = 0.6
"""How much likelier another language must be, in nats a character, for a text not to be English. English sentences full
of foreign names reach 0.5 (60,000 news items tried), those of the nearest languages begin at 1.1, Pidgin at 0.63."""


def is_english(text: str) -> bool:
    """Whether a text is English, or too short (60 letters) to say.

    Frequent function words settle nearly all; py3langid decides the rest, and in doubt the text is English.

    Args:
        text: A cleaned text.
    """
    sample = text[:_SAMPLE]
    words = re.findall(r"[^\W\d_]+", sample.lower())
    if sum(map(len, words)) <= _MIN_LETTERS:
        return True
    share = sum(map(_ENGLISH.__contains__, words)) / len(words)
    if share >= 0.12 and words.count("the") >= 0.02 * len(words):
        return True
    import py3langid  # its model takes a tenth of a second to load, and English text seldom needs it

    scores = dict(py3langid.rank(sample))
    return bool((max(scores.values()) - scores["en"]) / len(sample) <= _FOREIGN)


def _article_id(publisher: str, published: date | None, text: str) -> str:
    parts = "\0".join((publisher, published.isoformat() if published else "", text))
    return hashlib.sha256(parts.encode("utf-8")).hexdigest()[:16]


def make_article(
    body: str,
    *,
    where: str,
    article_id: str = "",
    title: str = "",
    publisher: str = "",
    published: date | None = None,
    url: str = "",
) -> Article | Problem:
    """An article from its parts, or what is wrong with them.

    Args:
        body: The body, without the headline.
        where: File and line, or address, for the problem.
        article_id: Identifier; made from publisher, date and text where empty.
        title: Headline, or empty.
        publisher: Outlet.
        published: Day of publication.
        url: Address.

    Returns:
        The article; a problem where it is empty or too long, or (skipped) not English.
    """
    if len(body) > MAX_CHARACTERS:
        return too_long(where)
    title = " ".join(clean(title).split())
    body = clean(body).strip()
    publisher = " ".join(clean(publisher).split())
    article_id, url = clean(article_id).strip(), clean(url).strip()
    text = f"{title}\n{body}" if title and body else body or title
    if not any(c.isalnum() for c in text):
        return Problem(where, "no text; nothing to read here")
    if not is_english(text):
        return Problem(where, "not in English; skipped", skipped=True)
    return Article(
        article_id=article_id or _article_id(publisher, published, text),
        text=text,
        title=title,
        publisher=publisher,
        published=published,
        url=url,
    )


def too_long(where: str) -> Problem:
    """The problem of a text that is no article."""
    limit = f"{MAX_CHARACTERS:,} characters"
    return Problem(where, f"longer than {limit}, the limit of one article; split it, or make it JSON Lines")
