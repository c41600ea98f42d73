"""The words a question is recognised by, in TOML files that staff can review."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

_MARKS = re.compile(r"[\W_ー]+")


@cache
def phrases(name: str) -> Mapping[str, Any]:
    """One file of phrases."""
    return tomllib.loads(files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def bare(text: str) -> str:
    """The text in lower case without spaces and marks, for comparing a whole message with a phrase."""
    return _MARKS.sub("", text.lower())
