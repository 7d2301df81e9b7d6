"""The dates of political news: every class of rule, with dates worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.read.dates import Resolved, TimeSpan, bounds, find, resolve

TUESDAY = date(2024, 6, 25)  # in the week of 24 to 30 June
SUNDAY = date(2024, 6, 23)
Tense = Literal["past", "future", ""]


def edtf(words: str, tense: Tense = "past", anchor: str = "", published: date | None = TUESDAY) -> str:
    when = Resolved(anchor, *bounds(anchor)) if anchor else None
    found = resolve(words, published, tense=tense, anchor=when)
    return found.edtf if found else ""


CALENDAR = {
    "2024-05-03": "2024-05-03",
    "on 2024-5-3": "2024-05-03",
    "20240503": "2024-05-03",
    "05/13/2024": "2024-05-13",
    "13/05/2024": "2024-05-13",
    "3.5.2024": "2024-05-03",
    "May 3, 2021": "2021-05-03",
    "on the 3rd of May 2021": "2021-05-03",
    "11 Sept 2001": "2001-09-11",
    "Sept. 11, 2001": "2001-09-11",
    "on Friday, 7 May 2021": "2021-05-07",
    "9/11": "2001-09-11",
    "since 9/11": "2001-09-11/..",
    "at 3 pm on May 3, 2021": "2021-05-03",
    "the evening of May 3, 2021": "2021-05-03",
    "in March 2012": "2012-03",
    "March of 2012": "2012-03",
    "2012-03": "2012-03",
    "in 2016": "2016",
    "the year 2016": "2016",
    "nineteen eighty-six": "1986",
    "two thousand and five": "2005",
    "in the 1990s": "199X",
    "the '70s": "197X",
    "the nineties": "199X",
    "late 1980s": "1986~/1989~",
    "the 19th century": "18XX",
    "in the twentieth century": "19XX",
    "in the summer of 2016": "2016-22",
    "autumn 2016": "2016-23",
    "winter of 2016-2017": "2016-24",
    "the first quarter of 2017": "2017-01/2017-03",
    "Q3 2017": "2017-07/2017-09",
    "the second half of 2017": "2017-07/2017-12",
    "in the first 11 months of 2017": "2017-01/2017-11",
    "the first Monday of May 2024": "2024-05-06",
    "the last Friday of May 2024": "2024-05-31",
    "the second week of 2024": "2024-01-08/2024-01-14",
    "the last week of May 2024": "2024-05-27/2024-06-02",
    "the week of May 8, 2024": "2024-05-06/2024-05-12",
    "mid-2012": "2012-06~",
    "the beginning of 2015": "2015-01~",
    "the end of 2015": "2015-12~",
    "early 2020": "2020~",
    "in early November 2020": "2020-11",
    "around 2012": "2012~",
    "World War II": "1939/1945",
}


@pytest.mark.parametrize("words", CALENDAR)
def test_the_calendar_needs_no_reference(words: str) -> None:
    assert edtf(words) == edtf(words, published=None) == CALENDAR[words]


WITHOUT_A_YEAR = [
    ("May 3", "past", "2024-05-03"),
    ("May 3", "future", "2025-05-03"),
    ("July 30th", "past", "2023-07-30"),
    ("July 4th", "future", "2024-07-04"),
    ("the Fourth of July", "future", "2024-07-04"),
    ("July 4", "", "2024-07-04"),
    ("June 25", "past", "2024-06-25"),
    ("in March", "past", "2024-03"),
    ("in June", "past", "2024-06"),
    ("in August", "past", "2023-08"),
    ("in August", "future", "2024-08"),
    ("in August", "", "2024-08"),
    ("last June", "past", "2023-06"),
    ("last March", "past", "2024-03"),
    ("next March", "future", "2025-03"),
    ("this March", "past", "2024-03"),
    ("in March last year", "past", "2023-03"),
    ("Friday, May 3", "past", "2024-05-03"),
    ("Friday, May 5", "past", "2023-05-05"),
    ("February 29", "past", "2024-02-29"),
    ("February 29", "future", "2028-02-29"),
    ("the 27th", "past", "2024-05-27"),
    ("the 27th", "future", "2024-06-27"),
    ("5/13", "past", "2024-05-13"),
    ("the third quarter", "future", "2024-07/2024-09"),
    ("last summer", "past", "2023-22"),
    ("this summer", "past", "2024-22"),
    ("next winter", "future", "2024-24"),
]


@pytest.mark.parametrize(
    ("words", "tense", "want"),
    [
        ("July 4", "past", "2024-07-04"),
        ("until July 4", "past", "../2024-07-04"),
        ("effective July 4", "past", "2024-07-04/.."),
        ("in July", "past", "2024-07"),
        ("June 20", "future", "2024-06-20"),
        ("in May", "future", "2024-05"),
    ],
)
def test_a_day_within_a_month_is_meant_rather_than_one_nearly_a_year_off(words: str, tense: Tense, want: str) -> None:
    assert edtf(words, tense) == want


@pytest.mark.parametrize(("words", "tense", "want"), WITHOUT_A_YEAR)
def test_the_year_is_the_nearest_that_fits_the_tense(words: str, tense: Tense, want: str) -> None:
    assert edtf(words, tense) == want


WEEKDAYS = [
    ("on Monday", "past", "2024-06-24"),
    ("on Monday", "", "2024-06-24"),
    ("on Monday", "future", "2024-07-01"),
    ("Tuesday", "past", "2024-06-25"),
    ("Tuesday", "future", "2024-06-25"),
    ("Wednesday", "past", "2024-06-19"),
    ("late Wednesday night", "past", "2024-06-19"),
    ("as early as Wednesday", "future", "2024-06-26"),
    ("at 3 p.m. on Friday", "future", "2024-06-28"),
    ("around 6:30 p.m. local time Friday", "past", "2024-06-21"),
    ("Friday's", "past", "2024-06-21"),
    ("last Friday", "past", "2024-06-21"),
    ("last Tuesday", "past", "2024-06-18"),
    ("next Friday", "future", "2024-07-05"),
    ("next Monday", "future", "2024-07-01"),
    ("this Friday", "future", "2024-06-28"),
    ("Friday last week", "past", "2024-06-21"),
    ("Thursday of next week", "future", "2024-07-04"),
    ("since Monday", "past", "2024-06-24/.."),
    ("until Friday", "future", "../2024-06-28"),
    ("by Friday", "future", "../2024-06-28"),
    ("from Monday to Friday", "past", "2024-06-24/2024-06-28"),
    ("Thursday or Friday", "future", "2024-06-27/2024-06-28"),
]


@pytest.mark.parametrize(("words", "tense", "want"), WEEKDAYS)
def test_a_weekday_is_the_nearest_that_fits_the_tense(words: str, tense: Tense, want: str) -> None:
    assert edtf(words, tense) == want


FROM_PUBLICATION = [
    ("today", "past", "2024-06-25"),
    ("tonight", "future", "2024-06-25"),
    ("later today", "future", "2024-06-25"),
    ("this morning", "past", "2024-06-25"),
    ("yesterday", "past", "2024-06-24"),
    ("last night", "past", "2024-06-24"),
    ("the day before yesterday", "past", "2024-06-23"),
    ("tomorrow", "future", "2024-06-26"),
    ("the day after tomorrow", "future", "2024-06-27"),
    ("overnight", "past", "2024-06-25"),
    ("at 10:39 a.m.", "past", "2024-06-25"),
    ("for a second day", "past", "2024-06-25"),
    ("last week", "past", "2024-06-17/2024-06-23"),
    ("earlier this week", "past", "2024-06-24/2024-06-30"),
    ("next week", "future", "2024-07-01/2024-07-07"),
    ("the week after next", "future", "2024-07-08/2024-07-14"),
    ("this month", "past", "2024-06"),
    ("later this month", "future", "2024-06"),
    ("last month", "past", "2024-05"),
    ("next month", "future", "2024-07"),
    ("this year", "past", "2024"),
    ("earlier this year", "past", "2024"),
    ("last year", "past", "2023"),
    ("next year", "future", "2025"),
    ("early next year", "future", "2025~"),
    ("last quarter", "past", "2024-01/2024-03"),
    ("this decade", "past", "202X"),
    ("this century", "past", "20XX"),
    ("over the weekend", "past", "2024-06-22/2024-06-23"),
    ("this weekend", "future", "2024-06-29/2024-06-30"),
    ("next weekend", "future", "2024-07-06/2024-07-07"),
    ("three days ago", "past", "2024-06-22"),
    ("two weeks ago", "past", "2024-06-11"),
    ("a month ago", "past", "2024-05"),
    ("two years ago", "past", "2022"),
    ("a decade ago", "past", "2014~"),
    ("more than a decade ago", "past", "2014~"),
    ("about two years ago", "past", "2022~"),
    ("2 years, 1 month and 3 days ago", "past", "2022-05-22"),
    ("a couple of days ago", "past", "2024-06-23"),
    ("in two days", "future", "2024-06-27"),
    ("in two months", "future", "2024-08"),
    ("three days from now", "future", "2024-06-28"),
    ("three days from tomorrow", "future", "2024-06-29"),
    ("within 48 hours", "future", "2024-06-25/2024-06-27"),
    ("within a week", "future", "2024-06-25/2024-07-02"),
    ("within the next six months", "future", "2024-06/2024-12"),
    ("in the past 24 hours", "past", "2024-06-24/2024-06-25"),
    ("over the past week", "past", "2024-06-18/2024-06-25"),
    ("in the last ten years", "past", "2014/2024"),
    ("over the past two decades", "past", "2004/2024"),
    ("for two years", "past", "2022/2024"),
    ("the rest of the week", "future", "2024-06-25/2024-06-30"),
    ("in the coming weeks", "future", "2024-06~"),
    ("in recent days", "past", "2024-06~"),
    ("by the end of the month", "future", "2024-06"),
    ("at the end of July", "future", "2024-07"),
    ("mid-July", "future", "2024-07"),
    ("in the next year", "future", "2024-06/2025-06"),
    ("in next year’s vote", "future", ""),
    ("in next year’s", "future", "2025"),
    ("two days after Monday's", "past", "2024-06-26"),
]


@pytest.mark.parametrize(("words", "tense", "want"), FROM_PUBLICATION)
def test_relative_to_the_publication(words: str, tense: Tense, want: str) -> None:
    assert edtf(words, tense) == want
    assert edtf(words, tense, published=None) == ""


@pytest.mark.parametrize(
    ("words", "tense", "want"),
    [
        ("last week", "past", "2024-06-16/2024-06-22"),
        ("this week", "future", "2024-06-23/2024-06-29"),
        ("this week", "past", "2024-06-17/2024-06-23"),
        ("next week", "future", "2024-06-24/2024-06-30"),
    ],
)
def test_a_sunday_paper_stands_between_two_weeks(words: str, tense: Tense, want: str) -> None:
    assert edtf(words, tense, published=SUNDAY) == want


FROM_ANCHOR = [
    ("that day", "2014-03-18", "2014-03-18"),
    ("on the same day", "2014-03-18", "2014-03-18"),
    ("that evening", "2014-03-18", "2014-03-18"),
    ("the next day", "2014-03-18", "2014-03-19"),
    ("the following day", "2014-03-18", "2014-03-19"),
    ("the day after", "2014-03-18", "2014-03-19"),
    ("the day before", "2014-03-18", "2014-03-17"),
    ("a day earlier", "2014-03-18", "2014-03-17"),
    ("two days later", "2014-03-18", "2014-03-20"),
    ("three days after the vote", "2014-03-18", "2014-03-21"),
    ("less than a month after", "2014-03-18", "2014-04~"),
    ("a month later", "2014-03-18", "2014-04"),
    ("earlier that week", "2014-03-18", "2014-03-17/2014-03-23"),
    ("the following week", "2014-03-18", "2014-03-24/2014-03-30"),
    ("the following Friday", "2014-03-18", "2014-03-21"),
    ("the previous Friday", "2014-03-18", "2014-03-14"),
    ("that month", "2014-03-18", "2014-03"),
    ("the following month", "2014-03-18", "2014-04"),
    ("the previous month", "2014-03", "2014-02"),
    ("that year", "2014-03", "2014"),
    ("later that year", "2014-03", "2014"),
    ("the following year", "2014", "2015"),
    ("the previous year", "2014", "2013"),
    ("a year earlier", "2014", "2013"),
    ("in May that year", "2014-03", "2014-05"),
    ("the following January", "2014-03", "2015-01"),
    ("since then", "2014-03-18", "2014-03-18/.."),
    ("that summer", "2014-03", "2014-22"),
]


@pytest.mark.parametrize(("words", "anchor", "want"), FROM_ANCHOR)
def test_relative_to_the_date_last_spoken_of(words: str, anchor: str, want: str) -> None:
    assert edtf(words, "past", anchor) == want


INTERVALS = {
    "from 3 to 5 May 2021": "2021-05-03/2021-05-05",
    "from May 3 through the 5th, 2021": "2021-05-03/2021-05-05",
    "May 3-5, 2021": "2021-05-03/2021-05-05",
    "3–5 May 2021": "2021-05-03/2021-05-05",
    "May 3, 4 and 5, 2021": "2021-05-03/2021-05-05",
    "3, 4 and 5 May 2021": "2021-05-03/2021-05-05",
    "May 30 to June 2, 2021": "2021-05-30/2021-06-02",
    "December 30 to January 2, 2021": "2020-12-30/2021-01-02",
    "between 2014 and 2016": "2014/2016",
    "2014-2016": "2014/2016",
    "in 2011–12": "2011/2012",
    "May and June 2021": "2021-05/2021-06",
    "from May to July 2021": "2021-05/2021-07",
    "from November 2020 to March 2021": "2020-11/2021-03",
    "since 2019": "2019/..",
    "since May 2019": "2019-05/..",
    "from 2019 onwards": "2019/..",
    "starting in 2010": "2010/..",
    "since the war began on May 3, 2021": "2021-05-03/..",
    "by 2030": "../2030",
    "until May 3, 2021": "../2021-05-03",
    "before 2014": "../2013",
    "before May 2014": "../2014-04",
    "after 2014": "2015/..",
    "after May 3, 2014": "2014-05-03/..",
    "during the 2016 election campaign": "2016",
    "during the 30 April 2019 uprising": "2019-04-30",
}


@pytest.mark.parametrize("words", INTERVALS)
def test_intervals_and_open_ends(words: str) -> None:
    assert edtf(words) == INTERVALS[words]


HOLIDAYS = [
    ("Christmas Day", "past", "2023-12-25"),
    ("on New Year's Eve", "past", "2023-12-31"),
    ("New Year’s Day", "future", "2025-01-01"),
    ("Easter 2019", "past", "2019-04-21"),
    ("Easter Sunday", "past", "2024-03-31"),
    ("Good Friday", "past", "2024-03-29"),
    ("Easter Monday", "future", "2025-04-21"),
    ("Thanksgiving", "past", "2023-11-23"),
    ("Labor Day", "future", "2024-09-02"),
    ("Memorial Day", "past", "2024-05-27"),
    ("Election Day 2016", "past", "2016-11-08"),
    ("last Christmas", "past", "2023-12-25"),
    ("Bastille Day", "future", "2024-07-14"),
    ("Martin Luther King Jr. Day", "past", "2024-01-15"),
    ("on Election Day", "past", "2022-11-08"),
    ("on Inauguration Day", "future", "2025-01-20"),
    ("Eid al-Fitr", "past", "2024-04-10~"),
    ("during Ramadan", "past", "2024-03-11~/2024-04-09~"),
]


@pytest.mark.parametrize(("words", "tense", "want"), HOLIDAYS)
def test_holidays(words: str, tense: Tense, want: str) -> None:
    assert edtf(words, tense) == want


@pytest.mark.parametrize(
    "words",
    [
        "",
        "recently",
        "at the same time",
        "for months",
        "for years",
        "days",
        "just days",
        "soon",
        "many years ago",
        "in the past",
        "a few weeks later",
        "February 30, 2021",
        "2021-13-01",
        "since taking office",
        "Baghdad",
        "five years",
        "two days",
    ],
)
def test_no_date(words: str) -> None:
    assert edtf(words) == edtf(words, "future") == ""


@pytest.mark.parametrize(
    "words", ["that year", "the following month", "two days later", "since then", "the next year after"]
)
def test_nothing_was_spoken_of(words: str) -> None:
    assert edtf(words) == ""


def test_first_and_last_day() -> None:
    assert resolve("in February 2024", None) == Resolved("2024-02", date(2024, 2, 1), date(2024, 2, 29))
    assert resolve("since May 2019", None) == Resolved("2019-05/..", date(2019, 5, 1), None)
    assert resolve("by 2030", None) == Resolved("../2030", None, date(2030, 12, 31))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024-07-08", date(2024, 7, 8), date(2024, 7, 8)),
        ("2024-06", date(2024, 6, 1), date(2024, 6, 30)),
        ("2024-06~", date(2024, 6, 1), date(2024, 6, 30)),
        ("2022", date(2022, 1, 1), date(2022, 12, 31)),
        ("197X", date(1970, 1, 1), date(1979, 12, 31)),
        ("19XX", date(1900, 1, 1), date(1999, 12, 31)),
        ("2022-21", date(2022, 3, 1), date(2022, 5, 31)),
        ("2022-24", date(2022, 12, 1), date(2023, 2, 28)),
        ("2024-07-08/2024-07-09", date(2024, 7, 8), date(2024, 7, 9)),
        ("2007~/2015", date(2007, 1, 1), date(2015, 12, 31)),
        ("2019/..", date(2019, 1, 1), None),
        ("../2014", None, date(2014, 12, 31)),
    ],
)
def test_bounds(text: str, first: date | None, last: date | None) -> None:
    assert bounds(text) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2024-13",
        "2024-02-30",
        "24",
        "../..",
        "2024/2023",
        "May 2024",
        "2024-25",
        "197X-01",
        "2024-06-01-",
        "٢٠٢٤",
        "0000",
    ],
)
def test_bounds_refuses(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        bounds(text)


FOUND = [
    ("The envoy arrived on Monday and left yesterday.", ["on Monday", "yesterday"]),
    ("Talks resumed last June in Doha.", ["last June"]),
    ("They have met twice since 2019.", ["since 2019"]),
    ("The accord of 3 May 2021 lapsed.", ["3 May 2021"]),
    ("On Sept. 11, 2001, the towers fell.", ["On Sept. 11, 2001"]),
    ("Later that year the two sides broke ties.", ["Later that year"]),
    ("Less than a month after the vote he resigned.", ["Less than a month after"]),
    ("The army withdrew three days after the deal.", ["three days after"]),
    ("He ruled from 1969 to 2011.", ["from 1969 to 2011"]),
    ("A summit is due between 2014 and 2016.", ["between 2014 and 2016"]),
    ("It will be over by the end of 2018.", ["by the end of 2018"]),
    ("The 2015 nuclear deal is dead.", ["2015"]),
    ("Ministers gather on May 3-5, 2021 in Riga.", ["on May 3-5, 2021"]),
    ("Ministers gather on May 3 and 4 in Riga.", ["on May 3 and 4"]),
    ("Ministers gather May 3, 4 and 5.", ["May 3, 4 and 5"]),
    ("Shops stay shut from May 3 to 20.", ["from May 3 to 20"]),
    ("On May 3 and 4 ships sank.", ["On May 3"]),
    ("In early November, ships sailed.", ["In early November"]),
    ("In the 1990s the border was open.", ["In the 1990s"]),
    ("It fell in the summer of 2016.", ["in the summer of 2016"]),
    ("More than a decade ago, they signed.", ["More than a decade ago"]),
    ("Polls open tomorrow at 8 a.m.", ["tomorrow", "at 8 a.m."]),
    ("The two met over the weekend.", ["over the weekend"]),
    ("In May, the court ruled.", ["In May"]),
    ("He led the bloc from April 2013 to May 2015.", ["from April 2013 to May 2015"]),
    ("Shops stay shut until January 30, 2026.", ["until January 30, 2026"]),
    ("He quit in 2014 and on Monday returned.", ["in 2014", "on Monday"]),
    ("They sit on Monday and Tuesday.", ["on Monday and Tuesday"]),
    ("They struck the day after Christmas.", ["the day after Christmas"]),
    ("Two days after Monday's vote he fled.", ["Two days after Monday's"]),
    ("Talks last from Monday until Friday.", ["from Monday until Friday"]),
    ("It has cost a dollar an hour since July 2009.", ["since July 2009"]),
    ("A visit within 48 hours is unlikely.", ["within 48 hours"]),
]
NOT_FOUND = [
    "They may march on the capital.",
    "Theresa May spoke, and the second minister listened.",
    "March for peace, they said.",
    "It adopted Resolution 1973.",
    "The grant is worth $2000 and 1,945 people shared it.",
    "The 16-year-old was freed.",
    "The sun sat low over the sea.",
]


@pytest.mark.parametrize(("sentence", "want"), FOUND)
def test_find(sentence: str, want: list[str]) -> None:
    assert [span.text for span in find(sentence)] == want


@pytest.mark.parametrize("sentence", NOT_FOUND)
def test_find_leaves_alone(sentence: str) -> None:
    assert find(sentence) == []


def test_find_gives_offsets() -> None:
    assert find("It ended on Monday.") == [TimeSpan(9, 18, "on Monday")]


WORDS = st.lists(
    st.sampled_from(
        "on in the since until last next this Monday May March 3 5th 2016 1990s week month year days ago "
        "later before after two of early mid- end - , and to from between '70s Q3 9/11 3:30 p.m. today first "
        "half spring century Easter that same weekend".split()
    ),
    max_size=12,
).map(" ".join)
ANY = st.one_of(st.text(max_size=60), WORDS)
DAYS = st.one_of(st.none(), st.dates())


@given(ANY)
def test_spans_slice_back(sentence: str) -> None:
    end = 0
    for span in find(sentence):
        assert end <= span.start < span.end <= len(sentence)
        assert sentence[span.start : span.end] == span.text
        end = span.end


@given(ANY, DAYS, st.sampled_from(["past", "future", ""]), DAYS)
def test_resolve_never_raises_and_bounds_agree(
    text: str, published: date | None, tense: Tense, spoken: date | None
) -> None:
    anchor = Resolved(spoken.isoformat(), spoken, spoken) if spoken else None
    found = resolve(text, published, tense=tense, anchor=anchor)
    if found:
        assert bounds(found.edtf) == (found.first, found.last)
        assert found.first is None or found.last is None or found.first <= found.last


@given(st.dates(), st.dates())
def test_bounds_of_an_interval_are_ordered(one: date, other: date) -> None:
    low, high = sorted((one, other))
    assert bounds(f"{low}/{high}") == (low, high)
    if low != high:
        with pytest.raises(ValueError, match="before"):
            bounds(f"{high}/{low}")


@pytest.mark.parametrize(
    "piece", ["the ", "5 ", "\n", "-", "late in early ", "may ", "twenty-", "of the year ", "2016 and "]
)
def test_long_sentences_are_read_in_linear_time(piece: str) -> None:
    sentence = (piece * (100_000 // len(piece)))[:100_000]
    find(sentence)
    assert resolve(sentence, TUESDAY) is None
