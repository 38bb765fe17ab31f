"""From the cell of a record to the value of a field: one function for each form that a field can have."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

from ledger.errors import Malformed
from ledger.model import entry, text
from ledger.model.message import Message
from ledger.publish.mapping import Take
from ledger.publish.refusal import CellRefused, Fault, shown
from ledger.publish.source import CELL_CHARACTERS, records_at, value_at

_BEIJING = timezone(timedelta(hours=8))
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def raw(take: Take, record: Any, document: Any = None) -> Any:
    """What stands in the record: None where nothing does, else text, truth value, list or object."""
    value = value_at(record, take.column)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if isinstance(value, str):
        if len(value) > CELL_CHARACTERS:
            raise refused(
                take, value, "cell_too_long", f"has {len(value):,} characters, more than {CELL_CHARACTERS:,}",
                f"长度 {len(value):,} 个字符，超过上限 {CELL_CHARACTERS:,}", "shorten it", "请缩短",
            )  # fmt: skip
        if value in take.not_stated:
            return None
        if take.lookup:
            return _looked_up(take, value, document)
    return value


def line(take: Take, record: Any, document: Any = None) -> str | None:
    """A single-line text, or None where nothing stands."""
    value = raw(take, record, document)
    if isinstance(value, bool):
        value = "true" if value else "false"
    if value is None:
        return None
    if not isinstance(value, str):
        raise _not_a_text(take, value)
    return _spelled(take, _normal(take, value, text.single_line))


def lines(take: Take, record: Any) -> str | None:
    """A text that keeps its line feeds, or None."""
    value = raw(take, record)
    if value is None:
        return None
    if not isinstance(value, str):
        raise _not_a_text(take, value)
    return _normal(take, value, text.abstract) or None


def texts(take: Take, record: Any, *, lower: bool) -> list[str] | None:
    """Sorted texts, each once, from a list or from one text that the rule splits; None where there are none."""
    value = raw(take, record)
    if value is None:
        return None
    if isinstance(value, str):
        value = value.split(take.split) if take.split else [value]
    if not isinstance(value, list) or not all(isinstance(element, str) for element in value):
        raise _not_a_text(take, value)
    parts = (_spelled(take, _normal(take, element, text.single_line)) for element in value)
    return sorted({part.lower() if lower else part for part in parts if part}) or None


def moment(take: Take, record: Any) -> str | None:
    """A date, or a date and time in RFC 3339 with +08:00; None where nothing stands.

    A date without time stays a date: what a source does not say is not invented.
    """
    value = line(take, record)
    if value is None:
        return None
    if _DATE.fullmatch(value) and (parsed := _parsed(value, "%Y-%m-%d")):
        return value
    for form in take.date_time:
        parsed = _parsed(value, form)
        if parsed is None:
            continue
        aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=take.zone) if take.zone else None
        if aware is None:
            raise refused(
                take, value, "zone_missing",
                "has no time zone, and the mapping names none", "没有时区，映射也未指定时区",
                "add `zone` to the mapping", "请在映射中加入 zone",
            )  # fmt: skip
        try:
            return aware.astimezone(_BEIJING).isoformat(timespec="seconds")
        except OverflowError:
            break
    raise refused(
        take, value, "time_invalid", "is no date or time of the form that the mapping names",
        "不是映射所规定格式的日期时间",
        f"write it as {' or '.join(take.date_time)}", f"请按 {'、'.join(take.date_time)} 填写",
    )  # fmt: skip


def code(take: Take, record: Any, parse: Callable[[str], Any]) -> Any:
    """What `parse` makes of a spelling; None where nothing stands."""
    value = line(take, record)
    if value is None:
        return None
    try:
        return parse(value)
    except Malformed as error:
        raise refused(
            take, value, "spelling_unknown", str(error), f"无法识别的取值：{shown(value)}",
            "use a known spelling, or add it to the mapping's `spellings`",
            "请使用已知取值，或在映射的 spellings 中登记",
        ) from error  # fmt: skip


def last_path_segment(take: Take, value: str) -> str:
    """The last segment of an address's path without the rule's suffix."""
    try:
        segment = urlsplit(value).path.rsplit("/", 1)[-1]
    except ValueError:
        segment = ""
    segment = segment.removesuffix(take.drop_suffix)
    if not segment:
        raise refused(
            take, value, "local_code_missing", "has no last path segment", "访问路径没有末段",
            "correct the address", "请更正地址",
        )  # fmt: skip
    return segment


def objects(take: Take, record: Any, kind: str) -> list[dict[str, Any]] | None:
    """The members of a list of objects; None where there are none."""
    value = raw(take, record)
    if value is None or value == []:
        return None
    if not isinstance(value, list) or not all(isinstance(element, dict) for element in value):
        raise refused(
            take, value, "list_malformed", "is no list of objects", "不是对象列表",
            "write it as a list of objects", "请写成对象列表",
        )  # fmt: skip
    made = [_object(take.each or {}, element, kind, f"{take.column}[{at}]") for at, element in enumerate(value)]
    return [element for element in made if element] or None


def refused(
    take: Take, value: object, code: str, why: str, why_zh: str, what_to_do: str, what_to_do_zh: str
) -> CellRefused:
    """The refusal of a cell, ready to raise."""
    return CellRefused(Fault(take.column, shown(value), code, Message(why, why_zh), Message(what_to_do, what_to_do_zh)))


_ITEM_PARSERS: dict[str, Callable[[str], Any]] = {
    "key": entry.parse_boolean,
    "nullable": entry.parse_boolean,
    "level": entry.parse_level,
    "share": entry.parse_share,
    "open": entry.parse_item_open,
}


def _object(each: Any, record: dict[str, Any], kind: str, place: str) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, take in each.items():
        parse = _ITEM_PARSERS.get(name) if kind == "items" else None
        try:
            value = code(take, record, parse) if parse else line(take, record)
        except CellRefused as error:
            fault = error.fault
            raise CellRefused(
                Fault(f"{place}.{fault.column}", fault.value, fault.code, fault.why, fault.what_to_do)
            ) from error
        if value is None and not take.optional:
            raise refused(
                Take(f"{place}.{take.column}"), "", "value_missing", "is blank", "为空", "fill it in", "请填写"
            )
        if value is not None:
            made[name] = value if isinstance(value, bool | str) else int(value)
    # 0 is not stated, and what is not stated is absent.
    return {name: value for name, value in made.items() if isinstance(value, bool) or value != 0}


def _normal(take: Take, value: str, normalize: Callable[[str], str]) -> str:
    try:
        return normalize(value)
    except text.ForbiddenCharacter as error:
        raise refused(
            take, value, "character_forbidden", str(error), f"第 {error.at + 1} 个字符是不可见字符 {error.code_point}",
            "delete the character", "请删除该字符",
        ) from error  # fmt: skip


def _spelled(take: Take, value: str) -> str | None:
    return None if value in take.not_stated else take.spellings.get(value, value) or None


def _looked_up(take: Take, value: str, document: Any) -> Any:
    assert take.lookup
    for record in records_at(document, take.lookup.records):
        if value_at(record, take.lookup.key) == value:
            return value_at(record, take.lookup.value)
    raise refused(
        take, value, "reference_unknown",
        f"is not in the list {take.lookup.records}", f"不在 {take.lookup.records} 列表中",
        "correct it, or add it to the list", "请更正或补入列表",
    )  # fmt: skip


def _parsed(value: str, form: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if form == "iso" else datetime.strptime(value, form)
    except ValueError:
        return None


def _not_a_text(take: Take, value: object) -> CellRefused:
    return refused(
        take, type(value).__name__, "value_no_text", "is no text", "不是文本", "write it as text", "请写成文本"
    )
