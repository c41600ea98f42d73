"""`madoguchi demo`: the sample city from nothing to a running service, and where to click."""

from importlib.resources import as_file, files
from pathlib import Path

from app.commands import import_, serve
from app.commands.terminal import progress, service, tell
from app.wiring import Service
from indexer.errors import SnapshotDamaged, SnapshotMissing, SnapshotOfAnotherModel
from knowledge.database import writing
from knowledge.entry import Kind, Site
from knowledge.problem import Imported
from knowledge.sheet import read_entries
from knowledge.site_sheet import read_site
from knowledge.sites import add_site

NAME = "demo"

HOME_PAGE = "index.html"
PAGES_URL = "https://www.city.mihon.example.jp/"


def run() -> None:
    """Set up, import, build and serve."""
    running = service()
    running = Service(running.settings.model_copy(update={"demo": True}))
    serve.refuse_taken_port(running.settings.host, running.settings.port)
    with as_file(files("knowledge").joinpath("seed")) as seed:
        site = load(running, seed)
        address = f"http://{running.settings.host}:{running.settings.port}"
        tell("demo", name=site.name, demo=f"{address}/demo", page=f"{address}/s/{site.id}", docs=f"{address}/openapi.json")
        serve.listen(running)


def load(running: Service, seed: Path) -> Site:
    """Import the sample city and build its snapshot; what is there already is only brought up to date."""
    site = read_site(seed / "site.json")
    with writing(running.sessions) as session:
        add_site(session, site, running.clock())
    changed = 0
    for kind, found in sheets(seed).items():
        counts = import_.take(running, site.id, kind, found, "seed")
        tell("seeded", kind=kind.value, count=len(found.good), problems=len(found.problems) + len(counts.problems))
        changed += counts.added + counts.updated + counts.retired + counts.restored
    if changed or not _is_up_to_date(running, site.id):
        with progress("build") as report:
            running.publisher.publish(site.id, report)
    return site


def sheets(seed: Path) -> dict[Kind, Imported]:
    """The sample city's entries by kind."""
    parts = [read_entries(file) for file in sorted((seed / "entries").glob("*.jsonl"))]
    entries = Imported(
        tuple(entry for part in parts for entry in part.good), tuple(problem for part in parts for problem in part.problems)
    )
    pages = import_.read(seed / "pages", Kind.PAGE, PAGES_URL)
    # The home page only leads to the others: its sections answer nothing.
    procedures = tuple(entry for entry in pages.good if entry.details["path"] != HOME_PAGE)
    return {
        Kind.FAQ: entries,
        Kind.PAGE: pages._replace(good=procedures),
        Kind.WASTE: import_.read(seed / "waste.csv", Kind.WASTE),
    }


def _is_up_to_date(running: Service, site: str) -> bool:
    """Whether this program can open the snapshot in use, and its residents speak as they did."""
    engine = running.engine
    try:
        manifest = engine.open(site, engine.store.current(site)).manifest
    except (SnapshotMissing, SnapshotDamaged, SnapshotOfAnotherModel):
        return False
    return manifest.speech == engine.builder(site).speech_digest
