"""From a filled-in form to a certificate that a stranger verifies, by the command line alone."""

import asyncio
import json
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest

from ledger.certificate.dossier import read_dossier
from ledger.chain.rpc import Node
from ledger.model.certificate import parse_certificate
from ledger.registration.objections import new_objector
from tests.end_to_end.ledger import Ledger, Ran
from tests.end_to_end.registry import (
    APPLICATION,
    CALENDAR,
    WITHHELD,
    applied,
    confirm_all,
    form,
    registering,
    step,
    table,
    through_notice,
)


@pytest.fixture(scope="module")
def ledger(tools: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """Everybody and everything that a registration needs, 90 days ago."""
    with registering(tmp_path_factory.mktemp("registering")) as ledger:
        yield ledger


@pytest.fixture(scope="module")
def issued(ledger: Ledger) -> str:
    """The sample's application, carried through: its number."""
    ledger.do("policy", "calendar", "set", CALENDAR, "--source", "示例", "--account", "admin-1")
    confirm_all(ledger)
    answer = ledger.json("registration", "apply", APPLICATION, "--yes", "--account", "applicant")
    number: str = answer["filed"][0]["number"]
    through_notice(ledger, number)
    ledger.do("devnet", "--forward", 30)
    step(ledger, "issue", number, account="issuer")
    ledger.do("certificate", "make", number, "-o", "c.json", "-o", "c.pdf")
    return number


def verified(ledger: Ledger, file: str, *options: str) -> Ran:
    return ledger.run("verify", file, "--rpc", ledger.url, *options)


def withheld_values(ledger: Ledger) -> dict[str, str]:
    """Name → value of what the sample's dossier withholds."""
    (path,) = [p for p in (ledger.home / ".mulu" / "dossiers").glob("*-v1.dossier.json") if _sample(p)]
    return {one.field.name: one.field.value for one in read_dossier(path).fields if one.withheld}


def _sample(path: Path) -> bool:
    return any(one.field.value == form()["登记名称"] for one in read_dossier(path).fields)


def test_the_preview_shows_what_will_be_public_and_nothing_else(ledger: Ledger) -> None:
    shown = ledger.do("registration", "preview", APPLICATION).out
    assert "大中型水库水情日报(虚构)" in shown
    assert "withheld, as salted digests only: 联系人、联系电话" in shown
    assert [value for value in ("水清源", "010-00000001", "江河清", "三号机房") if value in shown] == []
    assert (
        "look at what will be public"
        in ledger.run("registration", "apply", APPLICATION, "--account", "applicant").ended(1).err
    )


def test_a_notice_is_waited_for_and_reviewers_do_not_issue(ledger: Ledger, issued: str) -> None:
    (number,) = applied(ledger, "early", [form(登记名称="尚在公示")])
    through_notice(ledger, number)
    early = ledger.run("registration", "issue", number, "--account", "issuer").ended(1)
    assert f"RegistryNoticeNotEnded(number={number}" in early.err
    assert "the public notice has not ended" in early.err


def test_a_certificate_verifies_as_json_and_as_pdf(ledger: Ledger, issued: str) -> None:
    ledger.do("devnet", "--forward-to", "now")
    for file in ("c.json", "c.pdf"):
        assert verified(ledger, file).ended().out.splitlines()[-1] == "VALID"
    assert ledger.run("verify", "c.json").ended(4).out.splitlines()[-1].startswith("UNDECIDED: proof")
    assert "NOT IN FORCE: ABSENT" in verified(ledger, "c.json", "--at", "2020-01-01").ended(1).out


def test_a_bundle_in_the_certificate_needs_no_other_evidence(ledger: Ledger, issued: str) -> None:
    ledger.do("devnet", "--forward-to", "now")
    ledger.do("certificate", "make", issued, "--with-bundle", "-o", "b.json", "-o", "b.pdf")
    ledger.do("prove", "certificate", issued, "-o", "proof.json")
    ledger.do("prove", "certificate", issued, "--into", "c.json", "-o", "d.json")
    ledger.do("certificate", "redact", "b.json", "-o", "e.json", "--withhold", "title")
    for file in ("b.json", "b.pdf", "proof.json", "d.json", "e.json"):
        assert verified(ledger, file).ended().out.splitlines()[-1] == "VALID"
        alone = ledger.run("verify", file).ended(4).out
        assert alone.splitlines()[-1] == "UNDECIDED: seal missing"
        assert "✓ path" in alone
        assert "✓ status" in alone
    other = ledger.run("prove", "certificate", "R202601010000019", "--into", "c.json", "-o", "f.json").ended(2)
    assert "the certificate is of registration" in other.err


def test_many_documents_end_with_the_worst_verdict(ledger: Ledger, issued: str) -> None:
    ledger.do("devnet", "--forward-to", "now")
    ledger.do("prove", "certificate", issued, "-o", "good.json")
    ledger.do("prove", "absence", "0x" + "5a" * 32, "-o", "absent.json")
    good, absent = ((ledger.home / name).read_bytes() for name in ("good.json", "absent.json"))
    documents = {"good.json": good}
    for name, data, code, words in (
        ("absent.json", absent, 1, "ABSENT"),
        ("broken.json", b"{}", 2, "MALFORMED"),
        ("forged.json", good.replace(b'"index":', b'"index":1', 1), 3, "CONTRADICTED"),
    ):
        documents[name] = data
        with ZipFile(ledger.home / "many.zip", "w") as archive:
            for each, content in documents.items():
                archive.writestr(f"folder/{each}", content)
        said = verified(ledger, "many.zip").ended(code).out
        assert words in said
        assert "VALID" in said
    alone = {row["file"]: row["verdict"] for row in ledger.run("verify", "many.zip", "--json").ended(3).json}
    assert alone["folder/good.json"] == "UNDECIDED"
    (ledger.home / "bad.zip").write_bytes(b"PK\x03\x04 and no more")
    assert "damaged" in ledger.run("verify", "bad.zip").ended(2).err


def test_each_field_can_be_withheld_and_none_changed(ledger: Ledger, issued: str) -> None:
    ledger.do("devnet", "--forward-to", "now")
    certificate = parse_certificate((ledger.home / "c.json").read_bytes())
    for name in certificate.shown:
        ledger.do("certificate", "redact", "c.json", "-o", "r.json", "--withhold", name)
        assert verified(ledger, "r.json").ended().out.splitlines()[-1] == "VALID"
    raw = json.loads((ledger.home / "c.json").read_text("utf-8"))
    for place, field in enumerate(raw["fields"]):
        if "value" not in field:
            continue
        changed = json.loads(json.dumps(raw))
        last = field["value"][-1]
        changed["fields"][place]["value"] = field["value"][:-1] + ("乙" if last != "乙" else "甲")
        text = json.dumps(changed, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        (ledger.home / "x.json").write_text(text, "utf-8")
        assert "CONTRADICTED: content" in verified(ledger, "x.json").ended(3).out


def test_withheld_values_are_in_the_dossiers_and_nowhere_else(ledger: Ledger, issued: str) -> None:
    values = withheld_values(ledger)
    assert set(values) == set(WITHHELD)
    ledger.do("registration", "show", issued)
    ledger.do("index")
    home = ledger.home / ".mulu"
    public = [path for path in home.rglob("*") if path.is_file() and "dossiers" not in str(path.relative_to(home))]
    public += [ledger.home / "c.json"]
    assert {"mirror.db", "anvil.log", "state.json"} <= {path.name for path in public}
    blobs = {str(path): path.read_bytes() for path in public}
    blobs["chain"] = _chain(ledger)
    blobs |= {f"{name} of the CLI": ledger.do(*words).out.encode() for name, words in _answers(issued).items()}
    blobs |= {f"{route} of the API": body for route, body in _served(ledger, issued).items()}
    # What is public is found by the same search.
    title = form()["登记名称"]
    named = {name.rsplit("/", 1)[-1].removesuffix("-wal") for name in _holding(blobs, title)}
    assert named >= {"mirror.db", "chain", "c.json", "registrations of the API"}
    for name, value in values.items():
        assert _holding(blobs, value) | _holding(blobs, value.removeprefix("0x")) == set(), name


def _served(ledger: Ledger, number: str) -> dict[str, bytes]:
    """What the API answers about registrations, and the pages that people look at."""
    from ledger.app import App
    from ledger.settings import from_environment
    from registry_api.main import create_app

    home = ledger.home / ".mulu"
    settings = {
        "MULU_RPC_URL": ledger.url,
        "MULU_DATABASE_URL": f"sqlite:///{home / 'mirror.db'}",
        "MULU_DEPLOYMENT": str(home / "deployment.json"),
    }
    app = App(from_environment(settings))
    one = f"/v1/registrations/{number}"
    routes = ("/v1/registrations", one, f"{one}/history", f"{one}/steps", f"{one}/proof", "/v1/notices")
    routes += ("/v1/objections", f"/v1/certificates/{number}/status", "/v1/acts?limit=200", f"/certificates/{number}")

    async def ask() -> dict[str, bytes]:
        transport = httpx.ASGITransport(app=create_app(app))
        async with httpx.AsyncClient(transport=transport, base_url="http://mulu.example") as client:
            return {route: (await client.get(route)).content for route in routes}

    try:
        return asyncio.run(ask())
    finally:
        app.mirror.close()


def _holding(blobs: dict[str, bytes], value: str) -> set[str]:
    """Names of what holds a value: as text, as JSON escapes it, or as a node's hex shows it."""
    needles = {value.encode(), json.dumps(value)[1:-1].encode(), value.encode().hex().encode()}
    if len(value) == 64 and value.isascii():
        needles.add(bytes.fromhex(value))
    return {name for name, blob in blobs.items() for needle in needles if needle in blob}


def _chain(ledger: Ledger) -> bytes:
    """Every block with its transactions, and every log."""
    node = Node(ledger.url)
    head = int(node.request("eth_blockNumber"), 16)
    blocks = [node.request("eth_getBlockByNumber", hex(number), True) for number in range(head + 1)]
    logs = node.request("eth_getLogs", {"fromBlock": "0x0", "toBlock": "latest"})
    return json.dumps([blocks, logs]).encode()


def _answers(number: str) -> dict[str, tuple[str, ...]]:
    return {
        "show": ("registration", "show", number, "--json"),
        "list": ("registration", "list", "--json"),
        "inbox": ("registration", "inbox", "--account", "reviewer", "--json"),
        "certificate": ("certificate", "show", "c.json", "--json"),
    }


def test_dossiers_are_their_owners_alone(ledger: Ledger, issued: str) -> None:
    home = ledger.home / ".mulu"
    for path in [*(home / "dossiers").glob("*.json"), home / "dossiers.db"]:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with sqlite3.connect(home / "dossiers.db") as kept:
        assert kept.execute("SELECT count(*) FROM dossier WHERE number = ?", (issued,)).fetchone() == (1,)


def test_a_dossier_of_another_application_is_refused(ledger: Ledger, issued: str) -> None:
    mine, other = applied(ledger, "two", [form(登记名称="甲"), form(登记名称="乙")])
    wrong = f".mulu/dossiers/{other}-v1.dossier.json"
    refused = ledger.run("registration", "accept", mine, "--dossier", wrong, "--account", "acceptor").ended(3)
    assert "field 0 of the dossier, subject_name" in refused.err
    without = ledger.run("registration", "accept", mine, "--account", "acceptor").ended(1)
    assert f"no dossier of {mine}" in without.err
    step(ledger, "withdraw", mine, other, account="applicant")


def test_all_bad_rows_are_shown_and_no_withheld_value_is(ledger: Ledger) -> None:
    bad = [form(登记名称=""), form(登记承诺书摘要值="张三13800000000"), form(对象类型="秘密")]
    refused = ledger.run(
        "registration", "apply", table(ledger.home / "bad.csv", bad), "--yes", "--account", "applicant"
    ).ended(2)
    rows = refused.out.splitlines()[1:]
    assert [line.split()[0:2] for line in rows] == [["2", "title"], ["3", "undertaking_digest"], ["4", "object_type"]]
    assert "13800000000" not in refused.out + refused.err
    assert "张三" not in refused.out + refused.err
    assert "3 rows of bad.csv are refused; nothing was sent" in refused.err


def test_a_list_is_filed_and_worked_off_in_several_runs(ledger: Ledger) -> None:
    forms = [form(登记名称=f"批量{place}") for place in range(12)]
    first = applied(ledger, "many", forms[:5])
    path = table(ledger.home / "many.csv", forms)
    rest = ledger.json("registration", "apply", path, "--yes", "--account", "applicant")
    assert [one["number"] for one in rest["filed_before"]] == first
    assert [one["row"] for one in rest["filed"]] == list(range(7, 14))
    numbers = first + [one["number"] for one in rest["filed"]]
    (ledger.home / "half.txt").write_text("\n".join(numbers[:6]))
    (ledger.home / "all.txt").write_text("\n".join(numbers))
    options = ("--dossiers", ".mulu/dossiers", "--account", "acceptor")
    assert len(ledger.json("registration", "accept", "--file", "half.txt", *options)["taken"]) == 6
    again = ledger.json("registration", "accept", "--file", "all.txt", *options)
    assert (len(again["taken"]), again["done_before"]) == (6, numbers[:6])
    tasks = ledger.json("registration", "inbox", "--account", "reviewer")["tasks"]
    assert set(numbers) <= {task["number"] for task in tasks if task["task"] == "REVIEW"}
    assert {task["workdays_left"] for task in tasks if task["number"] == numbers[0]} == {20}
    step(ledger, "withdraw", *numbers, account="applicant")


def test_a_supplement_replaces_fields_and_dossier(ledger: Ledger) -> None:
    (number,) = applied(ledger, "gap", [form(登记名称="待补正")])
    options = ("--reason", "缺少摘要")
    step(ledger, "request-supplement", number, account="acceptor", options=options)
    path = table(ledger.home / "more.csv", [form(登记名称="待补正", 摘要="补正后的摘要")])
    ledger.do("registration", "supplement", number, path, "--yes", "--account", "applicant")
    step(ledger, "accept", number, account="acceptor", options=("--dossiers", ".mulu/dossiers"))
    (row,) = ledger.json("registration", "show", number)["versions"]
    assert (row["stage"], row["supplemented"]) == ("ACCEPTED", True)
    step(ledger, "withdraw", number, account="applicant")


def test_an_upheld_objection_suspends_until_the_correction_that_cites_it(ledger: Ledger, issued: str) -> None:
    raised = ledger.do("objection", "raise", issued, "--ground", "来源有误", "--account", "objector").out
    objection = raised.split()[1]
    ledger.do("objection", "accept", objection, "--account", "reviewer")
    ledger.do("objection", "decide", objection, "--uphold", "--reason", "成立", "--account", "reviewer")
    ledger.do("devnet", "--forward-to", "now")
    assert "NOT IN FORCE: SUSPENDED" in verified(ledger, "c.json").ended(1).out
    words = ("--number", issued, "--objection", objection, "--yes", "--account", "applicant")
    filed = ledger.json("registration", "correct", APPLICATION, *words)["filed"]
    assert [(one["number"], one["version"]) for one in filed] == [(issued, 2)]
    assert ledger.json("registration", "correct", APPLICATION, *words)["filed"] == []
    step(ledger, "withdraw", issued, account="applicant")


def test_a_person_objects_by_a_commitment(ledger: Ledger) -> None:
    (ledger.home / "who.txt").write_text("王五(虚构) 证件样例 0001", "utf-8")
    words = ("--person", "who.txt", "--keep", "objector.json", "--evidence", "who.txt", "--ground", "数据有误")
    ledger.do("objection", "raise", "11119900MBF1000095/306001/000002", *words, "--account", "acceptor")
    assert stat.S_IMODE((ledger.home / "objector.json").stat().st_mode) == 0o600
    (row,) = [row for row in ledger.json("objection", "list") if row["person"]]
    kept = json.loads((ledger.home / "objector.json").read_text("utf-8"))
    assert (row["commitment"], row["objector"]) == (kept["commitment"], None)
    state = (ledger.home / ".mulu" / "devnet" / "state.json").read_bytes()
    assert "王五".encode().hex().encode() not in state

    # Later the registrar shows that it was this person, and nobody else.
    asked = ("objection", "show", row["objection"], "--person")
    assert "this person raised objection" in ledger.do(*asked, "objector.json").err
    (ledger.home / "other.json").write_bytes(new_objector("赵六(虚构)").encode())
    other = ledger.run(*asked, "other.json").ended(1)
    assert "did not raise objection" in other.err
    assert "赵六" not in other.out + other.err


def test_the_clock_never_passes_the_real_one(ledger: Ledger) -> None:
    ahead = ledger.run("devnet", "--forward", 400).ended(1)
    assert "nothing is dated in the future" in ahead.err
