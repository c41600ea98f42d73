"""Commands of `madoguchi` run as from a shell: how they ended, and what they told."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str

    def json(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self.out)
        return value


Madoguchi = Callable[..., Ended]


def one_sentence(ended: Ended) -> str:
    """What was told of a refusal: one sentence, and nothing internal."""
    assert ended.status == 1
    assert ended.out == ""
    *logged, sentence = ended.err.splitlines()
    assert all(json.loads(line) for line in logged)
    assert sentence.endswith("。")
    assert "Traceback" not in ended.err
    return sentence
