"""`madoguchi line deliver …`: news for residents in LINE, from a draft through a second person's approval to its results."""

import unicodedata
from collections.abc import Callable
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from app.commands.line_deliver_told import moment, tell_delivery, tell_listed, tell_outlook, tell_same
from app.commands.terminal import SiteOption, refuse_file, service, tell
from app.errors import TimeUnclear
from app.line import line_deliveries, line_languages
from channels.line.delivery.composition import Composition
from channels.line.delivery.office import DeliveryOffice
from channels.line.segments import questionnaire as questionnaires
from channels.line.segments.questionnaire import Questionnaire
from knowledge.calendar import TOKYO
from knowledge.sentences import say

NAME = "deliver"
SAMPLE = "sample.yaml"
WRITTEN = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y/%m/%d %H:%M")
"""How a time may be written; it is Japan's."""

FileArgument = Annotated[Path, typer.Argument(help=say("app", "options.delivery_file"))]
NumberArgument = Annotated[int, typer.Argument(min=1, max=2**31 - 1, help=say("app", "options.delivery"))]
ByOption = Annotated[str, typer.Option("--by", help=say("app", "options.by"))]
AtOption = Annotated[str | None, typer.Option("--at", help=say("app", "options.at"))]
TesterOption = Annotated[str, typer.Option("--tester", help=say("app", "options.tester"))]
NameArgument = Annotated[str, typer.Argument(help=say("app", "options.tester_name"))]
RemoveOption = Annotated[bool, typer.Option("--remove", help=say("app", "options.tester_remove"))]


def commands() -> typer.Typer:
    """The commands under `madoguchi line deliver`, in the order in which they are needed."""
    cli = typer.Typer(help=say("app", "help.line_deliver"), no_args_is_help=True)
    for name, command in _COMMANDS.items():
        cli.command(name, help=say("app", f"help.line_deliver_{name}"))(command)
    return cli


def sample() -> None:
    """Print a piece of news to begin with."""
    typer.echo(files("channels.line.delivery").joinpath(SAMPLE).read_text(encoding="utf-8"), nl=False)


def compose(file: FileArgument, by: ByOption = "", site: SiteOption = "") -> None:
    """Make a draft of a file; exit status 2 when something is wrong with it."""
    office = _office(site)
    number = office.compose(_read(file, _asked(office)), by)
    tell("delivery_composed", number=number, people=office.reach(number).people)
    tell_same(office.same(number))


def reach(number: NumberArgument, site: SiteOption = "") -> None:
    """Print how many would get it now, and what that takes of the month's messages."""
    office = _office(site)
    found = office.results(number).delivery
    tell_outlook(found, office.outlook(number))


def invite(name: NameArgument = "", remove: RemoveOption = False, site: SiteOption = "") -> None:
    """Make or forget somebody who gets trials; without a name print who does."""
    office = _office(site)
    if remove:
        office.dismiss_tester(name)
        tell("delivery_tester_removed", name=name)
    elif name:
        tell("delivery_tester", name=name, code=office.invite_tester(name))
    else:
        tell("delivery_testers", names="、".join(office.testers()) or "—")


def try_out(number: NumberArgument, tester: TesterOption = "", by: ByOption = "", site: SiteOption = "") -> None:
    """Send it to one tester and nobody else."""
    _office(site).try_out(number, tester, by)
    tell("delivery_tried", number=number, tester=tester)


def approve(number: NumberArgument, by: ByOption = "", site: SiteOption = "") -> None:
    """Approve what somebody else wrote."""
    office = _office(site)
    seen = office.approve(number, by)
    tell("delivery_approved", number=number, title=office.results(number).delivery.title, people=seen.people)
    tell_same(office.same(number))


def start(number: NumberArgument, by: ByOption = "", at: AtOption = None, site: SiteOption = "") -> None:
    """Send what was approved, now or at a time."""
    office = _office(site)
    begins = office.start(number, by, None if at is None else _read_time(at))
    title, people = office.results(number).delivery.title, office.reach(number).people
    tell("delivery_started", number=number, title=title, moment=moment(begins), people=people)


def stop(number: NumberArgument, by: ByOption = "", site: SiteOption = "") -> None:
    """Send nothing more of it for now."""
    office = _office(site)
    office.stop(number, by)
    results = office.results(number)
    tell("delivery_stopped", number=number, sent=results.sent, to_come=results.to_come)


def resume(number: NumberArgument, by: ByOption = "", site: SiteOption = "") -> None:
    """Go on where it stopped."""
    office = _office(site)
    office.resume(number, by)
    tell("delivery_resumed", number=number, to_come=office.results(number).to_come)


def discard(number: NumberArgument, by: ByOption = "", site: SiteOption = "") -> None:
    """Never send it, or no more of it."""
    _office(site).discard(number, by)
    tell("delivery_discarded", number=number)


def show_all(site: SiteOption = "") -> None:
    """Print all deliveries, the newest first."""
    tell_listed(_office(site).listed())


def show(number: NumberArgument, site: SiteOption = "") -> None:
    """Print what residents get, how far it is, and who did what."""
    office = _office(site)
    tell_delivery(office.results(number), office.reach(number), _asked(office), office.history(number))


_COMMANDS: dict[str, Callable[..., None]] = {
    "sample": sample,
    "compose": compose,
    "show": show,
    "tester": invite,
    "try": try_out,
    "reach": reach,
    "approve": approve,
    "start": start,
    "stop": stop,
    "resume": resume,
    "discard": discard,
    "list": show_all,
}


def _office(site: str) -> DeliveryOffice:
    return line_deliveries(service(), site)


def _asked(office: DeliveryOffice) -> Questionnaire | None:
    with office.sessions() as session:
        asked = questionnaires.find(session, office.site)
    return asked.offering(line_languages()) if asked else None


def _read(file: Path, asked: Questionnaire | None) -> Composition:
    # Here, as `madoguchi serve` does not need YAML.
    from channels.line.delivery.read import read_composition

    composition, problems = read_composition(file, asked)
    if composition is None:
        refuse_file(problems)
    return composition


def _read_time(written: str) -> datetime:
    plain = " ".join(unicodedata.normalize("NFKC", written).split())
    for form in WRITTEN:
        try:
            return datetime.strptime(plain, form).replace(tzinfo=TOKYO)
        except ValueError:
            continue
    raise TimeUnclear(written)
