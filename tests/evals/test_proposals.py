"""Questions that several people asked in vain become proposals, and nothing that only one person wrote is in them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.records.unanswered import Turn
from app.wiring import Service
from evals.clusters import clusters
from evals.night import Proposal, ProposalKind
from evals.proposals import propose
from tests.app import small_city
from tests.app.small_city import KITA

NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)


Propose = Callable[..., list[Proposal]]


@pytest.fixture(scope="module")
def proposed(city: Service) -> Propose:
    """Proposals of the small city's bot for what was asked in vain."""

    def run(turns: list[Turn], smallest: int = 3) -> list[Proposal]:
        return propose(turns, city.live.searcher(KITA), lambda text: small_city.ask(city, text).outcome, smallest, YESTERDAY)

    return run


def asked(*texts: str, at: datetime = NOW, helpful: bool | None = None, conversation: str = "") -> list[Turn]:
    """Each by somebody else, unless a conversation is named."""
    return [
        Turn(conversation or f"{at}{text}{number}", text, "ja", "handoff_no_match", at, helpful)
        for number, text in enumerate(texts)
    ]


DOG = ["犬を飼いはじめたら届出がいりますか", "犬を飼い始めました。届出は必要ですか", "犬を飼ったときの届出"]


def test_what_several_people_asked_becomes_a_proposal(proposed: Propose) -> None:
    found = proposed(asked(*DOG, DOG[0]))
    assert len(found) == 1
    assert (found[0].kind, found[0].text, found[0].entry) == (ProposalKind.NEW_ENTRY, DOG[2], "")
    assert (found[0].questions, found[0].conversations) == (4, 4)


def test_an_entry_that_is_near_is_proposed_a_wording(proposed: Propose) -> None:
    found = proposed(asked(*["燃えるごみの袋の日"] * 3, helpful=False))
    assert [(each.kind, each.entry) for each in found] == [(ProposalKind.WORDING, "moeru")]
    assert found[0].entry_question == "燃えるごみの収集日はいつですか"


def test_what_too_few_people_asked_is_not_proposed(proposed: Propose) -> None:
    assert proposed(asked(*DOG[:2])) == []
    assert proposed(asked(*DOG, conversation="the same")) == []
    assert len(proposed(asked(*DOG[:2]), smallest=2)) == 1


def test_what_was_not_asked_since_last_night_is_not_proposed_again(proposed: Propose) -> None:
    old = YESTERDAY - timedelta(days=3)
    assert proposed(asked(*DOG, at=old)) == []
    found = proposed([*asked(*DOG, at=old), *asked(DOG[0])])
    assert [each.conversations for each in found] == [4]


def test_what_is_answered_by_now_is_not_proposed_unless_somebody_complained(proposed: Propose) -> None:
    turns = asked(*["住民票の写しはどこで取れますか"] * 3)
    assert proposed(turns) == []
    assert len(proposed(asked(*["住民票の写しはどこで取れますか"] * 3, helpful=False))) == 1


def test_a_question_with_a_word_that_only_one_person_used_is_not_shown(proposed: Propose) -> None:
    named = "山田花子ですが犬を飼いはじめたら届出がいりますか"
    found = proposed(asked(named, *DOG))
    assert len(found) == 1
    assert found[0].conversations == 4
    assert "花子" not in "".join([found[0].text, *found[0].examples])


@pytest.mark.parametrize(
    "own", ["犬を飼いはじめたら届出がいりますか【電話番号】", "犬の届出は昭和30年5月1日からですか", "犬の届出" + "犬の届出" * 20]
)
def test_a_question_with_numbers_labels_or_a_story_is_not_shown(proposed: Propose, own: str) -> None:
    for proposal in proposed(asked(own, *DOG)):
        assert own not in (proposal.text, *proposal.examples)


def test_a_long_story_is_not_shown_however_often_it_came(proposed: Propose) -> None:
    story = "犬を飼いはじめたのですが家族に反対されていて、" * 3 + "届出はどうすればよいですか"
    assert story not in "".join(each.text for each in proposed(asked(*[story] * 5)))


def test_one_common_word_is_no_proposal(proposed: Propose) -> None:
    assert proposed(asked("犬1", "犬2", "犬3")) == []


def test_when_no_question_can_be_shown_the_words_of_all_stand_for_it(proposed: Propose) -> None:
    found = proposed(asked("犬の届出1番", "犬の届出2番", "犬の届出3番"))
    assert [each.text for each in found] == ["犬・届け出・番"]
    assert found[0].examples == ()


def test_words_without_meaning_are_no_questions(proposed: Propose) -> None:
    assert proposed(asked("？", "。。。", "です")) == []
    assert proposed([]) == []


def test_the_most_asked_comes_first(proposed: Propose) -> None:
    pool = ["市民プールの料金", "市民プールの料金は", "市民プールはいくら", "市民プールの料金いくら"]
    found = proposed(asked(*DOG, *pool))
    assert [each.conversations for each in found] == sorted((each.conversations for each in found), reverse=True)
    assert "プール" in found[0].text


@given(st.integers(0, 40), st.integers(1, 7), st.integers(0, 2**32 - 1))
def test_every_text_with_a_meaning_is_in_exactly_one_cluster(size: int, block: int, seed: int) -> None:
    from evals import clusters as module

    vectors = np.random.default_rng(seed).normal(size=(size, 3)).astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    vectors[::5] = 0
    whole = clusters(vectors)
    assert sorted(row for cluster in whole for row in cluster) == np.flatnonzero(vectors.any(axis=1)).tolist()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK", block)
        assert clusters(vectors) == whole
    assert all(vectors[row] @ vectors[cluster[0]] >= 0.549 for cluster in whole for row in cluster)
