"""Arrays that stay on disk: the operating system reads what is looked at, and may forget it again."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt


def mapped(file: Path) -> npt.NDArray[Any]:
    """An array that `np.save` wrote, not read yet."""
    # As a plain array: np.memmap does work of its own each time it is sliced.
    return np.asarray(np.load(file, mmap_mode="r"))
