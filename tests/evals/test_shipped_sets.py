"""The cases that come with the product are whole, are residents' own words, and name entries that exist."""

import re
from collections import Counter

import pytest

from app.answering.phrases import bare
from app.commands.demo import sheets
from app.records.digits import luhn_valid, my_number_check_digit
from app.records.masking import mask
from evals.case import Case
from evals.case_files import read_case_files
from evals.sets import SHIPPED
from evals.table import label
from knowledge.entry import Entry, Kind
from knowledge.urgency_sheet import read_sayings
from tests.app.seed import SEED

LEAST = {
    "answers": 220,
    "abstention": 60,
    "waste": 40,
    "personal_data": 20,
    "emergency": 20,
    "near_emergency": 20,
    "follow_up": 30,
    "language": 30,
    "talk": 10,
}
TEST_NUMBERS = {
    "123456789018",
    "4111111111111111",
    "4242424242424242",
    "4000056655665556",
    "5555555555554444",
    "378282246310005",
    "3530111333300000",
}
"""A sample My Number of public documents, and card numbers that payment services publish for tests."""


@pytest.fixture(scope="module")
def entries() -> dict[str, Entry]:
    return {entry.id: entry for sheet in sheets(SEED).values() for entry in sheet.good}


@pytest.fixture(scope="module")
def cases(entries: dict[str, Entry]) -> tuple[Case, ...]:
    good, problems = read_case_files([SHIPPED / "mihon"], entries)
    assert [problem.sentence for problem in problems] == []
    return good


def test_every_set_has_its_cases_its_file_and_its_label(cases: tuple[Case, ...]) -> None:
    counted = Counter(case.set for case in cases)
    assert set(counted) == set(LEAST) == {path.stem for path in (SHIPPED / "mihon").glob("*.jsonl")}
    assert {name: count for name, count in counted.items() if count < LEAST[name]} == {}
    assert len(cases) >= 400
    assert [name for name in counted if label("sets", name) == name] == []


def test_every_field_of_the_city_is_asked_about(cases: tuple[Case, ...], entries: dict[str, Entry]) -> None:
    asked = {entry for case in cases for entry, grade in case.entries.items() if grade == 2}
    fields = Counter(entry.category for entry in entries.values() if entry.kind is Kind.FAQ)
    covered = Counter(entries[entry].category for entry in asked if entries[entry].kind is Kind.FAQ)
    assert {field: covered[field] for field in fields if covered[field] * 2 < fields[field]} == {}


def test_no_case_is_an_entry_in_its_own_words(cases: tuple[Case, ...], entries: dict[str, Entry]) -> None:
    said = {bare(text) for entry in entries.values() for text in (entry.question, *entry.wordings)}
    for entry in entries.values():
        said |= {bare(text) for each in entry.translations.values() for text in (each.question, *each.wordings)}
    assert [case.id for case in cases if bare(case.text) in said] == []


def test_no_question_is_asked_twice(cases: tuple[Case, ...]) -> None:
    twice = Counter((case.before, case.text) for case in cases)
    assert [question for question, count in twice.items() if count > 1] == []


def test_sets_ask_what_they_are_called_after(cases: tuple[Case, ...], entries: dict[str, Entry]) -> None:
    for case in cases:
        kinds = {entries[entry].kind for entry in case.entries}
        match case.set:
            case "answers":
                assert case.is_answerable, case.id
            case "waste":
                assert Kind.WASTE in kinds, case.id
            case "abstention":
                assert (case.expected, case.is_answerable) == ("handoff", False), case.id
            case "follow_up":
                assert case.before, case.id
            case "emergency":
                assert case.expected.startswith("emergency"), case.id
            case "near_emergency":
                assert not case.expected.startswith("emergency"), case.id


def test_numbers_that_could_be_somebodys_are_published_test_numbers(cases: tuple[Case, ...]) -> None:
    for case in cases:
        for digits in re.findall(r"\d{12,19}", re.sub(r"(?<=\d)[ .-](?=\d)", "", mask_free(case.text))):
            valid = my_number_check_digit(digits[:11]) == int(digits[11]) if len(digits) == 12 else luhn_valid(digits)
            assert not valid or digits in TEST_NUMBERS, case.id


def mask_free(text: str) -> str:
    return text.translate(str.maketrans("０１２３４５６７８９－", "0123456789-"))


def test_what_is_called_private_is_in_the_message(cases: tuple[Case, ...]) -> None:
    for case in (case for case in cases if case.private):
        assert mask(case.text).found, case.id


def test_no_case_is_a_saying_that_the_ear_for_emergencies_learned_from(cases: tuple[Case, ...]) -> None:
    sayings = {bare(saying.text) for saying in read_sayings().good}
    assert [case.id for case in cases if bare(case.text) in sayings] == []
