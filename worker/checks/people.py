"""People's data: that it is forgotten when it should be."""

from datetime import UTC, datetime, timedelta

from settings import errors
from settings.environment import Settings
from worker import retention

LATE_NIGHT = timedelta(hours=12)  # nights that are missed by as much want somebody's look


def kept(settings: Settings) -> str:
    """Check that what is older than the settings keep was forgotten last night."""
    if settings.retention_days is None:
        return "texts and authors are kept: no BRANDPULSE_RETENTION_DAYS is set"
    if retention.is_due(settings, datetime.now(UTC) - LATE_NIGHT):
        raise errors.DatabaseError(
            f"Texts and authors from {settings.retention_days:,} days ago and before were not forgotten last night: is "
            "`brandpulse beat` running, or does cron call `brandpulse nightly`?"
        )
    return f"texts and authors are kept for {settings.retention_days:,} days"
