"""What can be set and run is written down where people look for it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from app.cli import application
from app.settings import PREFIX, Settings

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "README.ja.md", "CONTRIBUTING.md", "docs/*.md")


def documentation() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for page in PAGES for path in sorted(ROOT.glob(page)))


def commands() -> Iterator[str]:
    """`madoguchi import`, `madoguchi eval answers`, …"""

    def walk(command: object, words: tuple[str, ...]) -> Iterator[str]:
        inner = getattr(command, "commands", None)
        if inner is None:
            yield " ".join(words)
            return
        for name, each in inner.items():
            yield from walk(each, (*words, name))

    return walk(get_command(application()), ("madoguchi",))


@pytest.mark.parametrize("page", ["README.md", "README.ja.md", "CONTRIBUTING.md"])
def test_the_page_is_there(page: str) -> None:
    assert (ROOT / page).is_file(), f"{page} is missing"


def test_every_command_is_documented() -> None:
    text = documentation()
    names = [command.removeprefix("madoguchi ") for command in commands()]
    assert [name for name in names if not re.search(rf"(?:madoguchi |`){name}\b", text)] == []


def test_every_setting_is_documented() -> None:
    text = documentation()
    settings = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    assert [setting for setting in settings if not re.search(rf"\b{setting}\b", text)] == []


def test_no_documented_command_or_setting_is_gone() -> None:
    text = documentation()
    known = {f"{PREFIX}{name.upper()}{end}" for name in Settings.model_fields for end in ("", "_FILE")} | {f"{PREFIX}BENCH_DATA"}
    assert set(re.findall(rf"\b{PREFIX}[A-Z_]*[A-Z]\b", text)) <= known
    first_words = {command.split()[1] for command in commands()}
    assert set(re.findall(r"^\s*(?:\$ )?(?:\.venv/bin/)?madoguchi ([a-z]+)", text, re.MULTILINE)) <= first_words


def test_every_option_has_help() -> None:
    def options(command: object) -> Iterator[tuple[str, str | None]]:
        for each in getattr(command, "commands", {}).values():
            yield from options(each)
        for parameter in getattr(command, "params", []):
            yield parameter.name, getattr(parameter, "help", None)

    assert isinstance(application(), typer.Typer)
    assert [name for name, told in options(get_command(application())) if not told] == []
