"""The platform double as a real HTTP server, so that timeouts, resets and half answers are real ones."""

import json
import select
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from tests.channels.line.line_platform import Answer, Fault, Platform


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, platform: Platform) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.platform = platform
        self.closing = Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that are killed leave their connections behind."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def log_message(self, *_: object) -> None:
        """Silence."""

    def _answer(self) -> None:
        sent = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer, fault = self.server.platform.take(self.command, self.path, headers, json.loads(sent or b"{}"))
        match fault:
            case Fault.ERROR_BEFORE | Fault.ERROR_AFTER:
                self._send(Answer(500, {"message": "The server is having a bad day"}))
            case Fault.HANG_BEFORE | Fault.HANG_AFTER:
                self._hang()
            case Fault.RESET_BEFORE | Fault.RESET_AFTER:
                self._reset()
            case Fault.HALF_A_BODY:
                self._send(answer, half=True)
                self.close_connection = True
            case Fault.GARBAGE | Fault.GARBAGE_OF_A_PROXY:
                self._write(200, b"<html>\xff\xfe Welcome to the hotel network</html>", "text/html")
            case _:
                self._send(answer)

    def _send(self, answer: Answer, half: bool = False) -> None:
        self._write(answer.status, json.dumps(answer.body).encode(), "application/json", half)

    def _write(self, status: int, body: bytes, kind: str, half: bool = False) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body) + (100 if half else 0)))
        self.send_header("x-line-request-id", "request-1")
        self.end_headers()
        self.wfile.write(body)

    def _hang(self) -> None:
        """Say nothing until the client goes away."""
        while not self.server.closing.is_set():
            if select.select([self.connection], [], [], 0.05)[0]:
                break
        self.close_connection = True

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True


@contextmanager
def serving(platform: Platform) -> Iterator[str]:
    """The address of the platform while the block runs."""
    server = _Server(platform)
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
