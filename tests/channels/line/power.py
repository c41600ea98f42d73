"""The power that a process runs on, cut at any step: when a transaction begins or ends, before and after a call to LINE."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event

from channels.line.account import Account
from channels.line.client import LineClient
from channels.line.reply import Result


class PowerCut(BaseException):
    """Nothing is done any more."""


@dataclass
class Power:
    """Counts the steps of a process, and cuts it off at one of them."""

    left: int | None = None

    def step(self, *_: object) -> None:
        if self.left == 0:
            self.left = None
            raise PowerCut
        if self.left is not None:
            self.left -= 1

    def feed(self, engine: Engine) -> None:
        """Every transaction takes power."""
        for name in ("begin", "commit"):
            event.listen(engine, name, self.step)

    def client(self, account: Account, base: str, timeout: float) -> LineClient:
        power = self

        class Cut(LineClient):
            def _call(self, method: str, *arguments: object, **headers: str) -> tuple[Result, dict[str, Any]]:
                power.step()
                done = super()._call(method, *arguments, **headers)
                power.step()
                return done

        return Cut(account, base, timeout)
