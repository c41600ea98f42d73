"""A small true LINE account for rich menus, in memory: with LINE's rules, and failures on demand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from channels.errors import RichMenuRefused
from channels.line.flex import Json

T = TypeVar("T")


@dataclass
class Failure:
    """Stops the call with a number, counted from 1: before it had an effect, or after it, when only the answer is lost."""

    at: int
    done: bool
    calls: int = 0

    def due(self, done: bool) -> bool:
        self.calls += not done
        return self.calls == self.at and self.done is done


@dataclass
class Account:
    """What LINE keeps of rich menus."""

    names: dict[str, str] = field(default_factory=dict)
    menus_made: dict[str, Json] = field(default_factory=dict)
    images: dict[str, bytes] = field(default_factory=dict)
    leads: dict[str, str] = field(default_factory=dict)
    default: str | None = None
    failure: Failure | None = None
    count: int = 0
    watch: Callable[["Account"], None] = lambda _: None
    """Called after everything that happens."""

    def menus(self) -> Mapping[str, str]:
        return self._do("menus", lambda: dict(self.names))

    def aliases(self) -> Mapping[str, str]:
        return self._do("aliases", lambda: dict(self.leads))

    def validate(self, menu: Json) -> None:
        self._do("validate", lambda: self._refuse_unless(bool(menu.get("areas")), "no areas"))

    def create(self, menu: Json) -> str:
        def make() -> str:
            self.count += 1
            menu_id = f"richmenu-{self.count}"
            self.names[menu_id], self.menus_made[menu_id] = menu["name"], menu
            return menu_id

        return self._do("create", make)

    def upload(self, menu_id: str, png: bytes) -> None:
        def keep() -> None:
            self._refuse_unless(menu_id in self.names, "Not found")
            self._refuse_unless(menu_id not in self.images, "An image has already been uploaded")
            self.images[menu_id] = png

        self._do("upload", keep)

    def delete(self, menu_id: str) -> None:
        def remove() -> None:
            self.names.pop(menu_id, None)
            self.images.pop(menu_id, None)
            self.default = None if self.default == menu_id else self.default

        self._do("delete", remove)

    def create_alias(self, alias: str, menu_id: str) -> None:
        def make() -> None:
            self._refuse_unless(alias not in self.leads, "conflict richmenu alias id")
            self._point(alias, menu_id)

        self._do("create alias", make)

    def update_alias(self, alias: str, menu_id: str) -> None:
        def change() -> None:
            self._refuse_unless(alias in self.leads, "Not found")
            self._point(alias, menu_id)

        self._do("update alias", change)

    def delete_alias(self, alias: str) -> None:
        self._do("delete alias", lambda: self.leads.pop(alias, None))

    def set_default(self, menu_id: str) -> None:
        def change() -> None:
            self._refuse_unless(menu_id in self.images, "must upload richmenu image before applying it to user")
            self.default = menu_id

        self._do("set default", change)

    def _point(self, alias: str, menu_id: str) -> None:
        self._refuse_unless(menu_id in self.images, "richmenu not found or without an image")
        self.leads[alias] = menu_id

    def _refuse_unless(self, fine: bool, reason: str) -> None:
        if not fine:
            raise RichMenuRefused("LINE", reason)

    def _do(self, step: str, work: Callable[[], T]) -> T:
        if self.failure and self.failure.due(done=False):
            raise RichMenuRefused(step, "before")
        result = work()
        self.watch(self)
        if self.failure and self.failure.due(done=True):
            raise RichMenuRefused(step, "after")
        return result
