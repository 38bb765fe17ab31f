"""A server on a sample mirror, asked without a socket."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from registry_api.main import create_app
from tests.databases import Databases

from .grants import build_grants
from .register import build_register
from .sample import SampleApplication, build

Build = Callable[[str], SampleApplication]


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


class Samples:
    """Sample mirrors, made once for each kind of database."""

    def __init__(self) -> None:
        self._made: dict[tuple[Build, str], SampleApplication] = {}

    def get(self, build: Build, kind: str, databases: Databases) -> SampleApplication:
        if (build, kind) not in self._made:
            self._made[build, kind] = build(databases.migrated())
        return self._made[build, kind]

    def close(self) -> None:
        for made in self._made.values():
            made.mirror.close()


@pytest.fixture(scope="session")
def samples() -> Iterator[Samples]:
    made = Samples()
    yield made
    made.close()


@pytest.fixture(scope="module")
def sample(samples: Samples, database_kind: str, databases: Databases) -> SampleApplication:
    return samples.get(build, database_kind, databases)


@pytest.fixture
def application(sample: SampleApplication) -> Iterator[SampleApplication]:
    yield sample
    sample.down, sample.ahead_blocks = False, 0


@pytest.fixture
def client(application: SampleApplication) -> Client:
    return Client(create_app(application))


@pytest.fixture(scope="module")
def register(samples: Samples, database_kind: str, databases: Databases) -> SampleApplication:
    return samples.get(build_register, database_kind, databases)


@pytest.fixture(scope="module")
def office(register: SampleApplication) -> Client:
    """A server on a mirror with registrations."""
    return Client(create_app(register))


@pytest.fixture(scope="module")
def granted(samples: Samples, database_kind: str, databases: Databases) -> SampleApplication:
    return samples.get(build_grants, database_kind, databases)


@pytest.fixture(scope="module")
def grants(granted: SampleApplication) -> Client:
    """A server on a mirror with grants."""
    return Client(create_app(granted))
