"""Turns an approved answer (light Markdown) into HTML that can hold nothing but text, lists, tables and links."""

import re
from collections.abc import Sequence

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape

from channels.markdown import SCHEMES, close_lists, parser

EASY_JAPANESE = "ja-x-easy"
TAGS = {"p", "br", "ul", "ol", "li", "strong", "em", "a", "table", "thead", "tbody", "tr", "th", "td", "ruby", "rt", "rp"}

# After a number the brackets stay: 14日（じゅうよっか） reads the number too, 300円（えん） does not.
_READING = re.compile(r"(?<![0-9０-９一-龯々ヶ])([一-龯々ヶ]+)（([ぁ-ゖー]+)）")
_RUBY = r"<ruby>\1<rp>（</rp><rt>\2</rt><rp>）</rp></ruby>"


def answer_html(text: str, language: str = "ja") -> Markup:
    """Safe HTML of an approved text; in やさしい日本語 the readings in brackets become ruby."""
    html = _PARSER.render(close_lists(text))
    if language == EASY_JAPANESE:
        html = _READING.sub(_RUBY, html)
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}},
        tag_attribute_values={"a": {"target": {"_blank"}}},
        url_schemes=set(SCHEMES),
        url_relative="deny",
        link_rel="noopener noreferrer",
    )
    return Markup(clean)  # noqa: S704 - nh3 has just cleaned it


def ruby(text: str, language: str) -> Markup:
    """A plain text as HTML; in やさしい日本語 the readings in brackets become ruby."""
    safe = escape(text)
    return Markup(_READING.sub(_RUBY, str(safe))) if language == EASY_JAPANESE else safe  # noqa: S704 - escaped above


def _parser() -> MarkdownIt:
    made = parser()
    # A page of the city must open beside the conversation, not inside the widget's frame.
    made.add_render_rule("link_open", _link_open)
    return made


def _link_open(self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    token = tokens[index]
    if str(token.attrGet("href") or "").startswith("https:"):
        token.attrSet("target", "_blank")
    return self.renderToken(tokens, index, options, env)


_PARSER = _parser()
