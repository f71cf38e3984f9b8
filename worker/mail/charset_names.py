"""Charset names as mail programs write them, and the codecs that they mean."""

from __future__ import annotations

import codecs
import re

_ALIASES = {
    alias: codec
    for codec, aliases in {
        "": "ascii usascii ansix341968 646 default defaultcharset unknown xunknown unknown8bit "
        "xuserdefined none null nil binary 8bit 7bit 8bits auto charset iso no other",
        "utf_8": "utf8 utf8mb4 uft8 uff8 utf8bom unicode11utf8 utf8unknown unicode utf u8 xutf8 utf8xx",
        "utf_7": "utf7 unicode11utf7 xunicode20utf7 csunicode11utf7",
        "utf_16": "utf16 ucs2 iso10646ucs2 csunicode",
        "utf_16_le": "utf16le ucs2le",
        "utf_16_be": "utf16be ucs2be",
        "utf_32": "utf32 ucs4 iso10646ucs4",
        "utf_32_le": "utf32le",
        "utf_32_be": "utf32be",
        "cp1252": "iso88591 latin1 l1 isolatin1 iso885911987 ibm819 cp819 csisolatin1 ansi xansi "
        "ansix31101983 windows1252 win1252 cp1252 xcp1252 iso88591windows31latin1 "
        "iso88591windows30latin1 westerneuropean iso8859 8859 88591 ansi1252",
        "iso8859_15": "latin9 latin0 iso885915 csiso885915",
        "cp1258": "windows1258 win1258 cp1258 vietnamese xcp1258 mswinviet",
        "tcvn3": "tcvn tcvn3 tcvn5712 tcvn57121 tcvn571211993 xviettcvn5712 xtcvn xtcvn3 abc xvietnamesetcvn cstcvn",
        "viscii": "viscii xviscii csviscii viscii111 xvietviscii",
        "vni": "vni xvni xvietvni vniwindows vniwin cpvni",
        "cp949": "ksc56011987 ksc56011989 ksc5601 ks5601 euckr korean cp949 ms949 uhc windows949 5601 "
        "isoir149 csksc56011987",
        "gb18030": "gb2312 gb231280 gb2312charset gbk cp936 ms936 gb18030 gb180302000 euccn chinese csgb2312 "
        "xgbk xgb2312 windows936 chinesegb2312 gb isoir58 csiso58gb231280 chinesesimplified",
        "hz": "hz hzgb2312 hzgb",
        "big5hkscs": "big5 big5hkscs xbig5 cnbig5 chinesebig5 csbig5 cp950 ms950 windows950 big5eten "
        "chinesetraditional",
        "cp932": "shiftjis sjis xsjis mskanji csshiftjis windows31j cp932 ms932 windows932 xmscp932 "
        "shiftjis2004 japanese",
        "euc_jp": "eucjp xeucjp ujis cseucpkdfmtjapanese eucjpms xeuc eucjis",
        "iso2022_jp": "iso2022jp iso2022jp1 iso2022jp2 iso2022jp3 iso2022jpms cp50220 cp50221 cp50222 "
        "csiso2022jp jis junet",
        "iso2022_kr": "iso2022kr csiso2022kr",
        "koi8_r": "koi8r koi8 cskoi8r koi8rus",
        "koi8_u": "koi8u koi8ru",
        "cp1251": "windows1251 cp1251 win1251 win xcp1251 ansi1251 cyrillic1251 russian",
        "cp1250": "windows1250 cp1250 win1250 xcp1250",
        "cp1253": "windows1253 cp1253 win1253 greek1253",
        "cp1254": "windows1254 cp1254 win1254 iso88599 latin5 turkish iso885991989",
        "cp1255": "windows1255 cp1255 win1255 iso88598 iso88598i iso88598e visual logical hebrew",
        "cp1256": "windows1256 cp1256 win1256 arabic1256",
        "cp1257": "windows1257 cp1257 win1257 baltic",
        "cp874": "tis620 iso885911 windows874 cp874 xwindows874 thai tis6202533",
        "mac_roman": "macintosh mac xmacroman macroman xmac csmacintosh",
        "mac_latin2": "xmacce xmaccentraleurope maccentraleurope",
        "mac_cyrillic": "xmaccyrillic maccyrillic xmacukrainian",
    }.items()
    for alias in aliases.split()
}
_MISSPELT = tuple(
    (re.compile(pattern), codec)
    for pattern, codec in (
        (r"u[tf]{2}.?8|8.?u[tf]{2}", "utf_8"),
        (r"2022.?jp", "iso2022_jp"),
        (r"8859\D?1(?!\d)|latin.?1(?!\d)", "cp1252"),
        (r"1258", "cp1258"),
        (r"tcvn", "tcvn3"),
        (r"viscii", "viscii"),
        (r"5601|euc.?kr", "cp949"),
        (r"gb.?(?:k|2312|18030)", "gb18030"),
        (r"big.?5", "big5hkscs"),
        (r"sjis|shift.?jis|31j", "cp932"),
        (r"euc.?jp", "euc_jp"),
        (r"koi8", "koi8_r"),
        (r"125[0-7]", ""),  # which of them is taken from the match
        (r"8859\D?(?:1[0-6]|[2-9])(?!\d)", ""),
    )
)
# Python has codecs that are no charsets (zlib, idna, unicode_escape, …): hostile mail must not reach them by name.
_KNOWN_FAMILIES = re.compile(r"(?:iso.?8859.?\d{1,2}|(?:cp|ibm)\d{3,5}|koi8.[rut]|mac.\w{4,12}|johab|ptcp154|kz1048)\Z")
_SQUEEZE = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME = 60


def codec_of(name: str) -> str:
    """The codec meant by a declared charset name, "" where it says nothing usable (unknown, us-ascii, x-unknown)."""
    lowered = name[:_LONGEST_NAME].lower().strip(" \t\"'<>;,")
    lowered = lowered.removeprefix("3d").partition("*")[0].strip("\"' ")
    squeezed = _SQUEEZE.sub("", lowered)
    known = _ALIASES.get(squeezed)
    return known if known is not None else _codec_of_unlisted(lowered, squeezed)


def _codec_of_unlisted(lowered: str, squeezed: str) -> str:
    if _KNOWN_FAMILIES.match(lowered):
        try:
            return codecs.lookup(lowered).name.replace("-", "_")
        except LookupError:
            return ""
    for pattern, codec in _MISSPELT:
        found = pattern.search(lowered)
        if found:
            return codec or _ALIASES.get("windows" + found[0], "") or "iso8859_" + _SQUEEZE.sub("", found[0])[4:]
    return _ALIASES.get(squeezed.removeprefix("charset"), "")
