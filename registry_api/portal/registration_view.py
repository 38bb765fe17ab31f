"""How registrations are shown wherever they are: title, tags, what runs and how long."""

from datetime import datetime
from typing import Final

from ledger.indexer.registration_rows import RegistrationRow
from ledger.model.registration import Kind, Stage, Status, status_of
from ledger.model.registration_words import KINDS, STAGES, STATUSES
from registry_api.portal.frame import Reader, unreadable_tag
from registry_api.portal.markup import Html, element, join
from registry_api.registration_wire import Judged, overdue

LOOKS: Final = {
    "ACTIVE": "free",
    "SUSPENDED": "bound",
    "EXPIRED": "denied",
    "SUPERSEDED": "bound",
    "CANCELLED": "denied",
    "REVOKED": "denied",
}
"""Classes of the statuses."""
_AWAITED: Final = {
    "DISTRICT_REVIEW": ("区级审核", "district review"),
    "APPLIED": ("受理", "acceptance"),
    "SUPPLEMENT": ("申请人补正", "supplement by the applicant"),
    "ACCEPTED": ("审核", "review"),
    "REVIEWED": ("发布公示", "public notice"),
    "NOTICE": ("公示期满", "end of the notice"),
}


def title_of(who: Reader, row: RegistrationRow) -> str:
    """The title, or what stands in its place when the content cannot be read."""
    return row.title or who("（内容不可读）", "(unreadable content)")


def tags(who: Reader, row: RegistrationRow, clock: datetime) -> Html:
    """What it is and how far it came."""
    kind = element("span", who.of(KINDS[Kind[row.kind]]), class_="tag")
    version = element("span", who(f"第 {row.version} 版", f"version {row.version}"), class_="tag")
    objections = None
    if row.open_objections:
        text = who(f"{row.open_objections} 件异议处理中", f"objections open: {row.open_objections}")
        objections = element("span", text, class_="tag denied")
    broken = unreadable_tag(who, row.malformed) if row.malformed else None
    return element("span", state_tag(who, row, clock), kind, version, objections, broken, class_="tags")


def state_tag(who: Reader, row: RegistrationRow, clock: datetime) -> Html:
    """The status of what was issued, the stage of what was not."""
    status = status_of(row.status, row.valid_until, clock)
    if status is not None:
        return element("span", who.of(STATUSES[Status[status]]), class_=f"tag {LOOKS[status]}")
    look = "waiting" if Stage[row.stage].is_open else "denied"
    return element("span", who.of(STAGES[Stage[row.stage]]), class_=f"tag {look}")


def awaited(who: Reader, row: RegistrationRow) -> str:
    """What an open application waits for."""
    return who.of(_AWAITED[row.stage])


def running(who: Reader, row: RegistrationRow, by: Judged) -> Html | None:
    """What an open application waits for, until when, and the working days left."""
    if not Stage[row.stage].is_open:
        return None
    if row.deadline is None:
        return element("span", who("待", "awaiting "), awaited(who, row))
    return join(
        who("待", "awaiting "),
        awaited(who, row),
        who(" · 截止 ", " · until "),
        who.last_day(row.deadline),
        " ",
        days_left(who, row.deadline, by, overdue(row, by.clock)),
    )


def days_left(who: Reader, deadline: datetime, by: Judged, late: bool) -> Html:
    """Working days left, as a tag."""
    left = by.calendars.workdays_left(by.clock, deadline)
    if by.clock >= deadline:
        if not late:
            return element("span", who("已期满", "ended"), class_="tag settled")
        days = max(1, -left)
        return element("span", who(f"逾期 {days} 个工作日", f"{_days(days)} overdue"), class_="tag denied")
    if left <= 0:
        return element("span", who("最后一日", "last day"), class_="tag bound")
    look = "bound" if left <= 2 else "free"
    return element("span", who(f"剩 {left} 个工作日", f"{_days(left)} left"), class_=f"tag {look}")


def _days(count: int) -> str:
    return f"{count} working day" if count == 1 else f"{count} working days"
