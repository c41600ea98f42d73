"""The values of a rich menu: tabs, each with areas that residents press."""

import re
from dataclasses import dataclass, field

from channels.line.flex import Json

WIDTH, HEIGHT = 2500, 1686
COLUMNS = 3

_BETWEEN_WORDS = re.compile(r"(?<=[!-~])\n(?=[!-~])")


def spoken(label: str) -> str:
    """A label in one line, as a screen reader says it."""
    return _BETWEEN_WORDS.sub(" ", label).replace("\n", "")


@dataclass(frozen=True, slots=True)
class Colors:
    """Hexadecimal colors; each pair of a ground and what stands on it must be readable."""

    paper: str = "#ffffff"
    ink: str = "#1a1a1a"
    accent: str = "#0017c1"
    """Pictures, and the open tab."""
    accent_ink: str = "#ffffff"
    tab: str = "#e8f1fe"
    """Tabs that are not open."""
    tab_ink: str = "#1a1a1a"


@dataclass(frozen=True, slots=True)
class Area:
    """One thing to press."""

    label: str
    """What is drawn, with line breaks where they are wanted."""
    action: Json
    """What LINE does, without a label."""
    note: str = ""
    """A smaller line below."""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """One page of the menu."""

    key: str
    label: str
    areas: tuple[Area, ...]
    columns: int = COLUMNS


@dataclass(frozen=True, slots=True)
class Menu:
    """A whole rich menu. The first tab is the one that everybody sees first."""

    tabs: tuple[Tab, ...]
    bar: str
    """What stands on the bar that opens and closes it."""
    is_open: bool = True
    """Whether it is open when somebody enters the chat."""
    width: int = WIDTH
    height: int = HEIGHT
    colors: Colors = field(default_factory=Colors)
