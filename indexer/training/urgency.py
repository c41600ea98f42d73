"""Teaches the ear for emergencies: `urgency.npz`, from the sheets of emergencies and from resident speech.

    python -m indexer.training.urgency indexer/model

A fifth of the sheets and an eighth of resident speech are kept aside. The threshold is chosen by cross-validation on the rest,
so that no more than one near miss in a hundred and one ordinary question in a thousand is taken for an emergency; what is kept
aside is only reported on.
"""

import argparse
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack

from indexer.bags import Matrix
from indexer.urgency import Ear, Features, load_ear, look_at, share_of
from indexer.words import Tokenizer
from indexer.wordvectors import WordVectors, load_word_vectors
from knowledge.topics import Topic, read_topics
from knowledge.urgency_sheet import Saying, Urgency, held_out, read_sayings

SPOKEN_IN_NEED = frozenset(
    {
        "DV・ストーカー被害者の住民票の支援措置(住所を知られないようにする)",
        "いじめの相談",
        "こころの健康相談",
        "スクールカウンセラー・ソーシャルワーカーへの相談",
        "ホームレスの人の支援・一時的な宿泊場所",
        "不審者の通報・不審者情報の配信",
        "保育所での不適切な保育・苦情の相談",
        "児童虐待の通告・相談",
        "子どもにつらく当たってしまう親の相談",
        "家族のお酒の問題(本人が受診を嫌がる・家族教室)",
        "救急車を呼ぶか迷ったときの電話相談",
        "教員の体罰・不適切な言動の相談",
        "産後うつの相談",
        "自殺予防・つらい気持ちの電話相談",
        "認知症高齢者の見守り・行方不明対策",
        "配偶者等からの暴力(DV)の相談",
        "障害者虐待の通報・相談",
        "高齢者虐待の相談",
    }
)
"""Topics of which some sayings are cries for help, so that help is no wrong answer: neither learned as calm nor counted."""

MOST_NEAR, MOST_ORDINARY = 0.01, 0.001
"""Shares of near misses and of ordinary questions that may be taken for an emergency."""

URGENT_WEIGHT, NEAR_WEIGHT, ORDINARY_WEIGHT = 0.2, 0.4, 0.4
"""What each part of the examples counts in learning, however many it has."""

LEAST_COUNT = 3
"""Pieces seen in fewer sayings are not learned."""

RIDGE = 1e-5
STEPS = 120
FOLDS = 5
KINDS = tuple(Urgency)
CALM = KINDS.index(Urgency.CALM)

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Example:
    """A text with its kind, as it is learned from."""

    text: str
    kind: Urgency
    ordinary: bool
    """From resident speech, of which nearly nothing is urgent."""
    group: str
    """What is learned from whole or not at all: a saying, or all sayings of a topic."""


def main(folder: Path) -> None:
    """Learn, choose the threshold, write the file and say how well it hears what was kept aside."""
    model, tokenizer = load_word_vectors(folder), Tokenizer()
    sayings, topics = read_sayings().good, read_topics()
    aside = held_out(sayings)
    calm = [topic for topic in topics if topic.topic not in SPOKEN_IN_NEED]
    examples = examples_of([each for each in sayings if each not in aside], [(topic, topic.trained) for topic in calm])
    ear = learn_to_hear(examples, model, tokenizer)
    ear.save(folder)
    print(f"{len(examples)} examples, {len(ear.pieces)} pieces, threshold {ear.threshold:.4f}")  # noqa: T201 (a script)
    kept = examples_of(sorted(aside, key=lambda each: each.text), [(topic, topic.held_out) for topic in calm])
    report(load_ear(model, tokenizer, folder), kept)


def learn_to_hear(examples: Sequence[Example], model: WordVectors, tokenizer: Tokenizer) -> Ear:
    """All of the examples, with a threshold from parts of them."""
    lesson = Lesson([look_at(model, tokenizer, each.text) for each in examples], examples)
    threshold, learned = lesson.threshold(), lesson.learn(np.arange(len(examples)))
    return Ear(model, tokenizer, learned.pieces, learned.meaning, learned.weights, learned.intercepts, threshold)


def examples_of(sayings: Sequence[Saying], says: Sequence[tuple[Topic, Sequence[str]]]) -> list[Example]:
    """The sayings of the sheets, then what residents say about each topic, which is calm."""
    sheet = [Example(each.text, each.kind, False, each.text) for each in sayings]
    return sheet + [Example(say, Urgency.CALM, True, topic.id) for topic, texts in says for say in texts]


@dataclass(frozen=True, slots=True)
class Learned:
    """What an `Ear` is made of. See there."""

    pieces: tuple[str, ...]
    meaning: Matrix
    weights: Matrix
    intercepts: Matrix


class Lesson:
    """All examples as numbers."""

    def __init__(self, features: Sequence[Features], examples: Sequence[Example]) -> None:
        self.vectors = np.array([each.vector for each in features], np.float32)
        self.found = [each.pieces for each in features]
        self.kinds = np.array([KINDS.index(each.kind) for each in examples])
        self.ordinary = np.array([each.ordinary for each in examples])
        self.folds = np.array([int(hashlib.sha256(each.group.encode()).hexdigest(), 16) % FOLDS for each in examples])

    def learn(self, rows: Numbers) -> Learned:
        """From some of the examples."""
        counts = Counter(piece for row in rows if not self.ordinary[row] for piece in self.found[row])
        pieces = tuple(sorted(piece for piece, count in counts.items() if count >= LEAST_COUNT))
        inputs = hstack([csr_matrix(self.vectors[rows]), self._put(rows, pieces)]).tocsr()
        fitted = fit(inputs, self.kinds[rows], self._shares(rows)).astype(np.float32)
        size = self.vectors.shape[1]
        return Learned(pieces, fitted[:size], fitted[size:-1], fitted[-1])

    def threshold(self) -> float:
        """The least one at which, in cross-validation, neither part of the calm ones is taken for emergencies too often."""
        urgent = np.zeros(len(self.kinds))
        for fold in range(FOLDS):
            asked, others = np.flatnonzero(self.folds == fold), np.flatnonzero(self.folds != fold)
            urgent[asked] = self._urgent(self.learn(others), asked)
        calm = self.kinds == CALM
        near = _loudest(urgent[calm & ~self.ordinary], MOST_NEAR)
        ordinary = _loudest(urgent[calm & self.ordinary], MOST_ORDINARY)
        threshold = float(np.nextafter(max(near, ordinary), 2))
        heard = float((urgent[~calm] >= threshold).mean())
        print(f"near {near:.4f}, ordinary {ordinary:.4f}: cross-validated, {heard:.3f} of emergencies are heard")  # noqa: T201
        return threshold

    def _urgent(self, learned: Learned, rows: Numbers) -> npt.NDArray[np.float64]:
        logits = self.vectors[rows] @ learned.meaning + self._put(rows, learned.pieces) @ learned.weights + learned.intercepts
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(1 - shares[:, CALM] / shares.sum(axis=1), np.float64)

    def _put(self, rows: Numbers, pieces: Sequence[str]) -> csr_matrix:
        """Shape (len(rows), len(pieces)): how each text is put, as `Ear` weighs it."""
        numbers = {piece: number for number, piece in enumerate(pieces)}
        known = [[numbers[piece] for piece in self.found[row] if piece in numbers] for row in rows]
        sizes = np.array([len(each) for each in known], np.int64)
        values = np.repeat([share_of(size) for size in sizes.tolist()], sizes).astype(np.float32)
        columns = np.array([number for each in known for number in each], np.int64)
        return csr_matrix((values, columns, np.append(0, np.cumsum(sizes))), shape=(len(rows), len(pieces)))

    def _shares(self, rows: Numbers) -> npt.NDArray[np.float32]:
        """What each example counts: the three parts as much as their weights say."""
        calm, ordinary = self.kinds[rows] == CALM, self.ordinary[rows]
        shares = np.zeros(len(rows), np.float32)
        parts = ((~calm, URGENT_WEIGHT), (calm & ~ordinary, NEAR_WEIGHT), (calm & ordinary, ORDINARY_WEIGHT))
        for part, weight in parts:
            shares[part] = weight / max(int(part.sum()), 1)
        return shares


def fit(inputs: csr_matrix, kinds: Numbers, shares: npt.NDArray[np.float32]) -> Matrix:
    """Shape (inputs + 1, kinds): weights drawn to zero, and the intercepts."""
    size, transposed = inputs.shape[1], inputs.T.tocsr()
    right = np.eye(len(KINDS), dtype=np.float32)[kinds]

    def loss(values: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        weights = values.reshape(size + 1, -1).astype(np.float32)
        logits = inputs @ weights[:-1] + weights[-1]
        logits -= logits.max(axis=1, keepdims=True)
        total = np.log(np.exp(logits).sum(axis=1, keepdims=True))
        residual = shares[:, None] * (np.exp(logits - total) - right)
        cost = (shares * (total[:, 0] - (logits * right).sum(axis=1))).sum() + RIDGE * (weights[:-1] ** 2).sum()
        slope = np.vstack([transposed @ residual + 2 * RIDGE * weights[:-1], residual.sum(axis=0)])
        return float(cost), slope.ravel().astype(np.float64)

    start = np.zeros((size + 1) * len(KINDS))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x
    return np.asarray(found.reshape(size + 1, -1), np.float32)


def report(ear: Ear, examples: Sequence[Example]) -> None:
    """How much of each kind is heard, and which calm ones are taken for emergencies."""
    heard = [ear.hear(each.text) for each in examples]
    for kind in KINDS:
        found = [each for each, example in zip(heard, examples, strict=True) if example.kind is kind and not example.ordinary]
        told = sum(each is not None for each in found)
        right = sum(each is kind for each in found)
        print(f"{kind}: {told} of {len(found)} heard, {right} as this kind")  # noqa: T201
    alarms = [(example, kind) for kind, example in zip(heard, examples, strict=True) if kind and example.ordinary]
    print(f"ordinary: {len(alarms)} of {sum(example.ordinary for example in examples)} heard")  # noqa: T201
    for example, kind in alarms:
        print(" ", example.text, kind, ear.reasons(example.text, kind)[:5])  # noqa: T201


def _loudest(urgent: npt.NDArray[np.float64], share: float) -> float:
    """The probability of the loudest that must stay unheard when only a share may be heard."""
    return float(np.sort(urgent)[::-1][int(share * len(urgent))]) if len(urgent) else 0.0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    main(parser.parse_args().folder)
