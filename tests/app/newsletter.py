"""A site in the folder of a test whose residents sign up for news in LINE."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.orm import Session

from app.clock import system_clock
from app.settings import load_settings
from app.wiring import Service
from channels.line import people
from channels.line.people import Person
from channels.line.segments import registrations
from knowledge.database import writing
from knowledge.entry import Site
from knowledge.sites import add_site

MIHON = "mihon"
ASKED = """
quiet: {quiet}
questions:
  - key: area
    short: 地区
    question: どこにお住まいですか。
    options: [{{key: north, label: 北}}, {{key: {second}, label: 南}}]
  - {{key: language, short: 言語, question: どの言語で読みますか。}}
"""


@contextmanager
def installation() -> Iterator[Service]:
    """What a command in this folder runs on."""
    running = Service(load_settings())
    yield running
    running.sessions.kw["bind"].dispose()


@contextmanager
def database() -> Iterator[Session]:
    with installation() as running, writing(running.sessions) as session:
        yield session


def found() -> None:
    """There is a site that asks nothing yet."""
    with database() as session:
        add_site(session, Site(MIHON, "みほん市", "0999-00-1000", ()), system_clock())


def asked(second: str = "south", quiet: str = "none") -> Path:
    file = Path("asked.yaml")
    file.write_text(ASKED.format(second=second, quiet=quiet), encoding="utf-8")
    return file


def register(name: str, area: str, language: str = "ja", left: bool = False) -> None:
    now = system_clock()
    with database() as session:
        people.keep(session, MIHON, Person(name, now, language, left_at=now if left else None))
        registrations.agree(session, MIHON, name, now)
        registrations.choose(session, MIHON, name, "area", area, alone=True)
