"""What `mulu doctor` examines. Each finding stands alone: one that fails does not hide the next."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from ledger.app import App
from ledger.chain.rpc import NodeError, masked, open_node
from ledger.errors import LedgerError, Unavailable
from ledger.model.ids import to_hex
from ledger.model.roles import role_names

_SKEW_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was examined."""

    check: str
    found: str
    exit_code: int = 0

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return self.exit_code == 0


def examine(app: App, account: str | None) -> list[Finding]:
    """Every finding, in the order in which a person would look."""
    findings: list[Finding] = []

    def look(check: str, find: Callable[[], str]) -> bool:
        try:
            findings.append(Finding(check, find()))
        except LedgerError as error:
            findings.append(Finding(check, str(error), error.exit_code))
            return False
        return True

    if not look("node", lambda: _node(app)):
        return findings
    if len(app.node.urls) > 1:
        look("nodes", lambda: _nodes(app))
    look("head", lambda: _head(app))
    look("clock", lambda: _clock(app))
    look("headers", lambda: _headers(app))
    if look("deployment", lambda: f"{app.settings.deployment}: chain {app.deployment.chain_id}") and look(
        "chain", lambda: _chain(app)
    ):
        look("contracts", lambda: _contracts(app))
        look("journal", lambda: _journal(app))
        look("proofs", lambda: _proofs(app))
        look("roles", lambda: _roles(app, account))
        look("mirror", lambda: _mirror(app))
    if app.settings.signer_url is not None:
        look("signer", lambda: _signer(app))
    return findings


def _node(app: App) -> str:
    version = app.node.request("web3_clientVersion")
    return f"{masked(app.node.url)}: {version}"


def _nodes(app: App) -> str:
    """Where each of several nodes stands. Raises Inconsistent when they disagree below finality."""
    from ledger.chain.rpc import Node
    from ledger.indexer.finality import parse_finality
    from ledger.indexer.nodes import open_chain

    found, silent = [], []
    for url in app.node.urls:
        try:
            found.append(f"{masked(url)} at block {int(Node(url, attempts=1).request('eth_blockNumber'), 16)}")
        except (NodeError, Unavailable) as error:
            silent.append(str(error))
    open_chain(app.node, app.deployment, parse_finality(app.settings.finality)).head()
    if silent:
        raise Unavailable("; ".join([*found, *silent]))
    return "; ".join(found)


def _block(app: App) -> dict[str, str]:
    block: dict[str, str] = app.node.request("eth_getBlockByNumber", "latest", False)
    return block


def _head(app: App) -> str:
    block = _block(app)
    return f"block {int(block['number'], 16)}, gas limit {int(block['gasLimit'], 16):,}"


def _clock(app: App) -> str:
    moment = datetime.fromtimestamp(int(_block(app)["timestamp"], 16), UTC)
    skew = (moment - datetime.now(UTC)).total_seconds()
    if skew > _SKEW_SECONDS:
        raise LedgerError(f"the head block is {skew:.0f} s ahead of this machine's clock: check the clock")
    return f"head block is of {moment:%Y-%m-%d %H:%M:%S} UTC, {-skew:.0f} s ago"


def _headers(app: App) -> str:
    """Reads the head with web3 as a second client: proof-of-authority chains have longer extraData."""
    from web3 import HTTPProvider, Web3
    from web3.middleware import ExtraDataToPOAMiddleware

    client = Web3(HTTPProvider(app.node.url))
    client.middleware_onion.inject(ExtraDataToPOAMiddleware, layer=0)
    own = _block(app)
    try:
        second = client.eth.get_block(int(own["number"], 16))
    except Exception as error:
        # What web3 and requests say holds the node's whole address.
        raise Unavailable(f"web3.py cannot read the head: {type(error).__name__}") from None
    if bytes(second["hash"]) != bytes.fromhex(own["hash"][2:]):
        raise LedgerError("two readings of the head block differ: is the address a pool of nodes that disagree?")
    size = (len(own["extraData"]) - 2) // 2
    return f"extraData of {size} bytes: {'proof-of-authority seals' if size > 32 else 'no seals'}"


def _chain(app: App) -> str:
    deployment = app.contracts.deployment  # the contracts come with their chain checked
    return f"id {deployment.chain_id}, genesis {to_hex(deployment.genesis_hash)}"


def _contracts(app: App) -> str:
    from ledger.chain.artifacts import load

    odd = []
    for name, at in app.deployment.contracts.items():
        code = bytes.fromhex(app.node.request("eth_getCode", to_hex(at.address), "latest")[2:])
        if not load(name).matches(code):
            odd.append(name)
    if odd:
        raise LedgerError(f"{', '.join(odd)}: other code than this version of mulu was built with")
    return f"{len(app.deployment.contracts)} contracts hold the code of this version"


def _journal(app: App) -> str:
    size, root = app.contracts.call("Journal", "size"), app.contracts.call("Journal", "root")
    closed = ", closed" if app.contracts.call("Journal", "closed") else ""
    return f"size {size}, root {to_hex(root)}{closed}"


def _proofs(app: App) -> str:
    journal = to_hex(app.contracts.address("Journal"))
    try:
        app.node.request("eth_getProof", journal, ["0x" + "00" * 32], "latest")
    except NodeError as error:
        raise LedgerError(f"the node gives no storage proofs: {error.reason}") from error
    return "the node gives storage proofs (eth_getProof)"


def _roles(app: App, account: str | None) -> str:
    from ledger.chain.signer import key_files

    if account is not None:
        wanted = [(account, to_hex(app.address_of(account)))]
    else:
        wanted = [(path.stem, address) for path, address in key_files(app.settings.keystore)]
    if not wanted:
        return f"no keys in {app.settings.keystore}"
    found = []
    for name, address in wanted:
        code, roles = app.contracts.call("Organizations", "effectiveRoles", address)
        said = f"{code.decode()} {','.join(role_names(roles)).lower()}" if roles else "no role"
        found.append(f"{name}: {said}")
    return "; ".join(found)


def _signer(app: App) -> str:
    """Whether the external signer answers. Clef has no such call: asking what it holds would bother a person."""
    url = app.settings.signer_url or ""
    node = open_node(url, "MULU_SIGNER_URL", name="external signer", attempts=1)
    try:
        held = node.request("eth_accounts")
    except NodeError as error:
        return f"{masked(url)} answers and does not list its accounts: {error.reason!r}"
    return f"{masked(url)} holds {', '.join(map(str, held)) or 'no account'}"


def _mirror(app: App) -> str:
    from ledger.cli.mirror import described_state

    return described_state(app)
