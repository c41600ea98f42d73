"""Says in plain words what a calibration promises, on how many questions, and what it does not."""

from indexer.calibrate import LEAST_TRIALS, Calibration, Source
from indexer.rehearse import HIDDEN
from indexer.risk import Promise
from knowledge.sentences import DEFAULT_LANGUAGE, say


def explained(calibration: Calibration) -> str:
    """One paragraph for a division head."""
    source = calibration.source
    sentences = [_say(f"tested.{source}", questions=calibration.answer.questions, one_in=HIDDEN, least=LEAST_TRIALS)]
    if source is not Source.BORROWED:
        bound, wide = calibration.bound, calibration.cards_bound
        sentences += [_about("answer", calibration.answer, calibration.answer_promised, bound, calibration.doubt)]
        sentences += [_about("cards", calibration.cards, calibration.cards_promised, wide, calibration.doubt)]
        sentences += [_needed(calibration)]
    sentences += [_say(f"not_promised.{source}", least=LEAST_TRIALS)]
    return "".join(filter(None, sentences))


def from_when(found: Promise) -> str:
    """From how sure on an answer is given: 75%以上, or never."""
    return _say("from", threshold=found.threshold) if found.threshold <= 1 else _say("from_never")


def _about(what: str, found: Promise, is_promised: bool, bound: float, doubt: float) -> str:
    if not found.given:
        return _say(f"{what}.never", bound=bound)
    told = _say(
        f"{what}.{'promised' if is_promised else 'aimed_at'}",
        given=found.given,
        wrong=found.wrong,
        bound=bound,
        certain=1 - doubt,
        threshold=found.threshold,
    )
    return told + (_say("independent", independent=found.independent) if found.independent < found.given else "")


def _needed(calibration: Calibration) -> str:
    if calibration.answer_promised and calibration.cards_promised:
        return ""
    return _say("needed", needed=calibration.needed) if calibration.needed else _say("not_by_number")


def _say(key: str, **values: object) -> str:
    return say("indexer", f"promise.{key}", DEFAULT_LANGUAGE, **values)
