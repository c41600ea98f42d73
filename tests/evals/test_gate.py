"""The gate refuses what makes protected questions wrong or figures worse than by chance, and says why."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.message import Outcome
from evals.answered import Answered
from evals.case import Case
from evals.gate import FEWEST, Comparison, compare, label, reasons
from evals.score import FIGURES
from evals.verdict import Verdict
from knowledge.sentences import say

NAMES = {"juminhyo": "住民票の写し", "inkan": "印鑑登録"}


def case(number: int, protected: bool = False, set_: str = "answers", **values: str) -> Case:
    return Case(f"case-{number}", f"質問{number}", set_, "answered", {"juminhyo": 2}, protected=protected, **values)  # type: ignore[arg-type]


def unknown(number: int) -> Case:
    return Case(f"case-{number}", f"質問{number}", "abstention", "handoff", {})


RIGHT = Answered("", Outcome.ANSWERED_ENTRY, ("juminhyo",), 0.9, 1.0)
WRONG = Answered("", Outcome.ANSWERED_ENTRY, ("inkan",), 0.9, 1.0)
CARDS = Answered("", Outcome.SUGGESTED_CARDS, ("inkan", "juminhyo"), 0.4, 1.0)
PERSON = Answered("", Outcome.HANDOFF_NO_MATCH, (), 0.0, 1.0)


def answers(cases: list[Case], *given_: tuple[int, Answered], others: Answered = RIGHT) -> list[Answered]:
    """The first so many cases each way, all others right."""
    told = [each for count, answered in given_ for each in [answered] * count]
    told += [others] * (len(cases) - len(told))
    return [replace(answered, case=each.id) for each, answered in zip(cases, told, strict=True)]


def why(comparison: Comparison) -> list[str]:
    return reasons(comparison, lambda entry: NAMES.get(entry, entry))


HUNDRED = [case(number) for number in range(100)]


def test_the_same_answers_pass() -> None:
    comparison = compare(HUNDRED, answers(HUNDRED, (30, WRONG)), answers(HUNDRED, (30, WRONG)))
    assert why(comparison) == []
    assert comparison.flips == ()
    assert {change.difference.mean for change in comparison.changes} == {0.0}


def test_a_protected_case_that_becomes_wrong_is_a_reason_that_names_case_question_and_entries() -> None:
    cases = [replace(HUNDRED[0], protected=True), *HUNDRED[1:]]
    comparison = compare(cases, answers(cases), answers(cases, (1, WRONG)))
    assert why(comparison) == [
        "守る質問「質問0」（case-0）が「正しい」から「誤り」に変わりました。正しい項目：住民票の写し。返した項目：印鑑登録。"
    ]
    assert not comparison.fallen


@pytest.mark.parametrize(
    ("before", "after", "refused"),
    [
        (RIGHT, WRONG, True),
        (PERSON, WRONG, True),
        (CARDS, WRONG, True),
        (RIGHT, PERSON, True),
        (RIGHT, CARDS, False),
        (CARDS, PERSON, True),
        (WRONG, PERSON, False),
        (WRONG, WRONG, False),
        (WRONG, RIGHT, False),
    ],
)
def test_a_protected_case_may_be_less_sure_but_not_wrong_nor_lost(before: Answered, after: Answered, refused: bool) -> None:
    cases = [replace(HUNDRED[0], protected=True), *HUNDRED[1:]]
    comparison = compare(cases, answers(cases, (1, before)), answers(cases, (1, after)))
    assert bool(comparison.harmed) is refused


def test_a_figure_that_falls_by_more_than_its_noise_is_a_reason_with_examples() -> None:
    comparison = compare(HUNDRED, answers(HUNDRED), answers(HUNDRED, (15, WRONG)))
    assert {change.name for change in comparison.fallen} == {"right", "answered", "precision", "offered", "set:answers"}
    right = next(each for each in why(comparison) if each.startswith(label("right")))
    assert right.startswith(f"{label('right')}が100.0%から85.0%に下がり、")
    assert right.count("「正しい」から「誤り」") == 5
    assert "（case-0）" in right


def test_a_few_cases_that_fell_are_noise() -> None:
    comparison = compare(HUNDRED, answers(HUNDRED, (10, WRONG)), answers(HUNDRED, (12, WRONG)))
    assert not comparison.fallen
    assert [flip.case for flip in comparison.flips] == ["case-10", "case-11"]


def test_as_many_better_as_worse_is_no_fall() -> None:
    reverse = [*answers(HUNDRED, (15, WRONG), others=RIGHT)][::-1]
    swapped = [replace(answered, case=each.id) for each, answered in zip(HUNDRED, reverse, strict=True)]
    comparison = compare(HUNDRED, answers(HUNDRED, (15, WRONG)), swapped)
    assert not comparison.fallen
    assert len(comparison.flips) == 30


def test_of_few_cases_no_figure_falls() -> None:
    few = HUNDRED[: FEWEST - 1]
    assert not compare(few, answers(few), answers(few, (len(few), WRONG))).fallen
    enough = HUNDRED[:FEWEST]
    assert compare(enough, answers(enough), answers(enough, (FEWEST, WRONG))).fallen


def test_more_false_alarms_are_a_fall() -> None:
    alarm = replace(PERSON, outcome=Outcome.EMERGENCY)
    comparison = compare(HUNDRED, answers(HUNDRED), answers(HUNDRED, (10, alarm)))
    assert "false_alarm" in {change.name for change in comparison.fallen}
    better = compare(HUNDRED, answers(HUNDRED, (10, alarm)), answers(HUNDRED))
    assert not better.fallen


def test_only_cases_that_both_answered_are_compared() -> None:
    new = [case(number) for number in range(100, 200)]
    cases = [*HUNDRED, *new]
    comparison = compare(cases, answers(HUNDRED), [*answers(HUNDRED), *answers(new, (100, WRONG))])
    assert not comparison.fallen
    assert {change.difference.queries for change in comparison.changes} == {100}


def test_nothing_in_common_is_no_comparison() -> None:
    assert compare(HUNDRED, [], answers(HUNDRED)) == Comparison((), ())


def test_a_set_that_falls_among_many_that_do_not_is_noticed() -> None:
    waste = [case(number, set_="waste") for number in range(1000, 1030)]
    many = [case(number) for number in range(900)]
    comparison = compare([*many, *waste], answers([*many, *waste]), [*answers(many), *answers(waste, (8, WRONG))])
    assert "set:waste" in {change.name for change in comparison.fallen}
    assert "set:answers" not in {change.name for change in comparison.fallen}


def test_other_ways_to_write_count_for_their_variety_alone() -> None:
    plain = HUNDRED[:50]
    typos = [case(number, plain=f"case-{number - 500}", variety="typo") for number in range(500, 550)]
    comparison = compare([*plain, *typos], answers([*plain, *typos]), [*answers(plain), *answers(typos, (20, WRONG))])
    assert [change.name for change in comparison.fallen] == ["variety:typo"]


def test_a_share_of_nothing_is_left_out() -> None:
    comparison = compare(HUNDRED, answers(HUNDRED, others=PERSON), answers(HUNDRED))
    assert "precision" not in {change.name for change in comparison.changes}


def test_worse_answers_come_first_and_protected_ones_before_others() -> None:
    cases = [*HUNDRED[:3], replace(HUNDRED[3], protected=True)]
    comparison = compare(cases, answers(cases, (1, WRONG)), answers(cases, (1, RIGHT), (1, CARDS), (2, WRONG)))
    assert [flip.case for flip in comparison.flips] == ["case-3", "case-2", "case-1", "case-0"]


def test_every_figure_has_a_name_for_people() -> None:
    assert all(label(figure) for figure in FIGURES)
    assert label("set:waste").endswith("の正答率")
    assert "わが市の質問" in label("set:わが市の質問")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([RIGHT, WRONG, CARDS, PERSON]), min_size=1, max_size=60), st.randoms())
def test_no_order_of_cases_changes_the_judgement(given_: list[Answered], random: object) -> None:
    cases = [*HUNDRED[: len(given_)], unknown(1000)]
    before = answers(cases)
    after = [
        *(replace(each, case=case_.id) for each, case_ in zip(given_, cases, strict=False)),
        replace(PERSON, case="case-1000"),
    ]
    shuffled = list(cases)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = compare(cases, before, after), compare(shuffled, before, after)
    assert one.flips == other.flips
    assert {each.name: each for each in one.changes} == {each.name: each for each in other.changes}


def test_every_verdict_has_a_name_for_people() -> None:
    assert len({say("evals", f"verdicts.{verdict}") for verdict in Verdict}) == len(Verdict)
