"""Moments for people, in UTC."""

from datetime import UTC, datetime


def shown_time(moment: datetime) -> str:
    """A moment for people."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def moment(seconds: int) -> str:
    """Unix seconds for people."""
    try:
        return shown_time(datetime.fromtimestamp(seconds, UTC))
    except (OverflowError, ValueError, OSError):
        return f"{seconds} s"
