"""A PostgreSQL that takes no writes, as a standby does: what holds for the connections made from then on."""

import psycopg
from sqlalchemy import make_url


def set_default(url, value):
    """Let new connections of the database be read-only, `on`, or not, `off`."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True, options="-c default_transaction_read_only=off") as connection:
        connection.execute(f"ALTER DATABASE {make_url(url).database} SET default_transaction_read_only = {value}")
