"""What proven facts make of a statement about a grant.

The statement has a time of its own. Asked about now, it must be its block's, so that nothing that the block knows is
left out; the block must not be older than the trust file's `max_age_seconds`, and terms are judged by the verifier's
clock: what has ended since is EXPIRED. Asked about the past (`at`), it must be the time that is asked about, not after
the block, and everything is judged by it.
"""

from datetime import datetime
from typing import Final

from ledger.model.grant import ALL_ITEMS, Coverage, Operation, Status, purposes_in
from ledger.model.grant_words import COVERAGES, OPERATIONS
from ledger.model.message import Message
from ledger.proof.checks import Checks
from ledger.proof.coverage import Answer, EntryState, GrantFacts, InForce, Registered, coverage
from ledger.proof.moment import moment
from ledger.proof.registration import Status as RegistrationStatus
from ledger.proof.statement import GrantStatement

PARTIES: Final = "parties"
"""Name of the line that says what is left out; it decides nothing."""
_CLOCK_SKEW_SECONDS: Final = 60
_RETIRED: Final = 2
"""`ICatalog.Status.RETIRED`."""
_ENDED: Final = {
    Status.SUSPENDED: "SUSPENDED",
    Status.REVOKED: "REVOKED",
    Status.TERMINATED: "CANCELLED",
    Status.EXITED: "CANCELLED",
    Status.CLOSED: "CANCELLED",
}
"""Words of DESIGN §4 for what a grant is worth; any other is ABSENT."""


def check_grant(
    run: Checks,
    statement: GrantStatement,
    facts: GrantFacts,
    block: tuple[int, datetime],
    now: datetime,
    at: datetime | None,
) -> dict[str, str]:
    """Adds to a run whether a grant covers what is stated. What is covered, for people.

    Args:
        block: number and time of the block that the facts are of.
        now: the verifier's clock, aware.
        at: a past time to ask about, aware; None for now.
    """
    number, head = block[0], int(block[1].timestamp())
    if at is None:
        _check_now(run, facts.time, number, head, int(now.timestamp()))
    else:
        _check_then(run, facts.time, number, head, int(at.timestamp()))
    # Of now only where all that its block knows is in it; a clock that is a little behind does not undo what has begun.
    is_past = at is not None or facts.time != head
    time = facts.time if is_past else max(facts.time, int(now.timestamp()))
    answer = coverage(facts, statement.operation, time)
    run.note(
        PARTIES,
        "not part of it: whether an organization was suspended, which ends no grant",
        "不在证明之列：机构当时是否被暂停（暂停机构并不终止授权）",
    )
    if facts.chain[0].held is None:
        _end(run, "ABSENT", answer, f"grant {statement.grant} was not in force by then", "授权当时尚未生效", time)
    elif facts.grantee != statement.organization:
        run.ended(
            "ABSENT",
            f"grant {statement.grant} is to {facts.grantee}, not to {statement.organization}",
            f"授权 {statement.grant} 的被授权方为 {facts.grantee}，而非 {statement.organization}",
        )
    elif answer.coverage is Coverage.COVERED:
        said = _covered(statement, facts, answer)
        known, items = moment(facts.time), said["items"]
        zh_items = "全部" if items == "all" else items
        chain = ", under ".join(f"{link.grant} version {link.held.version}" for link in facts.chain if link.held)
        zh_chain = "，上级 ".join(f"{link.grant} 第 {link.held.version} 版" for link in facts.chain if link.held)
        run.check(
            "status",
            lambda: None,
            f"COVERED at {moment(time)}, as recorded up to {known}, by grant {chain}; items: {items}",
            f"按截至 {known} 的记录，{moment(time)} 时在授权 {zh_chain}范围内；信息项：{zh_items}",
        )
        return said
    else:
        word, why = _why(answer, facts, time)
        _end(run, word, answer, why.en, why.zh, time)
    return {}


def _covered(statement: GrantStatement, facts: GrantFacts, answer: Answer) -> dict[str, str]:
    listed = [number for number in range(ALL_ITEMS.bit_length()) if answer.items >> number & 1]
    ends = [link.held.end for link in facts.chain if link.held is not None]
    if facts.registration is not None:
        ends.append(facts.registration.valid_until)
    return {
        "grantor": facts.chain[0].grantor,
        "items": "all" if answer.items == ALL_ITEMS else ", ".join(map(str, listed)),
        "purposes": ", ".join(purposes_in(answer.purposes)).lower(),
        "not beyond": moment(min(ends)),
    }


def _end(run: Checks, word: str, answer: Answer, en: str, zh: str, time: int) -> None:
    reason, by = answer.coverage, answer.by.grant
    run.ended(
        word,
        f"{reason.name} at grant {by}: {COVERAGES[reason].en}: {en} ({moment(time)})",
        f"授权 {by}：{COVERAGES[reason].zh}（{reason.name}）：{zh}（{moment(time)}）",
    )


def _why(answer: Answer, facts: GrantFacts, time: int) -> tuple[str, Message]:
    """The word of DESIGN §4 for why not, and what was found."""
    held = answer.by.held
    if held is None:
        return "ABSENT", Message("no version was in force by then", "当时尚无生效版本")
    match answer.coverage:
        case Coverage.NOT_EFFECTIVE:
            return _not_effective(held, time)
        case Coverage.NOT_PUBLISHED:
            return _not_published(facts.entry)
        case Coverage.NOT_REGISTERED:
            return _not_registered(facts.registration, time)
        case Coverage.NOT_PERMITTED:
            entry = facts.entry
            # What was granted was another version, that permitted it.
            later = 0 < held.listed.version < entry.version
            values = f"share {entry.share}, open {entry.open}, level {entry.level}"
            zh_values = f"共享 {entry.share}、开放 {entry.open}、级别 {entry.level}"
            return "SUPERSEDED" if later else "ABSENT", Message(
                f"version {entry.version} of the entry has {values}; granted up to level {held.listed.level}",
                f"目录第 {entry.version} 版：{zh_values}；授权最高级别 {held.listed.level}",
            )
        case Coverage.NOT_OPERATED:
            names = [OPERATIONS[one] for one in Operation if held.listed.operations & one]
            return "ABSENT", Message(
                f"it lists {', '.join(one.en for one in names)}", f"所列操作为{'、'.join(one.zh for one in names)}"
            )
        case _:
            return "ABSENT", Message(f"version {held.version} is in force", f"现行为第 {held.version} 版")


def _not_effective(held: InForce, time: int) -> tuple[str, Message]:
    runs = held.status in (Status.ACTIVE, Status.SUSPENDED)
    if runs and time >= held.end:
        return "EXPIRED", Message(f"its term ended at {moment(held.end)}", f"期限已于 {moment(held.end)} 届满")
    if held.status is Status.ACTIVE:
        return "ABSENT", Message(f"its term begins at {moment(held.start)}", f"期限自 {moment(held.start)} 起")
    word = held.status.name.lower()
    return _ENDED.get(held.status, "ABSENT"), Message(
        f"{word} since {moment(held.since)}", f"自 {moment(held.since)} 起状态为 {held.status.name}"
    )


def _not_published(entry: EntryState) -> tuple[str, Message]:
    if entry.status == _RETIRED:
        return "CANCELLED", Message(f"retired at version {entry.version}", f"已在第 {entry.version} 版停用")
    return "ABSENT", Message(f"its version was {entry.version}", f"当时为第 {entry.version} 版")


def _not_registered(registration: Registered | None, time: int) -> tuple[str, Message]:
    if registration is None:
        return "ABSENT", Message("no registration speaks for it", "没有登记涵盖该目录")
    number, status = registration.number, registration.status
    if status in (RegistrationStatus.ACTIVE, RegistrationStatus.SUSPENDED) and time >= registration.valid_until:
        until = moment(registration.valid_until)
        return "EXPIRED", Message(f"registration {number} expired at {until}", f"登记 {number} 已于 {until} 到期")
    if status is RegistrationStatus.ACTIVE:
        return "ABSENT", Message(f"registration {number} no longer has it", f"登记 {number} 现不含该目录")
    word = status.name if status is not RegistrationStatus.NONE else "ABSENT"
    return word, Message(f"registration {number} is {status.name.lower()}", f"登记 {number} 状态为 {status.name}")


def _check_now(run: Checks, known: int, number: int, head: int, now: int) -> None:
    age = now - known
    if known != head:
        run.missing(
            "time",
            f"it speaks of {moment(known)}, its block {number} is of {moment(head)}: ask about that time with --at, or "
            "make a bundle of now",
            f"所述时间为 {moment(known)}，区块 {number} 的时间为 {moment(head)}：可用 --at 询问该时间，"
            "或就现在另行生成",
        )
    elif age < -_CLOCK_SKEW_SECONDS:
        run.missing(
            "freshness",
            f"block {number} is of {moment(head)}, ahead of the local clock: check the clock",
            f"区块 {number} 的时间 {moment(head)} 晚于本机时钟：请校准时钟",
        )
    elif age > run.trust.max_age_seconds:
        hours = run.trust.max_age_seconds // 3600
        run.missing(
            "freshness",
            f"what follows is by what was recorded up to block {number} ({moment(head)}), nothing is known since: "
            f"older than {hours} hours. Ask about that time with --at, or make a newer bundle",
            f"以下依据截至区块 {number}（{moment(head)}）的记录，已超过 {hours} 小时，其后未知：可用 --at "
            "询问该时间，或重新生成证明包",
        )
    else:
        run.check("freshness", lambda: None, f"block {number} of {moment(head)}", f"区块 {number}，{moment(head)}")


def _check_then(run: Checks, known: int, number: int, head: int, at: int) -> None:
    if known != at:
        run.missing(
            "time",
            f"it speaks of {moment(known)}, not of {moment(at)}: make a bundle of that time (mulu prove grant --at)",
            f"所述时间为 {moment(known)}，而非 {moment(at)}：请就该时间另行生成（mulu prove grant --at）",
        )
    elif known > head:
        run.missing(
            "block",
            f"block {number} of {moment(head)} lies before the time that is asked about",
            f"区块 {number}（{moment(head)}）早于所问时间",
        )
    else:
        said = f"block {number} of {moment(head)} has all that was recorded by {moment(at)}"
        run.check("time", lambda: None, said, f"区块 {number}（{moment(head)}）含截至 {moment(at)} 的全部记录")
