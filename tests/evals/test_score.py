"""What a run amounts to, counted by hand."""

import json
from dataclasses import replace

import pytest

from channels.message import Outcome
from evals.answered import Answered
from evals.case import Case
from evals.errors import AnswersMissing, NoCases
from evals.score import FIGURES, evaluate, from_json, misses, to_json
from evals.verdict import Verdict
from knowledge.sentences import say

CASES = (
    Case("right", "質問1", "answers", "answered", {"a": 2}, tags=("tax",)),
    Case("cards", "質問2", "answers", "answered", {"a": 2}, tags=("tax", "old")),
    Case("wrong", "質問3", "answers", "answered", {"a": 2}, protected=True),
    Case("missed", "質問4", "answers", "answered", {"a": 2}),
    Case("unknown", "質問5", "abstention", "handoff", {}),
    Case("claimed", "質問6", "abstention", "handoff", {}),
    Case("fire", "火事", "emergency", "emergency", {}),
    Case("number", "番号", "personal_data", "refused_personal_data", {}, private=("123",)),
    Case("person", "人と話す", "talk", "handoff_requested", {}),
)
OUTCOMES = {
    "right": (Outcome.ANSWERED_ENTRY, "a"),
    "cards": (Outcome.SUGGESTED_CARDS, "a"),
    "wrong": (Outcome.ANSWERED_ENTRY, "b"),
    "missed": (Outcome.HANDOFF_NO_MATCH,),
    "unknown": (Outcome.SUGGESTED, "b"),
    "claimed": (Outcome.ANSWERED_ENTRY, "b"),
    "fire": (Outcome.EMERGENCY,),
    "number": (Outcome.REFUSED_PERSONAL_DATA,),
    "person": (Outcome.HANDOFF_REQUESTED,),
}


def answered(case: Case, outcome: Outcome, *entries: str) -> Answered:
    return Answered(case.id, outcome, entries, None, 2.0)


ANSWERS = tuple(answered(case, *OUTCOMES[case.id]) for case in CASES)  # type: ignore[arg-type]  # outcome first, then ids


def test_every_figure_is_over_the_questions_it_is_about() -> None:
    figures = {name: (each.mean, each.queries) for name, each in evaluate(ANSWERS, CASES).figures.items()}
    assert figures == {
        "right": (1 / 4, 4),
        "answered": (pytest.approx(1 / 6), 6),
        "precision": (pytest.approx(1 / 3), 3),
        "offered": (2 / 4, 4),
        "abstention": (1 / 2, 2),
        "refusal": (1.0, 1),
        "emergency": (1.0, 1),
        "false_alarm": (0.0, 8),
        "private": (1.0, 1),
    }
    assert set(figures) == set(FIGURES)
    assert all(say("evals", f"figures.{name}") for name in FIGURES)


def test_sets_and_tags_count_their_verdicts() -> None:
    metrics = evaluate(ANSWERS, CASES)
    assert {verdict.value: count for verdict, count in metrics.sets["answers"].verdicts.items()} == {
        "right": 1,
        "partial": 1,
        "missed": 1,
        "wrong": 1,
    }
    assert metrics.sets["answers"].wrong.mean == 1 / 4
    assert metrics.tags["tax"].right.queries == 2
    assert metrics.tags["old"].verdicts[Verdict.PARTIAL] == 1
    assert metrics.verdicts["wrong"] is Verdict.WRONG
    assert metrics.outcomes["answered_entry"] == 3


def test_neither_partial_nor_wrong_counts_as_answered() -> None:
    everything_but_right = [
        answered(CASES[0], outcome, *entries)
        for outcome, entries in (
            (Outcome.ANSWERED_ENTRY, ["b"]),
            (Outcome.SUGGESTED_CARDS, ["a"]),
            (Outcome.SUGGESTED, ["a"]),
            (Outcome.HANDOFF_NO_MATCH, []),
        )
    ]
    for each in everything_but_right:
        figures = evaluate([each], CASES[:1]).figures
        assert figures["right"].mean == figures["answered"].mean == 0.0


def test_a_figure_that_no_case_is_about_is_not_there() -> None:
    assert set(evaluate(ANSWERS[:1], CASES[:1]).figures) == {"right", "answered", "precision", "offered", "false_alarm"}


def test_nothing_is_told_without_cases_or_with_some_not_asked() -> None:
    with pytest.raises(NoCases, match="1件もないため、測れません"):
        evaluate(ANSWERS, [])
    with pytest.raises(AnswersMissing, match="まだ2件の質問に答えていない"):
        evaluate(ANSWERS[2:], CASES)


def test_answers_to_other_cases_are_left_aside() -> None:
    assert evaluate(ANSWERS, CASES[:1]).figures["right"].queries == 1


def test_variants_are_compared_with_the_same_question_and_counted_nowhere_else() -> None:
    typo = [replace(case, id=f"{case.id}~dropped", plain=case.id, variety="dropped") for case in CASES[:2]]
    worse = [answered(typo[0], Outcome.SUGGESTED, "a"), answered(typo[1], Outcome.HANDOFF_NO_MATCH)]
    metrics = evaluate([*ANSWERS, *worse], [*CASES, *typo])
    dropped = metrics.varieties["dropped"]
    assert (dropped.right.plain.mean, dropped.right.varied.mean, dropped.right.drop.mean) == (0.5, 0.0, 0.5)
    assert (dropped.offered.plain.mean, dropped.offered.varied.mean, dropped.offered.drop.mean) == (1.0, 0.5, 0.5)
    assert metrics.figures["right"].queries == 4
    assert metrics.verdicts["cards~dropped"] is Verdict.MISSED


def test_a_variant_whose_plain_question_is_not_asked_is_compared_with_nothing() -> None:
    alone = replace(CASES[0], id="x~kana", plain="x", variety="kana")
    assert evaluate([answered(alone, Outcome.ANSWERED_ENTRY, "a")], [alone]).varieties == {}


def test_misses_say_what_was_expected_and_what_came() -> None:
    found = misses(ANSWERS, CASES)
    assert [line["case"] for line in found] == ["cards", "wrong", "missed", "unknown", "claimed"]
    assert found[1] == {
        "case": "wrong",
        "set": "answers",
        "variety": "",
        "verdict": "wrong",
        "miss": "wrong_answer",
        "before": [],
        "text": "質問3",
        "expected": "answered",
        "expected_entries": {"a": 2},
        "got": "answered_entry",
        "got_entries": ["b"],
        "confidence": None,
        "protected": True,
        "tags": [],
    }


def test_metrics_come_back_from_json_as_they_were() -> None:
    metrics = evaluate(ANSWERS, [*CASES, replace(CASES[0], id="right", plain="")][: len(CASES)])
    assert from_json(json.loads(json.dumps(to_json(metrics)))) == metrics
