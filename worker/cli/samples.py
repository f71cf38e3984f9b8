"""Every letter once, with sample values, in both languages: `check` and the tests render them all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from worker.cli.staff_samples import staff_samples
from worker.desk import letters, quotes
from worker.desk.context import Desk
from worker.desk.earlier import Earlier, earlier_lines
from worker.model import (
    Address,
    Category,
    Customer,
    Effort,
    Evidence,
    Fee,
    FeeDecision,
    FeeRule,
    InboundMail,
    Language,
    ParsedMail,
    Promise,
    Request,
    RequestStatus,
    Role,
    Urgency,
)
from worker.policy.promise import Delay
from worker.policy.quoting import Quote
from worker.records import NewLetter
from worker.settings import StaffMember


def sample_letters(desk: Desk, now: datetime) -> Iterator[tuple[str, NewLetter]]:
    """(name, letter) for each letter, language and shape."""
    member = StaffMember(email="tuan@vinno.example", name="Tuấn", role=Role.SALES)
    for language in Language:
        yield from _acknowledgements(desk, language, now)
        staff = replace(
            desk,
            settings=desk.settings.model_copy(update={"staff_language": language, "staff": (member,)}),
            new_token=lambda: "0123456789abcdef",
        )
        yield from _to_staff(staff, language, now)
        yield from staff_samples(staff, _request(language, now), _mail(language, now), _inbound(now), language, now)


def sample_quote(desk: Desk, now: datetime) -> Quote:
    """What the sample request would cost. QuoteError where the rate card is broken."""
    return quotes.first_draft(desk, _request(Language.VI, now), now)


def _acknowledgements(desk: Desk, language: Language, now: datetime) -> Iterator[tuple[str, NewLetter]]:
    mail, inbound = _mail(language, now), _inbound(now)
    for name, fee, status, kind in (
        ("free", FeeDecision(Fee.FREE, FeeRule.INCIDENT), RequestStatus.QUEUED, "completion"),
        ("review", FeeDecision(Fee.REVIEW, FeeRule.UNCERTAIN), RequestStatus.REVIEW, "answer"),
        ("paid", FeeDecision(Fee.PAID, FeeRule.NAMED_PAID_CATEGORY), RequestStatus.ANALYSING, "quote"),
    ):
        request = replace(
            _request(language, now), fee=fee, status=status, promise=Promise(now + timedelta(hours=5), now, kind)
        )
        yield f"acknowledgement-{name}-{language}", letters.acknowledgement(desk, request, mail, inbound, now)
    for name, fee, kind in (
        ("consulting", FeeDecision(Fee.PAID, FeeRule.NAMED_PAID_CATEGORY), "quote"),
        ("stranger", FeeDecision(Fee.REVIEW, FeeRule.UNKNOWN_SENDER), "answer"),
    ):
        wish = replace(_request(language, now), category=Category.MARKETING_CONSULTING, fee=fee)
        wish = replace(wish, promise=Promise(now + timedelta(hours=5), now, kind))
        yield f"acknowledgement-{name}-{language}", letters.acknowledgement(desk, wish, mail, inbound, now)
    moved = replace(_request(language, now), promise=Promise(now + timedelta(hours=9), now))
    yield (
        f"promise_moved-{language}",
        letters.promise_moved(desk, moved, now + timedelta(hours=5), Delay.MORE_URGENT, now),
    )
    large = replace(mail, rejected_attachments=("video quảng cáo.mp4 (48 MB)",))
    request = replace(_request(language, now), promise=Promise(now + timedelta(hours=5), now))
    yield f"acknowledgement-files-{language}", letters.acknowledgement(desk, request, large, inbound, now)
    earlier = replace(request, id="VN-917", status=RequestStatus.DONE, closed_at=now - timedelta(days=400))
    training = replace(
        _request(language, now),
        category=Category.STAFF_TRAINING,
        urgency=Urgency.NORMAL,
        fee=FeeDecision(Fee.FREE, FeeRule.FREE_CATEGORY),
        promise=Promise(now + timedelta(hours=5), now, "answer"),
    )
    yield f"acknowledgement-training-{language}", letters.acknowledgement(desk, training, mail, inbound, now)
    yield (
        f"acknowledgement-warranty-{language}",
        letters.acknowledgement(desk, request, mail, inbound, now, again=earlier),
    )


def _to_staff(desk: Desk, language: Language, now: datetime) -> Iterator[tuple[str, NewLetter]]:
    mail, inbound, request = _mail(language, now), _inbound(now), _request(language, now)
    customer = Customer(id="sen-vang", name="Nhà hàng Sen Vàng", addresses=("hue@senvang.example",))
    yield (
        f"staff_request-{language}",
        letters.staff_request(desk, request, mail, inbound, customer, now, "new"),
    )
    earlier = replace(request, id="VN-917", assigned_to="tuan@vinno.example", closed_at=now - timedelta(days=400))
    common = ("thing:mailbox", "symptom:receives_not", "site:senvang.example", "word:lienhe")
    lines = earlier_lines(desk, Earlier(similar=(earlier,), why=((earlier.id, common),)))
    yield (
        f"staff_request-earlier-{language}",
        letters.staff_request(desk, request, mail, inbound, customer, now, "review", lines),
    )
    yield f"staff_notice-{language}", letters.staff_notice(desk, "Thư bị giữ lại", ["spf=fail"], now, quoted=mail.text)


def _mail(language: Language, now: datetime) -> ParsedMail:
    vietnamese = language is Language.VI
    text = (
        "Chào em, từ sáng tới giờ hộp thư lienhe@ không nhận được thư nào, khách gửi bị trả về."
        if vietnamese
        else "Hello, since this morning our info@ mailbox receives nothing and senders get an error back."
    )
    return ParsedMail(
        message_id="sample@senvang.example",
        sender=Address("hue@senvang.example", "Nguyễn Thị Huệ" if vietnamese else "Hue Nguyen"),
        subject="Không nhận được mail" if vietnamese else "No mail since this morning",
        text=text,
        new_text=text,
        date=now,
    )


def _inbound(now: datetime) -> InboundMail:
    return InboundMail(id="support/1/1", mailbox="support", uidvalidity=1, uid=1, raw="", size=0, arrived=now, kept=now)


def _request(language: Language, now: datetime) -> Request:
    mail = _mail(language, now)
    return Request(
        id="VN-1042",
        token="0123456789abcdef",  # noqa: S106 - a sample
        subject=mail.subject,
        text=mail.text,
        contact=mail.sender,
        participants=(mail.sender.email,),
        language=language,
        category=Category.EMAIL_INCIDENT,
        probability=0.97,
        urgency=Urgency.CRITICAL,
        effort=Effort(15, 30, 60),
        fee=FeeDecision(Fee.FREE, FeeRule.INCIDENT),
        status=RequestStatus.QUEUED,
        arrived=now,
        evidence=(Evidence("không nhận được thư" if language is Language.VI else "receives nothing", "", 1.2),),
    )
