"""The entries nearest to each entry, compared with looking at all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import indexer.neighbours
from indexer.bags import Matrix, unit
from indexer.embed import Rows
from indexer.neighbours import NEIGHBOURS, find_neighbours
from indexer.vectors import Vectors, build_vectors


def some_site(size: int, wordings: int, seed: int) -> tuple[Vectors, Matrix]:
    random = np.random.default_rng(seed)
    rows = unit(random.normal(size=(size + wordings, 8)).astype(np.float32))
    owners = np.concatenate([np.arange(size), random.integers(0, size, wordings)]).astype(np.int32)
    return build_vectors(Rows(rows, owners), size), rows[:size]


@given(st.integers(1, 40), st.integers(0, 10), st.integers(0, 2**32 - 1))
def test_the_neighbours_are_the_five_other_entries_with_the_highest_cosine(size: int, wordings: int, seed: int) -> None:
    vectors, own = some_site(size, wordings, seed)
    found = find_neighbours(vectors)
    assert found.shape == (size, min(NEIGHBOURS, size - 1))
    for entry in range(size):
        cosines = own @ own[entry]
        cosines[entry] = -np.inf
        best = np.sort(cosines)[::-1][: found.shape[1]]
        assert entry not in found[entry]
        assert len(set(found[entry].tolist())) == found.shape[1]
        assert np.sort(cosines[found[entry]])[::-1] == pytest.approx(best, abs=1e-5)


def test_a_single_entry_has_no_neighbour_and_two_have_each_other() -> None:
    assert find_neighbours(some_site(1, 3, 0)[0]).shape == (1, 0)
    assert find_neighbours(some_site(2, 3, 0)[0]).tolist() == [[1], [0]]


def test_entries_that_are_all_alike_are_each_others_neighbours_and_never_their_own() -> None:
    rows = np.tile(np.array([[0.6, 0.8]], np.float32), (9, 1))
    found = find_neighbours(build_vectors(Rows(rows, np.arange(9, dtype=np.int32)), 9))
    assert all(len({*near, entry}) == NEIGHBOURS + 1 for entry, near in enumerate(found.tolist()))


def test_entries_are_compared_with_all_others_however_many_are_taken_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, _ = some_site(50, 0, 1)
    at_once = find_neighbours(vectors)
    monkeypatch.setattr(indexer.neighbours, "CHUNK", 7)
    assert np.sort(find_neighbours(vectors)).tolist() == np.sort(at_once).tolist()
