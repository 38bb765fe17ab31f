"""Small invented sources: a table mapping that uses every rule, files, and a catalog held in memory."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ledger.model.entry import Status
from ledger.model.ids import EntryId
from ledger.model.organization_code import sample_code
from ledger.model.roles import OrganizationKind
from ledger.publish import mapping_file, sources
from ledger.publish.directory import Directory
from ledger.publish.draft import Drafts, draft_all
from ledger.publish.mapping import SourceMapping
from ledger.publish.plan import Plan
from ledger.publish.ports import CurrentEntry, KnownOrganization

RULES: dict[str, Any] = {
    "format": "mulu-mapping/1",
    "name": "table",
    "title": {"en": "a table", "zh": "表格"},
    "source": "table.example",
    "kind": "table",
    "entry_kind": "resource",
    "provider": {
        "column": "部门",
        "derive": {"cells": ["往年"], "column": "摘要", "pattern": "是由?(?P<provider>.{2,40}?)提供的"},
    },
    "local_code": {"column": "路径", "last_path_segment": True, "drop_suffix": ".htm"},
    "secret": {"column": "是否涉密", "optional": True},
    "share": {"column": "共享", "optional": True},
    "open": {"column": "开放", "optional": True},
    "level": {"column": "级别", "optional": True},
    "fields": {
        "title": {"column": "名称"},
        "abstract": {"column": "摘要", "optional": True},
        "theme": {"column": "主题", "optional": True, "spellings": {"文化娱乐": "文体娱乐"}},
        "formats": {"column": "格式", "optional": True, "split": ","},
        "updated": {"column": "更新", "optional": True, "date_time": ["%Y-%m-%d %H:%M:%S"], "zone": "+08:00"},
        "update_cycle": {"column": "周期", "optional": True},
        "aggregated": {"column": "汇聚", "optional": True},
    },
    "ignore": ["序号", "下载次数"],
    "quiet": ["updated"],
}
HEADER = "序号,部门,名称,路径,摘要"

CENTER, WATER, EDUCATION, STRANGER = (sample_code(number) for number in range(4))
ORGANIZATIONS = [
    KnownOrganization(CENTER, "市目录中心", (), OrganizationKind.SECTOR_AUTHORITY),
    KnownOrganization(WATER, "市水务局", ("北京市水务局",), OrganizationKind.GOVERNMENT_DEPARTMENT, None, CENTER),
    KnownOrganization(EDUCATION, "市教育委员会", ("市教委",), OrganizationKind.GOVERNMENT_DEPARTMENT, None, CENTER),
    KnownOrganization(STRANGER, "外地机构", (), OrganizationKind.ENTERPRISE),
]


def mapping(**changes: Any) -> SourceMapping:
    """The mapping of `RULES` with some members changed."""
    return mapping_file.parse(json.dumps(RULES | changes).encode(), "table.json")


def write(folder: Path, text: str | bytes, name: str = "file.csv") -> Path:
    """A file with this content."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def drafts_of(folder: Path, *lines: str, header: str = HEADER, rules: SourceMapping | None = None) -> Drafts:
    """The drafts of a CSV file with these lines."""
    path = write(folder, "\r\n".join([header, *lines]) + "\r\n")
    return draft_all(sources.read(path), rules or mapping())


class MemoryCatalog:
    """A catalog in memory, changed by applying plans as the contract would."""

    def __init__(self) -> None:
        self.entries: dict[EntryId, CurrentEntry] = {}
        self.sources: dict[EntryId, str] = {}

    def entries_by_id(self, ids: Sequence[EntryId]) -> Mapping[EntryId, CurrentEntry]:
        return {id_: self.entries[id_] for id_ in ids if id_ in self.entries}

    def entries_of_source(self, source: str) -> Sequence[CurrentEntry]:
        return [entry for id_, entry in self.entries.items() if self.sources[id_] == source]

    def apply(self, plan: Plan, *, publications: bool = True, retirements: bool = True) -> None:
        """Applies a plan, or one half of it as an interrupted run does."""
        for planned in plan.publications if publications else ():
            p = planned.publication
            before = self.entries.get(p.id)
            assert p.expected_version == (before.version if before else 0)
            self.sources[p.id] = plan.source
            self.entries[p.id] = CurrentEntry(
                p.id, p.provider, p.local_code, p.expected_version + 1, Status.ACTIVE, p.kind, p.share, p.open,
                p.level, plan.submitter, p.content,
            )  # fmt: skip
        for retired in plan.retirements if retirements else ():
            r = retired.retirement
            e = self.entries[r.id]
            assert (r.expected_version, Status.ACTIVE) == (e.version, e.status)
            self.entries[r.id] = CurrentEntry(
                e.id, e.provider, e.local_code, e.version + 1, Status.RETIRED, e.kind, e.share, e.open, e.level,
                e.submitter, e.content,
            )  # fmt: skip


def directory() -> Directory:
    """The directory of `ORGANIZATIONS`."""
    return Directory(ORGANIZATIONS)
