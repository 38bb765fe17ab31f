"""The page of one registration: what it publishes, its steps, its objections, where it stands on the chain."""

from datetime import datetime
from typing import Final

from ledger.errors import Malformed
from ledger.indexer.registration_rows import (
    ObjectionRow,
    RegistrationContentRow,
    RegistrationRow,
    RegistrationStepRow,
)
from ledger.merkle.hashing import HASH_BYTES
from ledger.model.application import parse_content
from ledger.model.registration import ObjectionState, Stage
from ledger.model.registration_form import BY_NAME, label_of
from ledger.model.registration_words import OBJECTION_STATES
from ledger.model.suppression import SUPPRESSED
from registry_api.portal.entry_page import command
from registry_api.portal.frame import Reader, definitions, hash_text, settled, unreadable
from registry_api.portal.markup import Html, element, join
from registry_api.portal.registration_listing import address
from registry_api.portal.registration_steps import timeline, way
from registry_api.portal.registration_view import days_left, state_tag, tags, title_of
from registry_api.registration_wire import Judged, overdue

_GROUPS: Final = {
    "主体信息": "Subject",
    "委托代理": "Agent",
    "数据基本信息": "Data",
    "来源合规": "Source",
    "存储与存证": "Storage and evidence",
    "产品和服务": "Products and services",
    "应用场景": "Use",
    "安全": "Security",
    "承诺": "Undertaking",
}


def registration_content(
    who: Reader,
    row: RegistrationRow,
    versions: list[RegistrationRow],
    said: RegistrationContentRow,
    steps: list[RegistrationStepRow],
    objections: list[ObjectionRow],
    entries: list[tuple[str, str]],
    by: Judged,
    final: bool,
) -> Html:
    """The page's content.

    Args:
        entries: address and title of each entry that is registered.
        final: whether the act that began this state is.
    """
    return join(
        _notice(who, row, versions),
        element(
            "header",
            element(
                "p", element("a", who("← 登记", "← Registrations"), href=who.href("/registrations")), class_="back"
            ),
            element("h1", title_of(who, row)),
            element(
                "p",
                element(
                    "a",
                    by.names.get(row.subject, row.subject),
                    href=who.href("/registrations", subject=row.subject),
                    class_="provider",
                ),
                tags(who, row, by.clock),
            ),
            class_="entry-head",
        ),
        way(who, row, steps),
        element(
            "div",
            element(
                "div",
                timeline(who, row, steps, by),
                _published(who, said),
                _entries(who, entries),
                _objections(who, objections, by),
                class_="column",
            ),
            element(
                "div",
                _state(who, row, by),
                _record(who, row, by, final),
                None if row.malformed == SUPPRESSED else _verify(who, row),
                _versions(who, row, versions, by.clock),
                class_="column side",
            ),
            class_="columns",
        ),
    )


def _notice(who: Reader, row: RegistrationRow, versions: list[RegistrationRow]) -> Html | None:
    if row.malformed is not None:
        return unreadable(who, row.malformed)
    last = versions[-1]
    if last.version != row.version:
        link = element("a", who("查看最新版本", "See the newest version"), href=address(who, last))
        text = who(f"这是第 {row.version} 版，之后另有申请。", f"Version {row.version}; there is a later one. ")
        return element("p", text, link, class_="notice")
    return None


def _published(who: Reader, said: RegistrationContentRow) -> Html | None:
    withheld = sum(len(field) == 2 + 2 * HASH_BYTES for field in said.fields)
    try:
        values = parse_content(said.content) if said.malformed is None else {}
    except Malformed:
        values = {}
    places = {name: place for place, name in enumerate(BY_NAME)}
    groups: dict[str, list[tuple[str, str | Html]]] = {}
    for name, value in sorted(values.items(), key=lambda item: places.get(item[0], len(places))):
        group = BY_NAME[name].group if name in BY_NAME else ""
        shown = element("span", value, class_="abstract") if "\n" in value else value
        groups.setdefault(group, []).append((label_of(name), shown))
    order = [*_GROUPS, ""]
    sections = [
        element(
            "div",
            element("h3", (group if not who.english else _GROUPS.get(group, group)) or who("其他", "Other")),
            definitions(*pairs),
        )
        for group, pairs in sorted(groups.items(), key=lambda item: order.index(item[0]))
    ]
    note = None
    if withheld:
        text = who(
            f"另有 {withheld} 个字段不公开，链上只有其加盐摘要；持证人可自行出示，并能证明与登记时一致。",
            f"{withheld} more fields are withheld: the chain has their salted hashes only. The holder can show them "
            "and prove that they are those registered.",
        )
        note = element("p", text, class_="withheld")
    if not sections and note is None:
        return None
    return element("section", element("h2", who("公开内容", "What is published")), *sections, note, class_="published")


def _entries(who: Reader, entries: list[tuple[str, str]]) -> Html | None:
    if not entries:
        return None
    links = [element("li", element("a", title, href=target)) for target, title in entries]
    return element(
        "section",
        element("h2", who("登记的目录条目", "Catalog entries registered")),
        element("ul", *links, class_="distributions"),
    )


def _objections(who: Reader, objections: list[ObjectionRow], by: Judged) -> Html | None:
    if not objections:
        return None
    looks = {"RAISED": "waiting", "ACCEPTED": "waiting", "UPHELD": "denied"}
    items = [
        element(
            "li",
            element("b", who(f"异议 {row.objection} 号", f"Objection {row.objection}")),
            element(
                "span", who.of(OBJECTION_STATES[ObjectionState[row.state]]), class_=f"tag {looks.get(row.state, '')}"
            ),
            element(
                "small", who(f"针对第 {row.version} 版", f"to version {row.version}"), " · ", who.day(row.raised_time)
            ),
            _due(who, row, by),
        )
        for row in objections
    ]
    return element("section", element("h2", who("异议", "Objections")), element("ul", *items, class_="distributions"))


def _due(who: Reader, row: ObjectionRow, by: Judged) -> Html | None:
    if row.deadline is None:
        return None
    return element(
        "small", who("截止 ", "until "), who.last_day(row.deadline), " ", days_left(who, row.deadline, by, True)
    )


def _state(who: Reader, row: RegistrationRow, by: Judged) -> Html:
    certificate = None
    if row.issued_time is not None:
        target = who.href(f"/certificates/{row.number}", version=row.version)
        certificate = element(
            "p", element("a", who("查看凭证状态", "Status of the certificate"), class_="button strong", href=target)
        )
    deadline: Html | None = None
    notice: Html | None = None
    if row.deadline is not None and Stage[row.stage].is_open and row.stage != Stage.NOTICE.name:
        left = days_left(who, row.deadline, by, overdue(row, by.clock))
        deadline = join(who.last_day(row.deadline), " ", left)
    if row.notice_end is not None:
        runs = row.stage == Stage.NOTICE.name
        notice = join(who.last_day(row.notice_end), " ", days_left(who, row.notice_end, by, False) if runs else None)
    return element(
        "section",
        element("h2", who("登记状态", "State"), " ", state_tag(who, row, by.clock)),
        definitions(
            (who("登记编号", "Registration number"), element("code", row.number)),
            (who("国家登记码", "National code"), element("code", row.national_code) if row.national_code else None),
            (who("登记主体", "Subject"), by.names.get(row.subject, row.subject)),
            (
                who("申请单位", "Applicant"),
                by.names.get(row.applicant, row.applicant) if row.applicant != row.subject else None,
            ),
            (who("登记机构", "Registrar"), by.names.get(row.registrar, row.registrar)),
            (who("本环节截止", "Deadline of this step"), deadline),
            (who("公示截止", "Notice until"), notice),
            (who("登记日期", "Registered"), who.day(row.issued_time) if row.issued_time else None),
            (who("有效期至", "Valid until"), who.last_day(row.valid_until) if row.valid_until else None),
            (
                who("办理时限", "Time limits"),
                who("有环节逾期", "a step was late") if row.late else None,
            ),
        ),
        certificate,
        class_="panel",
    )


def _record(who: Reader, row: RegistrationRow, by: Judged, final: bool) -> Html:
    return element(
        "section",
        element("h2", who("链上记录", "On the chain"), " ", settled(who, final)),
        definitions(
            (who("内容摘要", "Content digest"), hash_text(row.content_digest)),
            (who("凭证字段根", "Root of the certificate's fields"), hash_text(row.certificate_root)),
            (who("账本记录", "Act"), element("a", f"#{row.from_index}", href=f"/v1/acts/{row.from_index}")),
            (who("区块", "Block"), f"{row.from_block:,}"),
            (who("时间", "Time"), join(who.time(row.from_time), who("（北京时间）", " (UTC+8)"))),
        ),
        class_="panel",
    )


def _verify(who: Reader, row: RegistrationRow) -> Html:
    name = f"registration-{row.number}-v{row.version}.json"
    what = who("登记", "registration") if row.issued_time else who("申请", "application")
    return element(
        "section",
        element("h2", who("自行核验", "Check it yourself")),
        element(
            "p",
            who(
                f"证明包含有{what}记录的原文及其在账本中的位置，可在自己的电脑上核验，无须相信本网站。",
                f"The bundle holds the {what} as it was recorded, and its place in the journal. Check it on your own "
                "machine; this site need not be believed.",
            ),
        ),
        element(
            "p",
            element(
                "a",
                who("下载证明包", "Download the bundle"),
                class_="button",
                href=f"/v1/registrations/{row.number}/proof?version={row.version}",
                download=name,
            ),
        ),
        command(who, f"mulu verify {name}"),
        element(
            "p", element("a", who("核验步骤与信任文件 →", "Steps, and the trust file →"), href=who.href("/verify"))
        ),
        class_="panel verify",
    )


def _versions(who: Reader, row: RegistrationRow, versions: list[RegistrationRow], clock: datetime) -> Html:
    lines = [
        element(
            "li",
            element(
                "a",
                who(f"第 {version.version} 版", f"version {version.version}"),
                href=address(who, version),
                aria_current="true" if version.version == row.version else None,
            ),
            " ",
            state_tag(who, version, clock),
            element("br"),
            element("small", who("申请于 ", "filed "), who.time(version.filed_time)),
        )
        for version in reversed(versions)
    ]
    return element(
        "section", element("h2", who("版本", "Versions")), element("ol", *lines, class_="versions"), class_="panel"
    )
