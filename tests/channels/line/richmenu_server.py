"""The rich-menu endpoints of LINE over HTTP, in front of the account in memory; each request may be made to fail."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from channels.errors import RichMenuRefused
from tests.channels.line.richmenu_account import Account

TOKEN = "a-token"
Answer = tuple[int, object]


@contextmanager
def serving(account: Account, spoil: Callable[[str, str], Answer | None] = lambda _method, _path: None) -> Iterator[str]:
    """The base address; `spoil` may answer in the account's place, with status 0 to hang up."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def do_DELETE(self) -> None:
            self._answer()

        def log_message(self, *_: object) -> None:
            pass

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, value = spoil(self.command, self.path) or self._real(body)
            if not status:
                self.close_connection = True
                return
            payload = value if isinstance(value, bytes) else json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def _real(self, body: bytes) -> Answer:
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                return 401, {"message": "Authentication failed"}
            try:
                return 200, _route(account, self.command, self.path.split("/")[3:], body, self.headers.get("Content-Type", ""))
            except RichMenuRefused as refused:
                return 404 if refused.reason == "Not found" else 400, {"message": refused.reason, "details": []}

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _route(account: Account, method: str, path: list[str], body: bytes, kind: str) -> object:
    match method, path:
        case "GET", ["richmenu", "list"]:
            return {"richmenus": [_described(menu_id, menu) for menu_id, menu in _menus(account)]}
        case "GET", ["richmenu", "alias", "list"]:
            leads = account.aliases()
            return {"aliases": [{"richMenuAliasId": alias, "richMenuId": menu_id} for alias, menu_id in leads.items()]}
        case "POST", ["richmenu", menu_id, "content"]:
            assert kind == "image/png"
            account.upload(menu_id, body)
        case "DELETE", ["richmenu", "alias", alias]:
            _known(alias in account.leads)
            account.delete_alias(alias)
        case "DELETE", ["richmenu", menu_id]:
            _known(menu_id in account.names)
            account.delete(menu_id)
        case "POST", _:
            return _post(account, path, json.loads(body) if body else {})
        case _:
            _known(False)
    return {}


def _post(account: Account, path: list[str], value: dict[str, Any]) -> object:
    match path:
        case ["richmenu", "validate"]:
            account.validate(value)
        case ["richmenu"]:
            return {"richMenuId": account.create(value)}
        case ["richmenu", "alias"]:
            account.create_alias(value["richMenuAliasId"], value["richMenuId"])
        case ["richmenu", "alias", alias]:
            account.update_alias(alias, value["richMenuId"])
        case ["user", "all", "richmenu", menu_id]:
            account.set_default(menu_id)
        case _:
            _known(False)
    return {}


def _menus(account: Account) -> list[tuple[str, dict[str, Any]]]:
    return [(menu_id, account.menus_made[menu_id]) for menu_id in account.menus()]


def _described(menu_id: str, menu: dict[str, Any]) -> dict[str, Any]:
    return {"richMenuId": menu_id, **menu}


def _known(there: bool) -> None:
    if not there:
        raise RichMenuRefused("LINE", "Not found")
