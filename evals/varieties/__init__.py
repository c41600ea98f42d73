"""The tables that say how residents write the same question differently, in files that staff can review."""

import csv
import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def table(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of a CSV file below its heading."""
    text = files(__name__).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return tuple(tuple(row) for row in csv.reader(text.splitlines()[1:]))


@cache
def pairs(name: str) -> Mapping[str, str]:
    """A table of two columns."""
    return {row[0]: row[1] for row in table(name)}


@cache
def manners() -> Mapping[str, Any]:
    """`manners.toml`."""
    return tomllib.loads(files(__name__).joinpath("manners.toml").read_text(encoding="utf-8"))


def pick(options: Sequence[str], key: str) -> str:
    """One of the options: always the same for a key, and all of them for many keys."""
    return options[number(key) % len(options)]


def number(key: str) -> int:
    """A large number that looks random and depends on nothing but the key."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
