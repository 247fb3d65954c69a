"""Reports as files: their formats, their names, and writing them so that nobody sees half of one."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from reporting import frame, html, markdown, pdf, picture, table, workbook
from settings import errors, whole_files

ALL_BRANDS = "all-brands"
DIGITS = 8  # of the checksum of a name, in the name of a file
LONGEST = 80  # characters of a name, in the name of a file
#: Names that need no digits: runs of letters and digits with a dot, a dash or a blank in between.
PLAIN = re.compile(r"[^\W_]+(?:(?:[.-]|\.? )[^\W_]+)*")


class Format(NamedTuple):
    """How a report becomes a file, and how the file's name ends.

    `is_printed` is what a terminal and a pipe can take; the others have a file even where nobody names one.
    """

    suffix: str
    render: Callable[[Mapping[str, Any]], str | bytes]
    is_printed: bool = False


#: Each imports what it draws or writes with when it is asked to.
FORMATS: Mapping[str, Format] = {
    "html": Format("html", html.render),
    "pdf": Format("pdf", pdf.render),
    "png": Format("png", picture.render),
    "xlsx": Format("xlsx", workbook.render),
    "markdown": Format("md", lambda report: markdown.render(report) + "\n", is_printed=True),
    "json": Format("json", lambda report: json.dumps(report, ensure_ascii=False, indent=2) + "\n", is_printed=True),
    "csv": Format("csv", table.render, is_printed=True),
    "parquet": Format("parquet", frame.render),
}


def format_of(path: Path) -> str | None:
    """Tell by the name of a file which format it should have."""
    return next((name for name, one in FORMATS.items() if path.suffix.lower() == f".{one.suffix}"), None)


def report_path(folder: Path, report: Mapping[str, Any], file_format: str) -> Path:
    """Name the file of a report: brand, period and revision, or the batches of a run."""
    scope, period = report["scope"], report["period"]
    parts = [_plain(scope["brand"]) if scope["brand"] else ALL_BRANDS]
    parts += [_plain(scope["source"])] if scope["source"] else []
    if scope["batches"]:
        parts.append(
            f"batch-{min(scope['batches'])}" + (f"-to-{max(scope['batches'])}" if len(scope["batches"]) > 1 else "")
        )
    parts += dict.fromkeys(filter(None, (period["from"], period["to"])))
    name = "_".join(parts)
    return folder / f"{name}_r{report['revision']}.{FORMATS[file_format].suffix}"


def write(path: Path, report: Mapping[str, Any], file_format: str) -> None:
    """Write a report in a format of `FORMATS`, whole or not at all.

    Raises:
        errors.WrongSetting: the folder cannot be written to.

    """
    content = FORMATS[file_format].render(report)
    try:
        whole_files.write(path, content if isinstance(content, bytes) else content.encode())
    except OSError as error:
        raise errors.WrongSetting(
            f"The report cannot be written to {path}: {error.strerror or error}. Name another place by --out or "
            "BRANDPULSE_REPORTS_FOLDER."
        ) from None


def _plain(name: str) -> str:
    """Keep of a name what every file system takes, and tell it by digits of its own from others of which that is left.

    A low line stands between the parts of a file's name, so it is kept and told apart as well. A blank is a plus.
    """
    if name != ALL_BRANDS and len(name) <= LONGEST and PLAIN.fullmatch(name):
        return name.replace(" ", "+")
    kept = re.sub(r"[^\w.-]+", "-", name).strip("-.")[:LONGEST] or "brand"
    return f"{kept}-{hashlib.sha256(name.encode()).hexdigest()[:DIGITS]}"
