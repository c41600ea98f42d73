"""One sheet of a site's own resident speech: a row with a question is a topic, one without is a nickname."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from knowledge.clean import clean, has_lone_surrogate, shown
from knowledge.columns import Columns, Named, named_rows
from knowledge.problem import Problem
from knowledge.sentences import say
from knowledge.tables import as_text
from knowledge.topics import BETWEEN, Topic

SAYS = tuple(f"say_{number}" for number in range(1, 11))
WORDS = ("office", "lay")
COLUMNS = Columns("speech_columns", ("field", "topic", "question", *SAYS, *WORDS), required=WORDS)

MOST_ROWS = 10_000
LONGEST = {"field": 100, "topic": 100, "office": 1_000, "lay": 1_000}
LONGEST_TEXT = 500
"""Of a question and of what residents say."""

LEAST_LETTERS = 2
"""Of a nickname: a single letter stands inside too many other words."""


@dataclass(frozen=True, slots=True)
class Nickname:
    """What residents call a place or a service that the city hall calls something else."""

    lay: str
    office: tuple[str, ...]


Read = tuple[int, Topic | Nickname]
"""What a row says, with its number."""

_Texts = dict[str, str]


def read_speech_sheet(path: Path) -> Iterator[Read | Problem]:
    """The topics and nicknames of a .csv, .tsv or .xlsx sheet, and what is wrong with the other rows.

    Raises the errors of `knowledge.sheet_errors` when the sheet as a whole cannot be read.
    """
    for row in named_rows(path, COLUMNS, MOST_ROWS):
        if isinstance(row, Problem):
            yield row
        else:
            yield from _read(row)


def plain(text: str) -> str:
    """Names are compared without width, case and spaces."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def label(name: str) -> str:
    """How a sheet calls a column."""
    return COLUMNS.headings(name)[0]


def _read(row: Named) -> Iterator[Read | Problem]:
    number, cells = row
    texts = {name: clean(as_text(cells.get(name, ""))).strip() for name in COLUMNS.fields}
    wrong = [problem for name, text in texts.items() if (problem := _unusable(number, name, text))]
    if wrong:
        yield from wrong
    elif any(texts[name] for name in ("topic", "question", *SAYS)):
        yield from _topic(number, texts)
    elif any(texts.values()):
        yield from _nicknames(number, texts)


def _unusable(number: int, name: str, text: str) -> Problem | None:
    limit = LONGEST.get(name, LONGEST_TEXT)
    if has_lone_surrogate(text):
        return Problem(number, "lone_surrogate", {"field": label(name)})
    if len(text) > limit:
        return Problem(number, "too_long", {"field": label(name), "length": len(text), "limit": limit})
    return None


def _topic(number: int, texts: _Texts) -> Iterator[Read | Problem]:
    question = " ".join(texts["question"].split())
    says = tuple(dict.fromkeys(" ".join(texts[name].split("\n")) for name in SAYS if texts[name]))
    for name, found in (("question", question), (SAYS[0], says)):
        if not found:
            yield Problem(number, "missing", {"field": label(name)})
            return
    office, lay = _words(texts["office"]), _words(texts["lay"])
    own = [word for word in lay if plain(word) not in map(plain, office)]
    if len(own) < len(lay):
        yield Problem(number, "lay_is_office", {"text": shown(next(word for word in lay if word not in own))})
    field = texts["field"] or say("knowledge", "speech.field")
    yield number, Topic(field, texts["topic"] or question, question, says, office, tuple(own), own=True)


def _nicknames(number: int, texts: _Texts) -> Iterator[Read | Problem]:
    office, lay = _words(texts["office"]), _words(texts["lay"])
    for name, found in (("lay", lay), ("office", office)):
        if not found:
            yield Problem(number, "missing", {"field": label(name)})
            return
    for word in lay:
        if plain(word) in map(plain, office):
            yield Problem(number, "nickname_same", {"lay": shown(word)})
        elif sum(letter.isalnum() for letter in word) < LEAST_LETTERS:
            yield Problem(number, "nickname_short", {"lay": shown(word), "least": LEAST_LETTERS})
        else:
            yield number, Nickname(word, office)


def _words(cell: str) -> tuple[str, ...]:
    """The words of a cell, between slashes or on lines of their own."""
    found = (" ".join(word.split()) for word in cell.replace("\n", BETWEEN).split(BETWEEN))
    return tuple(dict.fromkeys(word for word in found if word))
