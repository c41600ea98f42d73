"""The statistics of a promise."""

import random
from collections.abc import Sequence

import pytest

from indexer.risk import NEVER, Promise, Tried, estimate, least_questions, likeness, promise, times_needed, upper_limit


def tried(sure: Sequence[float], right: Sequence[bool], each_of: int = 1) -> list[Tried]:
    """Questions, `each_of` in a row about the same thing."""
    return [Tried(*pair, str(number // each_of)) for number, pair in enumerate(zip(sure, right, strict=True))]


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
    found = promise(tried(sure, right))
    assert 0.35 < found.threshold < 0.5
    assert found.wrong / found.given < found.highest <= 0.1
    assert found.given == found.independent == sum(each >= found.threshold for each in sure)
    assert found.holds(0.1)


def test_nothing_is_promised_when_answers_are_wrong_or_few() -> None:
    for few in (tried([0.9] * 500, [False] * 500), tried([0.9] * 10, [True] * 10), []):
        assert promise(few).threshold == NEVER
        assert not promise(few).holds(0.5)


def test_an_estimate_keeps_the_observed_share_only() -> None:
    sure = [1 - number / 100 for number in range(100)]
    right = [number % 11 != 5 for number in range(100)]
    found = estimate(tried(sure, right))
    assert found.given == 100
    assert found.wrong / found.given <= 0.1 < found.highest
    assert not found.holds(0.1)


def test_questions_about_the_same_thing_that_end_alike_count_once() -> None:
    sure = [1 - number / 1000 for number in range(400)]
    alike = tried(sure, [number // 4 % 20 != 7 for number in range(400)], each_of=4)
    assert likeness(alike) == pytest.approx(1)
    found = promise(alike)
    assert found.given == 4 * found.independent


def test_questions_about_the_same_thing_that_end_each_in_its_way_count_each() -> None:
    chance = random.Random(0)
    sure = [1 - number / 4000 for number in range(4000)]
    unlike = tried(sure, [chance.random() > 0.05 for _ in range(4000)], each_of=4)
    assert likeness(unlike) < 0.03
    assert promise(unlike).independent > 0.9 * 4000


def test_likeness_needs_something_to_compare() -> None:
    assert likeness([]) == likeness(tried([0.5], [True])) == likeness(tried([0.5] * 4, [True, False, True, False])) == 0
    assert likeness(tried([0.5] * 4, [True] * 4, each_of=4)) == likeness(tried([0.5] * 4, [True] * 4, each_of=2)) == 0


@pytest.mark.parametrize("each_of", [1, 4])
def test_the_promise_is_kept_as_often_as_it_says(each_of: int) -> None:
    """Of 400 calibrations on 300 things, the true share of wrong answers is over the bound in at most one of ten."""
    chance = random.Random(4)
    broken = 0
    for _ in range(400):
        things = [chance.random() for _ in range(300)]
        sure = [each for each in things for _ in range(each_of)]
        right = [end for each in things for end in [chance.random() < each] * each_of]
        found = promise(tried(sure, right, each_of))
        true_share = (1 - found.threshold) / 2 if found.given else 0.0
        broken += true_share > 0.1
    assert broken <= 40


def test_what_was_picked_afterwards_is_no_promise_however_well_it_looks() -> None:
    picked = estimate(tried([1 - number / 200 for number in range(200)], [True] * 200))
    assert picked.given > 190
    assert picked.highest < 0.1
    assert not picked.holds(0.1)
    assert promise(tried([1 - number / 200 for number in range(200)], [True] * 200)).holds(0.1)
    times = times_needed(picked, 0.1)
    assert times is not None
    assert times > 1


def test_it_says_how_many_times_the_questions_a_promise_would_take() -> None:
    seen = Promise(0.8, 400, 100, 6, upper_limit(6, 100), 100, tested=True)
    assert times_needed(seen, 0.11) == 1.0
    times = times_needed(seen, 0.1)
    assert times is not None
    assert 1 < times < 3
    given = round(100 * times)
    assert upper_limit(-(-6 * given // 100), given) <= 0.1


def test_no_number_of_questions_helps_when_too_many_answers_are_wrong() -> None:
    assert times_needed(Promise(0.8, 400, 100, 11, 0.16, 100), 0.1) is None
    assert times_needed(Promise(0.8, 40_000, 10_000, 999, 0.104, 10_000), 0.1) is None
    assert times_needed(Promise(NEVER, 400, 0, 0, 1.0), 0.1) is None
