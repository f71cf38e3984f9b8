"""The files of a mail: names, types, pictures that decorate, wrappers that hide files, limits."""

from __future__ import annotations

import hashlib
import struct
import unicodedata
from base64 import b64encode
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.mail.attachments import Limits, files_of, safe_name
from worker.mail.file_types import picture_size, true_type
from worker.mail.message import read_message
from worker.mail.transfer import split_uuencoded, undo_transfer
from worker.mail.wrappers import signed_content, unpack_tnef
from worker.model import Attachment

MAILS = Path(__file__).parent / "mails"


def files(raw: bytes, limits: Limits | None = None) -> tuple[Attachment, ...]:
    return files_of(read_message(raw), limits or Limits()).attachments


# ---- names ----------------------------------------------------------------------------------------------------------

NAMES = {
    "báo cáo.pdf": "báo cáo.pdf",
    unicodedata.normalize("NFD", "báo cáo.pdf"): "báo cáo.pdf",
    "Công văn 125/UBND-VP ngày 04/11/2026.docx": "Công văn 125-UBND-VP ngày 04-11-2026.docx",
    "../../etc/passwd": "passwd",
    "/u/nsb/writing/rfcs/RFC-MIME.ps": "RFC-MIME.ps",
    "C:\\Users\\An\\hợp đồng.doc": "hợp đồng.doc",
    "a/../../b.txt": "b.txt",
    "hóa đơn\u202efdp.exe": "hóa đơnfdp.exe",
    "a\x00b\r\nc\t.txt": "abc.txt",
    "  hai   khoảng .txt ": "hai khoảng .txt",
    'a<b>c:"d|e?f*.txt': "a_b_c__d_e_f_.txt",
    "...htaccess": "htaccess",
    "CON": "_CON",
    "nul.txt": "_nul.txt",
    "..": "",
    "\u200b\u202e": "",
    "": "",
}


@pytest.mark.parametrize("declared", NAMES, ids=ascii)
def test_names_are_safe_to_show_and_to_store(declared: str) -> None:
    assert safe_name(declared) == NAMES[declared]


def test_a_long_name_keeps_its_extension() -> None:
    name = safe_name("ệ" * 300 + ".pdf")

    assert name.endswith(".pdf")
    assert len(name.encode()) <= 200


@given(st.text(max_size=300))
@settings(deadline=None)
def test_no_name_leaves_its_folder_or_turns_its_letters(declared: str) -> None:
    name = safe_name(declared)

    assert not set(name) & set('/\\:*?"<>|\0\n\r\t')
    assert not name.startswith(".")
    assert len(name) <= 121
    assert not {char for char in name if unicodedata.category(char) in ("Cc", "Cf", "Cs")}


def test_files_of_one_name_are_told_apart() -> None:
    part = "Content-Type: image/jpeg; name=image0.jpeg\nContent-Disposition: attachment\n\n{}"
    raw = in_parts(part.format("a"), part.format("b"), part.format("c"))

    assert [file.name for file in files(raw)] == ["image0.jpeg", "image0 (2).jpeg", "image0 (3).jpeg"]


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Content-Type: image/png", "image.png"),
        ("Content-Type: application/pdf", "attachment.pdf"),
        ("Content-Type: application/x-strange", "attachment.bin"),
        ("Content-Type: application/zip; name=a.zip", "a.zip"),
        ("Content-Type: application/zip\nContent-Description: mã nguồn.zip", "mã nguồn.zip"),
        ("Content-Type: application/zip\nContent-Disposition: attachment; filename==?utf-8?B?w6EuemlwCg==?=", "á.zip"),
        ("Content-Type: message/rfc822\n\nSubject: Lỗi: a/b\n", "Lỗi a-b.eml"),
        ("Content-Type: message/rfc822\n\nTo: a@b.vn\n", "message.eml"),
    ],
)
def test_a_file_without_a_name_gets_one_by_what_it_is(header: str, name: str) -> None:
    assert [file.name for file in files(in_parts(f"{header}\n\nx"))] == [name]


# ---- types ----------------------------------------------------------------------------------------------------------

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TYPES = [
    (b"%PDF-1.7", "application/octet-stream", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/jpeg", "image/png"),
    (b"\xff\xd8\xff\xe0", "application/octet-stream", "image/jpeg"),
    (b"RIFF\0\0\0\0WEBP", "image/png", "image/webp"),
    (b"\0\0\0\x18ftypheic", "image/jpeg", "image/heic"),
    (b"MZ\x90\0\x03\0\0\0", "application/pdf", "application/x-msdownload"),
    (b"\x7fELF\x02", "text/plain", "application/x-executable"),
    (
        ZIP + b"..word/document.xml",
        "application/octet-stream",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    (
        ZIP + b"..xl/workbook.xml",
        "application/vnd.ms-excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    (ZIP + b"..else", "application/octet-stream", "application/zip"),
    (ZIP + b"..else", "application/x-zip-compressed", "application/x-zip-compressed"),
    (OLE + "WordDocument".encode("utf-16-le"), "application/octet-stream", "application/msword"),
    (OLE + b"...", "application/msword", "application/msword"),
    (b"<!DOCTYPE html><p>", "application/pdf", "text/html"),
    (b"<svg onload=x>", "image/png", "image/svg+xml"),
    (b"MZ is how this sentence begins", "text/plain", "text/plain"),
    (b"BM too", "text/plain", "text/plain"),
    (b"words", "text/csv", "text/csv"),
    (b"", "", "application/octet-stream"),
]


@pytest.mark.parametrize(("payload", "declared", "expected"), TYPES, ids=lambda value: str(value)[:24])
def test_the_type_is_what_the_bytes_are(payload: bytes, declared: str, expected: str) -> None:
    assert true_type(payload, declared) == expected


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + bytes(20)


def test_pictures_tell_their_size() -> None:
    jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08" + struct.pack(">HH", 300, 400) + bytes(10)

    assert picture_size(png(120, 40)) == (120, 40)
    assert picture_size(b"GIF89a" + struct.pack("<HH", 7, 9)) == (7, 9)
    assert picture_size(jpeg) == (400, 300)
    assert picture_size(b"\x89PNG") is None
    assert picture_size(b"\xff\xd8" + b"\xff\xe0\x00\x00" * 50) is None


def test_size_and_checksum_are_of_the_decoded_bytes() -> None:
    (file,) = files(
        in_parts(
            f"Content-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n\n{b64encode(ZIP).decode()}"
        )
    )

    assert (file.size, file.sha256, file.content) == (4, hashlib.sha256(ZIP).hexdigest(), ZIP)


# ---- pictures that decorate -----------------------------------------------------------------------------------------


def in_parts(*parts: str, kind: str = "mixed") -> bytes:
    joined = "".join(f"--b\n{part}\n" for part in parts)
    return f"Content-Type: multipart/{kind}; boundary=b\n\n{joined}--b--\n".encode()


def picture(payload: bytes, content_id: str, disposition: str = "inline") -> str:
    encoded = b64encode(payload).decode()
    return (
        f"Content-Type: image/png; name=p.png\nContent-ID: <{content_id}>\nContent-Disposition: {disposition}\n"
        f"Content-Transfer-Encoding: base64\n\n{encoded}"
    )


PICTURES = {
    "a logo": ('<p>chào</p><img src="cid:a@b">', png(120, 40), "inline", True),
    "a banner below a letter": ('<p>chào</p><img src="cid:a@b">', png(600, 150), "inline", True),
    "a counting pixel": ('<img src="cid:a@b">', png(1, 1), "inline", True),
    "a pasted screenshot": ('<p>lỗi đây</p><img src="cid:a@b">', png(1366, 768), "inline", False),
    "a screenshot in quoted history": (
        'chào<blockquote><img src="cid:a@b"></blockquote>',
        png(1366, 768),
        "inline",
        True,
    ),
    "a photo in a signature": (
        'chào<div class="gmail_signature"><img src="cid:a@b"></div>',
        png(800, 800),
        "inline",
        True,
    ),
    "a picture that is attached": ("<p>chào</p>", png(120, 40), "attachment", False),
    "a logo that is called an attachment": ('<img src="cid:a%40b">', png(120, 40), "attachment", True),
}


@pytest.mark.parametrize("case", PICTURES, ids=str)
def test_decoration_is_told_from_what_was_attached(case: str) -> None:
    html, payload, disposition, is_inline = PICTURES[case]
    raw = in_parts(f"Content-Type: text/html\n\n{html}", picture(payload, "a@b", disposition), kind="related")

    assert [file.inline for file in files(raw)] == [is_inline]


def test_decoration_does_not_use_up_the_number_of_files() -> None:
    html = "".join(f'<img src="cid:{number}">' for number in range(5))
    logos = (picture(png(10, 10), str(number)) for number in range(5))
    raw = in_parts(
        f"Content-Type: text/html\n\n{html}",
        *logos,
        "Content-Type: application/pdf; name=a.pdf\n\n%PDF-",
        kind="related",
    )

    assert files(raw, Limits(count=1))[-1].name == "a.pdf"


@pytest.mark.parametrize(
    "part",
    [
        "Content-Type: application/pgp-signature; name=signature.asc\n\nx",
        "Content-Type: application/pkcs7-signature; name=smime.p7s\n\nx",
        "Content-Type: text/html\n\n<p>same</p>",
        "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR",
        "Content-Type: message/delivery-status\n\nAction: failed",
    ],
)
def test_parts_that_serve_the_mail_are_no_files(part: str) -> None:
    raw = in_parts("Content-Type: text/plain\n\nchào", part, kind="alternative")

    assert files(raw) == ()


# ---- wrappers -------------------------------------------------------------------------------------------------------


def tnef_object(level: int, name: int, data: bytes) -> bytes:
    return struct.pack("<BHHI", level, name, 6, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def tnef(*objects: bytes) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(objects)


HOSTILE_TNEF = {
    "a list of four thousand million": tnef(tnef_object(1, 0x9003, struct.pack("<I", 0xFFFFFFFF))),
    "a value of four thousand million": tnef(
        tnef_object(1, 0x9003, struct.pack("<IHHI", 1, 0x1002, 1, 0xFFFFFFFF) + bytes(40))
    ),
    "a hundred thousand objects": tnef(*[tnef_object(2, 0x9002, b"")] * 100_000),
    "no TNEF": b"x" * 100,
    "nothing": b"",
}


@pytest.mark.parametrize("case", HOSTILE_TNEF, ids=str)
@pytest.mark.timeout(10)
def test_a_hostile_winmail_dat_is_not_unpacked(case: str) -> None:
    assert unpack_tnef(HOSTILE_TNEF[case]) is None


def test_a_winmail_dat_that_cannot_be_unpacked_stays_a_file() -> None:
    raw = in_parts("Content-Type: text/plain\n\nchào", "Content-Type: application/ms-tnef; name=winmail.dat\n\nbroken")

    message = read_message(raw)

    assert [file.name for file in files_of(message, Limits()).attachments] == ["winmail.dat"]
    assert message.faults == ("winmail.dat could not be unpacked",)


@given(st.binary(max_size=60))
@settings(max_examples=300, deadline=None)
def test_damaged_wrappers_never_raise(raw: bytes) -> None:
    whole = read_message((MAILS / "p-outlook-winmail.eml").read_bytes()).parts[0].payload
    signed = read_message((MAILS / "p-smime-opaque-signed.eml").read_bytes()).parts[0].payload

    unpack_tnef(whole[: len(raw) * 5] + raw + whole[len(raw) * 5 + len(raw) :])
    signed_content(signed[: len(raw)] + raw + signed[len(raw) * 2 :])


def test_an_opaque_signature_is_opened_and_an_encrypted_mail_is_not() -> None:
    signed = read_message((MAILS / "p-smime-opaque-signed.eml").read_bytes()).parts[0]
    encrypted = read_message((MAILS / "p-smime-encrypted.eml").read_bytes()).parts[0]

    assert signed_content(signed.payload).startswith(b"Content-Type: text/plain")
    assert signed_content(encrypted.payload) == b""


# ---- transfer encodings ---------------------------------------------------------------------------------------------

TRANSFERS = [
    (b"eGlu", "base64", b"xin"),
    (b"eGlu", "BASE64 ", b"xin"),
    (b"eGlu", '"base64"', b"xin"),
    (b"eGlu\r\nIGNoYW8", "base64", b"xin chao"),
    (b"eGluIGNoYW8=junk", "base64", b"xin chao"),
    (b"Hello, not encoded", "base64", b"Hello, not encoded"),
    (b"a=20b=\r\nc", "quoted-printable", b"a bc"),
    (b"a= \r\nb=XY=", "quoted-printable;", b"ab=XY"),
    (b"a=20b", "7-bit", b"a=20b"),
    (b"a=20b", "text/html", b"a=20b"),
    (b"=E1=BA=A1 =E1=BA=A1 =E1=BA=A1=\n", "", "ạ ạ ạ".encode()),
    (b"<p class=3Da>=\n<b id=3Dc class=3Dd>=\n</b></p>", "", b"<p class=a><b id=c class=d></b></p>"),
    (b"x" * 400 + b" user=3Dab.vn=\n =E1=BA=A1 =E1", "", b"x" * 400 + b" user=3Dab.vn=\n =E1=BA=A1 =E1"),
    (b"=E1=BA=A1 =E1=BA=A1 =E1=BA=A1=\n", "7bit", b"=E1=BA=A1 =E1=BA=A1 =E1=BA=A1=\n"),
]


@pytest.mark.parametrize(("raw", "declared", "expected"), TRANSFERS)
def test_transfer_encodings_are_undone_as_far_as_they_go(raw: bytes, declared: str, expected: bytes) -> None:
    assert undo_transfer(raw, declared, is_text=True).payload == expected


def test_uuencoded_files_leave_the_text_and_sentences_stay() -> None:
    found, text = split_uuencoded("trước\nbegin 644 a b.txt\n#86)C\n`\nend\nsau")

    assert [(file.name, file.payload) for file in found] == [("a b.txt", b"abc")]
    assert text == "trước\n\nsau"
    assert split_uuencoded("begin 2026 with us\nand\nend\n") == ((), "begin 2026 with us\nand\nend\n")
