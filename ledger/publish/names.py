"""How names of organizations resemble each other. Only ever a proposal for a person, never a decision.

Chinese bodies are abbreviated by leaving characters out (市住建委 for 北京市住房和城乡建设委员会), so one name is
compared with another as a subsequence, within the same scope: a district's bureau is not the city's.
"""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_CITY = re.compile("^(?:北京市|北京|市)")
_DISTRICT = re.compile("^([\u4e00-\u9fff]{2,4}?[区县])(.*)$")
_UNNAMED_DISTRICT = re.compile("^(?:由|本)?区")
_NATIONAL = re.compile("^(?:国家|全国|中央)")
_NOTES = re.compile(r"[(（][^)）]*[)）]")


_LONGEST = 200
"""Characters of a name: looking for what resembles a longer text takes long, and it is none."""


@dataclass(frozen=True, slots=True)
class _Scope:
    district: str
    body: str


_ENDINGS = (
    ("管理委员会", "管委"), ("管委会", "管委"), ("委员会", "委"), ("办公室", "办"), ("联合会", "联"), ("协会", "协"),
)  # fmt: skip


def abbreviates(short: str, long: str) -> bool:
    """Whether one name can be an abbreviation of the other, in the same scope and with the same last character kind."""
    one, other = _scope(short), _scope(long)
    if one.district != other.district:
        return False
    if not one.body or not other.body:
        return one.body == other.body
    shorter, longer = sorted((_tail(one.body), _tail(other.body)), key=len)
    return len(shorter) >= 2 and _is_subsequence(shorter, longer) and shorter[-1] == longer[-1]


def unique_match(name: str, candidates: Iterable[str]) -> str | None:
    """The only candidate that `name` can abbreviate or be the long form of; None when there is none, or several."""
    found = [candidate for candidate in candidates if abbreviates(name, candidate) or candidate == name + "区"]
    return found[0] if len(found) == 1 else None


def nearest(name: str, candidates: Sequence[str], count: int = 3) -> list[str]:
    """The candidates that resemble a name most, abbreviations first."""
    if len(name) > _LONGEST:
        return []
    short = [candidate for candidate in candidates if abbreviates(name, candidate)]
    close = difflib.get_close_matches(name, candidates, count, 0.5)
    return list(dict.fromkeys(short + close))[:count]


def names_no_one(name: str) -> bool:
    """Whether a name says that it is a district's body and not which district's (区住建委)."""
    return bool(_UNNAMED_DISTRICT.match(name))


def _scope(name: str) -> _Scope:
    bare = _NOTES.sub("", name)
    if _UNNAMED_DISTRICT.match(bare):
        return _Scope("?", bare[1:])
    if _NATIONAL.match(bare) and "北京" not in bare:
        return _Scope("national", _NATIONAL.sub("", bare))
    rest = _CITY.sub("", bare)
    district = _DISTRICT.match(rest)
    return _Scope(district[1], district[2]) if district else _Scope("", rest)


def _tail(body: str) -> str:
    """The body with its kind in the short form, so that 委员会 and 委 end alike."""
    for long, short in _ENDINGS:
        if body.endswith(long):
            return body.removesuffix(long) + short
    return body


def _is_subsequence(short: str, long: str) -> bool:
    rest = iter(long)
    return all(character in rest for character in short)
