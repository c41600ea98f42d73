"""A storm over the real service: thousands of events with duplicates, disorder, withdrawals, failing sends and SIGKILLs.

    python -m tests.channels.line.storm --events 10000 --kills 30

It tells every five seconds how far it is, and in the end what was lost, doubled, mixed up or survived being taken back (all must
be 0), and how fast webhooks were acknowledged. It ends by itself, at the latest after `--limit` seconds.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from random import Random
from string import ascii_lowercase
from threading import Event, Thread
from time import monotonic, sleep

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from app.clock import system_clock
from app.wiring import Service
from channels.line.tables import EventRow, SendRow
from tests.app.small_city import ENTRIES, KITA, fill, service
from tests.channels.line.aftermath import Happened, Left, Written, look
from tests.channels.line.delivering import Deliverer
from tests.channels.line.line_platform import Fault, Json, Platform
from tests.channels.line.process import SECRET, Process
from tests.channels.line.server import serving

FAULTS = [fault for fault in Fault for _ in range(1 if fault.value.startswith("hang") else 4)]
"""A hang holds a thread for five seconds, so it is rarer than the rest."""
TEXTS = [wording for entry in ENTRIES for wording in (entry.question, *entry.wordings)] + ["電池を捨てたい", "こんにちは", "asdf"]
TELL_EVERY = 5.0


@dataclass(frozen=True)
class Plan:
    """How bad it gets."""

    events: int = 10_000
    rate: float = 100.0
    """Events a second."""
    users: int = 300
    kills: int = 30
    duplicates: float = 0.20
    shuffled: float = 0.10
    unsends: float = 0.05
    faults: float = 0.10
    seed: int = 1
    limit: float = 1800.0
    """Seconds after which it ends in any case."""
    database: str = ""
    """SQLAlchemy URL; empty means SQLite in the data folder."""


@dataclass
class Report:
    """What came of it."""

    events: int = 0
    acknowledged: int = 0
    again: int = 0
    kills: int = 0
    seconds: float = 0.0
    finished: bool = True
    left: Left = field(default_factory=Left)
    acks: Sequence[float] = ()
    recoveries: list[float] = field(default_factory=list)
    """Seconds from a kill until a webhook was acknowledged again."""

    @property
    def clean(self) -> bool:
        return self.finished and self.left.clean

    def lines(self) -> Iterator[str]:
        yield f"events {self.events} ({self.acknowledged} acknowledged), {self.kills} SIGKILLs, {self.seconds:.0f} s"
        yield f"bodies delivered again: {self.again}; pushes: {self.left.pushes}"
        yield f"outcomes {self.left.outcomes}"
        yield f"endings {self.left.endings}"
        for name in ("lost", "doubled", "mixed", "surviving"):
            found = getattr(self.left, name)
            yield f"{name}: {len(found)} {found[:3] if found else ''}"
        yield f"acknowledged after {spread(self.acks)}"
        yield f"recovered after {spread(self.recoveries)}"
        if not self.finished:
            yield "NOT FINISHED within the limit"


class Weather:
    """Everything residents do."""

    def __init__(self, plan: Plan, platform: Platform) -> None:
        self.plan, self.platform, self.random = plan, platform, Random(plan.seed)
        self.happened = Happened()

    def bodies(self) -> Iterator[list[Json]]:
        """Webhook bodies, of one to five events of anybody, at the moment they are to be delivered."""
        held: list[Json] = []
        body: list[Json] = []
        for _ in range(self.plan.events):
            wave = self._wave()
            strays = self.plan.shuffled if len(wave) == 1 else 0.5
            for event in wave:
                (held if self.random.random() < strays else body).append(event)
            if held and self.random.random() < 0.5:
                body.append(held.pop(self.random.randrange(len(held))))
            if len(body) >= self.random.randint(1, 5):
                self.random.shuffle(body)
                yield body
                body = []
        yield body + held

    def _wave(self) -> list[Json]:
        """A message, perhaps doubled, perhaps taken back."""
        user = f"U{self.random.randrange(self.plan.users):032x}"
        marker = "".join(self.random.choices(ascii_lowercase, k=12))
        text = f"{self.random.choice(TEXTS)} {marker}"
        event = self.platform.text(user, text)
        self.happened.written[event["webhookEventId"]] = Written(user, text, event["message"]["id"])
        wave = [event]
        if self.random.random() < self.plan.duplicates:
            wave.append(event)
        if self.random.random() < self.plan.unsends:
            self.happened.unsent.add(event["webhookEventId"])
            wave.append(self.platform.unsend(event))
        self.happened.events.update(each["webhookEventId"] for each in wave)
        return wave


def storm(folder: Path, plan: Plan, tell: Callable[[str], object] = lambda _: None) -> Report:
    """Let it happen, wait until all is worked off, and look at what is left."""
    running = _city(folder, plan)
    platform, report, random = Platform(system_clock, SECRET), Report(), Random(plan.seed + 2)
    platform.faults = lambda _: random.choice(FAULTS) if random.random() < plan.faults else None
    with serving(platform) as base:
        process = Process(folder, KITA, base, plan.database)
        line, weather = Deliverer(platform, process.url), Weather(plan, platform)
        try:
            assert until(line.reaches, 60), process.log.read_text()
            started = monotonic()
            with _telling(tell, lambda: _how_far(line, weather, report, running.sessions)):
                report.finished = _happen(plan, weather, line, process, report, running.sessions)
            report.seconds = monotonic() - started
        finally:
            process.stop()
    report.events, report.acknowledged = len(weather.happened.events), len(line.acknowledged)
    report.acks, report.again = line.acks, line.again
    report.left = look(weather.happened, platform, running.sessions, folder)
    return report


def _city(folder: Path, plan: Plan) -> Service:
    running = service(folder)
    if plan.database:
        running = Service(running.settings.model_copy(update={"database_url": plan.database}))
    fill(running)
    return running


def _happen(
    plan: Plan, weather: Weather, line: Deliverer, process: Process, report: Report, sessions: sessionmaker[Session]
) -> bool:
    """Whether all was worked off within the limit."""
    end = monotonic() + plan.limit
    with line.redelivering(), _killing(process, line, plan, report, end) as killed_enough:
        _blow(weather, line, plan, end)
        return until(lambda: killed_enough() and line.done and not any(_waiting(sessions)), end - monotonic())


def _blow(weather: Weather, line: Deliverer, plan: Plan, end: float) -> None:
    """Deliver the bodies at the rate of the plan, however slowly they are taken."""
    started, sent = monotonic(), 0
    for body in weather.bodies():
        if body:
            line.deliver(body)
        sent += len(body)
        sleep(max(0.0, sent / plan.rate - (monotonic() - started)))
        if monotonic() > end:
            return


@contextmanager
def _killing(process: Process, line: Deliverer, plan: Plan, report: Report, end: float) -> Iterator[Callable[[], bool]]:
    """SIGKILL at random moments, each after the service has come back."""
    random, over = Random(plan.seed + 1), Event()

    def run() -> None:
        pause = plan.events / plan.rate / max(1, plan.kills)
        while report.kills < plan.kills and not over.wait(random.uniform(0.2, 1.8) * pause):
            process.kill()
            killed = monotonic()
            process.start()
            if until(line.reaches, end - monotonic()):
                report.recoveries.append(monotonic() - killed)
            report.kills += 1

    thread = Thread(target=run)
    thread.start()
    try:
        yield lambda: not thread.is_alive()
    finally:
        over.set()
        thread.join()


@contextmanager
def _telling(tell: Callable[[str], object], how_far: Callable[[], str]) -> Iterator[None]:
    started, over = monotonic(), Event()

    def run() -> None:
        while not over.wait(TELL_EVERY):
            tell(f"{monotonic() - started:.0f} s: {how_far()}")

    thread = Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _how_far(line: Deliverer, weather: Weather, report: Report, sessions: sessionmaker[Session]) -> str:
    waiting, unsaid = _waiting(sessions)
    known, taken = len(weather.happened.events), len(line.acknowledged)
    told = f"{taken} of {known} events acknowledged, {waiting} to be worked off, {unsaid} to be said, {report.kills} kills"
    return f"{told}, acknowledged after {spread(line.acks)}"


def _waiting(sessions: sessionmaker[Session]) -> tuple[int, int]:
    """Events and sends that are not at their end."""
    with sessions() as session:
        events = session.scalar(select(func.count()).select_from(EventRow).where(EventRow.outcome.is_(None)))
        unsaid = session.scalar(select(func.count()).select_from(SendRow).where(SendRow.ending.is_(None)))
    return events or 0, unsaid or 0


def until(sign: Callable[[], bool], seconds: float) -> bool:
    """Wait for something; False when it has not happened in time."""
    end = monotonic() + seconds
    while not sign():
        if monotonic() > end:
            return False
        sleep(0.05)
    return True


def spread(seconds: Sequence[float]) -> str:
    """The middle, the 99th of a hundred, and the longest."""
    ordered = sorted(seconds) or [0.0]
    middle, late = (ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] for percent in (50, 99))
    return f"p50 {middle * 1000:.0f} ms, p99 {late * 1000:.0f} ms, max {ordered[-1] * 1000:.0f} ms"


def main() -> None:
    """Run a storm as told on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for each in fields(Plan):
        parser.add_argument(f"--{each.name}", type=type(each.default), default=each.default)
    with tempfile.TemporaryDirectory() as folder:
        report = storm(Path(folder), Plan(**vars(parser.parse_args())), lambda told: sys.stderr.write(f"{told}\n"))
    sys.stdout.write("\n".join(report.lines()) + "\n")
    sys.exit(0 if report.clean else 1)


if __name__ == "__main__":
    main()
