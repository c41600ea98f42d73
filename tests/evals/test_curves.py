"""Confidence against right and wrong, by hand."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.curves import auroc, calibration_error, precision_at, reliability, resampled, risk_coverage
from evals.metrics import Measure

SURE = st.lists(st.floats(0, 1), min_size=1, max_size=30)


def test_precision_counts_the_surest() -> None:
    assert precision_at([0.9, 0.1, 0.8, 0.2], [True, False, False, True], 0.25) == 1.0
    assert precision_at([0.9, 0.1, 0.8, 0.2], [True, False, False, True], 0.5) == 0.5
    assert precision_at([0.9, 0.1, 0.8, 0.2], [True, False, False, True], 1.0) == 0.5


def test_risk_rises_with_the_wrong_ones_that_are_given() -> None:
    assert risk_coverage([0.9, 0.5], [True, False]) == [(0.5, 0.0), (1.0, 0.5)]


def test_auroc_is_the_share_of_pairs_in_order_with_ties_by_half() -> None:
    assert auroc([0.9, 0.8], [0.1, 0.2]) == 1.0
    assert auroc([0.1], [0.9]) == 0.0
    assert auroc([0.5, 0.9], [0.5, 0.1]) == pytest.approx((0.5 + 1 + 1 + 1) / 4)


@given(SURE, SURE)
def test_auroc_is_turned_round_with_its_sides(positive: list[float], negative: list[float]) -> None:
    assert auroc(positive, negative) + auroc(negative, positive) == pytest.approx(1)


def test_calibration_error_is_the_gap_between_sure_and_right() -> None:
    assert calibration_error([0.8] * 10, [True] * 8 + [False] * 2) == pytest.approx(0)
    assert calibration_error([0.9, 0.9, 0.1, 0.1], [False, False, True, True]) == pytest.approx(0.9)


def test_reliability_sets_what_was_said_beside_what_was_right() -> None:
    assert reliability([0.12, 0.18, 1.0], [True, False, True]) == [(pytest.approx(0.15), 0.5, 2), (1.0, 1.0, 1)]


def test_a_statistic_has_an_interval_around_it() -> None:
    values = np.arange(100) / 100
    found = resampled(lambda chosen: float(values[chosen].mean()), 100)
    assert found.mean == pytest.approx(0.495)
    assert 0.4 < found.low < found.mean < found.high < 0.6
    assert found.queries == 100


def test_resamples_that_say_nothing_do_not_count() -> None:
    def first_of_two(chosen: npt.NDArray[np.int64]) -> float:
        return 1.0 if 0 in chosen else float("nan")

    assert resampled(first_of_two, 2) == Measure(1.0, 1.0, 1.0, 2)
    nothing = resampled(lambda _: float("nan"), 2)
    assert np.isnan([nothing.mean, nothing.low, nothing.high]).all()
