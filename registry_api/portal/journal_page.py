"""The page of the journal: where it stands, and its newest acts."""

from ledger.indexer.rows import ActRow, CursorRow
from ledger.model import act_words
from registry_api.portal.frame import Reader, definitions, hash_text, settled
from registry_api.portal.markup import Html, element, join
from registry_api.reading import Moment

EVENTS = {event: (word.zh, word.en) for event, word in act_words.EVENTS.items()}


def journal_content(
    who: Reader, position: CursorRow, moment: Moment, acts: list[ActRow], names: dict[str, str]
) -> Html:
    """The page's content."""
    return join(
        element("h1", who("账本", "Journal")),
        element(
            "p",
            who(
                "账本是全部记录的只增不减的默克尔树。任何人都能用它的根核对一条记录是否在其中。",
                "The journal is the append-only Merkle tree of all acts. Its root shows whether an act is in it.",
            ),
            class_="lead",
        ),
        element(
            "div",
            _figure(f"{position.journal_size:,}", who("条记录", "acts")),
            _figure(f"{moment.point.number:,}", who("最新区块", "newest block")),
            _figure(
                "—" if position.final_block is None else f"{position.final_block:,}",
                who("已最终确认的区块", "final block"),
            ),
            class_="figures",
        ),
        element(
            "section",
            element("h2", who("状态", "State"), " ", settled(who, moment.final)),
            definitions(
                (who("根", "Root"), hash_text(position.journal_root)),
                (who("账本源", "Origin"), hash_text(position.origin)),
                (who("区块哈希", "Block hash"), hash_text(moment.point.hash)),
                (who("区块时间", "Block time"), join(who.time(moment.point.time), who("（北京时间）", " (UTC+8)"))),
                (who("链", "Chain"), str(position.chain_id)),
                (who("创世区块", "Genesis"), hash_text(position.genesis_hash)),
            ),
            class_="panel",
        ),
        element("section", element("h2", who("最新记录", "Newest acts")), _table(who, acts, names)),
    )


def _figure(value: str, label: str) -> Html:
    return element("p", element("b", value), element("span", label))


def _table(who: Reader, acts: list[ActRow], names: dict[str, str]) -> Html:
    head = (
        who("序号", "Index"),
        who("记录", "Act"),
        who("机构", "Organization"),
        who("区块", "Block"),
        who("时间", "Time"),
        who("证明", "Proof"),
    )
    rows = [
        element(
            "tr",
            element("td", element("a", f"{act.index:,}", href=f"/v1/acts/{act.index}")),
            element("td", who.of(EVENTS.get(act.event, (act.event, act.event)))),
            element("td", names.get(act.organization, act.organization) if act.organization else "—", class_="long"),
            element("td", f"{act.block_number:,}"),
            element("td", who.time(act.block_time)),
            element(
                "td",
                element(
                    "a", who("下载", "bundle"), href=f"/v1/acts/{act.index}/proof", download=f"act-{act.index}.json"
                ),
            ),
        )
        for act in acts
    ]
    table = element(
        "table",
        element("thead", element("tr", *(element("th", title, scope="col") for title in head))),
        element("tbody", *rows),
    )
    return element("div", table, class_="scroll", tabindex="0")
