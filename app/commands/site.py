"""`madoguchi site`: add a municipality with its divisions, or bring a known one up to date."""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.terminal import service, tell
from knowledge.database import writing
from knowledge.sentences import say
from knowledge.site_sheet import read_site
from knowledge.sites import add_site

NAME = "site"


def run(file: Annotated[Path, typer.Argument(help=say("app", "options.site_file"))]) -> None:
    """Read site.json and store it."""
    running = service()
    found = read_site(file)
    with writing(running.sessions) as session:
        add_site(session, found, running.clock())
    tell("site_added", site=found.id, name=found.name, divisions=len(found.divisions))
