"""A storm over the real service: thousands of events with duplicates, disorder, withdrawals, failing sends and SIGKILLs.

    python -m tests.channels.line.storm --events 10000 --kills 30

It prints what was lost, doubled, mixed up or survived being taken back (all must be 0), and how fast webhooks were acknowledged.
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from string import ascii_lowercase
from threading import Event, Lock, Thread
from time import monotonic, perf_counter, sleep

import urllib3
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from app.clock import system_clock
from app.records.tables import QuestionRow, ShownRow
from channels.line.tables import EventRow, SendRow
from tests.app.small_city import ENTRIES, KITA, fill, service
from tests.channels.line.platform import Fault, Json, Platform, Said
from tests.channels.line.server import serving
from tests.channels.line.town import everything

ROOT = Path(__file__).parents[3]
SECRET = "s" * 32
FAULTS = [fault for fault in Fault for _ in range(1 if fault.value.startswith("hang") else 4)]
"""A hang holds a thread for five seconds, so it is rarer than the rest."""
TEXTS = [wording for entry in ENTRIES for wording in (entry.question, *entry.wordings)] + ["電池を捨てたい", "こんにちは", "asdf"]
SERVE = "from app.cli import main; main()"


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
    database: str = ""
    """SQLAlchemy URL; empty means SQLite in the data folder."""


@dataclass
class Report:
    """What came of it."""

    events: int = 0
    acknowledged: int = 0
    redelivered_bodies: int = 0
    kills: int = 0
    seconds: float = 0.0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)
    surviving: list[str] = field(default_factory=list)
    outcomes: dict[str, int] = field(default_factory=dict)
    endings: dict[str, int] = field(default_factory=dict)
    pushes: int = 0
    acks: list[float] = field(default_factory=list)
    """Milliseconds until a webhook was acknowledged, while the process lived."""
    recoveries: list[float] = field(default_factory=list)
    """Seconds from a kill until a webhook was acknowledged again."""

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.mixed or self.surviving)

    def lines(self) -> Iterator[str]:
        yield f"events {self.events} ({self.acknowledged} acknowledged), {self.kills} SIGKILLs, {self.seconds:.0f} s"
        yield f"bodies delivered again: {self.redelivered_bodies}; pushes: {self.pushes}"
        yield f"outcomes {self.outcomes}"
        yield f"endings {self.endings}"
        for name in ("lost", "doubled", "mixed", "surviving"):
            found = getattr(self, name)
            yield f"{name}: {len(found)} {found[:3] if found else ''}"
        yield f"ack p50 {percentile(self.acks, 50):.1f} ms, p99 {percentile(self.acks, 99):.1f} ms, max {max(self.acks):.1f} ms"
        if self.recoveries:
            yield f"recovery p50 {percentile(self.recoveries, 50):.1f} s, max {max(self.recoveries):.1f} s"


class Process:
    """`madoguchi serve`, as operators run it."""

    def __init__(self, folder: Path, base: str, database: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        accounts = {KITA: {"token": "token", "secret": SECRET}}
        settings = {
            "DATA_DIR": str(folder),
            "DATABASE_URL": database,
            "PORT": str(self.port),
            "LINE_ACCOUNTS": json.dumps(accounts),
            "LINE_API_BASE": base,
        }
        known = {name: value for name, value in os.environ.items() if not name.startswith("MADOGUCHI_")}
        self.environment = known | {f"MADOGUCHI_{name}": value for name, value in settings.items()} | {"PYTHONPATH": str(ROOT)}
        self.log = folder / "log"
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as log:
            command = [sys.executable, "-c", SERVE, "serve"]
            self.running = subprocess.Popen(command, env=self.environment, cwd=self.log.parent, stderr=log, stdout=log)

    def kill(self) -> None:
        self.running.send_signal(signal.SIGKILL)
        self.running.wait()

    def stop(self) -> None:
        self.running.terminate()
        self.running.wait(30)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/line/{KITA}"


class Line:
    """LINE as it delivers: what was not acknowledged is delivered again, until it is."""

    def __init__(self, platform: Platform, url: str, report: Report) -> None:
        self.platform, self.url, self.report = platform, url, report
        self.http = urllib3.PoolManager(maxsize=32, retries=False)
        self.acknowledged: set[str] = set()
        self.late: deque[tuple[float, list[Json]]] = deque()
        self.last_ack = monotonic()
        self.lock = Lock()

    def deliver(self, events: list[Json], again: bool = False) -> None:
        body, headers = self.platform.deliver(events, again)
        started = perf_counter()
        try:
            response = self.http.request("POST", self.url, body=body, headers=headers, timeout=urllib3.Timeout(total=2.0))
            taken = response.status == 200
        except urllib3.exceptions.HTTPError:
            taken = False
        with self.lock:
            if taken:
                self.report.acks.append((perf_counter() - started) * 1000)
                self.acknowledged |= {event["webhookEventId"] for event in events}
                self.last_ack = monotonic()
            else:
                self.late.append((monotonic() + 1.0, events))

    def deliver_late(self) -> bool:
        """Once more what was due; False when nothing is left."""
        with self.lock:
            due = [self.late.popleft() for _ in range(len(self.late))]
            self.late.extend(each for each in due if each[0] > monotonic())
        for _, events in [each for each in due if each[0] <= monotonic()]:
            self.report.redelivered_bodies += 1
            self.deliver(events, again=True)
        return bool(self.late)


class Storm:
    """Everything residents do, and everything that goes wrong."""

    def __init__(self, plan: Plan, platform: Platform) -> None:
        self.plan, self.platform, self.random = plan, platform, Random(plan.seed)
        self.texts: dict[str, tuple[str, str, str]] = {}
        """User, text and message id by event."""
        self.unsent: set[str] = set()
        self.events: set[str] = set()

    def bodies(self) -> Iterator[list[Json]]:
        """Webhook bodies, of one to five events of anybody, at the moment they are to be delivered."""
        held: list[list[Json]] = []
        body: list[Json] = []
        for _ in range(self.plan.events):
            wave = self._wave()
            if self.random.random() < self.plan.shuffled:
                held.append(wave)
                continue
            body += wave
            if held and self.random.random() < 0.2:
                body = held.pop(self.random.randrange(len(held))) + body
            if len(body) >= self.random.randint(1, 5):
                self.random.shuffle(body)
                yield body
                body = []
        yield body + [event for wave in held for event in wave]

    def _wave(self) -> list[Json]:
        """A message, perhaps doubled, perhaps taken back, perhaps before it arrives."""
        user = f"U{self.random.randrange(self.plan.users):032x}"
        marker = "".join(self.random.choices(ascii_lowercase, k=12))
        text = f"{self.random.choice(TEXTS)} {marker}"
        event = self.platform.text(user, text)
        self.texts[event["webhookEventId"]] = (user, text, event["message"]["id"])
        wave = [event]
        if self.random.random() < self.plan.duplicates:
            wave.append(event)
        if self.random.random() < self.plan.unsends:
            self.unsent.add(event["webhookEventId"])
            wave.insert(self.random.randrange(len(wave) + 1), self.platform.unsend(event))
        self.events |= {each["webhookEventId"] for each in wave}
        return wave


@contextmanager
def killing(process: Process, line: Line, plan: Plan, report: Report, seconds: float) -> Iterator[None]:
    """SIGKILL at random moments, each after the service has come back."""
    random, over = Random(plan.seed + 1), Event()

    def run() -> None:
        pause = seconds / max(1, plan.kills)
        while report.kills < plan.kills and not over.wait(random.uniform(0.2, 1.8) * pause):
            process.kill()
            killed = monotonic()
            process.start()
            report.kills += 1
            while line.last_ack < killed and not over.is_set():
                sleep(0.01)
            report.recoveries.append(line.last_ack - killed)

    thread = Thread(target=run)
    thread.start()
    yield
    thread.join() if not over.is_set() and report.kills < plan.kills else over.set()
    over.set()
    thread.join()


def storm(folder: Path, plan: Plan) -> Report:
    """Let it happen, wait until all is worked off, and look at what is left."""
    running = service(folder)
    if plan.database:
        running = running.__class__(running.settings.model_copy(update={"database_url": plan.database}), system_clock)
    fill(running)
    platform, report = Platform(system_clock, SECRET), Report()
    random = Random(plan.seed + 2)
    platform.faults = lambda _: random.choice(FAULTS) if random.random() < plan.faults else None
    with serving(platform) as base:
        process = Process(folder, base, plan.database)
        line = Line(platform, process.url, report)
        try:
            _wait_until_ready(line)
            report.acks.clear()
            weather = Storm(plan, platform)
            started = monotonic()
            with killing(process, line, plan, report, plan.events / plan.rate), _delivering_late(line):
                _blow(weather, line, plan)
            while line.deliver_late():
                sleep(0.05)
            _wait_until_done(running.sessions)
            report.seconds = monotonic() - started
        finally:
            process.stop()
    _look(weather, line, platform, running.sessions, report)
    report.surviving += _in_log(weather, process.log)
    return report


def _blow(weather: Storm, line: Line, plan: Plan) -> None:
    """Deliver the bodies at the rate of the plan."""
    started, sent = monotonic(), 0
    with ThreadPoolExecutor(16) as pool:
        for body in weather.bodies():
            if body:
                pool.submit(line.deliver, body)
            sent += len(body)
            ahead = sent / plan.rate - (monotonic() - started)
            if ahead > 0:
                sleep(ahead)


@contextmanager
def _delivering_late(line: Line) -> Iterator[None]:
    over = Event()

    def run() -> None:
        while not over.wait(0.1):
            line.deliver_late()

    thread = Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _wait_until_ready(line: Line) -> None:
    end = monotonic() + 60
    while not line.report.acks:
        assert monotonic() < end, "the service did not start"
        line.deliver([])
        sleep(0.05)
    line.late.clear()


def _wait_until_done(open_session: sessionmaker[Session]) -> None:
    waiting = select(func.count()).select_from(EventRow).where(EventRow.outcome.is_(None))
    unfinished = select(func.count()).select_from(SendRow).where(SendRow.ending.is_(None))
    end = monotonic() + 1800
    while monotonic() < end:
        with open_session() as session:
            if not (session.scalar(waiting) or session.scalar(unfinished)):
                return
        sleep(0.2)
    raise AssertionError("something is still waiting")


def _look(weather: Storm, line: Line, platform: Platform, open_session: sessionmaker[Session], report: Report) -> None:
    with open_session() as session:
        outcomes = {row.id: row.outcome for row in session.scalars(select(EventRow))}
        sends = {row.event or "": row for row in session.scalars(select(SendRow))}
        questions = list(session.scalars(select(QuestionRow)))
        shown = defaultdict(list)
        for row in session.scalars(select(ShownRow).order_by(ShownRow.position)):
            shown[row.question_id].append(row.entry_id)
    by_key = {row.id: event for event, row in sends.items()}
    said: dict[str, list[Said]] = defaultdict(list)
    for each in platform.said:
        said[each.event or by_key[each.key]].append(each)
    report.events, report.acknowledged = len(weather.events), len(line.acknowledged)
    report.outcomes, report.endings = _counted(outcomes.values()), _counted(row.ending for row in sends.values())
    report.pushes = sum(bool(each.key) for each in platform.said)
    report.lost += [event for event in weather.events if outcomes.get(event) is None]
    report.doubled += [event for event, heard in said.items() if len(heard) > 1]
    by_reference = defaultdict(list)
    for question in questions:
        by_reference[question.reference].append(question)
    entries = {entry.id: entry for entry in ENTRIES}
    whose: dict[str, set[str]] = defaultdict(set)
    for event, (user, text, message) in weather.texts.items():
        records = by_reference[message]
        if event in weather.unsent:
            report.surviving += [text for _ in records]
            continue
        if len(records) != 1:
            (report.doubled if records else report.lost).append(event)
            continue
        (record,) = records
        whose[record.conversation].add(user)
        heard = said[event]
        send = sends.get(event)
        if send is None or (send.ending == "sent" and not heard):
            report.lost.append(event)
        wanted = [entries[entry].question for entry in shown[record.id]]
        right = all(each.to == user and all(one in each.text for one in wanted) for each in heard)
        if not right or record.text != text:
            report.mixed.append(event)
    report.mixed += [conversation for conversation, users in whose.items() if len(users) > 1]
    dump = everything(open_session)
    report.surviving += [text for text in _unsent_markers(weather) if text in dump]


def _in_log(weather: Storm, log: Path) -> list[str]:
    """No text at all belongs there."""
    written = log.read_text(encoding="utf-8", errors="replace")
    return [text for _, text, _ in weather.texts.values() if text.rpartition(" ")[2] in written]


def _unsent_markers(weather: Storm) -> list[str]:
    return [weather.texts[event][1].rpartition(" ")[2] for event in weather.unsent]


def _counted(values: Iterable[str | None]) -> dict[str, int]:
    return dict(Counter(str(value) for value in values))


def percentile(values: Sequence[float], percent: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def main() -> None:
    """Run a storm as told on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    for name, kind in (("events", int), ("rate", float), ("kills", int), ("users", int), ("faults", float), ("seed", int)):
        parser.add_argument(f"--{name}", type=kind, default=getattr(Plan, name))
    parser.add_argument("--database", default="")
    with tempfile.TemporaryDirectory() as folder:
        report = storm(Path(folder), Plan(**vars(parser.parse_args())))
        sys.stdout.write("\n".join(report.lines()) + "\n")
    sys.exit(0 if report.clean else 1)


if __name__ == "__main__":
    main()
