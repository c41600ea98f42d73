"""Reading site.json, and saying where it is wrong."""

import json
from datetime import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.calendar import Hours
from knowledge.entry import Division, Site
from knowledge.errors import KnownError
from knowledge.sheet_errors import SheetNotFound
from knowledge.site_sheet import SiteSheetNotJson, SiteSheetWrong, read_site

SEED = Path(__file__).parents[2] / "knowledge" / "seed"
SMALL: dict[str, object] = {"id": "mihon", "name": "みほん市", "divisions": [{"id": "tax", "name": "税務課"}]}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda each: st.lists(each) | st.dictionaries(st.text(), each),
    max_leaves=5,
)


def written(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "site.json"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_the_sample_city_has_twelve_divisions_and_a_long_thursday() -> None:
    site = read_site(SEED / "site.json")
    assert (site.id, site.name, len(site.divisions)) == ("mihon", "みほん市", 12)
    citizens = site.divisions[0]
    assert citizens.hours.weekly["thu"] == ((time(8, 30), time(19, 0)),)
    assert "第2日曜日" in citizens.hours.note
    assert all(each.hours == Hours() for each in site.divisions[1:])
    assert {tuple(each.names) for each in site.divisions} == {("en", "ja-x-easy")}


def test_the_entries_of_the_sample_city_name_only_its_divisions() -> None:
    known = {each.id for each in read_site(SEED / "site.json").divisions}
    lines = [line for path in (SEED / "entries").glob("*.jsonl") for line in path.read_text(encoding="utf-8").splitlines()]
    assert {json.loads(line)["division"] for line in lines} <= known


def test_only_id_and_name_are_needed(tmp_path: Path) -> None:
    found = read_site(written(tmp_path, "\ufeff" + json.dumps(SMALL)))
    assert found == Site("mihon", "みほん市", divisions=(Division("tax", "税務課"),))


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"id": "みほん"}, "id が"),
        ({"id": "../etc"}, "id が"),
        ({"id": ""}, "id が"),
        ({"id": 7}, "id が"),
        ({"name": "  "}, "name が"),
        ({"name": "み\x00ほん"}, "name が"),
        ({"mayor": "だれか"}, "mayor が"),
        ({"divisions": {}}, "divisions が"),
        ({"divisions": ["税務課"]}, "divisions[1] が"),
        ({"divisions": [{"id": "tax", "name": "税務課"}, {"id": "tax", "name": "納税課"}]}, "divisions が"),
        ({"divisions": [{"id": "tax", "name": "税務課"}, {"id": "tax2", "name": "税務課"}]}, "divisions が"),
        ({"divisions": [{"id": "tax", "name": "税務課", "hours": {"weekly": {"月": []}}}]}, "divisions[1].hours が"),
        ({"divisions": [{"id": "tax", "name": "税務課", "hours": []}]}, "divisions[1].hours が"),
        ({"divisions": [{"id": "tax", "name": "税務課", "names": {"英語": "Tax"}}]}, "divisions[1].names.英語 が"),
        ({"divisions": [{"id": "tax", "name": "税務課", "names": {"en": ""}}]}, "divisions[1].names.en が"),
    ],
)
def test_a_wrong_value_is_named_with_its_place(tmp_path: Path, change: dict[str, object], place: str) -> None:
    with pytest.raises(SiteSheetWrong) as caught:
        read_site(written(tmp_path, json.dumps({**SMALL, **change})))
    assert f"「site.json」の {place}正しくありません。" in caught.value.sentence()


@pytest.mark.parametrize(
    ("content", "row"),
    [('{\n"id": "mihon"\n"name": ""}', 3), ("", 1), ('{\n"name": "みほん市"}'.encode("cp932"), 2), ("[" * 99999, 1)],
)
def test_a_file_that_is_not_json_is_refused_with_the_row(tmp_path: Path, content: str | bytes, row: int) -> None:
    with pytest.raises(SiteSheetNotJson, match=f"{row}行目がJSONとして"):
        read_site(written(tmp_path, content))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SheetNotFound):
        read_site(tmp_path / "site.json")


@given(value=st.fixed_dictionaries({}, optional={"id": JSON, "name": JSON, "divisions": JSON}) | JSON)
def test_any_json_is_read_or_refused_with_a_sentence(tmp_path_factory: pytest.TempPathFactory, value: object) -> None:
    path = written(tmp_path_factory.getbasetemp(), json.dumps(value))
    try:
        told = read_site(path).id
    except KnownError as error:
        told = error.sentence()
    assert told
