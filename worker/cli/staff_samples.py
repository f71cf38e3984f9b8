"""The letters around staff's work, once each with sample values, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from worker.desk import digest, staff_mail
from worker.desk.context import Desk
from worker.desk.digest import Digest, Row, Section
from worker.desk.digest_chart import Day
from worker.desk.staff_mail import Receipt
from worker.model import (
    Category,
    Fee,
    FeeDecision,
    FeeRule,
    InboundMail,
    Language,
    ParsedMail,
    Promise,
    Request,
    Role,
    Staff,
)
from worker.records import NewLetter


def staff_samples(
    desk: Desk, request: Request, mail: ParsedMail, inbound: InboundMail, language: Language, now: datetime
) -> Iterator[tuple[str, NewLetter]]:
    """(name, letter) for each."""
    member = Staff(email="tuan@vinno.example", name="Tuấn", role=Role.SALES, language=language)
    read = replace(inbound, subject=f"Re: {request.subject}")
    yield from _to_staff(desk, request, read, member, now)
    yield from _to_customers(desk, request, mail, read, language, now)


def _to_staff(
    desk: Desk, request: Request, inbound: InboundMail, member: Staff, now: datetime
) -> Iterator[tuple[str, NewLetter]]:
    vietnamese = member.language is Language.VI
    yours = "khoảng 45p\nxong" if vietnamese else "about 45m\ndone"
    done = Receipt(
        done=("Ước tính: 45 phút", "Đã xong") if vietnamese else ("Estimate: 45 minutes", "Done"),
        sent=("Thư báo hoàn thành → hue@senvang.example",) if vietnamese else ("Completion → hue@senvang.example",),
        kept=("khách hay đổi ý",) if vietnamese else ("changes her mind a lot",),
        undo=True,
    )
    held = Receipt(
        held=("Có gửi gì cho khách không? Viết sau: gửi khách: …",)
        if vietnamese
        else ("Is anything to go to the customer? Write it after: reply: …",)
    )
    for name, found in (("done", done), ("held", held)):
        letter = staff_mail.receipt(desk, member, inbound, request, found, yours, "sample@vinno.example", now)
        yield f"staff_receipt-{name}-{member.language}", letter
    why = "việc này cần xác nhận một lần." if vietnamese else "this needs to be confirmed once."
    acts = ["Báo khách là đã xong" if vietnamese else "Tell the customer that it is done"]
    yield (
        f"staff_question-{member.language}",
        staff_mail.question(desk, member, inbound, request, why, acts, "", yours, money=False, now=now),
    )
    yield f"staff_digest-{member.language}", digest.written(desk, member, _digest(request, member.language, now), now)


def _digest(request: Request, language: Language, now: datetime) -> Digest:
    vietnamese = language is Language.VI
    detail = "khẩn cấp · Sự cố email · hẹn trước 16:30" if vietnamese else "critical · Email incident · told by 16:30"
    names = ("Hàng đợi", "Báo giá đang chờ") if vietnamese else ("Queue", "Quotes that wait")
    first = now.date() - timedelta(days=8)
    return Digest(
        sections=(Section(names[0], (Row(f"{request.id} {request.subject}", detail),), 1), Section(names[1], (), 0)),
        days=tuple(Day(first + timedelta(days=at), 3 + at, 2 + at, 2) for at in range(7)),
        failed=1,
    )


def _to_customers(
    desk: Desk, request: Request, mail: ParsedMail, inbound: InboundMail, language: Language, now: datetime
) -> Iterator[tuple[str, NewLetter]]:
    vietnamese = language is Language.VI
    asked = (
        "Chị cho em xin ảnh chụp màn hình lỗi nhé?" if vietnamese else "Could you send us a screenshot of the error?"
    )
    yield f"relay-{language}", staff_mail.relay(desk, request, asked, (), inbound, now)
    yield f"request_declined-{language}", staff_mail.declined(desk, request, "", inbound, now)
    free = replace(request, fee=FeeDecision(Fee.FREE, FeeRule.STAFF), promise=Promise(now, now))
    paid = replace(
        request,
        category=Category.NEW_FEATURE,
        fee=FeeDecision(Fee.PAID, FeeRule.STAFF),
        promise=Promise(now, now, "quote"),
    )
    yield f"fee_decided-free-{language}", staff_mail.fee_decided(desk, free, inbound, now, corrects=False)
    yield f"fee_decided-correction-{language}", staff_mail.fee_decided(desk, paid, inbound, now, corrects=True)
    yield f"status_answer-{language}", staff_mail.status_answer(desk, free, mail, now)
    yield f"still_waiting-{language}", staff_mail.still_waiting(desk, request, asked, now)
    yield f"closed_quietly-{language}", staff_mail.closed_quietly(desk, request, now)
