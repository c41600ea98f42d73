"""Leads a question from the residents' words to the office's: the nearest topics of resident speech are added to its vector."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.bags import Matrix, unit
from indexer.codes import Codes, codes_of, rounded, steps_for
from indexer.embed import Encoder
from indexer.ragged import starts_of
from indexer.words import Tokenizer
from knowledge.topics import Topic

NEAREST = 3
"""How many topics may lead a question."""

BRIDGE_FILE = "bridge.npz"
SAYS = "says"

GATE = 0.6
"""Cosine from which a topic leads at all; at 1 it counts as much as the question itself."""


LOOKED_AT = 100
"""Says whose cosine is computed; those of all others are smaller."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """t topics with s says, encoded like questions."""

    says: Codes
    """s unit vectors."""
    owners: npt.NDArray[np.int32]
    """Shape (s,): the topic of each say, in order."""
    topics: Matrix
    """Shape (t, dimension): standard question and office words, unit vectors."""
    words: tuple[frozenset[str], ...] = ()
    """The words of each topic's standard question and office words."""

    def similarities(self, query: Matrix) -> Matrix:
        """Shape (t,): cosine of a question with the nearest say of each topic, or its standard question where that is nearer."""
        best: Matrix = self.topics @ query
        near = self.says.nearest(query, LOOKED_AT)
        np.maximum.at(best, self.owners[near], self.says.cosines(query, near))
        return best

    def lead(self, query: Matrix, similar: Matrix) -> Matrix:
        """Shape (dimension,): the question with the topics it is nearest to, as a unit vector."""
        if not query.any():
            return query
        nearest = np.argsort(-similar)[:NEAREST]
        pull = np.clip((similar[nearest] - GATE) / (1 - GATE), 0, 1)
        led: Matrix = unit((query + pull @ self.topics[nearest])[None])[0]
        return led

    def near_words(self, similar: Matrix) -> frozenset[str]:
        """The words of the nearest topics."""
        return frozenset().union(*(self.words[topic] for topic in np.argsort(-similar)[:NEAREST]))

    def save(self, folder: Path) -> None:
        """Write `bridge.npz` and the says."""
        self.says.save(folder, SAYS)
        known = sorted(frozenset().union(*self.words))
        rows = {word: row for row, word in enumerate(known)}
        np.savez(
            folder / BRIDGE_FILE,
            owners=self.owners,
            topics=self.topics.astype(np.float16),
            vocabulary=np.array(known, np.str_),
            words=np.array([rows[word] for words in self.words for word in sorted(words)], np.int32),
            starts=starts_of([len(words) for words in self.words]),
        )

    @staticmethod
    def load(folder: Path) -> "Bridge":
        """Read what `save` wrote."""
        with np.load(folder / BRIDGE_FILE) as data:
            words = np.split(data["vocabulary"][data["words"]], data["starts"][1:-1])
            by_topic = tuple(frozenset(each.tolist()) for each in words)
            return Bridge(Codes.load(folder, SAYS), data["owners"], data["topics"].astype(np.float32), by_topic)


def build_bridge(topics: Sequence[Topic], tokenizer: Tokenizer, encoder: Encoder) -> Bridge:
    """Encode the topics as the encoder of a snapshot encodes questions."""
    owners = [row for row, topic in enumerate(topics) for _ in topic.trained]
    texts, cuts = _cut(tuple(topics), tokenizer)
    encoded = encoder.queries(texts, cuts)
    words = tuple(frozenset(cut) for cut in cuts[: len(topics)])
    return bridge_of(encoded[len(topics) :], owners, encoded[: len(topics)], words)


def bridge_of(says: Matrix, owners: Sequence[int], topics: Matrix, words: Sequence[Set[str]] | None = None) -> Bridge:
    """A bridge of unit vectors, by default of topics whose words nobody knows."""
    steps, known = steps_for(says), words if words is not None else [()] * len(topics)
    return Bridge(codes_of(rounded(says, steps), steps), np.array(owners, np.int32), topics, tuple(map(frozenset, known)))


@lru_cache(maxsize=1)
def _cut(topics: tuple[Topic, ...], tokenizer: Tokenizer) -> tuple[list[str], list[list[str]]]:
    """Standard questions, then says, and their words; kept, as a build encodes the same topics several times."""
    texts = [" ".join((topic.question, *topic.office)) for topic in topics]
    texts += [say for topic in topics for say in topic.trained]
    return texts, [tokenizer.words(text) for text in texts]
