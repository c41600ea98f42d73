"""What the account says of its own: greetings, and polite answers to what it cannot read."""

from collections.abc import Sequence

from channels.line import flex
from channels.line.flex import Json
from channels.line.look import Look, finish
from channels.line.postback import Speak
from channels.words import Words


def greet(site: str, look: Look, further: Sequence[Json] = ()) -> list[Json]:
    """What the account is for, what is kept of residents and why, and further messages, with a button for every language."""
    names = {each: Words(each)("language_name") for each in look.languages}
    offered = [(name, flex.postback(Speak(each), name)) for each, name in names.items()]
    buttons = [flex.quick_reply(name, action) for name, action in offered if action]
    said = flex.text_message(Words(look.language)("line.greeting", site=site))
    return finish([said, *further], look, buttons if len(buttons) > 1 else ())


def tell(key: str, look: Look) -> list[Json]:
    """A sentence of the wording."""
    return finish([flex.text_message(Words(look.language)(f"line.{key}"))], look)
