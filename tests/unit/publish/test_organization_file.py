import json
from dataclasses import replace
from pathlib import Path

import pytest

from ledger import sample
from ledger.model import organization_code
from ledger.model.roles import OrganizationKind, Role
from ledger.publish import mapping_file, names, sources
from ledger.publish.directory import Directory, ProviderUnknown
from ledger.publish.draft import draft_all
from ledger.publish.organization_draft import draft_organizations
from ledger.publish.organization_file import read_organizations, sample_code_of
from ledger.publish.planner import make_plan
from ledger.publish.ports import KnownOrganization
from ledger.publish.refusal import FileRefused
from tests.unit.publish.builders import CENTER, ORGANIZATIONS, WATER, MemoryCatalog, directory, drafts_of, write

HEADER = "name,aliases,code,kind,area,parent,sector_authority,roles"
CODES = [organization_code.sample_code(number) for number in range(10, 20)]


def read(folder: Path, *lines: str, header: str = HEADER, **options: bool):  # type: ignore[no-untyped-def]
    return read_organizations(write(folder, "\n".join([header, *lines]), "orgs.csv"), **options)


def known(row) -> KnownOrganization:  # type: ignore[no-untyped-def]
    return KnownOrganization(row.code, row.name, row.aliases, row.kind, row.parent, row.sector_authority)


def test_a_file_gives_organizations_in_an_order_in_which_they_can_be_added(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        f"河沿街道,,{CODES[0]},政府部门,119901001000,云桥区数据局,目录中心,publisher;admin",
        f"云桥区数据局,云桥区;云桥局；云桥,{CODES[1]},district_authority,119901,,,",
        f"目录中心,,{CODES[2]},6,119900000000,,,",
    )
    assert file.refusals == ()
    assert [row.name for row in file.rows] == ["云桥区数据局", "目录中心", "河沿街道"]
    district, center, street = file.rows
    assert district.aliases == ("云桥区", "云桥局", "云桥")
    assert district.area == 119901000000
    assert center.kind is OrganizationKind.REGISTRAR
    assert (street.parent, street.sector_authority) == (district.code, center.code)
    assert (street.roles, center.roles) == (Role.PUBLISHER | Role.ADMIN, None)


def test_every_bad_row_is_reported_at_once(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        f",,{CODES[0]},企业,119900,,,",
        f"甲,,{CODES[1][:-1]}0,部门,1199,,,captain",
        f"乙,丙,{CODES[2]},企业,119900,,,",
        f"丙,,{CODES[3]},企业,119900,,,",
        f"丁,,{CODES[4]},企业,119900,不存在,,",
        f"戊,,{CODES[5]},企业,119900,己,,",
        f"己,,{CODES[6]},企业,119901,,,",
        f"庚,,{CODES[7]},企业,119900,辛,,",
        f"辛,,{CODES[8]},企业,119900,庚,,",
        f"13800138000,,{CODES[9]},企业,119900,,,",
    )
    assert [(r.row, r.column, r.code) for r in file.refusals] == [
        (2, "name", "value_missing"),
        (3, "code", "code_invalid"),
        (3, "kind", "kind_unknown"),
        (3, "area", "area_invalid"),
        (3, "roles", "role_unknown"),
        (4, "aliases", "spelling_twice"),
        (5, "aliases", "spelling_twice"),
        (6, "parent", "organization_unknown"),
        (7, "area", "area_outside_parent"),
        (9, "parent", "order_circular"),
        (10, "parent", "order_circular"),
        (11, "name", "personal_data"),
    ]
    assert [row.name for row in file.rows] == ["己"]
    assert "13800138000" not in str(file.refusals)


def test_digits_of_other_scripts_are_no_numbers(tmp_path: Path) -> None:
    file = read(tmp_path, f"甲局,,{CODES[0]},²,²²²²²²,,,", f"乙局,,{CODES[1]},{'1' * 5_000},１１９９０１,,,")
    assert [(r.row, r.column, r.code) for r in file.refusals] == [
        (2, "kind", "kind_unknown"),
        (2, "area", "area_invalid"),
        (3, "kind", "kind_unknown"),
        (3, "area", "area_invalid"),
    ]


def test_a_column_under_two_names_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="column name; its columns are"):
        read(tmp_path, "甲,乙", header="name,名称")


def test_one_code_means_one_organization(tmp_path: Path) -> None:
    file = read(tmp_path, f"甲,,{CODES[0]},企业,119900,,,", f"乙,,{CODES[0]},企业,119900,,,")
    assert [(r.row, r.code) for r in file.refusals] == [(2, "code_twice"), (3, "code_twice")]


def test_a_spelling_of_a_known_organization_is_taken(tmp_path: Path) -> None:
    path = write(tmp_path, f"{HEADER}\n新局,北京市水务局,{CODES[0]},企业,119900,,,\n", "o.csv")
    file = read_organizations(path, ORGANIZATIONS)
    assert [(r.row, r.code) for r in file.refusals] == [(2, "spelling_taken")]


def test_an_unknown_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="column contact"):
        read(tmp_path, "甲,x", header="name,contact")


def test_sample_codes_depend_on_the_name_alone(tmp_path: Path) -> None:
    first = read(tmp_path, "甲局,,,企业,,,,", "乙局,,,企业,,,,", sample_codes=True)
    second = read(tmp_path, "丙局,,,企业,,,,", "乙局,,,企业,,,,", "甲局,,,企业,,,,", sample_codes=True)
    codes = {row.name: row.code for row in first.rows}
    assert {row.name: row.code for row in second.rows if row.name in codes} == codes
    assert all(organization_code.is_valid(row.code) and row.is_sample for row in first.rows)
    assert len(set(codes.values())) == 2
    assert [(r.row, r.code) for r in read(tmp_path, "甲局,,,企业,119900,,,").refusals] == [(2, "code_invalid")]


def test_a_sample_code_that_is_taken_is_avoided_and_a_known_name_keeps_its_own(tmp_path: Path) -> None:
    wanted = sample_code_of("甲局", {})
    assert sample_code_of("甲局", {wanted: "别人"}) not in (wanted, sample_code_of("乙局", {}))
    assert sample_code_of("甲局", {wanted: "甲局"}) == wanted
    path = write(tmp_path, f"{HEADER}\n市水务局,北京市水务局,,政府部门,119900,,,\n", "o.csv")
    assert read_organizations(path, ORGANIZATIONS, sample_codes=True).rows[0].code == WATER


def test_the_shipped_sample_is_one_city_whose_catalog_is_wholly_publishable() -> None:
    file = read_organizations(sample.ORGANIZATIONS)
    assert file.refusals == ()
    assert len(file.rows) == 19
    city = Directory(map(known, file.rows))
    source = sources.read(sample.CATALOG)
    drafts = draft_all(source, mapping_file.find("sample-entries"))
    made = make_plan(drafts, city, MemoryCatalog(), city.resolve("市大数据中心").code)
    assert (len(made.publications), made.refusals, made.notes) == (22, (), ())
    titles = [planned.title for planned in made.publications]
    assert titles.count("食品监督抽检结果") == titles.count("全量数据目录清单") == 2
    assert "虚构" in json.loads(sample.CATALOG.read_text("utf-8"))["disclaimer"]
    assert "虚构" in json.loads(sample.ORGANIZATIONS.read_text("utf-8"))["disclaimer"]


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("市住建委", "北京市住房和城乡建设委员会"),
        ("市住房城乡建设委", "北京市住房和城乡建设委员会"),
        ("市城管委", "市城市管理委"),
        ("市科协", "北京市科学技术协会"),
        ("市台办", "北京市人民政府台湾事务办公室"),
        ("体育局", "市体育局"),
    ],
)
def test_abbreviations_are_seen(short: str, long: str) -> None:
    assert names.abbreviates(short, long)
    assert names.abbreviates(long, short)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("市体育局", "北京市东城区体育局"),
        ("区住建委", "市住房城乡建设委"),
        ("国家卫健委", "市卫生健康委"),
        ("东城区", "东城区体育局"),
        ("市科委", "市科协"),
        ("市中医局", "市医保局"),
    ],
)
def test_bodies_of_another_scope_or_kind_are_not_abbreviations(one: str, other: str) -> None:
    assert not names.abbreviates(one, other)


def test_a_drafted_file_lists_providers_with_proposed_aliases_and_reads_back(tmp_path: Path) -> None:
    drafts = drafts_of(
        tmp_path,
        "1,市水务局,甲,x/1,",
        "2,往年,甲,x/2,该数据是北京市水务局提供的",
        "3,往年,甲,x/3,该数据是市档案局提供的",
        "4,往年,甲,x/4,该数据是由区教委提供的",
        "5,往年,甲,x/5,该数据是市教委的提供的",
    )
    draft = draft_organizations([drafts])
    assert [(o.name, o.aliases, o.count, o.is_derived) for o in draft.organizations] == [
        ("市水务局", ["北京市水务局"], 2, False),
        ("市档案局", [], 1, True),
    ]
    assert sorted(draft.unusable) == ["区教委", "市教委的"]
    file = read_organizations(write(tmp_path, draft.to_csv("目录中心"), "draft.csv"), sample_codes=True)
    assert file.refusals == ()
    assert {row.sector_authority for row in file.rows if row.name != "目录中心"} == {file.rows[0].code}
    # A code is that of an organization of the ledger, and no name.
    center = organization_code.sample_code(7)
    listed = write(tmp_path, draft.to_csv(center), "draft.csv")
    there = KnownOrganization(center, "目录中心", (), int(OrganizationKind.SECTOR_AUTHORITY), None, None)
    file = read_organizations(listed, [there], sample_codes=True)
    assert file.refusals == ()
    assert {(row.name, row.sector_authority) for row in file.rows} == {("市水务局", center), ("市档案局", center)}
    assert {refusal.code for refusal in read_organizations(listed, sample_codes=True).refusals} == {
        "organization_unknown"
    }


def test_a_directory_resolves_exact_spellings_only() -> None:
    known_city = directory()
    for spelling in (WATER, "市水务局", "北京市水务局"):
        assert known_city.resolve(spelling).code == WATER
    with pytest.raises(ProviderUnknown, match=f"nearest: [北京]*市水务局 .{WATER}.$"):
        known_city.resolve("水务局")
    twice = Directory([*ORGANIZATIONS, KnownOrganization(CODES[0], "市水利局", ("市水务局",), 4)])
    with pytest.raises(ProviderUnknown, match=f"{WATER}, {CODES[0]}"):
        twice.resolve("市水务局")


def test_a_text_that_is_no_name_is_compared_with_nobody() -> None:
    """Notes in brackets are looked for in both names: in a cell full of brackets that takes minutes."""
    with pytest.raises(ProviderUnknown) as refused:
        directory().resolve("(" * 32_000)
    assert str(refused.value) == f"no organization is called {'(' * 60}…"


def test_who_may_sign_is_what_the_contract_says() -> None:
    authority = KnownOrganization(CODES[0], "主管部门", (), OrganizationKind.DATA_AUTHORITY)
    child = KnownOrganization(CODES[1], "水文站", (), OrganizationKind.PUBLIC_INSTITUTION, WATER)
    city = Directory([*ORGANIZATIONS, authority, child])
    assert city.may_sign(WATER, WATER)
    assert city.may_sign(CENTER, WATER)
    assert city.may_sign(WATER, child.code)
    assert not city.may_sign(CENTER, child.code)
    assert not city.may_sign(child.code, WATER)
    assert not city.may_sign(authority.code, WATER)
    assert not city.may_sign("unknown", WATER)
    water = next(o for o in ORGANIZATIONS if o.code == WATER)
    suspended = Directory([authority, replace(water, suspended=True), child])
    assert not suspended.may_sign(WATER, child.code)
    assert not suspended.may_sign(WATER, WATER)
    assert suspended.may_sign(authority.code, WATER)
