"""What is logged, on standard error: a line an event, its facts as fields, for people or as JSON for machines.

Texts of comments, names of recipients and passwords are in no line.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from settings.environment import Settings

#: Celery says of each task that it came and that it went, Alembic which plugins it has: our lines say what counts.
WORDY = ("celery.worker.strategy", "celery.app.trace", "alembic.runtime.plugins")


def fields(**facts: object) -> dict[str, Any]:
    """Give the facts of an event as `extra` of a logger's call: they become fields of its line."""
    return {"fields": facts}


def begin(settings: "Settings", *, serving: bool = True) -> None:
    """Set up what this process logs.

    Args:
        settings: the least level, and the format.
        serving: it runs to be followed by its log. A command of a person says by itself what came of it: it logs
            warnings only, unless a level or JSON was asked for.

    """
    asked = serving or settings.log_format == "json" or "log_level" in settings.model_fields_set
    level = logging.getLevelName(settings.log_level if asked else "WARNING")
    root = logging.getLogger()
    for earlier in [handler for handler in root.handlers if isinstance(handler, StandardError)]:
        root.removeHandler(earlier)
    handler = StandardError()
    handler.setFormatter(Json() if settings.log_format == "json" else Text())
    root.addHandler(handler)
    root.setLevel(level)
    for name in WORDY:
        logging.getLogger(name).setLevel(logging.WARNING if level == logging.INFO else logging.NOTSET)
    if settings.log_format == "json":
        logging.captureWarnings(True)
        sys.excepthook = _log_what_ends_the_process


def is_json() -> bool:
    """Tell whether this process logs as JSON."""
    return any(isinstance(handler.formatter, Json) for handler in logging.getLogger().handlers)


class StandardError(logging.StreamHandler[TextIO]):
    """Writes to what standard error is at the moment: a test puts another in its place, and a child of a fork may."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        """Give standard error."""
        return sys.stderr


class Text(logging.Formatter):
    """Time, level, process, logger, message, then the fields as `name=value`."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802, ARG002 - its name
        """Give the time in UTC."""
        return _time(record)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - its name
        """Put the line together; a traceback comes below it."""
        facts = [f"{name}={_word(value)}" for name, value in _fields(record).items()]
        return " ".join([super().formatMessage(record), *facts])


class Json(logging.Formatter):
    """One object a line; an exception is a field."""

    def format(self, record: logging.LogRecord) -> str:
        """Write it."""
        line = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
            **_fields(record),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    found: dict[str, Any] = getattr(record, "fields", {})
    return found


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _word(value: object) -> str:
    """Write a value so that a line can be taken apart again: in quotes where it holds a blank."""
    said = str(value)
    return json.dumps(said, ensure_ascii=False) if not said or set(said) & set(' "=\n') else said


def _log_what_ends_the_process(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logging.getLogger("brandpulse").critical("an error ends the process", exc_info=(kind, error, trace))
