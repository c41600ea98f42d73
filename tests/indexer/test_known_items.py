"""Finding things whose names are known, on real data: waste items, newsletter articles, sections of pages."""

import gzip
import json
import os
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from time import perf_counter

import numpy as np
import pytest

from indexer.search import Searcher
from indexer.text import normalise
from knowledge.entry import Entry
from knowledge.pages import read_pages
from knowledge.waste import read_waste

pytestmark = pytest.mark.bench

QUERIES = 300
"""Sampled for each figure."""

OpenCity = Callable[[Sequence[Entry]], Searcher]
Write = Callable[[Entry], str]
"""How a name is typed; an empty text when an item is not asked for this way."""

TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
HALF_WIDTH = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF61, 0xFF9E)}
FULL_WIDTH = {code: code + 0xFEE0 for code in range(ord("!"), ord("~") + 1)}
BRACKETS = re.compile(r"\([^)]*\)")
KANJI = re.compile("[一-龥]")


@pytest.fixture(scope="module")
def data() -> Path:
    folder = os.environ.get("MADOGUCHI_BENCH_DATA")
    if not folder:
        pytest.skip("MADOGUCHI_BENCH_DATA is not set: no data to measure on")
    return Path(folder)


@pytest.fixture(scope="module")
def six_cities(data: Path, open_city: OpenCity) -> Searcher:
    """4,646 items of six cities, with their kana."""
    return open_city(read_waste(data / "waste_items_aichi6.jsonl.gz").good)


@pytest.fixture(scope="module")
def takamatsu(data: Path, open_city: OpenCity) -> Searcher:
    """606 items without kana."""
    return open_city(read_waste(data / "waste_items_takamatsu.csv").good)


@pytest.fixture(scope="module")
def without_kana(six_cities: Searcher, open_city: OpenCity) -> Searcher:
    """One city's items as a list without kana would have them: only the dictionary knows how they are read."""
    own = [entry for entry in six_cities.entries if entry.details["city"] == "愛知県安城市"]
    return open_city([replace(entry, wordings=(entry.details["item"],)) for entry in own])


def name(entry: Entry) -> str:
    return normalise(entry.details["item"])


def kana(entry: Entry) -> str:
    return normalise(entry.details["kana"])


def bare(entry: Entry) -> str:
    return BRACKETS.sub("", name(entry)).strip()


def half_width(text: str) -> str:
    marks = unicodedata.normalize("NFD", text).replace("\u3099", "ﾞ").replace("\u309a", "ﾟ")
    return "".join(HALF_WIDTH.get(letter, letter) for letter in marks)


def mistyped(entry: Entry, random: Random) -> str:
    """One letter replaced, dropped or doubled; shorter names are not asked for."""
    text = name(entry)
    if len(text) < 4:
        return ""
    place = random.randrange(len(text))
    other = random.choice([letter for letter in "あかさたなはまらん" if letter != text[place]])
    return text[:place] + random.choice((other, "", text[place] * 2)) + text[place + 1 :]


WRITTEN: dict[str, Write] = {
    "exact": lambda entry: entry.details["item"],
    "upper case": lambda entry: name(entry).upper(),
    "lower case": lambda entry: name(entry).lower(),
    "full width": lambda entry: name(entry).translate(FULL_WIDTH),
    "half width": lambda entry: half_width(name(entry)),
    "as a question": lambda entry: f"{name(entry)}は何ゴミですか?",
}
READ: dict[str, Write] = {
    "hiragana": kana,
    "katakana": lambda entry: kana(entry).translate(TO_KATAKANA),
    "half-width katakana": lambda entry: half_width(kana(entry).translate(TO_KATAKANA)),
    "kanji asked by kana": lambda entry: kana(entry) if KANJI.search(name(entry)) else "",
}


def same_name(asked: Entry, found: Entry) -> bool:
    return name(asked).lower() == name(found).lower()


def same_reading(asked: Entry, found: Entry) -> bool:
    return same_name(asked, found) or (kana(asked) == kana(found) != "")


def same_without_brackets(asked: Entry, found: Entry) -> bool:
    return bare(asked).lower() == bare(found).lower()


def success(city: Searcher, write: Write, right: Callable[[Entry, Entry], bool]) -> float:
    """Share of the sampled items that come first, or another of the same name does."""
    asked = [(entry, text) for entry in Random(1).sample(city.entries, min(QUERIES, len(city.entries))) if (text := write(entry))]
    found = [(entry, city.search(text, 1).ranking) for entry, text in asked]
    return sum(bool(ranking) and right(entry, ranking[0].entry) for entry, ranking in found) / len(found)


def told(what: str, figure: float) -> float:
    print(f"{what}: {figure:.4f}")  # noqa: T201 (shown by pytest -rP)
    return figure


@pytest.mark.parametrize("kind", WRITTEN)
@pytest.mark.parametrize("place", ["six_cities", "takamatsu"])
def test_an_item_is_found_by_its_name_in_any_case_and_width(request: pytest.FixtureRequest, place: str, kind: str) -> None:
    city: Searcher = request.getfixturevalue(place)
    assert told(f"{place}, {kind}", success(city, WRITTEN[kind], same_name)) >= 0.98


@pytest.mark.parametrize("kind", READ)
def test_an_item_is_found_by_its_kana(six_cities: Searcher, kind: str) -> None:
    assert told(kind, success(six_cities, READ[kind], same_reading)) >= 0.98


def test_an_item_whose_kana_nobody_wrote_down_is_found_by_them(without_kana: Searcher) -> None:
    assert told("kana unknown to the list", success(without_kana, READ["kanji asked by kana"], same_reading)) >= 0.92


@pytest.mark.parametrize("place", ["six_cities", "takamatsu"])
def test_an_item_is_found_without_what_stands_in_brackets(request: pytest.FixtureRequest, place: str) -> None:
    city: Searcher = request.getfixturevalue(place)
    assert told(f"{place}, no brackets", success(city, bare, same_without_brackets)) >= 0.97


@pytest.mark.parametrize("place", ["six_cities", "takamatsu"])
def test_an_item_is_found_with_one_letter_wrong(request: pytest.FixtureRequest, place: str) -> None:
    city: Searcher = request.getfixturevalue(place)
    assert told(f"{place}, one letter wrong", success(city, partial(mistyped, random=Random(2)), same_name)) >= 0.88


def test_looking_for_a_name_takes_under_two_milliseconds(six_cities: Searcher) -> None:
    """Names alone, of 4,646 items, for the slowest kind of question: one that is nearly a name."""
    random, times = Random(3), []
    for entry in random.sample(six_cities.entries, 100):
        start = perf_counter()
        six_cities.ranker.names.nearest(mistyped(entry, random))
        times.append(perf_counter() - start)
    assert told("median milliseconds", float(np.median(times)) * 1000) < 2


def recall(city: Searcher, asked: Sequence[tuple[str, set[str]]]) -> float:
    """Share of the questions with a right entry among the first ten."""
    found = [any(hit.entry.id in right for hit in city.search(text, 10).ranking) for text, right in asked]
    return sum(found) / len(found)


def by_title(entries: Sequence[tuple[str, Entry]]) -> list[tuple[str, set[str]]]:
    """Sampled titles, each with all entries that bear it: columns appear in every issue."""
    titles: dict[str, set[str]] = {}
    for title, entry in entries:
        titles.setdefault(title, set()).add(entry.id)
    return Random(1).sample(sorted(titles.items()), min(QUERIES, len(titles)))


def test_an_article_is_found_by_its_title(data: Path, open_city: OpenCity) -> None:
    """The titles are not in the index."""
    with gzip.open(data / "kurashiki_newsletter.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    entries = [Entry(str(number), row["category"], row["body"]) for number, row in enumerate(rows)]
    assert len(entries) == 984
    asked = by_title([(row["title"], entry) for row, entry in zip(rows, entries, strict=True)])
    assert told("title to article", recall(open_city(entries), asked)) >= 0.86


def test_a_section_is_found_by_its_heading(data: Path, open_city: OpenCity) -> None:
    entries = read_pages(data / "otoineppu_pages.jsonl").good
    assert len(entries) == 721
    asked = by_title([(entry.details["headings"].split(" > ")[-1], entry) for entry in entries])
    assert told("heading to section", recall(open_city(entries), asked)) >= 0.97
