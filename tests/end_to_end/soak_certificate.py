"""One registration on a Clique network in real time, from the form to a certificate verified with every node stopped.

Its policy has a notice of 0 working days, which ends at 24:00 of the day it begins (Asia/Shanghai): nothing else makes
a notice short on a chain whose clock is the real one. So this waits up to a day.
"""

import argparse
import json
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from ledger.model.policy import shipped_profile
from tests.end_to_end.ledger import CATALOG, RESERVOIRS, Ledger
from tests.end_to_end.network import Network, founded_network, free_ports
from tests.end_to_end.registry import ACCOUNTS, APPLICATION, confirm_all, through_notice

DOCUMENTS = ("certificate.json", "certificate.pdf", "entry.json")


def main() -> None:
    """Parses, runs and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--signers", type=int, default=7)
    parser.add_argument("--keep", type=Path, help="folder for the certificate, the bundle and the trust file")
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="certificate-") as folder:
        network = founded_network(Path(folder) / "network", free_ports(asked.signers), asked.signers)
        try:
            carry_through(network)
        finally:
            network.stop()
        check_offline(network, Path(folder) / "stranger", asked.keep)


def carry_through(network: Network) -> None:
    """Everything that needs the network."""
    ledger = network.ledger
    noticed = open_notice(ledger)
    print(f"notice open until {noticed:%Y-%m-%d %H:%M} UTC", flush=True)
    while (left := (noticed - datetime.now(UTC)).total_seconds()) > -5:
        time.sleep(min(60, max(1, left)))
    network.grow(2)
    (row,) = ledger.json("registration", "list")
    ledger.do("registration", "issue", row["number"], "--account", "issuer")
    network.grow(network.depth + 1)
    ledger.do("certificate", "make", row["number"], "--with-bundle", "-o", DOCUMENTS[0], "-o", DOCUMENTS[1])
    ledger.do("prove", "entry", RESERVOIRS, "-o", DOCUMENTS[2])
    ledger.do("trust", "update")
    ledger.do("index", "--check")
    ledger.do("doctor")


def open_notice(ledger: Ledger) -> datetime:
    """From the policy to the public notice; when it ends."""
    values = [{"name": one.name, "value": one.value, "source": one.source} for one in shipped_profile("beijing")]
    for one in values:
        if one["name"] == "notice_workdays":
            one.update(value=0, source="示例:公示期为当日24时止")
    policy = {"format": "mulu-policy/1", "about": "示例", "parameters": values}
    (ledger.home / "policy.json").write_text(json.dumps(policy, ensure_ascii=False), "utf-8")
    ledger.do("policy", "set", "--profile", "policy.json", "--account", "admin-1")
    confirm_all(ledger)
    ledger.do("catalog", "apply", CATALOG, "--account", "publisher")
    for name, (code, roles) in ACCOUNTS.items():
        ledger.do("account", "add", name, "--organization", code, "--roles", roles, "--account", "admin-1")
    answer = ledger.json("registration", "apply", APPLICATION, "--yes", "--account", "applicant")
    number = answer["filed"][0]["number"]
    through_notice(ledger, number)
    (row,) = ledger.json("registration", "list")
    return datetime.fromisoformat(row["notice_end"])


def check_offline(network: Network, home: Path, keep: Path | None) -> None:
    """A stranger with the documents and the trust file, when no node is left."""
    assert network.running == 0
    home.mkdir()
    for name in (".mulu/trust.json", *DOCUMENTS):
        shutil.copy(network.ledger.home / name, home)
        if keep is not None:
            keep.mkdir(parents=True, exist_ok=True)
            shutil.copy(network.ledger.home / name, keep)
    stranger = Ledger(home, network.ledger.port)
    stranger.settings = {"MULU_TRUST": "trust.json"}
    for name in DOCUMENTS:
        said = stranger.do("verify", name).out
        assert said.endswith("VALID\n"), said
        assert f"settled by depth {network.depth}, not by a quorum of seals" in said
        print(f"{name}: {(home / name).stat().st_size:,} bytes, VALID with every node stopped", flush=True)


if __name__ == "__main__":
    main()
