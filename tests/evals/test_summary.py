"""The paragraph that the head of a division reads, and the list of what to do."""

from dataclasses import replace

import pytest

from evals.metrics import Measure
from evals.night import Decision, FigureChange, Night, NightState
from evals.summary import Summary, in_use, summarise
from indexer.calibrate import Source
from indexer.risk import NOTHING_PROMISED
from tests.evals.nights import OWN, empty_night, full_night, nights_before


def summary(night: Night) -> Summary:
    return summarise(night, nights_before(1, night))


def change(low: float, high: float) -> FigureChange:
    return FigureChange("right", 0.4, 0.5, Measure(0.1, low, high, 1500), fell=high < 0)


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (Decision.PROMOTED, "新しい索引（項目1,234件）を公開しました"),
        (Decision.PROMOTED_ANYWAY, "運用担当者の判断で"),
        (Decision.REFUSED, "これまでの索引でお答えを続けています"),
        (Decision.UNCHANGED, "索引はこれまでと同じです"),
    ],
)
def test_it_says_first_what_became_of_the_candidate(decision: Decision, said: str) -> None:
    told = summary(replace(full_night(), decision=decision))
    assert said in told.paragraph.partition("正答率")[0]
    assert told.ending == decision.value


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.02, 0.2, "良い変化です"),
        (-0.2, -0.02, "悪い変化です"),
        (-0.1, 0.3, "良くも悪くもなっていません"),
        (0.0, 0.3, "良くも悪くも"),
    ],
)
def test_it_calls_a_change_better_or_worse_only_beyond_its_noise(low: float, high: float, said: str) -> None:
    told = summary(replace(full_night(), changes=(change(low, high),))).paragraph
    assert said in told
    assert "1,500件" in told
    assert "40.0%" in told
    assert "50.0%" in told


def test_without_a_comparison_it_names_the_night_before() -> None:
    night = replace(full_night(), changes=())
    assert "前の夜（2026年11月20日（金））は33.3%でした" in summary(night).paragraph
    assert "前の夜の記録は、まだありません" in summarise(night, []).paragraph


def test_it_counts_wrong_answers_of_what_people_wrote() -> None:
    assert "評価用の質問5件のうち、誤った案内をしたものが2件" in summary(full_night()).paragraph


@pytest.mark.parametrize(
    ("source", "highest", "said"),
    [
        (Source.LABELLED, 0.09, "誤りは10%以下だと、90%の確かさで言えます"),
        (Source.OWN_WORDINGS, 0.09, "誤りは10%以下だと、90%の確かさで言えます"),
        (Source.OWN_WORDINGS, 0.12, "約束するには件数が足りません"),
        (Source.BORROWED, 0.09, "この市での約束はできません"),
    ],
)
def test_it_promises_no_more_than_is_known(source: Source, highest: float, said: str) -> None:
    chosen = replace(OWN, source=source, answer=replace(OWN.answer, highest=highest))
    told = summary(replace(full_night(), calibration=chosen)).paragraph
    assert said in told
    assert told.count("確かさで言えます") == told.count("誤りは10%以下だと")


def test_a_refused_night_promises_what_the_snapshot_in_use_promises() -> None:
    refused = replace(full_night(), decision=Decision.REFUSED)
    assert in_use(refused) is refused.calibration_before
    assert "約束するには件数が足りません" in summary(refused).paragraph


def test_without_a_threshold_nothing_is_promised() -> None:
    night = replace(full_night(), calibration=replace(OWN, answer=NOTHING_PROMISED))
    assert "直接お答えする基準がありません" in summary(night).paragraph


def test_a_refusal_says_the_first_reason_and_how_many_more() -> None:
    night = replace(
        full_night(),
        decision=Decision.REFUSED,
        reasons=("守る質問「ある？。なに」が、誤りに変わりました。正しい項目：住民票。", "理由その二。", "理由その三。"),
    )
    assert "次のとおりです。守る質問「ある？。なに」が、誤りに変わりました。ほかに理由が2件あります。" in summary(night).paragraph
    assert "理由その二" not in summary(night).paragraph


def test_an_abandoned_night_tells_no_figure() -> None:
    night = replace(full_night(), state=NightState.ABANDONED)
    assert "数字は取れていません" in summary(night).paragraph
    assert "正答率" not in summary(night).paragraph
    assert summary(night).tasks[0].place == "technical"


def test_there_is_a_task_for_everything_that_waits() -> None:
    assert [(task.words.partition("。")[0], task.place) for task in summary(full_night()).tasks] == [
        ("これまでより悪くなった質問が1件あります", "gate"),
        ("できなかったことが1件あります", "technical"),
        ("ホームページの手続きのページが1件変わりました", "pages"),
        ("新しい文の案が1件、承認を待っています", "pages"),
        ("読み直せなかったページが1件あります", "pages"),
        ("答えのない質問から、新しい項目の案が1件出ています", "proposals"),
        ("住民の言い方から、言い換えの案が1件出ています", "proposals"),
    ]


def test_a_refusal_without_a_worse_question_is_a_task_too() -> None:
    night = replace(full_night(), decision=Decision.REFUSED, flips=())
    assert summary(night).tasks[0].words.startswith("見送った理由を確かめて")


def test_a_quiet_night_says_that_nothing_is_to_be_done() -> None:
    night = replace(full_night(), flips=(), remarks=(), pages=(), proposals=())
    assert [task.words for task in summary(night).tasks] == ["今日、特にしていただくことはありません。"]


def test_a_city_without_cases_is_asked_for_some() -> None:
    assert [task.place for task in summary(empty_night()).tasks] == ["figures"]
