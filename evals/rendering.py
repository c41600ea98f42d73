"""Fills the templates of the reports: everything is escaped, every word comes from the wording, nothing is fetched."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from evals import told
from evals.score import FIGURES
from evals.summary import ending
from knowledge import VERSION
from knowledge.sentences import say

TEMPLATES = Path(__file__).parent / "templates"
LINK_SCHEMES = frozenset({"https", "http"})
LISTED = 8
"""Names in one line of a report."""


def render(template: str, **values: Any) -> str:
    """One whole page."""
    return _ENVIRONMENT.get_template(template).render(**values)


def link(url: str) -> str:
    """The address when it is one that may be followed, else nothing."""
    try:
        return url if urlsplit(url).scheme in LINK_SCHEMES else ""
    except ValueError:  # an address that cannot even be taken apart, such as https://[
        return ""


def css_string(text: str) -> Markup:
    """A text as a string of CSS: whatever could end it, or the style element around it, is written as a number."""
    safe = "".join(each if each.isalnum() or each == " " else f"\\{ord(each):x} " for each in text)
    return Markup(f'"{safe}"')  # noqa: S704 (letters, digits and numbers alone)


@pass_context
def entries(context: Context, ids: Iterable[str]) -> str:
    """Entries by their questions, as far as the page knows them."""
    return told.entries(ids, context["questions"], LISTED)


def words(table: str, key: str, **values: object) -> str:
    """A sentence of one table of the wording."""
    return say("evals", f"{table}.{key}", **values)  # type: ignore[arg-type] # no value is called `language`


def _environment() -> Environment:
    loader = FileSystemLoader(TEMPLATES)
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"clock": told.clock, "css_string": css_string, "day": told.day, "entries": entries, "link": link}
    environment.filters |= {"listed": partial(told.listed, limit=LISTED), "short": told.short}
    environment.filters |= {"first_sentence": told.first_sentence, "whole_percent": told.whole_percent}
    environment.globals |= {"t": partial(words, "report_page"), "m": partial(words, "month"), "name": told.name}
    environment.globals |= {"ending": ending, "figure_names": FIGURES, "version": VERSION}
    return environment


_ENVIRONMENT = _environment()
