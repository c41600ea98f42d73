"""The pieces our LINE messages are built from, as plain JSON values: actions, Flex components, bubbles and messages.

Every text follows the font size of the reader's LINE (`scaling`), wraps, and has a contrast of at least 4.5:1 on white.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from channels.line.counting import blank, fit_clusters, fit_units
from channels.line.limits import ALT_TEXT, DISPLAY_TEXT, FLEX_LABEL, MESSAGE_TEXT, QUICK_REPLY_LABEL
from channels.line.postback import Postback, encode
from channels.line.prose import Line, Span

Json = dict[str, Any]

INK = "#1a1a1a"
GREY = "#4d4d4d"
BLUE = "#0017c1"
RED = "#ce0000"
WHITE = "#ffffff"
PALE = "#e8f1fe"
BORDER = "#767676"

LONGEST_ROW = 160
"""UTF-16 code units of what stands on a row; questions are far shorter."""


@dataclass(frozen=True, slots=True)
class Section:
    """Components of a bubble that belong together, and the same in words for the notification."""

    components: tuple[Json, ...]
    said: str = ""


def postback(value: Postback, shown: str) -> Json | None:
    """An action that sends a value back and shows the words as the resident's own; nothing when the value cannot be held."""
    data = encode(value)
    return {"type": "postback", "data": data, "displayText": fit_units(shown, DISPLAY_TEXT)} if data else None


def message(text: str) -> Json:
    """An action that sends the text as if the resident had typed it."""
    return {"type": "message", "text": fit_units(text, MESSAGE_TEXT)}


def uri(address: str) -> Json:
    """An action that opens an address from channels/line/addresses.py."""
    return {"type": "uri", "uri": address}


def text(content: str, *, size: str = "md", color: str = INK, bold: bool = False) -> Json:
    """A paragraph."""
    made = {"type": "text", "text": content, "size": size, "color": color, "wrap": True, "scaling": True}
    return made | {"weight": "bold"} if bold else made


def prose(line: Line) -> Json:
    """One line of an answer; an item of a list hangs beside its marker."""
    made = _paragraph(line.spans)
    if not line.marker.strip():
        return made
    marker = text(line.marker) | {"flex": 0}
    return {"type": "box", "layout": "horizontal", "contents": [marker, made | {"flex": 1}]}


def row(label: str, action: Json) -> Json:
    """Something to choose: unlike a button it wraps, so a whole question can be read on it."""
    return {
        "type": "box",
        "layout": "vertical",
        "contents": [text(fit_units(label, LONGEST_ROW), color=BLUE)],
        "action": action,
        "paddingAll": "12px",
        "borderWidth": "1px",
        "borderColor": BORDER,
        "cornerRadius": "8px",
    }


def button(label: str, action: Json, color: str = "") -> Json:
    """Something to press, with a short label; the one thing most people will want to do has a color."""
    made = {
        "type": "button",
        "action": {"label": fit_clusters(label, FLEX_LABEL)} | action,
        "adjustMode": "shrink-to-fit",
        "scaling": True,
    }
    return made | ({"style": "primary", "color": color} if color else {"style": "secondary", "color": PALE})


def side_by_side(buttons: Sequence[Json]) -> Json:
    """Buttons of equal width in one line."""
    return {"type": "box", "layout": "horizontal", "contents": list(buttons), "spacing": "sm"}


def stack(components: Sequence[Json], spacing: str = "md") -> Json:
    """One under the other."""
    return {"type": "box", "layout": "vertical", "contents": list(components), "spacing": spacing}


def bubble(body: Sequence[Section], foot: Sequence[Section] = (), title: str = "", color: str = GREY, size: str = "giga") -> Json:
    """A bubble with a line between its sections, and a bar with a title when there is one."""
    made: Json = {"type": "bubble", "size": size, "body": _block(body)}
    if title:
        made["header"] = {**stack([text(title, color=WHITE, bold=True)]), "backgroundColor": color, "paddingAll": "16px"}
    if foot:
        made["footer"] = _block(foot)
        made["styles"] = {"footer": {"separator": True}}
    return made


def carousel(bubbles: Sequence[Json]) -> Json:
    """Bubbles side by side."""
    return {"type": "carousel", "contents": list(bubbles)}


def flex_message(contents: Json, said: Sequence[str]) -> Json:
    """A Flex message; what it says stands in notifications, in the list of chats and where it is quoted."""
    whole = joined(said) or joined(_written(contents))
    return {"type": "flex", "altText": fit_units(whole, ALT_TEXT), "contents": contents}


def joined(said: Iterable[str]) -> str:
    """Lines one under the other, without empty ones."""
    return "\n".join(each for each in said if not blank(each))


def text_message(content: str) -> Json:
    """A plain text message."""
    return {"type": "text", "text": content}


def quick_reply(label: str, action: Json) -> Json:
    """A button under the last message; gone with the next one, and not there on a computer."""
    return {"type": "action", "action": {"label": fit_clusters(label, QUICK_REPLY_LABEL)} | action}


def _written(value: Any) -> Iterator[str]:
    """Every text in a container."""
    if isinstance(value, dict):
        yield from (each for name, each in value.items() if name in ("text", "label") and isinstance(each, str))
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _written(each)


def _paragraph(spans: Sequence[Span]) -> Json:
    whole = "".join(span.text for span in spans)
    if not any(span.strong or span.href for span in spans):
        return text(whole.strip("\n"))
    contents = [_span(span) for span in spans]
    contents[0]["text"] = contents[0]["text"].lstrip("\n") or contents[0]["text"]
    return {"type": "text", "contents": contents, "size": "md", "color": INK, "wrap": True, "scaling": True}


def _span(span: Span) -> Json:
    made: Json = {"type": "span", "text": span.text}
    if span.strong:
        made["weight"] = "bold"
    if span.href:
        made |= {"color": BLUE, "decoration": "underline"}
    return made


def _block(sections: Sequence[Section]) -> Json:
    components: list[Json] = []
    for section in sections:
        components += [{"type": "separator", "margin": "lg"}] * bool(components)
        first, *others = section.components
        components += [first | {"margin": "lg"} if components else first, *others]
    return {**stack(components), "paddingAll": "16px", "backgroundColor": WHITE}
