"""Content that is a flat list of texts: what a plan, a product or a disclosure says beside its typed fields.

Canonical JSON, `{"format": "mulu-…/1", name: text, …}`. What is not stated is absent. Texts are normalized by the
writer; readers reject what is not and never normalize. Typed fields of an act are never repeated in its content.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Final, Self

from ledger.errors import Malformed
from ledger.model import canonical, personal, text
from ledger.model.message import Message

CONTENT_BYTES: Final = 32_768
"""Most bytes that a writer accepts: with the rest of its event, well below the 65,535 of a journal leaf."""
_LINE, _LINES = 256, 4_000
"""Most characters of a single line, and of a text of several."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What a text is called, and whether it can have several lines."""

    label: Message
    lines: bool

    def normalized(self, value: str) -> str:
        """The text as content holds it. Raises Malformed for what cannot be seen, and for too much."""
        clean = text.abstract(value) if self.lines else text.single_line(value)
        most = _LINES if self.lines else _LINE
        if len(clean) > most:
            raise Malformed(f"{len(clean)} characters, at most {most}")
        return clean


def worded(en: str, zh: str, *, lines: bool = False, required: bool = False) -> Any:
    """A text of a content; required ones have no default."""
    metadata = {"wording": Wording(Message(en, zh), lines)}
    return field(metadata=metadata) if required else field(default=None, metadata=metadata)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one text."""

    field: str
    message: Message


class ContentRefused(Malformed):
    """Texts with problems: all of them at once."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{problem.field}: {problem.message.en}" for problem in problems))
        self.problems = problems


class Content:
    """A content; each kind is a frozen dataclass of texts, each `worded`."""

    FORMAT: ClassVar[str]
    __slots__ = ()

    @classmethod
    def wordings(cls) -> dict[str, Wording]:
        """The texts, in their order."""
        return {member.name: member.metadata["wording"] for member in fields(cls)}  # type: ignore[arg-type]

    @classmethod
    def required(cls) -> tuple[str, ...]:
        """The texts that cannot be missing."""
        optional = {member.name for member in fields(cls) if member.default is None}  # type: ignore[arg-type]
        return tuple(name for name in cls.wordings() if name not in optional)

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """The content of its bytes. Raises Malformed when they are not canonical, or not of this format."""
        raw = canonical.decode(data)
        if not isinstance(raw, dict) or raw.pop("format", None) != cls.FORMAT:
            raise Malformed(f"content is not {cls.FORMAT}")
        known = cls.wordings()
        if unknown := sorted(raw.keys() - known.keys()):
            raise Malformed(f"content: unknown fields {', '.join(unknown)[:200]}")
        if missing := [name for name in cls.required() if name not in raw]:
            raise Malformed(f"content: {', '.join(missing)} must be stated")
        for name, value in raw.items():
            if not isinstance(value, str) or not value or known[name].normalized(value) != value:
                raise Malformed(f"content: {name} is no text, empty or not normalized")
        return cls(**raw)

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        """The content of what a person wrote, by name or Chinese label; blank is not stated.

        Raises ContentRefused with every problem, among them what must not be published.
        """
        known = cls.wordings()
        names = {wording.label.zh: name for name, wording in known.items()}
        problems: list[Problem] = []
        values: dict[str, str] = {}
        for heading, value in given.items():
            name = names.get(heading.strip(), heading.strip())
            if name not in known:
                problems.append(Problem(heading, Message("there is no such field", "没有该字段")))
            elif name in values:
                problems.append(Problem(name, Message("given twice", "重复填写")))
            else:
                try:
                    values[name] = known[name].normalized(value)
                except Malformed as error:
                    problems.append(Problem(name, Message(str(error), f"{known[name].label.zh}：{error}")))
        refused = {problem.field for problem in problems}
        for name in cls.required():
            if not values.get(name) and name not in refused:
                problems.append(Problem(name, Message("is required", f"{known[name].label.zh}为必填项")))
        problems += [_withheld(name, value) for name, value in values.items() if personal.findings(value)]
        if problems:
            raise ContentRefused(tuple(problems))
        content = cls(**{name: value for name, value in values.items() if value})
        if (size := len(content.encode())) > CONTENT_BYTES:
            message = Message(f"{size} bytes, at most {CONTENT_BYTES}", f"共 {size} 字节，最多 {CONTENT_BYTES}")
            raise ContentRefused((Problem("content", message),))
        return content

    def stated(self) -> dict[str, str]:
        """What is stated, by name, in the order of the fields."""
        return {name: value for name in self.wordings() if (value := getattr(self, name)) is not None}

    def encode(self) -> bytes:
        """The canonical bytes."""
        return canonical.encode({"format": self.FORMAT, **self.stated()})


def _withheld(name: str, value: str) -> Problem:
    kinds = ", ".join(dict.fromkeys(finding.kind for finding in personal.findings(value)))
    return Problem(
        name,
        Message(
            f"holds what must not be published ({kinds}): remove it",
            "含有不得公开的内容（身份证号、手机号、邮箱或密级标志）：请删除",
        ),
    )
