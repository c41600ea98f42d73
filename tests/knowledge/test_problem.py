"""Every problem and every refusal has its sentence."""

import inspect
import re
from pathlib import Path

import pytest

import knowledge
from knowledge import page_files, pages, sheet_errors
from knowledge.errors import KnownError
from knowledge.problem import Problem, field_label
from knowledge.sentences import wording

SOURCES = Path(inspect.getfile(knowledge)).parent
CALL = re.compile(r"""(?:Problem\([\w.\[\]]+, |fail\(|page_problem\()"(?P<key>\w+)\"""")
REFUSALS = [
    each
    for module in (sheet_errors, page_files, pages)
    for each in vars(module).values()
    if isinstance(each, type) and issubclass(each, KnownError) and each.__module__ == module.__name__
]


def test_every_problem_named_in_the_code_has_a_sentence() -> None:
    keys = {found["key"] for file in SOURCES.glob("*.py") for found in CALL.finditer(file.read_text(encoding="utf-8"))}
    assert len(keys) > 25
    assert {key for key in keys if f"problems.{key}" not in wording("knowledge")} == set()


@pytest.mark.parametrize("refusal", REFUSALS)
def test_every_refusal_has_a_sentence_made_of_what_its_docstring_names(refusal: type[KnownError]) -> None:
    given = dict.fromkeys(re.findall(r"`(\w+)`", refusal.__doc__ or ""), 7)
    assert "7" in refusal(**given).sentence()


def test_a_problem_without_a_row_says_no_row() -> None:
    assert Problem(None, "missing", {"field": field_label("question")}).sentence.startswith("「質問」")
    assert Problem(3, "missing", {"field": field_label("question", "en")}).sentence.startswith("3行目：「質問[en]」")
