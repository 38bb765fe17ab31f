"""`mulu org`: organizations of the ledger."""

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from ledger.app import App
from ledger.chain import abi, proposals
from ledger.chain.sender import Call
from ledger.cli.output import AsJson, chinese, pick, print_json, say, table
from ledger.errors import Malformed, NotFound, Rejected
from ledger.model import organization_code
from ledger.model.ids import to_hex
from ledger.model.roles import OrganizationKind, Role, parse_roles, role_names

cli = typer.Typer(help="Organizations: import, add, list, move, suspend, resume.", no_args_is_help=True)

Account = Annotated[str | None, typer.Option("--account", help="Key that signs.")]
Code = Annotated[str, typer.Argument(help="Unified social credit code.")]
Reason = Annotated[str, typer.Option(help="The decision; its SHA-256 goes on chain.")]


@cli.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX or JSON: name, aliases, code, kind, area, parent, …")],
    sample_codes: Annotated[
        bool, typer.Option("--sample-codes", help="For trying things out: codes of an area that does not exist.")
    ] = False,
    account: Account = None,
) -> None:
    """Bring the ledger's organizations to what a file says. Only what differs is proposed; nothing is removed."""
    from ledger.publish.organization_file import read_organizations
    from ledger.publish.organization_plan import plan_organizations

    app = App()
    known = app.known_organizations()
    read = read_organizations(file, known, sample_codes=sample_codes)
    for notice in read.notes:
        say(f"note: {pick(notice)}", f"提示：{pick(notice)}")
    if read.refusals:
        headers = (
            ("行", "列", "值", "原因", "如何处理") if chinese() else ("row", "column", "value", "why", "what to do")
        )
        table(headers, [(r.row, r.column or "", r.value, pick(r.why), pick(r.what_to_do)) for r in read.refusals])
        raise Rejected(f"{len({r.row for r in read.refusals})} rows of {read.file} are refused; nothing was sent")
    plan = plan_organizations(read, known)
    say(
        f"{len(plan.additions)} to add, {len(plan.moves)} to move, {len(plan.roles)} with other roles, "
        f"{len(plan.descriptions)} with other names, {plan.unchanged_count} unchanged",
        f"新增 {len(plan.additions)}，调整隶属 {len(plan.moves)}，调整角色 {len(plan.roles)}，"
        f"更新名称 {len(plan.descriptions)}，不变 {plan.unchanged_count}",
    )
    root_acts = list(plan.root_acts())
    if not root_acts and not plan.descriptions:
        return
    sender = app.sender(account)
    organizations = app.contracts.address("Organizations")
    for data in plan.description_calls():
        (receipt,) = sender.send([Call(organizations, data)])
        say(f"names updated in block {receipt.block_number}", f"名称已更新（区块 {receipt.block_number}）")
    for function, elements in root_acts:
        _proposed(*proposals.propose(app.contracts, sender, "Organizations", function, elements), function)


@cli.command()
def draft(
    files: Annotated[list[Path], typer.Argument(help="Catalog files.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="CSV file to write.")],
    mapping: Annotated[str | None, typer.Option(help="Mapping, as in catalog plan.")] = None,
    sector_authority: Annotated[str, typer.Option(help="Code or name of the one that signs for all.")] = "",
) -> None:
    """List the providers of catalog files as a first file for `org import`, with spellings for a person to review."""
    from ledger.files import write_bytes
    from ledger.publish.draft import draft_file
    from ledger.publish.organization_draft import draft_organizations

    if len(sector_authority) == organization_code.LENGTH and sector_authority.isascii() and sector_authority.isalnum():
        # Nobody is called like that: it is a code, or meant to be one.
        _check_code(sector_authority, "--sector-authority")
    found = draft_organizations(draft_file(file, mapping) for file in files)
    write_bytes(output, b"\xef\xbb\xbf" + found.to_csv(sector_authority).encode("utf-8"))
    say(
        f"wrote {len(found.organizations)} organizations to {output}: review the aliases, complete codes and areas",
        f"已将 {len(found.organizations)} 个机构写入 {output}：请核对别名，补全代码与区划",
    )
    if found.unusable:
        say(f"nobody's: {', '.join(found.unusable)}", f"无法确定归属：{'、'.join(found.unusable)}")


@cli.command()
def add(
    code: Code,
    name: Annotated[str, typer.Option(help="Its name.")],
    kind: Annotated[str, typer.Option(help="Its kind, e.g. government_department.")],
    area: Annotated[str, typer.Option(help="Area code, 12 digits.")],
    parent: Annotated[str | None, typer.Option(help="Code of the organization above.")] = None,
    sector_authority: Annotated[str | None, typer.Option(help="Code of its sector authority.")] = None,
    roles: Annotated[str, typer.Option(help="Roles that its accounts can have.")] = "",
    alias: Annotated[list[str] | None, typer.Option(help="Another spelling of its name.")] = None,
    account: Account = None,
) -> None:
    """Add one organization: by a proposal, or below your own without roles at once."""
    from ledger.publish.organization_file import OrganizationRow
    from ledger.publish.organization_plan import OrganizationPlan

    _check_code(code)
    _check_code(parent, "--parent")
    _check_code(sector_authority, "--sector-authority")
    _check_area(area)
    if kind.upper() not in OrganizationKind.__members__:
        raise Malformed(f"--kind {kind!r}: kinds are {', '.join(OrganizationKind.__members__).lower()}")
    try:
        allowed = parse_roles(roles)
    except ValueError as error:
        raise Malformed(f"--roles: {error}") from error
    row = OrganizationRow(
        row=0,
        name=name,
        aliases=tuple(alias or ()),
        code=code,
        kind=OrganizationKind[kind.upper()],
        area=int(area),
        parent=parent,
        sector_authority=sector_authority,
        roles=allowed,
        is_sample=False,
    )
    ((function, elements),) = OrganizationPlan((row,), (), (), (), 0).root_acts()
    app = App()
    signer = app.unlock(account)
    own, _ = app.contracts.call("Organizations", "effectiveRoles", to_hex(signer.address))
    sender = app.sender_for(signer)
    if parent is not None and own == parent.encode() and not allowed:
        data = abi.encode_call("Organizations", function, elements)
        (receipt,) = sender.send([Call(app.contracts.address("Organizations"), data)])
        say(f"added in block {receipt.block_number}", f"已添加（区块 {receipt.block_number}）")
        return
    _proposed(*proposals.propose(app.contracts, sender, "Organizations", function, elements), function)


@cli.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the organizations."""
    rows = App().synced_mirror().queries.organizations()
    if as_json:
        print_json(
            [
                {
                    "code": row.code,
                    "name": row.name,
                    "aliases": row.aliases,
                    "kind": OrganizationKind(row.kind).name.lower(),
                    "area": f"{row.area:012d}",
                    "parent": row.parent,
                    "sector_authority": row.sector_authority,
                    "allowed_roles": [name.lower() for name in role_names(row.allowed_roles)],
                    "suspended": row.suspended,
                }
                for row in rows
            ]
        )
        return
    table(
        ("code", "name", "kind", "area", "parent", "sector authority", "roles", "state"),
        [
            (
                row.code,
                row.name,
                OrganizationKind(row.kind).name.lower(),
                f"{row.area:012d}",
                row.parent,
                row.sector_authority,
                _roles(row.allowed_roles),
                "suspended" if row.suspended else "",
            )
            for row in rows
        ],
    )


@cli.command()
def move(
    code: Code,
    parent: Annotated[str, typer.Option(help="Code of the new organization above; '' for a top organization.")],
    sector_authority: Annotated[
        str | None, typer.Option(help="Code of its sector authority; the same if not given.")
    ] = None,
    area: Annotated[str | None, typer.Option(help="Area code, 12 digits; the same if not given.")] = None,
    account: Account = None,
) -> None:
    """Propose another place in the hierarchy."""
    _check_code(code)
    _check_code(parent, "--parent")
    _check_code(sector_authority, "--sector-authority")
    _check_area(area)
    app = App()
    there = app.contracts.call("Organizations", "organization", code.encode())
    if not there["kind"]:
        raise NotFound(f"there is no organization {code}")
    place = {
        "code": code.encode(),
        "parent": parent.encode() or bytes(18),
        "sectorAuthority": there["sectorAuthority"]
        if sector_authority is None
        else sector_authority.encode() or bytes(18),
        "area": there["area"] if area is None else int(area),
    }
    function = "moveOrganizations"
    _proposed(*proposals.propose(app.contracts, app.sender(account), "Organizations", function, [place]), function)


@cli.command()
def suspend(
    codes: Annotated[list[str], typer.Argument(help="Codes.")], reason: Reason, account: Account = None
) -> None:
    """Suspend organizations. Signed by a SUPERVISOR of the data authority."""
    _supervise("suspendOrganizations", codes, reason, account)


@cli.command()
def resume(codes: Annotated[list[str], typer.Argument(help="Codes.")], reason: Reason, account: Account = None) -> None:
    """Lift a suspension. Signed by a SUPERVISOR of the data authority."""
    _supervise("resumeOrganizations", codes, reason, account)


def _supervise(function: str, codes: list[str], reason: str, account: str | None) -> None:
    for code in codes:
        _check_code(code)
    app = App()
    digest = hashlib.sha256(reason.encode("utf-8")).digest()
    data = abi.encode_call("Organizations", function, [code.encode() for code in codes], digest)
    (receipt,) = app.sender(account).send([Call(app.contracts.address("Organizations"), data)])
    say(f"done in block {receipt.block_number}", f"已完成（区块 {receipt.block_number}）")


def _check_code(code: str | None, option: str = "") -> None:
    """Raises Malformed unless a code is one, or names nobody."""
    if (option and not code) or organization_code.is_valid(code or ""):
        return
    what = f"{option} {code!r}".lstrip()
    raise Malformed(f"{what}: not a unified social credit code (18 characters, the last checks the others)")


def _check_area(area: str | None) -> None:
    """Raises Malformed unless an area code, where there is one, has 12 digits."""
    if area is not None and not (len(area) == 12 and area.isascii() and area.isdigit()):
        raise Malformed(f"--area {area!r}: want 12 digits")


def _proposed(number: int, receipt: object, function: str) -> None:
    say(
        f"proposal {number} ({function}): another ADMIN confirms: mulu proposal confirm {number}",
        f"提案 {number}（{function}）：请另一位 ADMIN 确认：mulu proposal confirm {number}",
    )


def _roles(roles: int) -> str:
    return "all" if roles == sum(Role) else ",".join(role_names(roles)).lower()
