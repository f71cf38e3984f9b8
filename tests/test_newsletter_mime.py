"""A newsletter's bytes: built once, filled for each recipient, and nothing from outside can be more than a value."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from email.message import EmailMessage
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import NOW
from worker.mail.composing import File
from worker.mail.newsletter_mime import Edition, Marks, Skeleton, Slot, build, to_value
from worker.model import Address

MARKS = Marks.for_content("bản tin")
TEXT = f"Kính gửi {MARKS.of(Slot.NAME)},\n\nTư vấn nâng cấp miễn phí.\n.\n{MARKS.of(Slot.UNSUBSCRIBE)}\n"
HTML = (
    f"<p>Kính gửi {MARKS.of(Slot.NAME)},</p>\n<p>{'Tư vấn nâng cấp miễn phí. ' * 30}</p>\n"
    f'<a href="{MARKS.of(Slot.UNSUBSCRIBE)}">x</a>'
)
EDITION = Edition(
    sender=Address("hotro@vinno.example", "VINNO Hỗ trợ"),
    subject="[QC] Tư vấn nâng cấp website miễn phí cho khách hàng lâu năm của VINNO",
    date=NOW,
    text=TEXT,
    html=HTML,
    headers=(("Precedence", "bulk"), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")),
)
HEADERS = [
    "From", "To", "Subject", "Date", "Precedence", "List-Unsubscribe-Post", "Message-ID", "List-Unsubscribe",
    "MIME-Version", "Content-Type",
]  # fmt: skip
HOSTILE = [
    "Lan\r\nBcc: all@khach.example",
    "Lan\nBcc: a@b.example\n\n<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }} {% for x in y %} ${env} <%= 1 %>",
    "=?utf-8?B?QmNjOiB4?= \x00\x0b\u2028Bcc: x",
    "Ngu\u0302yê\u0303n " + "Á" * 500,
    MARKS.of(Slot.UNSUBSCRIBE) + MARKS.of(Slot.EMAIL),
    "'; DROP TABLE khach; --",
    ".\r\n.\r\nQUIT\r\n",
]


def values(**changes: str) -> dict[str, str]:
    plain: dict[str, str] = {
        Slot.TO: to_value("lan@khach.example", "Nguyễn Thị Lan"),
        Slot.MESSAGE_ID: "<bt1.x.y@vinno.example>",
        Slot.LIST_UNSUBSCRIBE: "<https://vinno.example/u/bt1-x-y>, <mailto:hotro@vinno.example?subject=unsubscribe%20bt1-x-y>",
        Slot.NAME: "Anh/Chị Nguyễn Thị Lan",
        Slot.EMAIL: "lan@khach.example",
        Slot.COMPANY: "Sen Vàng",
        Slot.UNSUBSCRIBE: "https://vinno.example/u/bt1-x-y?a=1&b=2",
    }
    return {**plain, **changes}


def parsed(mime: bytes) -> EmailMessage:
    return cast("EmailMessage", email.message_from_bytes(mime, policy=cast("Any", email.policy.default)))


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_a_filled_mail_reads_as_it_was_written() -> None:
    mail = parsed(build(EDITION, MARKS).fill(values()))

    assert mail["Subject"] == EDITION.subject
    assert mail["To"] == "Nguyễn Thị Lan <lan@khach.example>"
    assert mail["From"] == "VINNO Hỗ trợ <hotro@vinno.example>"
    assert "Kính gửi Anh/Chị Nguyễn Thị Lan," in body(mail, "plain")
    assert "\n.\n" in body(mail, "plain").replace("\r", "")
    assert "Kính gửi Anh/Chị Nguyễn Thị Lan," in body(mail, "html")
    assert 'href="https://vinno.example/u/bt1-x-y?a=1&amp;b=2"' in body(mail, "html")
    assert "https://vinno.example/u/bt1-x-y?a=1&b=2" in body(mail, "plain")
    assert list(mail.keys()) == HEADERS


def test_every_line_is_ascii_and_fits() -> None:
    mime = build(EDITION, MARKS).fill(values())

    assert mime.isascii()
    assert max(map(len, mime.split(b"\r\n"))) <= 78
    assert b"\n" not in mime.replace(b"\r\n", b"")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_a_name(name: str) -> None:
    mail = parsed(build(EDITION, MARKS).fill(values(**{Slot.NAME: name, Slot.TO: to_value("lan@khach.example", name)})))

    assert list(mail.keys()) == HEADERS
    assert [one.addr_spec for one in cast("Any", mail["To"]).addresses] == ["lan@khach.example"]
    assert "<script" not in body(mail, "html")
    assert "<img" not in body(mail, "html")
    assert body(mail, "html").count("https://vinno.example/u/") == 1


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=100))
def test_nothing_that_is_filled_in_can_become_a_header_or_markup(name: str, company: str, address: str) -> None:
    filled = values(
        **{
            Slot.NAME: name,
            Slot.COMPANY: company,
            Slot.TO: to_value(f"{address}@khach.example", name),
            Slot.MESSAGE_ID: f"<{address}>",
            Slot.LIST_UNSUBSCRIBE: f"<mailto:{address}>",
        }
    )

    mime = build(EDITION, MARKS).fill(filled)

    head, _, rest = mime.partition(b"\r\n\r\n")
    names = [line.partition(b":")[0].decode() for line in head.split(b"\r\n") if line[:1] not in {b" ", b"\t"}]
    assert names == HEADERS
    assert mime.isascii()
    assert rest.count(b"\r\n--=_") == build(EDITION, MARKS).fill(values()).partition(b"\r\n\r\n")[2].count(b"\r\n--=_")
    assert body(parsed(mime), "html").count("<") == body(parsed(build(EDITION, MARKS).fill(values())), "html").count(
        "<"
    )


def test_a_skeleton_that_was_kept_fills_to_the_same_bytes() -> None:
    skeleton = build(EDITION, MARKS)

    assert Skeleton.from_bytes(skeleton.to_bytes()).fill(values()) == skeleton.fill(values())


def test_without_a_way_to_unsubscribe_the_header_is_left_out() -> None:
    assert "List-Unsubscribe" not in parsed(build(EDITION, MARKS).fill(values(**{Slot.LIST_UNSUBSCRIBE: ""})))


def test_pictures_of_the_text_come_with_it() -> None:
    picture = File("", "image/png", b"\x89PNG" * 50, "anh1@vinno")
    mail = parsed(build(replace(EDITION, pictures=(picture,)), MARKS).fill(values()))

    assert mail.get_content_type() == "multipart/related"
    (image,) = [part for part in mail.walk() if part.get_content_maintype() == "image"]
    assert image["Content-ID"] == "<anh1@vinno>"
    assert image.get_content() == picture.content
    assert "Kính gửi" in body(mail, "html")


def test_marks_differ_from_the_content_they_stand_in() -> None:
    content = Marks.for_content("a").of(Slot.NAME)

    assert Marks.for_content(content).of(Slot.NAME) not in content


@given(st.text(max_size=2_000))
def test_text_comes_back_whole_whatever_it_is(text: str) -> None:
    plain = "".join(char for char in text if char.isprintable() or char == "\n")
    marks = Marks.for_content(plain)

    mail = parsed(build(replace(EDITION, text=f"{plain}{marks.of(Slot.NAME)}!"), marks).fill(values()))

    assert body(mail, "plain").replace("\r\n", "\n").strip("\n").endswith("Anh/Chị Nguyễn Thị Lan!")
    assert plain.strip("\n").encode("utf-8", "replace").decode() in body(mail, "plain").replace("\r\n", "\n")
