"""Reports as files: their names, and writing them so that nobody sees half of one."""

import json
import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from reporting import html, table
from settings import errors

FORMATS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "html": html.render,
    "csv": table.render,
    "json": lambda report: json.dumps(report, ensure_ascii=False, indent=2) + "\n",
}


def report_path(folder: Path, report: Mapping[str, Any], file_format: str) -> Path:
    """Name the file of a report: brand, period and revision, or the batches of a run."""
    scope, period = report["scope"], report["period"]
    parts = [scope["brand"] or "all-brands", scope["source"] or ""]
    if scope["batches"]:
        parts.append(
            f"batch-{min(scope['batches'])}" + (f"-to-{max(scope['batches'])}" if len(scope["batches"]) > 1 else "")
        )
    parts += dict.fromkeys(filter(None, (period["from"], period["to"])))
    name = "_".join(_plain(part) for part in parts if part)
    return folder / f"{name}_r{report['revision']}.{file_format}"


def write(path: Path, report: Mapping[str, Any], file_format: str) -> None:
    """Write a report in a format of `FORMATS`, whole or not at all.

    Raises:
        errors.WrongSetting: the folder cannot be written to.

    """
    content = FORMATS[file_format](report)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".", delete=False, encoding="utf-8") as file:
            file.write(content)
        Path(file.name).chmod(0o644)  # temporary files are made for their owner alone; a report is for others
        Path(file.name).replace(path)
    except OSError as error:
        raise errors.WrongSetting(
            f"The report cannot be written to {path}: {error.strerror or error}. Name another place by --out or "
            "BRANDPULSE_REPORTS_FOLDER."
        ) from None


def _plain(text: str) -> str:
    """Keep what every file system takes."""
    return re.sub(r"[^\w.-]+", "-", text).strip("-.")[:80] or "brand"
