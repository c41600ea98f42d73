"""`madoguchi calibrate`: choose thresholds on questions of residents whose right answers are known."""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.terminal import JsonOption, SiteOption, chosen_site, progress, service, tell, tell_json, tell_problems
from app.errors import FileAndForget, NoLabelledFile, TooFewLabelled
from app.wiring import Service
from indexer.calibrate import least_trials
from indexer.explain import explained
from knowledge.calendar import TOKYO
from knowledge.labelled import read_labelled
from knowledge.sentences import say
from knowledge.store import published

NAME = "calibrate"


def run(
    source: Annotated[Path | None, typer.Argument(help=say("app", "options.labelled"))] = None,
    site: SiteOption = "",
    forget: Annotated[bool, typer.Option("--forget", help=say("app", "options.forget"))] = False,
    as_json: JsonOption = False,
) -> None:
    """Keep the questions for this and later builds, build, and say what is promised; exit status 2 when rows were left out."""
    running = service()
    chosen = chosen_site(running, site)
    if forget and source:
        raise FileAndForget
    problems = _forget(running, chosen) if forget else _keep(running, chosen, source)
    with progress("build") as report:
        manifest = running.publisher.publish(chosen, report)
    told = explained(manifest.calibration)
    if as_json:
        tell_json({"site": chosen, "snapshot": manifest.id, "explained": told, "problems": problems})
    else:
        tell("calibrated", site=chosen, snapshot=manifest.id, explained=told)
        tell_problems(problems)
    if problems:
        raise typer.Exit(2)


def _forget(running: Service, site: str) -> list[str]:
    running.engine.labelled.forget(site)
    return []


def _keep(running: Service, site: str, source: Path | None) -> list[str]:
    """Raises NoLabelledFile, TooFewLabelled, and what reading raises; nothing has changed then."""
    if source is None:
        raise NoLabelledFile
    with running.sessions() as session:
        known = {entry.id for entry in published(session, site, running.clock().astimezone(TOKYO).date())}
    found = read_labelled(source, known)
    problems = [problem.sentence for problem in found.problems]
    least = least_trials(running.settings.wrong_bound)
    if len(found.good) < least:
        tell_problems(problems)
        raise TooFewLabelled(len(found.good), least)
    running.engine.labelled.keep(site, found.good)
    return problems
