"""Thresholds belong to the judge they were chosen with."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.assurance import load_assurance
from indexer.errors import ModelUnusable
from indexer.wordvectors import BUILT_IN
from tests.assured import assurance

FILES = ("confidence.json", "domain.json", "calibration.json")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """The built-in model with files of confidence that a test may change."""
    for file in BUILT_IN.iterdir():
        (tmp_path / file.name).symlink_to(file)
    for name in FILES:
        (tmp_path / name).unlink()
        (tmp_path / name).write_bytes((BUILT_IN / name).read_bytes())
    return tmp_path


def change(path: Path, key: str) -> None:
    values = json.loads(path.read_text(encoding="utf-8"))
    values[key] = [each + 0.01 for each in values[key]] if isinstance(values[key], list) else values[key] + 0.01
    path.write_text(json.dumps(values), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "key"),
    [("domain.json", "weights"), ("domain.json", "intercept"), *(("confidence.json", key) for key in ("mean", "scale", "first"))],
)
def test_another_judge_has_another_digest(model: Path, file: str, key: str) -> None:
    before = load_assurance(model).digest
    assert before == assurance().digest
    change(model / file, key)
    assert load_assurance(model).digest != before


def test_thresholds_and_the_bound_are_not_part_of_the_judge(model: Path) -> None:
    path = model / "calibration.json"
    values = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps([{**each, "suggest": each["suggest"] + 0.01} for each in values]), encoding="utf-8")
    assert load_assurance(model, bound=0.2).digest == assurance().digest
    assert replace(assurance(), bound=0.3).digest == assurance().digest


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize(
    "content", [None, "", "{}", "[]", "null", '{"signals": []}', '{"mean": [], "scale": [], "first": [], "three": []}']
)
def test_a_model_without_its_files_of_confidence_is_refused(model: Path, file: str, content: str | None) -> None:
    (model / file).unlink()
    if content is not None:
        (model / file).write_text(content, encoding="utf-8")
    with pytest.raises(ModelUnusable, match=file):
        load_assurance(model)


def test_a_domain_of_another_dimension_is_refused(model: Path) -> None:
    values = json.loads((model / "domain.json").read_text(encoding="utf-8"))
    (model / "domain.json").write_text(json.dumps({**values, "weights": values["weights"][:-1]}), encoding="utf-8")
    with pytest.raises(ModelUnusable, match=r"domain\.json"):
        load_assurance(model)
