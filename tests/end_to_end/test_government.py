"""Founding, root acts, parameters, organizations and accounts by the command line."""

import json
from pathlib import Path

import pytest

from ledger.model.organization_code import sample_code
from tests.end_to_end.ledger import (
    AUTHORITY,
    AUTHORITY_NAME,
    CENTER,
    ORGANIZATIONS,
    WATER,
    Ledger,
    free_port,
)

BUREAU = sample_code(500)
FOUNDING = ("--code", AUTHORITY, "--name", AUTHORITY_NAME, "--area", "119900000000")
ADMINS = ("--admin", "admin-1", "--admin", "admin-2", "--account", "admin-1")


def confirm(ledger: Ledger, said: str) -> None:
    """Has admin-2 confirm the proposal that a command printed."""
    number = said.split("proposal ")[1].split()[0].strip(":")
    ledger.do("proposal", "confirm", number, "--account", "admin-2")


def test_what_deploy_leaves(ledger: Ledger) -> None:
    deployment = json.loads((ledger.home / ".mulu/deployment.json").read_text())
    trust = ledger.json("trust", "show")
    assert deployment["format"] == "mulu-deployment/1"
    assert {name: at["address"] for name, at in deployment["contracts"].items()} == {
        name: at["address"] for name, at in trust["contracts"].items()
    }
    assert (trust["origin"], trust["genesis_hash"]) == (deployment["origin"], deployment["genesis_hash"])
    shown = ledger.do("trust", "show").out
    assert trust["fingerprint"] in shown
    assert deployment["origin"] in shown


def test_a_ledger_is_deployed_once(ledger: Ledger) -> None:
    before = ledger.journal()
    again = ledger.run("deploy", *FOUNDING, *ADMINS).ended(1)
    assert "error: .mulu/deployment.json exists: a ledger is deployed once" in again.err
    assert "MULU_DEPLOYMENT" in again.err
    assert ledger.journal() == before


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--code", "11119900MBF1059266", *FOUNDING[2:], *ADMINS), 2, "--code '11119900MBF1059266': not a unified"),
        ((*FOUNDING[:5], "1199", *ADMINS), 2, "--area '1199': want 12 digits"),
        ((*FOUNDING, *ADMINS[2:]), 1, "at least two different ADMINs"),
        ((*FOUNDING, *ADMINS[2:], "--admin", "admin-2"), 1, "at least two different ADMINs"),
        ((*FOUNDING, *ADMINS[:4], "--account", "nobody"), 1, "no key of account 'nobody'"),
        ((*FOUNDING, "--admin", "0x" + "z" * 40, *ADMINS), 2, "want 0x and 40 lower-case hex digits"),
    ],
)
def test_a_founding_that_is_refused(
    ledger: Ledger, tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    elsewhere = {
        "MULU_DEPLOYMENT": str(tmp_path / "deployment.json"),
        "MULU_TRUST": str(tmp_path / "trust.json"),
        "MULU_KEYSTORE": ".mulu/keystore",
    }
    assert said in ledger.run("deploy", *arguments, settings=elsewhere).ended(code).err
    assert list(tmp_path.iterdir()) == []


def test_a_root_act_takes_two(ledger: Ledger) -> None:
    said = ledger.do("policy", "set", "notice_workdays", 5, "--source", "条例第9条", "--account", "admin-1").out
    number = ledger.json("proposal", "list")[-1]["number"]
    assert f"proposal {number} sets 1 parameters" in said
    shown = ledger.do("proposal", "show", number).json
    assert (shown["state"], shown["contract"]) == ("open", "Policy")
    assert shown["action"]["arguments"]["parameters"][0]["value"] == 5

    size, root = ledger.journal()
    same = ledger.run("proposal", "confirm", number, "--account", "admin-1").ended(1)
    assert "ProposalNeedsAnotherAdmin" in same.err
    stranger = ledger.run("proposal", "confirm", number, "--account", "publisher").ended(1)
    assert "AccountRoleMissing" in stranger.err
    assert ledger.journal() == (size, root)
    assert "notice_workdays" not in ledger.do("policy", "show").out

    assert f"proposal {number} confirmed" in ledger.do("proposal", "confirm", number, "--account", "admin-2").out
    assert "ProposalIsSettled" in ledger.run("proposal", "confirm", number, "--account", "admin-2").ended(1).err
    assert (
        ledger.run("proposal", "confirm", 999, "--account", "admin-2")
        .ended(1)
        .err.startswith("error: there is no proposal 999")
    )
    assert number not in [one["number"] for one in ledger.json("proposal", "list")]
    assert (number, "confirmed") in [(one["number"], one["state"]) for one in ledger.json("proposal", "list", "--all")]
    assert "setParameters (1 parameters)" in ledger.do("proposal", "list", "--all").out
    (set_,) = [row for row in ledger.json("policy", "show") if row["name"] == "notice_workdays"]
    assert (set_["version"], set_["value"]) == (1, 5)


def test_a_policy_profile(ledger: Ledger) -> None:
    confirm(ledger, ledger.do("policy", "set", "--profile", "beijing", "--account", "admin-1").out)
    named = {row["name"] for row in ledger.json("policy", "show")}
    assert {"application_workdays", "notice_workdays", "validity_years"} <= named
    assert "application_workdays" in ledger.do("policy", "show").out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "give either NAME VALUE --source, or --profile"),
        (("a_days", 1), 2, "give NAME, VALUE and --source"),
        (("x" * 33, 1, "--source", "s"), 2, "want up to 32 ASCII letters"),
        (("--profile", "atlantis"), 1, "no policy profile 'atlantis'; shipped are: beijing"),
        (("--profile", "atlantis.json"), 1, "no policy profile at atlantis.json"),
        (("a_days", 1, "--source", "s", "--document", "absent.pdf"), 1, "absent.pdf cannot be read"),
    ],
)
def test_a_policy_that_is_refused(ledger: Ledger, arguments: tuple[object, ...], code: int, said: str) -> None:
    before = ledger.journal()
    assert said in ledger.run("policy", "set", *arguments, "--account", "admin-1").ended(code).err
    assert ledger.journal() == before


def test_importing_the_same_organizations_changes_nothing(ledger: Ledger) -> None:
    before = ledger.journal()
    assert "0 to add, 0 to move" in ledger.do("org", "import", ORGANIZATIONS, "--account", "admin-1").out
    assert ledger.journal() == before
    listed = {row["code"]: row for row in ledger.json("org", "list")}
    assert len(listed) >= 18
    assert listed[WATER]["sector_authority"] == CENTER
    assert listed[AUTHORITY]["kind"] == "data_authority"
    assert "市水务局(虚构)" in ledger.do("org", "list").out


def test_the_life_of_an_organization(ledger: Ledger) -> None:
    options = ("--kind", "government_department", "--area", "119900000000", "--sector-authority", CENTER)
    added = ledger.do("org", "add", BUREAU, "--name", "新局", *options, "--roles", "publisher", "--account", "admin-1")
    confirm(ledger, added.out)
    confirm(ledger, ledger.do("org", "move", BUREAU, "--parent", WATER, "--account", "admin-1").out)
    (bureau,) = [row for row in ledger.json("org", "list") if row["code"] == BUREAU]
    assert (bureau["name"], bureau["parent"], bureau["sector_authority"]) == ("新局", WATER, CENTER)
    assert (bureau["allowed_roles"], bureau["suspended"]) == (["publisher"], False)

    no_supervisor = ledger.run("org", "suspend", BUREAU, "--reason", "检查", "--account", "admin-1").ended(1)
    assert "AccountRoleMissing" in no_supervisor.err
    assert "done in block" in ledger.do("org", "suspend", BUREAU, "--reason", "检查", "--account", "supervisor").out
    assert "suspended" in ledger.do("org", "list").out
    ledger.do("org", "resume", BUREAU, "--reason", "检查完毕", "--account", "supervisor")
    assert "suspended" not in ledger.do("org", "list").out.replace("state", "")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("add", "123", "--name", "x", "--kind", "operator", "--area", "1" * 12), 2, "'123': not a unified social"),
        (("add", BUREAU, "--name", "x", "--kind", "club", "--area", "1" * 12), 2, "--kind 'club': kinds are"),
        (("add", BUREAU, "--name", "x", "--kind", "operator", "--area", "1"), 2, "--area '1': want 12 digits"),
        (
            ("add", BUREAU, "--name", "x", "--kind", "operator", "--area", "1" * 12, "--parent", "机构"),
            2,
            "--parent '机构': not a unified social credit code",
        ),
        (("move", sample_code(77), "--parent", ""), 1, f"there is no organization {sample_code(77)}"),
        (("move", WATER, "--parent", "abc"), 2, "--parent 'abc': not a unified social credit code"),
        (("move", WATER, "--parent", "", "--sector-authority", "abc"), 2, "--sector-authority 'abc': not a unified"),
        (("move", WATER, "--parent", "", "--area", "abc"), 2, "--area 'abc': want 12 digits"),
        (("suspend", "x" * 19, "--reason", "r"), 2, f"'{'x' * 19}': not a unified social credit code"),
        (("suspend", sample_code(77), "--reason", "r"), 1, "OrganizationUnknown"),
        (("import", "absent.csv"), 2, "absent.csv: cannot be read: No such file"),
    ],
)
def test_an_organization_that_is_refused(ledger: Ledger, arguments: tuple[str, ...], code: int, said: str) -> None:
    before = ledger.journal()
    account = "supervisor" if arguments[0] == "suspend" else "admin-1"
    assert said in ledger.run("org", *arguments, "--account", account).ended(code).err
    assert ledger.journal() == before


def test_a_mistyped_code_is_no_name_of_a_drafted_sector_authority(ledger: Ledger) -> None:
    mistyped = f"{CENTER[:-1]}{'0' if CENTER[-1] != '0' else '1'}"
    draft = ("org", "draft", "list.csv", "-o", "drafted.csv", "--sector-authority", mistyped)
    assert f"--sector-authority '{mistyped}': not a unified social credit code" in ledger.run(*draft).ended(2).err
    assert not (ledger.home / "drafted.csv").exists()


def test_a_file_of_organizations_that_is_refused(ledger: Ledger) -> None:
    (ledger.home / "organizations.csv").write_text("name,code,kind,area\n甲,123,club,1\n", "utf-8")
    before = ledger.journal()
    refused = ledger.run("org", "import", "organizations.csv", "--account", "admin-1").ended(1)
    assert "error: 1 rows of organizations.csv are refused; nothing was sent" in refused.err
    for column, value in (("code", "123"), ("kind", "club"), ("area", "1")):
        assert any(line.split()[:3] == ["2", column, value] for line in refused.out.splitlines()), refused
    assert ledger.journal() == before


def test_the_life_of_an_account(ledger: Ledger) -> None:
    made = ledger.do("account", "key", "second").out
    second = made.split(": ")[1].strip()
    assert (ledger.home / ".mulu/keystore/second.json").stat().st_mode & 0o777 == 0o600
    assert "exists and is never overwritten" in ledger.run("account", "key", "second").ended(1).err
    third = ledger.do("account", "key", "third").out.split(": ")[1].strip()

    of_center = ("--organization", CENTER, "--roles", "publisher", "--account", "admin-1")
    assert "done in block" in ledger.do("account", "add", "second", *of_center).out
    assert "AccountExists" in ledger.run("account", "add", "second", *of_center).ended(1).err
    ledger.do("account", "rotate", "second", "third", "--account", "admin-1")
    ledger.do("account", "revoke", "third", "--compromised-since", "2026-01-01", "--account", "admin-1")
    assert "is no active account" in ledger.run("account", "revoke", "third", "--account", "admin-1").ended(1).err

    of = {row["account"]: row for row in ledger.json("account", "list", "--organization", CENTER)}
    assert (of[second]["active"], of[second]["successor"]) == (False, third)
    assert (of[third]["active"], of[third]["roles"]) == (False, ["publisher"])
    assert of[third]["compromised_since"] == 1_767_225_600
    assert "ended" in ledger.do("account", "list").out


def test_an_account_of_the_data_authority_takes_two(ledger: Ledger) -> None:
    address = "0x" + "5A" * 20
    options = ("--organization", AUTHORITY, "--roles", "supervisor", "--account", "admin-1")
    confirm(ledger, ledger.do("account", "add", address, *options).out)
    (added,) = [row for row in ledger.json("account", "list") if row["account"] == address.lower()]
    assert (added["organization"], added["roles"]) == (AUTHORITY, ["supervisor"])


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("key", "../outside"), 2, "'../outside' is no name of a key"),
        (("add", "nobody", "--organization", CENTER, "--roles", "publisher"), 1, "no key of account 'nobody'"),
        (("add", "0x" + "z" * 40, "--organization", CENTER, "--roles", "publisher"), 2, "40 lower-case hex digits"),
        (("add", "0x" + "1" * 40, "--organization", CENTER, "--roles", "king"), 2, "--roles: 'king' is no role"),
        (("add", "0x" + "1" * 40, "--organization", "12", "--roles", "admin"), 2, "--organization '12': not a unified"),
        (("add", "0x" + "1" * 40, "--organization", sample_code(77), "--roles", "admin"), 1, "OrganizationUnknown"),
        (("rotate", "0x" + "1" * 40, "0x" + "2" * 40), 1, "is no active account"),
    ],
)
def test_an_account_that_is_refused(ledger: Ledger, arguments: tuple[str, ...], code: int, said: str) -> None:
    before = ledger.journal()
    signing = () if arguments[0] == "key" else ("--account", "admin-1")
    assert said in ledger.run("account", *arguments, *signing).ended(code).err
    assert ledger.journal() == before


def test_one_chain_runs_in_a_folder(ledger: Ledger) -> None:
    again = ledger.run("devnet", "--background", "--port", free_port()).ended(1)
    assert "the development chain runs already" in again.err
    assert "mulu devnet --stop" in again.err


def test_a_chain_on_a_taken_port(ledger: Ledger, tmp_path: Path) -> None:
    other = {"MULU_DEPLOYMENT": str(tmp_path / "deployment.json"), "MULU_KEYSTORE": ".mulu/keystore"}
    taken = ledger.run("devnet", "--background", "--port", ledger.port, settings=other).ended(1)
    assert f"port {ledger.port} is taken: choose another with --port" in taken.err
