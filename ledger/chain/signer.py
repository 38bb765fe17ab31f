"""Accounts that sign: version 3 key files, decrypted once per run. A key never leaves this module.

A file of the keystore can also say that an external signer holds the account: it has an address and no key.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Protocol

from ledger.errors import Malformed, NotFound, Rejected
from ledger.files import check_private, write_private
from ledger.model.ids import to_hex

Password = Callable[[Path], str]
"""Asks for, or reads, the password of a key file."""
_EXTERNAL: Final = {"signer": "external"}
"""What a file of the keystore says instead of a key."""


class Signer(Protocol):
    """One account that can sign."""

    address: bytes
    """20 bytes."""

    def sign(self, transaction: dict[str, Any]) -> tuple[bytes, bytes]:
        """The raw transaction and its hash (EIP-155 legacy transactions).

        Args:
            transaction: as eth-account takes it: `nonce`, `gasPrice`, `gas`, `value`, `chainId` numbers, `data` bytes,
                `to` a checksummed address, or absent to create a contract.
        """


External = Callable[[bytes], Signer]
"""Gives the external signer for an account, 20 bytes."""


class KeySigner:
    """One unlocked account of a key file."""

    def __init__(self, account: Any) -> None:
        self._account = account
        self.address = bytes.fromhex(account.address[2:])

    def sign(self, transaction: dict[str, Any]) -> tuple[bytes, bytes]:
        """See `Signer`."""
        signed = self._account.sign_transaction(transaction)
        return bytes(signed.raw_transaction), bytes(signed.hash)

    def __repr__(self) -> str:
        return f"KeySigner(0x{self.address.hex()})"


def unlock(keystore: Path, account: str, password: Password, external: External | None = None) -> Signer:
    """The account that a key file of the keystore holds, or that an external signer does.

    Args:
        account: file name without `.json`, or address with `0x`; one that no file has is the external signer's.
        password: asked once, of a key file.
        external: where there is one.

    Raises NotFound for an unknown account, Rejected for a wrong password or a file others can read.
    """
    from eth_account import Account

    try:
        path = key_file(keystore, account)
    except NotFound as error:
        if not _is_address(account):
            raise
        if external is None:
            raise NotFound(f"{error}. If an external signer holds it, set MULU_SIGNER_URL") from None
        return external(bytes.fromhex(account[2:]))
    check_private(path)
    try:
        content = json.loads(path.read_text("utf-8"))
        if content.items() >= _EXTERNAL.items():
            if external is None:
                raise Rejected(f"{path}: an external signer holds this account: set MULU_SIGNER_URL")
            return external(bytes.fromhex(content["address"].removeprefix("0x")))
        key = Account.decrypt(content, password(path))
    except ValueError as error:
        if "MAC" in str(error):
            raise Rejected(f"{path}: wrong password") from None
        raise Malformed(f"{path}: not a version 3 key file") from None
    except (KeyError, TypeError, AttributeError):
        raise Malformed(f"{path}: not a version 3 key file") from None
    return KeySigner(Account.from_key(key))


def key_file(keystore: Path, account: str) -> Path:
    """The key file of an account, by file name or address. Raises NotFound."""
    by_name = keystore / f"{account}.json"
    if by_name.is_file() and by_name.parent == keystore:
        return by_name
    if _is_address(account):
        for path, address in key_files(keystore):
            if address == account.lower():
                return path
    names = ", ".join(path.stem for path, _ in key_files(keystore)) or "none"
    raise NotFound(f"no key of account {account!r} in {keystore}; there are: {names}")


def _is_address(account: str) -> bool:
    return re.fullmatch("0x[0-9a-fA-F]{40}", account) is not None


def key_files(keystore: Path) -> list[tuple[Path, str]]:
    """Key files and the addresses they say, lower-case with `0x`, by name."""
    found = []
    for path in sorted(keystore.glob("*.json")):
        try:
            address = json.loads(path.read_text("utf-8"))["address"]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        found.append((path, "0x" + str(address).lower().removeprefix("0x")))
    return found


def create_key(keystore: Path, name: str, password: str, *, iterations: int | None = None) -> bytes:
    """Makes a new key file, mode 0600, and returns its address.

    Raises Rejected when the name is taken.
    """
    from eth_account import Account

    account = Account.create()
    encrypted = Account.encrypt(account.key, password, kdf="pbkdf2", iterations=iterations)
    keystore.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_private(keystore / f"{name}.json", json.dumps(encrypted).encode("utf-8"))
    return bytes.fromhex(account.address[2:])


def refer(keystore: Path, name: str, address: bytes) -> None:
    """Makes a file that names an account, 20 bytes, which an external signer holds.

    Raises Rejected when the name is taken.
    """
    keystore.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_private(keystore / f"{name}.json", json.dumps({**_EXTERNAL, "address": to_hex(address)}).encode("utf-8"))
