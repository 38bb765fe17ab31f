"""Which registration speaks for an entry (`IRegistry.registrationOf`).

With its issue, a registration speaks from then on for those of its entries whose provider its subject answers for:
by the organizations as they are at that moment.
"""

from ledger.indexer.grant_rows import RegistrationSpeakerRow
from ledger.indexer.registration_rows import RegistrationRow
from ledger.indexer.rows import time_of
from ledger.indexer.versions import ReadAct, Run

_DEPTH = 8
"""Organizations above one another at most (`OrganizationRecords.DEPTH_LIMIT`)."""


def speak(run: Run, act: ReadAct, row: RegistrationRow) -> None:
    """Keeps for which entries a version that is issued speaks, where another one did before or none."""
    for text in row.entries:
        entry = bytes.fromhex(text[2:])
        if not answers_for(run, row.subject, run.provider_of(entry) or ""):
            continue
        if run.speaker(entry) != row.number:
            run.speakers[entry] = row.number
            run.changes.speakers.append(
                RegistrationSpeakerRow(
                    act_index=act.event.index,
                    entry_id=entry,
                    number=row.number,
                    time=time_of(act.event.fields["time"]),
                    block_number=act.log.block_number,
                )
            )


def answers_for(run: Run, code: str, provider: str) -> bool:
    """Whether an organization is the provider, its sector authority or an ancestor (`IOrganizations.answersFor`)."""
    known = run.state.organizations
    holder = known.get(provider)
    if holder is None:
        return False
    if code in (provider, holder.sector_authority):
        return True
    above = holder.parent
    for _ in range(_DEPTH):
        if above is None:
            return False
        if above == code:
            return True
        above = known[above].parent if above in known else None
    return False
