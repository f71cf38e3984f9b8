"""What we build is read back the same by a strict parser, whatever goes in."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from worker.mail.composing import Draft, File, compose
from worker.mail.mojibake import repaired
from worker.mail.parsing import parse_mail
from worker.model import Address

WORDS = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Cf", "Zl", "Zp")), max_size=120)


def a_draft(**fields: Any) -> Draft:
    plain: dict[str, Any] = {
        "sender": Address("hotro@vinno.example", "VINNO Hỗ trợ"),
        "to": [Address("hue@senvang.example", "Nguyễn Thị Huệ")],
        "subject": "Re: Không nhận được mail [VN-1042]",
        "date": datetime(2026, 11, 23, 2, tzinfo=UTC),
        "message_id": "1.abc@vinno.example",
        "text": "Kính chào chị Huệ,\n\nVINNO đã nhận được thư.\n",
        "html": "<p>Kính chào chị Huệ,</p>",
    }
    return Draft(**{**plain, **fields})


def _read(draft: Draft) -> EmailMessage:
    found = message_from_bytes(compose(draft), policy=default)
    assert isinstance(found, EmailMessage)
    assert found.defects == []
    return found


def _content(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_headers_text_and_html_come_back_as_they_went_in() -> None:
    message = _read(a_draft(in_reply_to="a@b", references=["x@y", "a@b"]))

    assert message["Subject"] == "Re: Không nhận được mail [VN-1042]"
    assert message["From"].addresses[0].display_name == "VINNO Hỗ trợ"
    assert message["To"].addresses[0].addr_spec == "hue@senvang.example"
    assert (message["In-Reply-To"], message["References"]) == ("<a@b>", "<x@y> <a@b>")
    assert _content(message, "plain").startswith("Kính chào chị Huệ,\n\nVINNO")
    assert _content(message, "html").strip() == "<p>Kính chào chị Huệ,</p>"


def test_the_same_draft_gives_the_same_bytes() -> None:
    assert compose(a_draft()) == compose(a_draft())


@pytest.mark.parametrize(
    "break_", ["\r\nBcc: x@evil.example", "\nBcc: x@evil.example", "\rBcc: x", "\u2028Bcc: x", "\0Bcc: x"]
)
def test_nothing_from_outside_begins_a_header_of_its_own(break_: str) -> None:
    message = _read(
        a_draft(
            subject=f"x{break_}",
            to=[Address(f"a@b.example{break_}", f"Huệ{break_}")],
            in_reply_to=f"a@b{break_}",
            headers=(("X-Own", f"y{break_}"),),
            files=[File(f"a.pdf{break_}", "application/pdf", b"%PDF")],
        )
    )

    assert message["Bcc"] is None


@settings(max_examples=150, deadline=None)
@given(subject=WORDS, name=WORDS, text=WORDS)
def test_any_words_come_back_as_they_went_in(subject: str, name: str, text: str) -> None:
    assume(not any(repaired(words)[1] for words in (subject, name, text)))  # what looks like TCVN3 is read as that
    draft = a_draft(subject=subject, to=[Address("hue@senvang.example", name)], text=text)
    message = _read(draft)

    assert str(message["Subject"]) == subject.strip()
    assert message["To"].addresses[0].addr_spec == "hue@senvang.example"
    # Our own reader: the standard library puts a blank between two encoded words of a name.
    assert parse_mail(compose(draft)).to[0].name == normalize("NFC", " ".join(name.split()))
    assert _content(message, "plain").rstrip("\r\n") == text.rstrip("\n")


@settings(max_examples=60, deadline=None)
@given(name=WORDS, content=st.binary(max_size=300))
def test_any_file_comes_back_with_its_name(name: str, content: bytes) -> None:
    message = _read(a_draft(files=[File(name, "application/octet-stream", content)]))

    [found] = message.iter_attachments()
    assert found.get_filename() == (name.strip() or "file")
    assert found.get_payload(decode=True) == content


def test_an_inline_picture_stands_beside_the_html_that_shows_it() -> None:
    message = _read(
        a_draft(html='<img src="cid:chart@vinno">', files=[File("chart.png", "image/png", b"PNG", "chart@vinno")])
    )

    related = message.get_payload(0) if message.get_content_type() == "multipart/mixed" else message
    assert related.get_content_type() == "multipart/related"  # type: ignore[union-attr]


def test_a_calendar_stands_last_among_the_forms_of_a_letter_and_keeps_its_method() -> None:
    calendar = File("invite.ics", 'text/calendar; charset="UTF-8"; method=REQUEST', b"BEGIN:VCALENDAR\r\n")
    copy = File("invite.ics", "application/ics", b"BEGIN:VCALENDAR\r\n")

    read = _read(a_draft(alternatives=[calendar], files=[copy]))

    assert [part.get_content_type() for part in read.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    part = next(one for one in read.walk() if one.get_content_type() == "text/calendar")
    assert part["Content-Type"].params["method"] == "REQUEST"
    assert part.get_payload(decode=True) == calendar.content


def test_lines_stay_short_enough_for_every_relay() -> None:
    raw = compose(
        a_draft(
            subject="rất dài " * 60, text="x" * 5000, references=[f"{number}@vinno.example" for number in range(20)]
        )
    )

    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.isascii()


def test_an_international_domain_is_written_in_ascii() -> None:
    assert b"xn--" in compose(a_draft(to=[Address("hue@tiếngviệt.vn")]))
