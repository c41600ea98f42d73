"""A page of the city's web site, in HTML or Markdown, as its sections: the main content only, cut at the headings."""

import re
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, Tag, XMLParsedAsHTMLWarning
from markdown_it import MarkdownIt

from knowledge.html_text import HEADINGS, Heading, Paragraph, TextReader

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\n(?P<lines>.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TITLE_LINE = re.compile(r"^title:(?P<title>.*)$", re.MULTILINE)
_XML_DECLARATION = re.compile(r"\A\ufeff?\s*<\?xml[^>]*\?>")
_WIKI_LINK = re.compile(r"\[\[(?:[^\[\]|\n]*\|)?(?P<text>[^\[\]|\n]+)\]\]")
_ASSIGNED_ID = re.compile(r"\{:?\s?#(?P<id>[^\s}]{1,100})[^}]{0,200}\}\s?$")
_MAIN_NAMES = "main maincontent maincontents content contents honbun tmpcontents pagecontent contentsbody"
_NEVER_CONTENT = "script, style, noscript, template, nav, aside, [hidden], [aria-hidden=true], [role=navigation]"
_AROUND_CONTENT = "header, footer, [role=banner], [role=contentinfo], [role=complementary]"
_NOISE_NAMES = frozenset(
    {
        *("breadcrumb", "breadcrumbs", "breadcrumblist", "topicpath", "pankuzu", "pankuzulist", "globalnav", "gnav", "localnav"),
        *("lnav", "sidenav", "sidemenu", "skip", "skiplink", "skipnav", "pagetop", "backtotop", "totop", "sns", "snsbtn"),
        *("share", "social", "header", "footer", "globalheader", "globalfooter"),
    }
)
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_NOISE_LINE = re.compile(
    r"(?:- )?(?:ここ(?:から|までが)本文です。?|本文(?:ここから|ここまで|へ(?:移動|スキップ))。?|"
    r"[←⇐].{0,80}|.{0,40}[にへ]戻る|"
    r"(?:この)?ページの?(?:先頭|トップ|上部)へ?(?:戻る)?|(?:この)?ページを?印刷(?:する)?|印刷用?(?:ページ)?|"
    r"ページ(?:番号|ID)\s*[:：]?\s*\d+|(?:最終)?(?:更新|掲載|公開|登録)日\s*[:：]?\s*[\d年月日元令和平成./-]+|参照\s*[:：]\s*https?://\S+)"
)


@dataclass(frozen=True, slots=True)
class Section:
    """The text under one heading, up to the next; the text above all headings has none."""

    headings: tuple[str, ...]
    anchor: str
    text: str
    only_links: bool = False
    """Nothing but lists of links, whose targets the text does not show."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says, and the title it goes by (may be empty)."""

    title: str
    sections: tuple[Section, ...]
    is_frameset: bool = False


def read_html(html: str) -> Page:
    """The sections of an HTML page. Raises RecursionError on elements nested several hundred deep."""
    soup = _soup(_XML_DECLARATION.sub("", html))
    title = " ".join(soup.title.get_text().split()) if soup.title else ""
    if soup.find("frameset"):
        return Page(title, (), is_frameset=True)
    _remove_noise(soup)
    return Page(title, tuple(_sections(_main(soup))))


def read_markdown(text: str) -> Page:
    """The sections of a Markdown page; its front matter is dropped but for the title."""
    text = text.replace("\r\n", "\n")
    matter = _FRONT_MATTER.match(text)
    found = _TITLE_LINE.search(matter["lines"] or "") if matter else None
    body = _WIKI_LINK.sub(r"\g<text>", text[matter.end() :] if matter else text)
    soup = _soup(_MARKDOWN.render(body))
    _give_ids(soup)
    _remove_noise(soup)
    title = " ".join(found["title"].strip(" \t\"'").split()) if found else ""
    return Page(title, tuple(_sections(soup)))


_MARKDOWN = MarkdownIt("commonmark", {"html": True, "breaks": True}).enable(["table", "strikethrough"])
"""Raw HTML stays, because only its text is used; a line end stays too, as writers of such pages mean it."""


def _soup(html: str) -> BeautifulSoup:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        return BeautifulSoup(html, "lxml")


def _remove_noise(soup: BeautifulSoup) -> None:
    for tag in [*soup.select(_NEVER_CONTENT), *(tag for tag in soup.find_all(True) if _is_noise(tag))]:
        tag.extract()


def _is_noise(tag: Tag) -> bool:
    if tag.name in ("html", "body", "main"):
        return False
    if tag.name == "form":  # some systems wrap the whole page in one
        return tag.find(list(HEADINGS)) is None
    return bool(_names(tag) & _NOISE_NAMES) or _INVISIBLE.search(str(tag.get("style", ""))) is not None


def _names(tag: Tag) -> set[str]:
    """Class names and ID without case and joints, so that page-top, pageTop and page_top are one."""
    names = [*tag.get_attribute_list("class"), tag.get("id")]
    return {re.sub("[-_]", "", name).lower() for name in names if isinstance(name, str)}


def _main(soup: BeautifulSoup) -> Tag:
    articles = soup.find_all("article")
    marked = [*soup.find_all("main"), *soup.select("[role=main]"), *(articles if len(articles) == 1 else [])]
    boxes = [(_names(tag), tag) for tag in soup.find_all(["div", "section", "td"])]
    named = [tag for name in _MAIN_NAMES.split(" ") for names, tag in boxes if name in names]
    for tag in (*marked, *named):
        if tag.get_text(strip=True):
            return tag
    for tag in soup.select(_AROUND_CONTENT):
        tag.extract()
    return soup.body or soup


def _give_ids(soup: BeautifulSoup) -> None:
    """The anchors that GitHub and most generators give to headings, or the one written as {#anchor}."""
    times: Counter[str] = Counter()
    for number, tag in enumerate(soup.find_all(list(HEADINGS))):
        written = _ASSIGNED_ID.search(tag.get_text())
        if written and tag.contents:
            last = tag.contents[-1]
            last.replace_with(_ASSIGNED_ID.sub("", str(last)))
        slug = written["id"] if written else re.sub(r"[^\w\- ]", "", tag.get_text().strip().lower()).replace(" ", "-")
        if written or number or tag.name != "h1":  # a leading h1 is the top of its page
            tag["id"] = f"{slug}-{times[slug]}" if times[slug] else slug
        times[slug] += 1


@dataclass(slots=True)
class _Open:
    """The section being read."""

    headings: tuple[str, ...] = ()
    anchor: str = ""
    texts: list[str] = field(default_factory=list)
    only_links: bool = True

    def add(self, block: Paragraph) -> None:
        kept = _without_noise(block.text)
        if kept:
            self.texts.append(kept)
            self.only_links = self.only_links and block.only_links

    def closed(self) -> Section:
        return Section(self.headings, self.anchor, "\n\n".join(self.texts), self.only_links)


def _sections(root: Tag) -> Iterator[Section]:
    """All sections with text, in order; what stands above a leading h1 counts as its text."""
    above: list[tuple[Heading, str]] = []
    current = _Open()
    reader = TextReader(root)
    for block in reader.blocks(root):
        if not isinstance(block, Heading):
            current.add(block)
            continue
        carried = current.texts if not above and block.level == 1 else []
        if current.texts and not carried:
            yield current.closed()
        above = [each for each in above if each[0].level < block.level]
        anchor = _anchor(block.tag, root, reader) or next((place for _, place in reversed(above) if place), "")
        above.append((block, anchor))
        current = _Open(tuple(heading.text for heading, _ in above), anchor, carried, current.only_links or not carried)
    if current.texts:
        yield current.closed()


def _without_noise(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not _NOISE_LINE.fullmatch(line)).strip("\n")


def _anchor(heading: Tag, root: Tag, reader: TextReader) -> str:
    """The place of a heading in its page: its own ID, one inside it or just before it, or that of the section it opens."""
    before = heading.find_previous_sibling()
    inside = heading.find(["a", "span"], attrs={"id": True}) or heading.find("a", attrs={"name": True})
    empty = before if isinstance(before, Tag) and before.name == "a" and not before.get_text(strip=True) else None
    for tag in (heading, inside, empty, _opened_section(heading, root, reader)):
        place = str(tag.get("id") or tag.get("name") or "") if isinstance(tag, Tag) else ""
        if place:
            return place
    return ""


def _opened_section(heading: Tag, root: Tag, reader: TextReader) -> Tag | None:
    for parent in heading.parents:
        if parent is root or reader.first_heading(parent) is not heading:
            return None
        if parent.name in ("section", "article", "div") and parent.get("id"):
            return parent
    return None
