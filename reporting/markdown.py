"""The report as Markdown, short enough for any chat: what the shares are, whether they moved, and why."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from reporting import answers, sentences

MOST = 2_000  # characters of a message in Discord, the least of the large chats
MOST_BRANDS = 12  # that have a line each; the others are counted
MOST_SPIKES, MOST_NOTES = 3, 3
LONGEST_NAME, LONGEST_COMMENT, LONGEST_NOTE = 50, 160, 200  # characters, before marks are made harmless
#: What Markdown or a chat's own dialect reads as a mark.
_MARK = re.compile(r"[\\`*_{}\[\]()<>#|~$!&^]")
#: Where chats look for a mention, a link or a picture's name: a blank of no width makes it plain text.
_JOINT = re.compile(r"(?<=[@:/<&#!])(?=\S)|(?<=\S\.)(?=[^\W\d])")
_NOTHING_WIDE = "\u200b"


def render(report: Mapping[str, Any]) -> str:
    """Write a report as a message of at most `MOST` characters; names and comments are shown as they are.

    The answer on the brand to look at first comes first, then what has to be known, then a line for each of the next.
    """
    brands = answers.leading(report["brands"], len(report["brands"]))
    notes = [f"- {plain(note, LONGEST_NOTE)}" for note in report["notes"][:MOST_NOTES]]
    spikes = [f"- {plain(said, LONGEST_NOTE)}" for said in sentences.spikes(report)[:MOST_SPIKES]]
    answer = ["", *_answer(brands[0])] if brands else []
    told = [f"**{_title(report)}**", *spikes, *answer, "", *notes]
    end = f"Revision {report['revision']}, labels by {plain(report['model'], LONGEST_NAME)}."
    # The line that counts what is left out, and blank ones.
    room = MOST - len(end) - 40
    kept = _fitting(told, room)
    rows = _fitting(map(_line, brands[1 : MOST_BRANDS + 1]), room - len("\n".join(kept)))
    more = len(brands) - 1 - len(rows)
    rows += [f"- and {more:,} more brand{'s' * (more != 1)}"] if more > 0 else []
    return "\n\n".join(filter(None, ("\n".join(kept).rstrip(), "\n".join(rows), end)))


def _fitting(lines: Iterable[str], room: int) -> list[str]:
    """Take lines as long as there is room for them; whole ones, since half of one might end within a mark."""
    kept = []
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    return kept


def plain(said: str, longest: int) -> str:
    """Write a text so that no chat takes a part of it for a mark, a mention or a link, on one line."""
    one_line = " ".join("".join(map(_visible, said)).split())
    short = one_line if len(one_line) <= longest else f"{one_line[: longest - 1]}…"
    return _MARK.sub(r"\\\g<0>", _JOINT.sub(_NOTHING_WIDE, short))


def _visible(character: str) -> str:
    """Leave controls out: those of direction would turn the rest of the message around."""
    is_joiner = character in "\u200c\u200d"  # within emoji, and within words of Persian and Hindi
    category = unicodedata.category(character)
    return character if is_joiner or category not in {"Cc", "Cf", "Cs"} else " " * (category == "Cc")


def _title(report: Mapping[str, Any]) -> str:
    brands = report["brands"]
    about = f" about {plain(brands[0]['brand'], LONGEST_NAME)}" if len(brands) == 1 else ""
    return f"How people talk{about}, {sentences.period(report)}"


def _answer(brand: Mapping[str, Any]) -> Iterator[str]:
    yield f"{_shares(brand)}."
    yield from filter(None, (sentences.changed(brand), sentences.worst_week(brand)))
    against = sentences.against(brand)
    for driver in brand["drivers"]["negative"][:1]:
        before = f", {sentences.percent(driver['share_before'])} {against}" if against else ""
        words = f"**{plain(driver['words'], LONGEST_NAME)}** ({sentences.percent(driver['share'])} of all{before})"
        yield f"{sentences.held_by(brand)} {words}:"
        yield from _quoted(driver["examples"])


def _quoted(examples: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Quote the first comment; the quotation mark before it keeps it from beginning a list or a heading."""
    for one in examples[:1]:
        yield f"> “{plain(one['text'], LONGEST_COMMENT)}”"


def _line(brand: Mapping[str, Any]) -> str:
    moved = _moved(brand)
    return f"- {_shares(brand)}{f'; {moved}' if moved else ''}"


def _shares(brand: Mapping[str, Any]) -> str:
    """Say the shares: estimated with their intervals, or as counted."""
    name, estimate, scored = plain(brand["brand"], LONGEST_NAME), brand["estimate"], brand["scored"]
    of = f"of {scored:,} comment{'s' * (scored != 1)}"
    if estimate is None:
        positive, negative = (sentences.percent(brand[f"{label}_share"]) for label in ("positive", "negative"))
        shares = f"{positive} positive, {negative} negative"
        return f"**{name}**: {shares} {of}, as the model counts"
    sides = []
    for label in ("positive", "negative"):
        share, low, high = (sentences.percent(estimate["shares"][label][name]) for name in ("share", "low", "high"))
        sides.append(f"{share} {label} ({low} to {high})")
    return f"**{name}**: an estimated {', '.join(sides)} {of}"


def _moved(brand: Mapping[str, Any]) -> str:
    """Say by how many points the positive share moved against the period right before."""
    of = answers.moved(brand, "positive")
    if of is None:
        return ""
    return f"{100 * abs(of.share):.1f} points {'more' if of.share > 0 else 'fewer'} positive than before"
