"""`madoguchi build`: make a new snapshot of what is published and put it into use."""

from time import perf_counter
from typing import Annotated

import typer

from app.commands.terminal import JsonOption, SiteOption, chosen_site, progress, service, tell, tell_json
from knowledge.sentences import say

NAME = "build"

AnewOption = Annotated[bool, typer.Option("--anew", help=say("app", "options.anew"))]


def run(site: SiteOption = "", as_json: JsonOption = False, anew: AnewOption = False) -> None:
    """Build and make current."""
    running = service()
    chosen = chosen_site(running, site)
    start = perf_counter()
    with progress("build") as report:
        manifest = running.publisher.publish(chosen, report, anew)
    seconds = perf_counter() - start
    if as_json:
        fitted = {"fitted_at": manifest.fitted.at, "changed_since": manifest.fitted.changed}
        told = {"site": chosen, "snapshot": manifest.id, "entries": manifest.entries, "seconds": round(seconds, 3)}
        tell_json({**told, **fitted})
    else:
        tell("built", site=chosen, snapshot=manifest.id, entries=manifest.entries, seconds=seconds)
