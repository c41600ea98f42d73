"""The entries nearest to each entry, compared with looking at all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import indexer.neighbours
import indexer.vectors
from indexer.bags import Matrix, unit
from indexer.codes import codes_of, rounded, steps_for
from indexer.groups import CodedGroups
from indexer.neighbours import NEIGHBOURS, find_neighbours, update_neighbours
from indexer.vectors import Vectors, vectors_of

SEEDS = st.integers(0, 2**32 - 1)


def some_site(size: int, seed: int, dimension: int = 8) -> Vectors:
    """Entries with a row of their own and up to two wordings."""
    random = np.random.default_rng(seed)
    starts = np.concatenate([[0], np.cumsum(random.integers(1, 4, size))])
    return of_rows(unit(random.normal(size=(starts[-1], dimension)).astype(np.float32)), starts)


def of_rows(rows: Matrix, starts: np.ndarray) -> Vectors:
    steps = steps_for(rows)
    return vectors_of(CodedGroups(codes_of(rounded(rows, steps), steps), starts))


def own_rows(vectors: Vectors) -> Matrix:
    return vectors.own(np.arange(vectors.size))


def check(found: np.ndarray, vectors: Vectors, rounding: float = 1e-5) -> None:
    """Every entry has the five others with the highest cosine."""
    own = own_rows(vectors)
    assert found.shape == (vectors.size, min(NEIGHBOURS, vectors.size - 1))
    for entry in range(vectors.size):
        cosines = own @ own[entry]
        cosines[entry] = -np.inf
        best = np.sort(cosines)[::-1][: found.shape[1]]
        assert entry not in found[entry]
        assert len(set(found[entry].tolist())) == found.shape[1]
        assert np.sort(cosines[found[entry]])[::-1] == pytest.approx(best, abs=rounding)


@given(st.integers(1, 40), SEEDS)
def test_the_neighbours_are_the_five_other_entries_with_the_highest_cosine(size: int, seed: int) -> None:
    vectors = some_site(size, seed)
    check(find_neighbours(vectors), vectors)


@given(st.integers(1, 30), st.integers(1, 30), SEEDS, st.data())
def test_neighbours_are_the_same_when_taken_from_an_earlier_snapshot(
    before: int, now: int, seed: int, data: st.DataObject
) -> None:
    """Whatever came, went, changed or changed places."""
    old, new = some_site(before, seed), some_site(now, seed + 1)
    kept = data.draw(st.lists(st.integers(0, before - 1), unique=True, max_size=now))
    rows = np.array(data.draw(st.permutations([*kept, *[-1] * (now - len(kept))])), np.int64)
    own = own_rows(new)
    own[rows >= 0] = own_rows(old)[rows[rows >= 0]]
    mixed = of_rows(own, np.arange(now + 1))
    # Rows of two sites in the steps of one are rounded once more.
    check(update_neighbours(mixed, find_neighbours(old), rows), mixed, rounding=0.03)


def test_a_single_entry_has_no_neighbour_and_two_have_each_other() -> None:
    assert find_neighbours(some_site(1, 0)).shape == (1, 0)
    assert find_neighbours(some_site(2, 0)).tolist() == [[1], [0]]


def test_entries_that_are_all_alike_are_each_others_neighbours_and_never_their_own() -> None:
    vectors = of_rows(np.tile(np.array([[0.6, 0.8]], np.float32), (9, 1)), np.arange(10))
    found = find_neighbours(vectors)
    for table in (found, update_neighbours(vectors, found, np.array([3, 2, 1, 0, -1, 8, 7, 6, 5]))):
        assert all(len({*near, entry}) == NEIGHBOURS + 1 for entry, near in enumerate(table.tolist()))


def test_entries_are_compared_with_all_others_however_many_are_taken_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = some_site(50, 1)
    at_once = find_neighbours(vectors)
    monkeypatch.setattr(indexer.neighbours, "CHUNK", 7)
    assert np.sort(find_neighbours(vectors)).tolist() == np.sort(at_once).tolist()


def test_of_many_entries_nearly_all_neighbours_are_found_without_comparing_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Entries lie in clusters, as a city's do."""
    random = np.random.default_rng(0)
    centres = random.normal(size=(60, 16))
    rows = unit((np.repeat(centres, 40, axis=0) + 0.4 * random.normal(size=(2400, 16))).astype(np.float32))
    vectors = of_rows(rows, np.arange(len(rows) + 1))
    exact = find_neighbours(vectors)
    monkeypatch.setattr(indexer.vectors, "LARGE", 1000)
    found = find_neighbours(of_rows(rows, np.arange(len(rows) + 1)))
    assert all(entry not in near and len(set(near)) == NEIGHBOURS for entry, near in enumerate(found.tolist()))
    assert np.mean([len(set(one) & set(other)) for one, other in zip(exact.tolist(), found.tolist(), strict=True)]) > 4.5


def test_a_large_site_that_is_all_alike_has_neighbours_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexer.vectors, "LARGE", 100)
    found = find_neighbours(of_rows(np.tile(np.array([[0.6, 0.8]], np.float32), (300, 1)), np.arange(301)))
    assert all(len({*near, entry}) == NEIGHBOURS + 1 for entry, near in enumerate(found.tolist()))
