"""Checks of the act that a bundle carries: that it says what is stated, and that it stands in the journal."""

import hashlib

from ledger.chain.events import DecodedEvent, decode
from ledger.chain.journal_entry import entry_leaf
from ledger.errors import Contradicted, Malformed
from ledger.merkle.proof import verify_inclusion
from ledger.model import canonical
from ledger.model.ids import entry_id, to_hex
from ledger.proof.bundle import RecordedAct
from ledger.proof.facts import JournalFacts
from ledger.proof.moment import moment
from ledger.proof.statement import CertificateStatement, EntryStatement, Statement, contract_of
from ledger.proof.trust import Trust


def check_event(statement: Statement, act: RecordedAct) -> DecodedEvent:
    """The event that an act's log is, checked to be what the statement says. Raises Contradicted("content")."""
    contract = contract_of(statement)
    try:
        event = decode(contract, act.topics, act.data)
    except Malformed as error:
        raise Contradicted("content", f"the act is no event of {contract}: {error}") from error
    if event.index != act.index:
        raise Contradicted("content", f"the log says act {event.index}, the bundle {act.index}")
    match statement:
        case EntryStatement(id=id, version=version):
            if event.event != "EntryPublished":
                raise Contradicted("content", f"{event.event} publishes no entry")
            if event.fields["id"] != id or event.fields["version"] != version:
                raise Contradicted(
                    "content",
                    f"the log says version {event.fields['version']} of {to_hex(event.fields['id'])}, "
                    f"the statement version {version} of {to_hex(id)}",
                )
            _check_id(event)
        case CertificateStatement(registration=number, version=version):
            if event.event != "RegistrationIssued":
                raise Contradicted("content", f"{event.event} issues no certificate")
            if event.fields["number"] != number.encode("ascii") or event.fields["version"] != version:
                raise Contradicted(
                    "content",
                    f"the log issues version {event.fields['version']} of {to_hex(event.fields['number'])}, "
                    f"the statement is of version {version} of {number}",
                )
    return event


def check_content(statement: Statement, event: DecodedEvent) -> None:
    """Checks that an entry's content has the digest that is stated. Raises Contradicted("content")."""
    if isinstance(statement, EntryStatement):
        digest = hashlib.sha256(event.fields["content"]).digest()
        if digest != statement.digest:
            raise Contradicted(
                "content", f"the content hashes to {to_hex(digest)}, the statement says {to_hex(statement.digest)}"
            )


def check_path(statement: Statement, act: RecordedAct, journal: JournalFacts, trust: Trust) -> None:
    """Checks that an act's leaf leads to the journal's root. Raises Contradicted("path")."""
    emitter = trust.contracts[contract_of(statement)].address
    leaf = entry_leaf(emitter, act.topics, act.data)
    try:
        verify_inclusion(leaf, act.index, journal.size, act.path, journal.root)
    except Malformed as error:
        raise Contradicted("path", str(error)) from error


def described(statement: Statement, event: DecodedEvent) -> dict[str, str]:
    """What an act says, for people; control characters never reach a terminal."""
    said = {"act": str(event.index)}
    if "time" in event.fields:
        said["time"] = moment(event.fields["time"])
    if "account" in event.fields:
        said["account"] = to_hex(event.fields["account"])
    said["event"] = event.event
    if isinstance(statement, EntryStatement) and event.event == "EntryPublished":
        said["provider"] = event.fields["provider"].decode("ascii", "replace")
        said["local code"] = printable(event.fields["localCode"].decode("utf-8", "replace"))
        try:
            content = canonical.decode(event.fields["content"])
        except Malformed:
            content = None
        if isinstance(content, dict) and isinstance(content.get("title"), str):
            said["title"] = printable(content["title"])
    return said


def printable(text: str) -> str:
    """Text without control characters; line feeds become spaces."""
    return "".join(c if c.isprintable() else " " if c == "\n" else "�" for c in text)


def _check_id(event: DecodedEvent) -> None:
    try:
        own = entry_id(event.fields["provider"].decode("ascii"), event.fields["localCode"].decode("utf-8"))
    except ValueError as error:
        raise Contradicted("content", f"provider or local code are malformed: {error}") from error
    if own != event.fields["id"]:
        raise Contradicted("content", "the entry's id is not that of its provider and local code")
