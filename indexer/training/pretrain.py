"""Makes the built-in model: word vectors trained on questions with their passages, then on how residents speak.

    python -m indexer.training.pretrain BASE MODEL --questions QUESTIONS PASSAGES … --articles FILE …

BASE is a folder made by indexer/training/chive.py. The texts are only read: none of them is in the model.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt

from indexer.bags import Bags, Matrix, bags_of
from indexer.contrast import Pairs, Plan, train
from indexer.lexical import inverse_frequency
from indexer.training.sources import TextPair, articles, questions_and_passages, speech
from indexer.words import Tokenizer
from indexer.wordvectors import WordVectors, load_word_vectors, save_word_vectors
from knowledge.topics import read_topics

GENERAL = Plan(epochs=2, rate=0.001)
"""First the language of questions and passages …"""

RESIDENTS = Plan(epochs=4, rate=0.001)
"""… then that of residents and offices. Faster or longer learns the pairs by heart."""

LEAST_COUNT = 3
"""Words seen less often keep the vector they came with, and share its row with others."""

LEAST_FACTOR = 1.0
"""So that a word in every passage still counts when it is a question's only word."""


def main(base: Path, out: Path, questions: Sequence[tuple[Path, Path]], texts: Sequence[Path], seed: int = 0) -> None:
    """Train and write the model folder."""
    tokenizer = Tokenizer()
    general = [pair for files in questions for pair in questions_and_passages(*files)]
    general += [pair for file in texts for pair in articles(file)]
    residents = list(speech(read_topics(), Random(seed)))  # noqa: S311 (order of training, not a secret)
    words = Words(tokenizer)
    general_pairs, resident_pairs = words.pairs(general), words.pairs(residents)
    model = load_word_vectors(base)
    table = words.start(model, seed)
    factors = np.maximum(words.idf(general_pairs.right), LEAST_FACTOR)
    for name, pairs, plan in (("general", general_pairs, GENERAL), ("residents", resident_pairs, RESIDENTS)):
        losses = train(table, factors, pairs, Plan(plan.epochs, plan.rate, plan.batch, seed))
        print(name, len(pairs.left), "pairs, loss by epoch:", [round(loss, 3) for loss in losses])  # noqa: T201 (a script)
    write(out, words, table, model)


class Words:
    """Gives every word a row, in the order of first use."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.rows: dict[str, int] = {}
        self.counts: Counter[int] = Counter()

    def pairs(self, texts: Sequence[TextPair]) -> Pairs:
        """The texts as bags."""
        groups = {group: number for number, group in enumerate(dict.fromkeys(pair.group for pair in texts))}
        return Pairs(
            left=bags_of([self._cut(pair.left) for pair in texts]),
            right=bags_of([self._cut(pair.right) for pair in texts]),
            groups=np.array([groups[pair.group] for pair in texts], np.int64),
        )

    def start(self, model: WordVectors, seed: int) -> Matrix:
        """Shape (words, dimension): the vectors to begin with; a short random one for a word the model does not know."""
        table = model.vectors(list(self.rows))
        unknown = np.flatnonzero(~table.any(axis=1))
        random = np.random.default_rng(seed)
        table[unknown] = random.normal(scale=0.5 / np.sqrt(model.dimension), size=(len(unknown), model.dimension))
        return table

    def idf(self, bags: Bags) -> npt.NDArray[np.float32]:
        """Shape (words,): how telling each word is among the bags."""
        return inverse_frequency(np.bincount(bags.words, minlength=len(self.rows)), len(bags))

    def _cut(self, text: str) -> list[int]:
        found = [self.rows.setdefault(word, len(self.rows)) for word in self.tokenizer.words(text)]
        self.counts.update(set(found))
        return found


def write(out: Path, words: Words, table: Matrix, model: WordVectors) -> None:
    """Trained words with a row of their own; the model's other words with the row they came with."""
    trained = [word for word, row in words.rows.items() if words.counts[row] >= LEAST_COUNT]
    others = sorted(set(model.vocabulary) - set(trained))
    shared, rows = np.unique(model.rows[[model.vocabulary[word] for word in others]], return_inverse=True)
    kept = model.table[shared].astype(np.float32) * model.scales[shared][:, None]
    vectors = np.concatenate([table[[words.rows[word] for word in trained]], kept])
    save_word_vectors(out, [*trained, *others], vectors, np.concatenate([np.arange(len(trained)), len(trained) + rows]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--questions", nargs=2, action="append", type=Path, default=[], metavar=("QUESTIONS", "PASSAGES"))
    parser.add_argument("--articles", action="append", type=Path, default=[])
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    main(given.base, given.out, [tuple(pair) for pair in given.questions], given.articles, given.seed)
