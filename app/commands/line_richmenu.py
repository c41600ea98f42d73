"""`madoguchi line richmenu …`: the menu below the chat, drawn from a YAML file and put in place at LINE."""

from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from app.commands.terminal import SiteOption, refuse_file, service, tell
from app.wiring import Service
from channels.line.richmenu.api import RichMenuApi
from channels.line.richmenu.menu import Menu
from channels.line.richmenu.plan import plan
from channels.line.richmenu.swap import swap
from knowledge.atomic import replace_file
from knowledge.sentences import say

NAME = "richmenu"
SAMPLE = "sample.yaml"

Connect = Callable[[Service, str], tuple[str, RichMenuApi]]
"""The site that is meant, and the rich menus of its account."""

FileArgument = Annotated[Path, typer.Argument(help=say("app", "options.menu_file"))]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help=say("app", "options.dry_run"))]
FolderOption = Annotated[Path, typer.Option("--out", help=say("app", "options.pictures"))]


def commands(connect: Connect) -> typer.Typer:
    """The commands under `madoguchi line richmenu`."""

    def apply(file: FileArgument, site: SiteOption = "", dry_run: DryRunOption = False, out: FolderOption = Path()) -> None:
        """Read, draw, and put in place; exit status 2 when something is wrong with the file."""
        running = service()
        menu, images = _drawn(file, running.settings.font)
        if dry_run:
            _keep(images, out)
            return
        named, api = connect(running, site)
        done = swap(plan(menu, images, named), api, named)
        tell("richmenu", made=done.made, kept=done.kept, removed=done.removed)

    cli = typer.Typer(help=say("app", "help.line_richmenu"), no_args_is_help=True)
    cli.command("apply", help=say("app", "help.line_richmenu_apply"))(apply)
    cli.command("sample", help=say("app", "help.line_richmenu_sample"))(sample)
    return cli


def sample() -> None:
    """Print a menu to begin with."""
    typer.echo(files("channels.line.richmenu").joinpath(SAMPLE).read_text(encoding="utf-8"), nl=False)


def _drawn(file: Path, font: str) -> tuple[Menu, Mapping[str, bytes]]:
    # Here, as `madoguchi serve` needs neither Pillow nor YAML.
    from channels.line.richmenu.draw import draw
    from channels.line.richmenu.fonts import find_font
    from channels.line.richmenu.read import read_menu

    menu, problems = read_menu(file)
    if menu is None:
        refuse_file([problem.sentence for problem in problems])
    images, problems = draw(menu, find_font(font))
    if problems:
        refuse_file([problem.sentence for problem in problems])
    return menu, images


def _keep(images: Mapping[str, bytes], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for key, png in images.items():
        path = folder / f"{key}.png"
        with replace_file(path) as stream:
            stream.write(png)
        tell("richmenu_picture", path=path, kilobytes=len(png) // 1000)
