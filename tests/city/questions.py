"""Questions about what grants covered, with the answers of the oracle."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from ledger.chain.events import DecodedEvent
from tests.city.model import State
from tests.city.oracle import Answer, Oracle

OPERATIONS = (1, 2, 4, 8)


@dataclass(frozen=True, slots=True)
class Question:
    """Whether a grant covered an operation on an entry at a time, in Unix seconds."""

    grant: int
    entry: bytes
    operation: int
    time: int


def ask(state: State, acts: Sequence[DecodedEvent], count: int, seed: int) -> list[tuple[Question, Answer]]:
    """Random questions, by time, and what the oracle says to each."""
    random = Random(seed)
    times = sorted({act.fields["time"] for act in acts if act.event.startswith(("Grant", "Registration", "Entry"))})
    listed: dict[int, list[bytes]] = {}
    for act in acts:
        if act.event == "GrantScoped":
            listed.setdefault(act.fields["grant"], []).extend(one["entry"] for one in act.fields["entries"])
        elif act.event == "GrantProvidersScoped":
            providers = {one["provider"].decode() for one in act.fields["providers"]}
            published = (bytes(entry.id) for code in providers for entry in state.by_provider.get(code, []))
            listed.setdefault(act.fields["grant"], []).extend(published)
    drawn = sorted((_moment(random, times), random.randrange(1 << 30)) for _ in range(count))
    oracle, folded, answered = Oracle(), 0, []
    for time, seed_of_question in drawn:
        while folded < len(acts) and acts[folded].fields.get("time", 0) <= time:
            oracle.fold([acts[folded]])
            folded += 1
        question = _question(Random(seed_of_question), state, oracle, listed, time)
        answer = oracle.coverage(question.grant, question.entry, question.operation, time)
        answered.append((question, answer))
    return answered


def _moment(random: Random, times: list[int]) -> int:
    """A time at, just before or just after something happened, or any time between."""
    if random.random() < 0.5:
        return random.choice(times[len(times) // 8 :]) + random.choice((-1, 0, 1))
    return random.randint(times[len(times) // 8], times[-1])


def _question(random: Random, state: State, oracle: Oracle, listed: dict[int, list[bytes]], time: int) -> Question:
    """Mostly about a grant that is known by then and an entry that it lists; always one that is published by then.

    Of an entry the ledger does not keep since when it has had its first version (`ICatalog.stateAt`).
    """
    number = random.choice(list(oracle.grants) or [1])
    own = [entry for entry in listed.get(number, []) if entry in oracle.entries]
    if own and random.random() < 0.9:
        return Question(number, random.choice(own), random.choice(OPERATIONS), time)
    entry = bytes(random.choice(state.entries).id)
    while entry not in oracle.entries:
        entry = bytes(random.choice(state.entries).id)
    return Question(number, entry, random.choice(OPERATIONS), time)
