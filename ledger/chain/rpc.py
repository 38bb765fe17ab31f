"""JSON-RPC over one keep-alive HTTP connection. The only place that retries.

Reads and raw transactions may be repeated: a signed transaction has one hash, so sending it twice is sending it once.
Addresses of nodes can hold secrets; messages show scheme and host only.
"""

import itertools
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec
import urllib3

from ledger.errors import LedgerError, Malformed, Unavailable

_RETRIED_STATUS = {429, 502, 503, 504}
_CONNECT_SECONDS = 10
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
    """The address without user, password, path and query; nothing of one that cannot be read."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "?"
    return f"{parts.scheme}://{parts.hostname or '?'}{port}"


class Node:
    """One node, or whoever else speaks JSON-RPC. Safe to use from several threads.

    Args:
        attempts: how often a call is made when no answer comes.
        name, setting: what it is and where its address comes from, for messages.
    """

    def __init__(
        self,
        url: str,
        *,
        timeout_seconds: float = 30,
        attempts: int = 4,
        name: str = "node",
        setting: str = "MULU_RPC_URL",
    ) -> None:
        if "?" in masked(url):
            # A slash in a password ends what is the host, and the rest of it would be shown as one.
            raise ValueError(
                f"{name} address: no host can be read in it; / ? # @ of a password are written %2F %3F %23 %40"
            )
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https"):
            raise ValueError(f"{name} address {masked(url)}: want http:// or https://")
        self.url = url
        self._attempts = attempts
        self._name, self._setting = name, setting
        # urllib3 leaves out the user and password of an address.
        user = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else None
        self._pool = urllib3.PoolManager(
            maxsize=4,
            timeout=urllib3.Timeout(connect=min(_CONNECT_SECONDS, timeout_seconds), total=timeout_seconds),
            retries=False,
        )
        self._headers = {"content-type": "application/json", **(urllib3.make_headers(basic_auth=user) if user else {})}
        self._numbers = itertools.count(1)

    def request(self, method: str, *params: Any) -> Any:
        """The result of one call.

        Raises NodeError when the node refuses it, Unavailable when no answer comes.
        """
        return self._result(method, self._decoded(self.request_bytes(method, *params), method))

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
        what = f"batch of {len(calls)}"
        answers = self._decoded(self._post(_ENCODER.encode(body), what), what)
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

    def _decoded(self, body: bytes, what: str) -> Any:
        try:
            return msgspec.json.decode(body)
        except msgspec.DecodeError:
            raise Unavailable(
                f"{masked(self.url)}: {what} was answered with something that is no JSON. Is {self._setting} right?"
            ) from None

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
                answer = self._pool.request("POST", self.url, body=body, headers=self._headers)
            except urllib3.exceptions.NewConnectionError:
                problem = "connection refused"
            except urllib3.exceptions.HTTPError as error:
                problem = type(error).__name__
            else:
                if answer.status == 200:
                    return answer.data
                problem = f"HTTP status {answer.status}"
                if answer.status not in _RETRIED_STATUS:
                    # Some send their refusals so.
                    if _is_refusal(answer.data):
                        return answer.data
                    break
        raise Unavailable(
            f"{self._name} {masked(self.url)} cannot be reached for {what}: {problem}. "
            f"Is it running, and is {self._setting} right?"
        )


def _is_refusal(body: bytes) -> bool:
    try:
        answer = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return False
    return isinstance(answer, dict) and isinstance(answer.get("error"), dict)


def open_node(url: str, setting: str, **options: Any) -> Node:
    """The node at an address, with the options of `Node`.

    Raises Malformed, naming the setting that gave the address, when it is none.
    """
    try:
        return Node(url, setting=setting, **options)
    except ValueError as error:
        raise Malformed(f"{setting}: {error}") from error
