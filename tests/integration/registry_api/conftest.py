"""A server on a sample mirror, asked without a socket."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from registry_api.main import create_app

from .grants import build_grants
from .register import build_register
from .sample import SampleApplication, build


class Client:
    """Sends requests straight into the application; an exception that escapes it is a 500, as in a server."""

    def __init__(self, app: Any) -> None:
        self._transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)

    def request(self, method: str, address: str, **options: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._transport, base_url="http://mulu.example") as client:
                return await client.request(method, address, **options)

        return asyncio.run(ask())

    def get(self, address: str, **options: Any) -> httpx.Response:
        return self.request("GET", address, **options)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleApplication:
    path: Path = tmp_path_factory.mktemp("mirror") / "mirror.db"
    return build(f"sqlite:///{path}")


@pytest.fixture
def application(sample: SampleApplication) -> Iterator[SampleApplication]:
    yield sample
    sample.down, sample.ahead_blocks = False, 0


@pytest.fixture
def client(application: SampleApplication) -> Client:
    return Client(create_app(application))


@pytest.fixture(scope="session")
def register(tmp_path_factory: pytest.TempPathFactory) -> SampleApplication:
    path: Path = tmp_path_factory.mktemp("register") / "mirror.db"
    return build_register(f"sqlite:///{path}")


@pytest.fixture(scope="session")
def office(register: SampleApplication) -> Client:
    """A server on a mirror with registrations."""
    return Client(create_app(register))


@pytest.fixture(scope="session")
def granted(tmp_path_factory: pytest.TempPathFactory) -> SampleApplication:
    path: Path = tmp_path_factory.mktemp("grants") / "mirror.db"
    return build_grants(f"sqlite:///{path}")


@pytest.fixture(scope="session")
def grants(granted: SampleApplication) -> Client:
    """A server on a mirror with grants."""
    return Client(create_app(granted))
