"""What bundles look like on the wire; `ledger.proof.bundle` says what they mean."""

from typing import Annotated, Literal

from pydantic import Field

from registry_api.schemas import Count, Hex, Hex32, Wire


class BundleAct(Wire):
    """The raw log, its emitter apart, and its path in the journal, leaf to root."""

    index: Count
    topics: list[Hex32]
    data: Hex
    path: list[Hex32]


class EntryStatement(Wire):
    """This version of this entry has this content digest."""

    kind: Literal["entry"]
    id: Hex32
    version: Annotated[int, Field(ge=1)]
    digest: Hex32


class CertificateStatement(Wire):
    """This version of this registration was issued with certificate fields that lead to this root."""

    kind: Literal["certificate"]
    registration: str
    version: Annotated[int, Field(ge=1)]
    root: Hex32


class ActStatement(Wire):
    """This contract recorded this act."""

    kind: Literal["act"]
    contract: str


class GrantStatement(Wire):
    """This grant to this organization covers this operation on this entry, by what was recorded at this time."""

    kind: Literal["grant"]
    grant: Annotated[int, Field(ge=1)]
    organization: str
    entry: Hex32
    operation: Annotated[int, Field(ge=1, le=15, description="Bits: 1 查询, 2 核验, 4 计算, 8 导出")]
    time: Count = Field(description="Unix seconds")
    digest: Hex32 = Field(description="SHA-256 of the canonical JSON of the other members")


class AbsentEntry(Wire):
    """There is no such entry: this slot of the catalog is empty."""

    kind: Literal["absence"]
    entry: Hex32
    slot: Hex32


class AbsentRegistration(Wire):
    """There is no such registration: this slot of the registry is empty."""

    kind: Literal["absence"]
    registration: str
    slot: Hex32


class Bundle(Wire):
    """`mulu-bundle/1`, canonical JSON (RFC 8785); check it with `mulu verify`, never by this server."""

    format: Literal["mulu-bundle/1"]
    origin: Hex32
    statement: EntryStatement | CertificateStatement | ActStatement | GrantStatement | AbsentEntry | AbsentRegistration
    act: BundleAct | None = Field(None, description="Not there where the statement is of a grant or an absence")
    header: Hex = Field(description="The block's header with its seals, RLP")
    children: list[Hex] = Field(description="On Clique the headers that stand on it, RLP")
    state: list[Hex] = Field(description="Nodes of the state's trie, as first needed")
    storage: dict[str, list[Hex]] = Field(description="By contract, nodes of its storage's trie, as first needed")
