"""Many words and their numbers in a tenth of the memory that a dictionary takes."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np

REMEMBERED = 8192
"""Words whose number is remembered: the same ones are asked for again and again."""


class WordList(Mapping[str, int]):
    """Different words without line ends, numbered in their order."""

    def __init__(self, text: bytes) -> None:
        """The words in UTF-8, one a line."""
        self._text = text
        words = text.split(b"\n") if text else []
        sizes = np.array([len(word) for word in words], np.int64)
        # Arrays of Python's own, as single numbers come out of them faster than out of NumPy's.
        self._ends = array("i", (np.cumsum(sizes + 1) - 1).astype(np.int32).tobytes())
        self._starts = array("i", (np.cumsum(sizes + 1) - sizes - 1).astype(np.int32).tobytes())
        self._sorted = array("i", np.argsort(np.array(words, np.bytes_), kind="stable").astype(np.int32).tobytes())
        self._number = lru_cache(REMEMBERED)(self._look_up)

    def __getitem__(self, word: str) -> int:
        """The word's number. Raises KeyError."""
        number = self._number(word)
        if number < 0:
            raise KeyError(word)
        return number

    def __contains__(self, word: object) -> bool:
        """Whether it is one of them."""
        return isinstance(word, str) and self._number(word) >= 0

    def __len__(self) -> int:
        """How many there are."""
        return len(self._ends)

    def __iter__(self) -> Iterator[str]:
        """The words in their order."""
        return (self.word(number) for number in range(len(self)))

    def word(self, number: int) -> str:
        """The word with a number."""
        return self._word(number).decode()

    def save(self, file: Path) -> None:
        """Write them as they are."""
        file.write_bytes(self._text)

    def _word(self, number: int) -> bytes:
        return self._text[self._starts[number] : self._ends[number]]

    def _look_up(self, word: str) -> int:
        sought = word.encode(errors="surrogatepass")
        place = bisect_left(self._sorted, sought, key=self._word)
        found = self._sorted[place] if place < len(self) else -1
        return found if found >= 0 and self._word(found) == sought else -1


def word_list(words: Iterable[str]) -> WordList:
    """A list of words."""
    return WordList("\n".join(words).encode())


def read_word_list(file: Path) -> WordList:
    """Read what `save` wrote. Raises ValueError for what is not UTF-8."""
    text = file.read_bytes()
    text.decode()
    return WordList(text)
