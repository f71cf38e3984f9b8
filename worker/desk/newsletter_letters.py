"""What staff are told about newsletters: the proof before, questions in between, the report at the end."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from worker.desk import letters
from worker.desk.audience import Audience
from worker.desk.newsletter_layout import cautions_of, contents_of, specimen, subject_of
from worker.desk.newsletter_ledger import MOST_ATTACHED, ledger_file
from worker.desk.outreach import Outreach
from worker.mail.newsletter_content import Content
from worker.model import Address, Language, Letter, LetterStatus, Staff
from worker.outreach_records import Newsletter, RecipientStatus
from worker.policy.newsletter_schedule import describe_schedule, next_run
from worker.policy.segments import Reason, describe
from worker.policy.tokens import is_signed, sign
from worker.records import NewLetter

_LISTED = 20
_APPROVE = "approve newsletter"
_REASONS: Mapping[Reason, tuple[str, str]] = {
    Reason.INCLUDED: ("được gửi", "included"),
    Reason.NO_ADDRESS: ("không phải địa chỉ email dùng được", "with something that is no mail address"),
    Reason.REFUSED: ("đã từ chối nhận bản tin", "refused newsletters"),
    Reason.SUPPRESSED: ("địa chỉ hỏng hoặc bị chặn", "suppressed addresses"),
    Reason.NO_CONSENT: ("chưa có sự đồng ý nhận quảng cáo", "without consent to advertising on record"),
    Reason.DAILY_CAP: ("đã nhận đủ số thư quảng cáo trong ngày", "at the daily cap of advertising mails"),
    Reason.ADDRESS: ("không có trong danh sách địa chỉ đã nêu", "not among the addresses named"),
    Reason.CONTRACT: ("không đúng tình trạng hợp đồng", "with another state of contract"),
    Reason.CONTRACT_END: ("hợp đồng không hết hạn trong thời gian đã nêu", "whose contract ends at another time"),
    Reason.CUSTOMER_SINCE: ("không đúng thời gian làm khách hàng", "not customers for as long as asked"),
    Reason.SERVICES: ("không đúng dịch vụ", "with other services"),
    Reason.LAST_CONTACT: ("không đúng lần liên hệ cuối", "with another last contact"),
    Reason.CATEGORIES: ("chưa từng có loại yêu cầu này", "without such requests"),
    Reason.LANGUAGE: ("ngôn ngữ khác", "with another language"),
}
_STATUS: Mapping[RecipientStatus, tuple[str, str]] = {
    RecipientStatus.SENT: ("Đã gửi", "Sent"),
    RecipientStatus.QUEUED: ("Đang chờ", "Waiting"),
    RecipientStatus.HANDING_OVER: ("Đang gửi", "Being handed over"),
    RecipientStatus.DEFERRED: ("Tạm hoãn", "Deferred"),
    RecipientStatus.FAILED: ("Không gửi được", "Failed"),
    RecipientStatus.UNCERTAIN: ("Không chắc đã gửi, không gửi lại", "Uncertain, not sent again"),
    RecipientStatus.SUPPRESSED: ("Từ chối trong lúc chờ", "Refused while it waited"),
    RecipientStatus.SHADOW: ("Chạy thử (shadow), khách không nhận", "Shadow: the customer got nothing"),
}
_TROUBLES = (RecipientStatus.FAILED, RecipientStatus.UNCERTAIN, RecipientStatus.DEFERRED, RecipientStatus.SUPPRESSED)


def _in(language: Language, words: tuple[str, str]) -> str:
    return words[0] if language is Language.VI else words[1]


def reason_name(reason: Reason, language: Language) -> str:
    """Why people are left out, in words that follow a number."""
    return _in(language, _REASONS[reason])


def status_name(status: RecipientStatus, language: Language) -> str:
    """What became of a recipient."""
    return _in(language, _STATUS[status])


def author_of(outreach: Outreach, newsletter: Newsletter) -> tuple[Address, Language]:
    """Who is told about a newsletter: its author, where that is a member of staff, else the staff's address."""
    settings = outreach.desk.settings
    member = outreach.desk.member(newsletter.by)
    if member is None:
        return Address(settings.staff_address), settings.staff_language
    return Address(member.email, member.name), member.language


def mode_words(outreach: Outreach, language: Language) -> tuple[str, ...]:
    """What the mode means for a newsletter, where it keeps it from customers."""
    settings = outreach.desk.settings
    if settings.mode == "shadow":
        vietnamese = f"Chế độ shadow: khách không nhận gì; vài thư mẫu được gửi tới {settings.staff_address}."
        return (
            _in(language, (vietnamese, f"Mode shadow: customers get nothing, {settings.staff_address} a few samples.")),
        )
    if settings.mode == "observe":
        return (_in(language, ("Chế độ observe: bản tin sẽ không được gửi.", "Mode observe: it will not be sent.")),)
    return ()


# ---- the proof ------------------------------------------------------------------------------------------------------


def approval_token(outreach: Outreach, newsletter: Newsletter, email: str) -> str:
    """What an approval must carry: bound to the edition, the contents and the member of staff it was sent to."""
    return sign(outreach.key, _APPROVE, *_approved(newsletter), email.lower())


def is_approval_token(outreach: Outreach, newsletter: Newsletter, email: str, token: str) -> bool:
    """Whether the token is of the newsletter as it is now, and was sent to that member of staff."""
    return is_signed(outreach.key, token, _APPROVE, *_approved(newsletter), email.lower())


def _approved(newsletter: Newsletter) -> tuple[str, ...]:
    return (
        newsletter.id,
        str(newsletter.edition),
        *newsletter.contents.values(),
        *newsletter.subjects.values(),
        str(newsletter.advertising),
        *describe(newsletter.segment, Language.EN),
        *newsletter.segment.addresses,
    )


def proof(
    outreach: Outreach, newsletter: Newsletter, audience: Audience, to: Staff, held: Sequence[str], now: datetime
) -> tuple[NewLetter, ...]:
    """To the author: what it says, to whom, when and what to look at; and the mail itself as customers will get it."""
    contents = list(contents_of(outreach, newsletter).values())
    first, language = contents[0], to.language
    token = approval_token(outreach, newsletter, to.email)
    _, text = specimen(outreach, newsletter, first, to.email, to.name, now)
    headline = "Bản thử" if language is Language.VI else "Proof"
    context = {
        "subject": f"[{newsletter.id}/{newsletter.edition} {token}] {headline}: {first.subject}",
        "news": newsletter,
        "mail_subject": subject_of(newsletter, first),
        "segment": describe(newsletter.segment, language),
        "size": audience.size,
        "languages": [f"{count} {one.value}" for one, count in audience.included.items()],
        "left_out": list(_left_out(audience, language)),
        "schedule": schedule_words(outreach, newsletter, language, now),
        "cautions": [
            _in(language, (one.vi, one.en))
            for content in contents
            for one in cautions_of(outreach, newsletter, content)
        ]
        + list(mode_words(outreach, language)),
        "held": list(held),
        "text": text,
    }
    envelope = letters.Envelope(
        kind="newsletter_proof", to=Address(to.email, to.name), language=language, to_staff=True
    )
    summary = letters.write(outreach.desk, envelope, "newsletter_proof", context, now)
    return summary, *(_specimen_letter(outreach, newsletter, one, to, now) for one in contents)


def schedule_words(outreach: Outreach, newsletter: Newsletter, language: Language, now: datetime) -> str:
    """The schedule in words, with the instant at which it will really begin."""
    first = next_run(newsletter.schedule, now) or now
    return describe_schedule(newsletter.schedule, outreach.window.next_open(first), language)


def _left_out(audience: Audience, language: Language) -> Iterator[dict[str, object]]:
    for reason, count in audience.left_out.most_common():
        yield {"count": count, "reason": reason_name(reason, language), "examples": audience.examples.get(reason, [])}


def _specimen_letter(
    outreach: Outreach, newsletter: Newsletter, content: Content, to: Staff, now: datetime
) -> NewLetter:
    mime, _ = specimen(outreach, newsletter, content, to.email, to.name, now)
    letter_id = f"{now:%Y%m%d%H%M%S}-{secrets.token_hex(6)}"
    settings = outreach.desk.settings
    message_id = f"{letter_id}.specimen@{settings.company.address.rpartition('@')[2]}"
    letter = Letter(
        id=letter_id,
        kind="newsletter_specimen",
        recipient=to.email,
        envelope_to=(to.email,),
        envelope_from=settings.company.address,
        message_id=message_id,
        subject=subject_of(newsletter, content),
        status=LetterStatus.QUEUED,
        created=now,
        due=now,
    )
    renamed = _with_message_id(mime, message_id)
    return NewLetter(letter, outreach.desk.sign(renamed) if outreach.desk.sign else renamed)


def _with_message_id(mime: bytes, message_id: str) -> bytes:
    """The specimen under a Message-ID of its own: that of the newsletter leads to a recipient's row."""
    head, line, rest = mime.partition(b"\r\nMessage-ID: ")
    return head + line + f"<{message_id}>".encode("ascii") + b"\r\n" + rest.partition(b"\r\n")[2]


# ---- questions, receipts, the report --------------------------------------------------------------------------------


def receipt(
    outreach: Outreach, newsletter: Newsletter, headline: str, lines: Sequence[str], now: datetime
) -> NewLetter:
    """To the author: what was done, or why it was not."""
    to, language = author_of(outreach, newsletter)
    context = {
        "subject": f"[{newsletter.id}] {headline}",
        "headline": headline,
        "lines": list(lines),
        "quoted": "",
    }
    envelope = letters.Envelope(kind="newsletter_receipt", to=to, language=language, to_staff=True)
    return letters.write(outreach.desk, envelope, "staff_notice", context, now)


def question(outreach: Outreach, newsletter: Newsletter, why: tuple[str, str], now: datetime) -> NewLetter:
    """To the author: it does not go on by itself, why (in both languages), and how to let it."""
    _, language = author_of(outreach, newsletter)
    headline = _in(language, ("Bản tin đang chờ quyết định", "A newsletter waits for your word"))
    command = f"support-worker newsletter resume {newsletter.id}"
    lines = [_in(language, why), _in(language, (f"Cho gửi tiếp: {command}", f"To let it go on: {command}"))]
    return receipt(outreach, newsletter, headline, lines, now)


def report(outreach: Outreach, newsletter: Newsletter, now: datetime) -> NewLetter:
    """To the author: how many were sent, and each trouble in the servers' words; with the ledger once it is over."""
    to, language = author_of(outreach, newsletter)
    counts = outreach.records.counts(newsletter.id)
    took = now - (newsletter.started or now)
    seconds = took.total_seconds()
    context = {
        "subject": f"[{newsletter.id}] {_in(language, ('Báo cáo bản tin', 'Newsletter report'))}: {_subject(newsletter)}",
        "news": newsletter,
        "mail_subject": _subject(newsletter),
        "counts": [
            {"name": _in(language, words), "count": counts[one]} for one, words in _STATUS.items() if counts[one]
        ],
        "took": str(took).partition(".")[0],
        "rate": f"{counts[RecipientStatus.SENT] / seconds:.1f}" if counts[RecipientStatus.SENT] >= seconds >= 1 else "",
        "left_out": [
            f"{count} {reason_name(Reason(reason), language)}" for reason, count in newsletter.left_out.items()
        ],
        "ledger": _ledger_words(newsletter, sum(counts.values()), language),
        "waiting": counts[RecipientStatus.DEFERRED],
        "troubles": [
            group for one in _TROUBLES if (group := _trouble(outreach, newsletter, one, counts[one], language))
        ],
    }
    files = (ledger_file(outreach, newsletter),) if newsletter.status.is_over else ()
    envelope = letters.Envelope(kind="newsletter_report", to=to, language=language, to_staff=True, files=files)
    return letters.write(outreach.desk, envelope, "newsletter_report", context, now)


def _ledger_words(newsletter: Newsletter, rows: int, language: Language) -> str:
    """Where the ledger is: attached once it is over, as far as it fits, and on the command line."""
    command = f"support-worker newsletter ledger {newsletter.id}"
    if not newsletter.status.is_over:
        return _in(language, (f"Sổ gửi: {command}", f"The ledger: {command}"))
    name = f"{newsletter.id}.csv"
    if rows <= MOST_ATTACHED:
        return _in(language, (f"Sổ gửi từng người nhận: tệp {name} kèm theo.", f"Each recipient: {name}, attached."))
    vietnamese = f"Tệp {name} kèm theo có {MOST_ATTACHED} dòng đầu, trục trặc đứng trước; toàn bộ: {command}"
    return _in(language, (vietnamese, f"{name} holds the first {MOST_ATTACHED} rows, troubles first; all: {command}"))


def _subject(newsletter: Newsletter) -> str:
    return next(iter(newsletter.subjects.values()), "")


def _trouble(
    outreach: Outreach, newsletter: Newsletter, status: RecipientStatus, count: int, language: Language
) -> dict[str, object] | None:
    if not count:
        return None
    rows = islice(outreach.records.recipients_in(newsletter.id, status), _LISTED)
    return {
        "name": status_name(status, language),
        "lines": [f"{row.email}: {row.said or '–'}" for row in rows],
        "more": max(count - _LISTED, 0),
    }
