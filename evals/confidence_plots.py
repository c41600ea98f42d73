"""The plots of a measurement of confidence: what answering more costs, and whether probabilities are to be believed."""

from collections.abc import Sequence

from evals.curves import reliability, risk_coverage
from evals.plots import Level, Point
from evals.plots import reliability as draw_reliability
from evals.plots import risk_coverage as draw_risk_coverage
from evals.svg import Caption
from indexer.calibrate import Calibration
from indexer.risk import upper_limit
from knowledge.sentences import DEFAULT_LANGUAGE, say

BOTH_SIDES = 0.025
"""What a 95 % interval leaves out on each side."""


def of_mix(mix: str, sure: Sequence[float], right: Sequence[bool], calibration: Calibration) -> dict[str, str]:
    """SVG by file name."""
    name = mix.replace(" ", "-")
    return {
        f"risk-coverage-{name}.svg": _risk(mix, name, sure, right, calibration),
        f"reliability-{name}.svg": _reliability(mix, name, sure, right),
    }


def _risk(mix: str, name: str, sure: Sequence[float], right: Sequence[bool], calibration: Calibration) -> str:
    curve = risk_coverage(sure, right)
    answered = sum(each >= calibration.answer.threshold for each in sure) / len(sure)
    bound = Level(calibration.bound, _say("risk_bound", bound=calibration.bound))
    chosen = Level(answered, _say("risk_chosen", share=answered)) if answered else None
    caption = Caption(f"risk-{name}", _say("risk", mix=_say(f"mixes.{mix}")), _say("risk_described", all=curve[-1][1]))
    return draw_risk_coverage(caption, curve, _say("risk_x"), _say("risk_y"), bound, chosen)


def _reliability(mix: str, name: str, sure: Sequence[float], right: Sequence[bool]) -> str:
    points = []
    for each in reliability(sure, right):
        hits = round(each.right * each.questions)
        low = 1 - upper_limit(each.questions - hits, each.questions, BOTH_SIDES)
        high = upper_limit(hits, each.questions, BOTH_SIDES)
        points.append(Point(f"{each.confidence:.4f}", each.right, low, high))
    caption = Caption(
        f"reliability-{name}", _say("reliability", mix=_say(f"mixes.{mix}")), _say("reliability_described", count=len(sure))
    )
    return draw_reliability(caption, points, _say("reliability_x"), _say("reliability_y"), _say("reliability_ideal"))


def _say(key: str, **values: object) -> str:
    return say("evals", f"confidence.{key}", DEFAULT_LANGUAGE, **values)
