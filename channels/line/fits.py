"""Checks messages against LINE's limits before LINE does; a problem is a line for the log, beginning with where it is."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from channels.line import limits
from channels.line.counting import blank, clusters, json_bytes, units
from channels.line.flex import Json

_ADDRESS = re.compile(r"(?:https?://|tel:|line:)(?:[A-Za-z0-9/:@!$&'()*+,;=~._?#-]|%[0-9A-Fa-f]{2})+")
_COLOR = re.compile(r"#[0-9A-Fa-f]{6}(?:[0-9A-Fa-f]{2})?")
_SIZES = frozenset({"nano", "micro", "deca", "hecto", "kilo", "mega", "giga"})
_BLOCKS = ("header", "hero", "body", "footer")
_COLORS = ("color", "backgroundColor", "borderColor")

Problems = Iterator[str]


def fits(message: Json) -> list[str]:
    """What LINE would refuse in one message object; empty when nothing."""
    return [*_message(message), *_half_characters("", message)]


def fit_together(messages: Sequence[Json]) -> list[str]:
    """What LINE would refuse in the messages of one reply or push, or show to nobody."""
    found = [f"message {number} {problem}" for number, message in enumerate(messages) for problem in fits(message)]
    if not 1 <= len(messages) <= limits.MESSAGES:
        found.append(f"{len(messages)} messages, 1 to {limits.MESSAGES} can be sent")
    quick = [number for number, message in enumerate(messages[:-1]) if "quickReply" in message]
    found += [f"message {number}: quick replies are shown on the last only" for number in quick]
    if json_bytes(list(messages)) > limits.REQUEST_BYTES:
        found.append("the request is too large")
    return found


def _message(message: Json) -> Problems:
    match message.get("type"):
        case "text":
            yield from _length("text", message.get("text"), limits.TEXT)
        case "flex":
            yield from _length("altText", message.get("altText"), limits.ALT_TEXT)
            yield from _container(message.get("contents", {}))
        case "image":
            yield from _image("originalContentUrl", message.get("originalContentUrl"))
            yield from _image("previewImageUrl", message.get("previewImageUrl"))
        case other:
            yield f"type: {other} is none we send"
    yield from _quick_replies(message.get("quickReply"))
    yield from _sender(message.get("sender", {}))


def _container(contents: Json) -> Problems:
    if contents.get("type") != "carousel":
        yield from _bubble("contents", contents)
        return
    bubbles = contents.get("contents", [])
    if not 1 <= len(bubbles) <= limits.BUBBLES:
        yield f"contents: {len(bubbles)} bubbles, 1 to {limits.BUBBLES} can be sent"
    if len({bubble.get("size", "mega") for bubble in bubbles}) > 1:
        yield "contents: bubbles of different widths"
    yield from _bytes("contents", contents, limits.CAROUSEL_BYTES)
    for number, bubble in enumerate(bubbles):
        yield from _bubble(f"contents[{number}]", bubble)


def _bubble(place: str, bubble: Json) -> Problems:
    if bubble.get("type") != "bubble" or bubble.get("size", "mega") not in _SIZES:
        yield f"{place}: no bubble of a known size"
    if not any(block in bubble for block in _BLOCKS):
        yield f"{place}: no block"
    yield from _bytes(place, bubble, limits.BUBBLE_BYTES)
    for block in _BLOCKS:
        if block in bubble:
            if bubble[block].get("type") != "box":
                yield f"{place}.{block}: no box"
            yield from _component(f"{place}.{block}", bubble[block])


def _component(place: str, component: Json) -> Problems:
    known = _COMPONENTS.get(component.get("type", ""))
    if known is None:
        yield f"{place}: {component.get('type')} is none we send"
        return
    yield from known(place, component)
    for name in _COLORS:
        if name in component and not _COLOR.fullmatch(str(component[name])):
            yield f"{place}.{name}: {component[name]} is no color"
    if "action" in component:
        wanted = component["type"] == "button"
        yield from _action(f"{place}.action", component["action"], limits.FLEX_LABEL, wanted)


def _box(place: str, box: Json) -> Problems:
    if box.get("layout") not in ("vertical", "horizontal"):
        yield f"{place}.layout: {box.get('layout')} is none we use"
    if not box.get("contents"):
        yield f"{place}.contents: empty"
    for number, component in enumerate(box.get("contents", [])):
        yield from _component(f"{place}.contents[{number}]", component)


def _button(place: str, button: Json) -> Problems:
    if "action" not in button:
        yield f"{place}: a button without an action"


def _text(place: str, text: Json) -> Problems:
    if ("text" in text) == ("contents" in text):
        yield f"{place}: either a text or spans"
    if "text" in text:
        yield from _length(f"{place}.text", text["text"], limits.BUBBLE_BYTES)
    spans = text.get("contents", [])
    if "contents" in text and blank("".join(str(span.get("text", "")) for span in spans)):
        yield f"{place}.contents: nothing to see"
    for number, span in enumerate(spans):
        if span.get("type") != "span" or not span.get("text"):
            yield f"{place}.contents[{number}]: no span with a text"


def _separator(_place: str, _separator: Json) -> Problems:
    yield from ()


_COMPONENTS: Mapping[str, Callable[[str, Json], Problems]] = {
    "box": _box,
    "button": _button,
    "text": _text,
    "separator": _separator,
}


def _action(place: str, action: Json, label_limit: int, label_wanted: bool) -> Problems:
    label = action.get("label")
    if label is None and label_wanted:
        yield f"{place}.label: missing"
    if label is not None and (blank(label) or len(clusters(label)) > label_limit):
        yield f"{place}.label: {len(clusters(label))} characters, 1 to {label_limit} can be sent"
    match action.get("type"):
        case "postback":
            yield from _length(f"{place}.data", action.get("data"), limits.POSTBACK_DATA)
            yield from _clusters(f"{place}.displayText", action.get("displayText"), limits.DISPLAY_TEXT)
        case "message":
            yield from _clusters(f"{place}.text", action.get("text"), limits.MESSAGE_TEXT)
        case "uri":
            yield from _address(f"{place}.uri", action.get("uri"))
        case other:
            yield f"{place}.type: {other} is none we send"


def _quick_replies(quick_reply: Json | None) -> Problems:
    if quick_reply is None:
        return
    items = quick_reply.get("items", [])
    if not 1 <= len(items) <= limits.QUICK_REPLIES:
        yield f"quickReply: {len(items)} items, 1 to {limits.QUICK_REPLIES} can be sent"
    for number, item in enumerate(items):
        if item.get("type") != "action":
            yield f"quickReply[{number}]: no action"
        yield from _action(f"quickReply[{number}]", item.get("action", {}), limits.QUICK_REPLY_LABEL, label_wanted=True)


def _sender(sender: Json) -> Problems:
    name, icon = sender.get("name"), sender.get("iconUrl")
    if name is not None:
        yield from _length("sender.name", name, limits.SENDER_NAME)
        if limits.FORBIDDEN_IN_NAMES in name.upper():
            yield f"sender.name: {name} may not be used"
    if icon is not None:
        yield from _image("sender.iconUrl", icon)


def _address(place: str, uri: object) -> Problems:
    if not isinstance(uri, str) or not _ADDRESS.fullmatch(uri) or len(uri) > limits.URI:
        yield f"{place}: no percent-encoded address of up to {limits.URI} characters"


def _image(place: str, uri: object) -> Problems:
    if not isinstance(uri, str) or not _ADDRESS.fullmatch(uri) or not uri.startswith("https:") or len(uri) > limits.IMAGE_URL:
        yield f"{place}: no https address of up to {limits.IMAGE_URL} characters"


def _length(place: str, text: object, limit: int) -> Problems:
    if not isinstance(text, str) or blank(text):
        yield f"{place}: nothing to see"
    elif units(text) > limit:
        yield f"{place}: {units(text)} UTF-16 units, {limit} can be sent"


def _clusters(place: str, text: object, limit: int) -> Problems:
    if not isinstance(text, str) or blank(text):
        yield f"{place}: nothing to see"
    elif len(clusters(text)) > limit:
        yield f"{place}: {len(clusters(text))} characters, {limit} can be sent"


def _bytes(place: str, value: Json, limit: int) -> Problems:
    if json_bytes(value) > limit:
        yield f"{place}: {json_bytes(value)} bytes of JSON, {limit} can be sent"


def _half_characters(place: str, value: Any) -> Problems:
    """Lone surrogates anywhere: no encoding can write them, so they would fail on the way out."""
    if isinstance(value, str):
        if any("\ud800" <= each <= "\udfff" for each in value):
            yield f"{place}: half a character"
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _half_characters(f"{place}.{name}", each)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _half_characters(f"{place}[{number}]", each)
