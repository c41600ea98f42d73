"""Leads residents through the questionnaire, one button at a time; every button works whenever it is pressed."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from sqlalchemy.orm import Session, sessionmaker

from channels.line.flex import Json
from channels.line.postback import Register, Step
from channels.line.segments import pages, registrations
from channels.line.segments.pages import Form
from channels.line.segments.questionnaire import LANGUAGE, Question, find
from channels.line.turn import Turn, Visit
from channels.words import Words
from knowledge.sentences import languages

TYPED = {"begin": Step.BEGIN, "settings_word": Step.SETTINGS, "leave": Step.LEAVE}
"""What may also be written, as LINE for PC shows no quick replies: the label of a button in any language, and where it leads."""


@dataclass(frozen=True, slots=True)
class Registering:
    """The questionnaires of all sites; a site that has none hears of nothing."""

    sessions: sessionmaker[Session]

    def invitation(self, visit: Visit) -> list[Json]:
        """What a new friend is told of it."""
        form, _ = self._form(visit)
        return pages.invitation(form) if form else []

    def typed(self, visit: Visit) -> Turn | None:
        """What a text means for the questionnaire; nothing when it is about something else."""
        step = _words().get(_bare(visit.event.text))
        form, _ = self._form(visit) if step else (None, False)
        return self.pressed(visit, Register(step)) if step and form else None

    def pressed(self, visit: Visit, pressed: Register) -> Turn:
        """One of its buttons was pressed."""
        form, agreed = self._form(visit)
        if form is None:
            return Turn()
        if pressed.step is Step.AGREE:
            return _agreed(visit, form)
        if agreed:
            return _STEPS.get(pressed.step, _shown)(visit, form, pressed)
        # An old button of somebody who has left, or has never agreed: nothing is kept unasked.
        told = _UNREGISTERED.get(pressed.step)
        return Turn(pages.tell(told, form) if told else pages.consent(form))

    def _form(self, visit: Visit) -> tuple[Form | None, bool]:
        """The questionnaire as the resident has filled it in, and whether they have agreed."""
        with self.sessions() as session:
            asked = find(session, visit.town.id)
            chosen = registrations.find(session, visit.town.id, visit.event.user)
        if asked is None:
            return None, False
        spoken = {LANGUAGE: frozenset({visit.person.language})}
        return Form(asked.offering(visit.town.languages), {**(chosen or {}), **spoken}, visit.look), chosen is not None


_UNREGISTERED: Mapping[Step, str] = {Step.DECLINE: "declined", Step.LEAVE: "not_registered", Step.DELETE: "not_registered"}
"""What is said to those who have not agreed; everything else begins with what there is to agree to."""


def _agreed(visit: Visit, form: Form) -> Turn:
    def agree(session: Session) -> None:
        registrations.agree(session, visit.town.id, visit.event.user, visit.now)

    return Turn(pages.question(form.questionnaire.questions[0], form, onward=True), then=agree)


def _shown(_visit: Visit, form: Form, pressed: Register) -> Turn:
    return Turn(pages.settings(form, finished=pressed.onward))


def _asked(_visit: Visit, form: Form, pressed: Register) -> Turn:
    question = form.questionnaire.question(pressed.question)
    return Turn(pages.question(question, form, pressed.onward) if question else pages.tell("gone", form))


def _picked(visit: Visit, form: Form, pressed: Register) -> Turn:
    question = form.questionnaire.question(pressed.question)
    if question is None or pressed.option not in {each.key for each in question.options}:
        return Turn(pages.tell("gone", form))
    if question.key == LANGUAGE:
        spoken = replace(form.look, language=pressed.option)
        now = replace(form, look=spoken, chosen={**form.chosen, LANGUAGE: frozenset({pressed.option})})
        return Turn(_what_follows(question, now, pressed), replace(visit.person, language=pressed.option))

    def choose(session: Session) -> None:
        alone = not question.several
        registrations.choose(session, visit.town.id, visit.event.user, question.key, pressed.option, alone)

    kept = form.chosen.get(question.key, frozenset()) if question.several else frozenset()
    return Turn(_what_follows(question, _with(form, question, kept | {pressed.option}), pressed), then=choose)


def _dropped(visit: Visit, form: Form, pressed: Register) -> Turn:
    question = form.questionnaire.question(pressed.question)
    if question is None or question.key == LANGUAGE:
        return Turn(pages.tell("gone", form))

    def drop(session: Session) -> None:
        registrations.drop(session, visit.town.id, visit.event.user, question.key, pressed.option)

    kept = form.chosen.get(question.key, frozenset()) - {pressed.option} if pressed.option else frozenset()
    return Turn(pages.question(question, _with(form, question, kept), pressed.onward), then=drop)


def _leaving(_visit: Visit, form: Form, _pressed: Register) -> Turn:
    return Turn(pages.are_you_sure(form))


def _deleted(visit: Visit, form: Form, _pressed: Register) -> Turn:
    def withdraw(session: Session) -> None:
        registrations.withdraw(session, visit.town.id, visit.event.user)

    return Turn(pages.tell("deleted", form), then=withdraw)


_STEPS: Mapping[Step, Callable[[Visit, Form, Register], Turn]] = {
    Step.ASK: _asked,
    Step.PICK: _picked,
    Step.DROP: _dropped,
    Step.LEAVE: _leaving,
    Step.DELETE: _deleted,
}


def _with(form: Form, question: Question, options: frozenset[str]) -> Form:
    return replace(form, chosen={**form.chosen, question.key: options})


def _what_follows(question: Question, form: Form, pressed: Register) -> list[Json]:
    """After an answer: the same question while more may be chosen, else the next one, else all answers."""
    if question.several:
        return pages.question(question, form, pressed.onward)
    follows = form.after(question) if pressed.onward else None
    return pages.question(follows, form, onward=True) if follows else pages.settings(form, finished=pressed.onward)


@cache
def _words() -> Mapping[str, Step]:
    return {
        _bare(Words(language)(f"segments.{word}")): step for language in languages("channels") for word, step in TYPED.items()
    }


def _bare(text: str) -> str:
    """A text as it is compared: without spaces and the brackets that we put around words to be sent."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split()).strip('「」『』"“”。.!')
