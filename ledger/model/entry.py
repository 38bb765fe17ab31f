"""The catalog entry (目录条目): its enumerations, their spellings, and what its content may hold.

0 is *not stated* everywhere: a source that says nothing gives nothing. A spelling that is not known is refused and
never guessed. Numbers are those of `ICatalog`, update cycles and format classes those of the 编制指南.
"""

import re
from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Any, Final, TypeVar

from ledger.errors import Malformed
from ledger.model import canonical, text
from ledger.model.ids import from_hex

_T = TypeVar("_T")

CONTENT_FORMAT: Final = "mulu-entry/1"
CONTENT_BYTES: Final = 49_152
"""Largest content in bytes: with the rest of its event it stays well below the 65,535 bytes of a journal leaf."""


class Kind(IntEnum):
    """What an entry describes."""

    RESOURCE = 1
    PRODUCT = 2


class Share(IntEnum):
    """Sharing among public bodies (共享属性)."""

    NOT_STATED = 0
    UNCONDITIONAL = 1
    CONDITIONAL = 2
    DENIED = 3


class Open(IntEnum):
    """Opening to the public (开放属性)."""

    NOT_STATED = 0
    UNCONDITIONAL = 1
    CONDITIONAL = 2
    DENIED = 3


class Level(IntEnum):
    """Grade of the data (数据级别), 1 the least sensitive."""

    NOT_STATED = 0
    L1 = 1
    L2 = 2
    L3 = 3
    L4 = 4


class Status(IntEnum):
    """Where an entry stands."""

    NONE = 0
    ACTIVE = 1
    RETIRED = 2


class UpdateCycle(StrEnum):
    """How often the data is renewed (更新周期); OTHER comes with its own text."""

    REAL_TIME = "1"
    DAILY = "2"
    WEEKLY = "3"
    MONTHLY = "4"
    QUARTERLY = "5"
    HALF_YEARLY = "6"
    YEARLY = "7"
    OTHER = "other"


class FormatClass(StrEnum):
    """Class of the carrier (信息资源格式)."""

    FILE = "1"
    SPREADSHEET = "2"
    DATABASE = "3"
    GRAPHIC = "4"
    STREAM = "5"
    SELF_DESCRIBING = "6"
    SERVICE = "7"


def _spellings(**groups: str) -> dict[str, str]:
    return {spelling: name for name, group in groups.items() for spelling in group.split(" ")}


_ACCESS = {
    "无条件": 1, "unconditional": 1, "1": 1,
    "有条件": 2, "conditional": 2, "2": 2,
    "不予": 3, "denied": 3, "3": 3,
}  # fmt: skip
_SHARE = _ACCESS | {"无条件共享": 1, "有条件共享": 2, "不予共享": 3, "不共享": 3}
_OPEN = _ACCESS | {"无条件开放": 1, "有条件开放": 2, "不予开放": 3, "不开放": 3, "否": 3, "no": 3}
_LEVEL = {f"{prefix}{number}{suffix}": number for number in range(1, 5) for prefix, suffix in
          (("", ""), ("l", ""), ("level ", ""), ("", "级"), ("第", "级"))} | {
    f"{numeral}级": number for number, numeral in enumerate("一二三四", 1)
}  # fmt: skip
_KIND = {"resource": 1, "资源": 1, "数据资源": 1, "1": 1, "product": 2, "产品": 2, "产品和服务": 2, "2": 2}
_CYCLE = _spellings(
    REAL_TIME="1 实时 real-time realtime continuous",
    DAILY="2 每日 每天 daily",
    WEEKLY="3 每周 weekly",
    MONTHLY="4 每月 monthly",
    QUARTERLY="5 每季度 每季 quarterly",
    HALF_YEARLY="6 每半年 half-yearly semiannual",
    YEARLY="7 每年 yearly annual annually",
    OTHER="other 其他",
)
_FORMAT = _spellings(
    FILE="1 电子文件 file",
    SPREADSHEET="2 电子表格 spreadsheet",
    DATABASE="3 数据库 database",
    GRAPHIC="4 图形图像 graphic",
    STREAM="5 流媒体 stream",
    SELF_DESCRIBING="6 自描述格式 self-describing",
    SERVICE="7 服务接口 service",
)
_BOOLEAN = dict.fromkeys(["是", "true", "yes", "y", "1", "已汇聚"], True) | dict.fromkeys(
    ["否", "false", "no", "n", "0", "未汇聚"], False
)
_SECRET = dict.fromkeys(
    ["是", "true", "yes", "y", "1", "涉密", "秘密", "机密", "绝密", "secret"], True
) | dict.fromkeys(["否", "false", "no", "n", "0", "非涉密", "不涉密", "公开"], False)


def parse_share(spelling: str) -> Share:
    """The share type of a spelling; blank is not stated. Raises Malformed for one that is not known."""
    return Share(_known(_SHARE, spelling, "share type"))


def parse_open(spelling: str) -> Open:
    """The open type of a spelling; blank is not stated. Raises Malformed for one that is not known.

    A bare 是 or 开放 is refused: it does not say whether there are conditions.
    """
    return Open(_known(_OPEN, spelling, "open type"))


def parse_item_open(spelling: str) -> Open:
    """As `parse_open`, for one item, where 开放 means that it is opened with its entry."""
    return Open(_known(_OPEN | {"开放": 1, "是": 1, "yes": 1}, spelling, "open type"))


def parse_level(spelling: str) -> Level:
    """The level of a spelling; blank is not stated. Raises Malformed for one that is not known."""
    return Level(_known(_LEVEL, spelling, "level"))


def parse_kind(spelling: str) -> Kind:
    """The kind of a spelling. Raises Malformed for one that is not known, and for a blank."""
    return Kind(_known(_KIND, spelling or "?", "kind"))


def parse_format_class(spelling: str) -> FormatClass:
    """The format class of a spelling. Raises Malformed for one that is not known."""
    return FormatClass[_lookup(_FORMAT, spelling, "format class")]


def parse_update_cycle(spelling: str) -> tuple[UpdateCycle, str | None]:
    """The update cycle of a spelling, and the spelling itself where the enumeration has no code for it."""
    name = _CYCLE.get(spelling.casefold())
    return (UpdateCycle[name], None) if name else (UpdateCycle.OTHER, spelling)


def parse_boolean(spelling: str) -> bool:
    """Whether 是 or 否. Raises Malformed for another spelling."""
    return _lookup(_BOOLEAN, spelling, "yes or no")


def parse_secret(spelling: str) -> bool:
    """Whether an entry is marked as secret (涉密). Raises Malformed for what says neither."""
    return _lookup(_SECRET, spelling, "mark of secrecy")


def _known(table: Mapping[str, int], spelling: str, what: str) -> int:
    return _lookup(table, spelling, what) if spelling else 0


def _lookup(table: Mapping[str, _T], spelling: str, what: str) -> _T:
    value = table.get(spelling.casefold())
    if value is None:
        raise Malformed(f"{what} {spelling[:40]!r} is not known; known are {', '.join(table)}")
    return value


_TEXTS = [
    "source",
    "title",
    "abstract",
    "theme",
    "mandate",
    "update_cycle_text",
    "share_condition",
    "share_method",
    "open_condition",
    "resource_code",
    "system",
    "table",
    "landing_page",
    "license",
    "spatial",
]
_TIMES = ("issued", "modified", "updated")
_ITEM_TEXTS = ("name", "field", "type", "length")
_ITEM_FLAGS = ("key", "nullable")
_ITEM_CODES = {"level": 4, "share": 3, "open": 3}
_DISTRIBUTION_TEXTS = ("title", "format", "media_type", "access_url", "download_url")
CONTENT_FIELDS: Final = frozenset(
    [*_TEXTS, *_TIMES, "format", "format_class", "formats", "update_cycle", "aggregated", "items", "keywords",
     "distributions", "provider_derived", "replaces"]
)  # fmt: skip
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:Z|[+-]\d{2}:\d{2}))?")


def read_content(data: bytes) -> dict[str, Any]:
    """The content of an entry from its bytes.

    Raises Malformed when they are not canonical JSON, or not `mulu-entry/1`.
    """
    content = canonical.decode(data)
    check_content(content)
    assert isinstance(content, dict)
    return content


def check_content(content: Any) -> None:
    """Checks that a value is the content of an entry: known fields of the right form, nothing empty.

    Raises Malformed naming the field.
    """
    if not isinstance(content, dict) or content.get("format") != CONTENT_FORMAT:
        raise Malformed(f"content is not {CONTENT_FORMAT}")
    unknown = sorted(set(content) - CONTENT_FIELDS)
    _require(not unknown, f"unknown fields {', '.join(unknown)}")
    _require("title" in content and "source" in content, "title and source are required")
    for name, value in content.items():
        _check_field(name, value)
    other = content.get("update_cycle") == UpdateCycle.OTHER
    _require(other or "update_cycle_text" not in content, "update_cycle_text without update_cycle other")


def _check_field(name: str, value: Any) -> None:
    if name in _TEXTS:
        _check_text(name, value)
    elif name in _TIMES:
        _require(isinstance(value, str) and bool(_TIME.fullmatch(value)), f"{name} is not an RFC 3339 date or time")
    elif name in ("formats", "keywords"):
        _require(isinstance(value, list) and bool(value), f"{name} is not a list, or empty")
        for element in value:
            _check_text(name, element)
        _require(value == sorted(set(value)), f"{name} are not sorted, or one is there twice")
    elif name == "update_cycle":
        _require(value in list(UpdateCycle), f"update_cycle {value!r} is no code")
    elif name == "format_class":
        _require(value in list(FormatClass), f"format_class {value!r} is no code")
    elif name == "aggregated":
        _require(isinstance(value, bool), "aggregated is neither true nor false")
    elif name == "provider_derived":
        _require(value is True, "provider_derived is there only when true")
    elif name == "replaces":
        from_hex(value if isinstance(value, str) else "", 32, "replaces")
    elif name == "items":
        _check_list(name, value, _check_item)
    elif name == "distributions":
        _check_list(name, value, _check_distribution)


def _check_list(name: str, value: Any, check: Any) -> None:
    _require(isinstance(value, list) and bool(value), f"{name} is not a list, or empty")
    for index, element in enumerate(value):
        _require(isinstance(element, dict) and bool(element), f"{name}[{index}] is not an object, or empty")
        check(f"{name}[{index}]", element)


def _check_item(place: str, item: dict[str, Any]) -> None:
    _require("name" in item, f"{place} has no name")
    for name, value in item.items():
        if name in _ITEM_TEXTS:
            _check_text(f"{place}.{name}", value)
        elif name in _ITEM_FLAGS:
            _require(isinstance(value, bool), f"{place}.{name} is neither true nor false")
        elif name in _ITEM_CODES:
            right = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _ITEM_CODES[name]
            _require(right, f"{place}.{name} {value!r} is no code")
        else:
            raise Malformed(f"{place}.{name} is unknown")


def _check_distribution(place: str, distribution: dict[str, Any]) -> None:
    for name, value in distribution.items():
        _require(name in _DISTRIBUTION_TEXTS, f"{place}.{name} is unknown")
        _check_text(f"{place}.{name}", value)


def _check_text(place: str, value: Any) -> None:
    _require(isinstance(value, str) and bool(value), f"{place} is not a text, or empty")
    clean = text.abstract(value) if place == "abstract" else text.single_line(value)
    _require(value == clean, f"{place} is not normalized")


def _require(right: bool, problem: str) -> None:
    if not right:
        raise Malformed(f"content: {problem}")
