"""Puts texts that mean about the same together: the first of a kind leads, and what is near it follows; pure."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

NEAR = 0.55
"""Cosine from which a text follows a leader. On residents' ways to say 300 topics, three in four of a cluster are then of one
topic; at 0.45 it is two in three, and at 0.65 there are half as many clusters."""

BLOCK = 512
"""Texts compared with all leaders at once."""

Vectors = npt.NDArray[np.float32]


def clusters(vectors: Vectors, near: float = NEAR) -> list[list[int]]:
    """Rows by leader, each led by its first. Unit vectors; a row of zeros, which means nothing, is in no cluster."""
    leaders = np.empty_like(vectors)
    found: list[list[int]] = []
    for start in range(0, len(vectors), BLOCK):
        block = vectors[start : start + BLOCK]
        known = len(found)
        likeness = np.hstack([block @ leaders[:known].T, block @ block.T])
        led: list[int] = []
        for row in np.flatnonzero(block.any(axis=1)).tolist():
            place = _nearest(likeness[row], known, led, near)
            if place is None:
                leaders[len(found)] = block[row]
                led.append(row)
                found.append([start + row])
            else:
                found[place].append(start + row)
    return found


def _nearest(likeness: Vectors, known: int, led: Sequence[int], near: float) -> int | None:
    """The leader a text follows: of those before its block, or of those in it so far."""
    values = np.concatenate([likeness[:known], likeness[known:][list(led)]])
    if not len(values) or values.max() < near:
        return None
    return int(values.argmax())
