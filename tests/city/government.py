"""Policy, organizations and accounts of the city."""

import hashlib
from collections.abc import Iterator

from ledger.chain import deploy
from ledger.model import canonical
from ledger.model.organization_code import sample_code
from ledger.model.policy import shipped_profile
from ledger.model.roles import Role
from tests.city.chain import CityChain
from tests.city.model import Organization, Size, State

CITY_AREA = 119_900_000_000
_DISTRICTS = 16
_CHUNK = 40
ALL = int(sum(Role))
_CLERK = sum((Role.ADMIN, Role.PUBLISHER, Role.APPLICANT, Role.ACCEPTOR, Role.REVIEWER, Role.APPROVER, Role.SUPERVISOR))
_OFFICER = Role.ISSUER | Role.GRANTOR
_NAMES = {
    1: "数据局",
    2: "区数据局",
    3: "行业主管部门",
    4: "部门",
    5: "事业单位",
    6: "登记中心",
    7: "实施机构",
    8: "运营公司",
}


def data_authority() -> Organization:
    """The organization that governs the ledger."""
    return Organization(sample_code(0), 1, CITY_AREA, None)


def founding() -> deploy.Founding:
    """The data authority with its accounts; two of them are ADMINs."""
    own = data_authority()
    accounts = ((own.clerk, int(_CLERK)), (own.approver, int(Role.ADMIN | Role.APPROVER)), (own.officer, int(_OFFICER)))
    return deploy.Founding(own.code, name_of(own, 0), CITY_AREA, ALL, accounts)


def govern(chain: CityChain, state: State, size: Size) -> None:
    """Admits the modules, sets the policy, adds the organizations and their accounts; waits for the next block."""
    own = data_authority()
    state.organizations[own.code] = own
    admins = (own.clerk, own.approver)
    chain.raw_root_act(admins, *deploy.admission(chain.deployment))
    parameters = [
        {
            "name": one.key,
            "value": one.value,
            "effectiveFrom": 0,
            "source": hashlib.sha256(one.source.encode()).digest(),
        }
        for one in shipped_profile("beijing")
    ]
    chain.root_act(admins, "Policy", "setParameters", parameters)
    fresh = list(_organizations(state, size))
    for first in range(0, len(fresh), _CHUNK):
        part = fresh[first : first + _CHUNK]
        chain.root_act(
            admins, "Organizations", "addOrganizations", [_addition(one, first + at) for at, one in enumerate(part)]
        )
        accounts = [account for one in part for account in _accounts(one)]
        chain.send(own.clerk, "Organizations", "addAccounts", accounts)
    state.organizations.update((one.code, one) for one in fresh)


def name_of(one: Organization, number: int) -> str:
    """The name of an organization; every one has its own."""
    return f"第{number}{_NAMES[one.kind]}(虚构)"


def _organizations(state: State, size: Size) -> Iterator[Organization]:
    number = 0

    def fresh(kind: int, area: int, parent: Organization | None = None, sector: str | None = None) -> Organization:
        nonlocal number
        number += 1
        return Organization(sample_code(number), kind, area, parent.code if parent else None, sector)

    def share(part: float) -> range:
        return range(max(2, round(size.organizations * part)))

    yield fresh(6, CITY_AREA)
    sectors = [fresh(3, CITY_AREA) for _ in share(0.07)]
    yield from sectors
    departments = [fresh(4, CITY_AREA, None, state.random.choice(sectors).code) for _ in share(0.2)]
    yield from departments
    for _ in share(0.13):
        above = state.random.choice(departments)
        yield fresh(5, CITY_AREA, above, above.sector_authority)
    districts = [fresh(2, CITY_AREA + at * 1_000_000) for at in range(1, 1 + min(_DISTRICTS, len(share(0.05))))]
    yield from districts
    streets = []
    for at in share(0.27):
        district = districts[at % len(districts)]
        streets.append(fresh(4, district.area + (1 + at // len(districts)) * 1_000, district))
    yield from streets
    for at in share(0.17):
        street = streets[at % len(streets)]
        yield fresh(5, street.area + 1 + at // len(streets), street)
    yield from (fresh(7, CITY_AREA) for _ in share(0.03))
    yield from (fresh(8, CITY_AREA) for _ in share(0.07))


def _addition(one: Organization, number: int) -> dict[str, object]:
    return {
        "code": one.raw,
        "parent": one.parent.encode() if one.parent else bytes(18),
        "kind": one.kind,
        "area": one.area,
        "allowedRoles": ALL,
        "sectorAuthority": one.sector_authority.encode() if one.sector_authority else bytes(18),
        "content": canonical.encode({"format": "mulu-organization/1", "name": name_of(one, number + 1)}),
    }


def _accounts(one: Organization) -> Iterator[dict[str, object]]:
    for address, roles in ((one.clerk, _CLERK), (one.officer, _OFFICER), (one.approver, Role.APPROVER)):
        yield {"account": "0x" + address.hex(), "organization": one.raw, "roles": int(roles)}
