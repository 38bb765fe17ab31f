"""Bundles of a grant at a time: what is covered, and the word for why not."""

from collections.abc import Callable

import pytest

from ledger.proof.statement import GrantStatement
from ledger.proof.verdict import Outcome
from tests.unit.proof.granted import (
    CLOSED,
    COMMUNITY,
    DAY,
    EXITED,
    REVOKED,
    STREET,
    SUSPENDED,
    TERMINATED,
    TIME,
    City,
    Record,
    asked,
    city,
    judged,
    status_line,
    suspended,
    with_head,
    with_own,
    with_records,
    with_registration,
    with_status,
    without,
)

EXPORT = 8


@pytest.mark.parametrize(("grant", "chain"), [(1, "1 version 1;"), (3, "3 version 1, under 2 version 1, under 1")])
def test_a_share_is_covered_by_all_above_it(grant: int, chain: str) -> None:
    report = judged(city(), asked(grant, 7))
    assert report.headline == "VALID"
    names = ["trust", "header", "account", "storage", "freshness", "parties", "status"]
    assert [check.name for check in report.checks] == names
    assert [check.name for check in report.checks if check.outcome is not Outcome.PASSED] == ["parties"]
    assert f"by grant {chain}" in status_line(report)
    assert report.statement["operation"] == "query, verify, compute"
    assert report.statement["purposes"] == "duty, governance"
    assert report.statement["items"] == "all"


@pytest.mark.parametrize("grant", [4, 5])
def test_an_operation_is_covered_while_the_entry_is_registered(grant: int) -> None:
    assert judged(city(), asked(grant, 7)).headline == "VALID"


def test_only_the_items_are_covered_that_all_list() -> None:
    of = city()
    of.own(1, items=0b1110)
    of.own(3, items=0b10111)
    report = judged(of, asked(3))
    assert (report.headline, report.statement["items"]) == ("VALID", "1, 2")
    assert "items: 1, 2" in status_line(report)


def amended(of: City) -> None:
    """Version 2 lists the entry no more; the first one did."""
    of.own(3, 2, scope_of=2, operations=0)
    of.grants[3].records.append(Record(TIME - DAY, version=2))


def dropped(of: City) -> None:
    of.entries[1] = [bytes(32)]


@pytest.mark.parametrize(
    ("change", "statement", "word", "said"),
    [
        (suspended, asked(3), "SUSPENDED", "NOT_EFFECTIVE at grant 1: not in force at that time: suspended since 2026"),
        (with_status(SUSPENDED), asked(3), "SUSPENDED", "NOT_EFFECTIVE at grant 3"),
        (with_status(REVOKED, 2), asked(3), "REVOKED", "NOT_EFFECTIVE at grant 2"),
        (with_status(TERMINATED), asked(3), "CANCELLED", "terminated since"),
        (with_status(EXITED), asked(3), "CANCELLED", "exited since"),
        (with_status(CLOSED), asked(3), "CANCELLED", "closed since"),
        (with_status(0), asked(3), "ABSENT", "none since"),
        (with_records(Record(end=TIME), grant=1), asked(3), "EXPIRED", "its term ended at"),
        (with_records(Record(end=TIME, status=SUSPENDED)), asked(3), "EXPIRED", "its term ended at"),
        (with_records(Record(start=TIME + DAY)), asked(3), "ABSENT", "its term begins at"),
        (with_records(), asked(3), "ABSENT", "NOT_EFFECTIVE at grant 3: not in force at that time: grant 3 was not"),
        (with_records(grant=2), asked(3), "ABSENT", "NOT_EFFECTIVE at grant 2"),
        (amended, asked(3), "ABSENT", "NOT_LISTED at grant 3"),
        (with_own(2, operations=0), asked(3), "ABSENT", "NOT_LISTED at grant 2"),
        (with_own(5, operations=0), asked(5), "ABSENT", "NOT_LISTED at grant 5"),
        (with_own(1, operations=3), asked(3, 5), "ABSENT", "NOT_OPERATED at grant 1"),
        (with_own(1), asked(1, EXPORT), "ABSENT", "it lists query, verify, compute"),
        (with_head(status=2, version=2), asked(3), "CANCELLED", "NOT_PUBLISHED at grant 3"),
        (with_own(3, listed_version=2), asked(3), "ABSENT", "NOT_PUBLISHED at grant 3"),
        (with_head(version=0, status=0), asked(5), "ABSENT", "NOT_PUBLISHED at grant 5"),
        (with_head(version=2, share=3), asked(3), "SUPERSEDED", "version 2 of the entry has share 3, open 2, level 2"),
        (with_head(share=0), asked(3), "ABSENT", "NOT_PERMITTED at grant 3"),
        (with_head(level=0), asked(3), "ABSENT", "NOT_PERMITTED"),
        (with_head(level=4), asked(3), "ABSENT", "granted up to level 3"),
        (with_head(level=3), asked(5), "ABSENT", "granted up to level 2"),
        (with_head(version=2, open=0), asked(5), "ABSENT", "NOT_PERMITTED at grant 5"),
        (without("speakers"), asked(4), "ABSENT", "NOT_REGISTERED at grant 4: no registration of the entry is in"),
        (with_registration(2), asked(4), "SUSPENDED", "registration R20260202000017K is suspended"),
        (with_registration(3), asked(4), "CANCELLED", "is cancelled"),
        (with_registration(4), asked(5), "REVOKED", "is revoked"),
        (with_registration(until=TIME), asked(4), "EXPIRED", "registration R20260202000017K expired"),
        (with_registration(0), asked(4), "ABSENT", "is none"),
        (dropped, asked(4), "ABSENT", "registration R20260202000017K no longer has it"),
        (with_own(2, items=1 << 9), asked(3), "VALID", "items: 9"),
        (with_own(3, items=0), asked(3), "ABSENT", "NOT_WITHIN at grant 3"),
        (with_own(1, purposes=4), asked(3), "ABSENT", "NOT_WITHIN at grant 1"),
        (with_own(2, area=110_106_000_000), asked(3), "ABSENT", "NOT_WITHIN at grant 2: outside what an ancestor"),
        (with_own(3), asked(3, who=STREET), "ABSENT", f"grant 3 is to {COMMUNITY}, not to {STREET}"),
        (with_own(3), asked(9), "ABSENT", "grant 9 was not in force by then"),
        (with_own(3), asked(0), "ABSENT", "grant 0 was not in force by then"),
        (with_own(3), asked(3, entry=b"\x05" * 32), "ABSENT", "NOT_LISTED at grant 3"),
    ],
)
def test_why_not(change: Callable[[City], None], statement: GrantStatement, word: str, said: str) -> None:
    of = city()
    change(of)
    report = judged(of, statement)
    assert report.headline == (word if word == "VALID" else f"NOT IN FORCE: {word}")
    assert said in status_line(report)


def exporting(of: City) -> None:
    of.own(4, operations=15)
    of.own(5, operations=15)


@pytest.mark.parametrize(
    ("change", "grant", "headline"),
    [
        (with_head(), 4, "VALID"),
        (with_head(open=3), 4, "NOT IN FORCE: ABSENT"),
        (with_head(open=1), 4, "VALID"),
        (with_own(4, export_level=1, operations=15), 4, "NOT IN FORCE: ABSENT"),
    ],
)
def test_data_leaves_only_where_open_and_level_let_it(
    change: Callable[[City], None], grant: int, headline: str
) -> None:
    of = city()
    exporting(of)
    change(of)
    assert judged(of, asked(grant, EXPORT)).headline == headline
    # Nothing of this keeps data from being used inside.
    assert judged(of, asked(grant, 7)).headline == "VALID"
