"""What happened to one thing, told from the chain alone: every act, who did it, for which organization, who approved.

No mirror is asked. The journal is read and checked like in a replay, and every act is judged: a finding stands beside
its act.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from ledger.audit import rules
from ledger.audit.acts import NO_DIGEST, Act
from ledger.audit.book import Book
from ledger.audit.findings import Finding
from ledger.audit.history import concerned
from ledger.audit.journal import check_journal
from ledger.audit.reading import Header, Reader, read_header
from ledger.audit.replay import compromised, new_book
from ledger.audit.standing import standing
from ledger.audit.telling import Detail, details, local_time, organization_name
from ledger.audit.withheld import quiet, without_words
from ledger.chain.deployment import Deployment
from ledger.chain.rpc import Node
from ledger.errors import Inconsistent, NotFound
from ledger.indexer.fetch import collection_paused
from ledger.merkle.hashing import root_of
from ledger.model.act_words import EVENTS
from ledger.model.ids import to_hex
from ledger.model.message import Message
from ledger.model.suppression import Suppression

KINDS: Final = {
    "entry": Message("entry", "目录条目"),
    "registration": Message("registration", "登记"),
    "organization": Message("organization", "机构"),
    "grant": Message("grant", "授权"),
}
"""What can be told of."""


_SUPPRESSED = Message("suppressed in the operator's mirror", "运维方镜像库已屏蔽")


@dataclass(frozen=True, slots=True)
class Subject:
    """What is told of: its kind, its id as bytes, and as people write it."""

    kind: str
    id: bytes
    name: str


@dataclass(slots=True)
class Told:
    """One act, in words."""

    index: int
    event: str
    block: int
    time: int
    transaction: bytes
    account: bytes
    organization: str
    what: Message
    details: list[Detail]
    findings: list[Finding]
    approval: str = ""
    """Who proposed a root act, and when; empty for others."""


@dataclass(slots=True)
class Timeline:
    """The history of one thing up to a block."""

    subject: Subject
    deployment: Deployment
    head: Header
    size: int
    root: bytes
    acts: list[Told] = field(default_factory=list)
    standing: list[Detail] = field(default_factory=list)
    """How it stands at that block."""


def tell(
    node: Node,
    deployment: Deployment,
    subject: Subject,
    as_of: int | datetime | None = None,
    suppressed: Mapping[int, Suppression] | None = None,
) -> Timeline:
    """The history of a thing.

    Args:
        as_of: a block's number or a time; the head when None.
        suppressed: the acts whose words are not told, by index.

    Raises NotFound when no act is about it, Inconsistent when the node's logs are not the journal's.
    """
    head = read_header(node.request("eth_getBlockByNumber", "latest", False))
    reader = Reader(node, deployment, head.number)
    book = new_book(node, deployment, reader)
    told: list[Told] = []
    accounts: list[tuple[bytes, int]] = []
    is_within = _within(as_of)
    size = 0
    facts: list[Detail] | None = None
    with collection_paused():
        for read in reader.acts():
            act = read.act
            if facts is None and not is_within(act):
                facts = standing(book, subject.kind, subject.id, _moment(as_of, act.time))
            findings = rules.judge(book, act)
            accounts.append((act.account, act.time))
            withheld = suppressed.get(act.index) if suppressed else None
            if withheld is not None:
                act, findings = without_words(book, act), [quiet(finding) for finding in findings]
            if facts is None:
                size = act.index + 1
                if is_about(book, act, subject):
                    told.append(_told(book, act, findings))
                    if withheld is not None:
                        told[-1].details.append((_SUPPRESSED, Message(withheld.reason, withheld.reason)))
    differences = [*reader.differences, *check_journal(node, deployment, reader, None)]
    if differences:
        first = differences[0]
        raise Inconsistent(f"{first.place}: {first.message.en}. Nothing is told: run mulu audit replay")
    if not told:
        raise NotFound(f"no act is about {subject.kind} {subject.name}")
    by_index = {one.index: one for one in told}
    for finding in compromised(book, accounts, reader.blocks):
        if finding.index in by_index:
            by_index[finding.index].findings.append(finding)
    if facts is None:
        facts = standing(book, subject.kind, subject.id, _moment(as_of, head.time))
    end = _end(reader, head, as_of, size)
    return Timeline(subject, deployment, end, size, root_of(reader.leaves[:size]), told, facts)


def is_about(book: Book, act: Act, subject: Subject) -> bool:
    """Whether an act is about a thing, from the state after it."""
    if subject.kind == "registration":
        return any(step.number == subject.id for step in book.steps) or any(
            effect.table == "registration" and effect.key[0] == subject.id for effect in book.effects
        )
    if subject.kind == "entry":
        return any(
            (effect.table == "entry" and effect.key == subject.id)
            or (effect.table in ("entry_hold", "grant_hold") and effect.key[0] == subject.id)
            or (effect.table == "objection" and book.objections[effect.key].entry == subject.id != NO_DIGEST)
            for effect in book.effects
        )
    if subject.kind == "grant":
        number = int.from_bytes(subject.id)
        product = book.products.get(act.fields.get("product", 0))
        return act.fields.get("grant") == number or (product is not None and product.grant == number)
    account = book.accounts.get(act.account)
    return (
        concerned(book, act) == subject.name
        or (account is not None and account.organization == subject.id)
        or any(effect.table == "organization" and effect.key == subject.id for effect in book.effects)
    )


def to_json(timeline: Timeline) -> dict[str, Any]:
    """For programs."""
    return {
        "subject": {"kind": timeline.subject.kind, "id": timeline.subject.name},
        "chain_id": timeline.deployment.chain_id,
        "origin": to_hex(timeline.deployment.origin),
        "as_of": {
            "block": timeline.head.number,
            "hash": to_hex(timeline.head.hash),
            "time": local_time(timeline.head.time),
            "acts": timeline.size,
            "root": to_hex(timeline.root),
        },
        "standing": [_detail(one) for one in timeline.standing],
        "acts": [
            {
                "act": one.index,
                "event": one.event,
                "block": one.block,
                "time": local_time(one.time),
                "transaction": to_hex(one.transaction),
                "account": to_hex(one.account),
                "organization": one.organization,
                "what": {"zh": one.what.zh, "en": one.what.en},
                "details": [_detail(detail) for detail in one.details],
                "approval": one.approval or None,
                "findings": [{"code": f.code, "detail": f.detail} for f in one.findings],
            }
            for one in timeline.acts
        ],
    }


def _detail(detail: Detail) -> dict[str, str]:
    name, value = detail
    return {"name": name.en, "zh": name.zh, "value": value.zh, "value_en": value.en}


def _told(book: Book, act: Act, findings: list[Finding]) -> Told:
    account = book.accounts.get(act.account)
    number = act.fields.get("proposal", 0)
    proposal = book.proposals.get(number) if act.event != "ProposalMade" else None
    approval = ""
    if proposal is not None:
        approval = f"#{proposal.made.index} {to_hex(proposal.made.account)} {local_time(proposal.made.time)}"
    return Told(
        act.index,
        act.event,
        act.block,
        act.time,
        act.transaction,
        act.account,
        organization_name(book, account.organization) if account else "",
        EVENTS.get(act.event, Message(act.event, act.event)),
        details(book, act),
        list(findings),
        approval,
    )


def _within(as_of: int | datetime | None) -> Callable[[Act], bool]:
    if as_of is None:
        return lambda act: True
    if isinstance(as_of, datetime):
        until = int(as_of.timestamp())
        return lambda act: act.time <= until
    return lambda act: act.block <= as_of


def _moment(as_of: int | datetime | None, time: int) -> int:
    return int(as_of.timestamp()) if isinstance(as_of, datetime) else time


def _end(reader: Reader, head: Header, as_of: int | datetime | None, size: int) -> Header:
    """The block up to which is told: the last one with an act by then, for a time."""
    if as_of is None:
        return head
    number = min(as_of, head.number) if isinstance(as_of, int) else reader.blocks[size - 1]
    return reader.headers([number])[number]
