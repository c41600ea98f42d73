"""Figures: what stands in them is what was given, they stand alone, and they are the same on every machine."""

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from evals.plots import Level, Point, amount_scale, counts, over_nights, percent_scale, reliability, risk_coverage, shares
from evals.svg import NAMESPACE, WIDTH, Caption, printable

ROOT = Path(__file__).parents[2]
CAPTION = Caption("figure", "正答率の移り変わり", "11月20日は84%でした。")
NIGHTS = [Point("11/18", 0.8, 0.75, 0.85), None, Point("11/20", 0.84, 0.8, 0.88, marked=True)]
CURVE = [(0.5, 0.0), (1.0, 0.5)]


def all_figures(caption: Caption = CAPTION) -> dict[str, str]:
    return {
        "over_nights": over_nights(caption, NIGHTS, percent_scale([0.75, 0.88])),
        "shares": shares(caption, [Point("ひらがな", 0.5, 0.4, 0.6, "50%")]),
        "counts": counts(caption, [Point("回答した", 3, 3, 3, "3件")]),
        "risk_coverage": risk_coverage(caption, CURVE, "答える割合", "誤り", Level(0.1, "上限"), Level(0.4, "基準")),
        "reliability": reliability(caption, [Point("0.95", 0.9, 0.8, 1.0)], "確信度", "正しかった割合"),
    }


FIGURES = sorted(all_figures())


def words(svg: str) -> list[str]:
    return ["".join(each.itertext()).strip() for each in ET.fromstring(svg).iter(f"{{{NAMESPACE}}}text")]


def bars(svg: str) -> list[float]:
    """How wide the filled boxes are that start at the left edge."""
    found = [
        [float(number) for number in re.findall(r"-?[\d.]+", each.get("d", ""))]
        for each in ET.fromstring(svg).iter(f"{{{NAMESPACE}}}path")
        if "#0017c1" in each.get("style", "") and each.get("d", "").strip().endswith("z")
    ]
    return [max(box[::2]) - min(box[::2]) for box in found]


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_says_what_it_shows(name: str) -> None:
    root = ET.fromstring(all_figures()[name])
    ids = {each.get("id"): each for each in root.iter() if each.get("id")}
    assert root.get("role") == "img"
    told = [ids[each].text for each in root.get("aria-labelledby", "").split()]
    assert told == [CAPTION.title, CAPTION.description]


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_fetches_nothing_and_asks_for_no_font(name: str) -> None:
    svg = all_figures()[name].replace(f'xmlns="{NAMESPACE}"', "")
    assert "http" not in svg
    assert svg.count("font-family") == svg.count('font-family="sans-serif"') == 1
    assert "<style" not in svg
    assert "<!" not in svg
    assert re.search(rf'viewBox="0 0 {WIDTH} ', svg)


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_the_same_every_time(name: str) -> None:
    assert all_figures()[name] == all_figures()[name]


@pytest.mark.parametrize("name", FIGURES)
def test_figures_of_one_page_have_different_ids_and_refer_to_their_own(name: str) -> None:
    one, other = (all_figures(Caption(each, "題", "説明"))[name] for each in ("one", "other"))
    assert set(re.findall(r'\bid="([^"]+)"', one)).isdisjoint(re.findall(r'\bid="([^"]+)"', other))
    assert set(re.findall(r'(?:url\(|href=")#([\w-]+)', one)) <= set(re.findall(r'\bid="([^"]+)"', one))


def test_words_of_residents_stay_words() -> None:
    svg = counts(CAPTION, [Point("<script>alert(1)</script>", 1, 1, 1, "$5 & $6"), Point("\u202eさかさ\x00", 1, 1, 1)])
    assert "<script" not in svg
    assert words(svg) == ["<script>alert(1)…", "$5 & $6", "さかさ"]


def test_what_is_printable_ends_where_there_is_no_room() -> None:
    assert printable("あ" * 30, 5) == "ああああ…"
    assert printable("あいうえお", 5) == "あいうえお"


def test_bars_are_as_long_as_their_numbers() -> None:
    long, short = bars(counts(CAPTION, [Point("多い", 40, 40, 40), Point("少ない", 10, 10, 10)]))
    assert long == pytest.approx(4 * short)


def test_counts_of_nothing_are_bars_of_no_length() -> None:
    assert bars(counts(CAPTION, [Point("なし", 0, 0, 0, "0件")])) in ([], [0])


def test_the_last_night_is_always_dated() -> None:
    points = [Point(f"11/{day}", 0.5, 0.4, 0.6) for day in range(1, 31)]
    dates = [each for each in words(over_nights(CAPTION, points, percent_scale([0.4, 0.6]))) if "/" in each]
    assert dates[-1] == "11/30"
    assert len(dates) <= 6


@pytest.mark.parametrize("points", [NIGHTS[:1], [None, NIGHTS[0]], [None], []])
def test_few_nights_and_none_are_drawn(points: list[Point | None]) -> None:
    assert over_nights(CAPTION, points, percent_scale([0.5])).startswith("<svg")


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [([0.81, 0.88], 0.7, 0.9), ([1.0, 1.0], 0.8, 1.0), ([0.0], 0.0, 0.2), ([0.02, 0.97], 0.0, 1.0), ([0.75, 0.95], 0.7, 1.0)],
)
def test_shares_are_shown_in_a_frame_of_at_least_twenty_points(values: list[float], low: float, high: float) -> None:
    scale = percent_scale(values)
    assert [scale.low, scale.high] == pytest.approx([low, high])
    assert scale.ticks[-1] == pytest.approx(scale.high)


@pytest.mark.parametrize("highest", [0.0, 0.4, 1, 7.3, 99, 100, 12345])
def test_amounts_begin_at_zero_and_have_round_labels(highest: float) -> None:
    scale = amount_scale([highest], "ミリ秒")
    assert scale.low == 0
    assert highest <= scale.high
    assert 2 <= len(scale.ticks) <= 7
    assert all(len(scale.told(each)) <= 9 for each in scale.ticks)


def test_labels_of_axes_have_no_rounding_noise() -> None:
    assert [percent_scale([0.0, 1.0]).told(each) for each in percent_scale([0.0, 1.0]).ticks][1:4] == ["20%", "40%", "60%"]


def test_the_commands_start_without_matplotlib() -> None:
    """It takes a second and is needed at night alone."""
    code = "import sys, app.cli; app.cli.application(); import app.main, evals.report_cli; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "False"
