"""What is thought of an answer, outcome by outcome."""

import pytest

from channels.message import Outcome
from evals.answered import Answered
from evals.case import ENDINGS, Case
from evals.verdict import Miss, Verdict, judge
from knowledge.sentences import say

WRONG, PARTIAL, MISSED, RIGHT = Verdict.WRONG, Verdict.PARTIAL, Verdict.MISSED, Verdict.RIGHT


def case(expected: str = "answered", **entries: int) -> Case:
    return Case("a", "質問", "answers", expected, entries)


def answered(outcome: Outcome, *entries: str, kept_private: bool = False) -> Answered:
    return Answered("a", outcome, entries, 0.5, 1.0, kept_private)


@pytest.mark.parametrize(
    ("outcome", "entries", "verdict", "miss"),
    [
        (Outcome.ANSWERED_ENTRY, ["full"], RIGHT, None),
        (Outcome.ANSWERED_ENTRY, ["part"], PARTIAL, Miss.RELATED_ANSWER),
        (Outcome.ANSWERED_ENTRY, ["other"], WRONG, Miss.WRONG_ANSWER),
        (Outcome.SUGGESTED_CARDS, ["other", "full"], PARTIAL, Miss.ONLY_CARDS),
        (Outcome.SUGGESTED_CARDS, ["other"], WRONG, Miss.WRONG_CARDS),
        (Outcome.SUGGESTED, ["full"], PARTIAL, Miss.ONLY_BUTTONS),
        (Outcome.SUGGESTED, ["other"], MISSED, Miss.WRONG_BUTTONS),
        (Outcome.HANDOFF_NO_MATCH, [], MISSED, Miss.NOT_FOUND),
        (Outcome.EMERGENCY, [], WRONG, Miss.FALSE_ALARM),
        (Outcome.REFUSED_PERSONAL_DATA, [], WRONG, Miss.FALSE_REFUSAL),
        (Outcome.ERROR_UNEXPECTED, [], WRONG, Miss.ERROR),
    ],
)
def test_a_question_that_has_an_answer(outcome: Outcome, entries: list[str], verdict: Verdict, miss: Miss | None) -> None:
    judgement = judge(case(full=2, part=1), answered(outcome, *entries))
    assert (judgement.verdict, judgement.miss) == (verdict, miss)


@pytest.mark.parametrize(
    ("outcome", "entries", "verdict", "miss"),
    [
        (Outcome.HANDOFF_NO_MATCH, [], RIGHT, None),
        (Outcome.HANDOFF_REQUESTED, [], RIGHT, None),
        (Outcome.SUGGESTED, ["other"], PARTIAL, Miss.BUTTONS_FOR_UNKNOWN),
        (Outcome.SUGGESTED_CARDS, ["other"], WRONG, Miss.ANSWERED_UNKNOWN),
        (Outcome.ANSWERED_ENTRY, ["other"], WRONG, Miss.ANSWERED_UNKNOWN),
        (Outcome.ANSWERED_ENTRY, ["part"], PARTIAL, Miss.RELATED_ANSWER),
        (Outcome.ANSWERED_GREETING, [], MISSED, Miss.OTHER_OUTCOME),
        (Outcome.EMERGENCY_CRISIS, [], WRONG, Miss.FALSE_ALARM),
    ],
)
def test_a_question_that_no_entry_answers(outcome: Outcome, entries: list[str], verdict: Verdict, miss: Miss | None) -> None:
    judgement = judge(case("handoff", part=1), answered(outcome, *entries))
    assert (judgement.verdict, judgement.miss) == (verdict, miss)


@pytest.mark.parametrize(
    ("expected", "outcome", "verdict", "miss"),
    [
        ("emergency", Outcome.EMERGENCY, RIGHT, None),
        ("emergency", Outcome.EMERGENCY_CRISIS, RIGHT, None),
        ("emergency_crisis", Outcome.EMERGENCY_CRISIS, RIGHT, None),
        ("emergency_crisis", Outcome.EMERGENCY, PARTIAL, Miss.OTHER_HELP),
        ("emergency", Outcome.ANSWERED_ENTRY, WRONG, Miss.EMERGENCY_MISSED),
        ("refused_personal_data", Outcome.REFUSED_PERSONAL_DATA, RIGHT, None),
        ("refused_personal_data", Outcome.REFUSED_TOO_LONG, PARTIAL, Miss.OTHER_OUTCOME),
        ("refused_personal_data", Outcome.SUGGESTED, WRONG, Miss.REFUSAL_MISSED),
        ("answered_greeting", Outcome.ANSWERED_GREETING, RIGHT, None),
        ("answered_thanks", Outcome.ANSWERED_GREETING, MISSED, Miss.OTHER_OUTCOME),
        ("handoff_requested", Outcome.HANDOFF_NO_MATCH, PARTIAL, Miss.OTHER_OUTCOME),
    ],
)
def test_a_message_with_an_ending_of_its_own(expected: str, outcome: Outcome, verdict: Verdict, miss: Miss | None) -> None:
    judgement = judge(case(expected), answered(outcome))
    assert (judgement.verdict, judgement.miss) == (verdict, miss)


def test_buttons_are_right_where_only_the_resident_can_choose() -> None:
    assert judge(case("suggested", full=2), answered(Outcome.SUGGESTED, "other", "full")).verdict is RIGHT
    assert judge(case("suggested", full=2), answered(Outcome.SUGGESTED, "other")).verdict is MISSED


def test_a_number_that_is_kept_is_wrong_whatever_was_answered() -> None:
    judgement = judge(case(full=2), answered(Outcome.ANSWERED_ENTRY, "full", kept_private=True))
    assert (judgement.verdict, judgement.miss) == (WRONG, Miss.NUMBER_KEPT)


def test_every_way_of_missing_has_its_words_and_every_outcome_can_be_expected() -> None:
    assert all(say("evals", f"misses.{miss}") for miss in Miss)
    assert {outcome.value for outcome in Outcome} | {outcome.family for outcome in Outcome} == ENDINGS
