"""Vectors with one byte a number, compared with 32 bits a number."""

import gc
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.bags import Matrix, unit
from indexer.codes import Codes, codes_of, rounded, steps_for

SEEDS = st.integers(0, 2**32 - 1)


def some_vectors(count: int, seed: int, dimension: int = 256) -> Matrix:
    return unit(np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32))


def coded(vectors: Matrix) -> Codes:
    steps = steps_for(vectors)
    return codes_of(rounded(vectors, steps), steps)


@given(st.integers(1, 50), SEEDS)
def test_a_number_is_off_by_half_a_step_at_most(count: int, seed: int) -> None:
    vectors = some_vectors(count, seed, 16)
    codes = coded(vectors)
    assert (abs(codes.vectors(slice(None)) - vectors) <= codes.steps * 0.501).all()


@given(SEEDS)
def test_cosines_of_the_models_size_are_right_to_a_hundredth(seed: int) -> None:
    vectors, query = some_vectors(500, seed), some_vectors(1, seed + 1)[0]
    rows = np.arange(0, 500, 3)
    assert coded(vectors).cosines(query, rows) == pytest.approx(vectors[rows] @ query, abs=0.01)


@given(SEEDS)
def test_nearly_all_of_the_nearest_are_found(seed: int) -> None:
    vectors, query = some_vectors(2000, seed), some_vectors(1, seed + 1)[0]
    best = np.argsort(-(vectors @ query))[:100]
    assert len(set(best.tolist()) & set(coded(vectors).nearest(query, 100).tolist())) > 90


def test_a_column_that_is_large_in_one_model_and_small_in_another_does_not_spoil_the_rest() -> None:
    """Transformers have columns many times larger than the others."""
    vectors = some_vectors(500, 0) * np.where(np.arange(256) == 7, 30, 1).astype(np.float32)
    query = some_vectors(1, 1)[0]
    rows = np.arange(500)
    assert coded(vectors).cosines(query, rows) == pytest.approx(vectors @ query, abs=0.015)


def test_what_is_larger_than_the_steps_allow_is_cut_and_nothing_wraps_around() -> None:
    steps = np.full(4, 0.01, np.float32)
    codes = codes_of(rounded(np.array([[9, -9, 1.27, -0.5]], np.float32), steps), steps)
    assert codes.vectors(slice(None))[0] == pytest.approx([1.27, -1.27, 1.27, -0.5])


def test_a_vector_of_zeros_stays_one() -> None:
    codes = coded(np.zeros((2, 16), np.float32))
    assert not codes.vectors(slice(None)).any()
    assert codes.cosines(some_vectors(1, 0, 16)[0], np.array([0, 1])).tolist() == [0.0, 0.0]
    assert sorted(codes.nearest(np.zeros(16, np.float32), 5).tolist()) == [0, 1]


def test_no_vectors_at_all_are_searched_without_complaint() -> None:
    codes = coded(np.zeros((0, 16), np.float32))
    assert (len(codes), len(codes.nearest(some_vectors(1, 0, 16)[0], 5))) == (0, 0)


def test_saved_vectors_are_read_from_disk_when_they_are_looked_at(tmp_path: Path) -> None:
    made, query = coded(some_vectors(300, 5)), some_vectors(1, 6)[0]
    made.save(tmp_path, "rows")
    loaded = Codes.load(tmp_path, "rows")
    gc.collect()
    assert isinstance(loaded.file, np.memmap)
    assert loaded.table.tolist() == made.table.tolist()
    assert loaded.nearest(query, 20).tolist() == made.nearest(query, 20).tolist()


def test_a_file_that_is_gone_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Codes.load(tmp_path, "rows")


def test_a_full_disk_is_an_os_error(tmp_path: Path, files_up_to: Callable[[int], AbstractContextManager[None]]) -> None:
    codes = coded(some_vectors(100, 0))
    with files_up_to(500), pytest.raises(OSError, match="File too large"):
        codes.save(tmp_path, "rows")
