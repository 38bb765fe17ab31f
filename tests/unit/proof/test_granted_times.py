"""Bundles of a grant at a time: what was then, what is now, and what a node adds."""

from datetime import timedelta

import pytest

from ledger.errors import Malformed
from ledger.proof.node import NodeEvidence
from ledger.proof.statement import GrantStatement
from ledger.proof.verify import verify
from tests.unit.proof import material
from tests.unit.proof.granted import (
    DAY,
    NUMBER,
    REVOKED,
    SUSPENDED,
    TIME,
    TRUST,
    City,
    Record,
    State,
    asked,
    bundle,
    city,
    judged,
    moment,
    status_line,
)
from tests.unit.proof.material import BLOCK, NOW
from tests.unit.proof.sealed import KEYS, sealed_qbft
from tests.unit.proof.world import GENESIS

GOOD = bundle(city(), asked(3))


class TestTimes:
    """One history, asked about at its times."""

    @pytest.fixture
    def history(self) -> City:
        of = city()
        of.grants[2].records += [
            Record(TIME - 60 * DAY, status=SUSPENDED), Record(TIME - 50 * DAY),
        ]  # fmt: skip
        first, tightened, loosened = State(), State(version=2, share=3), State(version=3)
        of.ended = [(TIME - 48 * DAY, first), (TIME - 40 * DAY, tightened), (TIME - 30 * DAY, loosened)]
        of.head = State(version=4, status=2)
        of.own(3, 2, scope_of=2, items=1)
        of.grants[3].records += [Record(TIME - 35 * DAY, version=2), Record(TIME - 10 * DAY, version=2, status=REVOKED)]
        return of

    @pytest.mark.parametrize(
        ("days", "headline", "said"),
        [
            (101, "NOT IN FORCE: ABSENT", "grant 3 was not in force by then"),
            (55, "NOT IN FORCE: SUSPENDED", "NOT_EFFECTIVE at grant 2"),
            (45, "NOT IN FORCE: SUPERSEDED", "NOT_PERMITTED at grant 3"),
            (40, "VALID", "items: all"),
            (35, "VALID", "grant 3 version 2, under 2 version 1, under 1 version 1; items: 0"),
            (30, "NOT IN FORCE: CANCELLED", "NOT_PUBLISHED at grant 3"),
            (10, "NOT IN FORCE: REVOKED", "NOT_EFFECTIVE at grant 3"),
        ],
    )
    def test_the_past_is_judged_by_what_was_recorded_then(
        self, history: City, days: int, headline: str, said: str
    ) -> None:
        then = TIME - days * DAY
        report = judged(history, asked(3, time=then), at=moment(then))
        assert (report.headline, said in status_line(report)) == (headline, True)
        # Years later it is as true, where the past is asked about; of now it says nothing, as its block knows more.
        late = NOW + timedelta(days=1000)
        assert judged(history, asked(3, time=then), late, moment(then)).headline == headline
        of_now = judged(history, asked(3, time=then))
        assert (of_now.headline, status_line(of_now)) == ("UNDECIDED: time missing", status_line(report))

    def test_who_speaks_for_an_entry_is_judged_by_then_too(self) -> None:
        of = city()
        other = b"R20260303000025X"
        of.speakers += [(TIME - 20 * DAY, other), (TIME - 5 * DAY, NUMBER)]
        report = judged(of, asked(4, time=TIME - DAY), at=moment(TIME - DAY))
        assert report.headline == "VALID"
        of.speakers = [(TIME - DAY, NUMBER)]
        report = judged(of, asked(4, time=TIME - 2 * DAY), at=moment(TIME - 2 * DAY))
        assert "NOT_REGISTERED" in status_line(report)

    def test_another_time_than_it_speaks_of(self) -> None:
        report = judged(city(), asked(3), at=moment(TIME - 1))
        assert report.headline == "UNDECIDED: time missing"
        assert "mulu prove grant --at" in next(c.detail.en for c in report.checks if c.name == "time")

    def test_a_time_after_its_block(self) -> None:
        report = judged(city(), asked(3, time=TIME + 1), at=moment(TIME + 1))
        assert report.headline == "UNDECIDED: block missing"

    def test_a_time_that_has_not_come(self) -> None:
        with pytest.raises(Malformed, match="has not come yet"):
            judged(city(), asked(3), at=NOW + timedelta(seconds=1))

    def test_terms_are_judged_by_the_clock_of_who_asks(self) -> None:
        of = city()
        of.grants[1].records = [Record(end=TIME + DAY)]
        of.grants[3].records = [Record(start=TIME + 100)]
        assert judged(of, asked(3), moment(TIME)).headline == "NOT IN FORCE: ABSENT"
        assert judged(of, asked(3), moment(TIME + 100)).headline == "VALID"
        assert judged(of, asked(3), moment(TIME + DAY)).headline == "NOT IN FORCE: EXPIRED"

    def test_how_old_it_may_be(self) -> None:
        week = timedelta(days=7)
        assert judged(city(), asked(3), moment(TIME) + week).headline == "VALID"
        assert judged(city(), asked(3), moment(TIME) + week + timedelta(seconds=1)).headline.startswith("UNDECIDED")
        assert judged(city(), asked(3), moment(TIME - 60)).headline == "VALID"
        assert judged(city(), asked(3), moment(TIME - 61)).headline == "UNDECIDED: freshness missing"

    def test_only_a_grant_has_a_past(self) -> None:
        with pytest.raises(Malformed, match="this bundle says what its block holds"):
            verify(material.bundle().encode(), TRUST, None, NOW, moment(TIME))


class TestNode:
    """A node is asked about its newest block's time, or about the past that is meant."""

    def said(self, of: City, statement: GrantStatement, number: int = BLOCK + 3, head: int = TIME + 50) -> NodeEvidence:
        made = of.world()
        today = made.evidence(statement, sealed_qbft(made.header(number, head), KEYS[:2]))
        return NodeEvidence(31337, GENESIS, None, today)

    def test_of_today(self) -> None:
        of = city()
        of.grants[1].records.append(Record(TIME + 10, status=SUSPENDED))
        node = self.said(of, asked(3, time=TIME + 50))
        assert verify(GOOD.encode(), TRUST, node, NOW).headline == "NOT IN FORCE: SUSPENDED"
        assert verify(GOOD.encode(), TRUST, None, NOW).headline == "VALID"

    def test_of_the_past(self) -> None:
        of, then = city(), TIME - DAY
        of.grants[1].records.append(Record(then, status=REVOKED))
        node = self.said(of, asked(3, time=then))
        report = verify(GOOD.encode(), TRUST, node, NOW, moment(then))
        assert report.headline == "NOT IN FORCE: REVOKED"
