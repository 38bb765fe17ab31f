"""Publishing entries: one transaction each through web3.py, and mulu's way."""

import dataclasses
import time

from ledger.chain.artifacts import load
from ledger.chain.sender import Sender
from ledger.model.publication import Publication
from ledger.publish.apply import apply
from ledger.publish.plan import Action, PlannedPublication
from tests.bench.city import City


def one_by_one(city: City, publications: list[Publication]) -> float:
    """Entries per second: web3.py builds, signs, sends and waits for the receipt of each (`poll_latency=0.001`)."""
    from web3 import HTTPProvider, Web3

    client = Web3(HTTPProvider(city.node.url))
    account = city.publisher._account
    catalog = client.eth.contract(
        address=Web3.to_checksum_address(city.contracts.address("Catalog")), abi=load("Catalog").abi
    )
    began = time.monotonic()
    for one in publications:
        call = catalog.functions.publish([_arguments(one)])
        built = call.build_transaction(
            {
                "from": account.address,
                "nonce": client.eth.get_transaction_count(account.address),
                "gasPrice": 0,
                "chainId": city.contracts.deployment.chain_id,
            }
        )
        sent = client.eth.send_raw_transaction(account.sign_transaction(built).raw_transaction)
        receipt = client.eth.wait_for_transaction_receipt(sent, poll_latency=0.001)
        assert receipt["status"] == 1
    return len(publications) / (time.monotonic() - began)


def bulk(city: City, publications: list[Publication]) -> float:
    """Entries per second, from first send to last inclusion, as `mulu catalog apply` does it."""
    planned = tuple(PlannedPublication(0, Action.ADD, "", "", one) for one in publications)
    plan = dataclasses.replace(city.plan, publications=planned)
    done = apply(plan, city.contracts, Sender(city.contracts, city.publisher), lambda count: None)
    assert done.entry_count == len(publications)
    return done.entry_count / done.seconds


def _arguments(one: Publication) -> dict[str, object]:
    return {
        "provider": one.provider.encode(),
        "expectedVersion": one.expected_version,
        "kind": int(one.kind),
        "share": int(one.share),
        "open": int(one.open),
        "level": int(one.level),
        "reason": one.reason,
        "localCode": one.local_code.encode(),
        "content": one.content,
    }
