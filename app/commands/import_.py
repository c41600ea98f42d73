"""`madoguchi import`: entries, waste lists and procedure pages from files; importing again brings them up to date."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from app.commands.terminal import JsonOption, SiteOption, chosen_site, service, tell, tell_json, tell_problems
from app.wiring import Service
from knowledge.database import writing
from knowledge.entry import Entry, Kind, Site
from knowledge.intake import Counts, take_in
from knowledge.pages import read_pages
from knowledge.problem import Imported
from knowledge.rows import By
from knowledge.sentences import say
from knowledge.sheet import read_entries
from knowledge.sites import site as find_site
from knowledge.waste import read_waste

NAME = "import"

OPERATOR = "import"
"""Who is named in the history; the reason names the file."""


def run(
    source: Annotated[Path, typer.Argument(help=say("app", "options.source"))],
    kind: Annotated[Kind, typer.Option("--kind", help=say("app", "options.kind"))] = Kind.FAQ,
    site: SiteOption = "",
    base_url: Annotated[str, typer.Option("--base-url", help=say("app", "options.base_url"))] = "",
    draft: Annotated[bool, typer.Option("--draft", help=say("app", "options.draft"))] = False,
    as_json: JsonOption = False,
) -> None:
    """Read, take in, report; exit status 2 when rows had to be left out."""
    running = service()
    chosen = chosen_site(running, site)
    found = read(source, kind, base_url)
    if not found.good:
        tell_problems([problem.sentence for problem in found.problems])
    counts = take(running, chosen, kind, found, source.name, publish=not draft)
    problems = [problem.sentence for problem in (*found.problems, *counts.problems)]
    numbers = {name: value for name, value in asdict(counts).items() if name != "problems"}
    if as_json:
        tell_json({"site": chosen, "kind": kind.value, **numbers, "problems": problems})
    else:
        tell("imported", source=source.name, problems=len(problems), **numbers)
        tell_problems(problems)
    if problems:
        raise typer.Exit(2)


def read(source: Path, kind: Kind, base_url: str = "") -> Imported:
    """The entries of a file or folder and what could not be read. Raises the errors of knowledge.sheet_errors."""
    match kind:
        case Kind.WASTE:
            return read_waste(source)
        case Kind.PAGE:
            return read_pages(source, base_url)
        case Kind.FAQ:
            return read_entries(source)


def take(running: Service, site: str, kind: Kind, found: Imported, name: str, publish: bool = True) -> Counts:
    """Bring the site's entries of one kind in line with what was read."""
    with writing(running.sessions) as session:
        by = By(OPERATOR, name, running.clock())
        good = with_divisions(found.good, find_site(session, site))
        refused = sum(problem.costs_an_entry for problem in found.problems)
        return take_in(session, site, kind, good, refused, by, publish)


def with_divisions(entries: Sequence[Entry], site: Site) -> list[Entry]:
    """The entries, those that name no division with the one that their contact block names first."""
    return [
        entry if entry.division or not entry.contact else replace(entry, division=_named(entry.contact, site))
        for entry in entries
    ]


def _named(contact: str, site: Site) -> str:
    places = [(contact.find(each.name), each.id) for each in site.divisions if each.name in contact]
    return min(places)[1] if places else ""
