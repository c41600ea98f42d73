"""A process that sends a delivery is killed again and again, in the worst moments, and everybody is told once."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from random import Random
from threading import Timer

import pytest
from sqlalchemy.orm import Session, sessionmaker

from app.clock import system_clock
from channels.line.delivery.deliveries import State
from knowledge.database import writing
from knowledge.entry import Site
from knowledge.sites import add_site
from tests.channels.line.line_platform import Fault, Platform
from tests.channels.line.newsroom import NORTH, Newsroom
from tests.channels.line.server import serving
from tests.channels.line.town import MIHON, LineTown, SetClock

PEOPLE, SIZE, KILLS = 60, 3, 4
DELIVER = """
import sys
from random import Random
from app.clock import system_clock
from channels.line.account import Account
from channels.line.client import LineClient
from channels.line.delivery.delivering import Delivering
from knowledge.database import connect, sessions

url, base, size = sys.argv[1:]
clients = {"mihon": LineClient(Account("mihon", "token", ("s",)), base)}
delivering = Delivering(sessions(connect(url)), system_clock, Random(), clients, int(size))
while True:
    delivering.work_off("mihon", "deliveries")
"""


@pytest.fixture
def platform() -> Platform:
    return Platform(system_clock)


@pytest.fixture
def base(platform: Platform) -> Iterator[str]:
    with serving(platform) as address:
        yield address


@pytest.fixture
def newsroom(open_session: sessionmaker[Session], platform: Platform, base: str) -> Newsroom:
    with writing(open_session) as session:
        add_site(session, Site(MIHON.id, MIHON.name, MIHON.phone, ()), system_clock())
    made = Newsroom(LineTown(open_session, SetClock(system_clock()), platform, base))
    made.register(*range(PEOPLE), area="north")
    return made


def killing(process: subprocess.Popen[bytes], at: int, how: str, random: Random) -> Callable[[str], Fault | None]:
    """What LINE does with a process that is killed during its so-manieth call."""
    calls = iter(range(at + 1))

    def fault(path: str) -> Fault | None:
        if not path.endswith("multicast") or next(calls, at) < at or process.poll() is not None:
            return None
        if how == "soon after":
            Timer(random.random() / 200, process.kill).start()
            return None
        process.kill()
        return None if how == "after it was taken" else Fault.RESET_BEFORE

    return fault


@pytest.mark.slow
def test_whoever_is_killed_everybody_is_told_once(newsroom: Newsroom, platform: Platform, base: str, database_url: str) -> None:
    random = Random(3)
    number = newsroom.started(to=NORTH)
    arguments = [sys.executable, "-c", DELIVER, database_url, base, str(SIZE)]
    for kill in range(KILLS):
        process = subprocess.Popen(arguments)
        how = ("after it was taken", "before it was taken", "soon after")[kill % 3]
        platform.faults = killing(process, random.randrange(1, 4), how, random)
        assert process.wait(60) == -9
        assert newsroom.state(number) is State.SCHEDULED
    platform.faults = lambda _: None
    last = Newsroom(newsroom.town, SIZE)
    last.town.clock.now = system_clock()
    last.settle()
    assert newsroom.told() == list(range(PEOPLE))
    results = newsroom.results(number)
    assert (results.sent, results.unclear, results.delivery.state) == (PEOPLE, 0, State.DONE)
