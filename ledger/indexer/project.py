"""From acts to rows: state is a pure fold of the events.

No I/O but questions after what stands in the mirror: the entry that is retired, as a retired version keeps its content,
and the registration, objection, grant or product that an act is about. The contracts have checked every rule; here
nothing is refused. A proposal is settled by the first later act that names it.
"""

from collections.abc import Callable, Iterable

from ledger.indexer import project_entries as entries
from ledger.indexer import project_government as government
from ledger.indexer import project_grants as grants
from ledger.indexer import project_objections as objections
from ledger.indexer import project_organizations as organizations
from ledger.indexer import project_products as products
from ledger.indexer import project_registrations as registrations
from ledger.indexer.changes import Changes
from ledger.indexer.rows import ActRow, time_of
from ledger.indexer.versions import Concern, ReadAct, Run, State, Stored


def fold(state: State, acts: Iterable[ReadAct], stored: Stored) -> Changes:
    """Folds acts, in the order of their indices, into the state, and returns what they change.

    Raises Inconsistent when an act is about something that no earlier act began. The state is then half changed:
    read it afresh.
    """
    run = Run(state, stored)
    for act in acts:
        event = act.event
        malformed, organization = _FOLDS[event.event](run, act)
        run.changes.acts.append(_act_row(act, organization, malformed))
        number = event.fields.get("proposal", 0)
        if number in state.proposals and event.event != "ProposalMade":
            government.settle(run, number, act)
    return run.changes


_FOLDS: dict[str, Callable[[Run, ReadAct], Concern]] = {
    "JournalOpened": government.journal,
    "ModuleAdmitted": government.journal,
    "JournalClosed": government.journal,
    "OrganizationAdded": organizations.organization_added,
    "OrganizationDescribed": organizations.organization_described,
    "OrganizationMoved": organizations.organization_moved,
    "RolesAllowed": organizations.roles_allowed,
    "OrganizationSuspended": organizations.organization_suspended,
    "OrganizationResumed": organizations.organization_resumed,
    "AccountAdded": organizations.account_added,
    "AccountRotated": organizations.account_rotated,
    "AccountRevoked": organizations.account_revoked,
    "ProposalMade": government.proposal_made,
    "ParameterSet": government.parameter_set,
    "EntryPublished": entries.entry_published,
    "EntryRetired": entries.entry_retired,
    "CalendarSet": government.calendar_set,
    "ApplicationFiled": registrations.application_filed,
    "ApplicationForwarded": registrations.application_advanced,
    "ApplicationReturned": registrations.application_advanced,
    "SupplementRequested": registrations.application_advanced,
    "ApplicationSupplemented": registrations.application_supplemented,
    "ApplicationLapsed": registrations.application_advanced,
    "ApplicationAccepted": registrations.application_advanced,
    "ApplicationRefused": registrations.application_advanced,
    "ReviewPassed": registrations.application_advanced,
    "ReviewFailed": registrations.application_advanced,
    "NoticeOpened": registrations.application_advanced,
    "ApplicationWithdrawn": registrations.application_advanced,
    "RegistrationIssued": registrations.registration_issued,
    "RegistrationSuspended": registrations.status_changed,
    "RegistrationResumed": registrations.status_changed,
    "RegistrationCancelled": registrations.status_changed,
    "RegistrationRevoked": registrations.status_changed,
    "RegistrationSettled": registrations.registration_settled,
    "NationalCodeAssigned": registrations.national_code_assigned,
    "ObjectionRaised": objections.objection_raised,
    "ObjectionAccepted": objections.objection_decided,
    "ObjectionRejected": objections.objection_decided,
    "ObjectionUpheld": objections.objection_decided,
    "ObjectionDismissed": objections.objection_decided,
    "ObjectionSettled": objections.objection_decided,
    "GrantPlanned": grants.grant_planned,
    "GrantScoped": grants.grant_scoped,
    "GrantProvidersScoped": grants.providers_scoped,
    "GrantApproved": grants.grant_approved,
    "GrantRefused": grants.plan_ended,
    "GrantWithdrawn": grants.plan_ended,
    "GrantSuspended": grants.status_changed,
    "GrantResumed": grants.status_changed,
    "GrantTerminated": grants.status_changed,
    "GrantRevoked": grants.status_changed,
    "GrantExited": grants.status_changed,
    "GrantClosed": grants.status_changed,
    "GrantSettled": grants.grant_settled,
    "ProductAdded": products.product_added,
    "CeilingSet": products.ceiling_set,
    "PriceSet": products.price_set,
    "ProductSuspended": products.product_changed,
    "ProductResumed": products.product_changed,
    "ProductDelisted": products.product_changed,
    "DisclosurePublished": products.disclosure_published,
}


def _act_row(act: ReadAct, organization: str | None, malformed: bool) -> ActRow:
    log, event = act.log, act.event
    return ActRow(
        event.index,
        event.contract,
        event.event,
        log.emitter,
        b"".join(log.topics),
        log.data,
        log.block_number,
        log.block_hash,
        time_of(event.fields["time"]),
        log.transaction_hash,
        log.log_index,
        event.fields["account"],
        organization,
        malformed,
    )
