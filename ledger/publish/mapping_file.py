"""Reading mapping files: strict, so that a misspelled rule is an error and not a rule that never applies."""

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from importlib import resources
from pathlib import Path
from typing import Any, Final, Literal, NoReturn, cast

from ledger.errors import Malformed
from ledger.model.canonical import check_depth
from ledger.model.entry import CONTENT_FIELDS, Kind
from ledger.model.message import Message
from ledger.publish.mapping import FORMAT, WITHHELD, Derivation, Lookup, SourceMapping, Take
from ledger.publish.refusal import FileRefused, shown

_MAPPING_BYTES = 1 << 20
_NOT_MAPPED = {"format", "source", "update_cycle_text", "provider_derived", "replaces"}
FIELDS: Final = CONTENT_FIELDS - _NOT_MAPPED
_EACH = {
    "items": {"name", "field", "type", "length", "key", "nullable", "level", "share", "open"},
    "distributions": {"title", "format", "media_type", "access_url", "download_url"},
}
_ENTRY_KINDS = {"resource": Kind.RESOURCE, "product": Kind.PRODUCT}
_RULES = [
    "column",
    "optional",
    "split",
    "last_path_segment",
    "drop_suffix",
    "spellings",
    "not_stated",
    "date_time",
    "zone",
    "each",
    "lookup",
]
_TOP = [
    "format",
    "name",
    "title",
    "source",
    "kind",
    "records",
    "entry_kind",
    "provider",
    "local_code",
    "secret",
    "share",
    "open",
    "level",
    "fields",
    "ignore",
    "quiet",
]


def shipped() -> list[SourceMapping]:
    """The mappings that come with the product, by name."""
    folder = resources.files("ledger.publish") / "mappings"
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(".json"))
    return [parse((folder / name).read_bytes(), name) for name in names]


def load(path: Path) -> SourceMapping:
    """The mapping of a file. Raises FileRefused naming the rule that is wrong."""
    try:
        if path.stat().st_size > _MAPPING_BYTES:
            _refuse(path.name, "the file", "is larger than 1 MiB", "大于 1 MiB")
        return parse(path.read_bytes(), path.name)
    except OSError as error:
        _refuse(path.name, "the file", f"cannot be read: {error.strerror}", f"无法读取：{error.strerror}")


def find(name_or_path: str) -> SourceMapping:
    """A shipped mapping by name, or else the mapping file at a path. Raises FileRefused when there is neither."""
    known = shipped()
    for mapping in known:
        if mapping.name == name_or_path:
            return mapping
    if Path(name_or_path).is_file():
        return load(Path(name_or_path))
    names = ", ".join(mapping.name for mapping in known)
    raise FileRefused(
        name_or_path,
        "mapping_unknown",
        Message(f"is no mapping and no file; shipped are {names}", f"既不是映射名也不是文件；自带映射：{names}"),
    )


def parse(data: bytes, file: str) -> SourceMapping:
    """The mapping of a file's bytes. Raises FileRefused naming the rule that is wrong."""
    try:
        check_depth(data)
        document = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_unique)
    except (ValueError, Malformed) as error:
        _refuse(file, "the file", f"is not JSON: {error}", f"不是 JSON：{error}")
    return _Reader(file).mapping(document)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice!r} is there twice")
    return dict(pairs)


def _refuse(file: str, place: str, english: str, chinese: str) -> NoReturn:
    raise FileRefused(file, "mapping_malformed", Message(f"{place} {english}", f"{place} {chinese}"))


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file

    def mapping(self, document: Any) -> SourceMapping:
        top = self._object(document, "mapping", _TOP)
        if top.get("format") != FORMAT:
            _refuse(self.file, "format", f"must be {FORMAT!r}", f"必须是 {FORMAT!r}")
        kind = self._one_of(top, "kind", ("table", "json"))
        title = self._object(top.get("title"), "title", ("en", "zh"))
        fields = self._object(top.get("fields"), "fields", sorted(FIELDS))
        if "title" not in fields:
            _refuse(self.file, "fields", "must take a title", "必须包含 title")
        provider = top.get("provider")
        derive = provider.pop("derive", None) if isinstance(provider, dict) else None
        quiet = frozenset(self._texts(top.get("quiet", []), "quiet"))
        if quiet - set(fields):
            _refuse(self.file, "quiet", "names a field that is not taken", "包含未取用的字段")
        single = {
            name: self._take(top[name], name) if name in top else None for name in ("secret", "share", "open", "level")
        }
        return SourceMapping(
            name=self._text(top, "name"),
            title=Message(self._text(title, "en"), self._text(title, "zh")),
            source=self._text(top, "source"),
            kind=cast(Literal["table", "json"], kind),
            records=self._text(top, "records") if kind == "json" else "",
            entry_kind=_ENTRY_KINDS[self._one_of(top, "entry_kind", tuple(_ENTRY_KINDS))],
            provider=self._take(provider, "provider"),
            derivation=self._derivation(derive) if derive is not None else None,
            local_code=self._take(top.get("local_code"), "local_code"),
            fields={name: self._take(rule, f"fields.{name}", _EACH.get(name)) for name, rule in fields.items()},
            ignore=frozenset(self._texts(top.get("ignore", []), "ignore")),
            quiet=quiet,
            **single,
        )

    def _take(self, rule: Any, place: str, each: set[str] | None = None) -> Take:
        raw = self._object(rule, place, _RULES)
        column = self._text(raw, "column", place)
        if WITHHELD.search(column):
            _refuse(
                self.file,
                f"{place}.column",
                f"{column!r} holds contact persons or personal data and is never taken",
                f"{column!r} 含联系人或个人信息，不得取用",
            )
        if (each is not None) != ("each" in raw):
            _refuse(self.file, place, "has `each` where no list is, or none where one is", "each 的用法不正确")
        formats = tuple(self._texts(raw.get("date_time", []), f"{place}.date_time"))
        for form in formats:
            self._check_form(form, f"{place}.date_time")
        inner = self._object(raw.get("each", {}), f"{place}.each", sorted(each or ()))
        return Take(
            column=column,
            optional=self._flag(raw, "optional", place),
            split=self._text(raw, "split", place) if "split" in raw else None,
            last_path_segment=self._flag(raw, "last_path_segment", place),
            drop_suffix=self._text(raw, "drop_suffix", place) if "drop_suffix" in raw else "",
            spellings=self._spellings(raw.get("spellings", {}), f"{place}.spellings"),
            not_stated=frozenset(self._texts(raw.get("not_stated", []), f"{place}.not_stated")),
            date_time=formats,
            zone=self._zone(raw["zone"], f"{place}.zone") if "zone" in raw else None,
            each={name: self._take(r, f"{place}.each.{name}") for name, r in inner.items()} if each else None,
            lookup=self._lookup(raw["lookup"], f"{place}.lookup") if "lookup" in raw else None,
        )

    def _check_form(self, form: str, place: str) -> None:
        """A form that the parser cannot take shows only when it parses, and not always as a ValueError."""
        with suppress(ValueError, re.error):
            if form == "iso" or datetime.strptime(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC).strftime(form), form):
                return
        _refuse(
            self.file,
            place,
            f"{shown(form)} is no form of dates: write iso, or one like %Y-%m-%d",
            f"{shown(form)} 不是日期格式：请填 iso 或 %Y-%m-%d 这样的格式",
        )

    def _derivation(self, rule: Any) -> Derivation:
        raw = self._object(rule, "provider.derive", ("cells", "column", "pattern"))
        pattern = self._text(raw, "pattern", "provider.derive")
        try:
            compiled = re.compile(pattern)
        except (re.error, RecursionError, OverflowError) as error:
            _refuse(self.file, "provider.derive.pattern", f"is no pattern: {error}", f"不是有效的正则表达式：{error}")
        if "provider" not in compiled.groupindex:
            _refuse(self.file, "provider.derive.pattern", "has no group `provider`", "缺少名为 provider 的分组")
        cells = frozenset(self._texts(raw.get("cells", []), "provider.derive.cells"))
        return Derivation(cells, self._text(raw, "column", "provider.derive"), compiled)

    def _lookup(self, rule: Any, place: str) -> Lookup:
        raw = self._object(rule, place, ("records", "key", "value"))
        return Lookup(*(self._text(raw, name, place) for name in ("records", "key", "value")))

    def _zone(self, value: Any, place: str) -> timezone:
        match = re.fullmatch(r"([+-])(\d{2}):(\d{2})", value) if isinstance(value, str) else None
        if not match or int(match[2]) > 14 or int(match[3]) > 59:
            _refuse(self.file, place, "is no zone like +08:00", "不是 +08:00 这样的时区")
        offset = timedelta(hours=int(match[2]), minutes=int(match[3]))
        return timezone(-offset if match[1] == "-" else offset)

    def _spellings(self, value: Any, place: str) -> dict[str, str]:
        raw = self._object(value, place)
        return {name: self._text(raw, name, place) for name in raw}

    def _object(self, value: Any, place: str, known: Sequence[str] | None = None) -> dict[str, Any]:
        if not isinstance(value, dict):
            _refuse(self.file, place, "must be an object", "必须是对象")
        unknown = [name for name in value if known is not None and name not in known]
        if unknown:
            names, odd = ", ".join(known or ()), shown(unknown[0])
            _refuse(self.file, f"{place}.{odd}", f"is not known; known are {names}", f"未知；可用：{names}")
        return value

    def _text(self, raw: Mapping[str, Any], name: str, place: str = "") -> str:
        value = raw.get(name)
        if not isinstance(value, str) or not value:
            _refuse(self.file, f"{place}.{name}".lstrip("."), "must be a text", "必须是非空文本")
        return value

    def _texts(self, value: Any, place: str) -> list[str]:
        if not isinstance(value, list) or not all(isinstance(element, str) for element in value):
            _refuse(self.file, place, "must be a list of texts", "必须是文本列表")
        return value

    def _flag(self, raw: Mapping[str, Any], name: str, place: str) -> bool:
        value = raw.get(name, False)
        if not isinstance(value, bool):
            _refuse(self.file, f"{place}.{name}", "must be true or false", "必须是 true 或 false")
        return value

    def _one_of(self, raw: Mapping[str, Any], name: str, choices: Sequence[str]) -> str:
        value = raw.get(name)
        if value not in choices:
            _refuse(self.file, name, f"must be one of {', '.join(choices)}", f"必须是 {'、'.join(choices)} 之一")
        return str(value)
