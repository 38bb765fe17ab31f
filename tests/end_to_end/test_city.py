"""A twentieth of a generated city: five years of it, audited and asked about. `scripts/soak city` takes a whole one."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger.audit.replay import audit
from ledger.chain.events import DecodedEvent
from ledger.indexer.finality import Finality
from ledger.store.mirror import Mirror
from tests.city.audited import acts_of, answers_in_mirror, answers_offline, answers_on_chain, mirrored
from tests.city.chain import CityChain
from tests.city.generator import generated
from tests.city.model import CITY, State
from tests.city.oracle import Answer
from tests.city.questions import Question, ask

PART = 20
QUESTIONS = 2_000
PROVEN = 2
"""Questions of each reason that are proven."""


@dataclass
class City:
    """A city, its mirror, and questions about its grants with the oracle's answers."""

    chain: CityChain
    state: State
    mirror: Mirror
    acts: list[DecodedEvent]
    questions: list[Question]
    answers: list[Answer]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    folder: Path = tmp_path_factory.mktemp("city")
    with generated(folder, CITY.scaled(PART), seed=1) as (chain, state):
        acts = acts_of(chain)
        asked = ask(state, acts, QUESTIONS, seed=1)
        mirror = mirrored(chain, folder)
        try:
            yield City(chain, state, mirror, acts, [one for one, _ in asked], [answer for _, answer in asked])
        finally:
            mirror.close()


def test_the_city_has_lived(city: City) -> None:
    said = Counter(act.event for act in city.acts)
    assert len(city.acts) == city.chain.size
    assert said["RegistrationIssued"] > CITY.registrations // PART
    assert all(
        said[event]
        for event in (
            *("EntryRetired", "RegistrationSuspended", "RegistrationRevoked", "GrantProvidersScoped", "GrantWithdrawn"),
            *("GrantSuspended", "GrantResumed", "GrantTerminated", "GrantRevoked", "GrantExited", "GrantClosed"),
            "GrantSettled",
        )
    )
    assert {act.fields["basis"] for act in city.acts if act.event == "GrantPlanned"} == {1, 2, 3}


def test_questions_have_answers_of_all_kinds(city: City) -> None:
    reasons = Counter(answer.reason for answer in city.answers)
    assert reasons["COVERED"] > QUESTIONS // 10
    assert len(reasons) >= 7


def test_the_contract_answers_as_brute_force_does(city: City) -> None:
    _same(city, answers_on_chain(city.chain, city.questions))


def test_the_mirror_answers_as_brute_force_does(city: City) -> None:
    _same(city, answers_in_mirror(city.mirror, city.questions))


def test_bundles_prove_what_the_contract_answers(city: City) -> None:
    """Some questions of every reason, each proven and verified by itself."""
    some = list[int]()
    for reason in sorted({answer.reason for answer in city.answers}):
        some += [at for at, answer in enumerate(city.answers) if answer.reason == reason][:PROVEN]
    wanted = [city.answers[at] for at in some]
    assert answers_offline(city.chain, [city.questions[at] for at in some]) == wanted


def test_contract_mirror_and_replay_agree(city: City) -> None:
    result = audit(city.chain.node, city.chain.deployment, city.mirror, Finality(0))
    assert result.differences == []
    assert result.compared == ["contract", "mirror"]
    assert (result.size, result.left_out) == (len(city.acts), [])


def _same(city: City, answers: list[Answer]) -> None:
    differing = [
        (question, wanted, got)
        for question, wanted, got in zip(city.questions, city.answers, answers, strict=True)
        if wanted != got
    ]
    assert differing == []
