"""What pressing an area may do, each under the name it has in the file."""

from collections.abc import Callable, Mapping

from channels.line import flex
from channels.line.addresses import number_to_call, web_address
from channels.line.counting import blank, sendable, units
from channels.line.flex import Json
from channels.line.limits import MESSAGE_TEXT
from channels.line.postback import Choose, Languages, Speak
from knowledge.check import language_tag

EVERY_LANGUAGE = "all"
"""Asks which one."""


def action(name: str, value: object, label: str) -> Json | None:
    """The action without its label, or nothing when the value cannot be used."""
    text = sendable(value).strip() if isinstance(value, str) else ""
    return ACTIONS[name](text, label) if not blank(text) else None


def _ask(text: str, _label: str) -> Json | None:
    return flex.message(text) if units(text) <= MESSAGE_TEXT else None


def _entry(entry: str, label: str) -> Json | None:
    return flex.postback(Choose(entry, label), label)


def _open(url: str, _label: str) -> Json | None:
    address = web_address(url)
    # A page of the city is the same for everybody who taps it: only https is safe from being swapped on the way.
    return flex.uri(address) if address.startswith("https:") else None


def _call(phone: str, _label: str) -> Json | None:
    number = number_to_call(phone)
    return flex.uri(number) if number else None


def _language(tag: str, label: str) -> Json | None:
    if tag == EVERY_LANGUAGE:
        return flex.postback(Languages(), label)
    return flex.postback(Speak(tag), label) if language_tag(tag) == tag else None


ACTIONS: Mapping[str, Callable[[str, str], Json | None]] = {
    "ask": _ask,
    "entry": _entry,
    "open": _open,
    "call": _call,
    "language": _language,
}
