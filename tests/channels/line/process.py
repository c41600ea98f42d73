"""`madoguchi serve` as operators run it, in front of the platform double, to be killed and started again."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
SECRET = "s" * 32
SERVE = "from app.cli import main; main()"


class Process:
    """The service of one site. Its port stays the same over its lives."""

    def __init__(self, folder: Path, site: str, base: str, database: str = "") -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        settings = {
            "DATA_DIR": str(folder),
            "DATABASE_URL": database,
            "PORT": str(self.port),
            "LINE_ACCOUNTS": json.dumps({site: {"token": "token", "secret": SECRET}}),
            "LINE_API_BASE": base,
        }
        known = {name: value for name, value in os.environ.items() if not name.startswith("MADOGUCHI_")}
        self.environment = known | {f"MADOGUCHI_{name}": value for name, value in settings.items()} | {"PYTHONPATH": str(ROOT)}
        self.log = folder / "log"
        self.url = f"http://127.0.0.1:{self.port}/line/{site}"
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as log:
            command = [sys.executable, "-c", SERVE, "serve"]
            self.running = subprocess.Popen(command, env=self.environment, cwd=self.log.parent, stderr=log, stdout=log)

    def kill(self) -> None:
        self.running.send_signal(signal.SIGKILL)
        self.running.wait()

    def stop(self) -> None:
        self.running.terminate()
        self.running.wait(60)
