"""JSON-RPC over one keep-alive HTTP connection. The only place that retries.

Reads and raw transactions may be repeated: a signed transaction has one hash, so sending it twice is sending it once.
Where several addresses are named, the first that answers is asked until it does not; the next takes over then.
Addresses of nodes can hold secrets; messages show scheme and host only.
"""

import itertools
import logging
import time
from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

import msgspec
import urllib3

from ledger.errors import LedgerError, Malformed, Unavailable
from ledger.model.message import Message

_LOG = logging.getLogger("ledger.chain")
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
        urls: its address; or several of one chain, of which the first that answers is asked.
        attempts: how often a call is made when no answer comes.
        name, setting: what it is and where its address comes from, for messages.
    """

    errors: ClassVar[int] = 0
    """Calls of this process, to all nodes, that were not answered, each attempt counting, or answered with an error."""

    def __init__(
        self,
        *urls: str,
        timeout_seconds: float = 30,
        attempts: int = 4,
        name: str = "node",
        setting: str = "MULU_RPC_URL",
    ) -> None:
        self.urls = urls
        self._asked = 0
        self._attempts = attempts
        self._name, self._setting = name, setting
        self._headers = [_headers(url, name) for url in urls]
        self._pool = urllib3.PoolManager(
            maxsize=4,
            timeout=urllib3.Timeout(connect=min(_CONNECT_SECONDS, timeout_seconds), total=timeout_seconds),
            retries=False,
        )
        self._numbers = itertools.count(1)

    @property
    def url(self) -> str:
        """The address that is asked at present."""
        return self.urls[self._asked]

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
            Node.errors += 1
            raise NodeError(method, error.get("code", 0), str(error.get("message", "")), error.get("data"))
        return answer.get("result")

    def _post(self, body: bytes, what: str) -> bytes:
        problems: dict[int, str] = {}
        hopeless = set[int]()
        for attempt in range(self._attempts):
            if attempt:
                time.sleep(min(0.1 * 2**attempt, 2.0))
            first = self._asked
            for place in (*range(first, len(self.urls)), *range(first)):
                if place in hopeless:
                    continue
                try:
                    answer = self._pool.request("POST", self.urls[place], body=body, headers=self._headers[place])
                except urllib3.exceptions.NewConnectionError:
                    problems[place] = "connection refused"
                    Node.errors += 1
                except urllib3.exceptions.HTTPError as error:
                    problems[place] = type(error).__name__
                    Node.errors += 1
                else:
                    # Some send their refusals with another status.
                    retried = answer.status in _RETRIED_STATUS
                    if answer.status == 200 or (not retried and _is_refusal(answer.data)):
                        self._turn_to(place, problems)
                        return answer.data
                    problems[place] = f"HTTP status {answer.status}"
                    Node.errors += 1
                    if not retried:
                        hopeless.add(place)
            if len(hopeless) == len(self.urls):
                break
        if len(self.urls) > 1:
            said = ", ".join(f"{masked(self.urls[place])}: {problem}" for place, problem in problems.items())
            raise Unavailable(
                f"none of {len(self.urls)} {self._name}s can be reached for {what} ({said}). "
                f"Does one run, and is {self._setting} right?"
            )
        raise Unavailable(
            f"{self._name} {masked(self.url)} cannot be reached for {what}: {problems.get(0, 'no answer')}. "
            f"Is it running, and is {self._setting} right?"
        )

    def _turn_to(self, place: int, problems: dict[int, str]) -> None:
        """Says so once when another node takes over."""
        before, self._asked = self._asked, place
        if before != place:
            lost, found = masked(self.urls[before]), masked(self.urls[place])
            problem = problems.get(before, "no answer")
            en = f"node {lost} cannot be reached ({problem}); {found} is asked instead"
            _LOG.warning(Message(en, f"节点 {lost} 无法连接（{problem}），改用 {found}"))


def _headers(url: str, name: str) -> dict[str, str]:
    """What is sent to an address besides the call. Raises ValueError when it is none."""
    shown = masked(url)
    if url.partition("://")[0].lower() not in ("http", "https"):
        raise ValueError(f"{name} address{'' if '?' in shown else ' ' + shown}: want http:// or https://")
    if "?" in shown:
        # A slash in a password ends what is the host, and the rest of it would be shown as one.
        raise ValueError(
            f"{name} address: no host can be read in it; / ? # @ of a password are written %2F %3F %23 %40"
        )
    parts = urlsplit(url)
    # urllib3 leaves out the user and password of an address.
    user = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else None
    return {"content-type": "application/json", **(urllib3.make_headers(basic_auth=user) if user else {})}


def _is_refusal(body: bytes) -> bool:
    try:
        answer = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return False
    return isinstance(answer, dict) and isinstance(answer.get("error"), dict)


def open_node(urls: str, setting: str, **options: Any) -> Node:
    """The node at an address, or at the first of several, separated by blanks, that answers.

    Args: options: as those of `Node`.
    Raises Malformed, naming the setting that gave them, when one is no address.
    """
    try:
        return Node(*(urls.split() or [""]), setting=setting, **options)
    except ValueError as error:
        hint = "; several addresses are separated by blanks" if "," in urls else ""
        raise Malformed(f"{setting}: {error}{hint}") from error
