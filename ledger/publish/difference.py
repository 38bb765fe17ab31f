"""What differs between an entry as it stands and as a file states it, field by field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ledger.publish.draft import EntryDraft
from ledger.publish.ports import CurrentEntry


@dataclass(frozen=True, slots=True)
class Difference:
    """One field. None is not stated."""

    field: str
    before: Any
    after: Any


def differences(
    current: CurrentEntry, before: Mapping[str, Any], draft: EntryDraft, after: Mapping[str, Any]
) -> tuple[Difference, ...]:
    """The typed fields that differ, then those of the content by name."""
    typed = [
        Difference(name, int(was) or None, int(now) or None)
        for name, was, now in (
            ("kind", current.kind, draft.kind),
            ("share", current.share, draft.share),
            ("open", current.open, draft.open),
            ("level", current.level, draft.level),
        )
        if was != now
    ]
    names = sorted(set(before) | set(after))
    stated = [Difference(n, before.get(n), after.get(n)) for n in names if before.get(n) != after.get(n)]
    return tuple(typed + stated)
