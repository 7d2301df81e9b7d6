"""Whom names mean: as of the article's date, by the company they keep, and as the article introduces them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.link.resolve import find_mentions
from legation.link.spans import places_of_span
from legation.read.sentences import split
from legation.types import Mention


def mentions(text: str, day: date = date(2020, 6, 1)) -> dict[str, Mention]:
    spans = [(s.number, s.start, s.end) for s in split(text)]
    return {text[m.start : m.end]: m for m in find_mentions(text, spans, day)}


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("Delhi said nothing, but India will vote.", "India", "IND"),
        ("The Kremlin denied it.", "Kremlin", "RUS.GOV"),
        ("Turkish jets crossed the border.", "Turkish", "TUR"),
        ("Hezbollah fired rockets.", "Hezbollah", "NSA:HEZBOLLAH"),
        ("NATO will meet in July.", "NATO", "IGO:NATO"),
        ("The U.S. and Côte d'Ivoire agreed.", "U.S.", "USA"),
        ("Talks were held in Geneva.", "Geneva", "CHE"),
        ("The Knesset passed it.", "Knesset", "ISR.LEG"),
    ],
)
def test_names_of_states_seats_and_bodies(text: str, name: str, code: str) -> None:
    assert mentions(text)[name].code == code


@pytest.mark.parametrize(
    ("day", "code"),
    [(date(2005, 3, 1), "DEU.GOV"), (date(2012, 3, 1), "DEU.ELI")],
)
def test_an_office_holder_is_resolved_as_of_the_article(day: date, code: str) -> None:
    assert mentions("Gerhard Schroeder visited Moscow.", day)["Gerhard Schroeder"].code == code


def test_a_family_name_alone_means_the_one_in_office() -> None:
    assert mentions("Merkel called for talks.", date(2015, 5, 1))["Merkel"].code == "DEU.GOV"


def test_the_taliban_are_a_government_from_august_2021() -> None:
    assert mentions("The Taliban banned it.", date(2020, 1, 1))["Taliban"].code == "NSA:TALIBAN"
    assert mentions("The Taliban banned it.", date(2023, 1, 1))["Taliban"].code == "AFG.GOV"


def test_an_office_before_a_name_introduces_it_for_the_rest() -> None:
    text = "Kremlin aide Yevgeny Malinkov spoke first. Malinkov then left."
    found = find_mentions(text, [(s.number, s.start, s.end) for s in split(text)], date(2020, 1, 1))
    assert [(text[m.start : m.end], m.code) for m in found if "Malinkov" in text[m.start : m.end]] == [
        ("Yevgeny Malinkov", "RUS.GOV"),
        ("Malinkov", "RUS.GOV"),
    ]


def test_an_apposition_introduces_a_name() -> None:
    text = "Tariq Benomar, the Moroccan interior minister, declined to comment."
    assert mentions(text)["Tariq Benomar"].code == "MAR.GOV"


def test_another_person_of_the_same_family_is_left_alone() -> None:
    assert "Merkel" not in mentions("A baker called Gustav Merkel won a prize.", date(2015, 5, 1))


def test_descriptions_mean_their_actor_only_where_it_is_named() -> None:
    assert "the bloc" not in mentions("Members of the bloc met.")
    assert mentions("The European Union met. Members of the bloc agreed.")["the bloc"].code == "IGO:EU"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("the US ambassador to Russia", ["USA"]),
        ("Russian and Chinese diplomats", ["RUS", "CHN"]),
        ("Iran's foreign ministry", ["IRN"]),
        ("the army", []),
    ],
)
def test_a_span_is_about_its_head(text: str, places: list[str]) -> None:
    found = find_mentions(text, [(1, 0, len(text))], date(2020, 1, 1))
    assert places_of_span(text, 0, len(text), found) == places


@given(st.text(max_size=200), st.dates(date(1990, 1, 1), date(2026, 1, 1)))
def test_any_text_gives_ordered_mentions(text: str, day: date) -> None:
    last = 0
    for m in find_mentions(text, [(s.number, s.start, s.end) for s in split(text)], day):
        assert last <= m.start < m.end <= len(text)
        last = m.end


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("Israeli soldiers in the northern Gaza Strip fired.", "Gaza Strip", "PSE"),
        ("Labour Party leaders met in London.", "Labour Party", "GBR.PTY"),
        ("A Houthi missile fell.", "Houthi", "NSA:HOUTHIS"),
    ],
)
def test_places_and_groups_are_no_persons(text: str, name: str, code: str) -> None:
    assert mentions(text, date(2024, 6, 1))[name].code == code


def test_two_states_that_share_a_noun_are_both_found() -> None:
    found = mentions("North and South Korean leaders met.")
    assert {name: m.place for name, m in found.items()} == {"North": "PRK", "South Korean": "KOR"}


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("Kenya's Supreme Court annulled the vote.", "Supreme Court", "KEN.JUD"),
        ("The Senate of Brazil voted on Monday.", "Senate", "BRA.LEG"),
        ("Colombia’s Congress passed the bill.", "Congress", "COL.LEG"),
        ("The Supreme Court let the law stand, Kenya said.", "Supreme Court", "USA.JUD"),
        ("Russia's White House visit was put off.", "White House", "USA.GOV"),
    ],
)
def test_an_organ_that_many_countries_have_is_that_of_the_country_beside_it(text: str, name: str, code: str) -> None:
    assert mentions(text)[name].code == code


def test_a_sentence_full_of_names_is_no_headline() -> None:
    found = mentions(
        "Mayor Rosa Almeida of Porto Alegre appoints Julian Castro, head of Harbour Works, to the Housing Board."
    )
    assert "Castro" not in found
    assert mentions("Obama Meets Castro During Havana Visit", date(2016, 3, 21))["Castro"].actor_id == "raul-castro"
