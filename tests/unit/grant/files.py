"""Files of grants as a clerk writes them, the organizations that they name, and what a bad one is refused with."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from ledger.grant.rows import RowsRefused
from ledger.model.organization_code import sample_code
from ledger.model.roles import OrganizationKind
from ledger.publish.directory import Directory
from ledger.publish.ports import KnownOrganization

WATER, OPERATOR, DISTRICT = (sample_code(number) for number in range(3))
DIRECTORY = Directory(
    [
        KnownOrganization(WATER, "市水务局", ("水务局",), OrganizationKind.GOVERNMENT_DEPARTMENT, area=110000000000),
        KnownOrganization(OPERATOR, "数据运营公司", (), OrganizationKind.ENTERPRISE, area=110000000000),
        KnownOrganization(DISTRICT, "东城区水务局", (), OrganizationKind.GOVERNMENT_DEPARTMENT, area=110101000000),
    ]
)


def file_of(folder: Path, *rows: Any) -> Path:
    """A JSON file with these rows."""
    path = folder / "rows.json"
    path.write_text(json.dumps(list(rows), ensure_ascii=False), "utf-8")
    return path


def changed(good: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A good row with some cells changed; None leaves one out."""
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def faults(read: Callable[[], object]) -> list[tuple[int, str | None, str]]:
    """Row, column and code of everything that a file is refused for; both languages say something to do."""
    with pytest.raises(RowsRefused) as refused:
        read()
    for refusal in refused.value.refusals:
        for message in (refusal.why, refusal.what_to_do):
            assert message.en
            assert message.zh
    return [(refusal.row, refusal.column, refusal.code) for refusal in refused.value.refusals]
