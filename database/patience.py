"""Short patience: for who would rather hear that a database does not answer than wait for it.

An address that ends in `patience=SECONDS` is that of the same database; its connections give up making contact, waiting
for a lock, and on PostgreSQL any statement, after so many seconds. By itself a process waits as long as it takes.
"""

from sqlalchemy import URL, make_url

NAME = "patience"


def hurried(url: str, seconds: float) -> str:
    """Give the address of the same database for connections of short patience."""
    return make_url(url).update_query_dict({NAME: f"{seconds:g}"}).render_as_string(hide_password=False)


def plain(url: str) -> tuple[URL, float | None]:
    """Take an address apart: what the driver understands, and the patience, if it has one."""
    made = make_url(url)
    said = made.query.get(NAME)
    return made.difference_update_query([NAME]), float(said) if isinstance(said, str) else None
