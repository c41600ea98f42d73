"""`madoguchi build`: make a new snapshot of what is published and put it into use."""

from time import perf_counter

from app.commands.terminal import JsonOption, SiteOption, chosen_site, progress, service, tell, tell_json

NAME = "build"


def run(site: SiteOption = "", as_json: JsonOption = False) -> None:
    """Build and make current."""
    running = service()
    chosen = chosen_site(running, site)
    start = perf_counter()
    with progress("build") as report:
        manifest = running.publisher.publish(chosen, report)
    seconds = perf_counter() - start
    if as_json:
        tell_json({"site": chosen, "snapshot": manifest.id, "entries": manifest.entries, "seconds": round(seconds, 3)})
    else:
        tell("built", site=chosen, snapshot=manifest.id, entries=manifest.entries, seconds=seconds)
