"""Runs of uneven length that lie end to end in one array: where each is, and how to take some of them."""

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int64]


def starts_of(sizes: npt.ArrayLike) -> Places:
    """Shape (n + 1,): where each run begins, and where the last one ends."""
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def places_of(starts: Places, chosen: npt.NDArray[np.integer]) -> tuple[Places, Places]:
    """The places of the chosen runs one after another, and where each run begins among them (`starts_of` their sizes)."""
    sizes = starts[chosen + 1] - starts[chosen]
    taken = starts_of(sizes)
    return np.repeat(starts[chosen] - taken[:-1], sizes) + np.arange(taken[-1]), taken
