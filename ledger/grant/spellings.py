"""From what a person writes to the values of a grant. A spelling that is not known is refused and never guessed."""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Final, TypeVar

from ledger.grant.rows import Wrong, words
from ledger.model.grant import Approval, Kind, Mode, Operation, Purpose
from ledger.model.message import Message
from ledger.model.workdays import day_start

T = TypeVar("T")

KINDS: Final = {"授权运营": Kind.OPERATE, "运营": Kind.OPERATE, "operate": Kind.OPERATE,
                "共享使用": Kind.SHARE, "共享使用权限": Kind.SHARE, "共享": Kind.SHARE,
                "share": Kind.SHARE}  # fmt: skip
MODES: Final = {"整体授权": Mode.OVERALL, "整体": Mode.OVERALL, "overall": Mode.OVERALL,
                "分领域授权": Mode.SECTOR, "分领域": Mode.SECTOR, "sector": Mode.SECTOR,
                "依场景授权": Mode.SCENARIO, "依场景": Mode.SCENARIO, "scenario": Mode.SCENARIO}  # fmt: skip
OPERATIONS: Final = {"查询": Operation.QUERY, "query": Operation.QUERY,
                     "核验": Operation.VERIFY, "verify": Operation.VERIFY,
                     "计算": Operation.COMPUTE, "compute": Operation.COMPUTE,
                     "导出": Operation.EXPORT, "export": Operation.EXPORT}  # fmt: skip
PURPOSES: Final = {"依法履职": Purpose.DUTY, "履职": Purpose.DUTY, "duty": Purpose.DUTY,
                   "公共治理": Purpose.GOVERNANCE, "governance": Purpose.GOVERNANCE,
                   "公益事业": Purpose.PUBLIC_GOOD, "公益": Purpose.PUBLIC_GOOD, "public_good": Purpose.PUBLIC_GOOD,
                   "产业发展": Purpose.INDUSTRY, "industry": Purpose.INDUSTRY,
                   "行业发展": Purpose.SECTOR, "sector": Purpose.SECTOR}  # fmt: skip
APPROVALS: Final = {"implementation": Approval.IMPLEMENTATION, "实施机构审核": Approval.IMPLEMENTATION,
                    "authority": Approval.AUTHORITY, "数据主管部门审核": Approval.AUTHORITY,
                    "consent": Approval.CONSENT, "提供单位同意": Approval.CONSENT}  # fmt: skip
LEVELS: Final = {f"{prefix}{number}{suffix}": number for number in range(1, 5)
                 for prefix, suffix in (("", ""), ("l", ""), ("", "级"))}  # fmt: skip

_DATE: Final = re.compile(r"(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})日?(?:[ T]00:00(?::00)?)?")
_AREA_DIGITS: Final = (2, 4, 6, 9, 12)
_DAY: Final = timedelta(days=1)
_LAST_DAY: Final = date(9998, 12, 31)
"""What comes after it has a next day, in every time zone."""


def one_of(table: Mapping[str, T]) -> Callable[[str], T]:
    """A reader of one spelling."""

    def read(value: str) -> T:
        known = table.get(value.strip().casefold())
        if known is None:
            raise _unknown(value, table)
        return known

    return read


def operations(value: str) -> int:
    """The operations of a list, as a bit set."""
    return _set(value, OPERATIONS)


def purposes(value: str) -> int:
    """The purposes of a list, as a bit set."""
    return _set(value, PURPOSES)


def level(value: str) -> int:
    """The level of a spelling, 1 to 4."""
    return one_of(LEVELS)(value)


def area(value: str) -> int:
    """A 12-digit area code; its first 2, 4, 6 or 9 digits stand for all below."""
    digits = value.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) in _AREA_DIGITS and digits[0] != "0"):
        raise Wrong(
            "area_invalid",
            Message("is no area code", "不是区划代码"),
            Message("write its 2, 4, 6, 9 or 12 digits", "请填写 2、4、6、9 或 12 位区划代码"),
        )
    return int(digits.ljust(12, "0"))


def day(value: str) -> date:
    """A day."""
    # Spreadsheets give a day as midnight.
    match = _DATE.fullmatch(value.strip())
    try:
        if match is None:
            raise ValueError
        found = date(int(match[1]), int(match[2]), int(match[3]))
        if found > _LAST_DAY:
            raise ValueError
        return found
    except ValueError:
        raise Wrong(
            "date_invalid",
            Message("is no date", "不是日期"),
            Message("write it like 2026-03-01", "请写成 2026-03-01 的形式"),
        ) from None


def first_second(value: str) -> int:
    """Unix seconds at which a local day begins."""
    return int(day_start(day(value)).timestamp())


def last_second(value: str) -> int:
    """Unix seconds at which a local day is over: validity includes the last day."""
    return int(day_start(day(value) + _DAY).timestamp())


def number(least: int, most: int) -> Callable[[str], int]:
    """A reader of whole numbers within bounds."""

    def read(value: str) -> int:
        plain = value.strip().removesuffix(".0")
        # Python refuses to convert more than 4,300 digits.
        is_number = plain.isascii() and plain.isdigit() and len(plain.lstrip("0")) <= len(str(most))
        if not (is_number and least <= int(plain.lstrip("0") or "0") <= most):
            raise Wrong(
                "number_invalid",
                Message(f"is no whole number from {least} to {most}", f"不是 {least} 至 {most} 的整数"),
                Message("correct it", "请更正"),
            )
        return int(plain.lstrip("0") or "0")

    return read


def _set(value: str, table: Mapping[str, T]) -> int:
    found = 0
    for word in words(value):
        known = table.get(word.casefold())
        if known is None:
            raise _unknown(word, table)
        found |= int(known)  # type: ignore[call-overload]
    return found


def _unknown(value: str, table: Mapping[str, object]) -> Wrong:
    known = "、".join(table)
    return Wrong(
        "spelling_unknown",
        Message(f"{value[:40]!r} is not known", f"无法识别“{value[:40]}”"),
        Message(f"write one of {known}", f"可填：{known}"),
    )
