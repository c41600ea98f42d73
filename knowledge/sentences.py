"""The sentences people read, kept in each package's `wording/<language>.toml` where a non-programmer can review them."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

DEFAULT_LANGUAGE = "ja"


class MissingSentence(LookupError):
    """A key that no wording file of the package has: a programming mistake, found by the tests."""

    def __init__(self, package: str, key: str) -> None:
        super().__init__(f"{package}/wording has no sentence for {key!r}")


@cache
def wording(package: str, language: str = DEFAULT_LANGUAGE) -> Mapping[str, str]:
    """All sentences of a package in one language, by dotted key such as `errors.UnknownSite`."""
    if language not in languages(package):
        return MappingProxyType({})
    source = files(package).joinpath("wording", f"{language}.toml")
    return MappingProxyType(dict(_flatten(tomllib.loads(source.read_text(encoding="utf-8")))))


def say(package: str, key: str, language: str = DEFAULT_LANGUAGE, **values: object) -> str:
    """One sentence with its values filled in; Japanese when the language does not have it."""
    for candidate in (language, DEFAULT_LANGUAGE):
        template = wording(package, candidate).get(key)
        if template is not None:
            return template.format(**values)
    raise MissingSentence(package, key)


@cache
def languages(package: str) -> frozenset[str]:
    """The languages a package has a wording file for."""
    folder = files(package).joinpath("wording")
    return frozenset(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml"))


def _flatten(table: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in table.items():
        path = f"{prefix}{key}"
        if isinstance(value, dict):
            rows += _flatten(value, f"{path}.")
        else:
            rows.append((path, str(value)))
    return rows
