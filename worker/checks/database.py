"""The database: that it answers and takes writes, and that its clock and zones are ours."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from database import clock, probing, schema, sessions
from settings import addresses, errors
from settings.environment import Settings
from worker import brands

LEAST_FREE_BYTES = 1 << 30
MOST_SKEW_SECONDS = 5.0
TLS = "which ?sslmode=verify-full&sslrootcert=FILE does"


def usable(settings: Settings) -> str:
    """Check that it can be reached, is at our version, and takes writes."""
    with sessions.writing(settings.database_url) as session:
        probing.try_writing(session)
        kind = session.get_bind().dialect.name
        way = probing.security(session)
    free = probing.free_bytes(settings.database_url)
    if free is not None and free < LEAST_FREE_BYTES:
        raise errors.DatabaseUnavailable(f"The disk of the database has only {free / 2**20:,.0f} MiB free: make room.")
    return f"{kind}, version {schema.HEAD}{_way(settings, way)}"


def _way(settings: Settings, way: tuple[bool, bool] | None) -> str:
    """Say what others could do on the way to a server on another machine."""
    if way is None or not addresses.is_elsewhere(settings.database_url):
        return ""
    is_encrypted, is_checked = way
    if not is_encrypted:
        return f"; the way there is not encrypted, {TLS}"
    return "; the way there is encrypted" + ("" if is_checked else f", but who answers is not checked, {TLS}")


def clocks(settings: Settings, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> str:
    """Compare the clock of this machine with that of the database's."""
    with sessions.reading(settings.database_url) as session:
        behind = clock.behind_seconds(session, now())
    if behind is None:
        return "the database is a file of this machine"
    if abs(behind) > MOST_SKEW_SECONDS:
        raise errors.DatabaseError(
            f"This machine's clock is {abs(behind):,.0f} s {'ahead of' if behind > 0 else 'behind'} the database's: "
            "chunks fall due and claims end at the wrong time. Let NTP set both, as by `timedatectl set-ntp true`."
        )
    return f"{abs(behind):.1f} s apart from the database's"


def zones(settings: Settings) -> str:
    """Check that this machine knows the time zone of every brand."""
    with sessions.reading(settings.database_url) as session:
        by_zone = {brand.timezone or settings.default_timezone: brand.name for brand in brands.every(session)}
    for zone, brand in by_zone.items():
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise errors.WrongSetting(
                f"This machine does not know {zone!r}, the time zone of {brand}: `pip install --upgrade tzdata`, or "
                "`brandpulse brands set BRAND --timezone ZONE`."
            ) from None
    return f"{len(by_zone):,} in use, all known"
