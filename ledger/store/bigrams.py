"""Two-character Chinese search: text to tokens, for the index and for questions alike.

Text is case-folded; words are NFKC, so that full-width digits and letters are the plain ones. A run of CJK
characters gives its overlapping pairs and its last character; any other run of letters and digits is one token.
So 数据目录 gives 数据 据目 目录 录: each pair is found, and a single character is the start of some token.
"""

import re
import unicodedata
from array import array
from collections.abc import Iterable
from operator import add

_CJK = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"([{_CJK}]+)|([^\W_{_CJK}]+)")
_PART = "A"
"""Parts texts that are looked at together: where letters are folded, no text holds a capital."""
_RUNS = re.compile(rf"[{_CJK}{_PART}]+")
_NO_WORD = re.compile(rf"[\W_{_CJK}]+")


def tokens(texts: Iterable[str]) -> list[str]:
    """The tokens of each text, in NFC, separated by blanks; some may be there twice.

    A text's tokens do not depend on the texts beside it. Many at once take a fraction of the time.
    """
    folded = _PART + "".join([text.casefold() + _PART for text in texts])
    words = _NO_WORD.sub(" ", folded).split(_PART)[1:-1]
    # All neighbours at once: each character, the next one, a blank. Where the next is the blank of a gap, the first
    # stands alone, as the last of its run; where the first is, the second does, which is no harm.
    runs = " ".join(_RUNS.findall(folded))
    characters = array("I", runs.encode("utf-32-le"))
    places = array("I", [32]) * (3 * (len(runs) - 1))
    places[0::3], places[1::3] = characters[:-1], characters[1:]
    # A part is there as the next one and then as the first: what is between belongs to no text.
    pairs = places.tobytes().decode("utf-32-le").split(_PART)[1::2]
    return [f"{_plain_words(some)} {run}" for some, run in zip(words, pairs, strict=True)]


def query_terms(text: str) -> list[str]:
    """What a row must have to answer a question: all of these tokens; a closing `*` asks for a token's start.

    Empty when the text has neither letters nor digits.
    """
    terms: list[str] = []
    for run, word in _RUN.findall(unicodedata.normalize("NFC", text).casefold()):
        if len(run) == 1:
            terms.append(run + "*")
        elif run:
            terms.extend(map(add, run, run[1:]))
        else:
            terms.append(_plain(word))
    return list(dict.fromkeys(terms))


def _plain_words(words: str) -> str:
    return words if words.isascii() else " ".join(map(_plain, words.split()))


def _plain(word: str) -> str:
    # Only words: normalizing everything would cost as much as all the rest.
    if word.isascii():
        return word
    plain = unicodedata.normalize("NFKC", word).casefold()
    # ½ and the like fall apart; a token must stay one token, in the index and in the question.
    return "".join(character for character in plain if character.isalnum())
