from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest

from legation.merge.history import Telling, has_direction, pair_events, states
from legation.types import Actor, Claim, Date, Place, Speaker, Trigger

NORWAY = Actor("NOR.GOV", "", None, None, "norway", "Norway")
CHILE = Actor("CHL", "", None, None, "chile", "Chile")
_NUMBERS = iter(range(10**6))


def on(first, last=None, basis="stated"):
    last = last or first
    return Date(
        first if first == last else f"{first}/{last}", date.fromisoformat(first), date.fromisoformat(last), basis
    )


def told(day, status="planned", when=None, *, voice=None, by=(), actors=(NORWAY,), recipients=(CHILE,), **more):
    number = next(_NUMBERS)
    known = date.fromisoformat(day)
    if when is None:
        when = {
            "happened": Date(f"../{day}", None, known, "publication"),
            "ongoing": Date(day, known, known, "publication"),
        }
        when = when.get(status, Date())
    speakers = tuple(b if isinstance(b, Speaker) else Speaker(b) for b in by)
    claim = Claim(
        claim_id=f"c{number:06}", article_id=f"a{number:06}", sentence=1, trigger=Trigger(3, 8, "visit"),
        event_type="CONSULT", event_mode="visit", contexts=("diplomatic",), status=status, score=4.0, actors=actors,
        recipients=recipients, date=when, place=Place(), attribution=speakers, event_id="r",
        confidence=0.9,
    )  # fmt: skip
    return Telling(replace(claim, **more), known, voice or claim.article_id)


def changes(*tellings):
    return [(s.known_from.isoformat(), s.change, s.status) for s in states("e", tellings)]


def last(*tellings):
    return states("e", tellings)[-1]


def test_announced_dated_moved_and_happened_are_told_apart():
    assert changes(
        told("2024-06-25"),
        told("2024-07-01", when=on("2024-07-08", "2024-07-09")),
        told("2024-07-02", when=on("2024-07-01", "2024-07-31")),
        told("2024-07-04", when=on("2024-07-15")),
        told("2024-07-15", "happened"),
        told("2024-07-20"),
    ) == [
        ("2024-06-25", "announced", "planned"),
        ("2024-07-01", "dated", "planned"),
        ("2024-07-02", "reported", "planned"),
        ("2024-07-04", "moved", "planned"),
        ("2024-07-15", "happened", "happened"),
        ("2024-07-20", "reported", "happened"),
    ]


def test_states_follow_each_other_without_gaps_and_the_last_is_open():
    history = states("e", [told("2024-06-25"), told("2024-07-01"), told("2024-07-08", "happened")])
    assert [s.known_to for s in history] == [*(s.known_from for s in history[1:]), None]
    assert [(s.first_reported, s.last_reported) for s in history] == [
        (date(2024, 6, 25), s.known_from) for s in history
    ]


def test_a_state_does_not_depend_on_what_came_later_nor_on_the_order_of_claims():
    rng = random.Random(5)
    for _ in range(40):
        tellings = [
            told(
                f"2024-07-{rng.randint(1, 20):02}",
                rng.choice(["planned", "possible", "happened", "ongoing", "not"]),
                rng.choice([None, on(f"2024-07-{rng.randint(1, 28):02}")]),
                voice=rng.choice([None, "x", "y"]),
                by=rng.choice([(), ("TASS",)]),
                actors=rng.choice([(NORWAY,), (CHILE,), (NORWAY, CHILE), ()]),
                event_type=rng.choice(["CONSULT", "AGREE"]),
            )
            for _ in range(rng.randint(1, 12))
        ]
        whole = states("e", tellings)
        assert states("e", rng.sample(tellings, len(tellings))) == whole
        cut = rng.choice(whole).known_from
        seen = states("e", [t for t in tellings if t.known_from <= cut])
        assert [replace(s, known_to=None) for s in seen] == [
            replace(s, known_to=None) for s in whole if s.known_from <= cut
        ]


def test_what_was_called_off_is_cancelled_and_can_be_planned_again():
    assert changes(told("2024-06-01"), told("2024-06-05", "not"), told("2024-06-09")) == [
        ("2024-06-01", "announced", "planned"),
        ("2024-06-05", "cancelled", "not"),
        ("2024-06-09", "announced", "planned"),
    ]


def test_a_cancelled_plan_keeps_its_date():
    assert last(told("2024-06-01", when=on("2024-06-20")), told("2024-06-05", "not")).date.edtf == "2024-06-20"


def test_denied_side_by_side_is_disputed_and_the_majority_says_how_it_stands():
    one = told("2024-06-01", "happened", by=["US officials"])
    state = last(one, told("2024-06-02", "not", by=["Iran"]))
    assert (state.status, state.disputed, state.change) == ("happened", True, "disputed")
    state = last(one, told("2024-06-02", "not", by=["Iran"]), told("2024-06-03", "not"))
    assert (state.status, state.disputed, state.change) == ("not", True, "denied")


def test_the_reporters_own_voice_counts_before_quoted_ones():
    state = last(
        told("2024-06-01", "happened"), told("2024-06-01", "not", by=["A"]), told("2024-06-01", "not", by=["B"])
    )
    assert state.status == "happened"


def test_what_came_to_nothing_in_the_reporters_own_voice_is_no_dispute():
    attempt = [told("2024-06-01", "happened"), told("2024-06-02", "not")]
    assert (last(*attempt).status, last(*attempt).disputed) == ("happened", False)
    state = last(*attempt, told("2024-06-03", "not"))
    assert (state.status, state.disputed) == ("not", False)
    assert last(*attempt, told("2024-06-03", "not", by=["Iran"])).disputed


@pytest.mark.parametrize(
    ("speaker", "status"),
    [
        (Speaker("Oslo", "NOR.GOV"), "not"),
        (Speaker("Santiago", "CHL.GOV"), "not"),
        (Speaker("officials"), "not"),
        (Speaker("the UN", "IGO:UN"), "not"),
        (Speaker("a newspaper", "PER.JRN"), "not"),
        (Speaker("Lima", "PER.GOV"), "planned"),
        (Speaker("rebels", "NSA:FARC"), "planned"),
    ],
)
def test_a_plan_is_not_called_off_by_a_country_or_group_without_a_part_in_it(speaker, status):
    assert last(told("2024-06-01"), told("2024-06-05", "not", by=[speaker])).status == status


def test_the_country_where_it_was_to_be_may_call_it_off():
    denial = told("2024-06-05", "not", by=[Speaker("Lima", "PER.GOV")], place=Place("Lima", name="Peru", country="PER"))
    assert last(told("2024-06-01"), denial).status == "not"


def test_called_off_before_it_took_place_is_no_dispute():
    state = last(told("2024-06-01", "not"), told("2024-06-08", "happened"))
    assert (state.status, state.disputed) == ("happened", False)


def test_told_as_a_fact_long_before_its_day_a_plan_stays_a_plan():
    plan = told("2024-06-01", when=on("2024-07-09"))
    early = told("2024-06-24", "happened")
    moved = told("2024-06-24", when=on("2024-07-14"))
    assert last(plan, early, moved).status == "planned"
    state = last(plan, early, moved, told("2024-06-24", "not"), told("2024-07-14", "happened"))
    assert (state.status, state.disputed) == ("happened", False)


def test_told_as_a_fact_before_its_day_by_more_reports_or_with_a_day_it_happened():
    plan = told("2024-06-01", when=on("2024-07-09"))
    assert last(plan, told("2024-06-24", "happened"), told("2024-06-25", "happened")).status == "happened"
    assert last(plan, told("2024-06-24", "happened", when=on("2024-06-23"))).status == "happened"
    assert last(plan, told("2024-07-07", "happened")).status == "happened"


def test_one_denial_among_many_reports_makes_no_dispute():
    many = [told("2024-06-01", "happened") for _ in range(12)]
    denial = told("2024-06-02", "not", by=["Iran"])
    assert last(*many[:10], denial).disputed
    assert not last(*many, denial).disputed


def test_what_goes_on_ends():
    assert changes(told("2024-06-01", "ongoing"), told("2024-06-09", "happened")) == [
        ("2024-06-01", "happened", "ongoing"),
        ("2024-06-09", "ended", "happened"),
    ]


def test_a_day_told_in_the_past_tense_does_not_end_what_goes_on():
    siege = [told("2024-06-01", "ongoing"), told("2024-06-02", "happened"), told("2024-06-03", "happened")]
    assert last(*siege).status == "ongoing"
    assert last(*siege, told("2024-06-08", "happened")).change == "ended"
    assert last(told("2024-06-01", "happened"), told("2024-06-02", "ongoing")).status == "happened"


def test_copies_of_one_text_have_one_voice():
    state = last(told("2024-06-01", voice="x"), told("2024-06-01", voice="x"), told("2024-06-01"))
    assert (state.reports, state.printings, state.claims) == (2, 3, 3)


def test_agreeing_to_meet_does_not_make_the_meeting_happened():
    agreed = told("2024-06-01", "happened", event_type="AGREE", event_mode="")
    state = last(agreed, told("2024-06-01", "planned"))
    assert (state.event_type, state.status) == ("CONSULT", "planned")


@pytest.mark.parametrize(
    ("dates", "chosen"),
    [
        ([on("2024-06-01", "2024-06-30"), on("2024-06-05"), on("2024-06-05")], "2024-06-05"),
        ([on("2024-06-04"), on("2024-06-05"), on("2024-06-05")], "2024-06-05"),
        ([on("2024-06-05", basis="context"), on("2024-06-05", basis="context"), on("2024-06-04")], "2024-06-04"),
        ([None, on("2024-06-03")], "2024-06-03"),
        ([None, on("2024-01-01", "2024-12-31")], "../2024-06-06"),
        ([None], "../2024-06-06"),
    ],
)
def test_the_past_is_dated_by_majority_the_narrowest_first(dates, chosen):
    assert last(*(told("2024-06-06", "happened", d) for d in dates)).date.edtf == chosen


def test_the_day_of_the_plan_dates_what_happened_when_it_was_due():
    due = told("2024-06-01", when=on("2024-06-08"))
    assert last(due, told("2024-06-09", "happened")).date.edtf == "2024-06-08"
    assert last(due, told("2024-06-30", "happened")).date.edtf == "../2024-06-30"


def test_the_year_alone_gives_way_to_the_plan_or_to_the_news():
    year = on("2024-01-01", "2024-12-31")
    plan = told("2024-06-01", when=on("2024-09-18", "2024-09-20"))
    assert last(plan, told("2024-09-18", "happened", when=year)).date.edtf == "2024-09-18/2024-09-20"
    assert last(told("2024-09-18", "happened", when=year)).date.edtf == "../2024-09-18"
    assert last(told("2025-01-10", "happened", when=year)).date == year


def test_a_week_or_month_of_the_plan_gives_way_to_the_news_in_it():
    june = Date("2024-06", date(2024, 6, 1), date(2024, 6, 30), "stated")
    for when in (on("2024-06-10", "2024-06-16"), june):
        assert last(told("2024-05-20", when=when), told("2024-06-12", "happened")).date.edtf == "../2024-06-12"
    assert last(told("2024-05-20", when=june), told("2024-07-02", "happened")).date == june
    days = on("2024-06-10", "2024-06-21")
    assert last(told("2024-05-20", when=days), told("2024-06-12", "happened")).date == days


def test_the_week_in_which_it_was_gives_way_to_the_news_of_another_report():
    week = told("2024-06-14", "happened", when=on("2024-06-10", "2024-06-16"))
    assert last(week).date.edtf == "2024-06-10/2024-06-16"
    assert last(week, told("2024-06-14", "happened", voice=week.original_id)).date.edtf == "2024-06-10/2024-06-16"
    assert last(told("2024-06-12", "happened"), week).date.edtf == "../2024-06-12"


def test_a_plan_has_no_date_that_was_over_when_it_was_told():
    assert last(told("2024-06-10", when=on("2024-06-09"))).date == Date()
    assert last(told("2024-06-10", when=on("2024-06-10"))).date.edtf == "2024-06-10"
    later = [told("2024-06-01", when=on("2024-07-01")), told("2024-06-10", when=on("2022-01-01", "2022-12-31"))]
    assert last(*later).date.edtf == "2024-07-01"


def test_a_party_that_one_report_of_many_names_is_none():
    peru = Actor("PER", "", None, None, "peru", "Peru")
    plain = [told("2024-06-01") for _ in range(4)]
    assert [p.code for p in last(*plain, told("2024-06-02", recipients=(CHILE, peru))).recipients] == ["CHL"]
    assert [p.code for p in last(plain[0], told("2024-06-02", recipients=(peru,))).recipients] == ["CHL", "PER"]


def test_one_report_of_four_puts_no_party_on_the_other_side():
    def tariffs(*sides):
        kind = {"event_type": "SANCTION", "event_mode": "discontinue", "event_id": "r"}
        return last(*(told("2024-06-01", "happened", actors=(a,), recipients=(r,), **kind) for a, r in sides))

    ours, theirs = (NORWAY, CHILE), (CHILE, NORWAY)
    state = tariffs(ours, ours, ours, theirs)
    assert ([p.place for p in state.actors], [p.place for p in state.recipients]) == (["NOR"], ["CHL"])
    state = tariffs(ours, ours, theirs, theirs)
    assert {p.place for p in state.actors} == {p.place for p in state.recipients} == {"NOR", "CHL"}


def test_the_person_and_the_sector_stand_for_their_country():
    minister = Actor("NOR.GOV", "", None, None, "espen-barth-eide", "Espen Barth Eide")
    country = Actor("NOR", "", None, None, "norway", "Norway")
    state = last(told("2024-06-01", actors=(country,)), told("2024-06-01", actors=(minister,)), told("2024-06-01"))
    assert [(p.code, p.actor_id) for p in state.actors] == [("NOR.GOV", "espen-barth-eide")]


def test_a_meeting_told_from_both_sides_has_each_party_once():
    swapped = {"actors": (CHILE,), "recipients": (NORWAY,), "event_mode": ""}
    state = last(told("2024-06-01", event_mode=""), told("2024-06-01", event_mode=""), told("2024-06-01", **swapped))
    assert [p.place for p in state.actors] == ["NOR"]
    assert [p.place for p in state.recipients] == ["CHL"]


def pairs(*tellings):
    return [(p.pair, p.a, p.b, p.directed) for p in pair_events(states("e", tellings)[-1:])]


def test_a_visit_has_a_direction_and_a_meeting_has_none():
    assert pairs(told("2024-06-01")) == [("CHL|NOR", "NOR", "CHL", True)]
    assert pairs(told("2024-06-01", event_mode="")) == [("CHL|NOR", "CHL", "NOR", False)]
    assert not has_direction("AGREE", "")
    assert has_direction("ASSAULT", "aerial")


def test_two_doers_without_recipient_are_a_pair_only_where_both_do_it_to_each_other():
    both = {"actors": (NORWAY, CHILE), "recipients": ()}
    assert pairs(told("2024-06-01", **both, event_type="ASSAULT", event_mode="")) == [("CHL|NOR", "CHL", "NOR", False)]
    assert pairs(told("2024-06-01", **both, event_type="ACCUSE", event_mode="")) == []


def test_a_country_is_a_pair_with_itself_only_between_two_of_its_parties():
    police = Actor("NOR.COP", "", None, None, "norway", "Norway")
    assert pairs(
        told("2024-06-01", actors=(police,), recipients=(NORWAY,), event_type="COERCE", event_mode="arrest")
    ) == [("NOR|NOR", "NOR", "NOR", True)]
    assert (
        pairs(told("2024-06-01", actors=(NORWAY,), recipients=(NORWAY,), event_type="COERCE", event_mode="arrest"))
        == []
    )


@pytest.mark.parametrize(
    ("when", "day", "precision"),
    [
        (on("2024-06-03"), "2024-06-03", "day"),
        (Date("2024-05", date(2024, 5, 1), date(2024, 5, 31), "stated"), "2024-05-01", "month"),
        (Date("2024-23", date(2024, 9, 1), date(2024, 11, 30), "stated"), "2024-09-01", "span"),
        (Date("2023", date(2023, 1, 1), date(2023, 12, 31), "stated"), "2023-01-01", "year"),
        (Date("2019/..", date(2019, 1, 1), None, "stated"), "2019-01-01", "open"),
        (None, "2024-06-06", "none"),
    ],
)
def test_a_pair_counts_for_the_first_day_that_is_known(when, day, precision):
    found = pair_events(states("e", [told("2024-06-06", "happened", when)]))[0]
    assert (found.day.isoformat(), found.precision) == (day, precision)


def test_one_party_in_two_spellings_stands_once_by_the_name_that_most_give():
    spelt = [Actor("LBN.MIL", "", None, None, "lebanese-army", name) for name in ("Lebanese army", "Lebanese Army")]
    state = last(
        told("2024-07-08", "happened", actors=(spelt[0],)),
        told("2024-07-08", "happened", actors=(spelt[1],)),
        told("2024-07-09", "happened", actors=(spelt[1],)),
    )
    assert [p.name for p in state.actors] == ["Lebanese Army"]


def test_the_year_of_a_vote_is_no_day_on_which_it_took_place():
    year = on("2010-01-01", "2010-12-31")
    tellings = [
        told("2010-03-01", "planned", on("2010-11-07")),
        told("2010-03-10", "happened", year),
    ]
    assert last(*tellings).status == "planned"
    assert last(*tellings, told("2010-11-08", "happened", on("2010-11-07"))).status == "happened"


def test_what_began_a_little_early_is_dated_by_its_plan_once_the_day_has_come():
    plan, early = told("2011-01-02", "planned", on("2011-01-09")), told("2011-01-08", "happened")
    assert last(plan, early).date.last == date(2011, 1, 8)
    assert last(plan, early, told("2011-01-09", "happened")).date.first == date(2011, 1, 9)


def test_one_stray_day_does_not_date_what_many_say_of_a_year():
    year = on("2011-01-01", "2011-12-31")
    many = [told(f"2011-0{1 + k // 5}-{10 + k}", "happened", year) for k in range(9)]
    stray = told("2011-06-05", "happened", on("2011-06-03"))
    assert last(*many, stray).date.first != date(2011, 6, 3)
    assert last(*many[:4], stray).date.first == date(2011, 6, 3)
