"""Every state × every action: allowed, or refused with which error. Asked of the contracts, which change nothing.

Who asks has the role that the action needs, at the organization that it needs, so that only the state decides.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from ledger.chain import abi
from ledger.chain.contracts import refusal
from ledger.chain.rpc import Node, NodeError
from ledger.errors import Rejected
from ledger.model.ids import to_hex
from ledger.registration import actions
from ledger.registration.actions import Action
from ledger.registration.registry import number_bytes
from tests.end_to_end.ledger import CENTER, WATER, Ledger
from tests.end_to_end.registry import ACCOUNTS, DISTRICT, OTHERS, applied, form, registering, step, through_notice

ACTIONS: Mapping[str, tuple[Action, str]] = {
    "forward": (actions.FORWARD, "district-reviewer"),
    "return": (actions.RETURN, "district-reviewer"),
    "request-supplement": (actions.REQUEST_SUPPLEMENT, "acceptor"),
    "lapse": (actions.LAPSE, "acceptor"),
    "accept": (actions.ACCEPT, "acceptor"),
    "refuse": (actions.REFUSE, "acceptor"),
    "review": (actions.PASS, "reviewer"),
    "review --fail": (actions.FAIL, "reviewer"),
    "notice": (actions.NOTICE, "reviewer"),
    "withdraw": (actions.WITHDRAW, "applicant"),
    "issue": (actions.ISSUE, "issuer"),
    "suspend": (actions.SUSPEND, "registrar-supervisor"),
    "resume": (actions.RESUME, "registrar-supervisor"),
    "cancel": (actions.CANCEL, "issuer"),
    "revoke": (actions.REVOKE, "issuer"),
    "settle": (actions.SETTLE, "applicant"),
}
STATES = (
    *("DISTRICT_REVIEW", "APPLIED", "APPLIED again", "SUPPLEMENT", "SUPPLEMENT late", "ACCEPTED", "REVIEWED"),
    *("NOTICE", "NOTICE ended", "ACTIVE", "SUSPENDED", "CANCELLED", "REVOKED"),
    *("RETURNED", "REFUSED", "LAPSED", "REVIEW_FAILED", "NOTICE_FAILED", "WITHDRAWN"),
)
"""EXPIRED and SUPERSEDED lie further in the future than a chain's clock goes; the contracts' own tests have them."""
STAGE, STATUS, SETTLE = "RegistryStageInvalid", "RegistryStatusInvalid", "RegistryNotToSettle"
ENTITLED = "AccountNotEntitled"
REASON = b"\x01" * 32
OPEN = set(STATES[:9])
ISSUED = {"ACTIVE", "SUSPENDED", "CANCELLED", "REVOKED"}
ALLOWED = {
    "forward": {"DISTRICT_REVIEW"},
    "return": {"DISTRICT_REVIEW"},
    "request-supplement": {"APPLIED"},
    "lapse": {"SUPPLEMENT late"},
    "accept": {"APPLIED", "APPLIED again"},
    "refuse": {"APPLIED", "APPLIED again"},
    "review": {"ACCEPTED"},
    "review --fail": {"ACCEPTED", "REVIEWED", "NOTICE", "NOTICE ended"},
    "notice": {"REVIEWED"},
    "withdraw": OPEN,
    "issue": {"NOTICE ended"},
    "suspend": {"ACTIVE"},
    "resume": {"SUSPENDED"},
    "cancel": {"ACTIVE", "SUSPENDED"},
    "revoke": {"ACTIVE", "SUSPENDED"},
    "settle": {"CANCELLED", "REVOKED", *STATES[13:]},
}
OTHERWISE = {
    ("request-supplement", "APPLIED again"): "ApplicationSupplementRepeated",
    ("lapse", "SUPPLEMENT"): "ApplicationNotLate",
    ("issue", "NOTICE"): "RegistryNoticeNotEnded",
}
"""Refusals that are not those of the whole row."""
DISTRICT_STATES = {"DISTRICT_REVIEW", "RETURNED"}


@dataclass(frozen=True, slots=True)
class World:
    """A ledger with a registration in every state."""

    ledger: Ledger
    numbers: Mapping[str, str]
    addresses: Mapping[str, str]
    contracts: Mapping[str, str]

    def answer(self, name: str, state: str) -> str:
        """`allowed`, or the name of the contract's error."""
        action, account = ACTIONS[name]
        if state in DISTRICT_STATES and account == "applicant":
            account = "district-applicant"
        number = self.numbers[state]
        taken = {"number": number_bytes(number), "version": self._version(action, number), "reason": REASON}
        data = abi.encode_call(action.contract, action.function, [taken])
        call = {"from": self.addresses[account], "to": self.contracts[action.contract], "data": to_hex(data)}
        try:
            Node(self.ledger.url).request("eth_call", call, "latest")
        except NodeError as error:
            refused = refusal(error)
            assert isinstance(refused, Rejected)
            return refused.reason or str(refused)
        return "allowed"

    def _version(self, action: Action, number: str) -> int:
        if not action.of_issued:
            return 1
        data = abi.encode_call("Registry", "head", number_bytes(number))
        raw = Node(self.ledger.url).request(
            "eth_call", {"to": self.contracts["Registry"], "data": to_hex(data)}, "latest"
        )
        issued: int = abi.decode_result("Registry", "head", bytes.fromhex(raw[2:]))["issued"]
        return issued


@pytest.fixture(scope="module")
def world(tools: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with registering(tmp_path_factory.mktemp("states")) as ledger:
        of_city = [state for state in STATES if state not in DISTRICT_STATES]
        city = applied(ledger, "city", [form(登记名称=state) for state in of_city])
        district = applied(
            ledger,
            "district",
            [_of_district(state) for state in sorted(DISTRICT_STATES)],
            account="district-applicant",
        )
        numbers = dict(zip([*of_city, *sorted(DISTRICT_STATES)], [*city, *district], strict=True))
        _bring(ledger, numbers)
        listed = {row["account"] for row in ledger.json("account", "list")}
        keys = (ledger.home / ".mulu" / "keystore").glob("*.json")
        every = {path.stem: _address(path.read_text()) for path in keys}
        # The sample has keys for other procedures as well, which are no accounts here.
        admins = {"admin-1", "admin-2"}
        addresses = {name: address for name, address in every.items() if name in admins or address in listed}
        assert addresses.keys() >= {*ACCOUNTS, *OTHERS}

        deployed = json.loads((ledger.home / ".mulu" / "deployment.json").read_text())["contracts"]
        yield World(ledger, numbers, addresses, {name: at["address"] for name, at in deployed.items()})


def _address(key: str) -> str:

    address: str = json.loads(key)["address"].lower()
    return "0x" + address.removeprefix("0x")


def _of_district(state: str) -> dict[str, object]:
    return form(登记名称=state, 主体名称="云桥区数据局(虚构)", 统一社会信用代码=DISTRICT, 行政区划代码="119901000000")


def _bring(ledger: Ledger, numbers: Mapping[str, str]) -> None:
    """Brings each registration to its state; the clock goes on by forty days in between."""
    n = numbers
    reason = ("--reason", "样例")
    issued = [n[state] for state in ("ACTIVE", "SUSPENDED", "CANCELLED", "REVOKED")]
    step(ledger, "request-supplement", n["LAPSED"], n["SUPPLEMENT late"], account="acceptor", options=reason)
    through_notice(ledger, *issued, n["NOTICE ended"], n["NOTICE_FAILED"])
    ledger.do("devnet", "--forward", 40)
    step(ledger, "lapse", n["LAPSED"], account="acceptor")
    step(ledger, "issue", *issued, account="issuer")
    step(ledger, "suspend", n["SUSPENDED"], account="registrar-supervisor", options=reason)
    step(ledger, "cancel", n["CANCELLED"], account="issuer", options=reason)
    step(ledger, "revoke", n["REVOKED"], account="issuer", options=reason)
    step(ledger, "review", n["NOTICE_FAILED"], account="reviewer", options=("--fail", *reason))
    step(ledger, "return", n["RETURNED"], account="district-reviewer", options=reason)
    step(ledger, "refuse", n["REFUSED"], account="acceptor", options=reason)
    step(ledger, "withdraw", n["WITHDRAWN"], account="applicant")
    asked = (n["SUPPLEMENT"], n["APPLIED again"])
    step(ledger, "request-supplement", *asked, account="acceptor", options=reason)
    again = ledger.home / "again.json"

    again.write_text(json.dumps(form(登记名称="APPLIED again", 摘要="补正"), ensure_ascii=False), "utf-8")
    ledger.do("registration", "supplement", n["APPLIED again"], again, "--yes", "--account", "applicant")
    step(
        ledger,
        "accept",
        *(n[state] for state in ("ACCEPTED", "REVIEWED", "NOTICE", "REVIEW_FAILED")),
        account="acceptor",
        options=("--dossiers", ".mulu/dossiers"),
    )
    step(ledger, "review", n["REVIEW_FAILED"], account="reviewer", options=("--fail", *reason))
    step(ledger, "review", n["REVIEWED"], n["NOTICE"], account="reviewer")
    step(ledger, "notice", n["NOTICE"], account="reviewer")


def expected(name: str, state: str) -> str:
    """What the table says."""
    if state in ALLOWED[name]:
        return "allowed"
    if (name, state) in OTHERWISE:
        return OTHERWISE[name, state]
    action, account = ACTIONS[name]
    if account == "district-reviewer" and state not in DISTRICT_STATES:
        # The district has no say over the city's subjects, whatever their state.
        return ENTITLED
    if action.of_issued:
        return STATUS if state in ISSUED else "RegistrationUnknown"
    return SETTLE if name == "settle" else STAGE


@pytest.mark.parametrize("name", ACTIONS)
def test_each_action_in_each_state(world: World, name: str) -> None:
    assert {state: world.answer(name, state) for state in STATES} == {state: expected(name, state) for state in STATES}


def test_the_table_is_of_the_ledger_that_was_built(world: World) -> None:
    shown = {
        state: world.ledger.json("registration", "show", number)["versions"][-1]
        for state, number in world.numbers.items()
    }
    for state, row in shown.items():
        name = state.split()[0]
        assert name in (row["stage"], row["status"]), state
        assert row["subject"] == (DISTRICT if state in DISTRICT_STATES else WATER)
        assert row["registrar"] == CENTER
