"""The steps that put all cases through the bot, on the snapshot in use and on the candidate."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from app.commands.terminal import progress
from app.settings import Settings
from evals import sets
from evals.answered import Answered
from evals.candidate import snapshot_service
from evals.case import ANSWERS, Case, digest, to_json
from evals.case_files import read_case_files
from evals.errors import RunDamaged
from evals.night import Decision
from evals.night_work import Work
from evals.robustness import variants
from evals.runs import RunFolder, RunState, open_run
from indexer.errors import SnapshotDamaged, SnapshotOfAnotherModel
from indexer.search import Searcher
from indexer.snapshot import Manifest
from knowledge.calendar import TOKYO
from knowledge.sentences import say
from knowledge.tables import json_rows, write_json_rows

CASES = "cases.jsonl"
LIVE = "live"
CANDIDATE = "candidate"
SHOWN_PROBLEMS = 20


def build_candidate(work: Work) -> object:
    """Build from what is published now; nobody serves it yet."""
    with progress("build") as report:
        manifest = work.candidates.build(work.site, work.running.clock(), report)
    before = _manifest(work, work.begun.before)
    return {
        "snapshot": manifest.id,
        "entries": manifest.entries,
        "same": before is not None and _content(before) == _content(manifest),
        "calibration": asdict(manifest.calibration),
        "before": asdict(before.calibration) if before else None,
    }


def read_cases(work: Work) -> object:
    """Fix the cases of this night: those about entries of either snapshot, and other ways to write them."""
    folders = case_folders(work.running.settings, work.site)
    known = _entries(open_candidate(work)) | _entries(open_before(work))
    found, problems = read_case_files(folders, known)
    cases = [*found, *([] if work.plain else variants(found, work.running.engine.tokenizer.readings))]
    write_json_rows(work.folder.path / CASES, map(to_json, cases))
    told = [problem.sentence for problem in problems]
    more = [say("evals", "told.more_case_problems", count=len(told) - SHOWN_PROBLEMS)] if len(told) > SHOWN_PROBLEMS else []
    return {"cases": len(cases), "digest": digest(cases), "problems": [*told[:SHOWN_PROBLEMS], *more]}


def ask_live(work: Work) -> object:
    """Find the answers of the snapshot in use among earlier nights', or ask it."""
    cases = cases_of(work)
    if not cases or work.begun.before is None:
        return {"run": None, "remark": ""}
    known = _known_run(work)
    if known:
        return {"run": known, "remark": ""}
    searcher = open_before(work)
    if searcher is None:
        return {"run": _newest_run(work), "remark": say("evals", "nightly.live_unreadable", snapshot=work.begun.before)}
    _ask(work, searcher, cases, LIVE)
    return {"run": f"{work.folder.path.name}/{LIVE}", "remark": ""}


def ask_candidate(work: Work) -> object:
    """Ask the candidate, and look at how sure it is of what it finds."""
    cases, searcher = cases_of(work), open_candidate(work)
    # As `madoguchi build` does: what cannot be searched here must not reach residents, with or without cases.
    searcher.search(searcher.entries[0].question)
    if not cases:
        return {"points": []}
    _ask(work, searcher, cases, CANDIDATE)
    return {"points": [_point(case, searcher) for case in cases if case.is_answerable and not (case.plain or case.before)]}


def cases_of(work: Work) -> list[Case]:
    """The cases of this night."""
    return [_case(row[1]) for row in json_rows(work.folder.path / CASES) if isinstance(row, tuple)] if _count(work) else []


def run_of(work: Work) -> RunFolder | None:
    """The run over the candidate; None without cases."""
    return open_run(work.folder.path / CANDIDATE) if _count(work) else None


def live_answers(work: Work) -> list[Answered]:
    """What the snapshot in use answered, whenever it was asked."""
    run = work.result("live")["run"]
    return open_run(work.nights.root / run).answers() if run else []


def open_candidate(work: Work) -> Searcher:
    """Raises SnapshotDamaged or SnapshotOfAnotherModel."""
    return work.candidates.open(work.site, work.result("build")["snapshot"])


def open_before(work: Work) -> Searcher | None:
    """The snapshot that was in use when the night began; None when there was none that can be opened."""
    if work.begun.before is None:
        return None
    try:
        return work.running.engine.open(work.site, work.begun.before)
    except (SnapshotDamaged, SnapshotOfAnotherModel):
        return None


def case_folders(settings: Settings, site: str) -> list[Path]:
    """Where a site's cases are: its own, else those that come with the product."""
    own = settings.data_dir / "cases" / site
    return [own] if own.is_dir() else sets.shipped(site)


def _ask(work: Work, searcher: Searcher, cases: Sequence[Case], name: str) -> None:
    """Every case, as on the day the snapshot was made."""
    day = datetime.fromisoformat(searcher.manifest.created_at).astimezone(TOKYO).date()
    with snapshot_service(work.running, work.site, searcher, day) as bot:
        details = {"model": searcher.manifest.model, "variants": not work.plain}
        folder = sets.begin_or_go_on(work.folder.path, name, cases, bot, work.site, details)
        sets.complete(folder, cases, bot, work.site)


def _count(work: Work) -> int:
    return int(work.result("cases")["cases"])


def _known_run(work: Work) -> str | None:
    """A finished run of an earlier night with the same cases over the snapshot in use, or over one that is the same."""
    for folder in reversed(work.nights.all()):
        for name in (CANDIDATE, LIVE):
            run = _run(folder.path / name)
            if run and run.config().digest == work.result("cases")["digest"] and run.config().snapshot in _same(work):
                return f"{folder.path.name}/{name}"
    return None


def _same(work: Work) -> set[str | None]:
    """The snapshot in use, and the candidates that were found to be the same as it."""
    before = work.begun.before
    unchanged = {each.candidate for each in work.history if each.before == before and each.decision is Decision.UNCHANGED}
    return {before, *unchanged} - {None}


def _newest_run(work: Work) -> str | None:
    """The last answers there are to any cases, of which those in common can be compared."""
    for folder in reversed(work.nights.all()):
        run = _run(folder.path / CANDIDATE)
        if run and run.config().snapshot in _same(work):
            return f"{folder.path.name}/{CANDIDATE}"
    return None


def _run(path: Path) -> RunFolder | None:
    """A run that can be read and has all its answers."""
    try:
        run = open_run(path)
    except RunDamaged:
        return None
    return run if run.state is not RunState.BEGUN else None


def _manifest(work: Work, snapshot: str | None) -> Manifest | None:
    try:
        return work.running.engine.store.verify(work.site, snapshot) if snapshot else None
    except SnapshotDamaged:
        return None


def _content(manifest: Manifest) -> Manifest:
    """Everything that two snapshots may differ in but name and dates."""
    return replace(manifest, id="", created_at="", fitted=replace(manifest.fitted, at=""))


def _entries(searcher: Searcher | None) -> set[str]:
    return set(searcher.by_id) if searcher else set()


def _point(case: Case, searcher: Searcher) -> tuple[float, bool]:
    result = searcher.search(case.text, 1)
    first = result.ranking[0].entry.id if result.ranking else ""
    return round(result.confidence.first, 6), case.entries.get(first) == ANSWERS


def _case(value: Any) -> Case:
    """The inverse of `evals.case.to_json`."""
    lists = {name: tuple(value.get(name, ())) for name in ("before", "private", "tags")}
    return Case(**{"entries": {}, **value, **lists})
