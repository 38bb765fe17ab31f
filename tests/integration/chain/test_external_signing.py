"""An account that an external signer holds: a real node signs for it; proxies before it change its answers."""

import time
from pathlib import Path
from typing import Any

import pytest

from ledger.chain import abi, deploy, proposals
from ledger.chain import external_signer as external_signers
from ledger.chain.contracts import Contracts
from ledger.chain.external_signer import ExternalSigner, open_signer
from ledger.chain.rpc import Node, NodeError
from ledger.chain.sender import Call, Receipt, Sender
from ledger.chain.signer import create_key, refer, unlock
from ledger.errors import Inconsistent, LedgerError, Malformed, NotFound, Rejected, Unavailable
from ledger.model.ids import to_hex
from ledger.model.message import Message
from ledger.model.organization_code import sample_code
from ledger.model.roles import Role
from tests.integration.answering import Answer, answering

STRANGER = bytes([1]) * 20
SIGN, CLEF_SIGN = "eth_signTransaction", "account_signTransaction"
CLOSE = abi.encode_call("IRootActs", "closeJournal")


def held(url: str) -> list[bytes]:
    """The accounts that the node holds unlocked."""
    return [bytes.fromhex(account[2:]) for account in Node(url).request("eth_accounts")]


def signer(url: str, address: bytes, wait_seconds: float = 20) -> ExternalSigner:
    return open_signer(url, address, lambda message: None, wait_seconds)


@pytest.fixture(scope="module")
def contracts(anvil: str) -> Contracts:
    """A ledger that an account of the node founded: every contract was created by an external signature."""
    first, second = held(anvil)[:2]
    admins = tuple((one, int(Role.ADMIN)) for one in (first, second))
    founding = deploy.Founding(sample_code(999_999), "数据主管部门", 119900000000, sum(Role), admins)
    return Contracts(Node(anvil), deploy.deploy(Node(anvil), signer(anvil, first), founding))


def propose(contracts: Contracts, by: ExternalSigner) -> int:
    number, _ = proposals.propose(contracts, Sender(contracts, by), "Journal", "closeJournal")
    return number


def sent(contracts: Contracts, address: bytes) -> int:
    return int(contracts.node.request("eth_getTransactionCount", to_hex(address), "pending"), 16)


def test_a_node_signs(contracts: Contracts, anvil: str) -> None:
    first = held(anvil)[0]
    number = propose(contracts, signer(anvil, first))
    assert proposals.read(contracts, number).account == first


def test_clef_is_asked_by_its_own_method_and_told_the_function(contracts: Contracts, anvil: str) -> None:
    """Clef 1.13 has no `eth_signTransaction` and answers with the raw transaction and its fields."""
    first = held(anvil)[0]
    asked: list[Any] = []

    def clef(method: str, params: list[Any]) -> Any:
        if method != CLEF_SIGN:
            raise NodeError(method, -32601, f"the method {method} does not exist/is not available", None)
        asked.append(params)
        return {"raw": Node(anvil).request(SIGN, params[0]), "tx": {"nonce": "0x0"}}

    with answering(clef) as url:
        one = signer(url, first)
        assert propose(contracts, one) + 1 == propose(contracts, one)
    assert [params[1] for params in asked] == ["propose(address,bytes)"] * 2
    transaction = asked[0][0]
    assert set(transaction) == {"from", "to", "nonce", "gas", "gasPrice", "value", "data", "chainId"}
    # Clef refuses addresses without their checksum.
    assert transaction["to"] != transaction["to"].lower()


# Another transaction than was asked for


def other(anvil: str, **changes: Any) -> Answer:
    """A signer that has the node sign something else."""
    return lambda method, params: Node(anvil).request(SIGN, {**params[0], **changes})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"to": to_hex(STRANGER)}, "recipient is 0x0101"),
        ({"value": "0x1"}, "value is 1, asked for 0"),
        ({"nonce": "0xff"}, "nonce is 255, asked for"),
        ({"gas": "0x1"}, "gas is 1, asked for"),
        ({"gasPrice": "0xffffffffff"}, "gas price is 1099511627775, asked for"),
        ({"data": "0x00"}, "data is 1 bytes with hash 0x"),
    ],
    ids=["recipient", "value", "nonce", "gas", "gas price", "data"],
)
def test_another_transaction_is_never_sent(
    contracts: Contracts, anvil: str, changes: dict[str, str], said: str
) -> None:
    first = held(anvil)[0]
    before = sent(contracts, first)
    with (
        answering(other(anvil, **changes)) as url,
        pytest.raises(Inconsistent, match=f"another transaction than was asked for: {said}"),
    ):
        propose(contracts, signer(url, first))
    assert sent(contracts, first) == before


def test_another_signer_is_never_sent(contracts: Contracts, anvil: str) -> None:
    first, second = held(anvil)[:2]
    with (
        answering(other(anvil, **{"from": to_hex(second)})) as url,
        pytest.raises(Inconsistent, match=f"signed by {to_hex(second)}, asked for {to_hex(first)}"),
    ):
        propose(contracts, signer(url, first))


@pytest.mark.parametrize("answer", [None, 7, [], {}, {"raw": None}, {"raw": 7}, "0x0", "raw", ["0x00"]])
def test_something_that_is_no_transaction(contracts: Contracts, anvil: str, answer: Any) -> None:
    with (
        answering(lambda method, params: answer) as url,
        pytest.raises(Inconsistent, match="something that is no transaction"),
    ):
        propose(contracts, signer(url, held(anvil)[0]))


def test_what_was_sent_before_is_told_first(contracts: Contracts, anvil: str) -> None:
    """The signer signs one and refuses the next: the one is on the ledger, and whoever sent it hears of it."""
    first = held(anvil)[0]
    data = abi.encode_call("Organizations", "propose", to_hex(contracts.address("Journal")), CLOSE)
    calls = [Call(contracts.address("Organizations"), data) for _ in range(3)]
    answers = iter([True])

    def once(method: str, params: list[Any]) -> Any:
        if next(answers, False):
            return Node(anvil).request(SIGN, params[0])
        raise NodeError(method, -32000, "request denied", None)

    told: list[Receipt] = []
    with answering(once) as url, pytest.raises(Rejected, match="request denied"):
        Sender(contracts, signer(url, first)).send(calls, lambda call, receipt: told.append(receipt))
    assert len(told) == 1


# No answer


@pytest.mark.parametrize("status", [200, 400, 403])
def test_a_signer_that_refuses(contracts: Contracts, anvil: str, status: int) -> None:
    """Web3Signer says so with a status of 400."""

    def refuse(method: str, params: list[Any]) -> Any:
        raise NodeError(method, -32000, "request denied\x1b[2J", None)

    with answering(refuse, status) as url, pytest.raises(Rejected) as refused:
        propose(contracts, signer(url, held(anvil)[0]))
    assert f"{url} does not sign for 0x" in str(refused.value)
    assert "request denied\\x1b" in str(refused.value)


def test_a_node_that_does_not_hold_the_account(contracts: Contracts, anvil: str) -> None:
    transaction = {"nonce": 0, "gasPrice": 1, "gas": 90_000, "value": 0, "data": b"", "chainId": 31337}
    with pytest.raises(Rejected, match=f"does not sign for {to_hex(STRANGER)}"):
        signer(anvil, STRANGER).sign(transaction)


def test_a_signer_that_is_down_or_slow(contracts: Contracts, anvil: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = held(anvil)[0]
    with answering(lambda method, params: None) as url:
        pass
    secret = url.replace("http://", "http://user:secret@") + "/path?key=secret"
    with pytest.raises(Unavailable) as down:
        propose(contracts, signer(secret, first))
    assert f"external signer {url} cannot be reached" in str(down.value)
    assert "is MULU_SIGNER_URL right?" in str(down.value)
    assert "secret" not in str(down.value) + repr(signer(secret, first))

    monkeypatch.setattr(external_signers, "_PATIENCE_SECONDS", 0.1)
    said: list[Message] = []
    asked: list[str] = []

    def slow(method: str, params: list[Any]) -> Any:
        asked.append(method)
        time.sleep(1)

    with (
        answering(slow) as url,
        pytest.raises(Unavailable, match="did not answer within 0 s: was the request approved"),
    ):
        propose(contracts, open_signer(url, first, said.append, 0.4))
    assert asked == [SIGN], "a request that a person may have to approve is never repeated"
    (waiting,) = said
    assert f"waiting for the external signer {url}" in waiting.en
    assert f"等待外部签名器 {url}" in waiting.zh


def test_user_and_password_of_an_address_are_sent(contracts: Contracts, anvil: str) -> None:
    heard: list[dict[str, str]] = []
    with answering(other(anvil), heard=heard) as url:
        propose(contracts, signer(url.replace("//", "//clerk:p%40ss@"), held(anvil)[0]))
    assert [headers["authorization"] for headers in heard] == ["Basic Y2xlcms6cEBzcw=="]


# Who signs for an account


def test_a_name_or_an_address_leads_to_the_external_signer(tmp_path: Path) -> None:
    def password(path: Path) -> str:
        return "x"

    def external(address: bytes) -> ExternalSigner:
        return signer("http://127.0.0.1:9", address)

    refer(tmp_path, "clerk", STRANGER)
    create_key(tmp_path, "own", "x", iterations=1000)
    for name in ("clerk", to_hex(STRANGER)):
        found = unlock(tmp_path, name, password, external)
        assert isinstance(found, ExternalSigner)
        assert found.address == STRANGER
    own = unlock(tmp_path, "own", password, external)
    assert not isinstance(own, ExternalSigner)
    assert not isinstance(unlock(tmp_path, to_hex(own.address), password, external), ExternalSigner)
    assert isinstance(unlock(tmp_path, "0x" + "02" * 20, password, external), ExternalSigner)

    wrong: list[tuple[str, bool, type[LedgerError], str]] = [
        ("clerk", False, Rejected, "an external signer holds this account: set MULU_SIGNER_URL"),
        ("0x" + "02" * 20, False, NotFound, "If an external signer holds it, set MULU_SIGNER_URL"),
        ("0x02", True, NotFound, "there are: clerk, own"),
        ("nobody", True, NotFound, "there are: clerk, own"),
    ]
    for name, there_is_one, kind, said in wrong:
        with pytest.raises(kind, match=said):
            unlock(tmp_path, name, password, external if there_is_one else None)
    with pytest.raises(Rejected, match="exists and is never overwritten"):
        refer(tmp_path, "own", STRANGER)
    with pytest.raises(Malformed, match="MULU_SIGNER_URL: external signer address ftp://host: want http"):
        open_signer("ftp://user:secret@host/key", STRANGER, lambda message: None)
