"""How the bot appears in one LINE account to one resident, and the finishing touch every list of messages gets."""

from collections.abc import Sequence
from dataclasses import dataclass

from channels.line.addresses import web_address
from channels.line.counting import blank, fit_units, sendable
from channels.line.flex import Json
from channels.line.limits import FORBIDDEN_IN_NAMES, IMAGE_URL, QUICK_REPLIES, SENDER_NAME
from channels.words import Words


@dataclass(frozen=True, slots=True)
class Look:
    """How the bot appears."""

    language: str = "ja"
    """For what is said without an answer; an answer brings its own."""
    sender: str = ""
    """Name above the messages, such as みほん市 AI自動応答; empty means the one in the wording."""
    icon: str = ""
    """HTTPS address of a square PNG."""
    languages: tuple[str, ...] = ()
    """Languages that residents are offered."""


def finish(messages: Sequence[Json], look: Look, quick_replies: Sequence[Json] = ()) -> list[Json]:
    """The messages with the bot's name and face; the quick replies on the last, where alone LINE shows them."""
    sender = _sender(look)
    finished = [message | ({"sender": sender} if sender else {}) for message in messages]
    if finished and quick_replies:
        finished[-1] = finished[-1] | {"quickReply": {"items": list(quick_replies[:QUICK_REPLIES])}}
    return finished


def _sender(look: Look) -> Json:
    name = fit_units(sendable(look.sender).strip() or Words(look.language)("bubble.sender"), SENDER_NAME)
    icon = web_address(look.icon)
    named = {} if blank(name) or FORBIDDEN_IN_NAMES in name.upper() else {"name": name}
    return named | ({"iconUrl": icon} if icon.startswith("https:") and len(icon) <= IMAGE_URL else {})
