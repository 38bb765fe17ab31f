"""Rows of organizations, accounts, proposals, parameters and calendars."""

from collections.abc import Callable
from typing import Any

from ledger.audit.acts import Act, code_text
from ledger.audit.book import Book
from ledger.audit.contents import read_organization
from ledger.audit.row import Hashed, span
from ledger.model.workdays import words_of


def _organization(book: Book, act: Act, code: bytes) -> dict[str, Any]:
    organization = book.organizations[code]
    name, aliases, malformed = read_organization(organization.content)
    return {
        "from_index": act.index,
        "code": code_text(code),
        "name": name or code_text(code),
        "aliases": aliases,
        "kind": organization.kind,
        "area": organization.area,
        "parent": code_text(organization.parent),
        "sector_authority": code_text(organization.sector_authority),
        "allowed_roles": organization.allowed_roles,
        "suspended": organization.suspended,
        "content": Hashed.of(organization.content),
        "malformed": malformed,
        "account": act.account,
        **span(act),
    }


def _account(book: Book, act: Act, address: bytes) -> dict[str, Any]:
    account = book.accounts[address]
    return {
        "from_index": act.index,
        "address": address,
        "organization": code_text(account.organization),
        "roles": account.roles,
        "active": account.active,
        "compromised_since": account.compromised_since,
        "successor": account.successor,
        **span(act),
    }


def _proposal(book: Book, act: Act, number: int) -> dict[str, Any]:
    proposal = book.proposals[number]
    return {
        "from_index": act.index,
        "number": number,
        "target": proposal.target,
        "action": Hashed.of(proposal.action),
        "account": proposal.made.account,
        "made_index": proposal.made.index,
        "made_time": proposal.made.time,
        "settled_by": proposal.settled.account if proposal.settled else None,
        "settled_index": proposal.settled.index if proposal.settled else None,
        **span(act),
    }


def _parameter(book: Book, act: Act, key: tuple[bytes, int]) -> dict[str, Any]:
    name = key[0].rstrip(b"\0").decode("ascii", "backslashreplace").replace("\0", "\\x00")
    parameter = book.parameters[key[0]][-1]
    return {
        "from_index": act.index,
        "name": name,
        "version": parameter.version,
        "value": parameter.value,
        "effective_from": parameter.effective_from,
        "source": parameter.source,
        "proposal": act["proposal"],
        "account": act.account,
        "from_block": act.block,
        "from_time": act.time,
    }


def _calendar(book: Book, act: Act, key: tuple[int, int]) -> dict[str, Any]:
    year, version = key
    low, high = words_of(book.calendars[year])
    return {
        "from_index": act.index,
        "year": year,
        "version": version,
        "workdays_low": low,
        "workdays_high": high,
        "source": act["source"],
        "proposal": act["proposal"],
        "account": act.account,
        "from_block": act.block,
        "from_time": act.time,
    }


ROWS: dict[str, Callable[[Book, Act, Any], dict[str, Any]]] = {
    "organization": _organization,
    "account": _account,
    "proposal": _proposal,
    "parameter": _parameter,
    "calendar": _calendar,
}
