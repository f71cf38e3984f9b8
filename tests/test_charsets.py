"""Bytes to text: legacy Vietnamese encodings, wrong labels, header words in all the forms that programs break them."""

from __future__ import annotations

import codecs
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.mail.charset_names import codec_of
from worker.mail.charsets import decode
from worker.mail.clean_text import clean, one_line
from worker.mail.encoded_words import decode_value
from worker.mail.headers import read_block
from worker.mail.mojibake import repaired
from worker.mail.parameters import read_parameters
from worker.mail.plausibility import judge
from worker.mail.vietnamese import decode_tcvn3, decode_viscii, decode_vni, is_syllable

LETTER = (
    "Kính gửi quý công ty,\nHiện tại website của bên em không truy cập được từ sáng nay, nhờ anh chị kiểm tra giúp "
    "em với ạ. Đội ngũ kỹ thuật đã thử khởi động lại nhưng vẫn lỗi.\nTrân trọng, Nguyễn Thị Thuý"
)
# The same sentence as each encoding writes it, byte by byte from the tables of TCVN 5712:1993, RFC 1456 and VNI.
SENTENCE = "Cộng hòa xã hội chủ nghĩa Việt Nam - Độc lập, Tự do, Hạnh phúc"
SENTENCE_TCVN3 = "Céng hßa x· héi chñ nghÜa ViÖt Nam - §éc lËp, Tù do, H¹nh phóc".encode("cp1252")
SENTENCE_VNI = "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam - Ñoäc laäp, Töï do, Haïnh phuùc".encode("cp1252")
SENTENCE_VISCII = (
    b"C\xb5ng h\xf2a x\xe3 h\xb5i ch\xfc ngh\xeea Vi\xaet Nam - \xd0\xb5c l\xa7p, T\xf1 do, H\xd5nh ph\xfac"
)


def in_1258(text: str) -> bytes:
    """As Windows writes it: a letter with its hat, horn or breve, then the tone as a byte of its own."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    spread = unicodedata.normalize("NFD", text)
    marks = {"\u0302", "\u0306", "\u031b"}
    out: list[str] = []
    for char in spread:
        if char in marks and out and out[-1] in tones:
            out[-2] = unicodedata.normalize("NFC", out[-2] + char)
        elif char in marks:
            out[-1] = unicodedata.normalize("NFC", out[-1] + char)
        else:
            out.append(char)
    return "".join(out).encode("cp1258")


def twice(text: str) -> bytes:
    return text.encode().decode("latin-1").encode()


# ---- legacy encodings -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decoder", "raw"),
    [(decode_tcvn3, SENTENCE_TCVN3), (decode_vni, SENTENCE_VNI), (decode_viscii, SENTENCE_VISCII)],
    ids=["TCVN3", "VNI", "VISCII"],
)
def test_a_legacy_encoding_is_read_by_its_table(decoder: object, raw: bytes) -> None:
    assert callable(decoder)
    assert decoder(raw) == SENTENCE


ENCODINGS = {
    "UTF-8": LETTER.encode(),
    "UTF-8 decomposed": unicodedata.normalize("NFD", LETTER).encode(),
    "UTF-8 twice": twice(LETTER),
    "UTF-8 three times": twice(twice(LETTER).decode()),
    "windows-1258": in_1258(LETTER),
    "UTF-16": LETTER.encode("utf-16"),
    "UTF-16LE without mark": LETTER.encode("utf-16-le"),
    "UTF-16BE without mark": LETTER.encode("utf-16-be"),
}
LABELS = [
    "",
    "us-ascii",
    "iso-8859-1",
    "windows-1252",
    "utf-8",
    "windows-1258",
    "x-unknown",
    "DEFAULT",
    "koi8-r",
    "big5",
]


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_vietnamese_is_read_whatever_the_label_says(encoding: str, label: str) -> None:
    assert decode(ENCODINGS[encoding], label).text == LETTER


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("raw", [SENTENCE_TCVN3, SENTENCE_VNI, SENTENCE_VISCII], ids=["TCVN3", "VNI", "VISCII"])
def test_legacy_fonts_are_recognised_whatever_the_label_says(raw: bytes, label: str) -> None:
    assert decode(raw, label).text == SENTENCE


@pytest.mark.parametrize("raw", [SENTENCE_TCVN3, SENTENCE_VNI], ids=["TCVN3", "VNI"])
def test_legacy_letters_that_were_kept_as_windows_1252_are_repaired(raw: bytes) -> None:
    assert decode(raw.decode("cp1252").encode(), "utf-8").text == SENTENCE


def test_a_writer_who_shows_broken_letters_is_left_alone() -> None:
    text = "Trang chủ hiển thị lỗi font thế này: Cá»™ng hÃ²a xÃ£ há»™i, nhờ em xem giúp"

    assert decode(text.encode(), "utf-8").text == text
    assert repaired(text) == (text, "")


def test_a_line_that_is_right_is_left_alone_in_a_text_that_is_repaired() -> None:
    letter = SENTENCE_TCVN3.decode("cp1252")
    text = f"{letter}\n{letter}\nVào Thứ Ba, VINNO đã viết:"

    assert repaired(text)[0] == f"{SENTENCE}\n{SENTENCE}\nVào Thứ Ba, VINNO đã viết:"


# ---- other writing --------------------------------------------------------------------------------------------------

OTHERS = [
    ("Die Frösche ließen für Köln grüßen", "cp1252", ""),
    ("Die Frösche ließen für Köln grüßen", "cp1252", "us-ascii"),
    ("Réservé à l’hôtel, ça coûte 20 €", "cp1252", "iso-8859-1"),
    ("SV: Sprøsmål om tilbud på nettbutikk", "cp1252", "windows-1258"),
    ("però così è già più caffè", "cp1252", "windows-1258"),
    ("Żółć gęślą jaźń, proszę o pomoc", "cp1250", ""),
    ("Žluťoučký kůň, děkuji za pomoc", "iso8859_2", "iso-8859-2"),
    ("Это письмо о работе нашего сайта", "koi8_r", ""),
    ("Это письмо о работе нашего сайта", "cp1251", ""),
    ("Это письмо о работе нашего сайта", "cp1251", "koi8-r"),
    ("お問い合わせありがとうございます", "cp932", ""),
    ("お問い合わせありがとうございます", "euc_jp", "x-unknown"),
    ("お問い合わせありがとうございます", "iso2022_jp", ""),
    ("日本語の件名①です", "cp932", "shift_jis"),
    ("您好，请问网站为什么打不开", "gb18030", ""),
    ("您好，请问网站为什么打不开", "gb18030", "GB2312_CHARSET"),
    ("您好，請問網站為什麼打不開", "big5", "CHINESEBIG5"),
    ("안녕하세요 홈페이지가 열리지 않습니다", "cp949", "KS_C_5601-1987"),
    ("It’s “fine” – really…", "cp1252", ""),
    ("Müller", "cp1252", ""),
    ("模", "gb18030", "gb2312"),
    ("plain words", "ascii", "utf-16"),
]


@pytest.mark.parametrize(("text", "encoding", "label"), OTHERS)
def test_other_writing_is_read_by_what_it_looks_like(text: str, encoding: str, label: str) -> None:
    assert decode(text.encode(encoding), label).text == text


def test_a_cut_sequence_is_one_replacement_and_the_rest_is_read() -> None:
    raw = "Trang bị ".encode() + b"\xe1\xbb" + " lỗi, khách không thanh toán được".encode()

    assert decode(raw, "utf-8").text == "Trang bị \ufffd lỗi, khách không thanh toán được"


def test_a_line_pasted_from_windows_into_utf_8_is_read_as_windows() -> None:
    raw = "Xin chào, tiếng Việt có dấu\n".encode() + "Grüße aus Köln".encode("cp1252")

    assert decode(raw, "utf-8").text == "Xin chào, tiếng Việt có dấu\nGrüße aus Köln"


def test_microsofts_circled_digits_do_not_lose_a_japanese_subject() -> None:
    assert decode(b"\x1b$B-!F|K\\8l\x1b(B abc", "iso-2022-jp").text == "①日本語 abc"


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("UTF-8", "utf_8"),
        ("uft-8", "utf_8"),
        ('3D"utf-8"', "utf_8"),
        ('"utf-8', "utf_8"),
        ("latin-1", "cp1252"),
        ("ansi_x3.110-1983", "cp1252"),
        ("KS_C_5601-1987", "cp949"),
        ("GB2312", "gb18030"),
        ("CHINESEBIG5", "big5hkscs"),
        ("x-viet-tcvn5712", "tcvn3"),
        ("ISO-8859-8-i", "cp1255"),
        ("iso-8859-16", "iso8859_16"),
        ("ibm850", "cp850"),
        ("us-ascii", ""),
        ("DEFAULT_CHARSET", ""),
        ("x-unknown", ""),
        ("zlib", ""),
        ("idna", ""),
        ("unicode_escape", ""),
        ("x" * 5000, ""),
    ],
)
def test_charset_names_are_understood_and_codecs_that_are_none_are_not_reached(name: str, codec: str) -> None:
    assert codec_of(name) == codec


# ---- syllables ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word", ["nghiêng", "giếng", "gì", "quốc", "khuỷu", "ngoằn", "hóa", "hoá", "Đắk", "khuya", "ĐƯỢC", "ạ", "ý"]
)
def test_vietnamese_words_are_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize(
    "word", ["Müller", "señor", "website", "hßa", "Vieät", "nghÜa", "bắn2", "ngầ́", "các2", "cat", "tôch", "Cá»™ng", ""]
)
def test_other_words_are_none(word: str) -> None:
    assert not is_syllable(word)


def test_right_readings_are_more_plausible_than_wrong_ones() -> None:
    right = judge(LETTER).mean

    for wrong in (LETTER.encode().decode("latin-1"), decode_tcvn3(in_1258(LETTER)), decode_viscii(LETTER.encode())):
        assert judge(wrong).mean < right - 1


# ---- words of headers (RFC 2047) ------------------------------------------------------------------------------------

WORDS = [
    (b"=?UTF-8?B?VGnhur9uZyBWaeG7h3Q=?=", "Tiếng Việt"),
    (b"=?utf-8?q?Ti=E1=BA=BFng_Vi=E1=BB=87t?=", "Tiếng Việt"),
    (b"=?utf-8?Q?Ti=E1=BA?= =?utf-8?Q?=BFng?=", "Tiếng"),
    (b"=?utf-8?B?VGnhug==?=\n =?UTF-8?B?v25n?=", "Tiếng"),
    (b"=?utf-8?B?VGnhur9uZyBWaeG7h3Q?=", "Tiếng Việt"),
    (b"=?utf-8?Q?Xin ch=C3=A0o b=E1=BA=A1n?=", "Xin chào bạn"),
    ("=?utf-8?Q?Cộng_hòa?=".encode(), "Cộng hòa"),
    (b"TEST =?utf-8?B?44OG44K544OI?=", "TEST テスト"),
    (b"=?utf-8?Q?a?= =?utf-8?Q?b?= c", "ab c"),
    (b"=?utf-8?Q?a?==?utf-8?Q?b?=", "ab"),
    (b"=?utf-8?Q?=C3=A5???=", "å??"),
    (b"=?UTF-16?B?MEIwRDBGMEgwSg==?=", "あいうえお"),
    (b"=?iso-2022-jp?B?GyRCRnxLXDhsGyhC?=", "日本語"),
    (b"=?shift-jis?Q?=93=FA=96{=8C=EA=?=", "日本語"),
    (b"=?UTF-7?Q?+AOk-t+AOk-?=", "été"),
    (b"=?windows-1258?Q?C=F4=F2ng_ty?=", "Cộng ty"),
    (b"=?us-ascii?Q?Fr=F6sche?=", "Frösche"),
    (b"=?BAD-ENCODING?B?VEVTVA==?=", "TEST"),
    (b"=?x-unknown?Q?ch=C3=A0o?=", "chào"),
    (b"=?utf-8*vi?Q?ch=C3=A0o?=", "chào"),
    (b"=?utf-8?B??= tr=?utf-8?Q?=E1=BB=91?=ng", "trống"),
    (b"=?utf-8?Q?cut_here_=E1=BA", "cut here"),
    (b"=?utf-8?Q?ch=C3=A0o_b=E1=BA", "chào b"),
    (b"=?utf-8?q?a =?utf-8?q?b?=", "a b"),
    (b"=?utf-8?B?PT91dGYtOD9CP1ZHbmh1cjl1WnlCV2FlRzdoM1E9Pz0=?=", "Tiếng Việt"),
    ("Cần hỗ trợ".encode(), "Cần hỗ trợ"),
    (in_1258("Cần hỗ trợ"), "Cần hỗ trợ"),
    (b"Fr\xf6sche", "Frösche"),
    (b"a =? b ?= =?", "a =? b ?= =?"),
    (b" a \t b\n c ", "a b c"),
]


@pytest.mark.parametrize(("raw", "expected"), WORDS)
def test_words_of_headers_are_decoded_however_broken(raw: bytes, expected: str) -> None:
    assert decode_value(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"=?utf-8?Q?Nguy=E1=BB=85n=2C_A?= <a@b.vn>", '"Nguyễn, A" <a@b.vn>'),
        (b'"=?utf-8?Q?Nguy=E1=BB=85n_=22A=22?=" <a@b.vn>', '"Nguyễn \\"A\\"" <a@b.vn>'),
        (b"=?utf-8?Q?sep=40congty.vn?= <evil@x.vn>", '"sep@congty.vn" <evil@x.vn>'),
    ],
)
def test_a_decoded_name_cannot_change_how_an_address_is_taken_apart(raw: bytes, expected: str) -> None:
    assert decode_value(raw, has_addresses=True) == expected


PARAMETERS = [
    (b'text/plain; charset="utf-8"', "charset", "utf-8"),
    (b'text/plain; charset="utf-8', "charset", "utf-8"),
    (b"text/plain charset=utf-8", "charset", "utf-8"),
    (b";;;;charset=utf-8", "charset", "utf-8"),
    (b"attachment; filename=This is a test.txt", "filename", "This is a test.txt"),
    (b"attachment; filename=This is a test.txt; size=3", "filename", "This is a test.txt"),
    (b"attachment; filename==?utf-8?B?VGhpcyBpcyBhIHRlc3QucGRm?=", "filename", "This is a test.pdf"),
    (b"attachment; filename*=UTF-8''b%C3%A1o%20c%C3%A1o.pdf; filename=x.pdf", "filename", "báo cáo.pdf"),
    (b"attachment; filename*1*=c%C3%A1o.pdf; filename*0*=utf-8''b%C3%A1o%20", "filename", "báo cáo.pdf"),
    (b'attachment; filename*0="bao "; filename*1="cao.pdf"', "filename", "bao cao.pdf"),
    (b'attachment; filename*0="=?utf-8?B?YsOhbyBj"; filename*1="w6FvLnBkZg==?="', "filename", "báo cáo.pdf"),
    ('attachment; filename="báo cáo.pdf"'.encode(), "filename", "báo cáo.pdf"),
    (b'attachment; filename="C:\\Users\\a.doc"', "filename", "C:\\Users\\a.doc"),
    (b'multipart/mixed; boundary="a;  b"', "boundary", "a;  b"),
    (b'message/external-body; access-type=mail-server server="x"', "server", "x"),
]


@pytest.mark.parametrize(("raw", "name", "value"), PARAMETERS)
def test_parameters_are_read_as_programs_write_them(raw: bytes, name: str, value: str) -> None:
    assert read_parameters(raw).get(name) == value


@pytest.mark.parametrize(
    ("raw", "names", "body"),
    [
        (b"A: b\r\n\r\ntext", ["a"], b"text"),
        (b"A: b\n\ttwo\nC : d\n\ntext", ["a", "c"], b"text"),
        (b"From x@y Thu Nov  5\nA: b\n\ntext", ["a"], b"text"),
        (b"From  : a@b.vn\n\ntext", ["from"], b"text"),
        (b"\n\n  A: b\n\ntext", ["a"], b"text"),
        (b"\xef\xbb\xbfA: b\n\ntext", ["a"], b"text"),
        (b"A: b\n*** junk ***\nSubject: c\n\ntext", ["a", "subject"], b"text"),
        (b"A: b\nHello,\nProblem: my site\n\nmore", ["a"], b"Hello,\nProblem: my site\n\nmore"),
        (b"no header at all\n", [], b"no header at all\n"),
        (b"", [], b""),
    ],
)
def test_the_header_block_ends_where_the_headers_end(raw: bytes, names: list[str], body: bytes) -> None:
    block = read_block(raw, 0, len(raw), is_mail=True)

    assert [name for name, _ in block.fields] == names
    assert raw[block.body :] == body


# ---- what holds for any bytes ---------------------------------------------------------------------------------------


@given(
    st.binary(max_size=200),
    st.sampled_from(["", "utf-8", "utf-7", "utf-16", "iso-2022-jp", "hz", "gb2312", "viscii", "vni"]),
)
@settings(max_examples=300, deadline=None)
def test_any_bytes_become_clean_text(raw: bytes, label: str) -> None:
    text = decode(raw, label).text

    assert text == clean(text)
    assert unicodedata.is_normalized("NFC", text)
    text.encode("utf-8")


WRITTEN = [
    *LETTER.split(),
    *SENTENCE.split(),
    "café",
    "Müller",
    "José",
    "naïve",
    "website",
    "15/11",
    "→",
    "😀",
    "“ừ”",
    "\n",
]


@given(st.lists(st.sampled_from(WRITTEN), max_size=30).map(" ".join))
@settings(deadline=None)
def test_valid_utf_8_is_read_as_it_is(text: str) -> None:
    assert decode(text.encode(), "utf-8").text == text


@pytest.mark.parametrize(
    ("raw", "sibling", "expected"),
    [
        ("Buøi Thò Mô".encode("cp1252"), "vni", "Bùi Thị Mơ"),
        (in_1258("Bùi Thị Mơ"), "cp1258", "Bùi Thị Mơ"),
        ("Buøi Thò Mô".encode(), "utf_8+vni", "Bùi Thị Mơ"),
        ("Jürgen Groß".encode("cp1252"), "vni", "Jürgen Groß"),
    ],
)
def test_a_short_name_is_read_as_the_letter_below_it(raw: bytes, sibling: str, expected: str) -> None:
    assert decode(raw, "iso-8859-1", sibling=sibling).text == expected


@given(st.text(max_size=100))
def test_a_header_value_is_one_line_without_characters_that_turn_it(text: str) -> None:
    line = one_line(clean(text))

    assert "\n" not in line
    assert not {char for char in line if unicodedata.bidirectional(char) in ("RLO", "LRO", "RLE", "LRE", "RLI", "LRI")}


def test_every_codec_that_a_name_may_lead_to_exists() -> None:
    for name in ("koi8-u", "iso-8859-13", "cp437", "macintosh", "johab", "windows-874", "hz-gb-2312", "iso-2022-kr"):
        codecs.lookup(codec_of(name))
