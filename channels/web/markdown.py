"""Turns an approved answer (light Markdown) into HTML that can hold nothing but text, lists, tables and links."""

import re
from collections.abc import Sequence

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape

EASY_JAPANESE = "ja-x-easy"
TAGS = {"p", "br", "ul", "ol", "li", "strong", "em", "a", "table", "thead", "tbody", "tr", "th", "td", "ruby", "rt", "rp"}
SCHEMES = {"https", "tel", "mailto"}
NOT_FOR_ANSWERS = ["heading", "lheading", "hr", "code", "fence", "html_block", "reference", "blockquote"]
NOT_IN_LINES = ["image", "html_inline", "backticks", "autolink"]

_ITEM = re.compile(r"\s{0,3}([-*+]|\d{1,9}[.)])\s")
# After a number the brackets stay: 14日（じゅうよっか） reads the number too, 300円（えん） does not.
_READING = re.compile(r"(?<![0-9０-９一-龯々ヶ])([一-龯々ヶ]+)（([ぁ-ゖー]+)）")
_RUBY = r"<ruby>\1<rp>（</rp><rt>\2</rt><rp>）</rp></ruby>"


def answer_html(text: str, language: str = "ja") -> Markup:
    """Safe HTML of an approved text; in やさしい日本語 the readings in brackets become ruby."""
    html = _PARSER.render(_close_lists(text))
    if language == EASY_JAPANESE:
        html = _READING.sub(_RUBY, html)
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}},
        tag_attribute_values={"a": {"target": {"_blank"}}},
        url_schemes=SCHEMES,
        url_relative="deny",
        link_rel="noopener noreferrer",
    )
    return Markup(clean)  # noqa: S704 - nh3 has just cleaned it


def ruby(text: str, language: str) -> Markup:
    """A plain text as HTML; in やさしい日本語 the readings in brackets become ruby."""
    safe = escape(text)
    return Markup(_READING.sub(_RUBY, str(safe))) if language == EASY_JAPANESE else safe  # noqa: S704 - escaped above


def _close_lists(text: str) -> str:
    """A blank line where a list ends: staff write the next sentence right below, which Markdown would add to the last item."""
    lines: list[str] = []
    for line in text.splitlines():
        after_item = bool(lines) and _ITEM.match(lines[-1])
        if after_item and line.strip() and not line[0].isspace() and not _ITEM.match(line):
            lines.append("")
        lines.append(line)
    return "\n".join(lines)


def _strong(state: StateInline, silent: bool) -> bool:
    """`**…**` next to Japanese brackets: CommonMark's rule of word borders needs spaces, which Japanese does not have."""
    end = state.src.find("**", state.pos + 2, state.posMax) if state.src.startswith("**", state.pos) else -1
    inner = state.src[state.pos + 2 : end]
    if end < 0 or not inner or inner != inner.strip():
        return False
    if not silent:
        state.push("strong_open", "strong", 1)
        ceiling, state.pos, state.posMax = state.posMax, state.pos + 2, end
        state.md.inline.tokenize(state)
        state.posMax = ceiling
        state.push("strong_close", "strong", -1)
    state.pos = end + 2
    return True


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table").disable(NOT_FOR_ANSWERS + NOT_IN_LINES)
    parser.inline.ruler.before("emphasis", "japanese_strong", _strong)
    # A page of the city must open beside the conversation, not inside the widget's frame.
    parser.add_render_rule("link_open", _link_open)
    return parser


def _link_open(self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    token = tokens[index]
    if str(token.attrGet("href") or "").startswith("https:"):
        token.attrSet("target", "_blank")
    return self.renderToken(tokens, index, options, env)


_PARSER = _parser()
