"""Parameters and calendars (`IPolicy`). That two ADMINs agreed is judged with the proposal."""

from ledger.audit.acts import NO_DIGEST, Act
from ledger.audit.book import Book
from ledger.audit.findings import differs, found, shown
from ledger.audit.permissions import Findings
from ledger.audit.things import Effect, Parameter
from ledger.model.workdays import bits_of, require_calendar


def parameter_set(book: Book, act: Act) -> Findings:
    """The next version, with a source, from now or later; one at most is waiting."""
    name = act["name"]
    versions = book.parameters.setdefault(name, [])
    if act["version"] != len(versions) + 1:
        yield differs("PARAMETER_VERSION", act, act["version"], len(versions) + 1)
    if name == NO_DIGEST or act["source"] == NO_DIGEST or act["effectiveFrom"] < act.time:
        yield found("PARAMETER_INVALID", act, f"from {act['effectiveFrom']}, source {shown(act['source'])}")
    if versions and versions[-1].effective_from > act.time:
        yield found("PARAMETER_PENDING", act, f"from {versions[-1].effective_from}")
    versions.append(Parameter(act["version"], act["effectiveFrom"], act["value"], act["source"]))
    book.effects.append(Effect("parameter", (name, act["version"])))


def calendar_set(book: Book, act: Act) -> Findings:
    """The next version of a year's working days, with a source."""
    year, bits = act["year"], bits_of(*act["workdays"])
    version = book.calendar_versions.get(year, 0) + 1
    if act["version"] != version:
        yield differs("CALENDAR_VERSION", act, act["version"], version)
    try:
        require_calendar(year, bits)
        problem = "no source" if act["source"] == NO_DIGEST else None
    except ValueError as error:
        problem = str(error)
    if problem is not None:
        yield found("CALENDAR_INVALID", act, problem)
    book.calendars[year], book.calendar_versions[year] = bits, act["version"]
    book.effects.append(Effect("calendar", (year, act["version"])))


RULES = {"ParameterSet": parameter_set, "CalendarSet": calendar_set}
