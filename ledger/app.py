"""Wiring: the only place that knows every part. Parts are imported when needed, so that commands start fast."""

import getpass
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.errors import Malformed, NotFound, Rejected, Unavailable
from ledger.files import read_password
from ledger.model.ids import Digest, from_hex, to_hex
from ledger.model.roles import Role
from ledger.settings import Settings, from_environment, is_chinese

if TYPE_CHECKING:
    from ledger.bundles import Bundles
    from ledger.chain.contracts import Contracts
    from ledger.chain.deployment import Deployment
    from ledger.chain.rpc import Node
    from ledger.chain.sender import Sender
    from ledger.chain.signer import External, Signer
    from ledger.indexer.checkpoints import LogKeyFile
    from ledger.indexer.follow import Indexer
    from ledger.indexer.progress import Progress
    from ledger.merkle.checkpoint import Checkpoint
    from ledger.model.message import Message
    from ledger.proof.trust import Trust
    from ledger.publish.plan import Plan
    from ledger.publish.ports import KnownOrganization
    from ledger.registration.registry import RegistryReader
    from ledger.store.dossiers import DossierStore
    from ledger.store.mirror import Mirror
    from ledger.suppressions import Suppressions


class App:
    """The parts of one process, by the settings of its environment."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or from_environment()

    @cached_property
    def node(self) -> "Node":
        """The node that `MULU_RPC_URL` names, or the first of several that answers.

        Raises Malformed when one is no address.
        """
        from ledger.chain.rpc import open_node

        return open_node(self.settings.rpc_url, "MULU_RPC_URL")

    @cached_property
    def deployment(self) -> "Deployment":
        """The deployment that `MULU_DEPLOYMENT` names."""
        from ledger.chain.deployment import load_deployment

        return load_deployment(self.settings.deployment)

    @cached_property
    def contracts(self) -> "Contracts":
        """The deployment's contracts on the node, whose chain is checked once."""
        from ledger.chain.contracts import Contracts

        contracts = Contracts(self.node, self.deployment)
        contracts.check_chain()
        return contracts

    @cached_property
    def mirror(self) -> "Mirror":
        """The mirror that `MULU_DATABASE_URL` names.

        Raises Malformed when that is no address of a database, Unavailable when its directory cannot be made.
        """
        from ledger.store.mirror import Mirror

        try:
            return Mirror(self.settings.database_url)
        except ValueError as error:
            raise Malformed(str(error)) from error
        except OSError as error:
            raise Unavailable(
                f"the mirror's directory {error.filename} cannot be made: {error.strerror}. Check MULU_DATABASE_URL"
            ) from error

    @cached_property
    def dossiers(self) -> "DossierStore":
        """The registration center's store of withheld values, which `MULU_DOSSIER_URL` names."""
        from ledger.store.dossiers import DossierStore

        return DossierStore(self.settings.dossier_url)

    @cached_property
    def registry(self) -> "RegistryReader":
        """What the chain says of registrations."""
        from ledger.registration.registry import RegistryReader

        return RegistryReader(self.contracts)

    def chain_time(self) -> datetime:
        """The chain's own clock: the time that a transaction sent now would have."""
        raw = self.node.request("eth_getBlockByNumber", "pending", False)
        raw = raw or self.node.request("eth_getBlockByNumber", "latest", False)
        return datetime.fromtimestamp(int(raw["timestamp"], 16), UTC)

    def synced_mirror(self) -> "Mirror":
        """The mirror, brought to the node's head. Nothing is signed."""
        self.mirror.upgrade()
        self.suppressions.settle(self.mirror)
        self.indexer().once()
        return self.mirror

    def indexer(
        self, report: "Callable[[Progress], None] | None" = None, tell: "Callable[[Message], None] | None" = None
    ) -> "Indexer":
        """An indexer from the node to the mirror. With `tell` it signs checkpoints, see `Checkpoints`."""
        from ledger.indexer.checkpoints import Checkpoints
        from ledger.indexer.finality import parse_finality
        from ledger.indexer.follow import Indexer
        from ledger.indexer.nodes import open_chain

        finality = parse_finality(self.settings.finality)
        writer = self.mirror.writer
        chain = open_chain(self.node, self.deployment, finality, writer.keep_evidence)
        publish = Checkpoints(self.log_key_file, writer, tell).publish if tell else lambda: None
        said, suppressed = report or (lambda progress: None), self.suppressions.in_force
        return Indexer(chain, writer, self.deployment, finality, said, publish, suppressed)

    @property
    def log_key_file(self) -> "LogKeyFile":
        """The key that signs this journal's checkpoints, in the file that `MULU_LOG_KEY_FILE` names."""
        from ledger.indexer.checkpoints import LogKeyFile

        return LogKeyFile(self.settings.log_key_file, self.deployment.origin)

    @cached_property
    def suppressions(self) -> "Suppressions":
        """What the operator withholds from the mirror, by the list that `MULU_SUPPRESSION_FILE` names."""
        from ledger.suppressions import Suppressions

        return Suppressions(self.settings.suppression_file, lambda: self.deployment, lambda: self.contracts.node)

    @cached_property
    def last_signed(self) -> "Callable[[], Checkpoint | None]":
        """Gives the checkpoint that the log key signed last, as far as this process can know."""
        from ledger.indexer.checkpoints import LastSigned, signed_path

        return LastSigned(signed_path(self.settings.log_key_file)).read

    # Accounts

    def choose(self, account: str | None, role: Role) -> str:
        """The account that is named, or the only one of the keystore that has a role now."""
        from ledger.chain.signer import key_files

        if account is not None:
            return account
        files = key_files(self.settings.keystore)
        able = [path.stem for path, address in files if self.roles_of(bytes.fromhex(address[2:]))[1] & role]
        if len(able) != 1:
            names = ", ".join(able or [path.stem for path, _ in files]) or "none"
            one = f"several keys have the role {role.name}" if able else f"no key here has the role {role.name}"
            raise Rejected(f"{one}: name the one that signs with --account; there are: {names}")
        return able[0]

    def roles_of(self, address: bytes) -> tuple[str, int]:
        """Organization and effective roles of an account; empty when it may do nothing."""
        code, roles = self.contracts.call("Organizations", "effectiveRoles", to_hex(address))
        return code.rstrip(b"\0").decode("ascii"), roles

    def unlock(self, account: str | None) -> "Signer":
        """The account with this name or address; the only one there is when none is named."""
        from ledger.chain.signer import key_files, unlock

        if account is None:
            files = key_files(self.settings.keystore)
            if len(files) != 1:
                names = ", ".join(path.stem for path, _ in files) or "none"
                raise Rejected(f"say which account signs with --account; there are: {names}")
            account = files[0][0].stem
        # py_ecc, which comes with eth_account, raises the limit so far that deep JSON would overflow the stack.
        limit = sys.getrecursionlimit()
        try:
            return unlock(self.settings.keystore, account, self.password, self._external)
        finally:
            sys.setrecursionlimit(limit)

    @property
    def _external(self) -> "External | None":
        """The external signer that `MULU_SIGNER_URL` names; what it waits for is told on standard error."""
        from ledger.chain.external_signer import open_signer

        def tell(message: "Message") -> None:
            print(message.zh if is_chinese() else message.en, file=sys.stderr, flush=True)

        url = self.settings.signer_url
        return None if url is None else lambda address: open_signer(url, address, tell)

    def sender(self, account: str | None) -> "Sender":
        """Sends for an account, once nothing that it sent earlier is under way."""
        return self.sender_for(self.unlock(account))

    def sender_for(self, signer: "Signer") -> "Sender":
        """Sends for an unlocked account; see `sender`."""
        from ledger.chain.sender import Sender

        sender = Sender(self.contracts, signer)
        sender.settle()
        return sender

    def address_of(self, account: str) -> bytes:
        """The address of a key's name, or an address as it is."""
        from ledger.chain.signer import key_file, key_files

        if account.startswith("0x") and len(account) == 42:
            return from_hex(account.lower(), 20, "address")
        path = key_file(self.settings.keystore, account)
        return bytes.fromhex(dict(key_files(self.settings.keystore))[path][2:])

    # The catalog

    def plan(
        self,
        file: Path,
        mapping: str | None,
        sheet: str | None,
        account: str,
        reason: Digest,
        retire_missing: bool,
    ) -> "Plan":
        """What applying a file as an account would change, against the chain's head."""
        from ledger.publish.directory import Directory
        from ledger.publish.draft import draft_file
        from ledger.publish.planner import make_plan

        drafts = draft_file(file, mapping, sheet)
        submitter, roles = self.roles_of(self.address_of(account))
        if not roles & Role.PUBLISHER:
            raise Rejected(
                f"account {account} has no role PUBLISHER"
                + (f" at {submitter}" if submitter else ", and acts for no organization")
                + ": an ADMIN adds it with mulu account add"
            )
        with self.synced_mirror().catalog() as state:
            directory = Directory(state.organizations())
            return make_plan(drafts, directory, state, submitter, reason=reason, retire_missing=retire_missing)

    def known_organizations(self) -> "list[KnownOrganization]":
        """The organizations of the ledger, as publishing sees them."""
        with self.synced_mirror().catalog() as state:
            return list(state.organizations())

    # Proofs

    @cached_property
    def trust(self) -> "Trust":
        """The trust file that `MULU_TRUST` names; on a development chain, without one, the deployment itself.

        Raises NotFound where there is none and blocks carry seals: whose count is not the node's to say.
        """
        from ledger.evidence import trust_in
        from ledger.validators import has_seals

        if not self.settings.trust.exists() and not has_seals(self.node):
            return trust_in(self.deployment)
        return load_trust(self.settings.trust)

    @cached_property
    def bundles(self) -> "Bundles":
        """Makes bundles of what the mirror has and the node proves."""
        from ledger.bundles import Bundles

        return Bundles(self.mirror, self.node, self.trust)

    def node_head(self) -> tuple[int, datetime]:
        """Number and time of the node's newest block. Raises Unavailable."""
        from ledger.chain.contracts import Contracts

        header = Contracts(self.node, self.deployment).header()
        return header.number, datetime.fromtimestamp(header.time, UTC)

    def password(self, key: Path) -> str:
        """The password of a key file: from the password file, else asked for."""
        if self.settings.password_file is not None:
            return read_password(self.settings.password_file)
        if not sys.stdin.isatty():
            raise Rejected(f"the password of {key} cannot be asked for here: set MULU_PASSWORD_FILE")
        return getpass.getpass(f"password of {key}: ")

    def new_password(self, key: Path) -> str:
        """The password for a new key file: from the password file, else asked for twice."""
        if self.settings.password_file is not None:
            return self.password(key)
        first = self.password(key)
        if first != getpass.getpass("again: "):
            raise Rejected("the two passwords differ; nothing was written")
        return first


def load_trust(path: Path) -> "Trust":
    """The trust file at a path. Raises NotFound, Malformed."""
    from ledger.files import read_bytes
    from ledger.proof.bundle import BUNDLE_BYTES
    from ledger.proof.trust import read_trust

    try:
        data = read_bytes(path, BUNDLE_BYTES)
    except NotFound:
        raise NotFound(
            f"no trust file at {path}: get it from somebody you trust and name it with --trust or MULU_TRUST"
        ) from None
    try:
        return read_trust(data)
    except Malformed as error:
        raise Malformed(f"{path}: {error}") from None
