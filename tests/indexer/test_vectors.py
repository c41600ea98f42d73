"""Nearest entries by vector, compared with brute force."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import indexer.vectors
from indexer.bags import Matrix, unit
from indexer.codes import codes_of, rounded, steps_for
from indexer.groups import CodedGroups
from indexer.vectors import Vectors, vectors_of

SEEDS = st.integers(0, 2**32 - 1)


def some_query(seed: int) -> Matrix:
    query: Matrix = unit(np.random.default_rng(seed).normal(size=(1, 16)).astype(np.float32))[0]
    return query


def site(seed: int) -> tuple[Vectors, Matrix]:
    """Entries with one row or more, and these rows as they are kept."""
    random = np.random.default_rng(seed)
    starts = np.concatenate([[0], np.cumsum(random.integers(1, 4, int(random.integers(1, 40))))])
    rows = unit(random.normal(size=(starts[-1], 16)).astype(np.float32))
    steps = steps_for(rows)
    vectors = vectors_of(CodedGroups(codes_of(rounded(rows, steps), steps), starts))
    return vectors, vectors.rows.codes.vectors(slice(None))


@given(SEEDS)
def test_an_entrys_score_is_the_cosine_with_its_nearest_row(seed: int) -> None:
    (vectors, rows), query = site(seed), some_query(seed + 1)
    expected = np.maximum.reduceat(rows @ query, vectors.rows.starts[:-1])
    np.testing.assert_allclose(vectors.scores(query, np.arange(vectors.size)), expected, atol=1e-5)


@given(SEEDS, st.integers(1, 100))
def test_the_nearest_are_the_owners_of_the_best_rows(seed: int, limit: int) -> None:
    (vectors, _), query = site(seed), some_query(seed + 1)
    best = vectors.rows.codes.nearest(query, limit)
    owners = np.repeat(np.arange(vectors.size), np.diff(vectors.rows.starts))
    assert vectors.nearest(query, limit).tolist() == sorted(set(owners[best].tolist()))


@given(SEEDS)
def test_the_spread_is_the_mean_and_deviation_over_the_entries_own_rows(seed: int) -> None:
    (vectors, rows), query = site(seed), some_query(seed + 1)
    cosines = rows[vectors.rows.starts[:-1]].astype(np.float64) @ query
    assert vectors.own(np.arange(vectors.size)).tolist() == rows[vectors.rows.starts[:-1]].tolist()
    assert vectors.spread(query) == pytest.approx((cosines.mean(), cosines.std()), abs=1e-3 if vectors.size == 1 else 1e-4)


def test_a_large_site_is_searched_in_cells_and_finds_nearly_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    centres = random.normal(size=(40, 16))
    rows = unit((np.repeat(centres, 50, axis=0) + 0.5 * random.normal(size=(2000, 16))).astype(np.float32))
    steps = steps_for(rows)
    groups = CodedGroups(codes_of(rounded(rows, steps), steps), np.arange(0, 2001, 2))
    flat = vectors_of(groups)
    monkeypatch.setattr(indexer.vectors, "LARGE", 1000)
    vectors_of(groups).save(tmp_path)
    large = Vectors.load(tmp_path)
    assert flat.cells is None
    assert large.cells is not None
    same = [len(set(flat.nearest(query, 50)) & set(large.nearest(query, 50))) for query in rows[::100]]
    assert np.mean(same) > 0.9 * np.mean([len(flat.nearest(query, 50)) for query in rows[::100]])


def test_a_question_without_vector_is_equally_far_from_all() -> None:
    vectors, _ = site(3)
    nothing = np.zeros(16, np.float32)
    assert not vectors.scores(nothing, np.arange(vectors.size)).any()
    assert vectors.spread(nothing) == (0.0, 0.0)


def test_saved_vectors_are_read_back_as_they_were(tmp_path: Path) -> None:
    vectors, rows = site(5)
    vectors.save(tmp_path)
    loaded = Vectors.load(tmp_path)
    assert loaded.rows.codes.vectors(slice(None)).tolist() == rows.tolist()
    assert loaded.rows.starts.tolist() == vectors.rows.starts.tolist()
    assert loaded.spread(some_query(0)) == vectors.spread(some_query(0))
