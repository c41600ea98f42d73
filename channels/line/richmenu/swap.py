"""Puts a menu in the place of the one before, so that at no moment residents have none.

First everything new is made, then aliases and default are pointed at it, and only then what was before is removed. Whatever
stops this half-way, the next run brings it to its end: a menu is used again only once its alias leads to it, for then it has
its picture.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from channels.errors import AliasTaken
from channels.line.richmenu.api import RichMenuApi
from channels.line.richmenu.plan import OURS, Wanted, our_names


@dataclass(frozen=True, slots=True)
class Swapped:
    """How many menus were made, were there already, and were removed."""

    made: int
    kept: int
    removed: int


def swap(wanted: Sequence[Wanted], api: RichMenuApi, site: str) -> Swapped:
    """Bring the site's menus in line with what is wanted. Raises AliasTaken before anything changes, and RichMenuRefused."""
    names, aliases = api.menus(), api.aliases()
    ours = our_names(site)
    _refuse_taken(wanted, names, aliases, ours)
    for each in wanted:
        api.validate(each.menu)
    kept = {each.alias: aliases[each.alias] for each in wanted if names.get(aliases.get(each.alias, "")) == each.name}
    ids = {each.alias: kept.get(each.alias) or _make(each, api) for each in wanted}
    for alias, menu_id in ids.items():
        if alias not in kept:
            (api.update_alias if alias in aliases else api.create_alias)(alias, menu_id)
    api.set_default(ids[wanted[0].alias])
    removed = _remove_others(set(ids), set(ids.values()), api, ours)
    return Swapped(len(ids) - len(kept), len(kept), removed)


def _make(wanted: Wanted, api: RichMenuApi) -> str:
    menu_id = api.create(wanted.menu)
    api.upload(menu_id, wanted.image)
    return menu_id


def _refuse_taken(wanted: Sequence[Wanted], names: Mapping[str, str], aliases: Mapping[str, str], ours: str) -> None:
    for each in wanted:
        if each.alias in aliases and not _is_ours(aliases[each.alias], names, ours):
            raise AliasTaken(each.alias)


def _is_ours(menu_id: str, names: Mapping[str, str], ours: str) -> bool:
    """Whether an alias led to a menu of ours, or leads to none any more."""
    return menu_id not in names or names[menu_id].startswith(ours)


def _remove_others(aliases: set[str], ids: set[str], api: RichMenuApi, ours: str) -> int:
    """Remove what is ours and not wanted, aliases first; what earlier runs left behind goes, too."""
    names = api.menus()
    for alias, menu_id in api.aliases().items():
        if alias not in aliases and alias.startswith(f"{OURS}-") and _is_ours(menu_id, names, ours):
            api.delete_alias(alias)
    others = [menu_id for menu_id, name in names.items() if name.startswith(ours) and menu_id not in ids]
    for menu_id in others:
        api.delete(menu_id)
    return len(others)
