"""What may stand in a text: control characters go silently, lone surrogates are somebody's damaged data and are reported."""

import re

_REMOVED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """The text with every line end as LF and without the characters that XML, terminals and databases choke on."""
    return _REMOVED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def has_lone_surrogate(text: str) -> bool:
    """Whether half a character is left in the text, which no encoding can store."""
    return _SURROGATE.search(text) is not None


def shown(text: str, limit: int = 50) -> str:
    """The beginning of somebody's text, made safe to be quoted in a sentence of ours."""
    short = _SURROGATE.sub("\ufffd", clean(text)).replace("\n", " ")
    return short if len(short) <= limit else f"{short[:limit]}…"
