"""A small web server for tests: what it answers is a dictionary, and it notes what it was asked."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Reply:
    """One answer of the server."""

    body: str | bytes = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": HTML})
    etag: str = ""
    hangs: bool = False
    """Nothing comes until the server closes."""


@dataclass
class WebServer:
    """The pages by path, which a test may change, and the paths that were asked for."""

    url: str
    pages: dict[str, Reply]
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    closing: Event = field(default_factory=Event)


def page(title: str, body: str, head: str = "") -> Reply:
    """An HTML page such as a city's system makes."""
    return Reply(
        f"<!doctype html><html><head><title>{title}</title>{head}</head><body><main><h1>{title}</h1>{body}</main></body></html>"
    )


def moved(target: str) -> Reply:
    return Reply(status=302, headers={"Location": target})


@contextmanager
def web_server() -> Iterator[WebServer]:
    """A server on a free port of this machine."""
    server = WebServer("", {})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append(self.path)
            server.agents.add(self.headers.get("User-Agent", ""))
            reply = server.pages.get(self.path, Reply("gone", 404))
            if reply.hangs:
                server.closing.wait(30)
            if reply.etag and self.headers.get("If-None-Match") == reply.etag:
                reply = Reply(status=304, headers={})
            body = reply.body if isinstance(reply.body, bytes) else reply.body.encode()
            self.send_response(reply.status)
            for name, value in {**reply.headers, "ETag": reply.etag, "Content-Length": str(len(body))}.items():
                if value:
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        server.url = f"http://127.0.0.1:{http.server_port}/"
        thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            http.shutdown()
            thread.join()
