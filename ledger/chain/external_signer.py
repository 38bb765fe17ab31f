"""An account that an external signer holds: clef, web3signer or a node signs over JSON-RPC.

The signer is asked for one transaction at a time and is not believed: what it returns must be the transaction that was
asked for, field by field, signed by the account that was asked. Anything else is never sent.

A person may have to approve each request at the signer, so an answer has minutes to come, and no request is repeated.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from ledger.chain import abi
from ledger.chain.artifacts import keccak256
from ledger.chain.rpc import Node, NodeError, masked, open_node
from ledger.errors import Inconsistent, Rejected, Unavailable
from ledger.model.ids import to_hex
from ledger.model.message import Message

WAIT_SECONDS: Final = 600
"""How long a person has to approve one transaction."""
_PATIENCE_SECONDS: Final = 2
"""How long nothing is said about waiting."""
_METHOD_NOT_FOUND: Final = -32601
"""JSON-RPC 2.0 §5.1."""
_SIGN: Final = "eth_signTransaction"
_CLEF_SIGN: Final = "account_signTransaction"
"""What clef calls it; it also takes the function's signature, and shows the arguments to whoever approves."""
_FIELDS: Final = ("nonce", "gas price", "gas", "recipient", "value", "data")
_CURVE_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""Of secp256k1 (SEC 2 §2.4.1)."""
_SIGNED_MORE_BYTES: Final = 200
"""More than a signature and the heads of its lists add to the fields."""

Tell = Callable[[Message], None]


def open_signer(url: str, address: bytes, tell: Tell, wait_seconds: float = WAIT_SECONDS) -> "ExternalSigner":
    """The signer at an address, for an account of 20 bytes. Raises Malformed when the URL is none."""
    node = open_node(url, "MULU_SIGNER_URL", name="external signer", attempts=1, timeout_seconds=wait_seconds)
    return ExternalSigner(node, address, tell, wait_seconds)


class ExternalSigner:
    """One account of an external signer."""

    def __init__(self, node: Node, address: bytes, tell: Tell, wait_seconds: float) -> None:
        self.address = address
        self._node = node
        self._tell = tell
        self._wait_seconds = wait_seconds
        self._method = _SIGN

    def sign(self, transaction: dict[str, Any]) -> tuple[bytes, bytes]:
        """See `Signer`.

        Raises Rejected when the signer refuses, Unavailable when no answer comes, Inconsistent when it returns anything
        but the transaction, signed by this account.
        """
        answer = self._answer(transaction)
        raw: Any = answer.get("raw") if isinstance(answer, dict) else answer
        try:
            signed = bytes.fromhex(raw.removeprefix("0x"))
        except (ValueError, AttributeError):
            raise self._lied("something that is no transaction") from None
        try:
            check_signed(signed, transaction, self.address)
        except NotAsAsked as error:
            raise self._lied(f"another transaction than was asked for: {error}") from None
        return signed, keccak256(signed)

    def _answer(self, transaction: dict[str, Any]) -> Any:
        began = time.monotonic()
        try:
            with self._saying(transaction["nonce"]):
                try:
                    return self._node.request(self._method, *self._request(transaction))
                except NodeError as error:
                    if error.code != _METHOD_NOT_FOUND or self._method == _CLEF_SIGN:
                        raise
                    self._method = _CLEF_SIGN
                    return self._node.request(self._method, *self._request(transaction))
        except NodeError as error:
            raise Rejected(
                f"the external signer {self._where} does not sign for {to_hex(self.address)}: it says {error.reason!r} "
                f"(code {error.code}). This transaction was not sent"
            ) from error
        except Unavailable as error:
            if time.monotonic() - began < self._wait_seconds:
                raise
            raise Unavailable(
                f"the external signer {self._where} did not answer within {self._wait_seconds:.0f} s: was the request "
                "approved there? This transaction was not sent; run the same command again"
            ) from error

    def _request(self, transaction: dict[str, Any]) -> list[Any]:
        # Checksummed: clef refuses others.
        from eth_utils.address import to_checksum_address

        asked = {
            "from": to_checksum_address(self.address),
            "nonce": hex(transaction["nonce"]),
            "gasPrice": hex(transaction["gasPrice"]),
            "gas": hex(transaction["gas"]),
            "value": hex(transaction["value"]),
            "data": to_hex(transaction["data"]),
            "chainId": hex(transaction["chainId"]),
        }
        if "to" in transaction:
            asked["to"] = transaction["to"]
        if self._method == _CLEF_SIGN and "to" in transaction:
            function = abi.function_signature(transaction["data"])
            return [asked, function] if function else [asked]
        return [asked]

    @contextmanager
    def _saying(self, nonce: int) -> Iterator[None]:
        """Says that a person may have to act, once it takes longer than a program would."""
        wait = f"{self._wait_seconds:.0f}"
        timer = threading.Timer(
            _PATIENCE_SECONDS,
            self._tell,
            [
                Message(
                    f"waiting for the external signer {self._where}: transaction {nonce} of {to_hex(self.address)} may "
                    f"have to be approved there, within {wait} s (each transaction is one request)",
                    f"等待外部签名器 {self._where}：账户 {to_hex(self.address)} 的第 {nonce} 号交易可能须在该处人工"
                    f"确认，限 {wait} 秒（每笔交易一次请求）",
                )
            ],
        )
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    @property
    def _where(self) -> str:
        return masked(self._node.url)

    def _lied(self, what: str) -> Inconsistent:
        return Inconsistent(
            f"the external signer {self._where} returned {what}. It was not sent. Let nobody sign there until "
            "somebody has found out why"
        )

    def __repr__(self) -> str:
        return f"ExternalSigner({self._where}, {to_hex(self.address)})"


class NotAsAsked(Exception):
    """What was signed is not what was asked for; says where they differ."""


def check_signed(raw: bytes, transaction: dict[str, Any], address: bytes) -> None:
    """Checks that raw bytes are this transaction (EIP-155, legacy), signed by the account at an address of 20 bytes.

    Raises NotAsAsked naming the first field that differs.
    """
    import rlp
    from eth_account import Account

    wanted = _encoded(transaction)
    if raw[:1] < b"\xc0":
        raise NotAsAsked(f"a transaction of type {raw[:1].hex() or 'none'} (EIP-2718), want a legacy one")
    if len(raw) > sum(map(len, wanted)) + _SIGNED_MORE_BYTES:
        raise NotAsAsked(f"{len(raw)} bytes are too many")
    try:
        fields = rlp.decode(raw)
    except (rlp.exceptions.RLPException, RecursionError):
        raise NotAsAsked("its encoding (RLP) cannot be read") from None
    if len(fields) != 9 or not all(isinstance(field, bytes) for field in fields):
        raise NotAsAsked(f"{len(fields)} fields that are no legacy transaction")
    for name, want, got in zip(_FIELDS, wanted, fields, strict=False):
        if got != want:
            raise NotAsAsked(f"{name} is {_shown(name, got)}, asked for {_shown(name, want)}")
    v, s = int.from_bytes(fields[6]), int.from_bytes(fields[8])
    if v - 35 - 2 * transaction["chainId"] not in (0, 1):
        chain = f"chain id {(v - 35) // 2}" if v >= 35 else "no chain id"
        raise NotAsAsked(f"it is signed for {chain}, asked for chain id {transaction['chainId']}")
    if s > _CURVE_ORDER // 2:
        raise NotAsAsked("its signature is not in the form that nodes take (EIP-2)")
    try:
        signer = str(Account.recover_transaction(raw)).lower()
    except Exception:
        # The library says with many exceptions that r or s is no number of the curve, or that no point fits.
        raise NotAsAsked("its signature is nobody's") from None
    if signer != to_hex(address):
        raise NotAsAsked(f"it is signed by {signer}, asked for {to_hex(address)}")


def _encoded(transaction: dict[str, Any]) -> list[bytes]:
    """The first six fields, each as RLP holds it."""
    return [
        *(_integer(transaction[name]) for name in ("nonce", "gasPrice", "gas")),
        bytes.fromhex(transaction["to"][2:]) if "to" in transaction else b"",
        _integer(transaction["value"]),
        transaction["data"],
    ]


def _integer(value: int) -> bytes:
    return value.to_bytes((value.bit_length() + 7) // 8)


def _shown(name: str, field: bytes) -> str:
    if name == "recipient":
        return to_hex(field) if field else "none"
    if name == "data":
        return f"{len(field)} bytes with hash {to_hex(keccak256(field))}"
    return str(int.from_bytes(field))
