"""The light Markdown of approved answers: text, lists, tables, emphasis and links; every channel reads it by this grammar."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

SCHEMES = frozenset({"https", "tel", "mailto"})
"""Where links inside an answer may lead."""
NOT_FOR_ANSWERS = ["heading", "lheading", "hr", "code", "fence", "html_block", "reference", "blockquote"]
NOT_IN_LINES = ["image", "html_inline", "backticks", "autolink"]

_ITEM = re.compile(r"\s{0,3}([-*+]|\d{1,9}[.)])\s")


def parser() -> MarkdownIt:
    """A parser of answers; give it what `close_lists` returns."""
    made = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table").disable(NOT_FOR_ANSWERS + NOT_IN_LINES)
    made.inline.ruler.before("emphasis", "japanese_strong", _strong)
    return made


def close_lists(text: str) -> str:
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
