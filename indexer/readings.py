"""The entries of a snapshot read word by word, and compared with a question in the order of its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.bags import Matrix
from indexer.codes import LARGEST
from indexer.groups import CodedGroups, Gathering, Groups
from indexer.interaction import BREAK, Interaction, Reading
from indexer.passage import sentences
from indexer.ragged import Places, places_of, starts_of
from indexer.rerank import Reranker, Rows
from indexer.words import Tokenizer
from knowledge.entry import Entry

NAME = "readings"

LONGEST_QUESTION = 40
LONGEST_ANSWER = 72
"""Words that are read; an answer says what it is about at its beginning."""

AS_QUESTION, ANYWHERE, BACK = 0.2, 0.6, 0.2
"""What counts how much: the question's words in the entry's question, anywhere in the entry, and the other way round."""

WORTH = 6.0
"""What a whole likeness is worth in standard deviations of the score (chosen on the sample city and on resident speech)."""

CHUNK = 512
"""Entries read at a time: bounds the memory of a build."""

Texts = list[list[str]]


@dataclass(frozen=True, slots=True)
class Readings:
    """n entries of t texts: each entry's question, its wordings, and its answer last."""

    reader: "WordOrder"
    texts: CodedGroups
    """One group for each text, of at least one word."""
    starts: Places
    """Shape (n + 1,): the texts of each entry."""

    def gains(self, text: str, entries: Rows) -> Matrix:
        """See `Reranker.gains`."""
        asked = self.reader.read_question(text)
        # OpenBLAS may set the flag for what lies behind a short vector (numpy issue 24067); what is multiplied here is finite.
        with np.errstate(invalid="ignore"):
            return np.asarray(WORTH * asked.known * self._likeness(asked, entries), np.float32)

    def _likeness(self, asked: Reading, entries: Rows) -> Matrix:
        texts, by_entry = places_of(self.starts, entries)
        words, by_text = places_of(self.texts.starts, texts)
        alike = self.texts.codes.cosines(asked.vectors, words)
        found = np.maximum.reduceat(alike, by_text[:-1])
        weights = asked.weights / max(float(asked.weights.sum()), 1e-6)
        back = np.add.reduceat(alike.max(axis=1), by_text[:-1]) / np.diff(by_text)
        as_question = AS_QUESTION * (found @ weights) + BACK * back
        as_question[by_entry[1:] - 1] = -np.inf
        anywhere = np.maximum.reduceat(found, by_entry[:-1]) @ weights
        likeness: Matrix = np.maximum.reduceat(as_question, by_entry[:-1]) + ANYWHERE * anywhere
        return likeness

    def save(self, folder: Path) -> None:
        """Write the files that begin with `readings`."""
        self.texts.save(folder, NAME)
        np.save(folder / f"{NAME}.texts.npy", self.starts)


@dataclass(frozen=True)
class WordOrder:
    """The second look of the built-in model. See `SecondLook`."""

    interaction: Interaction
    tokenizer: Tokenizer

    @property
    def name(self) -> str:
        """See `SecondLook.name`."""
        return f"word-order-{self.interaction.digest[:16]}"

    def make(self, entries: Sequence[Entry], earlier: Reranker | None, rows: npt.NDArray[np.int64]) -> Readings:
        """See `SecondLook.make`; a text reads the same in every snapshot."""
        kept = earlier if isinstance(earlier, Readings) else None
        sizes = np.array([2 + len(entry.wordings) for entry in entries], np.int64)
        starts = starts_of(sizes)
        # Fixed, as no number of a unit vector is larger than 1: what is read today must fit beside what was read before.
        steps = np.full(self.interaction.meaning.shape[1], 1 / LARGEST, np.float32)
        gathering = Gathering(int(starts[-1]), steps)
        same = np.flatnonzero(rows >= 0) if kept else np.zeros(0, np.int64)
        if kept:
            gathering.keep(places_of(starts, same)[0], kept.texts, places_of(kept.starts, rows[same])[0])
        new = np.setdiff1d(np.arange(len(entries)), same)
        for chosen in np.array_split(new, range(CHUNK, len(new), CHUNK)) if len(new) else ():
            texts = [text for entry in chosen for text in self._cut(entries[entry])]
            gathering.add(places_of(starts, chosen)[0], self._groups(texts))
        return Readings(self, gathering.gathered(), starts)

    def open(self, folder: Path, entries: Sequence[Entry]) -> Readings:  # noqa: ARG002 (a cross-encoder reads the entries)
        """See `SecondLook.open`; the words stay on disk."""
        return Readings(self, CodedGroups.load(folder, NAME), np.load(folder / f"{NAME}.texts.npy"))

    def read_question(self, text: str) -> Reading:
        """What a resident asked."""
        return self.interaction.read(self.tokenizer.sequence(text)[:LONGEST_QUESTION] or [BREAK])

    def _cut(self, entry: Entry) -> Texts:
        """An entry's texts in words; a text without any is a BREAK, which is like nothing."""
        asked = [self.tokenizer.sequence(text)[:LONGEST_QUESTION] for text in (entry.question, *entry.wordings)]
        return [words or [BREAK] for words in (*asked, self._answer(entry))]

    def _answer(self, entry: Entry) -> list[str]:
        words: list[str] = []
        for sentence in sentences(entry.answer):
            if len(words) >= LONGEST_ANSWER:
                break
            words += self.tokenizer.sequence(sentence)
        return words[:LONGEST_ANSWER]

    def _groups(self, texts: Texts) -> Groups:
        """All texts read at once, the breaks between them left out again."""
        read = self.interaction.read([word for text in texts for word in (*text, BREAK)])
        starts = starts_of([len(text) for text in texts])
        behind = starts[1:] + np.arange(len(texts))
        return Groups(np.delete(read.vectors, behind, axis=0), starts)
