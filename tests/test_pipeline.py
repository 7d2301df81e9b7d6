"""Reading as a whole: what must hold for any article, whatever the network says."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from legation.engines.local import read_articles as read_in_parallel
from legation.ontology import CONTEXTS, MODES, STATUSES
from legation.pipeline import read_article, read_articles
from legation.read.encoder import FILES, ModelError, Network, model_folder
from legation.types import Article, Claim

SHIPPED = all((model_folder() / name).exists() for name in FILES)
pytestmark = pytest.mark.skipif(not SHIPPED, reason="no network in src/legation/model: run make train")

VISIT = Article(
    "visit",
    "Brazilian president to visit Beijing in May\n"
    "Brazilian President Luiz Inácio Lula da Silva will visit China in May, his office said on Monday.\n"
    "The two countries agreed last year to expand trade. In 2022 Brazil did not join the sanctions against Russia.\n"
    'China\'s foreign ministry spokesman Wang Wenbin said "we welcome the visit", according to Xinhua.',
    "Brazilian president to visit Beijing in May",
    "Gulf Courier",
    date(2023, 3, 28),
)
STRIKE = Article(
    "strike",
    "Israeli jets struck a Hezbollah depot in southern Lebanon on Tuesday. Hezbollah denied that it had fired rockets.",
    "",
    "",
    date(2024, 9, 25),
)


def by_trigger(claims: list[Claim]) -> dict[str, Claim]:
    return {c.trigger.text: c for c in claims}


def test_a_planned_visit_is_read_with_its_parties_and_date() -> None:
    claims = [c for c in read_article(VISIT) if c.event_type == "CONSULT" and c.event_mode == "visit"]
    first = next(c for c in claims if c.sentence == 1)
    assert first.status == "planned"
    assert {a.code.split(".")[0] for a in first.actors} == {"BRA"}
    assert {a.code.split(".")[0] for a in first.recipients} == {"CHN"}
    assert first.date.edtf == "2023-05"


def test_mentions_of_one_visit_are_one_event() -> None:
    visits = [c for c in read_article(VISIT) if c.event_mode == "visit"]
    assert len(visits) > 1
    assert len({c.event_id for c in visits}) == 1


def test_an_attack_has_its_two_sides_and_day() -> None:
    strike = next(c for c in read_article(STRIKE) if c.event_type == "ASSAULT" and c.sentence == 1)
    assert strike.status == "happened"
    assert "ISR" in {a.code.split(".")[0] for a in strike.actors}
    assert strike.date.edtf == "2024-09-24"


def check(article: Article, claims: list[Claim]) -> None:
    """What every claim of every article must satisfy."""
    text = article.text
    for claim in claims:
        assert claim.article_id == article.article_id
        t = claim.trigger
        assert text[t.start : t.end] == t.text != ""
        for part in (*claim.actors, *claim.recipients, claim.place, claim.date):
            if part.start is not None and part.end is not None:
                assert text[part.start : part.end] == part.text != ""
            else:
                assert part.text == ""
        assert claim.event_mode in ("", *MODES[claim.event_type])
        assert claim.status in STATUSES
        assert set(claim.contexts) <= set(CONTEXTS)
        assert len(claim.contexts) <= 2
        assert -10 <= claim.score <= 10
        assert 0 <= claim.confidence <= 1
        assert all(a.code for a in (*claim.actors, *claim.recipients))
        assert claim.date.basis in ("", "stated", "context", "publication")
        if claim.date.first and claim.date.last:
            assert claim.date.first <= claim.date.last
    assert len({c.claim_id for c in claims}) == len(claims)
    assert [c.trigger.start for c in claims] == sorted(c.trigger.start for c in claims)


def test_every_field_points_at_its_words() -> None:
    for article in (VISIT, STRIKE):
        claims = read_article(article)
        assert claims
        check(article, claims)


WORDS = st.sampled_from(
    (
        "Russia India the Kremlin Putin will visit sanctions said Tuesday he agreed with not strike in 2019 EU talks "
        ". , “ ”"
    ).split()
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=60),
    st.none() | st.dates(date(1990, 1, 1), date(2030, 1, 1)),
)
def test_any_text_is_read_the_same_twice_with_true_offsets(words: list[str], day: date | None) -> None:
    article = Article("any", " ".join(words), "", "", day)
    claims = read_article(article)
    check(article, claims)
    assert read_article(article) == claims


def test_order_and_company_of_articles_change_nothing() -> None:
    alone = {a.article_id: read_article(a) for a in (VISIT, STRIKE)}
    for order in ([VISIT, STRIKE], [STRIKE, VISIT, STRIKE]):
        for article, claims in read_articles(order):
            assert claims == alone[article.article_id]


def test_processes_change_nothing() -> None:
    articles = [VISIT, STRIKE] * 3
    assert list(read_in_parallel(articles, workers=2)) == list(read_articles(articles))


def test_threads_change_nothing() -> None:
    assert read_article(VISIT, Network(model_folder(), threads=2)) == read_article(
        VISIT, Network(model_folder(), threads=1)
    )


def test_a_sentence_of_a_hundred_thousand_characters_is_read() -> None:
    article = Article("long", "Russia and India held talks and " * 3200, "", "", date(2024, 1, 1))
    check(article, read_article(article))


def test_text_without_an_actor_gives_no_claim() -> None:
    assert read_article(Article("none", "The recipe needs two eggs and some flour.")) == []


def test_a_missing_network_is_said_plainly(tmp_path: object) -> None:
    with pytest.raises(ModelError, match="missing; install legation again"):
        Network(tmp_path)
