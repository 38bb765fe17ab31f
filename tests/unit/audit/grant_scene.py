"""Grants and products on the small ledger of `scene`, each act right unless a test makes it wrong."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from ledger.audit.acts import NO_CODE, NO_DIGEST
from ledger.model import canonical
from ledger.model.disclosure import DisclosureContent
from ledger.model.disclosure import Kind as Disclosure
from ledger.model.grant import ALL_ITEMS, Approval, Basis, GrantContent, Kind, Mode, Status
from ledger.model.ids import entry_id, to_hex
from ledger.model.organization_code import sample_code
from ledger.model.product import Form, ProductContent
from ledger.model.product import Status as ProductStatus
from ledger.model.roles import OrganizationKind, Role
from ledger.model.workdays import SHANGHAI
from tests.unit.audit.scene import (
    AREA,
    AUTHORITY,
    DAY,
    EMITTERS,
    JOURNAL,
    ORGANIZATIONS,
    REASON,
    SUBJECT,
    Scene,
    address,
    founded,
)

SECTOR, IMPLEMENTER, OPERATOR, BUREAU, UNIT = (sample_code(n).encode() for n in range(20, 25))
UNIT_AREA = 119905000000
GRANTS, PLANS, PRODUCTS = (bytes([n]) * 20 for n in range(8, 11))
EMITTERS |= {"Grants": GRANTS, "Plans": PLANS, "Products": PRODUCTS}
PARTIES = {
    SECTOR: (OrganizationKind.SECTOR_AUTHORITY, AREA),
    IMPLEMENTER: (OrganizationKind.IMPLEMENTER, AREA),
    OPERATOR: (OrganizationKind.OPERATOR, AREA),
    BUREAU: (OrganizationKind.GOVERNMENT_DEPARTMENT, AREA),
    UNIT: (OrganizationKind.GOVERNMENT_DEPARTMENT, UNIT_AREA),
}
_ROLES = Role.APPLICANT | Role.GRANTOR | Role.APPROVER | Role.SUPERVISOR | Role.PUBLISHER
HOLDERS = {
    "sector": SECTOR, "sector-2": SECTOR, "implementer": IMPLEMENTER, "operator": OPERATOR, "bureau": BUREAU,
    "unit": UNIT, "holder": SUBJECT,
}  # fmt: skip
PARAMETERS = {
    "grant_term_years": 5, "operate_approvals": 0b111111, "share_approvals": 0b011000, "delegation_approvals": 0b011000,
    "export_level": 2, "disclosure_month": 3,
}  # fmt: skip
PRICE_UNIT = b"call".ljust(32, b"\0")
DOCUMENT = b"\x0d" * 32


class GrantScene:
    """Acts of grants and products on a scene."""

    def __init__(self) -> None:
        self.scene = founded()
        scene = self.scene
        number = scene.propose(JOURNAL, "admitModules", [to_hex(module) for module in (GRANTS, PLANS, PRODUCTS)])
        scene.transactions += 1
        for module in (GRANTS, PLANS, PRODUCTS):
            scene.same("Journal", "ModuleAdmitted", "admin-2", module=module, proposal=number)
        content = canonical.encode({"format": "mulu-organization/1", "name": "机构"})
        said = [
            {
                "code": code, "parent": NO_CODE, "kind": int(kind), "area": area, "allowedRoles": int(_ROLES),
                "sectorAuthority": NO_CODE, "content": content,
            }
            for code, (kind, area) in PARTIES.items()
        ]  # fmt: skip
        number = scene.propose(ORGANIZATIONS, "addOrganizations", said)
        scene.transactions += 1
        for one in said:
            scene.same("Organizations", "OrganizationAdded", "admin-2", proposal=number, **one)
        for name, code in HOLDERS.items():
            scene.add_account(name, organization=code, roles=int(_ROLES))
        approver = {"account": to_hex(address("approver")), "organization": AUTHORITY, "roles": int(Role.APPROVER)}
        number = scene.propose(ORGANIZATIONS, "addAccounts", [approver])
        scene.act(
            "Organizations", "AccountAdded", "admin-2", subject=address("approver"), organization=AUTHORITY,
            roles=int(Role.APPROVER), proposal=number,
        )  # fmt: skip
        for name, value in PARAMETERS.items():
            scene.set_parameter(name, value)
        scene.issued()
        assert [finding.code for finding in scene.all] == []

    def plan(
        self, by: str = "bureau", grantee: bytes = UNIT, /, *, kind: Kind = Kind.SHARE, parent: int = 0,
        terms: dict[str, int] | None = None, **wrong: Any,
    ) -> int:  # fmt: skip
        scene, operates = self.scene, kind is Kind.OPERATE
        number = len(scene.book.grants) + 1
        stated = {
            "start": scene.time, "end": scene.time + 200 * DAY, "area": AREA if operates or not parent else UNIT_AREA,
            "level": 3, "exportLevel": 2, "purposes": 14 if operates else 6, "delegations": 0 if operates else 1,
        } | (terms or {})  # fmt: skip
        scene.act(
            "Plans", "GrantPlanned", by, wrong, grant=number, grantee=grantee, version=1, basis=int(Basis.FIRST),
            kind=int(kind), mode=int(Mode.SECTOR if operates else Mode.NONE), parent=parent,
            implementer=IMPLEMENTER if operates else NO_CODE, terms=stated,
            required=PARAMETERS["operate_approvals" if operates else "share_approvals"],
            organization=scene.organization(by), content=GrantContent(title="授权").encode(),
        )  # fmt: skip
        return number

    def follow(
        self, number: int, basis: Basis, by: str = "bureau", terms: dict[str, int] | None = None, **wrong: Any
    ) -> None:
        grant = self.scene.book.grants[number]
        before = grant.versions[max(grant.current, 1) - 1].terms
        stated = {
            "start": before.end if basis is Basis.RENEWAL else before.start, "end": before.end + 100 * DAY,
            "area": before.area, "level": before.level, "exportLevel": 2, "purposes": before.purposes,
            "delegations": before.delegations,
        } | (terms or {})  # fmt: skip
        self.scene.act(
            "Plans", "GrantPlanned", by, wrong, grant=number, grantee=grant.grantee, version=len(grant.versions) + 1,
            basis=int(basis), kind=int(grant.kind), mode=int(grant.mode), parent=grant.parent,
            implementer=grant.implementer, terms=stated, required=grant.versions[0].required,
            organization=self.scene.organization(by), content=GrantContent(title="授权").encode(),
        )  # fmt: skip

    def operate(self, **how: Any) -> int:
        return self.plan("sector", OPERATOR, kind=Kind.OPERATE, **how)

    def scope(
        self, number: int, *codes: str, by: str = "bureau", listed: dict[str, int] | None = None, **wrong: Any
    ) -> None:
        drawn = self.scene.book.grants[number].versions[-1]
        digest, entries = drawn.scope_digest, []
        for code in codes:
            id = entry_id(SUBJECT.decode(), code)
            one = {"entry": id, "version": 1, "operations": 15, "items": ALL_ITEMS} | (listed or {})
            digest = hashlib.sha256(
                digest + id + b"".join(int(one[name]).to_bytes(32) for name in ("version", "operations", "items"))
            ).digest()
            entries.append(one)
        self.scene.act(
            "Plans", "GrantScoped", by, wrong, grant=number, version=drawn.version,
            scopeCount=drawn.scope_count + len(codes), scopeDigest=digest, organization=self.scene.organization(by),
            entries=entries,
        )  # fmt: skip

    def approve(self, number: int, approval: Approval, by: str, /, **wrong: Any) -> None:
        scene = self.scene
        grant = scene.book.grants[number]
        drawn = grant.versions[-1]
        scoped = grant.versions[drawn.scope_of - 1]
        consents = approval is Approval.CONSENT
        missing = drawn.required & ~drawn.taken & ~(0 if consents else approval.bit)
        left = drawn.consents_missing - consents
        enters = not missing & ~Approval.CONSENT.bit and not left
        begins = max(scene.time, grant.valid_from if grant.current else drawn.terms.start) if enters else 0
        scene.act(
            "Plans", "GrantApproved", by, wrong, grant=number, version=drawn.version, approval=int(approval),
            scopeCount=scoped.scope_count, scopeDigest=scoped.scope_digest, provider=SUBJECT if consents else NO_CODE,
            document=DOCUMENT, date=(scene.time + 28_800) // DAY if approval is Approval.DECISION else 0,
            entered=enters, organization=scene.organization(by), **{"from": begins},
        )  # fmt: skip

    def approve_all(self, number: int) -> None:
        """What an OPERATE grant needs, in its order."""
        self.approve(number, Approval.IMPLEMENTATION, "implementer")
        self.approve(number, Approval.AUTHORITY, "approver")
        self.approve(number, Approval.DECISION, "sector")
        self.approve(number, Approval.CONSENT, "holder")
        self.approve(number, Approval.SIGNATURE, "sector-2")
        self.approve(number, Approval.COUNTERSIGNATURE, "operator")

    def operating(self, **how: Any) -> int:
        """An OPERATE grant in force over E-1 and E-2."""
        number = self.operate(**how)
        self.scope(number, "E-1", "E-2", by="sector")
        self.approve_all(number)
        return number

    def shared(self, **how: Any) -> int:
        """A SHARE grant in force over E-1, of SUBJECT to BUREAU, that can be delegated."""
        number = self.plan("holder", BUREAU, **how)
        self.scope(number, "E-1", by="holder")
        self.approve(number, Approval.SIGNATURE, "holder")
        return number

    def delegate(self, parent: int, terms: dict[str, int] | None = None, **wrong: Any) -> int:
        stated = {"delegations": 0, "end": self.scene.book.grants[parent].valid_until} | (terms or {})
        return self.plan("bureau", UNIT, parent=parent, terms=stated, **wrong)

    def change(self, event: str, number: int, by: str, status: Status, /, **wrong: Any) -> None:
        self.scene.act(
            "Grants", event, by, wrong, grant=number, version=self.scene.book.grants[number].current,
            status=int(status), organization=self.scene.organization(by), reason=REASON,
        )  # fmt: skip

    def withdraw(self, number: int, by: str, /, **wrong: Any) -> None:
        self.scene.act(
            "Plans", "GrantWithdrawn", by, wrong, grant=number, version=len(self.scene.book.grants[number].versions),
            organization=self.scene.organization(by), reason=REASON,
        )  # fmt: skip

    def settle(self, number: int, code: str = "E-1") -> None:
        id = entry_id(SUBJECT.decode(), code)
        self.scene.act("Grants", "GrantSettled", "nobody", grant=number, version=1, entries=[id])

    # Products

    def publish_product(self, code: str = "P-1") -> None:
        self.scene.publish(code, by="operator", provider=OPERATOR, kind=2)

    def add(self, grant: int, code: str = "P-1", by: str = "operator", **wrong: Any) -> int:
        scene = self.scene
        number = len(scene.book.products) + 1
        scene.act(
            "Products", "ProductAdded", by, wrong, product=number, operator=scene.organization(by), grant=grant,
            source=0, entry=entry_id(OPERATOR.decode(), code), form=int(Form.INTERFACE), purpose=8, redevelopable=True,
            organization=scene.organization(by), inputs=[entry_id(SUBJECT.decode(), "E-1")],
            content=ProductContent(name="产品").encode(),
        )  # fmt: skip
        return number

    def offered(self, **how: Any) -> int:
        """A product on offer."""
        grant = self.operating()
        self.publish_product()
        return self.add(grant, **how)

    def develop(self, source: int, **how: Any) -> int:
        """A model of UNIT's from another's product."""
        self.scene.publish("P-9", by="unit", provider=UNIT, kind=2)
        made = {"source": source, "inputs": [], "entry": entry_id(UNIT.decode(), "P-9"), "form": int(Form.MODEL)}
        return self.add(self.scene.book.products[source].grant, by="unit", **(made | how))

    def ceiling(self, product: int, amount: int = 100, by: str = "sector", **wrong: Any) -> None:
        self.scene.act(
            "Products", "CeilingSet", by, wrong, product=product, ceiling=amount, unit=PRICE_UNIT, document=REASON,
            withdrawn=False, organization=self.scene.organization(by),
        )  # fmt: skip

    def price(self, product: int, amount: int = 100, **wrong: Any) -> None:
        self.scene.act(
            "Products", "PriceSet", "operator", wrong, product=product, price=amount, unit=PRICE_UNIT, trial=False,
            document=NO_DIGEST, organization=OPERATOR,
        )  # fmt: skip

    def product_change(self, event: str, product: int, by: str, status: ProductStatus, /, **wrong: Any) -> None:
        self.scene.act(
            "Products", event, by, wrong, product=product, status=int(status),
            organization=self.scene.organization(by), reason=REASON,
        )  # fmt: skip

    def disclose(self, grant: int, year: int = 2026, **wrong: Any) -> None:
        deadline = int(datetime(year + 1, 4, 1, tzinfo=SHANGHAI).timestamp())
        now = self.scene.time
        known = self.scene.book.disclosures.get((grant, year, int(Disclosure.OPERATION)))
        self.scene.act(
            "Products", "DisclosurePublished", "operator", wrong, grant=grant, year=year,
            kind=int(Disclosure.OPERATION), version=known.version + 1 if known else 1, deadline=deadline,
            late=now >= deadline, organization=OPERATOR, content=DisclosureContent(title="年度披露").encode(),
        )  # fmt: skip


def a_year_later(scene: Scene) -> None:
    scene.time = int(datetime(2027, 2, 1, tzinfo=UTC).timestamp())
