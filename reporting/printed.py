"""What stands on the pages of a printed report, in words and figures: the template places it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reporting import answers, charts, dates, drawing, largest, sentences

LABELS = ("positive", "neutral", "negative")
OTHERS = ("scored", "skipped", "failed", "pending", "cancelled", "comments")
MOST_LEADING = 3  # brands whose answer stands on the first page
MOST_BARS = 12  # of brands, which stand on the first page below the answer
MOST_TOLD = largest.MOST_DRAWN  # brands with a section of their own
MOST_EXAMPLES = 2  # of a driver or theme: the workbook has all
MOST_DAYS = 31  # that a table lists: of a longer period the drawing shows them, and the workbook has the figures
LONGEST_NAME = 60  # letters of a brand, source or word, which stand on one or two lines; the workbook has all
LONGEST_SENTENCE = 700


def of(report: Mapping[str, Any]) -> dict[str, Any]:
    """Put together what `report.typ` shows: strings, lists of them, and drawings."""
    brands = report["brands"]
    told, drawn = largest.drawn(brands, MOST_TOLD), largest.drawn(brands, MOST_BARS)
    return {
        "colours": charts.COLOURS,
        "title": _title(report),
        "period": _period(report),
        "since": _short(sentences.since(report), LONGEST_SENTENCE),
        "spikes": [_short(said, LONGEST_SENTENCE) for said in sentences.spikes(report)],
        "notes": sentences.notes(report),
        "leading": [_leading(brand) for brand in answers.leading(brands, MOST_LEADING)],
        "shares": drawing.svg(charts.shares(drawn)) if drawn else None,
        "drawn": _drawn(len(drawn), len(told), len(brands)),
        "head": ["brand", *LABELS, "net", *OTHERS],
        "table": [[_short(brand["brand"]), *_figures(brand)] for brand in brands],
        "brands": [_brand(brand) for brand in told],
        "made": f"Revision {report['revision']}, read {report['read_at']}, labels by {report['model']}",
        "decided": sentences.decided(report),
    }


def _title(report: Mapping[str, Any]) -> str:
    return f"How people talk about {_short(sentences.subject(report))}"


def _period(report: Mapping[str, Any]) -> str:
    scope = report["scope"]
    source = f", on {_short(scope['source'])}" if scope["source"] else ""
    batches = ", ".join(map(str, scope["batches"]))
    return f"{sentences.period(report)}{source}{', batches ' * bool(batches)}{batches}"


def _drawn(drawn: int, told: int, brands: int) -> str:
    if drawn == brands:
        return ""
    below = "" if told == brands else f", and the largest {told} are told of below"
    return f"Of {brands:,} brands the largest {drawn} are drawn{below}; all stand in the table."


def _leading(brand: Mapping[str, Any]) -> dict[str, Any]:
    """Give the answer on a brand: its two shares, whether they moved, and the first reason."""
    negative = _drivers(brand, "negative", set())
    return {
        "brand": _short(brand["brand"]),
        "shares": [_answer(brand, label) for label in ("negative", "positive")],
        "said": _said(sentences.changed(brand), sentences.worst_week(brand)),
        "held_by": sentences.held_by(brand),
        "driver": negative[0] if negative else None,
    }


def _answer(brand: Mapping[str, Any], label: str) -> dict[str, str]:
    counted, estimate = sentences.percent(brand[f"{label}_share"]), brand["estimate"]
    if estimate is None:
        return {"label": label, "number": counted, "between": "", "how": "as the model counts; no estimate"}
    found = estimate["shares"][label]
    return {
        "label": label,
        "number": sentences.percent(found["share"]),
        "between": f"{sentences.percent(found['low'])} to {sentences.percent(found['high'])}",
        "how": f"estimated; {counted} as the model counts",
    }


def _said(*told: str) -> list[str]:
    return [sentences.typeset(_short(one, LONGEST_SENTENCE)) for one in told if one]


def _brand(brand: Mapping[str, Any]) -> dict[str, Any]:
    days = brand["days"]
    seen: set[int] = set()
    told = (sentences.estimated, sentences.changed, sentences.worst_week, sentences.copies)
    return {
        "name": _short(brand["brand"]),
        "said": _said(*(tell(brand) for tell in told)),
        "against": sentences.against(brand),
        "drivers": [
            {"label": label, "found": found}
            for label in ("negative", "positive")
            if (found := _drivers(brand, label, seen))
        ],
        "themes": list(_themes(brand, seen)),
        "trend": drawing.svg(charts.trend(days, brand["worst_week"])),
        "hours": drawing.svg(charts.hours(brand["hours"])),
        "days": [[day["day"], *_figures(day)] for day in days] if len(days) <= MOST_DAYS else [],
        "sources": [[_short(source["source"]), *_figures(source)] for source in brand["sources"]],
        "timezone": brand["timezone"],
    }


def _drivers(brand: Mapping[str, Any], label: str, seen: set[int]) -> list[dict[str, Any]]:
    found, against = [], sentences.against(brand)
    for one in brand["drivers"][label]:
        before = f", {sentences.percent(one['share_before'])} {against}" if against else ""
        said = f"{one['comments']:,} {label} comments, {sentences.percent(one['share'])} of all{before}"
        found.append({"words": _short(one["words"]), "said": said, "examples": _examples(one["examples"], seen)})
    return found


def _themes(brand: Mapping[str, Any], seen: set[int]) -> Iterator[dict[str, Any]]:
    for one in brand["themes"]:
        said = f"{one['comments']:,} comments, {sentences.percent(one['share'])} of the negative ones"
        yield {"words": _short(", ".join(one["words"])), "said": said, "examples": _examples(one["examples"], seen)}


def _examples(examples: Sequence[Mapping[str, Any]], seen: set[int]) -> list[dict[str, str]]:
    """Show comments that are not yet shown, and add them to those that are; where all are, the first again."""
    chosen = [one for one in examples if one["comment"] not in seen][:MOST_EXAMPLES] or examples[:1]
    seen.update(one["comment"] for one in chosen)
    return [{"text": one["text"], "told": _told(one)} for one in chosen]


def _told(one: Mapping[str, Any]) -> str:
    """Say where a comment stands, from when it is, and how many agree."""
    day = dates.day(one["posted_at"][:10]) if one["posted_at"] else ""
    likes = f"{one['likes']:,} like{'s' * (one['likes'] != 1)}" if one["likes"] else ""
    copies = f"{one['copies']:,} copies" if one["copies"] > 1 else ""
    return ", ".join(filter(None, (_short(one["source"]), day, likes, copies, f"comment {one['comment']}")))


def _figures(counts: Mapping[str, Any]) -> list[str]:
    shares = [sentences.percent(counts[f"{label}_share"]) for label in LABELS]
    return [
        *shares,
        sentences.typeset(sentences.signed(counts["net_sentiment"])),
        *(f"{counts[name]:,}" for name in OTHERS),
    ]


def _short(said: str, longest: int = LONGEST_NAME) -> str:
    return said if len(said) <= longest else f"{said[: longest - 1]}…"
