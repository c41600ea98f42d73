"""What the head of a division reads of a night: one paragraph, and what there is to do today."""

from collections.abc import Sequence
from dataclasses import dataclass

from evals import told
from evals.night import Decision, FigureChange, Flip, Night, NightState, PageChange, ProposalKind
from evals.score import Metrics
from evals.verdict import Verdict
from indexer.calibrate import Calibration, Source
from knowledge.sentences import say

GOODNESS = (Verdict.WRONG, Verdict.MISSED, Verdict.PARTIAL, Verdict.RIGHT)
"""From the worst to the best."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do, and the part of the report that it is about."""

    words: str
    place: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The first page of a report."""

    ending: str
    """A decision, or `abandoned`."""
    paragraph: str
    tasks: tuple[Task, ...]


def summarise(night: Night, history: Sequence[Night]) -> Summary:
    """Pure: the sentences that are true of this night, in the order in which they are read."""
    sentences = (*_decided(night), *_measured(night, history), *promised(in_use(night)))
    return Summary(ending(night), "".join(sentences), tuple(_tasks(night)))


def ending(night: Night) -> str:
    """How the night ended, as a key of `decisions` in the wording."""
    return "abandoned" if night.state is NightState.ABANDONED else night.decision.value


def in_use(night: Night) -> Calibration | None:
    """What residents are answered by since that night."""
    return night.calibration_before if night.decision is Decision.REFUSED else night.calibration


def wrong(metrics: Metrics) -> tuple[int, int]:
    """How many cases ended wrong, and how many there are; other ways to write a case do not count."""
    verdicts = [each.verdicts for each in metrics.sets.values()]
    return sum(each[Verdict.WRONG] for each in verdicts), sum(sum(each.values()) for each in verdicts)


def flips(night: Night, worse: bool) -> tuple[list[Flip], int]:
    """The cases as people wrote them that became worse, or better, protected ones first; and how many other ways to write."""
    found = [each for each in night.flips if (GOODNESS.index(each.after) < GOODNESS.index(each.before)) == worse]
    plain = [each for each in found if not each.variety]
    return sorted(plain, key=lambda each: (not each.protected, GOODNESS.index(each.after), each.case)), len(found) - len(plain)


def changed(pages: Sequence[PageChange]) -> list[PageChange]:
    """The pages that were read and say something else."""
    return [page for page in pages if not page.problem]


def _decided(night: Night) -> list[str]:
    key = ending(night)
    said = [
        say("evals", f"summary.{key}", day=told.day(night.started_at), entries=night.entries, override=told.short(night.override))
    ]
    if night.decision is Decision.REFUSED and night.reasons and key != "abandoned":
        first, *others = night.reasons
        said.append(say("evals", "summary.reason", reason=told.first_sentence(told.short(first))))
        said += [say("evals", "summary.more_reasons", count=len(others))] if others else []
    return said


def _measured(night: Night, history: Sequence[Night]) -> list[str]:
    if night.state is NightState.ABANDONED:
        return []
    if night.metrics is None:
        return [say("evals", "summary.no_cases")]
    return [*_compared(night, night.metrics, history), *_counted(night.metrics)]


def _compared(night: Night, metrics: Metrics, history: Sequence[Night]) -> list[str]:
    """The share of right answers, held against the snapshot in use where both were asked the same."""
    if "right" not in metrics.figures:
        return []
    after = told.percent(metrics.figures["right"].mean)
    if change := next((each for each in night.changes if each.name == "right"), None):
        return [_change(change)]
    last = next((each for each in reversed(history) if each.metrics and "right" in each.metrics.figures), None)
    if last is None or last.metrics is None:
        return [say("evals", "summary.first", after=after)]
    before = told.percent(last.metrics.figures["right"].mean)
    return [say("evals", "summary.not_compared", after=after, before=before, day=told.day(last.started_at))]


def _change(change: FigureChange) -> str:
    key = "better" if change.difference.low > 0 else "worse" if change.difference.high < 0 else "same"
    before, after = told.percent(change.before), told.percent(change.after)
    return say("evals", f"summary.{key}", before=before, after=after, questions=change.difference.queries)


def _counted(metrics: Metrics) -> list[str]:
    shares = {name: told.percent(metrics.figures[name].mean) for name in ("answered", "offered") if name in metrics.figures}
    said = [say("evals", f"summary.{name}", **{name: share}) for name, share in shares.items()]
    count, questions = wrong(metrics)
    return [*said, say("evals", "summary.wrong" if count else "summary.no_wrong", questions=questions, wrong=count)]


def promised(calibration: Calibration | None) -> list[str]:
    """What may be said of the share of wrong answers, if anything."""
    if calibration is None:
        return []
    return [
        say(
            "evals",
            f"summary.promise_{_promise_of(calibration)}",
            bound=told.whole_percent(calibration.bound),
            sure=told.whole_percent(1 - calibration.doubt),
            needed=calibration.needed,
            questions=calibration.answer.questions,
            given=calibration.answer.given,
            wrong=calibration.answer.wrong,
        )
    ]


def _promise_of(calibration: Calibration) -> str:
    if not calibration.answer.given:
        return "nothing"
    if calibration.source is Source.BORROWED:
        return "borrowed"
    return "given" if calibration.answer_promised else "aimed_at"


def _tasks(night: Night) -> list[Task]:
    counted = (*_tasks_of_gate(night), *_tasks_of_pages(night), *_tasks_of_proposals(night))
    tasks = [
        Task(say("evals", f"tasks.{key}", count=count, pages=len(changed(night.pages)), entries=count), place)
        for key, place, count in counted
        if count
    ]
    return tasks or [Task(say("evals", "tasks.nothing"), "")]


def _tasks_of_gate(night: Night) -> list[tuple[str, str, int]]:
    if night.state is NightState.ABANDONED:
        return [("abandoned", "technical", 1)]
    worse = len(flips(night, worse=True)[0])
    refused = night.decision is Decision.REFUSED
    return [
        ("flips", "gate", worse),
        ("refused", "gate", int(refused and not worse)),
        ("cases", "figures", int(night.metrics is None)),
        ("remarks", "technical", len(night.remarks)),
    ]


def _tasks_of_pages(night: Night) -> list[tuple[str, str, int]]:
    pages = changed(night.pages)
    quoting = {entry for page in pages for entry in page.quoted_by}
    return [
        ("quoted", "pages", len(quoting)),
        ("pages", "pages", 0 if quoting else len(pages)),
        ("drafts", "pages", sum(len(page.drafts) for page in night.pages)),
        ("kept", "pages", len(night.pages) - len(pages)),
    ]


def _tasks_of_proposals(night: Night) -> list[tuple[str, str, int]]:
    return [
        (kind.value, "proposals", sum(each.kind is kind for each in night.proposals))
        for kind in (ProposalKind.NEW_ENTRY, ProposalKind.WORDING)
    ]
