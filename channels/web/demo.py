"""A city's home page with the widget in it, to be tried without a city."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from channels.errors import PageNotFound

PLACE = "<!-- madoguchi -->"
"""The comment in a page that the widget is put at."""


def router(pages: Path, site: str) -> APIRouter:
    """`/demo` shows the folder `pages` with the widget of `site`."""
    demo = APIRouter(prefix="/demo", include_in_schema=False)
    folder = pages.resolve()
    widget = f'<script src="/widget/v1/loader.js" data-site="{site}" async></script>'

    @demo.get("")
    def home() -> RedirectResponse:
        return RedirectResponse("/demo/pages/index.html")

    @demo.get("/pages/{path:path}")
    def page(path: str) -> Response:
        file = _inside(folder, path)
        if file.suffix == ".html":
            return HTMLResponse(file.read_text(encoding="utf-8").replace(PLACE, widget))
        return FileResponse(file)

    return demo


def _inside(folder: Path, path: str) -> Path:
    """The file at `path` below `folder`; raises `PageNotFound` for anything else, links that lead out included."""
    try:
        file = (folder / path).resolve()
        found = file.is_relative_to(folder) and file.is_file()
    except (OSError, ValueError) as problem:  # a name too long for the disk, or with NUL in it
        raise PageNotFound from problem
    if not found:
        raise PageNotFound
    return file
