"""Words and windows: every word has a piece, windows hold whole sentences and no more than they should."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from legation.read.encoder import model_folder
from legation.read.words import MAX_PIECES, PieceTokenizer, case_of, encode_sentences, pack, window, words_of

TOKENIZER = model_folder() / "tokenizer.json"
pytestmark = pytest.mark.skipif(not TOKENIZER.exists(), reason="no network in src/legation/model: run make train")


def tokenizer() -> PieceTokenizer:
    out = Tokenizer.from_file(str(TOKENIZER))
    out.no_padding()
    out.no_truncation()
    return out


def test_dotted_abbreviations_are_one_word() -> None:
    text = "The U.S. Navy's ships"
    assert [text[w.start : w.end] for w in words_of(text, 0, len(text))] == ["The", "U.S.", "Navy", "'", "s", "ships"]


@pytest.mark.parametrize(
    ("word", "case"), [("talks", 1), ("Talks", 2), ("A", 2), ("NATO", 3), ("McKay", 4), ("2nd", 5), ("%", 6)]
)
def test_case_classes(word: str, case: int) -> None:
    assert case_of(word) == case


def test_each_word_points_at_its_first_piece() -> None:
    text = "Uzbekistan abstained."
    (sentence,) = encode_sentences(text, [(1, 0, len(text))], tokenizer())
    w = window([sentence])
    assert [text[x.start : x.end] for x in w.words] == ["Uzbekistan", "abstained", "."]
    assert w.first_piece[0] == 1
    assert w.first_piece == sorted(set(w.first_piece))
    assert len(w.ids) == len(w.cases) == len(w.headline)


def test_headline_pieces_are_marked() -> None:
    text = "Talks fail\nThey left."
    sentences = encode_sentences(text, [(0, 0, 10), (1, 11, 21)], tokenizer())
    w = window(sentences)
    assert sum(w.headline) == len(sentences[0].pieces)


def test_a_very_long_sentence_is_read_in_parts_without_losing_words() -> None:
    text = "The minister of trade said " * 4000
    parts = encode_sentences(text, [(1, 0, len(text))], tokenizer())
    assert len(parts) > 1
    assert max(len(p.pieces) for p in parts) <= MAX_PIECES
    assert sum(len(p.words) for p in parts) == 5 * 4000


def test_windows_never_split_a_sentence() -> None:
    text = "One two three four. " * 30
    spans = [(i + 1, 20 * i, 20 * i + 19) for i in range(30)]
    groups = pack(encode_sentences(text, spans, tokenizer()), 32)
    assert [s.sentence for g in groups for s in g] == list(range(1, 31))
    assert all(sum(len(s.pieces) + 1 for s in g) <= 32 for g in groups)


@given(st.text(max_size=200))
def test_words_slice_back_and_do_not_overlap(text: str) -> None:
    last = 0
    for word in words_of(text, 0, len(text)):
        assert word.start >= last
        assert text[word.start : word.end].strip()
        last = word.end


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_laid_out(text: str) -> None:
    for sentence in encode_sentences(text, [(1, 0, len(text))], tokenizer()):
        w = window([sentence])
        assert len(w.words) == len(w.first_piece) == len(w.sentence_of)
        assert all(0 < p < len(w.ids) for p in w.first_piece)
