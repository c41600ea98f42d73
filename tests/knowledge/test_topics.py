"""The sheets of resident speech: what they hold, and how they are read."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.topics import BETWEEN, SPEECH, Topic, read_topics

COLUMNS = ["field", "topic", "question", *(f"say_{number}" for number in range(1, 11)), "office", "lay"]
SHEETS = sorted(SPEECH.glob("*.csv"))
CITY = ["ごみ", "指定袋の店", "指定袋はどこで買えますか。", "袋 どこ", "ふくろ売ってる?", "", "", "", "", "", "", "", ""]


@pytest.fixture(scope="module")
def topics() -> Sequence[Topic]:
    return read_topics()


def own_sheet(folder: Path, *rows: Sequence[str], name: str = "our-city.csv", encoding: str = "utf-8") -> Path:
    """A sheet with the product's columns."""
    with (folder / name).open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    return folder


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.stem)
def test_a_sheet_of_the_product_is_written_as_its_readme_says(sheet: Path) -> None:
    content = sheet.read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    heading, *rows = csv.reader(content.decode("utf-8").split("\n")[:-1])
    assert heading == COLUMNS
    for row in rows:
        assert len(row) == len(COLUMNS)
        assert all(cell == cell.strip() for cell in row)
        says = row[3:13]
        assert sorted(says, key=lambda say: not say) == says, "empty columns come last"
        assert all(all(cell.split(BETWEEN)) for cell in row[13:])


def test_the_readme_names_each_sheet_with_its_fields() -> None:
    told = re.findall(r"^\| `([\w-]+\.csv)` \| (.+) \|$", (SPEECH / "README.ja.md").read_text("utf-8"), re.MULTILINE)
    found = {}
    for sheet in SHEETS:
        with sheet.open(encoding="utf-8", newline="") as file:
            found[sheet.name] = sorted({row["field"] for row in csv.DictReader(file)})
    assert {name: sorted(fields.split("、")) for name, fields in told} == found
    assert max(Counter(field for fields in found.values() for field in fields).values()) == 1


def test_a_topic_a_question_and_a_sentence_stand_in_one_place_only(topics: Sequence[Topic]) -> None:
    for values in (
        [topic.id for topic in topics],
        [topic.topic for topic in topics],
        [topic.question for topic in topics],
        [say for topic in topics for say in topic.says],
    ):
        assert [value for value, times in Counter(values).items() if times > 1] == []


def test_every_topic_says_enough(topics: Sequence[Topic]) -> None:
    assert len(topics) >= 1000
    assert {topic.id for topic in topics if not 4 <= len(topic.says) <= 10} == set()
    assert {topic.id for topic in topics if not (topic.field and topic.topic and topic.question)} == set()
    assert {topic.id for topic in topics if not (topic.office and topic.lay)} == set()


def test_about_one_sentence_in_eight_is_kept_aside(topics: Sequence[Topic]) -> None:
    kept, says = sum(len(topic.held_out) for topic in topics), sum(len(topic.says) for topic in topics)
    assert kept / says == pytest.approx(1 / 8, abs=0.01)
    assert min(len(topic.held_out) for topic in topics) == 1


def test_no_sentence_is_both_trained_and_kept_aside(topics: Sequence[Topic]) -> None:
    trained = {say for topic in topics for say in topic.trained}
    kept = {say for topic in topics for say in topic.held_out}
    assert trained.isdisjoint(kept)
    assert trained | kept == {say for topic in topics for say in topic.says}


SAYS = st.lists(st.text(min_size=1), min_size=1, max_size=20, unique=True)


@given(SAYS, st.randoms(use_true_random=False))
def test_which_sentences_are_kept_aside_hangs_on_the_sentences_alone(says: list[str], random: Random) -> None:
    topic = Topic("f", "t", "q", tuple(says), (), ())
    shuffled = list(says)
    random.shuffle(shuffled)
    other = replace(topic, field="g", question="r", says=tuple(shuffled), office=("o",))
    assert set(other.held_out) == set(topic.held_out)
    assert len(topic.held_out) == max(1, len(says) // 8)
    assert topic.trained == tuple(say for say in says if say not in topic.held_out)


def test_the_sentences_kept_aside_stay_the_same_from_release_to_release() -> None:
    """Were another digest used, figures of different releases would not be comparable, and trained sentences would be tested."""
    assert Topic("f", "t", "q", tuple("あいうえおかきく"), (), ()).held_out == ("く",)


def test_a_sites_own_sheet_in_a_folder_is_read(tmp_path: Path) -> None:
    own_sheet(tmp_path, [*CITY, f"指定袋{BETWEEN}取扱店", "袋"])
    assert read_topics(tmp_path) == (
        Topic("ごみ", "指定袋の店", "指定袋はどこで買えますか。", ("袋 どこ", "ふくろ売ってる?"), ("指定袋", "取扱店"), ("袋",)),
    )
    assert read_topics(tmp_path)[0].id == "ごみ/指定袋の店"


def test_sheets_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", "notes.txt"):
        own_sheet(tmp_path, ["f", name, f"{name}?"], name=name)
    assert [topic.topic for topic in read_topics(tmp_path)] == ["a.csv", "b.csv"]


def test_a_folder_without_sheets_has_no_topics(tmp_path: Path) -> None:
    assert read_topics(tmp_path) == ()


def test_what_a_spreadsheet_leaves_behind_does_no_harm(tmp_path: Path) -> None:
    """A byte order mark, spaces, rows that end early, rows of nothing but commas, and cells without a heading."""
    own_sheet(
        tmp_path,
        ["f", "short", "短い?", " 言い方 "],
        [""] * len(COLUMNS),
        [],
        [*CITY, f" 袋 {BETWEEN}{BETWEEN}", "", "説明", ""],
        encoding="utf-8-sig",
    )
    short, long = read_topics(tmp_path)
    assert (short.field, short.says, short.office, short.lay) == ("f", ("言い方",), (), ())
    assert (long.office, long.lay) == (("袋",), ())


def test_a_sheet_without_a_column_is_refused(tmp_path: Path) -> None:
    (tmp_path / "wrong.csv").write_text("field,topic,question,say_1\na,b,c,d\n", encoding="utf-8")
    with pytest.raises(KeyError, match="office"):
        read_topics(tmp_path)
