"""The fold of catalog entries."""

from ledger.errors import Inconsistent
from ledger.indexer.changes import EntryEnding
from ledger.indexer.content import entry_content, local_code_text
from ledger.indexer.rows import ACTIVE, RETIRED, EntryRow, time_of
from ledger.indexer.versions import Concern, ReadAct, Run, code_of, digest_of


def entry_published(run: Run, act: ReadAct) -> Concern:
    """Begins a version of an entry."""
    fields, log, content = act.event.fields, act.log, act.content
    if content is None:
        content = entry_content(act.words)
    local_code, fault = local_code_text(fields["localCode"])
    malformed = content.malformed or fault
    begins = time_of(fields["time"])
    provider = code_of(fields["provider"]) or ""
    row = EntryRow(
        act.event.index,
        fields["id"],
        fields["version"],
        provider,
        code_of(fields["submitter"]) or "",
        local_code,
        fields["kind"],
        ACTIVE,
        fields["share"],
        fields["open"],
        fields["level"],
        act.words or b"",
        act.content_digest,
        content.title,
        content.abstract,
        content.theme,
        content.source,
        content.update_cycle,
        malformed,
        digest_of(fields["reason"]),
        fields["account"],
        log.block_number,
        None,
        begins,
        None,
    )
    _set_entry(run, act, row, content.search_text)
    return malformed is not None, provider


def entry_retired(run: Run, act: ReadAct) -> Concern:
    """Begins a version that is retired and keeps content and values."""
    fields = act.event.fields
    entry_id = fields["id"]
    place = run.fresh.get(("entry", entry_id))
    before = run.stored.entry(entry_id) if place is None else run.changes.entries[place]
    if before is None or before.version != fields["version"] - 1:
        raise Inconsistent(
            f"act {act.event.index} retires entry 0x{entry_id.hex()} as version {fields['version']}, "
            f"but the mirror has it at version {before.version if before else 0}"
        )
    row = before._replace(
        act_index=act.event.index,
        version=fields["version"],
        submitter=code_of(fields["submitter"]) or "",
        status=RETIRED,
        reason=digest_of(fields["reason"]),
        account=fields["account"],
        from_block=act.log.block_number,
        to_block=None,
        from_time=time_of(fields["time"]),
        to_time=None,
    )
    _set_entry(run, act, row, entry_content(row.content).search_text)
    return False, row.provider


def _set_entry(run: Run, act: ReadAct, row: EntryRow, search_text: str) -> None:
    changes, key = run.changes, ("entry", row.entry_id)
    place = run.fresh.get(key)
    if place is not None:
        changes.entries[place] = changes.entries[place]._replace(to_block=row.from_block, to_time=row.from_time)
    elif row.version > 1:
        changes.ended_entries.append(EntryEnding(row.from_block, row.from_time, row.entry_id, row.version - 1))
    run.fresh[key] = len(changes.entries)
    changes.entries.append(row)
    if search_text:
        changes.search_texts.append((row.act_index, search_text))
