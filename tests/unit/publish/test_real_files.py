"""The files of the shared folder, which the project may not hold: figures, and that their forms agree."""

from collections import Counter
from typing import Any

from ledger.publish.batches import cut
from ledger.publish.directory import Directory
from ledger.publish.draft import Drafts, draft_file
from ledger.publish.organization_draft import draft_organizations
from ledger.publish.organization_file import read_organizations
from ledger.publish.plan_document import counts
from ledger.publish.planner import make_plan
from ledger.publish.ports import KnownOrganization
from tests.unit.publish.builders import MemoryCatalog, write


def drafts_of(path: Any) -> Drafts:
    return draft_file(path)


def test_the_list_gives_the_same_drafts_from_csv_and_from_xlsx(shared_data: Any) -> None:
    from_csv = drafts_of(shared_data / "beijing_open_catalog.csv")
    from_xlsx = drafts_of(shared_data / "beijing_open_catalog.xlsx")
    assert from_csv.row_count == 4432
    assert [(d.row, d.provider_name, d.local_code, d.content) for d in from_csv.drafts] == [
        (d.row, d.provider_name, d.local_code, d.content) for d in from_xlsx.drafts
    ]
    assert Counter(r.code for r in from_csv.refusals) == {"provider_not_derivable": 303}
    assert sum(d.provider_derived for d in from_csv.drafts) == 1787
    assert len({d.content["theme"] for d in from_csv.drafts}) == 20


def test_a_drafted_file_of_organizations_makes_most_of_the_list_publishable(shared_data: Any, tmp_path: Any) -> None:
    drafts = drafts_of(shared_data / "beijing_open_catalog.csv")
    center = "市大数据中心"
    file = write(tmp_path, draft_organizations([drafts]).to_csv(center), "organizations.csv")
    rows = read_organizations(file, sample_codes=True)
    assert rows.refusals == ()
    city = Directory(
        KnownOrganization(r.code, r.name, r.aliases, r.kind, r.parent, r.sector_authority) for r in rows.rows
    )
    state = MemoryCatalog()
    made = make_plan(drafts, city, state, city.resolve(center).code)
    assert made.row_count == counts(made)["added"] + counts(made)["refused"]
    assert counts(made)["added"] > 4050
    assert {r.code for r in made.refusals} == {"provider_not_derivable", "provider_unknown"}
    assert all(batch.call_data_bytes <= 90_000 for batch in cut(made) if hasattr(batch, "call_data_bytes"))
    state.apply(made)
    assert make_plan(drafts, city, state, city.resolve(center).code).is_empty


def test_the_dcat_catalog_gives_entries_and_no_mailbox(shared_data: Any) -> None:
    drafts = drafts_of(shared_data / "opendataphilly_dcatus.json")
    assert drafts.row_count == 402
    assert Counter(r.code for r in drafts.refusals) == {"mail_address": 1}
    assert not any("example.org" in str(d.content) for d in drafts.drafts)


def test_the_sample_entries_are_all_publishable(shared_data: Any) -> None:
    drafts = drafts_of(shared_data / "sample_entries.json")
    assert (len(drafts.drafts), drafts.refusals) == (19, ())
    assert sum(len(d.content["items"]) for d in drafts.drafts) == 80
