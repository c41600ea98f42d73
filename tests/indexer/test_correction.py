"""Probabilities that mean what they say."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.correction import FLATTEST, NO_CORRECTION, fit_correction


def asked(true_share: float, said: float, count: int) -> tuple[list[float], list[bool]]:
    return [said] * count, [number < true_share * count for number in range(count)]


def test_too_little_confidence_is_raised_to_what_was_right() -> None:
    chance = random.Random(1)
    true = [chance.random() for _ in range(4000)]
    right = [chance.random() < each for each in true]
    fitted = fit_correction([each / 2 for each in true], right)
    for low in (0.2, 0.4, 0.6):
        inside = [(fitted(each / 2), hit) for each, hit in zip(true, right, strict=True) if low < each < low + 0.2]
        assert sum(sure for sure, _ in inside) / len(inside) == pytest.approx(
            sum(hit for _, hit in inside) / len(inside), abs=0.05
        )


def test_few_questions_hardly_change_anything() -> None:
    assert fit_correction([], []) == NO_CORRECTION
    few, many = (fit_correction(*asked(0.9, 0.5, count))(0.5) for count in (5, 5000))
    assert 0.5 < few < 0.6
    assert many == pytest.approx(0.9, abs=0.02)


def test_confidence_that_is_always_wrong_does_not_turn_the_order_round() -> None:
    fitted = fit_correction([0.9] * 500 + [0.1] * 500, [False] * 500 + [True] * 500)
    assert fitted.slope == FLATTEST
    assert fitted(0.2) < fitted(0.3)


@given(st.floats(0, 1))
def test_without_correction_a_probability_stays(probability: float) -> None:
    assert NO_CORRECTION(probability) == pytest.approx(probability, abs=2e-6)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=50))
def test_any_questions_give_a_correction_that_keeps_the_order(pairs: list[tuple[float, bool]]) -> None:
    fitted = fit_correction([sure for sure, _ in pairs], [right for _, right in pairs])
    corrected = [fitted(sure) for sure, _ in sorted(pairs)]
    assert corrected == sorted(corrected)
    assert all(0 <= each <= 1 for each in corrected)
