"""Products of an operator from a file: under a grant, or developed from another product.

Each stands in the unified catalog as an entry of kind product, under a local code of the operator.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ledger.errors import Malformed
from ledger.grant import spellings
from ledger.grant.rows import Cells, Columns, Wrong, read_rows, require_good, words
from ledger.model import canonical
from ledger.model import entry as entries
from ledger.model.content import ContentRefused
from ledger.model.grant import Purpose
from ledger.model.ids import EntryId, entry_id, entry_named
from ledger.model.message import Message
from ledger.model.product import Form, ProductContent
from ledger.model.publication import NO_REASON, Publication

FORMS: Final = {"数据集": Form.DATASET, "dataset": Form.DATASET, "接口": Form.INTERFACE, "interface": Form.INTERFACE,
                "模型": Form.MODEL, "model": Form.MODEL, "核验": Form.VERIFICATION, "verification": Form.VERIFICATION,
                "评价指数": Form.INDEX, "指数": Form.INDEX, "index": Form.INDEX,
                "报告": Form.REPORT, "report": Form.REPORT}  # fmt: skip
SOURCE: Final = "products"
"""The source that entries of products name."""
INPUTS_MOST: Final = 64
_CONTENT: Final = {name: (wording.label.zh,) for name, wording in ProductContent.wordings().items()}
_NUMBER_MOST: Final = 2**32 - 1
COLUMNS: Final = Columns(
    {
        "grant": ("授权编号",),
        "source": ("源产品编号",),
        "local_code": ("条目代码", "产品代码"),
        "form": ("产品形态", "形态"),
        "purpose": ("用途",),
        "redevelopable": ("可再开发", "允许再开发"),
        "inputs": ("输入条目", "使用条目"),
        **_CONTENT,
    },
    "products",
)


@dataclass(frozen=True, slots=True)
class OfferedProduct:
    """A product to be added (`IProducts.NewProduct`), and its own entry."""

    row: int
    grant: int
    source: int
    operator: str
    local_code: str
    form: Form
    purpose: Purpose
    redevelopable: bool
    inputs: tuple[EntryId, ...]
    content: ProductContent

    @property
    def entry(self) -> EntryId:
        """Id of its own entry."""
        return entry_id(self.operator, self.local_code)

    def to_call(self) -> dict[str, Any]:
        """The contract's struct."""
        return {
            "grant": self.grant,
            "source": self.source,
            "entry": self.entry,
            "form": int(self.form),
            "purpose": int(self.purpose),
            "redevelopable": self.redevelopable,
            "inputs": list(self.inputs),
            "content": self.content.encode(),
        }

    def publication(self, expected_version: int) -> Publication:
        """The publication of its entry; what a product does not say is not stated."""
        content: dict[str, Any] = {
            "format": entries.CONTENT_FORMAT,
            "title": self.content.name,
            "source": SOURCE,
        }
        if self.content.abstract:
            content["abstract"] = self.content.abstract
        entries.check_content(content)
        return Publication(
            self.operator,
            expected_version,
            entries.Kind.PRODUCT,
            entries.Share.NOT_STATED,
            entries.Open.NOT_STATED,
            entries.Level.NOT_STATED,
            NO_REASON,
            self.local_code,
            canonical.encode(content),
        )


def read_products(path: Path, operator: str, sheet: str | None = None) -> tuple[str, list[OfferedProduct]]:
    """The products in a file.

    Raises RowsRefused with what is wrong in every row, FileRefused when the file cannot be used at all.
    """
    file, rows = read_rows(path, COLUMNS, sheet)
    products: list[OfferedProduct] = []
    seen: dict[str, int] = {}
    for cells in rows:
        product = _product(cells, operator)
        if product is None:
            continue
        if product.local_code in seen:
            why = Message(
                f"row {seen[product.local_code]} has this code", f"与第 {seen[product.local_code]} 行代码相同"
            )
            cells.refuse("local_code", product.local_code, "row_twice", why, Message("correct one", "请更正"))
        seen.setdefault(product.local_code, cells.row)
        products.append(product)
    require_good(file, rows)
    return file, products


def _product(cells: Cells, operator: str) -> OfferedProduct | None:
    grant = cells.read("grant", spellings.number(1, _NUMBER_MOST), 0)
    source = cells.read("source", spellings.number(1, _NUMBER_MOST), 0)
    local_code = cells.read("local_code", _local_code(operator))
    form = cells.read("form", spellings.one_of(FORMS))
    purpose = cells.read("purpose", _purpose)
    redevelopable = cells.read("redevelopable", _boolean, False)
    none: tuple[EntryId, ...] = ()
    inputs = cells.read("inputs", _inputs, none)
    if (grant == 0) == (source == 0) and not cells.refusals:
        why = Message("a product has a grant, or a source product, not both", "须填写授权编号或源产品编号之一")
        cells.refuse("grant", cells.get("grant"), "grant_or_source", why, Message("fill in one", "请填写其一"))
    if bool(inputs) == bool(source) and not cells.refusals:
        why = (
            Message("a product developed from another has no inputs of its own", "由其他产品再开发的，不填输入条目")
            if source
            else Message("is required for a product under a grant", "授权项下的产品须填写输入条目")
        )
        cells.refuse("inputs", cells.get("inputs"), "inputs_invalid", why, Message("correct it", "请更正"))
    content = _content(cells)
    if cells.refusals or content is None or grant is None or source is None or local_code is None:
        return None
    if form is None or purpose is None or redevelopable is None or inputs is None:
        return None
    return OfferedProduct(cells.row, grant, source, operator, local_code, form, purpose, redevelopable, inputs, content)


def _content(cells: Cells) -> ProductContent | None:
    try:
        return ProductContent.read({name: value for name in _CONTENT if (value := cells.get(name))})
    except ContentRefused as error:
        for problem in error.problems:
            # What must not be published is in no message.
            cells.refuse(problem.field, "", "content_refused", problem.message, Message("correct it", "请更正"))
    return None


def _purpose(value: str) -> Purpose:
    purpose = spellings.purposes(value)
    if purpose.bit_count() != 1 or purpose == Purpose.DUTY:
        raise Wrong(
            "purpose_invalid",
            Message("a product is for one purpose", "一个产品只有一种用途"),
            Message(
                "write one of governance, public_good, industry, sector",
                "可填：公共治理、公益、产业发展、行业发展",
            ),
        )
    return Purpose(purpose)


def _boolean(value: str) -> bool:
    try:
        return entries.parse_boolean(value)
    except Malformed:
        raise Wrong(
            "boolean_invalid",
            Message("says neither yes nor no", "既非“是”也非“否”"),
            Message("write yes or no", "请填“是”或“否”"),
        ) from None


def _local_code(operator: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        try:
            entry_id(operator, value)
        except ValueError:
            raise Wrong(
                "local_code_invalid",
                Message("is no local code of 1 to 128 bytes", "不是 1 至 128 字节的条目代码"),
                Message("correct it", "请更正"),
            ) from None
        return value

    return read


def _inputs(value: str) -> tuple[EntryId, ...]:
    found = set()
    for word in words(value):
        try:
            found.add(entry_named(word))
        except Malformed as error:
            raise Wrong(
                "entry_invalid",
                Message(str(error), f"{word[:80]} 不是条目"),
                Message("write 0x…, or PROVIDER/LOCAL-CODE", "应为条目标识（0x…）或“提供方代码/条目代码”"),
            ) from error
    if len(found) > INPUTS_MOST:
        raise Wrong(
            "inputs_too_many",
            Message(
                f"names {len(found)} entries, at most {INPUTS_MOST}", f"条目 {len(found)} 个，最多 {INPUTS_MOST} 个"
            ),
            Message("take some out", "请减少"),
        )
    return tuple(sorted(found))
