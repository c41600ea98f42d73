"""Thresholds that keep the share of wrong answers under a bound, with a stated confidence."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

BOUND = 0.10
"""The share of wrong answers among those given that a site accepts, unless it chooses another."""

DOUBT = 0.10
"""How often, over many calibrations, the promise may be broken: 1 - DOUBT is the stated confidence."""

STEPS = 50
"""Thresholds tried, from the strictest down."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A threshold and what is known of it."""

    threshold: float
    """Confidence from which an answer is given; 1.01 when nothing can be promised."""
    questions: int
    """Questions it was tried on."""
    given: int
    wrong: int
    highest: float
    """Upper limit of the share of wrong answers, at the stated confidence."""


PATIENCE = 3
"""The strictest threshold gives this many times the fewest answers that could pass: one unlucky answer decides nothing."""

STRICTEST = 20
"""… and at least one answer for so many questions."""

NEVER = 1.01
NOTHING_PROMISED = Promise(NEVER, 0, 0, 0, 1.0)


def promise(confidences: Sequence[float], right: Sequence[bool], bound: float = BOUND, doubt: float = DOUBT) -> Promise:
    """The lowest threshold whose share of wrong answers is under `bound` with confidence 1 - `doubt`.

    Fixed-sequence testing (Angelopoulos, Bates, Candès, Jordan and Lei, "Learn then Test", 2021): thresholds are tried from
    the strictest down, each by the exact upper limit of Clopper and Pearson (Biometrika 1934), and the first failure ends
    it, so that trying many costs no confidence.
    """
    ranked = sorted(zip(confidences, right, strict=True), key=lambda pair: -pair[0])
    found = replace(NOTHING_PROMISED, questions=len(ranked))
    least = min(max(PATIENCE * least_questions(bound, doubt), len(ranked) // STRICTEST), max(len(ranked), 1))
    for given in _sizes(ranked, least):
        wrong = sum(not ok for _, ok in ranked[:given])
        highest = upper_limit(wrong, given, doubt)
        if highest > bound:
            break
        found = _promise(ranked, given, wrong, highest)
    return found


def estimate(confidences: Sequence[float], right: Sequence[bool], bound: float = BOUND, doubt: float = DOUBT) -> Promise:
    """The lowest threshold whose observed share of wrong answers is under `bound`: a starting point, not a promise."""
    ranked = sorted(zip(confidences, right, strict=True), key=lambda pair: -pair[0])
    found = replace(NOTHING_PROMISED, questions=len(ranked))
    for given in _sizes(ranked, least_questions(bound, doubt)):
        wrong = sum(not ok for _, ok in ranked[:given])
        if wrong <= bound * given:
            found = _promise(ranked, given, wrong, upper_limit(wrong, given, doubt))
    return found


def _promise(ranked: Sequence[tuple[float, bool]], given: int, wrong: int, highest: float) -> Promise:
    """Rounded down, so that the last answer given still passes and the manifest can be read."""
    return Promise(math.floor(ranked[given - 1][0] * 1e6) / 1e6, len(ranked), given, wrong, round(highest, 6))


def least_questions(bound: float = BOUND, doubt: float = DOUBT) -> int:
    """How many answers, all right, it takes to promise the bound at all."""
    return math.ceil(math.log(doubt) / math.log(1 - bound))


def upper_limit(wrong: int, given: int, doubt: float = DOUBT) -> float:
    """The largest true share of wrong answers under which `wrong` or fewer of `given` still have probability `doubt`."""
    if wrong >= given:
        return 1.0
    low, high = wrong / given, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(wrong, given, middle) > doubt else (low, middle)
    return high


def _at_most(wrong: int, given: int, share: float) -> float:
    """P(Binomial(given, share) ≤ wrong)."""
    if not 0 < share < 1:
        return float(share <= 0)
    log_terms = (
        math.lgamma(given + 1)
        - math.lgamma(k + 1)
        - math.lgamma(given - k + 1)
        + k * math.log(share)
        + (given - k) * math.log1p(-share)
        for k in range(wrong + 1)
    )
    return sum(math.exp(term) for term in log_terms)


def _sizes(ranked: Sequence[tuple[float, bool]], least: int) -> list[int]:
    """How many answers each threshold gives, ending where confidences differ so that a threshold really gives that many."""
    step = max(1, (len(ranked) - least) // STEPS)
    sizes = range(least, len(ranked) + 1, step)
    return [size for size in sizes if size == len(ranked) or ranked[size - 1][0] > ranked[size][0]]
