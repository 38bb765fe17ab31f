"""Audits a generated city: a mirror of it, the replay, and the questions about grants."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ledger.chain import abi
from ledger.chain.events import DecodedEvent, decode
from ledger.evidence import gather, gather_word, trust_in
from ledger.grant import coverage
from ledger.indexer.finality import Finality
from ledger.indexer.follow import Indexer
from ledger.indexer.node import NodeChain
from ledger.model.grant import Coverage
from ledger.model.ids import to_hex
from ledger.proof.bundle import Bundle, parse_bundle
from ledger.proof.coverage import coverage as proven_coverage
from ledger.proof.evidence import open_state
from ledger.proof.facts import read_facts
from ledger.proof.node import NodeEvidence
from ledger.proof.statement import GrantStatement, contracts_of
from ledger.proof.trust import Trust
from ledger.proof.verdict import Verdict
from ledger.proof.verify import verify
from ledger.store.grant_facts import GrantFacts
from ledger.store.mirror import Mirror
from tests.city.chain import CityChain
from tests.city.oracle import Answer
from tests.city.questions import Question

_BLOCKS = 5
_BATCH = 100


def acts_of(chain: CityChain) -> list[DecodedEvent]:
    """All acts of the journal, by index."""
    node = NodeChain(chain.node, chain.deployment)
    names = {at.address: name for name, at in chain.deployment.contracts.items()}
    end = int(chain.node.request("eth_blockNumber"), 16) + 1
    acts = [
        decode(names[log.emitter], log.topics, log.data)
        for first in range(0, end, _BLOCKS)
        for log in node.logs(first, min(first + _BLOCKS, end))
    ]
    return sorted(acts, key=lambda act: act.index)


def mirrored(chain: CityChain, folder: Path) -> Mirror:
    """A mirror of the city."""
    mirror = Mirror(f"sqlite:///{folder / 'mirror.db'}")
    mirror.upgrade()
    Indexer(NodeChain(chain.node, chain.deployment), mirror.writer, chain.deployment, Finality(0)).once()
    return mirror


def answers_on_chain(chain: CityChain, questions: list[Question]) -> list[Answer]:
    """What the contract says to each question, today."""
    to = to_hex(chain.contracts.address("Grants"))
    answers = []
    for first in range(0, len(questions), _BATCH):
        calls = [
            abi.encode_call("Grants", "coverage", one.grant, one.entry, one.operation, one.time)
            for one in questions[first : first + _BATCH]
        ]
        for result in chain.node.batch([("eth_call", [{"to": to, "data": to_hex(call)}, "latest"]) for call in calls]):
            reason, by, items = abi.decode_result("Grants", "coverage", bytes.fromhex(result[2:]))
            answers.append(Answer(Coverage(reason).name, by, items))
    return answers


def answers_offline(chain: CityChain, questions: list[Question]) -> list[Answer]:
    """What a bundle proves of each question: gathered from the node, read back from its bytes, verified without it.

    Where it is not what the verdict says, the reason is the verdict.
    """
    trust = trust_in(chain.deployment)
    block = int(chain.node.request("eth_blockNumber"), 16)
    now = datetime.now(UTC)
    answers = []
    for one in questions:
        grantee = chain.contracts.call("Grants", "grant", one.grant)["grantee"].decode("ascii")
        statement = GrantStatement(one.grant, grantee, one.entry, one.operation, one.time)
        evidence, _ = gather(chain.node, trust, statement, block)
        data = Bundle(trust.origin, statement, None, evidence).encode()
        answers.append(_proven(data, trust, gather_word(chain.node, evidence.header), now))
    return answers


def _proven(data: bytes, trust: Trust, word: NodeEvidence, now: datetime) -> Answer:
    bundle = parse_bundle(data)
    statement = bundle.statement
    assert isinstance(statement, GrantStatement)
    said = replace(word, today=bundle.evidence)
    report = verify(data, trust, said, now, datetime.fromtimestamp(statement.time, UTC))
    state = open_state(bundle.evidence, trust)
    for contract in contracts_of(statement):
        state.check_account(contract)
    facts = read_facts(statement, state.word, state.header).grant
    assert facts is not None
    answer = proven_coverage(facts, statement.operation, statement.time)
    line = next(check.detail.en for check in report.checks if check.name == "status")
    verdict = Verdict.VALID if answer.coverage is Coverage.COVERED else Verdict.NOT_IN_FORCE
    if report.verdict is not verdict or not line.startswith(answer.coverage.name):
        return Answer(report.headline, answer.by.grant, answer.items)
    return Answer(answer.coverage.name, answer.by.grant, answer.items)


def answers_in_mirror(mirror: Mirror, questions: list[Question]) -> list[Answer]:
    """What the mirror says to each question."""
    answers = []
    with mirror.engine.connect() as connection:
        facts = GrantFacts(connection)
        for one in questions:
            asked = coverage.Question(one.entry, one.operation, datetime.fromtimestamp(one.time, UTC))
            reason, by, items = coverage.coverage(facts, one.grant, asked)
            answers.append(Answer(reason.name, by, items))
    return answers
