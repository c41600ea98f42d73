"""One run over all sets: begin it, or go on with a half-written one, ask what has not been asked, and score."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from app.wiring import Service
from evals import score
from evals.answered import generate
from evals.case import Case, digest
from evals.errors import NoCases, RunOfOthers
from evals.runs import RunConfig, RunFolder, RunState, begin, open_run
from evals.score import Metrics
from indexer.entries import FILE as ENTRIES
from indexer.search import Searcher
from knowledge import VERSION
from knowledge.sentences import say

SHIPPED = Path(str(files("evals").joinpath("sets")))
"""The cases that come with the product: a folder for each city, so far only the sample city's."""

SAME = ("knowledge", "digest", "version")
"""What must not have changed for a half-written run to be gone on with."""

Track = Callable[[Sequence[Case]], Iterable[Case]]
"""Shows progress over what it passes on."""


def shipped(site: str) -> list[Path]:
    """The folder of a city's own cases, where the product comes with some."""
    folder = SHIPPED / site
    return [folder] if folder.is_dir() else []


def begin_or_go_on(
    root: Path, name: str, cases: Sequence[Case], running: Service, site: str, details: Mapping[str, Any] | None = None
) -> RunFolder:
    """The run of that name when it was begun with the same cases and the same knowledge; without a name a new run.

    Raises NoCases, RunOfOthers, RunDamaged, or RunExists when another process was faster.
    """
    if not cases:
        raise NoCases
    config = _config(cases, running, site, details or {})
    if not name or not (root / name).exists():
        return begin(root, config, name)
    folder = open_run(root / name)
    for what in SAME:
        if getattr(folder.config(), what) != getattr(config, what):
            raise RunOfOthers(name, say("evals", f"runs.{what}"))
    return folder


def complete(folder: RunFolder, cases: Sequence[Case], running: Service, site: str, track: Track = iter) -> Metrics:
    """Bring a run to its end from wherever it stands; a finished one is only read. Raises RunDamaged or RunInUse."""
    if folder.state is RunState.SCORED:
        return folder.metrics()
    if folder.state is RunState.BEGUN:
        with folder.writing_answers() as add:
            asked = {each.case for each in folder.answers()}
            for answered in generate(track([case for case in cases if case.id not in asked]), running, site):
                add(answered)
    answers = folder.answers()
    metrics = score.evaluate(answers, cases)
    folder.finish(metrics, score.misses(answers, cases))
    return metrics


def _config(cases: Sequence[Case], running: Service, site: str, details: Mapping[str, Any]) -> RunConfig:
    searcher = running.live.searcher(site)
    return RunConfig(
        site=site,
        snapshot=searcher.manifest.id,
        knowledge=knowledge_digest(searcher),
        cases=len(cases),
        digest=digest(cases),
        version=VERSION,
        started_at=running.clock().isoformat(),
        details=dict(details),
    )


def knowledge_digest(searcher: Searcher) -> str:
    """Hex SHA-256 of the entries and the model: equal where the same answers may be expected."""
    return hashlib.sha256(f"{searcher.manifest.files[ENTRIES]} {searcher.manifest.model}".encode()).hexdigest()
