"""A menu as LINE wants it: one rich menu object and one picture a tab, named so that we know ours again."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from channels.line.flex import Json
from channels.line.postback import Tab as TabOpened
from channels.line.postback import encode
from channels.line.richmenu.layout import Box, area_boxes, tab_boxes
from channels.line.richmenu.menu import Menu, Tab, spoken

OURS = "madoguchi"
"""Names and aliases that begin so are ours; whatever else an account has is never touched."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One tab as it should be at LINE."""

    alias: str
    menu: Json
    image: bytes

    @property
    def name(self) -> str:
        """Tells the tab and, by its digest, everything that can be seen or pressed; residents do not see it."""
        return str(self.menu["name"])


def plan(menu: Menu, images: Mapping[str, bytes], site: str) -> tuple[Wanted, ...]:
    """The tabs in their order; the first is for everybody who has opened none."""
    return tuple(_wanted(menu, tab, images[tab.key], site) for tab in menu.tabs)


def alias_of(tab: Tab) -> str:
    """What the tabs know each other by, whatever rich menu stands behind it."""
    return f"{OURS}-{tab.key}"


def our_names(site: str) -> str:
    """How the names of a site's menus begin."""
    return f"{OURS}:{site}:"


def _wanted(menu: Menu, tab: Tab, image: bytes, site: str) -> Wanted:
    made: Json = {
        "size": {"width": menu.width, "height": menu.height},
        "selected": menu.is_open,
        "chatBarText": menu.bar,
        "areas": [*_switches(menu, tab), *_areas(menu, tab)],
    }
    digest = sha256(json.dumps(made, sort_keys=True).encode() + image).hexdigest()[:16]
    return Wanted(alias_of(tab), made | {"name": f"{our_names(site)}{tab.key}:{digest}"}, image)


def _switches(menu: Menu, tab: Tab) -> Iterator[Json]:
    for other, box in zip(menu.tabs, tab_boxes(menu), strict=False):
        if other.key != tab.key:
            action = {"type": "richmenuswitch", "richMenuAliasId": alias_of(other), "data": encode(TabOpened(other.key))}
            yield _area(box, spoken(other.label), action)


def _areas(menu: Menu, tab: Tab) -> Iterator[Json]:
    for area, box in zip(tab.areas, area_boxes(menu, tab), strict=True):
        yield _area(box, spoken(area.label), area.action)


def _area(box: Box, label: str, action: Json) -> Json:
    bounds = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    return {"bounds": bounds, "action": {"label": label} | action}
