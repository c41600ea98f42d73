"""Menus are drawn so that they can be read, and what cannot be read is told."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from channels.errors import FontMissing
from channels.line.limits import IMAGE_BYTES
from channels.line.richmenu.draw import LEAST, draw
from channels.line.richmenu.fonts import FOLDERS, NAMES, Font, find_font
from channels.line.richmenu.icons import icons, mask
from channels.line.richmenu.layout import Box, area_boxes, tab_boxes
from channels.line.richmenu.lettering import NOT_FIRST, fit
from channels.line.richmenu.menu import Area, Menu, Tab
from channels.line.richmenu.read import read_menu
from tests.channels.line.test_richmenu_read import SAMPLE

ROOM = Box(0, 0, 763, 380)


@pytest.fixture(scope="module")
def font() -> Font:
    try:
        return find_font("")
    except FontMissing:
        pytest.skip("Noto Sans CJK is not installed")


@pytest.fixture(scope="module")
def sample() -> Menu:
    menu, _ = read_menu(SAMPLE)
    assert menu is not None
    return menu


def one(label: str, note: str = "", icon: str = "", columns: int = 3, count: int = 3) -> Menu:
    areas = (Area(label, {}, note, icon),) * count
    return Menu((Tab("faq", "質問", areas, columns),), "メニュー")


def test_the_sample_is_drawn_within_line_s_limits(sample: Menu, font: Font) -> None:
    images, problems = draw(sample, font)
    assert problems == ()
    assert list(images) == [tab.key for tab in sample.tabs]
    for png in images.values():
        with Image.open(BytesIO(png)) as image:
            assert (image.format, image.size) == ("PNG", (2500, 1686))
        assert len(png) < IMAGE_BYTES / 4


def test_the_same_menu_gives_the_same_picture(font: Font) -> None:
    assert draw(one("住民票"), font) == draw(one("住民票"), font)


def test_the_open_tab_can_be_told_from_the_others(sample: Menu, font: Font) -> None:
    small = replace(sample, width=1200, height=810, tabs=sample.tabs[:2])
    images, _ = draw(small, font)
    boxes = tab_boxes(small)
    for number, png in enumerate(images.values()):
        with Image.open(BytesIO(png)) as image:
            ground = [image.convert("RGB").getpixel((box.x + 8, box.y + 8)) for box in boxes]
        assert ground[number] == (0, 23, 193)
        assert ground[1 - number] == (232, 241, 254)


def test_a_text_that_cannot_be_read_is_told(font: Font) -> None:
    _, problems = draw(one("あ" * 20, columns=4, count=16), font)
    assert [problem.name for problem in problems] == ["does_not_fit"] * 16
    assert problems[0].sentence.startswith("タブ「質問」の1番目: 「ああああ")
    assert draw(one("あ" * 20), font)[1] == ()


def test_a_note_that_cannot_be_read_is_told(font: Font) -> None:
    assert [problem.name for problem in draw(one("住民票", note="い" * 20, count=1), font)[1]] == []
    assert {problem.name for problem in draw(one("住民票", note="い" * 20, columns=4, count=12), font)[1]} == {"does_not_fit"}


def test_a_character_without_a_picture_is_told(font: Font) -> None:
    _, problems = draw(one("住民票🗑"), font)
    assert {(problem.name, problem.values["text"]) for problem in problems} == {("no_glyph", "🗑")}


def test_letters_are_as_large_as_fits_and_keep_the_breaks_they_were_given(font: Font) -> None:
    short, long = fit("ごみ", font, ROOM, 135, 90), fit("国民健康保険", font, ROOM, 135, 90)
    assert short is not None
    assert long is not None
    assert (short.lines, short.size) == (("ごみ",), 135)
    assert (long.lines, 90 <= long.size < 135) == (("国民健康保険",), True)
    given = fit("よくある\n質問", font, ROOM, 135, 90)
    assert given is not None
    assert given.lines == ("よくある", "質問")


def test_a_long_text_is_broken_where_japanese_may_be(font: Font) -> None:
    made = fit("コンビニエンスストア、ローソン、ー", font, ROOM, 135, 90)
    assert made is not None
    assert "".join(made.lines) == "コンビニエンスストア、ローソン、ー"
    assert [line for line in made.lines if line[0] in NOT_FIRST] == []
    words = fit("Help in your language", font, ROOM, 135, 100)
    assert words is not None
    assert " ".join(words.lines) == "Help in your language"


def test_letters_are_never_smaller_than_can_be_read_on_a_telephone() -> None:
    assert LEAST * 380 > 13


def test_areas_fill_the_picture_without_a_gap() -> None:
    for count in range(1, 13):
        menu = one("あ", columns=3, count=count)
        boxes = area_boxes(menu, menu.tabs[0])
        assert sum(box.width * box.height for box in boxes) == menu.width * menu.height
        assert len(boxes) == count


def test_every_icon_shows_something_and_stays_inside() -> None:
    for name in icons():
        drawn = mask(name, 96)
        box = drawn.getbbox()
        assert box is not None
        assert min(box[:2]) >= 1, name
        assert max(box[2:]) <= 95, name


def test_a_missing_font_is_told(tmp_path: Path) -> None:
    with pytest.raises(FontMissing, match="fonts-noto-cjk"):
        find_font("", [tmp_path])
    (tmp_path / "no.ttf").write_bytes(b"no font")
    for wrong in (tmp_path / "no.ttf", tmp_path / "nowhere.ttf"):
        with pytest.raises(FontMissing, match="MADOGUCHI_FONT"):
            find_font(str(wrong))


def test_the_font_in_the_settings_wins(font: Font, tmp_path: Path) -> None:
    (tmp_path / NAMES[0]).symlink_to(font.path)
    assert find_font("", [tmp_path]).path == tmp_path / NAMES[0]
    assert find_font(str(font.path), [tmp_path]).path == font.path
    assert FOLDERS
