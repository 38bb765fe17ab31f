"""`mulu objection`: objections against registrations and against entries' data.

A person without an account objects through an ACCEPTOR. What identifies the person is in a file that stays off chain;
the chain has a salted commitment to it.
"""

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from ledger.app import App
from ledger.chain.sender import Call
from ledger.cli.moment import shown_local
from ledger.cli.output import AsJson, chinese, note, pick, print_json, say, table
from ledger.cli.registration import reason_digest
from ledger.errors import Malformed, NotFound, Rejected
from ledger.files import read_bytes, write_private
from ledger.model.ids import to_hex
from ledger.model.message import Message
from ledger.model.registration import ObjectionState
from ledger.model.registration_words import OBJECTION_STATES
from ledger.model.roles import Role

_KEPT_BYTES: Final = 65_536
"""More than a kept file has: an identity is a few lines."""

cli = typer.Typer(help="Objections: raise, decide, look up.", no_args_is_help=True)

Objections = Annotated[list[int], typer.Argument(help="Numbers of objections.")]
Reason = Annotated[str | None, typer.Option(help="The reasons; their SHA-256 goes on chain, and nothing else.")]
Document = Annotated[Path | None, typer.Option(help="The document that gives the reasons: its SHA-256 goes on chain.")]
Account = Annotated[
    str | None, typer.Option("--account", help="Key that signs; the only one with the role by default.")
]


@cli.command("raise")
def raise_(
    against: Annotated[str, typer.Argument(help="Registration number, entry id (0x…), or PROVIDER/LOCAL-CODE.")],
    ground: Annotated[str | None, typer.Option(help="The ground; its SHA-256 goes on chain.")] = None,
    document: Annotated[Path | None, typer.Option(help="The document that states the ground.")] = None,
    evidence: Annotated[Path | None, typer.Option(help="The evidence: its SHA-256 goes on chain.")] = None,
    person: Annotated[
        Path | None, typer.Option(help="File with the real name and identity of a person without an account.")
    ] = None,
    keep: Annotated[
        Path | None, typer.Option(help="Where that person's identity and salt are kept (mode 0600).")
    ] = None,
    version: Annotated[int | None, typer.Option(help="The version meant; the one under notice or in force.")] = None,
    account: Account = None,
) -> None:
    """Raise an objection: as your organization, or as an ACCEPTOR for a person."""
    from ledger.model.ids import entry_named
    from ledger.registration.objections import new_objector, raise_call

    app = App()
    digest = reason_digest(ground, document)
    if digest == bytes(32):
        raise Malformed("say the ground, with --ground or --document")
    commitment = bytes(32)
    number = against if against.startswith("R") and "/" not in against else None
    entry = None if number else entry_named(against)
    if number:
        head = app.registry.head(number)
        open_notice = app.registry.version(number, head.versions).stage.name == "NOTICE"
        meant = version or (head.versions if open_notice or not head.issued else head.issued)
    else:
        meant = version or app.contracts.call("Catalog", "head", entry)["version"]
    if person is not None:
        if keep is None:
            raise Malformed("say with --keep where the person's identity and salt are kept")
        objector = new_objector(_identity(person))
        commitment = objector.commitment
        write_private(keep, objector.encode())
    sender = app.sender(app.choose(account, Role.APPLICANT if person is None else Role.ACCEPTOR))
    data = raise_call(
        number=number,
        entry=entry,
        version=meant,
        commitment=commitment,
        evidence=reason_digest(None, evidence),
        ground=digest,
    )
    (receipt,) = sender.send([Call(app.contracts.address("Objections"), data)])
    raised = _raised(app, receipt.transaction_hash)
    say(
        f"objection {raised} against version {meant} of {against} (block {receipt.block_number})",
        f"异议 {raised}：针对 {against} 第 {meant} 版（区块 {receipt.block_number}）",
    )


def _decision(function: str, described: str, done: Message, *, needs_reason: bool) -> None:
    def run(objections: Objections, reason: Reason = None, document: Document = None, account: Account = None) -> None:
        _decide(function, objections, reason_digest(reason, document), account, done, needs_reason)

    cli.command(function, help=described)(run)


_decision("accept", "Accept objections for verification.", Message("accepted", "已受理"), needs_reason=False)
_decision("reject", "Reject objections that cannot be examined.", Message("rejected", "不予受理"), needs_reason=True)
_decision("settle", "Take the mark from entries that were corrected.", Message("settled", "已销记"), needs_reason=False)


@cli.command()
def decide(
    objections: Objections,
    upheld: Annotated[bool, typer.Option("--uphold/--dismiss", help="Find them right, or wrong.")],
    reason: Reason = None,
    document: Document = None,
    account: Account = None,
) -> None:
    """Decide objections that were accepted: uphold or dismiss them."""
    function, done = ("uphold", Message("upheld", "成立")) if upheld else ("dismiss", Message("dismissed", "不成立"))
    _decide(function, objections, reason_digest(reason, document), account, done, needs_reason=True)


def _decide(
    function: str, objections: list[int], reason: bytes, account: str | None, done: Message, needs_reason: bool
) -> None:
    """Takes one kind of decision on objections. An overdue one may be decided by a SUPERVISOR, named by --account."""
    from ledger.registration.objections import decide_call

    if needs_reason and reason == bytes(32):
        raise Malformed("say why, with --reason or --document")
    app = App()
    sender = app.sender(account if function == "settle" else app.choose(account, Role.REVIEWER))
    data = decide_call(function, objections, reason)
    (receipt,) = sender.send([Call(app.contracts.address("Objections"), data)])
    named = ", ".join(map(str, objections))
    say(f"{named} {done.en} (block {receipt.block_number})", f"异议 {named}：{done.zh}（区块 {receipt.block_number}）")


@cli.command("list")
def list_(
    against: Annotated[str | None, typer.Argument(help="Registration number, or entry.")] = None,
    state: Annotated[str | None, typer.Option(help="State, like raised.")] = None,
    open_: Annotated[bool, typer.Option("--open", help="Only those not decided yet.")] = False,
    as_json: AsJson = False,
) -> None:
    """List objections."""
    from ledger.model.ids import entry_named
    from ledger.store.objection_queries import ObjectionFilter

    number = against if against and against.startswith("R") and "/" not in against else None
    wanted = ObjectionFilter(
        registration=number,
        entry=entry_named(against) if against and not number else None,
        state=_state(state),
        open=True if open_ else None,
    )
    rows = App().synced_mirror().queries.objections(wanted, limit=1000)
    if as_json:
        print_json([_json(row) for row in rows])
        return
    headers = (
        ("异议", "针对", "版本", "状态", "期限", "提出人")
        if chinese()
        else ("objection", "against", "version", "state", "deadline", "by")
    )
    table(headers, [_cells(row) for row in rows])


@cli.command()
def show(
    objection: Annotated[int, typer.Argument(help="Its number.")],
    person: Annotated[
        Path | None, typer.Option(help="The file that was kept of a person: are they who raised it?")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show an objection and every step of it. Exit 1 when --person did not raise it."""
    rows = App().synced_mirror().queries.objection_history(objection)
    if not rows:
        raise NotFound(f"there is no objection {objection}")
    if person is not None:
        _check_raised_by(person, objection, rows[0].commitment)
    if as_json:
        print_json([_json(row) for row in rows])
        return
    for row in rows:
        late = (" (late)" if not chinese() else "（逾期）") if row.late else ""
        say(f"{shown_local(row.from_time)}  {pick(OBJECTION_STATES[ObjectionState[row.state]])}{late}")
    table(("", ""), [(name, value) for name, value in _json(rows[-1]).items() if value not in (None, "")])


def _check_raised_by(kept: Path, objection: int, commitment: bytes | None) -> None:
    """Raises Rejected unless the chain has this person's commitment. What the file says is quoted nowhere."""
    from ledger.registration.objections import parse_objector

    if parse_objector(read_bytes(kept, _KEPT_BYTES)).commitment != commitment:
        raise Rejected(f"{kept}: this person did not raise objection {objection}")
    note(f"{kept}: this person raised objection {objection}", f"{kept}：异议 {objection} 由该人提出")


def _cells(row: Any) -> tuple[object, ...]:
    return (
        row.objection,
        row.registration or to_hex(row.entry_id),
        row.version,
        pick(OBJECTION_STATES[ObjectionState[row.state]]),
        shown_local(row.deadline),
        row.objector or pick(Message("a person", "个人（加盐承诺）")),
    )


def _json(row: Any) -> dict[str, Any]:
    hidden = ("from_block", "to_block", "from_index", "to_time")
    return {
        name: to_hex(value) if isinstance(value, bytes) else value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in row._asdict().items()
        if name not in hidden
    }


def _raised(app: App, transaction: bytes) -> int:
    from ledger.chain.acts import acts_in

    (act,) = acts_in(app.contracts, "Objections", transaction)
    return int(act.fields["objection"])


def _state(text: str | None) -> str | None:
    if text is not None and text.upper() not in ObjectionState.__members__:
        raise Malformed(f"--state {text!r}: want one of {', '.join(ObjectionState.__members__)[6:].lower()}")
    return text.upper() if text else None


def _identity(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise Malformed(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise Malformed(f"{path}: not UTF-8 text") from None
