"""What residents see of the questionnaire: what is kept and why, one question at a time, and all their answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from channels.line import flex
from channels.line.flex import Json, Section
from channels.line.look import Look, finish
from channels.line.postback import Register, Step
from channels.line.retention import KEPT
from channels.line.segments.questionnaire import LANGUAGE, Option, Question, Questionnaire
from channels.line.segments.registrations import Chosen
from channels.words import Words

ROWS = 12
"""Options of one bubble; further ones stand beside it."""


@dataclass(frozen=True, slots=True)
class Form:
    """The questionnaire as one resident has filled it in so far."""

    questionnaire: Questionnaire
    chosen: Chosen
    look: Look

    def say(self, key: str, **values: object) -> str:
        """A sentence of the wording in the resident's language."""
        return Words(self.look.language)(f"segments.{key}", **values)

    def label(self, option: Option) -> str:
        return option.label(self.look.language)

    def row(self, label: str, step: Step, question: str = "", option: str = "", onward: bool = False) -> Json:
        """Something to press."""
        action = flex.postback(Register(step, question, option, onward), label)
        assert action is not None  # noqa: S101 (keys are at most twenty characters)
        return flex.row(label, action)

    def after(self, question: Question) -> Question | None:
        """The question that follows."""
        asked = self.questionnaire.questions
        return next((each for each, before in zip(asked[1:], asked, strict=False) if before.key == question.key), None)


def invitation(form: Form) -> list[Json]:
    """That there is a questionnaire, for somebody who has just become a friend."""
    return _page(form, form.say("invitation"), [form.row(form.say("begin"), Step.BEGIN)])


def consent(form: Form) -> list[Json]:
    """What is kept, why, how to change and delete it: read before the first question."""
    named = [each.named(form.look.language) for each in form.questionnaire.questions]
    told = form.say("consent", questions=form.say("separator").join(named), days=KEPT.days)
    return _page(form, told, [form.row(form.say("agree"), Step.AGREE), form.row(form.say("decline"), Step.DECLINE)])


def question(asked: Question, form: Form, onward: bool) -> list[Json]:
    """One question with its options; `onward` leads to the next one, otherwise back to all answers."""
    chosen = form.chosen.get(asked.key, frozenset())
    rows = [_option(asked, each, form, onward, each.key in chosen) for each in asked.options]
    lead = asked.asked(form.look.language) + (f"\n{form.say('several')}" if asked.several else "")
    return _page(form, lead, rows, [*_ways_on(asked, form, onward)])


def settings(form: Form, finished: bool = False) -> list[Json]:
    """All answers, each to be changed, and how to delete them."""
    rows = [form.row(_answered(each, form), Step.ASK, each.key) for each in form.questionnaire.questions]
    return _page(form, form.say("finished" if finished else "settings"), rows, [form.row(form.say("leave"), Step.LEAVE)])


def are_you_sure(form: Form) -> list[Json]:
    """Before everything is deleted."""
    rows = [form.row(form.say("delete"), Step.DELETE), form.row(form.say("keep"), Step.SETTINGS)]
    return _page(form, form.say("are_you_sure"), rows)


def tell(key: str, form: Form) -> list[Json]:
    """A sentence of the wording."""
    return finish([flex.text_message(form.say(key))], form.look)


def _option(asked: Question, option: Option, form: Form, onward: bool, chosen: bool) -> Json:
    step = Step.DROP if chosen and asked.several else Step.PICK
    label = form.label(option)
    return form.row(form.say("chosen", option=label) if chosen else label, step, asked.key, option.key, onward)


def _ways_on(asked: Question, form: Form, onward: bool) -> Iterator[Json]:
    answered = bool(form.chosen.get(asked.key))
    follows = form.after(asked) if onward else None
    label = ("next" if answered or asked.several else "skip") if onward else "back"
    if follows:
        yield form.row(form.say(label), Step.ASK, follows.key, onward=True)
    else:
        yield form.row(form.say(label), Step.SETTINGS, onward=onward)
    if answered and asked.key != LANGUAGE:
        yield form.row(form.say("clear"), Step.DROP, asked.key, onward=onward)


def _answered(asked: Question, form: Form) -> str:
    chosen = form.chosen.get(asked.key, frozenset())
    labels = [form.label(each) for each in asked.options if each.key in chosen]
    answer = form.say("separator").join(labels) or form.say("nothing")
    return form.say("answer", question=asked.named(form.look.language), answer=answer)


def _page(form: Form, lead: str, rows: Sequence[Json], foot: Sequence[Json] = ()) -> list[Json]:
    """One bubble, or several side by side when there are many rows; the last one has the way on."""
    parts = [list(rows[start : start + ROWS]) for start in range(0, len(rows), ROWS)] or [[]]
    bubbles = [flex.bubble([Section((flex.text(lead), *part))]) for part in parts[:-1]]
    bubbles.append(flex.bubble([Section((flex.text(lead), *parts[-1]))], [Section(tuple(foot))] if foot else []))
    return finish([flex.flex_message(bubbles[0] if len(bubbles) == 1 else flex.carousel(bubbles), [lead])], form.look)
