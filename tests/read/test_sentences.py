"""Sentences: whole headlines, no cut at abbreviations, offsets that slice back."""

from hypothesis import given
from hypothesis import strategies as st

from legation.read.sentences import split


def texts(text: str, title: str = "") -> list[str]:
    return [text[s.start : s.end] for s in split(text, title)]


def test_the_headline_is_sentence_zero_and_stays_whole() -> None:
    text = "Talks fail. What now?\nThe two sides left Geneva. No date was set."
    found = split(text, "Talks fail. What now?")
    assert [s.number for s in found] == [0, 1, 2]
    assert texts(text, "Talks fail. What now?")[0] == "Talks fail. What now?"


def test_without_a_headline_the_body_counts_from_one() -> None:
    assert [s.number for s in split("One came. Two left.")] == [1, 2]


def test_titles_and_initials_do_not_end_a_sentence() -> None:
    text = "Gen. J. R. Ortiz met Mr. Sato in the U.S. State Department on Aug. 4. He left at once."
    assert texts(text) == [text[: text.index(" He left")], "He left at once."]


def test_a_quotation_keeps_its_closing_mark() -> None:
    assert texts('"We will not sign." She then left.') == ['"We will not sign."', "She then left."]


def test_a_decimal_number_is_no_end() -> None:
    assert texts("It cost 4.5 billion dollars. Then it failed.")[0] == "It cost 4.5 billion dollars."


def test_blank_lines_give_no_sentence() -> None:
    assert texts("\n\n  \nOne.\n\n\nTwo.\n") == ["One.", "Two."]


@given(st.text(max_size=400), st.booleans())
def test_offsets_are_trimmed_ordered_and_inside(text: str, titled: bool) -> None:
    title = text.split("\n", 1)[0] if titled else ""
    last = 0
    for sentence in split(text, title):
        words = text[sentence.start : sentence.end]
        assert words == words.strip() != ""
        assert sentence.start >= last
        last = sentence.end
