"""What somebody sees in a LINE message, and where it leads."""

from collections.abc import Iterator, Sequence
from typing import Any

from channels.line.flex import Json
from channels.line.postback import Postback, decode


def texts(messages: Sequence[Json]) -> list[str]:
    """Every text and label in its order, without the markers of lists."""
    return [each for message in messages for each in _texts(message.get("contents", message))]


def addresses(messages: Sequence[Json]) -> list[str]:
    """Where the buttons lead."""
    return [action["uri"] for action in actions(messages) if action["type"] == "uri"]


def postbacks(messages: Sequence[Json]) -> list[Postback]:
    """What the buttons send back, all of it readable."""
    found = [decode(action["data"]) for action in actions(messages) if action["type"] == "postback"]
    assert None not in found
    return [each for each in found if each is not None]


def actions(value: Any) -> Iterator[Json]:
    """Every action, in the order of the buttons."""
    if isinstance(value, dict):
        if "action" in value:
            yield value["action"]
        for name, each in value.items():
            if name != "action":
                yield from actions(each)
    elif isinstance(value, list):
        for each in value:
            yield from actions(each)


def _texts(component: Json) -> Iterator[str]:
    kind = component["type"]
    if kind == "bubble":
        for block in ("header", "body", "footer"):
            yield from _texts(component[block]) if block in component else ()
    elif kind == "button":
        yield component["action"]["label"]
    elif kind == "text" and component.get("flex") != 0:
        yield component.get("text") or "".join(span["text"] for span in component["contents"])
    elif kind in ("box", "carousel"):
        for each in component["contents"]:
            yield from _texts(each)
