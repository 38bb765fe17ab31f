"""A ledger on a chain of its own, with everything in place to publish a catalog's entries."""

import dataclasses
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from ledger.chain import abi, deploy, proposals, signer
from ledger.chain.contracts import Contracts
from ledger.chain.devnet import GAS_LIMIT, find_tool
from ledger.chain.rpc import Node
from ledger.chain.sender import Call, Sender
from ledger.errors import Unavailable
from ledger.model.organization_code import sample_code
from ledger.model.publication import Publication
from ledger.model.roles import Role
from ledger.publish.directory import Directory
from ledger.publish.draft import draft_file
from ledger.publish.organization_draft import draft_organizations
from ledger.publish.organization_file import read_organizations
from ledger.publish.organization_plan import plan_organizations
from ledger.publish.plan import Plan
from ledger.publish.planner import make_plan
from ledger.publish.ports import CurrentEntry, KnownOrganization
from ledger.sample import CATALOG

CENTER = "市大数据中心"
WANTED = 4000
"""Entries made from the sample when there is no file."""


class Empty:
    """The state of a catalog with nothing in it."""

    def entries_by_id(self, ids: Sequence[bytes]) -> dict[bytes, CurrentEntry]:
        return {}

    def entries_of_source(self, source: str) -> list[CurrentEntry]:
        return []


class City:
    """An anvil without a state file, a founded ledger, and a plan for a catalog file."""

    def __init__(self, folder: Path, file: Path | None) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.node = Node(f"http://127.0.0.1:{port}")
        self._anvil = subprocess.Popen(
            [
                *(str(find_tool("anvil")), "--port", str(port), "--silent", "--hardfork", "berlin"),
                *("--gas-limit", str(GAS_LIMIT), "--gas-price", "0", "--base-fee", "0", "--accounts", "0"),
            ],
            stdin=subprocess.DEVNULL,
        )
        try:
            self._await_node()
            self._found(file)
        except BaseException:
            self._anvil.kill()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._anvil.kill()
        self._anvil.wait()

    def _await_node(self) -> None:
        deadline = time.monotonic() + 20
        while True:
            try:
                self.node.request("eth_chainId")
                return
            except Unavailable:
                if time.monotonic() > deadline:
                    raise

    def _found(self, file: Path | None) -> None:
        keys = {name: self._key(name) for name in ("first", "second", "publisher")}
        admins = tuple((keys[name].address, int(Role.ADMIN)) for name in ("first", "second"))
        founding = deploy.Founding(sample_code(999_999), "数据主管部门", 119900000000, sum(Role), admins)
        deployment = deploy.deploy(self.node, keys["first"], founding)
        self.contracts = Contracts(self.node, deployment)
        first, second = (Sender(self.contracts, keys[name]) for name in ("first", "second"))
        number, _ = proposals.propose_action(self.contracts, first, *deploy.admission(deployment))
        proposals.confirm(self.contracts, second, proposals.read(self.contracts, number))

        drafts = draft_file(file or CATALOG)
        listed = self.folder / "organizations.csv"
        listed.write_text(draft_organizations([drafts]).to_csv(CENTER), "utf-8")
        rows = read_organizations(listed, sample_codes=True).rows
        for function, elements in plan_organizations_of(listed):
            number, _ = proposals.propose(self.contracts, first, "Organizations", function, elements)
            proposals.confirm(self.contracts, second, proposals.read(self.contracts, number))
        center = next(row.code for row in rows if row.name == CENTER)
        account = {
            "account": "0x" + keys["publisher"].address.hex(),
            "organization": center.encode(),
            "roles": int(Role.PUBLISHER),
        }
        organizations = self.contracts.address("Organizations")
        first.send([Call(organizations, abi.encode_call("Organizations", "addAccounts", [account]))])
        known = [
            KnownOrganization(row.code, row.name, row.aliases, int(row.kind), row.parent, row.sector_authority)
            for row in rows
        ]
        self.plan: Plan = make_plan(drafts, Directory(known), Empty(), center)
        self.publications = [planned.publication for planned in self.plan.publications]
        if file is None:
            self.publications = list(_repeated(self.publications))
        self.publisher = keys["publisher"]

    def _key(self, name: str) -> signer.Signer:
        signer.create_key(self.folder / "keystore", name, "bench", iterations=1000)
        return signer.unlock(self.folder / "keystore", name, lambda path: "bench")


def plan_organizations_of(listed: Path) -> list[tuple[str, list[dict[str, object]]]]:
    """The root acts that a file of organizations needs on an empty ledger."""
    return list(plan_organizations(read_organizations(listed, sample_codes=True), []).root_acts())


def _repeated(publications: list[Publication]) -> list[Publication]:
    rounds = range(-(-WANTED // len(publications)))
    return [
        dataclasses.replace(one, local_code=f"{one.local_code}/{number}") for one in publications for number in rounds
    ][:WANTED]
