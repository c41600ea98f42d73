"""Everything that can be said has its sentence, in every language it may be said in."""

import importlib
import inspect
import pkgutil
import re
import string
from collections import defaultdict
from collections.abc import Iterator, Mapping
from enum import Enum

import pytest

from app.answering.draft import Draft, Memory
from app.records.masking import PersonalData
from channels.message import Outcome
from knowledge.errors import KnownError
from knowledge.sentences import languages, say, wording
from tests.app.small_city import HOLIDAY, SITE

PACKAGES = ("app", "channels", "evals", "indexer", "knowledge")
NOT_OF_THE_SERVICE = ("app.migrations.env", "app.migrations.versions", "indexer.training", "indexer.sentence_module")
"""Run by Alembic, or in need of torch, which takes seconds to import."""
RESIDENTS_READ = ("answers", "hours", "welcome")
LANGUAGES = sorted(languages("app"))


def modules() -> Iterator[str]:
    for package in PACKAGES:
        yield package
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            if not module.name.startswith(NOT_OF_THE_SERVICE):
                yield module.name


def known_errors() -> list[type[KnownError]]:
    found = {
        each
        for name in modules()
        for _, each in inspect.getmembers(importlib.import_module(name), inspect.isclass)
        if issubclass(each, KnownError) and each is not KnownError
    }
    return sorted(found, key=lambda each: f"{each.__module__}.{each.__name__}")


def table(package: str, language: str, name: str) -> Mapping[str, str]:
    return {key: each for key, each in wording(package, language).items() if key.startswith(f"{name}.")}


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_a_sentence_in_every_language(outcome: Outcome, language: str) -> None:
    assert f"answers.{outcome}" in wording("app", language)
    told = Draft(SITE, "", language, HOLIDAY, Memory("token")).answer(outcome, limit=500)
    assert told.message
    assert "{" not in told.message


@pytest.mark.parametrize("name", RESIDENTS_READ)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_residents_read_is_there_in_every_language(language: str, name: str) -> None:
    assert set(table("app", language, name)) == set(table("app", "ja", name))
    assert all(sentence.strip() for sentence in table("app", language, name).values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_has_the_same_values_in_every_language(language: str) -> None:
    for key, sentence in wording("app", language).items():
        assert fields(sentence) == fields(wording("app", "ja")[key]), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_lines_name_the_same_numbers_in_every_language(language: str) -> None:
    for key in table("app", "ja", "answers"):
        if key.startswith("answers.emergency"):
            numbers = set(re.findall(r"[#\d][\d-]{2,}", say("app", key, language)))
            assert numbers <= set(re.findall(r"[#\d][\d-]{2,}", say("app", key))), key


def test_there_are_errors_in_every_package() -> None:
    assert {error.__module__.partition(".")[0] for error in known_errors()} == set(PACKAGES)


@pytest.mark.parametrize("error", known_errors(), ids=lambda each: each.__name__)
def test_every_known_error_has_its_sentence(error: type[KnownError]) -> None:
    package = error.__module__.partition(".")[0]
    template = wording(package)[f"errors.{error.__name__}"]
    assert template.endswith(("。", "{wanted}", "{problem}"))
    assert 400 <= error.status < 600
    for language in languages(package):
        if f"errors.{error.__name__}" in wording(package, language):
            assert fields(wording(package, language)[f"errors.{error.__name__}"]) == fields(template)


@pytest.mark.parametrize(
    "error", [each for each in known_errors() if each.__init__ is not KnownError.__init__], ids=lambda each: each.__name__
)
def test_every_error_with_values_of_its_own_fills_its_sentence(error: type[KnownError]) -> None:
    made = error(**{name: _some(parameter) for name, parameter in list(inspect.signature(error.__init__).parameters.items())[1:]})
    assert "{" not in str(made).replace("{{", "")
    assert str(made) == made.sentence("ja")


@pytest.mark.parametrize("package", PACKAGES)
def test_no_sentence_is_left_over_from_an_error_that_is_gone(package: str) -> None:
    said = {key.removeprefix("errors.") for key in table(package, "ja", "errors")}
    assert said <= {error.__name__ for error in known_errors() if error.__module__.partition(".")[0] == package}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_template_can_be_filled(package: str) -> None:
    class Anything(defaultdict[str, "Value"]):
        def __missing__(self, key: str) -> "Value":
            return Value()

    class Value:
        def __format__(self, _: str) -> str:
            return "値"

    for language in languages(package):
        for key, template in wording(package, language).items():
            if not key.startswith(("web.", "loader.")):
                assert string.Formatter().vformat(template, (), Anything()) is not None, key


def test_every_kind_of_personal_data_has_a_label_of_its_own() -> None:
    labels = {say("app", f"masking.{kind}") for kind in PersonalData}
    assert len(labels) == len(PersonalData)


def _some(parameter: inspect.Parameter) -> object:
    """A value of the parameter's type."""
    kind = parameter.annotation
    if parameter.name == "wanted" and kind is str:
        return "a_text"  # the key of a sentence where knowledge.site_sheet wants one
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    if kind is int:
        return 4096
    return ["あ", "い"] if "list" in str(kind) or "Collection" in str(kind) else "値"
