"""What a site asks its residents so that news can be chosen for them, and when it leaves them in peace."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from channels.line.segments.quiet import DEFAULT_QUIET, Quiet
from channels.line.segments.tables import QuestionnaireRow
from channels.words import Words
from knowledge.sentences import DEFAULT_LANGUAGE

LANGUAGE = "language"
"""The question whose answer is the language that the resident is answered in anyway; it has no options of its own."""

Texts = Mapping[str, str]
"""By language; Japanese is always there."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be chosen."""

    key: str
    labels: Texts

    def label(self, language: str) -> str:
        """What stands on the button."""
        return self.labels.get(language, self.labels[DEFAULT_LANGUAGE])


@dataclass(frozen=True, slots=True)
class Question:
    """One question, answered by pressing buttons."""

    key: str
    texts: Texts
    short: Texts
    """What it is about in a word or two, for lists."""
    options: tuple[Option, ...] = ()
    several: bool = False
    """More than one option may be chosen."""

    def asked(self, language: str) -> str:
        """The whole question."""
        return self.texts.get(language, self.texts[DEFAULT_LANGUAGE])

    def named(self, language: str) -> str:
        """The word or two."""
        return self.short.get(language, self.short[DEFAULT_LANGUAGE])


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """All questions of a site in their order."""

    questions: tuple[Question, ...]
    quiet: Quiet | None = DEFAULT_QUIET
    """When only what is urgent is sent; nothing when it may always be."""

    def question(self, key: str) -> Question | None:
        """The question of that key, if it is asked at present."""
        return next((each for each in self.questions if each.key == key), None)

    def offering(self, languages: tuple[str, ...]) -> "Questionnaire":
        """The same with the languages that residents may choose from."""
        names = tuple(Option(each, {DEFAULT_LANGUAGE: Words(each)("language_name")}) for each in languages)
        asked = tuple(replace(each, options=names) if each.key == LANGUAGE else each for each in self.questions)
        return replace(self, questions=asked)


def keep(session: Session, site: str, questionnaire: Questionnaire, now: datetime) -> None:
    """Ask these questions from now on."""
    session.merge(QuestionnaireRow(site_id=site, content=_to_json(questionnaire), applied_at=now))
    session.flush()


def find(session: Session, site: str) -> Questionnaire | None:
    """What the site asks, if anything."""
    row = session.get(QuestionnaireRow, site)
    return _from_json(row.content) if row else None


def quiet_hours(session: Session, site: str) -> Quiet | None:
    """When the residents of a site are left in peace."""
    found = find(session, site)
    return found.quiet if found else DEFAULT_QUIET


def _to_json(questionnaire: Questionnaire) -> dict[str, Any]:
    questions = [
        {
            "key": each.key,
            "texts": dict(each.texts),
            "short": dict(each.short),
            "options": [{"key": option.key, "labels": dict(option.labels)} for option in each.options],
            "several": each.several,
        }
        for each in questionnaire.questions
    ]
    return {"questions": questions, "quiet": questionnaire.quiet.written if questionnaire.quiet else None}


def _from_json(content: Mapping[str, Any]) -> Questionnaire:
    questions = [
        Question(
            key=each["key"],
            texts=each["texts"],
            short=each["short"],
            options=tuple(Option(option["key"], option["labels"]) for option in each["options"]),
            several=each["several"],
        )
        for each in content["questions"]
    ]
    return Questionnaire(tuple(questions), Quiet.read(content["quiet"]) if content["quiet"] else None)
