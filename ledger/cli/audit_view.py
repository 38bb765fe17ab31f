"""What an audit found, for people."""

from ledger.audit.differences import Difference
from ledger.audit.findings import BREACHES
from ledger.audit.replay import Audit, peak_memory_bytes
from ledger.cli.output import chinese, pick, say
from ledger.model.ids import to_hex

SHOWN = 100
"""Differences that are printed; --json has all."""


def show(result: Audit) -> None:
    """What was read, what differs, and how long it took."""
    say(
        f"{result.size:,} acts up to block {result.head.number}, root {to_hex(result.root)}",
        f"截至区块 {result.head.number} 共 {result.size:,} 条记录，根 {to_hex(result.root)}",
    )
    for difference in result.differences[:SHOWN]:
        print(described(difference))
    hidden = len(result.differences) - SHOWN
    if hidden > 0:
        say(f"… and {hidden} more: --json lists all", f"……另有 {hidden} 处：用 --json 列出全部")
    for flag in result.flags[:SHOWN]:
        say(
            f"flag: act {flag.index}: {flag.message.en} ({flag.detail})",
            f"提示：记录 {flag.index}：{flag.message.zh}（{flag.detail}）",
        )
    for one in result.suppressed:
        say(
            f"suppressed: act {one.index}, since {one.time:%Y-%m-%d}: {one.reason} (document {to_hex(one.document)})",
            f"已屏蔽：记录 {one.index}，自 {one.time:%Y-%m-%d}：{one.reason}（文件 {to_hex(one.document)}）",
        )
    for left_out in result.left_out:
        say(f"not compared: {left_out}", f"未比对：{_NAMES.get(left_out, left_out)}")
    if not result.differences:
        names = " = ".join([*result.compared, "replay"])
        named = "＝".join([*(_NAMES[name] for name in result.compared), "重放"])
        say(f"no rule is broken; {names}", f"未发现违反规则；{named}")
    seconds = ", ".join(f"{name} {value:.1f} s" for name, value in result.seconds.items())
    say(
        f"{seconds}; {result.acts_per_second:,.0f} acts/s, {peak_memory_bytes() / 2**20:,.0f} MiB",
        f"{seconds}；每秒 {result.acts_per_second:,.0f} 条，内存峰值 {peak_memory_bytes() / 2**20:,.0f} MiB",
    )


def described(difference: Difference) -> str:
    """A difference in lines: what and where, then each value that there is."""
    kind = pick(BREACHES[difference.code]) if difference.code else pick(difference.message)
    place = f"{difference.place}.{difference.column}" if difference.column else difference.place
    lines = [f"✗ {difference.code or difference.kind} {place}: {kind}"]
    words = ("合约", "镜像", "重放") if chinese() else ("contract", "mirror", "replay")
    values = (difference.contract, difference.mirror, difference.replay)
    lines += [f"    {word}: {value}" for word, value in zip(words, values, strict=True) if value is not None]
    facts = []
    if difference.index is not None:
        facts.append(f"记录 {difference.index}" if chinese() else f"act {difference.index}")
    if difference.block is not None:
        facts.append(f"区块 {difference.block}" if chinese() else f"block {difference.block}")
    if difference.account:
        facts.append(to_hex(difference.account))
    return "\n".join([*lines, f"    {', '.join(facts)}"] if facts else lines)


_NAMES = {"contract": "合约", "mirror": "镜像", "acts from the first that differs": "首处差异之后的记录"}
