"""Thresholds that keep the share of wrong answers under a bound, with a stated confidence."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

BOUND = 0.10
"""The share of wrong answers among those given that a site accepts, unless it chooses another."""

DOUBT = 0.10
"""How often, over many calibrations, the promise may be broken: 1 - DOUBT is the stated confidence."""

STEPS = 50
"""Thresholds tried, from the strictest down."""

PATIENCE = 3
"""The strictest threshold gives this many times the fewest answers that could pass: one unlucky answer decides nothing."""

STRICTEST = 20
"""… and at least one answer for so many questions."""

MOST_NEEDED = 10_000
"""Answers beyond which it is no use to name a number."""

NEVER = 1.01
"""A threshold that no confidence reaches."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One question whose answer is known."""

    confidence: float
    right: bool
    about: str
    """What it is about: questions about the same thing are not independent of each other."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A threshold and what is known of it."""

    threshold: float
    """Confidence from which an answer is given; `NEVER` when no threshold is good enough."""
    questions: int
    """Questions it was tried on."""
    given: int
    wrong: int
    highest: float
    """Upper limit of the share of wrong answers, at the stated confidence."""
    independent: int = 0
    """Answers to unrelated questions that would say as much as those given."""
    tested: bool = False
    """Whether the threshold was found by testing one after the other, and not by looking for the best afterwards."""

    def holds(self, bound: float) -> bool:
        """Whether the share of wrong answers is under the bound with the stated confidence, and not only by what was seen."""
        return self.tested and self.given > 0 and self.highest <= bound


NOTHING_PROMISED = Promise(NEVER, 0, 0, 0, 1.0)


def promise(tried: Sequence[Tried], bound: float = BOUND, doubt: float = DOUBT) -> Promise:
    """The lowest threshold whose share of wrong answers is under `bound` with confidence 1 - `doubt`.

    Fixed-sequence testing (Angelopoulos, Bates, Candès, Jordan and Lei, "Learn then Test", 2021): thresholds are tried from
    the strictest down, each by the exact upper limit of Clopper and Pearson (Biometrika 1934), and the first failure ends
    it, so that trying many costs no confidence.
    """
    ranked, alike = _ranked(tried), likeness(tried)
    found = replace(NOTHING_PROMISED, questions=len(ranked))
    least = min(max(PATIENCE * least_questions(bound, doubt), len(ranked) // STRICTEST), max(len(ranked), 1))
    for given in _sizes(ranked, least):
        seen = _seen(ranked, given, alike, doubt)
        if seen.highest > bound:
            break
        found = replace(seen, tested=True)
    return found


def estimate(tried: Sequence[Tried], bound: float = BOUND, doubt: float = DOUBT) -> Promise:
    """The lowest threshold whose observed share of wrong answers is under `bound`: a starting point, not a promise."""
    ranked, alike = _ranked(tried), likeness(tried)
    found = replace(NOTHING_PROMISED, questions=len(ranked))
    for given in _sizes(ranked, least_questions(bound, doubt)):
        seen = _seen(ranked, given, alike, doubt)
        if seen.wrong <= bound * given:
            found = seen
    return found


def least_questions(bound: float = BOUND, doubt: float = DOUBT) -> int:
    """How many answers, all right, it takes to promise the bound at all."""
    return math.ceil(math.log(doubt) / math.log(1 - bound))


def times_needed(found: Promise, bound: float, doubt: float = DOUBT) -> float | None:
    """About how many times the questions it would take to promise the bound; None when no sensible number would do."""
    if found.holds(bound):
        return 1.0
    if not found.independent or found.wrong >= bound * found.given:
        return None
    share, size = found.wrong / found.given, found.independent + 1
    while upper_limit(math.ceil(share * size), size, doubt) > bound:
        size += max(size // 20, 1)
        if size > MOST_NEEDED:
            return None
    return size / found.independent


def likeness(tried: Sequence[Tried]) -> float:
    """How much being right depends on what a question is about: 0 not at all, 1 all questions about a thing end alike.

    The intraclass correlation by analysis of variance (Fleiss, Levin and Paik, "Statistical Methods for Rates and
    Proportions", 2003, 15.2).
    """
    sizes = Counter(each.about for each in tried)
    rights = Counter(each.about for each in tried if each.right)
    total, things = len(tried), len(sizes)
    if not 1 < things < total:
        return 0.0
    mean = sum(rights.values()) / total
    between = sum(size * (rights[about] / size - mean) ** 2 for about, size in sizes.items()) / (things - 1)
    within = sum(rights[about] * (1 - rights[about] / size) for about, size in sizes.items()) / (total - things)
    usual = (total - sum(size * size for size in sizes.values()) / total) / (things - 1)
    variance = between + (usual - 1) * within
    return min(max((between - within) / variance, 0.0), 1.0) if variance > 0 else 0.0


def upper_limit(wrong: int, given: int, doubt: float = DOUBT) -> float:
    """The largest true share of wrong answers under which `wrong` or fewer of `given` still have probability `doubt`."""
    if wrong >= given:
        return 1.0
    low, high = wrong / given, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(wrong, given, middle) > doubt else (low, middle)
    return high


def _ranked(tried: Sequence[Tried]) -> list[Tried]:
    return sorted(tried, key=lambda each: -each.confidence)


def _seen(ranked: Sequence[Tried], given: int, alike: float, doubt: float) -> Promise:
    """What giving the surest answers shows.

    Several questions about one thing count as fewer: their number is divided by Kish's design effect ("Survey Sampling",
    1965), as Korn and Graubard do for exact limits (Survey Methodology 1998); halves are rounded to the careful side.
    """
    answers = ranked[:given]
    wrong = sum(not each.right for each in answers)
    squares = sum(size * size for size in Counter(each.about for each in answers).values())
    effect = 1 + (squares / given - 1) * alike
    independent = int(given / effect)
    highest = upper_limit(math.ceil(wrong / effect), independent, doubt)
    # Rounded down, so that the last answer given still passes and the manifest can be read.
    threshold = math.floor(answers[-1].confidence * 1e6) / 1e6
    return Promise(threshold, len(ranked), given, wrong, round(highest, 6), independent)


def _sizes(ranked: Sequence[Tried], least: int) -> list[int]:
    """How many answers each threshold gives, ending where confidences differ so that a threshold really gives that many."""
    step = max(1, (len(ranked) - least) // STEPS)
    sizes = range(least, len(ranked) + 1, step)
    return [size for size in sizes if size == len(ranked) or ranked[size - 1].confidence > ranked[size].confidence]


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
