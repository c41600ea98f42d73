"""`madoguchi build`: make a new snapshot of what is published and put it into use."""

from time import perf_counter
from typing import Annotated

import typer

from app.commands.speech import problems_of
from app.commands.terminal import JsonOption, SiteOption, chosen_site, progress, service, tell, tell_json, tell_problems
from indexer.explain import explained
from knowledge.sentences import say

NAME = "build"

AnewOption = Annotated[bool, typer.Option("--anew", help=say("app", "options.anew"))]


def run(site: SiteOption = "", as_json: JsonOption = False, anew: AnewOption = False) -> None:
    """Build and make current."""
    running = service()
    chosen = chosen_site(running, site)
    speech = running.engine.speech(chosen)
    problems = problems_of(running, speech)
    start = perf_counter()
    with progress("build") as report:
        manifest = running.publisher.publish(chosen, report, anew)
    seconds, promised = perf_counter() - start, explained(manifest.calibration)
    own = {"own_topics": len(speech.own), "nicknames": len(speech.nicknames)}
    if as_json:
        built = {"site": chosen, "snapshot": manifest.id, "entries": manifest.entries, "seconds": round(seconds, 3)}
        fitted = {"fitted_at": manifest.fitted.at, "changed_since": manifest.fitted.changed}
        tell_json({**built, **fitted, **own, "speech_problems": problems, "explained": promised})
        return
    tell("built", site=chosen, snapshot=manifest.id, entries=manifest.entries, seconds=seconds)
    typer.echo(promised)
    if problems or any(own.values()):
        tell("built_with_speech", problems=len(problems), **own)
        tell_problems(problems)
