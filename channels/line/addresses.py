"""Addresses as LINE's buttons take them: http, https and tel, percent-encoded, at most 1,000 characters."""

import re
from urllib.parse import quote, urlsplit

from channels.line.limits import URI
from channels.links import LINK_SCHEMES, telephone

_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
_NUMBER = re.compile(r"\+?\d{2,20}")
_KEPT = "/:@!$&'()*+,;=~-._%?"


def web_address(url: str) -> str:
    """The address of a page as a button takes it; without its anchor when too long, and nothing when it cannot be used."""
    try:
        whole = _encoded(url)
    except ValueError:  # a port of letters, an open bracket, a host name nobody can have
        return ""
    return next((each for each in (whole, whole.partition("#")[0]) if len(each) <= URI), "")


def number_to_call(phone: str) -> str:
    """The `tel:` address of a number; nothing for #8008 and its like, which telephones do not dial from a link."""
    digits = telephone(phone)
    return digits if _NUMBER.fullmatch(digits.removeprefix("tel:")) else ""


def _encoded(url: str) -> str:
    parts = urlsplit(url)
    host = (parts.hostname or "").encode("idna").decode("ascii")
    if parts.scheme not in LINK_SCHEMES or "@" in parts.netloc or not _HOST.fullmatch(host):
        return ""
    port = f":{parts.port}" if parts.port is not None else ""
    query = f"?{_quoted(parts.query)}" if parts.query else ""
    fragment = f"#{_quoted(parts.fragment)}" if parts.fragment else ""
    return f"{parts.scheme}://{host}{port}{_quoted(parts.path)}{query}{fragment}"


def _quoted(part: str) -> str:
    return quote(_STRAY_PERCENT.sub("%25", part), safe=_KEPT, errors="replace")
