"""A ledger with everybody whom a registration needs, and forms for it."""

import contextlib
import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.end_to_end.ledger import CATALOG, CENTER, MEDICAL, SAMPLE, WATER, Ledger, founded

APPLICATION = SAMPLE / "application.json"
CALENDAR = SAMPLE / "calendar-2026.csv"
DISTRICT = "11119901MBF104819Y"
ACCOUNTS = {
    "applicant": (WATER, "applicant"),
    "acceptor": (CENTER, "acceptor"),
    "reviewer": (CENTER, "reviewer"),
    "issuer": (CENTER, "issuer"),
    "registrar-supervisor": (CENTER, "supervisor"),
}
OTHERS = {
    "objector": (MEDICAL, "applicant"),
    "district-applicant": (DISTRICT, "applicant"),
    "district-reviewer": (DISTRICT, "reviewer"),
}
WITHHELD = ("contact_name", "contact_phone", "legal_representative", "storage_location", "assessment",
            "undertaking_digest", "undertaking_signer")  # fmt: skip


@contextlib.contextmanager
def registering(home: Path, days_back: int = 90) -> Iterator[Ledger]:
    """A ledger whose clock is behind, with policy, sample catalog and the accounts of the procedure."""
    with founded(home, days_back=days_back) as ledger:
        ledger.do("policy", "set", "--profile", "beijing", "--account", "admin-1")
        confirm_all(ledger)
        ledger.do("catalog", "apply", CATALOG, "--account", "publisher")
        for name, (code, roles) in (ACCOUNTS | OTHERS).items():
            if name in OTHERS:
                ledger.do("account", "key", name)
            ledger.do("account", "add", name, "--organization", code, "--roles", roles, "--account", "admin-1")
        yield ledger


def confirm_all(ledger: Ledger) -> None:
    """Has the second administrator confirm what waits."""
    for proposal in ledger.json("proposal", "list"):
        ledger.do("proposal", "confirm", proposal["number"], "--account", "admin-2")


def form(**fields: Any) -> dict[str, Any]:
    """The sample's application with other fields."""
    (base,) = json.loads(APPLICATION.read_text("utf-8"))["applications"]
    return {**base, **fields}


def table(path: Path, forms: list[dict[str, Any]]) -> Path:
    """A CSV of forms."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(forms[0]))
        writer.writeheader()
        for one in forms:
            writer.writerow({k: "\n".join(v) if isinstance(v, list) else v for k, v in one.items()})
    return path


def applied(ledger: Ledger, name: str, forms: list[dict[str, Any]], account: str = "applicant") -> list[str]:
    """Files applications and gives their numbers, in the order of the forms."""
    path = table(ledger.home / f"{name}.csv", forms)
    answer = ledger.json("registration", "apply", path, "--yes", "--account", account)
    assert answer["filed_before"] == []
    return [one["number"] for one in answer["filed"]]


def step(ledger: Ledger, command: str, *numbers: str, account: str, options: tuple[str, ...] = ()) -> None:
    """One step for some registrations."""
    if numbers:
        ledger.do("registration", command, *numbers, *options, "--account", account)


def through_notice(ledger: Ledger, *numbers: str) -> None:
    """Accepts, reviews, and opens the notice."""
    step(ledger, "accept", *numbers, account="acceptor", options=("--dossiers", ".mulu/dossiers"))
    step(ledger, "review", *numbers, account="reviewer")
    step(ledger, "notice", *numbers, account="reviewer")
