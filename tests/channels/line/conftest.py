"""A town with a LINE account on each database, in front of a double of the LINE platform."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session, sessionmaker

from knowledge.database import writing
from knowledge.entry import Site
from knowledge.sites import add_site
from tests.channels.line.line_platform import Platform
from tests.channels.line.server import serving
from tests.channels.line.town import MIHON, LineTown, SetClock
from tests.conftest import NOW


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
def platform(clock: SetClock) -> Platform:
    return Platform(clock)


@pytest.fixture
def base(platform: Platform) -> Iterator[str]:
    """Where the platform is."""
    with serving(platform) as address:
        yield address


@pytest.fixture
def town(open_session: sessionmaker[Session], clock: SetClock, platform: Platform, base: str) -> LineTown:
    with writing(open_session) as session:
        add_site(session, Site(MIHON.id, MIHON.name, MIHON.phone, ()), NOW)
    return LineTown(open_session, clock, platform, base)


@pytest.fixture(scope="module")
def line() -> Iterator[tuple[Platform, str]]:
    """A platform that many towns of a test stand before in turn, and where it is."""
    platform = Platform(SetClock(NOW))
    with serving(platform) as address:
        yield platform, address
