"""The chain that integration tests stand on is there, takes options, and runs the rules of Berlin."""

import json
import urllib.request

import pytest


def ask(url: str, method: str, *params: object) -> object:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    request = urllib.request.Request(url, body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)["result"]


@pytest.mark.parametrize("anvil", [["--chain-id", "7777"]], indirect=True)
def test_anvil_takes_options(anvil: str) -> None:
    assert ask(anvil, "eth_chainId") == hex(7777)


def test_anvil_has_no_base_fee(anvil: str) -> None:
    """Legacy transactions at any price must pass, as on the consortium's nodes."""
    block = ask(anvil, "eth_getBlockByNumber", "latest", False)
    assert isinstance(block, dict)
    assert "baseFeePerGas" not in block
