"""`grant approve`, `decide`, `sign`, `withdraw`: the approvals of a version, each shown in full before it is signed."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.app import App
from ledger.cli.grant_parts import (
    Account,
    All,
    DigestOption,
    Document,
    ListFile,
    Numbers,
    Parent,
    Reason,
    SkipUnfit,
    Yes,
    chosen_numbers,
    confirm,
    digest_of,
    grants_of,
    say_sent,
)
from ledger.cli.output import AsJson, note, print_json, progress
from ledger.errors import Malformed, Rejected
from ledger.model.grant import Approval
from ledger.model.ids import to_hex
from ledger.model.message import Message
from ledger.model.roles import Role

if TYPE_CHECKING:
    from ledger.grant.approving import Actor, Pending, Sorted

_EPOCH = date(1970, 1, 1)
_ROLES = {
    Approval.IMPLEMENTATION: Role.APPROVER,
    Approval.AUTHORITY: Role.APPROVER,
    Approval.DECISION: Role.APPROVER,
    Approval.CONSENT: Role.GRANTOR,
}


def add_to(cli: typer.Typer) -> None:
    """Adds these commands."""
    for command in (approve, decide, sign, withdraw):
        cli.command()(command)


def approve(
    numbers: Numbers = None,
    what: Annotated[str, typer.Option("--as", help="implementation, authority or consent.")] = "",
    provider: Annotated[
        list[str] | None, typer.Option(help="Whose consent; all that your organization may act for by default.")
    ] = None,
    document: Document = None,
    digest: DigestOption = None,
    refuse: Annotated[bool, typer.Option("--refuse", help="Refuse instead; the document gives the reasons.")] = False,
    file: ListFile = None,
    everything: All = False,
    parent: Parent = None,
    skip_unfit: SkipUnfit = False,
    yes: Yes = False,
    account: Account = None,
    as_json: AsJson = False,
) -> None:
    """Approve plans as the implementing body, the data authority, or a provider of data; or refuse them."""
    from ledger.grant.spellings import APPROVALS

    approval = APPROVALS.get(what.strip().casefold())
    if approval is None:
        raise Malformed("say with --as what you approve as: implementation, authority or consent")
    if provider and approval is not Approval.CONSENT:
        raise Malformed("--provider goes with --as consent")
    named = chosen_numbers(numbers, file, everything=everything, parent=parent)
    hashed = _required(digest_of(document, digest))
    _take(
        approval, named, parent, hashed, 0, refuse, provider or [], skip_unfit or everything, yes, account, as_json,
        strict=bool(numbers),
    )  # fmt: skip


def decide(
    numbers: Numbers = None,
    document: Annotated[Path | None, typer.Option(help="The minutes: their SHA-256 goes on chain.")] = None,
    digest: DigestOption = None,
    on: Annotated[str, typer.Option("--date", help="Day of the collective decision, like 2026-03-01.")] = "",
    refuse: Annotated[bool, typer.Option("--refuse", help="It was decided not to grant.")] = False,
    file: ListFile = None,
    everything: All = False,
    parent: Parent = None,
    skip_unfit: SkipUnfit = False,
    yes: Yes = False,
    account: Account = None,
    as_json: AsJson = False,
) -> None:
    """Record the collective decision (三重一大) of the grantor: its minutes' digest and its day."""
    from ledger.grant.rows import Wrong
    from ledger.grant.spellings import day

    named = chosen_numbers(numbers, file, everything=everything, parent=parent)
    hashed = _required(digest_of(document, digest))
    days = 0
    if not refuse:
        try:
            days = (day(on) - _EPOCH).days
        except Wrong:
            raise Malformed(f"--date {on!r}: say the day of the decision, like 2026-03-01") from None
    _take(
        Approval.DECISION, named, parent, hashed, days, refuse, [], skip_unfit or everything, yes, account, as_json,
        strict=bool(numbers),
    )  # fmt: skip


def sign(
    numbers: Numbers = None,
    agreement: Annotated[Path | None, typer.Option(help="The agreement: its SHA-256 goes on chain.")] = None,
    digest: DigestOption = None,
    refuse: Annotated[bool, typer.Option("--refuse", help="Refuse to sign; the document gives the reasons.")] = False,
    file: ListFile = None,
    everything: All = False,
    parent: Parent = None,
    skip_unfit: SkipUnfit = False,
    yes: Yes = False,
    account: Account = None,
    as_json: AsJson = False,
) -> None:
    """Sign the agreement as the grantor, or countersign it as the grantee. With the last signature it is in force."""
    named = chosen_numbers(numbers, file, everything=everything, parent=parent)
    hashed = _required(digest_of(agreement, digest))
    _take(
        None, named, parent, hashed, 0, refuse, [], skip_unfit or everything, yes, account, as_json,
        strict=bool(numbers),
    )  # fmt: skip


def withdraw(
    numbers: Numbers = None,
    reason: Reason = None,
    document: Document = None,
    file: ListFile = None,
    yes: Yes = False,
    account: Account = None,
    as_json: AsJson = False,
) -> None:
    """Withdraw versions that are not in force yet, as the grantor. Their entries are released by settling."""
    from ledger.cli.grant_shown import show_candidates
    from ledger.grant.approving import open_versions
    from ledger.grant.sending import GrantSender, Sent, Step

    named = chosen_numbers(numbers, file, everything=False, parent=None) or []
    hashed = digest_of(document, None, reason)
    app = App()
    chosen = app.choose(account, Role.GRANTOR)
    found, done = open_versions(grants_of(app), named)
    sent = Sent()
    if found:
        if not as_json or not yes:
            show_candidates(app, found)
        confirm(str(len(found)), Message(f"withdraw {len(found)} versions?", f"将撤回 {len(found)} 个方案。"), yes=yes)
        with progress(len(found), "withdrawing", "正在撤回") as advance:
            sender = GrantSender(app.contracts, app.sender(chosen), advance)
            steps = [Step(one.number, one.version_number, hashed) for one in found]
            sent = sender.step("Plans", "withdraw", steps)
    if as_json:
        print_json(
            {
                "withdrawn": [{"grant": one.number, "version": one.version_number} for one in found],
                "done_before": done,
                "transactions": sent.transaction_count,
                "gas": sent.gas_used,
            }
        )
        return
    say_sent(sent, Message("withdrawn", "撤回方案"), len(done))


def _take(
    approval: Approval | None,
    numbers: list[int] | None,
    parent: int | None,
    document: bytes,
    days: int,
    refuse: bool,
    providers: list[str],
    skip_unfit: bool,
    yes: bool,
    account: str | None,
    as_json: bool,
    *,
    strict: bool,
) -> None:
    """Takes or refuses one approval of some grants.

    Args:
        approval: None for the signature that is the account's to give.
        strict: whether each grant was named, so that one that had the approval already is an error.
    """
    from ledger.cli.grant_shown import show_pending
    from ledger.grant.approving import require_some, sort_approvals
    from ledger.grant.sending import GrantSender, Sent

    app = App()
    chosen = _signer(app, approval, account)
    actor = _actor(app, chosen)
    app.synced_mirror()
    sender = app.sender(chosen)
    found = sort_approvals(grants_of(app), approval, numbers, actor, parent=parent, providers=providers)
    require_some(found)
    _note_unfit(found, skip_unfit=skip_unfit)
    if strict and found.done:
        raise Rejected(f"grant {found.done[0]} has this approval already", reason="PlanApprovalInvalid")
    sent = Sent()
    if found.pending:
        if not as_json or not yes:
            show_pending(app, found.pending, document, refuse=refuse)
        _confirm(found.pending, refuse=refuse, yes=yes)
        with progress(len(found.pending), "signing", "正在签署") as advance:
            grants = GrantSender(app.contracts, sender, advance)
            if refuse:
                sent = grants.refuse([one.refused(document) for one in found.pending])
            else:
                sent = grants.approve([one.approved(document, days) for one in found.pending])
    taken = [_json(app, one) for one in found.pending]
    if as_json:
        print_json(
            {
                "refused" if refuse else "taken": taken,
                "done_before": list(found.done),
                "unfit": [{"grant": number, "standing": standing.en} for number, standing in found.unfit],
                "transactions": sent.transaction_count,
                "gas": sent.gas_used,
            }
        )
        return
    done = Message("refused", "不予同意") if refuse else Message("approvals taken", "签署完成")
    say_sent(sent, done, len(found.done))
    _say_standing(taken)


def _note_unfit(found: "Sorted", *, skip_unfit: bool) -> None:
    for number, standing in found.unfit:
        note(f"grant {number}: {standing.en}", f"授权 {number}：{standing.zh}")
    if found.unfit and not skip_unfit:
        raise Rejected(f"this is not open to {len(found.unfit)} of the grants: --skip-unfit goes on with the rest")


def _confirm(pending: "tuple[Pending, ...]", *, refuse: bool, yes: bool) -> None:
    from ledger.cli.grant_shown import approval_word

    word = approval_word(pending[0].approval)
    if len(pending) == 1:
        number = pending[0].candidate.number
        en, zh = f"{word.en} of grant {number}", f"授权 {number}：{word.zh}"
        typed = str(number)
    else:
        en, zh = f"{word.en}, {len(pending)} times", f"{word.zh}，共 {len(pending)} 项"
        typed = str(len(pending))
    question = (
        Message(f"refuse {en}?", f"不予同意（{zh}）。") if refuse else Message(f"sign {en}?", f"将签署（{zh}）。")
    )
    confirm(typed, question, yes=yes)


def _signer(app: App, approval: Approval | None, account: str | None) -> str:
    if approval is not None:
        return app.choose(account, _ROLES[approval])
    if account is None:
        raise Malformed("say with --account who signs: the grantor's GRANTOR, or the grantee's APPLICANT")
    return account


def _actor(app: App, account: str) -> "Actor":
    from ledger.grant.approving import Actor

    address = app.address_of(account)
    organization, _ = app.roles_of(address)
    if not organization:
        raise Rejected(f"account {account} acts for no organization", reason="AccountRoleMissing")
    return Actor(address, organization, grants_of(app).data_authority())


def _required(digest: bytes) -> bytes:
    if digest == bytes(32):
        raise Malformed("name the document, or give its --digest")
    return digest


def _json(app: App, one: "Pending") -> dict[str, Any]:
    candidate = one.candidate
    procedure = grants_of(app).procedure(candidate.number, candidate.version_number)
    return {
        "grant": candidate.number,
        "version": candidate.version_number,
        "approval": one.approval.name,
        "provider": one.provider,
        "scope_count": one.scope.count,
        "scope_digest": to_hex(one.scope.digest),
        "stage": procedure.stage.name,
        "missing": [approval.name for approval in procedure.missing],
    }


def _say_standing(taken: list[dict[str, Any]]) -> None:
    from ledger.cli.grant_shown import approval_word, stage_word
    from ledger.cli.output import say

    for one in taken[:20]:
        missing = [approval_word(Approval[name]) for name in one["missing"]]
        stage = stage_word(one["stage"])
        if missing and one["stage"] == "REVIEW":
            en, zh = f", waits for {', '.join(m.en for m in missing)}", f"，待：{'、'.join(m.zh for m in missing)}"
        else:
            en = zh = ""
        word = approval_word(Approval[one["approval"]])
        say(
            f"grant {one['grant']}, version {one['version']}: {word.en}; {stage.en}{en}",
            f"授权 {one['grant']} 第 {one['version']} 版：{word.zh}；{stage.zh}{zh}",
        )
