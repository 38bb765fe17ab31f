"""Readers of the files that people fill in: catalogs, mappings, forms, organizations, calendars, grants, products.

What is accepted must be fit to be sent: its content is encoded here as for a transaction.
"""

import json
import random
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from ledger.grant.disclosure_file import COLUMNS as DISCLOSURES
from ledger.grant.disclosure_file import read_disclosures
from ledger.grant.plan_file import AMENDMENTS, PLANS, RENEWALS, Above, read_plans, read_versions
from ledger.grant.product_file import COLUMNS as PRODUCTS
from ledger.grant.product_file import read_products
from ledger.grant.records import Terms
from ledger.grant.rows import Columns
from ledger.grant.scope_checks import Limits
from ledger.grant.scope_file import ENTRIES, PROVIDERS, read_entries, read_providers
from ledger.model import canonical
from ledger.model.entry import Kind, Level, Open, Share, Status
from ledger.model.form_field import Kind as FieldKind
from ledger.model.grant import Kind as GrantKind
from ledger.model.ids import entry_id, to_hex
from ledger.model.organization_code import sample_code
from ledger.model.policy import parse_profile
from ledger.model.registration_form import FORM
from ledger.model.registration_number import registration_number
from ledger.publish import mapping_file, sources
from ledger.publish.draft import Drafts, draft_all, draft_file
from ledger.publish.organization_file import read_organizations
from ledger.publish.ports import CurrentEntry
from ledger.publish.refusal import Refusal
from ledger.registration.calendar_file import read_calendar
from ledger.registration.forms import read_forms
from tests.fuzz.grids import Grid, csv_of, of_grid, workbook_of
from tests.fuzz.mutate import damaged
from tests.fuzz.targets import Target
from tests.unit.certificate.material import RAW
from tests.unit.publish.builders import ORGANIZATIONS, RULES, MemoryCatalog, directory, mapping

_DIRECTORY = directory()
_WATER = ORGANIZATIONS[1].code
_ITEMS = canonical.encode(
    {"format": "mulu-entry/1", "source": "x", "title": "水情", "items": [{"name": "水位"}, {"name": "1"}]}
)
_ENTRY = entry_id(_WATER, "306001/000001")
_CURRENT = CurrentEntry(
    _ENTRY, _WATER, "306001/000001", 3, Status.ACTIVE, Kind.RESOURCE, Share.CONDITIONAL, Open.CONDITIONAL, Level.L2,
    _WATER, _ITEMS,
)  # fmt: skip
_LIMITS = Limits(GrantKind.OPERATE, 3, 2)
_OUTER = Above(1, Terms(1_767_196_800, 1_893_427_200, 110000000000, 3, 31, 2))

_CATALOG = Grid(
    {
        "序号": ("1", "2"),
        "部门": ("市水务局", "市教委", "往年"),
        "名称": ("水库水情日报", "学校名录"),
        "路径": ("http://x.gov.cn/a/1.htm", "a/2.htm"),
        "摘要": ("由市水务局提供的数据", "摘要\n第二行"),
        "是否涉密": ("否", ""),
        "共享": ("有条件共享", "1", ""),
        "开放": ("无条件开放", ""),
        "级别": ("2", "L1", ""),
        "主题": ("文化娱乐", "环境"),
        "格式": ("csv,xlsx", "接口"),
        "更新": ("2026-01-01 10:00:00", "2026-01-02"),
        "周期": ("每日", "实时", "不定期"),
        "汇聚": ("是", "否"),
    },
    "dataset",
)
_FORMS = Grid(
    {name: (value,) for name, value in RAW.items()}
    | {
        field.label: ({FieldKind.CHOICE: "1", FieldKind.DATE: "2026-02-01"}.get(field.kind, ""), "")
        for field in FORM
        if field.label not in RAW
    }
    | {
        "登记目录条目": (f"{_WATER}/306001/000001", to_hex(_ENTRY)),
        "登记机构代码": (_WATER, ""),
        "隐去字段": ("联系人；联系电话", ""),
        "登记编号": ("", "", registration_number(date(2026, 2, 2), 17)),
    },
    "applications",
)
_ORGANIZATIONS = Grid(
    {
        "name": ("云桥区数据局", "河沿街道", "目录中心"),
        "aliases": ("", "云桥区;云桥局"),
        "code": (sample_code(10), sample_code(11), ""),
        "kind": ("政府部门", "district_authority", "6"),
        "area": ("119901", "119900000000"),
        "parent": ("", "云桥区数据局"),
        "sector_authority": ("", "目录中心"),
        "roles": ("publisher;admin", ""),
    },
    "organizations",
)
_CALENDAR = Grid({"日期": ("2026-01-01", "2026/10/01", "2026-01-04"), "类型": ("休", "班")}, "days")


def _grid(columns: Columns, good: dict[str, tuple[str, ...]]) -> Grid:
    """The columns of a clerk's file, some by their name and some by their label."""
    headings = {}
    for at, (name, labels) in enumerate(columns.labels.items()):
        headings[labels[0] if at % 3 else name] = good.get(name, ("", "内容"))
    return Grid(headings, columns.member)


_TERMS = {
    "start": ("2026-01-01", "2026年3月1日"),
    "until": ("2027-12-31", "2028/6/30"),
    "area": ("11", "119901"),
    "level": ("2", "L3", "1级"),
    "purposes": ("产业发展；公益", "公共治理"),
    "delegations": ("", "1"),
    "grant": ("1", "7"),
    "title": ("水情数据授权",),
}
_SHARING = _grid(
    PLANS,
    _TERMS
    | {"kind": ("share", "共享使用"), "mode": ("",), "implementer": ("",), "grantee": ("市教委", "外地机构")}
    | {"purposes": ("依法履职", "公共治理；公益"), "area": ("110000000000", "1101")},
)
_OPERATING = _grid(
    PLANS,
    _TERMS
    | {
        "kind": ("授权运营",),
        "mode": ("依场景授权", "overall"),
        "implementer": ("市目录中心",),
        "grantee": ("外地机构",),
    }
    | {"delegations": ("",), "conditions": ("条件",), "operation_mode": ("模式",)}
    | {"exit_mechanism": ("退出",), "security": ("责任",)},
)
_SCOPE = {
    "entry": (f"{_WATER}/306001/000001", to_hex(_ENTRY), ""),
    "provider": ("市水务局",),
    "local_code": ("306001/000001", ""),
    "version": ("", "3"),
    "operations": ("查询；核验", "query"),
    "level": ("2", "1"),
    "items": ("*", "水位", "1-2", "1"),
}
_PRODUCTS = {
    "grant": ("1", "2"),
    "source": ("",),
    "local_code": ("P0001", "P0002"),
    "form": ("接口", "dataset"),
    "purpose": ("产业发展",),
    "redevelopable": ("是", ""),
    "inputs": (f"{_WATER}/306001/000001",),
    "name": ("水库水情查询接口",),
}
_DISCLOSURES = {"grant": ("1",), "year": ("2026", "2027"), "kind": ("运营情况", "授权情况"), "title": ("年度披露",)}


def readers(folder: Path) -> tuple[Target, ...]:
    """All readers of files; what they read lies in a folder."""

    def of(name: str, make: Callable[[random.Random], bytes], share: int, read: Callable[[Path], None]) -> Target:
        def from_file(data: bytes) -> None:
            path = folder / "file.csv"
            path.write_bytes(data)
            read(path)

        return Target(name, make, from_file, share)

    return (
        of("csv", csv_of(_CATALOG), 25, _read_catalog),
        of("xlsx", workbook_of(_CATALOG), 20, _read_catalog),
        of("json", _catalogs_json, 20, _read_catalog_json),
        of("mapping", _mappings, 20, _read_mapping),
        of("forms", of_grid(_FORMS), 5, _read_forms),
        of("organizations", of_grid(_ORGANIZATIONS), 10, _read_organizations),
        of("calendar", _either(csv_of(_CALENDAR), workbook_of(_CALENDAR)), 5, _read_calendar),
        of("plans", _either(of_grid(_SHARING), of_grid(_OPERATING)), 5, partial(_read_plans, None)),
        of("children", of_grid(_SHARING), 5, partial(_read_plans, _OUTER)),
        of("amendments", of_grid(_grid(AMENDMENTS, _TERMS)), 5, partial(_read_versions, AMENDMENTS)),
        of("renewals", of_grid(_grid(RENEWALS, _TERMS)), 5, partial(_read_versions, RENEWALS)),
        of("scope", of_grid(_grid(ENTRIES, _SCOPE)), 5, _read_scope),
        of("providers", of_grid(_grid(PROVIDERS, _SCOPE)), 5, _read_providers),
        of("products", of_grid(_grid(PRODUCTS, _PRODUCTS)), 5, _read_products),
        of("disclosures", of_grid(_grid(DISCLOSURES, _DISCLOSURES)), 5, _read_disclosures),
        Target("policy", _policies, _read_policy, 10),
    )


_RULES = mapping()


def _fit(drafts: Drafts) -> None:
    for draft in drafts.drafts:
        canonical.encode(draft.content)
        draft.local_code.encode()
        draft.provider_name.encode()
    _shown(drafts.refusals)
    for note in drafts.notes:
        _utf_8(note.en, note.zh)


def _shown(refusals: tuple[Refusal, ...]) -> None:
    """Refusals reach a terminal and JSON."""
    for one in refusals:
        _utf_8(one.column or "", one.value, one.why.en, one.why.zh, one.what_to_do.en, one.what_to_do.zh)


def _utf_8(*texts: str) -> None:
    for text in texts:
        text.encode()


def _read_catalog(path: Path) -> None:
    _fit(draft_all(sources.read(path), _RULES))


_DCAT = {
    "dataset": [
        {
            "title": "水情",
            "identifier": "a-1",
            "description": "摘要",
            "publisher": {"name": "市水务局"},
            "accessLevel": "public",
            "theme": ["环境"],
            "keyword": ["水", "库"],
            "issued": "2026-01-01",
            "modified": "2026-01-02T03:04:05Z",
            "accrualPeriodicity": "R/P1D",
            "distribution": [{"title": "CSV", "mediaType": "text/csv", "downloadURL": "http://x/y.csv"}],
        }
    ]
}


def _catalogs_json(dice: random.Random) -> bytes:
    return damaged(dice, (json.dumps(_DCAT, ensure_ascii=False).encode(), json.dumps(_DCAT).encode()), True)


def _read_catalog_json(path: Path) -> None:
    _fit(draft_file(path, "dcat-us"))


_MAPPINGS = (
    json.dumps(RULES).encode(),
    *(
        (Path(mapping_file.__file__).with_name("mappings") / f"{name}.json").read_bytes()
        for name in ("dcat-us", "sample-entries")
    ),
)
_TABLE = "序号,部门,名称,路径,摘要,格式,更新\n1,往年,甲,http://x/a/1.htm,由市水务局提供的,csv,2026-01-01 10:00:00\n"


def _mappings(dice: random.Random) -> bytes:
    return damaged(dice, _MAPPINGS, True)


def _read_mapping(path: Path) -> None:
    """Read, and used on a table and on a document."""
    rules = mapping_file.load(path)
    for file, data in (("t.csv", _TABLE.encode()), ("t.json", json.dumps(_DCAT).encode())):
        other = path.with_name(file)
        other.write_bytes(data)
        if rules.kind == ("table" if file == "t.csv" else "json"):
            _fit(draft_all(sources.read(other), rules))


def _either(*makers: Callable[[random.Random], bytes]) -> Callable[[random.Random], bytes]:
    return lambda dice: dice.choice(makers)(dice)


def _read_forms(path: Path) -> None:
    for row in read_forms(path):
        row.title.encode()
        canonical.encode(list(row.form.values.items()))


def _read_organizations(path: Path) -> None:
    for samples in (False, True):
        file = read_organizations(path, ORGANIZATIONS, sample_codes=samples)
        _shown(file.refusals)
        for row in file.rows:
            canonical.encode([row.name, *row.aliases, row.code, int(row.kind), row.area])
            if not 10**11 <= row.area < 10**12:
                raise AssertionError(f"area {row.area}")


def _read_calendar(path: Path) -> None:
    read_calendar(path).to_call(bytes(32))


def _read_plans(above: Above | None, path: Path) -> None:
    for plan in read_plans(path, _DIRECTORY, None, above)[1]:
        plan.to_call()


def _read_versions(columns: Columns, path: Path) -> None:
    for version in read_versions(path, columns)[1]:
        version.content.encode()


def _read_scope(path: Path) -> None:
    catalog = MemoryCatalog()
    catalog.entries[_ENTRY] = _CURRENT
    read_entries(path, _DIRECTORY, catalog, _LIMITS)


def _read_providers(path: Path) -> None:
    read_providers(path, _DIRECTORY, 3)


def _read_products(path: Path) -> None:
    for product in read_products(path, _WATER)[1]:
        product.to_call()
        product.publication(1)


def _read_disclosures(path: Path) -> None:
    for disclosure in read_disclosures(path)[1]:
        disclosure.to_call(0)


_POLICY = json.dumps(
    {"format": "mulu-policy/1", "parameters": [{"name": "notice_workdays", "value": 5, "source": "x"}]}
).encode()


def _policies(dice: random.Random) -> bytes:
    return damaged(dice, (_POLICY,), True)


def _read_policy(data: bytes) -> None:
    for parameter in parse_profile(canonical.decode_any(data)):
        assert len(parameter.key) == 32
