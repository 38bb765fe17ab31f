"""Suppression by the command line: decided, shown nowhere, kept through every way to make a mirror, lifted again."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.error import HTTPError

import pytest

from tests.end_to_end.ledger import RESERVOIRS, Ledger, free_port, new_entry
from tests.end_to_end.test_log import fsck, fsck_built  # noqa: F401
from tests.end_to_end.test_mirror import get, served

NAME = "身份信息张三丰"
DECISION = "（2026）京行终1号"


def status_of(url: str) -> int:
    try:
        return get(url)[0]
    except HTTPError as error:
        return error.code


def files_with(ledger: Ledger, text: str) -> list[str]:
    folder = ledger.mirror.parent
    return [path.name for path in folder.glob("mirror.db*") if text.encode() in path.read_bytes()]


@pytest.fixture(scope="module")
def suppressed(published: Ledger) -> tuple[Ledger, int]:
    """A ledger on which an entry named somebody in its first version, which is suppressed; and the act's index."""
    published.do("catalog", "apply", published.write("one.json", [new_entry("named", abstract=f"{NAME}的取水许可")]))
    published.do("catalog", "apply", published.write("two.json", [new_entry("named", abstract="取水许可")]))
    published.do("index")
    assert files_with(published, NAME) != []
    shutil.copytree(published.home / ".mulu", published.home / "yesterday")
    (published.home / "decision.txt").write_text(DECISION, "utf-8")
    first = published.entry("11119900MBF1000095/named")[0]
    assert first["version"] == 1
    published.do("suppression", "add", first["act"], "--reason", "法院裁定", "--document", "decision.txt", "--by", "王")
    return published, first["act"]


def test_it_is_shown_nowhere_and_said_everywhere(suppressed: tuple[Ledger, int]) -> None:
    ledger, act = suppressed
    assert files_with(ledger, NAME) == []
    shown = ledger.do("catalog", "show", "11119900MBF1000095/named", "--json")
    assert NAME not in shown.out
    assert shown.json[0]["malformed"] == "suppressed"
    ledger.do("catalog", "export", "-o", "export.json")
    assert NAME not in (ledger.home / "export.json").read_text("utf-8")
    for options in (("--html", "timeline.html"), ("--json",), ("--csv",)):
        told = ledger.do("audit", "timeline", "--entry", "11119900MBF1000095/named", *options)
        assert NAME not in told.out
    assert NAME not in (ledger.home / "timeline.html").read_text("utf-8")
    assert "法院裁定" in (ledger.home / "timeline.html").read_text("utf-8")
    refused = ledger.run("prove", "act", act, "-o", "act.json").ended(1)
    assert f"act {act} is suppressed in this mirror" in refused.err
    audited = ledger.json("audit", "replay")
    assert audited["agrees"]
    assert [(one["act"], one["reason"]) for one in audited["suppressed"]] == [(act, "法院裁定")]
    digest = hashlib.sha256(DECISION.encode()).hexdigest()
    assert f"suppressed: act {act}, since 2" in ledger.do("audit", "replay").out
    (listed,) = ledger.json("suppression", "list")
    assert (listed["acts"], listed["in_force"], listed["by"]) == ([act], [act], "王")
    assert listed["document"] == f"0x{digest}"
    assert "1 acts are suppressed" in ledger.do("suppression", "list").out


def no_way(ledger: Ledger) -> None:
    ledger.do("index")


def reprojected(ledger: Ledger) -> None:
    ledger.do("index", "--reproject")


def rebuilt(ledger: Ledger) -> None:
    ledger.drop_mirror()
    ledger.do("index")


def restored(ledger: Ledger) -> None:
    ledger.drop_mirror()
    for file in (ledger.home / "yesterday").glob("mirror.db*"):
        shutil.copy(file, ledger.mirror.parent)
    assert files_with(ledger, NAME) != []
    ledger.do("index")


@pytest.mark.parametrize("way", [no_way, reprojected, rebuilt, restored])
def test_it_does_not_come_back(suppressed: tuple[Ledger, int], way: Callable[[Ledger], None]) -> None:
    ledger, act = suppressed
    way(ledger)
    assert files_with(ledger, NAME) == []
    assert "table by table" in ledger.do("index", "--check").out
    assert [one["act"] for one in ledger.json("audit", "replay")["suppressed"]] == [act]


def test_without_the_list_nothing_is_written_or_shown(suppressed: tuple[Ledger, int]) -> None:
    ledger, act = suppressed
    away = {"MULU_SUPPRESSION_FILE": "nowhere.jsonl"}
    refused = ledger.run("index", settings=away).ended(1)
    assert f"the mirror has act {act} suppressed, the suppression list never names it" in refused.err
    assert files_with(ledger, NAME) == []


def test_a_tile_client_is_told(suppressed: tuple[Ledger, int], fsck_built: None) -> None:  # noqa: F811
    ledger, act = suppressed
    port = free_port()
    with served(ledger, port):
        base = f"http://127.0.0.1:{port}"
        journal = json.loads(get(f"{base}/v1/journal")[1])["journal"]
        assert status_of(f"{base}/v1/acts/{act}/proof") == 410
        assert status_of(f"{base}/v1/journal/tile/entries/000.p/{act + 1}") == 410
        code, said = fsck(f"{base}/v1/journal", journal["checkpoint"]["vkey"])
        assert code == 0, said
        assert f"suppressed: act {act}: 法院裁定" in said
        assert f"{journal['size']} acts agree with the signed checkpoint; 1 of them are suppressed" in said


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("add", 0, "--reason", "x", "--document", "decision.txt"), 1, "says nothing in words"),
        (("add", 99_999, "--reason", "x", "--document", "decision.txt"), 1, "the mirror knows no act 99999"),
        (("add", 5, "--reason", " ", "--document", "decision.txt"), 2, "--reason: want a text"),
        (("add", 5, "--reason", "打 13800138000", "--document", "decision.txt"), 1, "打 1***"),
        (("add", 5, "--reason", "x", "--document", "none.txt"), 1, "there is no file none.txt"),
        (("lift", 5, "--reason", "x", "--document", "decision.txt"), 1, "act 5 is not suppressed"),
    ],
)
def test_what_cannot_be_decided(
    suppressed: tuple[Ledger, int], arguments: tuple[object, ...], code: int, said: str
) -> None:
    ledger, act = suppressed
    assert said in ledger.run("suppression", *arguments).ended(code).err
    again = ledger.run("suppression", "add", act, "--reason", "x", "--document", "decision.txt").ended(1)
    assert f"act {act} is suppressed already" in again.err
    assert len(ledger.json("suppression", "list")) == 1


def test_the_list_travels_and_lifting_brings_it_back(suppressed: tuple[Ledger, int], tmp_path: Path) -> None:
    ledger, act = suppressed
    ledger.do("suppression", "lift", act, "--reason", "裁定撤销", "--document", "decision.txt")
    assert NAME in ledger.do("catalog", "show", "11119900MBF1000095/named", "--json").out
    assert "table by table" in ledger.do("index", "--check").out
    audited = ledger.json("audit", "replay")
    assert (audited["agrees"], audited["suppressed"]) == (True, [])
    said = ledger.do("suppression", "list").out
    assert f"suppress {act} (lifted): 法院裁定" in said
    assert f"lift {act}: 裁定撤销" in said
    assert "0 acts suppressed, 0 lifted" in ledger.do("suppression", "settle").out
    assert ledger.entry(RESERVOIRS) != []
