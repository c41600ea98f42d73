"""Finds waste items by name, however it is written: kana, kanji, case, width, or with one letter wrong."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from indexer.text import normalise
from indexer.words import Tokenizer
from knowledge.entry import Entry, Kind

LEAST = 0.7
"""Similarity under which a name is another name: one letter in four may differ, not one in two."""

SHORTEST = 3
"""Letters from which a name may have one wrong; shorter ones are too like too much (車いす is no いす)."""

READ, SHORT = 0.99, 0.98
"""How sure it is that an item is meant by its reading, and by its name without brackets: others may be called just that."""

PROPOSED = 50

FILE = "names.json"

Forms = dict[str, float]
"""How sure it is that an item is meant by each of its spellings."""

_KATAKANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_MARKS = re.compile(r"[\W_]+")
_BRACKETS = re.compile(r"[(\[〔（【][^)\]〕）】]*[)\]〕）】]")


@dataclass(frozen=True)
class Names:
    """Every spelling of every waste item: the entries that it may mean, and how sure each is."""

    spellings: dict[str, dict[int, float]]
    tokenizer: Tokenizer

    @cached_property
    def _choices(self) -> tuple[str, ...]:
        return tuple(spelling for spelling in self.spellings if len(spelling) >= SHORTEST)

    @cached_property
    def forms(self) -> dict[int, Forms]:
        """The spellings by entry."""
        found: dict[int, Forms] = {}
        for spelling, owners in self.spellings.items():
            for owner, sure in owners.items():
                found.setdefault(owner, {})[spelling] = sure
        return found

    def save(self, folder: Path) -> None:
        """Write `names.json`: reading thousands of names aloud takes seconds."""
        (folder / FILE).write_text(json.dumps(self.spellings, ensure_ascii=False), encoding="utf-8")

    @staticmethod
    def load(folder: Path, tokenizer: Tokenizer) -> "Names":
        """Read what `save` wrote."""
        spellings = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return Names({form: {int(row): sure for row, sure in owners.items()} for form, owners in spellings.items()}, tokenizer)

    def nearest(self, text: str) -> dict[int, float]:
        """Likeness (up to 1) by entry, for the entries whose name the question is, or nearly is."""
        found: dict[int, float] = {}
        if not self.spellings:
            return found
        for form, sureness in self._forms(text).items():
            for spelling, similarity in self._alike(form).items():
                for owner, sure in self.spellings[spelling].items():
                    found[owner] = max(found.get(owner, 0.0), similarity * sureness * sure)
        return found

    def _forms(self, text: str) -> dict[str, float]:
        """What may be a name: the whole text when it is one, else what is left without the asking, as written and as read."""
        whole, asked = letters(text), subject(text)
        if whole in self.spellings:
            return {whole: 1.0}
        return {letters(self.tokenizer.reading(asked)): READ, letters(asked): 1.0}

    def _alike(self, form: str) -> dict[str, float]:
        """The spellings near to a form, with their similarity (0.7 to 1)."""
        if form in self.spellings:
            return {form: 1.0}
        if len(form) < SHORTEST:
            return {}
        matches = process.extract(form, self._choices, scorer=fuzz.ratio, score_cutoff=LEAST * 100, limit=PROPOSED)
        return {spelling: similarity / 100 for spelling, similarity, _ in matches}


def collect_names(
    entries: Sequence[Entry], tokenizer: Tokenizer, earlier: Names | None = None, rows: npt.NDArray[np.int64] | None = None
) -> Names:
    """The names of all waste items among the entries; `rows` are their numbers in an earlier snapshot, -1 for new ones."""
    known = earlier.forms if earlier else {}
    before = rows.tolist() if rows is not None else [-1] * len(entries)
    spellings: dict[str, dict[int, float]] = {}
    for row, entry in enumerate(entries):
        if entry.kind is Kind.WASTE:
            for form, sure in (known.get(before[row]) or spellings_of(entry, tokenizer)).items():
                spellings.setdefault(form, {})[row] = sure
    return Names(spellings, tokenizer)


def spellings_of(entry: Entry, tokenizer: Tokenizer) -> Forms:
    """The item's names as letters, as written, as read, and without what stands in brackets, and how sure each is."""
    forms: Forms = {}
    for name in entry.wordings:
        short = _BRACKETS.sub("", normalise(name))
        for part, sure in ((name, 1.0), (tokenizer.reading(name), READ), (short, SHORT), (tokenizer.reading(short), SHORT)):
            form = letters(part)
            forms[form] = max(forms.get(form, 0.0), sure)
    return {form: sure for form, sure in forms.items() if form}


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
