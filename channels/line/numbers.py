"""Finds the telephone numbers in a text: LINE makes them tappable in plain texts, but not in Flex messages."""

import re
import unicodedata

from channels.line.addresses import number_to_call

MOST = 4
"""Numbers of one text that are offered."""

_DASH = "[-‐‑‒–−－ー]"
_SUBSCRIBER = re.compile(rf"(?<!\d)(?<!\d[/.-])0\d{{1,4}}(?:{_DASH}\d{{1,4}}{_DASH}|\(\d{{1,4}}\))\d{{3,4}}(?![\d-])")
_SHORT = re.compile(r"(?<![\d#])(?<!\d[/.,-])1(?:10|18|19|71|88|89)(?!\d|[/.,-]\d|円|%)")


def numbers(text: str, short: bool = False) -> list[str]:
    """The numbers in their order, each once, as people write them; 119 and its like only when asked for."""
    plain = unicodedata.normalize("NFKC", text)
    found = [*_SUBSCRIBER.finditer(plain), *(_SHORT.finditer(plain) if short else ())]
    written = [re.sub(_DASH, "-", each.group()) for each in sorted(found, key=lambda each: each.start())]
    return [number for number in dict.fromkeys(written) if number_to_call(number)][:MOST]
