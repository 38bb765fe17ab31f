"""What goes wrong, as HTTP: one table from exception to status and problem type (RFC 9457).

Every error leaves as `application/problem+json`, or as a page with the same content where a person's browser asked
for a page. A problem says what was asked and what to do; it never holds a stack trace, an address of a node or
database, or anything of the message of an error that nobody foresaw.
"""

import difflib
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from ledger.errors import Inconsistent, LedgerError, NotFound, Rejected, Suppressed, Unavailable
from ledger.model.message import Message

MEDIA_TYPE: Final = "application/problem+json"
_VALUE_CHARACTERS = 80
_LISTED = 30
"""Wrong parameters that are listed; each unknown one is compared with all known."""


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of problem. `name` is the last part of its `type`, `/problems/{name}`, where `advice` can be read."""

    name: str
    status: int
    title: Message
    advice: Message


NOT_FOUND = ProblemType(
    "not-found",
    404,
    Message("No such thing", "没有找到"),
    Message(
        "Check the id. The mirror may not have indexed the newest block yet: see /readyz.",
        "请核对标识符。镜像库可能尚未索引最新区块：见 /readyz。",
    ),
)
SUPPRESSED = ProblemType(
    "suppressed",
    410,
    Message("Suppressed in this mirror", "本镜像库已屏蔽"),
    Message(
        "The operator withholds what this act says; `detail` gives the reason. Its leaf stays, the chain has it.",
        "运维方已屏蔽该记录的内容，理由见 `detail`。其叶哈希不变，链上记录不变。",
    ),
)
NO_ROUTE = ProblemType(
    "no-route",
    404,
    Message("No such address", "没有这个地址"),
    Message("The addresses are listed in /v1/openapi.json.", "全部地址见 /v1/openapi.json。"),
)
METHOD = ProblemType(
    "method-not-allowed",
    405,
    Message("This interface only answers GET and HEAD", "本接口只接受 GET 与 HEAD"),
    Message("Records are changed by signed transactions: see `mulu --help`.", "修改记录须签名上链：见 `mulu --help`。"),
)
INVALID = ProblemType(
    "invalid-request",
    422,
    Message("The request is not valid", "请求无效"),
    Message(
        "`errors` lists every parameter that is wrong, and why. Unknown parameters are refused rather than ignored.",
        "`errors` 逐项列出有误的参数及原因。未知参数会被拒绝，不会被忽略。",
    ),
)
OUT_OF_RANGE = ProblemType(
    "as-of-out-of-range",
    422,
    Message("The mirror does not reach this moment", "镜像库不含该时点"),
    Message(
        "`as_of` is a block or a time between the first act and the mirror's head: see /v1/journal.",
        "`as_of` 须介于首条记录与镜像库最新区块之间：见 /v1/journal。",
    ),
)
REJECTED = ProblemType(
    "rejected",
    409,
    Message("A rule refuses this", "规则不允许"),
    Message("`detail` names the rule.", "`detail` 说明所违反的规则。"),
)
TOO_LONG = ProblemType(
    "target-too-long",
    414,
    Message("The address is too long", "地址过长"),
    Message("Path and query hold at most 8,192 bytes.", "路径与参数至多 8,192 字节。"),
)
BODY = ProblemType(
    "no-body",
    413,
    Message("Reading takes no body", "读取请求不得带正文"),
    Message("Send what is asked in path and query only.", "请仅以路径与参数提出请求。"),
)
BUSY = ProblemType(
    "busy",
    503,
    Message("Too much is asked at once", "请求过多"),
    Message("Ask again after the seconds of Retry-After.", "请在 Retry-After 所示秒数后重试。"),
)
TOO_SLOW = ProblemType(
    "too-slow",
    503,
    Message("This took too long", "处理超时"),
    Message(
        "Ask for less, or again after the seconds of Retry-After.", "请缩小范围，或在 Retry-After 所示秒数后重试。"
    ),
)
UNAVAILABLE = ProblemType(
    "unavailable",
    503,
    Message("Cannot be answered now", "暂时无法答复"),
    Message(
        "The node or the mirror cannot be reached. Ask again after the seconds of Retry-After.",
        "节点或镜像库暂时不可用。请在 Retry-After 所示秒数后重试。",
    ),
)
INCONSISTENT = ProblemType(
    "inconsistent",
    500,
    Message("Chain and mirror disagree", "链上与镜像库不一致"),
    Message(
        "Nothing is answered from records that contradict each other. The operator must look: `mulu status`.",
        "记录互相矛盾，故不予答复。须由运维人员检查：`mulu status`。",
    ),
)
INTERNAL = ProblemType(
    "internal-error",
    500,
    Message("An unforeseen error", "意外错误"),
    Message("The operator's log holds the details, under `request_id`.", "详情见运维日志，可按 `request_id` 查找。"),
)
OTHER = ProblemType(
    "http-error",
    400,
    Message("The request cannot be served", "请求无法处理"),
    Message("`status` and `title` are those of HTTP.", "`status` 与 `title` 同 HTTP。"),
)

PROBLEM_TYPES: Final = {
    problem.name: problem
    for problem in (
        NOT_FOUND,
        SUPPRESSED,
        NO_ROUTE,
        METHOD,
        INVALID,
        OUT_OF_RANGE,
        REJECTED,
        TOO_LONG,
        BODY,
        BUSY,
        TOO_SLOW,
        UNAVAILABLE,
        INCONSISTENT,
        INTERNAL,
        OTHER,
    )
}


class OutOfRange(NotFound):
    """The asked block or time lies outside what the mirror holds."""


# The first that matches wins: subclasses before their bases. What a request can have wrong is found before anything is
# read, so a Malformed that comes this far is the server's own trouble.
_TABLE: Final[tuple[tuple[type[Exception], ProblemType], ...]] = (
    (OutOfRange, OUT_OF_RANGE),
    (Suppressed, SUPPRESSED),
    (NotFound, NOT_FOUND),
    (Rejected, REJECTED),
    (Unavailable, UNAVAILABLE),
    (Inconsistent, INCONSISTENT),
    (Exception, INTERNAL),
)
RETRY_SECONDS: Final = 5


def problem_type(error: Exception) -> ProblemType:
    """The problem type of an exception."""
    return next(problem for kind, problem in _TABLE if isinstance(error, kind))


def detail_of(error: Exception) -> str | None:
    """What may be told of an error: the message of one that this product raised on purpose, else nothing."""
    return str(error) if isinstance(error, LedgerError) and problem_type(error) is not INTERNAL else None


def problem(
    kind: ProblemType,
    instance: str,
    detail: str | None = None,
    errors: list[dict[str, Any]] | None = None,
    request_id: str | None = None,
) -> dict[str, Any]:
    """The members of a problem document.

    Args:
        instance: the path that was asked for.
        request_id: told where the operator is to look: from status 500 on.
    """
    document: dict[str, Any] = {
        "type": f"/problems/{kind.name}",
        "title": kind.title.en,
        "title_zh": kind.title.zh,
        "status": kind.status,
        "detail": detail if detail is not None else kind.advice.en,
        "instance": instance,
    }
    if errors is not None:
        document["errors"] = errors
    if request_id is not None and kind.status >= 500:
        document["request_id"] = request_id
    return document


def encode(document: dict[str, Any]) -> bytes:
    """The bytes of a problem document."""
    return msgspec.json.encode(document)


def parameter_errors(errors: list[Any], known: list[str]) -> list[dict[str, Any]]:
    """One element for each wrong parameter, from what the validator found. `known` are the route's query parameters."""
    found = []
    for error in errors[:_LISTED]:
        place, *path = error["loc"]
        name = ".".join(str(part) for part in path) or str(place)
        element = {"parameter": name[:_VALUE_CHARACTERS], "in": str(place), "message": _plain(error["msg"])}
        if error["type"] == "extra_forbidden":
            near = nearest(name, known)
            hint = f"did you mean {near!r}?" if near else f"known are {', '.join(known) or 'none here'}"
            element |= {"message": f"unknown parameter; {hint}"} | ({"nearest": near} if near else {})
        found.append(element)
    return found


def nearest(name: str, known: list[str]) -> str | None:
    """The known name that is most like this one, if any is like it."""
    return next(iter(difflib.get_close_matches(name[:_VALUE_CHARACTERS], known, n=1, cutoff=0.6)), None)


def _plain(message: str) -> str:
    return message.removeprefix("Value error, ")
