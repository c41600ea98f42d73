"""Asks a site's entries questions whose answers are known, before residents do: what confidence is fitted and checked on."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from indexer.embed import Encoder
from indexer.rank import Ranker
from indexer.signals import DEPTH, Signals, signals
from indexer.text import normalise
from indexer.words import Tokenizer
from knowledge.entry import Entry, Kind

HIDDEN = 5
"""One question in so many has no entry: what a promise assumes of real questions."""

MOST_ASKED = 800
"""Questions of one rehearsal: enough to promise by, and a matter of seconds."""

SHOWN = 3
"""Entries that the second probability is about."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One question that was asked."""

    words: tuple[str, ...]
    signals: Signals
    first: bool
    """Whether the first entry was the right one."""
    three: bool
    """Whether one of the first three was."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Entries to ask, and questions with the id of the entry that answers each: one that is not there for the unanswerable."""

    entries: tuple[Entry, ...]
    questions: tuple[tuple[str, str], ...]


def rehearsal_of(entries: Sequence[Entry], turn: int = 0) -> Rehearsal:
    """Each entry's question is one of its wordings, another each turn; the entry goes without it, and one in five is hidden.

    Page sections and waste items stay out: one may be a right answer too, and nobody has said which. Hidden entries make
    unanswerable questions of the hard kind: about things a city hall does answer. Digests decide, so that two builds of
    the same entries are judged alike.
    """
    worded = [entry for entry in entries if len(entry.wordings) > turn and entry.kind is Kind.FAQ]
    asked = sorted(worded, key=lambda entry: _digest(f"{turn}{entry.id}"))[:MOST_ASKED]
    questions = {entry.id: sorted(entry.wordings, key=_digest)[turn] for entry in asked}
    hidden = {entry.id for entry in asked if int(_digest(f"{turn}{entry.id}"), 16) % HIDDEN == 0}
    told = [entry for entry in entries if entry.id not in hidden and entry.kind is Kind.FAQ]
    left = tuple(_without(entry, questions.get(entry.id)) for entry in told)
    return Rehearsal(left, tuple((question, entry) for entry, question in questions.items()))


def count_questions(entries: Sequence[Entry], turns: int) -> int:
    """How many questions the first turns ask."""
    return sum(min(len(entry.wordings), turns) for entry in entries if entry.kind is Kind.FAQ)


def rehearse(rehearsal: Rehearsal, ranker: Ranker, encoder: Encoder, tokenizer: Tokenizer) -> list[Trial]:
    """Ask all questions; one that finds nothing at all is no trial."""
    trials = []
    for question, right in rehearsal.questions:
        text = normalise(question)
        words = tokenizer.words(text)
        ranking = ranker.rank(text, words, encoder.query(text, words), DEPTH)
        if len(ranking.entries):
            found = [rehearsal.entries[entry].id for entry in ranking.entries[:SHOWN].tolist()]
            trials.append(Trial(tuple(words), signals(ranker, ranking, words), found[0] == right, right in found))
    return trials


def _without(entry: Entry, wording: str | None) -> Entry:
    return replace(entry, wordings=tuple(each for each in entry.wordings if each != wording)) if wording else entry


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
