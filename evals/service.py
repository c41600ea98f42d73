"""A service of its own for one evaluation: the same parts as in production over a folder that is thrown away."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from app.commands.terminal import progress
from app.settings import Settings, load_settings
from app.wiring import Service
from evals.cases import Cases
from knowledge.database import writing
from knowledge.entry import Division, Kind, Site
from knowledge.intake import take_in
from knowledge.rows import By
from knowledge.sites import add_site

SITE = "eval"


@contextmanager
def evaluation_service(cases: Cases) -> Iterator[Service]:
    """A service that knows just the entries of the cases, with the configured model."""
    with TemporaryDirectory(prefix="madoguchi-eval-") as folder:
        running = Service(_settings(Path(folder)))
        with writing(running.sessions) as session:
            by = By(SITE, SITE, running.clock())
            add_site(session, Site(SITE, SITE, divisions=_divisions(cases)), by.at)
            for kind in Kind:
                if entries := [entry for entry in cases.entries if entry.kind is kind]:
                    take_in(session, SITE, kind, entries, 0, by)
        with progress("build") as report:
            running.publisher.publish(SITE, report)
        yield running


def _divisions(cases: Cases) -> tuple[Division, ...]:
    """Whatever the entries name, as no file of a city comes with them."""
    return tuple(Division(name, name) for name in sorted({entry.division for entry in cases.entries} - {""}))


def _settings(folder: Path) -> Settings:
    return load_settings().model_copy(update={"data_dir": folder, "database_url": ""})
