"""Which addresses and numbers of an answer may be followed or called."""

from urllib.parse import urlsplit

LINK_SCHEMES = frozenset({"https", "http"})


def link(url: str) -> str:
    """The URL when it is one a resident may safely follow, else nothing (no javascript:, no data:)."""
    try:
        return url if urlsplit(url).scheme in LINK_SCHEMES else ""
    except ValueError:  # an address that cannot even be taken apart, such as https://[
        return ""


def telephone(phone: str) -> str:
    """The `tel:` link of a number written in any way; nothing when it holds no digits."""
    digits = "".join(each for each in phone if each.isascii() and (each.isdigit() or each in "+#*"))
    return f"tel:{digits}" if digits else ""
