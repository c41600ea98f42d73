"""Time and memory that a piece of work takes on this machine."""

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from time import CLOCK_BOOTTIME, clock_gettime, perf_counter, process_time, thread_time
from typing import TypeVar

import numpy as np

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds: what somebody waits, and what this process computed, which others on the machine disturb less."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Pace:
    """Milliseconds that one of many takes: half of them less than p50, 99 in a hundred less than p99."""

    p50: float
    p99: float
    cpu50: float
    cpu99: float


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes of this process."""

    anonymous: float
    """Its own."""
    mapped: float
    """Files it looks into, which the system may forget and processes share."""


def spent(work: Callable[[], Result]) -> tuple[Spent, Result]:
    """What the work took, and what it returned."""
    wall, cpu = perf_counter(), process_time()
    result = work()
    return Spent(perf_counter() - wall, process_time() - cpu), result


def pace(work: Callable[[Item], object], items: Iterable[Item]) -> Pace:
    """What the work takes for each of the items."""
    walls, cpus = [], []
    for item in items:
        wall, cpu = perf_counter(), thread_time()
        work(item)
        walls.append((perf_counter() - wall) * 1000)
        cpus.append((thread_time() - cpu) * 1000)
    return Pace(*np.percentile(walls, (50, 99)).tolist(), *np.percentile(cpus, (50, 99)).tolist())


def memory() -> Memory:
    """What Linux says of this process now."""
    told = Path("/proc/self/status").read_text(encoding="utf-8")
    sizes = dict(re.findall(r"^Rss(Anon|File):\s+(\d+) kB$", told, re.MULTILINE))
    return Memory(int(sizes["Anon"]) / 1024, int(sizes["File"]) / 1024)


def seconds_alive() -> float:
    """Since Linux started this process, to a hundredth: interpreter and imports included."""
    after_name = Path("/proc/self/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return clock_gettime(CLOCK_BOOTTIME) - int(after_name[19]) / os.sysconf("SC_CLK_TCK")
