"""The page that the code on a certificate opens: what it is worth, said first and large, and how to check that."""

from datetime import datetime, timedelta
from typing import Final

from ledger.indexer.registration_rows import RegistrationRow, RegistrationStepRow
from ledger.model.registration import Status, status_of
from ledger.model.registration_words import STATUSES
from ledger.model.workdays import SHANGHAI
from registry_api.portal.entry_page import command
from registry_api.portal.frame import Reader, definitions, hash_text
from registry_api.portal.markup import Html, element, join
from registry_api.portal.registration_listing import address
from registry_api.portal.registration_steps import STEPS
from registry_api.portal.registration_view import LOOKS, title_of
from registry_api.reading import Moment
from registry_api.registration_wire import Judged, status_began
from registry_api.routes.certificates import GIVING

_GIVEN: Final = {"OBJECTION_UPHELD": ("中止（异议成立）", "suspended: an objection was upheld")}
"""Words for steps, where they are told for the status that they gave."""
STALE: Final = timedelta(days=1)
"""A mirror whose newest block is older than this may have missed something; the page says so."""
_SIGNS: Final = {"free": "✓", "bound": "!", "denied": "✕"}


def certificate_content(
    who: Reader,
    row: RegistrationRow,
    steps: list[RegistrationStepRow],
    by: Judged,
    moment: Moment,
    act_index: int,
    as_of: str | None,
    others: list[int],
) -> Html:
    """The page of a version that was issued.

    Args:
        act_index: the act that gave it its status.
        others: other versions that were issued, which the reader may hold instead.
    """
    return join(
        _others(who, row, others) if others else None,
        _verdict(who, row, by, moment, as_of),
        element(
            "div",
            element("div", _facts(who, row, by), _past(who, row, steps, by.clock), class_="column"),
            element("div", _verify(who, row, act_index), _moment_form(who, row, as_of, by.clock), class_="column side"),
            class_="columns",
        ),
    )


def local_text(moment: datetime) -> str:
    """A local time as a form has it."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")


def unknown_content(who: Reader, number: str, malformed: bool, known: bool) -> Html:
    """The page where there is no such certificate. `known`: the registration is there, and not issued."""
    if malformed:
        word = who("编号有误", "Not a registration number")
        text = who(
            "登记编号为 R 开头的 16 位字符，最后一位是校验位。请逐位核对后重试。",
            "A registration number has 16 characters and begins with R; the last one checks the others. Compare it "
            "character by character.",
        )
    elif known:
        word = who("尚未登记", "Not registered")
        text = who(
            "有此申请，但未准予登记，没有有效的登记凭证。",
            "There is an application, and no certificate was issued for it.",
        )
    else:
        word = who("查无此凭证", "No such certificate")
        text = who(
            "账本中没有这一编号或版本的登记凭证。若手中的凭证载有该编号，请向登记机构核实。",
            "The journal has no certificate of this number or version. If what you hold bears it, ask the registrar.",
        )
    link = None
    if known:
        target = who.href(f"/registrations/{number}")
        link = element("p", element("a", who("查看申请 →", "See the application →"), href=target))
    return join(
        _box("denied", word, element("p", element("code", number[:40], class_="number")), element("p", text), link),
        lookup_form(who, number[:40]),
    )


def lookup_content(who: Reader) -> Html:
    """The page that asks for a number."""
    return join(
        element("h1", who("查验登记凭证", "Check a registration certificate")),
        element(
            "p",
            who(
                "输入凭证上的登记编号或国家登记码，或用手机扫描凭证首页的二维码。",
                "Enter the registration number or national code of a certificate, or scan the code on its page.",
            ),
            class_="lead",
        ),
        lookup_form(who, ""),
    )


def lookup_form(who: Reader, number: str) -> Html:
    """The box that asks for a number."""
    return element(
        "form",
        element("label", who("登记编号", "Registration number"), for_="number", class_="hidden"),
        element(
            "input",
            id="number",
            name="number",
            type="search",
            value=number,
            maxlength="64",
            placeholder=who("登记编号（R 开头 16 位）或国家登记码", "Registration number (R…), or national code"),
            autocomplete="off",
            required=True,
        ),
        element("input", type="hidden", name="lang", value="en") if who.english else None,
        element("button", who("查验", "Check")),
        action="/certificates",
        method="get",
        class_="search",
    )


def _box(look: str, word: str, *more: Html | None) -> Html:
    sign = element("span", _SIGNS[look], class_="sign", aria_hidden="true")
    return element("section", sign, element("div", element("h1", word), *more), class_=f"verdict {look}")


def _others(who: Reader, row: RegistrationRow, others: list[int]) -> Html:
    links = [
        element(
            "a",
            who(f" 第 {version} 版", f" version {version}"),
            href=who.href(f"/certificates/{row.number}", version=version),
        )
        for version in others
    ]
    text = who(
        f"以下是第 {row.version} 版的状态。手中的凭证若是其他版本，请查看：",
        f"This is the status of version {row.version}. If you hold another version, see:",
    )
    return element("p", text, *links, class_="notice")


def _verdict(who: Reader, row: RegistrationRow, by: Judged, moment: Moment, as_of: str | None) -> Html:
    status = status_of(row.status, row.valid_until, by.clock) or Status.NONE.name
    since = status_began(row, status)
    word = who.of(STATUSES[Status[status]])
    if as_of is not None:
        word += who("（所查时点）", " (at the time asked)")
    days = (
        _fact(who("本状态自", "Since"), who.day(since) if since else None),
        _fact(who("有效期至", "Valid until"), who.last_day(row.valid_until) if row.valid_until else None),
    )
    elsewhere = None
    if row.superseded_by is not None:
        target = who.href(f"/certificates/{row.number}", version=row.superseded_by)
        text = who(f"查看第 {row.superseded_by} 版的状态 →", f"Status of version {row.superseded_by} →")
        elsewhere = element("p", element("a", text, href=target))
    return _box(
        LOOKS[status],
        word,
        element("p", title_of(who, row), class_="verdict-title"),
        element("dl", *(days if status != Status.EXPIRED.name else reversed(days)), class_="verdict-days"),
        element("p", _meaning(who, row, status, as_of)),
        elsewhere,
        _stale(who, by, moment) if as_of is None else None,
        element(
            "p",
            who("查验时点 ", "Checked at "),
            who.time(by.clock),
            who("（北京时间） · 区块 ", " (UTC+8) · block "),
            f"{moment.point.number:,}",
            who("，已最终确认" if moment.final else "，待最终确认", ", final" if moment.final else ", provisional"),
            class_="meta",
        ),
    )


def _stale(who: Reader, by: Judged, moment: Moment) -> Html | None:
    time = moment.point.time
    if by.clock - time <= STALE:
        return None
    return element(
        "p",
        who("注意：本站所知的最新区块产生于 ", "Note: the newest block that this site knows is of "),
        who.time(time),
        who("，此后的变动未计入。", ", and nothing since is accounted for."),
    )


def _fact(name: str, value: Html | None) -> Html | None:
    return element("div", element("dt", name), element("dd", value)) if value is not None else None


def _meaning(who: Reader, row: RegistrationRow, status: str, as_of: str | None) -> str:
    version = who(f"第 {row.version} 版", f"version {row.version}")
    when = who("目前", "") if as_of is None else who("在所查时点", " at the time asked")
    if status == Status.SUSPENDED.name and row.suspended_for:
        return who(
            f"因异议 {row.suspended_for} 号成立而中止，更正前不得作为有效凭证使用。",
            f"Suspended for objection {row.suspended_for}, which was upheld; not in force until corrected.",
        )
    return {
        "ACTIVE": who(
            f"账本载有该凭证（{version}），{when}有效。",
            f"The journal has this certificate ({version}), and it is in force{when}.",
        ),
        "SUSPENDED": who("登记已中止，恢复前不得作为有效凭证使用。", "Suspended; not in force until it is resumed."),
        "EXPIRED": who("凭证真实，但有效期已届满。", "Genuine, and its term has ended."),
        "SUPERSEDED": who(
            f"凭证真实，但已被第 {row.superseded_by} 版取代，不再有效。",
            f"Genuine, and superseded by version {row.superseded_by}; no longer in force.",
        ),
        "CANCELLED": who("登记已注销，凭证不再有效。", "The registration was cancelled; no longer in force."),
        "REVOKED": who("登记已被撤销，凭证不再有效。", "The registration was revoked; no longer in force."),
    }[status]  # fmt: skip


def _facts(who: Reader, row: RegistrationRow, by: Judged) -> Html:
    return element(
        "section",
        element("h2", who("请与手中的凭证核对", "Compare with the certificate in your hands")),
        definitions(
            (who("登记编号", "Registration number"), element("code", row.number)),
            (who("版本", "Version"), who(f"第 {row.version} 版", str(row.version))),
            (who("国家登记码", "National code"), element("code", row.national_code) if row.national_code else None),
            (who("登记名称", "Title"), element("a", title_of(who, row), href=address(who, row))),
            (who("登记主体", "Subject"), by.names.get(row.subject, row.subject)),
            (who("统一社会信用代码", "Code"), element("code", row.subject)),
            (who("登记机构", "Registrar"), by.names.get(row.registrar, row.registrar)),
            (who("登记日期", "Registered"), who.day(row.issued_time) if row.issued_time else None),
            (who("有效期至", "Valid until"), who.last_day(row.valid_until) if row.valid_until else None),
            (who("字段数", "Fields"), str(row.field_count)),
            (who("摘要（SHA-256）", "Digest (SHA-256)"), hash_text(row.certificate_root)),
        ),
        element(
            "p",
            who(
                "任何一项不一致，手中的文件就不是这份凭证。页面文字可以仿造，摘要不能。",
                "If any of these differs, you hold another document. A page can be imitated; the digest cannot.",
            ),
            class_="withheld",
        ),
        class_="panel",
    )


def _past(who: Reader, row: RegistrationRow, steps: list[RegistrationStepRow], clock: datetime) -> Html:
    items = [
        element(
            "li",
            element("b", who.of(_GIVEN.get(step.step, STEPS[step.step]))),
            element("br"),
            element("small", who.time(step.time)),
            class_="good" if step.step in ("ISSUED", "RESUMED") else "bad",
        )
        for step in steps
        if step.step in GIVING
    ]
    if status_of(row.status, row.valid_until, clock) == Status.EXPIRED.name and row.valid_until is not None:
        ended = element("b", who("有效期届满", "end of the term"))
        items.append(element("li", ended, element("br"), element("small", who.time(row.valid_until)), class_="bad"))
    return element(
        "section",
        element("h2", who("状态经过", "What became of it")),
        element("ol", *items, class_="versions timeline"),
    )


def _verify(who: Reader, row: RegistrationRow, act_index: int) -> Html:
    name = f"act-{act_index}.json"
    return element(
        "section",
        element("h2", who("自行核验", "Check it yourself")),
        element(
            "p",
            who(
                "本页是网站的说法。要不依赖任何网站，请用凭证文件（PDF 或 JSON）在自己的电脑上核验：",
                "This page is a site's word. To need nobody's, check the certificate's file (PDF or JSON) on your own "
                "machine:",
            ),
        ),
        command(who, f"mulu verify {row.number}.pdf --trust trust.json --rpc https://…"),
        element(
            "p",
            element(
                "a",
                who("下载状态记录的证明包", "Bundle of the act that gave the status"),
                class_="button",
                href=f"/v1/acts/{act_index}/proof",
                download=name,
            ),
        ),
        element(
            "p", element("a", who("核验步骤与信任文件 →", "Steps, and the trust file →"), href=who.href("/verify"))
        ),
        class_="panel verify",
    )


def _moment_form(who: Reader, row: RegistrationRow, as_of: str | None, clock: datetime) -> Html:
    return element(
        "section",
        element(
            "h2", element("label", who("查询过去的时点（北京时间）", "At a time in the past (UTC+8)"), for_="as_of")
        ),
        element(
            "form",
            element(
                "input", id="as_of", name="as_of", type="datetime-local", value=local_text(clock) if as_of else None
            ),
            element("input", type="hidden", name="version", value=str(row.version)),
            element("input", type="hidden", name="lang", value="en") if who.english else None,
            element("button", who("查询", "Go"), class_="quiet"),
            action=f"/certificates/{row.number}",
            method="get",
            class_="moment",
        ),
        class_="panel",
    )
