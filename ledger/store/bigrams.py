"""Two-character Chinese search: text to tokens, for the index and for questions alike.

Text is case-folded; words are NFKC, so that full-width digits and letters are the plain ones. A run of CJK
characters gives its overlapping pairs and its last character; any other run of letters and digits is one token.
So 数据目录 gives 数据 据目 目录 录: each pair is found, and a single character is the start of some token.
"""

import re
import unicodedata
from array import array
from operator import add

_CJK = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"([{_CJK}]+)|([^\W_{_CJK}]+)")
_GAP = re.compile(rf"[^{_CJK}]+")
_WORD = re.compile(rf"[^\W_{_CJK}]+")


def tokens(text: str) -> str:
    """The tokens of a text in NFC, separated by blanks; some may be there twice."""
    folded = text.casefold()
    words = [_plain(word) for word in _WORD.findall(folded)]
    # All neighbours at once: each character, the next one, a blank. Where the next is the blank of a gap, the first
    # stands alone, as the last of its run; where the first is, the second does, which is no harm.
    run = _GAP.sub(" ", folded) + " "
    places = array("I", bytes(12 * (len(run) - 1)))
    characters = array("I", run.encode("utf-32-le"))
    places[0::3], places[1::3] = characters[:-1], characters[1:]
    places[2::3] = array("I", [32]) * (len(run) - 1)
    words.append(places.tobytes().decode("utf-32-le"))
    return " ".join(words)


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


def _plain(word: str) -> str:
    # Only words: normalizing everything would cost as much as all the rest.
    if word.isascii():
        return word
    plain = unicodedata.normalize("NFKC", word).casefold()
    # ½ and the like fall apart; a token must stay one token, in the index and in the question.
    return "".join(character for character in plain if character.isalnum())
