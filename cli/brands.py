"""`brandpulse brands`: list brands, and set what is said of them."""

import sys
from collections.abc import Iterable, Iterator
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from cli import output
from database import sessions
from database.tables import Brand
from settings import environment
from worker import brands as setting
from worker import recipients


@click.group()
def brands() -> None:
    """List brands; set their time zone, handles and recipients."""


@brands.command("list")
@output.json_option
def list_(as_json: bool) -> None:
    """List the brands with their time zone, handles and recipients."""
    with sessions.reading(environment.load().database_url) as session:
        found = [_described(brand) for brand in setting.every(session)]
    if as_json:
        output.document({"brands": found})
        return
    table = Table("brand", "time zone", "handles", "recipients")
    for brand in found:
        zone = brand["timezone"] or f"{environment.load().default_timezone} (default)"
        lists = (", ".join(brand[name]) for name in ("handles", "recipients"))
        table.add_row(*map(Text, (brand["brand"], zone, *lists)))
    output.console().print(table)


@brands.command("set")
@click.argument("brand")
@click.option("--timezone", help="Zone whose days and nights its reports have, as Europe/Berlin.")
@click.option("--handle", "handles", multiple=True, help="Other name that people write, as @lumo; may be repeated.")
@click.option("--no-handles", is_flag=True, help="It has no other names.")
@click.option(
    "--recipient",
    "addresses",
    multiple=True,
    help="Who gets its nightly reports: an e-mail address, or one of Apprise; may be repeated. - reads them from "
    "standard input, one a line: what is an argument is seen by all users of the machine.",
)
@click.option("--no-recipients", is_flag=True, help="Nobody gets its nightly reports.")
@click.option("--new", is_flag=True, help="Make the brand, where no comment has named it yet.")
@output.json_option
def set_(
    brand: str,
    timezone: str | None,
    handles: tuple[str, ...],
    no_handles: bool,
    addresses: tuple[str, ...],
    no_recipients: bool,
    new: bool,
    as_json: bool,
) -> None:
    """Set the time zone, the handles or the recipients of a brand; what is not named stays.

    Handles and recipients are set as a whole: name all of them. A webhook or chat is an address of Apprise, as
    json://HOST/PATH, slack://TOKENS/#CHANNEL or tgram://TOKEN/CHAT.
    """
    if (handles and no_handles) or (addresses and no_recipients):
        raise click.UsageError("Name them or say that there are none, not both.")
    addresses = tuple(_given(addresses))
    changes = setting.Changes(
        timezone, handles if handles or no_handles else None, addresses if addresses or no_recipients else None
    )
    with sessions.writing(environment.load().database_url) as session:
        done = _described(setting.change(session, brand, changes, new=new))
    output.said(done, _sentence(done), as_json)


def _given(addresses: Iterable[str]) -> Iterator[str]:
    for address in addresses:
        if address == "-":
            yield from filter(None, map(str.strip, sys.stdin))
        else:
            yield address


def _described(brand: Brand) -> dict[str, Any]:
    return {
        "brand": brand.name,
        "timezone": brand.timezone,
        "handles": brand.handles,
        # Without the tokens in them.
        "recipients": [recipients.shown(address) for address in brand.recipients],
    }


def _sentence(brand: dict[str, Any]) -> str:
    zone = brand["timezone"] or f"{environment.load().default_timezone}, the default"
    handles, addresses = (", ".join(brand[name]) or "none" for name in ("handles", "recipients"))
    return f"{brand['brand']}: time zone {zone}; handles {handles}; recipients {addresses}."
