"""Accounts that sign: version 3 key files, decrypted once per run. A key never leaves this module."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ledger.errors import Malformed, NotFound, Rejected
from ledger.files import check_private, write_private

Password = Callable[[Path], str]
"""Asks for, or reads, the password of a key file."""


class Signer:
    """One unlocked account."""

    def __init__(self, account: Any) -> None:
        self._account = account
        self.address = bytes.fromhex(account.address[2:])

    def sign(self, transaction: dict[str, Any]) -> tuple[bytes, bytes]:
        """The raw transaction and its hash (EIP-155 legacy transactions)."""
        signed = self._account.sign_transaction(transaction)
        return bytes(signed.raw_transaction), bytes(signed.hash)

    def __repr__(self) -> str:
        return f"Signer(0x{self.address.hex()})"


def unlock(keystore: Path, account: str, password: Password) -> Signer:
    """The account that a key file of the keystore holds.

    Args:
        account: file name without `.json`, or address with `0x`.
        password: asked once.

    Raises NotFound for an unknown account, Rejected for a wrong password or a file others can read.
    """
    from eth_account import Account

    path = key_file(keystore, account)
    check_private(path)
    try:
        content = json.loads(path.read_text("utf-8"))
        key = Account.decrypt(content, password(path))
    except ValueError as error:
        if "MAC" in str(error):
            raise Rejected(f"{path}: wrong password") from None
        raise Malformed(f"{path}: not a version 3 key file") from None
    except (KeyError, TypeError, AttributeError):
        raise Malformed(f"{path}: not a version 3 key file") from None
    return Signer(Account.from_key(key))


def key_file(keystore: Path, account: str) -> Path:
    """The key file of an account, by file name or address. Raises NotFound."""
    by_name = keystore / f"{account}.json"
    if by_name.is_file() and by_name.parent == keystore:
        return by_name
    if account.startswith("0x") and len(account) == 42:
        for path, address in key_files(keystore):
            if address == account.lower():
                return path
    names = ", ".join(path.stem for path, _ in key_files(keystore)) or "none"
    raise NotFound(f"no key of account {account!r} in {keystore}; there are: {names}")


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
