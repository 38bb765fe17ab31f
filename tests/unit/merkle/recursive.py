"""RFC 6962 §2.1 written down as it reads, slow and plain: the twin that everything else is compared with."""

from hashlib import sha256


def leaves(count: int) -> list[bytes]:
    """Hashes of leaves that all differ."""
    return [sha256(b"\x00" + number.to_bytes(8, "big")).digest() for number in range(count)]


def root(hashes: list[bytes]) -> bytes:
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = split(len(hashes))
    return sha256(b"\x01" + root(hashes[:k]) + root(hashes[k:])).digest()


def path(index: int, hashes: list[bytes]) -> list[bytes]:
    """§2.1.1, PATH(m, D[n])."""
    if len(hashes) == 1:
        return []
    k = split(len(hashes))
    if index < k:
        return [*path(index, hashes[:k]), root(hashes[k:])]
    return [*path(index - k, hashes[k:]), root(hashes[:k])]


def proof(old: int, hashes: list[bytes]) -> list[bytes]:
    """§2.1.2, PROOF(m, D[n]), for 0 < m <= n."""
    return subproof(old, hashes, True)


def subproof(old: int, hashes: list[bytes], whole: bool) -> list[bytes]:
    if old == len(hashes):
        return [] if whole else [root(hashes)]
    k = split(len(hashes))
    if old <= k:
        return [*subproof(old, hashes[:k], whole), root(hashes[k:])]
    return [*subproof(old - k, hashes[k:], False), root(hashes[:k])]


def split(size: int) -> int:
    """The largest power of two smaller than size."""
    k = 1
    while 2 * k < size:
        k *= 2
    return k
