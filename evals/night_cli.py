"""`madoguchi nightly`: every site's night in turn, told in a few lines, with an exit status that says what to do."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from app.commands.terminal import SCREEN, JsonOption, SiteOption, service, tell_json
from app.errors import NoSite
from app.wiring import Service
from evals import report
from evals.errors import NightRunning
from evals.night import Decision, Night
from evals.night_folder import REPORT, NightFolder
from evals.nightly import STEPS, run_night
from knowledge.errors import KnownError
from knowledge.sentences import say
from knowledge.sites import sites

STOPPED, REFUSED, BUSY = 1, 3, 4
"""Exit statuses beside 0, the gravest of all sites': a night that could not be finished, a refusal, a night that is being run."""

SHOWN_PROPOSALS = 5
"""The others are in the report."""


def _help(key: str) -> str:
    return say("evals", f"help.{key}")


OverrideOption = Annotated[str, typer.Option("--promote-anyway", metavar="REASON", help=_help("promote_anyway"))]
PlainOption = Annotated[bool, typer.Option("--plain", help=_help("plain"))]


def commands() -> typer.Typer:
    """What `madoguchi` finds by entry point: one command."""
    cli = typer.Typer()
    cli.command("nightly", help=_help("nightly"))(run)
    return cli


def run(
    site: SiteOption = "", promote_anyway: OverrideOption = "", plain: PlainOption = False, as_json: JsonOption = False
) -> None:
    """All sites in turn; what stops one does not stop the others."""
    running = service()
    told = [_one(running, each, promote_anyway, plain) for each in _chosen(running, site)]
    if as_json:
        tell_json([value for _, value in told])
    else:
        for _, value in told:
            _print(value)
    status = next((each for each in (STOPPED, REFUSED, BUSY) if any(one == each for one, _ in told)), 0)
    raise typer.Exit(status)


def _chosen(running: Service, site: str) -> list[str]:
    if site:
        return [running.find_site(site).id]
    with running.sessions() as session:
        known = [each.id for each in sites(session)]
    if not known:
        raise NoSite
    return known


def _one(running: Service, site: str, override: str, plain: bool) -> tuple[int, dict[str, Any]]:
    """The exit status of one site and what is told of it."""
    try:
        night, folder = run_night(running, site, report.write, override, plain, lambda step: _show(site, step))
    except NightRunning as error:
        return BUSY, {"site": site, "decision": "busy", "error": str(error)}
    except KnownError as error:
        return STOPPED, {"site": site, "decision": "stopped", "error": str(error)}
    return (REFUSED if night.decision is Decision.REFUSED else 0), _told(night, folder)


def _told(night: Night, folder: NightFolder) -> dict[str, Any]:
    right = night.metrics.figures.get("right") if night.metrics else None
    return {
        "site": night.site,
        "decision": night.decision.value,
        "reasons": list(night.reasons),
        "remarks": list(night.remarks),
        "snapshot": night.after,
        "right": right.mean if right else None,
        "pages": len(night.pages),
        "proposals": [each.text for each in night.proposals],
        "seconds": round(sum(night.durations.values()), 1),
        "report": str(folder.path / REPORT),
    }


def _print(value: Mapping[str, Any]) -> None:
    if "error" in value:
        typer.echo(say("evals", f"nightly.{value['decision']}", site=value["site"], reason=value["error"]), err=True)
        return
    typer.echo(say("evals", f"nightly.{value['decision']}", site=value["site"], snapshot=value["snapshot"]))
    for sentence in (*value["reasons"], *value["remarks"]):
        typer.echo(f"  {sentence}")
    for text in value["proposals"][:SHOWN_PROPOSALS]:
        typer.echo(say("evals", "nightly.proposal", text=text))
    if len(value["proposals"]) > SHOWN_PROPOSALS:
        typer.echo(say("evals", "nightly.more_proposals", count=len(value["proposals"]) - SHOWN_PROPOSALS))
    typer.echo(say("evals", "nightly.told", seconds=value["seconds"], report=value["report"]))


def _show(site: str, step: str) -> None:
    """On a terminal alone, so that the mail of a timer has no more than the result."""
    if SCREEN.is_terminal:
        place = [name for name, _ in STEPS].index(step) + 1
        SCREEN.print(say("evals", "nightly.step", site=site, place=place, steps=len(STEPS), name=say("evals", f"steps.{step}")))
