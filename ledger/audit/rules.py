"""The rules of the ledger, stated once more for the auditor.

Their sources are the manual (`contracts/interfaces`), `domain.md` and `DESIGN.md`; neither the contracts' code nor the
indexer's fold is used. One file per noun; each function holds what must be true of one kind of act in the state before
it, yields a finding for what is not, and then lets the act have its effect: the chain accepted it. Pure: no I/O, no
clock. The order of acts is the journal's.
"""

from collections.abc import Callable

from ledger.audit import (
    rules_accounts,
    rules_applications,
    rules_catalog,
    rules_filing,
    rules_grants,
    rules_journal,
    rules_objections,
    rules_organizations,
    rules_plans,
    rules_policy,
    rules_products,
    rules_proposals,
    rules_registrations,
    rules_scope,
)
from ledger.audit.acts import Act
from ledger.audit.book import Book
from ledger.audit.findings import Finding, differs, found
from ledger.audit.permissions import Findings
from ledger.errors import Inconsistent

Rule = Callable[[Book, Act], Findings]

RULES: dict[str, Rule] = {
    **rules_journal.RULES,
    **rules_proposals.RULES,
    **rules_organizations.RULES,
    **rules_accounts.RULES,
    **rules_policy.RULES,
    **rules_catalog.RULES,
    **rules_filing.RULES,
    **rules_applications.RULES,
    **rules_registrations.RULES,
    **rules_objections.RULES,
    **rules_plans.RULES,
    **rules_scope.RULES,
    **rules_grants.RULES,
    **rules_products.RULES,
}


def judge(book: Book, act: Act) -> list[Finding]:
    """What is found of an act in the state before it; the state is the one after it from then on."""
    rule = RULES.get(act.event)
    if rule is None:
        raise Inconsistent(
            f"act {act.index} is a {act.event}, for which this program states no rule: a newer one is needed"
        )
    book.effects.clear()
    book.steps.clear()
    findings = [*_any_act(book, act), *rules_proposals.carried_on(book, act), *rule(book, act)]
    book.last_time = act.time
    return findings


def conclude(book: Book) -> list[Finding]:
    """What is found once there are no more acts."""
    return list(rules_proposals.broken_off(book))


def _any_act(book: Book, act: Act) -> Findings:
    if act.time != act.block_time:
        yield differs("TIME_MISSTATED", act, act.time, act.block_time)
    if act.time < book.last_time:
        yield differs("TIME_BACKWARDS", act, act.time, f"{book.last_time} or later")
    if book.opened == (act.event == "JournalOpened"):
        yield found("JOURNAL_NOT_OPENED", act)
    if book.closed:
        yield found("JOURNAL_CLOSED", act)
    if act.event != "JournalOpened" and act.emitter != book.journal and act.emitter not in book.admitted:
        yield found("EMITTER_NOT_ADMITTED", act, f"{act.contract} at 0x{act.emitter.hex()}")
    if book.founding and not book.founded and act.transaction != book.founding:
        book.founded = True
        if book.admins() < 2:
            yield found("AUTHORITY_ADMINS", act, f"founded with {book.admins()}")
