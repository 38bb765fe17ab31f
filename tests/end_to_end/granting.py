"""A ledger with everybody whom a grant needs, and files for it."""

import contextlib
import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.end_to_end.ledger import AUTHORITY, MEDICAL, SAMPLE, WATER, Ledger
from tests.end_to_end.registry import applied, confirm_all, form, registering, step, through_notice

DISTRICT = "11119901MBF104819Y"
STREET = "11119901MBF1051846"
COMMUNITY = "55119901MBF1070323"
COMMUNITY_NAME = "云桥区河沿街道柳岸社区居民委员会(虚构)"
OPERATOR = "91119900MBF1062914"
IMPLEMENTER = "12119900MBF1066620"
ACCOUNTS = {
    "grantor": (AUTHORITY, "grantor"),
    "decider": (AUTHORITY, "approver"),
    "authority-approver": (AUTHORITY, "approver"),
    "implementer": (IMPLEMENTER, "approver"),
    "provider": (WATER, "grantor"),
    "operator": (OPERATOR, "applicant"),
}
OTHERS = {
    "medical": (MEDICAL, "grantor"),
    "district": (DISTRICT, "grantor"),
    "street": (STREET, "grantor"),
    "colleague": (AUTHORITY, "grantor"),
    "authority-supervisor": (AUTHORITY, "supervisor"),
    "implementer-supervisor": (IMPLEMENTER, "supervisor"),
}
PLAN = SAMPLE / "grant.json"
SCOPE = SAMPLE / "scope.csv"
PRODUCT = SAMPLE / "product.json"
AGREEMENT = SAMPLE / "agreement.txt"
MINUTES = SAMPLE / "minutes.txt"


@contextlib.contextmanager
def granting(home: Path, registered: Sequence[str] = ("306001/000001",)) -> Iterator[Ledger]:
    """A ledger where some entries of the water authority are registered, with the accounts that grants need."""
    with registering(home) as ledger:
        for name, (code, roles) in (ACCOUNTS | OTHERS).items():
            if name in OTHERS:
                ledger.do("account", "key", name)
            ledger.do("account", "add", name, "--organization", code, "--roles", roles, "--account", "admin-1")
        confirm_all(ledger)
        forms = [form(登记目录条目=f"{WATER}/{code}", 登记名称=f"登记 {code}") for code in registered]
        if forms:
            numbers = applied(ledger, "registered", forms)
            through_notice(ledger, *numbers)
            ledger.do("devnet", "--forward", 30)
            step(ledger, "issue", *numbers, account="issuer")
        yield ledger


def sample_plan(**fields: Any) -> dict[str, Any]:
    """The sample's plan with other fields; None leaves one out."""
    (base,) = json.loads(PLAN.read_text("utf-8"))["grants"]
    return {name: value for name, value in {**base, **fields}.items() if value is not None}


def rows(path: Path, found: Sequence[dict[str, Any]]) -> Path:
    """A CSV file of rows."""
    names = dict.fromkeys(name for row in found for name in row)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(names))
        writer.writeheader()
        writer.writerows(found)
    return path


def listed(ledger: Ledger, grant: int, found: Sequence[dict[str, Any]], account: str = "grantor") -> Any:
    """Lists a scope."""
    path = rows(ledger.home / f"scope-{grant}.csv", found)
    return ledger.json("grant", "scope", grant, path, "--yes", "--account", account)


def granted(ledger: Ledger, grant: int, account: str = "grantor") -> None:
    """Takes the approvals that a SHARE grant needs: consent of the water authority, signature."""
    of_scope = ("--document", PLAN, "--yes", "--account", "provider")
    ledger.do("grant", "approve", grant, "--as", "consent", *of_scope)
    ledger.do("grant", "sign", grant, "--agreement", AGREEMENT, "--yes", "--account", account)


def planned(ledger: Ledger, plans: Sequence[dict[str, Any]], account: str = "grantor") -> list[int]:
    """Plans grants, and gives their numbers."""
    path = rows(ledger.home / f"plan-{account}.csv", plans)
    answer = ledger.json("grant", "plan", path, "--yes", "--account", account)
    return [one["grant"] for one in answer["planned"]]


def in_force(ledger: Ledger, plan: dict[str, Any]) -> int:
    """An OPERATE grant through all its approvals."""
    (grant,) = planned(ledger, [plan])
    ledger.do("grant", "scope", grant, SCOPE, "--yes", "--account", "grantor")
    for what, account in (("implementation", "implementer"), ("authority", "authority-approver")):
        ledger.do("grant", "approve", grant, "--as", what, "--document", PLAN, "--yes", "--account", account)
    decision = ("--document", MINUTES, "--date", "2026-09-20", "--yes", "--account", "decider")
    ledger.do("grant", "decide", grant, *decision)
    ledger.do("grant", "approve", grant, "--as", "consent", "--document", PLAN, "--yes", "--account", "provider")
    for account in ("grantor", "operator"):
        ledger.do("grant", "sign", grant, "--agreement", AGREEMENT, "--yes", "--account", account)
    return grant
