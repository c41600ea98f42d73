"""Cities of any size for measuring: the entries of a real one, copied and changed so that no two are alike."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

from knowledge.entry import Entry

SWAPPED = 0.2
"""Share of the written words of a copy that are those of another entry."""

WORDED = 2
"""One entry in so many has wordings: a city that can rehearse."""

_WRITTEN = re.compile(r"[一-鿿]{2,}|[ァ-ヶー]{2,}")
"""Runs of kanji or katakana: near enough to words to swap, without a dictionary."""

_NAMES = "東西南北上中下大小新本元川山田野原島崎浜松竹梅桜若宮寺町橋池沢谷森岡坂"


def grow(entries: Sequence[Entry], size: int, seed: int = 0) -> Iterator[Entry]:
    """`size` entries: the real ones first, then copies about other places, with words of other entries among theirs."""
    random = Random(seed)  # noqa: S311 (made-up data, not a secret)
    words = [word for entry in entries for word in _WRITTEN.findall(f"{entry.question} {entry.answer}")]
    for number in range(size):
        entry = entries[number % len(entries)]
        if number >= len(entries):
            place = f"{''.join(random.choices(_NAMES, k=2))}町"
            entry = replace(
                entry, question=f"{place}の{_swap(entry.question, words, random)}", answer=_swap(entry.answer, words, random)
            )
        yield replace(entry, id=str(number), wordings=_wordings(entry) if number % WORDED == 0 else ())


def _swap(text: str, words: Sequence[str], random: Random) -> str:
    return _WRITTEN.sub(lambda found: random.choice(words) if random.random() < SWAPPED else found[0], text)


def _wordings(entry: Entry) -> tuple[str, ...]:
    """What somebody types who writes key words: enough to rehearse with, however unlike residents it is."""
    written = _WRITTEN.findall(entry.question)
    return tuple(dict.fromkeys(" ".join(part) for part in (written[:3], written[-2:]) if part))
