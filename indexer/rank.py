"""Ranks a snapshot's entries for one question: two scores for all, two closer looks at the best, names of things."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.bags import Matrix
from indexer.bridge import BRIDGE_FILE, Bridge
from indexer.fuse import Spread, fuse, lexical_share, spread
from indexer.groups import CodedGroups
from indexer.lexical import Lexical, largest
from indexer.names import Names
from indexer.neighbours import SHARE, Table
from indexer.rerank import Reranker, SecondLook
from indexer.vectors import Vectors
from indexer.words import Tokenizer
from knowledge.entry import Entry, Kind

CANDIDATES = 200
"""How many entries each of the two scores may propose."""

LOOKED_AT = 100
"""How many of them are looked at sentence by sentence."""

LOOKED_AGAIN = 50
"""How many of the best are looked at once more, in the order of their words."""

HANDICAP = 0.5
"""What a page section or a waste item has to be better by than an FAQ, which answers a question as a whole."""

NAME_WORTH = 24.0
"""What an item's exact name is worth, in standard deviations of the score: more than any likeness of words."""

NEIGHBOURS_FILE = "neighbours.npy"
HANDICAPS_FILE = "handicaps.npy"
PASSAGES = "passages"

Entries = npt.NDArray[np.int32]
Spreads = tuple[Spread, Spread]
"""Of the cosines and of the word scores of all entries."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Entries, best first, with their scores."""

    entries: Entries
    scores: Matrix
    dense: Matrix
    lexical: Matrix
    named: dict[int, float]
    """Likeness (up to 1) of the question with a name of the entry, where there is one."""
    topics: Matrix
    """Shape (t,): cosine of the question with each topic of resident speech; empty without a bridge."""
    query: Matrix
    """Shape (dimension,): the question's vector, as it was before any topic led it."""


NO_SCORES: Matrix = np.zeros(0, np.float32)
NOTHING = Ranking(np.zeros(0, np.int32), NO_SCORES, NO_SCORES, NO_SCORES, {}, NO_SCORES, NO_SCORES)


@dataclass(frozen=True)
class Ranker:
    """What is known of the n entries of a snapshot."""

    lexical: Lexical
    vectors: Vectors
    neighbours: Table
    names: Names
    handicaps: Matrix
    """Shape (n,): taken from each entry's score."""
    passages: CodedGroups | None = None
    """The sentences of the answers, each together with its entry's question."""
    bridge: Bridge | None = None
    reranker: Reranker | None = None

    def save(self, folder: Path) -> None:
        """Write the files of all parts."""
        for part in (self.lexical, self.vectors, self.names):
            part.save(folder)
        np.save(folder / NEIGHBOURS_FILE, self.neighbours)
        np.save(folder / HANDICAPS_FILE, self.handicaps)
        if self.passages:
            self.passages.save(folder, PASSAGES)
        for extra in (self.bridge, self.reranker):
            if extra:
                extra.save(folder)

    @staticmethod
    def load(
        folder: Path, rows: dict[str, int], tokenizer: Tokenizer, entries: Sequence[Entry], look: SecondLook | None
    ) -> "Ranker":
        """Read what `save` wrote for the entries; `rows` maps the corpus's words to their rows."""
        return Ranker(
            lexical=Lexical.load(folder, rows),
            vectors=Vectors.load(folder),
            neighbours=np.load(folder / NEIGHBOURS_FILE),
            names=Names.load(folder, tokenizer),
            handicaps=np.load(folder / HANDICAPS_FILE),
            passages=CodedGroups.load(folder, PASSAGES) if (folder / f"{PASSAGES}.faiss").exists() else None,
            bridge=Bridge.load(folder) if (folder / BRIDGE_FILE).exists() else None,
            reranker=look.open(folder, entries) if look else None,
        )

    def rank(self, text: str, words: Sequence[str], query: Matrix, limit: int) -> Ranking:
        """The `limit` best entries; nothing when no word of the question says anything."""
        named = self.names.nearest(text)
        lexical = self.lexical.score(words)
        # A transformer gives a vector even for what says nothing (どうすればいいですか, ？！).
        if not named and (not words or not (query.any() or lexical.any())):
            return NOTHING
        similar = self.bridge.similarities(query) if self.bridge else NO_SCORES
        led = self.bridge.lead(query, similar) if self.bridge else query
        share = lexical_share(words)
        spreads = self.vectors.spread(led), spread(lexical)
        chosen = self._candidates(led, lexical, share, spreads, named, max(limit, LOOKED_AT))
        around = np.union1d(chosen, self.neighbours[chosen]).astype(np.int32)
        scores, dense = self._scores(led, lexical, share, spreads, around)
        final = self._smoothed(scores, around, chosen) - self.handicaps[chosen] + _worths(named, chosen)
        if self.reranker:
            front = _ordered(final, chosen)[:LOOKED_AGAIN]
            final[front] += self.reranker.gains(text, chosen[front])
        order = _ordered(final, chosen)[:limit]
        best = chosen[order]
        return Ranking(best, final[order], dense[np.searchsorted(around, best)], lexical[best], named, similar, query)

    def _candidates(
        self, query: Matrix, lexical: Matrix, share: float, spreads: Spreads, named: dict[int, float], count: int
    ) -> Entries:
        """The entries worth a closer look, in their own order."""
        wanted = max(count, CANDIDATES)
        proposed = np.union1d(self.vectors.nearest(query, wanted), largest(lexical, wanted)).astype(np.int32)
        dense = self.vectors.scores(query, proposed)
        scores = fuse(dense, spreads[0], lexical[proposed], spreads[1], share)
        best = proposed[np.lexsort((proposed, -scores))[:count]]
        return np.union1d(best, np.array(list(named), np.int32)).astype(np.int32)

    def _scores(self, query: Matrix, lexical: Matrix, share: float, spreads: Spreads, entries: Entries) -> tuple[Matrix, Matrix]:
        """Fused score and cosine of each entry: the mean of the entry's own and its nearest sentence's."""
        dense = self.vectors.scores(query, entries)
        close = np.float32(0.5) * (dense + self.passages.best(query, entries, dense)) if self.passages else dense
        return fuse(close, spreads[0], lexical[entries], spreads[1], share), dense

    def _smoothed(self, scores: Matrix, around: Entries, chosen: Entries) -> Matrix:
        """The scores of the chosen entries with what their neighbours, which are among `around`, add."""
        own = scores[np.searchsorted(around, chosen)]
        if not self.neighbours.shape[1]:
            return own
        near = scores[np.searchsorted(around, self.neighbours[chosen])].mean(axis=1)
        return np.asarray(own + SHARE * near, np.float32)


def _ordered(scores: Matrix, entries: Entries) -> npt.NDArray[np.int64]:
    """Best first; ties are broken by the entries' order, so that the same question always gets the same ranking."""
    return np.lexsort((entries, -scores))


def _worths(named: dict[int, float], entries: Entries) -> Matrix:
    if not named:
        return np.zeros(len(entries), np.float32)
    return np.array([NAME_WORTH * worth(named.get(entry, 0.0)) for entry in entries.tolist()], np.float32)


def handicaps_of(entries: Sequence[Entry]) -> Matrix:
    """Shape (n,): what each kind of entry has to make up for."""
    return np.array([0.0 if entry.kind is Kind.FAQ else HANDICAP for entry in entries], np.float32)


def worth(likeness: float) -> float:
    """0 for another name to 1 for the same one, rising late: a wrong letter costs little in a long name, much in a short one."""
    return max(0.0, (likeness - 0.6) / 0.4) ** 3
