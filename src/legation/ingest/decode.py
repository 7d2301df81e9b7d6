"""Bytes as found in the wild to text, and what kind of input a beginning is the beginning of."""

from __future__ import annotations

import codecs
import re
from typing import Literal

__all__ = ["Kind", "binary_reason", "bom_encoding", "decode", "sniff"]

Kind = Literal["text", "html", "jsonl", "json"]

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LATIN = frozenset({"iso8859-1", "ascii", "utf-8"})
"""What pages declare that are in truth Windows-1252, as the HTML standard has it, and what was tried already."""

_MAGIC = (
    (b"%PDF", "a PDF; extract its text first"),
    (b"PK\x03\x04", "a ZIP or Office file; save it as text or HTML"),
    (b"\xd0\xcf\x11\xe0", "an Office file; save it as text or HTML"),
    (b"\x1f\x8b", "compressed; its name must end in .gz"),
    (b"{\\rtf", "an RTF file; save it as text or HTML"),
)
_CONTROLS = bytes(b for b in range(32) if b not in b"\t\n\v\f\r\x1b")
_MARKUP = re.compile(
    r"<(?:!doctype\s+html|\?xml|!--|html|head|body|article|main|div|p|h1|meta|title)\b|<(?:\?xml|!--)", re.I
)


def _windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Decodes the bytes that are no UTF-8 as Windows-1252: texts from two hands have both."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("legation.windows-1252", _windows_1252)


def bom_encoding(head: bytes) -> str:
    """Encoding that a byte order mark announces, or the one that every other byte being NUL gives away; else empty."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    sample = head[:400]
    even, odd = sample[0::2], sample[1::2]
    if len(sample) >= 8:
        if odd.count(0) > 0.7 * len(odd) and even.count(0) < 0.1 * len(even):
            return "utf-16-le"
        if even.count(0) > 0.7 * len(even) and odd.count(0) < 0.1 * len(odd):
            return "utf-16-be"
    return ""


def decode(raw: bytes, declared: str = "") -> str:
    """Text of some bytes, whatever they are.

    A byte order mark is believed first, then UTF-8 if every byte fits, then the declared encoding if every byte fits;
    otherwise the text is UTF-8 with its odd bytes read as Windows-1252, which reads either of the two and mixtures.

    Args:
        raw: The bytes.
        declared: Name of an encoding that a header or the page declares, or empty.
    """
    encoding = bom_encoding(raw)
    if encoding:
        return raw.decode(encoding, "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        if declared and codecs.lookup(declared).name not in _LATIN:
            return raw.decode(declared)
    except (LookupError, ValueError):
        pass
    return raw.decode("utf-8", "legation.windows-1252")


def binary_reason(head: bytes) -> str:
    """Why a file with this beginning is no text; empty where it may be one.

    Single NUL and control bytes are forgiven (they are removed later); more than one in twenty are not.

    Args:
        head: The first bytes, some thousands at the best.
    """
    for magic, reason in _MAGIC:
        if head.startswith(magic):
            return reason
    if not head or bom_encoding(head):
        return ""
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return "binary, not text; give it as text, HTML or JSON Lines" if controls * 20 > len(head) else ""


def sniff(head: bytes) -> Kind:
    """Kind of an input by its beginning: JSON Lines, JSON, HTML, or else plain text."""
    start = decode(head[:2048]).lstrip("\ufeff \t\r\n")
    if re.match(r'\{\s*"', start) or start.startswith("{}"):
        return "jsonl"
    if re.match(r'\[\s*(?:\{\s*"|\])', start):
        return "json"
    return "html" if _MARKUP.match(start) else "text"
