"""A service of its own for one evaluation: the same parts as in production over a folder that is thrown away."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory

from app.commands.demo import sheets
from app.commands.terminal import progress
from app.settings import Settings, load_settings
from app.wiring import Service
from evals.cases import Cases
from knowledge.calendar import TOKYO
from knowledge.database import writing
from knowledge.entry import Division, Entry, Kind, Site
from knowledge.intake import take_in
from knowledge.rows import By
from knowledge.site_sheet import read_site
from knowledge.sites import add_site
from knowledge.store import published

SITE = "eval"


@contextmanager
def evaluation_service(cases: Cases) -> Iterator[Service]:
    """A service that knows just the entries of the cases, with the configured model."""
    with city_service(Site(SITE, SITE, divisions=_divisions(cases)), cases.entries) as running:
        yield running


@contextmanager
def city_service(site: Site, entries: Sequence[Entry]) -> Iterator[Service]:
    """A service that knows one site with these entries, so that nothing asked here is among what residents asked."""
    with TemporaryDirectory(prefix="madoguchi-eval-") as folder:
        running = Service(_settings(Path(folder)))
        with writing(running.sessions) as session:
            by = By("eval", "eval", running.clock())
            add_site(session, site, by.at)
            for kind in Kind:
                if chosen := [entry for entry in entries if entry.kind is kind]:
                    take_in(session, site.id, kind, chosen, 0, by)
        with progress("build") as report:
            running.publisher.publish(site.id, report)
        yield running


def sample_city() -> tuple[Site, list[Entry]]:
    """みほん市, as `madoguchi demo` loads it."""
    with as_file(files("knowledge").joinpath("seed")) as seed:
        return read_site(seed / "site.json"), [entry for sheet in sheets(seed).values() for entry in sheet.good]


def published_city(running: Service, site: str) -> tuple[Site, list[Entry]]:
    """A municipality of this installation with what is published today. Raises UnknownSite."""
    with running.sessions() as session:
        return running.find_site(site), published(session, site, running.clock().astimezone(TOKYO).date())


def _divisions(cases: Cases) -> tuple[Division, ...]:
    """Whatever the entries name, as no file of a city comes with them."""
    return tuple(Division(name, name) for name in sorted({entry.division for entry in cases.entries} - {""}))


def _settings(folder: Path) -> Settings:
    return load_settings().model_copy(update={"data_dir": folder, "database_url": ""})
