"""Every setting of the service: name, default and one sentence; read once from `MADOGUCHI_*` and, for secrets, `*_FILE`."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, DotEnvSettingsSource, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from app.errors import SettingUnreadable, SettingWrong

PREFIX = "MADOGUCHI_"
DOTENV = ".env"


def _from_json(value: object) -> object:
    return json.loads(value) if isinstance(value, str) else value


# NoDecode: pydantic-settings would raise an error of its own for what is not JSON, and not look into *_FILE.
Origins = Annotated[list[str], NoDecode, BeforeValidator(_from_json)]


class PagePlace(BaseModel, extra="forbid", frozen=True):
    """Where a site's procedure pages are read again."""

    url: str = Field(pattern=r"^https?://[^\s/@]+(/[^\s?#]*)?/$")
    """What the addresses of its pages begin with; nothing else is ever asked for."""
    folder: Path | None = None
    """A copy of the web site on this machine, read instead of asking for the pages."""


Places = Annotated[dict[str, PagePlace], NoDecode, BeforeValidator(_from_json)]


class LineAccount(BaseModel):
    """What the LINE Developers console shows of one channel."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    token: SecretStr = Field(min_length=1)
    secret: SecretStr = Field(min_length=1)
    old_secret: SecretStr | None = None
    """The one before, while it is being exchanged."""
    bot_name: str = Field("", max_length=20)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Those that a webhook may be signed with."""
        return tuple(each.get_secret_value() for each in (self.secret, self.old_secret) if each)


LineAccounts = Annotated[dict[str, LineAccount], NoDecode, BeforeValidator(_from_json)]
SECRET = frozenset({"line_accounts"})
"""Settings that no message may quote."""


class Settings(BaseSettings):
    """The configuration of one process."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=DOTENV, env_file_encoding="utf-8", extra="forbid", frozen=True)

    data_dir: Path = Field(Path("data"), description="Folder for the database and the snapshots.")
    database_url: str = Field(
        "",
        description="SQLAlchemy URL such as postgresql+psycopg://user:password@host/name; empty means SQLite in the data folder.",
    )
    host: str = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 inside a container.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on.")
    embedding_model: str = Field(
        "", description="A sentence-transformers model by folder or name; empty means the built-in word vectors."
    )
    query_prefix: str | None = Field(None, description="Put before every question; unset means what the model's card says.")
    passage_prefix: str | None = Field(None, description="Put before every entry; unset means what the model's card says.")
    reranker_model: str = Field(
        "",
        description="A sentence-transformers cross-encoder by folder or name, to look again at the best entries; "
        "empty means the built-in one, or none beside another embedding model.",
    )
    question_limit: int = Field(500, ge=10, le=5000, description="Longest question accepted, in characters.")
    wrong_bound: float = Field(
        0.10, gt=0, lt=0.5, description="Share of wrong answers among direct answers that is accepted; used at the next build."
    )
    speech_dir: str = Field(
        "",
        description="Folder with a city's own sheets of resident speech; empty means the folder speech beside the snapshots.",
    )
    embed_origins: Origins = Field(
        [], description='Web sites that may show the widget, as JSON: ["https://www.city.example.jp"].'
    )
    api_origins: Origins = Field([], description="Web sites whose scripts may call the API, as JSON.")
    page_places: Places = Field(
        {},
        description="Where each site's procedure pages are, as JSON: "
        '{"mihon": {"url": "https://www.city.example.jp/"}}; with a "folder" they are read from there.',
    )
    question_days: int = Field(365, ge=1, le=3650, description="Days for which masked questions are kept; counts stay.")
    context_days: int = Field(7, ge=1, le=365, description="Days for which a conversation remembers what it was about.")
    smallest_cluster: int = Field(
        3, ge=2, le=100, description="People who must have asked about the same before the night run proposes an entry."
    )
    line_accounts: LineAccounts = Field(
        {}, description='LINE official accounts by site, as JSON: {"mihon": {"token": "...", "secret": "..."}}.'
    )
    line_api_base: str = Field("https://api.line.me", pattern="^https?://[^/]+$", description="Where LINE's Messaging API is.")
    font: str = Field(
        "", description="Font file that pictures are drawn with; empty means Noto Sans CJK, found where Linux keeps fonts."
    )
    demo: bool = Field(False, description="Serve the sample city's home page at /demo.")
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="Least severe message to log.")

    @property
    def database(self) -> str:
        """The URL to connect to."""
        return self.database_url or f"sqlite:///{self.data_dir / 'madoguchi.db'}"

    @property
    def snapshots(self) -> Path:
        """Where the snapshots of all sites are."""
        return self.data_dir / "snapshots"

    @property
    def speech(self) -> Path | None:
        """Where the own sheets of resident speech are; a folder that nobody named need not be there."""
        usual = self.data_dir / "speech"
        return Path(self.speech_dir) if self.speech_dir else usual if usual.is_dir() else None

    @property
    def labelled(self) -> Path:
        """Where questions with known answers are."""
        return self.data_dir / "labelled"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (replaced by the *_FILE convention)
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, the environment over files named in it, those over `.env`."""
        lines = OwnLines(settings_cls, getattr(dotenv_settings, "env_file", None))
        return init_settings, env_settings, FileVariables(settings_cls, lines.env_vars), lines


class OwnLines(DotEnvSettingsSource):
    """The lines of `.env` that are ours; Docker Compose and others keep theirs in the same file."""

    def __call__(self) -> dict[str, Any]:
        """All fields set there, and names that only look like ours, so that a slip of the pen is noticed."""
        files = {f"{PREFIX}{name}_FILE".lower() for name in self.settings_cls.model_fields}
        return {
            name: value
            for name, value in super().__call__().items()
            if name in self.settings_cls.model_fields or (name.upper().startswith(PREFIX) and name.lower() not in files)
        }


class FileVariables(PydanticBaseSettingsSource):
    """Reads `MADOGUCHI_DATABASE_URL_FILE=/run/secrets/url` and its like, as container platforms hand out secrets."""

    def __init__(self, settings_cls: type[BaseSettings], lines: Mapping[str, str | None]) -> None:
        super().__init__(settings_cls)
        self.lines = lines
        """The variables of `.env`, in lower case."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002
        """The content of the file, without the line end."""
        variable = f"{PREFIX}{field_name.upper()}_FILE"
        path = os.environ.get(variable) or self.lines.get(variable.lower())
        if not path:
            return None, field_name, False
        try:
            return Path(path).read_text(encoding="utf-8").strip(), field_name, False
        except (OSError, UnicodeDecodeError) as error:
            raise SettingUnreadable(variable, path) from error

    def __call__(self) -> dict[str, Any]:
        """All fields that have such a variable."""
        values = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in values.items() if value is not None}


def load_settings(**values: Any) -> Settings:
    """Read the settings. Raises SettingWrong naming the first variable that cannot be used, or SettingUnreadable."""
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper()
        value = "…" if name.lower() in SECRET else str(first.get("input", ""))
        raise SettingWrong(name if name.startswith(PREFIX) else PREFIX + name, value) from (None if value == "…" else error)
    except UnicodeDecodeError as error:
        raise SettingUnreadable(f"{PREFIX}…", DOTENV) from error
