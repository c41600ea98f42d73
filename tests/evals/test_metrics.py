"""The measures, by hand and by their properties."""

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.metrics import CUTOFF, MEASURES, Measure, interval, measure, ndcg, recall, reciprocal_rank, success

ENTRIES = [f"e{number}" for number in range(30)]
rankings = st.permutations(ENTRIES).flatmap(lambda order: st.integers(0, 30).map(lambda length: order[:length]))
graded = st.dictionaries(st.sampled_from(ENTRIES), st.integers(0, 3), min_size=1).filter(lambda grades: any(grades.values()))
values = st.lists(st.floats(0, 1), min_size=1, max_size=50)


@pytest.mark.parametrize(
    ("ranking", "relevance", "expected"),
    [
        (["a", "b", "c"], {"a": 1}, (1.0, 1.0, 1.0, 1.0)),
        (["b", "a", "c"], {"a": 1}, (1.0, 1 / math.log2(3), 0.5, 0.0)),
        (["b", "c"], {"a": 1}, (0.0, 0.0, 0.0, 0.0)),
        ([], {"a": 1}, (0.0, 0.0, 0.0, 0.0)),
        (["a", "x", "b"], {"a": 2, "b": 1, "c": 1}, (2 / 3, (2 + 0.5) / (2 + 1 / math.log2(3) + 0.5), 1.0, 1.0)),
        (["b", "a"], {"a": 2, "b": 1}, (1.0, (1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3)), 1.0, 1.0)),
        (["x"] * 10 + ["a"], {"a": 1}, (0.0, 0.0, 1 / 11, 0.0)),
        (["a", "b"], {"a": 0, "b": 1}, (1.0, 1 / math.log2(3), 0.5, 0.0)),
        (["a", "b"], {"a": -2, "b": 1}, (1.0, 1 / math.log2(3), 0.5, 0.0)),
    ],
)
def test_the_measures_by_hand(ranking: list[str], relevance: dict[str, int], expected: tuple[float, ...]) -> None:
    found = tuple(function(ranking, relevance) for function in (recall, ndcg, reciprocal_rank, success))
    assert found == pytest.approx(expected)


def test_only_the_first_ten_count_where_it_says_so() -> None:
    eleven = dict.fromkeys(ENTRIES[:11], 1)
    assert recall(ENTRIES, eleven) == 10 / 11
    assert ndcg(ENTRIES, eleven) == 1.0
    assert CUTOFF == 10
    assert [name for name in MEASURES if name.endswith("@10")] == ["recall@10", "ndcg@10"]


@given(graded)
def test_a_perfect_ranking_has_the_best_of_every_measure(relevance: dict[str, int]) -> None:
    perfect = sorted(ENTRIES, key=lambda entry: -relevance.get(entry, 0))
    assert ndcg(perfect, relevance) == pytest.approx(1.0)
    assert reciprocal_rank(perfect, relevance) == success(perfect, relevance) == 1.0
    assert recall(perfect, relevance) == pytest.approx(min(1.0, 10 / sum(grade > 0 for grade in relevance.values())))


@given(rankings, graded)
def test_every_measure_lies_between_nothing_and_one(ranking: list[str], relevance: dict[str, int]) -> None:
    for function in MEASURES.values():
        assert 0.0 <= function(ranking, relevance) <= 1.0 + 1e-9


@given(rankings, graded, st.randoms())
def test_recall_does_not_ask_for_order_among_the_first_ten(ranking: list[str], relevance: dict[str, int], random: Random) -> None:
    shuffled = ranking[:CUTOFF]
    random.shuffle(shuffled)
    assert recall(shuffled + ranking[CUTOFF:], relevance) == recall(ranking, relevance)


@given(rankings, graded, st.data())
def test_moving_a_relevant_entry_up_costs_nothing(ranking: list[str], relevance: dict[str, int], data: st.DataObject) -> None:
    if len(ranking) < 2:
        return
    place = data.draw(st.integers(1, len(ranking) - 1))
    better = [*ranking]
    if relevance.get(ranking[place], 0) >= relevance.get(ranking[place - 1], 0):
        better[place - 1], better[place] = ranking[place], ranking[place - 1]
    for function in MEASURES.values():
        assert function(better, relevance) >= function(ranking, relevance) - 1e-12


@given(values, st.integers(0, 5))
def test_the_interval_holds_the_mean_and_is_the_same_again(numbers: list[float], seed: int) -> None:
    found = interval(numbers, seed)
    assert found.low - 1e-9 <= found.mean <= found.high + 1e-9
    assert min(numbers) - 1e-9 <= found.low <= found.high <= max(numbers) + 1e-9
    assert found.queries == len(numbers)
    assert interval(numbers, seed) == found


def test_another_seed_draws_another_interval() -> None:
    numbers = [number / 20 for number in range(20)]
    assert interval(numbers, 1) != interval(numbers, 2)


def test_the_interval_shrinks_as_queries_are_added() -> None:
    few, many = interval([0.0, 1.0] * 10), interval([0.0, 1.0] * 500)
    assert many.high - many.low < few.high - few.low
    assert many.high - many.low == pytest.approx(2 * 1.96 * 0.5 / math.sqrt(1000), rel=0.1)


def test_equal_values_leave_no_doubt() -> None:
    assert interval([0.25] * 7) == Measure(0.25, 0.25, 0.25, 7)


def test_only_queries_with_a_right_entry_count() -> None:
    rankings: dict[int | str, list[str]] = {1: ["a"], "two": ["b"], 3: ["c"]}
    relevances: dict[int | str, dict[str, int]] = {1: {"a": 1}, "two": {"x": 1}, 3: {}, 4: {"a": 0}, 5: {"a": -1}}
    found = measure(rankings, relevances)
    assert set(found) == set(MEASURES)
    assert found["success@1"].mean == 0.5
    assert found["success@1"].queries == 2


def test_a_query_that_was_never_ranked_counts_as_nothing_found() -> None:
    rankings: dict[int, list[str]] = {}
    assert measure(rankings, {1: {"a": 1}})["mrr"].mean == 0.0


@pytest.mark.parametrize("relevances", [{}, {1: {}}, {1: {"a": 0}}])
def test_without_right_entries_there_is_nothing_to_measure(relevances: dict[int, dict[str, int]]) -> None:
    assert measure({1: ["a"]}, relevances) == {}
