"""A timeline as a document that an auditor can file: one page of HTML with everything in it.

The same chain and the same block give the same bytes: no clock, no address of a server, no style from elsewhere.
"""

from html import escape

from ledger.audit.telling import Detail, local_time
from ledger.audit.timeline import KINDS, Timeline, Told
from ledger.model.ids import to_hex
from ledger.model.message import Message

_STYLE = """
:root { --ink: #1c2430; --soft: #5b6675; --line: #d9dee5; --bad: #a3231d; --badge: #fdecea; --warn: #8a5a00; }
* { box-sizing: border-box; }
body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: var(--ink);
  font: 15px/1.6 "Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei",
  sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
small, .en { color: var(--soft); font-size: .85em; font-weight: normal; }
code { font: .85em/1.5 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .5rem 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
ol { list-style: none; margin: 0; padding: 0; }
li.act { border-top: 1px solid var(--line); padding: .75rem 0; break-inside: avoid; }
li.act > header { display: flex; gap: .75rem; flex-wrap: wrap; align-items: baseline; }
li.act b { font-size: 1.05em; } .when { margin-left: auto; color: var(--soft); }
.finding { background: var(--badge); color: var(--bad); padding: .25rem .6rem; border-radius: .25rem;
  margin: .35rem 0; }
.flag { background: #fff6e0; color: var(--warn); }
.good { color: #1d6b36; }
footer { margin-top: 2rem; border-top: 1px solid var(--line); padding-top: .75rem; color: var(--soft);
  font-size: .85em; }
@media print { body { margin: 0; max-width: none; font-size: 11pt; } }
"""
_BASIS = (
    "本件由链上日志逐条重放得出，未使用镜像库；所列账本根与合约所存一致。"
    "Told from the logs of the chain, replayed one by one; no mirror was used, and the root is the contract's."
)


def page(timeline: Timeline) -> str:
    """The document."""
    subject = KINDS[timeline.subject.kind]
    findings = [finding for one in timeline.acts for finding in one.findings]
    breaches = [finding for finding in findings if not finding.is_flag]
    title = f"{subject.zh}时间线 {timeline.subject.name}"
    if breaches:
        verdict = f'<p class="finding">发现 {len(breaches)} 处违反规则 <span class="en">rules broken</span></p>'
    else:
        verdict = '<p class="good">未发现违反规则 <span class="en">no rule is broken</span></p>'
    reproduce = f"mulu audit timeline --{timeline.subject.kind} {timeline.subject.name} --as-of {timeline.head.number}"
    facts = [
        (Message(subject.en, subject.zh), _code(timeline.subject.name)),
        (Message("chain", "链"), escape(str(timeline.deployment.chain_id))),
        (Message("journal's origin", "账本源"), _code(to_hex(timeline.deployment.origin))),
        (Message("as of block", "截至区块"), f"{timeline.head.number} {_code(to_hex(timeline.head.hash))}"),
        (Message("time of the block", "区块时间"), escape(f"{local_time(timeline.head.time)}（北京时间）")),
        (Message("acts in the journal", "账本记录数"), str(timeline.size)),
        (Message("journal's root", "账本根"), _code(to_hex(timeline.root))),
        (Message("acts told", "本件记录数"), str(len(timeline.acts))),
    ]
    body = [
        f"<h1>{escape(subject.zh)}审计时间线 <small>Audit timeline of {escape(_article(subject.en))}</small></h1>",
        verdict,
        "<dl>" + "".join(f"<dt>{_both(name)}</dt><dd>{value}</dd>" for name, value in facts) + "</dl>",
        '<h2>截至该区块的状态 <span class="en">As it stands</span></h2>' + _details(timeline.standing),
        '<h2>全部记录 <span class="en">Every act</span></h2>',
        "<ol>" + "".join(map(_act, timeline.acts)) + "</ol>",
        f'<footer><p>{_BASIS}</p><p>重新生成 <span class="en">to make it again</span>：{_code(reproduce)}</p></footer>',
    ]
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style>"
    )
    return f'<!doctype html>\n<html lang="zh-CN"><head>{head}</head>\n<body>\n' + "\n".join(body) + "\n</body></html>\n"


def _act(one: Told) -> str:
    lines = [
        '<li class="act"><header>',
        f'<small>#{one.index}</small> <b>{escape(one.what.zh)}</b> <span class="en">{escape(one.what.en)}</span>',
        f'<span class="when">{escape(local_time(one.time))}</span></header>',
    ]
    for finding in one.findings:
        look = "finding flag" if finding.is_flag else "finding"
        detail = f"（{escape(finding.detail)}）" if finding.detail else ""
        lines.append(f'<p class="{look}">{escape(finding.message.zh)}{detail} {_code(finding.code)}</p>')
    who = [
        (Message("organization", "机构"), Message(one.organization or "—", one.organization or "—")),
        (Message("account", "账户"), Message(to_hex(one.account), to_hex(one.account))),
    ]
    if one.approval:
        who.append((Message("proposed", "提议"), Message(one.approval, one.approval)))
    block = f"{one.block} · {to_hex(one.transaction)}"
    who.append((Message("block, transaction", "区块、交易"), Message(block, block)))
    lines.append(_details([*one.details, *who]))
    return "".join([*lines, "</li>\n"])


def _details(details: list[Detail]) -> str:
    rows = []
    for name, value in details:
        shown = _code(value.zh) if value.zh.startswith("0x") else escape(value.zh)
        other = f' <span class="en">{escape(value.en)}</span>' if value.en != value.zh else ""
        rows.append(f"<dt>{_both(name)}</dt><dd>{shown}{other}</dd>")
    return f"<dl>{''.join(rows)}</dl>"


def _both(message: Message) -> str:
    return f'{escape(message.zh)} <span class="en">{escape(message.en)}</span>'


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"


def _article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeo" else f"a {noun}"
