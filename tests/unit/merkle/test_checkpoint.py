"""Signed notes and checkpoints: what Go's note package made is read and made again; everything damaged is named."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import Contradicted, Malformed, Unavailable
from ledger.merkle.checkpoint import Checkpoint, LogKey, Note, VerifierKey, origin_line, parse_signed

# golang.org/x/mod/sumdb/note, example_test.go
GO_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_SIGNATURE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
GO_NOTE = f"{GO_TEXT}\n{GO_SIGNATURE}".encode()

# RFC 8032 §7.1, test 1.
RFC_SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
RFC_PUBLIC = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
RFC_SIGNATURE = bytes.fromhex(
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
)

ORIGIN = origin_line(bytes(range(32)))
KEY = LogKey.generate(ORIGIN, lambda count: bytes(count))
CHECKPOINT = Checkpoint(ORIGIN, 1201, bytes(range(32, 64)))
SIGNED = CHECKPOINT.sign(KEY)


def test_ed25519_is_that_of_rfc_8032() -> None:
    key = LogKey("name", RFC_SEED)
    assert key.verifier.public == RFC_PUBLIC
    assert key.sign(b"") == RFC_SIGNATURE


def test_keys_and_notes_of_go_are_read_and_made_again() -> None:
    key, verifier = LogKey.parse(GO_PRIVATE), VerifierKey.parse(GO_KEY)
    assert key.verifier == verifier
    assert (key.encode(), str(verifier)) == (GO_PRIVATE + "\n", GO_KEY)
    note = Note.parse(GO_NOTE)
    note.verify(verifier)
    assert note.text == GO_TEXT
    assert note.encode() == GO_NOTE
    assert note.signatures[0].signature == key.sign(GO_TEXT.encode())


def test_a_checkpoint_reads_as_its_specification_says() -> None:
    lines = SIGNED.decode().split("\n")
    assert lines[:4] == [ORIGIN, "1201", base64.b64encode(bytes(range(32, 64))).decode(), ""]
    assert lines[4].startswith(f"— {ORIGIN} ")
    assert lines[5:] == [""]
    assert f"mulu/{bytes(range(32)).hex()}" == ORIGIN


def test_a_signed_checkpoint_is_read_and_verified() -> None:
    read, note = parse_signed(SIGNED)
    assert read == CHECKPOINT
    note.verify(KEY.verifier)
    assert CHECKPOINT.sign(KEY) == SIGNED
    extended = Checkpoint(ORIGIN, 1201, bytes(range(32, 64)), ("one line", "another"))
    assert parse_signed(extended.sign(KEY))[0] == extended


@pytest.mark.exhaustive
@given(
    st.integers(0, 2**64 - 1),
    st.binary(min_size=32, max_size=32),
    st.lists(st.text(st.characters(min_codepoint=32, codec="utf-8"), min_size=1), max_size=3),
)
def test_what_is_signed_is_read_back(size: int, root: bytes, extensions: list[str]) -> None:
    made = Checkpoint(ORIGIN, size, root, tuple(extensions))
    read, note = parse_signed(made.sign(KEY))
    assert read == made
    note.verify(KEY.verifier)


@given(st.integers(0, len(SIGNED) - 1), st.integers(1, 255))
def test_no_byte_can_be_changed(at: int, change: int) -> None:
    damaged = bytearray(SIGNED)
    damaged[at] ^= change
    with pytest.raises((Malformed, Contradicted, Unavailable)):
        parse_signed(bytes(damaged))[1].verify(KEY.verifier)


def test_another_key_of_the_same_name_did_not_sign() -> None:
    other = LogKey.generate(ORIGIN, lambda count: b"\x01" * count)
    with pytest.raises(Unavailable, match="no signature of"):
        Note.parse(SIGNED).verify(other.verifier)


def test_a_signature_under_the_id_of_the_key_that_is_not_its_own() -> None:
    note = Note.parse(SIGNED)
    with pytest.raises(Contradicted, match="not one of"):
        Note(note.text.replace("1201", "1202"), note.signatures).verify(KEY.verifier)


def test_signatures_of_witnesses_do_not_matter() -> None:
    witnessed = SIGNED + GO_SIGNATURE.encode()
    read, note = parse_signed(witnessed)
    note.verify(KEY.verifier)
    assert (read, note.encode(), len(note.signatures)) == (CHECKPOINT, witnessed, 2)


def test_a_key_signs_for_its_own_log() -> None:
    with pytest.raises(ValueError, match="does not sign for"):
        Checkpoint("mulu/other", 1, bytes(32)).sign(KEY)


def replaced(old: bytes, new: bytes) -> bytes:
    assert old in SIGNED
    return SIGNED.replace(old, new)


LINE = SIGNED.split(b"\n")[4]


@pytest.mark.parametrize(
    ("damaged", "said"),
    [
        (b"", "an empty line and signature lines"),
        (CHECKPOINT.text.encode(), "an empty line and signature lines"),
        (CHECKPOINT.text.encode() + b"\n", "an empty line and signature lines"),
        (SIGNED[:-1], "ended by a line feed"),
        (replaced(b"\n\n", b"\n"), "an empty line and signature lines"),
        (replaced(b"1201\n", b"1201\r\n"), "control character"),
        (replaced(b"mulu", b"mul\x00"), "control character"),
        (replaced(b"mulu", b"mul\xff"), "not UTF-8"),
        (replaced("— ".encode(), b"- "), "em dash"),
        (replaced("— ".encode(), "—".encode()), "em dash"),
        (SIGNED + b"more\n", "signature line 2"),
        (SIGNED + ("— a+b " + "AAAAAAA=\n").encode(), "is no key name"),
        (SIGNED + "— a AAAAAA==\n".encode(), "no key id and signature"),
        (SIGNED + "— a AAAAAAB=\n".encode(), "standard base64"),
        (SIGNED + "— a\n".encode(), "standard base64"),
        (SIGNED + LINE[:-1] + b"\n", "standard base64"),
        (SIGNED + "— a AAAAAAA=\n".encode() * 100, "101 signatures"),
        (b"x" * 1_000_001, "1000001 bytes"),
    ],
)
def test_damaged_notes(damaged: bytes, said: str) -> None:
    with pytest.raises(Malformed, match=said):
        Note.parse(damaged)


ROOT = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "origin, size and root"),
        (f"o\n1\n{ROOT}", "origin, size and root"),
        ("o\n1\n", "origin, size and root"),
        (f"\n1\n{ROOT}\n", "line 1"),
        (f"o\n01\n{ROOT}\n", "line 2"),
        (f"o\n+1\n{ROOT}\n", "line 2"),
        (f"o\n-1\n{ROOT}\n", "line 2"),
        (f"o\n１\n{ROOT}\n", "line 2"),
        (f"o\n18446744073709551616\n{ROOT}\n", "line 2"),
        (f"o\n1\n{ROOT[:-1]}\n", "line 3"),
        (f"o\n1\n{ROOT[:-2]}B=\n", "line 3"),
        ("o\n1\nAAAA\n", "has 3 bytes, want 32"),
        (f"o\n1\n{ROOT}\n\n", "line 4"),
    ],
)
def test_damaged_checkpoints(text: str, said: str) -> None:
    with pytest.raises(Malformed, match=said):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is no key name"),
        ("PeterNeumann", "want name\\+id\\+key"),
        (GO_KEY.replace("c74f20a3", "c74f20a4"), "its id is c74f20a4"),
        (GO_KEY.replace("c74f20a3", "C74F20A3"), "lower-case"),
        (GO_KEY.replace("Peter", "Pater"), "name and key give"),
        (GO_KEY.replace("Peter", "Peter "), "white space"),
        (GO_KEY + "=", "standard base64"),
        (GO_KEY + "\n", "standard base64"),
        (GO_KEY.replace("+ARpc", "+BBpc"), "Ed25519"),
        ("PeterNeumann+c74f20a3+AQID", "Ed25519"),
    ],
)
def test_damaged_verifier_keys(text: str, said: str) -> None:
    with pytest.raises(Malformed, match=said):
        VerifierKey.parse(text)


@pytest.mark.parametrize(
    "text", [GO_KEY, GO_PRIVATE.replace("c74f20a3", "c74f20a4"), GO_PRIVATE[:-4], GO_PRIVATE + "\n\n", ""]
)
def test_damaged_log_keys_are_refused_and_not_shown(text: str) -> None:
    with pytest.raises(Malformed) as refused:
        LogKey.parse(text)
    assert "AYEK" not in str(refused.value)
    assert GO_PRIVATE[-20:] not in repr(LogKey.parse(GO_PRIVATE))


def test_an_origin_has_32_bytes() -> None:
    with pytest.raises(ValueError, match="origin of 31 bytes"):
        origin_line(bytes(31))
