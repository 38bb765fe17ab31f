"""The page that says how to check a bundle, and what each verdict means."""

from registry_api.portal.entry_page import command
from registry_api.portal.frame import Reader
from registry_api.portal.markup import Html, element, join

_VERDICTS = (
    ("VALID", "0", "free", ("记录真实，且在所述区块有效", "Genuine, and in force at the block it names")),
    ("NOT IN FORCE", "1", "bound", ("记录真实，但已被取代或停用", "Genuine, but superseded or retired")),
    ("CONTRADICTED", "3", "denied", ("证据自相矛盾：伪造或被改动", "The evidence disproves itself: forged or altered")),
    ("UNDECIDED", "4", "", ("证据不足或过旧，不能下结论", "Evidence is missing or too old to say")),
)


def verify_content(who: Reader) -> Html:
    """The page's content."""
    return join(
        element("h1", who("如何核验", "How to verify")),
        element(
            "p",
            who(
                "您不必相信本网站、镜像库或任何一台服务器。证明包、信任文件和您自己电脑上的程序就够了；核验可以不联网。",
                "You need not believe this site, its database or any server. A bundle, a trust file and a program on "
                "your own machine are enough, and it works offline.",
            ),
            class_="lead",
        ),
        element(
            "ol",
            _step(
                who("取得信任文件", "Get the trust file"),
                who(
                    "trust.json 写明是哪一条链、哪些合约。请直接向数据主管部门索取并核对指纹，"
                    "不要从提供证明的人那里取得。",
                    "trust.json names the chain and its contracts. Get it from the data authority and compare its "
                    "fingerprint; never take it from whoever hands you the proof.",
                ),
                command(who, "mulu trust show --trust trust.json"),
            ),
            _step(
                who("下载证明包", "Download the bundle"),
                who(
                    "在条目页点击“下载证明包”。文件含该版原文、它在账本中的位置和通向账本根的路径。",
                    "On an entry's page. It holds the version as recorded, its place in the journal, and the path to "
                    "the root.",
                ),
            ),
            _step(
                who("核验", "Verify"),
                who(
                    "程序从原文算出摘要、叶、路径直到根，逐项列出结果。改动任何一个字节都会失败。",
                    "It computes digest, leaf, path and root from the record itself, a line per check. One changed "
                    "byte fails.",
                ),
                command(who, "mulu verify entry-….json --trust trust.json"),
            ),
            _step(
                who("再问一个节点", "Ask a node as well"),
                who(
                    "加上您信任的节点，还能查明账本根确在链上、条目至今有效。",
                    "With a node that you trust it also checks that the root is on the chain and that the entry is in "
                    "force today.",
                ),
                command(who, "mulu verify entry-….json --trust trust.json --rpc https://…"),
            ),
            class_="steps",
        ),
        element("h2", who("结论的含义", "What the verdicts mean")),
        element(
            "div",
            element(
                "table",
                element(
                    "thead",
                    element(
                        "tr",
                        *(
                            element("th", text, scope="col")
                            for text in (who("结论", "Verdict"), who("含义", "Meaning"), who("退出码", "Exit code"))
                        ),
                    ),
                ),
                element(
                    "tbody",
                    *(
                        element(
                            "tr",
                            element("td", element("span", name, class_=f"tag {kind}")),
                            element("td", who.of(meaning), class_="long"),
                            element("td", code),
                        )
                        for name, code, kind, meaning in _VERDICTS
                    ),
                ),
            ),
            class_="scroll",
            tabindex="0",
        ),
    )


def _step(title: str, text: str, *more: Html) -> Html:
    return element("li", element("h2", title), element("p", text), *more)
