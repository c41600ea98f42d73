"""What LINE's own SDK says of a message."""

from typing import Any

from channels.line.flex import Json


def accepts(message: Json) -> bool:
    """Whether the SDK's models take the message and know every field of it; a field they do not know would be dropped."""
    # Half a second to import, so only where it is needed.
    from linebot.v3.messaging import Message

    taken: dict[str, Any] = Message.from_dict(message).to_dict()
    return taken == message
