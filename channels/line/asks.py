"""What the bot asks or says in LINE besides answers: why an answer did not help, thanks, and which language."""

from channels.feedback import Reason
from channels.line import flex
from channels.line.flex import Json, Section
from channels.line.look import Look, finish
from channels.line.postback import Rate, Speak
from channels.words import Words


def ask_reason(record: str, look: Look) -> list[Json]:
    """Why the answer did not help, one row a reason."""
    words = Words(look.language)
    labels = {reason: words(f"reasons.{reason}") for reason in Reason}
    offered = [(label, flex.postback(Rate(record, False, reason), label)) for reason, label in labels.items()]
    return finish([_question(words("reason"), [flex.row(label, action) for label, action in offered if action])], look)


def thank(look: Look) -> list[Json]:
    """Thanks for feedback."""
    return finish([flex.text_message(Words(look.language)("thanks"))], look)


def ask_language(look: Look) -> list[Json]:
    """Which language to answer in: asked in each, so that everybody finds theirs."""
    asked = "\n".join(Words(each)("bubble.language") for each in look.languages)
    names = {each: Words(each)("language_name") for each in look.languages}
    offered = [(name, flex.postback(Speak(each), name)) for each, name in names.items()]
    return finish([_question(asked, [flex.row(name, action) for name, action in offered if action])], look)


def language_chosen(look: Look) -> list[Json]:
    """Says in the language that was chosen that it is used from now on."""
    return finish([flex.text_message(Words(look.language)("bubble.language_chosen"))], look)


def _question(asked: str, rows: list[Json]) -> Json:
    bubble = flex.bubble([Section((flex.text(asked, bold=True), *rows))])
    return flex.flex_message(bubble, [asked])
