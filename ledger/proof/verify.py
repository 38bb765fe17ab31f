"""Verifies a bundle against a trust file and, where there is one, against what a node says.

The order: the block's header and the seals on it; the contracts' accounts and code under it; the slots that hold the
statement and the journal; the act, its content, its path to the journal's root; then what all this is worth today.
"""

from dataclasses import dataclass
from datetime import datetime

from ledger.chain.events import DecodedEvent
from ledger.errors import Contradicted, Malformed
from ledger.model.grant import operations_in
from ledger.model.ids import to_hex
from ledger.model.message import Message
from ledger.proof.bundle import Bundle, parse_bundle
from ledger.proof.checks import Checks
from ledger.proof.evidence import SealsUnknown, State, check_seals, open_state
from ledger.proof.facts import Facts, check_agreement, read_facts
from ledger.proof.moment import moment, shown_time
from ledger.proof.node import NodeEvidence, check_today, check_word, same_chain
from ledger.proof.recorded import check_content, check_event, check_path, described
from ledger.proof.registration import described as described_registration
from ledger.proof.registration import require_past
from ledger.proof.standing import check_standing, newest
from ledger.proof.statement import (
    AbsenceStatement,
    CertificateStatement,
    EntryStatement,
    GrantStatement,
    Statement,
    contracts_of,
)
from ledger.proof.trust import DEVELOPMENT, Trust
from ledger.proof.verdict import Report


@dataclass(slots=True)
class Proven:
    """What a bundle was found to prove, as far as it was."""

    event: DecodedEvent | None = None
    facts: Facts | None = None


def verify(data: bytes, trust: Trust, node: NodeEvidence | None, now: datetime, at: datetime | None = None) -> Report:
    """The verdict on a bundle.

    Args:
        node: what a node said, or None when none could be asked.
        now: the verifier's clock, aware.
        at: a past time to ask about, aware; None for now. Only a grant is asked about its past.

    Raises Malformed when the bytes are no bundle, or when `at` has not come yet or is not to be asked about.
    """
    require_past(at, now)
    bundle = parse_bundle(data)
    if at is not None and not isinstance(bundle.statement, GrantStatement):
        raise Malformed("the past is asked about a certificate or a grant; this bundle says what its block holds")
    run = Checks(trust)
    if not knows_contracts(run, bundle.statement):
        return run.report(_described(bundle, Proven()))
    proven = check_bundle(run, bundle, node)
    facts = None
    if not run.contradicted:
        today = check_today(run, bundle.statement, node, at) if node is not None else None
        facts = newest(proven.facts, today)
    said = check_standing(run, bundle.statement, None, facts, now, at) if facts is not None else {}
    return run.report(_described(bundle, Proven(proven.event, facts)) | said)


def knows_contracts(run: Checks, statement: Statement) -> bool:
    """Adds to a run what the trust file lacks for a statement."""
    lacking = [name for name in contracts_of(statement) if name not in run.trust.contracts]
    if lacking:
        run.missing(
            "contract",
            f"the trust file knows no contract {', '.join(lacking)}: get a newer one",
            f"信任文件中没有合约 {', '.join(lacking)}：请取得新的信任文件",
        )
    return not lacking


def check_bundle(run: Checks, bundle: Bundle, node: NodeEvidence | None) -> Proven:
    """Adds to a run all that a bundle is to prove by itself.

    Raises Malformed when one of its headers is none. Requires the statement's contracts to be in the trust file.
    """
    statement, trust, proven = bundle.statement, run.trust, Proven()
    run.check(
        "trust",
        lambda: _check_origin(bundle, trust),
        "the bundle speaks of the trusted journal",
        "证明包所指账本与信任文件一致",
    )
    if run.contradicted:
        return proven
    state = open_state(bundle.evidence, trust)
    _check_seals(run, state, node)
    contracts = contracts_of(statement)

    def check_accounts() -> None:
        for contract in contracts:
            state.check_account(contract)

    def read_slots() -> None:
        facts = read_facts(statement, state.word, state.header)
        state.check_used()
        check_agreement(statement, facts)
        proven.facts = facts

    run.check("account", check_accounts, f"{', '.join(contracts)} with the trusted code", "合约及代码与信任文件一致")
    run.check("storage", read_slots, "the slots of the statement are proven", "所述内容的存储位置已证明")
    if bundle.act is None or run.contradicted:
        return proven
    act, facts = bundle.act, proven.facts
    assert facts is not None
    assert facts.journal is not None
    journal = facts.journal

    def read_act() -> None:
        proven.event = check_event(statement, act)
        check_content(statement, proven.event)

    run.check("act", read_act, "the log decodes and says what is stated", "日志可解码，且与所述一致")
    run.check(
        "path",
        lambda: check_path(statement, act, journal, trust),
        "the act's leaf leads to the journal's root",
        "记录的叶子经路径到达账本根",
    )
    return proven


def _check_seals(run: Checks, state: State, node: NodeEvidence | None) -> None:
    found: SealsUnknown | Message | None = None

    def check() -> None:
        nonlocal found
        found = check_seals(state, run.trust)

    run.check_said("header", check, lambda: _said(state, found))
    if run.contradicted or not isinstance(found, SealsUnknown):
        return
    if run.trust.consensus != DEVELOPMENT or node is None:
        run.missing(found.missing, found.en, found.zh)
    elif same_chain(node, run.trust):
        check_word(run, state, node)


def _said(state: State, found: SealsUnknown | Message | None) -> tuple[str, str]:
    number, hash_ = state.header.number, to_hex(state.hash)
    en, zh = (f": {found.en}", f"：{found.zh}") if isinstance(found, Message) else ("", "")
    return f"block {number}, {hash_}{en}", f"区块 {number}，{hash_}{zh}"


def _check_origin(bundle: Bundle, trust: Trust) -> None:
    if bundle.origin != trust.origin:
        raise Contradicted(
            "origin",
            f"the bundle speaks of journal {to_hex(bundle.origin)}, the trust file of {to_hex(trust.origin)}",
        )


def _described(bundle: Bundle, proven: Proven) -> dict[str, str]:
    """What the bundle states, and what is proven of it, for people."""
    statement = bundle.statement
    said = {"journal": to_hex(bundle.origin), "statement": _kind(statement)}
    match statement:
        case EntryStatement(id=id, version=version, digest=digest):
            said |= {"entry": to_hex(id), "version": str(version), "digest": to_hex(digest)}
        case CertificateStatement(registration=registration, version=version, root=root):
            said |= {"registration": registration, "version": str(version), "fields' root": to_hex(root)}
            said |= described_registration(statement, proven.facts.registration if proven.facts else None)
        case GrantStatement():
            said |= {
                "grant": str(statement.grant),
                "organization": statement.organization,
                "entry": to_hex(statement.entry),
                "operation": ", ".join(operations_in(statement.operation)).lower(),
                "time": moment(statement.time),
            }
        case AbsenceStatement(subject=subject):
            said |= {"entry": to_hex(subject)} if isinstance(subject, bytes) else {"registration": subject}
    if proven.event is not None:
        said |= described(statement, proven.event)
    if proven.facts is not None:
        said["as of"] = f"block {proven.facts.number}, {shown_time(proven.facts.time)}"
    return said


def _kind(statement: Statement) -> str:
    return type(statement).__name__.removesuffix("Statement").lower()
