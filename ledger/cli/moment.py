"""Moments as people write and read them: Asia/Shanghai where no zone is said."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from ledger.errors import Malformed

LOCAL_TIME: Final = timezone(timedelta(hours=8))


def local_moment(text: str, what: str) -> datetime:
    """The moment that a person wrote: a date, or date and time, with or without a zone. Raises Malformed."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Malformed(
            f"{what} {text!r}: want a time like 2026-03-01, 2026-03-01T09:30 or 2026-03-01T01:30Z"
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=LOCAL_TIME)).astimezone(UTC)


def shown_local(moment: datetime | None) -> str:
    """A moment for people; empty when there is none."""
    return f"{moment.astimezone(LOCAL_TIME):%Y-%m-%d %H:%M}" if moment is not None else ""
