"""Writes the OpenAPI document: `python -m registry_api.openapi > tests/vectors/openapi.json`."""

import json
import sys
from typing import Any, cast

from registry_api.main import make_routes
from registry_api.metrics import Metrics
from registry_api.ports import Application


class _Nothing:
    """Routes are declared without asking the application for anything but its mirror."""

    mirror: Any = None


def openapi_text() -> str:
    """The document as it is kept in `tests/vectors/openapi.json`."""
    nothing = cast("Application", _Nothing())
    document = make_routes(nothing, Metrics(nothing.mirror)).openapi()
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(openapi_text())
