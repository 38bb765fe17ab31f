"""Collects the checks of one verification and what they amount to.

Of several failures CONTRADICTED comes before UNDECIDED, and UNDECIDED before NOT IN FORCE (DESIGN §4): a dead node or
a stale trust file never makes a good document look forged.
"""

from collections.abc import Callable

from ledger.errors import Contradicted
from ledger.model.message import Message
from ledger.proof.trust import Trust
from ledger.proof.verdict import Check, Outcome, Report, Verdict


class Checks:
    """Collects checks and what they amount to."""

    def __init__(self, trust: Trust) -> None:
        self.trust = trust
        self._checks: list[Check] = []
        self._contradiction: str | None = None
        self._missing: list[str] = []
        self._not_in_force: str | None = None

    @property
    def contradicted(self) -> bool:
        """Whether a check failed."""
        return self._contradiction is not None

    def check(self, name: str, run: Callable[[], None], en: str, zh: str) -> None:
        """Runs a check that raises Contradicted or returns nothing. After a failure later checks are not made."""
        self.check_said(name, run, lambda: (en, zh))

    def check_said(self, name: str, run: Callable[[], None], said: Callable[[], tuple[str, str]]) -> None:
        """As `check`, where what was found is known only after it: in English and in Chinese."""
        if self.contradicted:
            detail = Message("an earlier check failed", "前面的检查未通过")
            self._checks.append(Check(name, Outcome.NOT_CHECKED, detail))
            return
        try:
            run()
        except Contradicted as error:
            self._contradiction = error.check
            self._checks.append(Check(name, Outcome.FAILED, Message(str(error), str(error))))
        else:
            self._checks.append(Check(name, Outcome.PASSED, Message(*said())))

    def missing(self, name: str, en: str, zh: str) -> None:
        """Notes evidence that is not there."""
        self._missing.append(name)
        self._checks.append(Check(name, Outcome.NOT_CHECKED, Message(en, zh)))

    def note(self, name: str, en: str, zh: str) -> None:
        """Notes what was not checked and decides nothing."""
        self._checks.append(Check(name, Outcome.NOT_CHECKED, Message(en, zh)))

    def ended(self, reason: str, en: str, zh: str) -> None:
        """Notes that the statement is proven and no longer in force."""
        self._not_in_force = reason
        self._checks.append(Check("status", Outcome.FAILED, Message(en, zh)))

    def report(self, statement: dict[str, str]) -> Report:
        """The verdict that the checks amount to."""
        if self._contradiction is not None:
            verdict, reason = Verdict.CONTRADICTED, self._contradiction
        elif self._missing:
            verdict, reason = Verdict.UNDECIDED, f"{', '.join(self._missing)} missing"
        elif self._not_in_force is not None:
            verdict, reason = Verdict.NOT_IN_FORCE, self._not_in_force
        else:
            verdict, reason = Verdict.VALID, ""
        return Report(verdict, reason, tuple(self._checks), statement, self.trust.fingerprint)
