"""Acts of grants, products and disclosures, with every member given that a test does not care for."""

from typing import Any

from ledger.model.disclosure import DisclosureContent
from ledger.model.grant import ALL_ITEMS, Approval, GrantContent
from ledger.model.organization_code import sample_code
from ledger.model.product import ProductContent, unit_bytes
from tests.unit.indexer.fake_chain import CODE, RegistrationActs

GRANTEE = sample_code(7)
TERMS = {
    "start": 1_000, "end": 4_000_000_000, "area": 110000000000, "level": 3, "exportLevel": 2, "purposes": 6,
    "delegations": 2,
}  # fmt: skip
ALL_APPROVALS = 0b111111


def _word(number: int) -> bytes:
    return number.to_bytes(32)


class GrantActs(RegistrationActs):
    """Acts of grants; members that are not given are those of a SHARE grant in the making."""

    def plan(self, grant: int, version: int = 1, grantee: str = GRANTEE, **members: Any) -> None:
        terms = TERMS | members.pop("terms", {})
        members = {
            "basis": 1, "kind": 2, "mode": 0, "parent": 0, "implementer": bytes(18), "required": 0b011000,
            "organization": CODE.encode(), "content": GrantContent(title=f"授权{grant}第{version}版").encode(),
        } | members  # fmt: skip
        indexed = [_word(grant), grantee.encode().ljust(32, b"\0")]
        self._add("Plans", "GrantPlanned", indexed, version=version, terms=tuple(terms.values()), **members)

    def scope(self, grant: int, entries: list[bytes], version: int = 1, before: int = 0, **members: Any) -> None:
        listed = [(entry, 1, members.pop("operations", 7), members.pop("items", ALL_ITEMS)) for entry in entries]
        members = {
            "scopeCount": before + len(entries), "scopeDigest": b"\x08" * 32, "organization": CODE.encode(),
            "entries": listed,
        } | members  # fmt: skip
        self._add("Plans", "GrantScoped", [_word(grant)], version=version, **members)

    def scope_providers(self, grant: int, providers: list[str], version: int = 1, before: int = 0) -> None:
        self._add(
            "Plans", "GrantProvidersScoped", [_word(grant)], version=version, scopeCount=before + len(providers),
            scopeDigest=b"\x09" * 32, organization=CODE.encode(),
            providers=[(provider.encode(), 7, 2) for provider in providers],
        )  # fmt: skip

    def approve(self, grant: int, approval: Approval, version: int = 1, **members: Any) -> None:
        members = {
            "scopeCount": 1, "scopeDigest": b"\x08" * 32, "provider": bytes(18), "document": b"\x0d" * 32, "date": 0,
            "entered": False, "from": 0, "organization": CODE.encode(),
        } | members  # fmt: skip
        if members["entered"]:
            members["from"] = members["from"] or self.time
        self._add("Plans", "GrantApproved", [_word(grant)], version=version, approval=approval, **members)

    def refuse(self, grant: int, approval: Approval, version: int = 1) -> None:
        self._add(
            "Plans", "GrantRefused", [_word(grant)], version=version, approval=approval, provider=bytes(18),
            organization=CODE.encode(), reason=b"\6" * 32,
        )  # fmt: skip

    def withdraw(self, grant: int, version: int = 1) -> None:
        self._add(
            "Plans", "GrantWithdrawn", [_word(grant)], version=version, organization=CODE.encode(), reason=bytes(32)
        )

    def set_grant_status(self, event: str, grant: int, status: int, version: int = 1, **members: Any) -> None:
        members = {"organization": CODE.encode(), "reason": b"\6" * 32} | members
        self._add("Grants", event, [_word(grant)], version=version, status=status, **members)

    def settle_grant(self, grant: int, entries: list[bytes], version: int = 1) -> None:
        self._add("Grants", "GrantSettled", [_word(grant)], version=version, entries=entries)

    def add_product(self, product: int, grant: int, operator: str = GRANTEE, **members: Any) -> None:
        members = {
            "source": 0, "entry": b"\x0e" * 32, "form": 3, "purpose": 8, "redevelopable": True,
            "organization": operator.encode(), "inputs": [b"\1" * 32],
            "content": ProductContent(name=f"产品{product}").encode(),
        } | members  # fmt: skip
        indexed = [_word(product), operator.encode().ljust(32, b"\0")]
        self._add("Products", "ProductAdded", indexed, grant=grant, **members)

    def set_ceiling(self, product: int, ceiling: int, *, withdrawn: bool = False, unit: str = "call") -> None:
        self._add(
            "Products", "CeilingSet", [_word(product)], ceiling=ceiling, unit=unit_bytes(unit),
            document=b"\x0d" * 32, withdrawn=withdrawn, organization=CODE.encode(),
        )  # fmt: skip

    def set_price(self, product: int, price: int, *, trial: bool = False, unit: str = "call") -> None:
        self._add(
            "Products", "PriceSet", [_word(product)], price=price, unit=unit_bytes(unit), trial=trial,
            document=bytes(32), organization=GRANTEE.encode(),
        )  # fmt: skip

    def change_product(self, event: str, product: int, status: int, organization: str = CODE) -> None:
        self._add(
            "Products", event, [_word(product)], status=status, organization=organization.encode(), reason=b"\6" * 32
        )

    def disclose(self, grant: int, year: int, version: int = 1, kind: int = 2, **members: Any) -> None:
        members = {
            "deadline": self.time + 100, "late": False, "organization": GRANTEE.encode(),
            "content": DisclosureContent(title=f"{year}年度披露").encode(),
        } | members  # fmt: skip
        self._add("Products", "DisclosurePublished", [_word(grant)], year=year, kind=kind, version=version, **members)
