"""`madoguchi line …`: what the city's staff do about the LINE official account."""

from datetime import timedelta
from typing import Annotated

import typer

from app.commands import line_deliver, line_richmenu, line_segments
from app.commands.terminal import SiteOption, service, tell
from app.line import chosen_account, chosen_accounts, line_client
from app.wiring import Service
from channels.line.check import Finding, check, recent
from channels.line.richmenu.api import RichMenuApi
from channels.line.richmenu.sdk import SdkRichMenus
from channels.line.routes import PATH
from knowledge.sentences import say

NAME = "line"
DAYS = 7


def commands() -> typer.Typer:
    """The commands under `madoguchi line`."""
    cli = typer.Typer(help=say("app", "help.line"), no_args_is_help=True)
    cli.callback()(_group)
    cli.command("check", help=say("app", "help.line_check"))(run_check)
    cli.add_typer(line_richmenu.commands(_rich_menus), name=line_richmenu.NAME)
    cli.add_typer(line_segments.commands(), name=line_segments.NAME)
    cli.add_typer(line_deliver.commands(), name=line_deliver.NAME)
    return cli


def run_check(
    site: SiteOption = "",
    call: Annotated[bool, typer.Option("--call/--no-call", help=say("app", "options.call"))] = True,
) -> None:
    """Ask LINE about every account, or one; exit with 1 when something needs to be done."""
    running = service()
    bad = 0
    for account in chosen_accounts(running.settings, site):
        tell("line_account", site=account.site)
        bad += sum(_told(finding) for finding in check(line_client(running.settings, account), call=call))
        with running.sessions() as session:
            since = running.clock() - timedelta(days=DAYS)
            bad += sum(_told(finding) for finding in recent(session, account.site, since))
        tell("line_guide", path=PATH.format(site=account.site))
    if bad:
        raise typer.Exit(1)


def _group() -> None:
    """Without this, Typer would take the only command for the whole."""


def _rich_menus(running: Service, site: str) -> tuple[str, RichMenuApi]:
    """The account of the named site, or the only one. Raises NoLineAccount or SiteNotNamed."""
    account = chosen_account(running.settings, site)
    return account.site, SdkRichMenus(account.token, running.settings.line_api_base)


def _told(finding: Finding) -> bool:
    """Print a finding; True when something needs to be done."""
    tell("line_good" if finding.good else "line_bad", text=say("app", f"line.{finding.key}", **finding.values))
    if not finding.good:
        tell("line_hint", text=say("app", f"line_hints.{finding.key}", **finding.values))
    return not finding.good
