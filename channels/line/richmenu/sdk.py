"""Changes rich menus through LINE's own SDK, which is imported only when it is used: it takes 1.5 seconds and 75 MB."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from channels.errors import RichMenuRefused
from channels.line.flex import Json

LINE_API = "https://api.line.me"
TIMEOUT = 30
"""Seconds; the SDK would wait for five minutes."""
NOT_FOUND = 404


class SdkRichMenus:
    """The rich menus of the account with this access token."""

    def __init__(self, token: str, base: str = LINE_API) -> None:
        from linebot.v3 import messaging

        self.sdk = messaging
        # Pictures go to another host, which the SDK knows; but a double has only one.
        hosts = {} if base == LINE_API else {"host": base}
        configuration = messaging.Configuration(access_token=token, **hosts)
        # A step that was lost is begun anew by the next run; and nobody is to redirect our token elsewhere.
        configuration.retries = False
        client = messaging.ApiClient(configuration)
        self.api, self.pictures = messaging.MessagingApi(client), messaging.MessagingApiBlob(client)

    def menus(self) -> Mapping[str, str]:
        """The name of every rich menu, by its ID."""
        # Read by ourselves: the SDK's models refuse the whole list for one action newer than they are, and it may not be ours.
        found = self._call("list menus", self.api.get_rich_menu_list_with_http_info, _preload_content=False)
        return {str(each["richMenuId"]): str(each.get("name", "")) for each in _read(found.raw_data)}

    def aliases(self) -> Mapping[str, str]:
        """The rich menu of every alias."""
        found = self._call("list aliases", self.api.get_rich_menu_alias_list)
        return {each.rich_menu_alias_id: each.rich_menu_id for each in found.aliases}

    def validate(self, menu: Json) -> None:
        """Let LINE look at a menu without making it."""
        self._call("validate", self.api.validate_rich_menu_object, self.sdk.RichMenuRequest.from_dict(menu))

    def create(self, menu: Json) -> str:
        """Make a menu; its ID."""
        made = self._call("create", self.api.create_rich_menu, self.sdk.RichMenuRequest.from_dict(menu))
        return str(made.rich_menu_id)

    def upload(self, menu_id: str, png: bytes) -> None:
        """Give a menu its picture."""
        header = {"Content-Type": "image/png"}
        self._call("upload", self.pictures.set_rich_menu_image, menu_id, body=png, _headers=header)

    def delete(self, menu_id: str) -> None:
        """Remove a menu."""
        self._call("delete", self.api.delete_rich_menu, menu_id, gone_is_fine=True)

    def create_alias(self, alias: str, menu_id: str) -> None:
        """Make an alias."""
        request = self.sdk.CreateRichMenuAliasRequest(rich_menu_alias_id=alias, rich_menu_id=menu_id)
        self._call("create alias", self.api.create_rich_menu_alias, request)

    def update_alias(self, alias: str, menu_id: str) -> None:
        """Point an alias at another menu."""
        request = self.sdk.UpdateRichMenuAliasRequest(rich_menu_id=menu_id)
        self._call("update alias", self.api.update_rich_menu_alias, alias, request)

    def delete_alias(self, alias: str) -> None:
        """Remove an alias."""
        self._call("delete alias", self.api.delete_rich_menu_alias, alias, gone_is_fine=True)

    def set_default(self, menu_id: str) -> None:
        """Show a menu to everybody."""
        self._call("set default", self.api.set_default_rich_menu, menu_id)

    def _call(self, step: str, method: Callable[..., Any], *values: object, gone_is_fine: bool = False, **named: object) -> Any:
        from urllib3.exceptions import HTTPError

        try:
            return method(*values, _request_timeout=TIMEOUT, **named)
        except self.sdk.ApiException as error:
            if error.status == NOT_FOUND and gone_is_fine:
                return None
            raise RichMenuRefused(step, f"{error.status} {_told(error.body)}".strip()) from error
        except (HTTPError, ValueError) as error:  # no connection or half an answer; an answer that is not LINE's
            raise RichMenuRefused(step, type(error).__name__) from error


def _read(body: bytes) -> list[Mapping[str, object]]:
    """The menus of a list. Raises RichMenuRefused when it is none."""
    try:
        menus = json.loads(body)["richmenus"]
        return [each for each in menus if "richMenuId" in each]
    except (ValueError, KeyError, TypeError) as error:
        raise RichMenuRefused("list menus", type(error).__name__) from error


def _told(body: object) -> str:
    """What LINE says is wrong."""
    try:
        value = json.loads(body) if isinstance(body, str | bytes) else {}
    except ValueError:
        return ""
    if not isinstance(value, dict):
        return ""
    details = [each for each in value.get("details") or [] if isinstance(each, dict)]
    return " / ".join([str(value.get("message", "")), *(f"{each.get('property')}: {each.get('message')}" for each in details)])
