"""Asks a site's entries questions whose answers are known, before residents do: what confidence is fitted and checked on."""

import hashlib
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace

from indexer.embed import Encoder
from indexer.rank import Ranker
from indexer.signals import DEPTH, Signals, signals
from indexer.text import letters, normalise
from indexer.words import Tokenizer
from knowledge.entry import Entry, Kind
from knowledge.labelled import Labelled

HIDDEN = 5
"""One question in so many has no entry: what a promise assumes of real questions."""

MOST_ASKED = 800
"""Questions of one rehearsal: a matter of seconds."""

TURNS = 5
"""Rehearsals of a small site, each with another wording of every entry …"""

ENOUGH = 1200
"""… as long as fewer questions than these have been asked."""

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
    about: str
    """Equal for questions about the same entry."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A question and the ids of the entries that answer it: of none, or of ones that are not there, for the unanswerable."""

    text: str
    right: frozenset[str]
    about: str


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Entries, and what to ask of them."""

    entries: tuple[Entry, ...]
    questions: tuple[Ask, ...]


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
    left = tuple(_without(entry, {letters(question)}) if (question := questions.get(entry.id)) else entry for entry in told)
    return Rehearsal(left, tuple(Ask(question, frozenset({entry}), entry) for entry, question in questions.items()))


def rehearsals_of(entries: Sequence[Entry]) -> Iterator[Rehearsal]:
    """As many turns as give enough questions."""
    asked = 0
    for turn in range(TURNS):
        if asked < ENOUGH:
            rehearsal = rehearsal_of(entries, turn)
            asked += len(rehearsal.questions)
            yield rehearsal


def count_questions(entries: Sequence[Entry]) -> int:
    """How many questions the wordings are good for."""
    return sum(min(len(entry.wordings), TURNS) for entry in entries if entry.kind is Kind.FAQ)


def still_labelled(entries: Sequence[Entry], questions: Sequence[Labelled]) -> list[Labelled]:
    """The questions that entries answer or that never had an answer; for one whose entries are all gone nobody knows."""
    there = {entry.id for entry in entries}
    return [each for each in questions if not each.right or not each.right.isdisjoint(there)]


def labelled_rehearsals(entries: Sequence[Entry], questions: Sequence[Labelled]) -> list[Rehearsal]:
    """Each question once: most of all entries, the rest of a site that lacks their answers, until one in five has no answer.

    An entry goes without a wording that is the very question, or nothing would be learned from it; its own question stays, so
    whoever asks that is left out. Questions with the same answers are about the same.
    """
    own = {letters(entry.question) for entry in entries}
    asked = [
        Ask(each.text, each.right, " ".join(sorted(each.right)) or str(number))
        for number, each in enumerate(questions)
        if letters(each.text) not in own
    ]
    known = sorted((each for each in asked if each.right), key=lambda each: _digest(each.text))
    wanted = max(len(asked) // HIDDEN - (len(asked) - len(known)), 0)
    hidden, gone = known[:wanted], frozenset().union(*(each.right for each in known[:wanted]))
    texts = {letters(each.text) for each in asked}
    everything = tuple(_without(entry, texts) for entry in entries)
    rest = tuple(entry for entry in everything if entry.id not in gone)
    return [Rehearsal(everything, tuple(each for each in asked if each not in hidden)), Rehearsal(rest, tuple(hidden))]


def rehearse(rehearsal: Rehearsal, ranker: Ranker, encoder: Encoder, tokenizer: Tokenizer) -> list[Trial]:
    """Ask all questions; one that finds nothing at all is no trial."""
    trials = []
    for ask in rehearsal.questions:
        text = normalise(ask.text)
        words = tokenizer.words(text)
        ranking = ranker.rank(text, words, encoder.query(text, words), DEPTH)
        if len(ranking.entries):
            found = [rehearsal.entries[entry].id for entry in ranking.entries[:SHOWN].tolist()]
            heading = tokenizer.words(rehearsal.entries[int(ranking.entries[0])].question)
            first, three = found[0] in ask.right, not ask.right.isdisjoint(found)
            trials.append(Trial(tuple(words), signals(ranker, ranking, words, heading), first, three, ask.about))
    return trials


def _without(entry: Entry, asked: Set[str]) -> Entry:
    return replace(entry, wordings=tuple(each for each in entry.wordings if letters(each) not in asked))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
