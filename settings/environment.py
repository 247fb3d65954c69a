"""Settings: one typed place for everything that the environment can change.

No other module reads the environment. Every field is described in README.md; a test holds the two together.
"""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from settings import errors

PREFIX = "BRANDPULSE_"


class Settings(BaseSettings):
    """What can be set, each as `BRANDPULSE_` and the name in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    database_url: Annotated[
        str,
        Field(
            pattern=r"^(sqlite:///.+|postgresql\+psycopg://.+)$",
            description="SQLAlchemy address, `sqlite:///FILE` or `postgresql+psycopg://USER@HOST/NAME`",
        ),
    ] = "sqlite:///brandpulse.db"
    reports_folder: Annotated[Path, Field(description="folder that reports are written to")] = Path("reports")
    cache_folder: Annotated[
        Path, Field(description="folder for the data set that training fetches and for the models of other machines")
    ] = Path("~/.cache/brandpulse")
    default_timezone: Annotated[
        str, Field(description="time zone of a brand that has none of its own, as `Europe/Berlin`")
    ] = "UTC"
    model: Annotated[
        str | None,
        Field(description="model that scores, NAME or NAME@VERSION, in place of the promoted one"),
    ] = None
    max_text_characters: Annotated[
        int, Field(ge=1_000, description="longest text of a comment; what is longer is cut, and its row says so")
    ] = 100_000
    max_attempts: Annotated[int, Field(ge=1, le=100, description="tries of a chunk before it is set `failed`")] = 5
    retry_delay_seconds: Annotated[
        float, Field(ge=0, description="wait before the second try of a chunk; doubles with each further try")
    ] = 10.0
    lease_seconds: Annotated[
        float, Field(ge=1, description="time after which a running chunk of a lost worker on another machine is free")
    ] = 600.0
    sql_timeout_seconds: Annotated[float, Field(gt=0, description="time limit of `brandpulse sql`")] = 30.0
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"], Field(description="least serious message that is logged")
    ] = "INFO"


@cache
def load() -> Settings:
    """Read the settings once.

    Raises:
        errors.WrongSetting: a value is not what the setting expects.

    """
    try:
        return Settings()
    except ValidationError as error:
        raise errors.WrongSetting(_sentence(error)) from None


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    field = str(first["loc"][0])
    expected = Settings.model_fields[field].description
    value = first["input"]
    return f"{PREFIX}{field.upper()} is {value!r}, which is not allowed ({first['msg']}). It expects: {expected}."
