"""The sample city's grants in the first half of 2026: real logs, folded into a real mirror."""

from hashlib import sha256
from typing import Any

from ledger.model.disclosure import DisclosureContent
from ledger.model.disclosure import Kind as Disclosing
from ledger.model.grant import ALL_ITEMS, Approval, Basis, GrantContent, Kind, Mode, Purpose, Status
from ledger.model.ids import entry_id
from ledger.model.product import Form, ProductContent, unit_bytes
from ledger.model.product import Status as ProductStatus
from ledger.model.roles import OrganizationKind, Role
from ledger.store.engine import open_engine, upgrade_engine
from ledger.store.mirror import Mirror
from ledger.store.writer import Writer

from .register import RESERVOIRS, Register, local
from .sample import (
    AUTHORITY,
    HOSTILE,
    MEDICINE,
    OPERATOR,
    REGISTRAR,
    TRANSPORT,
    WATER,
    SampleApplication,
    govern,
    organization,
    publish,
)

OPERATION, SHARING, CHILD, BROKEN, OVERALL = 1, 2, 3, 4, 5
INDEX, REPORT = 1, 2
PRODUCT_ENTRY = entry_id(OPERATOR, "P-1")
PRODUCT = ProductContent(name="节水指数", scene="节水服务", delivery="接口")
DISCLOSED = DisclosureContent(title="2025年度运营情况", resources="使用水情数据。", charges="未收费。")
OPEN_ENTRY = entry_id(WATER, "306001/000001")
CLOSED_ENTRY = entry_id(WATER, "306001/000002")
ACCOUNTS = {code: bytes([0x40 + at]) * 20 for at, code in enumerate((AUTHORITY, WATER, MEDICINE, REGISTRAR, OPERATOR))}
DECIDER = b"\x50" * 20
"""A second account of the data authority."""
AGREEMENT = sha256(b"agreement").digest()
REASON = sha256(b"reason").digest()
DIGEST = sha256(b"scope").digest()
CONTENT = GrantContent(
    title="水务数据授权运营",
    abstract="以水库水情数据加工指数。",
    zone="水务专区",
    scene="节水服务",
    conditions="数据可用不可见。",
    operation_mode="政府授权,机构运营。",
    exit_mechanism="到期清退,\n销毁数据。",
    security="运营机构负安全责任。",
)


class Grants(Register):
    """A city with grants."""

    def planned(self, when: str, grant: int, grantor: str, grantee: str, **more: Any) -> None:
        terms = {
            "start": int(local(when).timestamp()), "end": int(local("2027-04-01T00:00").timestamp()),
            "area": 119900000000, "level": 3, "exportLevel": 2, "purposes": 6, "delegations": 2,
        } | more.pop("terms", {})  # fmt: skip
        given = {
            "grant": grant, "grantee": grantee, "version": 1, "basis": Basis.FIRST, "kind": Kind.SHARE,
            "required": Approval.SIGNATURE.bit, "organization": grantor, "account": ACCOUNTS[grantor],
            "content": GrantContent(title=f"共享使用权限之{grant}").encode(), "terms": terms,
        }  # fmt: skip
        self.on(when, ("Plans", "GrantPlanned", given | more))

    def scoped(self, when: str, grant: int, grantor: str, *entries: bytes, **more: Any) -> None:
        listed = [{"entry": entry, "version": 1, "operations": 7, "items": ALL_ITEMS} | more for entry in entries]
        given = {
            "grant": grant, "version": 1, "scopeCount": len(entries), "scopeDigest": DIGEST, "organization": grantor,
            "account": ACCOUNTS[grantor], "entries": listed,
        }  # fmt: skip
        self.on(when, ("Plans", "GrantScoped", given))

    def approved(self, when: str, grant: int, approval: Approval, holder: str, **more: Any) -> None:
        given = {
            "grant": grant, "version": 1, "approval": approval, "scopeCount": 1, "scopeDigest": DIGEST,
            "document": AGREEMENT, "organization": holder, "account": ACCOUNTS[holder],
        } | more  # fmt: skip
        if given.get("entered"):
            given["from"] = int(local(when).timestamp())
        self.on(when, ("Plans", "GrantApproved", given))

    def changed(self, when: str, event: str, grant: int, status: Status, holder: str) -> None:
        given = {
            "grant": grant, "version": 1, "status": status, "organization": holder, "account": ACCOUNTS[holder],
            "reason": REASON,
        }  # fmt: skip
        self.on(when, ("Grants", event, given))


def build_grants(database_url: str) -> SampleApplication:
    """Makes the mirror of the sample city's grants in a new database."""
    engine = open_engine(database_url)
    upgrade_engine(engine)
    city = Grants(Writer(engine))
    city.start()
    govern(city)
    publish(city)
    added = [
        ("Organizations", "AccountAdded", {"subject": account, "organization": code, "roles": int(Role.GRANTOR)})
        for code, account in (*ACCOUNTS.items(), (AUTHORITY, DECIDER))
    ]
    city.on(
        "2026-03-01T10:00",
        organization(REGISTRAR, OrganizationKind.REGISTRAR),
        organization(OPERATOR, OrganizationKind.OPERATOR),
        *added,
    )
    city.filed("2026-03-02T09:30", RESERVOIRS, "大中型水库水情日报")
    city.noticed(("2026-03-13T09:00", "2026-03-18T10:00", "2026-03-20T10:00"), RESERVOIRS)
    city.issued("2026-04-08T09:00", RESERVOIRS)
    _operate(city)
    _share(city)
    _offer(city)
    city.on("2026-07-01T12:00", final=city.number - 3)
    engine.dispose()
    return SampleApplication(Mirror(database_url), city)


def _operate(city: Grants) -> None:
    city.planned(
        "2026-04-09T09:00", OPERATION, AUTHORITY, OPERATOR, kind=Kind.OPERATE, mode=Mode.SECTOR,
        implementer=REGISTRAR, required=0b111111, content=CONTENT.encode(),
        terms={"purposes": 30, "delegations": 0, "end": int(local("2028-04-09T00:00").timestamp())},
    )  # fmt: skip
    city.scoped("2026-04-09T09:30", OPERATION, AUTHORITY, OPEN_ENTRY, items=0b1011)
    city.approved("2026-04-09T10:00", OPERATION, Approval.IMPLEMENTATION, REGISTRAR)
    city.approved("2026-04-09T11:00", OPERATION, Approval.AUTHORITY, AUTHORITY)
    city.approved("2026-04-10T09:00", OPERATION, Approval.DECISION, AUTHORITY, account=DECIDER, date=20_552)
    city.approved("2026-04-10T10:00", OPERATION, Approval.CONSENT, WATER, provider=WATER)
    city.approved("2026-04-10T11:00", OPERATION, Approval.SIGNATURE, AUTHORITY)
    city.approved("2026-04-13T09:00", OPERATION, Approval.COUNTERSIGNATURE, OPERATOR, entered=True)


def _share(city: Grants) -> None:
    city.planned("2026-04-14T09:00", SHARING, WATER, MEDICINE)
    city.scoped("2026-04-14T09:10", SHARING, WATER, CLOSED_ENTRY)
    city.approved("2026-04-14T09:20", SHARING, Approval.SIGNATURE, WATER, entered=True)
    city.planned("2026-04-15T09:00", CHILD, MEDICINE, TRANSPORT, parent=SHARING, terms={"delegations": 1, "level": 2})
    city.scoped("2026-04-15T09:10", CHILD, MEDICINE, CLOSED_ENTRY, operations=1)
    city.approved("2026-04-15T09:20", CHILD, Approval.SIGNATURE, MEDICINE, entered=True)
    city.planned("2026-04-16T09:00", BROKEN, WATER, TRANSPORT, content=b"\xff")
    city.changed("2026-06-01T09:00", "GrantSuspended", SHARING, Status.SUSPENDED, WATER)
    city.planned(
        "2026-06-02T09:00", OVERALL, AUTHORITY, OPERATOR, kind=Kind.OPERATE, mode=Mode.OVERALL,
        implementer=REGISTRAR, content=GrantContent(title=HOSTILE).encode(),
        terms={"end": int(local("2026-06-20T00:00").timestamp())},
    )  # fmt: skip
    listed = {
        "grant": OVERALL, "version": 1, "scopeCount": 1, "scopeDigest": DIGEST, "organization": AUTHORITY,
        "account": ACCOUNTS[AUTHORITY], "providers": [{"provider": WATER, "operations": 7, "level": 1}],
    }  # fmt: skip
    city.on("2026-06-02T09:10", ("Plans", "GrantProvidersScoped", listed))
    city.approved("2026-06-02T09:20", OVERALL, Approval.SIGNATURE, AUTHORITY, entered=True)


def _offer(city: Grants) -> None:
    city.on(
        "2026-06-22T09:00",
        city.publication(OPERATOR, "P-1", {"title": "节水指数"}, kind=2),
        city.publication(OPERATOR, "P-2", {"title": "节水报告"}, kind=2),
    )
    added = {
        "product": INDEX, "operator": OPERATOR, "grant": OPERATION, "entry": PRODUCT_ENTRY, "form": Form.INDEX,
        "purpose": Purpose.INDUSTRY, "redevelopable": True, "organization": OPERATOR, "account": ACCOUNTS[OPERATOR],
        "inputs": [OPEN_ENTRY], "content": PRODUCT.encode(),
    }  # fmt: skip
    city.on("2026-06-22T10:00", ("Products", "ProductAdded", added))
    report = {"product": REPORT, "entry": entry_id(OPERATOR, "P-2"), "form": Form.REPORT, "content": b"[]"}
    city.on("2026-06-22T10:10", ("Products", "ProductAdded", added | report))
    ceiling = {
        "product": INDEX, "ceiling": 20_000, "unit": unit_bytes("call"), "document": REASON, "organization": AUTHORITY,
        "account": ACCOUNTS[AUTHORITY],
    }  # fmt: skip
    city.on("2026-06-23T09:00", ("Products", "CeilingSet", ceiling))
    price = {
        "product": INDEX, "price": 15_000, "unit": unit_bytes("call"), "trial": True, "organization": OPERATOR,
        "account": ACCOUNTS[OPERATOR],
    }  # fmt: skip
    city.on("2026-06-24T09:00", ("Products", "PriceSet", price))
    delisted = {
        "product": REPORT, "status": ProductStatus.DELISTED, "organization": OPERATOR, "account": ACCOUNTS[OPERATOR],
        "reason": REASON,
    }  # fmt: skip
    city.on("2026-06-25T09:00", ("Products", "ProductDelisted", delisted))
    disclosed = {
        "grant": OPERATION, "year": 2025, "kind": Disclosing.OPERATION, "version": 1, "late": True,
        "deadline": int(local("2026-04-01T00:00").timestamp()), "organization": OPERATOR, "account": ACCOUNTS[OPERATOR],
        "content": DISCLOSED.encode(),
    }  # fmt: skip
    city.on("2026-06-26T09:00", ("Products", "DisclosurePublished", disclosed))
    again = {"version": 2, "content": b"?"}
    city.on("2026-06-26T10:00", ("Products", "DisclosurePublished", disclosed | again))
    other = {"kind": Disclosing.AUTHORIZATION, "late": False, "organization": AUTHORITY}
    city.on("2026-06-27T09:00", ("Products", "DisclosurePublished", disclosed | other))
