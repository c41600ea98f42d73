"""Thresholds of one snapshot: how sure the bot must be to answer, chosen by asking the entries beforehand."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from indexer.confidence import Confidence
from indexer.errors import ModelUnusable
from indexer.rehearse import Trial
from indexer.risk import BOUND, DOUBT, Promise, estimate, least_questions, promise
from indexer.wordvectors import BUILT_IN

FILE = "calibration.json"

SUGGEST = 0.10
"""Probability that one of three is right from which close questions are offered as buttons; below, a person."""

LEAST_TRIALS = 100
"""Fewer questions of a site's own cannot promise anything useful; the built-in thresholds are then borrowed."""


class Source(StrEnum):
    """What the thresholds rest on."""

    OWN_WORDINGS = "own_wordings"
    ESTIMATED = "estimated"
    """Its wordings, too: the observed share of wrong answers is under the bound, but too few answers promise no more."""
    BORROWED = "borrowed"
    """From the sample city: no promise for this site."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Stored in the manifest and shown to staff."""

    answer: Promise
    """For the direct answer."""
    cards: Promise
    """For showing three, one of which is right."""
    suggest: float
    source: Source
    bound: float = BOUND
    cards_bound: float = 2 * BOUND
    doubt: float = DOUBT
    needed: int = LEAST_TRIALS
    """Questions with known answers it takes for a promise of one's own."""


def calibrate(trials: Sequence[Trial], confidences: Sequence[Confidence], borrowed: Calibration, bound: float) -> Calibration:
    """Promises from trials, or the borrowed ones when there are too few to promise anything."""
    if len(trials) < max(LEAST_TRIALS, least_questions(bound)):
        return borrowed
    first = [each.first for each in confidences], [trial.first for trial in trials]
    three = [each.three for each in confidences], [trial.three for trial in trials]
    wide = cards_bound(bound)
    promised = Calibration(promise(*first, bound), promise(*three, wide), SUGGEST, Source.OWN_WORDINGS, bound, wide)
    if promised.answer.given and promised.cards.given:
        return promised
    return replace(promised, answer=estimate(*first, bound), cards=estimate(*three, wide), source=Source.ESTIMATED)


def cards_bound(bound: float) -> float:
    """Three cards may miss twice as often as a direct answer: they are shown as candidates and cost nobody a deadline."""
    return min(2 * bound, 0.5)


def calibration_from_json(value: Mapping[str, Any]) -> Calibration:
    """Read back what `asdict` made. Raises KeyError, TypeError or ValueError for anything else."""
    promises = {name: Promise(**value[name]) for name in ("answer", "cards")}
    return Calibration(**{**value, **promises, "source": Source(value["source"])})


def save_borrowed(folder: Path, calibration: Calibration) -> None:
    """Write `calibration.json` of a model folder."""
    (folder / FILE).write_text(json.dumps(asdict(calibration), indent=1) + "\n", encoding="utf-8")


def load_borrowed(folder: Path = BUILT_IN) -> Calibration:
    """Read it. Raises ModelUnusable."""
    try:
        return calibration_from_json(json.loads((folder / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelUnusable(folder.name, FILE) from error
