"""Files stay small enough to be read, say what they hold, and speak the same in every language."""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("app", "channels", "evals", "indexer", "knowledge")
MOST_LINES = 300
FOR_STAFF = {
    "app": {"masking", "errors", "help", "options", "progress", "told", "line", "line_hints"},
    "channels": {
        "richmenu",
        "segments_file",
        "yaml",
        "delivery",
        "delivery_states",
        "delivery_acts",
        "delivery_halts",
        "delivery_file",
        "delivery_preview",
    },
    "evals": {"errors", "help", "report", "case_problems", "told", "runs", "headings", "figures", "sets", "varieties", "misses"},
    "indexer": {"errors"},
    "knowledge": {"errors", "problems", "columns", "waste_columns", "waste", "pages", "states", "moves", "site_sheet"},
}
"""Tables that only Japanese staff read; every other table of a package is for residents."""


def modules() -> Iterator[Path]:
    for package in (*PACKAGES, "tests"):
        yield from sorted((ROOT / package).rglob("*.py"))


@cache
def tables(package: str, language: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / package / "wording" / f"{language}.toml").read_text(encoding="utf-8"))


def languages(package: str) -> list[str]:
    return sorted(path.stem for path in (ROOT / package / "wording").glob("*.toml"))


def test_no_module_is_too_long_to_be_read() -> None:
    lengths = {path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {path: length for path, length in lengths.items() if length > MOST_LINES and path.parts[0] != "tests"} == {}


def test_every_module_says_in_one_sentence_what_it_holds() -> None:
    silent = []
    for path in modules():
        if "versions" in path.parts or (path.parts[-1] == "__init__.py" and not path.read_text(encoding="utf-8")):
            continue
        told = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
        if not told or not told.partition("\n")[0].endswith((".", "…", ":")):
            silent.append(str(path.relative_to(ROOT)))
    assert [path for path in silent if not path.startswith("tests")] == []


def test_no_file_is_called_after_nothing() -> None:
    names = {path.stem for path in modules()}
    assert names & {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"} == set()


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_speaks_japanese(package: str) -> None:
    assert "ja" in languages(package)


@pytest.mark.parametrize("package", PACKAGES)
def test_what_residents_read_is_there_in_every_language_of_its_package(package: str) -> None:
    for language in languages(package):
        for name, table in tables(package, "ja").items():
            if name not in FOR_STAFF.get(package, set()) or language == "ja":
                assert set(tables(package, language).get(name, {})) == set(table), f"{package}/{language} [{name}]"


@pytest.mark.parametrize("package", PACKAGES)
def test_no_language_has_what_japanese_does_not(package: str) -> None:
    for language in languages(package):
        for name, table in tables(package, language).items():
            assert set(table) <= set(tables(package, "ja")[name]), f"{package}/{language} [{name}]"
