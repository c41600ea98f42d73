"""A refusal is a class, a status and one reviewed sentence."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.errors import KnownError
from knowledge.sentences import MissingSentence, wording

MODULE = """
from knowledge.errors import KnownError
class NoSuchTown(KnownError):
    status = 404
class Wordless(KnownError):
    pass
"""


@pytest.fixture
def errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, type[KnownError]]]:
    """The errors that a module deep inside another package defines."""
    package = tmp_path / "error_town"
    (package / "hall").mkdir(parents=True)
    (package / "wording").mkdir()
    (package / "__init__.py").touch()
    (package / "hall" / "__init__.py").touch()
    (package / "hall" / "errors.py").write_text(MODULE, encoding="utf-8")
    (package / "wording" / "ja.toml").write_text('[errors]\nNoSuchTown = "「{town}」はありません。"\n', encoding="utf-8")
    (package / "wording" / "en.toml").write_text('[errors]\nNoSuchTown = "There is no {town}."\n', encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    wording.cache_clear()
    module = importlib.import_module("error_town.hall.errors")
    yield {"NoSuchTown": module.NoSuchTown, "Wordless": module.Wordless}
    wording.cache_clear()
    for name in ("error_town", "error_town.hall", "error_town.hall.errors"):
        sys.modules.pop(name, None)


def test_an_error_says_the_sentence_of_its_own_package(errors: dict[str, type[KnownError]]) -> None:
    error = errors["NoSuchTown"](town="みほん市")
    assert str(error) == error.sentence() == "「みほん市」はありません。"
    assert error.sentence("en") == "There is no みほん市."
    assert error.sentence("pt") == "「みほん市」はありません。"


def test_an_error_keeps_its_values_and_status(errors: dict[str, type[KnownError]]) -> None:
    error = errors["NoSuchTown"](town="みほん市")
    assert error.values == {"town": "みほん市"}
    assert error.status == 404
    assert errors["Wordless"]().status == 400


def test_an_error_is_caught_as_a_known_one(errors: dict[str, type[KnownError]]) -> None:
    with pytest.raises(KnownError, match="「みほん市」はありません。"):
        raise errors["NoSuchTown"](town="みほん市")


def test_an_error_without_a_sentence_is_found_by_the_first_who_reads_it(errors: dict[str, type[KnownError]]) -> None:
    with pytest.raises(MissingSentence, match=r"error_town/wording has no sentence for 'errors\.Wordless'"):
        errors["Wordless"]().sentence()
