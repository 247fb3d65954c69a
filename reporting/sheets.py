"""What stands in a workbook: its sheets, their columns and rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from reporting import sentences

Row = Sequence[Any]
Report = Mapping[str, Any]


class Column(NamedTuple):
    """The title of a column, and what kind of value stands in it: one of `workbook.KINDS`."""

    title: str
    kind: str


class Sheet(NamedTuple):
    """The name of a sheet, its columns, and its rows."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Row]


COUNTS = ("scored", "positive", "negative", "neutral", "skipped", "failed", "pending", "cancelled", "comments")
SHARES = ("positive_share", "negative_share", "neutral_share")
ENDS = ("share", "low", "high")
ANSWER = (*(Column(name.replace("_", " "), "share") for name in SHARES), Column("net sentiment", "net"))
FIGURES = tuple(Column(name, "count") for name in COUNTS)
BRAND = Column("brand", "name")
OF_TIMES = ("scored", "positive", "negative", "neutral", "comments")  # what hours and weekdays are counted by
TIMES = (*ANSWER, *(Column(name, "count") for name in OF_TIMES))
WORST = (
    *(Column("share of voice", "share"), Column("worst week from", "day"), Column("worst week to", "day")),
    *(Column("negative share then", "share"), Column("on the other days", "share")),
)
ESTIMATES = (
    *(
        Column(f"estimated {label}{end}", "share")
        for label in ("positive", "negative")
        for end in ("", ", low", ", high")
    ),
    Column("method", "name"),
    Column("why there is no estimate", "text"),
    Column("model is right", "share"),
    Column("labels by people", "count"),
)
CHANGES = (
    *(BRAND, Column("against", "word"), Column("from", "day"), Column("to", "day"), Column("label", "word")),
    *(Column("scored then", "count"), Column("share then", "share"), Column("share now", "share")),
    *(Column(title, "points") for title in ("change, in points", "low", "high", "within sources", "by their mix")),
    *(Column(title, "points") for title in ("estimated change", "estimated, low", "estimated, high")),
)
DRIVERS = (
    *(BRAND, Column("label", "word"), Column("words", "name"), Column("comments", "count")),
    *(Column("share of all", "share"), Column("share before", "share"), Column("change, in points", "points")),
)
THEMES = (BRAND, Column("words", "name"), Column("comments", "count"), Column("share of the negative", "share"))
EXAMPLES = (
    *(BRAND, Column("shows", "word"), Column("label", "word"), Column("words", "name"), Column("text", "text")),
    *(Column("source", "word"), Column("posted at (UTC)", "time"), Column("likes", "count"), Column("copies", "count")),
    *(Column("comment", "count"), Column("address", "name")),
)
SPIKES = (
    *(BRAND, Column("day", "day"), Column("of", "word")),
    *(Column(title, "number") for title in ("found", "expected", "low", "high")),
    Column("p", "chance"),
)


def of(report: Report) -> Iterator[Sheet]:
    """Give the sheets of a report one after the other, each with a title row's worth of columns."""
    brands = report["brands"]
    yield Sheet("Shares", (BRAND, *ANSWER, *ESTIMATES, *FIGURES, *WORST), map(_brand, brands))
    yield Sheet(
        "Days",
        (BRAND, Column("day", "day"), *ANSWER, *FIGURES),
        ([b["brand"], date.fromisoformat(d["day"]), *_answer(d), *_counts(d)] for b in brands for d in b["days"]),
    )
    yield Sheet(
        "Sources",
        (BRAND, Column("source", "word"), *ANSWER, *FIGURES),
        ([b["brand"], s["source"], *_answer(s), *_counts(s)] for b in brands for s in b["sources"]),
    )
    for name, key, kind in (("Hours", "hour", "count"), ("Weekdays", "weekday", "word")):
        of_key = (
            [b["brand"], row[key], *_answer(row), *(row[name] for name in OF_TIMES)]
            for b in brands
            for row in b[name.lower()]
        )
        yield Sheet(name, (BRAND, Column(key, kind), *TIMES), list(of_key))
    yield Sheet("Spikes", SPIKES, map(_spike, report.get("spikes", ())))  # earlier revisions know none
    yield Sheet("Changes", CHANGES, (row for b in brands for one in b["changes"] for row in _change(b, one)))
    yield Sheet("Drivers", DRIVERS, (_driver(b["brand"], label, one) for b in brands for label, one in _drivers(b)))
    yield Sheet(
        "Themes",
        THEMES,
        ([b["brand"], ", ".join(t["words"]), t["comments"], t["share"]] for b in brands for t in b["themes"]),
    )
    yield Sheet("Examples", EXAMPLES, (row for brand in brands for row in _examples(brand)))
    yield Sheet("Notes", (Column("what", "name"), Column("said", "text")), _notes(report))


def _brand(brand: Mapping[str, Any]) -> Row:
    return [brand["brand"], *_answer(brand), *_estimate(brand), *_counts(brand), *_worst(brand)]


def _answer(counts: Mapping[str, Any]) -> Row:
    return [counts[name] for name in (*SHARES, "net_sentiment")]


def _worst(brand: Mapping[str, Any]) -> Row:
    found = brand["worst_week"]
    if found is None:
        return [brand["share_of_voice"], None, None, None, None]
    days = [date.fromisoformat(found[end]) for end in ("from", "to")]
    return [brand["share_of_voice"], *days, found["negative_share"], found["negative_share_else"]]


def _counts(counts: Mapping[str, Any]) -> Row:
    return [counts[name] for name in COUNTS]


def _estimate(brand: Mapping[str, Any]) -> Row:
    found, right = brand["estimate"], brand["model_accuracy"] or {"share": None, "labels": None}
    shares: Row = [None] * 6
    if found:
        shares = [found["shares"][label][end] for label in ("positive", "negative") for end in ENDS]
    return [*shares, found and found["method"], brand["estimate_reason"], right["share"], right["labels"]]


def _spike(found: Mapping[str, Any]) -> Row:
    figures = (found[name] for name in ("found", "expected", "low", "high", "p"))
    return [found["brand"], date.fromisoformat(found["day"]), found["kind"], *figures]


def _change(brand: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Row]:
    days = [date.fromisoformat(found[end]) for end in ("from", "to")]
    for label in ("positive", "negative"):
        of, share = found["change"][label], f"{label}_share"
        estimate = of["estimate"] or dict.fromkeys(ENDS)
        moved = [of[name] for name in ("counted", "low", "high", "within", "mix")]
        then = [found["scored"], found[share], brand[share]]
        against = found["against"].replace("_", " ")
        yield [brand["brand"], against, *days, label, *then, *moved, *(estimate[end] for end in ENDS)]


def _drivers(brand: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for label in ("negative", "positive"):
        for one in brand["drivers"][label]:
            yield label, one


def _driver(brand: str, label: str, one: Mapping[str, Any]) -> Row:
    is_compared = one["share_before"] is not None
    figures = [one["comments"], one["share"], one["share_before"], one["change"] if is_compared else None]
    return [brand, label, one["words"], *figures]


def _examples(brand: Mapping[str, Any]) -> Iterator[Row]:
    groups = [("driver", label, one["words"], one["examples"]) for label, one in _drivers(brand)]
    groups += [("theme", "negative", ", ".join(one["words"]), one["examples"]) for one in brand["themes"]]
    for shows, label, words, examples in groups:
        for one in examples:
            told = [one["text"], one["source"], _utc(one["posted_at"]), one["likes"], one["copies"], one["comment"]]
            yield [brand["brand"], shows, label, words, *told, one["url"]]


def _utc(said: str | None) -> datetime | None:
    """Read a time as the sheet wants it, without a zone."""
    if said is None:
        return None
    time = datetime.fromisoformat(said)
    return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time


def _notes(report: Report) -> Iterator[Row]:
    period = report["period"]
    yield "period", " to ".join(dict.fromkeys(filter(None, (period["from"], period["to"])))) or "no days"
    for name, value in report["scope"].items():
        if value:
            yield f"only {name}", str(value)
    yield "model", report["model"]
    yield "labels", sentences.decided(report)
    yield "revision", str(report["revision"])
    yield "read at", report["read_at"]
    if report.get("revision_note"):
        yield "since the revision before", report["revision_note"]
    yield from (("note", note) for note in sentences.notes(report))
    yield "shares", "Of the scored comments. comments = scored + skipped + failed + pending + cancelled."
    yield "net sentiment", "(positive - negative) / (positive + negative), from -1 to +1."
    yield "change", "In points: a share that went from 20 % to 25 % changed by +5.0 %."
