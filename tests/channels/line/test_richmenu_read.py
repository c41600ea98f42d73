"""Menus are read from YAML, and what is wrong is told in one sentence each."""

import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from channels.line.counting import clusters
from channels.line.fits import fits
from channels.line.flex import Section as FlexSection
from channels.line.flex import bubble, flex_message, row
from channels.line.postback import Choose, Speak, Tab, decode
from channels.line.richmenu import icons
from channels.line.richmenu.actions import ACTIONS
from channels.line.richmenu.colors import contrast
from channels.line.richmenu.menu import Colors, Menu, spoken
from channels.line.richmenu.plan import plan
from channels.line.richmenu.read import read_menu
from knowledge.sentences import wording
from tests.channels.line.anything import UNHURRIED

SAMPLE = Path(str(files("channels.line.richmenu").joinpath("sample.yaml")))
AREA: dict[str, Any] = {"label": "住民票", "ask": "住民票の取り方"}
TAB: dict[str, Any] = {"key": "faq", "label": "質問", "areas": [AREA]}
MENU: dict[str, Any] = {"bar": "メニュー", "tabs": [TAB]}


def read(value: object, folder: Path) -> tuple[Menu | None, list[str]]:
    path = folder / "menu.yaml"
    path.write_text(value if isinstance(value, str) else yaml.safe_dump(value, allow_unicode=True), encoding="utf-8")
    menu, problems = read_menu(path)
    return menu, [problem.sentence for problem in problems]


def sample() -> Menu:
    menu, problems = read_menu(SAMPLE)
    assert problems == ()
    assert menu is not None
    return menu


def test_the_sample_has_the_five_tabs_and_nothing_wrong() -> None:
    menu = sample()
    assert [spoken(tab.label) for tab in menu.tabs] == ["よくある質問", "ごみ", "手続き", "防災", "言語Language"]
    assert (menu.bar, menu.is_open, menu.width, menu.height) == ("メニュー", True, 2500, 1686)


def test_the_sample_explains_every_picture() -> None:
    explained = SAMPLE.read_text(encoding="utf-8")
    assert [name for name in icons.icons() if f" {name}" not in explained] == []


def test_a_menu_is_what_line_wants() -> None:
    menu = sample()
    wanted = plan(menu, {tab.key: b"" for tab in menu.tabs}, "mihon")
    assert [each.alias for each in wanted] == [f"madoguchi-{tab.key}" for tab in menu.tabs]
    for each in wanted:
        assert_line_takes(each.menu)
    switches = [area["action"] for area in wanted[0].menu["areas"] if area["action"]["type"] == "richmenuswitch"]
    assert [action["richMenuAliasId"] for action in switches] == [each.alias for each in wanted[1:]]
    assert [decode(action["data"]) for action in switches] == [Tab(tab.key) for tab in menu.tabs[1:]]


def test_what_can_be_seen_or_pressed_decides_the_name() -> None:
    menu = sample()
    names = {tab.key: b"" for tab in menu.tabs}
    first, again, redrawn = plan(menu, names, "mihon"), plan(menu, names, "mihon"), plan(menu, names | {"waste": b"x"}, "mihon")
    assert first == again
    assert [one.name == other.name for one, other in zip(first, redrawn, strict=True)] == [True, False, True, True, True]


def test_every_way_to_act(tmp_path: Path) -> None:
    areas = [
        {"label": "聞く", "ask": "住民票"},
        {"label": "答え", "entry": "registry-juminhyo"},
        {"label": "ページ", "open": "https://www.city.mihon.example.jp/頁"},
        {"label": "電話", "call": "0999-00-1000"},
        {"label": "English", "language": "en"},
    ]
    menu, problems = read(MENU | {"tabs": [TAB | {"areas": areas}]}, tmp_path)
    assert problems == []
    assert menu is not None
    actions = [area.action for area in menu.tabs[0].areas]
    assert actions[0] == {"type": "message", "text": "住民票"}
    assert decode(actions[1]["data"]) == Choose("registry-juminhyo", "答え")
    assert actions[2] == {"type": "uri", "uri": "https://www.city.mihon.example.jp/%E9%A0%81"}
    assert actions[3] == {"type": "uri", "uri": "tel:0999001000"}
    assert decode(actions[4]["data"]) == Speak("en")


WRONG: list[tuple[object, str]] = [
    ("bar: [", "YAML として読めません。"),
    ("- a: b\n c", "YAML として読めません。2行目"),
    ("!!python/object/apply:os.system [ls]", "YAML として読めません。"),
    ("&a [*a]", "「名前: 値」の形で書いてください。"),
    ("", "「名前: 値」の形で書いてください。"),
    (MENU | {"colour": 1}, "「colour」という名前はありません。"),
    ({"bar": "メニュー"}, "tabs に、1〜6個を"),
    (MENU | {"tabs": [TAB] * 7}, "tabs に、1〜6個を"),
    (MENU | {"tabs": [TAB, TAB]}, "key「faq」のタブが2つ以上あります。"),
    (MENU | {"bar": "あ" * 15}, "14文字まで"),
    (MENU | {"bar": "あ\nい"}, "1行まで"),
    (MENU | {"bar": " "}, "bar に文字を書いてください。"),
    (MENU | {"bar": 3}, "bar に文字を書いてください。"),
    (MENU | {"width": 799}, "width は 800〜2500 の整数"),
    (MENU | {"width": True}, "width は 800〜2500 の整数"),
    (MENU | {"height": 249}, "height は 250〜2500 の整数"),
    (MENU | {"width": 2500, "height": 1725}, "高さは 1724 までです"),
    (MENU | {"colors": {"ink": "black"}}, "色 ink「black」は使えません。"),
    (MENU | {"colors": {"ink": "#808080"}}, "コントラスト比 3.9、4.5 以上"),
    (MENU | {"colors": {"sky": "#000000"}}, "「sky」という名前はありません。"),
    (MENU | {"tabs": [TAB | {"key": "よく"}]}, "タブ「質問」: key「よく」は使えません。"),
    (MENU | {"tabs": [TAB | {"label": "あ" * 21}]}, "20文字まで"),
    (MENU | {"tabs": [TAB | {"columns": 5}]}, "タブ「質問」: columns は 1〜4 の整数"),
    (MENU | {"tabs": [TAB | {"areas": [AREA] * 21}]}, "タブ「質問」: areas に、1〜20個を"),
    (MENU | {"tabs": [TAB | {"areas": [AREA] * 20}, TAB | {"key": "b"}]}, "押す所は 19 までです（今は 20）。"),
    (MENU | {"tabs": [TAB | {"areas": ["住民票"]}]}, "タブ「質問」の1番目: 「名前: 値」の形"),
    (MENU | {"tabs": [TAB | {"areas": [AREA, {"label": "空"}]}]}, "タブ「質問」の2番目: 押したときのことを"),
    (MENU | {"tabs": [TAB | {"areas": [AREA | {"call": "119"}]}]}, "のうち一つだけ書いてください。"),
    (MENU | {"tabs": [TAB | {"areas": [AREA | {"icon": "cat"}]}]}, "絵「cat」はありません。"),
    (MENU | {"tabs": [TAB | {"areas": [AREA | {"note": ""}]}]}, "note に文字を書いてください。"),
    *(
        (MENU | {"tabs": [TAB | {"areas": [{"label": "押す", name: value}]}]}, f"{name}「{str(value)[:10]}")
        for name, value in [
            ("ask", "あ" * 301),
            ("entry", "x" * 400),
            ("open", "http://a.example/"),
            ("open", "javascript:alert(1)"),
            ("call", 999001000),
            ("call", "#8008"),
            ("language", "日本語"),
        ]
    ),
]


@pytest.mark.parametrize(("value", "sentence"), WRONG, ids=lambda each: each if isinstance(each, str) else "")
def test_it_says_what_is_wrong(value: object, sentence: str, tmp_path: Path) -> None:
    menu, problems = read(value, tmp_path)
    assert menu is None
    assert [problem for problem in problems if sentence in problem]
    assert all(problem.endswith(("。", "）。")) for problem in problems)


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    _, problems = read(MENU | {"bar": "", "width": 1, "tabs": [TAB | {"areas": [{"label": ""}]}]}, tmp_path)
    assert len(problems) == 4


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "menu.yaml").write_bytes(b"\xff\xfe\x00")
    assert [problem.name for problem in read_menu(tmp_path / "menu.yaml")[1]] == ["not_yaml"]


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-5, 3000), st.text(max_size=30), st.dates(), st.floats(allow_nan=False))
VALUES = st.recursive(SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner)))
ICONS = st.sampled_from(["", *icons.icons()])
LABELS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20)
AREAS = st.fixed_dictionaries({"label": LABELS, "ask": LABELS, "icon": ICONS}, optional={"note": LABELS})
TABS = st.lists(
    st.fixed_dictionaries(
        {
            "key": st.from_regex(r"[a-z0-9_-]{1,20}", fullmatch=True),
            "label": LABELS,
            "areas": st.lists(AREAS, min_size=1, max_size=15),
            "columns": st.integers(1, 4),
        }
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda tab: tab["key"],
)
MENUS = st.fixed_dictionaries({"bar": st.text("メニューabc", min_size=1, max_size=14), "tabs": TABS})


@UNHURRIED
@given(value=VALUES)
def test_no_value_breaks_it(value: object, tmp_path_factory: pytest.TempPathFactory) -> None:
    menu, problems = read(
        {"bar": value, "tabs": [value, TAB | {"areas": [value]}], "colors": value}, tmp_path_factory.getbasetemp()
    )
    assert (menu is None) == bool(problems)


@UNHURRIED
@given(value=MENUS)
def test_any_menu_that_is_read_is_one_that_line_takes(value: object, tmp_path_factory: pytest.TempPathFactory) -> None:
    menu, problems = read(value, tmp_path_factory.getbasetemp())
    assert problems == []
    assert menu is not None
    for wanted in plan(menu, {tab.key: b"" for tab in menu.tabs}, "mihon"):
        assert_line_takes(wanted.menu)


def assert_line_takes(menu: dict[str, Any]) -> None:
    from linebot.v3.messaging import RichMenuRequest

    assert RichMenuRequest.from_dict(menu).to_dict() == menu
    assert len(menu["name"]) <= 300
    assert 1 <= len(menu["areas"]) <= 20
    covered = 0
    for area in menu["areas"]:
        bounds, action = area["bounds"], area["action"]
        assert 0 <= bounds["x"] < bounds["x"] + bounds["width"] <= menu["size"]["width"]
        assert 0 <= bounds["y"] < bounds["y"] + bounds["height"] <= menu["size"]["height"]
        assert 1 <= len(clusters(action["label"])) <= 20
        covered += bounds["width"] * bounds["height"]
        if action["type"] == "richmenuswitch":
            assert re.fullmatch(r"[a-z0-9_-]{1,32}", action["richMenuAliasId"])
        else:
            assert fits(flex_message(bubble([FlexSection((row("x", action),))]), ["x"])) == []
    assert covered <= menu["size"]["width"] * menu["size"]["height"]


def test_every_sentence_about_a_mistake_is_used() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in SAMPLE.parent.glob("*.py"))
    keys = [key.removeprefix("richmenu.") for key in wording("channels") if key.startswith("richmenu.")]
    assert [key for key in keys if not key.startswith("action_") and f'"{key}"' not in sources and f".{key}" not in sources] == []
    assert {key.removeprefix("action_") for key in keys if key.startswith("action_")} == set(ACTIONS)


def test_contrast_is_counted_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast(Colors().accent, Colors().paper) == pytest.approx(10.9, abs=0.5)
