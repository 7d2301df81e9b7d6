from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.ingest.article import (
    clean,
    is_english,
    make_article,
    parse_published,
    split_headline,
    unwrap,
)
from legation.types import Article, Problem


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("a\r\nb\rc\u2028d\x85e\x0cf", "a\nb\nc\nd\ne\nf"),
        ("a\0b\x07c\x1b[31md", "abc[31md"),
        ("\ufeffa\u200bb\u00adc\u2060d", "abcd"),
        ("a\u202eb\u2066c\u200fd\u061ce", "abcde"),
        ("a\u00a0b\tc\u2009d", "a b c d"),
        ("cafe\u0301", "café"),
        ("donâ€™t say â€œnoâ€\x9d, JosÃ©", "don’t say “no”, José"),
        ("Obamaâ€™s, Ã¢â‚¬ËœCaptive NationsÃ¢â‚¬â„¢", "Obama’s, ‘Captive Nations’"),
        ("Ã¢â‚¬Å“no to â‚¬ 5Ã¢â‚¬Â\x9d", "“no to € 5”"),
        ("château, Goiânia, mâ, Âge – “â”", "château, Goiânia, mâ, Âge – “â”"),
        ("\ud800x", "\ufffdx"),
        ("a\U000e0041b", "ab"),
        ("São Tomé, Ångström, Âge, “quoted” – as is", "São Tomé, Ångström, Âge, “quoted” – as is"),
    ],
)
def test_clean(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


@given(st.text(st.characters(), max_size=60) | st.text("Ââ€Ã\0\x9d™\u200b\u00a0\r\n", max_size=20))
def test_clean_settles_and_leaves_nothing_unseen(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert not set(once) & set("\0\r\t\x1b\u200b\u202e\ufeff\u2028")
    once.encode("utf-8")


@pytest.mark.parametrize(
    "value",
    [
        "2024-06-25",
        " 2024-06-25 ",
        "2024-06-25T23:59:00-05:00",
        "2024-06-25 00:01:00Z",
        "2024-06-25T10:00",
        "2024-06-25T10:00:00.123+0000",
        "Tue, 25 Jun 2024 23:30:00 -0500",
        date(2024, 6, 25),
        datetime(2024, 6, 25, 23, 59),
    ],
)
def test_published(value: str | date) -> None:
    day = parse_published(value)
    assert day == date(2024, 6, 25)
    assert type(day) is date


@pytest.mark.parametrize("value", ["", "soon", "2024-6-25", "2024-02-30", "1066-10-14", "2024-06-25x", "9999-01-01"])
def test_published_that_is_none(value: str) -> None:
    with pytest.raises(ValueError, match="is no date"):
        parse_published(value)


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        ("Norway visits Chile\n\nOSLO – It did.", "Norway visits Chile"),
        ("Norway visits Chile\nOSLO – It did.", ""),
        ("Norway visits Chile.\n\nIt did.", ""),
        ("Will Norway visit Chile?\n  \nIt did.", "Will Norway visit Chile?"),
        ("Norway visits Chile", ""),
        ("Norway visits Chile\n\n", ""),
        ("\n\nNorway visits Chile\n\nIt did.", "Norway visits Chile"),
        ("x" * 201 + "\n\nIt did.", ""),
    ],
)
def test_headline_of_plain_text(text: str, headline: str) -> None:
    assert split_headline(text)[0] == headline


def test_lines_broken_at_a_width_are_joined() -> None:
    text = (
        "Norway's foreign minister will visit\nChile on Monday, the ministry said\nin a statement. It is the first\n"
        "visit in ten years.\n\nChile welcomed the news from Oslo and\nsaid that it would host a dinner."
    )
    assert unwrap(text).count("\n") == 2
    assert "visit Chile on Monday, the ministry said in" in unwrap(text)


def test_lines_that_are_paragraphs_stay() -> None:
    text = "Norway visits Chile.\nChile is glad.\nPeru is not.\nNobody else said a word."
    assert unwrap(text) == text


def make(body: str, **more: object) -> Article:
    made = make_article(body, where="here", **more)
    assert isinstance(made, Article)
    return made


def test_text_is_headline_newline_body() -> None:
    article = make("\n It did.\r\nTwice. ", title=" Norway  visits\tChile ")
    assert article.text == "Norway visits Chile\nIt did.\nTwice."
    assert article.title == "Norway visits Chile"


def test_body_that_repeats_the_headline_is_left_as_it_is() -> None:
    article = make("Norway visits Chile\nIt did.", title="Norway visits Chile")
    assert article.text == "Norway visits Chile\nNorway visits Chile\nIt did."


def test_headline_alone_is_an_article() -> None:
    assert make("", title="Norway visits Chile").text == "Norway visits Chile"


def test_id_is_given_or_follows_from_content() -> None:
    assert make("It did.", article_id="x7").article_id == "x7"
    first = make("It did.", publisher="A", published=date(2024, 6, 25))
    assert first.article_id == make("It did. ", publisher="A", published=date(2024, 6, 25)).article_id
    others = [make("It did!"), make("It did.", publisher="B"), make("It did.", publisher="A")]
    assert len({first.article_id, *(o.article_id for o in others)}) == 4


@pytest.mark.parametrize("body", ["", " \n ", "…", "\u200b\u202e", "—– .."])
def test_nothing_to_read(body: str) -> None:
    made = make_article(body, where="here")
    assert isinstance(made, Problem)
    assert not made.skipped


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("Putin in Peking", True),
        ("Kurz auf Deutsch", True),
        ("Modi met Putin in Moscow. Zelenskyy criticised the visit. Kyiv summoned India's ambassador Wednesday.", True),
        ("Nigerian defence minister Badaru Abubakar resigns amid President Bola Tinubu's emergency.", True),
        ("Malaysian Prime Minister Najib Razak dismisses Deputy Prime Minister Muhyiddin Yassin.", True),
        ("Utenriksministeren skal besøke Chile på mandag, opplyser departementet i en uttalelse.", False),
        ("Le ministre norvégien des affaires étrangères se rendra lundi au Chili, a annoncé son cabinet.", False),
        ("De Noorse minister van Buitenlandse Zaken brengt maandag een bezoek aan Chili, zegt zijn ministerie.", False),
        (
            "挪威外交大臣将于星期一访问智利，该部在一份声明中说。这是十年来的首次访问，双方预计将签署一项渔业协定，内容包括共同管理和研究。"
            * 2,
            False,
        ),
    ],
)
def test_language(text: str, english: bool) -> None:
    assert is_english(text) is english
