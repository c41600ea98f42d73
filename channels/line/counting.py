"""Counts as LINE counts: texts in UTF-16 code units, labels in grapheme clusters, Flex messages in bytes of JSON.

https://developers.line.biz/en/docs/messaging-api/text-character-count/
"""

import json
import unicodedata

import regex

from knowledge.clean import clean

ELLIPSIS = "…"
LONGEST_CLUSTER = 16
"""Code points; the longest emoji has eleven. What is longer is damage, and counts as several."""

_CLUSTER = regex.compile(r"\X")


def units(text: str) -> int:
    """UTF-16 code units: 1 for あ, 2 for 🍎 and 𠮟."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clusters(text: str) -> list[str]:
    """What a reader takes for single characters: a family of four is one. Never fewer than LINE counts."""
    return [
        cluster[start : start + LONGEST_CLUSTER]
        for cluster in _CLUSTER.findall(text)
        for start in range(0, len(cluster), LONGEST_CLUSTER)
    ]


def json_bytes(value: object) -> int:
    """The size on the wire: the SDK writes ASCII, six bytes for あ, so no other way of counting gives more."""
    return len(json.dumps(value))


def sendable(text: str) -> str:
    """The text as it can be sent: without control characters, with half characters made whole or marked as lost."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return clean(whole).strip("\n")


def blank(text: str) -> bool:
    """Whether nothing would be seen; LINE refuses such texts."""
    return all(unicodedata.category(each)[0] in "ZC" for each in text)


def fit_units(text: str, limit: int) -> str:
    """The text, cut between two characters when it is longer than so many UTF-16 code units."""
    if units(text) <= limit:
        return text
    kept, room = "", limit - units(ELLIPSIS)
    for cluster in clusters(text[: limit + LONGEST_CLUSTER]):
        room -= units(cluster)
        if room < 0:
            break
        kept += cluster
    return kept + ELLIPSIS


def fit_clusters(text: str, limit: int) -> str:
    """The text, cut when it has more than so many grapheme clusters."""
    found = clusters(text[: (limit + 1) * LONGEST_CLUSTER])
    return text if len(found) <= limit else "".join(found[: limit - 1]) + ELLIPSIS
