"""The journal's own acts (`IJournal`)."""

from ledger.audit.acts import Act
from ledger.audit.book import Book
from ledger.audit.findings import differs, found
from ledger.audit.permissions import Findings


def journal_opened(book: Book, act: Act) -> Findings:
    """The first act names the government, and says the identity that its place on the chain gives."""
    if act["origin"] != book.origin:
        yield differs("ORIGIN_MISSTATED", act, act["origin"], book.origin)
    book.opened = True
    book.government = act["organizations"]
    book.admitted.add(act["organizations"])


def module_admitted(book: Book, act: Act) -> Findings:
    """A module may append from now on."""
    if act["module"] in book.admitted:
        yield found("MODULE_ADMITTED_TWICE", act, f"0x{act['module'].hex()}")
    book.admitted.add(act["module"])


def journal_closed(book: Book, act: Act) -> Findings:
    """Nothing is accepted after this."""
    book.closed = True
    yield from ()


RULES = {"JournalOpened": journal_opened, "ModuleAdmitted": module_admitted, "JournalClosed": journal_closed}
