"""The report as an e-mail: HTML with the chart inside, and the text report beside it."""

import io
from collections.abc import Mapping
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, localtime
from typing import Any

from rich.console import Console

from reporting import answers, charts, controls, drawing, largest, sentences, summary, templates, text

MOST_BRANDS = 5  # whose answers are shown; the page has all
MOST_DRAWN = 12
CHART = "shares"
#: In pixels: a phone shows about 350, and letters drawn for the 760 of the page could not be read there.
CHART_WIDTH, CHART_SCALE = 330, 3
TEXT_COLUMNS = 88


def message(report: Mapping[str, Any], *, sender: str, recipient: str, key: str) -> EmailMessage:
    """Make the e-mail of a report for one recipient.

    Args:
        report: the document.
        sender: address that it comes from.
        recipient: address that it goes to.
        key: names it for good, so that a mail program knows it again should it come twice.

    """
    # Of seven bits: a server need not take eight.
    made = EmailMessage(policy.SMTP.clone(cte_type="7bit"))
    made["From"], made["To"] = sender, recipient
    made["Subject"] = summary.title(report)
    made["Date"] = format_datetime(localtime())
    made["Message-ID"] = f"<brandpulse.{key}@{sender.partition('@')[2]}>"
    # Nobody's absence note is to answer it.
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(as_text(report))
    chart = _chart(report)
    made.add_alternative(as_html(report, has_chart=chart is not None), subtype="html")
    if chart is not None:
        html = made.get_payload()[1]  # type: ignore[index]
        html.add_related(  # type: ignore[union-attr]
            chart, "image", "png", cid=f"<{CHART}>", filename=f"{CHART}.png", disposition="inline"
        )
    return made


def as_text(report: Mapping[str, Any]) -> str:
    """Write the text report for a reader without HTML."""
    out = io.StringIO()
    Console(file=out, width=TEXT_COLUMNS, highlight=False, force_terminal=False).print(text.render(report))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def as_html(report: Mapping[str, Any], *, has_chart: bool) -> str:
    """Write the HTML: tables and styles in the tags, as mail programs want them; the answer stands first."""
    page, report = templates.environment("."), controls.shown_in({**report})
    page.filters.update(percent=sentences.percent, count="{:,}".format)
    page.filters.update(estimated=sentences.estimated, changed=sentences.changed, against=sentences.against)
    leading = answers.leading(report["brands"], MOST_BRANDS) or report["brands"][:MOST_BRANDS]
    return page.get_template("mail.html").render(
        report=report,
        subject=sentences.subject(report),
        period=sentences.period(report),
        leading=leading,
        chart=CHART if has_chart else None,
        preview=summary.title(report),
        since=sentences.since(report),
        spikes=sentences.spikes(report)[: summary.MOST_SPIKES],
        notes=sentences.notes(report),
    )


def _chart(report: Mapping[str, Any]) -> bytes | None:
    """Draw the shares, and of one brand over several days how they went."""
    drawn = largest.drawn(report["brands"], MOST_DRAWN)
    if not drawn:
        return None
    if len(drawn) == 1 and len(drawn[0]["days"]) > 1:
        return drawing.png(charts.trend(drawn[0]["days"]))
    return drawing.png(charts.shares(drawn, CHART_WIDTH), CHART_SCALE)
