"""What a message asks when it says more than that: without courtesy, and in a long one sentence by sentence."""

import re
from functools import cache
from itertools import pairwise

from app.answering.phrases import bare, phrases

LONG = 80
"""Characters from which a message is looked at in parts; a shorter one needs all of its sentences."""

MOST = 8
"""Sentences that are looked at, the last ones: a question follows what led to it."""

_END = re.compile(r"(?<=[。！？!?])|[\n　]+")


def without_courtesy(text: str) -> str:
    """The text without sentences that consist of words of courtesy alone; all of it when nothing else is said."""
    sentences = _sentences(text)
    kept = [each for each in sentences if not _is_courtesy(each)]
    return "".join(kept) if kept and len(kept) < len(sentences) else text


def parts(text: str) -> list[str]:
    """What may be the question of a long message: each sentence, alone and with the one before; nothing for a short one."""
    sentences = _sentences(text)[-MOST:]
    if len(text) < LONG or len(sentences) < 2:
        return []
    return [*sentences, *(f"{first}{second}" for first, second in pairwise(sentences) if len(sentences) > 2)]


def _sentences(text: str) -> list[str]:
    return [part for raw in _END.split(text) if (part := raw.strip())]


def _is_courtesy(sentence: str) -> bool:
    return not _pieces().sub("", bare(sentence))


@cache
def _pieces() -> re.Pattern[str]:
    """Longer pieces first: 恐れ入りますが before 恐れ入ります."""
    return re.compile("|".join(map(re.escape, sorted(map(bare, phrases("courtesy")["pieces"]), key=len, reverse=True))))
