"""Nearest entries by vector, compared with brute force."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.bags import Matrix
from indexer.embed import Rows
from indexer.vectors import Vectors, build_vectors

SEEDS = st.integers(0, 2**32 - 1)


def unit_rows(random: np.random.Generator, number: int) -> Matrix:
    rows = random.normal(size=(number, 16)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def site(random: np.random.Generator) -> tuple[Vectors, Rows, int]:
    size, wordings = int(random.integers(1, 40)), int(random.integers(0, 40))
    owners = np.concatenate([np.arange(size), random.integers(0, size, wordings)]).astype(np.int32)
    rows = Rows(unit_rows(random, size + wordings), owners)
    return build_vectors(rows, size), rows, size


@given(SEEDS)
def test_an_entrys_score_is_the_cosine_with_its_nearest_row(seed: int) -> None:
    random = np.random.default_rng(seed)
    vectors, rows, size = site(random)
    query = unit_rows(random, 1)[0]
    cosines = rows.vectors @ query
    expected = [cosines[rows.owners == entry].max() for entry in range(size)]
    np.testing.assert_allclose(vectors.scores(query, np.arange(size, dtype=np.int32)), expected, atol=1e-6)


@given(SEEDS, st.integers(1, 100))
def test_the_nearest_are_the_owners_of_the_best_rows(seed: int, limit: int) -> None:
    random = np.random.default_rng(seed)
    vectors, rows, _ = site(random)
    query = unit_rows(random, 1)[0]
    best = np.argsort(-(rows.vectors @ query))[:limit]
    assert vectors.nearest(query, limit).tolist() == sorted(set(rows.owners[best].tolist()))


@given(SEEDS)
def test_the_spread_is_the_mean_and_deviation_over_the_entries_own_rows(seed: int) -> None:
    random = np.random.default_rng(seed)
    vectors, rows, size = site(random)
    query = unit_rows(random, 1)[0]
    cosines = rows.vectors[:size].astype(np.float64) @ query
    assert vectors.spread(query) == pytest.approx((cosines.mean(), cosines.std()), abs=1e-3 if size == 1 else 1e-4)


def test_a_question_without_vector_is_equally_far_from_all() -> None:
    vectors, _, size = site(np.random.default_rng(3))
    nothing = np.zeros(16, np.float32)
    assert not vectors.scores(nothing, np.arange(size, dtype=np.int32)).any()
    assert vectors.spread(nothing) == (0.0, 0.0)


def test_saved_vectors_are_read_back_as_they_were(tmp_path: Path) -> None:
    vectors, rows, size = site(np.random.default_rng(5))
    vectors.save(tmp_path)
    loaded = Vectors.load(tmp_path, size)
    assert loaded.matrix.tolist() == rows.vectors.tolist()
    assert loaded.owners.tolist() == rows.owners.tolist()


def test_a_full_disk_is_an_os_error(tmp_path: Path, files_up_to: Callable[[int], AbstractContextManager[None]]) -> None:
    vectors, _, _ = site(np.random.default_rng(5))
    with files_up_to(500), pytest.raises(OSError, match="File too large"):
        vectors.save(tmp_path)
