"""Many connections asking one server without a pause, by a client of its own: what it takes must be the server's."""

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Figures:
    """What was measured."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    """Answers that did not come, and what came instead."""
    latencies: list[float] = field(default_factory=list)
    processor: dict[str, float] = field(default_factory=dict)
    """Processor time that each watched process took, in seconds: what a busy machine does not change."""
    memory: list[tuple[float, dict[str, int]]] = field(default_factory=list)
    """Seconds since the beginning, and resident bytes of each watched process."""

    @property
    def requests(self) -> int:
        """Answers that came."""
        return len(self.latencies)

    def quantile(self, share: float) -> float:
        """Seconds within which this share of the answers came."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def growth(self, name: str) -> float:
        """Most memory of a process in the last third of the time against the most in the middle third."""
        third = len(self.memory) // 3
        middle, last = self.memory[third : 2 * third], self.memory[2 * third :]
        return max(one[name] for _, one in last) / max(one[name] for _, one in middle)

    def __str__(self) -> str:
        shares = (0.5, 0.9, 0.99, 0.999, 1.0)
        spread = ", ".join(f"p{share * 100:g} {self.quantile(share) * 1000:.1f} ms" for share in shares)
        lines = [
            f"{self.requests} answers in {self.seconds:.1f} s: {self.requests / self.seconds:.0f}/s; {spread}",
            f"statuses {dict(self.statuses)}, errors {dict(self.errors)}",
        ]
        for name, seconds in self.processor.items():
            lines.append(
                f"{name}: {seconds:.1f} s of processor time, {seconds / self.requests * 1000:.2f} ms an answer"
            )
        for name in self.memory[0][1] if self.memory else ():
            step = max(1, len(self.memory) // 6)
            series = " ".join(f"{at:.0f}s:{one[name] / 2**20:.0f}" for at, one in self.memory[::step])
            lines.append(f"memory of {name} in MiB: {series}; grew by {self.growth(name):.3f}")
        return "\n".join(lines)


def load(
    port: int,
    addresses: Sequence[str],
    connections: int,
    seconds: float,
    seed: int,
    watched: dict[str, int] | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Figures:
    """Asks for addresses chosen at random, each connection the next one as soon as it has its answer.

    Args:
        watched: name of a process → its id; its memory is looked at every second.
        stop: ends it early.
    """
    figures = Figures()
    asyncio.run(_load(figures, port, addresses, connections, seconds, seed, watched or {}, stop))
    return figures


async def _load(
    figures: Figures,
    port: int,
    addresses: Sequence[str],
    connections: int,
    seconds: float,
    seed: int,
    watched: dict[str, int],
    stop: Callable[[], bool],
) -> None:
    began = time.monotonic()
    before = {name: processor_seconds(process) for name, process in watched.items()}

    def over() -> bool:
        return time.monotonic() - began >= seconds or stop()

    async def one(number: int) -> None:
        choice = random.Random(f"{seed} {number}")
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            while not over():
                address = choice.choice(addresses)
                asked = time.perf_counter()
                status, _ = await asyncio.wait_for(_ask(reader, writer, address), 60)
                figures.latencies.append(time.perf_counter() - asked)
                figures.statuses[status] += 1
        except (OSError, EOFError, TimeoutError, ValueError) as error:
            figures.errors[f"{type(error).__name__}: {error}"] += 1
        finally:
            writer.close()

    async def watch() -> None:
        while not over():
            used = {name: resident_bytes(process) for name, process in watched.items()}
            figures.memory.append((time.monotonic() - began, used))
            await asyncio.sleep(1)

    await asyncio.gather(watch(), *(one(number) for number in range(connections)))
    figures.seconds = time.monotonic() - began
    figures.processor = {name: processor_seconds(process) - before[name] for name, process in watched.items()}


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: str) -> tuple[int, bytes]:
    writer.write(f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if headers.get("connection") == "close":
        raise ValueError(f"the server closes: {first}")
    return int(first.split(" ", 2)[1]), await reader.readexactly(int(headers.get("content-length", "0")))


def processor_seconds(process: int) -> float:
    """Processor time that a process has taken, in user mode and in the kernel's."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_bytes(process: int) -> int:
    """Memory that a process holds."""
    for line in Path(f"/proc/{process}/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise ValueError(f"process {process} has no memory: it ended")
