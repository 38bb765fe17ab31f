"""JSON-RPC over one keep-alive HTTP connection. The only place that retries.

Reads and raw transactions may be repeated: a signed transaction has one hash, so sending it twice is sending it once.
Addresses of nodes can hold secrets; messages show scheme and host only.
"""

import itertools
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec
import urllib3

from ledger.errors import LedgerError, Malformed, Unavailable

_RETRIED_STATUS = {429, 502, 503, 504}
_ENCODER = msgspec.json.Encoder()


class NodeError(LedgerError):
    """The node answered with an error: `code` and `data` are its own (EIP-1474)."""

    def __init__(self, method: str, code: int, message: str, data: Any) -> None:
        super().__init__(f"{method}: the node says {message!r} (code {code})")
        self.method = method
        self.code = code
        self.reason = message
        self.data = data


def masked(url: str) -> str:
    """The address without user, password, path and query."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or '?'}{port}"


class Node:
    """One node. Safe to use from several threads."""

    def __init__(self, url: str, *, timeout_seconds: float = 30, attempts: int = 4) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise ValueError(f"node address {masked(url)}: want http:// or https://")
        self.url = url
        self._attempts = attempts
        self._pool = urllib3.PoolManager(
            maxsize=4, timeout=urllib3.Timeout(total=timeout_seconds), retries=False, headers={}
        )
        self._numbers = itertools.count(1)

    def request(self, method: str, *params: Any) -> Any:
        """The result of one call.

        Raises NodeError when the node refuses it, Unavailable when no answer comes.
        """
        answer = msgspec.json.decode(self.request_bytes(method, *params))
        return self._result(method, answer)

    def request_bytes(self, method: str, *params: Any) -> bytes:
        """The raw answer of one call, for readers that parse it with a type of their own."""
        body = {"jsonrpc": "2.0", "id": next(self._numbers), "method": method, "params": params}
        return self._post(_ENCODER.encode(body), method)

    def batch(self, calls: Sequence[tuple[str, Sequence[Any]]]) -> list[Any]:
        """Results of several calls in one round trip, in their order. A call the node refused gives its NodeError."""
        if not calls:
            return []
        first = next(self._numbers)
        for _ in calls[1:]:
            next(self._numbers)
        body = [
            {"jsonrpc": "2.0", "id": first + at, "method": method, "params": params}
            for at, (method, params) in enumerate(calls)
        ]
        answers = msgspec.json.decode(self._post(_ENCODER.encode(body), f"batch of {len(calls)}"))
        if not isinstance(answers, list) or len(answers) != len(calls):
            raise Unavailable(f"{masked(self.url)}: answered a batch of {len(calls)} calls with something else")
        results: list[Any] = [None] * len(calls)
        for answer in answers:
            at = answer["id"] - first
            try:
                results[at] = self._result(calls[at][0], answer)
            except NodeError as error:
                results[at] = error
        return results

    def close(self) -> None:
        """Closes the connections."""
        self._pool.clear()

    def _result(self, method: str, answer: Any) -> Any:
        if not isinstance(answer, dict):
            raise Unavailable(f"{masked(self.url)}: {method} was answered with something that is no JSON-RPC")
        error = answer.get("error")
        if error is not None:
            raise NodeError(method, error.get("code", 0), str(error.get("message", "")), error.get("data"))
        return answer.get("result")

    def _post(self, body: bytes, what: str) -> bytes:
        problem = "no answer"
        for attempt in range(self._attempts):
            if attempt:
                time.sleep(min(0.1 * 2**attempt, 2.0))
            try:
                answer = self._pool.request("POST", self.url, body=body, headers={"content-type": "application/json"})
            except urllib3.exceptions.NewConnectionError:
                problem = "connection refused"
            except urllib3.exceptions.HTTPError as error:
                problem = type(error).__name__
            else:
                if answer.status == 200:
                    return answer.data
                problem = f"HTTP status {answer.status}"
                if answer.status not in _RETRIED_STATUS:
                    break
        raise Unavailable(
            f"node {masked(self.url)} cannot be reached for {what}: {problem}. "
            "Is it running, and is MULU_RPC_URL right?"
        )


def open_node(url: str, setting: str) -> Node:
    """The node at an address. Raises Malformed, naming the setting that gave it, when it is none."""
    try:
        return Node(url)
    except ValueError as error:
        raise Malformed(f"{setting}: {error}") from error
