"""The report as one Parquet table for notebooks: a row per brand and day, whose counts sum to the report's."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

COUNTS = ("comments", "scored", "positive", "negative", "neutral", "skipped", "failed", "pending", "cancelled")
SHARES = ("positive_share", "negative_share", "neutral_share", "positive_share_opinionated", "net_sentiment")
#: of the brand over the whole period, and so the same on each of its days
ESTIMATES = tuple(f"period_{label}_{end}" for label in ("positive", "negative") for end in ("estimate", "low", "high"))
#: of the report, kept in the schema: `pyarrow.parquet.read_schema(path).metadata`
METADATA = ("period", "scope", "model", "thresholds", "revision", "read_at", "totals", "notes")


def render(report: Mapping[str, Any]) -> bytes:
    """Write a report as Parquet; a report without brands has no rows, and all columns."""
    import pyarrow as pa  # noqa: PLC0415 - 0.2 s that only these files need
    from pyarrow import parquet  # noqa: PLC0415 - as above

    out = pa.BufferOutputStream()
    parquet.write_table(pa.Table.from_pylist(list(_rows(report)), schema=_schema(report)), out, compression="zstd")
    return bytes(out.getvalue())


def _schema(report: Mapping[str, Any]) -> "pa.Schema":
    import pyarrow as pa  # noqa: PLC0415 - as above

    typed = [("brand", pa.string()), ("timezone", pa.string()), ("day", pa.date32())]
    typed += [(name, pa.int64()) for name in COUNTS]
    typed += [(name, pa.float64()) for name in (*SHARES, *ESTIMATES)]
    typed += [("period_estimate_method", pa.string()), ("model", pa.string()), ("revision", pa.int64())]
    typed += [("read_at", pa.timestamp("ms", tz="UTC"))]
    kept = {name: json.dumps(report[name], ensure_ascii=False) for name in METADATA}
    return pa.schema(typed, metadata={f"brandpulse.{name}": value for name, value in kept.items()})


def _rows(report: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    read_at = datetime.fromisoformat(report["read_at"])
    of_report = {"model": report["model"], "revision": report["revision"], "read_at": read_at}
    for brand in report["brands"]:
        shared = {"brand": brand["brand"], "timezone": brand["timezone"], **_estimates(brand), **of_report}
        for day in brand["days"]:
            yield {**{name: day[name] for name in (*COUNTS, *SHARES)}, **shared, "day": date.fromisoformat(day["day"])}


def _estimates(brand: Mapping[str, Any]) -> dict[str, Any]:
    estimate = brand["estimate"]
    if estimate is None:
        return {}
    found = [estimate["shares"][label][end] for label in ("positive", "negative") for end in ("share", "low", "high")]
    return {**dict(zip(ESTIMATES, found, strict=True)), "period_estimate_method": estimate["method"]}
