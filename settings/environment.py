"""Settings: one typed place for everything that the environment can change.

No other module reads the environment. Every field is described in README.md; a test holds the two together.
"""

import os
from datetime import time
from functools import cache
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from settings import addresses, errors

PREFIX = "BRANDPULSE_"
#: never shown, not even where they are wrong: they are a secret, or hold one
SECRET = {"author_key", "database_url", "broker_url", "smtp_url"}
#: read by the tests alone
TEST_ONLY = ("BRANDPULSE_TEST_DATABASE_URL", "BRANDPULSE_TEST_BROKER_URL")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(name) from None
    return name


class Settings(BaseSettings):
    """What can be set, each as `BRANDPULSE_` and the name in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    database_url: Annotated[
        str,
        AfterValidator(addresses.of_database),
        Field(
            pattern=r"^(sqlite:///.+|postgresql\+psycopg://.+)$",
            description="SQLAlchemy address, `sqlite:///FILE` or `postgresql+psycopg://USER@HOST/NAME`",
        ),
    ] = "sqlite:///brandpulse.db"
    broker_url: Annotated[
        Annotated[str, AfterValidator(addresses.of_queue)] | None,
        Field(
            pattern=r"^(rediss?|amqps?|pyamqp)://.+$",
            description="the queue: `redis://HOST/0` or `amqp://USER@HOST//`; without: no queue, workers poll",
        ),
    ] = None
    reports_folder: Annotated[Path, Field(description="folder that reports are written to")] = Path("reports")
    cache_folder: Annotated[
        Path, Field(description="folder for the data set that training fetches and for the models of other machines")
    ] = Path("~/.cache/brandpulse")
    default_timezone: Annotated[
        str,
        AfterValidator(_zone),
        Field(description="time zone of a brand that has none of its own, as `Europe/Berlin`"),
    ] = "UTC"
    model: Annotated[
        str | None,
        Field(description="model that scores, NAME or NAME@VERSION, in place of the promoted one"),
    ] = None
    chunk_size_comments: Annotated[
        int | None, Field(ge=1, le=100_000, description="comments per chunk, in place of what the model says")
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
    grace_seconds: Annotated[
        float,
        Field(
            ge=0,
            description="time that a worker told to end gives the chunk in hand, then it hands it back; Docker waits "
            "10 s for it to end, Kubernetes 30",
        ),
    ] = 6.0
    requeue_seconds: Annotated[
        float, Field(ge=1, description="time after which a pending chunk is queued again, should its message be lost")
    ] = 300.0
    nightly_at: Annotated[
        time, Field(description="time of day, in the brand's own zone, from which yesterday's report is made")
    ] = time(5, 0)
    nightly_wait_minutes: Annotated[
        int,
        Field(ge=0, description="longest wait for comments of the night that are not scored yet; then it is said"),
    ] = 120
    nightly_catch_up_days: Annotated[
        int, Field(ge=1, le=60, description="nights back that are made where missed, and again where late data came")
    ] = 7
    smtp_url: Annotated[
        Annotated[str, AfterValidator(addresses.of_mail_server)] | None,
        Field(
            pattern=r"^smtps?://[^/?#\s]*[^/?#\s@]/?$",
            description="mail server: `smtp://USER:PASSWORD@HOST:587` (STARTTLS) or `smtps://HOST`; `%40` is an @",
        ),
    ] = None
    mail_from: Annotated[
        str | None,
        Field(
            pattern=r"^[^@\s<>]+@[^@\s<>]+$",
            description="sender of reports by e-mail, as `reports@example.com`; default: the user of the mail server",
        ),
    ] = None
    author_key: Annotated[
        SecretStr | None,
        Field(
            min_length=16,
            description="secret of 16 characters or more; with it, authors are stored as keyed hashes from then on",
        ),
    ] = None
    retention_days: Annotated[
        int | None,
        Field(ge=2, description="days that texts and authors are kept; older ones are forgotten every night"),
    ] = None
    sql_timeout_seconds: Annotated[float, Field(gt=0, description="time limit of `brandpulse sql`")] = 30.0
    wait_seconds: Annotated[
        float,
        Field(
            ge=0,
            description="longest wait of `nightly` and `worker --drain` for a database that does not answer yet; "
            "`worker` and `beat` wait for ever",
        ),
    ] = 60.0
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"], Field(description="least serious message that is logged")
    ] = "INFO"
    log_format: Annotated[
        Literal["text", "json"],
        Field(description="how messages are logged: `text` for people, `json` for machines, one object a line"),
    ] = "text"


@cache
def load() -> Settings:
    """Read the settings once.

    Raises:
        errors.WrongSetting: a value is not what the setting expects, or a name is misspelt.

    """
    unknown = {name for name in os.environ if name.startswith(PREFIX)} - _names() - set(TEST_ONLY)
    if unknown:
        raise errors.WrongSetting(f"There is no setting {min(unknown)}: those there are stand in README.md.")
    try:
        return Settings()
    except ValidationError as error:
        raise errors.WrongSetting(_sentence(error)) from None


def author_key() -> str | None:
    """Give the secret that authors are hashed with, to whom nothing else of the settings is handed."""
    secret = load().author_key
    return None if secret is None else secret.get_secret_value()


def _names() -> set[str]:
    return {f"{PREFIX}{field.upper()}" for field in Settings.model_fields}


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    field = str(first["loc"][0])
    name, expected = f"{PREFIX}{field.upper()}", Settings.model_fields[field].description
    if field in SECRET:
        # What is wrong with it is a sentence of ours, which quotes nothing of it; pydantic's own would.
        why = f" {first['ctx']['error']}" if first["type"] == "value_error" else ""
        return f"{name} has a value that it cannot have.{why} It expects: {expected}."
    return f"{name} is {str(first['input'])!r}, which it cannot be. It expects: {expected}."
