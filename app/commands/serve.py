"""`madoguchi serve`: run the web service."""

import uvicorn

from app.commands.terminal import service
from app.main import create_app

NAME = "serve"


def run() -> None:
    """Listen on MADOGUCHI_HOST and MADOGUCHI_PORT until stopped."""
    running = service()
    settings = running.settings
    # Our own log has the requests; uvicorn's access log would hold the residents' addresses.
    uvicorn.run(create_app(running), host=settings.host, port=settings.port, log_level="warning", access_log=False)
