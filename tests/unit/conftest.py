"""Unit tests reach no socket."""

import socket

import pytest


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: socket.socket, address: object) -> None:
        raise AssertionError(f"a unit test connects to {address}; tests with a service are in tests/integration")

    monkeypatch.setattr(socket.socket, "connect", refuse)
