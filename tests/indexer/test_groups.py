"""Vectors of entries, compared with looking at each."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.bags import Matrix, unit
from indexer.codes import codes_of, rounded, steps_for
from indexer.groups import CodedGroups, Gathering, Groups

DIMENSION = 16
SIZES = st.lists(st.integers(0, 4), min_size=1, max_size=12)
"""Vectors of each entry."""
SEEDS = st.integers(0, 2**32 - 1)


def some_vectors(count: int, seed: int) -> Matrix:
    return unit(np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32))


def some_groups(sizes: list[int], seed: int) -> Groups:
    return Groups(some_vectors(sum(sizes), seed), np.cumsum([0, *sizes]))


def coded(groups: Groups) -> CodedGroups:
    steps = steps_for(groups.vectors)
    return CodedGroups(codes_of(rounded(groups.vectors, steps), steps), groups.starts)


def numbers(values: list[int]) -> npt.NDArray[np.int64]:
    return np.array(values, np.int64)


@given(SIZES, SEEDS, st.data())
def test_an_entry_is_as_near_as_its_nearest_vector(sizes: list[int], seed: int, data: st.DataObject) -> None:
    groups, query = coded(some_groups(sizes, seed)), some_vectors(1, seed + 1)[0]
    asked = numbers(data.draw(st.lists(st.integers(0, len(sizes) - 1), max_size=8)))
    otherwise = np.linspace(-1, 1, len(asked)).astype(np.float32)
    rows = groups.codes.vectors(slice(None))
    expected = [
        max((float(row @ query) for row in rows[groups.starts[entry] : groups.starts[entry + 1]]), default=instead)
        for entry, instead in zip(asked, otherwise, strict=True)
    ]
    before = otherwise.copy()
    assert groups.best(query, asked, otherwise) == pytest.approx(expected, abs=1e-5)
    assert otherwise.tolist() == before.tolist()


@given(SIZES, SEEDS, st.data())
def test_vectors_are_gathered_in_any_order_and_from_an_earlier_snapshot(sizes: list[int], seed: int, data: st.DataObject) -> None:
    earlier = coded(some_groups(sizes, seed))
    whole = earlier.codes.vectors(slice(None))
    order = data.draw(st.permutations(range(len(sizes))))
    cut = data.draw(st.integers(0, len(sizes)))
    gathering = Gathering(len(sizes), earlier.codes.steps)
    gathering.keep(numbers(order[:cut]), earlier, numbers(order[:cut]))
    for entry in order[cut:]:
        own = whole[earlier.starts[entry] : earlier.starts[entry + 1]]
        gathering.add(numbers([entry]), Groups(own, numbers([0, len(own)])))
    gathered = gathering.gathered()
    assert gathered.starts.tolist() == earlier.starts.tolist()
    assert gathered.codes.table.tolist() == earlier.codes.table.tolist()


def test_entries_without_any_vector_are_gathered_too() -> None:
    gathering = Gathering(3)
    gathering.add(numbers([0, 1, 2]), some_groups([0, 0, 0], 0))
    found = gathering.gathered().best(some_vectors(1, 0)[0], numbers([1, 0]), np.array([0.1, 0.2], np.float32))
    assert found == pytest.approx([0.1, 0.2])


def test_saved_groups_are_read_back_as_they_were(tmp_path: Path) -> None:
    made = coded(some_groups([2, 0, 4], 3))
    made.save(tmp_path, "passages")
    assert {each.name.partition(".")[0] for each in tmp_path.iterdir()} == {"passages"}
    loaded = CodedGroups.load(tmp_path, "passages")
    query, entries, instead = some_vectors(1, 4)[0], np.arange(3), np.full(3, 0.25, np.float32)
    assert loaded.best(query, entries, instead).tolist() == made.best(query, entries, instead).tolist()


def test_a_site_without_any_sentence_is_saved_and_read_too(tmp_path: Path) -> None:
    coded(some_groups([0, 0], 0)).save(tmp_path, "passages")
    loaded = CodedGroups.load(tmp_path, "passages")
    found = loaded.best(some_vectors(1, 0)[0], numbers([1, 0]), np.array([0.1, 0.2], np.float32))
    assert found == pytest.approx([0.1, 0.2])
