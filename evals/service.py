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
from knowledge.entry import Kind, Site
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
            now = running.clock()
            add_site(session, Site(SITE, SITE), now)
            take_in(session, SITE, Kind.FAQ, cases.entries, len(cases.problems), By("eval", "eval", now))
        with progress("build") as report:
            running.publisher.publish(SITE, report)
        yield running


def _settings(folder: Path) -> Settings:
    return load_settings().model_copy(update={"data_dir": folder, "database_url": ""})
