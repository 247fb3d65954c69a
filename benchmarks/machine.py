"""What the figures were taken on, without the name of the machine."""

import os
import platform
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import psutil


def described() -> dict[str, str | int | float | None]:
    """Describe the machine and the versions, for the document."""
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "brandpulse": metadata.version("brandpulse"),
        "measured_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
    }


def _processor() -> str:
    about = Path("/proc/cpuinfo")
    lines = about.read_text(encoding="utf-8").splitlines() if about.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
