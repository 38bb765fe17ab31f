"""What a service (the indexer, the server) tells its operator, on standard error.

For programs (`json`): every event, one JSON object on a line: `time` (RFC 3339, UTC), `level`, `event`, then what the
event names. For people (`text`): what is worth a person's eye, from warnings upwards, and what is said on purpose.
Events hold numbers, ids of requests and templates of routes; never what somebody searched for, and no secrets.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, Final, Literal

Form = Literal["text", "json"]
FORMS: Final = ("text", "json")
NAME: Final = "mulu"
"""The logger of this product; its parts log below it."""
_EVENT, _FACTS, _SAID = "mulu_event", "mulu_facts", "mulu_said"


def tell(
    logger: logging.Logger,
    level: int,
    event: str,
    said: str | None = None,
    exc_info: BaseException | None = None,
    **facts: Any,
) -> None:
    """Logs an event.

    Args:
        said: for people; None when only programs care.
        exc_info: what was raised and nobody foresaw: its traceback is logged.
        facts: JSON values. One that is None is left out.
    """
    if logger.isEnabledFor(level):
        known = {name: value for name, value in facts.items() if value is not None}
        extra = {_EVENT: event, _FACTS: known, _SAID: said is not None}
        logger.log(level, said or event, exc_info=exc_info, extra=extra)


def start(form: Form) -> logging.Handler:
    """Makes standard error carry this process's log, and nothing else of what `logging` is told."""
    handler = logging.StreamHandler(sys.stderr)
    if form == "json":
        handler.setFormatter(_Lines())
    else:
        handler.setFormatter(_Text())
        handler.addFilter(_for_people)
    root = logging.getLogger()
    for before in list(root.handlers):
        root.removeHandler(before)
    root.addHandler(handler)
    # Of libraries only what went wrong: some name addresses.
    root.setLevel(logging.WARNING)
    logging.getLogger(NAME).setLevel(logging.INFO)
    return handler


class _Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        document: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": getattr(record, _EVENT, None) or record.name,
        }
        if getattr(record, _SAID, True):
            document["message"] = record.getMessage()
        for name, value in getattr(record, _FACTS, {}).items():
            document.setdefault(name, value)
        if record.exc_info:
            document["traceback"] = self.formatException(record.exc_info)
        return json.dumps(document, ensure_ascii=False, default=str)


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        text = record.getMessage()
        request = getattr(record, _FACTS, {}).get("request_id")
        text += f" (request {request})" if request else ""
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text


def _for_people(record: logging.LogRecord) -> bool:
    said: bool = getattr(record, _SAID, record.levelno >= logging.WARNING)
    return said
