"""The steps that decide what becomes of the candidate, and do it."""

from evals.candidate import in_use
from evals.gate import Comparison, compare, reasons
from evals.night import Decision, plain
from evals.night_answers import cases_of, live_answers, open_before, open_candidate, run_of
from evals.night_work import Work
from knowledge.sentences import say

_GOES_LIVE = (Decision.PROMOTED, Decision.PROMOTED_ANYWAY)


def decide(work: Work) -> object:
    """Hold the candidate against the snapshot in use; nothing is done yet."""
    run = run_of(work)
    comparison = compare(cases_of(work), live_answers(work), run.answers()) if run else Comparison((), ())
    why = [*_no_cases(work), *reasons(comparison, _Namer(work))]
    return {
        "decision": _decision(work, why).value,
        "reasons": why,
        "override": work.override if why else "",
        "changes": plain(comparison.changes),
        "flips": plain(comparison.flips),
    }


def promote(work: Work) -> object:
    """Put the candidate into use, or drop it. Done again after a kill, it finds what it did."""
    decision, candidate = Decision(work.result("decide")["decision"]), work.result("build")["snapshot"]
    now = in_use(work.running, work.site)
    if decision in _GOES_LIVE and now not in (work.begun.before, candidate):
        # Somebody has published meanwhile, from entries that the candidate may not know.
        work.candidates.drop(work.site)
        return {"decision": Decision.REFUSED.value, "reasons": [say("evals", "gate.overtaken", snapshot=now)]}
    if decision in _GOES_LIVE:
        work.candidates.promote(work.site, candidate)
    else:
        work.candidates.drop(work.site)
    return {"decision": decision.value, "reasons": []}


def _decision(work: Work, why: list[str]) -> Decision:
    if why:
        return Decision.PROMOTED_ANYWAY if work.override else Decision.REFUSED
    return Decision.UNCHANGED if work.result("build")["same"] else Decision.PROMOTED


def _no_cases(work: Work) -> list[str]:
    """A city that never had cases is not held up; one whose cases are suddenly gone is."""
    asked = work.last.config.cases if work.last and work.last.config else 0
    return [say("evals", "gate.no_cases", before=asked)] if asked and not work.result("cases")["cases"] else []


class _Namer:
    """Tells an entry by its question, and whether that has changed or is published no more."""

    def __init__(self, work: Work) -> None:
        before = open_before(work)
        self.now = open_candidate(work).by_id
        self.before = before.by_id if before else {}

    def __call__(self, entry: str) -> str:
        now, before = self.now.get(entry), self.before.get(entry)
        if now and before and now.question != before.question:
            return say("evals", "gate.entry_changed", id=entry, question=before.question, now=now.question)
        known = now or before
        return say("evals", "gate.entry" if now else "gate.entry_gone", id=entry, question=known.question if known else entry)
