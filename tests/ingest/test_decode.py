from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.ingest.decode import binary_reason, decode, sniff

TEXT = "Łukasz said “no” – café, 5 €. " * 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_encodings(encoding: str) -> None:
    raw = TEXT.encode(encoding)
    assert decode(raw).lstrip("\ufeff") == TEXT
    assert binary_reason(raw) == ""


def test_windows_1252_undeclared() -> None:
    assert decode("“no” – café, 5 €".encode("cp1252")) == "“no” – café, 5 €"


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252", "utf-8", "us-ascii", "nonsense", "base64", ""])
def test_windows_1252_whatever_is_declared(declared: str) -> None:
    assert decode("“no” – café".encode("cp1252"), declared) == "“no” – café"


def test_declared_encoding_is_believed_where_it_fits() -> None:
    assert decode("Łódź".encode("iso-8859-2"), "iso-8859-2") == "Łódź"
    assert decode("Łódź".encode(), "iso-8859-2") == "Łódź"


@given(st.binary(max_size=200))
def test_any_bytes_decode(raw: bytes) -> None:
    assert isinstance(decode(raw), str)


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        ('{"text": "a"}\n', "jsonl"),
        ('\ufeff \n{ "text"', "jsonl"),
        ('[{"text": "a"}]', "json"),
        ("<!DOCTYPE html><html>", "html"),
        ("\n<html lang=en>", "html"),
        ('<?xml version="1.0"?>', "html"),
        ("<!-- saved --><p>", "html"),
        ("<p class=x>", "html"),
        ("[Moscow] said", "text"),
        ("{sic} he said", "text"),
        ("<b>old", "text"),
        ("Norway", "text"),
        ("", "text"),
    ],
)
def test_sniff(start: str, kind: str) -> None:
    assert sniff(start.encode()) == kind


def test_stray_controls_are_forgiven_and_many_are_not() -> None:
    assert binary_reason(b"Norway will visit Chile\0 on Monday.") == ""
    assert binary_reason(bytes(range(200))) != ""
    assert "ZIP" in binary_reason(b"PK\x03\x04....")
