"""A node that lies: a real HTTP server in front of a real one, which changes what that answers."""

import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ledger.audit.history import History
from ledger.audit.mirror_state import Ledger
from ledger.audit.reading import Reader, read_header
from ledger.audit.replay import judge, new_book
from ledger.audit.twins import Completion
from ledger.chain.rpc import Node
from tests.integration.indexer.registering import Center

Lie = Callable[[str, list[Any], Any], Any]
"""(method, parameters, true result) → what is answered."""


@contextmanager
def lying(url: str, lie: Lie) -> Iterator[Node]:
    """A node that answers as the one at `url`, but for its lies."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            request = urllib.request.Request(url, body, {"content-type": "application/json"})
            with urllib.request.urlopen(request, timeout=30) as response:
                answer = json.load(response)
            asked = json.loads(body)
            many = isinstance(asked, list)
            answers = {one["id"]: one for one in (answer if many else [answer])}
            for call in asked if many else [asked]:
                one = answers[call["id"]]
                if "result" in one:
                    one["result"] = lie(call["method"], call["params"], one["result"])
            data = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    node = Node(f"http://127.0.0.1:{server.server_port}")
    try:
        yield node
    finally:
        node.close()
        server.shutdown()
        thread.join(10)
        server.server_close()


def replayed(center: Center) -> Ledger:
    """What a mirror of the chain is compared with."""
    node, deployment = center.ledger.node, center.ledger.contracts.deployment
    head = read_header(node.request("eth_getBlockByNumber", "latest", False))
    reader, history = Reader(node, deployment, head.number), History()
    book = new_book(node, deployment, reader)
    for read in reader.acts():
        judge(book, history, read)
    completion = Completion(lambda view: None)
    return Ledger(deployment, history, reader.leaves, reader.blocks, head, reader.headers, 0, completion)
