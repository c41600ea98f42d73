"""`madoguchi export`: the published entries of one kind as JSONL, CSV or Excel, ready to be imported again."""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.terminal import SiteOption, chosen_site, service, tell
from app.errors import FileRefused
from knowledge.entry import Kind
from knowledge.export import exportable
from knowledge.sentences import say
from knowledge.sheet import write_entries
from knowledge.waste import write_waste

NAME = "export"


def run(
    file: Annotated[Path, typer.Argument(help=say("app", "options.file"))],
    kind: Annotated[Kind, typer.Option("--kind", help=say("app", "options.kind"))] = Kind.FAQ,
    site: SiteOption = "",
) -> None:
    """Write the file whole, or leave an existing one as it is."""
    running = service()
    chosen = chosen_site(running, site)
    with running.sessions() as session:
        entries = exportable(session, chosen, kind)
    try:
        (write_waste if kind is Kind.WASTE else write_entries)(entries, file)
    except OSError as error:  # it would name a temporary file that nobody knows
        raise FileRefused(str(file), error.strerror or str(error)) from error
    tell("exported", count=len(entries), file=file.name)
