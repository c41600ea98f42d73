"""Thresholds of one snapshot: how sure the bot must be to answer, chosen by asking the entries beforehand."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from indexer.confidence import Confidence
from indexer.correction import NO_CORRECTION, Correction, fit_correction
from indexer.errors import ModelUnusable
from indexer.rehearse import Trial
from indexer.risk import BOUND, DOUBT, NEVER, Promise, Tried, estimate, least_questions, promise, times_needed
from indexer.wordvectors import BUILT_IN

FILE = "calibration.json"

SUGGEST = 0.25
"""Probability that one of three is right from which close questions are offered as buttons; below, a person."""

LEAST_TRIALS = 100
"""Fewer questions of a site's own cannot promise anything useful; the built-in thresholds are then borrowed."""


class Source(StrEnum):
    """What the thresholds rest on."""

    LABELLED = "labelled"
    """Questions of residents with the entries that answer them."""
    OWN_WORDINGS = "own_wordings"
    """What staff wrote down as other ways to ask."""
    BORROWED = "borrowed"
    """The sample city: no promise for this site."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Stored in the manifest and shown to staff."""

    answer: Promise
    """For the direct answer."""
    cards: Promise
    """For showing three, one of which is right, to those who get no direct answer."""
    suggest: float
    source: Source
    bound: float = BOUND
    cards_bound: float = 2 * BOUND
    doubt: float = DOUBT
    needed: int | None = LEAST_TRIALS
    """Questions with known answers it takes to promise both; None when more questions alone would not do."""
    first: Correction = NO_CORRECTION
    three: Correction = NO_CORRECTION
    """What the judge's probabilities need to be right as often as they say on this site."""

    @property
    def answer_promised(self) -> bool:
        """Whether the bound for direct answers is promised, and not merely aimed at."""
        return self.source is not Source.BORROWED and self.answer.holds(self.bound)

    @property
    def cards_promised(self) -> bool:
        """The same for the three cards."""
        return self.source is not Source.BORROWED and self.cards.holds(self.cards_bound)

    def corrected(self, judged: Confidence) -> Confidence:
        """What the judge thinks, in this site's measure."""
        return Confidence(self.first(judged.first), self.three(judged.three))


def calibrate(trials: Sequence[Trial], judged: Sequence[Confidence], bound: float, source: Source) -> Calibration:
    """Promises from trials, and estimates where they promise nothing."""
    first = fit_correction([each.first for each in judged], [trial.first for trial in trials])
    three = fit_correction([each.three for each in judged], [trial.three for trial in trials])
    sure = [Confidence(first(each.first), three(each.three)) for each in judged]
    wide, paired = cards_bound(bound), list(zip(trials, sure, strict=True))
    answer = _threshold([Tried(each.first, trial.first, trial.about) for trial, each in paired], bound)
    # Cards are shown to those who got no direct answer, and the surest would make the others look better than they are.
    rest = [Tried(each.three, trial.three, trial.about) for trial, each in paired if each.first < answer.threshold]
    cards = _threshold(rest, wide)
    found = Calibration(answer, cards, SUGGEST, source, bound, wide, first=first, three=three)
    return found if source is Source.BORROWED else replace(found, needed=_needed(found, len(trials)))


def least_trials(bound: float) -> int:
    """Questions below which nothing is promised."""
    return max(LEAST_TRIALS, least_questions(bound))


def cards_bound(bound: float) -> float:
    """Three cards may miss twice as often as a direct answer: they are shown as candidates and cost nobody a deadline."""
    return min(2 * bound, 0.5)


def calibration_from_json(value: Mapping[str, Any]) -> Calibration:
    """Read back what `asdict` made. Raises KeyError, TypeError or ValueError for anything else."""
    promises = {name: Promise(**value[name]) for name in ("answer", "cards")}
    corrections = {name: Correction(**value[name]) for name in ("first", "three")}
    return Calibration(**{**value, **promises, **corrections, "source": Source(value["source"])})


def save_borrowed(folder: Path, calibrations: Sequence[Calibration]) -> None:
    """Write `calibration.json` of a model folder, one calibration for each bound that a site may choose."""
    values = [asdict(each) for each in sorted(calibrations, key=lambda each: each.bound)]
    (folder / FILE).write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")


def load_borrowed(folder: Path = BUILT_IN, bound: float = BOUND) -> Calibration:
    """The one for the bound, or for the next stricter one there is. Raises ModelUnusable."""
    try:
        known = [calibration_from_json(each) for each in json.loads((folder / FILE).read_text(encoding="utf-8"))]
        strictest = min(known, key=lambda each: each.bound)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelUnusable(folder.name, FILE) from error
    return max((each for each in known if each.bound <= bound), key=lambda each: each.bound, default=_silent(strictest))


def _silent(calibration: Calibration) -> Calibration:
    """The same without any answer: for a bound that nothing is known to keep."""
    answer, cards = (replace(each, threshold=NEVER) for each in (calibration.answer, calibration.cards))
    return replace(calibration, answer=answer, cards=cards)


def _needed(found: Calibration, asked: int) -> int | None:
    times = times_needed(found.answer, found.bound), times_needed(found.cards, found.cards_bound)
    return None if None in times else math.ceil(asked * max(filter(None, times)))


def _threshold(tried: Sequence[Tried], bound: float) -> Promise:
    promised = promise(tried, bound)
    return promised if promised.given else estimate(tried, bound)
