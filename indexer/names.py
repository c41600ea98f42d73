"""Finds waste items by name, however it is written: kana, kanji, case, width, or with one letter wrong."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from indexer.text import normalise
from indexer.words import Tokenizer
from knowledge.entry import Entry, Kind

LEAST = 0.7
"""Similarity under which a name is another name: one letter in four may differ, not one in two."""

PROPOSED = 50

_KATAKANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_MARKS = re.compile(r"[\W_]+")
_BRACKETS = re.compile(r"[(\[〔（【][^)\]〕）】]*[)\]〕）】]")


@dataclass(frozen=True)
class Names:
    """Every spelling of every waste item, and the entry each belongs to."""

    spellings: tuple[str, ...]
    owners: npt.NDArray[np.int32]
    tokenizer: Tokenizer

    def nearest(self, text: str) -> dict[int, float]:
        """Similarity (0.7 to 1) by entry, for the entries whose name the question is, or nearly is."""
        if not self.spellings:
            return {}
        asked = subject(text)
        found: dict[int, float] = {}
        for form in dict.fromkeys((letters(asked), letters(self.tokenizer.reading(asked)))):
            if not form:
                continue
            matches = process.extract(form, self.spellings, scorer=fuzz.ratio, score_cutoff=LEAST * 100, limit=PROPOSED)
            for _, similarity, row in matches:
                owner = int(self.owners[row])
                found[owner] = max(found.get(owner, 0.0), similarity / 100)
        return found


def collect_names(entries: Sequence[Entry], tokenizer: Tokenizer) -> Names:
    """The names of all waste items among the entries."""
    spellings: list[str] = []
    owners: list[int] = []
    for row, entry in enumerate(entries):
        if entry.kind is Kind.WASTE:
            forms = spellings_of(entry, tokenizer)
            spellings += forms
            owners += [row] * len(forms)
    return Names(tuple(spellings), np.array(owners, np.int32), tokenizer)


def spellings_of(entry: Entry, tokenizer: Tokenizer) -> list[str]:
    """The item's names as letters: as written, as read, and without what stands in brackets."""
    forms = []
    for name in entry.wordings:
        for part in (name, _BRACKETS.sub("", normalise(name))):
            forms += [letters(part), letters(tokenizer.reading(part))]
    return [form for form in dict.fromkeys(forms) if form]


def subject(text: str) -> str:
    """The question without the ways of asking how to throw something away."""
    text = normalise(text)
    for phrase in asking_phrases():
        text = text.replace(phrase, " ")
    return text.strip()


def letters(text: str) -> str:
    """Lower case, katakana as hiragana, long marks and punctuation gone: equal for spellings people do not tell apart."""
    return _MARKS.sub("", normalise(text).lower().translate(_KATAKANA)).replace("ー", "")


@cache
def asking_phrases() -> tuple[str, ...]:
    """The phrases of `waste_asking.txt`, the longest first."""
    lines = files("indexer").joinpath("waste_asking.txt").read_text(encoding="utf-8").splitlines()
    return tuple(sorted((line for line in lines if line and not line.startswith("#")), key=len, reverse=True))
