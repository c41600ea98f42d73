"""What every response says to the browser: what may run, who may embed it, which origins may read it."""

import re
from collections.abc import Callable, Collection
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from starlette.datastructures import MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from channels.errors import CrossSitePost

API_PREFIX = "/api/"
ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?")
"""What may stand in a header as an origin: a mistyped setting must not become a directive."""
NO_STORE = {"Cache-Control": "no-store"}


def content_policy(embedders: Collection[str] | None = None) -> str:
    """The Content-Security-Policy: everything from here, nothing inline; framed by nobody, or by ourselves and `embedders`."""
    ancestors = "'none'" if embedders is None else " ".join(("'self'", *filter(ORIGIN.fullmatch, embedders)))
    return (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
        f"object-src 'none'; base-uri 'none'; frame-ancestors {ancestors}"
    )


STANDARD = {
    "Content-Security-Policy": content_policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class SecurityHeaders:
    """Adds the standard headers to every response that does not set its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in STANDARD.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class ApiCors(CORSMiddleware):
    """CORS for the API alone, for origins looked up at each request, so that a new site needs no restart."""

    def __init__(self, app: ASGIApp, origins: Callable[[], Collection[str]]) -> None:
        super().__init__(app, allow_methods=("GET", "POST"))
        self.origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        handle = super().__call__ if scope["type"] == "http" and scope["path"].startswith(API_PREFIX) else self.app
        await handle(scope, receive, send)

    def is_allowed_origin(self, origin: str) -> bool:
        return origin in self.origins()


def install(app: FastAPI, origins: Callable[[], Collection[str]]) -> None:
    """Both of the above; the headers outermost, so that refusals carry them too."""
    app.add_middleware(ApiCors, origins=origins)
    app.add_middleware(SecurityHeaders)


def refuse_cross_site(request: Request) -> None:
    """Raises `CrossSitePost` for a form sent from elsewhere: Fetch Metadata first, Origin for older browsers.

    A request with neither header comes from no browser of the last years, and nothing here rests on a cookie.
    The scheme is not compared: behind a proxy that ends TLS we may see another one than the browser.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        foreign = site not in {"same-origin", "none"}
    else:
        foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if foreign:
        raise CrossSitePost
