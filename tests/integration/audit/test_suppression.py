"""An audit of a mirror whose operator withholds acts: they are told of by name, and nothing else passes for one."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from ledger.audit.replay import Audit, audit
from ledger.audit.timeline import Subject, tell
from ledger.audit.timeline_page import page
from ledger.errors import Inconsistent
from ledger.indexer.finality import Finality
from ledger.indexer.suppressing import has_words
from ledger.model.suppression import Suppression
from ledger.store.mirror import Mirror
from tests.databases import SQLITE
from tests.integration.indexer.granting import Granting

SINCE = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def worded(mirror: Mirror) -> list[int]:
    return [
        row.index for row in mirror.queries.acts(limit=10_000, newest_first=False) if has_words(row.contract, row.event)
    ]


def suppress(mirror: Mirror, indices: list[int]) -> dict[int, Suppression]:
    wanted = {index: Suppression(index, mirror.queries.leaf(index), SINCE, "法院裁定", b"\7" * 32) for index in indices}
    done = mirror.settle_suppressions(wanted, set(wanted), lambda index, block: pytest.fail("nothing is lifted"))
    assert sorted(done.suppress) == indices
    return wanted


def audited(center: Granting, mirror: Mirror, listed: dict[int, Suppression] | None = None) -> Audit:
    return audit(center.ledger.node, center.ledger.contracts.deployment, mirror, Finality(), listed=listed)


@pytest.mark.parametrize("some", [slice(None), slice(0, None, 2), slice(1, None, 3)], ids=["all", "half", "a third"])
def test_what_is_suppressed_is_no_difference(center: Granting, mirror: Mirror, some: slice) -> None:
    wanted = suppress(mirror, worded(mirror)[some])
    result = audited(center, mirror, wanted)
    assert [str(difference) for difference in result.differences] == []
    assert {one.index: one for one in result.suppressed} == wanted
    assert mirror.reproject() == result.size
    assert audited(center, mirror, wanted).differences == []


@pytest.mark.databases(SQLITE)
@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE entry SET title = 'x' WHERE malformed = 'suppressed'", "ROW_CHANGED"),
        ("UPDATE entry SET share = 3 WHERE malformed = 'suppressed'", "ROW_CHANGED"),
        ("UPDATE organization SET content = x'00' WHERE malformed = 'suppressed'", "ROW_CHANGED"),
        ("UPDATE entry SET content_digest = zeroblob(32) WHERE malformed = 'suppressed'", "ROW_CHANGED"),
        ("UPDATE suppression SET leaf = zeroblob(32)", "SUPPRESSION_CHANGED"),
        ("UPDATE suppression SET reason = 'another'", "SUPPRESSION_UNLISTED"),
        ("UPDATE suppression SET reason = x'ff'", "MIRROR_UNREADABLE"),
        ('DELETE FROM suppression WHERE "index" = (SELECT max("index") FROM suppression)', "ROW_CHANGED"),
    ],
)
def test_what_is_changed_in_a_suppressed_row_is_found(
    center: Granting, mirror: Mirror, statement: str, kind: str
) -> None:
    wanted = suppress(mirror, worded(mirror)[::2])
    with mirror.engine.begin() as connection:
        assert connection.exec_driver_sql(statement).rowcount > 0
    result = audited(center, mirror, wanted)
    assert kind in {difference.kind for difference in result.differences}


@pytest.mark.databases(SQLITE)
def test_an_act_that_was_only_blanked_is_a_difference(center: Granting, mirror: Mirror) -> None:
    indices = worded(mirror)
    suppress(mirror, indices[:4])
    with mirror.engine.begin() as connection:
        connection.exec_driver_sql('DELETE FROM suppression WHERE "index" = ?', (indices[2],))
    with pytest.raises(Inconsistent, match=r"do not give the stored journal|says other than"):
        mirror.reproject()
    places = [difference.place for difference in audited(center, mirror).differences]
    assert f"act (index {indices[2]})" in places


def test_a_timeline_tells_nothing_of_what_is_suppressed(center: Granting, mirror: Mirror) -> None:
    node, deployment = center.ledger.node, center.ledger.contracts.deployment
    acts = {row.index: row for row in mirror.queries.acts(limit=10_000)}
    organization = next(acts[index] for index in worded(mirror) if acts[index].event == "OrganizationAdded")
    entry = mirror.queries.entries(limit=1)[0]
    subjects: list[tuple[Subject, int, Callable[[], str]]] = [
        (
            Subject("organization", str(organization.organization).encode(), str(organization.organization)),
            organization.index,
            lambda: str(mirror.queries.organization(str(organization.organization)).name),  # type: ignore[union-attr]
        ),
        (Subject("entry", entry.entry_id, "0x" + entry.entry_id.hex()), entry.act_index, lambda: str(entry.title)),
    ]
    for subject, index, words in subjects:
        assert words() in page(tell(node, deployment, subject))
        suppressed = {index: Suppression(index, bytes(32), SINCE, "法院裁定", bytes(32))}
        told = page(tell(node, deployment, subject, None, suppressed))
        assert words() not in told
        assert "法院裁定" in told
