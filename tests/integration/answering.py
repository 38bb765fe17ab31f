"""A JSON-RPC server that answers what a test wants."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ledger.chain.rpc import NodeError

Answer = Callable[[str, list[Any]], Any]
"""(method, parameters) → result, or a NodeError that is raised and becomes an error object."""


@contextmanager
def answering(answer: Answer, error_status: int = 200, heard: list[dict[str, str]] | None = None) -> Iterator[str]:
    """URL of a server. `heard` collects the headers of each request."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if heard is not None:
                heard.append({name.lower(): value for name, value in self.headers.items()})
            said = [self.said(one) for one in asked] if isinstance(asked, list) else self.said(asked)
            status = error_status if isinstance(said, dict) and "error" in said else 200
            data = json.dumps(said).encode()
            try:
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            except ConnectionError:
                pass  # Who asked did not wait.

        def said(self, asked: dict[str, Any]) -> dict[str, Any]:
            head = {"jsonrpc": "2.0", "id": asked["id"]}
            try:
                return {**head, "result": answer(asked["method"], asked["params"])}
            except NodeError as error:
                return {**head, "error": {"code": error.code, "message": error.reason, "data": error.data}}

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
