"""Verifies a bundle against a trust file and, where there is one, against what a node says."""

import hashlib
from datetime import UTC, datetime

from ledger.chain.events import DecodedEvent, decode, entry_bytes
from ledger.errors import Contradicted, Malformed
from ledger.merkle.hashing import leaf_hash
from ledger.merkle.proof import verify_inclusion
from ledger.model import canonical
from ledger.model.ids import entry_id, to_hex
from ledger.proof.bundle import ActStatement, Bundle, EntryStatement, parse_bundle
from ledger.proof.checks import Checks
from ledger.proof.node import NodeEvidence, check_node, shown_time
from ledger.proof.trust import Trust
from ledger.proof.verdict import Report


def verify(data: bytes, trust: Trust, node: NodeEvidence | None, now: datetime) -> Report:
    """The verdict on a bundle.

    Args:
        node: what a node said, or None when none could be asked.
        now: the verifier's clock, aware.

    Raises Malformed when the bytes are no bundle.
    """
    bundle = parse_bundle(data)
    run = Checks(trust)
    run.check(
        "trust",
        lambda: _check_origin(bundle, trust),
        "the bundle speaks of the trusted journal",
        "证明包所指账本与信任文件一致",
    )
    event: DecodedEvent | None = None

    def decoded() -> None:
        nonlocal event
        event = _check_act(bundle)

    run.check("act", decoded, "the log decodes and says what the statement says", "日志可解码，且与所述一致")
    run.check(
        "content",
        lambda: _check_content(bundle, event),
        "the content hashes to the digest",
        "内容与摘要值一致",
    )
    run.check(
        "path",
        lambda: _check_path(bundle, trust),
        "the act's leaf leads to the journal's root",
        "记录的叶子经路径到达账本根",
    )
    if node is None:
        run.missing(
            "node",
            "no node has answered and the bundle carries no header: whether this root is the "
            "chain's, and what holds today, is open",
            "没有节点的答复且证明包不含区块头：无法判断该根是否属于本链及当前状态",
        )
    else:
        check_node(run, bundle, node, now)
    return run.report(_described(bundle, event))


def _check_origin(bundle: Bundle, trust: Trust) -> None:
    if bundle.origin != trust.origin:
        raise Contradicted(
            "origin",
            f"the bundle speaks of journal {to_hex(bundle.origin)}, the trust file of {to_hex(trust.origin)}",
        )


def _contract(bundle: Bundle) -> str:
    return bundle.statement.contract if isinstance(bundle.statement, ActStatement) else "Catalog"


def _check_act(bundle: Bundle) -> DecodedEvent:
    contract = _contract(bundle)
    try:
        event = decode(contract, bundle.topics, bundle.data)
    except (Malformed, KeyError, FileNotFoundError) as error:
        raise Contradicted("content", f"the act is no event of {contract}: {error}") from error
    if event.index != bundle.index:
        raise Contradicted("content", f"the log says act {event.index}, the bundle {bundle.index}")
    statement = bundle.statement
    if isinstance(statement, EntryStatement):
        if event.event != "EntryPublished":
            raise Contradicted("content", f"{event.event} publishes no entry")
        if event.fields["id"] != statement.id or event.fields["version"] != statement.version:
            raise Contradicted(
                "content",
                f"the log says version {event.fields['version']} of {to_hex(event.fields['id'])}, "
                f"the statement version {statement.version} of {to_hex(statement.id)}",
            )
        _check_id(event)
    return event


def _check_id(event: DecodedEvent) -> None:
    try:
        own = entry_id(event.fields["provider"].decode("ascii"), event.fields["localCode"].decode("utf-8"))
    except ValueError as error:
        raise Contradicted("content", f"provider or local code are malformed: {error}") from error
    if own != event.fields["id"]:
        raise Contradicted("content", "the entry's id is not that of its provider and local code")


def _check_content(bundle: Bundle, event: DecodedEvent | None) -> None:
    if isinstance(bundle.statement, EntryStatement) and event is not None:
        digest = hashlib.sha256(event.fields["content"]).digest()
        if digest != bundle.statement.digest:
            raise Contradicted(
                "content",
                f"the content hashes to {to_hex(digest)}, the statement says {to_hex(bundle.statement.digest)}",
            )


def _check_path(bundle: Bundle, trust: Trust) -> None:
    contract = trust.contracts.get(_contract(bundle))
    if contract is None:
        raise Contradicted("content", f"the trust file knows no contract {_contract(bundle)}")
    leaf = leaf_hash(entry_bytes(contract.address, bundle.topics, bundle.data))
    try:
        verify_inclusion(leaf, bundle.index, bundle.size, bundle.path, bundle.root)
    except (Malformed, ValueError) as error:
        raise Contradicted("path", str(error)) from error


def _described(bundle: Bundle, event: DecodedEvent | None) -> dict[str, str]:
    """What the bundle proves, for people; control characters never reach a terminal."""
    described = {"journal": to_hex(bundle.origin), "act": str(bundle.index)}
    if event is None:
        return described
    if "time" in event.fields:
        described["time"] = _moment(event.fields["time"])
    if "account" in event.fields:
        described["account"] = to_hex(event.fields["account"])
    described["event"] = event.event
    if isinstance(bundle.statement, EntryStatement):
        described["entry"] = to_hex(bundle.statement.id)
        described["version"] = str(bundle.statement.version)
        described["provider"] = event.fields["provider"].decode("ascii", "replace")
        described["local code"] = _printable(event.fields["localCode"].decode("utf-8", "replace"))
        described["digest"] = to_hex(bundle.statement.digest)
        try:
            content = canonical.decode(event.fields["content"])
        except Malformed:
            content = None
        if isinstance(content, dict) and isinstance(content.get("title"), str):
            described["title"] = _printable(content["title"])
    return described


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "�" for character in text)


def _moment(seconds: int) -> str:
    try:
        return shown_time(datetime.fromtimestamp(seconds, UTC))
    except (OverflowError, ValueError, OSError):
        return f"{seconds} s"
