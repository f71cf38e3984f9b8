"""Newsletters written by mail: the proof, what its answers do, and that nothing leaves without an approval of this edition."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest

from builders import NOW, a_mail, a_parsed_mail, kept
from newsletter_kit import MARKDOWN, a_newsletter, add_customers, an_outreach
from worker.desk.newsletter_letters import approval_token
from worker.desk.newsletter_mail import handle_newsletter_mail, is_newsletter_mail
from worker.desk.newsletter_sending import due_newsletters
from worker.desk.newsletters import NewsletterError, approve, cancel, pause, propose_from_files, resume
from worker.desk.outreach import Outreach
from worker.mail.message import read_message
from worker.mail.newsletter_content import ContentError
from worker.mail.parsing import parse_mail
from worker.model import Staff
from worker.outreach_records import Newsletter, NewsletterStatus
from worker.policy.segments import Contract
from worker.records import NewLetter, Outcome
from worker.settings import SettingsError

MANAGER, TECHNICIAN = "sep@vinno.example", "tuan@vinno.example"
HTML = (
    "<div>Nhóm: còn hợp đồng</div><div>Lịch: 9h thứ 5</div><div><br></div>"
    "<p>Nhân dịp cuối năm, VINNO <b>tư vấn miễn phí</b>. <script>alert(1)</script>"
    '<a href="https://vinno.example/tin">Xem thêm</a></p>'
)
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGP4z8CAB+GTG8HSALfKY52fTcuYAAAAAElFTkSuQmCC"
)
TEXT = "Nhóm: còn hợp đồng\nLịch: 9h thứ 5\n\nNhân dịp cuối năm, VINNO tư vấn miễn phí. Xem thêm"


@pytest.fixture
def outreach() -> Outreach:
    made = an_outreach()
    add_customers(made, 7)
    return made


def member(outreach: Outreach, email: str = MANAGER) -> Staff:
    found = outreach.desk.member(email)
    assert found is not None
    return found


def mailed(outreach: Outreach, *, proven: bool = True, sender: str = MANAGER, **fields: Any) -> Outcome:
    """Have a staff mail about a newsletter handled, and what it caused saved."""
    raw = a_mail(fields.pop("text", TEXT), sender=sender, **fields)
    inbound = outreach.desk.records.inbound(kept(outreach.desk, raw))
    assert inbound is not None
    mail = parse_mail(raw)
    assert is_newsletter_mail(mail)
    outcome = handle_newsletter_mail(
        outreach, inbound, mail, read_message(raw), member(outreach, sender), NOW, is_proven=proven
    )
    outreach.desk.records.save(outcome)
    return outcome


def proposed(outreach: Outreach) -> tuple[Newsletter, list[NewLetter]]:
    outcome = mailed(outreach, subject="Bản tin: Tư vấn nâng cấp miễn phí", html=HTML)
    return newsletter(outreach), list(outcome.letters)


def newsletter(outreach: Outreach, number: str = "BT-1") -> Newsletter:
    found = outreach.records.newsletter(number)
    assert found is not None
    return found


def answered(outreach: Outreach, text: str, letter: NewLetter, **fields: Any) -> Outcome:
    return mailed(outreach, subject=f"Re: {letter.letter.subject}", text=text, **fields)


def read(letter: NewLetter) -> EmailMessage:
    return cast("EmailMessage", message_from_bytes(letter.mime, policy=cast("Any", policy.default)))


def shown(letter: NewLetter, kind: str = "plain") -> str:
    part = read(letter).get_body((kind,))
    assert part is not None
    return str(part.get_content())


# ---- the proof ------------------------------------------------------------------------------------------------------


def test_a_mail_becomes_a_draft_and_its_author_gets_the_proof(outreach: Outreach) -> None:
    draft, (proof, specimen) = proposed(outreach)

    assert draft.status is NewsletterStatus.DRAFT
    assert draft.segment.contract is Contract.RUNNING
    assert {proof.letter.recipient, specimen.letter.recipient} == {MANAGER}
    text = shown(proof)
    assert "Số người nhận: 7" in text
    assert "còn hợp đồng" in text
    assert "09:00 26/11/2026" in text
    assert "1 chưa có sự đồng ý nhận quảng cáo, ví dụ: hue@senvang.example" in text or "Không gửi cho" not in text
    assert "đã bỏ vì không an toàn trong thư: script" in text
    assert due_newsletters(outreach, NOW + timedelta(days=30)) == []


def test_the_second_letter_is_the_newsletter_exactly_as_customers_get_it(outreach: Outreach) -> None:
    _, (_, specimen) = proposed(outreach)

    mail = read(specimen)
    assert mail["Subject"] == "[QC] Tư vấn nâng cấp miễn phí"
    assert mail["To"] == f"Hoàng <{MANAGER}>"
    html = shown(specimen, "html")
    assert "<b>tư vấn miễn phí</b>" in html
    assert "alert(1)" not in html
    assert "Nhóm:" not in html
    assert "Lịch:" not in html
    assert "Kính gửi Anh/Chị Hoàng" in shown(specimen)
    assert "Xem thêm (https://vinno.example/tin)" in shown(specimen)


def test_markdown_files_become_a_newsletter_in_two_languages(outreach: Outreach, tmp_path: Path) -> None:
    (tmp_path / "a.vi.md").write_text(
        f"---\nsubject: Nâng cấp\nlịch: 9h thứ 2\nnhóm: khách trên 3 năm\n---\n{MARKDOWN}"
    )
    (tmp_path / "a.en.md").write_text("---\nsubject: Upgrade\nlanguage: en\n---\n**Free** advice for your website.")

    outcome = propose_from_files(outreach, [tmp_path / "a.vi.md", tmp_path / "a.en.md"], member(outreach), NOW)
    outreach.desk.records.save(outcome)

    assert newsletter(outreach).subjects == {"vi": "Nâng cấp", "en": "Upgrade"}
    assert newsletter(outreach).segment.years == 3
    assert [letter.letter.subject for letter in outcome.letters[1:]] == ["[QC] Nâng cấp", "[QC] Upgrade"]


@pytest.mark.parametrize("head", ["subject: x\nvui: 1", "- x", "nhóm: còn hợp đồng"])
def test_a_file_with_a_mistake_is_refused_with_its_name(outreach: Outreach, tmp_path: Path, head: str) -> None:
    (tmp_path / "a.md").write_text(f"---\n{head}\n---\nXin chào")

    with pytest.raises(ContentError, match=r"a\.md"):
        propose_from_files(outreach, [tmp_path / "a.md"], member(outreach), NOW)


def test_what_nobody_understands_is_said_and_keeps_it_from_being_approved(outreach: Outreach) -> None:
    proof = mailed(outreach, subject="Bản tin: x", text="Nhóm: khách VIP\nLịch: khi rảnh\n\nXin chào").letters[0]
    assert "khách VIP" in shown(proof)

    refused = answered(outreach, "Duyệt", proof)

    assert newsletter(outreach).status is NewsletterStatus.DRAFT
    assert "khách VIP" in shown(refused.letters[0])


def test_who_may_not_send_newsletters_gets_no_proof(outreach: Outreach) -> None:
    outcome = mailed(outreach, subject="Bản tin: x", sender=TECHNICIAN)

    assert outreach.records.newsletter("BT-1") is None
    assert [one.letter.kind for one in outcome.letters] == ["newsletter_receipt"]


# ---- answers --------------------------------------------------------------------------------------------------------


def test_a_plain_word_approves_and_the_schedule_decides_when_it_leaves(outreach: Outreach) -> None:
    _, (proof, _) = proposed(outreach)

    outcome = answered(outreach, "Duyệt nhé em", proof)

    assert newsletter(outreach).status is NewsletterStatus.APPROVED
    assert newsletter(outreach).due == NOW + timedelta(days=3)
    assert newsletter(outreach).approved_by == MANAGER
    assert "7 người nhận" in shown(outcome.letters[0])
    assert due_newsletters(outreach, NOW + timedelta(days=2)) == []
    assert due_newsletters(outreach, NOW + timedelta(days=3)) == ["BT-1"]


def test_an_answer_can_set_the_time(outreach: Outreach) -> None:
    _, (proof, _) = proposed(outreach)

    answered(outreach, "Gửi 15h thứ 3", proof)

    assert newsletter(outreach).due == NOW + timedelta(days=1, hours=6)


def test_sending_at_once_leaves_two_minutes_to_think_again(outreach: Outreach) -> None:
    _, (proof, _) = proposed(outreach)
    answered(outreach, "gửi ngay", proof)
    assert newsletter(outreach).due == NOW + timedelta(minutes=2)

    answered(outreach, "Dừng", proof)

    assert newsletter(outreach).status is NewsletterStatus.CANCELLED
    assert due_newsletters(outreach, NOW + timedelta(hours=1)) == []


@pytest.mark.parametrize("text", ["ok để hỏi sếp đã", "Duyệt chưa em?", "", "Duyệt nhưng sửa lại câu đầu"])
def test_what_is_no_plain_word_does_nothing_and_says_so(outreach: Outreach, text: str) -> None:
    _, (proof, _) = proposed(outreach)

    outcome = answered(outreach, text or " ", proof)

    assert newsletter(outreach).status is NewsletterStatus.DRAFT
    assert len(outcome.letters) == 1


def test_a_change_makes_a_new_edition_and_the_old_proof_approves_nothing(outreach: Outreach) -> None:
    _, (old, _) = proposed(outreach)
    new = answered(outreach, "Tiêu đề: Nâng cấp trước Tết\nNhóm: tất cả", old).letters[0]
    assert newsletter(outreach).edition == 2
    assert newsletter(outreach).subjects == {"vi": "Nâng cấp trước Tết"}
    assert newsletter(outreach).segment.contract is Contract.ANY

    answered(outreach, "Duyệt", old)
    assert newsletter(outreach).status is NewsletterStatus.DRAFT

    answered(outreach, "Duyệt", new)
    assert newsletter(outreach).status is NewsletterStatus.APPROVED


def test_a_new_schedule_alone_is_a_new_edition_too(outreach: Outreach) -> None:
    _, (old, _) = proposed(outreach)
    answered(outreach, "Lịch: 10h thứ 6", old)

    answered(outreach, "Duyệt", old)

    assert newsletter(outreach).status is NewsletterStatus.DRAFT


def test_a_change_after_the_approval_takes_it_back(outreach: Outreach) -> None:
    _, (proof, _) = proposed(outreach)
    answered(outreach, "Duyệt", proof)

    answered(outreach, "Nội dung: Viết lại **hết**.", proof)

    assert newsletter(outreach).status is NewsletterStatus.DRAFT
    assert due_newsletters(outreach, NOW + timedelta(days=5)) == []


def test_an_unproven_sender_moves_nothing_even_with_the_token(outreach: Outreach) -> None:
    _, (proof, _) = proposed(outreach)

    outcome = answered(outreach, "Duyệt", proof, proven=False)

    assert newsletter(outreach).status is NewsletterStatus.DRAFT
    assert outcome.letters[0].letter.recipient == MANAGER


def test_where_senders_are_verified_an_unproven_mail_proposes_nothing(outreach: Outreach) -> None:
    outcome = mailed(outreach, subject="Bản tin: Quà tặng", proven=False)

    assert list(outreach.records.newsletters()) == []
    assert "chưa xác minh được người gửi" in shown(outcome.letters[0])


def test_where_nothing_is_stamped_an_unproven_mail_proposes_and_the_token_stops(outreach: Outreach) -> None:
    outreach = confirming(outreach)
    outcome = mailed(outreach, subject="Bản tin: Quà tặng", proven=False)
    proof = outcome.letters[0]

    assert (proof.letter.recipient, newsletter(outreach).status) == (MANAGER, NewsletterStatus.DRAFT)
    answered(outreach, "Dừng", proof, proven=False)
    assert newsletter(outreach).status is NewsletterStatus.CANCELLED


def test_where_nothing_is_stamped_an_approval_is_asked_for_once_more(outreach: Outreach) -> None:
    outreach = confirming(outreach)
    proof = mailed(outreach, subject="Bản tin: Quà tặng", proven=False).letters[0]

    outcome = answered(outreach, "Duyệt", proof, proven=False)

    assert newsletter(outreach).status is NewsletterStatus.DRAFT
    (question,) = outcome.letters
    assert (question.letter.kind, question.letter.recipient) == ("staff_question", MANAGER)
    assert "Duyệt và gửi: BT-1 “Quà tặng”" in shown(question)


def confirming(outreach: Outreach) -> Outreach:
    settings = outreach.desk.settings
    confirm = settings.authentication.model_copy(update={"staff_mode": "confirm"})
    desk = replace(outreach.desk, settings=settings.model_copy(update={"authentication": confirm}))
    return replace(outreach, desk=desk)


def test_a_schedule_can_have_a_name_in_the_settings(outreach: Outreach) -> None:
    outreach = an_outreach(schedules={"Bản tin tháng": "0 9 1 * *"})

    mailed(outreach, subject="Bản tin: Tháng 12", text="Lịch: ban tin thang\n\nXin chào.")

    found = newsletter(outreach)
    assert (found.schedule.cron, found.note) == ("0 9 1 * *", "")


def test_a_schedule_in_the_settings_that_is_none_is_named() -> None:
    with pytest.raises(SettingsError, match=r"schedules\.tuần: '61 9 \* \* 1' is no cron expression"):
        an_outreach(schedules={"tuần": "61 9 * * 1"})


@pytest.mark.parametrize(
    ("mode", "words"), [("shadow", "khách không nhận gì"), ("observe", "sẽ không được gửi"), ("live", "")]
)
def test_the_proof_says_where_the_mode_keeps_it_from_customers(outreach: Outreach, mode: str, words: str) -> None:
    settings = outreach.desk.settings.model_copy(update={"mode": mode})
    outreach = replace(outreach, desk=replace(outreach.desk, settings=settings))

    text = shown(mailed(outreach, subject="Bản tin: Quà tặng").letters[0])

    assert words in text
    assert ("Chế độ" in text) is bool(words)


def test_a_forwarded_token_is_worth_nothing_in_other_hands(outreach: Outreach) -> None:
    _, (proof, _) = proposed(outreach)

    answered(outreach, "Duyệt", proof, sender=TECHNICIAN)

    assert newsletter(outreach).status is NewsletterStatus.DRAFT


@pytest.mark.parametrize(
    "change", [lambda s: s.replace("BT-1/1", "BT-2/1"), lambda s: re.sub(r" [a-z2-7]{24}\]", " " + "a" * 24 + "]", s)]
)
def test_a_token_of_another_newsletter_or_of_nobody_approves_nothing(outreach: Outreach, change: Any) -> None:
    _, (proof, _) = proposed(outreach)
    a_newsletter(outreach, status=NewsletterStatus.DRAFT, due=None)

    mailed(outreach, subject=f"Re: {change(proof.letter.subject)}", text="Duyệt")

    assert {one.status for one in outreach.records.newsletters()} == {NewsletterStatus.DRAFT}


def test_a_proof_does_not_approve_for_ever(outreach: Outreach) -> None:
    draft, _ = proposed(outreach)

    with pytest.raises(NewsletterError, match="older than"):
        approve(outreach, draft, MANAGER, NOW + timedelta(days=15))


def test_a_time_that_is_over_is_not_approved(outreach: Outreach) -> None:
    draft, _ = proposed(outreach)

    with pytest.raises(NewsletterError, match="its time is over"):
        approve(outreach, draft, MANAGER, NOW + timedelta(days=4))


def test_the_token_does_not_depend_on_when_it_leaves(outreach: Outreach) -> None:
    draft, _ = proposed(outreach)

    assert approval_token(outreach, approve(outreach, draft, MANAGER, NOW), MANAGER) == approval_token(
        outreach, draft, MANAGER
    )


# ---- steps ----------------------------------------------------------------------------------------------------------


Step = Callable[[Newsletter, str, datetime], Newsletter]


@pytest.mark.parametrize("status", list(NewsletterStatus))
def test_each_step_is_taken_only_from_where_it_makes_sense(outreach: Outreach, status: NewsletterStatus) -> None:
    made = a_newsletter(outreach, status=status)
    allowed: dict[Step, set[NewsletterStatus]] = {
        partial(approve, outreach): {NewsletterStatus.DRAFT, NewsletterStatus.APPROVED},
        pause: {NewsletterStatus.APPROVED, NewsletterStatus.GATHERING, NewsletterStatus.SENDING},
        resume: {NewsletterStatus.PAUSED, NewsletterStatus.ASKING},
        cancel: set(NewsletterStatus) - {NewsletterStatus.DONE, NewsletterStatus.CANCELLED},
    }
    for step, statuses in allowed.items():
        if status in statuses:
            assert step(made, MANAGER, NOW).history[-1].by == MANAGER
        else:
            with pytest.raises(NewsletterError):
                step(made, MANAGER, NOW)


def test_a_pause_before_its_time_keeps_its_time(outreach: Outreach) -> None:
    made = a_newsletter(outreach, due=NOW + timedelta(days=2))

    resumed = resume(pause(made, MANAGER, NOW), MANAGER, NOW + timedelta(hours=1))

    assert (resumed.status, resumed.due) == (NewsletterStatus.APPROVED, NOW + timedelta(days=2))


def test_an_ordinary_staff_mail_is_no_newsletter() -> None:
    assert not is_newsletter_mail(a_parsed_mail(subject="Re: [VN-1001] Không nhận được mail"))


def test_a_picture_in_the_text_of_the_mail_comes_with_the_newsletter(outreach: Outreach) -> None:
    written = EmailMessage()
    written["From"], written["To"] = MANAGER, "hotro@vinno.example"
    written["Subject"], written["Message-ID"] = "Bản tin: Có ảnh", "<anh@vinno.example>"
    written.set_content("Xin chào")
    written.add_alternative('<p>Xin chào <img src="cid:anh1@vinno" alt="ảnh"></p>', subtype="html")
    part = cast("EmailMessage", written.get_payload(1))
    part.add_related(PICTURE, "image", "png", cid="<anh1@vinno>", filename="anh.png")
    raw = written.as_bytes()
    inbound = outreach.desk.records.inbound(kept(outreach.desk, raw))
    assert inbound is not None

    outcome = handle_newsletter_mail(
        outreach, inbound, parse_mail(raw), read_message(raw), member(outreach), NOW, is_proven=True
    )

    specimen = read(outcome.letters[1])
    (image,) = [one for one in specimen.walk() if one.get_content_maintype() == "image"]
    assert (image["Content-ID"], image.get_content()) == ("<anh1@vinno>", PICTURE)
    assert 'src="cid:anh1@vinno"' in shown(outcome.letters[1], "html")
