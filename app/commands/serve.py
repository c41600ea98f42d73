"""`madoguchi serve`: run the web service."""

import errno
import socket
import sys

import uvicorn

from app.commands.terminal import service
from app.errors import PortTaken
from app.main import create_app
from app.wiring import Service

NAME = "serve"

LONGEST_TURN = 0.0005
"""Seconds a thread computes while others wait; with Python's 0.005 a request waits too long behind the work on LINE's inbox."""


def run() -> None:
    """Listen on MADOGUCHI_HOST and MADOGUCHI_PORT until stopped."""
    listen(service())


def listen(running: Service) -> None:
    """Serve until stopped. Raises PortTaken, ModelUnusable, or what keeps the database from being opened."""
    settings = running.settings
    refuse_taken_port(settings.host, settings.port)
    sys.setswitchinterval(LONGEST_TURN)
    running.engine.load()  # within uvicorn a refusal would be a traceback
    # Our own log has the requests; uvicorn's access log would hold the residents' addresses.
    uvicorn.run(create_app(running), host=settings.host, port=settings.port, log_level="warning", access_log=False)


def refuse_taken_port(host: str, port: int) -> None:
    """Ask before serving, as uvicorn would only log it. Raises PortTaken; any other refusal is an OSError."""
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(port) from error
        raise
