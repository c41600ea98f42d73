"""Settings come from the environment, from files named in it and from `.env`; a wrong one is one sentence."""

import json
from pathlib import Path

import pytest
from pydantic.fields import FieldInfo

from app.errors import SettingUnreadable, SettingWrong
from app.settings import PREFIX, PagePlace, Settings, load_settings

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_everything_has_a_default() -> None:
    settings = load_settings()
    assert settings == Settings()
    assert settings.database == "sqlite:///data/madoguchi.db"
    assert settings.snapshots == Path("data/snapshots")


@pytest.mark.parametrize(
    ("name", "written", "value"),
    [
        ("port", "8080", 8080),
        ("data_dir", "/var/lib/madoguchi", Path("/var/lib/madoguchi")),
        ("demo", "true", True),
        ("embed_origins", '["https://www.city.example.jp"]', ["https://www.city.example.jp"]),
        (
            "page_places",
            '{"kita": {"url": "https://a.jp/", "folder": "/srv"}}',
            {"kita": PagePlace(url="https://a.jp/", folder=Path("/srv"))},
        ),
        ("query_prefix", "", ""),
        ("log_level", "DEBUG", "DEBUG"),
        ("database_url", "postgresql://a:b@c/d", "postgresql://a:b@c/d"),
    ],
)
def test_a_setting_is_read_from_each_place(name: str, written: str, value: object, monkeypatch: pytest.MonkeyPatch) -> None:
    variable = f"{PREFIX}{name.upper()}"
    with monkeypatch.context() as patch:
        patch.setenv(variable, written)
        assert getattr(load_settings(), name) == value
    Path(".env").write_text(f"{variable}={written}\n", encoding="utf-8")
    assert getattr(load_settings(), name) == value
    Path(".env").unlink()
    Path("secret").write_text(f"{written}\n", encoding="utf-8")
    monkeypatch.setenv(f"{variable}_FILE", "secret")
    assert getattr(load_settings(), name) == value


def test_arguments_win_over_variables_over_named_files_over_dotenv(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("MADOGUCHI_DATABASE_URL=from-dotenv\n", encoding="utf-8")
    assert load_settings().database == "from-dotenv"
    Path("secret").write_text("from-file\n", encoding="utf-8")
    monkeypatch.setenv("MADOGUCHI_DATABASE_URL_FILE", "secret")
    assert load_settings().database == "from-file"
    monkeypatch.setenv("MADOGUCHI_DATABASE_URL", "from-variable")
    assert load_settings().database == "from-variable"
    assert load_settings(database_url="from-argument").database == "from-argument"


def test_dotenv_may_name_a_secret_file_too() -> None:
    Path("secret").write_text("from-file\n", encoding="utf-8")
    Path(".env").write_text("MADOGUCHI_DATABASE_URL_FILE=secret\n", encoding="utf-8")
    assert load_settings().database == "from-file"


def test_dotenv_may_hold_what_is_not_ours() -> None:
    Path(".env").write_text("# 日本語\nPOSTGRES_PASSWORD=x\nCOMPOSE_PROJECT_NAME=y\nMADOGUCHI_PORT=81\n", encoding="utf-8")
    assert load_settings().port == 81


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "70000"),
        ("PORT", ""),
        ("EMBED_ORIGINS", "https://www.city.example.jp"),
        ("PAGE_PLACES", "https://www.city.example.jp/"),
        ("API_ORIGINS", "{}"),
        ("QUESTION_LIMIT", "5"),
        ("DEMO", "maybe"),
        ("LOG_LEVEL", "info"),
        ("PROT", "8000"),
    ],
)
def test_a_wrong_line_is_one_sentence_that_names_it(name: str, value: str) -> None:
    Path(".env").write_text(f"MADOGUCHI_{name}={value}\n", encoding="utf-8")
    with pytest.raises(SettingWrong) as refusal:
        load_settings()
    assert str(refusal.value) == f"設定 MADOGUCHI_{name} の値「{value}」は使えません。.env.example の説明を見て直してください。"


@pytest.mark.parametrize(
    "url", ["https://www.city.example.jp", "file:///etc/", "https://staff@www.city.example.jp/", "https://a.jp/?q=/"]
)
def test_a_place_of_pages_must_be_the_beginning_of_an_address(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MADOGUCHI_PAGE_PLACES", json.dumps({"kita": {"url": url}}))
    with pytest.raises(SettingWrong, match="MADOGUCHI_PAGE_PLACES"):
        load_settings()


def test_a_wrong_variable_or_file_is_told_like_a_wrong_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MADOGUCHI_EMBED_ORIGINS", "x" * 1000)
    with pytest.raises(SettingWrong, match=r"MADOGUCHI_EMBED_ORIGINS の値「x{80}」"):
        load_settings()
    monkeypatch.delenv("MADOGUCHI_EMBED_ORIGINS")
    Path("port").write_text("many", encoding="utf-8")
    monkeypatch.setenv("MADOGUCHI_PORT_FILE", "port")
    with pytest.raises(SettingWrong, match="MADOGUCHI_PORT の値「many」"):
        load_settings()


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_secret_that_cannot_be_read_is_told(content: bytes | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if content is not None:
        Path("secret").write_bytes(content)
    monkeypatch.setenv("MADOGUCHI_DATABASE_URL_FILE", "secret")
    with pytest.raises(SettingUnreadable, match="MADOGUCHI_DATABASE_URL_FILE が指すファイル secret を読めません"):
        load_settings()


def test_a_dotenv_in_another_encoding_is_told() -> None:
    Path(".env").write_bytes("# ポート\nMADOGUCHI_PORT=81\n".encode("cp932"))
    with pytest.raises(SettingUnreadable, match=r"\.env を読めません.*UTF-8"):
        load_settings()


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().port = 1  # type: ignore[misc]


def test_the_example_names_every_setting_with_its_default_and_meaning() -> None:
    written = (ROOT / ".env.example").read_text(encoding="utf-8")
    _, *blocks = written.rstrip("\n").split("\n\n")
    assert blocks == [_described(name, field) for name, field in Settings.model_fields.items()]


def test_the_example_can_be_used_as_it_is_and_with_every_line_switched_on() -> None:
    written = (ROOT / ".env.example").read_text(encoding="utf-8")
    Path(".env").write_text(written, encoding="utf-8")
    assert load_settings() == Settings(_env_file=None)
    on = [line.removeprefix("#") for line in written.splitlines() if line.startswith("#MADOGUCHI_")]
    assert len(on) == len(Settings.model_fields)
    Path(".env").write_text("\n".join(on), encoding="utf-8")
    assert load_settings() == Settings(_env_file=None, query_prefix="", passage_prefix="")


def _described(name: str, field: FieldInfo) -> str:
    default = field.default
    value = "" if default is None else json.dumps(default) if isinstance(default, bool | list | dict) else default
    return f"# {field.description}\n#{PREFIX}{name.upper()}={value}"
