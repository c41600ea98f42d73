"""Kills a process with SIGKILL just before it does something that lasts: a file renamed or removed, a transaction committed."""

import os
import re
import shutil
import signal
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

_CHANCE = re.compile(r"\d{8}-\d{6}[\w-]*|[0-9a-f]{8,}|\d+")
"""Tokens and times in file names, which are others in every run."""


def run_killed(work: Callable[[], object], folder: Path, seen: Path) -> bool:
    """Run the work in a process of its own, killed at the first lasting event in the folder whose like is not in `seen` yet.

    Returns whether it came to its end.
    """
    child = os.fork()
    if child == 0:
        _run(work, folder, seen)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return False
    assert os.waitstatus_to_exitcode(status) == 0, "the work failed, and not by the kill"
    return True


def _run(work: Callable[[], object], folder: Path, seen: Path) -> None:
    try:
        _watch(folder, seen)
        work()
    except BaseException:  # noqa: BLE001 (neither pytest nor its fixtures may go on in the child)
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _watch(folder: Path, seen: Path) -> None:
    known = set(seen.read_text(encoding="utf-8").splitlines()) if seen.exists() else set()

    def happens(*words: str) -> None:
        label = _CHANCE.sub("*", " ".join(words))
        if label not in known:
            with seen.open("a", encoding="utf-8") as file:
                file.write(f"{label}\n")
            os.kill(os.getpid(), signal.SIGKILL)

    _watch_files(happens, folder)
    _watch_database(happens)


def _watch_files(happens: Callable[..., None], folder: Path) -> None:
    def watched(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            path = Path(f"/proc/self/fd/{arguments[0]}").readlink() if name == "fsync" else Path(arguments[0])
            if path.is_relative_to(folder):
                happens(name, *path.parts[-2:], *(Path(each).name for each in arguments[1:] if isinstance(each, str | Path)))
            return function(*arguments, **options)

        return call

    for module, name in ((os, "replace"), (os, "rename"), (os, "fsync"), (shutil, "rmtree")):
        setattr(module, name, watched(name, getattr(module, name)))


def _watch_database(happens: Callable[..., None]) -> None:
    written: list[str] = []

    @event.listens_for(Engine, "before_cursor_execute")
    def note(*arguments: Any) -> None:
        statement = str(arguments[2])
        if not statement.lstrip().startswith(("SELECT", "PRAGMA", "BEGIN")):
            written.append(" ".join(statement.split()[:3]))

    @event.listens_for(Engine, "commit")
    def commit(*_: Any) -> None:
        if written:
            happens("commit", written[-1])
        written.clear()
