"""Vietnamese writing: which words can be Vietnamese at all, and the encodings from before Unicode that Python lacks."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# ---- syllables ------------------------------------------------------------------------------------------------------
# A Vietnamese word is one syllable: onset, rime, one of six tones. The rimes are few (about 160), so that garbage
# hardly ever looks like a sentence of them; that is what tells a right decoding from a wrong one.

_RIMES_TEXT = """
    a ac ach ai am an ang anh ao ap at au ay ăc ăk ăm ăn ăng ăp ăt â âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êc êch êm ên ênh êng êp êt êu
    i ia ich iê iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oec oem oen oeo oet
    oi om on ong ooc oong op ot oc ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơng ơp ơt
    u ua uân uâng uât uây uê uêch uên uênh uêu ui um un ung uôc uôi uôm uôn uông uôt uơ uơn up ut uc
    uy uya uych uyên uyêt uynh uyt uyu uyn uyp ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu
    y ych yêm yên yêng yêt yêu ynh yt yn ym
"""
_RIMES = frozenset(_RIMES_TEXT.split())
_ONSET = re.compile(r"ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnpqrstvx]|")
_STOPPED = re.compile(r"(?:c|ch|p|t)\Z")
_TONES = {"\u0301": "sắc", "\u0300": "huyền", "\u0309": "hỏi", "\u0303": "ngã", "\u0323": "nặng"}
_LETTERS = frozenset("aăâbcdđeêghiklmnoôơpqrstuưvxy")
_LONGEST_SYLLABLE = 7  # nghiêng


def _tone_table() -> dict[int, str]:
    table: dict[int, str] = {}
    for vowel in "aăâeêioôơuưy":
        for mark in _TONES:
            table[ord(unicodedata.normalize("NFC", vowel + mark))] = vowel + mark
    return table


_SPLIT_TONES = _tone_table()  # ấ → â + mark; the letters themselves (â, ơ, đ) stay whole


@lru_cache(maxsize=16384)
def is_syllable(word: str) -> bool:
    """Whether a word (NFC) can be a Vietnamese syllable: letters, tone, spelling, and capitals first or throughout."""
    if not 1 <= len(word) <= _LONGEST_SYLLABLE or not (word.islower() or word.istitle() or word.isupper()):
        return False
    spread = word.lower().translate(_SPLIT_TONES)
    tones = [char for char in spread if char in _TONES]
    plain = "".join(char for char in spread if char not in _TONES)
    if len(tones) > 1 or not _LETTERS.issuperset(plain):
        return False
    # a closed syllable ending in a stop takes only sắc or nặng
    tone_fits = not _STOPPED.search(plain) or (bool(tones) and tones[0] in "\u0301\u0323")
    return tone_fits and _has_rime(plain)


def _has_rime(plain: str) -> bool:
    onset = _ONSET.match(plain)
    end = onset.end() if onset else 0
    if plain[end:] in _RIMES:
        return True
    # gì, giếng: the i of "gi" belongs to the rime; the same for "qu" in quốc spelt by the rime uôc
    return plain.startswith(("gi", "qu")) and plain[1:] in _RIMES


# ---- legacy encodings -----------------------------------------------------------------------------------------------
# TCVN 5712:1993 is what the "ABC" fonts (.VnTime, TCVN3) use, VISCII is RFC 1456. Both tables hold the bytes 0x80-0xFF.
# The bytes below 0x20 that both also assign never come through mail and stay control characters. VNI (VNI-Times) writes
# a letter and, as a second byte, its marks; these are pairs of windows-1252 characters.

_TCVN_HIGH = (
    "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ"
    "\xa0ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịò"
    "ỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"
)
_VISCII_HIGH = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ"
    "ÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡư"
    "àáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
)
_VNI_MARKS = {
    "a": "aù=á aø=à aû=ả aõ=ã aï=ạ aâ=â aá=ấ aà=ầ aå=ẩ aã=ẫ aä=ậ aê=ă aé=ắ aè=ằ aú=ẳ aü=ẵ aë=ặ",
    "e": "eù=é eø=è eû=ẻ eõ=ẽ eï=ẹ eâ=ê eá=ế eà=ề eå=ể eã=ễ eä=ệ",
    "o": "où=ó oø=ò oû=ỏ oõ=õ oï=ọ oâ=ô oá=ố oà=ồ oå=ổ oã=ỗ oä=ộ",
    "ơ": "ôù=ớ ôø=ờ ôû=ở ôõ=ỡ ôï=ợ",
    "u": "uù=ú uø=ù uû=ủ uõ=ũ uï=ụ",
    "ư": "öù=ứ öø=ừ öû=ử öõ=ữ öï=ự",
    "y": "yù=ý yø=ỳ yû=ỷ yõ=ỹ",
    "alone": "í=í ì=ì æ=ỉ ó=ĩ ò=ị ô=ơ ö=ư î=ỵ ñ=đ",
}


def _vni_pairs() -> dict[str, str]:
    pairs = dict(pair.split("=") for row in _VNI_MARKS.values() for pair in row.split())
    capitals = {key.upper(): value.upper() for key, value in pairs.items()}
    titles = {key[0].upper() + key[1:]: value.upper() for key, value in pairs.items()}
    return {**titles, **capitals, **pairs}


_VNI = _vni_pairs()
_VNI_PAIR = re.compile("|".join(sorted(_VNI, key=len, reverse=True)))


def _high_table(high: str) -> dict[int, str]:
    return {0x80 + place: char for place, char in enumerate(high)}


_TCVN = _high_table(_TCVN_HIGH)
_VISCII = _high_table(_VISCII_HIGH)


def decode_tcvn3(raw: bytes) -> str:
    """Text of bytes in TCVN3 (ABC), in NFC. Every byte means something: this never fails, plausibility must judge."""
    return unicodedata.normalize("NFC", raw.decode("latin-1").translate(_TCVN))


def decode_viscii(raw: bytes) -> str:
    """Text of bytes in VISCII (RFC 1456), in NFC. Every byte means something: this never fails."""
    return unicodedata.normalize("NFC", raw.decode("latin-1").translate(_VISCII))


def decode_vni(raw: bytes) -> str:
    """Text of bytes in VNI for Windows, in NFC. Bytes that are no mark of it stay windows-1252."""
    return unpair_vni(raw.decode("cp1252", "replace"))


def unpair_vni(text: str) -> str:
    """The same for a text whose VNI bytes were already taken for windows-1252 characters."""
    return _VNI_PAIR.sub(lambda pair: _VNI[pair[0]], text)
