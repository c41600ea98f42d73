"""The power that a process runs on, cut at any step: when a transaction begins or ends, before and after a call to LINE."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine, event

from channels.line.account import Account
from channels.line.client import LineClient
from channels.line.reply import Result
from knowledge.database import connect, sessions, writing
from knowledge.entry import Site
from knowledge.sites import add_site
from tests.channels.line.line_platform import Fault, Platform
from tests.channels.line.town import MIHON, LineTown, SetClock
from tests.conftest import NOW

QUICK_FAULTS = [fault for fault in Fault if fault not in {Fault.HANG_BEFORE, Fault.HANG_AFTER}]


class PowerCut(BaseException):
    """Nothing is done any more."""


@dataclass
class Power:
    """Counts the steps of a process, and cuts it off at one of them."""

    left: int | None = None

    def step(self, *_: object) -> None:
        if self.left == 0:
            self.left = None
            raise PowerCut
        if self.left is not None:
            self.left -= 1

    def feed(self, engine: Engine) -> None:
        """Every transaction takes power."""
        for name in ("begin", "commit"):
            event.listen(engine, name, self.step)

    def client(self, account: Account, base: str, timeout: float) -> LineClient:
        power = self

        class Cut(LineClient):
            def _call(self, method: str, *arguments: object, **headers: str) -> tuple[Result, dict[str, Any]]:
                power.step()
                done = super()._call(method, *arguments, **headers)
                power.step()
                return done

        return Cut(account, base, timeout)


@contextmanager
def powered_town(template: Path, line: tuple[Platform, str], power: Power) -> Iterator[LineTown]:
    """A new town on a new database, in front of a platform that has forgotten everything."""
    clock, (platform, base) = SetClock(NOW), line
    platform.__init__(clock)  # type: ignore[misc] # the server keeps the object, so it is made anew in place
    with TemporaryDirectory() as folder:
        engine = connect(f"sqlite:///{shutil.copyfile(template, Path(folder) / 'test.db')}")
        open_session = sessions(engine)
        with writing(open_session) as session:
            add_site(session, Site(MIHON.id, MIHON.name, MIHON.phone, ()), NOW)
        power.feed(engine)
        yield LineTown(open_session, clock, platform, base, make_client=power.client)
        engine.dispose()
