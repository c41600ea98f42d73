"""Fits what the built-in model thinks of its own answers: `domain.json` and `confidence.json`.

    python -m indexer.training.confidence indexer/model --casual QUESTIONS … --held-out QUESTIONS

CASUAL questions (general knowledge, `{"question"}` rows) are what no city hall answers; HELD-OUT ones are only reported on.
What is known to be right comes from the sample city's wordings and from resident speech that the vectors never saw. The judge
learns on cities that lack half of their entries, or it would not learn to tell what is missing; what its probabilities mean is
then measured on cities that lack as many as a promise assumes.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from indexer.assemble import assemble
from indexer.bags import Matrix
from indexer.calibrate import Source, calibrate, save_borrowed
from indexer.confidence import Judge
from indexer.corpus import cut
from indexer.domain import Domain, plain_vector
from indexer.embed import fit_word_encoder
from indexer.interaction import load_interaction
from indexer.readings import WordOrder
from indexer.rehearse import HIDDEN, Ask, Rehearsal, Trial, rehearse
from indexer.signals import SIGNALS
from indexer.training.sources import rows
from indexer.words import Tokenizer
from indexer.wordvectors import WordVectors, load_word_vectors
from knowledge.entry import Entry
from knowledge.sheet import read_entries
from knowledge.topics import Topic, read_topics

AGAINST = ("unknown", "spread")
"""Signals that speak against an answer."""

TOWARDS_ALIKE = 0.05
"""How strongly the weights of the signals are drawn to their mean."""

RIDGE = 1e-4

HARD = 0.5
"""Share of entries left while the judge learns: half of the questions are then unanswerable."""

USUAL = 1 - 1 / HIDDEN
"""… and while the thresholds are chosen that sites start with."""

USUAL_TURNS = 10

BOUNDS = (0.01, 0.02, 0.05, 0.10, 0.15, 0.20, 0.30, 0.40)
"""Shares of wrong answers for which there are thresholds to start with."""

SEED_ENTRIES = Path(__file__).parents[2] / "knowledge" / "seed" / "entries"


@dataclass(frozen=True, slots=True)
class Example:
    """A trial, and how much it counts."""

    trial: Trial
    weight: float


def main(folder: Path, casual: Sequence[Path], held_out: Path | None) -> None:
    """Fit both and write them into the model folder."""
    tokenizer, model, topics = Tokenizer(), load_word_vectors(folder), read_topics()
    cities = Cities(model, tokenizer, topics)
    domain = fit_domain(model, tokenizer, topics, [row["question"] for file in casual for row in rows(file)])
    domain.save(folder)
    judge = fit_judge(_weighted(cities.sample(HARD, 4, (False, True)), cities.speech(HARD)))
    judge.save(folder)
    usual = cities.sample(USUAL, USUAL_TURNS, (True,)) + cities.speech(USUAL)
    sure = [judge.judge(trial.signals, domain.probability(trial.words)) for trial in usual]
    save_borrowed(folder, [calibrate(usual, sure, bound, Source.BORROWED) for bound in BOUNDS])
    unseen = [domain.probability(tokenizer.words(say)) for topic in topics for say in topic.held_out]
    print(f"held-out resident speech taken for a city hall's question: {np.mean(np.array(unseen) > 0.5):.3f}")  # noqa: T201
    if held_out:
        others = [domain.probability(tokenizer.words(row["question"])) for row in rows(held_out)]
        print(f"held-out casual questions taken for one: {np.mean(np.array(others) > 0.5):.3f}")  # noqa: T201


def fit_domain(model: WordVectors, tokenizer: Tokenizer, topics: Sequence[Topic], casual: Sequence[str]) -> Domain:
    """Tell resident speech from general-knowledge questions."""
    ours = [text for topic in topics for text in (*topic.trained, topic.question)]
    vectors = np.array([plain_vector(model, tokenizer.words(text)) for text in (*ours, *casual)])
    right = np.arange(len(vectors)) < len(ours)
    weights = np.where(right, 0.5 / len(ours), 0.5 / len(casual))
    fitted = fit_logistic(vectors, right, weights, RIDGE, alike=False)
    return Domain(model, fitted[:-1].astype(np.float32), float(fitted[-1]))


def fit_judge(examples: Sequence[Example]) -> Judge:
    """The two regressions over standardised signals."""
    signals = np.array([example.trial.signals for example in examples])
    weights = np.array([example.weight for example in examples])
    mean, scale = np.nanmean(signals, axis=0), np.nanstd(signals, axis=0) + 1e-6
    signs = np.array([-1.0 if name in AGAINST else 1.0 for name in SIGNALS])
    standard = np.nan_to_num((signals - mean) / scale) * signs
    fitted = []
    for right in ([each.trial.first for each in examples], [each.trial.three for each in examples]):
        found = fit_logistic(standard, np.array(right), weights, TOWARDS_ALIKE, alike=True)
        fitted.append(np.append(found[:-1] * signs, found[-1]).astype(np.float32))
    return Judge(mean.astype(np.float32), scale.astype(np.float32), *fitted)


def fit_logistic(
    inputs: Matrix, right: npt.NDArray[np.bool_], weights: npt.NDArray[np.float64], penalty: float, alike: bool
) -> npt.NDArray[np.float64]:
    """Shape (inputs + 1,): weights and intercept; drawn to zero, or when `alike` not negative and drawn to their mean."""
    size, share = inputs.shape[1], weights / weights.sum()

    def loss(values: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        own, intercept = values[:size], values[size]
        logits = inputs @ own + intercept
        away = own - own.mean() if alike else own
        residual = share * (1 / (1 + np.exp(-logits)) - right)
        cost = float((share * (np.logaddexp(0, logits) - right * logits)).sum() + penalty * (away**2).sum())
        return cost, np.append(inputs.T @ residual + 2 * penalty * away, residual.sum())

    bounds = [(0.0 if alike else None, None)] * size + [(None, None)]
    start = np.append(np.full(size, 0.2 if alike else 0.0), 0.0)
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x)


@dataclass(frozen=True, slots=True)
class Cities:
    """Cities whose answers are known, asked while some of their entries are away."""

    model: WordVectors
    tokenizer: Tokenizer
    topics: Sequence[Topic]

    def sample(self, left_share: float, turns: int, wordings_kept: Sequence[bool]) -> list[Trial]:
        """The sample city asked its own wordings, each turn with other entries away, with and without the other wordings."""
        entries = [entry for file in sorted(SEED_ENTRIES.glob("*.jsonl")) for entry in read_entries(file).good]
        random, trials = Random(0), list[Trial]()  # noqa: S311
        for turn in range(turns):
            asked = {entry.id: entry.wordings[turn % len(entry.wordings)] for entry in entries if entry.wordings}
            kept = wordings_kept[turn % len(wordings_kept)]
            left = [_asked_without(entry, asked.get(entry.id), kept) for entry in entries if random.random() < left_share]
            trials += self._rehearsed(left, [Ask(wording, frozenset({entry}), entry) for entry, wording in asked.items()])
        return trials

    def speech(self, left_share: float) -> list[Trial]:
        """A city that has some of the standard topics as its entries, asked the says that nothing was trained on."""
        random, trials = Random(1), list[Trial]()  # noqa: S311
        questions = [Ask(say, frozenset({topic.id}), topic.id) for topic in self.topics for say in topic.held_out]
        for long in (True, False):
            left = [topic for topic in self.topics if random.random() < left_share]
            headed = [(each, each.question if long else each.topic) for each in left]
            trials += self._rehearsed([Entry(each.id, head, "。".join(each.office)) for each, head in headed], questions)
        return trials

    def _rehearsed(self, entries: Sequence[Entry], questions: Sequence[Ask]) -> list[Trial]:
        corpus = cut(entries, self.tokenizer)
        encoder = fit_word_encoder(corpus, self.model)
        look = WordOrder(load_interaction(self.model), self.tokenizer)
        ranker = assemble(entries, corpus, encoder, self.tokenizer, self.topics, look)
        return rehearse(Rehearsal(tuple(entries), tuple(questions)), ranker, encoder, self.tokenizer)


def _asked_without(entry: Entry, wording: str | None, keep_others: bool) -> Entry:
    return replace(entry, wordings=tuple(each for each in entry.wordings if keep_others and each != wording))


def _weighted(*cities: Sequence[Trial]) -> list[Example]:
    """Every city counts the same, however many questions it was asked."""
    return [Example(trial, 1 / len(city)) for city in cities for trial in city]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--casual", action="append", type=Path, default=[])
    parser.add_argument("--held-out", type=Path)
    given = parser.parse_args()
    main(given.folder, given.casual, given.held_out)
