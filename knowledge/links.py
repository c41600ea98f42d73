"""Which links an entry may carry: pages of the web and paths of the city's own site, never something a browser would run."""

import re
from urllib.parse import urlsplit

_FORBIDDEN = re.compile(r"[\s\\<>\"`{}|^]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def is_safe_link(link: str) -> bool:
    """Whether the link is http(s) with a host and no user name in it, or a path without a host."""
    if _FORBIDDEN.search(link) or link.startswith("//"):
        return False
    if not _SCHEME.match(link):
        return True
    try:
        parts = urlsplit(link)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:  # http://[
        return False
