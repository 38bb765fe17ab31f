"""Mapping files: which column of a source is which field of an entry (`"format": "mulu-mapping/1"`).

A mapping says where a value stands and how it is spelled, and never what it is where the source says nothing: share,
open and level have no constants. Columns that hold contact persons cannot be mapped at all.
"""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timezone
from typing import Final, Literal, Protocol

from ledger.model.entry import Kind
from ledger.model.message import Message
from ledger.publish.refusal import FileRefused

FORMAT: Final = "mulu-mapping/1"
WITHHELD: Final = re.compile("contactpoint|hasemail|mbox|联系人|联系电话|联系方式|手机号|邮箱|身份证", re.IGNORECASE)
SECRECY: Final = re.compile("涉密|密级|保密|secret|classified|classification_level", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Lookup:
    """A value that stands in another list of the same JSON document, found by its key."""

    records: str
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Take:
    """How one value is taken from a record. `column` is a heading, or a dotted path in JSON."""

    column: str
    optional: bool = False
    split: str | None = None
    last_path_segment: bool = False
    drop_suffix: str = ""
    spellings: Mapping[str, str] = field(default_factory=dict)
    not_stated: frozenset[str] = frozenset()
    date_time: tuple[str, ...] = ()
    zone: timezone | None = None
    each: Mapping[str, "Take"] | None = None
    lookup: Lookup | None = None


@dataclass(frozen=True, slots=True)
class Derivation:
    """Where the provider's cell names no provider: the cells that do so, and the pattern that finds one elsewhere."""

    cells: frozenset[str]
    column: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class SourceMapping:
    """One mapping file, checked."""

    name: str
    title: Message
    source: str
    kind: Literal["table", "json"]
    records: str
    entry_kind: Kind
    provider: Take
    derivation: Derivation | None
    local_code: Take
    secret: Take | None
    share: Take | None
    open: Take | None
    level: Take | None
    fields: Mapping[str, Take]
    ignore: frozenset[str]
    quiet: frozenset[str]

    def takes(self) -> list[Take]:
        """Every rule of the mapping but those inside lists."""
        alone = [self.provider, self.local_code, self.secret, self.share, self.open, self.level]
        return [take for take in [*alone, *self.fields.values()] if take]

    def columns(self) -> frozenset[str]:
        """The columns that are taken."""
        derived = [self.derivation.column] if self.derivation else []
        return frozenset([take.column for take in self.takes()] + derived)

    def required(self) -> list[str]:
        """The columns without which a file is none of this kind, in the order of the mapping."""
        derived = [self.derivation.column] if self.derivation else []
        return list(dict.fromkeys([take.column for take in self.takes() if not take.optional] + derived))


class Columns(Protocol):
    """What choosing asks of a file."""

    @property
    def file(self) -> str: ...
    @property
    def kind(self) -> str: ...
    def missing(self, mapping: SourceMapping) -> list[str]:
        """The required columns that the file does not have."""

    def headings(self, mapping: SourceMapping) -> Sequence[str]:
        """The columns that the file has."""


def choose(source: Columns, candidates: Iterable[SourceMapping]) -> SourceMapping:
    """The one mapping whose required columns the file has; of several, the one that asks for most.

    Raises FileRefused listing the candidates, and what each misses, when none or no single one fits.
    """
    all_candidates = list(candidates)
    fitting = [c for c in all_candidates if c.kind == source.kind and not source.missing(c)]
    if fitting:
        most = max(len(c.required()) for c in fitting)
        best = [c for c in fitting if len(c.required()) == most]
        if len(best) == 1:
            return best[0]
        names = ", ".join(sorted(c.name for c in best))
        raise FileRefused(
            source.file,
            "mapping_ambiguous",
            Message(f"fits several mappings: {names}; name one", f"符合多个映射：{names}；请指定一个"),
        )
    lines = [(c.name, lacks(source, c)) for c in all_candidates]
    raise FileRefused(
        source.file,
        "mapping_missing",
        Message(
            "fits no mapping; name one or write one:\n" + "\n".join(f"  {name}: {why.en}" for name, why in lines),
            "不符合任何映射，请指定或编写：\n" + "\n".join(f"  {name}：{why.zh}" for name, why in lines),
        ),
    )


def require(source: Columns, mapping: SourceMapping) -> None:
    """Checks that the file has what the mapping takes. Raises FileRefused naming what is missing."""
    if mapping.kind != source.kind or source.missing(mapping):
        raise FileRefused(source.file, "column_missing", lacks(source, mapping))


def lacks(source: Columns, mapping: SourceMapping) -> Message:
    """What a file lacks for a mapping, with the nearest headings it has."""
    if mapping.kind != source.kind:
        return Message(f"is for {mapping.kind} files", f"只用于 {mapping.kind} 文件")
    # Nearness takes time for each; nobody looks for a misspelled heading behind the first thousand.
    headings = source.headings(mapping)[:1_000]
    english, chinese = [], []
    for name in source.missing(mapping):
        near = difflib.get_close_matches(name, headings, 1, 0.5)
        english.append(f"{name} (the file has {near[0]})" if near else name)
        chinese.append(f"{name}（文件中有 {near[0]}）" if near else name)
    return Message(f"the file has no column {', '.join(english)}", f"文件缺少列：{'、'.join(chinese)}")
