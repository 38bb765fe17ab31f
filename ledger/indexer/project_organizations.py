"""The fold of organizations and their accounts."""

from typing import Any

from ledger.indexer.content import organization_content
from ledger.indexer.rows import AccountRow, OrganizationRow, time_of
from ledger.indexer.versions import Concern, ReadAct, Run, begins, code_of, known


def organization_added(run: Run, act: ReadAct) -> Concern:
    """Begins an organization."""
    fields = act.event.fields
    code = code_of(fields["code"]) or ""
    name, aliases, malformed = organization_content(act.words)
    _set_organization(
        run,
        act,
        OrganizationRow(
            from_index=act.event.index,
            code=code,
            name=name or code,
            aliases=aliases,
            kind=fields["kind"],
            area=fields["area"],
            parent=code_of(fields["parent"]),
            sector_authority=code_of(fields["sectorAuthority"]),
            allowed_roles=fields["allowedRoles"],
            suspended=False,
            content=act.words or b"",
            malformed=malformed,
            account=fields["account"],
            from_block=act.log.block_number,
            to_block=None,
            from_time=time_of(fields["time"]),
            to_time=None,
        ),
    )
    return malformed is not None, code


def organization_described(run: Run, act: ReadAct) -> Concern:
    """Name and aliases change."""
    name, aliases, malformed = organization_content(act.words)
    code = _change_organization(
        run,
        act,
        name=name or code_of(act.event.fields["code"]),
        aliases=aliases,
        content=act.words or b"",
        malformed=malformed,
    )
    return malformed is not None, code


def organization_moved(run: Run, act: ReadAct) -> Concern:
    """Parent, sector authority and area change."""
    fields = act.event.fields
    return False, _change_organization(
        run,
        act,
        parent=code_of(fields["parent"]),
        sector_authority=code_of(fields["sectorAuthority"]),
        area=fields["area"],
    )


def roles_allowed(run: Run, act: ReadAct) -> Concern:
    """The roles that its accounts can have change."""
    return False, _change_organization(run, act, allowed_roles=act.event.fields["roles"])


def organization_suspended(run: Run, act: ReadAct) -> Concern:
    """It acts on nothing from now on."""
    return False, _change_organization(run, act, suspended=True)


def organization_resumed(run: Run, act: ReadAct) -> Concern:
    """It acts again."""
    return False, _change_organization(run, act, suspended=False)


def _change_organization(run: Run, act: ReadAct, **values: Any) -> str:
    code = code_of(act.event.fields["code"]) or ""
    stored = known(run.state.organizations, code, act, "organization")
    row = stored._replace(**values, account=act.event.fields["account"], **begins(act))
    _set_organization(run, act, row)
    return code


def _set_organization(run: Run, act: ReadAct, row: OrganizationRow) -> None:
    changes, current = run.changes, run.state.organizations
    run.end(
        act, ("organization", row.code), changes.organizations, changes.ended_organizations, stored=row.code in current
    )
    current[row.code] = row
    changes.organizations.append(row)


def account_added(run: Run, act: ReadAct) -> Concern:
    """Begins an account."""
    fields = act.event.fields
    organization = code_of(fields["organization"]) or ""
    _add_account(run, act, fields["subject"], organization, fields["roles"])
    return False, organization


def account_rotated(run: Run, act: ReadAct) -> Concern:
    """An account ends, and its roles go to a successor."""
    fields = act.event.fields
    ended = known(run.state.accounts, fields["subject"], act, "account")
    _set_account(run, act, ended._replace(active=False, successor=fields["successor"], **begins(act)))
    _add_account(run, act, fields["successor"], ended.organization, ended.roles)
    return False, ended.organization


def account_revoked(run: Run, act: ReadAct) -> Concern:
    """An account ends."""
    fields = act.event.fields
    ended = known(run.state.accounts, fields["subject"], act, "account")
    since = fields["compromisedSince"]
    _set_account(run, act, ended._replace(active=False, compromised_since=since, **begins(act)))
    return False, ended.organization


def _add_account(run: Run, act: ReadAct, address: bytes, organization: str, roles: int) -> None:
    _set_account(
        run,
        act,
        AccountRow(
            from_index=act.event.index,
            address=address,
            organization=organization,
            roles=roles,
            active=True,
            compromised_since=0,
            successor=None,
            from_block=act.log.block_number,
            to_block=None,
            from_time=time_of(act.event.fields["time"]),
            to_time=None,
        ),
    )


def _set_account(run: Run, act: ReadAct, row: AccountRow) -> None:
    changes, current = run.changes, run.state.accounts
    run.end(act, ("account", row.address), changes.accounts, changes.ended_accounts, stored=row.address in current)
    current[row.address] = row
    changes.accounts.append(row)
