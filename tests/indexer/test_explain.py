"""What a division head is told."""

from dataclasses import replace

import pytest

from indexer.calibrate import Calibration, Source
from indexer.explain import explained, from_when
from indexer.risk import NEVER, Promise
from knowledge.sentences import wording

KEPT = Promise(0.74, 900, 320, 20, 0.085, 250, tested=True)
SEEN = Promise(0.74, 300, 40, 3, 0.16, 40)
NOTHING = Promise(NEVER, 300, 0, 0, 1.0)


def told(answer: Promise, cards: Promise = KEPT, source: Source = Source.OWN_WORDINGS, needed: int | None = 900) -> str:
    return explained(Calibration(answer, cards, 0.1, source, needed=needed))


def test_a_promise_names_questions_answers_errors_and_its_certainty() -> None:
    text = told(KEPT)
    for figure in ("900件", "74%以上", "320件", "20件", "10%以下", "90%の確かさ", "250件分", "20%以下"):
        assert figure in text
    assert "約束できません" not in text
    assert text.count("約束していないのは") == 1


def test_what_is_only_aimed_at_is_not_called_a_promise_and_says_what_it_takes() -> None:
    text = told(SEEN, needed=1234)
    assert "約束はできません" in text
    assert "1,234件" in text
    assert "件分" in text  # of the cards, which are promised


def test_when_more_questions_would_not_do_it_says_so() -> None:
    assert "質問の数を増やすだけでは" in told(NOTHING, needed=None)
    assert "そのままの回答は出しません" in told(NOTHING, needed=None)


def test_a_borrowed_threshold_promises_nothing() -> None:
    text = told(KEPT, source=Source.BORROWED)
    assert "借りています" in text
    assert "以下だと" not in text
    assert "100件" in text


@pytest.mark.parametrize("source", Source)
def test_each_source_has_its_sentences(source: Source) -> None:
    for part in ("tested", "not_promised"):
        assert f"promise.{part}.{source}" in wording("indexer")
    assert told(KEPT, source=source).endswith("。")


def test_a_threshold_that_is_never_reached_is_not_told_as_a_number() -> None:
    assert from_when(NOTHING) == "今は出しません"
    assert from_when(replace(NOTHING, threshold=0.5)) == "50%以上"
