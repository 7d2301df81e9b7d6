"""Reports: the claims of one article about one event, put together; telling words and their stems."""

from dataclasses import replace
from datetime import date

import pytest

from helpers import make_claim
from legation.merge.reports import WORDS, reports_of
from legation.merge.words import is_name, is_number, is_ordinal, stem, telling
from legation.read.sentences import split
from legation.types import Actor, Article, Claim, Date, Place

TEXT = (
    "Norway's foreign minister Anna Berg will visit Chile. The visit on 8 July is the third this year. "
    "Some 1,200 people protested."
)
ARTICLE = Article("a", TEXT, "", "Gulf Courier", date(2024, 7, 1))


def claim(word: str, event: str, **more: object) -> Claim:
    start = TEXT.index(word)
    sentence = next(s.number for s in split(TEXT) if s.start <= start < s.end)
    return replace(make_claim(ARTICLE, start, start + len(word), sentence), event_id=event, **more)


def reports(*claims: Claim) -> list:
    return reports_of(ARTICLE, claims, date(2024, 7, 1), "a", split(TEXT))


def test_claims_of_one_event_are_one_report_that_is_its_own_event_as_yet() -> None:
    found = reports(claim("visit", "e1"), claim("protested", "e2"), claim("The visit", "e1"))
    assert [(r.report_id, r.event_id, r.claims) for r in found] == [("e1", "e1", 2), ("e2", "e2", 1)]
    assert {(r.article_id, r.publisher, r.original_id, r.known_from) for r in found} == {
        ("a", "Gulf Courier", "a", date(2024, 7, 1))
    }


def test_the_type_is_that_of_most_claims_and_the_mode_that_of_most_of_these() -> None:
    kinds = [("AGREE", ""), ("CONSULT", "visit"), ("CONSULT", "")]
    (report,) = reports(*(claim("visit", "e", event_type=t, event_mode=m) for t, m in kinds))
    assert (report.event_type, report.event_mode) == ("CONSULT", "visit")


def test_statuses_stand_once_each_in_the_order_of_the_guidelines() -> None:
    (report,) = reports(*(claim("visit", "e", status=s) for s in ("not", "planned", "happened", "planned")))
    assert report.statuses == ("happened", "planned", "not")


def test_parties_stand_once_each_the_most_frequent_first_and_unknown_ones_only_alone() -> None:
    russia, india, nobody = (Actor(c) for c in ("RUS.GOV", "IND.GOV", "XXX"))
    (report,) = reports(
        claim("visit", "e", actors=(russia, nobody), recipients=(nobody,)),
        claim("visit", "e", actors=(india,), recipients=()),
        claim("visit", "e", actors=(india,), recipients=()),
    )
    assert [p.code for p in report.actors] == ["IND.GOV", "RUS.GOV"]
    assert [p.code for p in report.recipients] == ["XXX"]


def test_the_date_is_the_narrowest_and_what_publication_says_is_the_last_resort() -> None:
    year = Date("2024", date(2024, 1, 1), date(2024, 12, 31), "stated")
    day = Date("2024-07-08", date(2024, 7, 8), date(2024, 7, 8), "context")
    published = Date("2024-07-01", date(2024, 7, 1), date(2024, 7, 1), "publication")
    later = Date("2024/..", date(2024, 1, 1), None, "stated")
    for dates, best in (((year, published, day), day), ((published, year), year), ((later, year), year)):
        (report,) = reports(*(claim("visit", "e", date=d) for d in dates))
        assert report.date == best
    assert reports(claim("visit", "e", date=Date()))[0].date == Date()


def test_a_place_with_a_country_goes_before_one_without() -> None:
    (report,) = reports(
        claim("visit", "e", place=Place("the capital")), claim("visit", "e", place=Place("Santiago", country="CHL"))
    )
    assert report.place.text == "Santiago"


def test_words_are_those_of_its_sentences_the_nearest_to_the_trigger_first() -> None:
    visit, protest = reports(claim("visit", "e1"), claim("protested", "e2"))
    assert visit.words[:2] == ("visit", "Chil")
    assert {"Anna", "Berg"} <= set(visit.words)
    assert "will" not in visit.words
    assert set(protest.words[:3]) == {"1200", "peopl", "protest"}
    assert visit.stems == ("visit",)


def test_headline_and_lead_give_words_too_and_no_other_sentence_does() -> None:
    told, again = reports(claim("protested", "e1"), claim("The visit", "e2"))
    assert {"Chil", "Anna", "Berg"} <= set(told.words[3:])
    assert "july" not in told.words and "3rd" not in told.words
    assert {"3rd", "Berg"} <= set(again.words)
    titled = Article("a", f"Visit to Chile\n{TEXT}", "Visit to Chile", "Gulf Courier", date(2024, 7, 1))
    at = titled.text.index("protested")
    event = replace(make_claim(titled, at, at + len("protested"), 3), event_id="e")
    (report,) = reports_of(titled, [event], date(2024, 7, 1), "a", split(titled.text, titled.title))
    assert {"visit", "Chil", "Berg"} <= set(report.words)
    assert "3rd" not in report.words


def test_a_trigger_of_several_words_gives_the_stem_of_each() -> None:
    shot = Article("a", "A plane was shot-down.", "", "Gulf Courier", date(2024, 7, 1))
    event = replace(make_claim(shot, 12, 21, 1), event_id="e")
    (report,) = reports_of(shot, [event], date(2024, 7, 1), "a", split(shot.text))
    assert report.stems == (stem("shoot"),)


def test_a_report_has_no_more_words_than_merging_compares() -> None:
    many = " ".join(f"word{chr(97 + k // 26)}{chr(97 + k % 26)}" for k in range(100))
    assert len(telling(many, [(0, len(many))], [50], WORDS)) == WORDS


def test_a_claim_of_another_article_is_an_error() -> None:
    with pytest.raises(ValueError, match="is of article b, not of a"):
        reports(claim("visit", "e", article_id="b"))


@pytest.mark.parametrize(
    "forms",
    [
        "visit visits visited visiting",
        "sanction sanctions sanctioned",
        "kill kills killed killing",
        "meet met meets meeting",
        "inaugurate inaugurated inauguration",
        "invade invasion invades",
        "Erdoğan Erdogan",
        "twelve 12",
        "third 3rd",
    ],
)
def test_forms_of_one_word_have_one_stem(forms: str) -> None:
    assert len({stem(word) for word in forms.split()}) == 1


@pytest.mark.parametrize("pair", ["war were", "sign resign", "president presidency", "Iran Iraq", "12 13"])
def test_different_words_keep_different_stems(pair: str) -> None:
    a, b = pair.split()
    assert stem(a) != stem(b)


def test_names_numbers_and_ordinals_are_told_apart() -> None:
    words = telling("In March Anna Berg signed the 3rd of 12 treaties", [(0, 48)], [18], 99)
    assert [w for w in words if is_name(w)] == ["Berg", "Anna"]
    assert [w for w in words if is_number(w) and not is_ordinal(w)] == ["12"]
    assert [w for w in words if is_ordinal(w)] == ["3rd"]


def test_a_headline_in_capitals_makes_no_names() -> None:
    text = "Minister Visits Chile Today"
    assert not [w for w in telling(text, [(0, len(text))], [9], 99) if is_name(w)]
