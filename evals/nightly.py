"""The night run: prove every night that the bot got better, and refuse what makes it worse."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import perf_counter

from sqlalchemy.exc import DBAPIError

from app.wiring import Service
from evals import night_answers, night_gate, night_pages, night_residents
from evals.candidate import Candidates, in_use, open_live
from evals.errors import NightStopped
from evals.night import (
    Decision,
    Night,
    NightState,
    field_from,
    figure_change_from,
    flip_from,
    proposal_from,
)
from evals.night_folder import REPORT, NightFolder, Nights
from evals.night_work import Step, Work
from indexer.calibrate import calibration_from_json
from knowledge.sentences import say

STEPS: tuple[tuple[str, Step], ...] = (
    ("pages", night_pages.read_pages),
    ("drafts", night_pages.draft_changes),
    ("build", night_answers.build_candidate),
    ("cases", night_answers.read_cases),
    ("live", night_answers.ask_live),
    ("candidate", night_answers.ask_candidate),
    ("decide", night_gate.decide),
    ("promote", night_gate.promote),
    ("proposals", night_residents.propose_entries),
    ("coverage", night_residents.cover_topics),
    ("forget", night_residents.forget),
)
"""A night from top to bottom; each has its name for people under `steps.` in the wording."""

WriteReport = Callable[[Path, Night, Sequence[Night], Mapping[str, str]], None]
"""Writes the report of a night: where, the night, those before it, and the questions of the entries by id."""

Tell = Callable[[str], None]
"""Shows which step is done now."""


def nights_of(running: Service, site: str) -> Nights:
    """Where a site's nights are."""
    return Nights(running.settings.data_dir / "nights" / site)


def run_night(
    running: Service, site: str, write_report: WriteReport, override: str = "", plain: bool = False, tell: Tell = lambda _: None
) -> tuple[Night, NightFolder]:
    """Do one site's night, or go on with the one that was killed.

    Raises NightRunning, NightStopped when disk or database refuse, UnknownSite, NothingToBuild, or another KnownError;
    the snapshot in use then stays, and the next call goes on after the last step that was finished.
    """
    nights = nights_of(running, site)
    try:
        running.find_site(site)
        with nights.alone():
            work = Work(running, site, nights, _open(running, site, nights), override, plain)
            for name, step in STEPS:
                _do(work, name, step, tell)
            return _close(work, write_report), work.folder
    except OSError as error:
        raise NightStopped(str(error.filename or ""), error.strerror or str(error)) from error
    except DBAPIError as error:
        raise NightStopped("", str(error.orig)) from error


def _open(running: Service, site: str, nights: Nights) -> NightFolder:
    """The night to go on with, or a new one; those that nobody will finish are closed."""
    now = running.clock()
    waiting, left = nights.unfinished(now)
    for folder in left:
        _abandon(Work(running, site, nights, folder))
    if waiting:
        return waiting
    Candidates(running).drop(site)
    return nights.begin(now, in_use(running, site))


def _do(work: Work, name: str, step: Step, tell: Tell) -> None:
    if work.folder.is_done(name):
        return
    tell(name)
    start = perf_counter()
    result = step(work)
    work.folder.keep(name, result, perf_counter() - start)


def _close(work: Work, write_report: WriteReport) -> Night:
    """Write the report, and last of all the night: it is then over."""
    night = _night(work)
    write_report(work.folder.path / REPORT, night, work.history, _questions(work))
    work.folder.finish(night)
    return night


def _night(work: Work) -> Night:
    built, decided, promoted = (work.result(name) for name in ("build", "decide", "promote"))
    proposed = work.result("proposals")
    run = night_answers.run_of(work)
    return Night(
        site=work.site,
        site_name=work.running.find_site(work.site).name,
        started_at=work.started_at,
        finished_at=work.running.clock(),
        state=NightState.FINISHED,
        before=work.begun.before,
        after=in_use(work.running, work.site),
        candidate=built["snapshot"],
        entries=built["entries"],
        decision=Decision(promoted["decision"]),
        reasons=(*decided["reasons"], *promoted["reasons"]),
        override=decided["override"],
        remarks=_remarks(work),
        config=run.config() if run else None,
        metrics=run.metrics() if run else None,
        changes=tuple(map(figure_change_from, decided["changes"])),
        flips=tuple(map(flip_from, decided["flips"])),
        misses=tuple(each for each in run.misses() if not each["variety"]) if run else (),
        points=tuple((sure, right) for sure, right in work.result("candidate")["points"]),
        calibration=calibration_from_json(built["calibration"]),
        calibration_before=calibration_from_json(built["before"]) if built["before"] else None,
        pages=night_pages.listed(work),
        proposals=tuple(map(proposal_from, proposed["proposals"])),
        coverage=tuple(map(field_from, work.result("coverage"))),
        residents=proposed["residents"],
        forgotten=work.result("forget"),
        durations=work.folder.seconds(name for name, _ in STEPS),
    )


def _remarks(work: Work) -> tuple[str, ...]:
    """What could not be done or read."""
    unreadable = [str(error) for error in work.nights.history()[1]]
    pages, cases, live = (work.result(name) for name in ("pages", "cases", "live"))
    nothing = [] if cases["cases"] else [say("evals", "nightly.no_cases")]
    return tuple(each for each in (*pages["remarks"], *cases["problems"], *nothing, live["remark"], *unreadable) if each)


def _questions(work: Work) -> dict[str, str]:
    """How entries are called, in the snapshot that is in use now."""
    searcher = open_live(work.running, work.site)
    return {entry.id: entry.question for entry in searcher.entries} if searcher else {}


def _abandon(work: Work) -> None:
    """Close a night that was killed too long ago, or by another version, to be gone on with; what pages said is not lost."""
    work.folder.finish(
        Night(
            site=work.site,
            site_name=work.running.find_site(work.site).name,
            started_at=work.started_at,
            finished_at=work.running.clock(),
            state=NightState.ABANDONED,
            before=work.begun.before,
            after=in_use(work.running, work.site),
            pages=night_pages.listed(work),
            durations=work.folder.seconds(name for name, _ in STEPS),
        )
    )
