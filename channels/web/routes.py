"""Everything a resident's browser can reach, as one router."""

from fastapi import APIRouter

from channels.web import routes_api, routes_page, routes_widget
from channels.web.desk import WebDesk


def router(desk: WebDesk) -> APIRouter:
    """The JSON API, the pages and the widget over one desk."""
    everything = APIRouter()
    for each in (routes_api, routes_page, routes_widget):
        everything.include_router(each.router(desk))
    return everything
