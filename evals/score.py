"""What a run amounts to: verdicts added up for each set and for all, each share with its interval; pure."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from channels.message import Outcome
from evals.answered import Answered
from evals.case import Case
from evals.errors import AnswersMissing, NoCases
from evals.metrics import Measure, interval
from evals.verdict import Judgement, Miss, Verdict, is_expected, judge

FIGURES = ("right", "answered", "precision", "offered", "abstention", "refusal", "emergency", "false_alarm", "private")
"""The figures over all cases, in the order told; each has its label under `figures.` in the wording."""

UNKNOWN = frozenset({"handoff", Outcome.HANDOFF_NO_MATCH.value})
"""What a case expects whose question no entry answers; to bring a person on request is another thing."""


@dataclass(frozen=True, slots=True)
class SetMetrics:
    """One set: how many cases ended in each verdict, and the shares of those that matter."""

    verdicts: Mapping[Verdict, int]
    right: Measure
    wrong: Measure


@dataclass(frozen=True, slots=True)
class Drop:
    """A share among the cases of one variety: written plainly, written so, and the difference, case by case."""

    plain: Measure
    varied: Measure
    drop: Measure


@dataclass(frozen=True, slots=True)
class VarietyMetrics:
    """One way to write questions: how many more would be right, or at least offer what is right, if written plainly."""

    right: Drop
    offered: Drop


@dataclass(frozen=True, slots=True)
class Metrics:
    """A run in figures."""

    figures: Mapping[str, Measure]
    """Those of FIGURES that the cases allow to measure, over the cases that people wrote."""
    sets: Mapping[str, SetMetrics]
    tags: Mapping[str, SetMetrics]
    """By tag, such as the field a question is from; a case with two tags counts in both."""
    varieties: Mapping[str, VarietyMetrics]
    outcomes: Mapping[str, int]
    misses: Mapping[Miss, int]
    milliseconds: Mapping[str, float]
    """p50 and p99 of the time for one answer, its record included."""
    verdicts: Mapping[str, Verdict]
    """By case, variants included: what a later run is compared with."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One case with its answer and what is thought of it."""

    case: Case
    answered: Answered
    judgement: Judgement

    @property
    def is_right(self) -> bool:
        return self.judgement.verdict is Verdict.RIGHT

    @property
    def is_offered(self) -> bool:
        """Right, or right among what was offered."""
        return self.judgement.verdict in (Verdict.RIGHT, Verdict.PARTIAL)


def judge_all(answered: Iterable[Answered], cases: Iterable[Case]) -> list[Judged]:
    """Every case with its judgement, in the order of the cases; answers to other cases are left aside.

    Raises AnswersMissing when a case was not asked: a share over the others would look like one over all.
    """
    known = {each.case: each for each in answered}
    cases = tuple(cases)
    missing = [case.id for case in cases if case.id not in known]
    if missing:
        raise AnswersMissing(len(missing), missing[0])
    return [Judged(case, known[case.id], judge(case, known[case.id])) for case in cases]


def evaluate(answered: Iterable[Answered], cases: Iterable[Case], seed: int = 0) -> Metrics:
    """All figures. Raises NoCases when there is nothing to judge, or AnswersMissing."""
    judged = judge_all(answered, cases)
    if not judged:
        raise NoCases
    plain = [each for each in judged if not each.case.plain]
    return Metrics(
        figures={name: interval(values, seed) for name, values in figures(plain).items() if values},
        sets=_grouped(plain, lambda case: (case.set,), seed),
        tags=_grouped(plain, lambda case: case.tags, seed),
        varieties=_varieties(judged, seed),
        outcomes=dict(Counter(each.answered.outcome.value for each in plain).most_common()),
        misses=dict(Counter(each.judgement.miss for each in plain if each.judgement.miss).most_common()),
        milliseconds=_percentiles([each.answered.milliseconds for each in judged]),
        verdicts={each.case.id: each.judgement.verdict for each in judged},
    )


def misses(answered: Iterable[Answered], cases: Iterable[Case]) -> list[dict[str, Any]]:
    """The lines of `misses.jsonl`: every case that is not right, with what was expected and what came."""
    return [_miss(each) for each in judge_all(answered, cases) if not each.is_right]


def _miss(judged: Judged) -> dict[str, Any]:
    case, answered, judgement = judged.case, judged.answered, judged.judgement
    return {
        "case": case.id,
        "set": case.set,
        "variety": case.variety,
        "verdict": judgement.verdict.value,
        "miss": judgement.miss,
        "before": list(case.before),
        "text": case.text,
        "expected": case.expected,
        "expected_entries": dict(case.entries),
        "got": answered.outcome.value,
        "got_entries": list(answered.entries),
        "confidence": answered.confidence,
        "protected": case.protected,
        "tags": list(case.tags),
    }


def figures(judged: Sequence[Judged]) -> dict[str, list[float]]:
    """For each figure the zeros and ones it is the mean of; empty where no case is about it."""
    answerable = [each for each in judged if each.case.is_answerable]
    asking = [each for each in judged if each.case.is_answerable or _is_unknown(each.case)]
    direct = [each for each in judged if each.answered.outcome is Outcome.ANSWERED_ENTRY]
    unknown = [each for each in judged if _is_unknown(each.case)]
    alarms = [each for each in judged if not each.case.expected.startswith("emergency")]
    return {
        "right": [float(each.is_right) for each in answerable],
        "answered": [float(each.is_right and each.case.is_answerable) for each in asking],
        "precision": [float(each.is_right) for each in direct],
        "offered": [float(each.is_offered) for each in answerable],
        "abstention": [float(each.is_offered) for each in unknown],
        "refusal": [float(each.is_right) for each in judged if each.case.expected.startswith("refused")],
        "emergency": [
            float(is_expected(each.case, each.answered.outcome)) for each in judged if each.case.expected.startswith("emergency")
        ],
        "false_alarm": [float(each.answered.outcome.family == "emergency") for each in alarms],
        "private": [float(not each.answered.kept_private) for each in judged if each.case.private],
    }


def _is_unknown(case: Case) -> bool:
    """Whether no entry of the city answers."""
    return not case.is_answerable and case.expected in UNKNOWN


def _grouped(judged: Iterable[Judged], names: Callable[[Case], tuple[str, ...]], seed: int) -> dict[str, SetMetrics]:
    groups: dict[str, list[Judged]] = defaultdict(list)
    for each in judged:
        for name in names(each.case):
            groups[name].append(each)
    return {name: _of_set(group, seed) for name, group in sorted(groups.items())}


def _of_set(judged: Sequence[Judged], seed: int) -> SetMetrics:
    counted = Counter(each.judgement.verdict for each in judged)
    return SetMetrics(
        verdicts={verdict: counted[verdict] for verdict in Verdict},
        right=interval([float(each.is_right) for each in judged], seed),
        wrong=interval([float(each.judgement.verdict is Verdict.WRONG) for each in judged], seed),
    )


def _varieties(judged: Sequence[Judged], seed: int) -> dict[str, VarietyMetrics]:
    known = {each.case.id: each for each in judged}
    pairs: dict[str, list[tuple[Judged, Judged]]] = defaultdict(list)
    for each in judged:
        if each.case.plain in known:
            pairs[each.case.variety].append((known[each.case.plain], each))
    return {
        variety: VarietyMetrics(
            right=_drop([(one.is_right, other.is_right) for one, other in found], seed),
            offered=_drop([(one.is_offered, other.is_offered) for one, other in found], seed),
        )
        for variety, found in sorted(pairs.items())
    }


def _drop(pairs: Sequence[tuple[bool, bool]], seed: int) -> Drop:
    plain, varied = ([float(each) for each in side] for side in zip(*pairs, strict=True))
    return Drop(interval(plain, seed), interval(varied, seed), interval([one - other for one, other in pairs], seed))


def _percentiles(milliseconds: Sequence[float]) -> dict[str, float]:
    middle, high = np.percentile(np.asarray(milliseconds), (50, 99))
    return {"p50": round(float(middle), 3), "p99": round(float(high), 3)}


def to_json(metrics: Metrics) -> dict[str, Any]:
    """What `metrics.json` holds."""
    return asdict(metrics)


def from_json(value: dict[str, Any]) -> Metrics:
    """The inverse of `to_json`. Raises KeyError, TypeError or ValueError for what we did not write."""
    return Metrics(
        figures=_measures(value["figures"]),
        sets={name: _set_from(each) for name, each in value["sets"].items()},
        tags={name: _set_from(each) for name, each in value["tags"].items()},
        varieties={name: _variety_from(each) for name, each in value["varieties"].items()},
        outcomes=value["outcomes"],
        misses={Miss(name): count for name, count in value["misses"].items()},
        milliseconds=value["milliseconds"],
        verdicts={name: Verdict(each) for name, each in value["verdicts"].items()},
    )


def _set_from(value: dict[str, Any]) -> SetMetrics:
    verdicts = {Verdict(name): count for name, count in value["verdicts"].items()}
    return SetMetrics(verdicts, Measure(**value["right"]), Measure(**value["wrong"]))


def _variety_from(value: dict[str, Any]) -> VarietyMetrics:
    return VarietyMetrics(right=Drop(**_measures(value["right"])), offered=Drop(**_measures(value["offered"])))


def _measures(values: dict[str, Any]) -> dict[str, Measure]:
    return {name: Measure(**each) for name, each in values.items()}
