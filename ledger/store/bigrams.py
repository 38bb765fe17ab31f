"""Two-character Chinese search: text to tokens, for the index and for questions alike.

Text is NFKC (full-width digits and letters are the plain ones) and case-folded. A run of CJK characters gives
its overlapping pairs and its last character; any other run of letters and digits is one token. So 数据目录
gives 数据 据目 目录 录: each pair is found, and a single character is the start of some token.
"""

import re
import unicodedata

_CJK = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"([{_CJK}]+)|((?:(?![{_CJK}])[^\W_])+)")


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def tokens(*texts: str) -> str:
    """The distinct tokens of some texts, sorted, separated by blanks."""
    found: set[str] = set()
    for run, word in _RUN.findall(_folded("\n".join(texts))):
        if run:
            found.update(map(str.__add__, run, run[1:]))
            found.add(run[-1])
        else:
            found.add(word)
    return " ".join(sorted(found))


def query_terms(text: str) -> list[str]:
    """What a row must have to answer a question: all of these tokens; a closing `*` asks for a token's start.

    Empty when the text has neither letters nor digits.
    """
    terms: dict[str, None] = {}
    for run, word in _RUN.findall(_folded(text)):
        if len(run) == 1:
            terms[run + "*"] = None
        elif run:
            terms.update(dict.fromkeys(map(str.__add__, run, run[1:])))
        else:
            terms[word] = None
    return list(terms)
