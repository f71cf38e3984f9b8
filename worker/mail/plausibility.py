"""How much a decoded text looks like something a person wrote: what tells the right charset from the wrong ones."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from worker.mail.vietnamese import is_syllable

ENOUGH = 2.2  # a mean that only right decodings of Vietnamese, or of long Chinese and Japanese texts, reach
_SAMPLED_CHARS = 30_000
_SAMPLED_TOKENS = 80

_TOKEN = re.compile(r"[^\x00-@\[-`{-\x7f\s]+")  # runs of ASCII letters and of anything beyond ASCII
_EDGE = "“”‘’‚„«»‹›–—…·•§©®™°€£¥₫\xa0\xad\u200b\ufeff¿¡、。，．：；！？（）「」『』【】《》〈〉\u3000→←✓✔★☆※●■◆▪"
_BROKEN = re.compile(r"[\x80-\x9f\ufffd\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff\U000f0000-\U0010ffff]")
_COMBINING = re.compile(r"[\u0300-\u036f]")
_LATIN_RUN = re.compile(r"[\xc0-\u024f]{3}")
_LATIN_WORD = re.compile(r"[A-Za-z\xc0-\xd6\xd8-\xf6\xf8-\u024f\u1e00-\u1eff’'ªº]+\Z")
_BEYOND_LATIN_1 = re.compile(r"[\u0102-\u01b0\u1e00-\u1eff]")
_RARE_LATIN = frozenset("ðþÐÞÿĿŀŉſƒØÅ×÷¬¯¸¨")
_CASE_FLIP = re.compile(r"[a-zà-öø-ÿ][A-ZÀ-ÖØ-Þ]")
_WESTERN = frozenset("éèêëàâäáãåæçíìîïñóòôöõøœúùûüßÉÈÊÀÂÄÁÅÆÇÍÎÑÓÔÖØÚÜŒşğıİŞ")
_EASTERN = frozenset("ąćęłńśźżĄĆĘŁŃŚŹŻčďěňřšťůžČĎĚŇŘŠŤŮŽőűŐŰășțĂȘȚđĐāēīūķļņģĀĒĪŪ")

_FREQUENT_CYRILLIC = frozenset("оеаинтсрвлк")
_FREQUENT_GREEK = frozenset("αοιετσνηυρπκμλςάέίό")
_FREQUENT_HEBREW = frozenset("יוהלארתבשמםן")
_FREQUENT_ARABIC = frozenset("اليمنوترهبدسةأ")
_FREQUENT_THAI = frozenset("านรกอเงยมลทสดตวคปแไใ่้ิีัุู็์ะ")
_FREQUENT_HAN = frozenset(
    "的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后"
    "這國個來說們為時會過學對後您好请請谢謝问問题題公司客户戶户服务務系统統网網站联聯系电電话話发發邮郵件信息"
    "日本語年月件名送受様株式会社御中東京田村山川部長新書文字化用設定確認連絡使用分前間今何見行者手方同事"
)


@dataclass(frozen=True, slots=True)
class Plausibility:
    """`mean` runs from about -4 (garbage) over 1.5 (Western words) to 3 (Vietnamese); `tokens` is how many were judged.

    `native` counts tokens that are Vietnamese by letters that no Western charset has.
    """

    mean: float
    tokens: int
    native: int


def judge(text: str) -> Plausibility:
    """Judge the words with characters beyond ASCII in the beginning of a text (NFC). No such word: 0 of 0."""
    found = (word for word in _TOKEN.findall(text[:_SAMPLED_CHARS]) if not word.isascii())
    tokens = list(islice(found, _SAMPLED_TOKENS))
    if not tokens:
        return Plausibility(0.0, 0, 0)
    total = sum(map(_score, tokens))
    native = sum(1 for token in tokens if _BEYOND_LATIN_1.search(token) and is_syllable(token))
    return Plausibility(total / len(tokens), len(tokens), native)


def quality_of(text: str) -> Plausibility:
    """Judge a text that was just decoded: not cleaned yet, since control characters give a wrong charset away."""
    return judge(text if text.isascii() else unicodedata.normalize("NFC", text))


@lru_cache(maxsize=8192)
def _score(token: str) -> float:
    """The points of one run of letters."""
    if _BROKEN.search(token):
        return -4.0
    core = token.strip(_EDGE).replace("’", "'")
    if core.isascii():
        return 1.6 if core else 1.0  # It’s: typographic marks on plain words
    if is_syllable(core):
        return 3.0 if len(core) > 1 else 1.5
    if _LATIN_WORD.match(core):
        return _score_latin(core)
    return _score_other_script(core)


def _score_latin(word: str) -> float:
    if _LATIN_RUN.search(word):
        return -3.0
    if _CASE_FLIP.search(word):
        return -2.0
    foreign = [char for char in word if not char.isascii() and char != "'"]
    if _WESTERN.issuperset(foreign):
        return 1.5
    if _EASTERN.issuperset([char for char in foreign if char not in _WESTERN]):
        return 1.2
    if any("\u1e00" <= char <= "\u1eff" for char in foreign):
        return -1.0  # a Vietnamese letter in what is no Vietnamese syllable
    return 0.3 if _RARE_LATIN.isdisjoint(foreign) else 0.0


def _script(char: str) -> str:
    code = ord(char)
    return next((name for first, last, name in _SCRIPTS if first <= code <= last), "symbol")


_SCRIPTS = (
    (0x41, 0x5A, "latin"),
    (0x61, 0x7A, "latin"),
    (0xC0, 0xD6, "latin"),
    (0xD8, 0xF6, "latin"),
    (0xF8, 0x24F, "latin"),
    (0x370, 0x3FF, "greek"),
    (0x400, 0x45F, "cyrillic"),
    (0x490, 0x4FF, "cyrillic"),
    (0x590, 0x5FF, "hebrew"),
    (0x600, 0x6FF, "arabic"),
    (0xE00, 0xE7F, "thai"),
    (0x1E00, 0x1EFF, "latin"),
    (0x2000, 0x206F, "cjk"),
    (0x2190, 0x27BF, "cjk"),
    (0x3000, 0x309F, "cjk"),
    (0x30A0, 0x30FF, "cjk"),
    (0x3100, 0x33FF, "cjk"),
    (0x4E00, 0x9FFF, "cjk"),
    (0xAC00, 0xD7A3, "cjk"),
    (0xFF01, 0xFF5E, "cjk"),
    (0xFF61, 0xFF9F, "cjk"),
    (0x1F000, 0x1FAFF, "cjk"),
)
_LETTERS_OF = {
    "cyrillic": _FREQUENT_CYRILLIC,
    "greek": _FREQUENT_GREEK,
    "hebrew": _FREQUENT_HEBREW,
    "arabic": _FREQUENT_ARABIC,
    "thai": _FREQUENT_THAI,
}
_WITHOUT_CASE = frozenset({"hebrew", "arabic", "thai"})


def _score_other_script(core: str) -> float:
    sample = core[:60]
    scripts = {_script(char) for char in sample}
    if "cjk" in scripts:
        mean = sum(map(_score_east_asian, sample)) / len(sample)
        # Chinese read as Korean is Hangul and Han mixed in one word, which nobody writes
        return mean - 1.0 if _HANGUL.search(sample) and _HAN.search(sample) else mean
    if _COMBINING.search(sample):
        return -2.0 if "latin" in scripts else 0.0
    if scripts == {"symbol"}:
        return -0.5
    if len(scripts) > 1:
        return -2.0
    return _score_alphabet(sample, scripts.pop())


def _score_alphabet(word: str, script: str) -> float:
    if script not in _LETTERS_OF:
        return 0.8
    if script not in _WITHOUT_CASE and not (word.islower() or word.istitle() or word.isupper()):
        return -2.0
    frequent = sum(char in _LETTERS_OF[script] for char in word.lower()) / len(word)
    return (0.5 if script in _WITHOUT_CASE or (word.isupper() and len(word) > 1) else 1.0) + frequent


_EAST_ASIAN = (
    ("\u3041", "\u3096", 2.2),  # hiragana
    ("\u30a1", "\u30ff", 1.6),
    ("\u3000", "\u3020", 1.5),
    ("\uac00", "\ud7a3", 1.7),
    ("\uff01", "\uff5e", 0.8),
    ("\uff61", "\uff9f", -0.8),  # half-width katakana: what Shift_JIS makes of other charsets
    ("\u2000", "\u206f", 1.0),
    ("\u2190", "\u27bf", 0.6),
    ("\U0001f000", "\U0001faff", 1.0),
)


@lru_cache(maxsize=4096)
def _score_east_asian(char: str) -> float:
    if char in _FREQUENT_HAN:
        return 2.4
    if _HAN.match(char):
        return 1.5 if _is_common_han(char) else 0.4
    if char.isascii():
        return 0.5
    found = next((points for first, last, points in _EAST_ASIAN if first <= char <= last), -0.5)
    return found if unicodedata.category(char) != "Cn" else -3.0


_HAN = re.compile("[\u4e00-\u9fff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
# The first levels of the national sets hold the characters in use; each is one range of first bytes.
_FIRST_LEVELS = (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6), ("shift_jis", 0x88, 0x97))


def _is_common_han(char: str) -> bool:
    for codec, first, last in _FIRST_LEVELS:
        raw = char.encode(codec, "ignore")
        if raw and first <= raw[0] <= last:
            return True
    return False
