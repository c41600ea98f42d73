"""What residents will get, in lines for staff to read before they approve it: every word, and where every button leads."""

from collections.abc import Iterator
from typing import Any

from channels.line.flex import Json
from channels.line.postback import Choose, decode
from channels.line.sends import Message
from knowledge.sentences import DEFAULT_LANGUAGE, say


def preview(message: Message) -> list[str]:
    """One message."""
    sender = message.get("sender", {}).get("name", "")
    return [*([_said("sender", name=sender)] if sender else []), *_lines(message)]


def _lines(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for each in part:
            yield from _lines(each)
        return
    match part.get("type"):
        case "text":
            yield from part["text"].splitlines()
        case "image":
            yield _said("image", address=part["originalContentUrl"])
            if part["previewImageUrl"] != part["originalContentUrl"]:
                yield _said("small_image", address=part["previewImageUrl"])
        case "button":
            yield _said("button", label=part["action"]["label"], target=_target(part["action"]))
        case "bubble":
            yield from _lines([part[block] for block in ("header", "body", "footer") if block in part])
        case _:
            yield from _lines(part.get("contents", []))


def _target(action: Json) -> str:
    """What pressing does."""
    match action["type"]:
        case "uri":
            return str(action["uri"])
        case "message":
            return _said("asks", text=action["text"])
    chosen = decode(action["data"])
    return _said("gives", entry=chosen.entry) if isinstance(chosen, Choose) else str(action["data"])


def _said(key: str, **values: object) -> str:
    return say("channels", f"delivery_preview.{key}", DEFAULT_LANGUAGE, **values)
