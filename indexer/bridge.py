"""Leads a question from the residents' words to the office's: the nearest topics of resident speech are added to its vector."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.bags import Matrix, unit
from indexer.embed import Encoder
from indexer.words import Tokenizer
from knowledge.topics import Topic

NEAREST = 3
"""How many topics may lead a question."""

BRIDGE_FILE = "bridge.npz"

GATE = 0.6
"""Cosine from which a topic leads at all; at 1 it counts as much as the question itself."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """t topics with s says, encoded like questions."""

    says: Matrix
    """Shape (s, dimension), unit vectors."""
    owners: npt.NDArray[np.int32]
    """Shape (s,): the topic of each say, in order."""
    topics: Matrix
    """Shape (t, dimension): standard question and office words, unit vectors."""

    def similarities(self, query: Matrix) -> Matrix:
        """Shape (t,): cosine of a question with the nearest say, or the standard question, of each topic."""
        best = self.topics @ query
        np.maximum.at(best, self.owners, self.says @ query)
        return np.asarray(best, np.float32)

    def lead(self, query: Matrix, similar: Matrix) -> Matrix:
        """Shape (dimension,): the question with the topics it is nearest to, as a unit vector."""
        if not query.any():
            return query
        nearest = np.argsort(-similar)[:NEAREST]
        pull = np.clip((similar[nearest] - GATE) / (1 - GATE), 0, 1)
        led: Matrix = unit((query + pull @ self.topics[nearest])[None])[0]
        return led

    def save(self, folder: Path) -> None:
        """Write `bridge.npz`."""
        np.savez(
            folder / BRIDGE_FILE, says=self.says.astype(np.float16), owners=self.owners, topics=self.topics.astype(np.float16)
        )

    @staticmethod
    def load(folder: Path) -> "Bridge":
        """Read what `save` wrote."""
        with np.load(folder / BRIDGE_FILE) as data:
            return Bridge(data["says"].astype(np.float32), data["owners"], data["topics"].astype(np.float32))


def build_bridge(topics: Sequence[Topic], tokenizer: Tokenizer, encoder: Encoder) -> Bridge:
    """Encode the topics as the encoder of a snapshot encodes questions."""
    says = [say for topic in topics for say in topic.trained]
    owners = [row for row, topic in enumerate(topics) for _ in topic.trained]
    standards = [" ".join((topic.question, *topic.office)) for topic in topics]
    encoded = _encoded(standards, tokenizer, encoder)
    # Without a single say the shape has to come from elsewhere.
    return Bridge(_encoded(says, tokenizer, encoder).reshape(-1, encoded.shape[1]), np.array(owners, np.int32), encoded)


def _encoded(texts: Sequence[str], tokenizer: Tokenizer, encoder: Encoder) -> Matrix:
    return np.array([encoder.query(text, tokenizer.words(text)) for text in texts], np.float32)
