"""Sentences come from the package that says them."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.sentences import MissingSentence, languages, say, wording

JAPANESE = '[greeting]\nhello = "こんにちは、{name}さん。"\nbye = "さようなら。"\n[a.b]\nc = "深い{{所}}。"\n'
ENGLISH = '[greeting]\nhello = "Hello, {name}."\n'


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of a package with Japanese wording and less English."""
    package = tmp_path / "sentence_town"
    (package / "wording").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "wording" / "ja.toml").write_text(JAPANESE, encoding="utf-8")
    (package / "wording" / "en.toml").write_text(ENGLISH, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    wording.cache_clear()
    yield package.name
    wording.cache_clear()
    sys.modules.pop(package.name, None)


def test_a_sentence_has_its_values_filled_in(town: str) -> None:
    assert say(town, "greeting.hello", name="山田") == "こんにちは、山田さん。"


def test_values_are_never_read_as_templates(town: str) -> None:
    assert say(town, "greeting.hello", name="{0} {name}") == "こんにちは、{0} {name}さん。"


def test_another_language_is_used_where_it_has_the_sentence(town: str) -> None:
    assert say(town, "greeting.hello", "en", name="Yamada") == "Hello, Yamada."
    assert say(town, "greeting.bye", "en") == "さようなら。"
    assert say(town, "greeting.bye", "vi") == "さようなら。"


def test_tables_within_tables_have_dotted_keys(town: str) -> None:
    assert say(town, "a.b.c") == "深い{所}。"
    assert set(wording(town)) == {"greeting.hello", "greeting.bye", "a.b.c"}


def test_a_missing_sentence_names_package_and_key(town: str) -> None:
    with pytest.raises(MissingSentence, match=r"sentence_town/wording has no sentence for 'greeting\.tea'"):
        say(town, "greeting.tea")


def test_a_forgotten_value_is_an_error_and_not_a_hole(town: str) -> None:
    with pytest.raises(KeyError, match="name"):
        say(town, "greeting.hello")


def test_wording_cannot_be_changed_by_its_readers(town: str) -> None:
    with pytest.raises(TypeError):
        wording(town)["greeting.bye"] = "では。"  # type: ignore[index]


def test_the_languages_of_a_package(town: str) -> None:
    assert languages(town) == {"ja", "en"}


def test_a_language_without_a_file_has_no_sentences(town: str) -> None:
    assert wording(town, "ko") == {}
