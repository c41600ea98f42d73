"""What we need of LINE to change a menu; channels/line/richmenu/sdk.py does it, and tests have their own."""

from collections.abc import Mapping
from typing import Protocol

from channels.line.flex import Json


class RichMenuApi(Protocol):
    """The rich menus of one account. Every method raises RichMenuRefused when LINE does not take it."""

    def menus(self) -> Mapping[str, str]:
        """The name of every rich menu, by its ID; those made in LINE Official Account Manager are not among them."""

    def aliases(self) -> Mapping[str, str]:
        """The rich menu of every alias."""

    def validate(self, menu: Json) -> None:
        """Let LINE look at a menu without making it."""

    def create(self, menu: Json) -> str:
        """Make a menu, without a picture yet; its ID."""

    def upload(self, menu_id: str, png: bytes) -> None:
        """Give a menu its picture, once and for all."""

    def delete(self, menu_id: str) -> None:
        """Remove a menu; nothing when it is gone already."""

    def create_alias(self, alias: str, menu_id: str) -> None:
        """Let a new alias lead to a menu that has a picture."""

    def update_alias(self, alias: str, menu_id: str) -> None:
        """Let an alias lead to another menu that has a picture."""

    def delete_alias(self, alias: str) -> None:
        """Remove an alias; nothing when it is gone already."""

    def set_default(self, menu_id: str) -> None:
        """Show a menu that has a picture to everybody who has none of their own."""
