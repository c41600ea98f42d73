"""The words of the pages: complete in every language, and nowhere left out of the templates."""

import re
from pathlib import Path

import pytest

from channels import errors, words
from channels.feedback import Reason
from channels.message import Outcome
from channels.web import render
from knowledge.errors import KnownError
from knowledge.sentences import languages, wording

JA = wording("channels")
TEMPLATES = sorted((render.HERE / "templates").glob("*.html"))
BLANK = re.compile(r"\{(\w+)\}")
FOR_STAFF = ("richmenu.", "segments_file.", "yaml.", "delivery")


def test_three_languages_are_spoken() -> None:
    assert languages("channels") == {"ja", "ja-x-easy", "en"}


@pytest.mark.parametrize("language", sorted(languages("channels")))
def test_every_language_has_the_same_sentences_with_the_same_blanks(language: str) -> None:
    there = wording("channels", language)
    for_residents = {key: text for key, text in JA.items() if not key.startswith(FOR_STAFF)}
    assert {key for key in there if not key.startswith(FOR_STAFF)} == set(for_residents)
    assert all(text.strip() for text in there.values())
    assert [key for key, text in for_residents.items() if set(BLANK.findall(text)) != set(BLANK.findall(there[key]))] == []


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_a_label(outcome: Outcome) -> None:
    assert f"outcomes.{outcome.value}" in JA


def test_every_reason_has_words() -> None:
    assert {f"reasons.{reason.value}" for reason in Reason} == {key for key in JA if key.startswith("reasons.")}


def test_every_error_has_a_sentence() -> None:
    classes = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, KnownError)]
    assert {f"errors.{each.__name__}" for each in classes if each is not KnownError} == {
        key for key in JA if key.startswith("errors.")
    }


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_words_of_their_own(template: Path) -> None:
    assert not re.search(r"[ぁ-ゖァ-ヺ一-龯]", template.read_text(encoding="utf-8"))


def test_no_sentence_is_left_over() -> None:
    places = [*TEMPLATES, *render.HERE.glob("*.py"), Path(words.__file__), render.ASSETS / "chat.js"]
    sources = "".join(path.read_text(encoding="utf-8") for path in places)
    said = [key.removeprefix("web.") for key in JA if key.startswith("web.")]
    assert [word for word in said if f'"{word}"' not in sources and f"'{word}'" not in sources] == []
