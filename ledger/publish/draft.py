"""From a row to the draft of an entry. What the row does not state stays absent, or 0.

Every row gives a draft or at least one refusal; all bad cells of a row are reported. Secret and personal data is
refused here, long before anything is signed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from ledger.model import canonical, entry, personal
from ledger.model.entry import CONTENT_BYTES, CONTENT_FORMAT, Kind, Level, Open, Share, UpdateCycle
from ledger.model.ids import LOCAL_CODE_BYTES
from ledger.model.message import Message
from ledger.publish import mapping_file, sources, values
from ledger.publish.mapping import SourceMapping, Take, choose, require
from ledger.publish.refusal import CellRefused, Fault, Refusal, RowWarning, shown
from ledger.publish.source import Row, Source


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """An entry as a file states it; its provider is a name that the directory has yet to resolve."""

    row: int
    provider_name: str
    provider_derived: bool
    local_code: str
    kind: Kind
    share: Share
    open: Open
    level: Level
    content: dict[str, Any]
    warnings: tuple[RowWarning, ...] = ()


@dataclass(frozen=True, slots=True)
class Drafts:
    """What a file gives. `local_codes` are those of refused rows too, where they can be read."""

    file: str
    mapping: SourceMapping
    digest: bytes
    row_count: int
    drafts: tuple[EntryDraft, ...]
    refusals: tuple[Refusal, ...]
    refused_local_codes: frozenset[str]
    unreadable_row_count: int
    """Refused rows whose local code cannot be read: while there are any, nobody can say what is missing."""
    notes: tuple[Message, ...]


def draft_all(source: Source, mapping: SourceMapping) -> Drafts:
    """The drafts and refusals of every row.

    Raises FileRefused when the file and the mapping do not fit.
    """
    notes = source.notes + tuple(source.not_taken(mapping))
    drafts: list[EntryDraft] = []
    refusals: list[Refusal] = []
    refused_codes: set[str] = set()
    unreadable = 0
    rows = source.rows(mapping)
    for row in rows:
        reader = _RowReader(source, mapping, row)
        draft = reader.draft()
        if draft:
            drafts.append(draft)
            continue
        refusals += [fault.at(source.file, row.number) for fault in reader.faults]
        if reader.local_code:
            refused_codes.add(reader.local_code)
        else:
            unreadable += 1
    return Drafts(
        source.file, mapping, source.digest, len(rows), tuple(drafts), tuple(refusals), frozenset(refused_codes),
        unreadable, notes,
    )  # fmt: skip


def draft_file(path: Path, mapping_name: str | None = None, sheet: str | None = None) -> Drafts:
    """The drafts of a file, through a mapping by name or path, or else the shipped one that its columns fit.

    Raises FileRefused when file, sheet or mapping cannot be used.
    """
    source = sources.read(path, sheet)
    if mapping_name is None:
        return draft_all(source, choose(source, mapping_file.shipped()))
    mapping = mapping_file.find(mapping_name)
    require(source, mapping)
    return draft_all(source, mapping)


class _RowReader:
    """Reads one row, collecting its faults."""

    def __init__(self, source: Source, mapping: SourceMapping, row: Row) -> None:
        self.source = source
        self.mapping = mapping
        self.row = row
        taken = mapping.columns()
        self.faults: list[Fault] = [fault for fault in row.faults if fault.column is None or fault.column in taken]
        self.local_code: str | None = None

    def draft(self) -> EntryDraft | None:
        mapping = self.mapping
        if any(fault.column is None for fault in self.faults):
            return None
        if not any(fault.column == mapping.local_code.column for fault in self.faults):
            self.local_code = self._get(self._local_code)
        if self.row.faults and self.faults:
            return None
        name, derived = self._get(self._provider) or ("", False)
        self._get(self._secret)
        share = self._typed(mapping.share, entry.parse_share, Share.NOT_STATED)
        opened = self._typed(mapping.open, entry.parse_open, Open.NOT_STATED)
        level = self._typed(mapping.level, entry.parse_level, Level.NOT_STATED)
        content = self._content(derived)
        if self.faults or not self.local_code:
            return None
        self._check_personal(content)
        self._check_size(content)
        if self.faults:
            return None
        return EntryDraft(
            self.row.number, name, derived, self.local_code, mapping.entry_kind, share, opened, level, content,
            self._warnings(content, opened),
        )  # fmt: skip

    def _get(self, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except CellRefused as error:
            if error.fault not in self.faults:
                self.faults.append(error.fault)
            return None

    def _required(self, take: Take) -> str:
        value = values.line(take, self.row.cells, self.source.document)
        if not value:
            raise values.refused(take, "", "value_missing", "is blank", "为空", "fill it in", "请填写")
        return value

    def _local_code(self) -> str:
        take = self.mapping.local_code
        code = self._required(take)
        if take.last_path_segment:
            code = values.last_path_segment(take, code)
        size = len(code.encode())
        if size > LOCAL_CODE_BYTES:
            raise values.refused(
                take, code, "local_code_too_long", f"has {size} bytes, more than {LOCAL_CODE_BYTES}",
                f"长度 {size} 字节，超过上限 {LOCAL_CODE_BYTES}", "use a shorter code", "请使用更短的编码",
            )  # fmt: skip
        return code

    def _provider(self) -> tuple[str, bool]:
        name = self._required(self.mapping.provider)
        derivation = self.mapping.derivation
        if derivation is None or name not in derivation.cells:
            return name, False
        take = Take(derivation.column)
        where = values.line(take, self.row.cells) or ""
        match = derivation.pattern.search(where)
        found = match["provider"].strip() if match else ""
        if not found:
            raise values.refused(
                self.mapping.provider, name, "provider_not_derivable",
                f"is no organization, and column {derivation.column} does not name the provider",
                f"不是机构，且“{derivation.column}”中也未写明提供方",
                "write the provider into the row", "请在该行填写提供方",
            )  # fmt: skip
        return found, True

    def _secret(self) -> None:
        take = self.mapping.secret
        if take and values.code(take, self.row.cells, entry.parse_secret):
            raise values.refused(
                take, values.raw(take, self.row.cells), "secret", "marks the entry as secret: it never goes on chain",
                "该条目标注为涉密，不得上链", "take the row out of the file", "请将该行移出文件",
            )  # fmt: skip

    def _typed(self, take: Take | None, parse: Callable[[str], Any], not_stated: Any) -> Any:
        value = self._get(lambda: values.code(take, self.row.cells, parse)) if take else None
        return not_stated if value is None else value

    def _content(self, derived: bool) -> dict[str, Any]:
        content: dict[str, Any] = {"format": CONTENT_FORMAT, "source": self.mapping.source}
        for name, take in self.mapping.fields.items():
            value = self._get(partial(self._field, name, take))
            if value is not None:
                content[name] = value
        cycle = content.pop("update_cycle", None)
        if cycle:
            content["update_cycle"] = str(cycle[0])
            if cycle[0] is UpdateCycle.OTHER and cycle[1]:
                content["update_cycle_text"] = cycle[1]
        if derived:
            content["provider_derived"] = True
        return content

    def _field(self, name: str, take: Take) -> Any:
        cells = self.row.cells
        if name == "title":
            return self._required(take)
        if name == "abstract":
            return values.lines(take, cells)
        if name in ("formats", "keywords"):
            return values.texts(take, cells, lower=name == "formats")
        if name in ("issued", "modified", "updated"):
            return values.moment(take, cells)
        if name in ("items", "distributions"):
            return values.objects(take, cells, name)
        if name in _PARSERS:
            value = values.code(take, cells, _PARSERS[name])
            return str(value) if name == "format_class" and value else value
        return values.line(take, cells, self.source.document)

    def _check_personal(self, content: dict[str, Any]) -> None:
        assert self.local_code
        for name, value in [("local_code", self.local_code), *_strings(content)]:
            for kind in dict.fromkeys(finding.kind for finding in personal.findings(value)):
                english, chinese = _PERSONAL[kind]
                self.faults.append(
                    Fault(
                        self._column(name),
                        shown(value),
                        str(kind),
                        Message(f"{name} holds {english}: it never goes on chain", f"{name} 含{chinese}，不得上链"),
                        Message("remove it from the source", "请从来源中删除"),
                    )
                )

    def _check_size(self, content: dict[str, Any]) -> None:
        size = len(canonical.encode(content))
        if size > CONTENT_BYTES:
            self.faults.append(
                Fault(
                    None,
                    "",
                    "content_too_large",
                    Message(
                        f"the entry has {size:,} bytes, more than {CONTENT_BYTES:,}",
                        f"条目内容 {size:,} 字节，超过上限 {CONTENT_BYTES:,}",
                    ),
                    Message("shorten texts or lists", "请精简文本或列表"),
                )
            )
            return
        entry.check_content(content)

    def _warnings(self, content: dict[str, Any], opened: Open) -> tuple[RowWarning, ...]:
        if opened is Open.DENIED:
            return ()
        found: dict[str, str] = {}
        for name in ("title", "abstract"):
            for word in personal.personal_fields(content.get(name, "")):
                found.setdefault(word, name)
        for item in content.get("items", []):
            if item.get("open") != Open.DENIED:
                for word in personal.personal_fields(item["name"]):
                    found.setdefault(word, "items")
        return tuple(
            RowWarning(
                self.source.file,
                self.row.number,
                self._column(name),
                "personal_field",
                Message(
                    f"{name} lists {word} as a field, and the entry is not closed: check level and opening",
                    f"{name} 列有“{word}”字段，而条目并非不予开放：请核对数据级别和开放属性",
                ),
            )
            for word, name in found.items()
        )

    def _column(self, name: str) -> str | None:
        head = name.split("[")[0].split(".")[0]
        take = self.mapping.local_code if head == "local_code" else self.mapping.fields.get(head)
        return take.column if take else None


_PARSERS: Final[dict[str, Callable[[str], Any]]] = {
    "format_class": entry.parse_format_class,
    "update_cycle": entry.parse_update_cycle,
    "aggregated": entry.parse_boolean,
}
_PERSONAL = {
    personal.Personal.IDENTITY_NUMBER: ("an identity number", "身份证号码"),
    personal.Personal.MOBILE_NUMBER: ("a mobile number", "手机号码"),
    personal.Personal.MAIL_ADDRESS: ("a mail address", "电子邮箱地址"),
    personal.Personal.SECRECY_MARK: ("a mark of secrecy", "密级标志"),
}


def _strings(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for name, element in value.items():
            yield from _strings(element, f"{place}.{name}".lstrip("."))
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from _strings(element, f"{place}[{index}]")
