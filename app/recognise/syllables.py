"""Which strings of letters can be a Vietnamese syllable: onset + rhyme + tone, as the spelling rules put them together.

The rules are those of school spelling: k, gh and ngh stand before e, ê, i (y), c, g and ng elsewhere; q only as qu; a syllable that
ends in c, ch, p or t is said with the sắc or the nặng tone. About 17,000 syllables pass, some 6,500 of them are in use.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

TONES = {"\u0300": "huyền", "\u0301": "sắc", "\u0309": "hỏi", "\u0303": "ngã", "\u0323": "nặng"}
STOPPED = ("\u0301", "\u0323")  # the tones before a final c, ch, p, t
_ONSETS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_RHYMES = """
    a ai am an ang anh ao ap at au ay ac ach
    ăm ăn ăng ăp ăt ăc
    âm ân âng âp ât âc âu ây
    e em en eng eo ep et ec
    ê êm ên ênh êp êt êch êu êng
    i ia im in inh ip it iu ich
    iêm iên iêng iêp iêt iêc iêu
    o oi om on ong op ot oc oong ooc
    oa oai oam oan oang oanh oao oap oat oay oac oach
    oăm oăn oăng oăt oăc
    oe oen oeo oet
    ô ôi ôm ôn ông ôp ôt ôc
    ơ ơi ơm ơn ơp ơt
    u ua ui um un ung up ut uc
    uân uâng uât uây uê uênh uêch uơ
    uôi uôm uôn uông uôt uôc
    uy uya uych uyn uynh uyp uyt uyu uyên uyêt
    ư ưa ưi ưng ưt ưc ưu ươi ươm ươn ương ươp ươt ươc ươu
    y yêm yên yêng yêt yêu
"""
# After qu the u is spoken for: what follows begins with the vowel behind it.
_AFTER_QU = """
    a ai am an ang anh ao at ay ac ach ăm ăn ăng ăt ăc âm ân âng ât ây e en eo et eng ê ên ênh êt êch i it in inh ô ôc ôi ơ ơi
    y ych yên yêt ynh yt yu
"""
# Syllables of place names and of other languages of the country that offices write daily.
_BORROWED = "đắk lắk đăk lăk krông krong kon pleiku ea súp drắk pa pác ka in oóc km kg ha"

ONSETS = frozenset(["", *_ONSETS.split()])
RHYMES, AFTER_QU, BORROWED = frozenset(_RHYMES.split()), frozenset(_AFTER_QU.split()), frozenset(_BORROWED.split())
FRONT = "eêiy"


@lru_cache(maxsize=20_000)
def is_syllable(letters: str) -> bool:
    """True for a possible Vietnamese syllable in any case; letters only, no punctuation. Tone on either vowel of oa, oe, uy."""
    lower = unicodedata.normalize("NFC", letters).lower()
    if not lower or len(lower) > 8:
        return False
    if lower in BORROWED:
        return True
    plain, tone = _toneless(lower)
    return plain is not None and _spelled(plain, tone)


def is_word_case(letters: str) -> bool:
    """All small, all capital, or small after one capital: "sAU" and "HộI" are misread."""
    return letters.islower() or letters.isupper() or (letters[0].isupper() and letters[1:].islower())


def _toneless(lower: str) -> tuple[str | None, str]:
    """The syllable without its tone, and the tone; None for two tones, a tone on a consonant, or a letter beyond Vietnamese."""
    plain, tone = [], ""
    for letter in lower:
        parts = unicodedata.normalize("NFD", letter)
        marks = [mark for mark in parts[1:] if mark in TONES]
        if parts[0] in TONES or len(marks) > 1 or (marks and (tone or parts[0] not in "aeiouy")):
            return None, ""
        tone = marks[0] if marks else tone
        plain.append(unicodedata.normalize("NFC", "".join(part for part in parts if part not in TONES)))
    return "".join(plain), tone


def _spelled(plain: str, tone: str) -> bool:
    for length in (3, 2, 1, 0):
        onset, rhyme = plain[:length], plain[length:]
        if onset in ONSETS and len(onset) == length and _fits(onset, rhyme):
            return not rhyme.endswith(("c", "ch", "p", "t")) or tone in STOPPED
    return plain in ("gi", "giêng", "giên", "giêt") and (plain != "giêt" or tone in STOPPED)


def _fits(onset: str, rhyme: str) -> bool:
    if onset == "qu":
        return rhyme in AFTER_QU
    if rhyme not in RHYMES:
        return False
    front = rhyme[0] in FRONT
    if onset in ("k", "gh", "ngh"):
        return front
    if onset in ("c", "g", "ng"):
        return not front
    if rhyme[0] == "y":  # yêu, y tế, and lý, kỹ, mỹ, sỹ, tỷ, hy, quy
        return onset == "" or (rhyme == "y" and onset in ("h", "l", "m", "s", "t", "v", "d", "n"))
    if rhyme.startswith("iê") or rhyme == "ia":
        return onset != "" or rhyme == "ia"
    return True
