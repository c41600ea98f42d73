"""Reads a menu from a YAML file and checks it against LINE's limits; everything that is wrong is told at once."""

import re
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import yaml

from channels.line import limits
from channels.line.counting import blank, clusters, sendable
from channels.line.flex import Json
from channels.line.richmenu.actions import ACTIONS, action
from channels.line.richmenu.colors import READABLE, SHAPE, contrast
from channels.line.richmenu.icons import icons
from channels.line.richmenu.menu import COLUMNS, HEIGHT, WIDTH, Area, Colors, Menu, Tab, spoken
from channels.line.richmenu.problem import MenuProblem, Place
from knowledge.clean import shown

KEY = re.compile(r"[a-z0-9_-]{1,20}")
"""Of a tab: with our own beginning it becomes an alias of at most 32 characters."""
MOST_TABS = 6
MOST_COLUMNS = 4
MOST_LINES = 3
MENU_FIELDS = ("bar", "open", "width", "height", "colors", "tabs")
TAB_FIELDS = ("key", "label", "columns", "areas")
AREA_FIELDS = ("label", "note", "icon", *ACTIONS)
PAIRS = (("paper", "ink"), ("paper", "accent"), ("accent", "accent_ink"), ("tab", "tab_ink"))


def read_menu(path: Path) -> tuple[Menu | None, tuple[MenuProblem, ...]]:
    """The menu, and what is wrong; there is no menu when anything is. Raises OSError."""
    try:
        value = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        return None, (MenuProblem("not_yaml", values={"line": mark.line + 1 if mark else 1}),)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError):
        return None, (MenuProblem("not_yaml", values={"line": 1}),)
    reader = _Reader()
    menu = reader.menu(value)
    return (None if reader.problems else menu), tuple(reader.problems)


class _Reader:
    """Turns values into a menu and notes what is wrong with them."""

    def __init__(self) -> None:
        self.problems: list[MenuProblem] = []

    def fail(self, name: str, place: Place, /, **values: object) -> None:
        self.problems.append(MenuProblem(name, place, values))

    def menu(self, value: object) -> Menu:
        top = Place()
        given = self.mapping(value, MENU_FIELDS, top)
        width = self.number(given, "width", WIDTH, limits.IMAGE_WIDTHS, top)
        height = self.number(given, "height", HEIGHT, (limits.IMAGE_HEIGHT, width), top)
        if width / height < limits.IMAGE_RATIO:
            self.fail("ratio", top, width=width, height=height, most=int(width / limits.IMAGE_RATIO))
        tabs = tuple(self.tab(each, number) for number, each in enumerate(self.items(given, "tabs", MOST_TABS, top), 1))
        self.once(tabs)
        return Menu(
            tabs,
            self.text(given, "bar", limits.CHAT_BAR_TEXT, top, lines=1),
            given.get("open", True) is True,
            width,
            height,
            self.colors(given.get("colors", {}), top),
        )

    def tab(self, value: object, number: int) -> Tab:
        place = Place(str(number))
        given = self.mapping(value, TAB_FIELDS, place)
        label = self.text(given, "label", limits.RICH_MENU_LABEL, place)
        place = Place(spoken(label) or str(number))
        key = given.get("key")
        if not isinstance(key, str) or not KEY.fullmatch(key):
            self.fail("key", place, written=shown(str(key)))
        columns = self.number(given, "columns", COLUMNS, (1, MOST_COLUMNS), place)
        given_areas = self.items(given, "areas", limits.AREAS, place)
        areas = tuple(self.area(each, Place(place.tab, area)) for area, each in enumerate(given_areas, 1))
        return Tab(str(key), label, areas, columns)

    def area(self, value: object, place: Place) -> Area:
        given = self.mapping(value, AREA_FIELDS, place)
        icon = given.get("icon", "")
        if icon and icon not in icons():
            self.fail("icon", place, icon=shown(str(icon)), known="、".join(icons()))
        note = self.text(given, "note", limits.RICH_MENU_LABEL, place, lines=1) if "note" in given else ""
        return Area(self.text(given, "label", limits.RICH_MENU_LABEL, place), self.action(given, place), note, str(icon))

    def action(self, given: Mapping[str, Any], place: Place) -> Json:
        named = [name for name in ACTIONS if name in given]
        if len(named) != 1:
            self.fail("one_action", place, known="、".join(ACTIONS))
            return {}
        made = action(named[0], given[named[0]], spoken(str(given.get("label", ""))))
        if made is None:
            self.fail(f"action_{named[0]}", place, value=shown(str(given[named[0]])))
        return made or {}

    def once(self, tabs: tuple[Tab, ...]) -> None:
        keys = [tab.key for tab in tabs]
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            self.fail("key_twice", Place(), written=key)
        for tab in tabs:
            # The other tabs are areas, too.
            count, most = len(tab.areas), limits.AREAS - (len(tabs) - 1)
            if count > most:
                self.fail("too_many_areas", Place(spoken(tab.label)), count=count, most=most)

    def colors(self, value: object, place: Place) -> Colors:
        names = tuple(each.name for each in fields(Colors))
        given = self.mapping(value, names, place)
        wrong = {name: color for name, color in given.items() if not (isinstance(color, str) and SHAPE.fullmatch(color))}
        for name, color in wrong.items():
            self.fail("color", place, name=name, color=shown(str(color)))
        colors = Colors(**{name: color for name, color in given.items() if name in names and name not in wrong})
        for ground, ink in PAIRS:
            found = contrast(getattr(colors, ground), getattr(colors, ink))
            if found < READABLE:
                self.fail("contrast", place, ground=ground, ink=ink, found=f"{found:.1f}", least=READABLE)
        return colors

    def mapping(self, value: object, names: tuple[str, ...], place: Place) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            self.fail("no_mapping", place, known="、".join(names))
            return {}
        for name in value:
            if name not in names:
                self.fail("unknown_field", place, name=shown(str(name)), known="、".join(names))
        return {str(name): each for name, each in value.items()}

    def items(self, given: Mapping[str, Any], name: str, most: int, place: Place) -> list[Any]:
        value = given.get(name)
        if not isinstance(value, list) or not 1 <= len(value) <= most:
            self.fail("no_list", place, name=name, most=most)
            return []
        return value

    def number(self, given: Mapping[str, Any], name: str, default: int, between: tuple[int, int], place: Place) -> int:
        value = given.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or not between[0] <= value <= between[1]:
            self.fail("number", place, name=name, least=between[0], most=between[1])
            return default
        return value

    def text(self, given: Mapping[str, Any], name: str, most: int, place: Place, lines: int = MOST_LINES) -> str:
        value = given.get(name)
        text = sendable(value).strip() if isinstance(value, str) else ""
        if blank(text):
            self.fail("no_text", place, name=name)
        elif _length(name, text) > most or text.count("\n") >= lines:
            self.fail("long_text", place, name=name, text=shown(text), most=most, lines=lines)
        return text


def _length(name: str, text: str) -> int:
    """What a person takes for characters; on the bar, where the SDK is stricter than LINE, code points."""
    return len(text) if name == "bar" else len(clusters(spoken(text)))
