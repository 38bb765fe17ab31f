"""Puts a new ledger on a chain: its contracts, in the order of `CONTRACTS`."""

from dataclasses import dataclass
from typing import Any

from ledger.chain import abi
from ledger.chain.artifacts import CONTRACTS, keccak256, load, type_name
from ledger.chain.contracts import Contracts
from ledger.chain.deployment import ContractAt, Deployment
from ledger.chain.rpc import Node
from ledger.chain.sender import Call, Sender
from ledger.chain.signer import Signer
from ledger.errors import Inconsistent
from ledger.model.canonical import encode
from ledger.model.ids import to_hex

GOVERNED_BY_ADMISSION = CONTRACTS[2:]
"""Modules that two ADMINs of the data authority admit to the journal after deployment."""


@dataclass(frozen=True, slots=True)
class Founding:
    """The data authority and its first accounts, at least two of them ADMINs."""

    code: str
    name: str
    area: int
    allowed_roles: int
    accounts: tuple[tuple[bytes, int], ...]
    """Address, 20 bytes, and role set of each."""


def deploy(node: Node, signer: Signer, founding: Founding) -> Deployment:
    """Deploys the contracts and founds the ledger.

    All but Journal and Organizations still have to be admitted (`admission`).

    Raises Rejected when the chain refuses the founding, Unavailable when the node cannot be reached.
    """
    chain_id = int(node.request("eth_chainId"), 16)
    genesis = bytes.fromhex(node.request("eth_getBlockByNumber", "0x0", False)["hash"][2:])
    blank = Deployment(chain_id, genesis, bytes(32), 0, {})
    sender = Sender(Contracts(node, blank), signer)
    sender.settle()
    nonce = int(node.request("eth_getTransactionCount", to_hex(signer.address), "pending"), 16)
    planned = [created_address(signer.address, nonce + place) for place in range(len(CONTRACTS))]
    journal, organizations, policy, catalog, registry, _, _, grants = map(to_hex, planned[:8])
    code = founding.code.encode("ascii")
    authority = {
        "code": code,
        "parent": bytes(18),
        "kind": 1,
        "area": founding.area,
        "allowedRoles": founding.allowed_roles,
        "sectorAuthority": bytes(18),
        "content": encode({"format": "mulu-organization/1", "name": founding.name}),
    }
    accounts = [
        {"account": to_hex(address), "organization": code, "roles": roles} for address, roles in founding.accounts
    ]
    no_predecessor = {"origin": bytes(32), "size": 0, "root": bytes(32)}
    # One at a time: each constructor calls the contract before it.
    receipts = [
        sender.send([call])[0]
        for call in (
            _creation("Journal", organizations, no_predecessor),
            _creation("Organizations", journal, authority, accounts),
            _creation("Policy", journal),
            _creation("Catalog", journal),
            _creation("Registry", journal, policy, catalog),
            _creation("Applications", journal, policy, registry),
            _creation("Objections", journal, policy, catalog, registry),
            _creation("Grants", journal, catalog, registry),
            _creation("Plans", journal, policy, catalog, grants),
            _creation("Products", journal, policy, catalog, grants),
        )
    ]
    addresses = [receipt.contract_address for receipt in receipts]
    if addresses != planned:
        raise Inconsistent("the contracts were not created where the account's nonce said: deploy again")
    contracts = {}
    for name, address in zip(CONTRACTS, addresses, strict=True):
        deployed = bytes.fromhex(node.request("eth_getCode", to_hex(address or b""), "latest")[2:])
        if not load(name).matches(deployed):
            raise Inconsistent(f"the chain holds other code than was sent for {name}")
        contracts[name] = ContractAt(address or b"", keccak256(deployed))
    located = Deployment(chain_id, genesis, bytes(32), receipts[0].block_number, contracts)
    origin = Contracts(node, located).call("Journal", "origin")
    return Deployment(chain_id, genesis, origin, located.block, contracts)


def admission(deployment: Deployment) -> tuple[bytes, bytes]:
    """Target and action of the proposal that admits all modules but Organizations to the journal."""
    modules = [to_hex(deployment.contracts[name].address) for name in GOVERNED_BY_ADMISSION]
    return deployment.contracts["Journal"].address, abi.encode_call("IRootActs", "admitModules", modules)


def created_address(creator: bytes, nonce: int) -> bytes:
    """Address of the contract that an account creates with a nonce (Yellow Paper, equation for CREATE)."""
    import rlp

    return keccak256(rlp.encode([creator, nonce]))[12:]


def _creation(contract: str, *arguments: Any) -> Call:
    from eth_abi.abi import encode as abi_encode

    artifact = load(contract)
    (constructor,) = (item for item in artifact.abi if item["type"] == "constructor")
    types = [type_name(parameter) for parameter in constructor["inputs"]]
    values = [abi.ordered(parameter, value) for parameter, value in zip(constructor["inputs"], arguments, strict=True)]
    return Call(to=None, data=artifact.bytecode + abi_encode(types, values))
