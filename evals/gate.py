"""The gate: whether a candidate may follow the snapshot in use, judged on the cases that both were asked; pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evals.answered import Answered
from evals.case import Case
from evals.metrics import INTERVAL, RESAMPLES, Measure
from evals.night import FigureChange, Flip
from evals.score import Judged, figures, judge_all
from evals.verdict import Verdict
from knowledge.sentences import say, wording

FEWEST = 20
"""Cases that a figure needs before its fall alone can stop a candidate: of fewer, each is a large part."""

NAMED = 5
"""Questions named in one reason; the others are in the report."""

_LOWER_IS_BETTER = frozenset({"false_alarm"})
_SET = "set:"
_VARIETY = "variety:"


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the candidate did beside the snapshot in use."""

    changes: tuple[FigureChange, ...]
    flips: tuple[Flip, ...]
    """Worse ones first."""

    @property
    def harmed(self) -> tuple[Flip, ...]:
        """Protected cases that the candidate answers wrongly, or shows nothing right for any more."""
        return tuple(flip for flip in self.flips if flip.protected and _is_harm(flip))

    @property
    def fallen(self) -> tuple[FigureChange, ...]:
        """Figures that are worse by more than their noise."""
        return tuple(change for change in self.changes if change.fell)


def compare(cases: Iterable[Case], before: Iterable[Answered], after: Iterable[Answered], seed: int = 0) -> Comparison:
    """Compare over the cases that both answered; of new or changed sets only what they have in common counts."""
    old, new = {each.case: each for each in before}, {each.case: each for each in after}
    common = [case for case in cases if case.id in old and case.id in new]
    pairs = list(zip(judge_all(old.values(), common), judge_all(new.values(), common), strict=True))
    return Comparison(tuple(_changes(pairs, seed)), tuple(sorted(_flips(pairs), key=_badness)))


def reasons(comparison: Comparison, name: Callable[[str], str]) -> list[str]:
    """Sentences on why the candidate must not follow; none when it may. `name` tells an entry by its question."""
    return [_harm(flip, name) for flip in comparison.harmed] + [_fall(change, comparison, name) for change in comparison.fallen]


def label(figure: str) -> str:
    """What a figure is called."""
    for prefix, table in ((_SET, "sets"), (_VARIETY, "varieties")):
        if figure.startswith(prefix):
            name = figure.removeprefix(prefix)
            # A city may have sets of its own, which nobody has translated.
            return say("evals", f"gate.{table}", name=wording("evals").get(f"{table}.{name}", name))
    return wording("evals")[f"figures.{figure}"]


_Pair = tuple[Judged, Judged]
_Share = tuple[float, float]
"""What one case adds to a share, above and below the line."""


def _changes(pairs: Sequence[_Pair], seed: int) -> Iterator[FigureChange]:
    shares: dict[str, list[tuple[_Share, _Share]]] = {}
    for old, new in pairs:
        left, right = _shares(old), _shares(new)
        for figure in {**left, **right}:
            shares.setdefault(figure, []).append((left.get(figure, (0.0, 0.0)), right.get(figure, (0.0, 0.0))))
    for figure, rows in shares.items():
        change = _change(figure, np.asarray(rows, float).reshape(len(rows), 4), seed)
        if change:
            yield change


def _shares(judged: Judged) -> dict[str, _Share]:
    """The figures that a case counts in: those over what people wrote, its set's, or its variety's."""
    case = judged.case
    if case.plain:
        return {f"{_VARIETY}{case.variety}": (float(judged.is_right), 1.0)}
    own = {figure: (values[0], 1.0) for figure, values in figures([judged]).items() if values}
    return {**own, f"{_SET}{case.set}": (float(judged.is_right), 1.0)}


def _change(figure: str, rows: npt.NDArray[np.float64], seed: int) -> FigureChange | None:
    """None where one of the two says nothing about the figure, as when no question was answered directly."""
    sums = rows.sum(axis=0)
    if not sums[1] or not sums[3]:
        return None
    before, after = sums[0] / sums[1], sums[2] / sums[3]
    difference = _paired(rows, float(after - before), seed)
    worse = difference.low > 0 if figure in _LOWER_IS_BETTER else difference.high < 0
    return FigureChange(figure, float(before), float(after), difference, fell=bool(worse and len(rows) >= FEWEST))


def _paired(rows: npt.NDArray[np.float64], difference: float, seed: int) -> Measure:
    """The difference of two shares with its percentile interval, cases drawn together (Efron and Tibshirani 1993, ch. 13).

    Cases that add the same are drawn by their count, so that a hundred thousand cost no more than a hundred.
    """
    distinct, counts = np.unique(rows, axis=0, return_counts=True)
    drawn = np.random.default_rng(seed).multinomial(len(rows), counts / len(rows), RESAMPLES) @ distinct
    kept = drawn[(drawn[:, 1] > 0) & (drawn[:, 3] > 0)]
    low, high = np.percentile(kept[:, 2] / kept[:, 3] - kept[:, 0] / kept[:, 1], INTERVAL)
    return Measure(difference, float(low), float(high), len(rows))


def _flips(pairs: Iterable[_Pair]) -> Iterator[Flip]:
    for old, new in pairs:
        if old.judgement.verdict is not new.judgement.verdict:
            case = new.case
            yield Flip(
                case=case.id,
                text=case.text,
                set=case.set,
                variety=case.variety,
                entries=tuple(case.entries),
                shown=new.answered.entries,
                outcome=new.answered.outcome.value,
                before=old.judgement.verdict,
                after=new.judgement.verdict,
                protected=case.protected,
            )


_RANK: Mapping[Verdict, int] = {Verdict.RIGHT: 0, Verdict.PARTIAL: 1, Verdict.MISSED: 2, Verdict.WRONG: 3}


def _is_harm(flip: Flip) -> bool:
    """Something wrong is told, or of what is right nothing is shown any more; to be less sure of it is no harm."""
    lost = bool(flip.entries) and flip.before is not Verdict.WRONG and flip.after is Verdict.MISSED
    return flip.after is Verdict.WRONG or lost


def _badness(flip: Flip) -> tuple[int, bool, str]:
    return _RANK[flip.before] - _RANK[flip.after], not flip.protected, flip.case


def _harm(flip: Flip, name: Callable[[str], str]) -> str:
    return say("evals", "gate.harmed", **_told(flip, name))


def _fall(change: FigureChange, comparison: Comparison, name: Callable[[str], str]) -> str:
    sentence = say(
        "evals",
        "gate.fell",
        figure=label(change.name),
        before=change.before,
        after=change.after,
        low=change.difference.low,
        high=change.difference.high,
        cases=change.difference.queries,
    )
    named = [say("evals", "gate.example", **_told(flip, name)) for flip in _behind(change, comparison)[:NAMED]]
    return "".join([sentence, *named])


def _behind(change: FigureChange, comparison: Comparison) -> list[Flip]:
    """The worse answers that a figure may have fallen by."""
    worse = [flip for flip in comparison.flips if _RANK[flip.after] > _RANK[flip.before]]
    if change.name.startswith(_SET):
        return [flip for flip in worse if not flip.variety and flip.set == change.name.removeprefix(_SET)]
    if change.name.startswith(_VARIETY):
        return [flip for flip in worse if flip.variety == change.name.removeprefix(_VARIETY)]
    return [flip for flip in worse if not flip.variety]


def _told(flip: Flip, name: Callable[[str], str]) -> dict[str, str]:
    nothing = say("evals", "gate.nothing")
    return {
        "case": flip.case,
        "text": flip.text,
        "wanted": "、".join(map(name, flip.entries)) or nothing,
        "shown": "、".join(map(name, flip.shown)) or nothing,
        "before": say("evals", f"verdicts.{flip.before}"),
        "after": say("evals", f"verdicts.{flip.after}"),
    }
