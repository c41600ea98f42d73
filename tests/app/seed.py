"""Where the sample city is."""

from importlib.resources import files
from pathlib import Path

SEED = Path(str(files("knowledge").joinpath("seed")))
