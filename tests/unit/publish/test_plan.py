import hashlib
from pathlib import Path

import pytest

from ledger.errors import Rejected
from ledger.model.entry import Kind, Status, read_content
from ledger.model.ids import Digest, entry_id, to_hex
from ledger.publish.batches import PublicationBatch, RetirementBatch, cut
from ledger.publish.draft import Drafts
from ledger.publish.plan import Action, Cause, Plan
from ledger.publish.plan_document import counts, plan_to_json
from ledger.publish.planner import make_plan
from ledger.publish.ports import CurrentEntry
from tests.unit.publish.builders import (
    CENTER,
    EDUCATION,
    HEADER,
    STRANGER,
    WATER,
    MemoryCatalog,
    directory,
    drafts_of,
    mapping,
)

TYPED = HEADER + ",共享,开放,级别"
REASON = Digest(hashlib.sha256("依据某条例第三条".encode()).digest())


def plan(state: MemoryCatalog, drafts: Drafts, **options: object) -> Plan:
    submitter = str(options.pop("submitter", CENTER))
    return make_plan(drafts, directory(), state, submitter, **options)  # type: ignore[arg-type]


def water(number: int, title: str = "水情", rest: str = "") -> str:
    return f"{number},市水务局,{title},x/{number},{rest}"


def codes(made: Plan) -> list[tuple[int, str]]:
    return [(refusal.row, refusal.code) for refusal in made.refusals]


def published(tmp_path: Path, *lines: str, header: str = HEADER) -> MemoryCatalog:
    state = MemoryCatalog()
    made = plan(state, drafts_of(tmp_path, *lines, header=header))
    assert made.refusals == ()
    state.apply(made)
    return state


def test_the_first_plan_adds_and_the_second_changes_nothing(tmp_path: Path) -> None:
    state = MemoryCatalog()
    drafts = drafts_of(tmp_path, water(1), water(2), "3,北京市水务局,取水,x/3,")
    first = plan(state, drafts)
    assert [p.action for p in first.publications] == [Action.ADD] * 3
    assert {p.publication.provider for p in first.publications} == {WATER}
    state.apply(first)
    second = plan(state, drafts)
    assert second.is_empty
    assert second.unchanged_count == 3


def test_changes_are_shown_field_by_field(tmp_path: Path) -> None:
    state = published(tmp_path, water(1, "旧", "甲,,,"), water(2, "同", ",,,"), header=TYPED)
    made = plan(state, drafts_of(tmp_path, water(1, "新", ",无条件共享,,L1"), water(2, "同", ",,,"), header=TYPED))
    (change,) = made.publications
    assert change.action is Action.CHANGE
    assert change.publication.expected_version == 1
    assert [(d.field, d.before, d.after) for d in change.differences] == [
        ("share", None, 1), ("level", None, 1), ("abstract", "甲", None), ("title", "旧", "新"),
    ]  # fmt: skip
    assert made.unchanged_count == 1


def test_quiet_fields_alone_make_no_version_but_travel_with_the_next(tmp_path: Path) -> None:
    header = HEADER + ",更新"
    state = published(tmp_path, water(1, "甲", ",2026-01-01 00:00:00"), header=header)
    assert plan(state, drafts_of(tmp_path, water(1, "甲", ",2026-02-02 00:00:00"), header=header)).is_empty
    made = plan(state, drafts_of(tmp_path, water(1, "乙", ",2026-02-02 00:00:00"), header=header))
    assert [d.field for d in made.publications[0].differences] == ["title", "updated"]


def test_counters_are_not_part_of_an_entry(tmp_path: Path) -> None:
    header = HEADER + ",下载次数"
    state = published(tmp_path, water(1, "甲", ",7"), header=header)
    assert plan(state, drafts_of(tmp_path, "99" + water(1, "甲", ",8")[1:], header=header)).is_empty


def test_a_key_that_is_there_twice_refuses_every_row_of_it(tmp_path: Path) -> None:
    drafts = drafts_of(tmp_path, water(1), water(2), "3,北京市水务局,乙,y/1,", "4,市教委,甲,z/1,", "5,市水务局,甲,w/1,")
    made = plan(MemoryCatalog(), drafts)
    assert codes(made) == [(2, "key_twice"), (4, "key_twice"), (6, "key_twice")]
    assert "row 4, 6" in made.refusals[0].why.en
    assert [p.publication.local_code for p in made.publications] == ["2", "1"]


def test_same_names_are_different_entries(tmp_path: Path) -> None:
    made = plan(MemoryCatalog(), drafts_of(tmp_path, water(1, "同名"), water(2, "同名"), "3,市教委,同名,x/3,"))
    assert counts(made)["added"] == 3


def test_an_unknown_provider_is_refused_with_the_nearest_names(tmp_path: Path) -> None:
    made = plan(MemoryCatalog(), drafts_of(tmp_path, "1,市水物局,甲,x/1,", "2,市教育委,甲,x/2,", "3,区教委,甲,x/3,"))
    assert codes(made) == [(2, "provider_unknown"), (3, "provider_unknown"), (4, "provider_unknown")]
    first, second, third = made.refusals
    assert f"市水务局 ({WATER})" in first.why.en
    assert f"市教育委员会 ({EDUCATION})" in second.why.zh
    assert "which district" in third.why.en


def test_a_provider_that_the_submitter_may_not_sign_for_is_refused(tmp_path: Path) -> None:
    made = plan(MemoryCatalog(), drafts_of(tmp_path, water(1), "2,外地机构,甲,x/2,"))
    assert codes(made) == [(3, "provider_not_entitled")]
    assert counts(plan(MemoryCatalog(), drafts_of(tmp_path, water(1)), submitter=WATER))["added"] == 1
    assert counts(plan(MemoryCatalog(), drafts_of(tmp_path, water(1)), submitter=STRANGER))["refused"] == 1


def test_nothing_is_sent_with_a_refused_row_unless_it_is_skipped(tmp_path: Path) -> None:
    made = plan(MemoryCatalog(), drafts_of(tmp_path, water(1), "2,,甲,x/2,"))
    with pytest.raises(Rejected, match=r"1 rows of .* are refused"):
        made.check_sendable(skip_invalid=False)
    made.check_sendable(skip_invalid=True)
    plan(MemoryCatalog(), drafts_of(tmp_path, water(1))).check_sendable(skip_invalid=False)


def test_a_changed_provider_is_added_citing_the_old_entry_which_is_retired(tmp_path: Path) -> None:
    state = published(tmp_path, water(1), water(2))
    moved = drafts_of(tmp_path, "1,市教委,水情,x/1,", water(2))
    made = plan(state, moved)
    old = entry_id(WATER, "1")
    (added,) = made.publications
    (retired,) = made.retirements
    assert (added.action, added.replaces) == (Action.ADD, old)
    assert read_content(added.publication.content)["replaces"] == to_hex(old)
    assert (retired.cause, retired.retirement.id, retired.retirement.expected_version) == (Cause.REPLACED, old, 1)
    assert made.confirmation is None
    assert [type(batch) for batch in cut(made)] == [PublicationBatch, RetirementBatch]
    state.apply(made)
    assert plan(state, moved).is_empty
    assert "replaces" in read_content(state.entries[entry_id(EDUCATION, "1")].content)


def test_a_move_that_was_killed_after_adding_is_finished(tmp_path: Path) -> None:
    state = published(tmp_path, water(1))
    moved = drafts_of(tmp_path, "1,市教委,水情,x/1,")
    state.apply(plan(state, moved), retirements=False)
    rest = plan(state, moved)
    assert rest.publications == ()
    assert [r.retirement.id for r in rest.retirements] == [entry_id(WATER, "1")]
    state.apply(rest)
    assert plan(state, moved).is_empty


def test_a_provider_that_moves_back_is_published_again(tmp_path: Path) -> None:
    state = published(tmp_path, water(1))
    state.apply(plan(state, drafts_of(tmp_path, "1,市教委,水情,x/1,")))
    back = drafts_of(tmp_path, water(1))
    made = plan(state, back)
    assert [(p.action, p.publication.expected_version) for p in made.publications] == [(Action.REPUBLISH, 2)]
    assert [r.retirement.id for r in made.retirements] == [entry_id(EDUCATION, "1")]
    state.apply(made)
    assert plan(state, back).is_empty


def test_the_same_code_under_two_providers_of_one_file_is_no_move(tmp_path: Path) -> None:
    state = published(tmp_path, water(1))
    made = plan(state, drafts_of(tmp_path, water(1), "2,市教委,另一条,y/1,"))
    assert (counts(made)["added"], made.retirements, made.publications[0].replaces) == (1, (), None)


def test_an_entry_of_another_submitter_is_never_retired(tmp_path: Path) -> None:
    state = MemoryCatalog()
    state.apply(plan(state, drafts_of(tmp_path, water(1), water(9)), submitter=WATER))
    made = plan(state, drafts_of(tmp_path, "1,市教委,水情,x/1,"), retire_missing=True)
    assert made.retirements == ()
    assert [(warning.row, warning.code) for warning in made.warnings] == [(2, "predecessor_of_other")]


def test_missing_rows_retire_nothing_unless_asked(tmp_path: Path) -> None:
    state = published(tmp_path, *(water(n) for n in range(1, 41)))
    fewer = drafts_of(tmp_path, *(water(n) for n in range(1, 39)))
    assert plan(state, fewer).is_empty
    made = plan(state, fewer, retire_missing=True)
    assert [(r.cause, r.local_code) for r in made.retirements] == [(Cause.MISSING, "39"), (Cause.MISSING, "40")]
    assert made.confirmation is None  # 2 of 40 is 5 %, not more


def test_retiring_more_than_five_percent_needs_confirmation(tmp_path: Path) -> None:
    state = published(tmp_path, *(water(n) for n in range(1, 41)))
    made = plan(state, drafts_of(tmp_path, *(water(n) for n in range(1, 38))), retire_missing=True)
    assert made.confirmation is not None
    assert (made.confirmation.retired_count, made.confirmation.active_count) == (3, 40)


def test_only_entries_of_the_same_source_are_missing(tmp_path: Path) -> None:
    state = published(tmp_path, water(1))
    other = drafts_of(tmp_path, water(2), rules=mapping(source="other.example"))
    assert plan(state, other, retire_missing=True).retirements == ()


def test_a_refused_row_is_not_missing(tmp_path: Path) -> None:
    state = published(tmp_path, water(1), water(2))
    readable = drafts_of(tmp_path, water(1), "2,无名局,水情,x/2,")
    assert plan(state, readable, retire_missing=True).retirements == ()
    readable = drafts_of(tmp_path, water(1), "2,市水务局,,x/2,")
    assert plan(state, readable, retire_missing=True).retirements == ()
    unreadable = drafts_of(tmp_path, water(1), "2,市水务局,水情,x/,")
    made = plan(state, unreadable, retire_missing=True)
    assert made.retirements == ()
    assert "nothing is retired as missing" in made.notes[-1].en


def test_a_held_entry_is_not_retired(tmp_path: Path) -> None:
    state = published(tmp_path, water(1), water(2))
    e = state.entries[entry_id(WATER, "2")]
    state.entries[e.id] = CurrentEntry(
        e.id, e.provider, e.local_code, e.version, e.status, e.kind, e.share, e.open, e.level, e.submitter, e.content, 1
    )
    made = plan(state, drafts_of(tmp_path, water(1)), retire_missing=True)
    assert made.retirements == ()
    assert "is held by 1 acts" in made.notes[-1].en


def test_a_retired_entry_that_reappears_is_published_as_its_next_version(tmp_path: Path) -> None:
    state = published(tmp_path, water(1), water(2))
    state.apply(plan(state, drafts_of(tmp_path, water(1)), retire_missing=True))
    assert state.entries[entry_id(WATER, "2")].status is Status.RETIRED
    made = plan(state, drafts_of(tmp_path, water(1), water(2)))
    assert [(p.action, p.publication.expected_version) for p in made.publications] == [(Action.REPUBLISH, 2)]


@pytest.mark.parametrize(("before", "after"), [("无条件,,", "有条件,,"), (",有条件,", ",不予,")])
def test_tightening_needs_a_reason(tmp_path: Path, before: str, after: str) -> None:
    state = published(tmp_path, water(1, rest=f",{before}"), water(2, rest=",,,"), header=TYPED)
    drafts = drafts_of(tmp_path, water(1, rest=f",{after}"), water(2, "新", ",,,"), header=TYPED)
    assert codes(plan(state, drafts)) == [(2, "reason_missing")]
    made = plan(state, drafts, reason=REASON)
    assert made.refusals == ()
    assert [p.publication.reason for p in made.publications] == [REASON, bytes(32)]


@pytest.mark.parametrize(("before", "after"), [("不予,,", "无条件,,"), (",,", "不予,不予,L4"), (",,L1", ",,L4")])
def test_loosening_stating_and_grading_need_no_reason(tmp_path: Path, before: str, after: str) -> None:
    state = published(tmp_path, water(1, rest=f",{before}"), header=TYPED)
    assert plan(state, drafts_of(tmp_path, water(1, rest=f",{after}"), header=TYPED)).refusals == ()


@pytest.mark.parametrize("stated", ["无条件,,", ",有条件,", ",,L3"])
def test_what_was_stated_cannot_become_not_stated(tmp_path: Path, stated: str) -> None:
    state = published(tmp_path, water(1, rest=f",{stated}"), header=TYPED)
    made = plan(state, drafts_of(tmp_path, water(1, rest=",,,"), header=TYPED), reason=REASON)
    assert codes(made) == [(2, "statement_withdrawn")]


def test_a_kind_never_changes(tmp_path: Path) -> None:
    state = published(tmp_path, water(1))
    e = state.entries[entry_id(WATER, "1")]
    state.entries[e.id] = CurrentEntry(
        e.id, e.provider, e.local_code, 1, e.status, Kind.PRODUCT, e.share, e.open, e.level, e.submitter, e.content
    )
    assert codes(plan(state, drafts_of(tmp_path, water(1)))) == [(2, "kind_changed")]


def test_malformed_content_on_chain_is_replaced_and_stops_nothing(tmp_path: Path) -> None:
    state = published(tmp_path, water(1))
    e = state.entries[entry_id(WATER, "1")]
    state.entries[e.id] = CurrentEntry(
        e.id, e.provider, e.local_code, 1, e.status, e.kind, e.share, e.open, e.level, e.submitter, b"\xff{"
    )
    assert [p.action for p in plan(state, drafts_of(tmp_path, water(1))).publications] == [Action.CHANGE]


def test_the_fingerprint_is_of_what_is_sent_and_not_of_the_file(tmp_path: Path) -> None:
    same = [plan(MemoryCatalog(), drafts_of(tmp_path, water(1), *end)).fingerprint for end in ((), ("9,,坏,x/9,",))]
    assert same[0] == same[1]
    assert plan(MemoryCatalog(), drafts_of(tmp_path, water(1, "别"))).fingerprint != same[0]
    assert plan(MemoryCatalog(), drafts_of(tmp_path, water(1)), submitter=WATER).fingerprint != same[0]


def test_entries_of_one_provider_stand_together(tmp_path: Path) -> None:
    lines = [water(1), "2,市教委,甲,x/2,", water(3), "4,市教委,甲,x/4,"]
    made = plan(MemoryCatalog(), drafts_of(tmp_path, *lines))
    assert [p.publication.local_code for p in made.publications] == ["1", "3", "2", "4"]


def test_a_plan_is_told_as_json_in_both_languages(tmp_path: Path) -> None:
    import json

    state = published(tmp_path, water(1), water(2))
    made = plan(state, drafts_of(tmp_path, water(1, "新"), "3,无名局,甲,x/3,"), retire_missing=True)
    document = json.loads(json.dumps(plan_to_json(made, "zh"), ensure_ascii=False))
    assert document["counts"] == {
        "rows": 2, "added": 0, "changed": 1, "republished": 0, "retired": 1, "unchanged": 0, "refused": 1,
        "warnings": 0,
    }  # fmt: skip
    assert document["changed"][0]["differences"] == [{"field": "title", "before": "水情", "after": "新"}]
    assert document["refused"][0]["why"].startswith("没有名为")
    assert plan_to_json(made)["refused"][0]["why"].startswith("no organization is called")
    assert document["confirmation"] == {"retired": 1, "active": 2}
