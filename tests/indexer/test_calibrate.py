"""Choosing a site's thresholds."""

import random
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from indexer.calibrate import (
    LEAST_TRIALS,
    Calibration,
    Source,
    calibrate,
    calibration_from_json,
    load_borrowed,
    save_borrowed,
)
from indexer.confidence import Confidence
from indexer.rehearse import Trial
from indexer.risk import NEVER
from indexer.signals import SIGNALS
from tests.assured import assurance

SIGNALLESS = np.zeros(len(SIGNALS), np.float32)


def trials(count: int, humble: float = 1.0) -> tuple[list[Trial], list[Confidence]]:
    """Questions that are right as often as `humble` times the confidence says, each about something else."""
    chance = random.Random(3)
    asked, judged = [], []
    for number in range(count):
        first = chance.random()
        three = 1 - (1 - first) ** 2
        right = chance.random() < first
        asked.append(Trial(("a",), SIGNALLESS, right, right or chance.random() < first, str(number)))
        judged.append(Confidence(first * humble, three * humble))
    return asked, judged


def chosen(count: int, humble: float = 1.0) -> Calibration:
    return calibrate(*trials(count, humble), 0.1, Source.OWN_WORDINGS)


def test_few_questions_borrow_and_say_how_many_it_takes() -> None:
    found = assurance().calibrated(trials(3)[0], Source.LABELLED)
    assert found == assurance().borrowed
    assert (found.source, found.needed) == (Source.BORROWED, LEAST_TRIALS)
    assert not found.answer_promised
    assert not found.cards_promised


def test_many_questions_promise_both() -> None:
    found = calibrate(*trials(2000), 0.1, Source.LABELLED)
    assert found.source is Source.LABELLED
    assert found.answer_promised
    assert found.cards_promised
    assert 0.7 < found.answer.threshold < 0.95
    assert found.needed == 2000


def test_some_questions_aim_at_what_they_cannot_promise_and_say_how_many_it_takes() -> None:
    found = chosen(150)
    assert found.source is Source.OWN_WORDINGS
    assert not found.answer_promised
    assert found.answer.given
    assert found.needed is not None
    assert found.needed > 150


def test_probabilities_are_brought_to_what_was_right() -> None:
    asked, judged = trials(2000, humble=0.5)
    found = calibrate(asked, judged, 0.1, Source.OWN_WORDINGS)
    corrected = [found.corrected(each).first for each in judged]
    assert sum(corrected) / len(corrected) == pytest.approx(sum(each.first for each in asked) / len(asked), abs=0.03)
    plain = chosen(2000)
    assert found.answer.given == pytest.approx(plain.answer.given, rel=0.2)


def test_cards_are_promised_to_those_who_get_no_direct_answer() -> None:
    asked, judged = trials(2000)
    found = calibrate(asked, judged, 0.1, Source.OWN_WORDINGS)
    direct = sum(found.corrected(each).first >= found.answer.threshold for each in judged)
    assert found.cards.questions == 2000 - direct


def test_answers_that_are_all_wrong_promise_nothing_whatever_the_number() -> None:
    asked, judged = trials(400)
    found = calibrate([replace(each, first=False, three=False) for each in asked], judged, 0.1, Source.OWN_WORDINGS)
    assert (found.answer.threshold, found.cards.threshold, found.needed) == (NEVER, NEVER, None)


def test_a_calibration_survives_json() -> None:
    found = chosen(500)
    assert calibration_from_json(asdict(found)) == found


def test_a_site_borrows_what_keeps_its_own_bound(tmp_path: Path) -> None:
    borrowed = assurance().borrowed
    strict = replace(borrowed, bound=0.05, answer=replace(borrowed.answer, threshold=0.95))
    save_borrowed(tmp_path, [replace(borrowed, bound=0.1), strict])
    assert load_borrowed(tmp_path, 0.1).bound == load_borrowed(tmp_path, 0.2).bound == 0.1
    assert load_borrowed(tmp_path, 0.07).answer.threshold == 0.95
    assert load_borrowed(tmp_path, 0.01).answer.threshold == load_borrowed(tmp_path, 0.01).cards.threshold == NEVER


def test_the_built_in_calibrations_grow_bolder_with_the_bound() -> None:
    thresholds = [load_borrowed(bound=bound).answer.threshold for bound in (0.02, 0.05, 0.1, 0.2, 0.3)]
    assert thresholds == sorted(thresholds, reverse=True)
    assert load_borrowed(bound=0.1).bound == 0.1
