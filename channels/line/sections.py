"""What stands around the answers in a bubble: the bot's sentence, numbers to call, questions to choose from, people, feedback."""

from collections.abc import Iterator, Sequence

from channels.line import flex
from channels.line.addresses import number_to_call
from channels.line.card import call
from channels.line.counting import blank, fit_units, json_bytes, units
from channels.line.flex import Json, Section
from channels.line.numbers import numbers
from channels.line.postback import Choose, Rate
from channels.line.prose import plain, read
from channels.message import Answer, Choice, Contact
from channels.words import Words

CHOICES_BYTES = 12_000
LONGEST_FIELD = 300
"""UTF-16 code units of a name, a number or the opening hours."""


def lead_section(answer: Answer) -> Section:
    """The bot's own sentence; a notification that has an answer to tell can do without it."""
    lines = read(answer.message)
    return Section(tuple(flex.prose(line) for line in lines), "" if answer.entries else plain(lines))


def calls_section(answer: Answer, words: Words) -> Section:
    """A button for each number that the sentence names to somebody in need."""
    found = numbers(answer.message, short=True) if answer.outcome.family == "emergency" else []
    return Section(tuple(call(number, words, flex.RED) for number in found))


def choices_section(choices: Sequence[Choice]) -> Section:
    """A row for each question that is offered."""
    rows: list[Json] = []
    said: list[str] = []
    for choice in choices:
        if blank(choice.text):
            continue
        # An ID too long for a button does not matter: the bot then takes the words for the question.
        action = flex.postback(Choose(choice.entry, choice.text), choice.text) or flex.message(choice.text)
        made = flex.row(choice.text, action)
        if json_bytes([*rows, made]) > CHOICES_BYTES:
            break
        rows.append(made)
        said.append(f"・{choice.text}")
    return Section(tuple(rows), "\n".join(said))


def contact_section(contact: Contact | None, words: Words) -> Section:
    """The people who can be asked, a button that calls them, and when."""
    if contact is None:
        return Section(())
    number = _number(contact.phone)
    facts = list(_facts(contact, words, number))
    components = [flex.text(words("contact"), size="sm", color=flex.GREY)]
    if not blank(contact.division):
        components.append(flex.text(fit_units(contact.division, LONGEST_FIELD), bold=True, size="lg"))
    components += [call(number, words, flex.BLUE)] * bool(number)
    components += [flex.text(fact) for fact in facts]
    return Section(tuple(components), flex.joined([words("contact"), contact.division, contact.phone, *facts]))


def feedback_section(answer: Answer, words: Words) -> tuple[Section, ...]:
    """Whether the answer helped, where there was one."""
    if not (answer.record and answer.entries):
        return ()
    yes, no = words("helpful"), words("unhelpful")
    rates = [(yes, Rate(answer.record, helpful=True)), (no, Rate(answer.record, helpful=False))]
    actions = [(label, flex.postback(rate, label)) for label, rate in rates]
    buttons = [flex.button(label, action) for label, action in actions if action]
    asked = flex.text(words("feedback"), size="sm", color=flex.GREY)
    return (Section((asked, flex.side_by_side(buttons)), words("feedback")),) if len(buttons) == len(actions) else ()


def _number(phone: str) -> str:
    """The number itself, without an extension or a remark beside it."""
    found = numbers(phone)
    if found:
        return found[0]
    return phone if number_to_call(phone) and units(phone) <= LONGEST_FIELD else ""


def _facts(contact: Contact, words: Words, number: str) -> Iterator[str]:
    if not blank(contact.phone) and contact.phone != number:
        yield f"{words('phone')}：{fit_units(contact.phone, LONGEST_FIELD)}"
    yield words("open_now" if contact.open_now else "closed_now")
    if not blank(contact.hours):
        yield f"{words('hours')}：{fit_units(contact.hours, LONGEST_FIELD)}"
    if not (contact.open_now or blank(contact.next_open)):
        yield f"{words('next_open')}：{fit_units(contact.next_open, LONGEST_FIELD)}"
