"""Root acts take two different ADMINs of the data authority: one proposes, another confirms (`IOrganizations`).

What a proposal leads to is read from its call data (`IRootActs`): the acts that name it must say exactly that, all of
it, in its order, in one transaction.
"""

from typing import Any

from ledger.audit.acts import Act
from ledger.audit.book import Book
from ledger.audit.findings import differs, found
from ledger.audit.permissions import Findings, requires_role
from ledger.audit.things import Effect, Proposal
from ledger.chain.abi import decode_call
from ledger.errors import Malformed
from ledger.model.roles import Role

ROOT_ACTS = {"RolesAllowed", "OrganizationMoved", "ParameterSet", "CalendarSet", "ModuleAdmitted", "JournalClosed"}
"""Never done without a proposal. What may be, is judged with its noun."""

_LISTS = {
    "addOrganizations": ("organizations", "OrganizationAdded"),
    "allowRoles": ("allowed", "RolesAllowed"),
    "moveOrganizations": ("moves", "OrganizationMoved"),
    "setParameters": ("parameters", "ParameterSet"),
    "setCalendars": ("calendars", "CalendarSet"),
}


def proposal_made(book: Book, act: Act) -> Findings:
    """An ADMIN of the data authority proposes what a contract of the ledger shall carry out."""
    yield from requires_role(book, act, Role.ADMIN, book.authority)
    number = act["proposal"]
    if number != len(book.proposals) + 1:
        yield differs("PROPOSAL_NUMBER", act, number, len(book.proposals) + 1)
    if act["target"] != book.journal and act["target"] not in book.admitted:
        yield found("PROPOSAL_TARGET", act, f"0x{act['target'].hex()}")
    book.proposals[number] = Proposal(number, act["target"], act["action"], act, expected_acts(act["action"]))
    book.effects.append(Effect("proposal", number))


def carried_on(book: Book, act: Act) -> Findings:
    """Whether an act that names a proposal is what was proposed, confirmed by another ADMIN."""
    number = act.fields.get("proposal", 0) if act.event != "ProposalMade" else 0
    underway = book.underway
    if underway and underway.settled and (number, act.transaction) != (underway.number, underway.settled.transaction):
        yield from broken_off(book)
    if number == 0:
        if act.event in ROOT_ACTS:
            yield found("PROPOSAL_MISSING", act)
        return
    proposal = book.proposals.get(number)
    if proposal is None:
        yield found("PROPOSAL_UNKNOWN", act, f"proposal {number}")
        return
    if book.underway is not proposal:
        if proposal.settled is not None:
            yield found("PROPOSAL_SETTLED", act, f"proposal {number}, by act {proposal.settled.index}")
            return
        yield from _confirmed(book, act, proposal)
        proposal.settled = act
        book.underway = proposal
        book.effects.append(Effect("proposal", number))
    want = proposal.expected[proposal.carried] if proposal.carried < len(proposal.expected) else ("nothing more", {})
    proposal.carried += 1
    event, said = want
    wrong = [name for name, value in said.items() if act.fields.get(name) != value]
    if act.event != event:
        yield differs("PROPOSAL_CONTENT", act, act.event, event)
    elif wrong or act.emitter != proposal.target:
        yield found("PROPOSAL_CONTENT", act, f"proposal {number}: {', '.join(wrong) or 'target'}")


def broken_off(book: Book) -> Findings:
    """Whether the proposal under way was carried out in full; none is under way after this."""
    proposal, book.underway = book.underway, None
    if proposal and proposal.settled and proposal.carried < len(proposal.expected):
        yield found(
            "PROPOSAL_INCOMPLETE",
            proposal.settled,
            f"proposal {proposal.number}: {proposal.carried} of {len(proposal.expected)} acts",
        )


def expected_acts(action: bytes) -> list[tuple[str, dict[str, Any]]]:
    """The acts that a proposal's call data leads to; none when it names no root act."""
    try:
        call = decode_call("IRootActs", action)
    except Malformed:
        return []
    arguments = call.arguments
    if call.function in _LISTS:
        name, event = _LISTS[call.function]
        return [(event, _plain(element)) for element in arguments[name]]
    if call.function == "addAccounts":
        return [("AccountAdded", _renamed(element)) for element in arguments["accounts"]]
    if call.function == "admitModules":
        return [("ModuleAdmitted", {"module": module}) for module in arguments["modules"]]
    if call.function == "closeJournal":
        return [("JournalClosed", {})]
    event = {"rotateAccount": "AccountRotated", "revokeAccount": "AccountRevoked"}[call.function]
    return [(event, _renamed(arguments))]


def _confirmed(book: Book, act: Act, proposal: Proposal) -> Findings:
    yield from requires_role(book, act, Role.ADMIN, book.authority)
    if act.account == proposal.made.account:
        yield found("PROPOSAL_SAME_ADMIN", act, f"proposal {proposal.number}")
    own, roles = book.acting(proposal.made.account)
    if own != book.authority or not roles & Role.ADMIN:
        yield found("PROPOSAL_PROPOSER_ENDED", act, f"0x{proposal.made.account.hex()}")


def _plain(element: dict[str, Any]) -> dict[str, Any]:
    said = {name: list(value) if isinstance(value, tuple) else value for name, value in element.items()}
    if said.get("effectiveFrom") == 0:
        # Zero asks for the time of the confirmation.
        del said["effectiveFrom"]
    return said


def _renamed(element: dict[str, Any]) -> dict[str, Any]:
    return {"subject" if name == "account" else name: value for name, value in element.items()}


RULES = {"ProposalMade": proposal_made}
