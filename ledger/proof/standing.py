"""What proven facts make of a statement: whether they are recent enough, and whether it is in force."""

from datetime import datetime, timedelta

from ledger.proof.checks import Checks
from ledger.proof.facts import EntryFacts, Facts, check_agreement
from ledger.proof.granted import check_grant
from ledger.proof.moment import shown_time
from ledger.proof.registration import Shown, check_registration
from ledger.proof.statement import (
    AbsenceStatement,
    CertificateStatement,
    EntryStatement,
    GrantStatement,
    Statement,
)

_CLOCK_SKEW = timedelta(seconds=60)
_RETIRED = 2
"""`ICatalog.Status.RETIRED`."""


def check_standing(
    run: Checks, statement: Statement, shown: Shown | None, facts: Facts, now: datetime, at: datetime | None
) -> dict[str, str]:
    """Adds to a run what facts make of a statement, now or at a past time. What only that says, for people.

    Args:
        shown: what the certificate shows, where the statement is a certificate's and it is there.
        now: the verifier's clock, aware.
        at: a past time to ask about, aware; None for now.
    """
    if isinstance(statement, GrantStatement) and facts.grant is not None:
        return check_grant(run, statement, facts.grant, (facts.number, facts.time), now, at)
    head = f"block {facts.number}, {shown_time(facts.time)}"
    zh_head = f"区块 {facts.number}，{shown_time(facts.time)}"
    if at is None:
        _check_freshness(run, facts, now)
    else:
        _check_reach(run, facts, at)
    match statement:
        case EntryStatement() if facts.entry is not None:
            _check_entry(run, statement, facts, facts.entry, head, zh_head)
        case CertificateStatement() if facts.registration is not None:
            check_registration(run, statement, shown, facts.registration, (head, zh_head), at or now)
        case AbsenceStatement() if facts.is_absent:
            run.ended("ABSENT", f"the ledger has none ({head})", f"账本中没有（{zh_head}）")
        case AbsenceStatement():
            run.ended("SUPERSEDED", f"there is one by now ({head})", f"现已存在（{zh_head}）")
    return {}


def newest(ofbundle: Facts | None, today: Facts | None) -> Facts | None:
    """The facts of the later block: a node can lag behind a bundle."""
    known = [facts for facts in (today, ofbundle) if facts is not None]
    return max(known, key=lambda facts: facts.number, default=None)


def _check_freshness(run: Checks, facts: Facts, now: datetime) -> None:
    age = now - facts.time
    if age < -_CLOCK_SKEW:
        run.missing(
            "freshness",
            f"block {facts.number} is of {shown_time(facts.time)}, ahead of the local clock: check the clock",
            f"区块 {facts.number} 的时间 {shown_time(facts.time)} 晚于本机时钟：请校准时钟",
        )
    elif age > timedelta(seconds=run.trust.max_age_seconds):
        run.missing(
            "freshness",
            f"what follows held at block {facts.number} ({shown_time(facts.time)}), nothing is known since: older than "
            f"{run.trust.max_age_seconds // 3600} hours",
            f"以下为区块 {facts.number}（{shown_time(facts.time)}）时的状态，已超过"
            f" {run.trust.max_age_seconds // 3600} 小时，其后未知",
        )
    else:
        run.check(
            "freshness",
            lambda: None,
            f"block {facts.number} of {shown_time(facts.time)}",
            f"区块 {facts.number}，{shown_time(facts.time)}",
        )


def _check_reach(run: Checks, facts: Facts, at: datetime) -> None:
    if at > facts.time:
        run.missing(
            "freshness",
            f"block {facts.number} is of {shown_time(facts.time)}, before the time that is asked about",
            f"区块 {facts.number} 的时间 {shown_time(facts.time)} 早于所查询的时间",
        )
        return
    run.check(
        "freshness",
        lambda: None,
        f"{shown_time(at)} lies before block {facts.number} of {shown_time(facts.time)}",
        f"{shown_time(at)} 早于区块 {facts.number}（{shown_time(facts.time)}）",
    )


def _check_entry(
    run: Checks, statement: EntryStatement, facts: Facts, entry: EntryFacts, head: str, zh_head: str
) -> None:
    if entry.status == _RETIRED and entry.version > statement.version:
        run.ended(
            "CANCELLED",
            f"the entry was retired at version {entry.version} ({head})",
            f"条目已在第 {entry.version} 版停用（{zh_head}）",
        )
    elif entry.version > statement.version:
        run.ended(
            "SUPERSEDED",
            f"version {entry.version} is in force ({head})",
            f"现行为第 {entry.version} 版（{zh_head}）",
        )
    else:
        run.check("status", lambda: check_agreement(statement, facts), f"in force at {head}", f"有效（{zh_head}）")
