"""`audit checkpoint`, `audit completeness`: what an auditor keeps of the journal; whether it was rewritten since."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ledger.app import App, load_trust
from ledger.audit.completeness import Kept, OldHistory, check_origin, parse_kept
from ledger.cli.output import AsJson, note, print_json, say
from ledger.errors import Malformed, NotFound, Rejected, Unavailable
from ledger.files import write_bytes
from ledger.merkle.checkpoint import LARGEST_NOTE, Checkpoint, VerifierKey, origin_line, parse_signed
from ledger.model.ids import to_hex

Vkey = Annotated[str | None, typer.Option(help="The log's vkey, or a file that holds it; the trust file's by default.")]
Trusted = Annotated[Path | None, typer.Option("--trust", help="Trust file; MULU_TRUST by default.")]
_PROGRESS_ACTS = 50_000


def add_to(cli: typer.Typer) -> None:
    """Adds these commands."""
    for command in (checkpoint, completeness):
        cli.command()(command)


def checkpoint(
    output: Annotated[Path, typer.Option("-o", "--output", help="File to write; it must not exist.")],
    log: Annotated[str | None, typer.Option(help="Take the signed one of this log: …/v1/journal.")] = None,
    vkey: Vkey = None,
    trust: Trusted = None,
) -> None:
    """Keep a checkpoint of the journal: read from the node, act by act, or the one that a log has signed.

    A signed one binds the operator; one from the node needs nobody's word.
    """
    if output.exists():
        raise Rejected(f"{output} exists, and what was kept is never overwritten: choose another name")
    if log is not None:
        from ledger.audit.old_history import TileLog

        data = TileLog(log).note()
        kept, signed = parse_signed(data)
        key = _key(vkey, trust)
        if key is not None:
            signed.verify(key)
        else:
            note("its signature was not checked: --vkey names the key", "未验证签名：用 --vkey 指定公钥")
    elif vkey is not None:
        raise Malformed("--vkey is the key of a log: name that with --log")
    else:
        kept = _read_checkpoint(App())
        data = kept.text.encode()
    write_bytes(output, data)
    say(
        f"kept {output}: {kept.size} acts, root {to_hex(kept.root)}, {kept.origin}",
        f"已保存 {output}：{kept.size} 条记录，根 {to_hex(kept.root)}，{kept.origin}",
    )


def completeness(
    since: Annotated[Path, typer.Option(help="A checkpoint that was kept.")],
    vkey: Vkey = None,
    trust: Trusted = None,
    database: Annotated[
        str | None, typer.Option(help="A mirror with the old history, to find what was changed.")
    ] = None,
    log: Annotated[str | None, typer.Option(help="A log with the old history, to find what was changed.")] = None,
    as_json: AsJson = False,
) -> None:
    """Prove that nothing was rewritten since a checkpoint, by the node's logs and nobody's mirror.

    Exit: 0 complete, 3 rewritten, 4 undecided.
    """
    kept = _kept(since)
    signature = _check_signature(kept, vkey, trust)
    if database is not None and log is not None:
        raise Malformed("--database and --log both name the old history: one is enough")
    from ledger.audit.chain_journal import read_journal
    from ledger.audit.examination import Examination
    from ledger.indexer.node import NodeChain

    app = App()
    check_origin(kept.checkpoint, origin_line(app.deployment.origin))
    chain = NodeChain(app.contracts.node, app.deployment)
    journal = read_journal(chain, app.deployment, report=_Progress())
    facts, failure = Examination(chain, app.deployment, journal, kept.checkpoint, _old_history(database, log)).judge()
    facts["checkpoint"]["signature"] = signature
    if as_json:
        print_json(facts)
    else:
        _print(facts)
    if failure is not None:
        raise failure


class _Progress:
    """Says how far a long reading has come."""

    def __init__(self) -> None:
        self._said = 0

    def __call__(self, acts: int) -> None:
        if acts - self._said >= _PROGRESS_ACTS:
            self._said = acts
            note(f"{acts:,} acts read", f"已读取 {acts:,} 条记录")


def _read_checkpoint(app: App) -> Checkpoint:
    """The checkpoint of what is final on the node's chain."""
    from ledger.audit.chain_journal import read_journal
    from ledger.indexer.finality import parse_finality
    from ledger.indexer.node import NodeChain

    finality = parse_finality(app.settings.finality)
    chain = NodeChain(app.contracts.node, app.deployment)
    head = chain.head().number
    final = finality.final_block(head, head, None)
    if final is None:
        raise Unavailable(f"nothing is final yet at block {head} with MULU_FINALITY {finality}")
    journal = read_journal(chain, app.deployment, final, _Progress())
    return Checkpoint(origin_line(app.deployment.origin), journal.size, journal.root)


def _old_history(database: str | None, log: str | None) -> OldHistory | None:
    from ledger.audit.old_history import MirroredHistory, TileLog

    if log is not None:
        return TileLog(log)
    if database is None:
        return None
    from ledger.store.mirror import Mirror

    try:
        return MirroredHistory(Mirror(database))
    except ValueError as error:
        raise Malformed(f"--database: {error}") from error


def _kept(file: Path) -> Kept:
    try:
        with file.open("rb") as opened:
            return parse_kept(opened.read(LARGEST_NOTE + 1))
    except FileNotFoundError:
        raise NotFound(f"there is no checkpoint {file}: `mulu audit checkpoint` keeps one") from None
    except OSError as error:
        raise Malformed(f"{file} cannot be read: {error.strerror}") from error
    except Malformed as error:
        raise Malformed(f"{file}: {error}") from error


def _key(text: str | None, trust: Path | None) -> VerifierKey | None:
    """The key of a vkey, or of a file that holds one, else the one that the trust file names, if it does."""
    if text is None:
        path = trust or App().settings.trust
        return load_trust(path).log if trust is not None or path.exists() else None
    file = Path(text)
    if len(text) < 200 and file.is_file():
        text = file.read_text("utf-8", "replace").strip()
    return VerifierKey.parse(text)


def _check_signature(kept: Kept, vkey: str | None, trust: Path | None) -> str:
    """What is known of the signature. Raises Contradicted, Unavailable when the key did not sign."""
    if kept.note is None:
        if vkey is not None:
            raise Unavailable("the checkpoint bears no signature that --vkey could verify")
        return "none"
    key = _key(vkey, trust)
    if key is None:
        return "not checked"
    kept.note.verify(key)
    return "verified"


def _print(facts: dict[str, Any]) -> None:
    kept, journal = facts["checkpoint"], facts["journal"]
    signature = {"verified": "签名已验证", "not checked": "签名未验证", "none": "无签名"}[kept["signature"]]
    say(
        f"checkpoint  {kept['size']} acts, root {kept['root']}, signature {kept['signature']}",
        f"检查点  {kept['size']} 条记录，根 {kept['root']}，{signature}",
    )
    say(
        f"journal     {journal['size']} acts, root {journal['root']}, as the contract has it, block {journal['block']}",
        f"账本    {journal['size']} 条记录，根 {journal['root']}，与区块 {journal['block']} 的合约一致",
    )
    if facts["verdict"] == "COMPLETE":
        count = len(facts["proof"])
        say(
            f"COMPLETE: nothing was rewritten since the checkpoint (consistency proof of {count} hashes)",
            f"完整：自检查点以来未被改写（一致性证明 {count} 个哈希）",
        )
    else:
        say(facts["verdict"], {"REWRITTEN": "已被改写", "UNDECIDED": "无法判定"}[facts["verdict"]])
