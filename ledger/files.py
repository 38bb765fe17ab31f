"""Files that are written whole or not at all, and files for their owner's eyes alone."""

import json
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

from ledger.errors import Malformed, NotFound, Rejected, Unavailable


def read_bytes(path: Path, limit: int) -> bytes:
    """What a file holds, `limit` bytes at the most.

    Raises NotFound when it is not there, Malformed when it cannot be read or is larger.
    """
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except FileNotFoundError:
        raise NotFound(f"there is no file {path}") from None
    except OSError as error:
        raise Malformed(f"{path} cannot be read: {error.strerror}") from error
    if len(data) > limit:
        raise Malformed(f"{path} is larger than {limit} bytes")
    return data


def write_json(path: Path, value: Any) -> None:
    """Writes a JSON file whole or not at all, durable on return."""
    write_bytes(path, (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8"))


def write_bytes(path: Path, data: bytes) -> None:
    """Writes a file whole or not at all, durable on return. Raises Unavailable when it cannot be written."""
    if path.is_dir() or (path.exists() and not path.is_file()):
        raise Unavailable(f"{path} is no file that could be written: name another")
    fresh = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        _sync_directory(path.parent)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise Unavailable(f"{path} cannot be written: {error.strerror}") from error


def write_private(path: Path, data: bytes) -> None:
    """Writes a new file that only its owner can read, mode 0600, whole or not at all. Durable on return.

    Raises Rejected when the file exists, for what it holds may be the only copy; Unavailable when it cannot be written.
    """
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # Unlike renaming, this never takes the place of a file.
        os.link(fresh, path)
        _sync_directory(path.parent)
    except FileExistsError:
        raise Rejected(f"{path} exists and is never overwritten: choose another name") from None
    except OSError as error:
        raise Unavailable(f"{path} cannot be written: {error.strerror}") from error
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def check_private(path: Path) -> None:
    """Raises Rejected when others than the owner can read or write a file that holds a secret."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise Rejected(f"{path} can be read by others (mode {mode:04o}): chmod 600 {path}")


def read_password(path: Path) -> str:
    """What a password file holds.

    Raises NotFound, Rejected when others can read it or this process cannot, Malformed when it is no text.
    """
    try:
        check_private(path)
        return path.read_text("utf-8").rstrip("\r\n")
    except FileNotFoundError:
        raise NotFound(f"no password file at {path}: check MULU_PASSWORD_FILE") from None
    except OSError as error:
        raise Rejected(f"password file {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        # What it holds is no part of the message.
        raise Malformed(f"password file {path}: not UTF-8 text") from None


def _sync_directory(path: Path) -> None:
    """A new name in a directory survives a power cut only once the directory is written."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
