"""Cells of what is near to each other, compared with looking at all."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
import pytest

from indexer.bags import Matrix, unit
from indexer.cells import Cells, find_cells, sort_into
from indexer.codes import Codes, codes_of, rounded, steps_for


def some_codes(count: int = 4000, seed: int = 0) -> Codes:
    """Vectors in clusters, as a city's are."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(40, 32))
    vectors = unit((centres[random.integers(0, 40, count)] + 0.6 * random.normal(size=(count, 32))).astype(np.float32))
    steps = steps_for(vectors)
    return codes_of(rounded(vectors, steps), steps)


def some_queries(codes: Codes, seed: int = 1) -> Matrix:
    random = np.random.default_rng(seed)
    return unit(codes.vectors(random.integers(0, len(codes), 50)) + 0.1 * random.normal(size=(50, 32)).astype(np.float32))


@pytest.fixture(scope="module")
def codes() -> Codes:
    return some_codes()


@pytest.fixture(scope="module")
def cells(codes: Codes) -> Cells:
    return find_cells(codes)


def test_nearly_all_of_the_nearest_are_found(codes: Codes, cells: Cells) -> None:
    found = [len(set(cells.nearest(codes, query, 50)) & set(codes.nearest(query, 50))) for query in some_queries(codes)]
    assert np.mean(found) > 47


def test_every_vector_is_in_one_cell_and_around_itself(codes: Codes, cells: Cells) -> None:
    seen: list[int] = []
    for rows, around in cells.surroundings(codes.steps):
        assert set(rows) <= set(around)
        assert len(around) == len(set(around.tolist()))
        seen += rows.tolist()
    assert sorted(seen) == list(range(len(codes)))


def test_other_vectors_can_be_sorted_into_the_same_cells(codes: Codes, cells: Cells) -> None:
    again = sort_into(cells.centres, codes)
    for query in some_queries(codes):
        assert again.nearest(codes, query, 20).tolist() == cells.nearest(codes, query, 20).tolist()
    more = codes_of(np.concatenate([codes.table, codes.table[:100]]), codes.steps)
    assert sort_into(cells.centres, more).index.ntotal == len(codes) + 100


def test_saved_cells_are_read_back_as_they_were(codes: Codes, cells: Cells, tmp_path: Path) -> None:
    cells.save(tmp_path)
    loaded = Cells.load(tmp_path)
    assert loaded
    assert isinstance(loaded.file, np.memmap)
    for query in some_queries(codes):
        assert loaded.nearest(codes, query, 20).tolist() == cells.nearest(codes, query, 20).tolist()


def test_a_small_site_has_none(tmp_path: Path) -> None:
    assert Cells.load(tmp_path) is None


def test_when_there_are_fewer_than_wanted_these_are_found() -> None:
    codes = some_codes(30)
    assert sorted(find_cells(codes).nearest(codes, some_queries(codes)[0], 100).tolist()) == list(range(30))


def test_a_full_disk_is_an_os_error(
    cells: Cells, tmp_path: Path, files_up_to: Callable[[int], AbstractContextManager[None]]
) -> None:
    with files_up_to(500), pytest.raises(OSError, match="File too large"):
        cells.save(tmp_path)
