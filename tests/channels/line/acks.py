"""How fast the real service acknowledges webhooks that come whether or not it keeps up, each counted from the moment it was due.

    python -m tests.channels.line.acks --rate 100 --seconds 60

LINE's side of webhooks, the platform that takes the replies, and the service are a process each.
"""

import argparse
import multiprocessing
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path
from random import Random
from time import monotonic, sleep

import urllib3

from app.clock import system_clock
from tests.app.small_city import KITA, fill, service
from tests.channels.line.delivering import PATIENCE, THREADS, Deliverer
from tests.channels.line.line_platform import Platform
from tests.channels.line.process import SECRET, Process
from tests.channels.line.server import serving
from tests.channels.line.storm import TEXTS, spread, until

Webhook = tuple[float, bytes, dict[str, str]]
"""Seconds after the beginning at which it is due, body and headers."""


@dataclass(frozen=True)
class Load:
    """What comes in: a message a webhook, at random moments."""

    rate: float = 100.0
    """Webhooks a second."""
    seconds: float = 60.0
    users: int = 300
    seed: int = 1
    database: str = ""


@dataclass(frozen=True)
class Measured:
    """What was measured."""

    acks: Sequence[float]
    """Seconds."""
    missed: Mapping[str, int]
    """Webhooks that were not acknowledged, by what came instead."""
    said: int
    """Answers that had arrived when the load ended."""


def measure(folder: Path, load: Load) -> Measured:
    """Put the load on a service that has just answered its first question."""
    running = service(folder)
    fill(running)
    platform = Platform(system_clock, SECRET)
    with serving(platform) as base:
        process = Process(folder, KITA, base, load.database)
        try:
            line = Deliverer(platform, process.url)
            assert until(line.reaches, 60), process.log.read_text()
            line.deliver([platform.text("U" + "f" * 32, TEXTS[0])])
            until(lambda: bool(platform.said), 60)
            with multiprocessing.get_context("spawn").Pool(1) as other:
                acks = other.apply(offer, (process.url, list(_webhooks(platform, load))))
            said = len(platform.said) - 1
        finally:
            process.stop()
    taken = [each for each in acks if isinstance(each, float)]
    return Measured(taken, Counter(each for each in acks if isinstance(each, str)), said)


def _webhooks(platform: Platform, load: Load) -> Iterator[Webhook]:
    random, due, now = Random(load.seed), 0.0, platform.clock()
    while (due := due + random.expovariate(load.rate)) < load.seconds:
        user = f"U{random.randrange(load.users):032x}"
        event = platform.text(user, random.choice(TEXTS), now + timedelta(seconds=due))
        body, headers = platform.deliver([event])
        platform.tokens[event["replyToken"]].delivered_at = now + timedelta(seconds=due)
        yield due, body, headers


def offer(url: str, webhooks: Sequence[Webhook]) -> list[float | str]:
    """Deliver each when it is due, and say how many seconds after that it was acknowledged, or what came instead."""
    http = urllib3.PoolManager(maxsize=THREADS, retries=False)
    started = monotonic()

    def deliver(webhook: Webhook) -> float | str:
        due, body, headers = webhook
        try:
            answer = http.request("POST", url, body=body, headers=headers, timeout=urllib3.Timeout(total=PATIENCE))
        except urllib3.exceptions.HTTPError as error:
            return type(error).__name__
        return monotonic() - started - due if answer.status == 200 else str(answer.status)

    with ThreadPoolExecutor(THREADS) as pool:
        sent = []
        for webhook in webhooks:
            sleep(max(0.0, webhook[0] - (monotonic() - started)))
            sent.append(pool.submit(deliver, webhook))
        return [each.result() for each in sent]


def main() -> None:
    """Measure as told on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for each in fields(Load):
        parser.add_argument(f"--{each.name}", type=type(each.default), default=each.default)
    load = Load(**vars(parser.parse_args()))
    with tempfile.TemporaryDirectory() as folder:
        measured = measure(Path(folder), load)
    sys.stdout.write(f"{len(measured.acks)} webhooks at {load.rate:g} a second acknowledged after {spread(measured.acks)}\n")
    sys.stdout.write(f"not acknowledged: {dict(measured.missed)}; answered when the load ended: {measured.said}\n")


if __name__ == "__main__":
    main()
