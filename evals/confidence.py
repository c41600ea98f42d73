"""Measures confidence: on queries with known answers, questions from elsewhere, and queries whose entries were taken out."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt

from evals import confidence_plots
from evals.cases import Cases, Query
from evals.curves import auroc, calibration_error, precision_at, reliability, resampled, risk_coverage
from evals.errors import NothingLabelled
from evals.metrics import Measure
from evals.service import SITE, evaluation_service
from indexer.calibrate import Calibration
from indexer.explain import explained
from indexer.search import Searcher

CONFIDENCE = "confidence.json"
SHOWN = 3

HALVES = 5
"""How often another random half of the queries loses its entries: one half alone says little."""

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """n queries asked k times: shape (k, n)."""

    first: Values
    """How sure the bot was of the first entry, …"""
    three: Values
    """… and that one of the first three is right."""
    first_right: Flags
    three_right: Flags
    answerable: Flags

    @property
    def size(self) -> int:
        """n."""
        return int(self.first.shape[1])


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of everything that was asked."""

    whole: Asked
    outside: Asked | None
    """Questions that no entry answers."""
    halves: Asked | None
    """Once for each half of the queries that lost its entries; none when no entry would be left."""
    lost: Flags
    """Which of these lost theirs on purpose; others may have shared them."""
    calibration: Calibration


def measure_confidence(cases: Cases, outside: Sequence[str], out: Path) -> dict[str, Measure]:
    """Write `confidence.json` with all figures and curves, and plots of them; the figures are also returned.
    Raises NothingLabelled when no query says which entry is right.

    The hard part takes the relevant entries of a random half of the queries out: those must then not be answered.
    """
    if not any(query.relevant for query in cases.queries):
        raise NothingLabelled
    answered = _ask_all(cases, outside)
    mixes = _mixes(answered)
    figures = {**_separation(answered)}
    for name, mix in mixes.items():
        figures |= {f"{name}: {figure}": each for figure, each in _of_mix(mix, answered.calibration)}
    known = {name: each for name, each in figures.items() if not np.isnan(each.mean)}
    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(_kept(known, mixes, answered.calibration), ensure_ascii=False, indent=1)
    (out / CONFIDENCE).write_text(text + "\n", encoding="utf-8")
    for name, mix in mixes.items():
        sure, right = mix.first.ravel().tolist(), mix.first_right.ravel().tolist()
        for file, drawing in confidence_plots.of_mix(name, sure, right, answered.calibration).items():
            (out / file).write_text(drawing, encoding="utf-8")
    return known


def _ask_all(cases: Cases, outside: Sequence[str]) -> Answered:
    with evaluation_service(cases) as running:
        searcher = running.live.searcher(SITE)
        whole = _asked(cases.queries, searcher)
        foreign = _asked([Query(0, text, {}) for text in outside], searcher) if outside else None
        calibration = searcher.manifest.calibration
    halves, lost = [], []
    for half in _halves(len(cases.queries)):
        left = _without(cases, half)
        if left.entries:
            with evaluation_service(left) as running:
                halves.append(_asked(left.queries, running.live.searcher(SITE)))
                lost.append([number in half for number in range(len(cases.queries))])
    return Answered(whole, foreign, _stacked(halves) if halves else None, np.array(lost, bool), calibration)


def _separation(answered: Answered) -> dict[str, Measure]:
    """How well the surest are right, and how well confidence tells what can be answered from what cannot."""
    whole, outside, halves = answered.whole, answered.outside, answered.halves
    figures = {
        "precision@30%": resampled(lambda n: precision_at(whole.first[0, n], whole.first_right[0, n], 0.3), whole.size),
        "precision@50%": resampled(lambda n: precision_at(whole.first[0, n], whole.first_right[0, n], 0.5), whole.size),
        "one of three@50%": resampled(lambda n: precision_at(whole.three[0, n], whole.three_right[0, n], 0.5), whole.size),
    }
    if outside:
        figures["auroc outside"] = resampled(lambda n: auroc(whole.first[0, n], outside.first[0]), whole.size)
    if halves:
        figures["auroc entries removed"] = resampled(lambda n: _separated(halves, n), halves.size)
    return figures


def _separated(halves: Asked, chosen: Numbers) -> float:
    """The mean over all halves of the AUROC of what is still answerable against what is not; NaN where all are alike."""
    pairs = [(sure[chosen], known[chosen]) for sure, known in zip(halves.first, halves.answerable, strict=True)]
    found = [auroc(sure[known], sure[~known]) for sure, known in pairs if known.any() and not known.all()]
    return float(np.mean(found)) if found else float("nan")


def _mixes(answered: Answered) -> dict[str, Asked]:
    """The queries as they are, and half and half with unanswerable ones of either kind."""
    whole, outside, halves = answered.whole, answered.outside, answered.halves
    mixes = {"as asked": whole}
    if halves:
        # Half of the queries of the city without their entries, the others of the whole city: each answerable one really is.
        parts = zip(_arrays(whole), _arrays(halves), strict=True)
        mixes["half removed"] = Asked(*(np.where(answered.lost, gone, there) for there, gone in parts))
    if outside:
        count = min(whole.size, outside.size)
        chosen = Random(0).sample(range(outside.size), count)  # noqa: S311 (an experiment, not a secret)
        both = zip(_arrays(whole), _arrays(outside), strict=True)
        mixes["half outside"] = Asked(*(np.concatenate([a[:, :count], b[:, chosen]], axis=1) for a, b in both))
    return mixes


def _of_mix(mix: Asked, calibration: Calibration) -> Iterator[tuple[str, Measure]]:
    """How far probabilities are to be believed, and what residents get at the thresholds of the snapshot."""
    direct = mix.first >= calibration.answer.threshold
    cards = ~direct & (mix.three >= calibration.cards.threshold)
    everything = np.ones_like(direct)
    yield "calibration error", resampled(lambda n: calibration_error(mix.first[:, n], mix.first_right[:, n]), mix.size)
    yield "answered", _share(direct, everything)
    yield "wrong among answered", _share(~mix.first_right, direct)
    yield "three shown", _share(cards, everything)
    yield "none right of three", _share(~mix.three_right, cards)
    yield "handed over", _share(mix.three < calibration.suggest, everything)


def _share(flags: Flags, among: Flags) -> Measure:
    """NaN where there is nothing."""

    def share(chosen: Numbers) -> float:
        inside = among[:, chosen]
        return float(flags[:, chosen][inside].mean()) if inside.any() else float("nan")

    return resampled(share, flags.shape[1])


def _kept(figures: Mapping[str, Measure], mixes: Mapping[str, Asked], calibration: Calibration) -> dict[str, object]:
    pairs = {name: (mix.first.ravel(), mix.first_right.ravel()) for name, mix in mixes.items()}
    return {
        **{name: each.mean for name, each in figures.items()},
        "intervals": {name: (each.low, each.high) for name, each in figures.items()},
        "risk_coverage": {name: risk_coverage(*pair) for name, pair in pairs.items()},
        "reliability": {name: reliability(*pair) for name, pair in pairs.items()},
        "calibration": asdict(calibration),
        "explained": explained(calibration),
    }


def _asked(queries: Sequence[Query], searcher: Searcher) -> Asked:
    """Ask each once."""
    found = [searcher.search(query.text, SHOWN) for query in queries]
    pairs = list(zip(queries, found, strict=True))
    relevant = [[hit.entry.id in query.relevant for hit in result.ranking] for query, result in pairs]
    return Asked(
        first=np.array([[result.confidence.first for result in found]]),
        three=np.array([[result.confidence.three for result in found]]),
        first_right=np.array([[any(each[:1]) for each in relevant]]),
        three_right=np.array([[any(each) for each in relevant]]),
        answerable=np.array([[bool(query.relevant) for query in queries]]),
    )


def _stacked(rounds: Sequence[Asked]) -> Asked:
    return Asked(*(np.concatenate(column) for column in zip(*map(_arrays, rounds), strict=True)))


def _arrays(asked: Asked) -> tuple[Values, Values, Flags, Flags, Flags]:
    return asked.first, asked.three, asked.first_right, asked.three_right, asked.answerable


def _halves(size: int) -> Iterator[frozenset[int]]:
    for seed in range(HALVES):
        yield frozenset(Random(seed).sample(range(size), size // 2))  # noqa: S311 (an experiment, not a secret)


def _without(cases: Cases, half: frozenset[int]) -> Cases:
    """The cases without the relevant entries of half of the queries; what no entry answers any more has no relevant one."""
    gone = {entry for number in half for entry in cases.queries[number].relevant}
    queries = [
        replace(each, relevant={entry: g for entry, g in each.relevant.items() if entry not in gone}) for each in cases.queries
    ]
    return replace(cases, entries=tuple(each for each in cases.entries if each.id not in gone), queries=tuple(queries))
