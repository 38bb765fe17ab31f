"""What an external signer returns is taken only when it is what was asked for, signed by whom was asked."""

from collections.abc import Callable
from typing import Any

import pytest
import rlp
from eth_account import Account

from ledger.chain import abi
from ledger.chain.external_signer import NotAsAsked, check_signed

KEY, OTHER = (Account.from_key(bytes([number]) * 32) for number in (1, 2))
ADDRESS = bytes.fromhex(KEY.address[2:])
ASKED: dict[str, Any] = {
    "nonce": 7,
    "gasPrice": 1,
    "gas": 90_000,
    "to": OTHER.address,
    "value": 0,
    "data": abi.encode_call("IRootActs", "closeJournal"),
    "chainId": 31337,
}
CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def signed(key: Any = KEY, **changes: Any) -> bytes:
    return bytes(key.sign_transaction({**ASKED, **changes}).raw_transaction)


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in ASKED.items() if key != name}


def changed(at: int, change: Callable[[bytes], bytes]) -> bytes:
    """The right transaction with one of its nine fields changed."""
    fields = rlp.decode(signed())
    return rlp.encode([change(field) if place == at else field for place, field in enumerate(fields)])


def mirrored() -> bytes:
    """The same signature with the other s: as good mathematically, and not taken by nodes (EIP-2)."""
    fields = rlp.decode(signed())
    fields[6] = (2 * (2 * 31337 + 35) + 1 - int.from_bytes(fields[6])).to_bytes(3)
    fields[8] = (CURVE_ORDER - int.from_bytes(fields[8])).to_bytes(32)
    return rlp.encode(fields)


def test_what_was_asked_for_is_taken() -> None:
    check_signed(signed(), ASKED, ADDRESS)
    check_signed(signed(nonce=0, gasPrice=0), {**ASKED, "nonce": 0, "gasPrice": 0}, ADDRESS)
    creation = without("to")
    check_signed(bytes(KEY.sign_transaction(creation).raw_transaction), creation, ADDRESS)


FEES = {"maxFeePerGas": 1, "maxPriorityFeePerGas": 1}
REFUSED: list[tuple[str, bytes, str]] = [
    ("nonce", signed(nonce=8), "nonce is 8, asked for 7"),
    ("gas price", signed(gasPrice=2), "gas price is 2, asked for 1"),
    ("gas", signed(gas=90_001), "gas is 90001, asked for 90000"),
    ("recipient", signed(to=KEY.address), f"recipient is {KEY.address.lower()}, asked for {OTHER.address.lower()}"),
    ("creation", bytes(KEY.sign_transaction(without("to")).raw_transaction), "recipient is none, asked for 0x"),
    ("value", signed(value=1), "value is 1, asked for 0"),
    ("data", signed(data=b"\0" * 4), "data is 4 bytes with hash 0x"),
    ("chain", signed(chainId=1), "signed for chain id 1, asked for chain id 31337"),
    ("no chain", bytes(KEY.sign_transaction(without("chainId")).raw_transaction), "signed for no chain id"),
    ("sender", signed(OTHER), f"signed by {OTHER.address.lower()}, asked for {KEY.address.lower()}"),
    (
        "type 2",
        bytes(KEY.sign_transaction({**without("gasPrice"), **FEES}).raw_transaction),
        "a transaction of type 02",
    ),
    ("nothing", b"", "a transaction of type none"),
    ("cut", signed()[:-1], "encoding"),
    ("more", signed() + b"\0", "encoding"),
    ("much more", signed() + bytes(300), "too many"),
    ("deep", b"".join(bytes([0xC0 + size]) for size in range(50, -1, -1)), "1 fields that are no legacy transaction"),
    ("too deep", (b"\xf8\xc8" * 100)[:200], "encoding"),
    ("few fields", rlp.encode(rlp.decode(signed())[:8]), "8 fields"),
    ("a list in it", rlp.encode([*rlp.decode(signed())[:8], [b""]]), "9 fields that are no legacy transaction"),
    ("zero before the nonce", changed(0, lambda field: b"\0" + field), "nonce is 7, asked for 7"),
    ("zero before r", changed(7, lambda field: b"\0" + field), "nobody's"),
    ("no r", changed(7, lambda field: b""), "nobody's"),
    ("no s", changed(8, lambda field: b""), "nobody's"),
    ("other s", mirrored(), "not in the form that nodes take"),
    ("r beyond the curve", changed(7, lambda field: b"\xff" * 32), "nobody's"),
    ("another r", changed(7, lambda field: field[:-1] + bytes([field[-1] ^ 1])), "signed by 0x|nobody's"),
]


@pytest.mark.parametrize(("raw", "said"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_anything_else_is_not(raw: bytes, said: str) -> None:
    with pytest.raises(NotAsAsked, match=said):
        check_signed(raw, ASKED, ADDRESS)


def test_any_changed_byte_is_refused() -> None:
    raw = signed()
    for at in range(len(raw)):
        with pytest.raises(NotAsAsked):
            check_signed(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :], ASKED, ADDRESS)


def test_the_function_of_call_data_is_named_for_whom_approves() -> None:
    assert abi.function_signature(abi.selector("Catalog", "head") + bytes(32)) == "head(bytes32)"
    assert abi.function_signature(b"\0\0\0\0") is None
