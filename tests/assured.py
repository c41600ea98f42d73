"""The built-in judge of answers, loaded once for all tests."""

from functools import cache

from indexer.assurance import Assurance, load_assurance


@cache
def assurance() -> Assurance:
    return load_assurance()
