"""The statistics of a promise."""

import random

import pytest

from indexer.risk import NEVER, estimate, least_questions, promise, upper_limit


def test_the_upper_limit_is_that_of_clopper_and_pearson() -> None:
    # 1 - 0.1 ** (1 / 22) for none wrong of 22; the others from the quantiles of the beta distribution.
    assert upper_limit(0, 22) == pytest.approx(1 - 0.1 ** (1 / 22), abs=1e-9)
    assert upper_limit(3, 85) == pytest.approx(0.0769077822653263, abs=1e-6)
    assert upper_limit(5, 5) == 1.0


def test_it_takes_twenty_two_right_answers_to_promise_one_wrong_in_ten() -> None:
    assert least_questions(0.1, 0.1) == 22
    assert upper_limit(0, 22) <= 0.1 < upper_limit(0, 21)


def test_the_threshold_separates_what_can_be_promised() -> None:
    sure = [1 - number / 1000 for number in range(1000)]
    right = [number < 500 or number % 2 == 0 for number in range(1000)]
    found = promise(sure, right)
    assert 0.35 < found.threshold < 0.5
    assert found.wrong / found.given < found.highest <= 0.1
    assert found.given == sum(each >= found.threshold for each in sure)


def test_nothing_is_promised_when_answers_are_wrong_or_few() -> None:
    assert promise([0.9] * 500, [False] * 500).threshold == NEVER
    assert promise([0.9] * 10, [True] * 10).threshold == NEVER
    assert promise([], []).threshold == NEVER


def test_an_estimate_keeps_the_observed_share_only() -> None:
    sure = [1 - number / 100 for number in range(100)]
    right = [number % 11 != 5 for number in range(100)]
    found = estimate(sure, right)
    assert found.given == 100
    assert found.wrong / found.given <= 0.1 < found.highest


def test_the_promise_is_kept_as_often_as_it_says() -> None:
    """Of 400 calibrations on 300 questions each, the true share of wrong answers is over the bound in at most one of ten."""
    chance = random.Random(4)
    broken = 0
    for _ in range(400):
        sure = [chance.random() for _ in range(300)]
        found = promise(sure, [chance.random() < each for each in sure])
        true_share = (1 - found.threshold) / 2 if found.given else 0.0
        broken += true_share > 0.1
    assert broken <= 40
