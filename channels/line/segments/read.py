"""Reads the questionnaire of a site from a YAML file; everything that is wrong is told at once."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from channels.line.fits import fit_together
from channels.line.look import Look
from channels.line.segments.pages import Form, consent, question, settings
from channels.line.segments.questionnaire import LANGUAGE, Option, Question, Questionnaire
from channels.line.segments.quiet import DEFAULT_QUIET, Quiet
from channels.line.yaml_fields import Fields
from knowledge.clean import shown
from knowledge.sentences import languages

MOST_QUESTIONS = 10
MOST_OPTIONS = 60
LONGEST_QUESTION = 200
LONGEST_LABEL = 40
"""UTF-16 units of what stands on a button."""
FIELDS = ("questions", "quiet")
QUESTION_FIELDS = ("key", "short", "question", "several", "options")
OPTION_FIELDS = ("key", "label")
NEVER = "none"
"""Of `quiet`: messages may be sent at any time."""


def read_questionnaire(path: Path) -> tuple[Questionnaire | None, tuple[str, ...]]:
    """The questionnaire, and what is wrong; there is none when anything is. Raises OSError."""
    reader = _Reader()
    loaded = reader.load(path)
    found = None if reader.problems else reader.questionnaire(loaded)
    if found and not reader.problems:
        reader.try_out(found)
    return (None, tuple(reader.problems)) if reader.problems else (found, ())


class _Reader(Fields):
    def questionnaire(self, value: object) -> Questionnaire:
        given = self.mapping(value, FIELDS)
        numbered = enumerate(self.items(given, "questions", MOST_QUESTIONS), 1)
        questions = tuple(self.question(each, number) for number, each in numbered)
        self.once(each.key for each in questions)
        return Questionnaire(questions, self.quiet(given))

    def question(self, value: object, number: int) -> Question:
        place = self.sentence("segments_file.at_question", number=number)
        given = self.mapping(value, QUESTION_FIELDS, place)
        short = self.texts(given, "short", LONGEST_LABEL, place)
        asked = self.texts(given, "question", LONGEST_QUESTION, place)
        key = self.key(given, place)
        several = self.flag(given, "several", place)
        if key != LANGUAGE:
            return Question(key, asked, short, self.options(given, place), several)
        if "options" in given or several:
            self.fail("segments_file.language", place, written=LANGUAGE)
        return Question(key, asked, short)

    def options(self, given: Mapping[str, Any], place: str) -> tuple[Option, ...]:
        listed = enumerate(self.items(given, "options", MOST_OPTIONS, place), 1)
        options = tuple(
            self.option(each, place + self.sentence("segments_file.at_option", number=number)) for number, each in listed
        )
        self.once((each.key for each in options), place)
        return options

    def option(self, value: object, place: str) -> Option:
        given = self.mapping(value, OPTION_FIELDS, place)
        return Option(self.key(given, place), self.texts(given, "label", LONGEST_LABEL, place))

    def quiet(self, given: Mapping[str, Any]) -> Quiet | None:
        if "quiet" not in given:
            return DEFAULT_QUIET
        written = given["quiet"]
        if written == NEVER:
            return None
        found = Quiet.read(written) if isinstance(written, str) else None
        if found is None:
            self.fail("segments_file.quiet", written=shown(str(written)))
        return found

    def once(self, keys: Iterable[str], place: str = "") -> None:
        for key, count in Counter(keys).items():
            if count > 1:
                self.fail("segments_file.key_twice", place, written=shown(key))

    def try_out(self, found: Questionnaire) -> None:
        """Whether LINE takes every page in every language; what is long is long in one of them only."""
        tags = tuple(sorted(languages("channels")))
        offered = found.offering(tags)
        everything = {each.key: frozenset(option.key for option in each.options) for each in offered.questions}
        for tag in tags:
            form = Form(offered, everything, Look(tag))
            for each in offered.questions:
                for problem in fit_together(question(each, form, onward=True)):
                    self.fail("segments_file.too_much", question=each.named(tag), problem=problem)
            for problem in (*fit_together(consent(form)), *fit_together(settings(form))):
                self.fail("segments_file.too_much_in_all", problem=problem)
