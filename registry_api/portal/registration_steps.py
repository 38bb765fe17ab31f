"""The steps of a registration: its way in four stations, and all that was done as a line of time."""

from typing import Final

from ledger.indexer.registration_rows import RegistrationRow, RegistrationStepRow
from ledger.model.registration import Stage
from registry_api.portal.frame import Reader
from registry_api.portal.markup import Html, element
from registry_api.portal.registration_view import awaited, days_left
from registry_api.registration_wire import Judged, overdue

STEPS: Final = {
    "FILED": ("提出申请", "application filed"),
    "FORWARDED": ("区级审核通过，转登记机构", "district review passed"),
    "RETURNED": ("区级退回", "returned by the district"),
    "SUPPLEMENT_REQUESTED": ("要求补正", "supplement requested"),
    "SUPPLEMENTED": ("提交补正", "supplement supplied"),
    "LAPSED": ("申请失效", "application lapsed"),
    "ACCEPTED": ("受理", "accepted"),
    "REFUSED": ("不予受理", "not accepted"),
    "REVIEW_PASSED": ("审核通过", "review passed"),
    "REVIEW_FAILED": ("审核未通过", "review failed"),
    "NOTICE_OPENED": ("开始公示", "public notice opened"),
    "WITHDRAWN": ("撤回申请", "withdrawn"),
    "ISSUED": ("准予登记", "registered"),
    "SUPERSEDED": ("被新版取代", "superseded by a new version"),
    "SUSPENDED": ("中止", "suspended"),
    "RESUMED": ("恢复", "resumed"),
    "CANCELLED": ("注销", "cancelled"),
    "REVOKED": ("撤销", "revoked"),
    "SETTLED": ("登记了结，目录条目解除占用", "settled; its entries are free"),
    "CODE_ASSIGNED": ("赋国家登记码", "national code assigned"),
    "OBJECTION_RAISED": ("提出异议", "objection raised"),
    "OBJECTION_ACCEPTED": ("异议受理", "objection accepted"),
    "OBJECTION_REJECTED": ("异议不予受理", "objection rejected"),
    "OBJECTION_UPHELD": ("异议成立", "objection upheld"),
    "OBJECTION_DISMISSED": ("异议不成立", "objection dismissed"),
}
_BAD: Final = frozenset(
    {"RETURNED", "LAPSED", "REFUSED", "REVIEW_FAILED", "WITHDRAWN", "SUSPENDED", "CANCELLED", "REVOKED"}
    | {"SUPERSEDED", "OBJECTION_UPHELD"}
)
_WAY: Final = (
    (("申请", "apply"), (Stage.DISTRICT_REVIEW, Stage.APPLIED, Stage.SUPPLEMENT)),
    (("审核", "review"), (Stage.ACCEPTED, Stage.REVIEWED)),
    (("公示", "notice"), (Stage.NOTICE,)),
    (("登记", "register"), (Stage.ISSUED,)),
)
"""The way of an application, and where on it an open stage is."""


def way(who: Reader, row: RegistrationRow, steps: list[RegistrationStepRow]) -> Html:
    """How far an application came, of the four stations that each passes."""
    stage = Stage[row.stage]
    # An ended application stopped where its last open stage was.
    reached = [step.stage for step in steps if Stage[step.stage].is_open]
    stood = Stage[reached[-1]] if reached and not stage.is_open and stage is not Stage.ISSUED else stage
    here = next((at for at, (_, stages) in enumerate(_WAY) if stood in stages), 0)
    items = []
    for at, (word, _) in enumerate(_WAY):
        done = at < here or stage is Stage.ISSUED
        stopped = at == here and not stage.is_open and stage is not Stage.ISSUED
        look = "done" if done else "stopped" if stopped else "here" if at == here else None
        current = "step" if at == here else None
        items.append(element("li", element("span", who.of(word)), class_=look, aria_current=current))
    return element("ol", *items, class_="way", aria_label=who("办理进度", "Progress"))


def timeline(who: Reader, row: RegistrationRow, steps: list[RegistrationStepRow], by: Judged) -> Html:
    """All steps, and what is awaited."""
    items = [_step(who, step, by) for step in steps]
    if Stage[row.stage].is_open:
        clock = None
        if row.deadline is not None:
            clock = element(
                "small",
                who("截止 ", "until "),
                who.last_day(row.deadline),
                " ",
                days_left(who, row.deadline, by, overdue(row, by.clock)),
            )
        wait = element("b", who("待", "awaiting "), awaited(who, row))
        items.append(element("li", wait, element("br") if clock else None, clock, class_="awaited"))
    heading = element("h2", who("办理过程", "Steps"))
    return element("section", heading, element("ol", *items, class_="versions timeline"))


def _step(who: Reader, step: RegistrationStepRow, by: Judged) -> Html:
    objection = who(f"（异议 {step.objection} 号）", f" (objection {step.objection})") if step.objection else None
    organization = by.names.get(step.organization or "", step.organization)
    # The organization that objects is in the journal for whoever needs it, and not put on show.
    if step.step == "OBJECTION_RAISED":
        organization = None
    return element(
        "li",
        element("b", who.of(STEPS.get(step.step, (step.step, step.step))), objection),
        " ",
        element("span", who("逾期办理", "late"), class_="tag denied") if step.late else None,
        element("br"),
        element(
            "small",
            who.time(step.time),
            f" · {organization}" if organization else None,
            " · ",
            element("a", who(f"记录 #{step.act_index}", f"act #{step.act_index}"), href=f"/v1/acts/{step.act_index}"),
        ),
        class_="bad" if step.step in _BAD else "good" if step.step == "ISSUED" else None,
    )
