"""Figures of a report: the numbers beside them, and what is said when there is nothing to draw."""

import random
from dataclasses import replace

import pytest
from scipy.stats import beta

from evals import figures
from evals.cells import Table
from evals.curves import risk_coverage
from evals.figures import Figure, reliability_bins
from evals.metrics import Measure
from evals.score import Metrics, SetMetrics
from tests.evals.nights import OWN, full_night

POINTS = [(number / 200, (number * 7919) % 200 < number) for number in range(200)]


def metrics() -> Metrics:
    found = full_night().metrics
    assert found
    return found


def column(figure: Figure, place: int) -> list[float | None]:
    assert isinstance(figure.table, Table)
    return [row[place].value for row in figure.table.rows]


@pytest.mark.parametrize(
    "figure",
    [
        figures.quality([], "right"),
        figures.speed([], "p99"),
        figures.sets(None),
        figures.tags(None),
        figures.varieties(None),
        figures.endings({}),
        figures.endings({"answered_entry": 0}, "residents"),
        figures.risk([], OWN),
        figures.reliability([]),
    ],
    ids=lambda figure: figure.name,
)
def test_what_was_not_measured_is_said_and_not_drawn(figure: Figure) -> None:
    assert figure.missing
    assert figure.svg == ""
    assert figure.table is None


def test_the_worst_come_first() -> None:
    assert column(figures.sets(metrics()), 1) == sorted(each.right.mean for each in metrics().sets.values())


def test_a_field_that_is_surely_bad_comes_before_three_unlucky_questions() -> None:
    verdicts = next(iter(metrics().tags.values())).verdicts
    sure, unlucky = Measure(0.2, 0.08, 0.32, 50), Measure(0.33, 0.0, 1.0, 3)
    tags = {name: SetMetrics(verdicts, wrong, wrong) for name, wrong in (("unlucky", unlucky), ("sure", sure))}
    assert column(figures.tags(replace(metrics(), tags=tags)), 1) == [0.2, 0.33]


def test_ways_to_write_stand_beside_the_plain_one() -> None:
    offered = metrics().varieties["kana"].offered
    kana = figures.varieties(metrics())
    assert [column(kana, place) for place in (1, 2, 3, 4)] == [
        [offered.varied.mean],
        [offered.plain.mean],
        [-offered.drop.mean],
        [offered.varied.queries],
    ]


def test_ways_to_end_add_up() -> None:
    figure = figures.endings({"answered_entry": 6, "suggested": 3, "clarify": 1})
    assert column(figure, 1) == [6, 3, 1]
    assert column(figure, 2) == [0.6, 0.3, 0.1]


def test_the_table_of_the_curve_is_on_the_curve() -> None:
    curve = risk_coverage([sure for sure, _ in POINTS], [right for _, right in POINTS])
    figure = figures.risk(POINTS, OWN)
    shown = list(zip(column(figure, 0), column(figure, 2), strict=True))
    assert len(shown) == 10
    assert set(shown) <= set(curve)
    assert shown[-1] == curve[-1]


def test_the_threshold_in_use_and_the_bound_are_named() -> None:
    share = sum(sure >= OWN.answer.threshold for sure, _ in POINTS) / len(POINTS)
    svg = figures.risk(POINTS, OWN).svg
    assert f"今の基準 {share * 100:.0f}%" in svg
    assert "上限 10%" in svg
    assert "基準" not in figures.risk(POINTS, None).svg


def test_three_points_make_a_curve_of_three_rows() -> None:
    assert column(figures.risk(POINTS[:3], None), 0) == pytest.approx([1 / 3, 2 / 3, 1.0])


def test_bins_hold_every_point_once() -> None:
    bins = reliability_bins([*POINTS, (1.0, True), (0.0, False)])
    assert sum(each.queries for _, each in bins) == len(POINTS) + 2
    assert len(bins) == 10
    assert [sure for sure, _ in bins] == sorted(sure for sure, _ in bins)


def test_intervals_of_bins_are_exact() -> None:
    draw = random.Random(7)
    for _ in range(20):
        asked = draw.randint(1, 40)
        hits = draw.randint(0, asked)
        ((_, measure),) = reliability_bins([(0.55, number < hits) for number in range(asked)])
        low = beta.ppf(0.025, hits, asked - hits + 1) if hits else 0.0
        high = beta.ppf(0.975, hits + 1, asked - hits) if hits < asked else 1.0
        assert [measure.low, measure.high] == pytest.approx([low, high], abs=1e-9)
        assert measure.mean == hits / asked


def test_a_few_right_answers_are_not_certainty() -> None:
    ((_, measure),) = reliability_bins([(0.95, True)] * 3)
    assert measure.low < 0.4
