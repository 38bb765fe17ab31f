"""What the contracts' views must answer, by the state that the acts amount to; and asking them, many at once.

Expected answers are encoded and compared as bytes: only what differs is decoded.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any

from ledger.audit.book import Book
from ledger.audit.contract_grants import grant_views
from ledger.audit.differences import Difference, shown
from ledger.audit.rules_catalog import ACTIVE, RETIRED
from ledger.audit.things import Entry, Objection, Registration
from ledger.audit.view import View
from ledger.chain import abi
from ledger.chain.artifacts import load
from ledger.chain.deployment import Deployment
from ledger.chain.rpc import Node, NodeError
from ledger.errors import Malformed, Unavailable
from ledger.model.ids import to_hex
from ledger.model.registration import ObjectionState
from ledger.model.workdays import words_of

_PER_BATCH = 400
_WORD = 32


def views(book: Book, size: int, root: bytes) -> Iterator[View]:
    """All questions that the state answers."""
    yield View("Journal", "size", (), size)
    yield View("Journal", "root", (), root)
    yield View("Journal", "closed", (), book.closed)
    yield View("Journal", "organizations", (), book.government)
    yield View("Journal", "origin", (), book.origin)
    for module in sorted(book.admitted):
        yield View("Journal", "admitted", (module,), True)
    yield from _organizations(book)
    yield from _policy(book)
    for entry in book.entries.values():
        yield from _entry(entry)
    for registration in book.registrations.values():
        yield from _registration(registration)
    for code, number in book.national_codes.items():
        yield View("Registry", "numberOf", (code,), number)
    yield View("Objections", "objections", (), len(book.objections))
    for objection in book.objections.values():
        yield from _objection(book, objection)
    yield from grant_views(book)


def compare(node: Node, deployment: Deployment, block: int, asked: Iterable[View]) -> Iterator[Difference]:
    """Asks the contracts at a block, and yields where they answer something else.

    Raises Unavailable when the node has no state at that block.
    """
    at = {name: to_hex(contract.address) for name, contract in deployment.contracts.items()}
    remaining = iter(asked)
    while batch := list(islice(remaining, _PER_BATCH)):
        calls = [({"to": at[view.contract], "data": to_hex(_call(view))}, hex(block)) for view in batch]
        answers = node.batch([("eth_call", call) for call in calls])
        for view, answer in zip(batch, answers, strict=True):
            if isinstance(answer, NodeError) and "revert" not in answer.reason.lower():
                raise Unavailable(f"the node does not answer for block {block}: {answer}")
            expected = to_hex(_encoded(view))
            if answer != expected:
                yield from _differences(view, answer, block)


def answered(node: Node, deployment: Deployment, block: int, view: View) -> Any:
    """What a contract answers; None where it reverts or answers something else."""
    (answer,) = answers(node, deployment, block, [view])
    return answer


def answers(node: Node, deployment: Deployment, block: int, asked: Iterable[View]) -> list[Any]:
    """What contracts answer to many questions, as `answered` does."""
    found = []
    remaining = iter(asked)
    while batch := list(islice(remaining, _PER_BATCH)):
        at = (to_hex(deployment.contracts[view.contract].address) for view in batch)
        calls = [({"to": to, "data": to_hex(_call(view))}, hex(block)) for to, view in zip(at, batch, strict=True)]
        got = node.batch([("eth_call", call) for call in calls])
        found += [_decoded(view, answer) for view, answer in zip(batch, got, strict=True)]
    return found


def _organizations(book: Book) -> Iterator[View]:
    yield View("Organizations", "dataAuthority", (), book.authority)
    yield View("Organizations", "dataAuthorityAdmins", (), book.admins())
    yield View("Organizations", "proposals", (), len(book.proposals))
    for organization in book.organizations.values():
        answer = {
            "parent": organization.parent,
            "kind": organization.kind,
            "area": organization.area,
            "allowedRoles": organization.allowed_roles,
            "suspended": organization.suspended,
            "sectorAuthority": organization.sector_authority,
        }
        code = organization.code
        yield View("Organizations", "organization", (code,), answer, "organization", code)
    for account in book.accounts.values():
        answer = {
            "organization": account.organization,
            "roles": account.roles,
            "active": account.active,
            "compromisedSince": account.compromised_since,
        }
        yield View("Organizations", "account", (account.address,), answer, "account", account.address)
    for proposal in book.proposals.values():
        answer = {
            "digest": proposal.digest,
            "account": proposal.made.account,
            "settled": proposal.settled is not None,
        }
        yield View("Organizations", "proposal", (proposal.number,), answer, "proposal", proposal.number)


def _policy(book: Book) -> Iterator[View]:
    for name, versions in book.parameters.items():
        yield View("Policy", "versions", (name,), len(versions))
        for parameter in versions:
            answer = {
                "version": parameter.version,
                "effectiveFrom": parameter.effective_from,
                "value": parameter.value,
                "source": parameter.source,
            }
            yield View("Policy", "parameter", (name, parameter.version), answer, "parameter", (name, parameter.version))
    for year, bits in book.calendars.items():
        version = book.calendar_versions[year]
        answer = {"workdays": list(words_of(bits)), "version": version}
        yield View("Policy", "calendar", (year,), answer, "calendar", (year, version))


def _entry(entry: Entry) -> Iterator[View]:
    answer = {
        "contentDigest": entry.content_digest,
        "provider": entry.provider,
        "version": entry.version,
        "status": ACTIVE if entry.active else RETIRED,
        "kind": entry.kind,
        "share": entry.share,
        "open": entry.open,
        "level": entry.level,
        "holds": len(entry.holders),
        "marks": len(entry.markers),
    }
    yield View("Catalog", "head", (entry.id,), answer, "entry", entry.id)
    # No more than these: then the versions that ended are these.
    if entry.ended:
        yield View("Catalog", "endedCount", (entry.id,), len(entry.ended), "entry", entry.id)
    for position, ended in enumerate(entry.ended):
        yield View("Catalog", "ended", (entry.id, position), ended._asdict(), "entry", entry.id)


def _registration(known: Registration) -> Iterator[View]:
    number = known.number
    head = {
        "versions": len(known.versions),
        "issued": known.issued,
        "status": known.status,
        "validUntil": known.valid_until,
        "suspendedFor": known.suspended_for,
        "suspendedByAuthority": known.suspended_by_authority,
    }
    thing = (number, known.issued or len(known.versions))
    yield View("Registry", "head", (number,), head, "registration", thing)
    for drawn in known.versions:
        answer = {
            "contentDigest": drawn.content_digest,
            "certificateRoot": drawn.certificate_root,
            "subject": drawn.subject,
            "kind": drawn.kind,
            "stage": drawn.stage,
            "fieldCount": drawn.field_count,
            "openObjections": drawn.open_objections,
            "supplemented": drawn.supplemented,
            "settled": drawn.settled,
            "interestedParty": drawn.interested_party,
            "registrar": drawn.registrar,
            "deadline": drawn.deadline,
            "applicant": drawn.applicant,
            "noticeEnd": drawn.notice_end,
            "objection": drawn.objection,
            "reviewer": drawn.reviewer,
            "issuedAt": drawn.issued_at,
        }
        key = (number, drawn.version)
        yield View("Registry", "version", key, answer, "registration", key)
        yield View("Registry", "entries", key, drawn.entries, "registration", key)
    yield View("Registry", "recordCount", (number,), len(known.records), "registration", thing)
    for position, record in enumerate(known.records):
        answer = {
            "time": record.time,
            "validUntil": record.valid_until,
            "version": record.version,
            "status": record.status,
        }
        yield View("Registry", "record", (number, position), answer, "registration", (number, record.version))
    for objection in sorted(known.upheld):
        yield View("Registry", "upheld", (number, objection), True, "registration", thing)
    yield View("Registry", "nationalCode", (number,), known.national_code, "registration", thing)


def _objection(book: Book, objection: Objection) -> Iterator[View]:
    answer = {
        "number": objection.number,
        "version": objection.version,
        "state": objection.state,
        "deadline": objection.deadline,
        "entry": objection.entry,
        "objector": objection.objector,
        "responsible": objection.responsible,
    }
    number = objection.objection
    yield View("Objections", "objection", (number,), answer, "objection", number)
    open_now = book.open_objections.get(objection.target, 0)
    if open_now == number or objection.state > ObjectionState.ACCEPTED:
        yield View("Objections", "openObjection", objection.target, open_now, "objection", number)


def _differences(view: View, answer: Any, block: int) -> Iterator[Difference]:
    arguments = ", ".join(shown(argument) for argument in view.arguments)
    place = f"{view.contract}.{view.function}({arguments})"
    got = _decoded(view, answer)
    if isinstance(view.answer, dict) and isinstance(got, dict):
        for name, want in view.answer.items():
            if got.get(name) != want:
                yield Difference(
                    "CONTRACT_STATE", place, name, shown(got.get(name)), None, shown(want), block=block, view=view
                )
    else:
        contract = "no answer" if got is None else shown(got)
        yield Difference("CONTRACT_STATE", place, None, contract, None, shown(view.answer), block=block, view=view)


def _decoded(view: View, answer: Any) -> Any:
    if not isinstance(answer, str):
        return None
    try:
        got = abi.decode_result(view.contract, view.function, bytes.fromhex(answer[2:]))
    except (Malformed, ValueError):
        return None
    outputs = load(view.contract).item("function", view.function)["outputs"]
    if len(outputs) > 1 and outputs[0]["name"]:
        got = dict(zip((output["name"] for output in outputs), got, strict=True))
    if isinstance(got, dict):
        return {name: list(value) if isinstance(value, tuple) else value for name, value in got.items()}
    return got


@cache
def _selector(contract: str, function: str) -> bytes:
    return abi.selector(contract, function)


@cache
def _outputs(contract: str, function: str) -> tuple[dict[str, Any], ...]:
    """What a function returns, a struct's members in their places."""
    outputs = load(contract).item("function", function)["outputs"]
    return tuple(outputs[0]["components"] if outputs[0]["type"] == "tuple" else outputs)


@cache
def _inputs(contract: str, function: str) -> tuple[str, ...]:
    return tuple(item["type"] for item in load(contract).item("function", function)["inputs"])


def _call(view: View) -> bytes:
    types = _inputs(view.contract, view.function)
    if types == ("bytes",):
        return _selector(view.contract, view.function) + _word(_WORD, "uint256") + _dynamic(view.arguments[0], "bytes")
    words = (_word(value, kind) for value, kind in zip(view.arguments, types, strict=True))
    return b"".join((_selector(view.contract, view.function), *words))


def _encoded(view: View) -> bytes:
    outputs = _outputs(view.contract, view.function)
    if isinstance(view.answer, tuple):
        return b"".join(_word(value, output["type"]) for value, output in zip(view.answer, outputs, strict=True))
    if not isinstance(view.answer, dict):
        (output,) = outputs
        kind = output["type"]
        if kind == "bytes" or kind.endswith("[]"):
            return _word(_WORD, "uint256") + _dynamic(view.answer, kind)
        return _word(view.answer, kind)
    return _members(outputs, view.answer)


def _members(members: Iterable[dict[str, Any]], answer: dict[str, Any]) -> bytes:
    """A struct of static members, one after the other."""
    words = []
    for member in members:
        name, kind = member["name"], member["type"]
        if name not in answer:
            raise ValueError(f"the auditor does not know what {name} has to be")
        if kind == "tuple":
            words.append(_members(member["components"], answer[name]))
        else:
            words.append(_word(answer[name], kind))
    return b"".join(words)


def _dynamic(value: Any, kind: str) -> bytes:
    if kind == "bytes":
        return b"".join((_word(len(value), "uint256"), value, bytes(-len(value) % _WORD)))
    return _word(len(value), "uint256") + b"".join(_word(element, kind[:-2]) for element in value)


def _word(value: Any, kind: str) -> bytes:
    if isinstance(value, list):
        return b"".join(_word(element, "uint256") for element in value)
    if isinstance(value, bytes):
        return value.rjust(_WORD, b"\0") if kind == "address" else value.ljust(_WORD, b"\0")
    return int(value).to_bytes(_WORD)
