"""Given words mean what the article and the claim say, by the shipped weights; and what these are weighed with."""

from __future__ import annotations

import json
import math
import re
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from legation.knowledge import slug
from legation.link.again import NAMES, again_rows
from legation.link.names import Names
from legation.link.parties import FEATURES
from legation.link.resolve import find_mentions
from legation.link.resolver import Resolver, chosen, with_sectors
from legation.link.sectors import COLUMNS, LABELS, Case, sector_rows
from legation.link.trees import Forest, rows_of
from legation.link.whom import Scene, Tables, Words, place_values
from legation.link.wording import TRAITS, head_of, is_plural, phrase_of, pronoun_kind
from legation.read.encoder import WORDS, model_folder
from legation.read.sentences import split
from legation.types import Actor, Draft, Evidence, Span, Trigger

DAY = date(2015, 5, 1)
HAVE_WEIGHTS = (model_folder() / WORDS).exists()


def scene_of(text: str) -> Scene:
    spans = [(s.number, s.start, s.end) for s in split(text)]
    return Scene(text, spans, find_mentions(text, spans, DAY), DAY)


def draft_of(scene: Scene, trigger: str, kind: str, actors: str = "", recipients: str = "") -> Draft:
    """A claim that is given, where no network has read the article."""
    start = scene.text.rindex(trigger)

    def spans(words: str) -> tuple[Span, ...]:
        at = scene.text.rindex(words)
        return (Span(at, at + len(words), 1.0),) if words else ()

    evidence = tuple(
        Evidence(i, 0.0, 0.0, 0.0, 0.0, (m.start - start) // 6)
        for i, m in enumerate(scene.mentions)
    )  # fmt: skip
    here = scene.sentences[scene.sentence_at(start)][0]
    return Draft(
        here, Trigger(start, start + len(trigger), trigger), kind, "", (), (math.nan,) * 5, 1.0, spans(actors),
        spans(recipients), (), (), (), (), (), (), math.nan, math.nan, evidence,
    )  # fmt: skip


def ids(text: str, trigger: str, kind: str, actors: str, recipients: str = "") -> tuple[str, ...]:
    scene = scene_of(text)
    draft = draft_of(scene, trigger, kind, actors, recipients)
    words = [Words(k, s.start, s.end)
             for k, side in enumerate((draft.actor_spans, draft.recipient_spans)) for s in side]  # fmt: skip
    resolver = Resolver(json.loads((model_folder() / WORDS).read_text(encoding="utf8")))
    return resolver.codes(scene, [draft], scene.party_rows([draft]), [words])[0][0]


@pytest.mark.skipif(not HAVE_WEIGHTS, reason="the weights are not there")
@pytest.mark.parametrize(
    ("text", "trigger", "kind", "words", "expected"),
    [
        ("Protests spread through Cairo. Egypt sent in the army. The police fired.", "fired", "ASSAULT", "The police",
         ("EGY.COP",)),
        ("Angela Merkel flew to Paris. The chancellor then spoke.", "spoke", "CONSULT", "The chancellor",
         ("DEU.GOV",)),
        ("Russia condemned the raid.", "condemned", "ACCUSE", "Russia", ("RUS.GOV",)),
        ("Jordan waited. The Iranian foreign ministry condemned it.", "condemned", "ACCUSE",
         "The Iranian foreign ministry", ("IRN.GOV",)),
    ],
)  # fmt: skip
def test_words_mean_what_was_named(text: str, trigger: str, kind: str, words: str, expected: tuple[str, ...]) -> None:
    assert ids(text, trigger, kind, words) == expected


@pytest.mark.skipif(not HAVE_WEIGHTS, reason="the weights are not there")
def test_both_sides_are_two() -> None:
    text = "India and Pakistan exchanged fire in Kashmir. Both sides agreed to stop."
    assert {c.partition(".")[0] for c in ids(text, "agreed", "AGREE", "Both sides")} == {"IND", "PAK"}


def test_counts_read_the_same_from_text() -> None:
    as_text = Tables({"t": {"": "GOV=50 50", "key": "GOV=9 1"}})
    as_counts = Tables({"t": {"": {"GOV": 50, "": 50}, "key": {"GOV": 9, "": 1}}})
    for label in ("GOV", "", "MIL"):
        assert as_text.value("t", "key", label) == as_counts.value("t", "key", label)


@pytest.mark.skipif(not HAVE_WEIGHTS, reason="the weights are not there")
def test_the_weights_are_small_and_fit_the_features() -> None:
    path = model_folder() / WORDS
    assert path.stat().st_size < 1_500_000
    data = json.loads(path.read_text(encoding="utf8"))
    scene = scene_of("Russia condemned the raid.")
    draft = draft_of(scene, "condemned", "ACCUSE", "Russia")
    values = place_values(scene, draft, scene.party_rows([draft])[0], Words(0, 0, 6), [Words(0, 0, 6)], Tables({}))
    optional = {"has_office", "holder_named"}
    assert set(data["places"]["features"]) - optional == set().union(*values) - optional
    assert tuple(data["sectors"]["features"]) == COLUMNS
    assert tuple(data["again"]["features"]) == NAMES


def test_a_forest_adds_its_leaves_and_sends_missing_values_where_it_was_told() -> None:
    forest = Forest({
        "features": ["x", "y"], "feature": [0, -1, 1, -1, -1, -1], "threshold": [0.5, -2.0, 1.0, 3.0, 4.0, 0.25],
        "right": [2, 0, 2, 0, 0, 0], "missing": "001000", "roots": [0, 5],
    })  # fmt: skip
    rows = np.array([[0.5, 0], [0.6, 1.0], [0.6, 1.1], [np.nan, np.nan]], dtype=np.float32)
    assert forest.log_odds(rows).tolist() == [-1.75, 3.25, 4.25, 3.25]
    with pytest.raises(ValueError, match="3 columns"):
        forest.log_odds(np.zeros((1, 3), dtype=np.float32))


def test_many_rows_are_weighed_as_few_are() -> None:
    forest = Forest({"features": ["x"], "feature": [0, -1, -1], "threshold": [0.0, 1.0, 2.0],
                     "right": [2, 0, 0], "missing": "000", "roots": [0]})  # fmt: skip
    rows = np.arange(-600, 700, dtype=np.float32)[:, None]
    assert forest.log_odds(rows).tolist() == [1.0 if v <= 0 else 2.0 for v in rows[:, 0]]


def test_a_table_says_more_of_what_it_saw_oftener() -> None:
    tables = Tables({"t": {"": {"a": 50, "b": 50}, "key": {"a": 9, "b": 1}}})
    assert tables.value("t", "key", "a") > 0 > tables.value("t", "key", "b")
    assert tables.value("t", "unknown", "a") == tables.value("none", "key", "a") == tables.value("t", "", "a") == 0


@pytest.mark.parametrize(
    ("words", "head"),
    [
        ("thousands of protesters in the square", "protesters"),
        ("the Turkish foreign minister", "minister"),
        ("army of Iraq", "army"),
        ("Russia's troops", "troops"),
        ("members of the opposition", "opposition"),
        ("of", "of"),
        ("", ""),
    ],
)
def test_heads(words: str, head: str) -> None:
    assert head_of(words) == head


def test_number_and_pronouns() -> None:
    assert is_plural("both leaders") and is_plural("the police") and not is_plural("the bus")
    assert (pronoun_kind("They"), pronoun_kind("he"), pronoun_kind("we"), pronoun_kind("the")) == (
        "many",
        "one",
        "we",
        "",
    )


def test_two_are_chosen_only_where_the_words_say_so() -> None:
    chances = np.array([0.6, 0.3, 0.05])
    assert chosen(chances, both=False) == [0]
    assert chosen(chances, both=True) == [0, 1]
    assert chosen(np.array([0.2, 0.1]), both=False) == [0]
    assert chosen(np.array([0.9, 0.05]), both=True) == [0]


def test_features_see_the_head_beside_a_name() -> None:
    scene = scene_of("Hong Kong protesters met. Beijing waited. The protesters left.")
    assert scene.beside("protesters")[[c.place for c in scene.candidates].index("HKG")] == 1
    assert not scene.beside("soldiers")


def test_a_firm_that_words_name_is_a_candidate_and_an_outlet_counts_for_no_country() -> None:
    scene = scene_of("Boeing sued. The BBC reported it from Cairo.")
    by_place = {c.place: len(c.mentions) for c in scene.candidates}
    assert by_place["MNC:BOEING"] == 1
    assert by_place["GBR"] == 0


def test_rows_keep_the_order_of_the_columns() -> None:
    assert rows_of(["b", "a"], [{"a": 1.0}, {"b": 2.0}]).tolist() == [[0, 1], [2, 0]]
    with pytest.raises(KeyError):
        rows_of(["b", "a"], [{"c": 3.0}])
    assert len(FEATURES) == scene_of("Russia met China.").party_rows([]).shape[-1]


def test_introduced_names_keep_their_accented_letters() -> None:
    text = "The Czech official Tomáš Vondráček spoke."
    spans = [(s.number, s.start, s.end) for s in split(text)]
    found = [m for m in find_mentions(text, spans, DAY) if m.kind == "introduced"]
    assert [m.actor_id for m in found] == [slug(m.name) for m in found] == ["tomas-vondracek"]


def test_the_sector_of_an_actor_is_the_likeliest_and_bodies_keep_their_ids() -> None:
    class Generals(Resolver):
        """Finds an army everywhere, but not of bodies."""

        def __init__(self) -> None: ...

        def sectors(self, scene, cases):
            return ["" if ":" in case.place else "MIL" for case in cases]

    scene = scene_of("Russia met the EU.")
    draft = draft_of(scene, "met", "CONSULT", "Russia")
    sides = [(Actor("RUS.GOV", "Russia", 0, 6), Actor("RUS.LEG", "Russia", 0, 6)),
             (Actor("IGO:EU"), Actor("UKR"))]  # fmt: skip
    ((actors, recipients),) = with_sectors(scene, [draft], [sides], Generals())
    assert [a.code for a in actors] == ["RUS.MIL"], "what is the same after all stands once"
    assert [a.code for a in recipients] == ["IGO:EU", "UKR.MIL"]


def test_sectors_are_weighed_alike_alone_and_with_all_of_the_article() -> None:
    scene = scene_of("Russia shelled Georgia. Georgian soldiers and the Turkish parliament protested.")
    drafts = [draft_of(scene, "shelled", "ASSAULT"), draft_of(scene, "protested", "ACCUSE")]
    asked = [(drafts[0], "Russia", "RUS", 0), (drafts[0], "Georgia", "GEO", 1),
             (drafts[1], "Georgian soldiers", "GEO", 0), (drafts[1], "Turkish parliament", "TUR", 0)]  # fmt: skip
    cases = []
    for draft, said, place, side in asked:
        at = scene.text.index(said)
        words = Words(side, at, at + len(said))
        cases.append(Case(draft, words, [words], place))
    tables = Tables({"sector_head": {"": {"GOV": 5, "MIL": 5, "": 5}, "soldiers": {"MIL": 9}}})
    case_of, label_of, rows = sector_rows(scene, cases, tables)
    for k, case in enumerate(cases):
        _, labels, alone = sector_rows(scene, [case], tables)
        np.testing.assert_array_equal(alone, rows[case_of == k])
        np.testing.assert_array_equal(labels, label_of[case_of == k])
    weighed = [{LABELS[i] for i in label_of[case_of == k]} for k in range(len(cases))]
    assert all({"", "GOV"} <= labels for labels in weighed)
    assert "MIL" in weighed[2] and "LEG" in weighed[3], "what the words say is weighed though no table knows it"
    assert max(map(len, weighed)) < len(LABELS)


def test_the_second_look_sees_what_the_same_words_and_the_other_side_were_found_to_be() -> None:
    scene = scene_of("France and Japan met. The envoy praised Japan. The envoy then left.")
    drafts = [draft_of(scene, "praised", "SUPPORT"), draft_of(scene, "left", "RETREAT")]
    japan = scene.text.rindex("Japan")
    envoys = [m.start() for m in re.finditer("The envoy", scene.text)]
    words = [[Words(0, envoys[0], envoys[0] + 9), Words(1, japan, japan + 5)], [Words(0, envoys[1], envoys[1] + 9)]]
    places = [c.place for c in scene.candidates]
    france, japan_too = places.index("FRA"), places.index("JPN")
    chances = [np.full((2, len(places)), 0.1), np.full((1, len(places)), 0.2)]
    chances[0][0, france] = chances[0][1, japan_too] = 0.9
    first, second = again_rows(scene, drafts, words, chances)
    column = {name: k for k, name in enumerate(NAMES)}
    assert second[0, france, column["same_words"]] == pytest.approx(math.log(9), abs=1e-5)
    assert second[0, france, column["before_own"]] == pytest.approx(math.log(9), abs=1e-5)
    assert first[0, japan_too, column["other_side"]] == pytest.approx(math.log(9), abs=1e-5)
    assert math.isnan(second[0, france, column["other_side"]]), "there is no other side"
    assert again_rows(scene, drafts[:1], [[]], [np.zeros((0, len(places)))])[0].shape == (0, len(places), len(NAMES))


def test_an_apposition_to_a_name_speaks_for_whom_it_names() -> None:
    scene = scene_of("Police shot Vondrak, the mayor of Prague. Germany waited.")
    draft = draft_of(scene, "shot", "ASSAULT")
    at = scene.text.index("Vondrak")
    words = [[Words(1, at, at + len("Vondrak"))]]
    rows = again_rows(scene, [draft], words, [np.full((1, len(scene.candidates)), 0.5)])[0][0]
    found = dict(zip([c.place for c in scene.candidates], rows[:, NAMES.index("apposition")], strict=True))
    assert (found["CZE"], found["DEU"]) == (1, 0)


def test_words_alone_say_how_many_and_what_they_are() -> None:
    traits = dict(zip(TRAITS, phrase_of("both of their soldiers").traits, strict=True))
    assert traits["both"] == traits["plural"] == 1 and traits["pronoun"] == 0
    assert dict(zip(TRAITS, phrase_of("They").traits, strict=True))["pronoun_many"] == 1
    assert phrase_of("Turkish troops").lexicon == "MIL"


def test_a_table_of_ones_own_is_asked_inside_longer_names(tmp_path: Path) -> None:
    table = tmp_path / "own.tsv"
    table.write_text("text\tcode\tkind\nZorkia\tNOR\tstate\n", encoding="utf8")
    text = "Later that evening Zorkia Merkel spoke about many other things."
    spans = [(0, 0, len(text))]
    shipped = [m.name for m in find_mentions(text, spans, DAY)]
    own = [m.name for m in find_mentions(text, spans, DAY, Names.with_own(table))]
    assert "Angela Merkel" not in shipped, "an unknown capitalised word makes it somebody else's name"
    assert "Angela Merkel" in own
