"""`mulu suppression`: what this operator's mirror withholds of acts that the chain keeps."""

import getpass
import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ledger.app import App
from ledger.cli.output import AsJson, print_json, say, table
from ledger.errors import Malformed, NotFound, Rejected
from ledger.files import read_bytes
from ledger.indexer.suppressing import has_words
from ledger.indexer.suppression_list import LIFT, SUPPRESS, Record
from ledger.model import personal
from ledger.model.ids import to_hex
from ledger.model.text import single_line

cli = typer.Typer(help="Suppression: withhold what acts say from this mirror.", no_args_is_help=True)

_DOCUMENT_BYTES = 1 << 30
Indices = Annotated[list[int], typer.Argument(metavar="INDEX…", help="Acts, by their index in the journal.", min=0)]
Reason = Annotated[str, typer.Option(help="Why, in a line that anybody may read.")]
Document = Annotated[Path, typer.Option(help="File of the decision; its SHA-256 is kept, not the file.")]
By = Annotated[str | None, typer.Option(help="Who decides; the user of this machine unless given. Never shown.")]


@cli.command()
def add(indices: Indices, reason: Reason, document: Document, by: By = None) -> None:
    """Withhold what acts say, from now on and in everything that this mirror shows of the past."""
    app = App()
    app.mirror.upgrade()
    app.suppressions.settle(app.mirror)
    leaves = {index: _leaf(app, index) for index in dict.fromkeys(indices)}
    record = _decide(app, SUPPRESS, leaves, reason, document, by)
    app.suppressions.settle(app.mirror)
    say(
        f"decision {record.number}: suppressed {_listed(record)}. The chain keeps them; name every other act that says "
        "the same, and see to caches and back-ups that have been made",
        f"第 {record.number} 号决定：已屏蔽 {_listed(record)}。链上记录不变；相同内容见于其他记录的须一并列出，"
        "已有的缓存与备份须另行处理",
    )


@cli.command()
def lift(indices: Indices, reason: Reason, document: Document, by: By = None) -> None:
    """Show again what was suppressed: it is read from the chain anew."""
    app = App()
    app.mirror.upgrade()
    app.suppressions.settle(app.mirror)
    force = app.suppressions.list.in_force()
    leaves = {index: force[index].leaf if index in force else bytes(32) for index in dict.fromkeys(indices)}
    record = _decide(app, LIFT, leaves, reason, document, by)
    app.suppressions.settle(app.mirror)
    say(f"decision {record.number}: lifted {_listed(record)}", f"第 {record.number} 号决定：已恢复 {_listed(record)}")


@cli.command("list")
def list_(as_json: AsJson = False) -> None:
    """Say every decision, the lifted ones too: who, when, why, and the digest of the document."""
    app = App()
    records, force = app.suppressions.list.records(), app.suppressions.list.in_force()
    if as_json:
        print_json([_told(record, sorted(force)) for record in records])
        return
    for record in records:
        state = {index: index in force and force[index].time == record.time for index in record.leaves}
        acts = ", ".join(f"{index}{'' if state[index] or record.action == LIFT else ' (lifted)'}" for index in state)
        say(
            f"{record.number}. {record.time:%Y-%m-%d %H:%M:%S}Z {record.action} {acts}: {record.reason}",
            f"{record.number}. {record.time:%Y-%m-%d %H:%M:%S}Z "
            f"{'屏蔽' if record.action == SUPPRESS else '恢复'} {acts}：{record.reason}",
        )
        table(("", ""), [("document", to_hex(record.document)), ("by", record.by)])
    say(f"{len(force)} acts are suppressed", f"现有 {len(force)} 条记录被屏蔽")


@cli.command()
def settle() -> None:
    """Bring the mirror into agreement with the list, and clear its files of what is withheld."""
    app = App()
    app.mirror.upgrade()
    done = app.suppressions.settle(app.mirror)
    app.mirror.give_up_space()
    say(
        f"{len(done.suppress)} acts suppressed, {len(done.lift)} lifted; no file of the database has what is withheld",
        f"新屏蔽 {len(done.suppress)} 条，恢复 {len(done.lift)} 条；数据库文件中已无被屏蔽的内容",
    )


def _leaf(app: App, index: int) -> bytes:
    """The leaf of an act that can be suppressed. Raises NotFound, Rejected."""
    with app.mirror.snapshot() as view:
        position, act = view.position(), view.act(index)
        if act is None:
            raise NotFound(f"the mirror knows no act {index}; the journal has {position.journal_size}")
        if position.final_block is None or act.block_number > position.final_block:
            raise Rejected(f"act {index} is provisional: a reorganization can still replace it. Wait until it is final")
        if not has_words(act.contract, act.event):
            raise Rejected(f"act {index} ({act.event}) says nothing in words that could be withheld")
        return view.leaf(index)


def _decide(app: App, action: str, leaves: dict[int, bytes], reason: str, document: Path, by: str | None) -> Record:
    reason = _line(reason, "--reason")
    if personal.findings(reason):
        raise Rejected(f"--reason is public and must not say what is withheld: {personal.masked(reason)}")
    decider = _line(by if by is not None else getpass.getuser(), "--by")
    digest = hashlib.sha256(read_bytes(document, _DOCUMENT_BYTES)).digest()
    return app.suppressions.list.add(action, leaves, reason, digest, decider, datetime.now(UTC))


def _line(text: str, option: str) -> str:
    try:
        line = single_line(text)
    except Malformed as error:
        raise Malformed(f"{option} {error}") from error
    if not line:
        raise Malformed(f"{option}: want a text")
    return line


def _listed(record: Record) -> str:
    return ", ".join(map(str, record.leaves))


def _told(record: Record, force: list[int]) -> dict[str, object]:
    return {
        "number": record.number,
        "action": record.action,
        "acts": list(record.leaves),
        "in_force": [index for index in record.leaves if index in force] if record.action == SUPPRESS else [],
        "reason": record.reason,
        "document": to_hex(record.document),
        "by": record.by,
        "time": f"{record.time:%Y-%m-%dT%H:%M:%SZ}",
    }
